"""Figures that were published, computed again: the arithmetic is the one the field uses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import GROWTH, LEVEL, TOTAL, book, day, districts, figures, goals_of, increment, judged, reading

from ordos_targets.domain.assessment import Assessment, Status
from ordos_targets.domain.periods import Period, elapsed_share
from ordos_targets.domain.rollup import assess_target
from ordos_targets.domain.slices import AssessmentContext
from ordos_targets.domain.targets import MONEY, District, Scope
from ordos_targets.locale.amounts import truncate
from ordos_targets.report.numbers import percent, points

WAN = 10**4


def test_fiscal_expenditure_of_inner_mongolia_grew_by_13_65_percent() -> None:
    """2020 32.38亿, 3.89亿 more than 2019, give 13.65 %; the 13.67 % published come from unrounded figures."""
    year = Period(date(2020, 1, 1), date(2020, 12, 31))
    target = GROWTH._replace(unit=MONEY, start=year.start, due=year.end)
    entries = book(reading("2019-12-31", "2849000000"), reading("2020-12-31", "3238000000"))
    grown = assess_target(target, AssessmentContext(goals_of(year), day("2021-01-15"), entries)).figures
    assert Fraction(38900, 2849) == grown.actual
    assert "13.65" == truncate(Fraction(38900, 2849), 2)
    half = Fraction(5, 1000)
    least = (Fraction("3.89") - half) / (Fraction("28.49") + half)
    most = (Fraction("3.89") + half) / (Fraction("28.49") - half)
    assert least < Fraction("0.1367") < most


def three_zero_firms(*, restarts: bool) -> Assessment:
    """Ordos to the end of 2023: 190 firms in all, 73 of them new in 2023 (11 in Dongsheng by 2023-07-31)."""
    year = Period(date(2023, 1, 1), date(2023, 12, 31))
    goal = Decimal(70 if restarts else 187)  # illustrative: no goal of 2023 is published
    target = (TOTAL if restarts else LEVEL)._replace(goal=goal, start=year.start, due=year.end)
    entries = book(
        increment("2022-12-31", "117"),
        increment("2023-07-31", "11", "dongsheng"),
        increment("2023-12-31", "62"),
    )
    return assess_target(target, AssessmentContext(goals_of(year), day("2023-12-31"), entries)).figures


def test_three_zero_firms_of_ordos_were_73_new_and_190_in_all() -> None:
    """As a total the year's series restarts and says 73; as a level it goes on and says 190."""
    assert 73 == three_zero_firms(restarts=True).actual
    assert 190 == three_zero_firms(restarts=False).actual
    assert 3 == three_zero_firms(restarts=True).surplus == three_zero_firms(restarts=False).surplus


def test_november_2020_is_eleven_twelfths_of_the_year() -> None:
    """Xuancheng's 91.7 % is 11/12, rounded; it is shown cut, as 91.6 %."""
    elapsed = elapsed_share(day("2020-11-30"), day("2020-01-01"), day("2020-12-31"))
    assert Fraction(11, 12) == elapsed
    assert "91.6%" == percent(elapsed)


@pytest.mark.parametrize(
    ("so_far", "status"),
    [("917", Status.ON_TRACK), ("916", Status.LAGGING), ("817", Status.LAGGING), ("816", Status.BEHIND)],
)
def test_below_eleven_twelfths_is_behind_the_calendar(so_far: str, status: Status) -> None:
    """Xuancheng, January to November: what stands below 91.7 % of its goal is behind, here from lagging on."""
    target = TOTAL._replace(goal=Decimal(1000))
    assert status is figures(target, "2025-11-30", reading("2025-11-30", so_far)).status


@pytest.mark.parametrize(("this_year", "status"), [("1070", Status.ON_TRACK), ("1069.9", Status.LAGGING)])
def test_growth_below_its_goal_is_behind_in_november_too(this_year: str, status: Status) -> None:
    """Xuancheng's other rule: growth is behind when it is below its goal, not below 91.7 % of it."""
    target = GROWTH._replace(goal=Decimal(7))
    grown = figures(target, "2025-11-30", reading("2024-11-30", "1000"), reading("2025-11-30", this_year))
    assert status is grown.status


def test_foreign_capital_at_the_third_quarter_is_21_7_points_below() -> None:
    """53.3 % of the goal at the end of September is 75 − 53.3 = 21.7 points below."""
    capital = figures(TOTAL._replace(goal=Decimal(1000)), "2025-09-30", reading("2025-09-30", "533"))
    assert Fraction("0.533") == capital.completion
    assert Fraction(3, 4) == capital.expected
    assert Fraction("-21.7") == capital.lead
    assert "−21.7" == points(capital.lead)
    assert Status.BEHIND is capital.status


def test_growth_of_6_1_against_7_percent_is_0_9_points_below() -> None:
    """Growth is compared with its goal directly, in the middle of the year as well."""
    grown = figures(
        GROWTH._replace(goal=Decimal(7)), "2025-06-30", reading("2024-06-30", "1000"), reading("2025-06-30", "1061")
    )
    assert Fraction("6.1") == grown.actual
    assert Fraction("-0.9") == grown.lead
    assert "−0.9" == points(grown.lead)


def test_districts_of_chongqing_need_not_add_up_to_the_city() -> None:
    """2017: 236,806 + 358,771 = 595,577万元 by district, 593,077 published for the city; each figure stays as it is."""
    areas = (District("core", "主城"), District("rest", "其他"))
    money = TOTAL._replace(unit=MONEY, goal=Decimal(600000 * WAN))
    by_district = judged(
        money._replace(scope=Scope.PARTS),
        "2025-12-31",
        reading("2025-12-31", "2368060000", "core"),
        reading("2025-12-31", "3587710000", "rest"),
        districts=areas,
    )
    city = figures(money, "2025-12-31", reading("2025-12-31", "5930770000"))
    assert 595577 * WAN == by_district.figures.actual
    assert [236806 * WAN, 358771 * WAN] == [one.actual for one in districts(by_district).values()]
    assert 593077 * WAN == city.actual
