"""How a target went over its year: as a chart for a window, and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from ordos_targets.domain.burnup import Course, CoursePoint, Portrait
from ordos_targets.domain.periods import MONTHS_IN_YEAR, position
from ordos_targets.domain.targets import MONEY, PERCENT, Direction, Target
from ordos_targets.locale import _
from ordos_targets.report.cells import Chart, Column, Curve, Table, Tone, cell
from ordos_targets.report.numbers import NOTHING, actual_text, goal_text, percent
from ordos_targets.report.status_cells import bar
from ordos_targets.report.words import MONTHS

BAR_SIZE = 40
# How far a projection may stretch the picture: by this share of what else is drawn.
STRETCH = Fraction(1, 4)


def burn_up(portrait: Portrait) -> Chart | Table | None:
    """The course of a target and its plan: a chart, a table where there is no curve, None where there is nothing."""
    target, course = portrait.target, portrait.course
    table = _districts_table(course) if course.counts_districts else _table(portrait)
    if course.goal is None and not course.reached and not course.planned:
        return table if table.rows else None
    low, high = _ends(target, course)
    return Chart(
        title=table.title,
        curves=tuple(_curves(target, course)),
        left=position(course.start - timedelta(days=1)),
        right=position(course.due),
        ticks=tuple(_ticks(course.start, course.due)),
        low=low,
        high=high,
        level=course.goal,
        label=lambda value: _value(target, course, value),
        whole=course.counts_districts or _in_whole_numbers(target, course.goal),
        up=target.direction is Direction.AT_MOST and not course.counts_districts,
        table=table,
    )


def _table(portrait: Portrait) -> Table:
    """What was reached at the end of each reporting period, against what was expected."""
    columns = (
        Column(_("Day")),
        Column(_("Actual"), right=True),
        Column(_("Expected"), right=True),
        Column(_("Burn-up")),
    )
    rows = tuple(
        (
            cell(str(one.day)),
            cell(actual_text(portrait.target, one.actual)),
            cell(percent(one.expected)),
            cell(bar(one.completion, one.expected, size=BAR_SIZE)),
        )
        for one in portrait.history
    )
    return Table(_("History"), columns, rows)


def _districts_table(course: Course) -> Table:
    """How many districts were at the goal at the end of each reporting period."""
    columns = (Column(_("Day")), Column(_("Districts at the goal"), right=True), Column(_("Burn-up")))
    rows = tuple(
        (
            cell(str(one.day)),
            cell(f"{one.value}/{course.goal}"),
            cell(bar(one.value / course.goal, None, size=BAR_SIZE) if course.goal else ""),
        )
        for one in course.reached
    )
    return Table(_("History"), columns, rows)


def _curves(target: Target, course: Course) -> Iterator[Curve]:
    """From the one drawn first, and over which others may go, to the one that is always seen."""
    ends = (position(course.start - timedelta(days=1)), position(course.due))
    if course.goal is not None:
        told = _("goal {value}").format(value=goal_text(target, course.goal))
        name = _("all districts") if course.counts_districts else told
        yield Curve("─", name, Tone.PLAIN, tuple((one, course.goal) for one in ends))
    if course.planned:
        yield Curve("·", _("planned"), Tone.FAINT, _points(course.planned))
    if course.projected is not None and course.reached and course.reached[-1].day < course.due:
        name = _("projected {value}").format(value=_value(target, course, course.projected))
        ahead = (course.reached[-1], CoursePoint(course.due, course.projected))
        yield Curve("○", name, Tone.YELLOW, _points(ahead))
    name = _("districts at the goal: {value}") if course.counts_districts else _("reached {value}")
    last = _value(target, course, course.reached[-1].value) if course.reached else NOTHING
    yield Curve("●", name.format(value=last), Tone.GREEN, _points(course.reached))


def _points(points: tuple[CoursePoint, ...]) -> tuple[tuple[Fraction, Fraction], ...]:
    return tuple((position(one.day), one.value) for one in points)


def _ends(target: Target, course: Course) -> tuple[Fraction, Fraction]:
    """The lowest and highest value to draw: nothing is left out but a projection that would dwarf the rest."""
    values = [one.value for one in (*course.reached, *course.planned)]
    values += [course.goal] if course.goal is not None else []
    values += [Fraction(0)] if target.measure.restarts or not course.planned else []
    low, high = min(values), max(values)
    if course.projected is not None:
        room = (high - low) * STRETCH
        low, high = min(low, max(course.projected, low - room)), max(high, min(course.projected, high + room))
    return low, high


def _in_whole_numbers(target: Target, goal: Fraction | None) -> bool:
    """Whether the target counts things: halves of them would say nothing on an axis."""
    return target.goal_unit not in {MONEY, PERCENT} and goal is not None and goal.denominator == 1


def _value(target: Target, course: Course, value: Fraction) -> str:
    return str(value) if course.counts_districts else actual_text(target, value)


def _ticks(start: date, due: date) -> Iterator[tuple[Fraction, str]]:
    """The beginning of each month from `start` to `due`, by its name; with its year where there are several years."""
    months = (due.year - start.year) * MONTHS_IN_YEAR + due.month - start.month + 1
    for number in range(start.month - 1, start.month - 1 + months):
        year, month = start.year + number // MONTHS_IN_YEAR, number % MONTHS_IN_YEAR
        first = max(date(year, month + 1, 1), start)
        name = _(MONTHS[month]) if months <= MONTHS_IN_YEAR else f"{first:%Y-%m}"
        yield position(first - timedelta(days=1)), name
