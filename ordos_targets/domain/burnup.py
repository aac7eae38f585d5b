"""The course of a target over its year against its plan, and what documents show beside a report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.domain.assessment import Assessment, StatusReport, TargetAssessment
from ordos_targets.domain.entries import Entry
from ordos_targets.domain.periods import Cadence, cadence_end
from ordos_targets.domain.rollup import assess_target
from ordos_targets.domain.slices import ZERO, AssessmentContext
from ordos_targets.domain.targets import District, Scope, Target, TargetSet


class BurnUpPoint(NamedTuple):
    """A value (see `BurnUp`) at the end of `day`."""

    day: date
    value: Fraction


class BurnUp(NamedTuple):
    """What was reached by when, what was planned, and where that leads.

    Values are in the goal's unit. Where every district has to reach the goal (scope each) and none is in focus, they
    are the numbers of districts at the goal.

    Attributes:
        start: The first day of the target.
        due: Its due date.
        goal: The goal in force on the day of the report; None without one.
        reached: A point for the end of each reporting period that is over (of months, where reports are daily), and
            one for the day of the report.
        planned: The plan from the day before the start to the due date; empty where it is not scaled by time.
        projected: The value on the due date if the rest goes as so far; None where it is unknown.
        counts_districts: Whether values are numbers of districts.
    """

    start: date
    due: date
    goal: Fraction | None
    reached: tuple[BurnUpPoint, ...]
    planned: tuple[BurnUpPoint, ...]
    projected: Fraction | None
    counts_districts: bool = False


def burn_up(target: Target, context: AssessmentContext, focus: District | None) -> BurnUp:
    """Return the course of a target, or of the district in focus: assessed at the end of each of its periods."""
    last = min(target.due, context.goals.period.end)
    days = {*period_ends(target, target.start, last), last, min(context.as_of, last)}
    rows = {day: assess_target(target, context._replace(as_of=day)) for day in sorted(days) if day >= target.start}
    latest = rows[max((day for day in rows if day <= context.as_of), default=min(rows))]
    counts_districts = target.scope is Scope.EACH and focus is None
    figures = latest.figures_of(focus)
    reached = {day: _reached(row, focus) for day, row in rows.items() if day <= context.as_of}
    return BurnUp(
        start=target.start,
        due=target.due,
        goal=Fraction(latest.districts_total or 0) if counts_districts else figures.goal,
        reached=tuple(BurnUpPoint(day, value) for day, value in reached.items() if value is not None),
        planned=() if counts_districts else _planned(target, figures, rows, focus),
        projected=None if counts_districts else figures.projected,
        counts_districts=counts_districts,
    )


def period_ends(target: Target, first: date, last: date) -> list[date]:
    """Return the last days of the reporting periods from `first` to `last`; of months, where reports are daily."""
    cadence = Cadence.MONTH if target.cadence is Cadence.DAY else target.cadence
    days = []
    day = cadence_end(first, cadence)
    while day <= last:
        days.append(day)
        day = cadence_end(day + timedelta(days=1), cadence)
    return days


def _reached(row: TargetAssessment, focus: District | None) -> Fraction | None:
    figures = row.figures_of(focus)
    if not figures.entries:
        return None
    if row.districts_meeting is not None and focus is None:
        return Fraction(row.districts_meeting)
    return figures.actual


def _planned(
    target: Target, latest: Assessment, rows: Mapping[date, TargetAssessment], focus: District | None
) -> tuple[BurnUpPoint, ...]:
    """Return the plan: the base of a level or share, 0 of others, on the day before the start, then what is expected.

    A day within a reporting period is assessed by the period before it, which would dent the plan: it is left out.
    """
    figures = {day: row.figures_of(focus) for day, row in rows.items()}
    expected = {day: one.expected_value for day, one in figures.items() if one.paced_to == day}
    points = [BurnUpPoint(day, value) for day, value in expected.items() if value is not None]
    start = ZERO if target.measure.restarts else latest.base or ZERO
    return (BurnUpPoint(target.start - timedelta(days=1), start), *points) if points else ()


class HistoryPoint(NamedTuple):
    """The actual (goal's unit), the completion and the expected (ratios) at the end of `day`."""

    day: date
    actual: Fraction | None
    completion: Fraction | None
    expected: Fraction | None


def history(target: Target, context: AssessmentContext, focus: District | None) -> list[HistoryPoint]:
    """Return what a status said at the end of each reporting period so far, and on the day of the report.

    Of months, where reports are daily; nothing where every district counts by itself and none is in focus.
    """
    if target.scope is Scope.EACH and focus is None:
        return []
    period = context.goals.period
    last = period.clip(context.as_of)
    days = period_ends(target, period.start, last)
    if last >= period.start and last not in days:
        days.append(last)
    figures = {day: assess_target(target, context._replace(as_of=day)).figures_of(focus) for day in days}
    return [HistoryPoint(day, one.actual, one.completion, one.expected) for day, one in figures.items()]


class ReportBundle(NamedTuple):
    """A report with what documents add to it.

    Attributes:
        report: The report; its `since` is the end of the reporting period before the last one, unless another day was
            asked for.
        burn_ups: The course of each target, by its id; empty if not asked for.
        entries: The newest entries dated up to the day of the report; empty if not asked for.
        entries_total: The number of all such entries.
    """

    report: StatusReport
    goals: TargetSet
    burn_ups: Mapping[str, BurnUp]
    entries: tuple[Entry, ...] = ()
    entries_total: int = 0


class Derivation(NamedTuple):
    """What the figures of a target (`district` is None) or of one district were computed from.

    Attributes:
        used: The entries behind the actual.
        year_before: The entries behind last year's figure to the same day, of a growth.
    """

    district: District | None
    figures: Assessment
    used: tuple[Entry, ...] = ()
    year_before: tuple[Entry, ...] = ()


class TargetDetail(NamedTuple):
    """A report of one target with its course, its history, its newest entries and what its figures were made from.

    Attributes:
        districts: All districts of the goals.
        entries: The newest live entries, each with the number of the void that cancels it: None.
    """

    report: StatusReport
    target: Target
    districts: tuple[District, ...]
    burn_up: BurnUp
    history: tuple[HistoryPoint, ...]
    entries: tuple[tuple[Entry, int | None], ...]
    workings: tuple[Derivation, ...]
