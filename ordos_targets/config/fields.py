"""The kinds of value targets.toml knows, as pydantic types. Imported only to validate a file or make its schema."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import (  # noqa: TID253 - config owns pydantic
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    ValidationInfo,
)

from ordos_targets.config.problems import WrongValueError
from ordos_targets.config.text import (
    FIRST_YEAR,
    LAST_YEAR,
    id_fault,
    line_fault,
    name_fault,
    prose_fault,
    year_fault,
    zone_fault,
)
from ordos_targets.domain.amounts import MAX_DIGITS, Amount, TooManyDigits, exact, read_amount
from ordos_targets.domain.errors import N_, Failure, Message
from ordos_targets.domain.targets import PERCENT

HUNDRED = Decimal(100)
WIDEST = 64  # bits of an integer that is converted at all: a megabyte of hexadecimal digits would take minutes
UNITS = "units"  # key of pydantic's validation context
POSTGRES = ("postgresql://", "postgres://")


def _refusing(fault_of: Callable[[str], Message | None]) -> Callable[[str], str]:
    """A validator that strips a text and raises `WrongValueError` where `fault_of` finds one."""

    def validator(text: str) -> str:
        fault = fault_of(text.strip(" "))
        if fault:
            raise WrongValueError(fault)
        return text.strip(" ")

    return validator


def _number(value: object) -> Decimal | None:
    """A TOML integer or float as an exact decimal, None if `value` is neither (true and false are neither)."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, int) and value.bit_length() > WIDEST:
        raise TooManyDigits(text="…", limit=MAX_DIGITS)
    return exact(Decimal(value))


def read_figure(value: object, units: tuple[str, ...] = ()) -> Amount:
    """An amount from a number or a text such as "20%"; `units` as for `read_amount`. Raises WrongValueError."""
    try:
        if isinstance(value, str):
            return read_amount(value, units=units)
        number = _number(value)
    except Failure as failure:
        raise WrongValueError(failure.message) from failure
    if number is None:
        raise WrongValueError(Message(N_('must be a number, or text such as "2亿元" or "20%"')))
    return Amount(number, "", scaled=False)


def _figure(value: object, info: ValidationInfo) -> Amount:
    """A figure of a target, whose model has left the units to expect in the context."""
    return read_figure(value, (info.context or {}).get(UNITS, ()))


def _points(value: object) -> Decimal:
    """Percentage points: a number, or a text such as "10%", not below 0."""
    amount = read_figure(value)
    if amount.unit not in {"", PERCENT} or amount.scaled or amount.value < 0:
        raise WrongValueError(Message(N_("must be percentage points, 0 or more, such as 10")))
    return amount.value


def _ratio(value: object) -> Decimal:
    """A share of the goal as a ratio: "15%" and 0.15 are both 0.15."""
    amount = read_figure(value)
    ratio = amount.value / HUNDRED if amount.unit == PERCENT else amount.value
    if amount.unit not in {"", PERCENT} or amount.scaled or not 0 <= ratio <= 1:
        raise WrongValueError(Message(N_('must be a share from 0 to 100 %, written "15%" or 0.15')))
    return ratio


def _weight(value: object) -> Decimal:
    amount = read_figure(value)
    if amount.unit or amount.value < 0:
        raise WrongValueError(Message(N_("must be a number without a unit, 0 or more")))
    return amount.value


def _day(value: object) -> object:
    """A TOML date as it is, a quoted one read; a date with a time refused. The rest is pydantic's to refuse."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return value
    fault = year_fault(value.year) if isinstance(value, date) else None
    if fault:
        raise WrongValueError(fault)
    return value


def _ledger(text: str) -> str:
    if "://" in text and not text.startswith(POSTGRES):
        raise WrongValueError(Message(N_("must be a path beside this file, or postgresql://…")))
    return text


Line = Annotated[str, AfterValidator(_refusing(line_fault))]
Name = Annotated[str, AfterValidator(_refusing(name_fault)), Field(min_length=1)]
Prose = Annotated[str, AfterValidator(_refusing(prose_fault))]
Id = Annotated[
    str, AfterValidator(_refusing(id_fault)), Field(json_schema_extra={"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"})
]
Day = Annotated[date, BeforeValidator(_day)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Zone = Annotated[Line, AfterValidator(_refusing(zone_fault))]
LedgerPlace = Annotated[Name, AfterValidator(_ledger)]
Figure = Annotated[Amount, PlainValidator(_figure, json_schema_input_type=int | float | str)]
Points = Annotated[Decimal, PlainValidator(_points, json_schema_input_type=int | float | str)]
Ratio = Annotated[Decimal, PlainValidator(_ratio, json_schema_input_type=float | str)]
Weight = Annotated[Decimal, PlainValidator(_weight, json_schema_input_type=int | float)]
