"""The burn-up of a target as a drawing on the page: what was reached, what was planned, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from ordos_targets.domain.assessment import LIGHTS, Assessment, Status, StatusReport, TargetAssessment
from ordos_targets.domain.burnup import BurnUp, BurnUpPoint
from ordos_targets.domain.periods import month_end
from ordos_targets.domain.targets import MONEY, PERCENT, Direction, Measure, Target
from ordos_targets.locale import _, named
from ordos_targets.locale.amounts import NOTHING, amount, short, truncate
from ordos_targets.report import labels
from ordos_targets.report.burnup_chart import ONE_DAY, DayAxis, ValueAxis, day_axis, projected_points, rounded_axis
from ordos_targets.report.numbers import actual_text, goal_text
from ordos_targets.report.status_table import reported_text
from ordos_targets.report.table import text_width

# The drawing's own units; on a page they are about a pixel each.
WIDTH, HEIGHT = 360, 172
TOP, RIGHT, BOTTOM = 10, 14, 24
DIGIT = 7  # the width of a digit of a label, in the widest of fonts
GAP = 10
MOST_MONTHS = 6  # as many names of months stand below an axis


class Chip(NamedTuple):
    """A status with its light; `status` and `light` are their names in code, for shapes and colours."""

    status: str
    light: str
    word: str
    light_word: str


def chip_of(status: Status | None) -> Chip | None:
    """Return a status as a chip; None for None."""
    if status is None:
        return None
    light = LIGHTS[status]
    return Chip(status.value, light.value, _(labels.STATUS[status]), _(labels.LIGHT[light]))


class Mark(NamedTuple):
    """A place on an axis, and its label."""

    at: str
    label: str


class Legend(NamedTuple):
    """A line of a chart by its kind (reached, plan, goal, projection), its name and its figure."""

    kind: str
    name: str
    text: str


class PageChart(NamedTuple):
    """A burn-up chart in the units of its own drawing; a line is the `points` of an SVG polyline, empty for none."""

    anchor: str
    number: int
    name: str
    chip: Chip | None
    left: str
    right: str
    top: str
    bottom: str
    today: str
    values: tuple[Mark, ...]
    months: tuple[Mark, ...]
    ticks: tuple[str, ...]
    goal: str
    plan: str
    reached: str
    projection: str
    dots: tuple[tuple[str, str], ...]
    legends: tuple[Legend, ...]
    description: str


class Canvas(NamedTuple):
    """Where days and values lie in the drawing; `left` is the place of the first day."""

    days: DayAxis
    values: ValueAxis
    left: float

    def x(self, share: Fraction) -> str:
        """Return a share of the days (0…1) as a distance from the left."""
        return f"{self.left + (WIDTH - RIGHT - self.left) * float(share):.1f}"

    def y(self, value: Fraction) -> str:
        """Return a value as a distance from the top."""
        return f"{HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * float(self.values.share(value)):.1f}"

    def place(self, point: BurnUpPoint) -> tuple[str, str]:
        """Return a point as distances from the left and from the top."""
        return self.x(self.days.share(point.day)), self.y(point.value)

    def line(self, points: Sequence[BurnUpPoint]) -> str:
        """Return the `points` of a polyline; empty for fewer than two."""
        return " ".join(",".join(self.place(point)) for point in points) if len(points) > 1 else ""

    def month_marks(self) -> Iterator[Mark]:
        """Yield the name of every month, or of every few months, over its middle."""
        months = self.days.months
        for first, name in months[:: ceil(len(months) / MOST_MONTHS)]:
            ends = first - ONE_DAY, month_end(first.year, first.month)
            middle = sum(map(self.days.share, ends), Fraction(0)) / 2
            yield Mark(self.x(middle), name)


def chart_of(row: TargetAssessment, burn_up: BurnUp, report: StatusReport, number: int) -> PageChart:
    """Return the chart of a row of a report; `number` is the target's own on the page."""
    figures = row.districts[0].figures if report.focus else row.figures
    reached, projection = _reached(row.target, burn_up), projected_points(burn_up)
    unit = "" if burn_up.counts_districts else row.target.goal_unit
    canvas = _canvas(burn_up, [*reached, *burn_up.planned, *projection], unit)
    legends = tuple(_legends(row, burn_up, figures))
    return PageChart(
        anchor=f"chart-{row.target.id}",
        number=number,
        name=named(row.target),
        chip=chip_of(figures.status),
        left=f"{canvas.left:.1f}",
        right=f"{WIDTH - RIGHT}",
        top=f"{TOP}",
        bottom=f"{HEIGHT - BOTTOM}",
        today=canvas.x(canvas.days.share(report.as_of)),
        values=tuple(Mark(canvas.y(value), value_label(value, unit)) for value in canvas.values.marks),
        months=tuple(canvas.month_marks()),
        ticks=tuple(canvas.x(canvas.days.share(day)) for day in canvas.days.month_ends),
        goal="" if burn_up.goal is None else canvas.y(burn_up.goal),
        plan=canvas.line(burn_up.planned),
        reached=canvas.line(reached),
        projection=canvas.line(projection),
        dots=tuple(canvas.place(point) for point in burn_up.reached),
        legends=legends,
        description=_description(row.target, burn_up, legends),
    )


def _canvas(burn_up: BurnUp, points: Sequence[BurnUpPoint], unit: str) -> Canvas:
    """Return a canvas that holds the points, the goal and the plan's beginning, which is 0 where there is no plan."""
    start = burn_up.planned[0].value if burn_up.planned else Fraction(0)
    values = {point.value for point in points} | {start if burn_up.goal is None else burn_up.goal, start}
    axis = rounded_axis(values, whole=unit not in {MONEY, PERCENT})
    widest = max(text_width(value_label(value, unit)) for value in axis.marks)
    return Canvas(day_axis(burn_up), axis, widest * DIGIT + GAP)


def value_label(value: Fraction, unit: str) -> str:
    """Return the text beside a value of an axis: money with its unit, a percentage with its sign, others bare."""
    if unit == MONEY:
        return amount(value, unit)
    return short(truncate(value, 4)) + (unit if unit == PERCENT else "")


def _reached(target: Target, burn_up: BurnUp) -> tuple[BurnUpPoint, ...]:
    """Return what was reached; from 0 on, where figures add up from nothing."""
    adds_up = target.measure in {Measure.TOTAL, Measure.CHECKLIST} and not burn_up.counts_districts
    first = (BurnUpPoint(burn_up.start - ONE_DAY, Fraction(0)),) if adds_up and burn_up.reached else ()
    return first + burn_up.reached


def _legends(row: TargetAssessment, burn_up: BurnUp, figures: Assessment) -> Iterator[Legend]:
    target = row.target
    if burn_up.counts_districts:
        yield Legend("reached", _("Districts at the goal"), f"{row.districts_meeting}/{row.districts_total}")
        yield Legend("goal", _("Goal"), goal_text(target, figures.goal, each=True))
        return
    yield Legend("reached", _("Actual"), reported_text(target, figures))
    if burn_up.planned:
        # Rounded to the stricter side, unlike what was reached.
        strict = target.direction is Direction.AT_LEAST
        expected = amount(figures.expected_value, target.goal_unit, target.unit_en, up=strict)
        yield Legend("plan", _("Expected"), expected)
    yield Legend("goal", _("Goal"), goal_text(target, figures.goal))
    if burn_up.projected is not None:
        yield Legend("projection", _("Projected"), actual_text(target, burn_up.projected))


def _description(target: Target, burn_up: BurnUp, legends: Sequence[Legend]) -> str:
    """Return the chart in words: the figure of each line, and what was reached by when."""
    facts = [(legend.name, legend.text) for legend in legends if legend.text != NOTHING]
    for point in burn_up.reached:
        text = str(point.value) if burn_up.counts_districts else actual_text(target, point.value)
        facts.append((point.day.isoformat(), text))
    return _("; ").join(_("{name}: {text}").format(name=name, text=text) for name, text in facts)
