"""The gap-to-target report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ordos_targets.domain.assessment import DistrictRow, Figures, Grouping, Report, Status, TargetRow
from ordos_targets.domain.errors import N_, UsageFailure
from ordos_targets.domain.rollup import judge, summarise
from ordos_targets.domain.series import Book
from ordos_targets.domain.slices import Scene
from ordos_targets.domain.targets import District, Goals, Scope, Target
from ordos_targets.store.ledger import Reader
from ordos_targets.usecases.workspace import Workspace


class SinceLater(UsageFailure):
    code = "since_later"
    template = N_("--since {since} is later than the day of the report, {as_of}.")


class NotByDistrict(UsageFailure):
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


def status(workspace: Workspace, request: StatusRequest) -> Report:
    """Judge the targets asked for, from one consistent view of the ledger.

    Raises SinceLater, NotByDistrict, and what reading the ledger raises.
    """
    known_at = workspace.moment(request.known_at)
    with workspace.ledger.reading(known_at) as book:
        return report_from(book, workspace, request, known_at)


def report_from(book: Reader, workspace: Workspace, request: StatusRequest, known_at: str | None) -> Report:
    """The report that a view of the ledger, as known at a moment, gives. Raises SinceLater, NotByDistrict."""
    goals = workspace.goals
    as_of = workspace.day(request.as_of)
    since = workspace.day(request.since) if request.since else None
    if since is not None and since > as_of:
        raise SinceLater(since=since, as_of=as_of)
    focus = workspace.district(request.district) if request.district else None
    wanted = _wanted(workspace, request.targets, focus)
    rows = [judge_on(as_of, one, goals, book, focus) for one in wanted]
    if since is not None:
        rows = [_with_before(row, judge_on(since, row.target, goals, book, focus)) for row in rows]
    kept = [row for row in rows if not request.only or judged(row, focus).status in request.only]
    head = book.head
    return Report(
        name=goals.title,
        name_en=goals.title_en,
        as_of=as_of,
        known_at=known_at,
        since=since,
        period=goals.period,
        rows=tuple(kept),
        summary=summarise([row._replace(figures=judged(row, focus)) for row in kept]),
        entries=head.entries,
        head=head.hash,
        focus=focus,
        grouping=request.by,
        occurring=frozenset(judged(row, focus).status for row in rows) - {None},
    )


def _wanted(workspace: Workspace, names: Sequence[str], focus: District | None) -> list[Target]:
    """The targets named, each once; where one district is in focus, only those it reports on. Raises NotByDistrict."""
    named = [workspace.target(name) for name in names]
    for target in named:
        if focus is not None and target.scope is Scope.WHOLE:
            raise NotByDistrict(target=target)
    once = list({target.id: target for target in named or workspace.goals.targets}.values())
    return [target for target in once if focus is None or target.scope is not Scope.WHOLE]


def judge_on(day: date, target: Target, goals: Goals, book: Book, focus: District | None = None) -> TargetRow:
    """A target's row as of a day; with `focus`, only that district's row stays below it."""
    row = judge(target, goals.districts, Scene(goals.period, day, book, goals.grace_days))
    if focus is None:
        return row
    return row._replace(districts=tuple(one for one in row.districts if one.district.id == focus.id))


def judged(row: TargetRow, focus: District | None) -> Figures:
    """The figures a row is judged by: the district's in focus, or the target's own."""
    return row.figures if focus is None else row.districts[0].figures


def _with_before(row: TargetRow, before: TargetRow) -> TargetRow:
    districts = tuple(
        DistrictRow(one.district, one.figures, earlier.figures)
        for one, earlier in zip(row.districts, before.districts, strict=True)
    )
    return row._replace(districts=districts, before=before.figures)
