"""One target in full: its figures, its history, its entries, and what each figure was computed from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from ordos_targets.domain.assess import actual_on, completion_of
from ordos_targets.domain.entry import Entry
from ordos_targets.domain.figures import Figures, Report
from ordos_targets.domain.growth import Comparison
from ordos_targets.domain.pace import expected_share
from ordos_targets.domain.period import Cadence, Period, cadence_end
from ordos_targets.domain.portrait import HistoryPoint, Portrait, Workings
from ordos_targets.domain.rollup import part, whole
from ordos_targets.domain.series import Series, counting
from ordos_targets.domain.subject import Scene, Subject
from ordos_targets.domain.target import District, Measure, Scope, Target
from ordos_targets.store.ledger import Query, Reader
from ordos_targets.usecases.status import StatusRequest, status
from ordos_targets.usecases.workspace import Workspace


def show(workspace: Workspace, name: str, request: StatusRequest, *, count: int = 10) -> Portrait:
    """The portrait of the target that `name` names, as of the request's day, with its newest `count` entries."""
    report = status(workspace, replace(request, targets=(name,)))
    target = report.rows[0].target if report.rows else workspace.target(name)
    focus = report.focus.id if report.focus else None
    known_at = workspace.moment(request.known_at)
    with workspace.ledger.reading(known_at) as book:
        scene = Scene(workspace.goals.period, report.as_of, book, workspace.goals.grace_days)
        query = Query(targets=(target.id,), district=focus, until=report.as_of, last=count)
        return Portrait(
            report=report,
            target=target,
            districts=workspace.goals.districts,
            history=tuple(_history(_charted(target, workspace, report), scene)),
            entries=tuple((one.entry, one.cancelled_by) for one in book.entries(query)),
            workings=tuple(_workings(report, scene, book)),
        )


def _charted(target: Target, workspace: Workspace, report: Report) -> Subject | None:
    """What the history is drawn of: the district in focus, the whole, or nothing where every district counts alone."""
    if report.focus is not None:
        return part(target, report.focus, report.as_of)
    if target.scope is Scope.WHOLE:
        return whole(target, (Series(target.id),), report.as_of)
    if target.scope is Scope.PARTS:
        return whole(target, tuple(Series(target.id, one.id) for one in workspace.goals.districts), report.as_of)
    return None


def _history(subject: Subject | None, scene: Scene) -> Iterator[HistoryPoint]:
    """A point at the end of each reporting period so far (of each month, if reports are daily), and on the last day."""
    if subject is None or subject.goal is None:
        return
    target = subject.target
    for day in _period_ends(target, scene.period, scene.as_of):
        expected = expected_share(subject, day, scene)
        actual = actual_on(subject, day, scene).value
        yield HistoryPoint(day, actual, completion_of(subject, actual), expected)


def _period_ends(target: Target, period: Period, as_of: date) -> Iterator[date]:
    cadence = Cadence.MONTH if target.cadence is Cadence.DAY else target.cadence
    last = min(as_of, period.end)
    day = cadence_end(period.start, cadence)
    while day <= last:
        yield day
        day = cadence_end(day + timedelta(days=1), cadence)
    if cadence_end(last, cadence) != last and last >= period.start:
        yield last


def _workings(report: Report, scene: Scene, book: Reader) -> Iterator[Workings]:
    for row in report.rows:
        if row.target.scope is Scope.WHOLE:
            yield _worked(None, row.figures, row.target, scene, book)
            continue
        for one in row.districts:
            yield _worked(one.district, one.figures, row.target, scene, book)
        if report.focus is None:
            yield Workings(None, row.figures)


def _worked(district: District | None, figures: Figures, target: Target, scene: Scene, book: Reader) -> Workings:
    restarts = target.measure not in {Measure.LEVEL, Measure.SHARE}
    since = scene.period.start if restarts else None
    used = _used(target, district, since, scene.period.clip(scene.as_of), book)
    comparison = figures.comparison or Comparison()
    before: tuple[Entry, ...] = ()
    if comparison.same_day is not None:
        before = _used(target, district, scene.period.year_before.start, comparison.same_day, book)
    return Workings(district, figures, used, before)


def _used(
    target: Target, district: District | None, since: date | None, until: date, book: Reader
) -> tuple[Entry, ...]:
    query = Query(targets=(target.id,), district=district.id if district else None, since=since, until=until)
    entries = [listed.entry for listed in book.entries(query)]
    return tuple(entries if target.measure is Measure.CHECKLIST else counting(entries))
