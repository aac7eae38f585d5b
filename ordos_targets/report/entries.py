"""Entries as lines of a table, as JSON and as the records of an export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from ordos_targets.domain.entries import (
    HASHED,
    HASHED_BY_NAME,
    IN_PERCENT,
    Entry,
    EntryKind,
    decimal_text,
    filled_columns,
)
from ordos_targets.domain.targets import PERCENT, District, Target, TargetSet
from ordos_targets.locale import _, named
from ordos_targets.locale.amounts import exact_amount
from ordos_targets.report.formats import View
from ordos_targets.report.numbers import moment_text
from ordos_targets.report.table import Cell, Column, Table, Tone, cell

if TYPE_CHECKING:
    from ordos_targets.report.json_types import EntryDocument, LogDocument

# Entries, each with the number of the void that cancelled it, None for those that count.
LoggedEntries = Sequence[tuple[Entry, int | None]]
# Entries, each with the unit of its value, None where it has none.
MeasuredEntries = Iterable[tuple[Entry, str | None]]

JSON_COLUMNS = (*HASHED, "hash")
# An import needs neither the number nor the hash, so an export has them last.
_VALUE_END = HASHED.index("value") + 1
EXPORT_COLUMNS = (*HASHED[1:_VALUE_END], "unit", *HASHED[_VALUE_END:], "seq", "hash")


class EntryNames:
    """The names of what entries are about, in the language of the run; an id that is not known is its own name."""

    def __init__(self, targets: Sequence[Target], districts: Sequence[District]) -> None:
        self._targets = {target.id: target for target in targets}
        self._districts: dict[str | None, str] = {None: ""} | {district.id: named(district) for district in districts}

    def definition(self, entry: Entry) -> Target | None:
        """Return the target of an entry; None for one that targets.toml does not name."""
        return self._targets.get(entry.target)

    def target(self, entry: Entry) -> str:
        """Return the name of an entry's target."""
        target = self.definition(entry)
        return named(target) if target else entry.target

    def district(self, entry: Entry) -> str:
        """Return the name of an entry's district; empty where it has none."""
        return self._districts.get(entry.district, entry.district or "")


def log_view(lines: LoggedEntries, goals: TargetSet, head: tuple[int, str]) -> View:
    """Return the view of entries; `goals` give names and units, `head` is the count of entries and the last hash."""
    return View(
        tables=lambda: [log_table(lines, EntryNames(goals.targets, goals.districts))],
        document=lambda: log_document(lines, head),
        lines=lambda: log_records(lines),
        records=lambda: log_records(lines),
        columns=lambda: log_columns(lines),
    )


def log_table(lines: LoggedEntries, names: EntryNames, title: str = "") -> Table:
    """Return entries as a table, oldest first."""
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
    rows = tuple(_row(entry, cancelled_by, names) for entry, cancelled_by in lines)
    return Table(title, columns, rows, () if rows else (Cell(_("No entries.")),))


def _row(entry: Entry, cancelled_by: int | None, names: EntryNames) -> tuple[Cell, ...]:
    texts = (
        str(entry.seq),
        str(entry.date),
        names.target(entry),
        names.district(entry),
        _(entry.kind.label),
        value_text(entry, names.definition(entry)),
        " · ".join(_remarks(entry, cancelled_by)),
        entry.by,
        moment_text(entry.recorded_at),
        entry.uid,
    )
    tone = Tone.FAINT if cancelled_by or entry.kind is EntryKind.VOID else Tone.PLAIN
    return tuple(cell(text, tone) for text in texts)


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
    unit = PERCENT if entry.kind in IN_PERCENT else target.unit if target else ""
    sign = "+" if entry.kind is EntryKind.INCREMENT and entry.value >= 0 else ""
    return sign + exact_amount(Fraction(entry.value), unit, target.unit_en if target else "")


def entry_document(entry: Entry, cancelled_by: int | None) -> EntryDocument:
    """Return one entry as JSON-able data."""
    document = {name: getattr(entry, name) for name in JSON_COLUMNS} | {"cancelled_by": cancelled_by}
    return cast("EntryDocument", document | _later_columns(entry))


def _later_columns(entry: Entry) -> dict[str, object]:
    """Return the columns that came after the first version, as far as the entry fills them."""
    return {name: value for name in HASHED_BY_NAME if (value := getattr(entry, name)) is not None}


def log_columns(lines: LoggedEntries) -> Sequence[str]:
    """Return the columns of a list of entries; of those that came later, the ones that an entry fills."""
    return (*JSON_COLUMNS, "cancelled_by", *filled_columns(entry for entry, _ in lines))


def log_records(lines: LoggedEntries) -> Iterator[Mapping[str, object]]:
    """Yield entries as records, one a line."""
    return (cast("Mapping[str, object]", entry_document(entry, cancelled_by)) for entry, cancelled_by in lines)


def log_document(lines: LoggedEntries, head: tuple[int, str]) -> LogDocument:
    """Return entries as the JSON of `log`."""
    return {
        "format": "ordos-targets/log",
        "version": 1,
        "ledger": {"entries": head[0], "head": head[1]},
        "entries": [entry_document(entry, cancelled_by) for entry, cancelled_by in lines],
    }


def export_record(entry: Entry, unit: str | None) -> dict[str, object]:
    """Return one entry as the record of an export, by EXPORT_COLUMNS; a figure without a fraction is an int.

    Columns that came later are in it where the entry fills them.
    """
    record = entry._asdict() | {"unit": unit, "value": _number(entry.value), "of": _number(entry.of)}
    return {name: record[name] for name in EXPORT_COLUMNS} | _later_columns(entry)


def _number(value: Decimal | None) -> int | Decimal | None:
    return int(value) if value is not None and value == value.to_integral_value() else value
