"""Entries as lines of a table and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from ordos_targets.domain.entries import Columns, Entry, EntryKind
from ordos_targets.domain.targets import PERCENT, District, Target
from ordos_targets.locale import _, named
from ordos_targets.report import labels
from ordos_targets.report.numbers import exact_amount, moment_text
from ordos_targets.report.serialize import decimal_text
from ordos_targets.report.table import Cell, Column, Table, Tone, cell

if TYPE_CHECKING:
    from ordos_targets.report.json_types import EntryDocument, LogDocument

# Entries with the number of the void that cancelled each, None for those that stand.
Lines = Sequence[tuple[Entry, int | None]]


def log_table(lines: Lines, targets: Sequence[Target], districts: Sequence[District], title: str = "") -> Table:
    """Return entries as a table, oldest first; `targets` and `districts` give their names."""
    by_id = {target.id: target for target in targets}
    names: dict[str | None, str] = {district.id: named(district) for district in districts}
    columns = (
        Column(_("No."), right=True),
        Column(_("Date")),
        Column(_("Target"), min_width=16),
        Column(_("District"), drop_priority=2),
        Column(_("Kind"), drop_priority=3),
        Column(_("Value"), right=True),
        Column(_("Note"), drop_priority=1, min_width=12),
        Column(_("By"), drop_priority=4),
        Column(_("Recorded at"), drop_priority=5),
        Column("uid", drop_priority=6),
    )
    rows = tuple(
        _row(entry, cancelled_by, by_id.get(entry.target), names.get(entry.district, entry.district or ""))
        for entry, cancelled_by in lines
    )
    return Table(title, columns, rows, () if rows else (Cell(_("No entries.")),))


def _row(entry: Entry, cancelled_by: int | None, target: Target | None, district: str) -> tuple[Cell, ...]:
    tone = Tone.FAINT if cancelled_by or entry.kind is EntryKind.VOID else Tone.PLAIN
    note = " · ".join(_remarks(entry, cancelled_by))
    return (
        cell(str(entry.seq), tone),
        cell(str(entry.date), tone),
        cell(named(target) if target else entry.target, tone),
        cell(district, tone),
        cell(_(labels.KIND[entry.kind]), tone),
        cell(value_text(entry, target), tone),
        cell(note, tone),
        cell(entry.by, tone),
        cell(moment_text(entry.recorded_at), tone),
        cell(entry.uid, tone),
    )


def _remarks(entry: Entry, cancelled_by: int | None) -> Iterator[str]:
    if cancelled_by:
        yield _("cancelled by {seq}").format(seq=cancelled_by)
    if entry.estimate:
        yield _("estimate")
    if entry.note:
        yield entry.note
    if entry.evidence:
        yield _("evidence: {evidence}").format(evidence=entry.evidence)


def value_text(entry: Entry, target: Target | None) -> str:
    """Return the value of an entry: `+2个`, `3.3亿元`, `183/651`, the name of an item; exact, never cut."""
    if entry.kind is EntryKind.ITEM:
        names = {item.id: named(item) for item in target.items} if target else {}
        return names.get(entry.item or "", entry.item or "")
    if entry.value is None:
        return ""
    if entry.of is not None:
        return f"{decimal_text(entry.value)}/{decimal_text(entry.of)}"
    unit = PERCENT if entry.kind is EntryKind.SHARE else target.unit if target else ""
    sign = "+" if entry.kind is EntryKind.INCREMENT and entry.value >= 0 else ""
    return sign + exact_amount(Fraction(entry.value), unit, target.unit_en if target else "")


def entry_document(entry: Entry, cancelled_by: int | None) -> EntryDocument:
    """Return one entry as JSON-able data."""
    return {
        "seq": entry.seq,
        "uid": entry.uid,
        "target": entry.target,
        "district": entry.district,
        "date": entry.date,
        "kind": entry.kind,
        "value": None if entry.value is None else Fraction(entry.value),
        "of": None if entry.of is None else Fraction(entry.of),
        "item": entry.item,
        "estimate": entry.estimate,
        "note": entry.note,
        "evidence": entry.evidence,
        "evidence_sha256": entry.evidence_sha256,
        "by": entry.by,
        "recorded_at": entry.recorded_at,
        "origin": entry.origin,
        "replaces": entry.replaces,
        "hash": entry.hash,
        "cancelled_by": cancelled_by,
    }


def log_document(lines: Lines, head: tuple[int, str]) -> LogDocument:
    """Return entries as the JSON of `log`."""
    return {
        "format": "ordos-targets/log",
        "version": 1,
        "ledger": {"entries": head[0], "head": head[1]},
        "entries": [entry_document(entry, cancelled_by) for entry, cancelled_by in lines],
    }


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
