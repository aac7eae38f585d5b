"""Figures as people read them, as texts and as numbers of a workbook.

A shown figure never flatters: what is reached is cut, what is missing is rounded up.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from ordos_targets.domain.assessment import Assessment
from ordos_targets.domain.targets import MONEY, PERCENT, Direction, Measure, Target
from ordos_targets.locale import _, language, pick
from ordos_targets.locale.amounts import MINUS, NOTHING, WAN, amount, exact_amount, short, singular, truncate
from ordos_targets.report.sanitize import escape_control_characters
from ordos_targets.report.table import text_width


def percent(ratio: Fraction | None, *, up: bool = False) -> str:
    """Return a ratio as a percentage with one decimal: 2/3 → `66.6%`."""
    return NOTHING if ratio is None else f"{truncate(ratio * 100, 1, up=up)}%"


def points(lead: Fraction | None) -> str:
    """Return a lead in percentage points with its sign: `−10.0`, `+2.5`."""
    if lead is None:
        return NOTHING
    text = truncate(lead, 1)
    return text if text.startswith(MINUS) or lead == 0 else f"+{text}"


def goal_text(target: Target, value: Fraction | None, *, each: bool = False) -> str:
    """Return a goal in full with its direction: `≥10个`, `≤3%`, and whether it is for `each` district."""
    if value is None:
        return NOTHING
    mark = "≤" if target.direction is Direction.AT_MOST else "≥"
    in_percent = target.goal_unit == PERCENT
    exact = f"{short(truncate(value, 4))}%" if in_percent else exact_amount(value, target.unit, target.unit_en)
    return _("each {goal}").format(goal=mark + exact) if each else mark + exact


def actual_text(target: Target, value: Fraction | None) -> str:
    """Return an actual in the goal's unit; rounded up where less is better."""
    return amount(value, target.goal_unit, target.unit_en, up=target.direction is Direction.AT_MOST)


def gap_text(target: Target, value: Fraction | None, *, up: bool = True) -> str:
    """Return a gap, rounded up (a surplus is cut); in points for growth and share."""
    return _points(value, up=up) if target.goal_unit == PERCENT else amount(value, target.unit, target.unit_en, up=up)


def _points(value: Fraction | None, *, up: bool) -> str:
    return NOTHING if value is None else _("{number} points").format(number=truncate(value, 1, up=up))


def recorded_text(target: Target, value: Fraction | None, *, up: bool = False) -> str:
    """Return a figure in the unit of the target's entries: money for the growth of money; in points for a share."""
    if target.measure is Measure.SHARE:
        return _points(value, up=up)
    return amount(value, target.unit, target.unit_en, up=up)


def lacking_text(target: Target, figures: Assessment) -> str:
    """Return the amount still needed, rounded up; `≥` where a short district's part of it is not known."""
    return ("≥" if figures.gap_amount_partial else "") + recorded_text(target, figures.gap_amount, up=True)


def moment_text(moment: str) -> str:
    """Return a recorded moment to the minute: `2025-07-05 01:23 UTC`."""
    return f"{moment[:10]} {moment[11:16]} UTC"


HUNDRED = 100
# The unit of money in a workbook, by language: how many yuan it is, its name behind a number, and its name in full.
MONEY_UNIT = {"zh": (WAN, "万元", "万元"), "en": (10**6, "m yuan", "million yuan")}
MOST_DECIMALS = 10  # of a figure recorded with 4 decimals of a yuan, in the largest unit of money
LONGEST_UNIT = 60  # a format may be 255 characters long, and holds the unit three times at most


class ExcelNumber(NamedTuple):
    """A number of a cell and the text around it.

    Attributes:
        value: The exact number.
        decimals: How many decimals are shown.
        before: The text in front of it.
        after: The text behind it.
        singular: The text behind it where it is 1; empty where it is the same.
        percent: Whether it is a ratio shown as a percentage.
        up: Whether a lower figure would flatter.
    """

    value: Fraction
    decimals: int = 0
    before: str = ""
    after: str = ""
    singular: str = ""
    percent: bool = False
    up: bool = False

    @property
    def stored(self) -> float | int:
        """The number of the cell: the exact one, or the one that is shown where rounding it would flatter."""
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
        if self.singular != self.after and self.singular:
            return f"[=1]{before}{digits}{_literal(self.singular)};{several}"
        return f"{several};{before}-{digits}{after}" if before else several

    @property
    def width(self) -> int:
        """How many columns of text it takes."""
        digits = f"{abs(int(self.value * (HUNDRED if self.percent else 1))):,}"
        return len(digits) + self.decimals + 3 + text_width(self.before) + text_width(self.after)


def _literal(text: str) -> str:
    """Return a text inside a format code. Spreadsheets disagree on quotation marks in it: they become ″."""
    quoted = escape_control_characters(text).replace('"', "″")
    return f'"{quoted}"' if quoted else ""


def excel_money_unit() -> str:
    """Return the name of the unit of all money in a workbook."""
    return MONEY_UNIT[language()][2]


def excel_share(ratio: Fraction | None, *, up: bool = False) -> ExcelNumber | None:
    """Return a ratio as a percentage with one decimal."""
    return None if ratio is None else ExcelNumber(value=ratio, decimals=1, percent=True, up=up)


def excel_goal(target: Target, value: Fraction | None, *, each: bool = False) -> ExcelNumber | None:
    """Return a goal in full with its direction, and whether it is for `each` district."""
    before, after = _around(_("each {goal}"), "{goal}") if each else ("", "")
    mark = "≤" if target.direction is Direction.AT_MOST else "≥"
    number = None if value is None else _excel_amount(target, value, whole=True)
    return number and number._replace(
        before=f"{before}{mark}{number.before}", after=number.after + after, singular=number.singular + after
    )


def excel_actual(target: Target, value: Fraction | None) -> ExcelNumber | None:
    """Return an actual in the unit of the goal."""
    return None if value is None else _excel_amount(target, value, up=target.direction is Direction.AT_MOST)


def excel_gap(target: Target, figures: Assessment, *, districts: bool) -> ExcelNumber | None:
    """Return what is missing: in points where the goal is a percentage; a number of districts if `districts`."""
    value = figures.gap
    if value is None:
        return None
    if districts:
        before, after = _around(_("{count} districts"), "{count}")
        return ExcelNumber(value=value, before=before, after=after, singular=_("1 district").removeprefix("1"))
    if target.goal_unit == PERCENT:
        before, after = _around(_("{number} points"), "{number}")
        return ExcelNumber(value=value, decimals=1, before=before, after=after, up=True)
    return _excel_amount(target, value, up=True)


def _around(template: str, place: str) -> tuple[str, str]:
    before, _place, after = template.partition(place)
    return before, after


def _excel_amount(target: Target, value: Fraction, *, up: bool = False, whole: bool = False) -> ExcelNumber:
    """Return a figure in the unit of the goal; `whole` shows every decimal of it."""
    if target.goal_unit == PERCENT:
        decimals = _decimals(value, 1) if whole else 1
        return ExcelNumber(value=value / HUNDRED, decimals=decimals, percent=True, up=up)
    if target.goal_unit == MONEY:  # two decimals, and more only of a goal or where it is less than one unit
        size, word, _name = MONEY_UNIT[language()]
        decimals = _decimals(value / size, 2) if whole or abs(value / size) < 1 else 2
        space = " " if word.isascii() else ""
        return ExcelNumber(value=value / size, decimals=decimals, after=space + word, up=up)
    word = pick(target.unit, target.unit_en)[:LONGEST_UNIT]
    space = " " if word and (language() == "en" or word.isascii()) else ""
    decimals = _decimals(value, 0)
    return ExcelNumber(value=value, decimals=decimals, after=space + word, singular=space + singular(word), up=up)


def _decimals(value: Fraction, least: int) -> int:
    """Return how many decimals `value` has, at least `least`; where it does not end, `least` or one."""
    sizes = (size for size in range(least, MOST_DECIMALS + 1) if (value * 10**size).denominator == 1)
    return next(sizes, max(least, 1))


def excel_recorded(value: Fraction, unit: str, unit_en: str = "") -> tuple[ExcelNumber, str]:
    """Return a figure of an entry in full, and its unit: money in the workbook's unit, else as recorded."""
    if unit == PERCENT:
        return ExcelNumber(value=value / HUNDRED, decimals=_decimals(value, 0), percent=True), unit
    if unit == MONEY:
        size, word, _name = MONEY_UNIT[language()]
        return ExcelNumber(value=value / size, decimals=_decimals(value / size, 2)), word
    return ExcelNumber(value=value, decimals=_decimals(value, 0)), pick(unit, unit_en)
