"""Growth over the year before: the same days compared, and the amount the year still needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.domain.periods import Cadence, Period, cadence_start, year_before
from ordos_targets.domain.series import Series, SeriesReader, SeriesValue
from ordos_targets.domain.targets import Target

HUNDRED = 100


class YearOverYear(NamedTuple):
    """Two years against each other, both to the last day that this year has a figure for.

    Amounts are in the base unit. `last_year` is None where that year is not known on `same_day`;
    `annual` is the whole year before, None where neither the ledger nor the file has it.
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
        return (self.this_year / self.last_year - 1) * HUNDRED

    def still_needed(self, goal: Fraction) -> Fraction | None:
        """The amount missing to the year's `goal` (percent): annual × (1 + goal ÷ 100) − this year, never below 0.

        All of it is missing while this year has no figure.
        """
        if self.annual is None:
            return None
        return max(self.annual * (1 + goal / HUNDRED) - (self.this_year or 0), Fraction(0))

    def short_to_date(self, goal: Fraction) -> Fraction | None:
        """The amount missing to the goal on the same day: last year × (1 + goal ÷ 100) − this year, never below 0."""
        if self.last_year is None or self.this_year is None:
            return None
        return max(self.last_year * (1 + goal / HUNDRED) - self.this_year, Fraction(0))


def year_over_year(
    target: Target, district: str | None, until: date, book: SeriesReader, period: Period
) -> YearOverYear:
    """Compare one series as of `until` with the year before it."""
    series = Series(target.id, district)
    this_year = book.value_of(series, period.start, period.clip(until))
    annual = _annual(target, series, book, period)
    if this_year.value is None or this_year.data_date is None:
        return YearOverYear(annual=annual)
    same_day = year_before(this_year.data_date)
    last_year = _known(book, series, period.year_before.start, same_day, target.cadence)
    if last_year is None and this_year.data_date == period.end:
        last_year = annual  # at the year's end the annual base is the figure of the same day
    return YearOverYear(Fraction(this_year.value), last_year, same_day, annual)


def pool(parts: Sequence[YearOverYear], base: Fraction | None, period: Period) -> YearOverYear:
    """The districts' sum compared with itself: unknown as soon as one that reported this year has no year before.

    `base` is the whole year before of all of them, where they do not have it one by one.
    """
    reported = [part for part in parts if part.this_year is not None]
    annual = _sum([part.annual for part in parts])
    annual = base if annual is None else annual
    if not reported:
        return YearOverYear(annual=annual)
    last_year = _sum([part.last_year for part in reported])
    if last_year is None and all(part.same_day == period.year_before.end for part in parts):
        last_year = annual  # as in `compare`, once all of them have reported to the year's end
    return YearOverYear(
        this_year=_sum([part.this_year for part in reported]),
        last_year=last_year,
        same_day=max((part.same_day for part in reported if part.same_day), default=None),
        annual=annual,
    )


def _sum(amounts: Sequence[Fraction | None]) -> Fraction | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Fraction(0)) if known and len(known) == len(amounts) else None


def _known(book: SeriesReader, series: Series, since: date, day: date, cadence: Cadence) -> Fraction | None:
    """The value to `day`, known only if an entry speaks of that same month (quarter) up to that day."""
    standing = book.value_of(series, since, day)
    return _value_if_recent(standing, day, cadence)


def _value_if_recent(standing: SeriesValue, day: date, cadence: Cadence) -> Fraction | None:
    monthly = Cadence.QUARTER if cadence is Cadence.QUARTER else Cadence.MONTH
    if standing.value is None or standing.data_date is None or standing.data_date < cadence_start(day, monthly):
        return None
    return Fraction(standing.value)


def _annual(target: Target, series: Series, book: SeriesReader, period: Period) -> Fraction | None:
    before = period.year_before
    from_ledger = _known(book, series, before.start, before.end, target.cadence)
    if from_ledger is not None:
        return from_ledger
    base = target.base_of(series.district)
    return None if base is None else Fraction(base)
