"""The problems of a targets file that can be read, and sentences for what pydantic finds wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ordos_targets.domain.errors import N_, InvalidData, Message
from ordos_targets.domain.names import quote_for_message

MAX_PROBLEMS = 500  # nobody reads more, and a file that is no targets file may have one for every value
MAX_WORD = 64  # no key is longer

KeyPath = tuple[str | int, ...]


def dotted(path: KeyPath) -> str:
    """Return a path as people write it: `items.1.due`."""
    return ".".join(map(str, path))


class Fault(NamedTuple):
    """A problem before its line is looked for; `path` leads from the root of the file: ("targets", 3, "goal")."""

    path: KeyPath
    message: Message


class WrongValueError(ValueError):
    """A single value that cannot be used, with the sentence about it."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.template)
        self.message = message


class Problem(NamedTuple):
    """A problem of a targets file, as it is reported.

    Attributes:
        file: The path as it was given.
        line: The line, from 1; None where no line can be named.
        target: The id of the target around the problem, as written; None outside of targets.
        key: The dotted key, from the target where there is one: "goal", "items.1.due". Positions count from 0.
        message: The sentence.
    """

    file: str
    line: int | None
    target: str | None
    key: str
    message: Message

    @property
    def where(self) -> str:
        """Return the place in the form that editors and terminals recognise: `targets.toml:12`."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    @property
    def labels(self) -> tuple[str | None, ...]:
        """Return what is shown before the sentence."""
        return (self.where, self.target, self.key)

    def facts(self) -> Iterator[tuple[str, object]]:
        """Yield what JSON has beside the sentence, by key."""
        yield from zip(self._fields[:-1], self, strict=False)


def problem_of(fault: Fault, file: str, line: int, raw: Mapping[str, Any]) -> Problem:
    """Return a fault of the values `raw` as a problem of the file, with the id of the target it stands in."""
    path = fault.path
    if len(path) == 1 or path[0] != "targets":
        return Problem(file, line, None, dotted(path), fault.message)
    row = raw["targets"][path[1]]
    id_ = row.get("id") if isinstance(row, dict) else None
    return Problem(file, line, id_ if isinstance(id_, str) else None, dotted(path[2:]), fault.message)


class InvalidTargets(InvalidData):
    """A file that can be read but not used. Params: file, count, problems (the first of them, in line order)."""

    code = "invalid_targets"
    template = N_("{file}: {count:problem|problems} found")

    def __init__(self, file: str, problems: tuple[Problem, ...]) -> None:
        self.problems = problems[:MAX_PROBLEMS]
        super().__init__(file=file, count=len(problems), problems=self.problems)


# By pydantic's type of error.
SENTENCES: Mapping[str, str] = {
    "missing": N_("this key is required"),
    "string_type": N_("must be text, in quotes"),
    "bool_type": N_("must be true or false, without quotes"),
    "int_type": N_("must be a whole number, without quotes"),
    "date_type": N_("must be a date, written 2025-06-30"),
    "list_type": N_("must be a list: [ … ]"),
    "dict_type": N_("must be a table: {{ key = value }}"),
    "model_type": N_("must be a table: {{ key = value }}"),
    "model_attributes_type": N_("must be a table: {{ key = value }}"),
    "greater_than_equal": N_("must be at least {ge}"),
    "less_than_equal": N_("must be at most {le}"),
    "string_too_short": N_("must not be empty"),
}


def message_of(
    path: KeyPath, error_type: str, params: Mapping[str, object], known_keys: Callable[[KeyPath], list[str]]
) -> Message:
    """Return the sentence for an error of pydantic's at `path`.

    Args:
        path: Where the error is.
        error_type: Pydantic's name for the kind of error.
        params: What pydantic says about it, and the `input`.
        known_keys: Returns the keys of the table that a path ends in.
    """
    if error_type == "extra_forbidden":
        return _unknown_key(path, known_keys)
    if error_type in {"enum", "literal_error"}:
        return _not_a_choice(re.findall(r"'([^']*)'", str(params["expected"])), params["input"])
    if isinstance(error := params.get("error"), WrongValueError):
        return error.message
    template = SENTENCES.get(error_type, N_("cannot be used here"))
    return Message(template, {name: params[name] for name in ("ge", "le") if name in params})


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most like `word`; None where none is alike enough."""
    from difflib import get_close_matches  # needed only once something is wrong

    matches = get_close_matches(word, list(candidates), 1) if len(word) <= MAX_WORD else []
    return matches[0] if matches else None


def _unknown_key(path: KeyPath, known_keys: Callable[[KeyPath], list[str]]) -> Message:
    key, keys = str(path[-1]), known_keys(path)
    if len(path) > 1 and key in known_keys((key,)):
        return Message(N_("unknown key here; write it at the top of the file, before the first [ or [["))
    if suggestion := did_you_mean(key, keys):
        return Message(N_("unknown key; did you mean {suggestion}?"), {"suggestion": suggestion})
    return Message(N_("unknown key; the keys here are: {keys}"), {"keys": ", ".join(keys)})


def _not_a_choice(choices: list[str], value: object) -> Message:
    params = {"choices": ", ".join(choices)}
    if not isinstance(value, str):
        return Message(N_("must be one of: {choices}"), params)
    params["value"] = quote_for_message(value)
    if suggestion := did_you_mean(value, choices):
        template = N_("{value} is not one of: {choices}; did you mean {suggestion}?")
        return Message(template, {**params, "suggestion": suggestion})
    return Message(N_("{value} is not one of: {choices}"), params)
