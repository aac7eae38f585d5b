"""The ledger's entries on their way out, one after the other, so that a ledger of any size passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ordos_targets.domain.entry import Entry, Kind
from ordos_targets.domain.target import PERCENT, Target
from ordos_targets.store.ledger import Query
from ordos_targets.usecases.log import target_id
from ordos_targets.usecases.workspace import Workspace


def export(workspace: Workspace, targets: Sequence[str] = ()) -> Iterator[tuple[Entry, str]]:
    """Every entry (of the targets named, or of all) in the order of the ledger, each with the unit of its value.

    Voids and what they cancelled are among them. All come from one view of the ledger, open until the last is taken.
    Raises what naming targets and reading the ledger raises.
    """
    query = Query(targets=tuple(target_id(workspace, text) for text in targets), cancelled=True)
    by_id = {target.id: target for target in workspace.goals.targets}
    with workspace.ledger.reading() as book:
        for listed in book.entries(query):
            yield listed.entry, unit_of(listed.entry, by_id.get(listed.entry.target))


def unit_of(entry: Entry, target: Target | None) -> str:
    """The unit an entry's value is in; empty for a share of two numbers, an item, and where the target is not known."""
    if entry.value is None or entry.of is not None:
        return ""
    if entry.kind is Kind.SHARE:
        return PERCENT
    return target.unit if target else ""
