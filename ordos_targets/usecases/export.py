"""The ledger's entries on their way out, some hundred after the other, so that a ledger of any size passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ordos_targets.domain.entries import Entry, EntryKind
from ordos_targets.domain.errors import UsageError
from ordos_targets.domain.targets import PERCENT, TargetSet
from ordos_targets.store.ledger import Head, LedgerEntry, Query
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


def log(workspace: Workspace, request: LogRequest) -> tuple[list[LedgerEntry], Head]:
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
    except UsageError:
        with workspace.ledger.reading() as book:
            if any(text == target for target, _district in book.series_names()):
                return text
        raise


def export(workspace: Workspace, targets: Sequence[str] = ()) -> Iterator[tuple[Entry, str | None]]:
    """Yield every entry (of the targets named, or of all) in the order of the ledger, with the unit of its value.

    Voids and what they cancelled are among them. All come from one view of the ledger, open until the last is taken.
    Raises what resolving targets and reading the ledger raises.
    """
    ids = tuple(target_id(workspace, text) for text in targets)
    units = _units(workspace.goals)
    with workspace.ledger.reading() as book:
        for listed in book.entries(Query(targets=ids, cancelled=True)):
            yield listed.entry, _unit(listed.entry, units)


def _units(goals: TargetSet) -> Mapping[str, str | None]:
    return {target.id: target.unit or None for target in goals.targets}


def _unit(entry: Entry, units: Mapping[str, str | None]) -> str | None:
    """Return the unit of an entry's value; None for a share of two numbers, without a value, or of no known target."""
    if entry.value is None or entry.of is not None:
        return None
    return PERCENT if entry.kind is EntryKind.SHARE else units.get(entry.target)


def salvage(workspace: Workspace, lost: Callable[[int], None]) -> Iterator[tuple[Entry, str | None]]:
    """Yield every entry that can be read, as `export` does; `lost` gets the number of each that cannot."""
    units = _units(workspace.goals)
    with workspace.ledger.auditing() as audit:
        for found in audit.salvage():
            if isinstance(found, int):
                lost(found)
            else:
                yield found, _unit(found, units)
