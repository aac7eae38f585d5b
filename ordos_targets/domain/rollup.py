"""From single judgements to a target with its districts, and from targets to the whole report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ordos_targets.domain.assess import assess, owes_reports
from ordos_targets.domain.assessment import (
    Assessment,
    DistrictAssessment,
    Light,
    Status,
    Summary,
    TargetAssessment,
    worst,
)
from ordos_targets.domain.series import Series
from ordos_targets.domain.slices import ZERO, AssessmentContext, TargetSlice
from ordos_targets.domain.targets import Direction, District, Measure, Scope, Target


def assess_target(target: Target, districts: Sequence[District], scene: AssessmentContext) -> TargetAssessment:
    """The row of a target, with one row per district where districts report (scope parts and each)."""
    if target.scope is Scope.WHOLE:
        return TargetAssessment(target, assess(whole(target, (Series(target.id),), scene.as_of), scene))
    rows = tuple(DistrictAssessment(one, assess(part(target, one, scene.as_of), scene)) for one in districts)
    if target.scope is Scope.PARTS:
        return _sum_of_parts(target, rows, scene)
    return _each(target, rows, scene)


def whole(target: Target, series: tuple[Series, ...], day: date) -> TargetSlice:
    """The subject that is the target itself, pooled from `series`, with the goal in force on `day`."""
    return TargetSlice(target, None, series, Fraction(target.goal_on(day)), _fraction(target.base))


def part(target: Target, district: District, day: date) -> TargetSlice:
    """The subject that is one district: under `each` the goal is its own too, under `parts` what `split` allots it."""
    own = target.goal_on(day) if target.scope is Scope.EACH else target.split.get(district.id)
    base = target.base_of(district.id)
    return TargetSlice(target, district.id, (Series(target.id, district.id),), _fraction(own), _fraction(base))


def _fraction(number: Decimal | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def _sum_of_parts(target: Target, rows: tuple[DistrictAssessment, ...], scene: AssessmentContext) -> TargetAssessment:
    """Who was allotted a part owes a report; without a split, who ever gave one, and for the target any one will do."""
    series = tuple(Series(target.id, row.district.id) for row in rows)
    figures = assess(whole(target, series, scene.as_of), scene)
    rows = tuple(row if _owes_part(target, row) else _not_late(row) for row in rows)
    if target.split:
        late = any(row.figures.stale for row in rows)
        figures = figures._replace(stale=late and owes_reports(target, figures.status))
    return TargetAssessment(target, figures, rows)


def _owes_part(target: Target, row: DistrictAssessment) -> bool:
    return row.district.id in target.split if target.split else row.figures.entries > 0


def _not_late(row: DistrictAssessment) -> DistrictAssessment:
    return row._replace(figures=row.figures._replace(stale=False))


def _each(target: Target, rows: tuple[DistrictAssessment, ...], scene: AssessmentContext) -> TargetAssessment:
    """Every district must reach the goal: the target is as far as they are, and stands as the worst of them."""
    inner = [row.figures for row in rows]
    meeting = sum(one.reached for one in inner)
    lacking, partial = _lacking(target, inner)
    figures = Assessment(
        goal=Fraction(target.goal_on(scene.as_of)),
        stretch=_fraction(target.stretch),
        gap=Fraction(len(rows) - meeting),
        surplus=ZERO,
        completion=Fraction(meeting, len(rows)),
        expected=_common([one.expected for one in inner]),
        expected_value=_common([one.expected_value for one in inner]),
        status=worst([one.status for one in inner if one.status]),
        gap_amount=lacking,
        gap_amount_partial=partial,
        data_date=max((one.data_date for one in inner if one.data_date), default=None),
        paced_to=inner[0].paced_to,
        due=target.due,
        stale=any(one.stale for one in inner),
        estimate=any(one.estimate for one in inner),
        entries=sum(one.entries for one in inner),
    )
    return TargetAssessment(target, figures, rows, meeting, len(rows))


def _common(figures: Sequence[Fraction | None]) -> Fraction | None:
    """What the districts have in common; None where they differ, as with curves and bases of their own."""
    return figures[0] if len(set(figures)) == 1 else None


def _lacking(target: Target, districts: Iterable[Assessment]) -> tuple[Fraction | None, bool]:
    """Σ of what each short district still lacks, in the unit of its figures, and whether one's part is not known.

    None where no one's is known.
    """
    if target.measure in {Measure.SHARE, Measure.CHECKLIST}:
        return None, False  # percentages and items of different districts do not add up
    short = [one for one in districts if not one.reached]
    amounts = [one.gap_amount if target.measure is Measure.GROWTH else one.gap for one in short]
    known = [amount for amount in amounts if amount is not None]
    partial = len(known) < len(short)
    return (sum(known, ZERO) if known or not partial else None), partial and bool(known)


def summarise(rows: Sequence[TargetAssessment]) -> Summary:
    """Count the targets by status and light, and weigh their completion."""
    statuses = Counter(row.figures.status for row in rows if row.figures.status)
    lights = Counter(row.figures.light for row in rows)
    return Summary(
        targets=len(rows),
        by_status={status: statuses[status] for status in Status},
        by_light={light: lights[light] for light in Light},
        weighted_completion=_weighted_completion(rows),
    )


def _weighted_completion(rows: Sequence[TargetAssessment]) -> Fraction | None:
    """Σ weight × min(completion, 1) ÷ Σ weight: over-fulfilment earns nothing, what is unknown or negative earns 0."""
    judged = [row for row in rows if row.figures.goal is not None]
    weights = sum((Fraction(row.target.weight) for row in judged), ZERO)
    if not weights or all(row.figures.entries == 0 for row in judged):
        return None
    return sum((Fraction(row.target.weight) * credit(row) for row in judged), ZERO) / weights


def credit(row: TargetAssessment) -> Fraction:
    """What a target earns, 0…1. A cap earns all while it is kept, and goal ÷ actual beyond it."""
    figures = row.figures
    capped_growth = row.target.measure is Measure.GROWTH and row.target.direction is Direction.AT_MOST
    if (figures.is_cap or capped_growth) and figures.actual is not None and figures.goal is not None:
        if figures.gap == 0:
            return Fraction(1)
        return figures.goal / figures.actual if figures.goal > 0 else ZERO
    return min(max(figures.completion or ZERO, ZERO), Fraction(1))
