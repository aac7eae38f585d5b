"""The gap-to-target table: which figures stand in which column, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from ordos_targets.domain.figures import DistrictRow, Figures, Grouping, Report, TargetRow
from ordos_targets.domain.period import elapsed_share
from ordos_targets.domain.status import Light, Status
from ordos_targets.domain.target import Direction, District, Measure, Scope, Target
from ordos_targets.locale import _, named, pick
from ordos_targets.report import words
from ordos_targets.report.cells import Cell, Column, Table, Tone, cell
from ordos_targets.report.documents import difference
from ordos_targets.report.numbers import NOTHING, actual_text, gap_text, goal_text, percent, points, recorded_text

TONES = {Light.GREEN: Tone.GREEN, Light.YELLOW: Tone.YELLOW, Light.RED: Tone.RED, Light.GREY: Tone.GREY}
BAR_SIZE = 10
NAME_LEAST = 16
INDENT = "  "


def status_table(report: Report) -> Table:
    """The report as a table: headline targets first, then section by section, districts under their target."""
    return Table(_title(report), _columns(report), tuple(_rows(report)), tuple(_notes(report)))


def _columns(report: Report) -> tuple[Column, ...]:
    """The columns from left to right; a higher rank leaves earlier where the window is narrow."""
    columns = (
        Column(_("Target"), least=NAME_LEAST),
        Column(_("Light")),
        Column(_("Status")),
        Column(_("Gap"), right=True),
        Column(_("Completion"), rank=1, right=True),
        Column(_("Progress"), rank=3),
        Column(_("Lead"), rank=2, right=True),
        Column(_("Goal"), rank=5, right=True),
        Column(_("Actual"), rank=4, right=True),
        Column(_("Expected"), rank=6, right=True),
        Column(_("Projected"), rank=8, right=True),
        Column(_("Needed a month"), rank=9, right=True),
        Column(_("Data to"), rank=7),
        Column(_("Owner"), rank=10),
    )
    if report.since is None:
        return columns
    return (*columns, Column(_("Since {day}").format(day=report.since), rank=1))


def _title(report: Report) -> str:
    parts = [cell(pick(report.name, report.name_en)).text, _("as of {day}").format(day=report.as_of)]
    if report.focus:
        parts.insert(1, cell(named(report.focus)).text)
    if report.known_at:
        parts.append(_("as known at {moment}").format(moment=report.known_at))
    elapsed = elapsed_share(report.as_of, report.period.start, report.period.end)
    parts.append(_("{share} of the period gone").format(share=percent(elapsed)))
    return " · ".join(parts)


def _rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    for heading, rows in grouped(report):
        if heading:
            yield (cell(heading, Tone.STRONG),)
        for row, district in rows:
            yield from _target_rows(row, district, report)


def grouped(report: Report) -> list[tuple[str, list[tuple[TargetRow, DistrictRow | None]]]]:
    """The rows under their headings; by district, each row comes with the district it is about."""
    if report.focus is not None:
        return [("", [(row, row.districts[0]) for row in report.rows])]
    groups: dict[str, list[tuple[TargetRow, DistrictRow | None]]] = {}
    for row in report.rows:
        for heading, district in _headings(row, report.grouping):
            groups.setdefault(heading, []).append((row, district))
    first = _("Headline targets")
    order = sorted(groups, key=lambda heading: heading != first) if report.grouping is None else list(groups)
    return [(heading, groups[heading]) for heading in order]


def _headings(row: TargetRow, grouping: Grouping | None) -> list[tuple[str, DistrictRow | None]]:
    target = row.target
    if grouping is Grouping.DISTRICT:
        return [(named(one.district), one) for one in row.districts] or [(_("The whole"), None)]
    if grouping is Grouping.OWNER:
        return [(pick(target.owner, target.owner_en) or _("No owner named"), None)]
    if grouping is Grouping.COMMITMENT:
        return [(_(words.COMMITMENT[target.commitment]), None)]
    if grouping is None and target.headline:
        return [(_("Headline targets"), None)]
    return [(pick(target.section, target.section_en) or _("Other targets"), None)]


def _target_rows(row: TargetRow, district: DistrictRow | None, report: Report) -> Iterator[tuple[Cell, ...]]:
    """A target's line and its districts' lines below; or one line, where it is about one district."""
    name = INDENT + named(row.target)
    if district is not None:
        yield _line(name, row.target, district.figures, district.before, district.district)
        return
    yield _line(name, row.target, row.figures, row.before, None, row)
    if report.grouping is not None:
        return
    for one in row.districts:
        yield _line(INDENT * 2 + named(one.district), row.target, one.figures, one.before, one.district)


def _line(  # noqa: PLR0913, PLR0917 - a line is what it shows
    name: str,
    target: Target,
    figures: Figures,
    before: Figures | None,
    district: District | None,
    row: TargetRow | None = None,
) -> tuple[Cell, ...]:
    tone = TONES[figures.light]
    each = row is not None and target.scope is Scope.EACH
    return (
        cell(name, Tone.PLAIN if district is None else Tone.FAINT),
        Cell(_(words.LIGHT[figures.light]), tone),
        Cell(_status(figures), tone),
        cell(_gap(target, figures, each=each)),
        Cell(_completion(target, figures, row)),
        Cell(bar(figures.completion, None if each else figures.expected), tone),
        Cell(points(figures.lead)),
        cell(goal_text(target, figures.goal, each=each)),
        cell(
            actual_text(target, figures.actual)
            + (_("(est.)") if figures.estimate and figures.actual is not None else "")
        ),
        Cell(percent(figures.expected)),
        cell(actual_text(target, figures.projected) if not each else NOTHING),
        cell(recorded_text(target, figures.needed_per_month, up=True)),
        Cell(_data_to(figures), Tone.YELLOW if figures.stale else Tone.PLAIN),
        cell(pick(target.owner, target.owner_en) if district is None else ""),
        *(() if before is None else (cell(_change(target, figures, before)),)),
    )


def _status(figures: Figures) -> str:
    return _(words.STATUS[figures.status]) if figures.status else NOTHING


def _gap(target: Target, figures: Figures, *, each: bool) -> str:
    """What is missing; beyond the goal the surplus with a plus sign; with it, for growth, the money still needed."""
    money = f" ({recorded_text(target, figures.gap_amount, up=True)})" if figures.gap_amount else ""
    if each and figures.gap is not None:
        return _("{count} districts").format(count=figures.gap) + money
    if figures.gap == 0 and figures.surplus is not None:
        return f"+{gap_text(target, figures.surplus, up=False)}"
    return gap_text(target, figures.gap) + money


def _completion(target: Target, figures: Figures, row: TargetRow | None) -> str:
    if row is not None and row.districts_total is not None:
        return f"{row.districts_meeting}/{row.districts_total}"
    return percent(figures.completion, up=target.direction is Direction.AT_MOST and target.measure is Measure.TOTAL)


def bar(completion: Fraction | None, expected: Fraction | None, *, size: int = BAR_SIZE) -> str:
    """Completion as a bar of `size` cells with a mark where it is expected to be; empty where there is no figure."""
    if completion is None:
        return ""
    filled = min(max(int(completion * size), 0), size)
    cells = ["█"] * filled + ["░"] * (size - filled)
    if expected is not None:
        cells.insert(min(int(expected * size), size), "|")
    return "".join(cells)


def _data_to(figures: Figures) -> str:
    day = str(figures.data_date) if figures.data_date else NOTHING
    return f"{day} {_('late')}" if figures.stale else day


def _change(target: Target, now: Figures, before: Figures) -> str:
    """How the actual moved since the earlier day, and the status if that moved too."""
    moved = difference(now.actual, before.actual)
    if moved is None:
        text = _("new") if now.actual is not None else NOTHING
    else:
        text = ("+" if moved > 0 else "") + actual_text(target, moved)
    if now.status is before.status or now.status is None or before.status is None:
        return text
    return f"{text} ({_(words.STATUS[before.status])} → {_(words.STATUS[now.status])})"


def _notes(report: Report) -> Iterator[Cell]:
    """Below the table: how many stand where, and who has not reported."""
    counts = [
        f"{_(words.STATUS[status])} {report.summary.by_status[status]}"
        for status in Status
        if report.summary.by_status[status]
    ]
    line = _("{targets} targets: {counts}").format(targets=report.summary.targets, counts=" · ".join(counts))
    if report.summary.weighted_completion is not None:
        line += " · " + _("weighted completion {share}").format(share=percent(report.summary.weighted_completion))
    yield Cell(line)
    late = list(late_reports(report))
    if late:
        yield cell(_("Report overdue: {names}").format(names=_("; ").join(late)), Tone.YELLOW)


def late_reports(report: Report) -> Iterator[str]:
    """Who has not reported: each late target, with its late districts and the day its data end."""
    for row in report.rows:
        districts: Iterable[DistrictRow] = [one for one in row.districts if one.figures.stale]
        if districts and row.target.scope is not Scope.WHOLE:
            names = _(", ").join(f"{named(one.district)} {_until(one.figures.data_date)}" for one in districts)
            if row.figures.stale or report.focus:
                yield f"{named(row.target)} ({names})"
        elif row.figures.stale and report.focus is None:
            yield f"{named(row.target)} {_until(row.figures.data_date)}"


def _until(day: date | None) -> str:
    return _("none yet") if day is None else _("to {day}").format(day=day)
