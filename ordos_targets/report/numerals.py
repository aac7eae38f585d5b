"""Figures as the numbers of a spreadsheet: a real number, and the format that shows it with its unit.

Money is in 万元, as Chinese offices compare it, or in millions of yuan in English; every cell of a workbook alike, so
that a column adds up. Percentages are ratios under a percent format, gaps of percentages are points.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from ordos_targets.domain.assessment import Figures
from ordos_targets.domain.targets import MONEY, PERCENT, Direction, Target
from ordos_targets.locale import _, language, pick
from ordos_targets.report.cells import text_width
from ordos_targets.report.numbers import WAN, singular
from ordos_targets.report.safe import visible

HUNDRED = 100
# The unit of money in a workbook, by language: how many yuan it is, its name behind a number, and its name in full.
MONEY_UNIT = {"zh": (WAN, "万元", "万元"), "en": (10**6, "m yuan", "million yuan")}
MOST_DECIMALS = 10  # of a figure recorded with 4 decimals of a yuan, in the largest unit of money
LONGEST_UNIT = 60  # a format may be 255 characters long, and holds the unit three times at most


class Numeral(NamedTuple):
    """A number with what stands around it.

    `value` is shown with `decimals` decimals behind `before` and in front of `after` (`one`, where it is 1); under
    `percent` it is a ratio shown as a percentage. `up` tells that a lower figure would flatter.
    """

    value: Fraction
    decimals: int = 0
    before: str = ""
    after: str = ""
    one: str = ""
    percent: bool = False
    up: bool = False

    @property
    def stored(self) -> float | int:
        """The number for the cell: the exact one, but the one that is shown where rounding it would flatter."""
        step = Fraction(1, 10 ** (self.decimals + 2 * self.percent))
        steps = self.value / step
        honest = ceil(steps) if self.up else floor(steps)
        number = self.value if abs(steps - honest) < Fraction(1, 2) else honest * step
        return number.numerator if number.denominator == 1 else float(number)

    @property
    def format(self) -> str:
        """The format code of the cell."""
        digits = ("0" if self.percent else "#,##0") + ("." + "0" * self.decimals if self.decimals else "")
        digits += "%" if self.percent else ""
        before, after = _literal(self.before), _literal(self.after)
        several = f"{before}{digits}{after}"
        if self.one != self.after and self.one:
            return f"[=1]{before}{digits}{_literal(self.one)};{several}"
        return f"{several};{before}-{digits}{after}" if before else several

    @property
    def width(self) -> int:
        """How many columns of text it takes."""
        digits = f"{abs(int(self.value * (HUNDRED if self.percent else 1))):,}"
        return len(digits) + self.decimals + 3 + text_width(self.before) + text_width(self.after)


def _literal(text: str) -> str:
    """A text inside a format code. No spreadsheet agrees with another on quotation marks in it: they become ″."""
    inert = visible(text).replace('"', "″")
    return f'"{inert}"' if inert else ""


def money_unit() -> str:
    """The name of the unit of all money in a workbook."""
    return MONEY_UNIT[language()][2]


def share(ratio: Fraction | None, *, up: bool = False) -> Numeral | None:
    """A ratio as a percentage with one decimal."""
    return None if ratio is None else Numeral(value=ratio, decimals=1, percent=True, up=up)


def goal(target: Target, value: Fraction | None, *, each: bool = False) -> Numeral | None:
    """A goal in full with its direction, and that it is for `each` district."""
    before, after = _around(_("each {goal}"), "{goal}") if each else ("", "")
    mark = "≤" if target.direction is Direction.AT_MOST else "≥"
    number = None if value is None else _amount(target, value, whole=True)
    return number and number._replace(
        before=f"{before}{mark}{number.before}", after=number.after + after, one=number.one + after
    )


def actual(target: Target, value: Fraction | None) -> Numeral | None:
    """An actual in the unit of the goal."""
    return None if value is None else _amount(target, value, up=target.direction is Direction.AT_MOST)


def gap(target: Target, figures: Figures, *, districts: bool) -> Numeral | None:
    """What is missing: in points where the goal is a percentage; the number of `districts` where those are counted."""
    value = figures.gap
    if value is None:
        return None
    if districts:
        before, after = _around(_("{count} districts"), "{count}")
        return Numeral(value=value, before=before, after=after, one=_("1 district").removeprefix("1"))
    if target.goal_unit == PERCENT:
        before, after = _around(_("{number} points"), "{number}")
        return Numeral(value=value, decimals=1, before=before, after=after, up=True)
    return _amount(target, value, up=True)


def _around(template: str, place: str) -> tuple[str, str]:
    before, _place, after = template.partition(place)
    return before, after


def _amount(target: Target, value: Fraction, *, up: bool = False, whole: bool = False) -> Numeral:
    """A figure in the unit of the goal; `whole` shows every decimal of it."""
    if target.goal_unit == PERCENT:
        decimals = _decimals(value, 1) if whole else 1
        return Numeral(value=value / HUNDRED, decimals=decimals, percent=True, up=up)
    if target.goal_unit == MONEY:
        return _money_number(value, up=up, whole=whole)
    word = pick(target.unit, target.unit_en)[:LONGEST_UNIT]
    space = " " if word and (language() == "en" or word.isascii()) else ""
    decimals = _decimals(value, 0)
    return Numeral(value=value, decimals=decimals, after=space + word, one=space + singular(word), up=up)


def _money_number(value: Fraction, *, up: bool, whole: bool) -> Numeral:
    """Yuan in the workbook's unit: two decimals, and more only of a goal or where it is less than one unit."""
    size, word, _name = MONEY_UNIT[language()]
    scaled = value / size
    decimals = _decimals(scaled, 2) if whole or abs(scaled) < 1 else 2
    return Numeral(value=scaled, decimals=decimals, after=f" {word}" if word.isascii() else word, up=up)


def _decimals(value: Fraction, least: int) -> int:
    """How many decimals `value` has, `least` of them at least; where it has no end, `least` or one."""
    sizes = (size for size in range(least, MOST_DECIMALS + 1) if (value * 10**size).denominator == 1)
    return next(sizes, max(least, 1))


def recorded(value: Fraction, unit: str, unit_en: str = "") -> tuple[Numeral, str]:
    """A figure of an entry in full, and its unit beside it: money in the workbook's unit, else as recorded."""
    if unit == PERCENT:
        return Numeral(value=value / HUNDRED, decimals=_decimals(value, 0), percent=True), unit
    if unit == MONEY:
        size, word, _name = MONEY_UNIT[language()]
        return Numeral(value=value / size, decimals=_decimals(value / size, 2)), word
    return Numeral(value=value, decimals=_decimals(value, 0)), pick(unit, unit_en)
