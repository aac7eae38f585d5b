"""Days, months and reporting periods. Every range of days here includes both its ends."""

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
        """How many months one reporting period lasts (0 for a day)."""
        return {Cadence.DAY: 0, Cadence.MONTH: 1, Cadence.QUARTER: 3}[self]


class Period(NamedTuple):
    """The days from `start` to `end`, both inclusive."""

    start: date
    end: date

    def clip(self, day: date) -> date:
        """`day`, or the period's last day once that has passed."""
        return min(day, self.end)

    @property
    def year_before(self) -> Period:
        """The same period a year earlier."""
        return Period(year_before(self.start), year_before(self.end))


def month_days(year: int, month: int) -> int:
    """How many days a month has."""
    if month == FEBRUARY:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 29 if leap else 28
    return 31 if month in LONG_MONTHS else 30


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, month_days(year, month))


def is_month_end(day: date) -> bool:
    """Whether `day` is the last of its month."""
    return day == month_end(day.year, day.month)


def position(day: date) -> Fraction:
    """The end of `day` on a line of months: 12·year + month − 1 + day ÷ days in the month (design.md section 5)."""
    whole = MONTHS_IN_YEAR * day.year + day.month - 1
    return whole + Fraction(day.day, month_days(day.year, day.month))


@lru_cache(maxsize=256)  # the targets of one report share their days
def months_between(earlier: date, later: date) -> Fraction:
    """Months from the end of `earlier` to the end of `later`; negative where they are the other way round."""
    return position(later) - position(earlier)


@lru_cache(maxsize=256)
def elapsed_share(day: date, start: date, end: date) -> Fraction:
    """序时进度: the share (0…1) of the days `start`…`end` gone by at the end of `day`, counted in months.

    share = (p(day) − p(start − 1 day)) ÷ (p(end) − p(start − 1 day)), so a month's end in a calendar year is k/12.
    """
    before = start - timedelta(days=1)
    share = months_between(before, day) / months_between(before, end)
    return min(max(share, Fraction(0)), Fraction(1))


def cadence_start(day: date, cadence: Cadence) -> date:
    """The first day of the reporting period that holds `day`."""
    if cadence is Cadence.DAY:
        return day
    return date(day.year, day.month - (day.month - 1) % cadence.months, 1)


def cadence_end(day: date, cadence: Cadence) -> date:
    """The last day of the reporting period that holds `day`."""
    if cadence is Cadence.DAY:
        return day
    first = cadence_start(day, cadence)
    return month_end(first.year, first.month + cadence.months - 1)


def last_complete(day: date, cadence: Cadence) -> date:
    """The last day of the latest reporting period that is over at the end of `day`."""
    if cadence_end(day, cadence) == day:
        return day
    return cadence_start(day, cadence) - timedelta(days=1)


def in_year(day: date, year: int) -> date:
    """The same day in another year; a month's last day maps to the month's last day (2025-02-28 ↔ 2024-02-29)."""
    return month_end(year, day.month) if is_month_end(day) else day.replace(year=year)


def year_before(day: date) -> date:
    """The same day a year earlier, as `in_year`."""
    return in_year(day, day.year - 1)
