"""What can be wrong with a targets file: the problems in it, and the failures of reading it at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar, NamedTuple

from ordos_targets.domain.errors import N_, InvalidData, Message
from ordos_targets.domain.names import quote_for_message

# A person reads no more, and a file that is none may have as many as it has values.
MOST_TOLD = 500
KeyPath = tuple[str | int, ...]


def dotted(path: KeyPath) -> str:
    """Return a path as a person reads it: `items.1.due`."""
    return ".".join(map(str, path))


class Fault(NamedTuple):
    """A problem before its line is known: the key's `path` from the root of the file, ("targets", 3, "goal")."""

    path: KeyPath
    message: Message


class WrongValueError(ValueError):
    """Raised while one value is read; carries the sentence that says what is wrong with it."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.template)
        self.message = message


class Problem(NamedTuple):
    """One problem of a targets file, as a person is told of it.

    `file` is the path as it was given; `line` counts from 1, None where no line can be named; `target` is the id of
    the target it stands in, if any; `key` is dotted, and within a target starts there: "goal", "items.1.due".
    Positions in lists count from 0, as in JSON.
    """

    file: str
    line: int | None
    target: str | None
    key: str
    message: Message

    @property
    def where(self) -> str:
        """The place as editors and terminals understand it: `targets.toml:12`."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    @property
    def labels(self) -> tuple[str | None, ...]:
        """What is named before the sentence."""
        return (self.where, self.target, self.key)

    def facts(self) -> Iterator[tuple[str, object]]:
        """What a program is told beside the sentence."""
        yield "file", self.file
        yield "line", self.line
        yield "target", self.target
        yield "key", self.key


class InvalidTargets(InvalidData):
    """The file can be read but not used. Params: file, count, problems (the first of them, in line order)."""

    code: ClassVar[str] = "invalid_targets"
    template: ClassVar[str] = N_("{file}: problems found: {count}")

    def __init__(self, file: str, problems: tuple[Problem, ...]) -> None:
        self.problems = problems[:MOST_TOLD]
        super().__init__(file=file, count=len(problems), problems=self.problems)


class TargetsNotFound(InvalidData):
    """No targets file from `folder` upwards. Params: folder."""

    code: ClassVar[str] = "no_targets_file"
    template: ClassVar[str] = N_(
        "there is no targets.toml in {folder} or a folder above it; `ordos-targets init` writes one"
    )


class TargetsFileMissing(TargetsNotFound):
    """The file that was named does not exist. Params: file."""

    template: ClassVar[str] = N_("there is no file {file}; `ordos-targets init` writes a targets file")


class TargetsIsFolder(InvalidData):
    """The path leads to a folder. Params: file."""

    code: ClassVar[str] = "targets_is_folder"
    template: ClassVar[str] = N_("{file} is a folder; name the targets file itself")


class TargetsUnreadable(InvalidData):
    """The system refuses to read the file. Params: file, reason (the system's own words)."""

    code: ClassVar[str] = "targets_unreadable"
    template: ClassVar[str] = N_("{file} cannot be read: {reason}")


class TargetsTooLarge(InvalidData):
    """The file is larger than any targets file. Params: file, megabytes (the limit)."""

    code: ClassVar[str] = "targets_too_large"
    template: ClassVar[str] = N_("{file} is larger than {megabytes} MB: this is no targets file")


class TargetsEmpty(InvalidData):
    """The file holds nothing at all. Params: file."""

    code: ClassVar[str] = "targets_empty"
    template: ClassVar[str] = N_("{file} is empty; `ordos-targets init --force` writes a starting file")


class TargetsNotUtf8(InvalidData):
    """The file is not UTF-8 text (GBK, UTF-16, not text at all). Params: file, line (of the first wrong byte)."""

    code: ClassVar[str] = "targets_not_utf8"
    template: ClassVar[str] = N_("{file}:{line}: this is not UTF-8 text; save it as UTF-8 in your editor")


LONGEST_WORD = 64  # no key is longer
Known = Callable[[KeyPath], list[str]]

SENTENCES: Mapping[str, str] = {
    "missing": N_("this key is required"),
    "string_type": N_("must be text, in quotes"),
    "bool_type": N_("must be true or false, without quotes"),
    "int_type": N_("must be a whole number, without quotes"),
    "date_type": N_("must be a date, written 2025-06-30"),
    "list_type": N_("must be a list: [ … ]"),
    "dict_type": N_("must be a table: {{ key = value }}"),
    "model_type": N_("must be a table: {{ key = value }}"),
    "greater_than_equal": N_("must be at least {ge}"),
    "less_than_equal": N_("must be at most {le}"),
    "string_too_short": N_("must not be empty"),
}
SAME_AS: Mapping[str, str] = {"model_attributes_type": "model_type"}
QUOTED = re.compile(r"'([^']*)'")


def fault_of(path: KeyPath, kind: str, facts: Mapping[str, object], known: Known) -> Fault:
    """The fault that an error of type `kind` at `path` is; `known` gives the keys of the table a path stands in."""
    if kind == "extra_forbidden":
        return Fault(path, _unknown_key(path, known))
    if kind in {"enum", "literal_error"}:
        return Fault(path, _not_a_choice(str(facts["expected"]), facts.get("input")))
    error = facts.get("error")
    if isinstance(error, WrongValueError):
        return Fault(path, error.message)
    template = SENTENCES.get(SAME_AS.get(kind, kind), N_("cannot be used here"))
    return Fault(path, Message(template, {name: facts[name] for name in ("ge", "le") if name in facts}))


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, if one is alike enough."""
    if len(word) > LONGEST_WORD:
        return None
    from difflib import get_close_matches  # needed only once something is wrong

    found = get_close_matches(word, list(candidates), 1)
    return found[0] if found else None


def _unknown_key(path: KeyPath, known: Known) -> Message:
    key = str(path[-1])
    if len(path) > 1 and key in known((key,)):
        return Message(N_("unknown key here; write it at the top of the file, before the first [ or [["))
    suggestion = did_you_mean(key, known(path))
    if suggestion:
        return Message(N_("unknown key; did you mean {suggestion}?"), {"suggestion": suggestion})
    return Message(N_("unknown key; the keys here are: {keys}"), {"keys": ", ".join(known(path))})


def _not_a_choice(expected: str, value: object) -> Message:
    choices = QUOTED.findall(expected)
    facts: dict[str, object] = {"choices": ", ".join(choices)}
    if not isinstance(value, str):
        return Message(N_("must be one of: {choices}"), facts)
    facts["value"] = quote_for_message(value)
    suggestion = did_you_mean(value, choices)
    if not suggestion:
        return Message(N_("{value} is not one of: {choices}"), facts)
    facts["suggestion"] = suggestion
    return Message(N_("{value} is not one of: {choices}; did you mean {suggestion}?"), facts)
