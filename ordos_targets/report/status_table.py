"""The gap-to-target table: which figures stand in which column, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.domain.assessment import (
    Assessment,
    DistrictAssessment,
    Grouping,
    Light,
    StatusReport,
    TargetAssessment,
)
from ordos_targets.domain.periods import elapsed_share
from ordos_targets.domain.targets import Scope, Target
from ordos_targets.locale import _, named, pick
from ordos_targets.report import labels
from ordos_targets.report.numbers import (
    NOTHING,
    actual_text,
    gap_text,
    goal_text,
    lacking_text,
    moment_text,
    percent,
    points,
    recorded_text,
)
from ordos_targets.report.status_json import difference
from ordos_targets.report.table import Cell, Column, Table, Tone, cell, without_empty_columns

TONES = {Light.GREEN: Tone.GREEN, Light.YELLOW: Tone.YELLOW, Light.RED: Tone.RED, Light.GREY: Tone.GREY}
BAR_SIZE = 10
NAME_LEAST = 20
INDENT = 2


def status_table(report: StatusReport) -> Table:
    """The report as a table: headline targets first, then section by section, districts under their target."""
    table = Table(_title(report), _columns(report), tuple(_rows(report)), tuple(_notes(report)))
    return without_empty_columns(table, NOTHING)


def _columns(report: StatusReport) -> tuple[Column, ...]:
    """The columns from left to right; a higher rank leaves earlier where the window is narrow."""
    columns = (
        Column(_("Target"), least=NAME_LEAST),
        Column(_("Status")),
        Column(_("Gap"), right=True),
        Column(_("Completion"), rank=1, right=True),
        Column(_("Progress"), rank=2),
        Column(_("Lead"), rank=3, right=True),
        Column(_("Actual"), rank=4, right=True),
        Column(_("Goal"), rank=5, right=True),
        Column(_("Still needed"), rank=6, right=True),
        Column(_("Expected"), rank=7, right=True),
        Column(_("Data to"), rank=8),
        Column(_("Projected"), rank=9, right=True),
        Column(_("Needed a month"), rank=10, right=True),
        Column(_("Owner"), rank=11),
    )
    if report.since is None:
        return columns
    return (*columns, Column(_("Since {day}").format(day=report.since), rank=1))


def _title(report: StatusReport) -> str:
    parts = [cell(pick(report.name, report.name_en)).text, _("as of {day}").format(day=report.as_of)]
    if report.focus:
        parts.insert(1, cell(named(report.focus)).text)
    if report.known_at:
        parts.append(_("as known at {moment}").format(moment=moment_text(report.known_at)))
    parts.append(_("{share} of the period gone").format(share=percent(elapsed_of(report))))
    return " · ".join(parts)


def elapsed_of(report: StatusReport) -> Fraction:
    """The share (0…1) of the goals' period that is gone on the day of the report."""
    return elapsed_share(report.as_of, report.period.start, report.period.end)


def _rows(report: StatusReport) -> Iterator[tuple[Cell, ...]]:
    for heading, rows in grouped(report):
        if heading:
            yield (cell(heading, Tone.STRONG),)
        for row, district in rows:
            yield from map(_cells, lines_of(row, district, report))


def grouped(report: StatusReport) -> list[tuple[str, list[tuple[TargetAssessment, DistrictAssessment | None]]]]:
    """The rows under their headings; by district, each row comes with the district it is about."""
    if report.focus is not None:
        return [("", [(row, row.districts[0]) for row in report.rows])]
    groups: dict[str, list[tuple[TargetAssessment, DistrictAssessment | None]]] = {}
    for row in report.rows:
        for heading, district in _headings(row, report.grouping):
            groups.setdefault(heading, []).append((row, district))
    first = _("Headline targets")
    order = sorted(groups, key=lambda heading: heading != first) if report.grouping is None else list(groups)
    return [(heading, groups[heading]) for heading in order]


def _headings(row: TargetAssessment, grouping: Grouping | None) -> list[tuple[str, DistrictAssessment | None]]:
    target = row.target
    if grouping is Grouping.DISTRICT:
        return [(named(one.district), one) for one in row.districts] or [(_("The whole"), None)]
    if grouping is Grouping.OWNER:
        return [(pick(target.owner, target.owner_en) or _("No owner named"), None)]
    if grouping is Grouping.COMMITMENT:
        return [(_(labels.COMMITMENT[target.commitment]), None)]
    if grouping is None and target.headline:
        return [(_("Headline targets"), None)]
    return [(pick(target.section, target.section_en) or _("Other targets"), None)]


class Line(NamedTuple):
    """What one line of the table is about; `row` is the target's own row, None where the line is one district's."""

    name: str
    indent: int
    target: Target
    figures: Assessment
    before: Assessment | None
    row: TargetAssessment | None = None

    @property
    def counts_districts(self) -> bool:
        """Whether the line is that of a target every district must reach: its figures are numbers of districts."""
        return self.row is not None and self.target.scope is Scope.EACH


def lines_of(row: TargetAssessment, about: DistrictAssessment | None, report: StatusReport) -> Iterator[Line]:
    """A target's line and its districts' lines below; or one line, where it is about one district."""
    name, target = named(row.target), row.target
    if about is not None:
        yield Line(name, INDENT, target, about.figures, about.before)
        return
    yield Line(name, INDENT, target, row.figures, row.before, row)
    if report.grouping is None:
        for one in row.districts:
            yield Line(named(one.district), 2 * INDENT, target, one.figures, one.before)


def _cells(line: Line) -> tuple[Cell, ...]:
    """The cells of a line, in the order of `_columns`."""
    target, figures, row = line.target, line.figures, line.row
    tone = TONES[figures.light]
    return (
        cell(line.name, indent=line.indent),
        Cell(status_text(figures), tone),
        cell(gap_of(line)),
        Cell(completion_of(line)),
        Cell(bar(figures.completion, None if line.counts_districts else figures.expected), tone),
        Cell(points(figures.lead)),
        cell(actual_of(line)),
        cell(goal_text(target, figures.goal, each=line.counts_districts)),
        cell(lacking_text(target, figures)),
        Cell(percent(figures.expected)),
        Cell(data_to(figures), Tone.YELLOW if figures.stale else Tone.PLAIN),
        cell(actual_text(target, figures.projected)),
        cell(recorded_text(target, figures.needed_per_month, up=True)),
        cell(pick(target.owner, target.owner_en) if row else ""),
        *(() if line.before is None else (cell(_change(target, figures, line.before)),)),
    )


def status_text(figures: Assessment) -> str:
    """The light and the status, in words; a dash where there is no goal to judge by."""
    if figures.status is None:
        return NOTHING
    return f"{_(labels.LIGHT[figures.light])} {_(labels.STATUS[figures.status])}"


def gap_of(line: Line) -> str:
    """What is missing; beyond the goal, the surplus with a plus sign."""
    target, figures = line.target, line.figures
    if line.counts_districts and figures.gap is not None:
        return _("1 district") if figures.gap == 1 else _("{count} districts").format(count=figures.gap)
    if figures.surplus:
        return f"+{gap_text(target, figures.surplus, up=False)}"
    return gap_text(target, figures.gap)


def completion_of(line: Line) -> str:
    """Completion; of a target that every district must reach, how many of them did."""
    if line.row is not None and line.row.districts_total is not None:
        return f"{line.row.districts_meeting}/{line.row.districts_total}"
    return percent(line.figures.completion, up=line.figures.is_cap)


def actual_of(line: Line) -> str:
    """The actual, marked where a provisional figure is part of it."""
    figures = line.figures
    text = actual_text(line.target, figures.actual)
    return text + _("(est.)") if figures.estimate and figures.actual is not None else text


def bar(completion: Fraction | None, expected: Fraction | None, *, size: int = BAR_SIZE) -> str:
    """Completion as a bar of `size` cells with a mark where it is expected to be; empty where there is no figure."""
    if completion is None:
        return ""
    filled = min(max(int(completion * size), 0), size)
    cells = ["█"] * filled + ["░"] * (size - filled)
    if expected is not None:
        cells.insert(min(int(expected * size), size), "|")
    return "".join(cells)


def data_to(figures: Assessment) -> str:
    """The day the data end, marked where a report is overdue."""
    day = str(figures.data_date) if figures.data_date else NOTHING
    return _("{day} late").format(day=day) if figures.stale else day


def _change(target: Target, now: Assessment, before: Assessment) -> str:
    """How the actual moved since the earlier day, and the status if that moved too."""
    text, status = moved_text(target, now, before), status_moved(now, before)
    return _("{text} ({remark})").format(text=text, remark=status) if status else text


def moved_text(target: Target, now: Assessment, before: Assessment) -> str:
    """How the actual moved since the earlier day."""
    moved = difference(now.actual, before.actual)
    if moved is None:
        return _("new") if now.actual is not None else NOTHING
    return ("+" if moved > 0 else "") + gap_text(target, moved, up=False)


def status_moved(now: Assessment, before: Assessment) -> str:
    """From which status to which a row moved since the earlier day; empty where it did not, or had none."""
    if now.status is before.status or now.status is None or before.status is None:
        return ""
    return f"{_(labels.STATUS[before.status])} → {_(labels.STATUS[now.status])}"


def _notes(report: StatusReport) -> Iterator[Cell]:
    """Below the table: how many stand where, and who has not reported."""
    if report.rows:
        yield Cell(_counts(report))
    lack = lack_of(report)
    late = list(late_reports(report))
    if lack:
        yield Cell(lack)
    elif late:
        yield cell(_("Report overdue: {names}").format(names=_("; ").join(late)), Tone.YELLOW)


def lack_of(report: StatusReport) -> str:
    """Why a report has nothing to show, in one sentence: no rows, or nothing recorded; empty where it has."""
    if not report.rows:
        return _("No target is in these statuses.") if report.occurring else _("No targets.")
    if report.entries == 0 and report.known_at is None:
        return _("Nothing is recorded yet; begin with `ordos-targets record TARGET VALUE`.")
    return ""


def _counts(report: StatusReport) -> str:
    summary = report.summary
    counts = [f"{_(labels.STATUS[status])} {count}" for status, count in summary.by_status.items() if count]
    line = _("Targets {targets}: {counts}").format(targets=summary.targets, counts=" · ".join(counts))
    if summary.weighted_completion is None:
        return line
    return f"{line} · " + _("weighted completion {share}").format(share=percent(summary.weighted_completion))


def late_reports(report: StatusReport) -> Iterator[str]:
    """Who has not reported: each late target, with its late districts and the day its data end."""
    for row in report.rows:
        districts = [one for one in row.districts if one.figures.stale]
        if districts and row.target.scope is not Scope.WHOLE:
            if row.figures.stale or report.focus:
                remark = _late_districts(districts, among=len(row.districts))
                yield _("{text} ({remark})").format(text=named(row.target), remark=remark)
        elif row.figures.stale and report.focus is None:
            yield f"{named(row.target)} {until(row.figures.data_date)}"


def _late_districts(late: Sequence[DistrictAssessment], *, among: int) -> str:
    if len(late) == among > 1:
        return _("all districts")
    return _(", ").join(f"{named(one.district)} {until(one.figures.data_date)}" for one in late)


def until(day: date | None) -> str:
    """Up to when there are data, for a list of who is late."""
    return _("none yet") if day is None else _("to {day}").format(day=day)
