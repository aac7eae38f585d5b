"""What went wrong, said on stderr: for people, or as JSON for a program that asked for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Protocol, TextIO, runtime_checkable

from ordos_targets.cli.usage import usage_lines
from ordos_targets.domain.errors import AppError, ExitCode, Message
from ordos_targets.domain.targets import District, Target
from ordos_targets.locale import _, say
from ordos_targets.report.nagios import Service
from ordos_targets.report.output import StdoutFailed, write_stream
from ordos_targets.report.sanitize import escape_control_characters
from ordos_targets.report.serialize import dumps
from ordos_targets.store.passwords import without_passwords

# Of what one problem says (its place, its key, its sentence), and of a sentence with all the names there are.
LONGEST_PART, LONGEST_LINE = 4000, 50_000


@runtime_checkable
class Placed(Protocol):
    """One of several problems of a file: where it is, and what is wrong there."""

    @property
    def labels(self) -> tuple[str | None, ...]: ...
    @property
    def message(self) -> Message: ...
    def facts(self) -> Iterator[tuple[str, object]]: ...


def print_error(error: Exception, stream: TextIO, *, as_json: bool) -> int:
    """Say `error` on `stream` and return the exit code of the run."""
    code, exit_code, lines, facts = _told(error)
    if as_json:
        document = {"error": {"code": code, "message": " ".join(lines), "exit_code": int(exit_code), **facts}}
        told = [dumps(document)]
    else:
        first, *others = lines
        told = [
            _("ordos-targets: error: {text}").format(text=escape_control_characters(first)),
            *(f"  {escape_control_characters(line)}" for line in others),
        ]
    with suppress(StdoutFailed):  # where nothing can be said the exit code still speaks
        write_stream(stream, "".join(f"{line}\n" for line in told))
    return exit_code


def tell_monitor(error: Exception, stream: TextIO) -> int:
    """Say `error` as a monitoring plugin says that it knows nothing, and return that exit code."""
    _code, _exit_code, lines, _facts = _told(error)
    with suppress(StdoutFailed):
        write_stream(
            stream, f"TARGETS {Service.UNKNOWN.name} - {escape_control_characters(' '.join(lines)).replace('|', '/')}\n"
        )
    return Service.UNKNOWN


def tell_trace(error: Exception, stream: TextIO) -> None:
    """Say where in the program `error` arose, without what a terminal would obey or nobody should read."""
    import traceback  # noqa: PLC0415 - for those who ask

    lines = "".join(traceback.format_exception(error)).split("\n")
    with suppress(StdoutFailed):
        write_stream(stream, "\n".join(escape_control_characters(without_passwords(line)) for line in lines))


def _told(error: Exception) -> tuple[str, ExitCode, list[str], dict[str, object]]:
    """The code, exit code, sentences and facts of an error; no password of a ledger is in them."""
    code, exit_code, lines, facts = _parts(error)
    return code, exit_code, [_cut(without_passwords(line), LONGEST_LINE) for line in lines], facts


def _parts(error: Exception) -> tuple[str, ExitCode, list[str], dict[str, object]]:
    """The code, exit code, sentences and facts of an error."""
    if isinstance(error, AppError):
        problems: Sequence[Placed] = getattr(error, "problems", ())
        lines = [say(error.message), *(problem_line(problem) for problem in problems)]
        untold = int(str(error.params.get("count", 0))) - len(problems)
        if problems and untold > 0:
            lines.append(_("… and {count} more").format(count=untold))
        return error.code, error.exit_code, lines, _plain(error.params)
    if hasattr(error, "format_message"):  # click's usage errors: their class moves with Typer's versions
        return "usage", ExitCode.USAGE, usage_lines(error), {}
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    told = _("Unexpected error ({reason}). Repeat the command with --debug to see where, and report it.")
    return "unexpected", ExitCode.UNEXPECTED, [told.format(reason=reason)], {}


def problem_line(problem: Placed) -> str:
    """`targets.toml:12: target-id: goal: what is wrong`."""
    return ": ".join(_cut(part) for part in (*problem.labels, say(problem.message)) if part)


def _cut(text: str, longest: int = LONGEST_PART) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _plain(facts: Mapping[str, object]) -> dict[str, object]:
    """Facts as JSON-able data."""
    return {name: _fact(fact) for name, fact in facts.items()}


def _fact(fact: object) -> object:
    if isinstance(fact, Message):
        return str(fact)  # for programs, which read one language
    if isinstance(fact, Target | District):
        return fact.id
    if isinstance(fact, Placed):
        return {**dict(fact.facts()), "message": say(fact.message)}
    if isinstance(fact, list | tuple):
        return [_fact(one) for one in fact]
    return without_passwords(fact) if isinstance(fact, str) else fact
