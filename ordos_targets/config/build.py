"""The plain form of a validated file (see `normal`) → the domain's goals. Needs no pydantic, no TOML."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ordos_targets.domain.periods import Cadence, Period
from ordos_targets.domain.targets import (
    Checkpoint,
    Commitment,
    Direction,
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

Plain = Mapping[str, Any]


def build(plain: Plain) -> TargetSet:
    """The goals of a plain form. Raises KeyError, TypeError, ValueError or ArithmeticError where it is none."""
    start, end = plain["period"]
    return TargetSet(
        title=plain["title"],
        title_en=plain["title_en"],
        period=Period(date.fromisoformat(start), date.fromisoformat(end)),
        grace_days=plain["grace_days"],
        ledger=plain["ledger"],
        timezone=plain["timezone"],
        districts=tuple(_district(district) for district in plain["districts"]),
        targets=tuple(_target(target) for target in plain["targets"]),
    )


def _district(plain: Plain) -> District:
    return District(plain["id"], plain["name"], plain["name_en"], plain["code"], tuple(plain["aliases"]))


def _target(plain: Plain) -> Target:
    return Target(
        id=plain["id"],
        name=plain["name"],
        name_en=plain["name_en"],
        measure=Measure(plain["measure"]),
        scope=Scope(plain["scope"]),
        direction=Direction(plain["direction"]),
        commitment=Commitment(plain["commitment"]),
        headline=plain["headline"],
        section=plain["section"],
        section_en=plain["section_en"],
        owner=plain["owner"],
        owner_en=plain["owner_en"],
        source=plain["source"],
        note=plain["note"],
        unit=plain["unit"],
        unit_en=plain["unit_en"],
        goal=Decimal(plain["goal"]),
        stretch=_number(plain["stretch"]),
        base=_number(plain["base"]),
        bases=_numbers(plain["bases"]),
        start=date.fromisoformat(plain["start"]),
        due=date.fromisoformat(plain["due"]),
        plan=Plan(PlanKind(plain["plan"]), tuple(_checkpoint(*point) for point in plain["checkpoints"])),
        split=_numbers(plain["split"]),
        revisions=tuple(Revision(date.fromisoformat(on), Decimal(goal), why) for on, goal, why in plain["revisions"]),
        weight=Decimal(plain["weight"]),
        cadence=Cadence(plain["cadence"]),
        lights=Lights(*map(Decimal, plain["lights"])),
        items=tuple(Item(id_, name, name_en, _day(due)) for id_, name, name_en, due in plain["items"]),
        aliases=tuple(plain["aliases"]),
    )


def _checkpoint(by: str, share: str | None, value: str | None) -> Checkpoint:
    return Checkpoint(date.fromisoformat(by), _number(share), _number(value))


def _number(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


def _numbers(written: Mapping[str, str]) -> dict[str, Decimal]:
    return {district: Decimal(number) for district, number in written.items()}


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
