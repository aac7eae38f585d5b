"""What a typed value means for a target, and what is refused and why."""

from __future__ import annotations

from decimal import Decimal

import pytest
from domain.build import a_target
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
from ordos_targets.domain.targets import Item, Measure, Scope, Target

ITEMS = (
    Item("hydrogen", "氢能", "Hydrogen"),
    Item("storage", "储能与新型电力系统", "Storage and grid"),
    Item("materials", "新型化工与新材料", "Chemicals and materials"),
)


def goal(measure: Measure, unit: str = "", scope: Scope = Scope.WHOLE, unit_en: str = "") -> Target:
    items = ITEMS if measure is Measure.CHECKLIST else ()
    return a_target(measure, scope=scope, unit=unit, unit_en=unit_en, items=items)


def rows(target: Target, joined: str) -> list[tuple[Target, *tuple[str, ...]]]:
    """The rows of a table written as `text=value|text=value`, each with its target."""
    return [(target, *row.split("=")) for row in joined.split("|")]


def refused(target: Target, failure: type[UsageError], joined: str) -> list[tuple[object, ...]]:
    """The rows of a table written as `text=part of the message`, each with its target and failure."""
    return [(target, failure, *row.split("=")) for row in joined.split("|")]


FIRMS = goal(Measure.TOTAL, "家", unit_en="firms")
MONEY = goal(Measure.TOTAL, "元")
BARE = goal(Measure.TOTAL)
POINTS = goal(Measure.TOTAL, "%")
MASS = goal(Measure.TOTAL, "千克")
LEVEL = goal(Measure.LEVEL, "家")
LEVEL_PERCENT = goal(Measure.LEVEL, "%")
DENSITY = goal(Measure.LEVEL, "件/万人")
GROWTH = goal(Measure.GROWTH, "元", Scope.EACH)
GROWTH_PERCENT = goal(Measure.GROWTH, "%", Scope.EACH)
SHARE = goal(Measure.SHARE, "家")
SHARE_BARE = goal(Measure.SHARE)
SHARE_PERCENT = goal(Measure.SHARE, "%")
SHARE_EACH = goal(Measure.SHARE, "家", Scope.EACH)
SHARE_POOLED = goal(Measure.SHARE, "家", Scope.PARTS)
SHARE_MONEY = goal(Measure.SHARE, "元")
LIST = goal(Measure.CHECKLIST)

FIGURES = [
    *rows(FIRMS, "11=11|11家=11|十一家=11|11 firms=11|-2=-2|-2家=-2|0=0|1.5千=1500|1,234=1234"),
    *rows(
        MONEY,
        "2亿=200000000|2亿元=200000000|5,000万元=50000000|¥1,234.56=1234.56|-3万=-30000|500元=500|500 yuan=500|0=0|"
        "0.00=0|零=0|0元=0",
    ),
    *rows(BARE, "7=7|2万=20000"),
    *rows(POINTS, "3%=3|3=3|下降3%=-3"),
    *rows(MASS, "40千克=40|40万千克=400000"),
]

READINGS = [
    *rows(LEVEL, "27=27|27家=27"),
    *rows(LEVEL_PERCENT, "53.3%=53.3|百分之五十三=53|下降3%=-3"),
    *rows(DENSITY, "3.5件/万人=3.5|3.5=3.5"),
    *rows(GROWTH, "3.30亿=330000000|3.30亿元=330000000|0=0"),
    *rows(GROWTH_PERCENT, "330=330"),
]

SHARES = [
    *rows(
        SHARE,
        "1020/2040=1020=2040|1020家/2040家=1020=2040|1020/2040家=1020=2040|１，０２０／２，０４０=1020=2040|"
        " 1020 家 / 2040 家 =1020=2040|0/2040=0=2040|3000/2040=3000=2040|50%=50=|０％=0=|120%=120=|百分之五十=50=",
    ),
    *rows(SHARE_BARE, "5/10=5=10|5个/10个=5=10"),
    *rows(SHARE_PERCENT, "5/10=5=10|5家/10家=5=10|53.3%=53.3="),
    *rows(SHARE_EACH, "50%=50="),
    *rows(SHARE_POOLED, "一千零二十/2040=1020=2040"),
    *rows(SHARE_MONEY, "1.2亿/3亿元=120000000=300000000|0/3亿=0=300000000"),
]

DONE = {
    "hydrogen": ("hydrogen", "h", "HYDROGEN", "氢能", "氢"),
    "storage": ("storage", "储能", "电力系统", "Storage and grid", "grid"),
    "materials": ("materials", "新材料", "化工", "　新型化工与新材料　"),
}

REFUSED = [
    *refused(
        MONEY,
        MoneyWithoutUnit,
        "2=“2” has no unit; write 2亿元, 2万元 or 2元|1,234.5=1,234.5万元|-2=-2亿元|三百=三百万元",
    ),
    *refused(GROWTH, MoneyWithoutUnit, "3.3=3.3亿元"),
    *refused(SHARE_MONEY, MoneyWithoutUnit, "1/3亿=1亿元|1亿/3=3亿元"),
    *refused(MONEY, WrongUnit, "5家=is in 家, but 指标 is counted in 元|5美元=is in 美元"),
    *refused(
        FIRMS,
        WrongUnit,
        "11个=is in 个, but 指标 is counted in 家|11专家=is in 专家|2亿元=is in 元|¥2=is in 元|5‰=is in ‰",
    ),
    *refused(LEVEL_PERCENT, WrongUnit, "3个=is in 个|3百分点=is in 百分点"),
    *refused(SHARE, WrongUnit, "5个/10个=is in 个"),
    *refused(
        SHARE,
        UnreadableShare,
        "5家/10个=in the same unit|5/10/20=is not a share; write both numbers|/10=not a share|5/=not a share|"
        "50%/10=not a share",
    ),
    *refused(BARE, UnitNotExpected, "7家=指标 has no unit"),
    *refused(FIRMS, PercentNotExpected, "20%=is a percentage"),
    *refused(LEVEL, PercentNotExpected, "百分之二十=is a percentage"),
    *refused(MONEY, PercentNotExpected, "增长20%=is a percentage"),
    *refused(BARE, PercentNotExpected, "20%=is a percentage"),
    *refused(GROWTH, GrowthIsComputed, "20%=the growth of 指标 is computed: record the amount|增长20%=is computed"),
    *refused(GROWTH_PERCENT, GrowthIsComputed, "20%=is computed"),
    *refused(FIRMS, ShareNotExpected, "1020/2040=is a share, but 指标 is not one"),
    *refused(SHARE, BareShare, "50=“50” is ambiguous|0=1020/2040 or 50%|50家=“50家” is ambiguous"),
    *refused(
        SHARE_POOLED,
        PooledShare,
        "50%=“50%” is a percentage, but 指标 pools the shares|百分之五十=like 1020/2040|50=“50” is a percentage",
    ),
    *refused(SHARE, ShareOfNothing, "5/0=must be more than 0|0/0家=must be more than 0"),
    *refused(SHARE, NegativeShare, "-5/10=is negative|5/-10=is negative|-5%=is negative"),
    *refused(SHARE, ChangeOfAmount, "增长20%=that are not shares|下降3%=that are not shares"),
    *refused(SHARE, NotExact, "约5/10=because of “约”|50%以上=because of “以上”"),
    *refused(SHARE, UnusualCharacter, "½=U+00BD"),
    *refused(FIRMS, ChangeOfAmount, "增加3家=is a change"),
    *refused(FIRMS, NotExact, "不少于3家=because of “不少于”"),
    *refused(FIRMS, NotANumber, "NaN=is not a number|三清零=is not a number|=is not a number"),
    *refused(MONEY, TooManyDecimals, "0.00001元=more than 4 decimals"),
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
def test_a_share_takes_two_numbers_or_a_percentage(target: Target, text: str, value: str, of: str) -> None:
    """A share is numerator and denominator, or a percentage where nothing is pooled, and may exceed 100 %."""
    expected = EntryValue(EntryKind.SHARE, Decimal(value), Decimal(of) if of else None, None)
    assert expected == parse_entry_value(text, target)
    assert expected == parse_entry_value(text, target, to_date=True)


@pytest.mark.parametrize(("text", "item"), [(text, item) for item, texts in DONE.items() for text in texts])
def test_a_checklist_takes_an_item(text: str, item: str) -> None:
    """What is typed for a checklist names one of its items by id, name or an unambiguous part."""
    assert EntryValue(EntryKind.ITEM, None, None, item) == parse_entry_value(text, LIST)


@pytest.mark.parametrize(("target", "failure", "text", "part"), REFUSED)
def test_refuses_what_does_not_fit_the_target(target: Target, failure: type[UsageError], text: str, part: str) -> None:
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
    with pytest.raises(NothingToName, match="lists none"):
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
    *rows(FIRMS, "5=家=5|5=firms=5|5=万家=50000|5=万=50000|1.5=千=1500|5万=家=50000"),
    *rows(
        MONEY, "5=万元=50000|-5=万元=-50000|¥5=万元=50000|5=¥=5|三百=万元=3000000|2亿=万元=200000000|1,234.5=元=1234.5"
    ),
    *rows(MASS, "40=千克=40|40=万千克=400000"),
    *rows(DENSITY, "3.5=件/万人=3.5"),
    *rows(POINTS, "下降3=%=-3"),
    *rows(BARE, "2=万=20000"),
]


@pytest.mark.parametrize(("target", "text", "unit", "value"), UNITS)
def test_a_unit_may_stand_apart_from_its_figure(target: Target, text: str, unit: str, value: str) -> None:
    """A unit of the target multiplies a figure that has none, and gives way to one that stands in the figure."""
    assert Decimal(value) == parse_entry_value(text, target, unit=unit).value
    assert is_unit_of(unit, target) or unit == "元"


APART_REFUSED = [
    *refused(
        FIRMS,
        WrongUnit,
        "5=2025=“5 2025” is in 2025|5=0=“5 0” is in 0|5=万元=“5万元” is in 元|5=thousands of=is in thousands of",
    ),
    *refused(FIRMS, PercentNotExpected, "5=%=“5%” is a percentage"),
    *refused(FIRMS, NotANumber, "¥5=家=“¥5家” is not a number"),
    *refused(FIRMS, NotExact, "5以上=家=because of “以上”"),
    *refused(BARE, UnitNotExpected, "5=分=“5分” is in 分"),
    *refused(MONEY, WrongUnit, "5=家=“5家” is in 家"),
    *refused(GROWTH, GrowthIsComputed, "20=%=“20%” is a percentage"),
    *refused(SHARE_POOLED, PooledShare, "50=%=“50%” is a percentage"),
    *refused(SHARE, BareShare, "50=家=“50家” is ambiguous"),
    (FIRMS, TextTooLong, "5", "家" * 65, "is too long"),
]


@pytest.mark.parametrize(("target", "failure", "text", "unit", "part"), APART_REFUSED)
def test_what_stands_apart_and_is_no_unit_of_the_target_is_refused(
    target: Target, failure: type[UsageError], text: str, unit: str, part: str
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
