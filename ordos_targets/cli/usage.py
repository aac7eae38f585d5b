"""Usage errors that Typer finds by itself, said in the reader's language."""

from __future__ import annotations

from typing import Any

from ordos_targets.domain.errors import N_
from ordos_targets.locale import _

# What Typer looks up in our catalogue by itself (typer/core.py); named here so that it is found for translation.
SAID_BY_TYPER = (
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("required"),
    N_("default: {default}"),
    N_("env var: {var}"),
    N_("(dynamic)"),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("Aborted!"),
)


def usage_lines(error: Any) -> list[str]:  # noqa: ANN401 - click's types move with Typer's versions
    """What is wrong with a command line, and where help is."""
    lines = [_sentence(error)]
    if getattr(error, "ctx", None) is not None:
        lines.append(_("See `{command} --help`.").format(command=error.ctx.command_path))
    return lines


def _sentence(error: Any) -> str:  # noqa: ANN401 - the same
    kind = type(error).__name__
    if kind == "NoSuchOption":
        told = _("There is no option {option}.").format(option=error.option_name)
        alike = _(", ").join(sorted(error.possibilities or ()))
        return _("{told} Did you mean {alike}?").format(told=told, alike=alike) if alike else told
    if kind == "MissingParameter" and error.param is not None:
        return _("{name} is missing.").format(name=_name(error.param))
    if kind == "BadOptionUsage" and "does not take" in str(error.message):
        return _("Option {option} takes no value.").format(option=error.option_name)
    if kind == "BadOptionUsage":
        return _("Option {option} needs a value.").format(option=error.option_name)
    if kind == "BadParameter" and error.param is not None:
        return _bad_value(error)
    return str(error.format_message())


def _bad_value(error: Any) -> str:  # noqa: ANN401 - the same
    """A value that its parameter does not take; with those it takes, where they are a list."""
    name, choices = _name(error.param), getattr(error.param.type, "choices", None)
    if choices:
        taken = _(", ").join(str(getattr(choice, "value", choice)) for choice in choices)
        return _("{name} takes one of {choices}.").format(name=name, choices=taken)
    if "int" in str(getattr(error.param.type, "name", "")):
        least = getattr(error.param.type, "min", None)
        told = _("{name} takes a whole number.") if least is None else _("{name} takes a whole number from {least} on.")
        return told.format(name=name, least=least)
    return _("{name} does not take this value: {reason}").format(name=name, reason=error.message)


def _name(parameter: Any) -> str:  # noqa: ANN401 - the same
    """An option as it is typed, an argument as help writes it."""
    if parameter.param_type_name == "option":
        return "/".join(parameter.opts)
    return str(parameter.metavar or parameter.name).strip("[]").upper()
