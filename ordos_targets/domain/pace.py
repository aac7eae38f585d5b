"""How much of a goal is expected by a day, and by which day it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from ordos_targets.domain.period import Period, cadence_start, elapsed_share, last_complete, months_between, year_before
from ordos_targets.domain.series import Book, Series, Standing
from ordos_targets.domain.target import Checkpoint, Direction, Measure, Plan, PlanKind, Target

ZERO = Fraction(0)
WHOLE = Fraction(1)


def paced_to(target: Target, as_of: date) -> date:
    """The day figures are expected up to: the end of the last complete reporting period, or the due date once reached."""
    if as_of >= target.due:
        return target.due
    return last_complete(as_of, target.cadence)


def report_due(target: Target, as_of: date, grace_days: int) -> date | None:
    """The first day of the latest reporting period whose report is overdue as of a day, None where none is yet.

    A report is overdue when more than `grace_days` days have passed since its period ended.
    """
    ended = last_complete(as_of - timedelta(days=grace_days + 1), target.cadence)
    first = cadence_start(min(ended, target.due), target.cadence)
    return first if ended >= target.start else None


def is_headroom(target: Target, goal: Fraction, base: Fraction | None) -> bool:
    """Whether a level or share is a ceiling to stay under, rather than a path from `base` down to the goal."""
    on_a_level = target.measure in {Measure.LEVEL, Measure.SHARE}
    return on_a_level and target.direction is Direction.AT_MOST and (base is None or base <= goal)


def start_of(target: Target, base: Fraction | None) -> Fraction:
    """Where the way to the goal begins: at `base` for level and share, at 0 else."""
    return (base or ZERO) if target.measure in {Measure.LEVEL, Measure.SHARE} else ZERO


def share_of(target: Target, value: Fraction, goal: Fraction, base: Fraction | None) -> Fraction:
    """How much of the way to `goal` a `value` is, as a ratio: from `base` for level and share, from 0 else."""
    start = start_of(target, base)
    return (value - start) / (goal - start)


def value_at(target: Target, share: Fraction, goal: Fraction, base: Fraction | None) -> Fraction:
    """The value that is `share` (a ratio) of the way to `goal`: the inverse of `share_of`."""
    start = start_of(target, base)
    return start + share * (goal - start)


def expected_share(
    target: Target,
    day: date,
    book: Book,
    series: Series | Sequence[Series],
    period: Period,
    goal: Fraction,
    base: Fraction | None,
) -> Fraction | None:
    """序时进度: the ratio (0…1) of the goal that should be reached at the end of `day`; None for a direct plan.

    `series` are those pooled; their curve of last year is that of them all.
    """
    plan = target.plan
    if plan.kind is PlanKind.DIRECT or target.measure is Measure.GROWTH or is_headroom(target, goal, base):
        return None
    if plan.kind is PlanKind.DUE:
        return WHOLE if day >= target.due else ZERO
    if plan.kind is PlanKind.ITEMS:
        return _items_share(target, day)
    if plan.kind is PlanKind.CHECKPOINTS:
        return _checkpoint_share(target, plan, day, goal, base)
    if plan.kind is PlanKind.LAST_YEAR:
        curve = _last_year_share(target, day, book, (series,) if isinstance(series, Series) else series, period)
        if curve is not None:
            return curve
    return elapsed_share(day, target.start, target.due)


def _items_share(target: Target, day: date) -> Fraction:
    in_time = sum(1 for item in target.items if (item.due or target.due) <= day)
    return Fraction(in_time, len(target.items))


def _checkpoint_share(target: Target, plan: Plan, day: date, goal: Fraction, base: Fraction | None) -> Fraction:
    """Linear between checkpoints, from nothing before the start to the whole on the due date."""

    def share(point: Checkpoint) -> Fraction:
        if point.share is not None:
            return Fraction(point.share)
        if goal == start_of(target, base):
            return WHOLE  # of a goal of nothing
        return share_of(target, Fraction(point.value or 0), goal, base)

    points = [(target.start - timedelta(days=1), ZERO), *((point.by, share(point)) for point in plan.checkpoints)]
    if points[-1][0] < target.due:
        points.append((target.due, WHOLE))
    if day <= points[0][0]:
        return ZERO
    for (left, low), (right, high) in zip(points, points[1:], strict=False):
        if day <= right:
            return low + (high - low) * months_between(left, day) / months_between(left, right)
    return points[-1][1]


def _last_year_share(
    target: Target, day: date, book: Book, series: Sequence[Series], period: Period
) -> Fraction | None:
    """The curve of a year earlier, from where it began; None where the ledger does not hold it to the due day."""
    carries_on = target.measure in {Measure.LEVEL, Measure.SHARE}
    first_day, last_day = period.year_before.start, year_before(target.due)

    def reached(until: date) -> tuple[Fraction | None, date | None]:
        found = [book.standing(one, None if carries_on else first_day, until) for one in series]
        return _pooled(target, found), max((one.data_date for one in found if one.data_date), default=None)

    first = reached(first_day - timedelta(days=1))[0] if carries_on else ZERO
    last, data_date = reached(last_day)
    if first is None or last is None or last == first or data_date is None or data_date < last_day.replace(day=1):
        return None
    so_far = reached(year_before(day))[0]
    return min(max(((so_far or ZERO) - first) / (last - first), ZERO), WHOLE)


def _pooled(target: Target, standings: Sequence[Standing]) -> Fraction | None:
    """The sum of some standings; of shares, the sum of the numerators in that of the denominators."""
    known = [one for one in standings if one.value is not None]
    value = sum((Fraction(one.value or 0) for one in known), ZERO) if known else None
    whole = sum((Fraction(one.of or 0) for one in known), ZERO)
    return value / whole if target.measure is Measure.SHARE and value is not None and whole else value
