"""The gap-to-target report, one target in detail, and what documents add to a report."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ordos_targets.domain.assessment import (
    Assessment,
    DistrictAssessment,
    Grouping,
    Status,
    StatusReport,
    TargetAssessment,
)
from ordos_targets.domain.entries import Entry, EntryKind
from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.domain.periods import Cadence, last_complete
from ordos_targets.domain.rollup import assess_target, summarise
from ordos_targets.domain.series import counting
from ordos_targets.domain.slices import AssessmentContext
from ordos_targets.domain.targets import District, Measure, Scope, Target, TargetSet
from ordos_targets.store.ledger import Query, Reader
from ordos_targets.usecases.workspace import Workspace

if TYPE_CHECKING:
    from ordos_targets.domain.burnup import Derivation, ReportBundle, TargetDetail


class SinceLater(UsageError):
    code = "since_later"
    template = N_("--since {since} is later than the day of the report, {as_of}; give an earlier day.")


class NotByDistrict(UsageError):
    code = "not_by_district"
    template = N_("“{target}” is one figure for the whole and has none by district; leave --district out.")


class StatusRequest(NamedTuple):
    """What to report, as typed; None and empty mean everything, today.

    Attributes:
        since: The day from whose end changes are reported.
        only: The statuses of the targets to report.
    """

    targets: Sequence[str] = ()
    as_of: str | None = None
    known_at: str | None = None
    since: str | None = None
    district: str | None = None
    by: Grouping | None = None
    only: frozenset[Status] = frozenset()


def status(workspace: Workspace, request: StatusRequest) -> StatusReport:
    """Return the report of the targets asked for, from one consistent view of the ledger.

    Raises SinceLater, NotByDistrict, and what reading the ledger raises.
    """
    known_at = workspace.moment(request.known_at)
    with workspace.ledger.reading(known_at) as reader:
        report, _context = _report(workspace, request, reader, known_at)
    return report


def build_report_bundle(
    workspace: Workspace, request: StatusRequest, *, burn_ups: bool = False, entries: int = 0
) -> ReportBundle:
    """Return a report of what changed since the last period, with its burn-ups and its newest `entries` if wanted.

    Raises what `status` raises.
    """
    from ordos_targets.domain.burnup import ReportBundle, burn_up  # noqa: PLC0415 - a status needs no burn-ups

    known_at = workspace.moment(request.known_at)
    as_of = workspace.day(request.as_of)
    since = request.since or f"{_previous_report(as_of, workspace.goals)}"
    with workspace.ledger.reading(known_at) as reader:
        report, context = _report(workspace, request._replace(as_of=f"{as_of}", since=since), reader, known_at)
        newest, total = _newest_entries(report, reader, entries) if entries else ((), 0)
    targets = [row.target for row in report.rows] if burn_ups else []
    return ReportBundle(
        report=report,
        goals=workspace.goals,
        burn_ups={target.id: burn_up(target, context, report.focus) for target in targets},
        entries=newest,
        entries_total=total,
    )


def show(workspace: Workspace, name: str, request: StatusRequest, *, count: int = 10) -> TargetDetail:
    """Return the target called `name` in detail as of the request's day, with its newest `count` entries.

    All of it comes from one consistent view of the ledger. Raises what `status` raises.
    """
    from ordos_targets.domain.burnup import TargetDetail, burn_up, history  # noqa: PLC0415 - a status needs no burn-ups

    known_at = workspace.moment(request.known_at)
    with workspace.ledger.reading(known_at) as reader:
        report, context = _report(workspace, request._replace(targets=(name,)), reader, known_at)
        [row] = report.rows
        live = Query(targets=(row.target.id,), district=report.focus.id if report.focus else None, until=report.as_of)
        entries = list(reader.entries(live))
    return TargetDetail(
        report=report,
        target=row.target,
        districts=workspace.goals.districts,
        burn_up=burn_up(row.target, context, report.focus),
        history=tuple(history(row.target, context, report.focus)),
        entries=tuple(entries[max(len(entries) - count, 0) :]),
        workings=tuple(_derivations(row, report.focus, [one.entry for one in entries], context)),
    )


def _report(
    workspace: Workspace, request: StatusRequest, reader: Reader, known_at: str | None
) -> tuple[StatusReport, AssessmentContext]:
    """Return the report that a view of the ledger gives, and what it was made from. Raises as `status` does."""
    goals = workspace.goals
    as_of = workspace.day(request.as_of)
    since = workspace.day(request.since) if request.since else None
    if since is not None and since > as_of:
        raise SinceLater(since=since, as_of=as_of)
    focus = workspace.district(request.district) if request.district else None
    targets = _targets(workspace, request.targets, focus)
    series = reader.series([target.id for target in targets] if request.targets else ())
    context = AssessmentContext(goals, as_of, series)
    rows = [_focused(assess_target(target, context), focus) for target in targets]
    if since is not None:
        earlier = context._replace(as_of=since)
        rows = [_with_before(row, _focused(assess_target(row.target, earlier), focus)) for row in rows]
    statuses = [row.figures_of(focus).status for row in rows]
    shown = [row for row, one in zip(rows, statuses, strict=True) if not request.only or one in request.only]
    head = reader.head
    report = StatusReport(
        name=goals.title,
        name_en=goals.title_en,
        as_of=as_of,
        known_at=known_at,
        since=since,
        period=goals.period,
        rows=tuple(shown),
        summary=summarise([row._replace(figures=row.figures_of(focus)) for row in shown]),
        entries=head.entries,
        head=head.hash,
        focus=focus,
        grouping=request.by,
        occurring=frozenset(statuses) - {None},
    )
    return report, context


def _targets(workspace: Workspace, names: Sequence[str], focus: District | None) -> list[Target]:
    """Return the targets named, each once, or all; with a district in focus those that it reports on.

    Raises NotByDistrict for one that is named and is not reported by district.
    """
    named = [workspace.target(name) for name in names]
    for target in named:
        if focus is not None and target.scope is Scope.WHOLE:
            raise NotByDistrict(target=target)
    once = {target.id: target for target in named or workspace.goals.targets}
    return [target for target in once.values() if focus is None or target.scope is not Scope.WHOLE]


def _focused(row: TargetAssessment, focus: District | None) -> TargetAssessment:
    """Return a row with the district in focus alone, if one is."""
    if focus is None:
        return row
    return row._replace(districts=tuple(one for one in row.districts if one.district.id == focus.id))


def _with_before(row: TargetAssessment, before: TargetAssessment) -> TargetAssessment:
    districts = tuple(
        DistrictAssessment(one.district, one.figures, earlier.figures)
        for one, earlier in zip(row.districts, before.districts, strict=True)
    )
    return row._replace(districts=districts, before=before.figures)


def _previous_report(as_of: date, goals: TargetSet) -> date:
    """Return the end of the reporting period before the last complete one: what came since is new in this report.

    Periods are quarters if all targets are reported by quarter, else months.
    """
    cadences = {target.cadence for target in goals.targets}
    cadence = Cadence.QUARTER if cadences == {Cadence.QUARTER} else Cadence.MONTH
    last = last_complete(goals.period.clip(as_of), cadence)
    return last_complete(last - timedelta(days=1), cadence)


def _newest_entries(report: StatusReport, reader: Reader, count: int) -> tuple[tuple[Entry, ...], int]:
    """Return the newest entries of the report's targets and district, dated up to its day, and the number of all."""
    if not report.rows:
        return (), 0
    targets = tuple(row.target.id for row in report.rows)
    query = Query(targets=targets, district=report.focus.id if report.focus else None, until=report.as_of)
    total, newest = 0, deque[Entry](maxlen=count)
    for listed in reader.entries(query):
        newest.append(listed.entry)
        total += 1
    return tuple(newest), total


def _derivations(
    row: TargetAssessment, focus: District | None, entries: list[Entry], context: AssessmentContext
) -> Iterator[Derivation]:
    """Yield the derivation of each district, then that of the target; `entries` are the live ones up to the day."""
    for one in row.districts:
        own = [entry for entry in entries if entry.district == one.district.id]
        yield _derivation(row.target, one.district, one.figures, own, context)
    if focus is None:
        own = entries if row.target.scope is Scope.WHOLE else []
        yield _derivation(row.target, None, row.figures, own, context)


def _derivation(
    target: Target, district: District | None, figures: Assessment, entries: Sequence[Entry], context: AssessmentContext
) -> Derivation:
    from ordos_targets.domain.burnup import Derivation  # noqa: PLC0415 - as above

    period = context.goals.period

    def used(since: date | None, until: date) -> tuple[Entry, ...]:
        dated = [entry for entry in entries if (since is None or since <= entry.date) and entry.date <= until]
        if target.measure is Measure.CHECKLIST:
            return tuple(entry for entry in dated if entry.kind is EntryKind.ITEM)
        return tuple(counting(dated))

    same_day = figures.comparison.same_day if figures.comparison else None
    return Derivation(
        district,
        figures,
        used=used(period.start if target.measure.restarts else None, period.clip(context.as_of)),
        year_before=() if same_day is None else used(period.year_before.start, same_day),
    )
