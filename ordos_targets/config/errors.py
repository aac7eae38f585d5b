"""The problems of a targets file, the errors of reading one, and sentences for what pydantic finds wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

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


class InvalidTargets(InvalidData):
    """A file that can be read but not used. Params: file, count, problems (the first of them, in line order)."""

    code = "invalid_targets"
    template = N_("{file}: problems found: {count}")

    def __init__(self, file: str, problems: tuple[Problem, ...]) -> None:
        self.problems = problems[:MAX_PROBLEMS]
        super().__init__(file=file, count=len(problems), problems=self.problems)


class TargetsNotFound(InvalidData):
    """No targets file from `folder` upwards. Params: folder."""

    code = "no_targets_file"
    template = N_("there is no targets.toml in {folder} or a folder above it; `ordos-targets init` writes one")


class TargetsFileMissing(TargetsNotFound):
    """A file that was named and does not exist. Params: file."""

    template = N_("there is no file {file}; `ordos-targets init` writes a targets file")


class TargetsIsFolder(InvalidData):
    """A path that leads to a folder. Params: file."""

    code = "targets_is_folder"
    template = N_("{file} is a folder; name the targets file itself")


class TargetsUnreadable(InvalidData):
    """A file that the system refuses to read. Params: file, reason (the system's own words)."""

    code = "targets_unreadable"
    template = N_("{file} cannot be read: {reason}")


class TargetsTooLarge(InvalidData):
    """A file larger than any targets file. Params: file, megabytes (the limit)."""

    code = "targets_too_large"
    template = N_("{file} is larger than {megabytes} MB: this is no targets file")


class TargetsEmpty(InvalidData):
    """A file without any text. Params: file."""

    code = "targets_empty"
    template = N_("{file} is empty; `ordos-targets init --force` writes a starting file")


class TargetsNotUtf8(InvalidData):
    """A file that is not UTF-8 text (GBK, UTF-16, not text at all). Params: file, line (of the first wrong byte)."""

    code = "targets_not_utf8"
    template = N_("{file}:{line}: this is not UTF-8 text; save it as UTF-8 in your editor")


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
