"""Figures as the numbers of a spreadsheet: exact, in a unit that adds up, and never flattering once shown."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from domain.build import GROWTH, TOTAL
from hypothesis import given
from hypothesis import strategies as st

from ordos_targets import locale
from ordos_targets.domain.assessment import Assessment
from ordos_targets.domain.targets import MONEY, Direction, Target
from ordos_targets.report import numbers
from ordos_targets.report.numbers import ExcelNumber

MONEY_TOTAL = TOTAL._replace(unit=MONEY, goal=Decimal(200_000_000))
UNIT = TOTAL._replace(unit="个", unit_en="projects")
FIGURES = Assessment(paced_to=TOTAL.start, due=TOTAL.due)


def as_displayed(number: ExcelNumber) -> Fraction:
    """What a spreadsheet shows of the stored number: it rounds half away from zero at the format's last decimal."""
    step = Decimal(1).scaleb(-number.decimals - 2 * number.percent)
    return Fraction(Decimal(repr(number.stored)).quantize(step, ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("number", "stored"),
    [
        (ExcelNumber(value=Fraction("0.4"), decimals=1, percent=True), 0.4),
        (ExcelNumber(value=Fraction("0.9996"), decimals=1, percent=True), 0.999),
        (ExcelNumber(value=Fraction("0.4004"), decimals=1, percent=True), 0.4004),
        (ExcelNumber(value=Fraction("0.4005"), decimals=1, percent=True), 0.4),
        (ExcelNumber(value=Fraction(2, 3), decimals=1, percent=True), 0.666),
        (ExcelNumber(value=Fraction(1), decimals=1, percent=True), 1),
        (ExcelNumber(value=Fraction("-0.0625"), decimals=1, percent=True), -0.063),
        (ExcelNumber(value=Fraction("0.0004"), decimals=1, percent=True, up=True), 0.001),
        (ExcelNumber(value=Fraction("0.9996"), decimals=1, percent=True, up=True), 0.9996),
        (ExcelNumber(value=Fraction("1999.996"), decimals=2), 1999.99),
        (ExcelNumber(value=Fraction("7500.123"), decimals=2), 7500.123),
        (ExcelNumber(value=Fraction(10)), 10),
    ],
)
def test_a_number_is_cut_only_where_showing_it_would_flatter(number: ExcelNumber, stored: float) -> None:
    """99.96 % is stored as 99.9 %, as its cell would show 100.0 %; 40.04 % shows as 40.0 % and stays exact."""
    assert stored == number.stored


@given(
    value=st.fractions(-1000, 1000, max_denominator=100_000),
    decimals=st.integers(0, 3),
    percent=st.booleans(),
    up=st.booleans(),
)
def test_no_shown_number_flatters(*, value: Fraction, decimals: int, percent: bool, up: bool) -> None:
    """What a cell shows is the figure or less (more, where less would flatter), by less than its last decimal."""
    number = ExcelNumber(value=value, decimals=decimals, percent=percent, up=up)
    short = (as_displayed(number) - value) if up else (value - as_displayed(number))
    assert 0 <= short < Fraction(1, 10 ** (decimals + 2 * percent))


@pytest.mark.parametrize(
    ("language", "target", "value", "stored", "code"),
    [
        ("zh", MONEY_TOTAL, "75000000", 7500, '#,##0.00"万元"'),
        ("en", MONEY_TOTAL, "75000000", 75, '#,##0.00" m yuan"'),
        ("zh", MONEY_TOTAL, "75001234.5678", 7500.12345678, '#,##0.00"万元"'),
        ("zh", MONEY_TOTAL, "45.5", 0.00455, '#,##0.00000"万元"'),
        ("zh", MONEY_TOTAL, "0", 0, '#,##0.00"万元"'),
        ("zh", UNIT, "4", 4, '#,##0"个"'),
        ("en", UNIT, "4", 4, '[=1]#,##0" project";#,##0" projects"'),
        ("en", UNIT, "12.3456", 12.3456, '[=1]#,##0.0000" project";#,##0.0000" projects"'),
        ("zh", UNIT._replace(unit="km"), "4", 4, '#,##0" km"'),
        ("zh", UNIT._replace(unit=""), "4", 4, "#,##0"),
        ("zh", GROWTH, "10", 0.1, "0.0%"),
    ],
)
def test_an_actual_bears_its_unit_in_the_format(
    language: str, target: Target, value: str, stored: float, code: str
) -> None:
    """Money is in one unit throughout, so that a column adds up; counts and percentages are plain numbers."""
    locale.activate(language)
    number = numbers.excel_actual(target, Fraction(value))
    assert number
    assert (stored, code) == (number.stored, number.format)


@pytest.mark.parametrize(
    ("target", "value", "each", "stored", "code"),
    [
        (GROWTH, "20", False, 0.2, '"≥"0.0%;"≥"-0.0%'),
        (GROWTH, "20", True, 0.2, '"各旗区≥"0.0%;"各旗区≥"-0.0%'),
        (GROWTH._replace(direction=Direction.AT_MOST), "-3.125", False, -0.03125, '"≤"0.000%;"≤"-0.000%'),
        (UNIT, "10", False, 10, '"≥"#,##0"个";"≥"-#,##0"个"'),
        (MONEY_TOTAL, "123456789.1234", False, 12345.67891234, '"≥"#,##0.00000000"万元";"≥"-#,##0.00000000"万元"'),
    ],
)
def test_a_goal_is_shown_in_full(
    target: Target,
    value: str,
    each: bool,  # noqa: FBT001
    stored: float,
    code: str,
) -> None:
    """Nothing is cut from a goal; its format tells whether it is a floor or a cap, and that each district has it."""
    locale.activate("zh")
    number = numbers.excel_goal(target, Fraction(value), each=each)
    assert number
    assert (stored, code) == (number.stored, number.format)


@pytest.mark.parametrize(
    ("target", "gap", "districts", "stored", "code"),
    [
        (GROWTH, "10", False, 10, '#,##0.0" points"'),
        (GROWTH, "0.04", False, 0.1, '#,##0.0" points"'),
        (GROWTH, "4", True, 4, '[=1]#,##0" district";#,##0" districts"'),
        (MONEY_TOTAL, "2000000.001", False, 2.01, '#,##0.00" m yuan"'),
    ],
)
def test_a_gap_is_in_points_districts_or_the_goals_unit(
    target: Target,
    gap: str,
    districts: bool,  # noqa: FBT001
    stored: float,
    code: str,
) -> None:
    """The gap of a percentage is in points, that of a goal for every district a count of districts; no rest is lost."""
    number = numbers.excel_gap(target, FIGURES._replace(gap=Fraction(gap)), districts=districts)
    assert number
    assert (stored, code) == (number.stored, number.format)


def test_what_does_not_exist_has_no_number() -> None:
    """A figure that is not there gives no number, which is not 0."""
    results = [numbers.excel_share(None), numbers.excel_goal(TOTAL, None), numbers.excel_actual(TOTAL, None)]
    assert [None] * 4 == [*results, numbers.excel_gap(TOTAL, FIGURES, districts=False)]


@pytest.mark.parametrize("unit", ['"', 'a"b', '"";@', "[Red]", "\\", "x" * 500, "个\u200b"])
def test_no_unit_breaks_out_of_its_format(unit: str) -> None:
    """Whatever a unit is made of stands quoted in the format, which stays within a spreadsheet's 255 characters."""
    number = numbers.excel_goal(TOTAL._replace(unit=unit, goal=Decimal("1.2345")), Fraction("1.2345"))
    assert number
    outside = "".join(number.format.split('"')[::2])
    assert (True, set()) == (len(number.format) <= 255, set(outside) - set("[=1]#,##0.;-"))


@pytest.mark.parametrize(
    ("value", "unit", "stored", "code", "unit_shown"),
    [
        ("330000000", "元", 33000, "#,##0.00", "万元"),
        ("0.0001", "元", 0.00000001, "#,##0.00000000", "万元"),
        ("28.5", "%", 0.285, "0.0%", "%"),
        ("-2", "个", -2, "#,##0", "个"),
    ],
)
def test_an_entry_is_shown_in_full(value: str, unit: str, stored: float, code: str, unit_shown: str) -> None:
    """Nothing is cut from a recorded figure; its unit stands beside it."""
    locale.activate("zh")
    number, word = numbers.excel_recorded(Fraction(value), unit)
    assert (stored, code, unit_shown) == (number.stored, number.format, word)
