"""What can still be read of a damaged ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from ordos_targets.domain.entries import Columns, Entry
from ordos_targets.domain.forms import columns_of
from ordos_targets.store.ledger import Audit
from ordos_targets.usecases.export import Units
from ordos_targets.usecases.workspace import Workspace

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
