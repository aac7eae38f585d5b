"""An entry as the row of a file: which columns it has there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from ordos_targets.domain.entries import Columns

# Entries, some hundred at a time, with the `unit` of their values among their columns.
Measured = Iterable[Columns]

COLUMNS = (
    "uid", "target", "district", "date", "kind", "value", "unit", "of", "item", "estimate", "note", "evidence",
    "evidence_sha256", "by", "recorded_at", "origin", "replaces", "seq", "hash",
)  # fmt: skip


def records(columns: Columns) -> Iterator[dict[str, object]]:
    """Each entry by column, with numbers, days and truth as such; a column that says nothing is None."""
    for row in zip(*(columns[name] for name in COLUMNS), strict=True):
        record: dict[str, object] = dict(zip(COLUMNS, row, strict=True))
        yield record | {
            "date": date.fromisoformat(str(record["date"])),
            "value": _number(record["value"]),
            "of": _number(record["of"]),
            "estimate": bool(record["estimate"]),
        }


def _number(text: object) -> int | Decimal | None:
    """A figure: a whole number where it has no fraction."""
    if text is None:
        return None
    return Decimal(str(text)) if "." in str(text) else int(str(text))
