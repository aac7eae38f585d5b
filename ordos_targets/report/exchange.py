"""What an exchange of entries did to the ledger: a file imported, or a sync with another ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from ordos_targets.domain.assessment import Imported, TargetAssessment
from ordos_targets.domain.errors import N_, Message, fill
from ordos_targets.domain.sync import Conflict, Disagreement, Synced
from ordos_targets.domain.targets import Target
from ordos_targets.locale import _, named, translate
from ordos_targets.locale.amounts import NOTHING
from ordos_targets.report.changes import moved
from ordos_targets.report.formats import View
from ordos_targets.report.numbers import actual_text, gap_text
from ordos_targets.report.status_table import TONES, completion_of, status_text, target_lines
from ordos_targets.report.table import Cell, Column, Table, cell

if TYPE_CHECKING:
    from ordos_targets.report.json_types import ConflictDocument, SyncDocument

WHY = {
    Disagreement.CONTENT: N_("other content"),
    Disagreement.AMENDED: N_("amended in both"),
    Disagreement.BUILDS_ON: N_("the entry it replaces is held back"),
    Disagreement.DANGLING: N_("the entry it replaces is in neither ledger"),
    Disagreement.MALFORMED: N_("invalid figure or text"),
}
NEXT = {
    Disagreement.CONTENT: N_(
        "Other content: cancel the entry in both ledgers (`ordos-targets void`), then record it again in one of them."
    ),
    Disagreement.AMENDED: N_(
        "Amended in both: cancel the wrong amendment in its ledger (`ordos-targets void`) and sync again; "
        "the other amendment is then copied."
    ),
    Disagreement.DANGLING: N_("In neither ledger: run `ordos-targets verify` to see what is missing."),
    Disagreement.MALFORMED: N_(
        "Invalid figure or text: run `ordos-targets verify` to see whether that ledger was changed."
    ),
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


def sync_view(outcome: Synced, targets: Sequence[Target]) -> View:
    """Return an exchange as a table of conflicts with the counts below, and as data; `targets` give their names."""
    documents = list(map(_conflict_document, outcome.conflicts))
    return View(
        tables=lambda: [sync_table(outcome, targets)],
        document=lambda: sync_document(outcome),
        lines=lambda: documents,
        records=lambda: ({**document, "columns": " ".join(document["columns"])} for document in documents),
        columns=lambda: COLUMNS,
    )


def sync_table(outcome: Synced, targets: Sequence[Target]) -> Table:
    """Return a row for each conflict, and the counts and what to do next below."""
    names = {target.id: named(target) for target in targets}
    columns = (
        Column(_("Here"), right=True),
        Column(_("There"), right=True),
        Column(_("Target"), drop_priority=1, min_width=16),
        Column(_("Conflict"), min_width=24),
        Column("uid", drop_priority=2),
    )
    rows = tuple(_row(conflict, names.get(conflict.target, conflict.target)) for conflict in outcome.conflicts)
    return Table("", columns, rows, tuple(cell(line) for line in _notes(outcome)))


def _row(conflict: Conflict, target: str) -> tuple[Cell, ...]:
    why = _(WHY[conflict.why])
    if conflict.columns:
        differing = translate(Message("{columns}", {"columns": [_(COLUMN_NAMES[name]) for name in conflict.columns]}))
        why = _("{why}: {columns}").format(why=why, columns=differing)
    here, there = (NOTHING if seq is None else str(seq) for seq in (conflict.here, conflict.there))
    return cell(here), cell(there), cell(target), cell(why), cell(conflict.uid)


def _notes(outcome: Synced) -> Iterator[str]:
    unlisted = outcome.conflict_count - len(outcome.conflicts)
    if unlisted:
        yield _("… and {count} more").format(count=unlisted)
    template = (
        _("{sent} sent, {received} received, {conflicts} in conflict.")
        if outcome.kept
        else _("{sent} would be sent, {received} received, {conflicts} are in conflict; nothing was written.")
    )
    yield template.format(sent=outcome.sent, received=outcome.received, conflicts=outcome.conflict_count)
    if outcome.refused:
        yield fill(
            _("Not exchanged, as you may not write them there: {count:entry|entries}."), {"count": outcome.refused}
        )
    if outcome.strangers:
        unknown = Message("{problems}", {"problems": list(outcome.strangers)})
        yield _("The entries received contain names that are not in targets.toml: {problems}.").format(
            problems=translate(unknown)
        )
    yield from (_(text) for why, text in NEXT.items() if any(conflict.why is why for conflict in outcome.conflicts))


def sync_document(outcome: Synced) -> SyncDocument:
    """Return an exchange as the JSON of `sync`."""
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
    return cast("ConflictDocument", {name: getattr(conflict, name) for name in COLUMNS})


def import_table(outcome: Imported) -> Table:
    """Return a row for each target that entries were added to, and the counts below."""
    columns = (
        Column(_("Target"), min_width=20),
        Column(_("Actual"), right=True),
        Column(_("Completion"), right=True),
        Column(_("Gap"), right=True),
        Column(_("Status")),
    )
    rows = tuple(_import_row(before, after) for before, after in outcome.moves)
    template = (
        _("{file}: {added} added, {amended} amended, {known} already in the ledger.")
        if outcome.kept
        else _(
            "{file}: {added} would be added, {amended} amended, {known} are already in the ledger; nothing was written."
        )
    )
    counts = template.format(file=outcome.file, added=outcome.added, amended=outcome.amended, known=outcome.known)
    return Table("", columns, rows, (cell(counts),))


def _import_row(*rows: TargetAssessment) -> tuple[Cell, ...]:
    """Return the cells of a target, from its rows before and after."""
    target, figures = rows[0].target, [row.figures for row in rows]
    return (
        cell(named(target)),
        cell(moved(*(actual_text(target, assessment.actual) for assessment in figures))),
        cell(moved(*(completion_of(next(target_lines(row))) for row in rows))),
        cell(moved(*map(_gap, rows))),
        Cell(moved(*map(status_text, figures)), TONES[figures[-1].light]),
    )


def _gap(row: TargetAssessment) -> str:
    if row.districts_total is not None:
        return _("{count} districts").format(count=row.figures.gap)
    return gap_text(row.target, row.figures.gap)
