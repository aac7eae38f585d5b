"""The models of a valid targets.toml → the domain's goals: defaults filled in, figures in the base unit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ordos_targets.config.model import LightsModel, TargetModel, TargetsFile
from ordos_targets.config.units import recorded_unit
from ordos_targets.domain.amounts import Amount
from ordos_targets.domain.periods import Period
from ordos_targets.domain.targets import (
    Checkpoint,
    District,
    Item,
    Lights,
    Measure,
    Plan,
    PlanKind,
    Revision,
    Scope,
    Target,
    TargetSet,
)


def goals_of(file: TargetsFile) -> TargetSet:
    """Return the goals of a file that has passed every rule."""
    period = period_of(file)
    lights = lights_of(file.lights, Lights())
    return TargetSet(
        title=file.title,
        title_en=file.title_en,
        period=period,
        grace_days=file.grace_days,
        ledger=file.ledger,
        timezone=file.timezone,
        districts=tuple(
            District(row.id, row.name, row.name_en, row.code, tuple(row.aliases)) for row in file.districts
        ),
        targets=tuple(_target(row, file, period, lights) for row in file.targets),
    )


def period_of(file: TargetsFile) -> Period:
    """Return the days of the file's period or year, one of which must be given."""
    if file.period:
        return Period(file.period.start, file.period.end)
    year = file.year or 0
    return Period(date(year, 1, 1), date(year, 12, 31))


def lights_of(written: LightsModel | None, above: Lights) -> Lights:
    """Return the lights as written; what is left out is taken from those `above`."""
    return above._replace(**written.model_dump(exclude_none=True)) if written else above


def _target(row: TargetModel, file: TargetsFile, period: Period, lights: Lights) -> Target:
    base, bases = _base(row)
    return Target(
        id=row.id,
        name=row.name,
        name_en=row.name_en,
        measure=row.measure,
        scope=row.scope,
        direction=row.direction,
        commitment=row.commitment,
        headline=row.headline,
        section=row.section,
        section_en=row.section_en,
        owner=row.owner,
        owner_en=row.owner_en,
        source=row.source,
        note=row.note,
        unit=recorded_unit(row.measure, row.unit),
        unit_en=row.unit_en,
        goal=row.goal.value if row.goal else Decimal(len(row.items)),
        stretch=_value(row.stretch),
        base=base,
        bases=bases,
        start=row.start or period.start,
        due=row.due or period.end,
        plan=_plan(row),
        split={district: part.value for district, part in row.split.items()},
        revisions=tuple(Revision(revision.on, revision.goal.value, revision.why) for revision in row.revisions),
        weight=Decimal(1) if row.weight is None else row.weight,
        cadence=row.cadence or file.cadence,
        lights=lights_of(row.lights, lights),
        items=tuple(Item(item.id, item.name, item.name_en, item.due) for item in row.items),
        aliases=tuple(row.aliases),
    )


def _plan(row: TargetModel) -> Plan:
    """Return the plan as written, or the one of the measure."""
    if row.plan and row.plan.word_:
        return Plan(PlanKind(row.plan.word_))
    if row.plan:
        points = (Checkpoint(point.by, point.share, _value(point.value)) for point in row.plan.points_)
        return Plan(PlanKind.CHECKPOINTS, tuple(points))
    if row.measure is Measure.GROWTH:
        return Plan(PlanKind.DIRECT)
    has_due_items = row.measure is Measure.CHECKLIST and any(item.due for item in row.items)
    return Plan(PlanKind.ITEMS if has_due_items else PlanKind.LINEAR)


def _base(row: TargetModel) -> tuple[Decimal | None, dict[str, Decimal]]:
    """Return last year's figure of the whole, None where there is none, and those by district.

    The whole of a level whose parts are summed starts at the sum of where they start.
    """
    if row.base is None:
        return None, {}
    bases = {district: base.value for district, base in row.base.by_district_.items()}
    if bases and row.measure is Measure.LEVEL and row.scope is Scope.PARTS:
        return sum(bases.values(), Decimal(0)), bases
    return _value(row.base.one_), bases


def _value(amount: Amount | None) -> Decimal | None:
    return None if amount is None else amount.value
