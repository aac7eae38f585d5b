"""What `read_date` reads, and what it refuses and why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordos_targets.domain.dates import (
    BackwardsPeriod,
    NoSuchDay,
    NoSuchMonth,
    NoSuchQuarter,
    UnreadableDate,
    YearOutOfRange,
    parse_date,
)
from ordos_targets.domain.errors import AppError, ExitCode, UsageError
from ordos_targets.domain.names import TextTooLong, UnusualCharacter
from ordos_targets.domain.periods import month_end

TODAY = date(2025, 7, 5)
YEAR = 2025


def each(joined: str) -> list[str]:
    """The texts of a list written as `one|other`."""
    return joined.split("|")


READ = {
    date(2025, 6, 30): each(
        "2025-06-30|2025.6.30|2025/6/30|2025-6-30|2025.06.30|20250630|２０２５－０６－３０|２０２５０６３０|"
        "2025年6月30日|2025年06月30日|6月30日|6月30号|6月30|2025 年 6 月 30 日| 2025-06-30 |六月三十日|"
        "二〇二五年六月三十日|二零二五年六月|截至2025年6月30日|截止6月30日|截止到6月30日|至6月底|到6月末|2025-06|"
        "2025.6|2025/6|2025年6月|2025年6月份|6月|06月|六月|６月|6月份|6 月|6月底|6月末|6月份底|截至6月底|截至 6 月底|"
        "截至到六月末|2025年6月底|前6个月|前六个月|2025年前6个月|1-6月|1—6月份|1月-6月|1～6月|1~6月|1－6月|1–6月|"
        "1−6月|1——6月|1至6月|1到6月|1 - 6 月|一至六月|一月至六月|一—六月|1月份-6月份|2025年1-6月|2025年1月-6月|"
        "2025年1月-2025年6月|01-06月|2025年1—6月份|1月-2025年6月|截至1-6月|3-6月|6-6月|4月-6月底|2025Q2|2025q2|"
        "2025-Q2|2025 Q2|Q2|q2|Q2 2025|Q2-2025|２０２５Ｑ２|二季度|第二季度|2季度|第2季度|第 2 季度|第二季|二季度末|"
        "2025年二季度|2025年第二季度|截至二季度|前两季度|前二季度|前2季度|前两个季度|1-2季度|一至二季度|"
        "一季度至二季度|2025年1-2季度|上半年|2025年上半年|2025上半年|截至上半年|2025H1|H1|h1"
    ),
    date(2025, 3, 31): ("1-3月", "1—3月", "一季度", "Q1", "2025-03", "三月", "前三个月", "前3个月", "第一季度"),
    date(2025, 9, 30): each("前三季度|前3季度|前三个季度|2025年前三季度|三季度|Q3|1-9月|1-3季度|一至三季度"),
    date(2025, 12, 31): each(
        "2025年|2025|２０２５年|二〇二五年|2025年度|全年|2025年全年|2025全年|年底|年末|年终|2025年底|2025年末|"
        "截至年底|下半年|2025年下半年|2025H2|Q4|四季度|12月|十二月|1-12月|一至十二月|12 月|一十二月"
    ),
    date(2025, 2, 28): ("2月", "2025-02", "二月底", "2025年2月28日", "2024年11月-2025年2月"),
    date(2024, 2, 29): ("2024-02", "2024年2月29日", "20240229", "2024年1-2月"),
    date(2025, 10, 31): ("十月", "10月", "2025.10", "1-10月"),
    date(2025, 10, 1): ("十月一日", "2025-10-01", "10月1日"),
    date(2025, 7, 5): ("today", "Today", "TODAY", "今天", "今日", "截至今天", " today "),
    date(2025, 7, 4): ("yesterday", "昨天", "昨日", "截至昨日"),
    date(1900, 1, 1): ("1900-01-01",),
    date(2999, 12, 31): ("2999年", "29991231", "2999-12-31"),
}

REFUSED = [
    *[
        (text, UnreadableDate, "is not a date or period")
        for text in each(
            "| |abc|.|-|至|截至|底|月|年|季度|日|1|6|31|99999999999|年上半年|1-3|6-30|6.30|6/30|06-30|1/6|25年6月|"
            "25-06-30|202506|2025-06/30|2025.06-30|30/6/2025|2025-6月|2025-1-6月|1 2月|1二月|一二月|十 二月|〇六月|"
            "两月|二〇二五六月|tomorrow|明天|6月中旬|6月初|半年|年中|25Q2|2Q|Q12|Q|2025-06-30T00:00|"
            "2025年6月1日-30日|1-6|1-6日|6月-|-6月|1-6-9月|1-6月-9月|٦月|June|2025/06/30/1|去年|前三|上半"
        )
    ],
    *[
        (text, NoSuchDay, f"{month} has {days} days")
        for text, month, days in (
            row.split("=")
            for row in each(
                "2025-02-30=2025-02=28|2月29日=2025-02=28|6月31日=2025-06=30|20250631=2025-06=30|2025-06-00=2025-06=30|"
                "2024.2.30=2024-02=29|1900-02-29=1900-02=28|1月99日=2025-01=31"
            )
        )
    ],
    *[
        (text, NoSuchMonth, "months are 1 to 12")
        for text in each("13月|0月|零月|2025-13|2025-00-10|20251301|1-13月|0-6月|13-6月|前十三个月|十三月")
    ],
    *[
        (text, NoSuchQuarter, "quarters are 1 to 4")
        for text in ("Q5", "Q0", "2025Q9", "第五季度", "前五季度", "0-3季度")
    ],
    *[
        (text, YearOutOfRange, "in the years 1900 to 2999")
        for text in ("1899年", "3000-01-01", "0000-00-00", "1899-12-31", "9999年", "1231", "0630")
    ],
    *[
        (text, BackwardsPeriod, "ends before it begins")
        for text in ("6-1月", "11月-2月", "3-1季度", "2025年3月-2024年6月")
    ],
    *[
        (text, UnusualCharacter, character)
        for text, character in (
            *(("2025-06\x00", "U+0000"), ("6\n月", "U+000A"), ("1²月", "U+00B2"), ("①月", "U+2460"), ("㋅", "U+32C5")),
            *(("6月\ud800", "U+D800"), ("\u200b6月", "U+200B")),
        )
    ],
    ("6" * 65, TextTooLong, "at most 64 characters"),
]

YEARS = st.integers(min_value=1900, max_value=2999)
MONTHS = st.integers(min_value=1, max_value=12)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2999, 12, 31))


@pytest.mark.parametrize(("text", "day"), [(text, day) for day, texts in READ.items() for text in texts])
def test_reads_a_date(text: str, day: date) -> None:
    """Each accepted way to write a day or a period gives that day, or the period's last."""
    assert day == parse_date(text, today=TODAY, year=YEAR)


@pytest.mark.parametrize(("text", "failure", "part"), REFUSED)
def test_refuses_what_is_not_one_clear_date(text: str, failure: type[UsageError], part: str) -> None:
    """Each refused text fails with its own class, a usage exit, and a message that says what is wrong."""
    with pytest.raises(failure) as caught:
        parse_date(text, today=TODAY, year=YEAR)
    assert failure is caught.type
    assert part in str(caught.value)
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_failure_carries_the_text_as_typed() -> None:
    """The text in the message is what was typed, not what it was turned into."""
    with pytest.raises(NoSuchMonth) as caught:
        parse_date("截至 十三月", today=TODAY, year=YEAR)
    assert caught.value.params["text"] == "截至 十三月"


def test_the_year_left_out_is_the_one_given() -> None:
    """A date without a year lies in the year of the period, not in that of today."""
    assert date(2023, 2, 28) == parse_date("2月", today=TODAY, year=2023)
    assert date(2023, 12, 31) == parse_date("全年", today=TODAY, year=2023)


def test_a_future_date_is_read() -> None:
    """Whether a date may lie in the future is not decided here."""
    assert date(2026, 6, 30) == parse_date("2026Q2", today=TODAY, year=YEAR)


@given(DAYS)
def test_a_written_day_reads_back(day: date) -> None:
    """Every way to write out a day in full gives that day."""
    for form in ("{0:%Y-%m-%d}", "{0:%Y%m%d}", "{0.year}.{0.month}.{0.day}", "{0.year}/{0.month}/{0.day}"):
        assert day == parse_date(form.format(day), today=TODAY, year=YEAR)
    assert day == parse_date(f"{day.month}月{day.day}日", today=TODAY, year=day.year)


@given(YEARS, MONTHS, MONTHS)
def test_a_month_means_its_last_day(year: int, one: int, other: int) -> None:
    """A month, and a range of months, mean the last day of the (last) month, however wide the digits are."""
    first, last = sorted((one, other))
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for text in (
        f"{year}-{last:02}",
        f"{year}年{last}月",
        f"{year}年{first}-{last}月",
        f"{year}年{first}月至{last}月底",
    ):
        assert month_end(year, last) == parse_date(text, today=TODAY, year=YEAR)
        assert month_end(year, last) == parse_date(text.translate(wide), today=TODAY, year=YEAR)
    assert month_end(year, last) + timedelta(days=1) > parse_date(f"{last}月", today=TODAY, year=year)


@given(
    st.one_of(
        st.text(), st.text(alphabet="0123456789-./年月日号季度第前上下半全底末至截Qq一二三十〇两 —～", max_size=14)
    )
)
def test_any_text_reads_or_fails_cleanly(text: str) -> None:
    """Whatever is typed either reads as a day of the allowed years or raises a Failure, nothing else."""
    try:
        day = parse_date(text, today=TODAY, year=YEAR)
    except AppError as failure:
        assert failure.message.template  # noqa: PT017 - either outcome is fine
    else:
        assert date(1900, 1, 1) <= day <= date(2999, 12, 31)
