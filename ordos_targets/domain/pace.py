"""The pace of a target: how much of its goal is expected by a day, and which reports."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from ordos_targets.domain.periods import cadence_start, elapsed_share, last_complete, months_between, year_before
from ordos_targets.domain.series import SeriesValue
from ordos_targets.domain.slices import ZERO, AssessmentContext, TargetSlice, in_goal_unit, pool_values, to_fraction
from ordos_targets.domain.targets import Checkpoint, Measure, PlanKind, Scope, Target

ALL = Fraction(1)


class Pace(NamedTuple):
    """What the calendar asks of a target as of a day: the same for the target and for each of its districts.

    Attributes:
        as_of: That day.
        paced_to: The last day that figures are expected of: the end of the last complete reporting period before the
            due date, from then on the due date.
        elapsed: The ratio (0…1) of the time from the target's start to its due date that is over at `paced_to`.
        months_left: The months from `paced_to` to the due date.
        overdue_since: The first day of the latest reporting period whose report is overdue, or None if none is yet.
        last_report: The first day of the target's last reporting period, which holds the due date.
    """

    as_of: date
    paced_to: date
    elapsed: Fraction
    months_left: Fraction
    overdue_since: date | None
    last_report: date


def pace_on(target: Target, as_of: date, grace_days: int) -> Pace:
    """Return the pace of a target as of the end of a day; a report is overdue from the day after its days of grace."""
    paced_to = target.due if as_of >= target.due else last_complete(as_of, target.cadence)
    overdue = last_complete(as_of - timedelta(days=grace_days + 1), target.cadence)
    return Pace(
        as_of=as_of,
        paced_to=paced_to,
        elapsed=elapsed_share(paced_to, target.start, target.due),
        months_left=months_between(paced_to, target.due),
        overdue_since=cadence_start(min(overdue, target.due), target.cadence) if overdue >= target.start else None,
        last_report=cadence_start(target.due, target.cadence),
    )


def expected_share(piece: TargetSlice, pace: Pace, context: AssessmentContext) -> Fraction | None:
    """Return the ratio (0…1) of the goal that should be reached by now (序时进度; design.md, section 5).

    None where the plan is not scaled by time: a direct plan, a growth, a ceiling.
    """
    target = piece.target
    kind, day = target.plan.kind, pace.paced_to
    if kind is PlanKind.DIRECT or target.measure is Measure.GROWTH or piece.is_ceiling:
        return None
    if kind is PlanKind.LINEAR:
        return pace.elapsed
    if kind is PlanKind.DUE:
        return ALL if day >= target.due else ZERO
    if kind is PlanKind.ITEMS:
        return Fraction(sum((item.due or target.due) <= day for item in target.items), len(target.items))
    if kind is PlanKind.CHECKPOINTS:
        return _checkpoint_share(piece, day, context.as_of)
    last_year = _last_year_share(piece, day, context)
    return pace.elapsed if last_year is None else last_year


def _checkpoint_share(piece: TargetSlice, day: date, as_of: date) -> Fraction:
    """Return the share at a day: linear between checkpoints, from nothing before the start to all on the due date.

    Under scope parts the values of checkpoints are shares of the goal of all, not of what a district was allotted.
    """
    target = piece.target
    if target.scope is Scope.PARTS:
        piece = piece._replace(goal=Fraction(target.goal_on(as_of)), base=to_fraction(target.base))
    points = [(target.start - timedelta(days=1), ZERO), *(_point(piece, one) for one in target.plan.checkpoints)]
    if points[-1][0] < target.due:
        points.append((target.due, ALL))
    if day <= points[0][0]:
        return ZERO
    for (left, low), (right, high) in pairwise(points):
        if day <= right:
            return low + (high - low) * months_between(left, day) / months_between(left, right)
    return points[-1][1]


def _point(piece: TargetSlice, checkpoint: Checkpoint) -> tuple[date, Fraction]:
    """Return the day of a checkpoint and its share of the goal; where there is no way to the goal, all of it."""
    if checkpoint.share is not None:
        return checkpoint.by, Fraction(checkpoint.share)
    share = piece.share_of(Fraction(checkpoint.value or 0))
    return checkpoint.by, ALL if share is None else share


def _last_year_share(piece: TargetSlice, day: date, context: AssessmentContext) -> Fraction | None:
    """Return the share reached a year earlier, from where that year began to the same due date.

    None where the ledger does not know that year to its due month, or it went nowhere.
    """
    target = piece.target
    first_day, last_day = context.goals.period.year_before.start, year_before(target.due)
    since = first_day if target.measure.restarts else None

    def reached(until: date) -> SeriesValue:
        return pool_values(target.measure, [context.series.value_of(one, since, until) for one in piece.series])

    last_year = reached(last_day)
    first = ZERO if target.measure.restarts else in_goal_unit(target.measure, reached(first_day - timedelta(days=1)))
    last = in_goal_unit(target.measure, last_year)
    if first is None or last is None or last == first:
        return None
    if last_year.data_date is None or last_year.data_date < last_day.replace(day=1):
        return None
    so_far = in_goal_unit(target.measure, reached(year_before(day))) or ZERO
    return min(max((so_far - first) / (last - first), ZERO), ALL)
