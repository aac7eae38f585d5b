"""Whether the ledger fits targets.toml. That the file itself is valid is checked when it is loaded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ordos_targets.domain.errors import N_, InvalidData, Message
from ordos_targets.domain.targets import Goals
from ordos_targets.usecases.workspace import Workspace


class LedgerDoesNotFit(InvalidData):
    """Facts: `problems`, a tuple of messages."""

    code = "ledger_does_not_fit"
    template = N_("The ledger names what targets.toml does not: {problems}.")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in order."""

    targets: int
    districts: int
    entries: int


def check(workspace: Workspace) -> Checked:
    """Hold the ledger's targets and districts of this period against the goals. Raises LedgerDoesNotFit."""
    goals = workspace.goals
    with workspace.ledger.reading() as book:
        names = book.series_names(goals.period.start)
        entries = book.head.entries
    problems = strangers(goals, names)
    if problems:
        raise LedgerDoesNotFit(problems=tuple(problems))
    return Checked(len(goals.targets), len(goals.districts), entries)


def strangers(goals: Goals, names: Collection[tuple[str, str | None]]) -> list[Message]:
    """The targets and districts among `names` that the goals do not name, targets first."""
    targets, districts = {target for target, _district in names}, {district for _target, district in names if district}
    unknown_targets = sorted(targets - {target.id for target in goals.targets})
    unknown_districts = sorted(districts - {district.id for district in goals.districts})
    problems = [Message(N_("target “{id}”"), {"id": name}) for name in unknown_targets]
    return problems + [Message(N_("district “{id}”"), {"id": name}) for name in unknown_districts]
