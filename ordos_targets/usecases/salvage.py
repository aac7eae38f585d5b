"""What can still be read of a damaged ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ordos_targets.domain.entry import Entry
from ordos_targets.usecases.export import unit_of
from ordos_targets.usecases.workspace import Workspace


def salvage(workspace: Workspace, lost: Callable[[int], None]) -> Iterator[tuple[Entry, str]]:
    """Every entry that can be read, each with the unit of its value; `lost` is told the number of each that cannot."""
    by_id = {target.id: target for target in workspace.goals.targets}
    with workspace.ledger.auditing() as audit:
        for found in audit.salvage():
            if isinstance(found, int):
                lost(found)
            else:
                yield found, unit_of(found, by_id.get(found.target))
