"""Amounts as the language of the output writes them. A shown amount never flatters: what is reached is cut."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from ordos_targets.domain.entries import decimal_text
from ordos_targets.domain.targets import MONEY, PERCENT
from ordos_targets.locale import language, pick

NOTHING = "—"
MINUS = "−"
WAN, YI = 10**4, 10**8
# From the largest: an amount is shown in the first unit that it fills.
MONEY_UNITS = {
    "zh": ((YI, "亿元"), (WAN, "万元"), (1, "元")),
    "en": ((10**9, "bn yuan"), (10**6, "m yuan"), (10**3, "k yuan"), (1, " yuan")),
}


def truncate(number: Fraction, decimals: int, *, up: bool = False) -> str:
    """Return `number` with so many decimals, cut down (towards −∞) or `up`, with commas between thousands."""
    steps = ceil(number * 10**decimals) if up else floor(number * 10**decimals)
    text = f"{Decimal(abs(steps)).scaleb(-decimals):,f}"
    return f"{MINUS}{text}" if steps < 0 else text


def short(text: str) -> str:
    """Return a decimal text without trailing zeros."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: Fraction | None, unit: str, unit_en: str = "", *, up: bool = False) -> str:
    """Return a value given in its base unit, in the unit that reads well: `4.38亿元`, `3,200万元`, `11家`, `50.0%`."""
    if value is None:
        return NOTHING
    if unit == PERCENT:
        return f"{truncate(value, 1, up=up)}%"
    if unit == MONEY:
        return _money(value, up=up)
    number = short(truncate(value, 4 if WAN % value.denominator == 0 else 1, up=up))
    word = singular(pick(unit, unit_en)) if number == "1" else pick(unit, unit_en)
    space = " " if word and (language() == "en" or word.isascii()) else ""
    return f"{number}{space}{word}"


def singular(word: str) -> str:
    """Return an English unit for one: `agencies` → `agency`, `firms` → `firm`; any other word as it is."""
    if word.isascii() and word.endswith("s"):
        return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")
    return word


def _money(value: Fraction, *, up: bool) -> str:
    for size, word in MONEY_UNITS[language()]:
        if abs(value) >= size or size == 1:
            return f"{short(truncate(value / size, 2, up=up))}{word}"
    raise AssertionError(value)


def exact_amount(value: Fraction, unit: str, unit_en: str = "") -> str:
    """Return an amount as `amount` does where that is exact, else in the largest unit in which it is."""
    if unit == MONEY:
        sizes = [(size, word) for size, word in MONEY_UNITS[language()] if abs(value) >= size or size == 1]
        size, word = next(((size, word) for size, word in sizes if (value / size * 100).denominator == 1), sizes[-1])
        return f"{short(truncate(value / size, 4))}{word}"
    shown = amount(value, unit, unit_en)
    return shown if shown == amount(value, unit, unit_en, up=True) else f"{decimal_text(value)}{unit}"
