"""What an exchange of entries did, or would do, and what the two ledgers disagree about.

JSON version history:
  1  2026-11  first version
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypedDict

from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.sync import Conflict, Disagreement
from ordos_targets.domain.targets import Target
from ordos_targets.locale import _, named, say
from ordos_targets.report.cells import Cell, Column, Table, cell
from ordos_targets.report.numbers import NOTHING
from ordos_targets.report.view import View

WHY = {
    Disagreement.CONTENT: N_("other content"),
    Disagreement.AMENDED: N_("amended in both"),
    Disagreement.BUILDS_ON: N_("what it replaces is held back"),
    Disagreement.DANGLING: N_("what it replaces is in neither"),
    Disagreement.MALFORMED: N_("a figure or text that is never recorded"),
}
NEXT = {
    Disagreement.CONTENT: N_(
        "Other content: cancel the entry in both ledgers (`ordos-targets void`), then record it anew in one of them."
    ),
    Disagreement.AMENDED: N_(
        "Amended in both: cancel the amendment that is wrong in the ledger that has it (`ordos-targets void`) and sync "
        "again; the other one then follows."
    ),
    Disagreement.DANGLING: N_("In neither: `ordos-targets verify` tells what the ledger lacks."),
    Disagreement.MALFORMED: N_("Never recorded: `ordos-targets verify` tells whether that ledger was tampered with."),
}
COLUMN_NAMES = {
    "target": N_("Target"),
    "district": N_("District"),
    "date": N_("Date"),
    "kind": N_("Kind"),
    "value": N_("Value"),
    "of": N_("Of"),
    "item": N_("Item"),
    "estimate": N_("Estimate"),
    "note": N_("Note"),
    "evidence": N_("Evidence"),
    "evidence_sha256": N_("SHA-256 of the evidence"),
    "replaces": N_("Replaces"),
}
COLUMNS = ("uid", "target", "here", "there", "why", "columns")


class SyncOutcome(Protocol):
    """What an exchange did: see usecases.sync.Synced."""

    @property
    def kept(self) -> bool: ...
    @property
    def sent(self) -> int: ...
    @property
    def received(self) -> int: ...
    @property
    def known(self) -> int: ...
    @property
    def refused(self) -> int: ...
    @property
    def conflict_count(self) -> int: ...
    @property
    def conflicts(self) -> Sequence[Conflict]: ...
    @property
    def strangers(self) -> Sequence[Message]: ...


class ConflictDocument(TypedDict):
    """One disagreement: numbers of entries in this ledger and in the other one, and the columns that differ."""

    uid: str
    target: str
    here: int | None
    there: int | None
    why: Disagreement
    columns: list[str]


class SyncDocument(TypedDict):
    """`sync --format json`. `known` counts the voids of what was cancelled already, `refused` what may not be written.

    `conflicts` are the first of `conflict_count`; `unknown` says which targets and districts targets.toml lacks.
    """

    format: str
    version: int
    dry_run: bool
    sent: int
    received: int
    known: int
    refused: int
    conflict_count: int
    conflicts: list[ConflictDocument]
    unknown: list[str]


def sync_view(outcome: SyncOutcome, targets: Sequence[Target]) -> View:
    """An exchange as a table of conflicts with the counts below, and as data; `targets` give their names."""

    def records() -> Iterator[dict[str, object]]:
        for conflict in outcome.conflicts:
            yield {**_conflict_document(conflict), "columns": " ".join(conflict.columns)}

    return View(
        tables=lambda: [sync_table(outcome, targets)],
        document=lambda: sync_document(outcome),
        lines=lambda: map(_conflict_document, outcome.conflicts),
        records=records,
        columns=lambda: COLUMNS,
    )


def sync_table(outcome: SyncOutcome, targets: Sequence[Target]) -> Table:
    """A row for each conflict, and the counts and what to do next below."""
    names = {target.id: named(target) for target in targets}
    columns = (
        Column(_("Here"), right=True),
        Column(_("There"), right=True),
        Column(_("Target"), rank=1, least=16),
        Column(_("Conflict"), least=24),
        Column("uid", rank=2),
    )
    rows = tuple(_row(conflict, names.get(conflict.target, conflict.target)) for conflict in outcome.conflicts)
    return Table("", columns, rows, tuple(cell(line) for line in _notes(outcome)))


def _row(conflict: Conflict, target: str) -> tuple[Cell, ...]:
    why = _(WHY[conflict.why])
    if conflict.columns:
        differing = say(Message("{columns}", {"columns": [_(COLUMN_NAMES[name]) for name in conflict.columns]}))
        why = _("{why}: {columns}").format(why=why, columns=differing)
    return cell(_number(conflict.here)), cell(_number(conflict.there)), cell(target), cell(why), cell(conflict.uid)


def _number(seq: int | None) -> str:
    return NOTHING if seq is None else str(seq)


def _notes(outcome: SyncOutcome) -> Iterator[str]:
    untold = outcome.conflict_count - len(outcome.conflicts)
    if untold:
        yield _("… and {count} more").format(count=untold)
    facts = {"sent": outcome.sent, "received": outcome.received, "conflicts": outcome.conflict_count}
    template = (
        _("{sent} sent, {received} received, {conflicts} in conflict.")
        if outcome.kept
        else _("{sent} would be sent, {received} received, {conflicts} are in conflict; nothing was written.")
    )
    yield template.format_map(facts)
    if outcome.refused:
        yield _("Not exchanged, because you may not write such entries there: {count}.").format(count=outcome.refused)
    if outcome.strangers:
        unknown = Message("{problems}", {"problems": list(outcome.strangers)})
        yield _("What came names what targets.toml does not: {problems}.").format(problems=say(unknown))
    yield from (_(text) for why, text in NEXT.items() if any(one.why is why for one in outcome.conflicts))


def sync_document(outcome: SyncOutcome) -> SyncDocument:
    """An exchange as the JSON of `sync`."""
    return {
        "format": "ordos-targets/sync",
        "version": 1,
        "dry_run": not outcome.kept,
        "sent": outcome.sent,
        "received": outcome.received,
        "known": outcome.known,
        "refused": outcome.refused,
        "conflict_count": outcome.conflict_count,
        "conflicts": [_conflict_document(conflict) for conflict in outcome.conflicts],
        "unknown": [str(stranger) for stranger in outcome.strangers],
    }


def _conflict_document(conflict: Conflict) -> ConflictDocument:
    return {
        "uid": conflict.uid,
        "target": conflict.target,
        "here": conflict.here,
        "there": conflict.there,
        "why": conflict.why,
        "columns": list(conflict.columns),
    }
