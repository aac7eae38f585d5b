"""The shape of targets.toml: every key with what its value may be, and the description that an editor shows.

What must hold between keys is in `rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import (  # noqa: TID253 - config owns pydantic
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

from ordos_targets.config.errors import Fault, KeyPath, WrongValueError, message_of
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

MAX_BITS = 64  # of an integer that is converted: a megabyte of hexadecimal digits would take minutes
UNITS = "units"  # key of pydantic's validation context


def _checked_by(fault_of: Callable[[str], Message | None]) -> AfterValidator:
    """Return a validator that strips blanks off a text and raises WrongValueError for what `fault_of` finds wrong."""

    def validator(text: str) -> str:
        text = text.strip(" ")
        if fault := fault_of(text):
            raise WrongValueError(fault)
        return text

    return AfterValidator(validator)


def _amount(value: object, units: tuple[str, ...] = ()) -> Amount:
    """Return the amount that a number or a text such as "20%" is; a text may end with one of `units`.

    Raises:
        WrongValueError: The value is no amount, or not an exact one.
    """
    try:
        if isinstance(value, str):
            return parse_amount(value, units=units)
        if isinstance(value, int) and value.bit_length() > MAX_BITS:
            raise TooManyDigits(text="…", limit=MAX_DIGITS)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return Amount(normalize_decimal(Decimal(value)), "", scaled=False)
    except AppError as error:
        raise WrongValueError(error.message) from error
    raise WrongValueError(Message(N_('must be a number, or a number and a unit in quotes, such as "20%"')))


def _figure(value: object, info: ValidationInfo) -> Amount:
    """Return an amount of a target, in the units that the target's model has put in the context."""
    return _amount(value, (info.context or {}).get(UNITS, ()))


def _points(value: object) -> Decimal:
    """Return percentage points, not below 0, of a number or a text such as "10%"."""
    amount = _amount(value)
    if amount.unit not in {"", PERCENT} or amount.scaled or amount.value < 0:
        raise WrongValueError(Message(N_("must be percentage points, 0 or more, such as 10")))
    return amount.value


def _ratio(value: object) -> Decimal:
    """Return a share of the goal as a ratio: "15%" and 0.15 are both 0.15."""
    amount = _amount(value)
    ratio = amount.value / 100 if amount.unit == PERCENT else amount.value
    if amount.unit not in {"", PERCENT} or amount.scaled or not 0 <= ratio <= 1:
        raise WrongValueError(Message(N_('must be a share from 0 to 100 %, written "15%" or 0.15')))
    return ratio


def _weight(value: object) -> Decimal:
    amount = _amount(value)
    if amount.unit or amount.value < 0:
        raise WrongValueError(Message(N_("must be a number without a unit, 0 or more")))
    return amount.value


def _day(value: object) -> object:
    """Return a quoted ISO date as a date and any other value as it is, which pydantic refuses; check its year."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, date) and (fault := year_fault(value.year)):
        raise WrongValueError(fault)
    return value


def _location_fault(text: str) -> Message | None:
    place = parse_ledger_location(text)
    return None if place else Message(N_("must be a path beside this file, or postgresql://…"))


Line = Annotated[str, _checked_by(line_fault)]
Name = Annotated[str, _checked_by(name_fault), Field(min_length=1)]
Prose = Annotated[str, _checked_by(prose_fault)]
Id = Annotated[str, _checked_by(id_fault), Field(json_schema_extra={"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"})]
Day = Annotated[date, BeforeValidator(_day)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Zone = Annotated[Line, _checked_by(zone_fault)]
Location = Annotated[Name, _checked_by(_location_fault)]
Figure = Annotated[Amount, PlainValidator(_figure, json_schema_input_type=int | float | str)]
Points = Annotated[Decimal, PlainValidator(_points, json_schema_input_type=int | float | str)]
Ratio = Annotated[Decimal, PlainValidator(_ratio, json_schema_input_type=float | str)]
Weight = Annotated[Decimal, PlainValidator(_weight, json_schema_input_type=int | float)]


class TomlTable(BaseModel):
    """A TOML table: no key but those named, no value converted from another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PeriodModel(TomlTable):
    """The days the targets are for, both included."""

    start: Day = Field(description="First day, such as 2025-01-01.")
    end: Day = Field(description="Last day, such as 2025-12-31.")


class LightsModel(TomlTable):
    """Where the lights change, in percentage points below or above what is expected by now."""

    yellow: Points | None = Field(None, description="Yellow below this many points behind. 0 if left out.")
    red: Points | None = Field(
        None, description="Red below this many points behind, not less than yellow. 10 if left out."
    )
    ahead: Points | None = Field(None, description="“Ahead” from this many points ahead. 10 if left out.")


class DistrictModel(TomlTable):
    """A part of the organisation that reports."""

    id: Id = Field(description="Lower-case id, stable over the years: the ledger refers to it.")
    name: Name = Field(description="Name shown in Chinese output.")
    name_en: Line = Field("", description="Name shown in English output.")
    code: Line = Field("", description="Official code (GB/T 2260), in quotes; leave out where there is none.")
    aliases: list[Name] = Field([], description="Other names people type for it.")


class CheckpointModel(TomlTable):
    """A point of a plan: what is expected by the end of a day. Exactly one of share and value."""

    by: Day = Field(description="The day, such as 2025-03-31.")
    share: Ratio | None = Field(None, description='Share of the goal expected by then: "15%" or 0.15.')
    value: Figure | None = Field(None, description="Value expected by then, in the unit of the goal.")


class RevisionModel(TomlTable):
    """A goal changed in mid-year."""

    on: Day = Field(description="First day the new goal is in force.")
    goal: Figure = Field(description="The new goal.")
    why: Prose = Field(description="On what grounds it was changed.")


class ItemModel(TomlTable):
    """One line of a checklist."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema of the table, or of the text that stands for one whose id and name it is."""
        table = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [{"type": "string", "minLength": 1}, dict(table)]}

    id: Name = Field(description="What is typed to report it done; stable, the ledger refers to it.")
    name: Name = Field(description="Name shown in Chinese output.")
    name_en: Line = Field("", description="Name shown in English output.")
    due: Day | None = Field(None, description="Last day it is in time.")


class EitherShape(TomlTable):
    """A value with two shapes in the file, told apart before it is validated: each shape has a field of its own here.

    The names of these fields end with an underscore; they are in no path and no schema that a person sees.
    """

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schemas of the shapes, without what JSON Schema says of a field rather than of its value."""
        shapes = handler.resolve_ref_schema(handler(core))["properties"].values()
        return {
            "anyOf": [{key: part for key, part in shape.items() if key not in {"title", "default"}} for shape in shapes]
        }


class PlanModel(EitherShape):
    """A plan: a word, or checkpoints."""

    word_: Literal["linear", "due", "last-year", "direct"] | None = None
    points_: list[CheckpointModel] = []


class BaseValue(EitherShape):
    """Last year's figure: one amount, or one by district."""

    one_: Figure | None = None
    by_district_: dict[str, Figure] = {}


def _plan(value: object) -> object:
    return {"points_": value} if isinstance(value, list) else {"word_": value}


def _base(value: object) -> object:
    return {"by_district_": value} if isinstance(value, Mapping) else {"one_": value}


def _item(value: object) -> object:
    return {"id": value, "name": value} if isinstance(value, str) else value


Lax = Field(strict=False)  # a strict enum would refuse the words TOML holds


class TargetModel(TomlTable):
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
    base: Annotated[BaseValue, BeforeValidator(_base)] | None = Field(
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
    plan: Annotated[PlanModel, BeforeValidator(_plan)] | None = Field(
        None, description="How the goal is spread over time: linear, due, last-year, direct, or a list of checkpoints."
    )
    split: dict[str, Figure] = Field({}, description="The part of the goal allotted to each district (scope parts).")
    revisions: list[RevisionModel] = Field([], description="Changes of the goal in mid-year, in date order.")
    weight: Weight | None = Field(None, description="Weight in the summary's completion. 1 if left out.")
    cadence: Annotated[Cadence, Lax] | None = Field(
        None, description="How often figures are due; as above if left out."
    )
    lights: LightsModel | None = Field(None, description="Lights of this target; what is left out is as above.")
    items: list[Annotated[ItemModel, BeforeValidator(_item)]] = Field(
        [], description="The lines of a checklist: names, or tables with id, name, due."
    )
    aliases: list[Name] = Field([], description="Other names people type for it.")

    @model_validator(mode="before")
    @classmethod
    def put_units_in_context(cls, value: object, info: ValidationInfo) -> object:
        """Put this target's own unit where its amounts are validated."""
        if isinstance(info.context, dict) and isinstance(value, dict):
            info.context[UNITS] = expected_units(value.get("unit"))
        return value


class TargetsFile(TomlTable):
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
    ledger: Location = Field("progress.db", description="Path beside this file, or postgresql://…")
    timezone: Zone = Field("", description="Whose “today”, such as Asia/Shanghai; the machine's own if left out.")
    lights: LightsModel | None = Field(None, description="Where the lights change, for all targets.")
    districts: list[DistrictModel] = Field([], description="The parts of the organisation that report.")
    targets: list[TargetModel] = Field([], description="The goals.")


SHAPE_FIELDS = {*PlanModel.model_fields, *BaseValue.model_fields}
TABLES: Mapping[tuple[str, ...], type[TomlTable]] = {
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
    """Return the keys that a file may hold in the table around the key at `path`."""
    table = TABLES.get(tuple(part for part in path[:-1] if isinstance(part, str)))
    return list(table.model_fields) if table else []


def validate(raw: Mapping[str, object]) -> tuple[TargetsFile | None, list[Fault]]:
    """Validate the values of a parsed file: return the file and no faults, or None and a fault for each wrong value."""
    try:
        return TargetsFile.model_validate(raw, context={}), []
    except ValidationError as failed:
        faults = []
        for error in failed.errors(include_url=False):
            path = _written_path(error["loc"])
            params = {**error.get("ctx", {}), "input": error["input"]}
            faults.append(Fault(path, message_of(path, error["type"], params, known_keys)))
        return None, faults


def _written_path(path: KeyPath) -> KeyPath:
    """Return a path of pydantic's as the file has it: without the fields that tell the shapes of a value apart."""
    around = ("", *path)
    return tuple(
        part
        for part, above in zip(path, around, strict=False)
        if not (above in {"plan", "base"} and part in SHAPE_FIELDS)
    )
