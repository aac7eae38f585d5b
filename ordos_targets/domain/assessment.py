"""The result of an assessment: the figures of each row, the status words, and their lights."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.domain.entries import Entry
from ordos_targets.domain.growth import YearOverYear
from ordos_targets.domain.periods import Period
from ordos_targets.domain.targets import District, Lights, Target


class Status(StrEnum):
    """The status of a goal in one word."""

    MET = "met"
    AHEAD = "ahead"
    ON_TRACK = "on_track"
    LAGGING = "lagging"
    BEHIND = "behind"
    MISSED = "missed"
    NO_DATA = "no_data"
    NOT_STARTED = "not_started"


class Light(StrEnum):
    """The colour beside the status."""

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

# The order of the contract for a target that every district must reach; not_started is not ranked there: a district
# that has not begun keeps its target from being met and changes nothing else.
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
_RANK = {status: rank for rank, status in enumerate(WORST_FIRST)}


def worst(statuses: Iterable[Status]) -> Status:
    """Return the worst of some statuses, of which there is at least one."""
    return min(statuses, key=_RANK.__getitem__)


def status_of_lead(lead: Fraction, lights: Lights) -> Status:
    """Return the status of a goal that is judged by its lead (percentage points); a threshold is in the better band."""
    if lead >= lights.ahead:
        return Status.AHEAD
    if lead >= -lights.yellow:
        return Status.ON_TRACK
    return Status.LAGGING if lead >= -lights.red else Status.BEHIND


class Assessment(NamedTuple):
    """The figures of one goal, for the whole or for one district; a figure that does not exist is None.

    goal, stretch, actual, gap, surplus, expected_value and projected are in the goal's unit (yuan, 20 for 20 %),
    completion and expected are ratios (0.4), lead is in percentage points (−10).

    Attributes:
        paced_to: The last day that figures are expected of.
        base: The value from which the way to the goal counts, in the base unit.
        status: None for a district that has figures and no goal.
        needed_per_month: In the unit of the figures recorded (of a growth, money).
        gap_amount: In the unit of the figures recorded.
        gap_amount_partial: Whether the amounts of some short districts are unknown and left out of `gap_amount`.
        data_date: The latest day that an entry is dated.
        stale: Whether a report is overdue.
        estimate: Whether a provisional figure is part of the actual.
        comparison: Both years of a growth.
        is_cap: Whether less completion is better.
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

    @property
    def light(self) -> Light:
        """The light beside the status; grey without one."""
        return LIGHTS[self.status] if self.status else Light.GREY

    @property
    def reached(self) -> bool:
        """Whether the latest figure is at the goal or beyond it, final or not."""
        return self.gap is not None and not self.gap and self.actual is not None


class DistrictAssessment(NamedTuple):
    """The figures of one district for a target; `before` are those of an earlier day, where they were asked for."""

    district: District
    figures: Assessment
    before: Assessment | None = None


class TargetAssessment(NamedTuple):
    """The figures of a target and of its districts.

    Attributes:
        districts_meeting: How many districts are at the goal; None unless every district has to reach it (scope each).
        districts_total: Out of how many; None likewise.
        before: The figures of an earlier day, where they were asked for.
    """

    target: Target
    figures: Assessment
    districts: tuple[DistrictAssessment, ...] = ()
    districts_meeting: int | None = None
    districts_total: int | None = None
    before: Assessment | None = None

    def figures_of(self, district: District | None) -> Assessment:
        """Return the figures of a district where it has a row, else those of the target."""
        own = (one.figures for one in self.districts if district is not None and one.district.id == district.id)
        return next(own, self.figures)


class EntryChange(NamedTuple):
    """What new entries change about their target.

    Attributes:
        district: The district of the entries, if they have one.
        before: The target without them, as of today.
        after: The target with them.
        entries: The new entries, in order.
        kept: Whether they were recorded; False after a dry run.
        cancelled: The entry that a void among them cancels.
    """

    target: Target
    district: District | None
    before: TargetAssessment
    after: TargetAssessment
    entries: tuple[Entry, ...]
    kept: bool
    cancelled: Entry | None = None


class Imported(NamedTuple):
    """What an import did, or under `kept` False would do: rows added, amended, and known before.

    `moves` are the targets that it touched, before and after, as of today.
    """

    file: str
    added: int
    amended: int
    known: int
    moves: tuple[tuple[TargetAssessment, TargetAssessment], ...]
    kept: bool


class Grouping(StrEnum):
    """What the rows of a report can be grouped by."""

    DISTRICT = "district"
    SECTION = "section"
    OWNER = "owner"
    COMMITMENT = "commitment"


class Summary(NamedTuple):
    """The counts of a report's targets; `weighted_completion` is a ratio, None where nothing was recorded."""

    targets: int
    by_status: dict[Status, int]
    by_light: dict[Light, int]
    weighted_completion: Fraction | None


class StatusReport(NamedTuple):
    """The gap-to-target report as of a day.

    Attributes:
        name: The title of the goals.
        known_at: The moment up to which entries had been recorded, as in `Entry.recorded_at`; None for now.
        since: The day of the rows' `before`, where that was asked for.
        entries: The number of entries in the ledger.
        head: The hash of the last of them.
        focus: The only district that the report is about; None for all.
        grouping: How the rows are grouped; None for the usual way.
        occurring: The statuses of all targets asked for, also of those whose rows were left out.
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
