"""What the documents of `report` are made from, all of it from one view of the ledger."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import date, timedelta

from ordos_targets.domain.assessment import Report, TargetRow
from ordos_targets.domain.burnup import Briefing, Course, course, period_ends
from ordos_targets.domain.entries import Entry
from ordos_targets.domain.periods import Cadence, last_complete
from ordos_targets.domain.targets import Goals
from ordos_targets.store.ledger import Query, Reader
from ordos_targets.usecases.status import StatusRequest, judge_on, judged, report_from
from ordos_targets.usecases.workspace import Workspace


def brief(workspace: Workspace, request: StatusRequest, *, courses: bool = False, entries: int = 0) -> Briefing:
    """The status asked for, with what changed since the last period; its `courses` and newest `entries` if wanted.

    Raises what `status` raises.
    """
    known_at = workspace.moment(request.known_at)
    as_of = workspace.day(request.as_of)
    since = request.since or f"{_last_report_but_one(as_of, workspace.goals)}"
    with workspace.ledger.reading(known_at) as book:
        report = report_from(book, workspace, request._replace(as_of=f"{as_of}", since=since), known_at)
        listed, total = _entries(report, book, entries) if entries else ((), 0)
        return Briefing(
            report=report,
            goals=workspace.goals,
            courses=courses_of(report, workspace.goals, book) if courses else {},
            entries=listed,
            entries_total=total,
        )


def _last_report_but_one(as_of: date, goals: Goals) -> date:
    """The end of the reporting period before the last complete one: what has come since is new in this report.

    Where targets are reported in different periods, or daily, it is the month.
    """
    cadences = {target.cadence for target in goals.targets}
    cadence = Cadence.QUARTER if cadences == {Cadence.QUARTER} else Cadence.MONTH
    last = last_complete(goals.period.clip(as_of), cadence)
    return last_complete(last - timedelta(days=1), cadence)


def courses_of(report: Report, goals: Goals, book: Reader) -> Mapping[str, Course]:
    """How each target of a report went, by its id; where a district is in focus, how it went there."""
    return {row.target.id: course_of(row, report, goals, book) for row in report.rows}


def course_of(row: TargetRow, report: Report, goals: Goals, book: Reader) -> Course:
    """How one target of a report went: judged at the end of each of its reporting periods, past and to come."""
    target, focus = row.target, report.focus
    last = min(target.due, goals.period.end)
    days = {*period_ends(target, target.start, last), last, min(report.as_of, last)}
    rows = [(day, judge_on(day, target, goals, book, focus)) for day in sorted(days) if day >= target.start]
    return course([(day, found, judged(found, focus)) for day, found in rows], report.as_of)


def _entries(report: Report, book: Reader, most: int) -> tuple[tuple[Entry, ...], int]:
    """The newest entries of the report's targets and district, dated by its day, and how many there are."""
    query = Query(
        targets=tuple(row.target.id for row in report.rows),
        district=report.focus.id if report.focus else None,
        until=report.as_of,
    )
    total, newest = 0, deque[Entry](maxlen=most)
    for listed in book.entries(query) if report.rows else ():
        newest.append(listed.entry)
        total += 1
    return tuple(newest), total
