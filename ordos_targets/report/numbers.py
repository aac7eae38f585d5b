"""Figures as people read them. A shown figure never flatters: what is reached is cut, what is missing rounded up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from ordos_targets.domain.assessment import Figures
from ordos_targets.domain.targets import MONEY, PERCENT, Direction, Measure, Target
from ordos_targets.locale import _, language, pick
from ordos_targets.report.jsontext import decimal_text

NOTHING = "—"
MINUS = "−"
WAN, YI = 10**4, 10**8
# From the largest: an amount is shown in the first unit that it fills.
MONEY_UNITS = {
    "zh": ((YI, "亿元"), (WAN, "万元"), (1, "元")),
    "en": ((10**9, "bn yuan"), (10**6, "m yuan"), (10**3, "k yuan"), (1, " yuan")),
}


def cut(number: Fraction, decimals: int, *, up: bool = False) -> str:
    """`number` with at most `decimals` decimals, cut down (towards −∞), or `up`; thousands are set apart."""
    steps = ceil(number * 10**decimals) if up else floor(number * 10**decimals)
    text = f"{Decimal(abs(steps)).scaleb(-decimals):,f}"
    return f"{MINUS}{text}" if steps < 0 else text


def short(text: str) -> str:
    """A decimal text without trailing zeros."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(ratio: Fraction | None, *, up: bool = False) -> str:
    """A ratio as a percentage with one decimal: 2/3 → `66.6%`."""
    return NOTHING if ratio is None else f"{cut(ratio * 100, 1, up=up)}%"


def points(lead: Fraction | None) -> str:
    """A lead in percentage points with its sign: `−10.0`, `+2.5`."""
    if lead is None:
        return NOTHING
    text = cut(lead, 1)
    return text if text.startswith(MINUS) or lead == 0 else f"+{text}"


def amount(value: Fraction | None, unit: str, unit_en: str = "", *, up: bool = False) -> str:
    """A value in its base unit, in the unit that reads well: `4.38亿元`, `3,200万元`, `11家`, `50.0%`."""
    if value is None:
        return NOTHING
    if unit == PERCENT:
        return f"{cut(value, 1, up=up)}%"
    if unit == MONEY:
        return _money(value, up=up)
    number = short(cut(value, 4 if WAN % value.denominator == 0 else 1, up=up))
    word = singular(pick(unit, unit_en)) if number == "1" else pick(unit, unit_en)
    space = " " if word and (language() == "en" or word.isascii()) else ""
    return f"{number}{space}{word}"


def singular(word: str) -> str:
    """An English unit for one: `agencies` → `agency`, `firms` → `firm`; any other word as it is."""
    if word.isascii() and word.endswith("s"):
        return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")
    return word


def _money(value: Fraction, *, up: bool) -> str:
    for size, word in MONEY_UNITS[language()]:
        if abs(value) >= size or size == 1:
            return f"{short(cut(value / size, 2, up=up))}{word}"
    raise AssertionError(value)


def exact_amount(value: Fraction, unit: str, unit_en: str = "") -> str:
    """An amount as `amount` shows it where that is exact, else in the largest unit in which it is."""
    if unit == MONEY:
        sizes = [(size, word) for size, word in MONEY_UNITS[language()] if abs(value) >= size or size == 1]
        size, word = next(((size, word) for size, word in sizes if (value / size * 100).denominator == 1), sizes[-1])
        return f"{short(cut(value / size, 4))}{word}"
    shown = amount(value, unit, unit_en)
    return shown if shown == amount(value, unit, unit_en, up=True) else f"{decimal_text(value)}{unit}"


def _in_full(target: Target, value: Fraction) -> str:
    return exact_amount(value, target.unit, target.unit_en)


def goal_text(target: Target, value: Fraction | None, *, each: bool = False) -> str:
    """A goal with its direction: `≥10个`, `≤3%`, and that it is for `each` district; nothing is cut from a goal."""
    if value is None:
        return NOTHING
    mark = "≤" if target.direction is Direction.AT_MOST else "≥"
    exact = f"{short(cut(value, 4))}%" if target.goal_unit == PERCENT else _in_full(target, value)
    return _("each {goal}").format(goal=mark + exact) if each else mark + exact


def actual_text(target: Target, value: Fraction | None) -> str:
    """An actual in the goal's unit; rounded up where less is better."""
    return amount(value, target.goal_unit, target.unit_en, up=target.direction is Direction.AT_MOST)


def gap_text(target: Target, value: Fraction | None, *, up: bool = True) -> str:
    """A gap, rounded up (a surplus is cut); in points for growth and share."""
    return _points(value, up=up) if target.goal_unit == PERCENT else amount(value, target.unit, target.unit_en, up=up)


def _points(value: Fraction | None, *, up: bool) -> str:
    return NOTHING if value is None else _("{number} points").format(number=cut(value, 1, up=up))


def recorded_text(target: Target, value: Fraction | None, *, up: bool = False) -> str:
    """A figure in the unit that entries of the target bear: money for the growth of money."""
    if target.measure is Measure.SHARE:
        return _points(value, up=up)
    return amount(value, target.unit, target.unit_en, up=up)


def lacking_text(target: Target, figures: Figures) -> str:
    """The amount still needed, rounded up; `≥` where a short district's part of it is not known."""
    return ("≥" if figures.gap_amount_partial else "") + recorded_text(target, figures.gap_amount, up=True)


def moment_text(moment: str) -> str:
    """A recorded moment to the minute: `2025-07-05 01:23 UTC`."""
    return f"{moment[:10]} {moment[11:16]} UTC"
