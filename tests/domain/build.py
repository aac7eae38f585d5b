"""Targets, entries and judgements in few words, for the tests of the arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from ordos_targets.domain.assessment import Assessment, TargetAssessment
from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.periods import Period
from ordos_targets.domain.rollup import assess_target
from ordos_targets.domain.series import SeriesReader, read_series
from ordos_targets.domain.slices import AssessmentContext
from ordos_targets.domain.targets import District, Item, Measure, Plan, PlanKind, Target, TargetSet

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
PAIR = (District("north", "北区"), District("south", "南区"))
GRACE_DAYS = 10
LINEAR = Plan(PlanKind.LINEAR)


def a_target(measure: Measure = Measure.TOTAL, goal: int = 10, **facts: object) -> Target:
    """A target of the whole year, called `t` unless `facts` say otherwise."""
    target = Target("t", "指标", measure=measure, goal=Decimal(goal), start=YEAR.start, due=YEAR.end, plan=LINEAR)
    return target._replace(**facts)  # type: ignore[arg-type]


TOTAL = a_target()
LEVEL = a_target(Measure.LEVEL, 60)
SHARE = a_target(Measure.SHARE, 50)
GROWTH = a_target(Measure.GROWTH, 20, plan=Plan(PlanKind.DIRECT))
CHECKLIST = a_target(Measure.CHECKLIST, 3, items=(Item("a", "甲"), Item("b", "乙"), Item("c", "丙")))


def day(text: str) -> date:
    """The day written `2025-06-30`."""
    return date.fromisoformat(text)


def reading(on: str, value: str, district: str | None = None, *, estimate: bool = False) -> NewEntry:
    """`value` so far."""
    return NewEntry(
        target="t", date=day(on), kind=EntryKind.READING, value=Decimal(value), district=district, estimate=estimate
    )


def readings(text: str) -> tuple[NewEntry, ...]:
    """The readings written as `2025-06-30=3@north 2025-12-31=10`."""
    parts = [re.split("[=@]", one) for one in text.split()]
    return tuple(reading(on, value, *district) for on, value, *district in parts)


def increment(on: str, value: str, district: str | None = None, *, estimate: bool = False) -> NewEntry:
    """`value` more."""
    return NewEntry(
        target="t", date=day(on), kind=EntryKind.INCREMENT, value=Decimal(value), district=district, estimate=estimate
    )


def share(on: str, value: str, of: str | None = None, district: str | None = None) -> NewEntry:
    """`value` of `of`; without that, `value` percent."""
    whole = None if of is None else Decimal(of)
    return NewEntry(target="t", date=day(on), kind=EntryKind.SHARE, value=Decimal(value), of=whole, district=district)


def item(on: str, done: str, district: str | None = None) -> NewEntry:
    """An item finished."""
    return NewEntry(target="t", date=day(on), kind=EntryKind.ITEM, item=done, district=district)


def void(seq: int) -> NewEntry:
    """The entry number `seq`, counted from 1, is cancelled."""
    return NewEntry(target="t", date=YEAR.start, kind=EntryKind.VOID, replaces=uid(seq), note="typed twice")


def uid(seq: int) -> str:
    """The uid of entry number `seq`."""
    return f"uid-{seq}"


def moment(seq: int) -> str:
    """When entry number `seq` was recorded."""
    return f"2026-01-01T00:{seq // 60:02d}:{seq % 60:02d}.000000Z"


def numbered(drafts: Iterable[NewEntry]) -> list[Entry]:
    """`drafts` as a ledger numbers them, one a second."""
    return [
        Entry(**draft._asdict(), seq=seq, uid=uid(seq), recorded_at=moment(seq), hash="")
        for seq, draft in enumerate(drafts, 1)
    ]


def book(*drafts: NewEntry, known_at: str | None = None) -> SeriesReader:
    """The series of these entries, recorded in this order."""
    return read_series(numbered(drafts), known_at)


def goals_of(period: Period = YEAR, districts: Sequence[District] = PAIR) -> TargetSet:
    """The goals of a period, with ten days of grace."""
    return TargetSet("", period, grace_days=GRACE_DAYS, districts=tuple(districts))


def context(as_of: str, *drafts: NewEntry, districts: Sequence[District] = PAIR) -> AssessmentContext:
    """A day of the goals of 2025, with these entries."""
    return AssessmentContext(goals_of(YEAR, districts), day(as_of), book(*drafts))


def judged(target: Target, as_of: str, *drafts: NewEntry, districts: Sequence[District] = PAIR) -> TargetAssessment:
    """The target's row in the goals of 2025, with ten days of grace."""
    return assess_target(target, context(as_of, *drafts, districts=districts))


def figures(target: Target, as_of: str, *drafts: NewEntry) -> Assessment:
    """The target's own figures."""
    return judged(target, as_of, *drafts).figures


def districts(row: TargetAssessment) -> dict[str, Assessment]:
    """The districts' figures by their ids."""
    return {one.district.id: one.figures for one in row.districts}


def named(row: TargetAssessment, names: Iterable[str]) -> dict[str, object]:
    """The figures of these names: `gap` is the target's own, `north.gap` that of a district."""
    owners: dict[str, object] = {**districts(row), "": row.figures}
    parts = {name: name.rpartition(".") for name in names}
    return {
        name: getattr(row if last in row._fields else owners[owner], last) for name, (owner, _, last) in parts.items()
    }
