"""The burn-up of a target as a chart of characters, and the axes that it shares with the chart of the page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from ordos_targets.domain.burnup import BurnUp, BurnUpPoint, TargetDetail
from ordos_targets.domain.periods import MONTHS_IN_YEAR, month_end, position
from ordos_targets.domain.targets import MONEY, PERCENT, Direction, Target
from ordos_targets.locale import _
from ordos_targets.locale.amounts import NOTHING
from ordos_targets.report.labels import MONTHS
from ordos_targets.report.numbers import actual_text, goal_text, percent
from ordos_targets.report.status_table import bar
from ordos_targets.report.table import GUTTER, Cell, Column, Table, Tone, cell, text_width

STEPS = 5  # between the ends of a value axis, about
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """The values from `low` to `high`, marked at the multiples of `step`."""

    low: Fraction
    high: Fraction
    step: Fraction

    def share(self, value: Fraction) -> Fraction:
        """Return where a value lies between low (0) and high (1)."""
        return (value - self.low) / (self.high - self.low)

    @property
    def marks(self) -> list[Fraction]:
        """The marked values, from low to high."""
        return [self.step * number for number in range(ceil(self.low / self.step), floor(self.high / self.step) + 1)]


def rounded_axis(values: Collection[Fraction], *, whole: bool) -> ValueAxis:
    """Return an axis from mark to mark that holds all `values` (at least one); of whole numbers if `whole`."""
    low, high = min(values), max(values)
    step = round_step((high - low) / STEPS, whole=whole)
    bottom, top = floor(low / step) * step, ceil(high / step) * step
    return ValueAxis(bottom, top if top > bottom else bottom + step, step)


def round_step(least: Fraction, *, whole: bool) -> Fraction:
    """Return the smallest of 1, 2 and 5 times a power of ten that is at least `least`; at least 1 if `whole`."""
    if least <= 0 or (whole and least <= 1):
        return Fraction(1)
    power = Fraction(10) ** (len(str(floor(least))) - 1) if least >= 1 else Fraction(1)
    while power > least:
        power /= 10
    return next(number * power for number in (1, 2, 5, 10) if number * power >= least)


@dataclass(frozen=True, slots=True)
class DayAxis:
    """The days from the end of `first` to the end of `last`, counted in months as the elapsed share is."""

    first: date
    last: date

    def share(self, day: date) -> Fraction:
        """Return where the end of a day lies between the first (0) and the last (1), never outside."""
        whole = position(self.last) - position(self.first)
        return min(max((position(day) - position(self.first)) / whole, Fraction(0)), Fraction(1))

    @property
    def month_ends(self) -> list[date]:
        """The ends of the months that end after the first day and by the last."""
        return [end for month, _name in self.months if (end := month_end(month.year, month.month)) <= self.last]

    @property
    def months(self) -> list[tuple[date, str]]:
        """The first day of every month of the axis and its name, with the year where there are more than twelve."""
        start = self.first + ONE_DAY
        count = (self.last.year - start.year) * MONTHS_IN_YEAR + self.last.month - start.month + 1
        numbers = range(start.month - 1, start.month - 1 + count)
        firsts = [date(start.year + number // MONTHS_IN_YEAR, number % MONTHS_IN_YEAR + 1, 1) for number in numbers]
        named = count <= MONTHS_IN_YEAR
        return [(first, _(MONTHS[first.month - 1]) if named else f"{first:%Y-%m}") for first in firsts]


def day_axis(burn_up: BurnUp) -> DayAxis:
    """Return the axis from the day before a target begins to its due date."""
    return DayAxis(burn_up.start - ONE_DAY, burn_up.due)


def projected_points(burn_up: BurnUp) -> tuple[BurnUpPoint, ...]:
    """Return the way from the last point reached to the projection; empty where there is none or it is past."""
    if burn_up.projected is None or not burn_up.reached or burn_up.reached[-1].day >= burn_up.due:
        return ()
    return (burn_up.reached[-1], BurnUpPoint(burn_up.due, burn_up.projected))


HEIGHT = 11
WIDEST = 100
NARROWEST = 12  # columns of the picture itself
APART = 2  # rows from one value on the y axis to the next, at least
AXIS, MARK = "┤", "┬"
BAR_SIZE = 40
# A projection stretches the picture by this share of what else is drawn, at most.
STRETCH = Fraction(1, 4)

# One line of text, in pieces of one tone.
ChartLine = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of a chart: its sign, its name in the legend, and its points in the order of their days."""

    glyph: str
    name: str
    tone: Tone
    points: tuple[BurnUpPoint, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of characters for a window, and the `table` that replaces it where there is no window.

    Attributes:
        title: The line above it.
        curves: The curves, the later drawn over the earlier.
        days: The x axis.
        values: The y axis from the lowest of HEIGHT rows to the highest.
        level: The goal: a value that lies on a row exactly, or None.
        label: Returns the text of a value.
        up: Whether a value between two rows is drawn on the upper one.
        table: The same figures as a table.
    """

    title: str
    curves: tuple[Curve, ...]
    days: DayAxis
    values: ValueAxis
    level: Fraction | None
    label: Callable[[Fraction], str]
    up: bool
    table: Table

    def row(self, value: Fraction, *, up: bool) -> int:
        """Return the row of a value, counted from the lowest (0); outside 0…HEIGHT − 1 beyond the picture."""
        place = self.values.share(value) * (HEIGHT - 1)
        return ceil(place) if up else floor(place)

    def lines(self, width: int) -> list[ChartLine] | None:
        """Return the chart in at most `width` columns; None where that is too narrow for it."""
        labels = _labels(self)
        margin = max(map(text_width, labels.values()))
        columns = min(width, WIDEST) - margin - len(f" {AXIS}")
        if columns < NARROWEST:
            return None
        cells = [[Cell(" ")] * columns for _row in range(HEIGHT)]  # from the lowest row, a cell a column
        for curve in self.curves:
            for column, row in _places(self, curve.points, columns):
                if 0 <= row < HEIGHT:
                    cells[row][column] = Cell(curve.glyph, curve.tone)
        drawn = []
        for row in reversed(range(HEIGHT)):
            label = labels.get(row, "")
            space = " " * (margin - text_width(label))
            drawn.append((Cell(f"{space}{label} {AXIS if label else '│'}"), *_runs(cells[row])))
        return [*drawn, *_x_axis(self.days, columns, margin), *_legend(self, min(width, WIDEST))]


def burn_up_chart(detail: TargetDetail) -> Chart | Table | None:
    """Return the burn-up of a target: a chart, a table where there is no curve, None where there is nothing."""
    target, burn_up = detail.target, detail.burn_up
    table = _districts_table(burn_up) if burn_up.counts_districts else _history_table(detail)
    if burn_up.goal is None and not burn_up.reached and not burn_up.planned:
        return table if table.rows else None
    return Chart(
        title=table.title,
        curves=tuple(_curves(target, burn_up)),
        days=day_axis(burn_up),
        values=_row_axis(target, burn_up),
        level=burn_up.goal,
        label=lambda value: _value_text(target, burn_up, value),
        up=target.direction is Direction.AT_MOST and not burn_up.counts_districts,
        table=table,
    )


def _history_table(detail: TargetDetail) -> Table:
    """Return what was reached at the end of each reporting period, and what was expected."""
    columns = (
        Column(_("Day")),
        Column(_("Actual"), right=True),
        Column(_("Expected"), right=True),
        Column(_("Burn-up")),
    )
    rows = [
        (
            str(point.day),
            actual_text(detail.target, point.actual),
            percent(point.expected),
            bar(point.completion, point.expected, size=BAR_SIZE),
        )
        for point in detail.history
    ]
    return Table(_("History"), columns, tuple(tuple(map(cell, row)) for row in rows))


def _districts_table(burn_up: BurnUp) -> Table:
    """Return how many districts were at the goal at the end of each reporting period."""
    columns = (Column(_("Day")), Column(_("Districts at the goal"), right=True), Column(_("Burn-up")))
    goal = burn_up.goal
    rows = [
        (str(day), f"{value}/{goal}", bar(value / goal if goal else None, None, size=BAR_SIZE))
        for day, value in burn_up.reached
    ]
    return Table(_("History"), columns, tuple(tuple(map(cell, row)) for row in rows))


def _curves(target: Target, burn_up: BurnUp) -> Iterator[Curve]:
    """Yield the curves from the one that others may be drawn over to the one that is always seen."""
    if burn_up.goal is not None:
        goal = _("goal {value}").format(value=goal_text(target, burn_up.goal))
        ends = (burn_up.start - ONE_DAY, burn_up.due)
        name = _("all districts") if burn_up.counts_districts else goal
        yield Curve("─", name, Tone.PLAIN, tuple(BurnUpPoint(day, burn_up.goal) for day in ends))
    if burn_up.planned:
        yield Curve("·", _("planned"), Tone.FAINT, burn_up.planned)
    projected = projected_points(burn_up)
    if projected:
        name = _("projected {value}").format(value=_value_text(target, burn_up, projected[-1].value))
        yield Curve("○", name, Tone.YELLOW, projected)
    name = _("districts at the goal: {value}") if burn_up.counts_districts else _("reached {value}")
    last = _value_text(target, burn_up, burn_up.reached[-1].value) if burn_up.reached else NOTHING
    yield Curve("●", name.format(value=last), Tone.GREEN, burn_up.reached)


def _value_text(target: Target, burn_up: BurnUp, value: Fraction) -> str:
    return str(value) if burn_up.counts_districts else actual_text(target, value)


def _row_axis(target: Target, burn_up: BurnUp) -> ValueAxis:
    """Return the y axis: all values have a row, and the goal lies on a row exactly."""
    low, high = _value_range(target, burn_up)
    goal = burn_up.goal
    # Halves of things that are counted would say nothing on an axis.
    counted = target.goal_unit not in {MONEY, PERCENT} and goal is not None and goal.denominator == 1
    whole = burn_up.counts_districts or counted
    row = _row_height(low, high, goal, whole=whole)
    return ValueAxis(low, low + row * (HEIGHT - 1), round_step(row * APART, whole=whole))


def _value_range(target: Target, burn_up: BurnUp) -> tuple[Fraction, Fraction]:
    """Return the lowest and highest value to draw: all but a projection that would dwarf the others."""
    values = [point.value for point in (*burn_up.reached, *burn_up.planned)]
    values += [burn_up.goal] if burn_up.goal is not None else []
    values += [Fraction(0)] if target.measure.restarts or not burn_up.planned else []
    low, high = min(values), max(values)
    if burn_up.projected is not None:
        room = (high - low) * STRETCH
        low = min(low, max(burn_up.projected, low - room))
        high = max(high, min(burn_up.projected, high + room))
    return low, high


def _row_height(low: Fraction, high: Fraction, level: Fraction | None, *, whole: bool) -> Fraction:
    height = high - low or Fraction(1)
    if whole and low.denominator == 1 and height <= HEIGHT - 1:
        return Fraction(1, floor((HEIGHT - 1) / height))  # few things are counted: each number has its own row
    above = (level or low) - low
    if above <= 0:
        return height / (HEIGHT - 1)
    return above / max(floor((HEIGHT - 1) * above / height), 1)


def _labels(chart: Chart) -> dict[int, str]:
    """Return the text of each row that has one: the level, and round values that do not crowd each other.

    Of the two rows beside a value it is the one on which no curve is drawn that falls short of it.
    """
    labels: dict[int, str] = {}
    for value in (*([] if chart.level is None else [chart.level]), *chart.values.marks):
        row = chart.row(value, up=not chart.up)
        if 0 <= row < HEIGHT and not {row - 1, row, row + 1} & labels.keys():
            labels[row] = cell(chart.label(value)).text
    return labels


def _column(days: DayAxis, day: date, columns: int) -> int:
    return round(days.share(day) * (columns - 1))


def _places(chart: Chart, points: Sequence[BurnUpPoint], columns: int) -> Iterator[tuple[int, int]]:
    """Yield every (column, row) that a curve passes, without gaps from one point to the next."""
    for point in points:
        yield _column(chart.days, point.day, columns), chart.row(point.value, up=chart.up)
    for point, following in pairwise(points):
        start, end = (_column(chart.days, day, columns) for day in (point.day, following.day))
        before = chart.row(point.value, up=chart.up)
        for column in range(start + 1, end + 1):
            value = point.value + (following.value - point.value) * Fraction(column - start, end - start)
            row = chart.row(value, up=chart.up)
            for between in (*range(min(before, row) + 1, max(before, row)), row):
                yield column, between
            before = row


def _runs(cells: Sequence[Cell]) -> Iterator[Cell]:
    """Yield neighbours of one tone joined, without the blanks at the end."""
    text, tone = "", Tone.PLAIN
    for piece in cells:
        if piece.tone is not tone and piece.text != " ":
            yield Cell(text, tone)
            text, tone = "", piece.tone
        text += piece.text
    yield Cell(text.rstrip(), tone)


def _x_axis(days: DayAxis, columns: int, margin: int) -> Iterator[ChartLine]:
    """Yield the axis with a mark at each month's beginning, and as many names below it as there is room for."""
    marks = [(_column(days, first - ONE_DAY, columns), name) for first, name in days.months]
    marked = {column for column, _name in marks}
    yield (Cell(" " * margin + " └" + "".join(MARK if column in marked else "─" for column in range(columns))),)

    def are_apart(named: Sequence[tuple[int, str]]) -> bool:
        return all(column + text_width(name) < following for (column, name), (following, _name) in pairwise(named))

    every = next((step for step in (1, 2, 3, 4, 6, 12) if are_apart(marks[::step])), len(marks))
    line = ""
    for column, name in marks[::every]:
        if column + text_width(name) <= columns:
            line += " " * (column - text_width(line)) + name
    yield (Cell(" " * (margin + len(f" {AXIS}")) + line),)


def _legend(chart: Chart, width: int) -> Iterator[ChartLine]:
    """Yield what each sign means, as many a line as fit."""
    line: ChartLine = ()
    used = 0
    for curve in chart.curves:
        cells = (Cell(curve.glyph, curve.tone), cell(f" {curve.name}"))
        size = sum(text_width(piece.text) for piece in cells)
        if line and used + GUTTER + size > width:
            yield line
            line, used = (), 0
        gap = (Cell(" " * GUTTER),) if line else ()
        line, used = (*line, *gap, *cells), used + size + GUTTER * len(gap)
    yield line
