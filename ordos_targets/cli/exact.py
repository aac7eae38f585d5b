"""Command lines as cron and pipelines write them: every word spelled out, so that nothing needs to be guessed.

Such a line means the same here and to Typer, and is read from the same declarations (`cli.grammar`), without what
loading Typer costs: more than all the rest of a run. Of any other line nothing is said here, not even what is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from ordos_targets.cli.grammar import (
    COMMANDS,
    DEFAULT_COMMAND,
    EVERYWHERE,
    Declared,
    Parameter,
    declared,
)
from ordos_targets.cli.session import Session
from ordos_targets.locale import known

DASHES = ("-", "—", "－", "–")

Call = Callable[[], int | None]


class _NotExactError(Exception):
    """A word that this reader leaves to Typer."""


def exact(arguments: Sequence[str]) -> Call | None:
    """What carries the command line out, and gives its exit code; None where Typer has to read it."""
    try:
        return _call(arguments)
    except _NotExactError:
        return None


def _call(arguments: Sequence[str]) -> Call:
    found: Declared | None = None
    options = _options(EVERYWHERE)
    given: dict[str, Any] = {}
    places: list[str] = []
    words = iter(arguments)
    for word in words:
        if word.startswith(DASHES) and word != "-":
            _take(word, words, options, given)
        elif found is None:
            found = _command(word)
            options |= _options(found.parameters())
        else:
            places.append(word)
    settings = {one.name: given.pop(one.name, None) or _standing_in(one) for one in EVERYWHERE}
    if settings["lang"] is not None and known(settings["lang"]) is None:
        raise _NotExactError
    found = found or _command(DEFAULT_COMMAND)
    given |= _placed(found, places)
    session = Session(
        targets_file=settings["targets_file"],
        ledger=settings["ledger"],
        quiet=bool(settings["quiet"]),
        no_color=bool(settings["no_color"]),
    )
    return partial(found.run, session, **given)


def _command(name: str) -> Declared:
    if name not in COMMANDS:
        raise _NotExactError
    found = declared(name)
    if not isinstance(found, Declared):  # what sets things up is typed by people
        raise _NotExactError
    return found


def _options(parameters: Iterable[Parameter]) -> dict[str, Parameter]:
    """Parameters by the names they go by on the line; one with a name for its contrary goes by none."""
    return {name: one for one in parameters for name in one.said.names if "/" not in name}


def _take(word: str, words: Iterator[str], options: dict[str, Parameter], given: dict[str, Any]) -> None:
    """Add to `given` what an option says; its value may be the next of the words."""
    name, sign, value = word.partition("=")
    option = options.get(name)
    if option is None or (sign and not name.startswith("--")) or (option.name in given and not option.many):
        raise _NotExactError
    if option.type is bool:
        if sign:
            raise _NotExactError
        given[option.name] = True
        return
    read = _value(option, value if sign else next(words, ""))
    given[option.name] = [*given.get(option.name, []), read] if option.many else read


def _value(parameter: Parameter, text: str) -> Any:  # noqa: ANN401 - whatever the parameter's type is
    """A text as a value of the parameter's type."""
    if not text or (text.startswith(DASHES) and text != "-"):
        raise _NotExactError
    try:
        value = parameter.type(text)
    except ValueError:
        raise _NotExactError from None
    if parameter.said.least is not None and value < parameter.said.least:
        raise _NotExactError
    return value


def _placed(found: Declared, places: Sequence[str]) -> dict[str, Any]:
    """What the words without a name say, each argument in its place; those left out have their defaults."""
    given: dict[str, Any] = {}
    rest = list(places)
    for one in found.parameters():
        if one.said.names:
            continue
        taken, rest = (rest, []) if one.many else (rest[:1], rest[1:])
        values = [_value(one, text) for text in taken]
        if values:
            given[one.name] = values if one.many else values[0]
        elif one.required or found.asks:
            raise _NotExactError
    if rest:
        raise _NotExactError
    return given


def _standing_in(parameter: Parameter) -> str | None:
    """What the environment says in place of an option."""
    text = os.environ.get(parameter.said.env) if parameter.said.env else None
    return _value(parameter, text) if text else None
