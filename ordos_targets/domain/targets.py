"""The goals of a year: targets, districts and what they consist of, validated and immutable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from ordos_targets.domain.errors import Quantity
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
        """Return whether figures begin again with each period; a level and a share carry on, and count from a base."""
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
    """The way the goal is spread over time."""

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
    """The share of the goal that is expected by each day. `checkpoints` are in date order, for that kind only."""

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
    """The leads, in percentage points, at which lights and statuses change.

    Attributes:
        yellow: The light is yellow from more than this many points behind.
        red: It is red from more than this many points behind.
        ahead: The status is ahead from this many points ahead.
    """

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
        """Return the name, for messages."""
        return self.name


class Target(NamedTuple):
    """One goal of the year.

    Attributes:
        goal: In the base unit, as are `stretch`, `base`, `bases` and `split`: yuan for money, 20 for 20 %.
        start: The first day that counts.
        due: The last day that is in time.
        unit: The unit of the figures recorded (`元` for growth of money); that of the goal is `goal_unit`.
        base: Last year's figure of the whole, None where the file gives none.
        bases: Last year's figures by district.
        split: The parts of the goal by district.
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
        """Return the name, for messages."""
        return self.name

    @property
    def is_money(self) -> bool:
        """Return whether the figures recorded are amounts in yuan."""
        return self.unit == MONEY

    @property
    def goal_unit(self) -> str:
        """Return the unit of goal, actual and gap: `%` for growth and share, else `unit`."""
        return PERCENT if self.measure in {Measure.GROWTH, Measure.SHARE} else self.unit

    def quantity(self, value: Decimal) -> Quantity:
        """Return a recorded value, given in the base unit, for a message."""
        return Quantity(value, self.unit, self.unit_en)

    def goal_on(self, day: date) -> Decimal:
        """Return the goal in force at the end of `day`, in the base unit."""
        in_force = self.goal
        for revision in self.revisions:
            if revision.on <= day:
                in_force = revision.goal
        return in_force

    def base_of(self, district: str | None) -> Decimal | None:
        """Return last year's figure of a district (or of the whole, for None), where the file gives one."""
        return self.base if district is None else self.bases.get(district)


class TargetSet(NamedTuple):
    """All of targets.toml. `ledger` is as written there; `timezone` is empty for the machine's own."""

    title: str
    period: Period
    title_en: str = ""
    grace_days: int = 10
    ledger: str = "progress.db"
    timezone: str = ""
    districts: tuple[District, ...] = ()
    targets: tuple[Target, ...] = ()
