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
from ordos_targets.domain.names import normalize_typed, quote_for_message
from ordos_targets.domain.targets import MONEY, PERCENT

MAX_DIGITS = 15
MAX_DECIMALS = 4


class NotANumber(UsageError):
    code = "not_a_number"
    template = N_(
        "“{text}” is not a number this tool reads; write it like 10, 1,234, -3, 2亿元, 5,000万元, 40家 or 20%."
    )


class ExponentNotation(UsageError):
    code = "exponent_notation"
    template = N_("“{text}” is written with an exponent; write the number out, or with 万 or 亿: 100000, 10万.")


class MisplacedSeparator(UsageError):
    code = "misplaced_separator"
    template = N_(
        "The commas of “{text}” are not at every third digit; write 1,234,567 or 1234567 (and . before decimals)."
    )


class UnclearNumeral(UsageError):
    code = "unclear_numeral"
    template = N_("The number in “{text}” is incomplete or has more than one reading; write it like 25000 or 2.5万.")


class NotExact(UsageError):
    code = "not_exact"
    template = N_(
        "“{text}” is not an exact figure because of “{word}”; record the figure itself, and say the rest in --note."
    )


class ChangeOfAmount(UsageError):
    code = "change_of_amount"
    template = N_(
        "“{text}” says by how much something changed: “{word}” goes with percentages only, and not with a share. "
        "Write the figure itself, like 3 or -3."
    )


class TooManyDigits(UsageError):
    code = "too_many_digits"
    template = N_("“{text}” has more than {limit} digits in the base unit; figures are kept exactly, never rounded.")


class TooManyDecimals(UsageError):
    code = "too_many_decimals"
    template = N_("“{text}” has more than {limit} decimals in the base unit; figures are kept exactly, never rounded.")


class Amount(NamedTuple):
    """A figure read from text.

    `value` is multiplied out (`5,000万元` is 50000000; `20%` is 20) and passes `exact`. `unit` is what stands behind
    the number: empty, `%`, `元` for every way to write yuan, else as typed. `scaled` tells that 百, 千, 万 or 亿
    followed digits, or that Chinese numerals held 万 or 亿.
    """

    value: Decimal
    unit: str
    scaled: bool


_SCALES = {"亿": 10**8, "万": 10**4, "千": 10**3, "百": 10**2, "十": 10}
_DIGITS = "零一二三四五六七八九"
_FORMAL = str.maketrans("〇两兩壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億", "零二二一二二三三四五六六七八九十百千万亿")
_YUAN = {"元", "圆", "元整", "人民币", "元人民币", "cny", "rmb", "yuan"}
# Wide enough that no product of a readable text is rounded before `exact` has judged it.
_WIDE = Context(prec=200)

# Most figures are plain digits and need no pattern: each is made out once it is used.
_made = cache(re.compile)

_CHANGE = r"增长|增加|上升|提高|负增长|下降|减少|降低"
_FALLS = {"-", "−", "负", "负增长", "下降", "减少", "降低"}
_SIGN = rf"(?P<change>{_CHANGE})?(?P<sign>[-−+负])? *(?P<yuan>¥|人民币|(?i:RMB|CNY))? *(?P<inner>[-−+])? *"
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
_VAGUE = (
    rf"^(?:(?:{_CHANGE}|¥)? *)(大约|大概|约|将近|接近|近|不少于|不低于|不超过|不高于|不多于|不足|不到|超过|超|突破|逾|"
    r"至少|至多|最多|最少|多于|少于|大于|小于|高于|低于|几|数(?=[十百千万亿])|[~≈±<>≤≥≦≧]|"
    r"(?i:about|around|over|under|nearly|almost|up to|at least|at most|more than|less than|fewer than)\b)"
    r"|(以上|以下|以内|以外|左右|上下|多|余|(?<=[^+])\+|(?i:or more|or less|or fewer))$"
    r"|(?<=[0-9%十百千万亿])(多|余|几|来)"
)


def parse_amount(text: str, *, units: Sequence[str] = ()) -> Amount:
    """The amount written in `text`, exactly.

    `units` are the units the caller expects, if it knows: they settle what would otherwise be read as a scale or not
    at all (`40千克`, `3 pilot projects`). The result may still bear another unit. Words of change (`下降3%` is −3 %) go
    with percentages and 百分点 only. Raises one of the failures above; nothing is ever rounded or dropped.
    """
    plain = normalize_typed(text)
    raw = quote_for_message(text)
    if plain.isascii() and plain.isdecimal():
        return Amount(normalize_decimal(Decimal(plain), text=raw), "", scaled=False)
    vague = _made(_VAGUE).search(plain)
    if vague:
        raise NotExact(text=raw, word=vague[vague.lastindex or 0])
    head = _made(_SIGN).match(plain)
    if head is None or (head["sign"] and head["inner"]):
        raise NotANumber(text=raw)
    found = _with_unit(plain[head.end() :], units, raw, yuan=bool(head["yuan"]))
    if head["change"] and (head["sign"] or head["inner"] or not _is_percentage(found.unit)):
        raise ChangeOfAmount(text=raw, word=head["change"])
    value = found.value
    if not _FALLS.isdisjoint((head["change"], head["sign"], head["inner"])):
        value = value.copy_negate()
    return Amount(normalize_decimal(value, text=raw), found.unit, found.scaled)


def change_word(text: str) -> str:
    """The word of change that `text` begins with (增长, 下降, …), or nothing: a share cannot be told by a change."""
    found = re.match(_CHANGE, normalize_typed(text))
    return found[0] if found else ""


def normalize_decimal(value: Decimal, *, text: str = "") -> Decimal:
    """`value` in canonical form: no exponent, no trailing zeros behind the point, no −0.

    Raises NotANumber for NaN and infinity, TooManyDigits beyond 15 digits (zeros before the point count, so figures
    stay below 10^15; trailing zeros behind it do not), TooManyDecimals beyond 4. `text` is what was typed, for the
    failure; without it the value itself is shown.
    """
    raw = text or quote_for_message(str(value))
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise NotANumber(text=raw)
    if not value:
        return Decimal(0)
    if value.adjusted() >= MAX_DIGITS:
        raise TooManyDigits(text=raw, limit=MAX_DIGITS)
    kept = "".join(map(str, digits)).rstrip("0")
    exponent += len(digits) - len(kept)
    if exponent < -MAX_DECIMALS:
        raise TooManyDecimals(text=raw, limit=MAX_DECIMALS)
    if len(kept.lstrip("0")) > MAX_DIGITS:
        raise TooManyDigits(text=raw, limit=MAX_DIGITS)
    kept += "0" * exponent
    return Decimal((sign, tuple(map(int, kept)), min(exponent, 0)))


def count(numeral: str) -> int | None:
    """The whole number a Chinese numeral stands for, or None where it is not written in full and by the rules.

    十 and 一十, 两 and 二, 〇 and 零, everyday and formal characters are equal; 零 stands where a place is skipped and
    nowhere else. So `两万五` (25000 in speech) and `两三` (two or three) are None.
    """
    plain = numeral.translate(_FORMAL)
    value = _add_up(plain)
    written = re.sub(r"(?<![一二三四五六七八九])十", "一十", plain)
    return value if value is not None and _spell(value) == written else None


def _with_unit(text: str, units: Sequence[str], raw: str, *, yuan: bool) -> Amount:
    """The unsigned amount in `text`; the longest of `units` that it ends with is believed before any other reading."""
    for unit in sorted(filter(None, units), key=len, reverse=True):
        ending = unicodedata.normalize("NFKC", unit)
        body = text[: -len(ending)].rstrip()
        if body and text[-len(ending) :].casefold() == ending.casefold() and not yuan:
            found = _unsigned(body, raw)
            if not found.unit:
                return Amount(found.value, unit, found.scaled)
    found = _unsigned(text, raw)
    if yuan and found.unit not in {"", MONEY}:
        raise NotANumber(text=raw)
    return Amount(found.value, MONEY, found.scaled) if yuan else found


def _unsigned(text: str, raw: str) -> Amount:
    """The amount in `text`, which has no sign: a percentage in words, or a number, a scale and a unit."""
    if text.startswith("百分之"):
        part = text.removeprefix("百分之").lstrip()
        found = _unsigned("一百" if part == "百" else part, raw)
        if found.unit or found.scaled:
            raise NotANumber(text=raw)
        return Amount(found.value, PERCENT, scaled=False)
    numeral = _made(_NUMERAL).match(text)
    if numeral:
        value, scaled, end = _in_numerals(numeral[0], raw), bool(re.search("[万萬亿億]", numeral[0])), numeral.end()
    else:
        value, scaled, end = _in_digits(text, raw)
    unit = text[end:].strip()
    if unit[:1].isdigit() or re.match("[零〇一二两三四五六七八九十]", unit):
        raise UnclearNumeral(text=raw)
    if (unit and not _made(_UNIT).fullmatch(unit)) or (scaled and unit == PERCENT):
        raise NotANumber(text=raw)
    return Amount(value, MONEY if unit.casefold() in _YUAN else unit, scaled)


def _in_digits(text: str, raw: str) -> tuple[Decimal, bool, int]:
    """The number in digits at the start of `text`, times its scale; whether there was one; where the rest begins."""
    if _made(_EXPONENT).match(text):
        raise ExponentNotation(text=raw)
    stacked = _made(_STACKED).match(text)
    if stacked:
        high, low = Decimal(stacked[1]), Decimal(stacked[2] or stacked[3])
        low *= {None: 1, "百": 100, "佰": 100}.get(stacked[4], 1000)
        return _WIDE.add(_WIDE.multiply(high, 10**8), _WIDE.multiply(low, 10**4)), True, stacked.end()
    run = re.match(r"[0-9.,]*", text)
    digits = run[0] if run else ""
    if "," in digits and not _made(_GROUPED).fullmatch(digits):
        raise MisplacedSeparator(text=raw)
    if "," not in digits and not _made(_PLAIN).fullmatch(digits):
        raise NotANumber(text=raw)
    number = Decimal(digits.replace(",", ""))
    end = len(digits) + len(text[len(digits) :]) - len(text[len(digits) :].lstrip())
    scale = _made(_SCALE).match(text, end)
    if not scale:
        return number, False, end
    return _WIDE.multiply(number, _scale(scale[0])), True, scale.end()


def _in_numerals(numeral: str, raw: str) -> Decimal:
    """The value of a run of Chinese numerals: `一千二百万`, `十点五亿`. Raises UnclearNumeral."""
    whole, point, rest = numeral.translate(_FORMAL).partition("点")
    decimals = rest.rstrip("".join(_SCALES))
    scale = rest[len(decimals) :]
    value = count(whole)
    wrong = point and (
        not decimals or any(c not in _DIGITS for c in decimals) or (scale and not _made(_SCALE).fullmatch(scale))
    )
    if value is None or wrong:
        raise UnclearNumeral(text=raw)
    figures = "".join(str(_DIGITS.index(c)) for c in decimals)
    return _WIDE.multiply(Decimal(f"{value}.{figures}"), _scale(scale))


def _scale(word: str) -> Decimal:
    """What a scale multiplies by: 千万 is 10^7, no word is 1."""
    product = 1
    for character in word.translate(_FORMAL):
        product *= _SCALES[character]
    return Decimal(product)


def _add_up(plain: str) -> int | None:
    """The value of a numeral, read leniently: at the largest scale, left × scale + right. None where that fails."""
    for word, scale in _SCALES.items():
        left, found, right = plain.rpartition(word)
        if found:
            high = 1 if word == "十" and not left else _add_up(left)
            low = _add_up(right.removeprefix("零")) if right else 0
            return None if high is None or low is None else high * scale + low
    return _DIGITS.index(plain) if len(plain) == 1 and plain in _DIGITS else None


def _spell(value: int) -> str:
    """The one full spelling of a whole number ≥ 0, 10 as 一十."""
    for word, scale in _SCALES.items():
        high, low = divmod(value, scale)
        if high:
            skipped = "零" if 0 < low < scale // 10 else ""
            return _spell(high) + word + skipped + (_spell(low) if low else "")
    return _DIGITS[value]


def _is_percentage(unit: str) -> bool:
    return unit == PERCENT or unit.endswith("百分点")
