"""Rows of the table `entries` and their columns' texts, to entries and back."""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from decimal import Decimal
from functools import lru_cache

from ordos_targets.domain.entries import HASHED, NEVER_EMPTY, Entry, Kind, Stored

# Far more digits than any figure has. Decimal itself takes NaN too, and 1e999999999, which nobody could print.
NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")
NUMBERS = frozenset({"seq", "estimate"})
# Values are decimal texts; SQLite would add them as binary floats, so millions and ten-thousandths are cut out of the
# text and added apart, as integers, which no number of entries makes too large: see `exact_sum`.
HIGH = "CAST(value AS INTEGER) / 1000000"
LOW = """(CAST(value AS INTEGER) % 1000000 * 10000 + iif(instr(value, '.'), iif(value < '0', -1, 1)
    * CAST(substr(substr(value, instr(value, '.') + 1) || '000', 1, 4) AS INTEGER), 0))"""


def entry_of(row: tuple[object, ...]) -> Entry:
    """An Entry from a row in the order of HASHED, then the hash. Raises sqlite3.DatabaseError where it is none."""
    facts: dict[str, object] = dict(zip((*HASHED, "hash"), kept_of(row), strict=True))
    facts |= {
        "date": day_of(facts["date"]),
        "kind": kind_of(facts["kind"]),
        "value": decimal_of(facts["value"]),
        "of": decimal_of(facts["of"]),
        "estimate": bool(facts["estimate"]),
    }
    return Entry(**facts)  # type: ignore[arg-type]


def kept_of(row: tuple[object, ...]) -> Stored:
    """The row as it is. Raises sqlite3.DatabaseError where a column is of a type that none of ours has."""
    if not _of_our_types(tuple(map(type, row))):
        raise sqlite3.DatabaseError(f"no entry: {str(row[0])[:40]}")
    return row  # type: ignore[return-value]


@lru_cache(maxsize=128)
def _of_our_types(types: tuple[type, ...]) -> bool:
    """Whether the columns are of the types they were declared with: in a damaged file they need not be."""
    for name, found in zip((*HASHED, "hash"), types, strict=True):
        empty = found is type(None) and name not in NEVER_EMPTY | NUMBERS
        if not empty and found is not (int if name in NUMBERS else str):
            return False
    return True


def kind_of(text: object) -> Kind:
    """A column's kind. Raises sqlite3.DatabaseError where it is none."""
    try:
        return Kind(str(text))
    except ValueError as error:
        raise sqlite3.DatabaseError(f"no kind: {text}") from error


@lru_cache(maxsize=1024)
def decimal_of(text: object) -> Decimal | None:
    """A column's number. Raises sqlite3.DatabaseError where it is none: the file was tampered with."""
    if text is None:
        return None
    if not NUMBER.fullmatch(str(text)):
        raise sqlite3.DatabaseError(f"no number: {str(text)[:40]}")
    return Decimal(str(text))


def exact_sum(high: object, low: object) -> Decimal:
    """The sum of some values from those of their HIGH and LOW. Raises sqlite3.DatabaseError where these are none."""
    if type(high) is not int or type(low) is not int:
        raise sqlite3.DatabaseError(f"no number: {str(high)[:40]}")
    return Decimal(high).scaleb(6) + Decimal(low).scaleb(-4)


@lru_cache(maxsize=1024)
def day_of(text: object) -> date:
    """A column's day. Raises sqlite3.DatabaseError where it is none."""
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise sqlite3.DatabaseError(f"no date: {text}") from error
