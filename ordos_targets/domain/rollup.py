"""A target with its districts, assessed together, and the summary of a report's targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from ordos_targets.domain.assess import assess, owes_report, pool_figures, read_figures
from ordos_targets.domain.assessment import (
    Assessment,
    DistrictAssessment,
    Light,
    Status,
    Summary,
    TargetAssessment,
    worst,
)
from ordos_targets.domain.pace import Pace, pace_on
from ordos_targets.domain.slices import ZERO, AssessmentContext, TargetSlice, district_slices, whole_slice
from ordos_targets.domain.targets import Direction, Measure, Scope, Target


def assess_target(target: Target, context: AssessmentContext) -> TargetAssessment:
    """Return the row of a target, with one row per district where districts report (scopes parts and each)."""
    districts = context.goals.districts
    pace = pace_on(target, context.as_of, context.goals.grace_days)
    whole = whole_slice(target, districts, context.as_of)
    if target.scope is Scope.WHOLE:
        [own] = read_figures(target, whole.series, context.as_of, context)
        return TargetAssessment(target, assess(whole, pace, own, context))
    slices = district_slices(target, districts, context.as_of)
    figures = read_figures(target, [piece.series[0] for piece in slices], context.as_of, context)
    rows = tuple(
        DistrictAssessment(district, assess(piece, pace, own, context))
        for district, piece, own in zip(districts, slices, figures, strict=True)
    )
    if target.scope is Scope.EACH:
        return _each(whole, pace, rows)
    total = assess(whole, pace, pool_figures(whole, figures, context.goals.period), context)
    if target.split:  # one district's late report makes the target late
        is_late = any(row.figures.stale for row in rows)
        total = total._replace(stale=is_late and owes_report(whole, total.status, total.entries))
    return TargetAssessment(target, total, rows)


def _each(whole: TargetSlice, pace: Pace, rows: tuple[DistrictAssessment, ...]) -> TargetAssessment:
    """Return the row of a target that every district must reach: as many as are there, the status of the worst."""
    districts = [row.figures for row in rows]
    meeting = sum(one.reached for one in districts)
    gap_amount, is_partial = _missing_amount(whole.target.measure, districts)
    figures = Assessment(
        goal=whole.goal,
        stretch=whole.stretch,
        gap=Fraction(len(rows) - meeting),
        surplus=ZERO,
        completion=Fraction(meeting, len(rows)),
        expected=_common([one.expected for one in districts]),
        expected_value=_common([one.expected_value for one in districts]),
        status=worst(one.status for one in districts if one.status),
        gap_amount=gap_amount,
        gap_amount_partial=is_partial,
        data_date=max((one.data_date for one in districts if one.data_date), default=None),
        paced_to=pace.paced_to,
        due=whole.target.due,
        stale=any(one.stale for one in districts),
        estimate=any(one.estimate for one in districts),
        entries=sum(one.entries for one in districts),
    )
    return TargetAssessment(whole.target, figures, rows, meeting, len(rows))


def _common(figures: Sequence[Fraction | None]) -> Fraction | None:
    """Return what the districts have in common; None where they differ, as with courses and bases of their own."""
    return figures[0] if figures.count(figures[0]) == len(figures) else None


def _missing_amount(measure: Measure, districts: Sequence[Assessment]) -> tuple[Fraction | None, bool]:
    """Return the sum of what the short districts lack, and whether the amounts of some of them are unknown.

    It is in the unit of the figures recorded; None where no district's amount is known, and of shares and checklists,
    which do not add up over districts.
    """
    if measure in {Measure.SHARE, Measure.CHECKLIST}:
        return None, False
    short = [one for one in districts if not one.reached]
    amounts = [one.gap_amount if measure is Measure.GROWTH else one.gap for one in short]
    known = [amount for amount in amounts if amount is not None]
    if short and not known:
        return None, False
    return sum(known, ZERO), len(known) < len(short)


def summarise(rows: Sequence[TargetAssessment]) -> Summary:
    """Count the targets by status and light, and compute their weighted completion."""
    statuses = Counter(row.figures.status for row in rows if row.figures.status)
    lights = Counter(row.figures.light for row in rows)
    return Summary(
        targets=len(rows),
        by_status={status: statuses[status] for status in Status},
        by_light={light: lights[light] for light in Light},
        weighted_completion=_weighted_completion(rows),
    )


def _weighted_completion(rows: Sequence[TargetAssessment]) -> Fraction | None:
    """Return Σ weight × credit ÷ Σ weight over the targets with a goal; None where nothing at all is recorded."""
    weighted = [(Fraction(row.target.weight), row) for row in rows if row.figures.goal is not None]
    total = sum((weight for weight, _row in weighted), ZERO)
    if not total or all(row.figures.entries == 0 for _weight, row in weighted):
        return None
    return sum((weight * credit(row) for weight, row in weighted), ZERO) / total


def credit(row: TargetAssessment) -> Fraction:
    """Return what a target adds to the weighted completion: its completion, cut to 0…1; 0 where it is unknown.

    A cap counts 1 while it is kept, goal ÷ actual beyond it, and 0 beyond a goal that is not positive.
    """
    figures = row.figures
    is_capped_growth = row.target.measure is Measure.GROWTH and row.target.direction is Direction.AT_MOST
    if (figures.is_cap or is_capped_growth) and figures.actual is not None and figures.goal is not None:
        if figures.gap == 0:
            return Fraction(1)
        return figures.goal / figures.actual if figures.goal > 0 else ZERO
    return min(max(figures.completion or ZERO, ZERO), Fraction(1))
