"""The entries themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ordos_targets.domain.errors import UsageFailure
from ordos_targets.store.ledger import Head, Listed, Query
from ordos_targets.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRequest:
    """Which entries to list, as typed; None and empty mean all. `count` keeps the newest so many."""

    targets: Sequence[str] = ()
    since: str | None = None
    until: str | None = None
    district: str | None = None
    by: str | None = None
    cancelled: bool = False
    count: int | None = None


def log(workspace: Workspace, request: LogRequest) -> tuple[list[Listed], Head]:
    """The entries asked for, in the order they were recorded, and the ledger's head."""
    query = Query(
        targets=tuple(target_id(workspace, text) for text in request.targets),
        district=workspace.district(request.district).id if request.district else None,
        since=workspace.day(request.since) if request.since else None,
        until=workspace.day(request.until) if request.until else None,
        by=request.by,
        cancelled=request.cancelled,
        last=request.count,
    )
    with workspace.ledger.reading() as book:
        return list(book.entries(query)), book.head


def target_id(workspace: Workspace, text: str) -> str:
    """The id of the target that `text` names; a target that left targets.toml is found by its id in the ledger."""
    try:
        return workspace.target(text).id
    except UsageFailure:
        with workspace.ledger.reading() as book:
            if any(text == target for target, _district in book.series_names()):
                return text
        raise
