"""What an entry changed: before → after, and the gap that is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ordos_targets.domain.assessment import Figures, TargetRow
from ordos_targets.domain.entries import Entry, Kind
from ordos_targets.domain.targets import District, Scope, Target
from ordos_targets.locale import _, named
from ordos_targets.report import words
from ordos_targets.report.cells import Cell, Table, cell
from ordos_targets.report.log_cells import value_text
from ordos_targets.report.numbers import NOTHING, actual_text, gap_text, percent, recorded_text

ARROW = " → "


def change_table(  # noqa: PLR0913 - what a change consists of
    *,
    target: Target,
    district: District | None,
    entries: Sequence[Entry],
    figures: tuple[Figures, Figures],
    rows: tuple[TargetRow, TargetRow],
    kept: bool,
    cancelled: Entry | None,
) -> Table:
    """The lines `record`, `amend` and `void` print; `figures` and `rows` are before and after."""
    lines = [_entry_line(entry, target, district, cancelled, kept=kept) for entry in entries]
    lines += [cell(f"  {line}") for line in _figure_lines(target, *figures)]
    if district is not None and target.scope is not Scope.WHOLE:
        lines += [cell(f"  {line}") for line in _roll_up_lines(target, *(row.figures for row in rows))]
    lines += [cell(f"  {line}") for line in _remarks(entries[-1], *figures)]
    return Table("", (), (), tuple(lines))


def _entry_line(
    entry: Entry, target: Target, district: District | None, cancelled: Entry | None, *, kept: bool
) -> Cell:
    facts = {
        "seq": entry.seq,
        "target": " ".join([named(target), *([named(district)] if district else [])]),
        "value": value_text(entry, target),
        "date": entry.date,
        "kind": _(words.KIND[entry.kind]),
    }
    if entry.kind is Kind.VOID:
        facts |= {"value": value_text(cancelled, target), "cancelled": cancelled.seq} if cancelled else {}
        template = (
            _("Cancelled entry {cancelled}, by entry {seq}: {target} {value} ({date})")
            if kept
            else _("Would be cancelled: entry {cancelled}, {target} {value} ({date})")
        )
    elif kept:
        template = _("Recorded as entry {seq}: {target} {value} ({kind}, {date})")
    else:
        template = _("Would be recorded: {target} {value} ({kind}, {date})")
    return cell(template.format_map(facts))


def _figure_lines(target: Target, before: Figures, after: Figures) -> Iterator[str]:
    if target.goal_unit != target.unit and before.comparison and after.comparison:
        sums = (before.comparison.this_year, after.comparison.this_year)
        yield _moved_cells(_("Year to date"), *(recorded_text(target, one) for one in sums))
    yield _moved_cells(_("Actual"), actual_text(target, before.actual), actual_text(target, after.actual))
    if after.goal is not None:
        yield _moved_cells(_("Completion"), percent(before.completion), percent(after.completion))
        yield _moved_cells(_("Gap"), gap_text(target, before.gap), gap_text(target, after.gap))
    yield _moved_cells(_("Status"), _status_cell(before), _status_cell(after))


def _roll_up_lines(target: Target, before: Figures, after: Figures) -> Iterator[str]:
    """How the target as a whole stands, where the entry was one district's."""
    if target.scope is Scope.EACH:
        yield _moved_cells(_("Districts not yet there"), *(str(one.gap) for one in (before, after)))
    else:
        yield _moved_cells(_("All districts"), *(actual_text(target, one.actual) for one in (before, after)))
    yield _moved_cells(_("Status of the target"), _status_cell(before), _status_cell(after))


def _remarks(entry: Entry, before: Figures, after: Figures) -> Iterator[str]:
    """Why an entry does not show in the figures, where it does not."""
    amounts = [one.comparison.this_year if one.comparison else one.actual for one in (before, after)]
    if entry.kind in {Kind.INCREMENT, Kind.READING} and entry.value and before.entries and amounts[0] == amounts[1]:
        yield _("The value stays: a reading of that day or later covers the entry. A new total is recorded --to-date.")
    if after.comparison and after.comparison.this_year is not None and after.comparison.last_year is None:
        yield _("The growth is not known: there is no figure of last year for the month of {day}.").format(
            day=after.comparison.same_day
        )


def _moved_cells(name: str, before: str, after: str) -> str:
    return _("{name}: {text}").format(name=name, text=before if before == after else f"{before}{ARROW}{after}")


def _status_cell(figures: Figures) -> str:
    if figures.status is None:
        return NOTHING
    return _("{text} ({remark})").format(text=_(words.STATUS[figures.status]), remark=_(words.LIGHT[figures.light]))
