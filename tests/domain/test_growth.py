"""Growth over the year before: the same days compared, and what the year still needs."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import GROWTH, YEAR, context, day, districts, figures, increment, judged, readings

from ordos_targets.domain.assessment import Status
from ordos_targets.domain.entries import NewEntry
from ordos_targets.domain.growth import YearOverYear, year_over_year
from ordos_targets.domain.periods import Cadence
from ordos_targets.domain.series import Series
from ordos_targets.domain.targets import Direction, Scope, Target

PARTS = GROWTH._replace(scope=Scope.PARTS)
BASED, POOLED_BASE = (target._replace(base=Decimal(640)) for target in (GROWTH, PARTS))
CAP = GROWTH._replace(direction=Direction.AT_MOST, goal=Decimal(5))


def compared(target: Target, until: str, *drafts: NewEntry) -> YearOverYear:
    """The two years of the whole target, as of a day of 2025."""
    series, scene = Series(target.id), context(until, *drafts)
    return year_over_year(target, series, scene.series.value_of(series, YEAR.start, scene.as_of), scene)


# The entries, the day they are compared on, and what is found: with the same day of the year before.
COMPARED: dict[str, tuple[Target, str, str, dict[str, object]]] = {
    "both years are taken to the last day this year speaks of": (
        GROWTH, "2024-06-30=100 2024-09-30=180 2025-06-30=110", "2025-09-30",
        {"this_year": 110, "last_year": 100, "same_day": day("2024-06-30"), "growth": 10},
    ),
    "the end of February with the end of February": (
        GROWTH, "2024-02-29=100 2025-02-28=110", "2025-02-28", {"same_day": day("2024-02-29"), "last_year": 100},
    ),
    "and not with a day later": (
        GROWTH, "2024-03-01=100 2025-02-28=110", "2025-02-28", {"same_day": day("2024-02-29"), "last_year": None},
    ),
    "an entry later in the month does not make the same day known": (
        GROWTH, "2024-05-31=80 2024-06-30=100 2025-06-10=90", "2025-06-10", {"last_year": None},
    ),
    "the first day of the month makes it known": (
        GROWTH, "2024-06-01=100 2025-06-30=110", "2025-06-30", {"growth": 10},
    ),
    "a quarterly target knows the year before by its quarter": (
        GROWTH._replace(cadence=Cadence.QUARTER), "2024-04-30=80 2025-06-30=100", "2025-06-30",
        {"last_year": 80, "growth": 25},
    ),
    "a monthly one does not": (GROWTH, "2024-04-30=80 2025-06-30=100", "2025-06-30", {"growth": None}),
    "a daily target knows the year before by its month": (
        GROWTH._replace(cadence=Cadence.DAY), "2024-06-03=80 2025-06-30=100", "2025-06-30", {"growth": 25},
    ),
    "the annual figure comes from the ledger before the file": (
        BASED._replace(base=Decimal(999)), "2024-12-31=640 2025-06-30=330", "2025-06-30", {"annual": 640},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", COMPARED)
def test_the_same_days_of_two_years_are_compared(what: str) -> None:
    """Growth compares each day with its like of the year before, where an entry of its month makes that known."""
    target, entries, until, expected = COMPARED[what]
    found = compared(target, until, *readings(entries))
    assert expected == {name: getattr(found, name) for name in expected}


def test_february_in_a_leap_year_is_compared_with_all_of_february_before() -> None:
    """2024-02-29 maps to 2023-02-28, and 2025-02-27 to 2024-02-27, which leaves the 29th out."""
    entries = [increment("2024-02-27", "100"), increment("2024-02-29", "50"), *readings("2025-02-27=110")]
    assert Fraction(100) == compared(GROWTH, "2025-03-31", *entries).last_year


# The entries, the day, and the target's own figures.
GROWN: dict[str, tuple[Target, str, str, dict[str, object]]] = {
    "unknown without an entry in the same month": (
        GROWTH, "2024-05-31=80 2024-07-31=120 2025-06-30=110", "2025-07-05",
        dict.fromkeys(("actual", "completion", "lead", "gap", "surplus", "projected")) | {"status": Status.NO_DATA},
    ),
    "over nothing it is unknown, and what is needed is not": (
        GROWTH, "2024-06-30=0 2024-12-31=50 2025-06-30=30", "2025-06-30",
        {"actual": None, "gap_amount": 30, "needed_per_month": 5},
    ),
    "last year to October is no whole year: the base says what is needed": (
        BASED, "2024-10-31=500 2025-06-30=330", "2025-07-05",
        {"actual": None, "gap_amount": 438, "needed_per_month": 73},
    ),
    "without a base nothing is said of the year": (
        GROWTH, "2025-06-30=330", "2025-07-05", {"gap_amount": None, "needed_per_month": None},
    ),
    "at the very end of the period the base is the same day": (
        BASED, "2025-12-31=800", "2025-12-31", {"actual": 25},
    ),
    "a day earlier it is not": (BASED, "2025-12-30=800", "2025-12-31", {"actual": None}),
    "not to shrink is a goal without a completion": (
        GROWTH._replace(goal=Decimal(0)), "2024-06-30=100 2025-06-30=103", "2025-06-30",
        {"completion": None, "lead": 3, "status": Status.ON_TRACK},
    ),
    "no completion where nothing grew": (
        GROWTH, "2024-06-30=100 2025-06-30=100", "2025-06-30", {"actual": 0, "completion": None, "lead": -20},
    ),
    "nor where it shrank": (
        GROWTH, "2024-06-30=100 2025-06-30=90", "2025-06-30", {"actual": -10, "completion": None, "lead": -30},
    ),
    "reached in June it is not met": (
        GROWTH, "2024-06-30=100 2025-06-30=125", "2025-07-05", {"status": Status.ON_TRACK, "lead": 5},
    ),
    "nor in December as reported in November": (
        GROWTH, "2024-11-30=190 2025-11-30=240", "2025-12-31", {"status": Status.ON_TRACK},
    ),
    "and missed in January": (GROWTH, "2024-11-30=190 2025-11-30=240", "2026-01-01", {"status": Status.MISSED}),
    "met when the year is over and reported": (
        GROWTH, "2024-12-31=200 2025-12-31=250", "2025-12-31", {"status": Status.MET},
    ),
    "under a cap": (
        CAP, "2024-06-30=100 2025-06-30=103", "2025-06-30", {"lead": 2, "status": Status.ON_TRACK, "gap": 0},
    ),
    "over a cap": (
        CAP, "2024-06-30=100 2025-06-30=106", "2025-06-30", {"lead": -1, "status": Status.LAGGING, "gap": 1},
    ),
    # 15 % of a goal of 20 % lags by five points at any time of the year.
    **{
        f"never scaled by time, {on}": (
            GROWTH, f"2024-{on}=100 2025-{on}=115", f"2025-{on}",
            {"lead": -5, "status": Status.LAGGING, "expected": None},
        )
        for on in ("03-31", "06-30", "11-30")
    },
}  # fmt: skip


@pytest.mark.parametrize("what", GROWN)
def test_the_figures_of_a_growth(what: str) -> None:
    """Growth is judged by points above or below its goal, never by time, and met only when the year is over."""
    target, entries, as_of, expected = GROWN[what]
    found = figures(target, as_of, *readings(entries))
    assert expected == {name: getattr(found, name) for name in expected}


def test_what_is_short_is_never_negative_and_unknown_where_a_year_is() -> None:
    """Nothing is short above the goal; without last year's June nothing can be; without this year all is missing."""
    above, this_year, last_year = (
        compared(GROWTH, "2025-06-30", *readings(entries))
        for entries in ("2024-06-30=100 2024-12-31=200 2025-06-30=300", "2025-06-30=300", "2024-12-31=200")
    )
    goal = Fraction(20)
    assert [0, None, None] == [found.short_to_date(goal) for found in (above, this_year, last_year)]
    assert [0, None, 240] == [found.still_needed(goal) for found in (above, this_year, last_year)]


def test_districts_are_pooled_as_sums_and_not_as_a_mean_of_growths() -> None:
    """100 → 200 and 900 → 900 is 1000 → 1100: 10 %, not the mean of 100 % and 0 %."""
    entries = readings("2024-06-30=100@north 2024-06-30=900@south 2025-06-30=200@north 2025-06-30=900@south")
    row = judged(PARTS, "2025-06-30", *entries)
    assert Fraction(10) == row.figures.actual
    assert [Fraction(100), Fraction(0)] == [one.actual for one in districts(row).values()]


def test_pooled_growth_names_the_last_of_its_days() -> None:
    """North reports to June and south to May: what is shown is the June of the year before."""
    entries = readings("2024-06-30=100@north 2024-05-31=80@south 2025-06-30=110@north 2025-05-31=88@south")
    comparison = judged(PARTS, "2025-07-05", *entries).figures.comparison
    assert comparison is not None
    assert day("2024-06-30") == comparison.same_day


@pytest.mark.parametrize(
    ("target", "entries", "as_of", "expected"),
    [
        # North reports to June and south to May: each is set against the same month of its own last year.
        (PARTS, ("2024-06-30=100@north 2024-05-31=80@south 2024-06-30=999@south 2025-06-30=110@north "
                 "2025-05-31=88@south"), "2025-07-05", {"actual": 10}),
        (PARTS, "2024-06-30=100@north 2025-06-30=110@north", "2025-06-30", {"actual": 10}),
        # A district that reports for the first time would count as growth from nothing.
        (PARTS, "2024-06-30=100@north 2025-06-30=110@north 2025-06-30=50@south", "2025-06-30", {"actual": None}),
        # 640 × 1.2 − 330 = 438 is still needed, 73 a month.
        (POOLED_BASE, "2025-06-30=300@north 2025-06-30=30@south", "2025-07-05",
         {"actual": None, "gap_amount": 438, "needed_per_month": 73}),
        # One base is the same day once all have reported the year.
        (POOLED_BASE, "2025-12-31=500@north 2025-12-31=300@south", "2025-12-31", {"actual": 25}),
        (POOLED_BASE, "2025-12-31=500@north", "2025-12-31", {"actual": None}),
    ],
)  # fmt: skip
def test_pooled_growth(target: Target, entries: str, as_of: str, expected: dict[str, object]) -> None:
    """Each district is compared to its own last day, and one without a year before makes the whole unknown."""
    found = judged(target, as_of, *readings(entries)).figures
    assert expected == {name: getattr(found, name) for name in expected}
