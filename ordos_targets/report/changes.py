"""What an entry changes: the lines that `record`, `amend` and `void` print."""

from __future__ import annotations

from collections.abc import Iterator

from ordos_targets.domain.assessment import Assessment, EntryChange
from ordos_targets.domain.entries import Entry, EntryKind
from ordos_targets.domain.targets import Scope, Target
from ordos_targets.locale import _, named
from ordos_targets.locale.amounts import NOTHING
from ordos_targets.report import labels
from ordos_targets.report.entries import value_text
from ordos_targets.report.numbers import actual_text, gap_text, percent, recorded_text

ARROW = " → "


def change_lines(change: EntryChange) -> Iterator[str]:
    """Yield the lines that `record`, `amend` and `void` print."""
    before, after = change.before.figures_of(change.district), change.after.figures_of(change.district)
    for entry in change.entries:
        yield _entry_line(entry, change)
    yield from (f"  {line}" for line in _figure_lines(change.target, before, after))
    if change.district is not None and change.target.scope is not Scope.WHOLE:
        wholes = (change.before.figures, change.after.figures)
        yield from (f"  {line}" for line in _roll_up_lines(change.target, *wholes))
    yield from (f"  {line}" for line in _remarks(change.entries[-1], before, after))


def _entry_line(entry: Entry, change: EntryChange) -> str:
    target, cancelled = change.target, change.cancelled
    params = {
        "seq": entry.seq,
        "target": " ".join([named(target), *([named(change.district)] if change.district else [])]),
        "value": value_text(entry, target),
        "date": entry.date,
        "kind": _(entry.kind.label),
    }
    if entry.kind is EntryKind.VOID:
        params |= {"value": value_text(cancelled, target), "cancelled": cancelled.seq} if cancelled else {}
        template = (
            _("Cancelled entry {cancelled}, by entry {seq}: {target} {value} ({date})")
            if change.kept
            else _("Would be cancelled: entry {cancelled}, {target} {value} ({date})")
        )
    elif change.kept:
        template = _("Recorded as entry {seq}: {target} {value} ({kind}, {date})")
    else:
        template = _("Would be recorded: {target} {value} ({kind}, {date})")
    return template.format_map(params)


def _figure_lines(target: Target, before: Assessment, after: Assessment) -> Iterator[str]:
    if target.goal_unit != target.unit and before.comparison and after.comparison:
        sums = (before.comparison.this_year, after.comparison.this_year)
        yield _moved_line(_("Year to date"), *(recorded_text(target, amount) for amount in sums))
    yield _moved_line(_("Actual"), actual_text(target, before.actual), actual_text(target, after.actual))
    if after.goal is not None:
        yield _moved_line(_("Completion"), percent(before.completion), percent(after.completion))
        yield _moved_line(_("Gap"), gap_text(target, before.gap), gap_text(target, after.gap))
    yield _moved_line(_("Status"), _status_and_light(before), _status_and_light(after))


def _roll_up_lines(target: Target, *figures: Assessment) -> Iterator[str]:
    """Yield the figures of the target as a whole, where the entry was one district's."""
    if target.scope is Scope.EACH:
        yield _moved_line(_("Districts not at the goal"), *(str(assessment.gap) for assessment in figures))
    else:
        yield _moved_line(_("All districts"), *(actual_text(target, assessment.actual) for assessment in figures))
    yield _moved_line(_("Status of the target"), *map(_status_and_light, figures))


def _remarks(entry: Entry, before: Assessment, after: Assessment) -> Iterator[str]:
    """Yield why an entry does not show in the figures, where it does not."""
    amounts = [figures.comparison.this_year if figures.comparison else figures.actual for figures in (before, after)]
    is_figure = entry.kind in {EntryKind.INCREMENT, EntryKind.READING} and entry.value
    if is_figure and before.entries and amounts[0] == amounts[1]:
        yield _(
            "The value does not change: a reading of that day or later includes this entry. To record a new "
            "total, use --to-date."
        )
    if after.comparison and after.comparison.this_year is not None and after.comparison.last_year is None:
        yield _("Growth unknown: last year has no figure for the month of {day}.").format(day=after.comparison.same_day)


def _moved_line(name: str, before: str, after: str) -> str:
    return _("{name}: {text}").format(name=name, text=moved(before, after))


def moved(before: str, after: str) -> str:
    """Return a text before and after; one of them where they are the same."""
    return after if before == after else f"{before}{ARROW}{after}"


def _status_and_light(figures: Assessment) -> str:
    if figures.status is None:
        return NOTHING
    return _("{text} ({remark})").format(text=_(labels.STATUS[figures.status]), remark=_(labels.LIGHT[figures.light]))
