"""The gap-to-target table, as on the screen: the same rows, groups and figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from fractions import Fraction
from math import ceil

from ordos_targets.domain.assessment import (
    Assessment,
    DistrictAssessment,
    StatusReport,
    Summary,
    TargetAssessment,
)
from ordos_targets.domain.burnup import ReportBundle
from ordos_targets.domain.targets import Scope, Target
from ordos_targets.locale import _, language, named, pick
from ordos_targets.report import labels, status_table
from ordos_targets.report.html.chart import chart_of
from ordos_targets.report.html.parts import (
    Block,
    Bullet,
    Change,
    Chart,
    Chip,
    Count,
    Fact,
    Group,
    Head,
    HeatCell,
    HeatMap,
    Line,
    Origin,
    Page,
    StatusTable,
    chip_of,
)
from ordos_targets.report.numbers import (
    MINUS,
    NOTHING,
    actual_text,
    goal_text,
    lacking_text,
    moment_text,
    percent,
    points,
    recorded_text,
    short,
    truncate,
)
from ordos_targets.report.status_table import elapsed_of, moved_text, status_moved

# A bar ends a quarter beyond the goal, so that the goals of all lines stand below each other.
LONGEST = Fraction(5, 4)
GOAL_AT = short(truncate(100 / LONGEST, 1))


def hundredths(share: Fraction) -> str:
    """A ratio as hundredths of a length, cut, so that a bar touches only what is reached."""
    return short(truncate(share * 100, 1))


def bullet_of(figures: Assessment, completion: str, *, marked: bool) -> Bullet | None:
    """The bar of a row, whose completion reads `completion`; marked where it is expected to be, if `marked`.

    None where there is no goal to fill it.
    """
    if figures.goal is None:
        return None
    reached = min(max(figures.completion or Fraction(0), Fraction(0)), LONGEST)
    expected = figures.expected if marked else None
    return Bullet(
        light=figures.light.value,
        fill=hundredths(reached / LONGEST),
        mark="" if expected is None else hundredths(expected / LONGEST),
        text=_bar_text(completion, expected),
    )


def _bar_text(completion: str, expected: Fraction | None) -> str:
    parts = [_("{name}: {text}").format(name=_("Completion"), text=completion if completion != NOTHING else _("none"))]
    if expected is not None:
        parts.append(_("{name}: {text}").format(name=_("Expected"), text=percent(expected)))
    return _("; ").join(parts)


# With more districts' lines than this they start folded, so that the targets can be seen together.
OPEN_LINES = 30


def table_of(report: StatusReport, numbers: Mapping[str, int]) -> StatusTable:
    """The table of a report with at least one row; `numbers` are the targets' own, by id."""
    opened = sum(len(row.districts) for row in report.rows) <= OPEN_LINES
    groups = [
        Group(heading, tuple(_block(row, about, report, numbers, opened=opened) for row, about in rows))
        for heading, rows in status_table.grouped(report)
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
    row: TargetAssessment,
    about: DistrictAssessment | None,
    report: StatusReport,
    numbers: Mapping[str, int],
    *,
    opened: bool,
) -> Block:
    first, *others = (
        _line(line, numbers[row.target.id] if number == 0 else 0)
        for number, line in enumerate(status_table.lines_of(row, about, report))
    )
    fold = _("{count} districts").format(count=len(others)) if others else ""
    return Block(first, tuple(others), fold, opened)


def _line(line: status_table.Line, number: int) -> Line:
    target, figures = line.target, line.figures
    completion = status_table.completion_of(line)
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


def _columns(line: status_table.Line) -> tuple[tuple[Fact, ...], ...]:
    target, figures = line.target, line.figures
    return (
        (
            Fact(_("Gap"), status_table.gap_of(line)),
            Fact(_("Lead"), points(figures.lead)),
        ),
        (
            Fact(_("Actual"), status_table.actual_of(line)),
            Fact(_("Goal"), goal_text(target, figures.goal, each=line.counts_districts)),
            Fact(_("Stretch goal"), NOTHING if figures.stretch is None else goal_text(target, figures.stretch)),
        ),
        (
            Fact(_("Needed a month"), recorded_text(target, figures.needed_per_month, up=True)),
            Fact(_("Still needed"), lacking_text(target, figures)),
        ),
        (Fact(_("Projected"), actual_text(target, figures.projected)),),
        (Fact(_("Data to"), status_table.data_to(figures), warns=figures.stale),),
    )


SHORT_HASH = 12


def head_of(report: StatusReport) -> Head:
    """The head of a report's page."""
    completion, elapsed = report.summary.weighted_completion, elapsed_of(report)
    return Head(
        title=pick(report.name, report.name_en),
        subject=named(report.focus) if report.focus else "",
        days=tuple(_days(report)),
        targets=report.summary.targets,
        counts=tuple(_counts(report.summary)),
        completion=percent(completion),
        completion_fill=hundredths(completion or Fraction(0)),
        elapsed=percent(elapsed),
        elapsed_fill=hundredths(elapsed),
        ledger=_("Ledger: {entries} entries, hash {hash}").format(
            entries=f"{report.entries:,}", hash=report.head[:SHORT_HASH]
        ),
        hash=report.head,
    )


def _days(report: StatusReport) -> Iterator[str]:
    yield _("as of {day}").format(day=report.as_of)
    if report.known_at:
        yield _("as known at {moment}").format(moment=moment_text(report.known_at))
    yield _("{share} of the period gone").format(share=percent(elapsed_of(report)))


def _counts(summary: Summary) -> Iterator[Count]:
    """How many targets are in each status that occurs, from the best to the worst, as parts of one strip."""
    before = Fraction(0)
    total = sum(summary.by_status.values())
    for status, count in summary.by_status.items():
        chip = chip_of(status)
        if count and chip:
            share = Fraction(count, total)
            yield Count(chip, count, hundredths(before), hundredths(share))
            before += share


# As many targets as stand side by side on a sheet of paper.
MOST_TARGETS = 6


def maps_of(report: StatusReport) -> tuple[HeatMap, ...]:
    """The maps of the targets that districts report on, a few targets each; none where one district is in focus."""
    rows = [row for row in report.rows if row.districts and row.target.scope is not Scope.WHOLE]
    if not rows or report.focus is not None:
        return ()
    size = ceil(len(rows) / ceil(len(rows) / MOST_TARGETS))
    return tuple(_map(rows[first : first + size]) for first in range(0, len(rows), size))


def _map(rows: Sequence[TargetAssessment]) -> HeatMap:
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


def _cell(row: TargetAssessment, one: DistrictAssessment) -> HeatCell:
    """A district's status and completion; where it has no goal or no completion, its actual."""
    figures = one.figures
    by_goal = figures.completion is not None
    text = percent(figures.completion, up=figures.is_cap) if by_goal else actual_text(row.target, figures.actual)
    return HeatCell(chip_of(figures.status), text, _("late") if figures.stale else "")


def changes_of(report: StatusReport) -> tuple[Change, ...]:
    """What moved, in the rows' order: a target, then its districts; where one district is in focus, only it."""
    return tuple(change for row in report.rows for change in _changes(row, report))


def _changes(row: TargetAssessment, report: StatusReport) -> Iterator[Change]:
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


def _moved(now: Assessment, before: Assessment) -> bool:
    return (now.actual, now.status) != (before.actual, before.status) or now.gap != before.gap


def _whole(row: TargetAssessment, name: str, before: Assessment) -> Change:
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


def _change(target: Target, name: str, district: str, now: Assessment, before: Assessment) -> Change:
    return Change(
        name=name,
        district=district,
        before=actual_text(target, before.actual),
        now=actual_text(target, now.actual),
        moved=moved_text(target, now, before),
        chips=_chips(now, before),
    )


def _chips(now: Assessment, before: Assessment) -> tuple[Chip, Chip] | None:
    """The status before and now, where it moved."""
    chips = chip_of(before.status), chip_of(now.status)
    return (chips[0], chips[1]) if status_moved(now, before) and chips[0] and chips[1] else None


def origins_of(report: StatusReport, numbers: Mapping[str, int]) -> tuple[Origin, ...]:
    """The origins of a report's targets, in the order of their `numbers` (by id)."""
    targets = sorted((row.target for row in report.rows), key=lambda target: numbers[target.id])
    return tuple(Origin(numbers[one.id], named(one), tuple(_facts(one)), tuple(_terms(one))) for one in targets)


def _facts(target: Target) -> Iterator[tuple[str, str]]:
    if target.source:
        yield _("Source"), target.source
    if target.note:
        yield _("Note"), target.note
    for revision in target.revisions:
        goal = goal_text(target, Fraction(revision.goal), each=target.scope is Scope.EACH)
        yield _("Goal revised"), _("{name}: {text}").format(name=revision.on, text=f"{goal} {revision.why}".rstrip())


def _terms(target: Target) -> Iterator[tuple[str, str]]:
    measure, scope = _(labels.MEASURE[target.measure]), _(labels.SCOPE[target.scope])
    yield _("Measure"), _("{measure}, {scope}").format(measure=measure, scope=scope)
    yield _("Plan"), _(labels.PLAN[target.plan.kind])
    yield _("Commitment"), _(labels.COMMITMENT[target.commitment])


LANGUAGES = {"zh": "zh-CN", "en": "en"}


def page_of(briefing: ReportBundle) -> Page:
    """Everything the page shows of a briefing."""
    report = briefing.report
    numbers = _numbers(report)
    return Page(
        language=LANGUAGES[language()],
        words=_words(),
        head=head_of(report),
        lack=status_table.lack_of(report),
        table=table_of(report, numbers) if report.rows else None,
        charts=_charts(briefing, numbers),
        maps=maps_of(report),
        since=_("What changed since {day}").format(day=report.since) if report.since else "",
        changes=changes_of(report),
        overdue=tuple(status_table.late_reports(report)),
        origins=origins_of(report, numbers),
    )


def _numbers(report: StatusReport) -> Mapping[str, int]:
    """A number for each target, by id, in the order in which the table shows them."""
    shown = dict.fromkeys(row.target.id for _heading, rows in status_table.grouped(report) for row, _about in rows)
    return {target: number for number, target in enumerate(shown, 1)}


def _charts(briefing: ReportBundle, numbers: Mapping[str, int]) -> tuple[Chart, ...]:
    rows = sorted(briefing.report.rows, key=lambda row: numbers[row.target.id])
    return tuple(
        chart_of(row, briefing.courses[row.target.id], briefing.report, numbers[row.target.id])
        for row in rows
        if row.target.id in briefing.courses
    )


def _words() -> Mapping[str, str]:
    """The fixed words of the page, by the names that the template has for them."""
    return {
        "contents": _("Contents"),
        "completion": _("Weighted completion"),
        "elapsed": _("Time gone"),
        "summary": _("Targets by status"),
        "table": _("Gap to target"),
        "target": _("Target"),
        "status": _("Status"),
        "progress": _("Completion"),
        "charts": _("Burn-up charts"),
        "charts_hint": _("The shaded days are over; the dotted line shows where the course so far leads."),
        "maps": _("Districts by target"),
        "district": _("District"),
        "before": _("Before"),
        "now": _("Now"),
        "moved": _("Change"),
        "unchanged": _("Nothing has changed."),
        "overdue": _("Overdue reports"),
        "none_overdue": _("No report is overdue."),
        "origins": _("Where the goals were announced, and what they mean"),
        "hash": _("Hash of the last entry"),
        "to": _("now"),
    }
