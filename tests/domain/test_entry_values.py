"""What a typed value means for a target, and what is refused and why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordos_targets.domain.amounts import ChangeOfAmount, NotANumber, NotExact, TooManyDecimals
from ordos_targets.domain.entries import EntryKind
from ordos_targets.domain.entry_values import (
    BareShare,
    EntryValue,
    GrowthIsComputed,
    MoneyWithoutUnit,
    NegativeShare,
    PercentNotExpected,
    PooledShare,
    ShareNotExpected,
    ShareOfNothing,
    UnitNotExpected,
    UnreadableShare,
    WrongUnit,
    is_unit_of,
    parse_entry_value,
)
from ordos_targets.domain.errors import AppError, ExitCode, UsageError
from ordos_targets.domain.names import Ambiguous, Misspelt, NothingToName, TextTooLong, Unknown, UnusualCharacter
from ordos_targets.domain.targets import Item, Measure, Plan, PlanKind, Scope, Target

ITEMS = (
    Item("hydrogen", "氢能", "Hydrogen"),
    Item("storage", "储能与新型电力系统", "Storage and grid"),
    Item("materials", "新型化工与新材料", "Chemicals and materials"),
)


def a_target(measure: Measure, unit: str = "", scope: Scope = Scope.WHOLE, unit_en: str = "") -> Target:
    return Target(
        id="t1",
        name="指标",
        measure=measure,
        scope=scope,
        unit=unit,
        unit_en=unit_en,
        goal=Decimal(10),
        start=date(2025, 1, 1),
        due=date(2025, 12, 31),
        plan=Plan(PlanKind.LINEAR),
        items=ITEMS if measure is Measure.CHECKLIST else (),
    )


FIRMS = a_target(Measure.TOTAL, "家", unit_en="firms")
MONEY = a_target(Measure.TOTAL, "元")
BARE = a_target(Measure.TOTAL)
POINTS = a_target(Measure.TOTAL, "%")
MASS = a_target(Measure.TOTAL, "千克")
LEVEL = a_target(Measure.LEVEL, "家")
LEVEL_PERCENT = a_target(Measure.LEVEL, "%")
DENSITY = a_target(Measure.LEVEL, "件/万人")
GROWTH = a_target(Measure.GROWTH, "元", Scope.EACH)
GROWTH_PERCENT = a_target(Measure.GROWTH, "%", Scope.EACH)
SHARE = a_target(Measure.SHARE, "家")
SHARE_BARE = a_target(Measure.SHARE)
SHARE_PERCENT = a_target(Measure.SHARE, "%")
SHARE_EACH = a_target(Measure.SHARE, "家", Scope.EACH)
SHARE_POOLED = a_target(Measure.SHARE, "家", Scope.PARTS)
SHARE_MONEY = a_target(Measure.SHARE, "元")
LIST = a_target(Measure.CHECKLIST)

FIGURES = [
    (FIRMS, "11", "11"),
    (FIRMS, "11家", "11"),
    (FIRMS, "十一家", "11"),
    (FIRMS, "11 firms", "11"),
    (FIRMS, "-2", "-2"),
    (FIRMS, "-2家", "-2"),
    (FIRMS, "0", "0"),
    (FIRMS, "1.5千", "1500"),
    (FIRMS, "1,234", "1234"),
    (MONEY, "2亿", "200000000"),
    (MONEY, "2亿元", "200000000"),
    (MONEY, "5,000万元", "50000000"),
    (MONEY, "¥1,234.56", "1234.56"),
    (MONEY, "-3万", "-30000"),
    (MONEY, "500元", "500"),
    (MONEY, "500 yuan", "500"),
    (MONEY, "0", "0"),
    (MONEY, "0.00", "0"),
    (MONEY, "零", "0"),
    (MONEY, "0元", "0"),
    (BARE, "7", "7"),
    (BARE, "2万", "20000"),
    (POINTS, "3%", "3"),
    (POINTS, "3", "3"),
    (POINTS, "下降3%", "-3"),
    (MASS, "40千克", "40"),
    (MASS, "40万千克", "400000"),
]

READINGS = [
    (LEVEL, "27", "27"),
    (LEVEL, "27家", "27"),
    (LEVEL_PERCENT, "53.3%", "53.3"),
    (LEVEL_PERCENT, "百分之五十三", "53"),
    (LEVEL_PERCENT, "下降3%", "-3"),
    (DENSITY, "3.5件/万人", "3.5"),
    (DENSITY, "3.5", "3.5"),
    (GROWTH, "3.30亿", "330000000"),
    (GROWTH, "3.30亿元", "330000000"),
    (GROWTH, "0", "0"),
    (GROWTH_PERCENT, "330", "330"),
]

SHARES = [
    (SHARE, "1020/2040", "1020", "2040"),
    (SHARE, "1020家/2040家", "1020", "2040"),
    (SHARE, "1020/2040家", "1020", "2040"),
    (SHARE, "１，０２０／２，０４０", "1020", "2040"),
    (SHARE, " 1020 家 / 2040 家 ", "1020", "2040"),
    (SHARE, "0/2040", "0", "2040"),
    (SHARE, "3000/2040", "3000", "2040"),
    (SHARE, "50%", "50", None),
    (SHARE, "０％", "0", None),
    (SHARE, "120%", "120", None),
    (SHARE, "百分之五十", "50", None),
    (SHARE_BARE, "5/10", "5", "10"),
    (SHARE_BARE, "5个/10个", "5", "10"),
    (SHARE_PERCENT, "5/10", "5", "10"),
    (SHARE_PERCENT, "5家/10家", "5", "10"),
    (SHARE_PERCENT, "53.3%", "53.3", None),
    (SHARE_EACH, "50%", "50", None),
    (SHARE_POOLED, "一千零二十/2040", "1020", "2040"),
    (SHARE_MONEY, "1.2亿/3亿元", "120000000", "300000000"),
    (SHARE_MONEY, "0/3亿", "0", "300000000"),
]

DONE = {
    "hydrogen": ("hydrogen", "h", "HYDROGEN", "氢能", "氢"),
    "storage": ("storage", "储能", "电力系统", "Storage and grid", "grid"),
    "materials": ("materials", "新材料", "化工", "　新型化工与新材料　"),
}

REFUSED = [
    (MONEY, "2", MoneyWithoutUnit, "2 of what? Write 2亿元, 2万元 or 2元"),
    (MONEY, "1,234.5", MoneyWithoutUnit, "1,234.5万元"),
    (MONEY, "-2", MoneyWithoutUnit, "-2亿元"),
    (MONEY, "三百", MoneyWithoutUnit, "三百万元"),
    (GROWTH, "3.3", MoneyWithoutUnit, "3.3亿元"),
    (SHARE_MONEY, "1/3亿", MoneyWithoutUnit, "1亿元"),
    (SHARE_MONEY, "1亿/3", MoneyWithoutUnit, "3亿元"),
    (MONEY, "5家", WrongUnit, "is in 家, but 指标 is counted in 元"),
    (MONEY, "5美元", WrongUnit, "is in 美元"),
    (FIRMS, "11个", WrongUnit, "is in 个, but 指标 is counted in 家"),
    (FIRMS, "11专家", WrongUnit, "is in 专家"),
    (FIRMS, "2亿元", WrongUnit, "is in 元"),
    (FIRMS, "¥2", WrongUnit, "is in 元"),
    (FIRMS, "5‰", WrongUnit, "is in ‰"),
    (LEVEL_PERCENT, "3个", WrongUnit, "is in 个"),
    (LEVEL_PERCENT, "3百分点", WrongUnit, "is in 百分点"),
    (SHARE, "5个/10个", WrongUnit, "is in 个"),
    (SHARE, "5家/10个", UnreadableShare, "in the same unit"),
    (BARE, "7家", UnitNotExpected, "指标 has no unit"),
    (FIRMS, "20%", PercentNotExpected, "is a percentage"),
    (LEVEL, "百分之二十", PercentNotExpected, "is a percentage"),
    (MONEY, "增长20%", PercentNotExpected, "is a percentage"),
    (BARE, "20%", PercentNotExpected, "is a percentage"),
    (GROWTH, "20%", GrowthIsComputed, "the growth of 指标 is computed: record the amount"),
    (GROWTH, "增长20%", GrowthIsComputed, "is computed"),
    (GROWTH_PERCENT, "20%", GrowthIsComputed, "is computed"),
    (FIRMS, "1020/2040", ShareNotExpected, "is a share, but 指标 is not one"),
    (SHARE, "50", BareShare, "50 percent, or 50 of how many?"),
    (SHARE, "0", BareShare, "1020/2040 or 50%"),
    (SHARE, "50家", BareShare, "50家 of how many?"),
    (SHARE_POOLED, "50%", PooledShare, "percentages cannot be pooled: instead of 50% write both numbers"),
    (SHARE_POOLED, "百分之五十", PooledShare, "like 1020/2040"),
    (SHARE_POOLED, "50", PooledShare, "instead of 50 write both"),
    (SHARE, "5/10/20", UnreadableShare, "not a share of one number in another"),
    (SHARE, "/10", UnreadableShare, "not a share"),
    (SHARE, "5/", UnreadableShare, "not a share"),
    (SHARE, "50%/10", UnreadableShare, "not a share"),
    (SHARE, "5/0", ShareOfNothing, "must be more than 0"),
    (SHARE, "0/0家", ShareOfNothing, "must be more than 0"),
    (SHARE, "-5/10", NegativeShare, "is a share below 0"),
    (SHARE, "5/-10", NegativeShare, "is a share below 0"),
    (SHARE, "-5%", NegativeShare, "is a share below 0"),
    (SHARE, "增长20%", ChangeOfAmount, "not with a share"),
    (SHARE, "下降3%", ChangeOfAmount, "not with a share"),
    (SHARE, "约5/10", NotExact, "because of “约”"),
    (SHARE, "50%以上", NotExact, "because of “以上”"),
    (SHARE, "½", UnusualCharacter, "U+00BD"),
    (FIRMS, "增加3家", ChangeOfAmount, "by how much something changed"),
    (FIRMS, "不少于3家", NotExact, "because of “不少于”"),
    (FIRMS, "NaN", NotANumber, "is not a number"),
    (FIRMS, "三清零", NotANumber, "is not a number"),
    (FIRMS, "", NotANumber, "is not a number"),
    (MONEY, "0.00001元", TooManyDecimals, "more than 4 decimals"),
]

ALL_ITEMS = [f"{item.id} {item.name}" for item in ITEMS]
UNKNOWN = [
    ("氢气能源", Misspelt, ALL_ITEMS, "hydrogen 氢能"),
    ("储能与新型电网系统", Misspelt, ALL_ITEMS, "storage 储能与新型电力系统"),
    ("新型", Ambiguous, ALL_ITEMS[1:], ""),
    ("and", Ambiguous, ALL_ITEMS[1:], ""),
    ("", Unknown, ALL_ITEMS, ""),
    ("1", Unknown, ALL_ITEMS, ""),
]

EVERY_TARGET = (FIRMS, MONEY, BARE, LEVEL, LEVEL_PERCENT, DENSITY, GROWTH, SHARE, SHARE_POOLED, SHARE_MONEY, LIST)


@pytest.mark.parametrize(("target", "text", "value"), FIGURES)
def test_a_total_takes_increments(target: Target, text: str, value: str) -> None:
    """What is typed for a total is an increment, or with to_date a reading, in the base unit."""
    assert EntryValue(EntryKind.INCREMENT, Decimal(value), None, None) == parse_entry_value(text, target)
    assert EntryValue(EntryKind.READING, Decimal(value), None, None) == parse_entry_value(text, target, to_date=True)


@pytest.mark.parametrize(("target", "text", "value"), READINGS)
def test_a_level_and_a_growth_take_readings(target: Target, text: str, value: str) -> None:
    """What is typed for a level or a growth is a reading, and to_date changes nothing."""
    expected = EntryValue(EntryKind.READING, Decimal(value), None, None)
    assert expected == parse_entry_value(text, target)
    assert expected == parse_entry_value(text, target, to_date=True)


@pytest.mark.parametrize(("target", "text", "value", "of"), SHARES)
def test_a_share_takes_two_numbers_or_a_percentage(target: Target, text: str, value: str, of: str | None) -> None:
    """A share is numerator and denominator, or a percentage where nothing is pooled, and may exceed 100 %."""
    expected = EntryValue(EntryKind.SHARE, Decimal(value), of if of is None else Decimal(of), None)
    assert expected == parse_entry_value(text, target)
    assert expected == parse_entry_value(text, target, to_date=True)


@pytest.mark.parametrize(("text", "item"), [(text, item) for item, texts in DONE.items() for text in texts])
def test_a_checklist_takes_an_item(text: str, item: str) -> None:
    """What is typed for a checklist names one of its items by id, name or an unambiguous part."""
    assert EntryValue(EntryKind.ITEM, None, None, item) == parse_entry_value(text, LIST)


@pytest.mark.parametrize(("target", "text", "failure", "part"), REFUSED)
def test_refuses_what_does_not_fit_the_target(target: Target, text: str, failure: type[UsageError], part: str) -> None:
    """Each misfit fails with its own class, a usage exit, and a message that says how to write it."""
    with pytest.raises(failure) as caught:
        parse_entry_value(text, target)
    assert failure is caught.type
    assert part in str(caught.value)
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(("text", "failure", "candidates", "suggestion"), UNKNOWN)
def test_refuses_an_item_that_is_not_clear(
    text: str, failure: type[UsageError], candidates: list[str], suggestion: str
) -> None:
    """An unknown or ambiguous item is refused with the candidates and the most similar one."""
    with pytest.raises(failure) as caught:
        parse_entry_value(text, LIST)
    assert failure is caught.type
    assert candidates == caught.value.params["candidates"]
    assert suggestion == caught.value.params["suggestion"]


def test_a_checklist_without_items_says_so() -> None:
    """A checklist that lists nothing cannot be recorded on, and the message does not print an empty list."""
    with pytest.raises(NothingToName, match="names none here"):
        parse_entry_value("氢能", LIST._replace(items=()))


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=1, max_value=10**9))
def test_a_written_share_reads_back(part: int, whole: int) -> None:
    """Writing any share out, with or without units and separators, and reading it is the identity."""
    expected = EntryValue(EntryKind.SHARE, Decimal(part), Decimal(whole), None)
    assert expected == parse_entry_value(f"{part}/{whole}", SHARE_POOLED)
    assert expected == parse_entry_value(f"{part:,}家／{whole:,} 家", SHARE_POOLED)


@given(
    st.one_of(st.text(), st.text(alphabet="0123456789.,-/%万亿元家个百分之二 ", max_size=10)),
    st.sampled_from(EVERY_TARGET),
    st.booleans(),
)
def test_any_text_reads_or_fails_cleanly(text: str, target: Target, to_date: bool) -> None:  # noqa: FBT001
    """Whatever is typed for whatever target either reads or raises a Failure, nothing else."""
    try:
        typed = parse_entry_value(text, target, to_date=to_date)
    except AppError as failure:
        assert failure.message.template  # noqa: PT017 - either outcome is fine
    else:
        assert (typed.item is None) == (typed.kind is not EntryKind.ITEM)
        assert (typed.value is None) == (typed.kind is EntryKind.ITEM)


def test_zero_reports_that_nothing_on_a_checklist_is_new() -> None:
    """`0` on a checklist is an increment of nothing: it shows that somebody reported, and finishes no item."""
    assert EntryValue(EntryKind.INCREMENT, Decimal(0), None, None) == parse_entry_value("０", LIST)


UNITS = [
    (FIRMS, "5", "家", "5"),
    (FIRMS, "5", "firms", "5"),
    (FIRMS, "5", "万家", "50000"),
    (FIRMS, "5", "万", "50000"),
    (FIRMS, "1.5", "千", "1500"),
    (FIRMS, "5万", "家", "50000"),
    (MONEY, "5", "万元", "50000"),
    (MONEY, "-5", "万元", "-50000"),
    (MONEY, "¥5", "万元", "50000"),
    (MONEY, "5", "¥", "5"),
    (MONEY, "三百", "万元", "3000000"),
    (MONEY, "2亿", "万元", "200000000"),
    (MONEY, "1,234.5", "元", "1234.5"),
    (MASS, "40", "千克", "40"),
    (MASS, "40", "万千克", "400000"),
    (DENSITY, "3.5", "件/万人", "3.5"),
    (POINTS, "下降3", "%", "-3"),
    (BARE, "2", "万", "20000"),
]


@pytest.mark.parametrize(("target", "text", "unit", "value"), UNITS)
def test_a_unit_may_stand_apart_from_its_figure(target: Target, text: str, unit: str, value: str) -> None:
    """A unit of the target multiplies a figure that has none, and gives way to one that stands in the figure."""
    assert Decimal(value) == parse_entry_value(text, target, unit=unit).value
    assert is_unit_of(unit, target) or unit == "元"


APART_REFUSED = [
    (FIRMS, "5", "2025", WrongUnit, "“5 2025” is in 2025"),
    (FIRMS, "5", "0", WrongUnit, "“5 0” is in 0"),
    (FIRMS, "5", "万元", WrongUnit, "“5万元” is in 元"),
    (FIRMS, "5", "thousands of", WrongUnit, "is in thousands of"),
    (FIRMS, "5", "%", PercentNotExpected, "“5%” is a percentage"),
    (FIRMS, "¥5", "家", NotANumber, "“¥5家” is not a number"),
    (FIRMS, "5以上", "家", NotExact, "because of “以上”"),
    (BARE, "5", "分", UnitNotExpected, "“5分” is in 分"),
    (MONEY, "5", "家", WrongUnit, "“5家” is in 家"),
    (GROWTH, "20", "%", GrowthIsComputed, "“20%” is a percentage"),
    (SHARE_POOLED, "50", "%", PooledShare, "instead of 50% write both"),
    (SHARE, "50", "家", BareShare, "50家 of how many"),
    (FIRMS, "5", "家" * 65, TextTooLong, "is too long"),
]


@pytest.mark.parametrize(("target", "text", "unit", "failure", "part"), APART_REFUSED)
def test_what_stands_apart_and_is_no_unit_of_the_target_is_refused(
    target: Target, text: str, unit: str, failure: type[UsageError], part: str
) -> None:
    """Digits are never read on from the figure into its unit, and another unit is refused as if typed behind it."""
    with pytest.raises(failure, match=part):
        parse_entry_value(text, target, unit=unit)


def test_a_share_may_stand_in_two_cells() -> None:
    """A denominator apart is a figure like the numerator, in the same unit; a slash in either is none of theirs."""
    share = parse_entry_value("1.2", SHARE_MONEY, unit="亿元", of="3")
    assert EntryValue(EntryKind.SHARE, Decimal(120_000_000), Decimal(300_000_000), None) == share
    assert EntryValue(EntryKind.SHARE, Decimal(5), Decimal(10), None) == parse_entry_value("5", SHARE, of="10家")
    assert Decimal(5) == parse_entry_value("5/10", SHARE_BARE, unit="%").value
    assert Decimal(5) == parse_entry_value("5/10", SHARE_PERCENT, unit="万元").value
    assert Decimal(5) == parse_entry_value("5", SHARE_PERCENT, unit="万元", of="10").value
    for text, of, unit in (("1/2", "3", ""), ("1", "2/3", ""), ("28.7%", "651", ""), ("28.7", "651", "%")):
        with pytest.raises(UnreadableShare):
            parse_entry_value(text, SHARE, unit=unit, of=of)
    for target in (FIRMS, LEVEL, LIST):
        with pytest.raises(ShareNotExpected):
            parse_entry_value("1", target, of="2")
