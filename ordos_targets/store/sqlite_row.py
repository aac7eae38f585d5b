"""Rows of the table `entries` and their columns' texts, to entries and back."""

from __future__ import annotations

import sqlite3
from datetime import date
from decimal import Decimal

from ordos_targets.domain.chain import HASHED
from ordos_targets.domain.entry import Entry, Kind


def entry_of(row: tuple[object, ...]) -> Entry:
    """An Entry from a row in the order of HASHED, then the hash."""
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
    try:
        return None if text is None else Decimal(str(text))
    except ArithmeticError as error:
        raise sqlite3.DatabaseError(f"no number: {text}") from error


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
