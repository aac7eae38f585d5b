"""The shape of targets.toml: every key of design.md section 3, with the words an editor shows beside it.

What holds between keys is in `rules`; a model only says what one value may be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import (  # noqa: TID253 - config owns pydantic  # noqa: TID253 - config owns pydantic
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from ordos_targets.config.errors import KeyPath, WrongValueError
from ordos_targets.config.text_rules import (
    FIRST_YEAR,
    LAST_YEAR,
    id_fault,
    line_fault,
    name_fault,
    prose_fault,
    year_fault,
    zone_fault,
)
from ordos_targets.config.units import expected_units
from ordos_targets.domain.amounts import MAX_DIGITS, Amount, TooManyDigits, normalize_decimal, parse_amount
from ordos_targets.domain.errors import N_, AppError, Message
from ordos_targets.domain.ledger_location import parse_ledger_location
from ordos_targets.domain.periods import Cadence
from ordos_targets.domain.targets import PERCENT, Commitment, Direction, Measure, Scope

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

HUNDRED = Decimal(100)
WIDEST = 64  # bits of an integer that is converted at all: a megabyte of hexadecimal digits would take minutes
UNITS = "units"  # key of pydantic's validation context


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
    return normalize_decimal(Decimal(value))


def read_figure(value: object, units: tuple[str, ...] = ()) -> Amount:
    """An amount from a number or a text such as "20%"; `units` as for `read_amount`. Raises WrongValueError."""
    try:
        if isinstance(value, str):
            return parse_amount(value, units=units)
        number = _number(value)
    except AppError as failure:
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
    if parse_ledger_location(text) is None:
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


PlanWord = Literal["linear", "due", "last-year", "direct"]

# The keys that tell shapes apart, each below the key whose value it is.
TELLING_APART = {("plan", "word_"), ("plan", "points_"), ("base", "one_"), ("base", "by_district_")}
KEYED = {"title", "default"}  # what JSON Schema says of a key rather than of its value


class Table(BaseModel):
    """A TOML table: no key but those named, no value converted from another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PeriodModel(Table):
    """The days the targets are for, both included."""

    start: Day = Field(description="First day, such as 2025-01-01.")
    end: Day = Field(description="Last day, such as 2025-12-31.")


class LightsModel(Table):
    """Where the lights change, in percentage points below or above what is expected by now."""

    yellow: Points | None = Field(None, description="Yellow below this many points behind. 0 if left out.")
    red: Points | None = Field(
        None, description="Red below this many points behind, not less than yellow. 10 if left out."
    )
    ahead: Points | None = Field(None, description="“Ahead” from this many points ahead. 10 if left out.")


class DistrictModel(Table):
    """A part of the organisation that reports."""

    id: Id = Field(description="Lower-case id, stable over the years: the ledger refers to it.")
    name: Name = Field(description="Name shown in Chinese output.")
    name_en: Line = Field("", description="Name shown in English output.")
    code: Line = Field("", description="Official code (GB/T 2260), in quotes; leave out where there is none.")
    aliases: list[Name] = Field([], description="Other names people type for it.")


class CheckpointModel(Table):
    """A point of a plan: what is expected by the end of a day. Exactly one of share and value."""

    by: Day = Field(description="The day, such as 2025-03-31.")
    share: Ratio | None = Field(None, description='Share of the goal expected by then: "15%" or 0.15.')
    value: Figure | None = Field(None, description="Value expected by then, in the unit of the goal.")


class RevisionModel(Table):
    """A goal changed in mid-year."""

    on: Day = Field(description="First day the new goal is in force.")
    goal: Figure = Field(description="The new goal.")
    why: Prose = Field(description="On what grounds it was changed.")


class ItemModel(Table):
    """One line of a checklist."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The table, or the text that stands for one whose id and name it is."""
        table = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [{"type": "string", "minLength": 1}, dict(table)]}

    id: Name = Field(description="What is typed to report it done; stable, the ledger refers to it.")
    name: Name = Field(description="Name shown in Chinese output.")
    name_en: Line = Field("", description="Name shown in English output.")
    due: Day | None = Field(None, description="Last day it is in time.")


class Shapes(Table):
    """A value that a file may write in several shapes, once they are told apart: each has a key of its own here."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The shapes as an editor should know them: without the keys, which are not in the file."""
        keyed = handler.resolve_ref_schema(handler(core))["properties"].values()
        return {"anyOf": [{name: part for name, part in shape.items() if name not in KEYED} for shape in keyed]}


class PlanModel(Shapes):
    """A plan: a word, or checkpoints."""

    word_: PlanWord | None = None
    points_: list[CheckpointModel] = []


class BaseValue(Shapes):
    """Last year's figure: one amount, or one by district."""

    one_: Figure | None = None
    by_district_: dict[str, Figure] = {}


def _plan(value: object) -> object:
    return {"points_": value} if isinstance(value, list) else {"word_": value}


def _base(value: object) -> object:
    return {"by_district_": value} if isinstance(value, Mapping) else {"one_": value}


def _item(value: object) -> object:
    return {"id": value, "name": value} if isinstance(value, str) else value


PlanValue = Annotated[PlanModel, BeforeValidator(_plan)]
BaseFigure = Annotated[BaseValue, BeforeValidator(_base)]
ItemValue = Annotated[ItemModel, BeforeValidator(_item)]
Lax = Field(strict=False)  # a strict enum would refuse the words TOML holds


class TargetModel(Table):
    """One goal of the year."""

    id: Id = Field(description="Lower-case id, stable over the years: the ledger refers to it.")
    name: Name = Field(description="Name shown in Chinese output.")
    name_en: Line = Field("", description="Name shown in English output.")
    measure: Annotated[Measure, Lax] = Field(
        description="total: a sum over the year; level: a state at a time; share: numerator ÷ denominator; "
        "growth: percent over the year before; checklist: items done."
    )
    goal: Figure | None = Field(
        None, description='What to reach: a number, or text with a unit ("2亿元", "20%"). Money always with its unit.'
    )
    stretch: Figure | None = Field(None, description="A higher goal beyond the goal.")
    base: BaseFigure | None = Field(
        None,
        description="Last year's figure, one or a table by district: growth is over it, level and share start there.",
    )
    unit: Line = Field("", description="Unit of the figures recorded. 元 for growth and % for share if left out.")
    unit_en: Line = Field("", description="The unit in English output.")
    direction: Annotated[Direction, Lax] = Field(
        Direction.AT_LEAST, description="at_least: the goal is a floor; at_most: it is a cap, less is better."
    )
    commitment: Annotated[Commitment, Lax] = Field(
        Commitment.PLAN, description="How firmly it was promised: ensure 确保, strive 力争, plan 推动."
    )
    scope: Annotated[Scope, Lax] = Field(
        Scope.WHOLE, description="whole: one figure; parts: the districts' sum counts; each: every district by itself."
    )
    headline: bool = Field(default=False, description="Shown first.")
    section: Line = Field("", description="Heading it stands under.")
    section_en: Line = Field("", description="The heading in English output.")
    owner: Line = Field("", description="Who answers for it.")
    owner_en: Line = Field("", description="The owner in English output.")
    source: Prose = Field("", description="Where this goal was announced, in your own words.")
    note: Prose = Field("", description="What a reader of the figures must know.")
    start: Day | None = Field(None, description="First day figures count; the period's first if left out.")
    due: Day | None = Field(None, description="Last day it is in time; the period's last if left out.")
    plan: PlanValue | None = Field(
        None, description="How the goal is spread over time: linear, due, last-year, direct, or a list of checkpoints."
    )
    split: dict[str, Figure] = Field({}, description="The part of the goal allotted to each district (scope parts).")
    revisions: list[RevisionModel] = Field([], description="Changes of the goal in mid-year, in date order.")
    weight: Weight | None = Field(None, description="Weight in the summary's completion. 1 if left out.")
    cadence: Annotated[Cadence, Lax] | None = Field(
        None, description="How often figures are due; as above if left out."
    )
    lights: LightsModel | None = Field(None, description="Lights of this target; what is left out is as above.")
    items: list[ItemValue] = Field([], description="The lines of a checklist: names, or tables with id, name, due.")
    aliases: list[Name] = Field([], description="Other names people type for it.")

    @model_validator(mode="before")
    @classmethod
    def tell_units(cls, value: object, info: ValidationInfo) -> object:
        """Leave this target's own unit where the amounts in it are read."""
        if isinstance(info.context, dict) and isinstance(value, dict):
            info.context[UNITS] = expected_units(value.get("unit"))
        return value


class TargetsFile(Table):
    """The whole of targets.toml."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["year"]}, {"required": ["period"]}]}, title="targets.toml"
    )

    title: Name = Field(description="Title of every report.")
    title_en: Line = Field("", description="The title in English output.")
    year: Year | None = Field(None, description="The calendar year the targets are for; or give period.")
    period: PeriodModel | None = Field(
        None, description="The days the targets are for, where that is no calendar year."
    )
    cadence: Annotated[Cadence, Lax] = Field(
        Cadence.MONTH, description="How often figures are due, for every target that does not say."
    )
    grace_days: int = Field(10, ge=0, le=366, description="A report may come this many days late before it is stale.")
    ledger: LedgerPlace = Field("progress.db", description="Path beside this file, or postgresql://…")
    timezone: Zone = Field("", description="Whose “today”, such as Asia/Shanghai; the machine's own if left out.")
    lights: LightsModel | None = Field(None, description="Where the lights change, for all targets.")
    districts: list[DistrictModel] = Field([], description="The parts of the organisation that report.")
    targets: list[TargetModel] = Field([], description="The goals.")


TABLES: Mapping[tuple[str, ...], type[Table]] = {
    (): TargetsFile,
    ("period",): PeriodModel,
    ("lights",): LightsModel,
    ("districts",): DistrictModel,
    ("targets",): TargetModel,
    ("targets", "lights"): LightsModel,
    ("targets", "plan"): CheckpointModel,
    ("targets", "revisions"): RevisionModel,
    ("targets", "items"): ItemModel,
}


def known_keys(path: KeyPath) -> list[str]:
    """The keys a file may hold in the table that `path`, the path of one of its keys, stands in."""
    table = TABLES.get(tuple(part for part in path[:-1] if isinstance(part, str)))
    return list(table.model_fields) if table else []


def validate(raw: Mapping[str, object]) -> tuple[TargetsFile | None, list[tuple[KeyPath, str, Mapping[str, object]]]]:
    """Validate parsed TOML: the file and no errors, or None and all errors as (path, pydantic's type, facts)."""
    try:
        return TargetsFile.model_validate(raw, context={}), []
    except ValidationError as failed:
        errors = failed.errors(include_url=False, include_input=True)
        return None, [
            (_in_file(error["loc"]), error["type"], {**error.get("ctx", {}), "input": error["input"]})
            for error in errors
        ]


def _in_file(path: KeyPath) -> KeyPath:
    """The path without the parts that tell the shapes of a plan or a base apart: they are not in the file."""
    before = ("", *path)
    return tuple(part for part, above in zip(path, before, strict=False) if (above, part) not in TELLING_APART)
