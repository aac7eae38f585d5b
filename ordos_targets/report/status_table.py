"""The gap-to-target table: which figures each column shows, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from ordos_targets.domain.errors import fill
from ordos_targets.domain.periods import elapsed_share
from ordos_targets.domain.targets import District, Scope, Target
from ordos_targets.locale import _, named, pick
from ordos_targets.locale.amounts import NOTHING
from ordos_targets.report import labels
from ordos_targets.report.numbers import (
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
NAME_WIDTH = 20
INDENT = 2


class StatusLine(NamedTuple):
    """One line of a status, whatever its format: a target as a whole, or one of its districts.

    Attributes:
        name: What the line is called where it stands: the district below its target, else the target.
        indent: How many blanks stand before the name in the table.
        target: The target.
        figures: The figures of the line.
        before: The figures of an earlier day, None where they were not asked for.
        row: The target's own row; None for a district's line.
        district: The district; None for a target's line.
    """

    name: str
    indent: int
    target: Target
    figures: Assessment
    before: Assessment | None
    row: TargetAssessment | None = None
    district: District | None = None

    @property
    def counts_districts(self) -> bool:
        """Whether the gap and the completion of the line are numbers of districts at the goal."""
        return self.row is not None and self.target.scope is Scope.EACH


def target_lines(row: TargetAssessment) -> Iterator[StatusLine]:
    """Yield a target's line, then those of its districts."""
    target = row.target
    yield StatusLine(named(target), INDENT, target, row.figures, row.before, row)
    for part in row.districts:
        yield StatusLine(named(part.district), 2 * INDENT, target, part.figures, part.before, district=part.district)


def district_line(row: TargetAssessment, about: DistrictAssessment) -> StatusLine:
    """Return a district's line where no line of the target stands above: it bears the target's name."""
    return StatusLine(named(row.target), INDENT, row.target, about.figures, about.before, district=about.district)


def grouped_lines(report: StatusReport) -> list[tuple[str, list[list[StatusLine]]]]:
    """Return the headings of a report, each with its targets: the target's line and those of its districts.

    The districts stand below their targets only in a report that is not grouped; in one about a district or grouped
    by district, a target is the one line of the district.
    """
    if report.focus is not None:
        return [("", [[district_line(row, row.districts[0])] for row in report.rows])]
    groups: dict[str, list[list[StatusLine]]] = {}
    for row in report.rows:
        for heading, about in _headings(row, report.grouping):
            lines = [district_line(row, about)] if about else list(target_lines(row))
            groups.setdefault(heading, []).append(lines[: 1 if report.grouping else None])
    first = _("Headline targets")
    order = sorted(groups, key=lambda heading: heading != first) if report.grouping is None else list(groups)
    return [(heading, groups[heading]) for heading in order]


def _headings(row: TargetAssessment, grouping: Grouping | None) -> list[tuple[str, DistrictAssessment | None]]:
    """Return the headings that a row stands under, each with the one district it is about there."""
    target = row.target
    if grouping is Grouping.DISTRICT:
        return [(named(part.district), part) for part in row.districts] or [(_("The whole"), None)]
    if grouping is Grouping.OWNER:
        return [(pick(target.owner, target.owner_en) or _("No owner given"), None)]
    if grouping is Grouping.COMMITMENT:
        return [(_(labels.COMMITMENT[target.commitment]), None)]
    if grouping is None and target.headline:
        return [(_("Headline targets"), None)]
    return [(pick(target.section, target.section_en) or _("Other targets"), None)]


def status_table(report: StatusReport) -> Table:
    """Return the report as a table: headline targets first, then section by section, districts under their target."""
    columns = _columns(report)
    rows: list[tuple[Cell, ...]] = []
    for heading, targets in grouped_lines(report):
        if heading:
            rows.append((cell(heading, Tone.STRONG),))
        rows += [tuple(write(line) for _column, write in columns) for lines in targets for line in lines]
    name = [pick(report.name, report.name_en), *([named(report.focus)] if report.focus else [])]
    title = " · ".join(cell(part).text for part in (*name, *report_days(report)))
    table = Table(title, tuple(column for column, _write in columns), tuple(rows), tuple(_notes(report)))
    return without_empty_columns(table, NOTHING)


def report_days(report: StatusReport) -> list[str]:
    """Return the day of a report, the moment it was known at, and the share of the period that has elapsed."""
    days = [_("as of {day}").format(day=report.as_of)]
    if report.known_at:
        days.append(_("as recorded by {moment}").format(moment=moment_text(report.known_at)))
    return [*days, _("{share} of the period elapsed").format(share=percent(elapsed_of(report)))]


def elapsed_of(report: StatusReport) -> Fraction:
    """Return the share (0…1) of the goals' period that has elapsed on the day of the report."""
    return elapsed_share(report.as_of, report.period.start, report.period.end)


def _columns(report: StatusReport) -> list[tuple[Column, Callable[[StatusLine], Cell]]]:
    """Return the columns of the table, each with what writes the cell of a line."""
    columns: list[tuple[Column, Callable[[StatusLine], Cell]]] = [
        (Column(_("Target"), min_width=NAME_WIDTH), lambda line: cell(line.name, indent=line.indent)),
        (Column(_("Status")), lambda line: Cell(status_text(line.figures), TONES[line.figures.light])),
        (Column(_("Gap"), right=True), lambda line: cell(gap_of(line))),
        (Column(_("Completion"), drop_priority=1, right=True), lambda line: Cell(completion_of(line))),
        (Column(_("Progress"), drop_priority=2), _bar_cell),
        (Column(_("Lead"), drop_priority=3, right=True), lambda line: Cell(points(line.figures.lead))),
        (
            Column(_("Actual"), drop_priority=4, right=True),
            lambda line: cell(reported_text(line.target, line.figures)),
        ),
        (
            Column(_("Goal"), drop_priority=5, right=True),
            lambda line: cell(goal_text(line.target, line.figures.goal, each=line.counts_districts)),
        ),
        (
            Column(_("Still needed"), drop_priority=6, right=True),
            lambda line: cell(lacking_text(line.target, line.figures)),
        ),
        (Column(_("Expected"), drop_priority=7, right=True), lambda line: Cell(percent(line.figures.expected))),
        (
            Column(_("Data to"), drop_priority=8),
            lambda line: Cell(data_to(line.figures), Tone.YELLOW if line.figures.stale else Tone.PLAIN),
        ),
        (
            Column(_("Projected"), drop_priority=9, right=True),
            lambda line: cell(actual_text(line.target, line.figures.projected)),
        ),
        (
            Column(_("Needed a month"), drop_priority=10, right=True),
            lambda line: cell(recorded_text(line.target, line.figures.needed_per_month, up=True)),
        ),
        (
            Column(_("Owner"), drop_priority=11),
            lambda line: cell(pick(line.target.owner, line.target.owner_en) if line.row else ""),
        ),
    ]
    if report.since is not None:
        columns.append((Column(_("Since {day}").format(day=report.since), drop_priority=1), _change_cell))
    return columns


def _bar_cell(line: StatusLine) -> Cell:
    expected = None if line.counts_districts else line.figures.expected
    return Cell(bar(line.figures.completion, expected), TONES[line.figures.light])


def _change_cell(line: StatusLine) -> Cell:
    """Return what changed since the earlier day, which was asked for."""
    if line.before is None:
        return cell("")
    text, moved = moved_text(line.target, line.figures, line.before), status_moved(line.figures, line.before)
    return cell(_("{text} ({remark})").format(text=text, remark=moved) if moved else text)


def status_text(figures: Assessment) -> str:
    """Return the words of the light and the status; a dash where there is no goal to judge by."""
    if figures.status is None:
        return NOTHING
    return f"{_(labels.LIGHT[figures.light])} {_(labels.STATUS[figures.status])}"


def gap_of(line: StatusLine) -> str:
    """Return what is missing; beyond the goal, the surplus with a plus sign."""
    target, figures = line.target, line.figures
    if line.counts_districts and figures.gap is not None:
        return _("1 district") if figures.gap == 1 else _("{count} districts").format(count=figures.gap)
    if figures.surplus:
        return f"+{gap_text(target, figures.surplus, up=False)}"
    return gap_text(target, figures.gap)


def completion_of(line: StatusLine) -> str:
    """Return the completion; of a target that every district must reach, how many of them did."""
    if line.row is not None and line.row.districts_total is not None:
        return f"{line.row.districts_meeting}/{line.row.districts_total}"
    return percent(line.figures.completion, up=line.figures.is_cap)


def reported_text(target: Target, figures: Assessment) -> str:
    """Return the actual, marked where a provisional figure is part of it."""
    text = actual_text(target, figures.actual)
    return text + _("(est.)") if figures.estimate and figures.actual is not None else text


def bar(completion: Fraction | None, expected: Fraction | None, *, size: int = BAR_SIZE) -> str:
    """Return completion as a bar of `size` cells with a mark where it is expected to be; empty without completion."""
    if completion is None:
        return ""
    filled = min(max(int(completion * size), 0), size)
    cells = ["█"] * filled + ["░"] * (size - filled)
    if expected is not None:
        cells.insert(min(int(expected * size), size), "|")
    return "".join(cells)


def data_to(figures: Assessment) -> str:
    """Return the day of the latest figure, marked where a report is overdue."""
    day = str(figures.data_date) if figures.data_date else NOTHING
    return _("{day} late").format(day=day) if figures.stale else day


def moved_text(target: Target, now: Assessment, before: Assessment) -> str:
    """Return how far the actual moved since the earlier day."""
    moved = difference(now.actual, before.actual)
    if moved is None:
        return _("new") if now.actual is not None else NOTHING
    return ("+" if moved > 0 else "") + gap_text(target, moved, up=False)


def status_moved(now: Assessment, before: Assessment) -> str:
    """Return the status before and now; empty where it did not move, or one of them does not exist."""
    if now.status is before.status or now.status is None or before.status is None:
        return ""
    return f"{_(labels.STATUS[before.status])} → {_(labels.STATUS[now.status])}"


def _notes(report: StatusReport) -> Iterator[Cell]:
    """Yield the lines below the table: how many targets are in each status, and who has not reported."""
    summary = report.summary
    if report.rows:
        counts = [f"{_(labels.STATUS[status])} {count}" for status, count in summary.by_status.items() if count]
        line = fill(_("{targets:target|targets}: {counts}"), {"targets": summary.targets, "counts": " · ".join(counts)})
        if summary.weighted_completion is not None:
            line += " · " + _("weighted completion {share}").format(share=percent(summary.weighted_completion))
        yield Cell(line)
    reason = why_empty(report)
    late = list(late_reports(report))
    if reason:
        yield Cell(reason)
    elif late:
        yield cell(_("Report overdue: {names}").format(names=_("; ").join(late)), Tone.YELLOW)


def why_empty(report: StatusReport) -> str:
    """Return why a report has nothing to show, in one sentence; empty where it has rows and entries."""
    if not report.rows:
        return _("No target is in these statuses.") if report.occurring else _("No targets.")
    if report.entries == 0 and report.known_at is None:
        return _("Nothing is recorded yet; begin with `ordos-targets record TARGET VALUE`.")
    return ""


def late_reports(report: StatusReport) -> Iterator[str]:
    """Yield each target whose report is overdue, with its late districts and the days of their latest figures."""
    for row in report.rows:
        districts = [part for part in row.districts if part.figures.stale]
        if districts and row.target.scope is not Scope.WHOLE:
            if row.figures.stale or report.focus:
                days = (f"{named(part.district)} {until_text(part.figures.data_date)}" for part in districts)
                remark = _("all districts") if len(districts) == len(row.districts) > 1 else _(", ").join(days)
                yield _("{text} ({remark})").format(text=named(row.target), remark=remark)
        elif row.figures.stale and report.focus is None:
            yield f"{named(row.target)} {until_text(row.figures.data_date)}"


def until_text(day: date | None) -> str:
    """Return up to when there are figures, for a list of overdue reports."""
    return _("no figure yet") if day is None else _("to {day}").format(day=day)
