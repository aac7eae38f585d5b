"""Dates and periods as people type them: `2025-06-30`, `6月30日`, `2025Q2`, `1—6月份`, `截至6月底`.

A period means its last day. A bare pair of numbers (`6-30`, `1-3`) is refused, since it may be a day or a range of
months; `1-3月` is January to March.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from ordos_targets.domain.amounts import count
from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.domain.names import normalize_typed, quote_for_message
from ordos_targets.domain.periods import MONTHS_IN_YEAR, month_end

FIRST_YEAR = 1900
LAST_YEAR = 2999
QUARTERS_IN_YEAR = 4
MONTHS_IN_QUARTER = 3


class UnreadableDate(UsageError):
    code = "unreadable_date"
    template = N_("“{text}” is not a date or period; write it like 2025-06-30, 2025-06, 2025Q2, 2025H1 or today.")


class NoSuchDay(UsageError):
    code = "no_such_day"
    template = N_("“{text}” does not exist: {month} has {days} days.")


class NoSuchMonth(UsageError):
    code = "no_such_month"
    template = N_("“{text}” has an invalid month; months are 1 to 12.")


class NoSuchQuarter(UsageError):
    code = "no_such_quarter"
    template = N_("“{text}” has an invalid quarter; quarters are 1 to 4.")


class YearOutOfRange(UsageError):
    code = "year_out_of_range"
    template = N_("“{text}” is in the year {year}; dates must be in the years {first} to {last}.")


class BackwardsPeriod(UsageError):
    code = "backwards_period"
    template = N_("“{text}” ends before it begins; write the earlier month first, like 1-6月.")


# A spreadsheet that takes 2025.10 for a number shows 2025.1.
_LOST_ZERO = re.compile(r"[0-9]{4}\.1")
_DAYS_AGO = {"today": 0, "今天": 0, "今日": 0, "yesterday": 1, "昨天": 1, "昨日": 1}
_UNTIL = re.compile(r"^(?:截[至止]到?|至|到)")
_AT_THE_END = re.compile(r"[底末终]$")
_SECOND_HALF = re.compile(r"下半年|H2", re.IGNORECASE)
_NUMERAL = re.compile(r"(?<![0-9])[〇零一二三四五六七八九十]+(?![0-9])")
# A blank between digits separates them (1 2月 is not December); any other means nothing.
_BLANK = re.compile(r"(?<![0-9〇零一二三四五六七八九十]) +| +(?![0-9〇零一二三四五六七八九十])")

_YEAR = r"(?:(?P<y>[0-9]{4})年)?"
_TO = r"(?:[-‐–—―−~〜至到]|——)"
_MONTH_END = r"月份?[底末]?"
# The forms of a date, and the month each ends with where the form tells it, else 0. Named groups: y, m, d and q are
# the year, month, day and quarter meant; fy, fm and fq those a range begins with. Kept as texts: compiling all of them
# takes 2 ms, and most runs need the first or none.
_FORMS = (
    (r"(?P<y>[0-9]{4})([-./])(?P<m>[0-9]{1,2})\2(?P<d>[0-9]{1,2})", 0),
    (r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})", 0),
    (rf"{_YEAR}(?P<m>[0-9]{{1,2}})月(?P<d>[0-9]{{1,2}})[日号]?", 0),
    (r"(?P<y>[0-9]{4})[-./](?P<m>[0-9]{1,2})", 0),
    (rf"{_YEAR}(?P<m>[0-9]{{1,2}}){_MONTH_END}", 0),
    (rf"(?:(?P<fy>[0-9]{{4}})年)?(?P<fm>[0-9]{{1,2}})(?:月份?)?{_TO}{_YEAR}(?P<m>[0-9]{{1,2}}){_MONTH_END}", 0),
    (rf"{_YEAR}前(?P<m>[0-9]{{1,2}})个月", 0),
    (r"(?:(?P<y>[0-9]{4})[- ]?)?Q(?P<q>[0-9])", 0),
    (r"Q(?P<q>[0-9])[- ]?(?P<y>[0-9]{4})", 0),
    (rf"{_YEAR}第?(?P<q>[0-9])季度?[底末]?", 0),
    (rf"{_YEAR}前(?P<q>[0-9])个?季度", 0),
    (rf"{_YEAR}第?(?P<fq>[0-9])(?:季度?)?{_TO}第?(?P<q>[0-9])季度?[底末]?", 0),
    (r"(?P<y>[0-9]{4})?H1|(?:(?P<cy>[0-9]{4})年?)?上半年", 6),
    (r"(?P<y>[0-9]{4})?H2|(?:(?P<cy>[0-9]{4})年?)?下半年", 12),
    (r"(?:(?P<y>[0-9]{4})年?)?全年|(?P<cy>[0-9]{4})?年[底末终]|(?P<wy>[0-9]{4})(?:年度?)?", 12),
)


def parse_date(text: str, *, today: date, year: int) -> date:
    """Return the day `text` means: itself, or the last day of the period it names, in the years 1900 to 2999.

    A day in the future is read like any other.

    Args:
        text: The day or period as typed.
        today: What today and yesterday are counted from.
        year: The year of a date that names none.

    Raises:
        UsageError: One of the errors above, or of `normalize_typed`.
    """
    return _parse(text, today, year)[0]


def begins_a_year(text: str, *, today: date, year: int) -> bool:
    """Return whether `text` names a period from the year's first day on, or what stood at a period's end.

    `1-6月`, `上半年`, `前三季度`, `一季度`, `截至6月底` and `年底` do; `6月`, `二季度`, `3-6月` and `6月30日` do not.
    Raise what `parse_date` raises.
    """
    _day, groups, month = _parse(text, today, year)
    plain = normalize_typed(text)
    if _UNTIL.match(plain) or _AT_THE_END.search(plain):
        return True
    first = groups.get("fm", (groups.get("fq", 0) - 1) * MONTHS_IN_QUARTER + 1 if "fq" in groups else 0)
    if first:
        return first == 1
    if month == MONTHS_IN_YEAR:  # a whole year, or its second half
        return not _SECOND_HALF.search(plain)
    return "d" not in groups and (month > 0 or groups.get("m") == 1 or groups.get("q") == 1 or "前" in text)


def may_have_lost_zero(text: str) -> bool:
    """Return whether `text` is a month such as 2025.1, which is January, or October without the zero of 2025.10."""
    return bool(_LOST_ZERO.fullmatch(text))


def _parse(text: str, today: date, year: int) -> tuple[date, Mapping[str, int], int]:
    """Return the day `text` means, the named groups of its form, and the month that the form itself tells, else 0."""
    raw = quote_for_message(text)
    plain = _plain(text)
    ago = _DAYS_AGO.get(plain.casefold())
    if ago is not None:
        return today - timedelta(days=ago), {"d": ago}, 0
    for form, month in _FORMS:
        match = re.fullmatch(form, plain, re.IGNORECASE)
        if match:
            groups = {name: int(digits) for name, digits in match.groupdict().items() if digits}
            return _last_day(groups, month, year, raw), groups, month
    raise UnreadableDate(text=raw)


def _plain(text: str) -> str:
    """Return `text` in NFKC without idle blanks and the word for until, its Chinese numerals in digits."""
    bare = _UNTIL.sub("", _BLANK.sub("", normalize_typed(text)))
    return _NUMERAL.sub(_digits, bare.replace("前两", "前2"))


def _digits(match: re.Match[str]) -> str:
    """Return a Chinese numeral in digits: four as a year (二〇二五), else as a number; unchanged if it is neither."""
    numeral = match[0]
    if len(numeral) == len("二〇二五") and "十" not in numeral:
        return "".join(str(count(digit)) for digit in numeral)
    value = count(numeral)
    return numeral if value is None else str(value)


def _last_day(groups: Mapping[str, int], month: int, year: int, raw: str) -> date:
    """Return the last day of what the named `groups` of a form say; `month` where the form itself tells it, else 0."""
    named = next((groups[name] for name in ("y", "cy", "wy", "fy") if name in groups), year)
    if not FIRST_YEAR <= named <= LAST_YEAR:
        raise YearOutOfRange(text=raw, year=named, first=FIRST_YEAR, last=LAST_YEAR)
    last = month or _month(groups.get("m"), groups.get("q"), raw)
    if "fm" in groups or "fq" in groups:
        first = _month(groups.get("fm"), groups.get("fq"), raw)
        if (groups.get("fy", named), first) > (named, last):
            raise BackwardsPeriod(text=raw)
    end = month_end(named, last)
    day = groups.get("d", end.day)
    if not 1 <= day <= end.day:
        raise NoSuchDay(text=raw, month=f"{end:%Y-%m}", days=end.day)
    return end.replace(day=day)


def _month(month: int | None, quarter: int | None, raw: str) -> int:
    """Return `month`, or the last one of `quarter`. Raise NoSuchQuarter, NoSuchMonth."""
    if quarter is not None:
        if not 1 <= quarter <= QUARTERS_IN_YEAR:
            raise NoSuchQuarter(text=raw)
        return quarter * MONTHS_IN_QUARTER
    if month is None or not 1 <= month <= MONTHS_IN_YEAR:
        raise NoSuchMonth(text=raw)
    return month
