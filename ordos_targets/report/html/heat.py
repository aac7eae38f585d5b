"""Districts by targets: who stands where with what, in words and colours."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from ordos_targets.domain.assessment import DistrictRow, Report, TargetRow
from ordos_targets.domain.targets import Scope
from ordos_targets.locale import _, named
from ordos_targets.report.html.marks import chip_of
from ordos_targets.report.html.parts import HeatCell, HeatMap
from ordos_targets.report.numbers import actual_text, percent

# As many targets as stand side by side on a sheet of paper.
MOST_TARGETS = 6


def maps_of(report: Report) -> tuple[HeatMap, ...]:
    """The maps of the targets that districts report on, a few targets each; none where one district is in focus."""
    rows = [row for row in report.rows if row.districts and row.target.scope is not Scope.WHOLE]
    if not rows or report.focus is not None:
        return ()
    size = ceil(len(rows) / ceil(len(rows) / MOST_TARGETS))
    return tuple(_map(rows[first : first + size]) for first in range(0, len(rows), size))


def _map(rows: Sequence[TargetRow]) -> HeatMap:
    """One map; every target has the same districts, in the same order."""
    lines = zip(*(row.districts for row in rows), strict=True)
    return HeatMap(
        targets=tuple(named(row.target) for row in rows),
        rows=tuple(
            (
                named(line[0].district),
                tuple(_cell(row, one) for row, one in zip(rows, line, strict=True)),
            )
            for line in lines
        ),
    )


def _cell(row: TargetRow, one: DistrictRow) -> HeatCell:
    """A district's status and completion; where it has no goal or no completion, its actual."""
    figures = one.figures
    by_goal = figures.completion is not None
    text = percent(figures.completion, up=figures.is_cap) if by_goal else actual_text(row.target, figures.actual)
    return HeatCell(chip_of(figures.status), text, _("late") if figures.stale else "")
