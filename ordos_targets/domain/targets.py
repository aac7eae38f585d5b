"""A target, a district, and the goals they form together: plain, validated, immutable facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from ordos_targets.domain.periods import Cadence, Period

MONEY = "元"
PERCENT = "%"
NO_AMOUNTS: Mapping[str, Decimal] = MappingProxyType({})


class Measure(StrEnum):
    """What kind of figure a target is judged by."""

    TOTAL = "total"
    LEVEL = "level"
    SHARE = "share"
    GROWTH = "growth"
    CHECKLIST = "checklist"

    @property
    def restarts(self) -> bool:
        """Whether figures begin again with each period; a level and a share carry on, and count from a base."""
        return self not in {Measure.LEVEL, Measure.SHARE}


class Scope(StrEnum):
    """Whose figures count: one for all, the districts' sum, or each district by itself."""

    WHOLE = "whole"
    PARTS = "parts"
    EACH = "each"


class Direction(StrEnum):
    """Whether the goal is a floor or a cap."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Commitment(StrEnum):
    """How firmly the goal was promised."""

    ENSURE = "ensure"
    STRIVE = "strive"
    PLAN = "plan"


class PlanKind(StrEnum):
    """How the goal is spread over time."""

    LINEAR = "linear"
    DUE = "due"
    LAST_YEAR = "last-year"
    DIRECT = "direct"
    CHECKPOINTS = "checkpoints"
    ITEMS = "items"


class Checkpoint(NamedTuple):
    """A point of a plan: by the end of day `by`, a `share` (ratio) of the goal or a `value` (base unit)."""

    by: date
    share: Decimal | None = None
    value: Decimal | None = None


class Plan(NamedTuple):
    """How much of the goal is expected by when. `checkpoints` are in date order, for that kind only."""

    kind: PlanKind
    checkpoints: tuple[Checkpoint, ...] = ()


class Revision(NamedTuple):
    """A goal changed in mid-year: `goal` (base unit) is in force from day `on`, inclusive."""

    on: date
    goal: Decimal
    why: str


class Item(NamedTuple):
    """One line of a checklist; `due` is the last day it is in time."""

    id: str
    name: str
    name_en: str = ""
    due: date | None = None


class Lights(NamedTuple):
    """Where the lights change, in percentage points: see `domain.status`."""

    yellow: Decimal = Decimal(0)
    red: Decimal = Decimal(10)
    ahead: Decimal = Decimal(10)


class District(NamedTuple):
    """A part of the organisation that reports. `code` is its GB/T 2260 code, or empty."""

    id: str
    name: str
    name_en: str = ""
    code: str = ""
    aliases: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Its name, for messages."""
        return self.name


class Target(NamedTuple):
    """One goal of the year.

    `goal`, `stretch`, `base`, `bases` and `split` are in the base unit: yuan for money, 20 for 20 %.
    `unit` is the unit of the figures recorded (`元` for growth of money); see `goal_unit`.
    `start` and `due` are both inclusive.
    """

    id: str
    name: str
    measure: Measure
    goal: Decimal
    start: date
    due: date
    plan: Plan
    name_en: str = ""
    scope: Scope = Scope.WHOLE
    direction: Direction = Direction.AT_LEAST
    commitment: Commitment = Commitment.PLAN
    headline: bool = False
    section: str = ""
    section_en: str = ""
    owner: str = ""
    owner_en: str = ""
    source: str = ""
    note: str = ""
    unit: str = ""
    unit_en: str = ""
    stretch: Decimal | None = None
    base: Decimal | None = None
    bases: Mapping[str, Decimal] = NO_AMOUNTS
    split: Mapping[str, Decimal] = NO_AMOUNTS
    revisions: tuple[Revision, ...] = ()
    weight: Decimal = Decimal(1)
    cadence: Cadence = Cadence.MONTH
    lights: Lights = Lights()
    items: tuple[Item, ...] = ()
    aliases: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Its name, for messages."""
        return self.name

    @property
    def is_money(self) -> bool:
        """Whether the figures recorded are amounts in yuan."""
        return self.unit == MONEY

    @property
    def goal_unit(self) -> str:
        """The unit of goal, actual and gap: `%` for growth and share, else `unit`."""
        return PERCENT if self.measure in {Measure.GROWTH, Measure.SHARE} else self.unit

    def goal_on(self, day: date) -> Decimal:
        """The goal in force at the end of `day`, in the base unit."""
        in_force = self.goal
        for revision in self.revisions:
            if revision.on <= day:
                in_force = revision.goal
        return in_force

    def base_of(self, district: str | None) -> Decimal | None:
        """Last year's figure of a district (or of the whole, for None), where the file gives one."""
        return self.base if district is None else self.bases.get(district)


class TargetSet(NamedTuple):
    """Everything targets.toml says. `ledger` is as written there; `timezone` is empty for the machine's own."""

    title: str
    period: Period
    title_en: str = ""
    grace_days: int = 10
    ledger: str = "progress.db"
    timezone: str = ""
    districts: tuple[District, ...] = ()
    targets: tuple[Target, ...] = ()
