"""The entries behind a report, as a sheet that can be filtered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction

from ordos_targets.domain.burnup import Briefing
from ordos_targets.domain.entries import Entry, Kind
from ordos_targets.domain.targets import PERCENT, Target
from ordos_targets.locale import _, named
from ordos_targets.report import words
from ordos_targets.report.log_cells import value_text
from ordos_targets.report.numerals import recorded
from ordos_targets.report.sheets import Align, Sheet, SheetColumn, SheetRow, Value

NAME = 1


def entry_sheet(briefing: Briefing) -> Sheet:
    """The entries of a briefing, the newest first, with a remark where there are more."""
    targets = {one.id: one for one in briefing.goals.targets}
    districts = {one.id: named(one) for one in briefing.goals.districts}
    rows = tuple(SheetRow(_values(entry, targets, districts)) for entry in reversed(briefing.entries))
    return Sheet(
        name=_("Entries"),
        title=_("Entries"),
        remark=" · ".join(_entry_remark(briefing)),
        columns=_entry_columns(),
        rows=rows,
        notes=() if rows else (_("No entries."),),
        named_by=NAME,
        filtered=True,
    )


def _entry_remark(briefing: Briefing) -> Iterator[str]:
    yield _("as of {day}").format(day=briefing.report.as_of)
    listed, total = len(briefing.entries), briefing.entries_total
    if total > listed:
        yield _("the newest {listed} of {total} entries; `ordos-targets export` has them all").format(
            listed=f"{listed:,}", total=f"{total:,}"
        )


def _entry_columns() -> tuple[SheetColumn, ...]:
    return (
        SheetColumn(_("Date"), 12, 12, Align.CENTER),
        SheetColumn(_("Target"), 18, 34),
        SheetColumn(_("District"), 10, 20),
        SheetColumn(_("Kind"), 10, 18),
        SheetColumn(_("Value"), 10, 24, Align.RIGHT),
        SheetColumn(_("Unit"), 6, 14),
        SheetColumn(_("Note"), 12, 40),
        SheetColumn(_("Evidence"), 10, 30),
        SheetColumn(_("By"), 8, 20),
        SheetColumn(_("Recorded at (UTC)"), 17, 18, Align.CENTER),
        SheetColumn("uid", 20, 38),
        SheetColumn(_("No."), 6, 10, Align.RIGHT),
    )


def _values(entry: Entry, targets: Mapping[str, Target], districts: Mapping[str, str]) -> tuple[Value, ...]:
    target = targets.get(entry.target)
    value, unit = _value(entry, target)
    kind = _(words.KIND[entry.kind])
    return (
        entry.date,
        named(target) if target else entry.target,
        districts.get(entry.district or "", entry.district or ""),
        kind + _("(est.)") if entry.estimate else kind,
        value,
        unit,
        entry.note or "",
        entry.evidence or "",
        entry.by,
        datetime.fromisoformat(entry.recorded_at).replace(tzinfo=None),
        entry.uid,
        entry.seq,
    )


def _value(entry: Entry, target: Target | None) -> tuple[Value, str]:
    """What an entry says, exactly, and its unit: a number, or as text an item's name or both sides of a share."""
    if entry.value is None or entry.of is not None:
        return value_text(entry, target), ""
    unit = PERCENT if entry.kind is Kind.SHARE else target.unit if target else ""
    return recorded(Fraction(entry.value), unit, target.unit_en if target else "")
