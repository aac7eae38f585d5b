"""Amounts as people type them (`5,000万元`, `百分之二十`, `-3`), read by a strict parser: what is not clear is refused.

The grammar, after NFKC and trimming: [sign or word of change] [¥] [sign] number [scale] [unit], spaces allowed between
the parts. The number is in digits (thousands in groups of three) or in Chinese numerals written in full.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Context, Decimal
from functools import cache
from typing import NamedTuple

from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.domain.names import MAX_TEXT, normalize_typed, quote_for_message
from ordos_targets.domain.targets import MONEY, PERCENT

MAX_DIGITS = 15
MAX_DECIMALS = 4


class NotANumber(UsageError):
    code = "not_a_number"
    template = N_("“{text}” is not a number; write it like 10, 1,234, -3, 2.5 or 20%.")


class ExponentNotation(UsageError):
    code = "exponent_notation"
    template = N_("“{text}” has an exponent; write the number in full, like 100000.")


class MisplacedSeparator(UsageError):
    code = "misplaced_separator"
    template = N_(
        "The commas in “{text}” do not separate groups of three digits; write 1,234,567 or 1234567 (and . "
        "before decimals)."
    )


class UnclearNumeral(UsageError):
    code = "unclear_numeral"
    template = N_("The number in “{text}” is incomplete or ambiguous; write it in full, like 25000.")


class NotExact(UsageError):
    code = "not_exact"
    template = N_(
        "“{text}” is not an exact figure because of “{word}”; record an exact figure, and put the rest into --note."
    )


class ChangeOfAmount(UsageError):
    code = "change_of_amount"
    template = N_(
        "“{text}” is a change, and “{word}” is allowed only with percentages that are not shares. Write "
        "the figure itself, like 3 or -3."
    )


class TooManyDigits(UsageError):
    code = "too_many_digits"
    template = N_(
        "“{text}” has more than {limit} digits in the base unit; round it yourself, as figures are stored exactly."
    )


class TooManyDecimals(UsageError):
    code = "too_many_decimals"
    template = N_(
        "“{text}” has more than {limit} decimals in the base unit; round it yourself, as figures are stored exactly."
    )


class Amount(NamedTuple):
    """A figure read from text.

    Attributes:
        value: The number multiplied out (`5,000万元` is 50000000, `20%` is 20), as `normalize_decimal` returns it.
        unit: What stands behind the number: empty, `%`, `元` for every way to write yuan, else as typed.
        scaled: Whether 百, 千, 万 or 亿 follows digits or stands in the unit, or Chinese numerals hold 万 or 亿.
    """

    value: Decimal
    unit: str
    scaled: bool


class Unit(NamedTuple):
    """A unit by itself, as a heading or a column names it.

    Attributes:
        factor: What figures in it are multiplied by: 10000 for 万元.
        name: The unit of the products, as in Amount; empty for a bare scale such as 万.
        scaled: Whether a scale stands before the name.
    """

    factor: Decimal
    name: str
    scaled: bool


_SCALES = {"亿": 10**8, "万": 10**4, "千": 10**3, "百": 10**2, "十": 10}
_DIGITS = "零一二三四五六七八九"
_FORMAL = str.maketrans("〇两兩壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億", "零二二一二二三三四五六六七八九十百千万亿")
_YUAN = {"元", "圆", "元整", "人民币", "元人民币", "cny", "rmb", "yuan"}
# Wide enough that no product of a readable text is rounded before `normalize_decimal` has checked it.
_WIDE = Context(prec=200)

# Most figures are plain digits and need no pattern, so each is compiled when it is first used.
_compiled = cache(re.compile)

_CHANGE = r"增长|增加|上升|提高|负增长|下降|减少|降低"
_FALLS = {"-", "−", "负", "负增长", "下降", "减少", "降低"}
_SIGN = rf"(?P<change>{_CHANGE})?(?P<sign>[-−+负])? *(?P<yuan>¥|人民币|(?i:RMB|CNY))? *(?P<inner>[-−+])? *"
# A figure without sign or unit that `normalize_decimal` would return as it is.
_PLAINEST = r"(?:0|[1-9][0-9]{0,10})(?:\.[0-9]{0,3}[1-9])?"
_PLAIN = r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+"
_GROUPED = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?"
_EXPONENT = r"[0-9.,]+[eE] ?[-−+]?[0-9]"
_STACKED = r"([0-9]+)[亿億](?:([0-9]{1,4}(?:\.[0-9]+)?)|([1-9])([千仟百佰]))[万萬]"
# 千 and 百 also begin units: 5千瓦 is 5 of them, 3百分点 as well.
_SCALE = r"[百佰千仟]?(?:[万萬][亿億]|[万萬]|[亿億])|[千仟](?![克米瓦卡帕焦赫伏])|[百佰](?![分帕])"
_NUMERAL = r"[零〇一二两兩三四五六七八九十百千万萬亿億点壹贰貳叁參肆伍陆陸柒捌玖拾佰仟]+"
_LETTERS = r"(?:(?![零〇一二两三四五六七八九十])[^\W\d_])+(?:(?<=m)[23])?"
_NO_UNIT = r"[万萬亿億]|[千仟](?![克米瓦卡帕焦赫伏])|[百佰](?![分帕])"
_UNIT = rf"[%‰]|(?!{_NO_UNIT})°?{_LETTERS}(?:[/·]{_LETTERS})?"
# Units as tables name them, in lower case after NFKC. Behind a digit a word counts something (共10个) and is no unit.
_COUNTED = (
    "元|圆|人民币|美元|欧元|英镑|日元|港元|港币|韩元|卢布|个|家|项|人|人次|人天|件|户|名|篇|册|本|套|台|辆|架|艘|座|处|所|间|栋|条|份|"
    "位|场|期|批|次|只|头|匹|羽|株|棵|亩|公顷|平方米|平方公里|立方米|公里|千米|米|吨|千克|公斤|斤|克|升|千瓦|兆瓦|千瓦时|兆瓦时|度|"
    "小时|分钟|天|分|岁|班|笔|宗|起|例|床|张|块|支|门|种|类|款|组|团|队|村|镇|乡|县|盘|箱|桶|瓶|袋|包|标箱|标准煤|吨标准煤|"
    "百分点|个百分点|百分比|百分数"
)
_CURRENCIES = "yuan|rmb|cny|usd|eur|gbp|jpy|hkd|krw|rub|inr|chf|cad|aud|dollars?|euros?|pounds?|yen"
_ENGLISH_SCALES = "(?:hundred|thousand|million|billion|trillion|lakh|crore)s?|k|mn|mln|bn|tn"
_ENGLISH_COUNTED = (
    "[mthg]|people|persons?|staff|ftes?|projects?|firms?|compan(?:y|ies)|enterprises?|households?|families|items?|units?|"
    "pieces?|pcs|patents?|cases?|events?|visits?|jobs?|hours?|hrs?|days?|(?:kilo)?met(?:er|re)s?|miles?|km|cm|mm|sqm|km2|"
    "m2|m3|hectares?|ha|acres?|mu|tonnes?|tons?|kilograms?|kg|grams?|lit(?:er|re)s?|kwh|mwh|gwh|kw|mw|gw|tce"
)
_MAY_BE_UNIT = (
    rf"(?<!\w)(?:[十百千万萬亿億]*(?:{_COUNTED})|[十百千万萬亿億]+)(?!\w)",
    rf"(?<![0-9十百千万萬亿億])[百千万萬亿億]+(?:{_COUNTED})",
    rf"(?<![^\W\d])(?:{_ENGLISH_SCALES}|{_CURRENCIES}|percentage points?|percent|per cent|pct|pp)(?![^\W\d])",
    rf"^(?:(?:no\.?|number) of )?(?:{_ENGLISH_COUNTED})$",
    r"(?<![0-9])[%‰]|[$€£¥₩₹₽]|(?<![0-9.,])0{3}s?(?![0-9])",
)
_VAGUE = (
    rf"^(?:(?:{_CHANGE}|¥)? *)(大约|大概|约|将近|接近|近|不少于|不低于|不超过|不高于|不多于|不足|不到|超过|超|突破|逾|"
    r"至少|至多|最多|最少|多于|少于|大于|小于|高于|低于|几|数(?=[十百千万亿])|[~≈±<>≤≥≦≧]|"
    r"(?i:about|around|over|under|nearly|almost|up to|at least|at most|more than|less than|fewer than)\b)"
    r"|(以上|以下|以内|以外|左右|上下|多|余|(?<=[^+])\+|(?i:or more|or less|or fewer))$"
    r"|(?<=[0-9%十百千万亿])(多|余|几|来)"
)


def parse_amount(text: str, *, unit: str = "", units: Sequence[str] = ()) -> Amount:
    """Return the amount written in `text`, exactly: nothing is rounded or dropped.

    Words of change (`下降3%` is −3 %) go with percentages and 百分点 only.

    Args:
        text: The figure as typed.
        unit: A unit that stands apart from the figure, in a column or a heading. It counts where `text` has neither a
            unit nor a scale of its own (a sign of currency is no scale); what is no unit becomes that of the result.
        units: The units that the caller expects, if it knows. They settle what would otherwise be read as a scale or
            not at all (`40千克`, `3 pilot projects`). The result may still be in another unit.

    Raises:
        UsageError: One of the errors above, or of `normalize_typed`.
    """
    plain = normalize_typed(text)
    if not unit and _compiled(_PLAINEST).fullmatch(plain):
        return Amount(Decimal(plain), "", scaled=False)
    unit = normalize_typed(unit)
    raw = quote_for_message(with_unit(text, unit))
    vague = _compiled(_VAGUE).search(plain)
    if vague:
        raise NotExact(text=raw, word=vague[vague.lastindex or 0])
    head = _compiled(_SIGN).match(plain)
    if head is None or (head["sign"] and head["inner"]):
        raise NotANumber(text=raw)
    amount = _with_unit(plain[head.end() :], units, raw, yuan=bool(head["yuan"]))
    if unit:
        amount = _in_unit(amount, unit, units, raw, yuan=bool(head["yuan"]))
    if head["change"] and (head["sign"] or head["inner"] or not _is_percentage(amount.unit)):
        raise ChangeOfAmount(text=raw, word=head["change"])
    value = amount.value
    if not _FALLS.isdisjoint((head["change"], head["sign"], head["inner"])):
        value = value.copy_negate()
    return Amount(normalize_decimal(value, text=raw), amount.unit, amount.scaled)


def parse_unit(text: str, *, units: Sequence[str] = ()) -> Unit | None:
    """Return the unit that the whole `text` is, None if it is none; `units` are those the caller expects."""
    if len(text) > MAX_TEXT:
        return None
    plain = unicodedata.normalize("NFKC", text).strip()
    for expected in _longest_first(units):
        scale = _before_ending(plain, expected)
        if scale is not None and (not scale or _compiled(_SCALE).fullmatch(scale)):
            return Unit(_scale(scale), expected, bool(scale))
    match = _compiled(_SCALE).match(plain)
    scale, name = (match[0], plain[match.end() :].strip()) if match else ("", plain)
    if name == "¥" or name.casefold() in _YUAN:
        return Unit(_scale(scale), MONEY, bool(scale))
    is_unit = _compiled(_UNIT).fullmatch(name) if name else scale
    return Unit(_scale(scale), name, bool(scale)) if is_unit and not (scale and name == PERCENT) else None


def may_be_unit(text: str) -> bool:
    """Return whether a text beside a figure, such as one in a heading's parentheses, could be meant as its unit.

    It could where it names a usual unit or scale (亿, `in thousands`, `$000`); a year, a number or a date does not.
    """
    if len(text) > MAX_TEXT:
        return False
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    return any(_compiled(pattern).search(plain) for pattern in _MAY_BE_UNIT)


def with_unit(text: str, unit: str) -> str:
    """Return a figure and the unit that stands apart from it as one text, for messages."""
    if not unit or not text.strip()[-1:].isdigit():
        return text
    return f"{text.strip()}{unit if _compiled(_UNIT).match(unit) or _compiled(_SCALE).match(unit) else f' {unit}'}"


def change_word(text: str) -> str:
    """Return the word of change that `text` begins with (增长, 下降, …), empty if none; no share is such a change."""
    match = re.match(_CHANGE, normalize_typed(text))
    return match[0] if match else ""


def normalize_decimal(value: Decimal, *, text: str = "") -> Decimal:
    """Return `value` in canonical form: no exponent, no trailing zeros behind the point, no −0.

    Args:
        value: Any decimal.
        text: What was typed, for the message; without it the value itself is shown.

    Raises:
        NotANumber: For NaN and infinity.
        TooManyDigits: Beyond 15 digits. Zeros before the point count, so figures stay below 10^15; trailing zeros
            behind it do not.
        TooManyDecimals: Beyond 4 decimals.
    """
    raw = text or quote_for_message(str(value))
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise NotANumber(text=raw)
    if not value:
        return Decimal(0)
    if value.adjusted() >= MAX_DIGITS:
        raise TooManyDigits(text=raw, limit=MAX_DIGITS)
    if not exponent and len(digits) <= MAX_DIGITS:
        return value
    significant = "".join(map(str, digits)).rstrip("0")
    exponent += len(digits) - len(significant)
    if exponent < -MAX_DECIMALS:
        raise TooManyDecimals(text=raw, limit=MAX_DECIMALS)
    if len(significant.lstrip("0")) > MAX_DIGITS:
        raise TooManyDigits(text=raw, limit=MAX_DIGITS)
    significant += "0" * exponent
    return Decimal((sign, tuple(map(int, significant)), min(exponent, 0)))


def count(numeral: str) -> int | None:
    """Return the whole number a Chinese numeral stands for, None where it is not written in full and by the rules.

    十 and 一十, 两 and 二, 〇 and 零, everyday and formal characters are equal; 零 stands where a place is skipped and
    nowhere else. So `两万五` (25000 in speech) and `两三` (two or three) are None.
    """
    plain = numeral.translate(_FORMAL)
    value = _add_up(plain)
    written = re.sub(r"(?<![一二三四五六七八九])十", "一十", plain)
    return value if value is not None and _spell(value) == written else None


def _with_unit(text: str, units: Sequence[str], raw: str, *, yuan: bool) -> Amount:
    """Return the unsigned amount in `text`; the longest of `units` that it ends with goes before any other reading."""
    for unit in () if yuan else _longest_first(units):
        body = _before_ending(text, unit)
        if body:
            amount = _unsigned(body, raw)
            if not amount.unit:
                return Amount(amount.value, unit, amount.scaled)
    amount = _unsigned(text, raw)
    if yuan and amount.unit not in {"", MONEY}:
        raise NotANumber(text=raw)
    return Amount(amount.value, MONEY, amount.scaled) if yuan else amount


def _in_unit(amount: Amount, unit: str, units: Sequence[str], raw: str, *, yuan: bool) -> Amount:
    """Return an amount in the unit that stands apart from it, unless it has one of its own; `yuan`: its sign is ¥."""
    if amount.scaled or (amount.unit and not yuan):
        return amount
    apart = parse_unit(unit, units=units)
    if yuan and (apart is None or apart.name not in {"", MONEY}):
        raise NotANumber(text=raw)
    if apart is None:
        return Amount(amount.value, unit, scaled=False)
    return Amount(_WIDE.multiply(amount.value, apart.factor), apart.name or amount.unit, apart.scaled)


def _longest_first(units: Sequence[str]) -> list[str]:
    return sorted(filter(None, units), key=len, reverse=True)


def _before_ending(text: str, unit: str) -> str | None:
    """Return what stands before `unit` at the end of `text`, in whatever case; None where it does not end so."""
    ending = unicodedata.normalize("NFKC", unit)
    return text[: -len(ending)].rstrip() if text[-len(ending) :].casefold() == ending.casefold() else None


def _unsigned(text: str, raw: str) -> Amount:
    """Return the amount in `text`, which has no sign: a percentage in words, or a number, a scale and a unit."""
    if text.startswith("百分之"):
        part = text.removeprefix("百分之").lstrip()
        amount = _unsigned("一百" if part == "百" else part, raw)
        if amount.unit or amount.scaled:
            raise NotANumber(text=raw)
        return Amount(amount.value, PERCENT, scaled=False)
    numeral = _compiled(_NUMERAL).match(text)
    if numeral:
        value, scaled, end = _in_numerals(numeral[0], raw), bool(re.search("[万萬亿億]", numeral[0])), numeral.end()
    else:
        value, scaled, end = _in_digits(text, raw)
    unit = text[end:].strip()
    if unit[:1].isdigit() or re.match("[零〇一二两三四五六七八九十]", unit):
        raise UnclearNumeral(text=raw)
    if (unit and not _compiled(_UNIT).fullmatch(unit)) or (scaled and unit == PERCENT):
        raise NotANumber(text=raw)
    return Amount(value, MONEY if unit.casefold() in _YUAN else unit, scaled)


def _in_digits(text: str, raw: str) -> tuple[Decimal, bool, int]:
    """Return the number in digits at the start of `text` times its scale, if it has one, and where the rest begins."""
    if _compiled(_EXPONENT).match(text):
        raise ExponentNotation(text=raw)
    stacked = _compiled(_STACKED).match(text)
    if stacked:
        high, low = Decimal(stacked[1]), Decimal(stacked[2] or stacked[3])
        low *= {None: 1, "百": 100, "佰": 100}.get(stacked[4], 1000)
        return _WIDE.add(_WIDE.multiply(high, 10**8), _WIDE.multiply(low, 10**4)), True, stacked.end()
    run = re.match(r"[0-9.,]*", text)
    digits = run[0] if run else ""
    if "," in digits and not _compiled(_GROUPED).fullmatch(digits):
        raise MisplacedSeparator(text=raw)
    if "," not in digits and not _compiled(_PLAIN).fullmatch(digits):
        raise NotANumber(text=raw)
    number = Decimal(digits.replace(",", ""))
    end = len(digits) + len(text[len(digits) :]) - len(text[len(digits) :].lstrip())
    scale = _compiled(_SCALE).match(text, end)
    if not scale:
        return number, False, end
    return _WIDE.multiply(number, _scale(scale[0])), True, scale.end()


def _in_numerals(numeral: str, raw: str) -> Decimal:
    """Return the value of a run of Chinese numerals: `一千二百万`, `十点五亿`. Raise UnclearNumeral."""
    whole, point, rest = numeral.translate(_FORMAL).partition("点")
    decimals = rest.rstrip("".join(_SCALES))
    scale = rest[len(decimals) :]
    value = count(whole)
    wrong = point and (
        not decimals or any(c not in _DIGITS for c in decimals) or (scale and not _compiled(_SCALE).fullmatch(scale))
    )
    if value is None or wrong:
        raise UnclearNumeral(text=raw)
    figures = "".join(str(_DIGITS.index(c)) for c in decimals)
    return _WIDE.multiply(Decimal(f"{value}.{figures}"), _scale(scale))


def _scale(word: str) -> Decimal:
    """Return what a scale multiplies by: 千万 is 10^7, no word is 1."""
    product = 1
    for character in word.translate(_FORMAL):
        product *= _SCALES[character]
    return Decimal(product)


def _add_up(plain: str) -> int | None:
    """Return the value of a numeral, read leniently: at the largest scale, left × scale + right. None if that fails."""
    for word, scale in _SCALES.items():
        left, scale_word, right = plain.rpartition(word)
        if scale_word:
            high = 1 if word == "十" and not left else _add_up(left)
            low = _add_up(right.removeprefix("零")) if right else 0
            return None if high is None or low is None else high * scale + low
    return _DIGITS.index(plain) if len(plain) == 1 and plain in _DIGITS else None


def _spell(value: int) -> str:
    """Return the one full spelling of a whole number ≥ 0, 10 as 一十."""
    for word, scale in _SCALES.items():
        high, low = divmod(value, scale)
        if high:
            skipped = "零" if 0 < low < scale // 10 else ""
            return _spell(high) + word + skipped + (_spell(low) if low else "")
    return _DIGITS[value]


def _is_percentage(unit: str) -> bool:
    return unit == PERCENT or unit.endswith("百分点")
