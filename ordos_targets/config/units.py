"""The units of a target: what its figures are counted in, and whether an amount is written in it."""

from __future__ import annotations

from ordos_targets.domain.amounts import Amount, parse_amount
from ordos_targets.domain.errors import N_, AppError, Message
from ordos_targets.domain.names import quote_for_message
from ordos_targets.domain.targets import MONEY, PERCENT, Measure

DEFAULT_UNITS = {Measure.GROWTH: MONEY, Measure.SHARE: PERCENT}


def recorded_unit(measure: Measure, unit: str) -> str:
    """Return the unit of the figures recorded, for a `unit` as written: 万元 and 亿元 are money, counted in 元.

    Without one it is the measure's own. A `%` written for a growth is the unit of its goal: what is recorded are
    amounts all the same.
    """
    if not unit or (measure is Measure.GROWTH and unit == PERCENT):
        return DEFAULT_UNITS.get(measure, "")
    amount = _unit_amount(unit)
    return amount.unit if amount and amount.unit in {MONEY, PERCENT} else unit


def goal_unit(measure: Measure, unit: str) -> str:
    """Return the unit of goal, stretch, split and checkpoints: % for growth and share, else that of the figures."""
    return PERCENT if measure in {Measure.GROWTH, Measure.SHARE} else recorded_unit(measure, unit)


def base_unit(measure: Measure, unit: str) -> str:
    """Return the unit of last year's figure: that of the figures; % for a share."""
    return PERCENT if measure is Measure.SHARE else recorded_unit(measure, unit)


def expected_units(unit: object) -> tuple[str, ...]:
    """Return what amounts of a target may end with besides the units of any amount, for `parse_amount`; never money."""
    if not isinstance(unit, str) or not unit.strip():
        return ()
    amount = _unit_amount(unit)
    return () if amount and (amount.scaled or amount.unit in {MONEY, PERCENT}) else (unit.strip(" "),)


def unit_fault(unit: str) -> Message | None:
    """Return what is wrong with a unit as written, None if nothing is.

    A multiplier in a unit (万人) is refused: nobody would know whether a figure recorded as `5` was meant as `5万`.
    Money is the exception, as its amounts are always written with their unit.
    """
    amount = _unit_amount(unit) if unit else None
    if amount is None or not amount.scaled or amount.unit == MONEY:
        return None
    template = N_('must be without 万 or 亿: write unit = "{unit}" and the amounts as "{example}"')
    return Message(template, {"unit": amount.unit, "example": f"5{unit}"})


def amount_fault(amount: Amount, unit: str) -> Message | None:
    """Return what is wrong with an amount of a figure counted in `unit`, None if nothing is. 0 needs no unit."""
    if unit == MONEY and not amount.unit and not amount.scaled and amount.value:
        params = {"yi": f"{amount.value:f}亿元", "wan": f"{amount.value:f}万元"}
        return Message(N_('an amount of money needs its unit: write "{yi}" or "{wan}"'), params)
    if amount.unit in {"", unit} and not (amount.scaled and unit == PERCENT):
        return None
    given = quote_for_message(amount.unit)
    if not unit:
        return Message(N_('the target has no unit; add unit = "{unit}"'), {"unit": given})
    return Message(N_("is in {given}, but this figure is counted in {unit}"), {"given": given, "unit": unit})


def _unit_amount(unit: str) -> Amount | None:
    """Return the amount of one `unit`, None where it cannot follow a number."""
    try:
        return parse_amount(f"1{unit}")
    except AppError:
        return None
