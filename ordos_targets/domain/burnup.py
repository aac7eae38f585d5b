"""How a target went over its year, against its plan: what a burn-up chart draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from ordos_targets.domain.assessment import Assessment, StatusReport, TargetAssessment
from ordos_targets.domain.entries import Entry
from ordos_targets.domain.periods import Cadence, cadence_end
from ordos_targets.domain.targets import District, Target, TargetSet


class BurnUpPoint(NamedTuple):
    """A value (see `Course`) at the end of `day`."""

    day: date
    value: Fraction


class BurnUp(NamedTuple):
    """What was reached by when, what was planned, and where it leads.

    Values are in the goal's unit; where every district counts by itself (scope each), they are the number of districts
    that are at the goal, and `counts_districts` is True. `reached` holds one point per reporting period that is over
    (per month, where reports are daily) and one for the day of the report; `planned` runs from the day before the
    target begins to its due date, and is empty where the plan is not scaled by time; `projected` is what the due date
    will see if the rest goes as so far, None where that is not known. `goal` is the one in force on the report's day.
    """

    start: date
    due: date
    goal: Fraction | None
    reached: tuple[BurnUpPoint, ...]
    planned: tuple[BurnUpPoint, ...]
    projected: Fraction | None
    counts_districts: bool = False


def period_ends(target: Target, first: date, last: date) -> list[date]:
    """The last days of the target's reporting periods from `first` to `last`; of months, where reports are daily."""
    cadence = Cadence.MONTH if target.cadence is Cadence.DAY else target.cadence
    days = []
    day = cadence_end(first, cadence)
    while day <= last:
        days.append(day)
        day = cadence_end(day + timedelta(days=1), cadence)
    return days


def burn_up(rows: Sequence[tuple[date, TargetAssessment, Assessment]], as_of: date) -> BurnUp:
    """The course told by the rows of some days in order, which reach from the target's first period to its due date.

    Each comes with the figures it is judged by: the target's, or those of the district in focus. Those of days after
    `as_of` say only what is planned.
    """
    _day, row, figures = next((one for one in reversed(rows) if one[0] <= as_of), rows[0])
    counts_districts = row.districts_total is not None and figures is row.figures
    past = [(day, _reached(row, figures)) for day, row, figures in rows if day <= as_of]
    # A day within a reporting period is judged by the period before it: that would dent the plan.
    plan = [(day, one.expected_value) for day, _row, one in rows if not counts_districts and one.paced_to == day]
    planned = [BurnUpPoint(day, value) for day, value in plan if value is not None]
    return BurnUp(
        start=row.target.start,
        due=row.target.due,
        goal=Fraction(row.districts_total or 0) if counts_districts else figures.goal,
        reached=tuple(BurnUpPoint(day, value) for day, value in past if value is not None),
        planned=_from_the_start(row.target, figures, planned),
        projected=None if counts_districts else figures.projected,
        counts_districts=counts_districts,
    )


def _reached(row: TargetAssessment, figures: Assessment) -> Fraction | None:
    if not figures.entries:
        return None
    if row.districts_meeting is not None and figures is row.figures:
        return Fraction(row.districts_meeting)
    return figures.actual


def _from_the_start(target: Target, figures: Assessment, points: list[BurnUpPoint]) -> tuple[BurnUpPoint, ...]:
    """The plan with its first point: the base for a level or share, nothing else."""
    if not points:
        return ()
    start = Fraction(0) if target.measure.restarts else figures.base or Fraction(0)
    return (BurnUpPoint(target.start - timedelta(days=1), start), *points)


class ReportBundle(NamedTuple):
    """A report with what documents add to it.

    `report.since` is the end of the reporting period before the last one, unless another day was asked for; `courses`
    go by target id; `entries` are the newest of those dated by its day, `entries_total` says how many there are.
    `courses` and `entries` are empty where they were not asked for.
    """

    report: StatusReport
    goals: TargetSet
    courses: Mapping[str, BurnUp] = MappingProxyType({})
    entries: tuple[Entry, ...] = ()
    entries_total: int = 0


class HistoryPoint(NamedTuple):
    """What was reached (goal's unit; as a ratio of the goal) and expected (ratio) at the end of `day`."""

    day: date
    actual: Fraction | None
    completion: Fraction | None
    expected: Fraction | None


class Derivation(NamedTuple):
    """What the figures of a target (`district` None) or of one district were computed from.

    `used` are the entries behind the actual, `year_before` those behind last year's figure to the same day.
    """

    district: District | None
    figures: Assessment
    used: tuple[Entry, ...] = ()
    year_before: tuple[Entry, ...] = ()


class TargetDetail(NamedTuple):
    """A report of one target: its course, its history, its newest entries (and what cancelled them), the workings."""

    report: StatusReport
    target: Target
    districts: tuple[District, ...]
    burn_up: BurnUp
    history: tuple[HistoryPoint, ...]
    entries: tuple[tuple[Entry, int | None], ...]
    workings: tuple[Derivation, ...]
