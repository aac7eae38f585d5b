"""What amounts and units are read, and what is refused and why."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordos_targets.domain.amounts import (
    Amount,
    ChangeOfAmount,
    ExponentNotation,
    MisplacedSeparator,
    NotANumber,
    NotExact,
    TooManyDecimals,
    TooManyDigits,
    UnclearNumeral,
    Unit,
    change_word,
    count,
    may_be_unit,
    normalize_decimal,
    parse_amount,
    parse_unit,
)
from ordos_targets.domain.errors import AppError, ExitCode, UsageError
from ordos_targets.domain.names import TextTooLong, UnusualCharacter


def each(joined: str) -> list[str]:
    """The texts of a list written as `one|other`."""
    return joined.split("|")


def table(joined: str) -> list[tuple[str, str]]:
    """The rows of a table written as `left=right|left=right`."""
    return [(left, right) for left, _, right in (row.partition("=") for row in joined.split("|"))]


def triples(joined: str) -> list[tuple[str, str, str]]:
    """The rows of a table written as `left=middle=right|left=middle=right`."""
    return [(left, middle, right) for left, middle, right in (row.split("=") for row in joined.split("|"))]


# What is read and its value: numbers alone, percentages, numbers with a scale, and with 元 behind it.
PLAIN = table(
    "0=0|10=10|007=7|3.5=3.5|.5=0.5|1,234=1234|1,234,567.89=1234567.89|１，２３４=1234|１．５=1.5|999,999=999999|"
    "1.50000=1.5|0.0000=0|999999999999999=999999999999999|99999999999.9999=99999999999.9999|"
    "100000000000000=100000000000000|-3=-3|－3=-3|−3=-3|- 3=-3|负三=-3|+3=3|-0=0|〇=0|零=0|两=2|十=10|二十=20|"
    "两百=200|一百零二=102|一百一十=110|两千零二十=2020|零点零五=0.05|三点一四=3.14"
)

PERCENTAGES = table(
    "20%=20|２０％=20|20 %=20|-0.5%=-0.5|百分之二十=20|百分之20=20|百分之三点五=3.5|百分之百=100|三十%=30|增长20%=20|"
    "增长 20 %=20|下降3%=-3|下降百分之三=-3|负增长3%=-3"
)
SCALED = table(
    "-1.5亿=-150000000|2亿=200000000|5億=500000000|3百=300|5百万=5000000|1.2万亿=1200000000000|1.00005万=10000.5|"
    "0.00000001亿=1|2亿5万=200050000|一千二百万=12000000|两万五千=25000|一万零五百=10500|一万亿=1000000000000|"
    "十点五亿=1050000000"
)
MONEY = table(
    "53.2亿元=5320000000|5,000万元=50000000|5,000 万元=50000000|1.5千元=1500|3千万元=30000000|"
    "2亿5000万元=250000000|2亿5千万元=250000000|2亿5百万元=205000000|"
    "2亿500.5万元=205005000|¥2亿=200000000|￥2亿元=200000000|-¥3万=-30000|¥-3万=-30000|人民币2亿元=200000000|"
    "RMB 5万=50000|5万CNY=50000|2亿元人民币=200000000|壹佰万元整=1000000|二亿五千万元=250000000"
)

READ = [
    *[(text, value, "", False) for text, value in PLAIN],
    *[(text, value, "%", False) for text, value in PERCENTAGES],
    *[(text, value, "", True) for text, value in SCALED],
    *[(text, value, "元", True) for text, value in MONEY],
    *[
        (text, value, unit, False)
        for text, value, unit in triples(
            "＋３家=3=家|¥ 1,234.5=1234.5=元|5 yuan=5=元|下降3百分点=-3=百分点|5‰=5=‰|40家=40=家|3个=3=个| 3 个 =3=个|"
            "　3　个　=3=个|3 projects=3=projects|5千瓦=5=千瓦|3百分点=3=百分点|40m²=40=m2|3㎡=3=m2|"
            "3.5件/万人=3.5=件/万人|一百〇二个=102=个|三十个=30=个"
        )
    ],
    ("5万美元", "50000", "美元", True),
    ("5万千瓦时", "50000", "千瓦时", True),
]

NOT_A_NUMBER = "is not a number"
UNCLEAR = "incomplete or ambiguous"
VAGUE = "is not an exact figure because of"
COMMAS = "do not separate groups of three"
CHANGE = "is a change"

REFUSED = [
    *[
        (text, NotANumber, NOT_A_NUMBER)
        for text in each(
            "| |-|+|元|abc|三清零|--3|+-3|-¥-3|5.|1.2.3|1_000|1/2|3-5|3~5|3、5|(3)|$5|¥2家|2万%|20%%|40家3个|5亿万|"
            "5万千|5亿亿|5°|3 e2|m²|nan|NaN|inf|-Infinity|∞|百分之|百分之-3|百分之20%|百分之2万|٣|1️⃣|0x10|[b]3"
        )
    ],
    *[(text, ExponentNotation, "has an exponent") for text in ("1e5", "1E5", "1e999999", "1e+5", "2.5e-3", "１ｅ５")],
    *[
        (text, MisplacedSeparator, COMMAS)
        for text in each("1,23|1,0000|1,2345,6789|12,34,567|1234,567|0,123|,123|1,234,|1.234,5|1,,234")
    ],
    *[
        (text, UnclearNumeral, UNCLEAR)
        for text in each(
            "两万五|三千五|一百二|两三|二〇二五|三四十|一千二十|一百零十|百|万元|十点|点五|三点十|一点五十|千分之三|"
            "3万5|3万5000|2.5亿5000万|2亿5,000万|3五|2亿五千万|二十5|1 234"
        )
    ],
    *[
        (text, NotExact, f"{VAGUE} “{word}”")
        for text, word in table(
            "20%以上=以上|3以下=以下|不少于40家=不少于|不低于20%=不低于|超过50=超过|3个左右=左右|约5亿=约|近2亿元=近|"
            "40多家=多|2亿多元=多|十余家=余|十几个=几|几十=几|数十家=数|50+=+|>50=>|≥50=≥|~5=~|增长约20%=约|"
            "about 5=about|at least 10=at least|10 or more=or more|10来个=来|¥约2亿=约|至少3=至少|±3=±|10家多=多|"
            "５０＋=+"
        )
    ],
    *[(text, ChangeOfAmount, CHANGE) for text in ("增加3家", "减少3", "增长2亿元", "下降-3%", "增长+3%", "提高3个")],
    *[
        (text, TooManyDigits, "more than 15 digits")
        for text in ("1000000000000000", "1234567890123456", "12345678901234.56", "1000万亿", "9" * 60)
    ],
    *[(text, TooManyDecimals, "more than 4 decimals") for text in ("0.00001", "1.23456", "1.000000001万", "-0.12345%")],
    *[
        (text, UnusualCharacter, character)
        for text, character in (
            *(("1\x000", "U+0000"), ("1\n2", "U+000A"), ("\x1b[31m3", "U+001B"), ("1\ud8002", "U+D800")),
            *(("\u200b10", "U+200B"), ("\u202e01", "U+202E"), ("10²", "U+00B2"), ("2½", "U+00BD"), ("①", "U+2460")),
            *(("⒈5", "U+2488"), ("1\u2028", "U+2028")),
        )
    ],
    ("1" * 65, TextTooLong, "at most 64 characters"),
    ("9" * 1_000_000, TextTooLong, "at most 64 characters"),
]

FIGURES = st.decimals(min_value=-(10**11) + 1, max_value=10**11 - 1, places=4, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(("text", "value", "unit", "scaled"), READ)
def test_reads_an_amount(text: str, value: str, unit: str, scaled: bool) -> None:  # noqa: FBT001
    """Each accepted way to write an amount gives exactly its value, unit and whether a scale was named."""
    assert Amount(Decimal(value), unit, scaled) == parse_amount(text)


@pytest.mark.parametrize(("text", "failure", "part"), REFUSED)
def test_refuses_what_is_not_one_clear_amount(text: str, failure: type[UsageError], part: str) -> None:
    """Each refused text fails with its own class, a usage exit, and a message that says what is wrong."""
    with pytest.raises(failure) as caught:
        parse_amount(text)
    assert failure is caught.type
    assert part in str(caught.value)
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_failure_carries_the_text_as_typed() -> None:
    """The whole offending text is the fact named text, though the parser stumbled over a part of it."""
    with pytest.raises(UnclearNumeral) as caught:
        parse_amount("¥２亿5")
    assert caught.value.params["text"] == "¥２亿5"


def test_a_failure_shows_a_hostile_text_harmlessly() -> None:
    """Control characters are escaped and long texts are cut before they get into a message."""
    with pytest.raises(TextTooLong) as caught:
        parse_amount("\x1b" + "9" * 500)
    assert caught.value.params["text"] == "\\x1b" + "9" * 58 + "…"


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    triples(
        "40千克=千克=40|四十千克=千克=40|40万千克=千克=400000|5000万元=万元=5000|5千米=米=5000|"
        "3 pilot projects=pilot projects=3|3 Pilot Projects=pilot projects=3|40㎡=m²=40|3项一等奖=项一等奖=3|"
        "5万人次=人次=50000"
    ),
)
def test_an_expected_unit_settles_where_the_number_ends(text: str, unit: str, value: str) -> None:
    """A unit the caller expects is believed before a scale, and returned in the caller's spelling."""
    found = parse_amount(text, units=("", unit))
    assert (Decimal(value), unit) == (found.value, found.unit)


@pytest.mark.parametrize(("text", "unit"), [("5美元", "美元"), ("5元", "元"), ("5", ""), ("3专家", "专家")])
def test_an_expected_unit_is_not_forced(text: str, unit: str) -> None:
    """A text in another unit keeps that unit, even where it ends with the characters of the expected one."""
    assert unit == parse_amount(text, units=("家", "元")).unit


@pytest.mark.parametrize(
    ("value", "canonical"),
    table("1E+3=1000|-0=0|0E+99=0|1.5000=1.5|100=100|-2.50=-2.5|1E+14=100000000000000"),
)
def test_exact_is_canonical(value: str, canonical: str) -> None:
    """An exact figure prints without exponent, without idle zeros and without a negative zero."""
    assert canonical == str(normalize_decimal(Decimal(value)))


@pytest.mark.parametrize(
    ("value", "failure"),
    [
        *((text, NotANumber) for text in ("NaN", "sNaN", "-Infinity")),
        *((text, TooManyDigits) for text in ("1E+15", "1E+999999", "100000000000000.5", "1" * 100_000)),
        *((text, TooManyDecimals) for text in ("0.12345", "1E-999999")),
    ],
)
def test_exact_refuses_what_cannot_be_kept(value: str, failure: type[UsageError]) -> None:
    """NaN, infinity, more than 15 digits and more than 4 decimals are refused, however large, and shown."""
    with pytest.raises(failure) as caught:
        normalize_decimal(Decimal(value))
    assert value[:5] in str(caught.value)


@pytest.mark.parametrize(("text", "word"), [("增长20%", "增长"), (" 下降3%", "下降"), ("20%", ""), ("-3", "")])
def test_change_word(text: str, word: str) -> None:
    """The word of change in front of a figure is found."""
    assert word == change_word(text)


@given(FIGURES)
def test_a_written_figure_reads_back(value: Decimal) -> None:
    """Formatting any exact figure and reading it is the identity, plain and with separators."""
    assert value == parse_amount(f"{value:f}").value
    assert value == parse_amount(f"{value:,f}").value


@given(FIGURES, st.sampled_from(["", "家", "%", "元"]))
def test_width_does_not_matter(value: Decimal, unit: str) -> None:
    """Full-width and half-width characters read the same."""
    text = f"{value:,f}{unit}"
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert parse_amount(text) == parse_amount(wide)


@given(st.integers(min_value=0, max_value=10**9))
def test_a_scale_multiplies(whole: int) -> None:
    """万 is ten thousand and nothing is lost by it."""
    assert Decimal(whole) * 10**4 == parse_amount(f"{whole}万").value


@given(st.text(alphabet="零一二三四五六七八九十百千万亿两〇", min_size=1, max_size=12))
def test_one_numeral_one_value(numeral: str) -> None:
    """A Chinese numeral that is read at all is read as the value of its digits, never as less than its largest part."""
    value = count(numeral)
    if value is not None:
        assert value >= max("零一二三四五六七八九".find(c) for c in numeral)
        assert value >= 10**15 or value == parse_amount(f"{numeral}个").value


@given(
    st.one_of(
        st.text(), st.text(alphabet="0123456789.,-+%eE万亿千百十元家约多二两点百分之增长下降 ¥/０，", max_size=12)
    )
)
def test_any_text_reads_or_fails_cleanly(text: str) -> None:
    """Whatever is typed either reads as an exact figure or raises a Failure, nothing else."""
    try:
        value = parse_amount(text).value
    except AppError as failure:
        assert failure.message.template  # noqa: PT017 - either outcome is fine
    else:
        assert normalize_decimal(value) == value
        assert "E" not in str(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("元", ("1", "元", False)),
        ("万元", ("10000", "元", True)),
        ("亿", ("100000000", "", True)),
        (" CNY ", ("1", "元", False)),
        ("¥", ("1", "元", False)),
        ("％", ("1", "%", False)),
        ("千克", ("1", "千克", False)),
        ("万千瓦时", ("10000", "千瓦时", True)),
        ("3 pilot projects", None),
        ("2025", None),
        ("2025年", None),
        (".5", None),
        ("/100", None),
        ("as of June", None),
        ("万%", None),
        ("", None),
        ("个" * 65, None),
    ],
)
def test_a_unit_is_read_by_itself(text: str, expected: tuple[str, str, bool] | None) -> None:
    """A whole text is a unit with or without a scale, a scale alone, or none."""
    unit = expected and Unit(Decimal(expected[0]), *expected[1:])
    assert unit == parse_unit(text)


def test_expected_units_are_read_before_scales() -> None:
    """千克 is a unit of its own where it is expected, and a unit may hold blanks."""
    assert Unit(Decimal(1), "千克", scaled=False) == parse_unit("千克", units=("千克",))
    assert Unit(Decimal(1), "pilot projects", scaled=False) == parse_unit("Pilot projects", units=("pilot projects",))


@pytest.mark.parametrize(
    "text",
    each(
        "万元|个|人次|万|千|%|‰|占比%|百分点|万吨标准煤|不含税，万元|thousands|in millions|$000|'000"
        "|£m|US$ mn|RMB 10,000"
        "|firms|number of firms|km2|CNY"
    ),
)
def test_what_could_be_a_unit_is_told(text: str) -> None:
    """Usual units, scales and currencies, alone or in a longer text, may be meant as the unit of a figure."""
    assert may_be_unit(text)


@pytest.mark.parametrize(
    "text",
    each(
        "2025|2|2,000|10,000|2025年|1-6月|as of June|共10个|10万元以上|100家|不低于20%|国家级|个人|法人|不含税|net|注1|"
        "first 6 months|必填|东区|三清零企业"
    ),
)
def test_a_year_a_number_or_a_word_is_no_unit(text: str) -> None:
    """Years, counts, conditions and other words in a heading do not name a unit."""
    assert not may_be_unit(text)
