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
    """What the ledger has of a slice at the end of a day.

    Attributes:
        value: The value of its series, pooled.
        reported_to: The day up to which all who owe figures have given them; None where one of them gave none.
        items: The ids of the checklist items that are done.
        comparison: Both years of a growth.
    """

    value: SeriesValue
    reported_to: date | None
    items: frozenset[str] = NO_ITEMS
    comparison: YearOverYear | None = None


def read_figures(target: Target, series: Sequence[Series], day: date, context: AssessmentContext) -> list[SliceFigures]:
    """Return the figures of each series at the end of `day`, or of the period's last day once that has passed."""
    reader, until = context.series, context.goals.period.clip(day)
    since = context.goals.period.start if target.measure.restarts else None
    values = [(one, reader.value_of(one, since, until)) for one in series]
    if target.measure is Measure.GROWTH:
        years = [year_over_year(target, one, value, context) for one, value in values]
        return [
            SliceFigures(value, value.data_date, NO_ITEMS, both) for (_, value), both in zip(values, years, strict=True)
        ]
    if target.measure is Measure.CHECKLIST:
        return [SliceFigures(value, value.data_date, reader.items_done(one, since, until)) for one, value in values]
    return [SliceFigures(value, value.data_date) for _, value in values]


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
    target, goal, comparison = piece.target, piece.goal, figures.comparison
    entries, data_date = figures.value.entries, figures.value.data_date
    actual = _actual(target, figures)
    expected = expected_share(piece, pace, context)
    progress = NO_PROGRESS if goal is None or actual is None else _progress(piece, goal, actual, expected)
    projected = gap_amount = None
    if comparison is not None and goal is not None:
        projected, gap_amount = actual, comparison.still_needed(goal)
    elif expected and goal is not None:
        projected = _projected(piece, expected, _paced_value(piece, pace, actual, data_date, context))
    status = None
    if not entries:
        status = _status_without_entries(target, pace, expected)
    elif goal is not None:
        status = _status(target, pace, progress, figures.reported_to)
    is_late = pace.overdue_since is not None and (data_date is None or data_date < pace.overdue_since)
    return Assessment(
        paced_to=pace.paced_to,
        due=target.due,
        goal=goal,
        stretch=piece.stretch,
        base=piece.base,
        actual=actual,
        gap=progress.gap,
        surplus=progress.surplus,
        completion=progress.completion,
        expected=None if goal is None else expected,
        expected_value=None if expected is None else piece.value_at(expected),
        lead=progress.lead,
        status=status,
        projected=projected,
        needed_per_month=_needed_per_month(target, pace, progress.gap if comparison is None else gap_amount),
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


class Progress(NamedTuple):
    """How an actual compares with the goal: the figures of this name in `Assessment`."""

    gap: Fraction | None = None
    surplus: Fraction | None = None
    completion: Fraction | None = None
    lead: Fraction | None = None


NO_PROGRESS = Progress()


def _progress(piece: TargetSlice, goal: Fraction, actual: Fraction, expected: Fraction | None) -> Progress:
    """Compare an actual with the goal.

    Gap and surplus are never negative, and mirrored under a cap. Completion is actual ÷ goal, of a level or share from
    the base. Lead is completion − expected (1 where the plan is not scaled by time), mirrored under a cap. Of a growth
    lead is actual − goal, mirrored under a cap, and completion exists only where both are positive.
    """
    missing = goal - actual if piece.target.direction is Direction.AT_LEAST else actual - goal
    gap, surplus = (missing, ZERO) if missing >= 0 else (ZERO, -missing)
    if piece.target.measure is Measure.GROWTH:
        return Progress(gap, surplus, actual / goal if actual > 0 and goal > 0 else None, surplus - gap)
    completion = piece.share_of(actual)
    if completion is None:
        return Progress(gap, surplus)
    lead = (completion - (1 if expected is None else expected)) * HUNDRED
    return Progress(gap, surplus, completion, -lead if piece.is_cap else lead)


def _status_without_entries(target: Target, pace: Pace, expected: Fraction | None) -> Status:
    something_expected = pace.paced_to >= target.start if expected is None else expected > 0
    return Status.NO_DATA if something_expected and pace.as_of >= target.start else Status.NOT_STARTED


def _status(target: Target, pace: Pace, progress: Progress, reported_to: date | None) -> Status:
    """Return the status of a slice that has entries and a goal: the first rule of design.md, section 5, that fits."""
    gap, lead = progress.gap, progress.lead
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
    figures = read_figures(piece.target, piece.series, pace.paced_to, context)
    return _actual(piece.target, pool_figures(piece, figures, context.goals.period))


def _projected(piece: TargetSlice, expected: Fraction, paced: Fraction | None) -> Fraction | None:
    """Return the value on the due date if the rest goes as so far: actual(paced_to) ÷ expected, from the base."""
    if paced is None:
        return None
    start = piece.start
    projected = start + (paced - start) / expected if start else paced / expected
    return min(projected, piece.goal) if piece.target.measure is Measure.CHECKLIST and piece.goal else projected


def _needed_per_month(target: Target, pace: Pace, missing: Fraction | None) -> Fraction | None:
    """Return what is missing ÷ the months left; None without time left, and under a cap on a total or growth."""
    if missing is None or pace.months_left <= 0:
        return None
    if target.direction is Direction.AT_MOST and target.measure in {Measure.TOTAL, Measure.GROWTH}:
        return None
    return missing / pace.months_left
