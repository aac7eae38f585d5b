"""The gap-to-target report."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ordos_targets.domain.assessment import (
    Assessment,
    DistrictAssessment,
    Grouping,
    Status,
    StatusReport,
    TargetAssessment,
)
from ordos_targets.domain.burnup import (
    BurnUp,
    Derivation,
    HistoryPoint,
    ReportBundle,
    TargetDetail,
    burn_up,
    period_ends,
)
from ordos_targets.domain.entries import Entry, EntryKind
from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.domain.growth import YearOverYear
from ordos_targets.domain.periods import Cadence, Period, last_complete
from ordos_targets.domain.rollup import assess_target, summarise
from ordos_targets.domain.series import SeriesReader, counting
from ordos_targets.domain.slices import AssessmentContext
from ordos_targets.domain.targets import District, Measure, Scope, Target, TargetSet
from ordos_targets.store.ledger import Query, Reader
from ordos_targets.usecases.workspace import Workspace


class SinceLater(UsageError):
    code = "since_later"
    template = N_("--since {since} is later than the day of the report, {as_of}.")


class NotByDistrict(UsageError):
    code = "not_by_district"
    template = N_("“{target}” is one figure for the whole and has none by district; leave --district out.")


class StatusRequest(NamedTuple):
    """What to report, as typed; None and empty mean everything, today.

    `only` keeps the targets in one of these statuses; `since` adds what changed from that day.
    """

    targets: Sequence[str] = ()
    as_of: str | None = None
    known_at: str | None = None
    since: str | None = None
    district: str | None = None
    by: Grouping | None = None
    only: frozenset[Status] = frozenset()


def status(workspace: Workspace, request: StatusRequest) -> StatusReport:
    """Judge the targets asked for, from one consistent view of the ledger.

    Raises SinceLater, NotByDistrict, and what reading the ledger raises.
    """
    known_at = workspace.moment(request.known_at)
    with workspace.ledger.reading(known_at) as book:
        return report_from(book, workspace, request, known_at)[0]


def report_from(
    book: Reader, workspace: Workspace, request: StatusRequest, known_at: str | None
) -> tuple[StatusReport, SeriesReader]:
    """Return the report that a view of the ledger, as known at a moment, gives, and the series it was made from.

    Raises SinceLater, NotByDistrict.
    """
    goals = workspace.goals
    as_of = workspace.day(request.as_of)
    since = workspace.day(request.since) if request.since else None
    if since is not None and since > as_of:
        raise SinceLater(since=since, as_of=as_of)
    focus = workspace.district(request.district) if request.district else None
    wanted = _wanted(workspace, request.targets, focus)
    series = book.series([target.id for target in wanted] if request.targets else ())
    rows = [assess_target_on(as_of, one, goals, series, focus) for one in wanted]
    if since is not None:
        rows = [_with_before(row, assess_target_on(since, row.target, goals, series, focus)) for row in rows]
    kept = [row for row in rows if not request.only or focus_assessment(row, focus).status in request.only]
    head = book.head
    report = StatusReport(
        name=goals.title,
        name_en=goals.title_en,
        as_of=as_of,
        known_at=known_at,
        since=since,
        period=goals.period,
        rows=tuple(kept),
        summary=summarise([row._replace(figures=focus_assessment(row, focus)) for row in kept]),
        entries=head.entries,
        head=head.hash,
        focus=focus,
        grouping=request.by,
        occurring=frozenset(focus_assessment(row, focus).status for row in rows) - {None},
    )
    return report, series


def _wanted(workspace: Workspace, names: Sequence[str], focus: District | None) -> list[Target]:
    """The targets named, each once; where one district is in focus, only those it reports on. Raises NotByDistrict."""
    named = [workspace.target(name) for name in names]
    for target in named:
        if focus is not None and target.scope is Scope.WHOLE:
            raise NotByDistrict(target=target)
    once = list({target.id: target for target in named or workspace.goals.targets}.values())
    return [target for target in once if focus is None or target.scope is not Scope.WHOLE]


def assess_target_on(
    day: date, target: Target, goals: TargetSet, series: SeriesReader, focus: District | None = None
) -> TargetAssessment:
    """A target's row as of a day; with `focus`, only that district's row stays below it."""
    row = assess_target(target, goals.districts, AssessmentContext(goals.period, day, series, goals.grace_days))
    if focus is None:
        return row
    return row._replace(districts=tuple(one for one in row.districts if one.district.id == focus.id))


def focus_assessment(row: TargetAssessment, focus: District | None) -> Assessment:
    """The figures a row is judged by: the district's in focus, or the target's own."""
    return row.figures if focus is None else row.districts[0].figures


def _with_before(row: TargetAssessment, before: TargetAssessment) -> TargetAssessment:
    districts = tuple(
        DistrictAssessment(one.district, one.figures, earlier.figures)
        for one, earlier in zip(row.districts, before.districts, strict=True)
    )
    return row._replace(districts=districts, before=before.figures)


def build_report_bundle(
    workspace: Workspace, request: StatusRequest, *, courses: bool = False, entries: int = 0
) -> ReportBundle:
    """The status asked for, with what changed since the last period; its `courses` and newest `entries` if wanted.

    Raises what `status` raises.
    """
    known_at = workspace.moment(request.known_at)
    as_of = workspace.day(request.as_of)
    since = request.since or f"{_last_report_but_one(as_of, workspace.goals)}"
    with workspace.ledger.reading(known_at) as book:
        report, series = report_from(book, workspace, request._replace(as_of=f"{as_of}", since=since), known_at)
        listed, total = _entries(report, book, entries) if entries else ((), 0)
        return ReportBundle(
            report=report,
            goals=workspace.goals,
            courses=courses_of(report, workspace.goals, series) if courses else {},
            entries=listed,
            entries_total=total,
        )


def _last_report_but_one(as_of: date, goals: TargetSet) -> date:
    """The end of the reporting period before the last complete one: what has come since is new in this report.

    Where targets are reported in different periods, or daily, it is the month.
    """
    cadences = {target.cadence for target in goals.targets}
    cadence = Cadence.QUARTER if cadences == {Cadence.QUARTER} else Cadence.MONTH
    last = last_complete(goals.period.clip(as_of), cadence)
    return last_complete(last - timedelta(days=1), cadence)


def courses_of(report: StatusReport, goals: TargetSet, series: SeriesReader) -> Mapping[str, BurnUp]:
    """How each target of a report went, by its id; where a district is in focus, how it went there."""
    return {row.target.id: course_of(row, report, goals, series) for row in report.rows}


def course_of(row: TargetAssessment, report: StatusReport, goals: TargetSet, series: SeriesReader) -> BurnUp:
    """How one target of a report went: judged at the end of each of its reporting periods, past and to come."""
    target, focus = row.target, report.focus
    last = min(target.due, goals.period.end)
    days = {*period_ends(target, target.start, last), last, min(report.as_of, last)}
    rows = [(day, assess_target_on(day, target, goals, series, focus)) for day in sorted(days) if day >= target.start]
    return burn_up([(day, found, focus_assessment(found, focus)) for day, found in rows], report.as_of)


def _entries(report: StatusReport, book: Reader, most: int) -> tuple[tuple[Entry, ...], int]:
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


def show(workspace: Workspace, name: str, request: StatusRequest, *, count: int = 10) -> TargetDetail:
    """The portrait of the target that `name` names, as of the request's day, with its newest `count` entries.

    All of it comes from one view of the ledger. Raises what `status` raises.
    """
    known_at = workspace.moment(request.known_at)
    with workspace.ledger.reading(known_at) as book:
        report, series = report_from(book, workspace, request._replace(targets=(name,)), known_at)
        target = report.rows[0].target
        focus = report.focus.id if report.focus else None
        query = Query(targets=(target.id,), district=focus, until=report.as_of, last=count)
        return TargetDetail(
            report=report,
            target=target,
            districts=workspace.goals.districts,
            burn_up=course_of(report.rows[0], report, workspace.goals, series),
            history=tuple(_history(report, workspace.goals, series)),
            entries=tuple((one.entry, one.cancelled_by) for one in book.entries(query)),
            workings=tuple(_workings(report, workspace.goals.period, book)),
        )


def _history(report: StatusReport, goals: TargetSet, series: SeriesReader) -> Iterator[HistoryPoint]:
    """What a status of each reporting period's end would have said, and of the report's own day.

    Where reports are daily, of each month; nothing where every district counts alone and none is in focus.
    """
    target = report.rows[0].target
    if target.scope is Scope.EACH and report.focus is None:
        return
    last = min(report.as_of, goals.period.end)
    days = period_ends(target, goals.period.start, last)
    if last >= goals.period.start and last not in days:
        days.append(last)
    for day in days:
        figures = focus_assessment(assess_target_on(day, target, goals, series, report.focus), report.focus)
        yield HistoryPoint(day, figures.actual, figures.completion, figures.expected)


def _workings(report: StatusReport, period: Period, book: Reader) -> Iterator[Derivation]:
    row = report.rows[0]
    for one in row.districts:
        yield _worked(one.district, one.figures, row.target, report, period, book)
    if report.focus is None:
        whole = row.target.scope is Scope.WHOLE
        yield _worked(None, row.figures, row.target, report, period, book) if whole else Derivation(None, row.figures)


def _worked(  # noqa: PLR0913, PLR0917 - what a figure was made from
    district: District | None, figures: Assessment, target: Target, report: StatusReport, period: Period, book: Reader
) -> Derivation:
    since = period.start if target.measure.restarts else None
    used = _used(target, district, since, period.clip(report.as_of), book)
    comparison = figures.comparison or YearOverYear()
    before: tuple[Entry, ...] = ()
    if comparison.same_day is not None:
        before = _used(target, district, period.year_before.start, comparison.same_day, book)
    return Derivation(district, figures, used, before)


def _used(
    target: Target, district: District | None, since: date | None, until: date, book: Reader
) -> tuple[Entry, ...]:
    query = Query(targets=(target.id,), district=district.id if district else None, since=since, until=until)
    entries = [listed.entry for listed in book.entries(query)]
    if target.measure is Measure.CHECKLIST:
        return tuple(entry for entry in entries if entry.kind is EntryKind.ITEM)
    return tuple(counting(entries))
