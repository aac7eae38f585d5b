"""From a lead to a word and a light. Every case falls in exactly one band."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.domain.growth import YearOverYear
from ordos_targets.domain.periods import Period
from ordos_targets.domain.targets import District, Lights, Target


class Status(StrEnum):
    """Where a target stands, in one word."""

    MET = "met"
    AHEAD = "ahead"
    ON_TRACK = "on_track"
    LAGGING = "lagging"
    BEHIND = "behind"
    MISSED = "missed"
    NO_DATA = "no_data"
    NOT_STARTED = "not_started"


class Light(StrEnum):
    """The colour beside the word."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


LIGHTS: dict[Status, Light] = {
    Status.MET: Light.GREEN,
    Status.AHEAD: Light.GREEN,
    Status.ON_TRACK: Light.GREEN,
    Status.LAGGING: Light.YELLOW,
    Status.BEHIND: Light.RED,
    Status.MISSED: Light.RED,
    Status.NO_DATA: Light.GREY,
    Status.NOT_STARTED: Light.GREY,
}

# From the worst to the best, for a target that every district must reach. `not_started` is not ranked by
# the contract: a district that has not begun keeps its target from being met, and says nothing else.
WORST_FIRST = (
    Status.MISSED,
    Status.BEHIND,
    Status.NO_DATA,
    Status.LAGGING,
    Status.ON_TRACK,
    Status.AHEAD,
    Status.NOT_STARTED,
    Status.MET,
)


class Facts(NamedTuple):
    """What a status is decided from. `lead` is in percentage points, None where it cannot be computed."""

    begun: bool
    recorded: bool
    something_expected: bool
    reached: bool
    can_be_met: bool
    lost: bool
    due_passed: bool
    lead: Fraction | None


def status_of(facts: Facts, lights: Lights) -> Status:
    """The first rule of design.md section 5 that fits.

    `can_be_met` is False for growth and caps until the period is over and reported to its end;
    `lost` is True for a total above its cap.
    """
    if not facts.begun:
        return Status.NOT_STARTED
    if not facts.recorded:
        return Status.NO_DATA if facts.something_expected else Status.NOT_STARTED
    if facts.reached and facts.can_be_met:
        return Status.MET
    if facts.lost or facts.due_passed:
        return Status.MISSED
    return Status.NO_DATA if facts.lead is None else _band(facts.lead, lights)


def _band(lead: Fraction, lights: Lights) -> Status:
    if lead >= Fraction(lights.ahead):
        return Status.AHEAD
    if lead >= -Fraction(lights.yellow):
        return Status.ON_TRACK
    if lead >= -Fraction(lights.red):
        return Status.LAGGING
    return Status.BEHIND


def worst(statuses: list[Status]) -> Status:
    """The worst of some districts' statuses; `statuses` is not empty."""
    return min(statuses, key=WORST_FIRST.index)


class Assessment(NamedTuple):
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
    comparison: YearOverYear | None = None
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


class DistrictAssessment(NamedTuple):
    """One district's figures for a target; `before` are those of an earlier day, where they were asked for."""

    district: District
    figures: Assessment
    before: Assessment | None = None


class TargetAssessment(NamedTuple):
    """A target's figures; `districts_meeting` of `districts_total` are at the goal (scope each only, else None).

    `before` are the figures of an earlier day, where they were asked for.
    """

    target: Target
    figures: Assessment
    districts: tuple[DistrictAssessment, ...] = ()
    districts_meeting: int | None = None
    districts_total: int | None = None
    before: Assessment | None = None


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


class StatusReport(NamedTuple):
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
    rows: tuple[TargetAssessment, ...]
    summary: Summary
    entries: int
    head: str
    focus: District | None = None
    grouping: Grouping | None = None
    occurring: frozenset[Status | None] = frozenset()
