"""The units of a target: what its figures are counted in, and whether an amount is written in it."""

from __future__ import annotations

from ordos_targets.domain.amounts import Amount, parse_amount
from ordos_targets.domain.errors import N_, AppError, Message
from ordos_targets.domain.names import quote_for_message
from ordos_targets.domain.targets import MONEY, PERCENT, Measure

DEFAULT_UNITS = {Measure.GROWTH: MONEY, Measure.SHARE: PERCENT}


def recorded_unit(measure: Measure, written: str) -> str:
    """The unit of the figures recorded: `written`, or the measure's own; 万元 and 亿元 are money, counted in 元.

    A `%` written for a growth is the unit of its goal; what is recorded are amounts all the same.
    """
    if not written or (measure is Measure.GROWTH and written == PERCENT):
        return DEFAULT_UNITS.get(measure, "")
    one = _one(written)
    return one.unit if one and one.unit in {MONEY, PERCENT} else written


def expected_units(written: object) -> tuple[str, ...]:
    """The units an amount of a target may end with beyond those any amount may, for `read_amount`. Never money."""
    if not isinstance(written, str) or not written.strip():
        return ()
    one = _one(written)
    return () if one and (one.scaled or one.unit in {MONEY, PERCENT}) else (written.strip(" "),)


def goal_unit(measure: Measure, written: str) -> str:
    """The unit of goal, stretch, split and checkpoints: % for growth and share, else that of the figures."""
    return PERCENT if measure in {Measure.GROWTH, Measure.SHARE} else recorded_unit(measure, written)


def base_unit(measure: Measure, written: str) -> str:
    """The unit of last year's figure: that of the figures; % for a share."""
    return PERCENT if measure is Measure.SHARE else recorded_unit(measure, written)


def unit_fault(written: str) -> Message | None:
    """What is wrong with a unit as written; None if nothing is.

    A multiplier in a unit (万人) is refused: a figure recorded as `5` and one recorded as `5万` would be told apart by
    nobody. Money is the exception, as its amounts are always written with their unit.
    """
    one = _one(written) if written else None
    if one is None or not one.scaled or one.unit == MONEY:
        return None
    facts = {"unit": one.unit, "example": f"5{written}"}
    return Message(N_('must be without 万 or 亿: write unit = "{unit}" and the amounts as "{example}"'), facts)


def amount_fault(amount: Amount, unit: str) -> Message | None:
    """What is wrong with an amount of a figure counted in `unit`; None if nothing is. 0 needs no unit."""
    if unit == MONEY and not amount.unit and not amount.scaled and amount.value:
        facts = {"yi": f"{amount.value:f}亿元", "wan": f"{amount.value:f}万元"}
        return Message(N_('an amount of money needs its unit: write "{yi}" or "{wan}"'), facts)
    if amount.unit in {"", unit} and not (amount.scaled and unit == PERCENT):
        return None
    if not unit:
        return Message(N_('the target has no unit; add unit = "{unit}"'), {"unit": quote_for_message(amount.unit)})
    return Message(
        N_("is in {given}, but this figure is counted in {unit}"),
        {"given": quote_for_message(amount.unit), "unit": unit},
    )


def _one(written: str) -> Amount | None:
    """One of the unit `written`, as an amount; None where it cannot follow a number."""
    try:
        return parse_amount(f"1{written}")
    except AppError:
        return None
