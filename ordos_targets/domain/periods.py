"""Days, months and reporting periods. Every range of days includes both its ends."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

MONTHS_IN_YEAR = 12
FEBRUARY = 2
LONG_MONTHS = frozenset({1, 3, 5, 7, 8, 10, 12})


class Cadence(StrEnum):
    """How often figures are due."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"

    @property
    def months(self) -> int:
        """The months of one reporting period; 0 for a day."""
        return {Cadence.DAY: 0, Cadence.MONTH: 1, Cadence.QUARTER: 3}[self]


class Period(NamedTuple):
    """The days from `start` to `end`."""

    start: date
    end: date

    def clip(self, day: date) -> date:
        """Return `day`, or the period's last day once that has passed."""
        return min(day, self.end)

    @property
    def year_before(self) -> Period:
        """The same period a year earlier."""
        return Period(year_before(self.start), year_before(self.end))


def month_days(year: int, month: int) -> int:
    """Return the number of days of a month."""
    if month == FEBRUARY:
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 29 if is_leap else 28
    return 31 if month in LONG_MONTHS else 30


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, month_days(year, month))


def is_month_end(day: date) -> bool:
    """Return whether `day` is the last of its month."""
    return day.day == month_days(day.year, day.month)


def position(day: date) -> Fraction:
    """Return the end of `day` in months: 12·year + month − 1 + day ÷ days in the month (design.md, section 5)."""
    days = month_days(day.year, day.month)
    return Fraction((MONTHS_IN_YEAR * day.year + day.month - 1) * days + day.day, days)


@lru_cache(maxsize=256)  # the targets of a report share their days, here and below
def months_between(earlier: date, later: date) -> Fraction:
    """Return the months from the end of `earlier` to the end of `later`; negative in the other order."""
    return position(later) - position(earlier)


@lru_cache(maxsize=256)
def elapsed_share(day: date, start: date, end: date) -> Fraction:
    """Return the ratio (0…1) of the days `start` to `end` that is over at the end of `day`: 序时进度, in months.

    (p(day) − p(start − 1 day)) ÷ (p(end) − p(start − 1 day)), with p as in `position`; so the end of a month of a
    calendar year is exactly k/12.
    """
    before = start - timedelta(days=1)
    share = months_between(before, day) / months_between(before, end)
    return min(max(share, Fraction(0)), Fraction(1))


@lru_cache(maxsize=256)
def cadence_start(day: date, cadence: Cadence) -> date:
    """Return the first day of the reporting period that holds `day`."""
    if cadence is Cadence.DAY:
        return day
    return date(day.year, day.month - (day.month - 1) % cadence.months, 1)


def cadence_end(day: date, cadence: Cadence) -> date:
    """Return the last day of the reporting period that holds `day`."""
    if cadence is Cadence.DAY:
        return day
    first = cadence_start(day, cadence)
    return month_end(first.year, first.month + cadence.months - 1)


def last_complete(day: date, cadence: Cadence) -> date:
    """Return the last day of the latest reporting period that is over at the end of `day`."""
    if cadence_end(day, cadence) == day:
        return day
    return cadence_start(day, cadence) - timedelta(days=1)


def in_year(day: date, year: int) -> date:
    """Return the same day in another year; the last day of a month maps to the last (2025-02-28 to 2024-02-29)."""
    return month_end(year, day.month) if is_month_end(day) else day.replace(year=year)


@lru_cache(maxsize=256)
def year_before(day: date) -> date:
    """Return the same day a year earlier, as `in_year` does."""
    return in_year(day, day.year - 1)
