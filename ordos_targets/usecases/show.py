"""One target in full: its figures, its history, its entries, and what each figure was computed from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ordos_targets.domain.assessment import Figures, Report
from ordos_targets.domain.burnup import HistoryPoint, Portrait, Workings, period_ends
from ordos_targets.domain.entries import Entry, Kind
from ordos_targets.domain.growth import Comparison
from ordos_targets.domain.periods import Period
from ordos_targets.domain.series import counting
from ordos_targets.domain.targets import District, Goals, Measure, Scope, Target
from ordos_targets.store.ledger import Query, Reader
from ordos_targets.usecases.brief import course_of
from ordos_targets.usecases.status import StatusRequest, judge_on, judged, report_from
from ordos_targets.usecases.workspace import Workspace


def show(workspace: Workspace, name: str, request: StatusRequest, *, count: int = 10) -> Portrait:
    """The portrait of the target that `name` names, as of the request's day, with its newest `count` entries.

    All of it comes from one view of the ledger. Raises what `status` raises.
    """
    known_at = workspace.moment(request.known_at)
    with workspace.ledger.reading(known_at) as book:
        report = report_from(book, workspace, request._replace(targets=(name,)), known_at)
        target = report.rows[0].target
        focus = report.focus.id if report.focus else None
        query = Query(targets=(target.id,), district=focus, until=report.as_of, last=count)
        return Portrait(
            report=report,
            target=target,
            districts=workspace.goals.districts,
            course=course_of(report.rows[0], report, workspace.goals, book),
            history=tuple(_history(report, workspace.goals, book)),
            entries=tuple((one.entry, one.cancelled_by) for one in book.entries(query)),
            workings=tuple(_workings(report, workspace.goals.period, book)),
        )


def _history(report: Report, goals: Goals, book: Reader) -> Iterator[HistoryPoint]:
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
        figures = judged(judge_on(day, target, goals, book, report.focus), report.focus)
        yield HistoryPoint(day, figures.actual, figures.completion, figures.expected)


def _workings(report: Report, period: Period, book: Reader) -> Iterator[Workings]:
    row = report.rows[0]
    for one in row.districts:
        yield _worked(one.district, one.figures, row.target, report, period, book)
    if report.focus is None:
        whole = row.target.scope is Scope.WHOLE
        yield _worked(None, row.figures, row.target, report, period, book) if whole else Workings(None, row.figures)


def _worked(  # noqa: PLR0913, PLR0917 - what a figure was made from
    district: District | None, figures: Figures, target: Target, report: Report, period: Period, book: Reader
) -> Workings:
    since = period.start if target.measure.restarts else None
    used = _used(target, district, since, period.clip(report.as_of), book)
    comparison = figures.comparison or Comparison()
    before: tuple[Entry, ...] = ()
    if comparison.same_day is not None:
        before = _used(target, district, period.year_before.start, comparison.same_day, book)
    return Workings(district, figures, used, before)


def _used(
    target: Target, district: District | None, since: date | None, until: date, book: Reader
) -> tuple[Entry, ...]:
    query = Query(targets=(target.id,), district=district.id if district else None, since=since, until=until)
    entries = [listed.entry for listed in book.entries(query)]
    if target.measure is Measure.CHECKLIST:
        return tuple(entry for entry in entries if entry.kind is Kind.ITEM)
    return tuple(counting(entries))
