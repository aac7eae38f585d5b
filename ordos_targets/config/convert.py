"""The models of a valid targets.toml → one plain form for JSON: defaults filled in, figures in the base unit.

Decimals are strings, days are `2025-06-30`. `build` makes the domain's goals of it; the cache keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from ordos_targets.config.model import CheckpointModel, DistrictModel, LightsModel, TargetModel, TargetsFile
from ordos_targets.config.units import recorded_unit
from ordos_targets.domain.amounts import Amount
from ordos_targets.domain.periods import Period
from ordos_targets.domain.targets import Lights, Measure, PlanKind, Scope

Plain = dict[str, object]


def plain_form(file: TargetsFile) -> Plain:
    """The whole file. It must have passed every rule."""
    period = period_of(file)
    lights = lights_of(file.lights, Lights())
    return {
        "title": file.title,
        "title_en": file.title_en,
        "period": [period.start.isoformat(), period.end.isoformat()],
        "grace_days": file.grace_days,
        "ledger": file.ledger,
        "timezone": file.timezone,
        "districts": [_district(district) for district in file.districts],
        "targets": [_target(target, file, period, lights) for target in file.targets],
    }


def period_of(file: TargetsFile) -> Period:
    """The days of the file's year or period; one of the two must be given."""
    if file.period:
        return Period(file.period.start, file.period.end)
    year = file.year or 0
    return Period(date(year, 1, 1), date(year, 12, 31))


def lights_of(written: LightsModel | None, above: Lights) -> Lights:
    """The lights written, what is left out taken from those `above`."""
    if written is None:
        return above
    return Lights(
        above.yellow if written.yellow is None else written.yellow,
        above.red if written.red is None else written.red,
        above.ahead if written.ahead is None else written.ahead,
    )


def plan_kind(target: TargetModel) -> PlanKind:
    """How the goal is spread over time, as written or as the measure has it."""
    if target.plan and target.plan.word_:
        return PlanKind(target.plan.word_)
    if target.plan:
        return PlanKind.CHECKPOINTS
    if target.measure is Measure.GROWTH:
        return PlanKind.DIRECT
    if target.measure is Measure.CHECKLIST and any(item.due for item in target.items):
        return PlanKind.ITEMS
    return PlanKind.LINEAR


def _district(district: DistrictModel) -> Plain:
    return {
        "id": district.id,
        "name": district.name,
        "name_en": district.name_en,
        "code": district.code,
        "aliases": district.aliases,
    }


def _target(target: TargetModel, file: TargetsFile, period: Period, above: Lights) -> Plain:
    lights = lights_of(target.lights, above)
    texts = ("id", "name", "name_en", "section", "section_en", "owner", "owner_en", "source", "note", "unit_en")
    return {
        **{key: getattr(target, key) for key in texts},
        "measure": target.measure.value,
        "scope": target.scope.value,
        "direction": target.direction.value,
        "commitment": target.commitment.value,
        "headline": target.headline,
        "unit": recorded_unit(target.measure, target.unit),
        "goal": _number(target.goal) or str(len(target.items)),
        "stretch": _number(target.stretch),
        "base": _base(target),
        "bases": _numbers(target.base.by_district_ if target.base else {}),
        "start": (target.start or period.start).isoformat(),
        "due": (target.due or period.end).isoformat(),
        "plan": plan_kind(target).value,
        "checkpoints": [_checkpoint(point) for point in (target.plan.points_ if target.plan else [])],
        "split": _numbers(target.split),
        "revisions": [[one.on.isoformat(), _number(one.goal), one.why] for one in target.revisions],
        "weight": _plain(Decimal(1) if target.weight is None else target.weight),
        "cadence": (target.cadence or file.cadence).value,
        "lights": [_plain(lights.yellow), _plain(lights.red), _plain(lights.ahead)],
        "items": [[one.id, one.name, one.name_en, _day(one.due)] for one in target.items],
        "aliases": target.aliases,
    }


def _base(target: TargetModel) -> str | None:
    """Last year's figure of the whole. The parts of a level start together where each of them starts."""
    if target.base is None:
        return None
    bases = target.base.by_district_
    if bases and target.measure is Measure.LEVEL and target.scope is Scope.PARTS:
        return _plain(sum((base.value for base in bases.values()), Decimal(0)))
    return _number(target.base.one_)


def _checkpoint(point: CheckpointModel) -> list[str | None]:
    share = None if point.share is None else _plain(point.share)
    return [point.by.isoformat(), share, _number(point.value)]


def _number(amount: Amount | None) -> str | None:
    return None if amount is None else _plain(amount.value)


def _numbers(amounts: Mapping[str, Amount]) -> dict[str, str]:
    return {district: _plain(amount.value) for district, amount in amounts.items()}


def _plain(value: Decimal) -> str:
    return f"{value:f}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
