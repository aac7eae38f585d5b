"""The ledger's entries on their way out, some hundred after the other, so that a ledger of any size passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ordos_targets.domain.entries import Columns, Entry, EntryKind
from ordos_targets.domain.errors import UsageError
from ordos_targets.domain.forms import columns_of
from ordos_targets.domain.targets import PERCENT, TargetSet
from ordos_targets.store.ledger import Audit, Head, LedgerEntry, Query
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


def export(workspace: Workspace, targets: Sequence[str] = ()) -> Iterator[Columns]:
    """Every entry (of the targets named, or of all) in the order of the ledger, each with the `unit` of its value.

    Voids and what they cancelled are among them. All come from one view of the ledger, open until the last is taken.
    Raises what naming targets and reading the ledger raises.
    """
    ids = [target_id(workspace, text) for text in targets]
    units = Units(workspace.goals)
    with workspace.ledger.reading() as book:
        for columns in book.columns(ids):
            yield units.beside(columns)


class Units(dict[tuple[str, str], str | None]):
    """The unit of the values that entries of a kind about a target have; None where the target is not known."""

    def __init__(self, goals: TargetSet) -> None:
        super().__init__()
        self._by_id = {target.id: target.unit or None for target in goals.targets}

    def __missing__(self, key: tuple[str, str]) -> str | None:
        target, kind = key
        self[key] = PERCENT if kind == EntryKind.SHARE else self._by_id.get(target)
        return self[key]

    def beside(self, columns: Columns) -> Columns:
        """The columns and their `unit`, which is None for a share of two numbers, and where there is no value too."""
        units = list(map(self.__getitem__, zip(columns["target"], columns["kind"], strict=True)))
        values, denominators = columns["value"], columns["of"]
        if None in values or denominators.count(None) < len(units):
            for place, (value, of) in enumerate(zip(values, denominators, strict=True)):
                if value is None or of is not None:
                    units[place] = None
        return {**columns, "unit": units}


ENTRIES_A_RUN = 200


def salvage(workspace: Workspace, lost: Callable[[int], None]) -> Iterator[Columns]:
    """Every entry that can be read, as `export` gives it; `lost` is told the number of each that cannot."""
    units = Units(workspace.goals)
    with workspace.ledger.auditing() as audit:
        entries = _saved(audit, lost)
        while run := list(islice(entries, ENTRIES_A_RUN)):
            yield units.beside(columns_of(run))


def _saved(audit: Audit, lost: Callable[[int], None]) -> Iterator[Entry]:
    for found in audit.salvage():
        if isinstance(found, int):
            lost(found)
        else:
            yield found
