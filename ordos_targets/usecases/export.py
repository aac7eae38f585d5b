"""The ledger's entries on their way out, some hundred after the other, so that a ledger of any size passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ordos_targets.domain.entries import Columns, Kind
from ordos_targets.domain.targets import PERCENT, Goals
from ordos_targets.usecases.log import target_id
from ordos_targets.usecases.workspace import Workspace


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

    def __init__(self, goals: Goals) -> None:
        super().__init__()
        self._by_id = {target.id: target.unit or None for target in goals.targets}

    def __missing__(self, key: tuple[str, str]) -> str | None:
        target, kind = key
        self[key] = PERCENT if kind == Kind.SHARE else self._by_id.get(target)
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
