"""Days, months and reporting periods."""

from __future__ import annotations

from calendar import monthrange
from fractions import Fraction

import pytest
from domain.build import YEAR, day

from ordos_targets.domain.periods import (
    Cadence,
    Period,
    cadence_end,
    cadence_start,
    elapsed_share,
    last_complete,
    month_days,
    months_between,
    position,
    year_before,
)


def test_a_day_counts_as_its_share_of_its_month() -> None:
    """p(d) = 12·year + month − 1 + day ÷ days in the month, at the end of the day."""
    assert Fraction(12 * 2025 + 1) + Fraction(14, 28) == position(day("2025-02-14"))
    assert Fraction(12 * 2024 + 1) + Fraction(14, 29) == position(day("2024-02-14"))
    assert position(day("2025-02-28")) == Fraction(12 * 2025 + 2)


@pytest.mark.parametrize(
    ("on", "share"),
    [
        ("2024-12-31", Fraction(0)),
        ("2025-01-01", Fraction(1, 31 * 12)),
        ("2025-06-30", Fraction(1, 2)),
        ("2025-07-05", (6 + Fraction(5, 31)) / 12),
        ("2025-12-30", (11 + Fraction(30, 31)) / 12),
        ("2025-12-31", Fraction(1)),
        ("2026-03-01", Fraction(1)),
        ("2020-01-01", Fraction(0)),
    ],
)
def test_elapsed_share_of_the_year(on: str, share: Fraction) -> None:
    """The share counts to the end of the day, and is cut to 0…1 outside the period."""
    assert share == elapsed_share(day(on), YEAR.start, YEAR.end)


def test_months_between_two_days() -> None:
    """Months are counted from end of day to end of day, and backwards they are negative."""
    assert Fraction(6) == months_between(day("2025-06-30"), day("2025-12-31"))
    assert Fraction(-6) == months_between(day("2025-12-31"), day("2025-06-30"))
    assert Fraction(1, 30) == months_between(day("2025-06-14"), day("2025-06-15"))


@pytest.mark.parametrize(
    ("cadence", "on", "first", "last"),
    [
        (Cadence.DAY, "2025-05-20", "2025-05-20", "2025-05-20"),
        (Cadence.MONTH, "2025-02-01", "2025-02-01", "2025-02-28"),
        (Cadence.MONTH, "2024-02-29", "2024-02-01", "2024-02-29"),
        (Cadence.QUARTER, "2025-01-01", "2025-01-01", "2025-03-31"),
        (Cadence.QUARTER, "2025-05-20", "2025-04-01", "2025-06-30"),
        (Cadence.QUARTER, "2025-12-31", "2025-10-01", "2025-12-31"),
    ],
)
def test_the_reporting_period_that_holds_a_day(cadence: Cadence, on: str, first: str, last: str) -> None:
    """A reporting period is a day, a month or a quarter of the calendar, both ends included."""
    assert (day(first), day(last)) == (cadence_start(day(on), cadence), cadence_end(day(on), cadence))


@pytest.mark.parametrize(
    ("cadence", "on", "last"),
    [
        (Cadence.DAY, "2025-07-05", "2025-07-05"),
        (Cadence.MONTH, "2025-07-05", "2025-06-30"),
        (Cadence.MONTH, "2025-07-30", "2025-06-30"),
        (Cadence.MONTH, "2025-07-31", "2025-07-31"),
        (Cadence.MONTH, "2025-01-30", "2024-12-31"),
        (Cadence.QUARTER, "2025-07-05", "2025-06-30"),
        (Cadence.QUARTER, "2025-06-29", "2025-03-31"),
        (Cadence.QUARTER, "2025-06-30", "2025-06-30"),
        (Cadence.QUARTER, "2025-02-10", "2024-12-31"),
    ],
)
def test_the_latest_reporting_period_that_is_over(cadence: Cadence, on: str, last: str) -> None:
    """A period is over at the end of its last day, not a day earlier."""
    assert day(last) == last_complete(day(on), cadence)


@pytest.mark.parametrize(
    ("on", "before"),
    [
        ("2025-02-28", "2024-02-29"),
        ("2024-02-29", "2023-02-28"),
        ("2024-02-28", "2023-02-28"),
        ("2025-02-27", "2024-02-27"),
        ("2025-06-30", "2024-06-30"),
        ("2025-12-31", "2024-12-31"),
        ("2025-07-05", "2024-07-05"),
    ],
)
def test_the_same_day_a_year_before(on: str, before: str) -> None:
    """A month's last day maps to the month's last day, any other day to the day of the same number."""
    assert day(before) == year_before(day(on))


def test_a_period_cuts_days_at_its_end_and_has_one_before_it() -> None:
    """Days after the period count as its last; the period a year before has the same days."""
    assert YEAR.end == YEAR.clip(day("2026-02-01"))
    assert day("2025-02-01") == YEAR.clip(day("2025-02-01"))
    assert Period(day("2024-01-01"), day("2024-12-31")) == YEAR.year_before


@pytest.mark.parametrize("year", [1, 1900, 2000, 2023, 2024, 2100, 9999])
def test_a_month_has_as_many_days_as_in_the_calendar(year: int) -> None:
    """The number of days is that of Python's calendar, for every month of common, leap and secular years."""
    months = range(1, 13)
    assert [monthrange(year, month)[1] for month in months] == [month_days(year, month) for month in months]
