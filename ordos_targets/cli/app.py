"""The command line: its commands, the options that all of them take, and how a run begins and ends."""

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from copy import copy
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from ordos_targets import __version__, locale
from ordos_targets.cli.completion import complete_language
from ordos_targets.domain.errors import N_, ExitCode, UsageError
from ordos_targets.locale import _

INTERRUPTED = 130
LANGUAGE_VARIABLES = ("ORDOS_TARGETS_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
HELP_NAMES = {"help_option_names": ["-h", "--help"]}
MINUS = "\u2212"
NEGATIVE = re.compile(r"^-(?=[0-9.])")
CHINESE_DASHES = re.compile(r"^(?:——|－－|––)(?=[a-z])")

# What Typer looks up in our catalogue by itself; named here so that it is extracted for translation.
TRANSLATED_BY_TYPER = (
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("required"),
    N_("default: {default}"),
    N_("env var: {var}"),
    N_("(dynamic)"),
    N_("Missing command."),
    N_("Aborted!"),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)


class UnknownCommand(UsageError):
    code = "unknown_command"
    template = N_("Unknown command “{text}”. Available: {commands}.")


class MisspeltCommand(UnknownCommand):
    template = N_("Unknown command “{text}”. Did you mean {suggestion}? Available: {commands}.")


class ExtraArguments(UsageError):
    code = "extra_arguments"
    template = N_("Too many arguments: {arguments}. Put text that contains spaces in quotation marks.")


class _Helpful:
    """A command whose help is in the language of the run, and leaves out the global options that it repeats."""

    repeated: Sequence[Any] = ()

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=_("Usage: "))

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        option.help = _("Show this help.")
        return option

    def format_options(self, ctx: Any, formatter: Any) -> None:
        for option in self.repeated:
            option.hidden = True  # only here: Tab offers them
        super().format_options(ctx, formatter)  # type: ignore[misc]


class Command(_Helpful, TyperCommand):
    """A command that takes the global options too, and reads a token of minus and digit as a value."""

    allow_extra_args = True  # so that parse_args can name them in the language of the run

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse `args` into `ctx`. Raises ExtraArguments."""
        rest: list[str] = super().parse_args(ctx, self._with_values_marked(args))
        if ctx.args and not ctx.resilient_parsing:
            raise ExtraArguments(arguments=list(ctx.args))
        return rest

    def _with_values_marked(self, args: list[str]) -> list[str]:
        """Return `args` with `-3` as `−3` (U+2212) and `——date`, from an input method, as `--date`.

        The value of an option stays as it is.
        """
        valued = {name for option in self.params if not getattr(option, "is_flag", True) for name in option.opts}
        return [
            arg if before in valued else CHINESE_DASHES.sub("--", NEGATIVE.sub(MINUS, arg))
            for before, arg in zip(["", *args], args, strict=False)
        ]


class PromptingCommand(Command):
    """A command that asks for missing arguments at a terminal; elsewhere they are required."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:  # which is completion
            from ordos_targets.cli.session import is_interactive

            for parameter in self.params:
                if parameter.param_type_name == "argument":
                    parameter.required = not is_interactive()
        return super().parse_args(ctx, args)


class CommandSpec(NamedTuple):
    """Where the function of a command is (module of cli.commands:function), and its help, in English."""

    target: str
    help: str
    cls: type[Command] = Command


class GroupSpec(NamedTuple):
    """The commands of a group by name, and its help, in English."""

    commands: Mapping[str, CommandSpec]
    help: str


LEDGER_COMMANDS = {
    "init": CommandSpec("setup:ledger_init", N_("Create a ledger in a PostgreSQL database, or upgrade it.")),
    "grant": CommandSpec(
        "setup:ledger_grant",
        N_("Set the permissions of a role in the shared ledger, replacing its earlier ones."),
    ),
}
# In the order of help: what is used most comes first.
COMMANDS: Mapping[str, CommandSpec | GroupSpec] = {
    "status": CommandSpec("read:status", N_("Show the progress of each target: the gap-to-target table.")),
    "record": CommandSpec(
        "write:record",
        N_("Record one entry, and print what it changed. At a terminal, ask for missing values."),
        PromptingCommand,
    ),
    "show": CommandSpec("read:show", N_("Show one target: definition, districts, history, entries and source.")),
    "report": CommandSpec(
        "read:report", N_("Write the status as a document: web page, workbook, text for a chat, metrics.")
    ),
    "log": CommandSpec("read:log", N_("List the entries, oldest first.")),
    "amend": CommandSpec(
        "write:amend", N_("Correct an entry: cancel it and record a new one; both stay in the ledger.")
    ),
    "void": CommandSpec("write:void", N_("Cancel an entry: it stays in the ledger but no longer counts.")),
    "import": CommandSpec(
        "exchange:import_", N_("Import a file of entries: all or nothing, and never the same entry twice.")
    ),
    "export": CommandSpec(
        "exchange:export", N_("Export the whole ledger, cancelled entries included, to a file that import reads.")
    ),
    "backup": CommandSpec("exchange:backup", N_("Back up the ledger, even while others are writing to it.")),
    "sync": CommandSpec(
        "exchange:sync", N_("Exchange entries with another ledger: each receives the entries it lacks.")
    ),
    "verify": CommandSpec(
        "exchange:verify", N_("Check that the ledger was not changed: hash chain, references, figures.")
    ),
    "check": CommandSpec("setup:check", N_("Check the targets file, and that the ledger matches it.")),
    "init": CommandSpec("setup:init", N_("Create a targets.toml in this folder.")),
    "ledger": GroupSpec(LEDGER_COMMANDS, N_("Create a shared ledger in PostgreSQL, and set who may record what.")),
    "schema": CommandSpec("setup:schema", N_("Print the JSON Schema of targets.toml, or of a JSON output.")),
}


class CommandGroup(_Helpful, TyperGroup):
    """A group whose commands are loaded when they are called, for a run needs one of them."""

    specs: Mapping[str, CommandSpec | GroupSpec] = COMMANDS

    def list_commands(self, ctx: Any) -> list[str]:
        del ctx
        return list(self.specs)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        spec = self.specs.get(cmd_name)
        if spec is None:
            return None
        command = _group(cmd_name, spec) if isinstance(spec, GroupSpec) else _command(cmd_name, spec)
        command.repeated = _repeated(ctx.find_root().command.params)
        command.params.extend(command.repeated)
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the name, command and arguments that `args` begin with. Raises UnknownCommand."""
        if args[0] not in self.specs and not ctx.resilient_parsing:
            raise _unknown_command(args[0], list(self.specs))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands, each with the first sentence of its help; none of them is loaded."""
        del ctx
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _first_sentence(_(spec.help))) for name, spec in self.specs.items()])


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=\. )|(?<=。)", text, maxsplit=1)[0].strip()


def _unknown_command(text: str, commands: list[str]) -> UnknownCommand:
    from difflib import get_close_matches

    close = get_close_matches(text, commands, 1)
    facts = {"text": text, "commands": commands}
    return MisspeltCommand(suggestion=close[0], **facts) if close else UnknownCommand(**facts)


def _command(name: str, spec: CommandSpec) -> Any:
    """Return a command as Typer makes it of its function, with help in the language of the run."""
    module, _colon, function = spec.target.partition(":")
    app = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=HELP_NAMES)
    register = app.command(name, cls=spec.cls, help=_(spec.help), options_metavar=_("[OPTIONS]"))
    register(getattr(import_module(f"ordos_targets.cli.commands.{module}"), function))
    command = get_command(app)
    _translate(command.params)
    return command


def _group(name: str, spec: GroupSpec) -> CommandGroup:
    group = CommandGroup(
        name=name,
        help=_(spec.help),
        context_settings=HELP_NAMES,
        options_metavar=_("[OPTIONS]"),
        subcommand_metavar=_("COMMAND [ARGS]..."),
        no_args_is_help=False,  # else its help were an error message
        rich_markup_mode=None,
    )
    group.specs = spec.commands
    return group


def _translate(parameters: Iterable[Any]) -> None:
    for parameter in parameters:
        parameter.help = _(parameter.help)


def _repeated(parameters: Iterable[Any]) -> list[Any]:
    """Return the global options among `parameters` for the place after a command's name.

    There the environment is not read again, or it would win over an option before the name.
    """
    options = [copy(parameter) for parameter in parameters if parameter.name in GLOBAL_OPTIONS]
    for option in options:
        option.envvar = None
    return options


def keep(context: typer.Context, parameter: typer.CallbackParam, value: Any) -> None:
    """Keep the value of a global option in the session; one that is not given changes nothing."""
    if value is not None and value is not False:
        from ordos_targets.cli.session import Session

        setattr(context.find_root().ensure_object(Session), str(parameter.name), value)


def print_version(value: bool) -> None:  # noqa: FBT001 - Typer calls it
    """Print the version, and end the run."""
    if value:
        typer.echo(f"ordos-targets {__version__}")
        raise typer.Exit


TargetsFile = Annotated[
    str | None,
    typer.Option(
        "--targets", "-t", metavar="FILE", envvar="ORDOS_TARGETS_FILE", callback=keep, expose_value=False,
        help=N_("Targets file (default: targets.toml in this folder or a parent folder)."),
    ),
]  # fmt: skip
LedgerOption = Annotated[
    str | None,
    typer.Option(
        "--ledger", metavar="URL", envvar="ORDOS_TARGETS_LEDGER", callback=keep, expose_value=False,
        help=N_("Ledger: a file or a URL (default: the one set in the targets file)."),
    ),
]  # fmt: skip
Language = Annotated[
    str | None,
    typer.Option(
        "--lang", metavar="LANG", envvar="ORDOS_TARGETS_LANG", callback=keep, expose_value=False,
        autocompletion=complete_language,
        help=N_("Language of the output: zh or en (default: that of the system)."),
    ),
]  # fmt: skip
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet", "-q", callback=keep, expose_value=False, help=N_("Print only results and errors.")
    ),
]  # fmt: skip
NoColor = Annotated[
    bool,
    typer.Option("--no-color", callback=keep, expose_value=False, help=N_("Do not use colours, even on a terminal.")),
]
Debug = Annotated[
    bool, typer.Option("--debug", expose_value=False, help=N_("Show where in the program an error occurred."))
]
Version = Annotated[
    bool,
    typer.Option("--version", callback=print_version, expose_value=False, is_eager=True, help=N_("Show the version.")),
]
# The parameters below that every command takes too.
GLOBAL_OPTIONS = ("targets_file", "ledger", "lang", "quiet", "no_color", "debug")


def run_default(  # noqa: PLR0913, PLR0917 - the global options
    context: typer.Context,
    targets_file: TargetsFile = None,
    ledger: LedgerOption = None,
    lang: Language = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
    debug: Debug = False,
    version: Version = False,
) -> int | None:
    """Show the status where the command line names no command; `keep` has the options."""
    if context.invoked_subcommand is not None:
        return None
    from ordos_targets.cli.commands.read import status

    return status(context)


def build_app() -> Any:
    """Return the command line as Typer reads it, in the language of the run."""
    locale.activate_for_libraries()
    app = typer.Typer(
        name="ordos-targets",
        cls=CommandGroup,
        invoke_without_command=True,
        help=_("Track yearly targets: progress, pace and the gap to each goal. Without a command: status."),
        epilog=_exit_codes(),
        context_settings=HELP_NAMES,
        options_metavar=_("[OPTIONS]"),
        subcommand_metavar=_("COMMAND [ARGS]..."),
        rich_markup_mode=None,
    )
    app.callback()(run_default)
    group = get_command(app)
    _translate(group.params)
    return group


def _exit_codes() -> str:
    """Return the exit codes as the last paragraph of the help; the mark in front keeps its lines apart."""
    lines = [f"  {code.value}  {_(code.meaning)}" for code in ExitCode]
    return "\n".join(["\b", _("Exit codes:"), *lines])


def main(arguments: Sequence[str]) -> int:
    """Run the command line `arguments` and return the exit code. Never raises."""
    _use_utf8()
    locale.activate(locale.choose_language(_option(arguments, "--lang"), *map(os.environ.get, LANGUAGE_VARIABLES)))
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        with suppress(OSError):
            sys.stderr.write("\n" + _("Interrupted.") + "\n")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - every error is printed as a sentence, never as a traceback
        return _print_error(error, arguments)


def _print_error(error: Exception, arguments: Sequence[str]) -> int:
    """Print what went wrong, in the form that the arguments ask for, and return the exit code."""
    from ordos_targets.cli.errors import print_error, print_nagios_error, print_traceback

    if "--debug" in arguments:
        print_traceback(error, sys.stderr)
    if "--nagios" in arguments:
        return print_nagios_error(error, sys.stdout)
    as_json = _option(arguments, "--format") in {"json", "jsonl"} and "import" not in arguments  # its format is read
    return print_error(error, sys.stderr, as_json=as_json)


def _run(arguments: Sequence[str]) -> int:
    try:
        code = build_app().main(list(arguments), prog_name="ordos-targets", standalone_mode=False)
    except (typer.Abort, EOFError):  # the end of input at a question
        raise KeyboardInterrupt from None
    except SystemExit as end:  # Typer's own, after a help text whose reader has gone, and after completion
        code = ExitCode.OK if isinstance(end.__context__, BrokenPipeError) else end.code
    except OSError as error:
        if error.filename is not None:
            raise
        from ordos_targets.report.output import StdoutFailed, silence

        silence(sys.stdout)  # a help text found no room: what else is printed or written fails in our own words
        raise StdoutFailed(reason=error.strerror or str(error)) from error
    if code == INTERRUPTED:  # Typer's word for Ctrl-C
        raise KeyboardInterrupt
    return int(code) if isinstance(code, int) else ExitCode.OK


def _use_utf8() -> None:
    """Write UTF-8 off a terminal, whatever the locale; on one use its encoding, and let no character stop the run.

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
    """Return the last value given to an option; help and errors need some before the command line is parsed."""
    value = None
    for number, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == name and number + 1 < len(arguments):
            value = arguments[number + 1]
        elif argument.startswith(f"{name}="):
            value = argument.partition("=")[2]
    return value
