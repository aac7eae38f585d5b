"""Messages, exit codes and the base classes of errors; each error has its class beside the code that raises it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import IntEnum
from types import MappingProxyType
from typing import ClassVar, NamedTuple

NO_PARAMS: Mapping[str, object] = MappingProxyType({})


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Return `text` unchanged, marked for translation."""
    return text


class _Count(int):
    """A number that `{count:entry|entries}` in a template writes with the noun that fits: 1 entry, 2,000 entries."""

    def __format__(self, format_spec: str) -> str:
        singular, plural, several = format_spec.partition("|")
        return f"{int(self):,} {singular if self == 1 else several}" if plural else super().__format__(format_spec)


def fill(template: str, params: Mapping[str, object]) -> str:
    """Return `template` with its fields filled in; `{count:entry|entries}` becomes a number and the noun that fits."""
    return template.format_map({name: _Count(value) if type(value) is int else value for name, value in params.items()})


class Message(NamedTuple):
    """A sentence to be translated, with its parameters.

    Attributes:
        template: The English sentence with `{name}` fields, of which `{count:entry|entries}` is a number and the noun
            that fits; the key of its translation.
        params: What the fields are filled with: strings, numbers, dates, quantities, targets and districts (shown by
            name), other messages, or lists of these.
    """

    template: str
    params: Mapping[str, object] = NO_PARAMS

    def __str__(self) -> str:
        """Return the sentence in English."""
        return fill(self.template, self.params)


class Quantity(NamedTuple):
    """An amount in its base unit, to be shown in full and in a unit that reads well; `unit_en` can be empty."""

    value: Decimal
    unit: str
    unit_en: str

    def __str__(self) -> str:
        """Return the amount in its base unit."""
        return f"{self.value:f}{self.unit}"


class ExitCode(IntEnum):
    """The exit code of a run, for scripts."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    FAIL_ON = 3
    INVALID = 4
    LEDGER = 5

    @property
    def meaning(self) -> str:
        """Return what the code means; in English, to be translated."""
        return MEANINGS[self]


MEANINGS = {
    ExitCode.OK: N_("success"),
    ExitCode.UNEXPECTED: N_("unexpected error"),
    ExitCode.USAGE: N_("usage error: an unknown name, an invalid value or date"),
    ExitCode.FAIL_ON: N_("a target is in a --fail-on status"),
    ExitCode.INVALID: N_("the targets file or imported data are invalid"),
    ExitCode.LEDGER: N_("the ledger is unreachable, locked too long, full or damaged"),
}


class AppError(Exception):
    """An error that a person can act on; a subclass for each sets `code` and `template` and inherits `exit_code`.

    Attributes:
        code: A stable word for scripts.
        template: What is wrong and what to do next, with `{name}` fields.
        params: What the fields are filled with, as in `Message`; the keyword arguments of the constructor.
    """

    code: ClassVar[str]
    exit_code: ClassVar[ExitCode] = ExitCode.UNEXPECTED
    template: ClassVar[str]

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(fill(self.template, params))

    @property
    def message(self) -> Message:
        """Return the sentence, ready to be translated."""
        return Message(self.template, self.params)


class UsageError(AppError):
    """An error in what was typed: exit 2."""

    exit_code = ExitCode.USAGE


class ExtraMissing(UsageError):
    """A library is missing that only some features need. Params: feature, extra (its name for pip)."""

    code = "extra_missing"
    template = N_(
        "{feature} needs a library that is not installed; install it with: pip install 'ordos-targets[{extra}]'"
    )


class InvalidData(AppError):
    """An error in targets.toml or in imported data: exit 4."""

    exit_code = ExitCode.INVALID


class LedgerError(AppError):
    """A ledger that cannot be reached, read or written: exit 5."""

    exit_code = ExitCode.LEDGER
