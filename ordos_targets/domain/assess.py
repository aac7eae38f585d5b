"""One row of the report: a target, or one district of it, judged as of a day (design.md section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.domain.assessment import Assessment, Facts, Status, status_of
from ordos_targets.domain.growth import YearOverYear, pool, year_over_year
from ordos_targets.domain.pace import expected_share, paced_to, report_due
from ordos_targets.domain.periods import cadence_start, months_between
from ordos_targets.domain.series import SeriesValue
from ordos_targets.domain.slices import HUNDRED, ZERO, AssessmentContext, TargetSlice, pooled
from ordos_targets.domain.targets import Direction, Measure, Scope, Target


class Actual(NamedTuple):
    """What was reached: `value` in the goal's unit, with the facts about the entries behind it."""

    value: Fraction | None
    data_date: date | None
    entries: int
    estimate: bool
    reported_to: date | None
    comparison: YearOverYear | None = None


def actual_on(subject: TargetSlice, day: date, scene: AssessmentContext) -> Actual:
    """What `subject` had reached at the end of `day`, by its measure.

    total: the sum of its series; level: the same, from before the period too; share: 100 × Σ numerators ÷
    Σ denominators; growth: percent over the year before; checklist: the number of items done.
    """
    target = subject.target
    since = scene.period.start if target.measure.restarts else None
    until = scene.period.clip(day)
    standings = [scene.book.value_of(series, since, until) for series in subject.series]
    comparison = None
    if target.measure is Measure.GROWTH:
        compared = [year_over_year(target, one.district, until, scene.book, scene.period) for one in subject.series]
        comparison = pool(compared, subject.base, scene.period)
        value = comparison.growth
    elif target.measure is Measure.CHECKLIST:
        done = [scene.book.items_done(series, since, until) for series in subject.series]
        listed = {item.id for item in target.items}  # an item that left the file counts no more
        recorded = any(standing.entries for standing in standings)
        value = Fraction(len(listed.intersection(frozenset[str]().union(*done)))) if recorded else None
    else:
        value = pooled(target, standings)
    return Actual(
        value,
        max((one.data_date for one in standings if one.data_date), default=None),
        sum(one.entries for one in standings),
        any(one.estimate for one in standings),
        _reported_to(subject, standings),
        comparison,
    )


def _reported_to(subject: TargetSlice, standings: Sequence[SeriesValue]) -> date | None:
    """The day up to which all gave figures who owe them, None where one of them gave none.

    Who is allotted a part owes figures; without a split, whoever gave any.
    """
    split = subject.target.split if subject.district is None else {}
    dates = {series.district: one.data_date for series, one in zip(subject.series, standings, strict=True)}
    owed = [dates.get(district) for district in split] or [day for day in dates.values() if day is not None]
    return min((day for day in owed if day is not None), default=None) if None not in owed else None


def assess(subject: TargetSlice, scene: AssessmentContext) -> Assessment:
    """Judge one subject: every figure of its row."""
    target = subject.target
    pace_day = paced_to(target, scene.as_of)
    actual = actual_on(subject, scene.as_of, scene)
    figures = Assessment(
        goal=subject.goal,
        base=subject.base,
        stretch=_stretch(subject),
        actual=actual.value,
        data_date=actual.data_date,
        paced_to=pace_day,
        due=target.due,
        stale=_is_stale(target, actual.data_date, scene),
        estimate=actual.estimate,
        entries=actual.entries,
        comparison=actual.comparison,
        is_cap=subject.is_cap,
        reported_to=actual.reported_to,
    )
    return _against_goal(figures, subject, scene)


def _stretch(subject: TargetSlice) -> Fraction | None:
    """The stretch goal; a district has one where the goal is its own too, and none where it was allotted a part."""
    allotted = subject.district is not None and subject.target.scope is Scope.PARTS
    return None if subject.target.stretch is None or allotted else Fraction(subject.target.stretch)


def _is_stale(target: Target, data_date: date | None, scene: AssessmentContext) -> bool:
    since = report_due(target, scene.as_of, scene.grace_days)
    return since is not None and (data_date is None or data_date < since)


def _against_goal(bare: Assessment, subject: TargetSlice, scene: AssessmentContext) -> Assessment:
    """Add what needs a goal: gap, pace, lead, status, outlook. Without one, only what was not reported is said."""
    target = subject.target
    expected = expected_share(subject, bare.paced_to, scene)
    if subject.goal is None:
        silent = _status(bare, subject, scene, expected) if not bare.entries else None
        return bare._replace(status=silent)
    gap, surplus = _gap_and_surplus(subject, bare.actual)
    completion = completion_of(subject, bare.actual)
    figures = bare._replace(
        gap=gap,
        surplus=surplus,
        completion=completion,
        expected=expected,
        expected_value=None if expected is None else subject.value_at(expected),
        lead=_lead(subject, bare.actual, completion, expected),
        projected=_projected(subject, bare, expected, scene),
        gap_amount=bare.comparison.still_needed(subject.goal) if bare.comparison else None,
    )
    figures = figures._replace(needed_per_month=_needed_per_month(subject, figures))
    status = _status(figures, subject, scene, expected)
    return figures._replace(status=status, stale=figures.stale and owes_reports(target, status))


def owes_reports(target: Target, status: Status | None) -> bool:
    """Nobody owes a report for what has not begun, nor for a total or checklist that is done for good."""
    done = status is Status.MET and target.measure in {Measure.TOTAL, Measure.CHECKLIST}
    return not done and status is not Status.NOT_STARTED


def _gap_and_surplus(subject: TargetSlice, actual: Fraction | None) -> tuple[Fraction | None, Fraction | None]:
    """What is missing to the goal and what is beyond it, both never negative; a cap mirrors."""
    if actual is None or subject.goal is None:
        return None, None
    missing = subject.goal - actual
    if subject.target.direction is Direction.AT_MOST:
        missing = -missing
    return max(missing, ZERO), max(-missing, ZERO)


def completion_of(subject: TargetSlice, actual: Fraction | None) -> Fraction | None:
    """Actual ÷ goal (level and share: from the base); None for growth that is not positive."""
    if actual is None or subject.goal is None:
        return None
    if subject.target.measure is Measure.GROWTH:
        return actual / subject.goal if actual > 0 and subject.goal > 0 else None
    return subject.share_of(actual)


def _lead(
    subject: TargetSlice, actual: Fraction | None, completion: Fraction | None, expected: Fraction | None
) -> Fraction | None:
    """How far ahead of (negative: behind) what is expected, in percentage points.

    growth: actual − goal, never scaled by time; else completion − expected, mirrored for a total's cap;
    a direct plan expects the whole goal, and a ceiling is measured by the room left under it.
    """
    target, goal = subject.target, subject.goal
    capped = target.direction is Direction.AT_MOST
    if actual is None or goal is None:
        return None
    if target.measure is Measure.GROWTH:
        return goal - actual if capped else actual - goal
    if completion is None:
        return None
    lead = (completion - (1 if expected is None else expected)) * HUNDRED
    return -lead if subject.is_cap else lead


def _projected(
    subject: TargetSlice, figures: Assessment, expected: Fraction | None, scene: AssessmentContext
) -> Fraction | None:
    """The value at the end if the rest goes as so far: actual(paced_to) ÷ plan(paced_to); growth: the growth so far."""
    target, goal = subject.target, subject.goal
    if target.measure is Measure.GROWTH:
        return figures.actual
    if not expected or goal is None:
        return None
    paced = actual_on(subject, figures.paced_to, scene).value
    if paced is None:
        return None
    projected = subject.start + (paced - subject.start) / expected
    return min(projected, goal) if target.measure is Measure.CHECKLIST else projected


def _needed_per_month(subject: TargetSlice, figures: Assessment) -> Fraction | None:
    """Gap ÷ months left after paced_to (growth: the amount still needed).

    None where there is no time left, and for a cap on a total or a growth.
    """
    target = subject.target
    missing = figures.gap_amount if target.measure is Measure.GROWTH else figures.gap
    months_left = months_between(figures.paced_to, target.due)
    if (
        missing is None
        or months_left <= 0
        or (target.direction is Direction.AT_MOST and target.measure in {Measure.TOTAL, Measure.GROWTH})
    ):
        return None
    return missing / months_left


def _status(figures: Assessment, subject: TargetSlice, scene: AssessmentContext, expected: Fraction | None) -> Status:
    target = subject.target
    needs_close = target.measure is Measure.GROWTH or target.direction is Direction.AT_MOST
    last_report = cadence_start(target.due, target.cadence)
    closed = scene.as_of >= target.due and figures.reported_to is not None and figures.reported_to >= last_report
    capped_total = target.measure is Measure.TOTAL and target.direction is Direction.AT_MOST
    lead = figures.lead
    if lead is None and figures.gap is not None:  # a cap of nothing has no completion: it is kept or it is broken
        lead = ZERO if figures.reached else -Fraction(target.lights.red) - 1
    return status_of(
        Facts(
            begun=scene.as_of >= target.start,
            recorded=figures.entries > 0,
            something_expected=figures.paced_to >= target.start if expected is None else expected > 0,
            reached=figures.reached,
            can_be_met=closed or not needs_close,
            lost=capped_total and bool(figures.gap),
            due_passed=scene.as_of > target.due,
            lead=lead,
        ),
        target.lights,
    )
