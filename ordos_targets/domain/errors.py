"""The bases of every failure the tool reports. Each failure is a class of its own, beside the code that raises it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import ClassVar, NamedTuple

NO_FACTS: Mapping[str, object] = MappingProxyType({})


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark `text` for translation and return it unchanged."""
    return text


class Message(NamedTuple):
    """A sentence and the facts in it.

    `template` is English, with `{name}` places, and is the key of the translation;
    `facts` fill the places: strings, numbers, dates, targets and districts (said by name), other Messages, or
    lists of them.
    """

    template: str
    facts: Mapping[str, object] = NO_FACTS

    def __str__(self) -> str:
        """The sentence in English."""
        return self.template.format_map(self.facts)


class ExitCode(IntEnum):
    """How a run ends, as scripts see it."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    FAIL_ON = 3
    INVALID = 4
    LEDGER = 5

    @property
    def meaning(self) -> str:
        """What the code tells a script; in English, to be translated."""
        return MEANINGS[self]


MEANINGS = {
    ExitCode.OK: N_("fine"),
    ExitCode.UNEXPECTED: N_("unexpected error"),
    ExitCode.USAGE: N_("usage: an unknown name, a value or date that cannot be read"),
    ExitCode.FAIL_ON: N_("a target is in a --fail-on status"),
    ExitCode.INVALID: N_("the targets file or imported data are invalid"),
    ExitCode.LEDGER: N_("the ledger is unreachable, locked too long, full or damaged"),
}


class AppError(Exception):
    """A failure a person can act on. Subclasses set `code`, `template` and inherit `exit_code`.

    `code` is a stable word for scripts; `template` says what is wrong and what to do next;
    the keyword arguments are the facts of the template.
    """

    code: ClassVar[str]
    exit_code: ClassVar[ExitCode] = ExitCode.UNEXPECTED
    template: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.template.format_map(facts))

    @property
    def message(self) -> Message:
        """The sentence, ready to be translated."""
        return Message(self.template, self.facts)


class UsageError(AppError):
    """What was typed cannot be carried out: exit 2."""

    exit_code = ExitCode.USAGE


class ExtraMissing(UsageError):
    """A library is not installed that only some uses need. Facts: feature (what needs it), extra (its name for pip)."""

    code = "extra_missing"
    template = N_(
        "{feature} needs a library that is not installed; install it with: pip install 'ordos-targets[{extra}]'"
    )


class InvalidData(AppError):
    """targets.toml or imported data is wrong: exit 4."""

    exit_code = ExitCode.INVALID


class LedgerError(AppError):
    """The ledger cannot be reached, read or written: exit 5."""

    exit_code = ExitCode.LEDGER
