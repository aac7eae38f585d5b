"""What is judged, and the scene it is judged in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.domain.periods import Period
from ordos_targets.domain.series import Series, SeriesReader, SeriesValue
from ordos_targets.domain.targets import Direction, Measure, Target

ZERO = Fraction(0)
HUNDRED = 100


class AssessmentContext(NamedTuple):
    """What a judgement looks at: the goals' period, the day, the book of figures, and the days of grace."""

    period: Period
    as_of: date
    book: SeriesReader
    grace_days: int


class TargetSlice(NamedTuple):
    """What is judged: a target as a whole (`district` None) or in one district.

    `series` are those whose figures are pooled; `goal` and `base` are its own, None where it has none.
    """

    target: Target
    district: str | None
    series: tuple[Series, ...]
    goal: Fraction | None
    base: Fraction | None

    @property
    def start(self) -> Fraction:
        """Where the way to the goal begins: at the base for level and share, at 0 else."""
        return ZERO if self.target.measure.restarts else self.base or ZERO

    @property
    def is_ceiling(self) -> bool:
        """Whether it is a level or share to stay under, rather than a path from the base down to the goal."""
        capped = not self.target.measure.restarts and self.target.direction is Direction.AT_MOST
        return capped and (self.base is None or self.goal is None or self.base <= self.goal)

    @property
    def is_cap(self) -> bool:
        """Whether the less of it is used up, the better: a ceiling, or a total that may not be passed."""
        capped_total = self.target.measure is Measure.TOTAL and self.target.direction is Direction.AT_MOST
        return capped_total or self.is_ceiling

    def share_of(self, value: Fraction) -> Fraction | None:
        """How much of the way to the goal a `value` is, as a ratio; None where there is no goal, or no way to it."""
        if self.goal is None or self.goal == self.start:
            return None
        return (value - self.start) / (self.goal - self.start)

    def value_at(self, share: Fraction) -> Fraction | None:
        """The value that is `share` (a ratio) of the way to the goal; None where there is no goal."""
        return None if self.goal is None else self.start + share * (self.goal - self.start)


def pooled(target: Target, standings: Sequence[SeriesValue]) -> Fraction | None:
    """What some series say together, None where none says anything: their sum.

    For a share it is 100 × Σ numerators ÷ Σ denominators; a bare percentage stands for itself where it is alone.
    """
    known = [one for one in standings if one.value is not None]
    if not known:
        return None
    value = sum((Fraction(one.value or 0) for one in known), ZERO)
    if target.measure is not Measure.SHARE:
        return value
    if any(one.of is None for one in known):
        return value if len(known) == 1 else None
    whole = sum((Fraction(one.of or 0) for one in known), ZERO)
    return HUNDRED * value / whole if whole else None
