"""An entry: one line of the ledger, and the form in which it is hashed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

# The hash before the first entry, and the columns that an entry's hash covers, in this order: see `domain.chain`.
GENESIS = "0" * 64
HASHED = (
    "seq", "uid", "target", "district", "date", "kind", "value", "of", "item", "estimate",
    "note", "evidence", "evidence_sha256", "by", "recorded_at", "origin", "replaces",
)  # fmt: skip
NEVER_EMPTY = frozenset({"uid", "target", "date", "kind", "by", "recorded_at", "origin", "hash"})
# The columns of an entry as the ledger keeps them, in the order of HASHED, then the hash.
EntryRow = Sequence[str | int | None]
# The same of some entries, column by column, under their names; in the form that domain.forms tells.
Columns = Mapping[str, Sequence[Any]]


def format_timestamp(moment: datetime) -> str:
    """An aware time in the form of `Entry.recorded_at`, which sorts as time does: `2025-07-05T01:23:45.123456Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def text_of(number: Decimal | None) -> str | None:
    """A decimal without exponent or trailing zeros; minus zero is zero."""
    if number is None:
        return None
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in {"-0", ""} else plain


class EntryKind(StrEnum):
    """What an entry says: 2 more, 27 so far, a share, a finished item, or that another entry is cancelled."""

    INCREMENT = "increment"
    READING = "reading"
    SHARE = "share"
    ITEM = "item"
    VOID = "void"


class NewEntry(NamedTuple):
    """An entry before the ledger has numbered it.

    `date` is the day the figure speaks of; `value` is in the target's base unit (for a share: the
    numerator, or the percentage where `of` is None); `replaces` is the uid of the entry it cancels
    or corrects; `note` of a void says why.
    """

    target: str
    date: date
    kind: EntryKind
    district: str | None = None
    value: Decimal | None = None
    of: Decimal | None = None
    item: str | None = None
    estimate: bool = False
    note: str | None = None
    evidence: str | None = None
    evidence_sha256: str | None = None
    by: str = ""
    origin: str = "cli"
    replaces: str | None = None


class Entry(NamedTuple):
    """A line of the ledger: a Draft, with its number and what seals it.

    `recorded_at` is UTC, `2025-07-05T01:23:45.123456Z`; `hash` is 64 hex digits.
    """

    seq: int
    uid: str
    target: str
    date: date
    kind: EntryKind
    recorded_at: str
    hash: str
    district: str | None = None
    value: Decimal | None = None
    of: Decimal | None = None
    item: str | None = None
    estimate: bool = False
    note: str | None = None
    evidence: str | None = None
    evidence_sha256: str | None = None
    by: str = ""
    origin: str = "cli"
    replaces: str | None = None
