"""The assessment of one slice of a target as of a day: every figure of its row (design.md, section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.domain.assessment import Assessment, Status, status_of_lead
from ordos_targets.domain.growth import YearOverYear, pool_years, year_over_year
from ordos_targets.domain.pace import Pace, expected_share
from ordos_targets.domain.periods import Period
from ordos_targets.domain.series import Series, SeriesValue
from ordos_targets.domain.slices import HUNDRED, ZERO, AssessmentContext, TargetSlice, in_goal_unit, pool_values
from ordos_targets.domain.targets import Direction, Measure, Scope, Target

NO_ITEMS: frozenset[str] = frozenset()


class SliceFigures(NamedTuple):
    """The figures of a slice at the end of a day.

    Attributes:
        value: The value of its series, pooled.
        reported_to: The day up to which all who owe figures have given them; None where one of them gave none.
        items: The ids of the checklist items that are done.
        comparison: Both years of a growth.
    """

    value: SeriesValue
    reported_to: date | None
    items: frozenset[str]
    comparison: YearOverYear | None


def read_figures(target: Target, series: Series, day: date, context: AssessmentContext) -> SliceFigures:
    """Return the figures of one series at the end of `day`, or of the period's last day once that has passed."""
    since = context.goals.period.start if target.measure.restarts else None
    until = context.goals.period.clip(day)
    value = context.series.value_of(series, since, until)
    return SliceFigures(
        value,
        reported_to=value.data_date,
        items=context.series.items_done(series, since, until) if target.measure is Measure.CHECKLIST else NO_ITEMS,
        comparison=year_over_year(target, series, value, context) if target.measure is Measure.GROWTH else None,
    )


def pool_figures(piece: TargetSlice, figures: Sequence[SliceFigures], period: Period) -> SliceFigures:
    """Return the figures of the slice's series as one.

    With a split those districts owe figures that were allotted a part, without one those that ever gave any.
    """
    dates = {series.district: one.reported_to for series, one in zip(piece.series, figures, strict=True)}
    owed = [dates.get(district) for district in piece.target.split] or [day for day in dates.values() if day]
    comparisons = [one.comparison for one in figures if one.comparison is not None]
    return SliceFigures(
        value=pool_values(piece.target.measure, [one.value for one in figures]),
        reported_to=None if None in owed else min((day for day in owed if day), default=None),
        items=NO_ITEMS.union(*(one.items for one in figures)),
        comparison=pool_years(comparisons, piece.base, period) if comparisons else None,
    )


def assess(piece: TargetSlice, pace: Pace, figures: SliceFigures, context: AssessmentContext) -> Assessment:
    """Return every figure of one slice.

    Args:
        piece: The slice.
        pace: The pace of its target as of the context's day.
        figures: The figures of the slice at the end of that day.
        context: What else is needed.
    """
    target, goal = piece.target, piece.goal
    comparison, data_date, entries = figures.comparison, figures.value.data_date, figures.value.entries
    actual = _actual(target, figures)
    expected = expected_share(piece, pace, context)
    gap, surplus = _gap_and_surplus(piece, actual)
    completion = _completion(piece, actual)
    lead = _lead(piece, gap, surplus, completion, expected)
    status: Status | None = None
    if not entries:
        status = _status_without_entries(piece, pace, expected)
    elif goal is not None:
        status = _status(piece, pace, figures.reported_to, gap, lead)
    projected = None
    if comparison is not None:
        projected = None if goal is None else actual
    elif expected and goal is not None:
        projected = _projected(piece, expected, _paced_value(piece, pace, actual, data_date, context))
    gap_amount = None if comparison is None or goal is None else comparison.still_needed(goal)
    is_late = pace.overdue_since is not None and (data_date is None or data_date < pace.overdue_since)
    return Assessment(
        paced_to=pace.paced_to,
        due=target.due,
        goal=goal,
        stretch=piece.stretch,
        base=piece.base,
        actual=actual,
        gap=gap,
        surplus=surplus,
        completion=completion,
        expected=None if goal is None else expected,
        expected_value=None if expected is None else piece.value_at(expected),
        lead=lead,
        status=status,
        projected=projected,
        needed_per_month=_needed_per_month(piece, pace, gap if comparison is None else gap_amount),
        gap_amount=gap_amount,
        data_date=data_date,
        stale=is_late and owes_report(piece, status, entries),
        estimate=figures.value.estimate,
        entries=entries,
        comparison=comparison,
        is_cap=piece.is_cap,
    )


def _actual(target: Target, figures: SliceFigures) -> Fraction | None:
    """Return what was reached in the goal's unit (of a checklist, the items done); None where it is unknown."""
    if figures.comparison is not None:
        return figures.comparison.growth
    if target.measure is not Measure.CHECKLIST:
        return in_goal_unit(target.measure, figures.value)
    if not figures.value.entries:
        return None
    return Fraction(sum(item.id in figures.items for item in target.items))  # an item that left the file counts no more


def _gap_and_surplus(piece: TargetSlice, actual: Fraction | None) -> tuple[Fraction | None, Fraction | None]:
    """Return what is missing to the goal and what is beyond it, neither of them negative; mirrored under a cap."""
    if actual is None or piece.goal is None:
        return None, None
    missing = piece.goal - actual if piece.target.direction is Direction.AT_LEAST else actual - piece.goal
    return (missing, ZERO) if missing >= 0 else (ZERO, -missing)


def _completion(piece: TargetSlice, actual: Fraction | None) -> Fraction | None:
    """Return actual ÷ goal (of a level or share from the base); None for a growth where either is not positive."""
    if actual is None or piece.goal is None:
        return None
    if piece.target.measure is Measure.GROWTH and (actual <= 0 or piece.goal <= 0):
        return None
    return piece.share_of(actual)


def _lead(
    piece: TargetSlice,
    gap: Fraction | None,
    surplus: Fraction | None,
    completion: Fraction | None,
    expected: Fraction | None,
) -> Fraction | None:
    """Return how far ahead of what is expected the slice is, in percentage points; negative where it is behind.

    Of a growth: actual − goal, never scaled by time. Else completion − expected (1 where the plan is not scaled by
    time), mirrored under a cap.
    """
    if piece.target.measure is Measure.GROWTH:
        return None if gap is None or surplus is None else surplus - gap
    if completion is None:
        return None
    lead = (completion - (1 if expected is None else expected)) * HUNDRED
    return -lead if piece.is_cap else lead


def _status_without_entries(piece: TargetSlice, pace: Pace, expected: Fraction | None) -> Status:
    target = piece.target
    something_expected = pace.paced_to >= target.start if expected is None else expected > 0
    return Status.NO_DATA if something_expected and pace.as_of >= target.start else Status.NOT_STARTED


def _status(
    piece: TargetSlice, pace: Pace, reported_to: date | None, gap: Fraction | None, lead: Fraction | None
) -> Status:
    """Return the status of a slice that has entries and a goal: the first rule of design.md, section 5, that fits."""
    target = piece.target
    is_capped = target.direction is Direction.AT_MOST
    if pace.as_of < target.start:
        return Status.NOT_STARTED
    is_closed = pace.as_of >= target.due and reported_to is not None and reported_to >= pace.last_report
    if gap == 0 and (is_closed or not (is_capped or target.measure is Measure.GROWTH)):
        return Status.MET
    if pace.as_of > target.due or (gap and is_capped and target.measure is Measure.TOTAL):
        return Status.MISSED
    if gap is None:
        return Status.NO_DATA
    if lead is None:  # under a cap of nothing there is no completion: it is kept or it is broken
        lead = -Fraction(target.lights.red) - 1 if gap else ZERO
    return status_of_lead(lead, target.lights)


def owes_report(piece: TargetSlice, status: Status | None, entries: int) -> bool:
    """Return whether a late report of the slice is missed.

    Nothing is owed for what has not begun, nor for a total or checklist that is met. Of districts under scope parts
    those owe reports that were allotted a part; without a split, those that ever reported.
    """
    target = piece.target
    if status is Status.NOT_STARTED:
        return False
    if status is Status.MET and target.measure in {Measure.TOTAL, Measure.CHECKLIST}:
        return False
    if piece.district is None or target.scope is Scope.EACH:
        return True
    return piece.district in target.split if target.split else entries > 0


def _paced_value(
    piece: TargetSlice, pace: Pace, actual: Fraction | None, data_date: date | None, context: AssessmentContext
) -> Fraction | None:
    """Return the actual at the end of the day that figures are expected of."""
    if data_date is None or data_date <= pace.paced_to:
        return actual
    figures = [read_figures(piece.target, one, pace.paced_to, context) for one in piece.series]
    return _actual(piece.target, pool_figures(piece, figures, context.goals.period))


def _projected(piece: TargetSlice, expected: Fraction, paced: Fraction | None) -> Fraction | None:
    """Return the value on the due date if the rest goes as so far: actual(paced_to) ÷ expected, from the base."""
    if paced is None or piece.goal is None:
        return None
    start = piece.start
    projected = start + (paced - start) / expected if start else paced / expected
    return min(projected, piece.goal) if piece.target.measure is Measure.CHECKLIST else projected


def _needed_per_month(piece: TargetSlice, pace: Pace, missing: Fraction | None) -> Fraction | None:
    """Return what is missing ÷ the months left; None without time left, and under a cap on a total or growth."""
    target = piece.target
    if missing is None or pace.months_left <= 0:
        return None
    if target.direction is Direction.AT_MOST and target.measure in {Measure.TOTAL, Measure.GROWTH}:
        return None
    return missing / pace.months_left
