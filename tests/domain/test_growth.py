"""Growth over the year before: the same days compared, and what the year still needs."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import GROWTH, YEAR, context, day, districts, figures, increment, judged, reading

from ordos_targets.domain.assessment import Status
from ordos_targets.domain.entries import NewEntry
from ordos_targets.domain.growth import YearOverYear, year_over_year
from ordos_targets.domain.periods import Cadence
from ordos_targets.domain.series import Series
from ordos_targets.domain.targets import Direction, Scope, Target

PARTS = GROWTH._replace(scope=Scope.PARTS)


def compared(target: Target, until: str, *drafts: NewEntry) -> YearOverYear:
    """The two years of the whole target, as of a day of 2025."""
    series, scene = Series(target.id), context(until, *drafts)
    return year_over_year(target, series, scene.series.value_of(series, YEAR.start, scene.as_of), scene)


def test_both_years_are_taken_to_the_last_day_this_year_speaks_of() -> None:
    """As of September with figures to June, June is compared with June, not with last September."""
    entries = [reading("2024-06-30", "100"), reading("2024-09-30", "180"), reading("2025-06-30", "110")]
    found = compared(GROWTH, "2025-09-30", *entries)
    assert (Fraction(110), Fraction(100), day("2024-06-30")) == (found.this_year, found.last_year, found.same_day)
    assert Fraction(10) == found.growth


@pytest.mark.parametrize(("last_day", "known"), [("2024-02-29", Fraction(100)), ("2024-03-01", None)])
def test_the_end_of_february_is_compared_with_the_end_of_february(last_day: str, known: Fraction | None) -> None:
    """2025-02-28 maps to 2024-02-29, so a figure of that day counts and one of the day after does not."""
    found = compared(GROWTH, "2025-02-28", reading(last_day, "100"), reading("2025-02-28", "110"))
    assert day("2024-02-29") == found.same_day
    assert known == found.last_year


def test_february_in_a_leap_year_is_compared_with_all_of_february_before() -> None:
    """2024-02-29 maps to 2023-02-28, and 2025-02-27 to 2024-02-27, which leaves the 29th out."""
    entries = [increment("2024-02-27", "100"), increment("2024-02-29", "50"), reading("2025-02-27", "110")]
    assert Fraction(100) == compared(GROWTH, "2025-03-31", *entries).last_year


def test_the_year_before_is_unknown_without_an_entry_in_the_same_month() -> None:
    """With figures of May and July 2024 only, June 2025 has nothing to be compared with."""
    entries = [reading("2024-05-31", "80"), reading("2024-07-31", "120"), reading("2025-06-30", "110")]
    grown = figures(GROWTH, "2025-07-05", *entries)
    assert (None, None, None) == (grown.actual, grown.completion, grown.lead)
    assert (None, None, None) == (grown.gap, grown.surplus, grown.projected)
    assert Status.NO_DATA is grown.status


def test_an_entry_later_in_the_month_does_not_make_the_same_day_known() -> None:
    """To 2025-06-10 only what was known of June 2024 up to the tenth can be compared."""
    entries = [reading("2024-05-31", "80"), reading("2024-06-30", "100"), reading("2025-06-10", "90")]
    assert compared(GROWTH, "2025-06-10", *entries).last_year is None


def test_a_quarterly_target_knows_the_year_before_by_its_quarter() -> None:
    """With reports by quarter a figure of April 2024 makes June 2024 known; with monthly ones it does not."""
    entries = [reading("2024-04-30", "80"), reading("2025-06-30", "100")]
    quarterly = compared(GROWTH._replace(cadence=Cadence.QUARTER), "2025-06-30", *entries)
    assert (Fraction(80), Fraction(25)) == (quarterly.last_year, quarterly.growth)
    assert compared(GROWTH, "2025-06-30", *entries).growth is None


def test_a_daily_target_knows_the_year_before_by_its_month() -> None:
    """With daily reports, too, an entry of the same month is enough."""
    entries = [reading("2024-06-03", "80"), reading("2025-06-30", "100")]
    assert Fraction(25) == compared(GROWTH._replace(cadence=Cadence.DAY), "2025-06-30", *entries).growth


def test_growth_over_nothing_is_unknown() -> None:
    """Where last year's figure is 0 there is no growth, and the year still needs nothing by it."""
    entries = [reading("2024-06-30", "0"), reading("2024-12-31", "50"), reading("2025-06-30", "30")]
    grown = figures(GROWTH, "2025-06-30", *entries)
    assert grown.actual is None
    assert Fraction(30) == grown.gap_amount
    assert Fraction(5) == grown.needed_per_month


def test_the_annual_figure_comes_from_the_ledger_before_the_file() -> None:
    """Where the ledger holds last December, the base of the file is not asked."""
    entries = [reading("2024-12-31", "640"), reading("2025-06-30", "330")]
    assert Fraction(640) == compared(GROWTH._replace(base=Decimal(999)), "2025-06-30", *entries).annual


def test_the_annual_figure_comes_from_the_file_where_the_ledger_stops_earlier() -> None:
    """Last year's entries to October are no whole year: the base gives the amount still needed."""
    entries = [reading("2024-10-31", "500"), reading("2025-06-30", "330")]
    grown = figures(GROWTH._replace(base=Decimal(640)), "2025-07-05", *entries)
    assert grown.actual is None
    assert (Fraction(438), Fraction(73)) == (grown.gap_amount, grown.needed_per_month)


def test_without_a_base_nothing_is_said_of_the_year() -> None:
    """Neither ledger nor file has the year before: the amount still needed is unknown, not 0."""
    grown = figures(GROWTH, "2025-07-05", reading("2025-06-30", "330"))
    assert (None, None) == (grown.gap_amount, grown.needed_per_month)


def test_at_the_very_end_of_the_period_the_annual_base_is_the_same_day() -> None:
    """On 2025-12-31 the year is whole, so it is compared with the whole year before; a day earlier it is not."""
    target = GROWTH._replace(base=Decimal(640))
    assert Fraction(25) == figures(target, "2025-12-31", reading("2025-12-31", "800")).actual
    assert figures(target, "2025-12-31", reading("2025-12-30", "800")).actual is None


def test_what_was_short_to_date_and_for_the_year_is_never_negative() -> None:
    """More than the goal of the half year and of the year: nothing is short."""
    entries = [reading("2024-06-30", "100"), reading("2024-12-31", "200"), reading("2025-06-30", "300")]
    found = compared(GROWTH, "2025-06-30", *entries)
    assert Fraction(0) == found.short_to_date(Fraction(20))
    assert Fraction(0) == found.still_needed(Fraction(20))


def test_what_is_short_is_unknown_where_a_year_is() -> None:
    """Without last year's June nothing can be short of it; without a figure of this year all of it is missing."""
    this_year = compared(GROWTH, "2025-06-30", reading("2025-06-30", "300"))
    last_year = compared(GROWTH, "2025-06-30", reading("2024-12-31", "200"))
    assert [None, None] == [found.short_to_date(Fraction(20)) for found in (this_year, last_year)]
    assert [None, Fraction(240)] == [found.still_needed(Fraction(20)) for found in (this_year, last_year)]


def test_the_first_day_of_the_month_makes_it_known() -> None:
    """An entry of 1 June 2024 is one of that same month."""
    assert (
        Fraction(10)
        == compared(GROWTH, "2025-06-30", reading("2024-06-01", "100"), reading("2025-06-30", "110")).growth
    )


def test_not_to_shrink_is_a_goal_without_a_completion() -> None:
    """Nothing is a share of a goal of 0 %; the lead still says how far above it the growth is."""
    target = GROWTH._replace(goal=Decimal(0))
    grown = figures(target, "2025-06-30", reading("2024-06-30", "100"), reading("2025-06-30", "103"))
    assert (None, Fraction(3), Status.ON_TRACK) == (grown.completion, grown.lead, grown.status)


@pytest.mark.parametrize(("this_year", "growth"), [("100", "0"), ("90", "-10")])
def test_no_completion_where_nothing_grew(this_year: str, growth: str) -> None:
    """A growth of 0 or less is no share of its goal: completion is null, and the lead says how far it is off."""
    grown = figures(GROWTH, "2025-06-30", reading("2024-06-30", "100"), reading("2025-06-30", this_year))
    assert Fraction(growth) == grown.actual
    assert grown.completion is None
    assert Fraction(growth) - 20 == grown.lead


@pytest.mark.parametrize("on", ["2025-03-31", "2025-06-30", "2025-11-30"])
def test_growth_is_never_scaled_by_time(on: str) -> None:
    """15 % of a goal of 20 % lags by five points in March, in June and in November alike."""
    grown = figures(GROWTH, on, reading(on.replace("2025", "2024"), "100"), reading(on, "115"))
    assert (Fraction(-5), Status.LAGGING, None) == (grown.lead, grown.status, grown.expected)


def test_growth_reached_is_not_met_before_the_year_is_over_and_reported() -> None:
    """25 % in June leads by 5 points and is on track; the same in December is met, but not if November is the last."""
    june = [reading("2024-06-30", "100"), reading("2025-06-30", "125")]
    november = [reading("2024-11-30", "190"), reading("2025-11-30", "240")]
    december = [reading("2024-12-31", "200"), reading("2025-12-31", "250")]
    assert Status.ON_TRACK is figures(GROWTH, "2025-07-05", *june).status
    assert Status.ON_TRACK is figures(GROWTH, "2025-12-31", *june, *november).status
    assert Status.MISSED is figures(GROWTH, "2026-01-01", *june, *november).status
    assert Status.MET is figures(GROWTH, "2025-12-31", *june, *december).status


def test_growth_to_keep_under_a_cap() -> None:
    """A growth of 3 % under a cap of 5 % leads by two points, one of 6 % is one point off."""
    cap = GROWTH._replace(direction=Direction.AT_MOST, goal=Decimal(5))
    before = reading("2024-06-30", "100")
    kept = figures(cap, "2025-06-30", before, reading("2025-06-30", "103"))
    broken = figures(cap, "2025-06-30", before, reading("2025-06-30", "106"))
    assert (Fraction(2), Status.ON_TRACK, Fraction(0)) == (kept.lead, kept.status, kept.gap)
    assert (Fraction(-1), Status.LAGGING, Fraction(1)) == (broken.lead, broken.status, broken.gap)


def test_districts_are_pooled_as_sums_and_not_as_a_mean_of_growths() -> None:
    """100 → 200 and 900 → 900 is 1000 → 1100: 10 %, not the mean of 100 % and 0 %."""
    row = judged(
        PARTS,
        "2025-06-30",
        reading("2024-06-30", "100", "north"),
        reading("2024-06-30", "900", "south"),
        reading("2025-06-30", "200", "north"),
        reading("2025-06-30", "900", "south"),
    )
    assert Fraction(10) == row.figures.actual
    assert [Fraction(100), Fraction(0)] == [one.actual for one in districts(row).values()]


def test_pooled_growth_compares_each_district_to_its_own_last_day() -> None:
    """North reports to June and south to May: each is set against the same month of its own last year."""
    row = judged(
        PARTS,
        "2025-07-05",
        reading("2024-06-30", "100", "north"),
        reading("2024-05-31", "80", "south"),
        reading("2024-06-30", "999", "south"),
        reading("2025-06-30", "110", "north"),
        reading("2025-05-31", "88", "south"),
    )
    assert Fraction(10) == row.figures.actual
    assert row.figures.comparison is not None
    assert day("2024-06-30") == row.figures.comparison.same_day


def test_pooled_growth_is_unknown_as_soon_as_one_district_has_no_year_before() -> None:
    """A district that reports for the first time would count as growth from nothing."""
    entries = [reading("2024-06-30", "100", "north"), reading("2025-06-30", "110", "north")]
    alone = judged(PARTS, "2025-06-30", *entries).figures
    assert Fraction(10) == alone.actual
    joined = judged(PARTS, "2025-06-30", *entries, reading("2025-06-30", "50", "south")).figures
    assert joined.actual is None


def test_one_base_for_all_districts_gives_the_amount_still_needed() -> None:
    """The year before of both together is 640: 640 × 1.2 − 330 = 438 is still needed, 73 a month."""
    row = judged(
        PARTS._replace(base=Decimal(640)),
        "2025-07-05",
        reading("2025-06-30", "300", "north"),
        reading("2025-06-30", "30", "south"),
    )
    assert row.figures.actual is None
    assert (Fraction(438), Fraction(73)) == (row.figures.gap_amount, row.figures.needed_per_month)


def test_one_base_for_all_districts_is_the_same_day_once_all_have_reported_the_year() -> None:
    """500 and 300 to the year's end against a base of 640 is 25 %; with one of them alone it is unknown."""
    target = PARTS._replace(base=Decimal(640))
    north, south = reading("2025-12-31", "500", "north"), reading("2025-12-31", "300", "south")
    assert Fraction(25) == judged(target, "2025-12-31", north, south).figures.actual
    assert judged(target, "2025-12-31", north).figures.actual is None
