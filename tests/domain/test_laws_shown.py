"""No figure that a person reads is better than the exact one behind it."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import GROWTH, TOTAL, figures, reading
from hypothesis import example, given
from hypothesis import strategies as st

from ordos_targets import locale
from ordos_targets.domain.targets import MONEY, Direction
from ordos_targets.locale.amounts import NOTHING, amount
from ordos_targets.report.numbers import actual_text, gap_text, percent, points

SIZES = {"亿元": 10**8, "万元": 10**4, "bn yuan": 10**9, "m yuan": 10**6, "k yuan": 10**3}
MONEY_TOTAL = TOTAL._replace(unit=MONEY)

ratios = st.fractions(min_value=-2, max_value=3, max_denominator=10**6)
numbers = st.fractions(min_value=-(10**12), max_value=10**12, max_denominator=10**5) | st.fractions(-100, 100)
languages = st.sampled_from(["zh", "en"])


def read(text: str) -> Fraction:
    """The number that a reader takes from a shown figure, in its base unit."""
    found = re.match(r"([−+]?)([\d,]+(?:\.\d+)?)\s*(.*)", text)
    assert found is not None
    size = SIZES.get(found[3], 1)
    return Fraction(found[2].replace(",", "")) * size * (-1 if found[1] == "−" else 1)


@given(ratios)
@example(Fraction(9996, 10000))
@example(Fraction(99999, 100000))
@example(Fraction(-1, 10**6))
def test_a_percentage_is_cut(ratio: Fraction) -> None:
    """It is at most 0.1 below the exact one and never above it, so 100 % is shown of what is reached only."""
    shown = read(percent(ratio))
    assert shown <= ratio * 100 < shown + Fraction(1, 10)
    assert (ratio >= 1) == (shown >= 100)


@given(ratios)
def test_how_much_of_a_cap_is_used_is_rounded_up(ratio: Fraction) -> None:
    """Where less is better, up is the honest side."""
    shown = read(percent(ratio, up=True))
    assert shown - Fraction(1, 10) < ratio * 100 <= shown


@given(ratios.map(lambda ratio: ratio * 100))
@example(Fraction(-1, 1000))
@example(Fraction(0))
def test_a_lead_is_cut_and_keeps_its_sign(lead: Fraction) -> None:
    """A hair behind is shown as behind, never as 0, and only what is ahead has a plus."""
    text = points(lead)
    assert read(text) <= lead < read(text) + Fraction(1, 10)
    assert (lead < 0) == text.startswith("−")
    assert (lead > 0) == text.startswith("+")


@given(numbers, st.sampled_from([MONEY, "个", "%", ""]), languages)
@example(Fraction(99999999), MONEY, "zh")
@example(Fraction("99999999.99"), MONEY, "en")
def test_an_amount_reached_is_cut(value: Fraction, unit: str, language: str) -> None:
    """In whatever unit an amount is shown, it is not above the exact one, and rounded up it is not below."""
    locale.activate(language)
    assert read(amount(value, unit)) <= value <= read(amount(value, unit, up=True))


@given(numbers, languages)
def test_a_shown_amount_is_near_the_exact_one(value: Fraction, language: str) -> None:
    """What is cut is less than a hundredth of the unit shown, so a figure is not only safe but useful."""
    locale.activate(language)
    cut, up = read(amount(value, MONEY)), read(amount(value, MONEY, up=True))
    size = max((size for size in SIZES.values() if abs(value) >= size and _spoken(size, language)), default=1)
    assert up - cut <= Fraction(size, 100)


def _spoken(size: int, language: str) -> bool:
    return size in ({10**8, 10**4} if language == "zh" else {10**9, 10**6, 10**3})


@given(numbers.map(abs), languages)
def test_a_gap_is_rounded_up_and_a_surplus_cut(value: Fraction, language: str) -> None:
    """What is missing is not shown smaller than it is, so no gap at all is shown of what is reached only."""
    locale.activate(language)
    for target in (TOTAL, MONEY_TOTAL, GROWTH):
        gap, surplus = read(gap_text(target, value)), read(gap_text(target, value, up=False))
        assert surplus <= value <= gap
        assert (value == 0) == (gap == 0)


@given(numbers, languages)
def test_an_actual_is_shown_from_the_side_that_does_not_flatter(value: Fraction, language: str) -> None:
    """More is better of a goal and worse of a cap."""
    locale.activate(language)
    assert read(actual_text(MONEY_TOTAL, value)) <= value
    assert value <= read(actual_text(MONEY_TOTAL._replace(direction=Direction.AT_MOST), value))


@given(st.decimals(0, 20, places=4))
@example(Decimal("9.9999"))
@example(Decimal(10))
def test_only_a_goal_that_is_reached_shows_as_whole(value: Decimal) -> None:
    """100 % and a gap of nothing are shown of a goal that is reached, and of no other."""
    found = figures(TOTAL, "2025-06-30", reading("2025-06-30", str(value)))
    reached = value >= 10
    assert reached == (read(percent(found.completion)) >= 100)
    assert reached == (read(gap_text(TOTAL, found.gap)) == 0)
    assert reached == found.reached


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (None, NOTHING),
        (Fraction(9996, 10000), "99.9%"),
        (Fraction(1), "100.0%"),
        (Fraction(2, 3), "66.6%"),
        (Fraction(-1, 3), "−33.4%"),
    ],
)
def test_percentages_as_they_are_shown(ratio: Fraction | None, text: str) -> None:
    """99.96 % shows as 99.9 %, and what does not exist as a dash."""
    assert text == percent(ratio)
