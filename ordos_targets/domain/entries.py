"""An entry of the ledger: its columns, its classes, and the form in which every engine stores it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from ordos_targets.domain.errors import N_

# The hash before the first entry.
GENESIS = "0" * 64
# So many decimals are written of a number that does not end.
DECIMALS = 12
SCALE = 10**DECIMALS
UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Far more digits than any figure has. Decimal itself takes NaN too, and 1e999999999, which nobody could print.
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")


class EntryKind(StrEnum):
    """What an entry is: 2 more, 27 so far, a share, a growth rate, an item; a void, a remark, a close, or no news."""

    INCREMENT = "increment"
    READING = "reading"
    SHARE = "share"
    RATE = "rate"
    ITEM = "item"
    VOID = "void"
    REMARK = "remark"
    CLOSE = "close"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        """The word for the kind; in English, to be translated."""
        return KIND_LABELS[self]


KIND_LABELS = {
    EntryKind.INCREMENT: N_("increment"),
    EntryKind.READING: N_("reading"),
    EntryKind.SHARE: N_("share"),
    EntryKind.ITEM: N_("item"),
    EntryKind.VOID: N_("void"),
    EntryKind.RATE: N_("growth rate"),
    EntryKind.REMARK: N_("remark"),
    EntryKind.CLOSE: N_("close"),
    EntryKind.UNCHANGED: N_("unchanged"),
}
FIGURES = frozenset({EntryKind.INCREMENT, EntryKind.READING, EntryKind.SHARE, EntryKind.RATE, EntryKind.ITEM})
# The kinds whose value is in percent, whatever the unit of the target is.
IN_PERCENT = frozenset({EntryKind.SHARE, EntryKind.RATE})
# What the column `state` says of an item.
ITEM_STATES = ("doing", "done", "signed")


class Form(Enum):
    """How the value of a column is stored: all but NUMBER and FLAG as text."""

    NUMBER = "a positive integer"
    TEXT = "text"
    DAY = "2025-06-30"
    KIND = "an EntryKind"
    DECIMAL = "an exact decimal without exponent or trailing zeros"
    FLAG = "0 or 1"


class EntryColumn(NamedTuple):
    """A column of an entry.

    Attributes:
        required: Whether every entry fills it.
        hashed_by_name: Whether it came after the first version: the hash covers it, where it is filled, as its name
            and its value.
    """

    name: str
    form: Form = Form.TEXT
    required: bool = False
    hashed_by_name: bool = False


# The columns of an entry, in the order of the table and of the fields of Entry. Tables, hashes, exports and documents
# are derived from this list.
COLUMNS = (
    EntryColumn("seq", Form.NUMBER, required=True),
    EntryColumn("uid", required=True),
    EntryColumn("target", required=True),
    EntryColumn("district"),
    EntryColumn("date", Form.DAY, required=True),
    EntryColumn("kind", Form.KIND, required=True),
    EntryColumn("value", Form.DECIMAL),
    EntryColumn("of", Form.DECIMAL),
    EntryColumn("item"),
    EntryColumn("estimate", Form.FLAG, required=True),
    EntryColumn("note"),
    EntryColumn("evidence"),
    EntryColumn("evidence_sha256"),
    EntryColumn("by", required=True),
    EntryColumn("recorded_at", required=True),
    EntryColumn("origin", required=True),
    EntryColumn("replaces"),
    EntryColumn("first_day", Form.DAY, hashed_by_name=True),
    EntryColumn("state", hashed_by_name=True),
    EntryColumn("will", hashed_by_name=True),
    EntryColumn("until", Form.DAY, hashed_by_name=True),
    EntryColumn("hash", required=True),
)
NAMES = tuple(column.name for column in COLUMNS)
# The columns that every entry's hash covers, in this order, and those that it covers by name where they are filled.
HASHED = tuple(column.name for column in COLUMNS if not column.hashed_by_name and column.name != "hash")
HASHED_BY_NAME = tuple(column.name for column in COLUMNS if column.hashed_by_name)
# The columns of an entry as it is stored, in the order of NAMES.
EntryRow = Sequence[str | int | None]
# In the classes below `date` is a field.
Day = date


class NewEntry(NamedTuple):
    """An entry before the ledger has numbered it.

    Attributes:
        date: The day the figure is of.
        value: In the target's base unit; for a share the numerator, or the percentage where `of` is None.
        note: Of a void the reason.
        replaces: The uid of the entry it cancels or corrects.
        first_day: The first day of the span that an increment or rate is of; None where that is left open.
        state: Of an item, one of ITEM_STATES; None means done.
        will: Of a remark, what is going to be done, by the day `until`.
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
    first_day: Day | None = None
    state: str | None = None
    will: str | None = None
    until: Day | None = None


class Entry(NamedTuple):
    """A line of the ledger: a NewEntry with its number and its seal. The fields are those of COLUMNS.

    Attributes:
        recorded_at: In UTC, `2025-07-05T01:23:45.123456Z`.
        hash: 64 hex digits.
    """

    seq: int
    uid: str
    target: str
    district: str | None
    date: date
    kind: EntryKind
    value: Decimal | None
    of: Decimal | None
    item: str | None
    estimate: bool
    note: str | None
    evidence: str | None
    evidence_sha256: str | None
    by: str
    recorded_at: str
    origin: str
    replaces: str | None
    first_day: Day | None
    state: str | None
    will: str | None
    until: Day | None
    hash: str

    def as_new(self) -> NewEntry:
        """Return what was recorded, without number and seal."""
        return NewEntry(**{name: getattr(self, name) for name in NewEntry._fields})


class UnreadableEntry(Exception):
    """A row of the ledger that is no entry's: it was damaged, or changed by another program."""


def format_timestamp(moment: datetime) -> str:
    """Return an aware time as in `Entry.recorded_at`, a form that sorts as time does: 2025-07-05T01:23:45.123456Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def text_of(number: Decimal | None) -> str | None:
    """Return a decimal without exponent or trailing zeros; minus zero is zero."""
    if number is None:
        return None
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in {"-0", ""} else plain


def decimal_text(number: Fraction | Decimal | int) -> str:
    """Return a number in plain decimals; one that does not end is cut after 12 of them."""
    numerator, denominator = number.as_integer_ratio()
    if denominator == 1:
        return str(numerator)
    whole, rest = divmod(abs(numerator) * SCALE // denominator, SCALE)
    digits = str(rest).zfill(DECIMALS).rstrip("0")
    text = f"{whole}.{digits}" if digits else str(whole)
    return f"-{text}" if numerator < 0 and text != "0" else text


def filled_columns(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return those of HASHED_BY_NAME that any of `entries` fills."""
    filled = {name for entry in entries for name in HASHED_BY_NAME if getattr(entry, name) is not None}
    return tuple(name for name in HASHED_BY_NAME if name in filled)


def to_row(draft: NewEntry, *, seq: int, uid: str, recorded_at: str) -> list[Any]:
    """Return an entry as it is stored, with an empty hash."""
    row = list(_IN_ORDER((*draft, seq, uid, recorded_at, "")))
    for place, write in _WRITERS:
        if row[place] is not None:
            row[place] = write(row[place])
    return row


def from_row(row: Sequence[object]) -> Entry:
    """Return the entry of a row as it is stored. Raises UnreadableEntry where it is none's."""
    fields: list[Any] = list(checked_row(row))
    for place, read in _READERS:
        fields[place] = read(fields[place])
    return Entry._make(fields)


def checked_row(row: Sequence[object]) -> EntryRow:
    """Return the row as it is. Raises UnreadableEntry where a value is of a type that its column never has."""
    if not _has_our_types(tuple(map(type, row))):
        raise UnreadableEntry(f"no entry: {str(row[0])[:40]}")
    return row  # type: ignore[return-value]


@lru_cache(maxsize=256)
def _has_our_types(types: tuple[type, ...]) -> bool:
    if len(types) != len(COLUMNS):
        return False
    for column, type_ in zip(COLUMNS, types, strict=True):
        wanted = int if column.form in {Form.NUMBER, Form.FLAG} else str
        if type_ is not wanted and (column.required or type_ is not type(None)):
            return False
    return True


@lru_cache(maxsize=4096)
def read_day(text: str) -> date:
    """Return a column's day. Raises UnreadableEntry where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UnreadableEntry(f"no date: {text[:40]}") from error


@lru_cache(maxsize=4096)
def read_decimal(text: str) -> Decimal:
    """Return a column's number. Raises UnreadableEntry where it is none."""
    if not _NUMBER.fullmatch(text):
        raise UnreadableEntry(f"no number: {text[:40]}")
    return Decimal(text)


def _read_kind(text: str) -> EntryKind:
    try:
        return EntryKind(text)
    except ValueError as error:
        raise UnreadableEntry(f"no kind: {text[:40]}") from error


def _where_filled(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


_FORMS: dict[Form, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    Form.DAY: (date.isoformat, _where_filled(read_day)),
    Form.KIND: (str, _read_kind),
    Form.DECIMAL: (text_of, _where_filled(read_decimal)),
    Form.FLAG: (int, bool),
}
_IN_ORDER = itemgetter(*map((*NewEntry._fields, "seq", "uid", "recorded_at", "hash").index, NAMES))
_WRITERS = tuple((place, _FORMS[column.form][0]) for place, column in enumerate(COLUMNS) if column.form in _FORMS)
_READERS = tuple((place, _FORMS[column.form][1]) for place, column in enumerate(COLUMNS) if column.form in _FORMS)
