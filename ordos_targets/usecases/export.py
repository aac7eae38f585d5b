"""Listing entries, and exporting them one after the other, so that a ledger of any size passes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from ordos_targets.domain.entries import IN_PERCENT, Entry, filled_columns
from ordos_targets.domain.errors import UsageError
from ordos_targets.domain.targets import PERCENT, TargetSet
from ordos_targets.store.ledger import Audit, Head, LedgerEntry, Query
from ordos_targets.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRequest:
    """Which entries to list, as typed; None and empty mean all.

    Attributes:
        count: How many of the newest to keep.
    """

    targets: Sequence[str] = ()
    since: str | None = None
    until: str | None = None
    district: str | None = None
    by: str | None = None
    cancelled: bool = False
    count: int | None = None


def log(workspace: Workspace, request: LogRequest) -> tuple[list[LedgerEntry], Head]:
    """Return the entries asked for, in the order they were recorded, and the ledger's head."""
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
    """Return the id of the target that `text` names; one that left targets.toml is found by its id in the ledger."""
    try:
        return workspace.target(text).id
    except UsageError:
        with workspace.ledger.reading() as book:
            if any(text == target for target, _district in book.series_names()):
                return text
        raise


class Exported(NamedTuple):
    """The entries of a ledger, to be taken while the view that they come from is open.

    Attributes:
        columns: Those of `domain.entries.HASHED_BY_NAME` that any of the entries fills.
        entries: Each entry with the unit of its value; None for a share of two numbers, and where there is no value or
            no known target.
    """

    columns: tuple[str, ...]
    entries: Iterator[tuple[Entry, str | None]]


@contextmanager
def export(workspace: Workspace, targets: Sequence[str] = ()) -> Iterator[Exported]:
    """Open every entry (of the targets named, or of all) in the order of the ledger, voids and cancelled ones too.

    Raises what resolving targets and reading the ledger raises.
    """
    ids = tuple(target_id(workspace, text) for text in targets)
    with workspace.ledger.reading() as book:
        lines = book.entries(Query(targets=ids, cancelled=True))
        yield Exported(book.filled_columns(ids), _with_units(workspace.goals, (line.entry for line in lines)))


@contextmanager
def salvage(workspace: Workspace, lost: Callable[[int], None]) -> Iterator[Exported]:
    """Open every entry that can be read, as `export` does; `lost` gets the number of each that cannot."""
    with workspace.ledger.auditing() as audit:
        filled = filled_columns(_readable(audit, lambda _seq: None))
        yield Exported(filled, _with_units(workspace.goals, _readable(audit, lost)))


def _readable(audit: Audit, lost: Callable[[int], None]) -> Iterator[Entry]:
    for entry in audit.salvage():
        if isinstance(entry, Entry):
            yield entry
        else:
            lost(entry)


def _with_units(goals: TargetSet, entries: Iterable[Entry]) -> Iterator[tuple[Entry, str | None]]:
    units = {target.id: target.unit or None for target in goals.targets}
    for entry in entries:
        if entry.value is None or entry.of is not None:
            yield entry, None
        else:
            yield entry, PERCENT if entry.kind in IN_PERCENT else units.get(entry.target)
