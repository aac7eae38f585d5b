"""Growth over the year before: the same days compared, and the amount that the year still needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.domain.periods import Cadence, Period, cadence_start, year_before
from ordos_targets.domain.series import Series, SeriesReader, SeriesValue
from ordos_targets.domain.slices import HUNDRED, ZERO, AssessmentContext, to_fraction
from ordos_targets.domain.targets import Target


class YearOverYear(NamedTuple):
    """A year and the year before it, both up to the last day that has a figure this year; amounts in the base unit.

    Attributes:
        this_year: The value to date, or None without a figure of this year.
        last_year: The value to the same day of the year before, or None where that is not known.
        same_day: That day of the year before, or None without a figure of this year.
        annual: The value of the whole year before, or None where neither the ledger nor the file has it.
    """

    this_year: Fraction | None = None
    last_year: Fraction | None = None
    same_day: date | None = None
    annual: Fraction | None = None

    @property
    def growth(self) -> Fraction | None:
        """Growth in percent: (this year ÷ last year − 1) × 100; None where a side is unknown or last year's is 0."""
        if self.this_year is None or not self.last_year:
            return None
        return (self.this_year - self.last_year) * HUNDRED / self.last_year

    def still_needed(self, goal: Fraction) -> Fraction | None:
        """Return the amount missing to the year's `goal` (percent), never below 0; None where `annual` is unknown.

        annual × (1 + goal ÷ 100) − this year; without a figure of this year all of it is missing.
        """
        return None if self.annual is None else _missing(self.annual, goal, self.this_year or ZERO)

    def short_to_date(self, goal: Fraction) -> Fraction | None:
        """Return the amount missing to the `goal` (percent) on the same day, never below 0; None where unknown.

        last year × (1 + goal ÷ 100) − this year.
        """
        if self.last_year is None or self.this_year is None:
            return None
        return _missing(self.last_year, goal, self.this_year)


def _missing(before: Fraction, goal: Fraction, now: Fraction) -> Fraction:
    return max(before * (HUNDRED + goal) / HUNDRED - now, ZERO)


def year_over_year(target: Target, series: Series, this_year: SeriesValue, context: AssessmentContext) -> YearOverYear:
    """Compare the value of one series in the period so far with the year before."""
    before = context.goals.period.year_before
    annual = _value_if_known(context.series, series, before.start, before.end, target.cadence)
    if annual is None:
        annual = to_fraction(target.base_of(series.district))
    if this_year.value is None or this_year.data_date is None:
        return YearOverYear(annual=annual)
    same_day = year_before(this_year.data_date)
    last_year = _value_if_known(context.series, series, before.start, same_day, target.cadence)
    if last_year is None and this_year.data_date == context.goals.period.end:
        last_year = annual  # at the very end of the period the annual base is the figure of the same day
    return YearOverYear(Fraction(this_year.value), last_year, same_day, annual)


def _value_if_known(reader: SeriesReader, series: Series, since: date, day: date, cadence: Cadence) -> Fraction | None:
    """Return the value to `day`; it is known only by an entry of the same month (quarter) dated up to that day."""
    value = reader.value_of(series, since, day)
    span = Cadence.QUARTER if cadence is Cadence.QUARTER else Cadence.MONTH
    if value.value is None or value.data_date is None or value.data_date < cadence_start(day, span):
        return None
    return Fraction(value.value)


def pool_years(parts: Sequence[YearOverYear], base: Fraction | None, period: Period) -> YearOverYear:
    """Return the sum of the parts; the year before is unknown as soon as a part that reported does not know its own.

    Args:
        parts: The years of the districts.
        base: The whole year before of all of them, used where not every one of them has its own.
        period: The period of the goals.
    """
    reported = [part for part in parts if part.this_year is not None]
    annual = _sum_if_all_known([part.annual for part in parts])
    if annual is None:
        annual = base
    if not reported:
        return YearOverYear(annual=annual)
    last_year = _sum_if_all_known([part.last_year for part in reported])
    if last_year is None and all(part.same_day == period.year_before.end for part in parts):
        last_year = annual  # as in `year_over_year`, once all parts have reported to the end of the period
    return YearOverYear(
        this_year=_sum_if_all_known([part.this_year for part in reported]),
        last_year=last_year,
        same_day=max(part.same_day for part in reported if part.same_day),
        annual=annual,
    )


def _sum_if_all_known(amounts: Sequence[Fraction | None]) -> Fraction | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if known and len(known) == len(amounts) else None
