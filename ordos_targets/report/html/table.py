"""The gap-to-target table, as on the screen: the same rows, groups and figures."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from ordos_targets.domain.assessment import DistrictRow, Report, TargetRow
from ordos_targets.locale import _, pick
from ordos_targets.report import status_cells
from ordos_targets.report.html.marks import bullet_of, chip_of
from ordos_targets.report.html.parts import Block, Fact, Group, Line, StatusTable
from ordos_targets.report.numbers import (
    NOTHING,
    actual_text,
    goal_text,
    lacking_text,
    percent,
    points,
    recorded_text,
)

# With more districts' lines than this they start folded, so that the targets can be seen together.
OPEN_LINES = 30


def table_of(report: Report, numbers: Mapping[str, int]) -> StatusTable:
    """The table of a report with at least one row; `numbers` are the targets' own, by id."""
    opened = sum(len(row.districts) for row in report.rows) <= OPEN_LINES
    groups = [
        Group(heading, tuple(_block(row, about, report, numbers, opened=opened) for row, about in rows))
        for heading, rows in status_cells.grouped(report)
    ]
    lines = [line for group in groups for block in group.blocks for line in (block.line, *block.districts)]
    telling = {fact.heading for line in lines for column in line.columns for fact in column if fact.text != NOTHING}
    kept = [[_only(block, telling) for block in group.blocks] for group in groups]
    return StatusTable(
        headings=tuple(tuple(fact.heading for fact in column) for column in kept[0][0].line.columns),
        groups=tuple(replace(group, blocks=tuple(blocks)) for group, blocks in zip(groups, kept, strict=True)),
    )


def _only(block: Block, telling: AbstractSet[str]) -> Block:
    """A block without the facts that say nothing in any line."""

    def thinned(line: Line) -> Line:
        columns = (tuple(fact for fact in column if fact.heading in telling) for column in line.columns)
        return replace(line, columns=tuple(column for column in columns if column))

    return replace(block, line=thinned(block.line), districts=tuple(map(thinned, block.districts)))


def _block(
    row: TargetRow, about: DistrictRow | None, report: Report, numbers: Mapping[str, int], *, opened: bool
) -> Block:
    first, *others = (
        _line(line, numbers[row.target.id] if number == 0 else 0)
        for number, line in enumerate(status_cells.lines_of(row, about, report))
    )
    fold = _("{count} districts").format(count=len(others)) if others else ""
    return Block(first, tuple(others), fold, opened)


def _line(line: status_cells.Line, number: int) -> Line:
    target, figures = line.target, line.figures
    completion = status_cells.completion_of(line)
    return Line(
        number=number,
        name=line.name,
        owner=pick(target.owner, target.owner_en) if number else "",
        chip=chip_of(figures.status),
        bullet=bullet_of(figures, completion, marked=not line.counts_districts),
        completion=completion,
        expected="" if figures.expected is None else _("expected {share}").format(share=percent(figures.expected)),
        columns=_columns(line),
    )


def _columns(line: status_cells.Line) -> tuple[tuple[Fact, ...], ...]:
    target, figures = line.target, line.figures
    return (
        (
            Fact(_("Gap"), status_cells.gap_of(line)),
            Fact(_("Lead"), points(figures.lead)),
        ),
        (
            Fact(_("Actual"), status_cells.actual_of(line)),
            Fact(_("Goal"), goal_text(target, figures.goal, each=line.counts_districts)),
            Fact(_("Stretch goal"), NOTHING if figures.stretch is None else goal_text(target, figures.stretch)),
        ),
        (
            Fact(_("Needed a month"), recorded_text(target, figures.needed_per_month, up=True)),
            Fact(_("Still needed"), lacking_text(target, figures)),
        ),
        (Fact(_("Projected"), actual_text(target, figures.projected)),),
        (Fact(_("Data to"), status_cells.data_to(figures), warns=figures.stale),),
    )
