"""An entry as the row of a file: which columns it has there."""

from __future__ import annotations

from collections.abc import Iterable

from ordos_targets.domain.entry import Entry

# Entries with the unit of their value.
Measured = Iterable[tuple[Entry, str]]

COLUMNS = (
    "uid", "target", "district", "date", "kind", "value", "unit", "of", "item", "estimate", "note", "evidence",
    "evidence_sha256", "by", "recorded_at", "origin", "replaces", "seq", "hash",
)  # fmt: skip


def exchanged(entry: Entry, unit: str) -> dict[str, object]:
    """An entry by column; a column that says nothing is None."""
    found = {name: unit or None if name == "unit" else getattr(entry, name) for name in COLUMNS}
    return found | {"kind": entry.kind.value}
