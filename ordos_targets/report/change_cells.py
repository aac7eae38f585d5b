"""What an entry changed: before → after, and the gap that is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ordos_targets.domain.entry import Entry, Kind
from ordos_targets.domain.figures import Figures, TargetRow
from ordos_targets.domain.target import District, Scope, Target
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
) -> Table:
    """The lines `record`, `amend` and `void` print; `figures` and `rows` are before and after."""
    lines = [_entry_line(entry, target, district, kept=kept) for entry in entries]
    lines += [cell(f"  {line}") for line in _figure_lines(target, *figures)]
    if district is not None and target.scope is not Scope.WHOLE:
        lines += [cell(f"  {line}") for line in _roll_up_lines(target, *(row.figures for row in rows))]
    return Table("", (), (), tuple(lines))


def _entry_line(entry: Entry, target: Target, district: District | None, *, kept: bool) -> Cell:
    facts = {
        "seq": entry.seq,
        "target": " ".join([named(target), *([named(district)] if district else [])]),
        "value": value_text(entry, target),
        "date": entry.date,
        "kind": _(words.KIND[entry.kind]),
    }
    if entry.kind is Kind.VOID:
        template = _("Cancelled by entry {seq}: {target} {date}") if kept else _("Would be cancelled: {target} {date}")
    elif kept:
        template = _("Recorded as entry {seq}: {target} {value} ({kind}, {date})")
    else:
        template = _("Would be recorded: {target} {value} ({kind}, {date})")
    return cell(template.format_map(facts))


def _figure_lines(target: Target, before: Figures, after: Figures) -> Iterator[str]:
    if target.goal_unit != target.unit and before.comparison and after.comparison:
        sums = (before.comparison.this_year, after.comparison.this_year)
        yield _moved(_("Year to date"), *(recorded_text(target, one) for one in sums))
    yield _moved(_("Actual"), actual_text(target, before.actual), actual_text(target, after.actual))
    if after.goal is not None:
        yield _moved(_("Completion"), percent(before.completion), percent(after.completion))
        yield _moved(_("Gap"), gap_text(target, before.gap), gap_text(target, after.gap))
    yield _moved(_("Status"), _status(before), _status(after))


def _roll_up_lines(target: Target, before: Figures, after: Figures) -> Iterator[str]:
    """How the target as a whole stands, where the entry was one district's."""
    if target.scope is Scope.EACH:
        yield _moved(_("Districts not yet there"), *(str(one.gap) for one in (before, after)))
    else:
        yield _moved(_("All districts"), *(actual_text(target, one.actual) for one in (before, after)))
    yield _moved(_("Status of the target"), _status(before), _status(after))


def _moved(name: str, before: str, after: str) -> str:
    return _("{name}: {text}").format(name=name, text=before if before == after else f"{before}{ARROW}{after}")


def _status(figures: Figures) -> str:
    if figures.status is None:
        return NOTHING
    return _("{text} ({remark})").format(text=_(words.STATUS[figures.status]), remark=_(words.LIGHT[figures.light]))
