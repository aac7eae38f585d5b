"""Rows of the table `entries` and their columns' texts, to entries and back."""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from decimal import Decimal

from ordos_targets.domain.chain import HASHED
from ordos_targets.domain.entry import Entry, Kind

# The columns of a ledger that no entry leaves empty.
ALWAYS = {"uid", "target", "date", "kind", "by", "recorded_at", "origin", "hash"}
# Figures as they are written, of 15 digits and 4 decimals at most.
NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,4})?")
TYPES: tuple[type | tuple[type, ...], ...] = tuple(
    int if name in {"seq", "estimate"} else str if name in ALWAYS else (str, type(None)) for name in (*HASHED, "hash")
)


def entry_of(row: tuple[object, ...]) -> Entry:
    """An Entry from a row in the order of HASHED, then the hash."""
    if not all(map(isinstance, row, TYPES)):  # in a table that is not of our making anything may stand
        raise sqlite3.DatabaseError(f"no entry: {row[0]!r}")
    facts = dict(zip((*HASHED, "hash"), row, strict=True))
    facts |= {
        "date": day_of(facts["date"]),
        "kind": kind_of(facts["kind"]),
        "value": decimal_of(facts["value"]),
        "of": decimal_of(facts["of"]),
        "estimate": bool(facts["estimate"]),
    }
    return Entry(**facts)  # type: ignore[arg-type]


def kind_of(text: object) -> Kind:
    """A column's kind. Raises sqlite3.DatabaseError where it is none."""
    try:
        return Kind(str(text))
    except ValueError as error:
        raise sqlite3.DatabaseError(f"no kind: {text}") from error


def decimal_of(text: object) -> Decimal | None:
    """A column's number. Raises sqlite3.DatabaseError where it is none: the file was tampered with."""
    if text is None:
        return None
    if not NUMBER.fullmatch(str(text)):  # 1e999999999 would be one, and fill the memory
        raise sqlite3.DatabaseError(f"no number: {text}")
    return Decimal(str(text))


def day_of(text: object) -> date:
    """A column's day. Raises sqlite3.DatabaseError where it is none."""
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise sqlite3.DatabaseError(f"no date: {text}") from error


def text_of(number: Decimal | None) -> str | None:
    """A decimal without exponent or trailing zeros; minus zero is zero."""
    if number is None:
        return None
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in {"-0", ""} else plain
