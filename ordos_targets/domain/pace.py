"""How much of a goal is expected by a day, and by which day it is asked."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from ordos_targets.domain.periods import cadence_start, elapsed_share, last_complete, months_between, year_before
from ordos_targets.domain.slices import ZERO, AssessmentContext, TargetSlice, pooled
from ordos_targets.domain.targets import Checkpoint, Measure, PlanKind, Scope, Target

WHOLE = Fraction(1)


def paced_to(target: Target, as_of: date) -> date:
    """The day figures are expected up to: the end of the last complete reporting period; once reached, the due date."""
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


def expected_share(subject: TargetSlice, day: date, scene: AssessmentContext) -> Fraction | None:
    """序时进度: the ratio (0…1) of the goal that should be reached at the end of `day`; None for a direct plan."""
    target = subject.target
    kind = target.plan.kind
    if kind is PlanKind.DIRECT or target.measure is Measure.GROWTH or subject.is_ceiling:
        return None
    if kind is PlanKind.DUE:
        return WHOLE if day >= target.due else ZERO
    if kind is PlanKind.ITEMS:
        return _items_share(target, day)
    if kind is PlanKind.CHECKPOINTS:
        return _checkpoint_share(_whose_plan(subject, scene), day)
    if kind is PlanKind.LAST_YEAR:
        curve = _last_year_share(subject, day, scene)
        if curve is not None:
            return curve
    return elapsed_share(day, target.start, target.due)


def _items_share(target: Target, day: date) -> Fraction:
    in_time = sum(1 for item in target.items if (item.due or target.due) <= day)
    return Fraction(in_time, len(target.items))


def _whose_plan(subject: TargetSlice, scene: AssessmentContext) -> TargetSlice:
    """Under parts the checkpoints' values are shares of the goal of all, not of what a district was allotted."""
    target = subject.target
    if target.scope is not Scope.PARTS:
        return subject
    base = None if target.base is None else Fraction(target.base)
    return subject._replace(goal=Fraction(target.goal_on(scene.as_of)), base=base)


def _checkpoint_share(subject: TargetSlice, day: date) -> Fraction:
    """Linear between checkpoints, from nothing before the start to the whole on the due date."""
    target = subject.target
    points = [(target.start - timedelta(days=1), ZERO), *(_point(subject, one) for one in target.plan.checkpoints)]
    if points[-1][0] < target.due:
        points.append((target.due, WHOLE))
    if day <= points[0][0]:
        return ZERO
    for (left, low), (right, high) in pairwise(points):
        if day <= right:
            return low + (high - low) * months_between(left, day) / months_between(left, right)
    return points[-1][1]


def _point(subject: TargetSlice, checkpoint: Checkpoint) -> tuple[date, Fraction]:
    """The day of a checkpoint and its share of the goal; of a goal of nothing, the whole."""
    if checkpoint.share is not None:
        return checkpoint.by, Fraction(checkpoint.share)
    share = subject.share_of(Fraction(checkpoint.value or 0))
    return checkpoint.by, WHOLE if share is None else share


def _last_year_share(subject: TargetSlice, day: date, scene: AssessmentContext) -> Fraction | None:
    """The curve of a year earlier, from where it began; None where the ledger does not hold it to the due day."""
    first_day, last_day = scene.period.year_before.start, year_before(subject.target.due)
    restarts = subject.target.measure.restarts

    def reached(until: date) -> tuple[Fraction | None, date | None]:
        since = first_day if restarts else None
        found = [scene.book.value_of(one, since, until) for one in subject.series]
        return pooled(subject.target, found), max((one.data_date for one in found if one.data_date), default=None)

    first = ZERO if restarts else reached(first_day - timedelta(days=1))[0]
    last, data_date = reached(last_day)
    if first is None or last is None or last == first or data_date is None or data_date < last_day.replace(day=1):
        return None
    so_far = reached(year_before(day))[0]
    return min(max(((so_far or ZERO) - first) / (last - first), ZERO), WHOLE)
