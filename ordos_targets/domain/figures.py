"""The figures of one row of the gap-to-target table, and the rows of a whole report."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.domain.growth import Comparison
from ordos_targets.domain.period import Period
from ordos_targets.domain.status import LIGHTS, Light, Status
from ordos_targets.domain.target import District, Target


class Figures(NamedTuple):
    """Where one goal stands, for the whole or for one district; a figure that does not exist is None.

    goal, stretch, actual, gap, surplus, expected_value, projected: in the goal's unit (yuan, 20 for 20 %);
    completion, expected: ratios (0.4); lead: percentage points (−10); gap_amount: base unit, yuan for money,
    `gap_amount_partial` where it leaves out short districts whose part is not known;
    needed_per_month: the unit of the figures recorded, a month (for growth, money).
    `comparison` holds both years of a growth. `status` is None for a district that has figures and no goal.
    `is_cap` tells that less completion is better. `reported_to` is the day up to which all who owe figures
    gave them, None where one gave none.
    """

    paced_to: date
    due: date
    goal: Fraction | None = None
    stretch: Fraction | None = None
    base: Fraction | None = None
    actual: Fraction | None = None
    gap: Fraction | None = None
    surplus: Fraction | None = None
    completion: Fraction | None = None
    expected: Fraction | None = None
    expected_value: Fraction | None = None
    lead: Fraction | None = None
    status: Status | None = None
    projected: Fraction | None = None
    needed_per_month: Fraction | None = None
    gap_amount: Fraction | None = None
    gap_amount_partial: bool = False
    data_date: date | None = None
    stale: bool = False
    estimate: bool = False
    entries: int = 0
    comparison: Comparison | None = None
    is_cap: bool = False
    reported_to: date | None = None

    @property
    def light(self) -> Light:
        """The light beside the status; grey where there is none."""
        return LIGHTS[self.status] if self.status else Light.GREY

    @property
    def reached(self) -> bool:
        """Whether the latest figure is at the goal or beyond, final or not."""
        return self.actual is not None and self.gap is not None and self.gap == 0


class DistrictRow(NamedTuple):
    """One district's figures for a target; `before` are those of an earlier day, where they were asked for."""

    district: District
    figures: Figures
    before: Figures | None = None


class TargetRow(NamedTuple):
    """A target's figures; `districts_meeting` of `districts_total` are at the goal (scope each only, else None).

    `before` are the figures of an earlier day, where they were asked for.
    """

    target: Target
    figures: Figures
    districts: tuple[DistrictRow, ...] = ()
    districts_meeting: int | None = None
    districts_total: int | None = None
    before: Figures | None = None


class Grouping(StrEnum):
    """What the rows of a report may be grouped by."""

    DISTRICT = "district"
    SECTION = "section"
    OWNER = "owner"
    COMMITMENT = "commitment"


class Summary(NamedTuple):
    """How a report's targets stand together; `weighted_completion` is a ratio, None where nothing was recorded."""

    targets: int
    by_status: dict[Status, int]
    by_light: dict[Light, int]
    weighted_completion: Fraction | None


class Report(NamedTuple):
    """The gap-to-target report as of a day.

    `name`, `name_en` are the goals' title; `entries` and `head` say which ledger it was made from;
    `since` is the day of the rows' `before`; `focus` the one district it is about, None for all;
    `grouping` is how the rows are grouped, None for the usual way; `occurring` are the statuses of all targets
    asked for, also of those whose rows were left out.
    """

    name: str
    name_en: str
    as_of: date
    known_at: str | None
    since: date | None
    period: Period
    rows: tuple[TargetRow, ...]
    summary: Summary
    entries: int
    head: str
    focus: District | None = None
    grouping: Grouping | None = None
    occurring: frozenset[Status | None] = frozenset()
