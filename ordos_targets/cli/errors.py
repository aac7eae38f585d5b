"""Errors on stderr: sentences for people, or JSON for a program that asked for JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol, TextIO, runtime_checkable

import typer

from ordos_targets.domain.errors import AppError, ExitCode, Message
from ordos_targets.domain.targets import District, Target
from ordos_targets.locale import _, in_english, translate
from ordos_targets.report.nagios import Service
from ordos_targets.report.output import StdoutFailed, write_stream
from ordos_targets.report.sanitize import escape_control_characters
from ordos_targets.report.serialize import dumps
from ordos_targets.store.passwords import without_passwords

# The module of Typer's usage errors: click's own, or the copy inside Typer, as the version has it.
usage_errors: Any = sys.modules[typer.BadParameter.__module__]

# In characters: of each part of a problem (its place, its key, its sentence), and of a sentence with all names in it.
MAX_PART, MAX_LINE = 4000, 50_000


@runtime_checkable
class Placed(Protocol):
    """One of several problems of a file: where it is, and what is wrong there."""

    @property
    def labels(self) -> tuple[str | None, ...]: ...
    @property
    def message(self) -> Message: ...
    def facts(self) -> Iterator[tuple[str, object]]: ...


class Report(NamedTuple):
    """An error as it is printed: its code, the exit code, sentences, and facts for programs."""

    code: str
    exit_code: ExitCode
    lines: list[str]
    facts: dict[str, object]


def print_error(error: Exception, stream: TextIO, *, as_json: bool) -> int:
    """Print `error` on `stream`, and return the exit code of the run."""
    code, exit_code, lines, facts = _report(error)
    if as_json:
        document = {"error": {"code": code, "message": " ".join(lines), "exit_code": int(exit_code), **facts}}
        printed = [dumps(document)]
    else:
        first, *others = lines
        printed = [
            _("ordos-targets: error: {text}").format(text=escape_control_characters(first)),
            *(f"  {escape_control_characters(line)}" for line in others),
        ]
    with suppress(StdoutFailed):  # the exit code still speaks
        write_stream(stream, "".join(f"{line}\n" for line in printed))
    return exit_code


def print_nagios_error(error: Exception, stream: TextIO) -> int:
    """Print `error` as a monitoring plugin prints that it knows nothing, and return that exit code."""
    text = escape_control_characters(" ".join(_report(error).lines)).replace("|", "/")
    with suppress(StdoutFailed):
        write_stream(stream, f"TARGETS {Service.UNKNOWN.name} - {text}\n")
    return Service.UNKNOWN


def print_traceback(error: Exception, stream: TextIO) -> None:
    """Print where in the program `error` arose, without passwords and what a terminal would obey."""
    import traceback

    lines = "".join(traceback.format_exception(error)).split("\n")
    with suppress(StdoutFailed):
        write_stream(stream, "\n".join(escape_control_characters(without_passwords(line)) for line in lines))


def _report(error: Exception) -> Report:
    """Return the report of an error; no password of a ledger is in it."""
    report = _parts(error)
    return report._replace(lines=[_truncate(without_passwords(line), MAX_LINE) for line in report.lines])


def _parts(error: Exception) -> Report:
    if isinstance(error, AppError):
        problems: Sequence[Placed] = getattr(error, "problems", ())
        lines = [translate(error.message), *(problem_line(problem) for problem in problems)]
        more = int(str(error.params.get("count", 0))) - len(problems)
        if problems and more > 0:
            lines.append(_("… and {count} more").format(count=more))
        return Report(error.code, error.exit_code, lines, {name: _fact(fact) for name, fact in error.params.items()})
    if isinstance(error, usage_errors.ClickException):
        lines = [_usage_sentence(error)]
        if getattr(error, "ctx", None) is not None:
            lines.append(_("See `{command} --help`.").format(command=error.ctx.command_path))
        return Report("usage", ExitCode.USAGE, lines, {})
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    text = _("Unexpected error ({reason}). Run the command again with --debug, and report what it prints.")
    return Report("unexpected", ExitCode.UNEXPECTED, [text.format(reason=reason)], {})


def problem_line(problem: Placed) -> str:
    """Return `targets.toml:12: target-id: goal: what is wrong`."""
    return ": ".join(_truncate(part) for part in (*problem.labels, translate(problem.message)) if part)


def _truncate(text: str, longest: int = MAX_PART) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _fact(fact: object) -> object:
    """Return a fact as JSON-able data."""
    if isinstance(fact, Message):
        return in_english(fact)  # programs read one language
    if isinstance(fact, Target | District):
        return fact.id
    if isinstance(fact, Placed):
        return {**dict(fact.facts()), "message": translate(fact.message)}
    if isinstance(fact, list | tuple):
        return [_fact(item) for item in fact]
    return without_passwords(fact) if isinstance(fact, str) else fact


def _usage_sentence(error: Any) -> str:
    """Return a usage error that Typer raised as a sentence in the language of the run."""
    if isinstance(error, usage_errors.NoSuchOption):
        text = _("Unknown option {option}.").format(option=error.option_name)
        alike = _(", ").join(sorted(error.possibilities or ()))
        return _("{sentence} Did you mean {alike}?").format(sentence=text, alike=alike) if alike else text
    if isinstance(error, usage_errors.BadOptionUsage):
        flag = "does not take" in str(error.message)  # the class is the same
        text = _("Option {option} takes no value.") if flag else _("Option {option} needs a value.")
        return text.format(option=error.option_name)
    if isinstance(error, usage_errors.MissingParameter) and error.param is not None:
        return _("{name} is missing.").format(name=_name(error.param))
    if isinstance(error, usage_errors.BadParameter) and error.param is not None:
        return _bad_value(error)
    return str(error.format_message())


def _bad_value(error: Any) -> str:
    """Return that a parameter does not take a value, with the values it takes where they are a list."""
    name, kind = _name(error.param), error.param.type
    if choices := getattr(kind, "choices", None):
        values = _(", ").join(str(getattr(choice, "value", choice)) for choice in choices)
        return _("{name} must be one of {choices}.").format(name=name, choices=values)
    if "int" in str(getattr(kind, "name", "")):
        least = getattr(kind, "min", None)
        text = (
            _("{name} must be a whole number.")
            if least is None
            else _("{name} must be a whole number, {least} or more.")
        )
        return text.format(name=name, least=least)
    return _("Invalid value for {name}: {reason}").format(name=name, reason=error.message)


def _name(parameter: Any) -> str:
    """Return an option as it is typed, an argument as help writes it."""
    if parameter.param_type_name == "option":
        return "/".join(parameter.opts)
    return str(parameter.metavar or parameter.name).strip("[]").upper()
