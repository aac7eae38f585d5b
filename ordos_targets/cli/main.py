"""The way in and out: language first, then the command, then whatever went wrong in the reader's words."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ordos_targets import __version__, locale
from ordos_targets.domain.errors import ExitCode

INTERRUPTED = 130
COMPLETING = "_ORDOS_TARGETS_COMPLETE"  # names the shell that asks what may stand at its cursor
LANGUAGE_VARIABLES = ("ORDOS_TARGETS_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def main(arguments: Sequence[str]) -> int:
    """Run the command line `arguments` and return the exit code. Never raises."""
    _speak_utf8()
    wanted = _option(arguments, "--lang")
    locale.activate(locale.choose(wanted, *map(os.environ.get, LANGUAGE_VARIABLES)))
    if os.environ.get(COMPLETING):
        from ordos_targets.cli.completion import complete  # noqa: PLC0415 - a shell asks, not a person

        return complete(arguments, os.environ[COMPLETING])
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        with suppress(OSError):
            sys.stderr.write("\n" + locale._("Interrupted.") + "\n")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told and never shown as a traceback
        return _tell(error, arguments)


def _tell(error: Exception, arguments: Sequence[str]) -> int:
    """Say what went wrong where the arguments want it said, and return the exit code."""
    from ordos_targets.cli.failures import print_error, tell_monitor, tell_trace  # noqa: PLC0415 - most runs go well

    if "--debug" in arguments:
        tell_trace(error, sys.stderr)
    if "--nagios" in arguments:
        return tell_monitor(error, sys.stdout)
    wants_json = _option(arguments, "--format") in {"json", "jsonl"} and "import" not in arguments  # its format is read
    return print_error(error, sys.stderr, as_json=wants_json)


def _run(arguments: Sequence[str]) -> int:
    if list(arguments) == ["--version"]:
        from ordos_targets.report.output import write_stream  # noqa: PLC0415 - no command is needed for it

        write_stream(sys.stdout, f"ordos-targets {__version__}\n")
        return ExitCode.OK
    from ordos_targets.cli.exact import exact  # noqa: PLC0415 - an interrupt while loading must be quiet too

    call = exact(arguments)
    try:
        code = call() if call else _as_typer_reads(arguments)
    except EOFError:  # the end of input at a question
        raise KeyboardInterrupt from None
    except OSError as error:
        if error.filename is not None:
            raise
        from ordos_targets.report.output import StdoutFailed, silence  # noqa: PLC0415 - most runs go well

        silence(sys.stdout)  # a help text found no room: what else is printed or written fails in our own words
        raise StdoutFailed(reason=error.strerror or str(error)) from error
    return int(code) if isinstance(code, int) else ExitCode.OK


def _as_typer_reads(arguments: Sequence[str]) -> int | str | None:
    """Carry out any command line at all, and hand back what it returns; Typer tells of what it cannot read."""
    import typer  # what programs write is read without it

    from ordos_targets.cli.typer_commands import Commands  # noqa: PLC0415 - the same

    try:
        code: int | None = Commands().main(list(arguments), prog_name="ordos-targets", standalone_mode=False)
    except typer.Exit as left:
        return left.exit_code
    except typer.Abort:  # Ctrl-C or the end of input at a question
        raise KeyboardInterrupt from None
    except SystemExit as left:  # Typer's way out once the reader of a help text has gone
        return ExitCode.OK if isinstance(left.__context__, BrokenPipeError) else left.code
    if code == INTERRUPTED:  # Typer's word for Ctrl-C
        raise KeyboardInterrupt
    return code


def _speak_utf8() -> None:
    """Off a terminal output is UTF-8 whatever the locale; on one it is the terminal's, and no character may stop it.

    A stream that was closed before the run began leads nowhere.
    """
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - open to the end of the run
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _option(arguments: Sequence[str], name: str) -> str | None:
    """The last value given to an option, before the command line is parsed: its help and errors need it already."""
    value = None
    for number, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == name and number + 1 < len(arguments):
            value = arguments[number + 1]
        elif argument.startswith(f"{name}="):
            value = argument.partition("=")[2]
    return value
