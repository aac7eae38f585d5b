"""The axes of a chart: round values, months, and where a value or a day stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from ordos_targets.domain.burnup import BurnUp, BurnUpPoint, TargetDetail
from ordos_targets.domain.periods import MONTHS_IN_YEAR, month_end, position
from ordos_targets.domain.targets import MONEY, PERCENT, Direction, Target
from ordos_targets.locale import _
from ordos_targets.report.labels import MONTHS
from ordos_targets.report.numbers import NOTHING, actual_text, amount, goal_text, percent, short, truncate
from ordos_targets.report.status_table import bar
from ordos_targets.report.table import GUTTER, Cell, Chart, Column, Curve, Table, Tone, cell, text_width

STEPS = 5
MOST_LABELS = 6


@dataclass(frozen=True, slots=True)
class ValueScale:
    """Round values from `low` to `high`, `step` apart."""

    low: Fraction
    high: Fraction
    step: Fraction

    def share(self, value: Fraction) -> Fraction:
        """Where a value stands between low (0) and high (1)."""
        return (value - self.low) / (self.high - self.low)

    @property
    def marks(self) -> list[Fraction]:
        """The round values, from low to high."""
        return [self.low + self.step * number for number in range(int((self.high - self.low) / self.step) + 1)]


def value_scale(values: Collection[Fraction], *, whole: bool) -> ValueScale:
    """A scale that holds all `values` (at least one), in some five steps; of whole numbers if `whole`."""
    low, high = min(values), max(values)
    step = _round_step((high - low) / STEPS, whole=whole)
    bottom, top = floor(low / step) * step, ceil(high / step) * step
    return ValueScale(bottom, top if top > bottom else bottom + step, step)


def _round_step(rough: Fraction, *, whole: bool) -> Fraction:
    """1, 2 or 5 times a power of ten, at least as large as `rough`."""
    if rough <= 0:
        return Fraction(1)
    power = Fraction(10) ** (len(str(floor(rough))) - 1) if rough >= 1 else Fraction(1)
    while power > rough:
        power /= 10
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough)
    return max(step, Fraction(1)) if whole else step


def value_label(value: Fraction, unit: str) -> str:
    """A round value beside its axis: money with its unit, a percentage with its sign, anything else bare."""
    if unit == MONEY:
        return amount(value, unit)
    return short(truncate(value, 4)) + (unit if unit == PERCENT else "")


@dataclass(frozen=True, slots=True)
class DayScale:
    """The days from the end of `first` to the end of `last`, counted in months."""

    first: date
    last: date

    def share(self, day: date) -> Fraction:
        """Where the end of a day stands between the first (0) and the last (1), never outside."""
        whole = position(self.last) - position(self.first)
        return min(max((position(day) - position(self.first)) / whole, Fraction(0)), Fraction(1))

    @property
    def month_ends(self) -> list[date]:
        """The ends of the months that end within."""
        ends = []
        day = month_end(self.first.year, self.first.month)
        while day <= self.last:
            ends.append(day)
            following = day + timedelta(days=1)
            day = month_end(following.year, following.month)
        return [day for day in ends if day > self.first]

    def month_labels(self) -> list[tuple[Fraction, str]]:
        """Every month's name, or every few months', over its middle; with the year where there is more than one."""
        months = [day.replace(day=1) for day in self.month_ends]
        if not months or months[-1].replace(day=1) < self.last.replace(day=1):
            months.append(self.last.replace(day=1))
        every = ceil(len(months) / MOST_LABELS)
        named = len(months) <= MONTHS_IN_YEAR
        return [(self._middle(day), _(MONTHS[day.month - 1]) if named else f"{day:%Y-%m}") for day in months[::every]]

    def _middle(self, first_of_month: date) -> Fraction:
        left = self.share(first_of_month - timedelta(days=1))
        return (left + self.share(month_end(first_of_month.year, first_of_month.month))) / 2


BAR_SIZE = 40
# How far a projection may stretch the picture: by this share of what else is drawn.
STRETCH = Fraction(1, 4)


def burn_up(portrait: TargetDetail) -> Chart | Table | None:
    """The course of a target and its plan: a chart, a table where there is no curve, None where there is nothing."""
    target, course = portrait.target, portrait.burn_up
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


def _table(portrait: TargetDetail) -> Table:
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


def _districts_table(course: BurnUp) -> Table:
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


def _curves(target: Target, course: BurnUp) -> Iterator[Curve]:
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
        ahead = (course.reached[-1], BurnUpPoint(course.due, course.projected))
        yield Curve("○", name, Tone.YELLOW, _points(ahead))
    name = _("districts at the goal: {value}") if course.counts_districts else _("reached {value}")
    last = _value(target, course, course.reached[-1].value) if course.reached else NOTHING
    yield Curve("●", name.format(value=last), Tone.GREEN, _points(course.reached))


def _points(points: tuple[BurnUpPoint, ...]) -> tuple[tuple[Fraction, Fraction], ...]:
    return tuple((position(one.day), one.value) for one in points)


def _ends(target: Target, course: BurnUp) -> tuple[Fraction, Fraction]:
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


def _value(target: Target, course: BurnUp, value: Fraction) -> str:
    return str(value) if course.counts_districts else actual_text(target, value)


def _ticks(start: date, due: date) -> Iterator[tuple[Fraction, str]]:
    """The beginning of each month from `start` to `due`, by its name; with its year where there are several years."""
    months = (due.year - start.year) * MONTHS_IN_YEAR + due.month - start.month + 1
    for number in range(start.month - 1, start.month - 1 + months):
        year, month = start.year + number // MONTHS_IN_YEAR, number % MONTHS_IN_YEAR
        first = max(date(year, month + 1, 1), start)
        name = _(MONTHS[month]) if months <= MONTHS_IN_YEAR else f"{first:%Y-%m}"
        yield position(first - timedelta(days=1)), name


HEIGHT = 11
WIDEST = 100
NARROWEST = 12  # columns of the picture itself
APART = 2  # rows from one value on the y axis to the next, at least
NICE = (1, 2, 5)
AXIS, MARK = "┤", "┬"

# One line of text, in pieces of one tone.
Line = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """How values become places: `columns` across, HEIGHT rows upwards from `low`, each `step` high."""

    chart: Chart
    columns: int
    step: Fraction

    def column(self, x: Fraction) -> int:
        """The column of an x, from 0 on."""
        share = (x - self.chart.left) / (self.chart.right - self.chart.left)
        return min(max(round(share * (self.columns - 1)), 0), self.columns - 1)

    def row(self, y: Fraction, *, up: bool | None = None) -> int:
        """The row of a y, counted from the lowest; beyond 0…HEIGHT − 1 where it lies outside the picture.

        Between two rows it is the upper one if `up` (None: as the chart says).
        """
        place = (y - self.chart.low) / self.step
        return ceil(place) if (self.chart.up if up is None else up) else floor(place)


def lines(chart: Chart, width: int) -> list[Line] | None:
    """The chart in at most `width` columns; None where that is too narrow for it."""
    step = _step(chart)
    labels = _labels(chart, Frame(chart, 0, step))
    margin = max(map(text_width, labels.values()))
    columns = min(width, WIDEST) - margin - len(f" {AXIS}")
    if columns < NARROWEST:
        return None
    frame = Frame(chart, columns, step)
    cells = _painted(frame)
    drawn = []
    for row in reversed(range(HEIGHT)):
        label = labels.get(row, "")
        axis = f"{_right(label, margin)} {AXIS if label else '│'}"
        drawn.append((Cell(axis), *_runs(cells[row])))
    return [*drawn, *_x_axis(frame, margin), *_legend(chart, min(width, WIDEST))]


def _step(chart: Chart) -> Fraction:
    """The height of a row: all fits in, and the level, where there is one, is on a row exactly."""
    height = chart.high - chart.low or Fraction(1)
    if chart.whole and chart.low.denominator == 1 and height < HEIGHT:
        return Fraction(1, floor((HEIGHT - 1) / height))  # few things are counted: each number has its own row
    above = (chart.level or chart.low) - chart.low
    if above <= 0:
        return height / (HEIGHT - 1)
    return above / max(floor((HEIGHT - 1) * above / height), 1)


def _labels(chart: Chart, frame: Frame) -> dict[int, str]:
    """The rows that bear a value: the level's, and round values where they do not crowd each other.

    Of the two rows beside a value it is the one on which no curve is drawn that falls short of it.
    """
    top = chart.low + frame.step * (HEIGHT - 1)
    size = _nice(frame.step * APART, whole=chart.whole)
    values = [size * number for number in range(ceil(chart.low / size), floor(top / size) + 1)]
    first = [] if chart.level is None else [chart.level]
    labels: dict[int, str] = {}
    for value in (*first, *values):
        row = frame.row(value, up=not chart.up)
        if 0 <= row < HEIGHT and not {row - 1, row, row + 1} & labels.keys():
            labels[row] = chart.label(value)
    return labels


def _nice(least: Fraction, *, whole: bool) -> Fraction:
    """The smallest of 1, 2 and 5 times a power of ten that is `least` or more; 1 or more, if `whole`."""
    if whole and least <= 1:
        return Fraction(1)
    power = Fraction(1)
    while power > least:
        power /= 10
    while power * 10 <= least:
        power *= 10
    return next(power * number for number in (*NICE, 10) if power * number >= least)


def _painted(frame: Frame) -> list[list[Cell]]:
    """The rows of the picture from the lowest, a cell a column."""
    cells = [[Cell(" ")] * frame.columns for _row in range(HEIGHT)]
    for curve in frame.chart.curves:
        sign = Cell(curve.glyph, curve.tone)
        for column, row in _places(frame, curve.points):
            if 0 <= row < HEIGHT:
                cells[row][column] = sign
    return cells


def _places(frame: Frame, points: Sequence[tuple[Fraction, Fraction]]) -> Iterator[tuple[int, int]]:
    """Every (column, row) that a curve passes, without gaps from one point to the next."""
    for x, y in points:
        yield frame.column(x), frame.row(y)
    for (x, y), (next_x, next_y) in pairwise(points):
        start, end = frame.column(x), frame.column(next_x)
        before = frame.row(y)
        for column in range(start + 1, end + 1):
            row = frame.row(y + (next_y - y) * Fraction(column - start, end - start))
            between = range(min(before, row) + 1, max(before, row))
            yield from ((column, one) for one in (*between, row))
            before = row


def _runs(cells: Sequence[Cell]) -> Iterator[Cell]:
    """Neighbours of one tone joined, without the blanks at the end."""
    text, tone = "", Tone.PLAIN
    for one in cells:
        if one.tone is not tone and one.text != " ":
            yield Cell(text, tone)
            text, tone = "", one.tone
        text += one.text
    yield Cell(text.rstrip(), tone)


def _x_axis(frame: Frame, margin: int) -> Iterator[Line]:
    """The axis with its marks, and below it as many of their names as there is room for."""
    marks = [(frame.column(x), name) for x, name in frame.chart.ticks]
    columns = {column for column, _name in marks}
    yield (Cell(" " * margin + " └" + "".join(MARK if one in columns else "─" for one in range(frame.columns))),)
    every = next((one for one in (1, 2, 3, 4, 6, 12) if _apart(marks[::one])), len(marks))
    line = ""
    for column, name in marks[:: max(every, 1)]:
        if column + text_width(name) <= frame.columns:
            line += " " * (column - text_width(line)) + name
    yield (Cell(" " * (margin + len(f" {AXIS}")) + line),)


def _apart(marks: Sequence[tuple[int, str]]) -> bool:
    """Whether each name ends before the next begins."""
    return all(column + text_width(name) < following for (column, name), (following, _name) in pairwise(marks))


def _legend(chart: Chart, width: int) -> Iterator[Line]:
    """What each sign means, as many a line as fit."""
    line: Line = ()
    used = 0
    for curve in chart.curves:
        cells = (Cell(curve.glyph, curve.tone), Cell(f" {curve.name}"))
        size = sum(text_width(one.text) for one in cells)
        if line and used + GUTTER + size > width:
            yield line
            line, used = (), 0
        gap = (Cell(" " * GUTTER),) if line else ()
        line, used = (*line, *gap, *cells), used + size + GUTTER * len(gap)
    yield line


def _right(text: str, width: int) -> str:
    return " " * (width - text_width(text)) + text
