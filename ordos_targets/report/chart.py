"""A chart drawn in characters: one column and one line of text a point, every sign of its own shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from ordos_targets.report.cells import GUTTER, Cell, Chart, Tone, text_width

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
