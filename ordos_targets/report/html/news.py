"""What moved since the last period."""

from __future__ import annotations

from collections.abc import Iterator

from ordos_targets.domain.assessment import Figures, Report, TargetRow
from ordos_targets.domain.targets import Target
from ordos_targets.locale import named
from ordos_targets.report.html.marks import chip_of
from ordos_targets.report.html.parts import Change, Chip
from ordos_targets.report.numbers import MINUS, actual_text
from ordos_targets.report.status_cells import moved_text, status_moved


def changes_of(report: Report) -> tuple[Change, ...]:
    """What moved, in the rows' order: a target, then its districts; where one district is in focus, only it."""
    return tuple(change for row in report.rows for change in _changes(row, report))


def _changes(row: TargetRow, report: Report) -> Iterator[Change]:
    name = named(row.target)
    districts = [
        _change(row.target, name, named(one.district), one.figures, one.before)
        for one in row.districts
        if one.before is not None and _moved(one.figures, one.before)
    ]
    if report.focus is None and row.before is not None and _moved(row.figures, row.before):
        yield _whole(row, name, row.before)
    elif districts:
        yield Change(name, "", "", "", "", None)
    yield from districts


def _moved(now: Figures, before: Figures) -> bool:
    return (now.actual, now.status) != (before.actual, before.status) or now.gap != before.gap


def _whole(row: TargetRow, name: str, before: Figures) -> Change:
    """A target's own change; of one that every district must reach, how many of them did."""
    if row.districts_meeting is None or row.districts_total is None or before.gap is None:
        return _change(row.target, name, "", row.figures, before)
    met_before = row.districts_total - int(before.gap)
    moved = row.districts_meeting - met_before
    return Change(
        name=name,
        district="",
        before=f"{met_before}/{row.districts_total}",
        now=f"{row.districts_meeting}/{row.districts_total}",
        moved=f"{moved:+}".replace("-", MINUS) if moved else "0",
        chips=_chips(row.figures, before),
    )


def _change(target: Target, name: str, district: str, now: Figures, before: Figures) -> Change:
    return Change(
        name=name,
        district=district,
        before=actual_text(target, before.actual),
        now=actual_text(target, now.actual),
        moved=moved_text(target, now, before),
        chips=_chips(now, before),
    )


def _chips(now: Figures, before: Figures) -> tuple[Chip, Chip] | None:
    """The status before and now, where it moved."""
    chips = chip_of(before.status), chip_of(now.status)
    return (chips[0], chips[1]) if status_moved(now, before) and chips[0] and chips[1] else None
