"""What an import did, or would do: how many entries, and how the targets they are about moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from ordos_targets.domain.assessment import Figures, TargetRow
from ordos_targets.locale import _, named
from ordos_targets.report import words
from ordos_targets.report.cells import Cell, Column, Table, Tone, cell
from ordos_targets.report.numbers import NOTHING, actual_text, gap_text, percent
from ordos_targets.report.status_cells import TONES

ARROW = " → "


class ImportOutcome(Protocol):
    """What an import did: see usecases.import_entries.Imported."""

    @property
    def file(self) -> str: ...
    @property
    def added(self) -> int: ...
    @property
    def amended(self) -> int: ...
    @property
    def known(self) -> int: ...
    @property
    def moves(self) -> Sequence[tuple[TargetRow, TargetRow]]: ...
    @property
    def kept(self) -> bool: ...


def import_table(outcome: ImportOutcome) -> Table:
    """A row for each target that entries were added to, and the counts below."""
    columns = (
        Column(_("Target"), least=20),
        Column(_("Actual"), right=True),
        Column(_("Completion"), right=True),
        Column(_("Gap"), right=True),
        Column(_("Status")),
    )
    rows = tuple(_import_row(before, after) for before, after in outcome.moves)
    return Table("", columns, rows, tuple(cell(line) for line in _counts(outcome)))


def _import_row(before: TargetRow, after: TargetRow) -> tuple[Cell, ...]:
    target, figures = after.target, (before.figures, after.figures)
    return (
        cell(named(target)),
        cell(_import_moved([actual_text(target, one.actual) for one in figures])),
        cell(_import_moved([_completion(row) for row in (before, after)])),
        cell(_import_moved([_gap(row) for row in (before, after)])),
        Cell(_import_moved([_import_status(one) for one in figures]), TONES.get(after.figures.light, Tone.PLAIN)),
    )


def _import_moved(texts: Sequence[str]) -> str:
    before, after = texts
    return after if before == after else f"{before}{ARROW}{after}"


def _completion(row: TargetRow) -> str:
    if row.districts_total is not None:
        return f"{row.districts_meeting}/{row.districts_total}"
    return percent(row.figures.completion, up=row.figures.is_cap)


def _gap(row: TargetRow) -> str:
    if row.districts_total is not None:
        return _("{count} districts").format(count=row.figures.gap)
    return gap_text(row.target, row.figures.gap)


def _import_status(figures: Figures) -> str:
    if figures.status is None:
        return NOTHING
    return f"{_(words.LIGHT[figures.light])} {_(words.STATUS[figures.status])}"


def _counts(outcome: ImportOutcome) -> Iterator[str]:
    facts = {"file": outcome.file, "added": outcome.added, "amended": outcome.amended, "known": outcome.known}
    template = (
        _("{file}: {added} added, {amended} amended, {known} there already.")
        if outcome.kept
        else _("{file}: {added} would be added, {amended} amended, {known} are there already; nothing was written.")
    )
    yield template.format_map(facts)
