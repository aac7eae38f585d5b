"""A target's course as a burn-up chart: what was reached, what was planned, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from ordos_targets.domain.assessment import Assessment, StatusReport, TargetAssessment
from ordos_targets.domain.burnup import BurnUp, BurnUpPoint
from ordos_targets.domain.targets import MONEY, PERCENT, Direction, Measure, Target
from ordos_targets.locale import _, named
from ordos_targets.report import status_table
from ordos_targets.report.burnup_chart import DayScale, ValueScale, value_label, value_scale
from ordos_targets.report.html.parts import Chart, Legend, Mark, chip_of
from ordos_targets.report.numbers import NOTHING, actual_text, amount, goal_text
from ordos_targets.report.table import text_width

# The drawing's own units; on a page they are about a pixel each.
WIDTH, HEIGHT = 360, 172
TOP, RIGHT, BOTTOM = 10, 14, 24
COLUMN = 7  # the width of a digit of a label, in the widest of fonts
GAP = 10


@dataclass(frozen=True, slots=True)
class Canvas:
    """Where days and values stand in the drawing."""

    days: DayScale
    values: ValueScale
    left: float

    def x(self, share: Fraction) -> str:
        """A share of the days (0…1) as a place from the left."""
        return f"{self.left + (WIDTH - RIGHT - self.left) * float(share):.1f}"

    def y(self, value: Fraction) -> str:
        """A value as a place from the top."""
        return f"{HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * float(self.values.share(value)):.1f}"

    def place(self, point: BurnUpPoint) -> tuple[str, str]:
        """A point of a course, from the left and from the top."""
        return self.x(self.days.share(point.day)), self.y(point.value)

    def line(self, points: Sequence[BurnUpPoint]) -> str:
        """The `points` of a polyline; empty for fewer than two."""
        return " ".join(",".join(self.place(point)) for point in points) if len(points) > 1 else ""


def chart_of(row: TargetAssessment, course: BurnUp, report: StatusReport, number: int) -> Chart:
    """The chart of one row of a report; `number` is the target's own on the page."""
    figures = row.districts[0].figures if report.focus else row.figures
    reached, projection = _reached(row.target, course), _projection(course)
    unit = "" if course.counts_districts else row.target.goal_unit
    canvas = _canvas(course, [*reached, *course.planned, *projection], unit)
    legends = tuple(_legends(row, course, figures))
    return Chart(
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
        months=tuple(Mark(canvas.x(at), label) for at, label in canvas.days.month_labels()),
        ticks=tuple(canvas.x(canvas.days.share(day)) for day in canvas.days.month_ends),
        goal="" if course.goal is None else canvas.y(course.goal),
        plan=canvas.line(course.planned),
        reached=canvas.line(reached),
        projection=canvas.line(projection),
        dots=tuple(canvas.place(point) for point in course.reached),
        legends=legends,
        description=_description(row.target, course, legends),
    )


def _canvas(course: BurnUp, points: Sequence[BurnUpPoint], unit: str) -> Canvas:
    """A canvas that holds the points and the goal, and 0 unless the way begins elsewhere."""
    start = course.planned[0].value if course.planned else Fraction(0)
    values = {point.value for point in points} | {start if course.goal is None else course.goal, start}
    scale = value_scale(values, whole=unit not in {MONEY, PERCENT})
    widest = max(text_width(value_label(value, unit)) for value in scale.marks)
    return Canvas(DayScale(course.start - timedelta(days=1), course.due), scale, widest * COLUMN + GAP)


def _reached(target: Target, course: BurnUp) -> list[BurnUpPoint]:
    """What was reached; where figures are added up from nothing, from nothing on."""
    adds_up = target.measure in {Measure.TOTAL, Measure.CHECKLIST} and not course.counts_districts
    first = [BurnUpPoint(course.start - timedelta(days=1), Fraction(0))] if adds_up and course.reached else []
    return [*first, *course.reached]


def _projection(course: BurnUp) -> list[BurnUpPoint]:
    """From the last point to what the due date will see."""
    if course.projected is None or not course.reached or course.reached[-1].day >= course.due:
        return []
    return [course.reached[-1], BurnUpPoint(course.due, course.projected)]


def _legends(row: TargetAssessment, course: BurnUp, figures: Assessment) -> Iterator[Legend]:
    target = row.target
    if course.counts_districts:
        yield Legend("reached", _("Districts at the goal"), f"{row.districts_meeting}/{row.districts_total}")
        yield Legend("goal", _("Goal"), goal_text(target, figures.goal, each=True))
        return
    line = status_table.Line(named(target), 0, target, figures, None)
    yield Legend("reached", _("Actual"), status_table.actual_of(line))
    if course.planned:
        yield Legend("plan", _("Expected"), _expected_text(target, figures.expected_value))
    yield Legend("goal", _("Goal"), goal_text(target, figures.goal))
    if course.projected is not None:
        yield Legend("projection", _("Projected"), actual_text(target, course.projected))


def _expected_text(target: Target, value: Fraction | None) -> str:
    """What is expected by now, rounded to the stricter side."""
    return amount(value, target.goal_unit, target.unit_en, up=target.direction is Direction.AT_LEAST)


def _description(target: Target, course: BurnUp, legends: Sequence[Legend]) -> str:
    """The chart in words: where each line stands, and what was reached by when."""

    def text(point: BurnUpPoint) -> str:
        return str(point.value) if course.counts_districts else actual_text(target, point.value)

    said = [_("{name}: {text}").format(name=one.name, text=one.text) for one in legends if one.text != NOTHING]
    said += [_("{name}: {text}").format(name=_day(point.day), text=text(point)) for point in course.reached]
    return _("; ").join(said)


def _day(day: date) -> str:
    return day.isoformat()
