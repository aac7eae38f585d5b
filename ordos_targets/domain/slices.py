"""The slices of a target that are assessed, and the context they are assessed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.domain.series import Series, SeriesReader, SeriesValue
from ordos_targets.domain.targets import Direction, District, Measure, Scope, Target, TargetSet

ZERO = Fraction(0)
HUNDRED = 100


class AssessmentContext(NamedTuple):
    """The day of an assessment, and what it needs beside the target.

    Attributes:
        goals: The goals: their period, districts and days of grace.
        as_of: The day at whose end targets are assessed.
        series: The values of all series.
    """

    goals: TargetSet
    as_of: date
    series: SeriesReader


class TargetSlice(NamedTuple):
    """A target as a whole (`district` is None) or one district's share of it.

    Attributes:
        series: The series whose values are summed for this slice.
        goal: The slice's own goal in the goal's unit, or None if it has none.
        base: The slice's own base value in the base unit, or None if it has none.
    """

    target: Target
    district: str | None
    series: tuple[Series, ...]
    goal: Fraction | None
    base: Fraction | None

    @property
    def start(self) -> Fraction:
        """The value from which the way to the goal counts: the base for level and share, else 0."""
        return ZERO if self.base is None or self.target.measure.restarts else self.base

    @property
    def is_ceiling(self) -> bool:
        """Whether this is a level or share to stay under, rather than one to bring down from the base to the goal."""
        if self.target.direction is Direction.AT_LEAST or self.target.measure.restarts:
            return False
        return self.base is None or self.goal is None or self.base <= self.goal

    @property
    def is_cap(self) -> bool:
        """Whether less completion is better: a ceiling, or a total that must not be exceeded."""
        target = self.target
        return (target.direction is Direction.AT_MOST and target.measure is Measure.TOTAL) or self.is_ceiling

    @property
    def stretch(self) -> Fraction | None:
        """The stretch goal; None also for a district that was allotted a part of the goal."""
        allotted = self.district is not None and self.target.scope is Scope.PARTS
        return None if allotted else to_fraction(self.target.stretch)

    def share_of(self, value: Fraction) -> Fraction | None:
        """Return how much of the way to the goal a `value` is, as a ratio; None without a goal or a way to it."""
        start = self.start
        if self.goal is None or self.goal == start:
            return None
        return (value - start) / (self.goal - start) if start else value / self.goal

    def value_at(self, share: Fraction) -> Fraction | None:
        """Return the value that is `share` (a ratio) of the way to the goal; None without a goal."""
        start = self.start
        if self.goal is None:
            return None
        return start + share * (self.goal - start) if start else share * self.goal


def whole_slice(target: Target, districts: Sequence[District], day: date) -> TargetSlice:
    """Return the target as a whole, with the goal in force on `day`; under scope parts it pools its `districts`."""
    series = [Series(target.id, one.id) for one in districts] if target.scope is Scope.PARTS else [Series(target.id)]
    return TargetSlice(target, None, tuple(series), Fraction(target.goal_on(day)), to_fraction(target.base))


def district_slices(target: Target, districts: Sequence[District], day: date) -> list[TargetSlice]:
    """Return each district's slice: under scope each with the target's own goal, under parts with what `split` allots.

    The goal is the one in force on `day`.
    """
    if target.scope is Scope.EACH:
        goals = dict.fromkeys((one.id for one in districts), Fraction(target.goal_on(day)))
    else:
        goals = {district: Fraction(goal) for district, goal in target.split.items()}
    bases = {district: Fraction(base) for district, base in target.bases.items()}
    return [
        TargetSlice(target, one.id, (Series(target.id, one.id),), goals.get(one.id), bases.get(one.id))
        for one in districts
    ]


def to_fraction(number: Decimal | None) -> Fraction | None:
    """Return a number as a fraction, None for None."""
    return None if number is None else Fraction(*number.as_integer_ratio())


def pool_values(measure: Measure, values: Sequence[SeriesValue]) -> SeriesValue:
    """Return the values of some series as one: their sum, of a share Σ numerators over Σ denominators.

    A bare percentage counts only where no other value is pooled with it; otherwise there is no value.
    """
    if len(values) == 1:
        return values[0]
    known = [one for one in values if one.value is not None]
    if measure is Measure.SHARE and len(known) > 1 and any(one.of is None for one in known):
        known = []
    numbers = [one.value for one in known if one.value is not None]
    denominators = [one.of for one in known if one.of is not None]
    return SeriesValue(
        value=sum(numbers, Decimal(0)) if numbers else None,
        of=sum(denominators, Decimal(0)) if denominators else None,
        data_date=max((one.data_date for one in values if one.data_date is not None), default=None),
        entries=sum(one.entries for one in values),
        estimate=any(one.estimate for one in values),
    )


def in_goal_unit(measure: Measure, value: SeriesValue) -> Fraction | None:
    """Return a value in the unit of the goal, None without a value; of a share 100 × numerator ÷ denominator."""
    if measure is not Measure.SHARE or value.of is None or value.value is None:
        return to_fraction(value.value)
    return HUNDRED * Fraction(value.value) / Fraction(value.of) if value.of else None
