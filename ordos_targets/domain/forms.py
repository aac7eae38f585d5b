"""The forms that the columns of an entry are kept in, told of one cell or of a whole column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from ordos_targets.domain.entries import HASHED, NEVER_EMPTY, Columns, Entry, EntryKind, text_of

# An exact decimal as text: no zeros to spare, and zero has no sign.
NUMBER = r"(?:-?[1-9][0-9]{0,14}+(?:\.[0-9]{0,3}[1-9])?|-?0\.[0-9]{0,3}[1-9]|0)"
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KINDS = frozenset(EntryKind)
NAMES = (*HASHED, "hash")

_NUMBERS = re.compile(rf"(?:{NUMBER},)*")
_TEXTS_OR_NONE = frozenset({str, type(None)})
_INTEGERS = frozenset({int})


@lru_cache(maxsize=4096)
def is_day(text: object) -> bool:
    """Whether `text` is a day as entries keep it: 2025-06-30."""
    try:
        return date.fromisoformat(str(text)).isoformat() == text
    except ValueError:
        return False


def are_numbers(texts: Sequence[str]) -> bool:
    """Whether each of `texts` is an exact decimal as entries keep it."""
    joined = ",".join([*texts, ""])
    return joined.count(",") == len(texts) and _NUMBERS.fullmatch(joined) is not None


def are_in_form(columns: Columns) -> bool:
    """Whether every cell is one that an entry may have in that column."""
    size = len(columns["seq"])
    try:
        return all(_is_in_form(name, column, size) for name, column in columns.items())
    except TypeError:
        return False


_TOLD: dict[str, Callable[[Sequence[Any]], bool]] = {
    "date": lambda column: all(map(is_day, set(column))),
    "kind": KINDS.issuperset,
}


def _is_in_form(name: str, column: Sequence[Any], size: int) -> bool:
    """Raises TypeError where there is something else among the texts of a column that is never empty."""
    if name in {"seq", "estimate"}:
        return set(map(type, column)) <= _INTEGERS and (name == "seq" or set(column) <= {0, 1})
    if name in NEVER_EMPTY:
        "".join(column)  # the quickest way to find out
        return name not in _TOLD or _TOLD[name](column)
    return column.count(None) == size or (
        set(map(type, column)) <= _TEXTS_OR_NONE
        and (name not in {"value", "of"} or are_numbers([number for number in column if number is not None]))
    )


def columns_of(entries: Iterable[Entry]) -> dict[str, Sequence[Any]]:
    """Entries by column, each cell in the form it is kept in."""
    rows = [[getattr(entry, name) for name in NAMES] for entry in entries]
    columns: dict[str, Sequence[Any]] = dict(zip(NAMES, zip(*rows, strict=True), strict=True))
    return columns | {
        "date": [day.isoformat() for day in columns["date"]],
        "kind": [kind.value for kind in columns["kind"]],
        "value": list(map(text_of, columns["value"])),
        "of": list(map(text_of, columns["of"])),
        "estimate": list(map(int, columns["estimate"])),
    }
