"""The axes of a chart: round values, months, and where a value or a day stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

from ordos_targets.domain.periods import MONTHS_IN_YEAR, month_end, position
from ordos_targets.domain.targets import MONEY, PERCENT
from ordos_targets.locale import _
from ordos_targets.report.numbers import amount, cut, short
from ordos_targets.report.words import MONTHS

STEPS = 5
MOST_LABELS = 6


@dataclass(frozen=True, slots=True)
class ValueScale:
    """Round values from `low` to `high`, `step` apart."""

    low: Fraction
    high: Fraction
    step: Fraction

    def share(self, value: Fraction) -> Fraction:
        """Where a value stands between low (0) and high (1)."""
        return (value - self.low) / (self.high - self.low)

    @property
    def marks(self) -> list[Fraction]:
        """The round values, from low to high."""
        return [self.low + self.step * number for number in range(int((self.high - self.low) / self.step) + 1)]


def value_scale(values: Collection[Fraction], *, whole: bool) -> ValueScale:
    """A scale that holds all `values` (at least one), in some five steps; of whole numbers if `whole`."""
    low, high = min(values), max(values)
    step = _round_step((high - low) / STEPS, whole=whole)
    bottom, top = floor(low / step) * step, ceil(high / step) * step
    return ValueScale(bottom, top if top > bottom else bottom + step, step)


def _round_step(rough: Fraction, *, whole: bool) -> Fraction:
    """1, 2 or 5 times a power of ten, at least as large as `rough`."""
    if rough <= 0:
        return Fraction(1)
    power = Fraction(10) ** (len(str(floor(rough))) - 1) if rough >= 1 else Fraction(1)
    while power > rough:
        power /= 10
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough)
    return max(step, Fraction(1)) if whole else step


def value_label(value: Fraction, unit: str) -> str:
    """A round value beside its axis: money with its unit, a percentage with its sign, anything else bare."""
    if unit == MONEY:
        return amount(value, unit)
    return short(cut(value, 4)) + (unit if unit == PERCENT else "")


@dataclass(frozen=True, slots=True)
class DayScale:
    """The days from the end of `first` to the end of `last`, counted in months."""

    first: date
    last: date

    def share(self, day: date) -> Fraction:
        """Where the end of a day stands between the first (0) and the last (1), never outside."""
        whole = position(self.last) - position(self.first)
        return min(max((position(day) - position(self.first)) / whole, Fraction(0)), Fraction(1))

    @property
    def month_ends(self) -> list[date]:
        """The ends of the months that end within."""
        ends = []
        day = month_end(self.first.year, self.first.month)
        while day <= self.last:
            ends.append(day)
            following = day + timedelta(days=1)
            day = month_end(following.year, following.month)
        return [day for day in ends if day > self.first]

    def month_labels(self) -> list[tuple[Fraction, str]]:
        """Every month's name, or every few months', over its middle; with the year where there is more than one."""
        months = [day.replace(day=1) for day in self.month_ends]
        if not months or months[-1].replace(day=1) < self.last.replace(day=1):
            months.append(self.last.replace(day=1))
        every = ceil(len(months) / MOST_LABELS)
        named = len(months) <= MONTHS_IN_YEAR
        return [(self._middle(day), _(MONTHS[day.month - 1]) if named else f"{day:%Y-%m}") for day in months[::every]]

    def _middle(self, first_of_month: date) -> Fraction:
        left = self.share(first_of_month - timedelta(days=1))
        return (left + self.share(month_end(first_of_month.year, first_of_month.month))) / 2
