"""The two worked examples of the contract, every figure of them, through the whole of the arithmetic."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from domain.build import GROWTH, PAIR, TOTAL, day, increment, judged, reading

from ordos_targets.domain.assessment import Light, Status, TargetAssessment
from ordos_targets.domain.targets import MONEY, Scope

YI = 10**8


def growth_of_one_district() -> TargetAssessment:
    """2024 Jan-Jun 3.00亿, 2024 year 6.40亿, 2025 Jan-Jun 3.30亿, goal 20 %, as of 2025-07-05."""
    target = GROWTH._replace(scope=Scope.EACH, unit=MONEY, goal=Decimal(20))
    return judged(
        target,
        "2025-07-05",
        reading("2024-06-30", "300000000", "north"),
        reading("2024-12-31", "640000000", "north"),
        reading("2025-06-30", "330000000", "north"),
        districts=PAIR[:1],
    )


def test_growth_is_ten_percent_and_ten_points_short() -> None:
    """Growth = 3.30 ÷ 3.00 − 1 = 10.0 %; lead −10.0 points → lagging; nothing is scaled by time."""
    figures = growth_of_one_district().districts[0].figures
    assert Fraction(10) == figures.actual
    assert Fraction(-10) == figures.lead
    assert Status.LAGGING is figures.status
    assert Light.YELLOW is figures.light
    assert Fraction(10) == figures.gap
    assert Fraction(0) == figures.surplus
    assert Fraction(1, 2) == figures.completion
    assert (None, None) == (figures.expected, figures.expected_value)
    assert Fraction(10) == figures.projected


def test_growth_says_what_the_half_year_and_the_year_still_lack() -> None:
    """Short for the half year 0.30亿; for the year 6.40 × 1.2 − 3.30 = 4.38亿; a month 4.38 ÷ 6 = 0.73亿."""
    figures = growth_of_one_district().districts[0].figures
    assert figures.comparison is not None
    assert 3 * YI == figures.comparison.last_year
    assert day("2024-06-30") == figures.comparison.same_day
    assert Fraction(64, 10) * YI == figures.comparison.annual
    assert Fraction(30, 100) * YI == figures.comparison.short_to_date(Fraction(20))
    assert Fraction(438, 100) * YI == figures.gap_amount
    assert Fraction(73, 100) * YI == figures.needed_per_month
    assert (day("2025-06-30"), day("2025-06-30")) == (figures.paced_to, figures.data_date)


def test_growth_of_the_target_is_that_of_its_districts() -> None:
    """With one district of one short of the goal, the target lags too and lacks the same 4.38亿."""
    row = growth_of_one_district()
    assert (0, 1) == (row.districts_meeting, row.districts_total)
    assert Status.LAGGING is row.figures.status
    assert Fraction(1) == row.figures.gap
    assert Fraction(438, 100) * YI == row.figures.gap_amount


def test_total_is_at_forty_percent_where_fifty_are_expected() -> None:
    """Goal 10, four landed by 2025-06-30, as of 2025-07-05: 40 % against 50 % is −10 points → lagging."""
    landed = [increment("2025-02-14", "1"), increment("2025-04-30", "1"), increment("2025-06-30", "2")]
    figures = judged(TOTAL, "2025-07-05", *landed).figures
    assert Fraction(4) == figures.actual
    assert Fraction(2, 5) == figures.completion
    assert Fraction(1, 2) == figures.expected
    assert Fraction(5) == figures.expected_value
    assert Fraction(-10) == figures.lead
    assert Status.LAGGING is figures.status
    assert Fraction(6) == figures.gap
    assert Fraction(8) == figures.projected
    assert Fraction(1) == figures.needed_per_month
    assert day("2025-06-30") == figures.paced_to
