"""Everything the page shows of a report, as parts of the page: what is on the screen, laid out for a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from ordos_targets.domain.assessment import Assessment, DistrictAssessment, StatusReport, Summary, TargetAssessment
from ordos_targets.domain.burnup import ReportBundle
from ordos_targets.domain.errors import fill
from ordos_targets.domain.targets import Scope, Target
from ordos_targets.locale import _, language, named, pick
from ordos_targets.locale.amounts import MINUS, NOTHING, short, truncate
from ordos_targets.report.html.chart import Chip, chart_of, chip_of
from ordos_targets.report.numbers import actual_text, goal_text, lacking_text, percent, points, recorded_text
from ordos_targets.report.show import TargetFact, target_facts
from ordos_targets.report.status_table import (
    StatusLine,
    completion_of,
    data_to,
    elapsed_of,
    gap_of,
    grouped_lines,
    late_reports,
    moved_text,
    report_days,
    reported_text,
    status_moved,
    why_empty,
)

LANGUAGES = {"zh": "zh-CN", "en": "en"}
# A bar ends a quarter beyond the goal, so that the goals of all lines are below each other.
LONGEST = Fraction(5, 4)
GOAL_AT = short(truncate(100 / LONGEST, 1))
# With more districts' lines than this they start folded, so that the targets can be seen together.
OPEN_LINES = 30
# As many targets as fit side by side on a sheet of paper.
MOST_TARGETS = 6
SHORT_HASH = 12


# A part of the page as its template reads it: texts, numbers as texts, and parts. Nothing is left to compute.
Part = Mapping[str, object]


class Fact(NamedTuple):
    """One figure of a line: its name, its text, and whether it is a warning."""

    heading: str
    text: str
    warns: bool = False


class PageLine(NamedTuple):
    """One line of the table: a target, or one of its districts. `number` refers to the target's origin, 0 for none.

    `columns` hold the facts of each column, one below the other.
    """

    number: int
    name: str
    owner: str
    chip: Chip | None
    bullet: Part | None
    completion: str
    expected: str
    columns: tuple[tuple[Fact, ...], ...]


class HeatCell(NamedTuple):
    """The figure of one district for one target; `remark` says that its report is overdue."""

    chip: Chip | None
    text: str
    remark: str


class MovedLine(NamedTuple):
    """What moved: a target's figure, or a `district`'s below it; `chips` are the status before and now, if that moved.

    A target that is only the heading of its districts has no texts.
    """

    name: str
    district: str = ""
    before: str = ""
    now: str = ""
    moved: str = ""
    chips: tuple[Chip | None, Chip | None] | None = None


def page_of(bundle: ReportBundle) -> Part:
    """Return everything the page shows of a report with the burn-ups of its targets."""
    report = bundle.report
    groups = grouped_lines(report)
    # Targets are numbered in the order in which the table shows them.
    shown = dict.fromkeys(lines[0].target.id for _heading, targets in groups for lines in targets)
    numbers = {target: number for number, target in enumerate(shown, 1)}
    rows = sorted(report.rows, key=lambda row: numbers[row.target.id])
    return {
        "language": LANGUAGES[language()],
        "words": _words(),
        "head": _head(report),
        "lack": why_empty(report),
        "table": _table(groups, numbers) if report.rows else None,
        "charts": [
            chart_of(row, bundle.burn_ups[row.target.id], report, numbers[row.target.id])
            for row in rows
            if row.target.id in bundle.burn_ups
        ],
        "maps": _maps(report),
        "since": _("What changed since {day}").format(day=report.since) if report.since else "",
        "changes": tuple(change for row in report.rows for change in _changes(row, report)),
        "overdue": tuple(late_reports(report)),
        "origins": tuple(_origin(row.target, numbers[row.target.id]) for row in rows),
    }


def _words() -> Mapping[str, str]:
    """Return the fixed words of the page, by their names in the template."""
    return {
        "contents": _("Contents"),
        "completion": _("Weighted completion"),
        "elapsed": _("Time elapsed"),
        "summary": _("Targets by status"),
        "table": _("Gap to target"),
        "target": _("Target"),
        "status": _("Status"),
        "progress": _("Completion"),
        "charts": _("Burn-up charts"),
        "charts_hint": _("The shaded days have passed; the dotted line is the projection at the pace so far."),
        "maps": _("Districts by target"),
        "district": _("District"),
        "before": _("Before"),
        "now": _("Now"),
        "moved": _("Change"),
        "unchanged": _("Nothing has changed."),
        "overdue": _("Overdue reports"),
        "none_overdue": _("No report is overdue."),
        "origins": _("Sources and definitions of the targets"),
        "hash": _("Hash of the last entry"),
        "to": _("now"),
    }


def hundredths(share: Fraction) -> str:
    """Return a ratio as hundredths of a length, cut, so that a bar touches only what is reached."""
    return short(truncate(share * 100, 1))


def _head(report: StatusReport) -> Part:
    completion, elapsed = report.summary.weighted_completion, elapsed_of(report)
    return {
        "title": pick(report.name, report.name_en),
        "subject": named(report.focus) if report.focus else "",
        "days": tuple(report_days(report)),
        "targets": report.summary.targets,
        "counts": tuple(_counts(report.summary)),
        "completion": percent(completion),
        "completion_fill": hundredths(completion or Fraction(0)),
        "elapsed": percent(elapsed),
        "elapsed_fill": hundredths(elapsed),
        "ledger": fill(
            _("Ledger: {entries:entry|entries}, hash {hash}"),
            {"entries": report.entries, "hash": report.head[:SHORT_HASH]},
        ),
        "hash": report.head,
    }


def _counts(summary: Summary) -> Iterator[Part]:
    """Yield how many targets are in each status that occurs, from the best to the worst, as parts of one strip."""
    before = Fraction(0)
    total = sum(summary.by_status.values())
    for status, count in summary.by_status.items():
        chip = chip_of(status)
        if count and chip:
            share = Fraction(count, total)
            yield {"chip": chip, "targets": count, "at": hundredths(before), "share": hundredths(share)}
            before += share


def _table(groups: Sequence[tuple[str, list[list[StatusLine]]]], numbers: Mapping[str, int]) -> Part:
    """Return the table of at least one target; facts that no line has are left out."""
    lines = [line for _heading, targets in groups for lines in targets for line in lines]
    columns = [_columns(line) for line in lines]
    full = {fact.heading for line in columns for column in line for fact in column if fact.text != NOTHING}
    opened = sum(line.row is None for line in lines) <= OPEN_LINES
    headings = (tuple(fact.heading for fact in column if fact.heading in full) for column in columns[0])
    return {
        "headings": list(filter(None, headings)),
        "groups": [
            {
                "heading": heading,
                "blocks": [_block(lines, numbers[lines[0].target.id], full, opened=opened) for lines in targets],
            }
            for heading, targets in groups
        ],
    }


def _block(lines: Sequence[StatusLine], number: int, full: set[str], *, opened: bool) -> Part:
    """Return a target's line and those of its districts, which can be folded under a sentence that counts them."""
    first, *others = (_line(line, 0 if part else number, full) for part, line in enumerate(lines))
    fold = _("{count} districts").format(count=len(others)) if others else ""
    return {"line": first, "districts": others, "fold": fold, "open": opened}


def _line(line: StatusLine, number: int, full: set[str]) -> PageLine:
    target, figures = line.target, line.figures
    completion = completion_of(line)
    columns = (tuple(fact for fact in column if fact.heading in full) for column in _columns(line))
    return PageLine(
        number=number,
        name=line.name,
        owner=pick(target.owner, target.owner_en) if number else "",
        chip=chip_of(figures.status),
        bullet=_bullet(figures, completion, marked=not line.counts_districts),
        completion=completion,
        expected="" if figures.expected is None else _("expected {share}").format(share=percent(figures.expected)),
        columns=tuple(filter(None, columns)),
    )


def _bullet(figures: Assessment, completion: str, *, marked: bool) -> Part | None:
    """Return the bar of a line, in hundredths of its length; None without a goal.

    It bears a mark where completion is expected to be, if `marked`; the goal is at GOAL_AT.
    """
    if figures.goal is None:
        return None
    reached = min(max(figures.completion or Fraction(0), Fraction(0)), LONGEST)
    expected = figures.expected if marked else None
    facts = [(_("Completion"), completion if completion != NOTHING else _("none"))]
    facts += [] if expected is None else [(_("Expected"), percent(expected))]
    return {
        "light": figures.light.value,
        "fill": hundredths(reached / LONGEST),
        "mark": "" if expected is None else hundredths(expected / LONGEST),
        "text": _("; ").join(_("{name}: {text}").format(name=name, text=text) for name, text in facts),
    }


def _columns(line: StatusLine) -> tuple[tuple[Fact, ...], ...]:
    target, figures = line.target, line.figures
    return (
        (Fact(_("Gap"), gap_of(line)), Fact(_("Lead"), points(figures.lead))),
        (
            Fact(_("Actual"), reported_text(target, figures)),
            Fact(_("Goal"), goal_text(target, figures.goal, each=line.counts_districts)),
            Fact(_("Stretch goal"), goal_text(target, figures.stretch)),
        ),
        (
            Fact(_("Needed a month"), recorded_text(target, figures.needed_per_month, up=True)),
            Fact(_("Still needed"), lacking_text(target, figures)),
        ),
        (Fact(_("Projected"), actual_text(target, figures.projected)),),
        (Fact(_("Data to"), data_to(figures), warns=figures.stale),),
    )


def _maps(report: StatusReport) -> Sequence[Part]:
    """Return the maps of the targets that districts report on, a few targets each; none for a single district."""
    rows = [row for row in report.rows if row.districts and row.target.scope is not Scope.WHOLE]
    if not rows or report.focus is not None:
        return []
    size = ceil(len(rows) / ceil(len(rows) / MOST_TARGETS))
    return [_map(rows[first : first + size]) for first in range(0, len(rows), size)]


def _map(rows: Sequence[TargetAssessment]) -> Part:
    """Return one map; every target has the same districts, in the same order."""
    lines = [
        (named(line[0].district), tuple(_heat_cell(row.target, part) for row, part in zip(rows, line, strict=True)))
        for line in zip(*(row.districts for row in rows), strict=True)
    ]
    return {"targets": [named(row.target) for row in rows], "rows": lines}


def _heat_cell(target: Target, about: DistrictAssessment) -> HeatCell:
    """Return a district's status and completion; where it has no goal or no completion, its actual."""
    figures = about.figures
    by_goal = figures.completion is not None
    text = percent(figures.completion, up=figures.is_cap) if by_goal else actual_text(target, figures.actual)
    return HeatCell(chip_of(figures.status), text, _("late") if figures.stale else "")


def _changes(row: TargetAssessment, report: StatusReport) -> Iterator[MovedLine]:
    """Yield what moved of a target, then of its districts; in a report about a district, only of that one."""
    name = named(row.target)
    districts = [
        _moved_line(row.target, name, named(part.district), part.figures, part.before)
        for part in row.districts
        if part.before is not None and _has_moved(part.figures, part.before)
    ]
    if report.focus is None and row.before is not None and _has_moved(row.figures, row.before):
        yield _moved_target(row, name, row.before)
    elif districts:
        yield MovedLine(name)
    yield from districts


def _has_moved(now: Assessment, before: Assessment) -> bool:
    return (now.actual, now.status, now.gap) != (before.actual, before.status, before.gap)


def _moved_target(row: TargetAssessment, name: str, before: Assessment) -> MovedLine:
    """Return a target's own change; of one that every district must reach, how many of them did."""
    line = _moved_line(row.target, name, "", row.figures, before)
    if row.districts_meeting is None or row.districts_total is None or before.gap is None:
        return line
    met_before = row.districts_total - int(before.gap)
    moved = row.districts_meeting - met_before
    return line._replace(
        before=f"{met_before}/{row.districts_total}",
        now=f"{row.districts_meeting}/{row.districts_total}",
        moved=f"{moved:+}".replace("-", MINUS) if moved else "0",
    )


def _moved_line(target: Target, name: str, district: str, now: Assessment, before: Assessment) -> MovedLine:
    chips = chip_of(before.status), chip_of(now.status)
    return MovedLine(
        name=name,
        district=district,
        before=actual_text(target, before.actual),
        now=actual_text(target, now.actual),
        moved=moved_text(target, now, before),
        chips=chips if status_moved(now, before) else None,
    )


def _origin(target: Target, number: int) -> Part:
    facts = [fact for fact in target_facts(target) if fact.text]
    return {
        "number": number,
        "name": named(target),
        "facts": _picked(facts, "source", "note", "revision"),
        "terms": _picked(facts, "measure", "plan", "commitment"),
    }


def _picked(facts: Sequence[TargetFact], *keys: str) -> tuple[tuple[str, str], ...]:
    return tuple((fact.name, fact.text) for key in keys for fact in facts if fact.key == key)
