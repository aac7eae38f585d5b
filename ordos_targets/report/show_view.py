"""One target in full, as tables for people."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ordos_targets.domain.burnup import Portrait
from ordos_targets.domain.targets import Measure, Scope, Target
from ordos_targets.locale import _, language, named, pick
from ordos_targets.report import words
from ordos_targets.report.burn_up import burn_up
from ordos_targets.report.cells import Chart, Column, Table, cell, without_column
from ordos_targets.report.explain import explanation
from ordos_targets.report.log_cells import log_table
from ordos_targets.report.numbers import actual_text, goal_text, recorded_text
from ordos_targets.report.show_document import show_document
from ordos_targets.report.status_cells import status_table
from ordos_targets.report.view import View
from ordos_targets.report.views import LOG_COLUMNS, entry_records


def show_view(portrait: Portrait, *, explain: bool) -> View:
    """A target in full; with the formulas written out if `explain`."""
    return View(
        tables=lambda: list(_tables(portrait, explain=explain)),
        document=lambda: show_document(portrait),
        lines=lambda: entry_records(portrait.entries),
        records=lambda: entry_records(portrait.entries),
        columns=lambda: LOG_COLUMNS,
    )


def _tables(portrait: Portrait, *, explain: bool) -> Iterator[Table | Chart]:
    yield status_table(portrait.report)
    yield _definition(portrait)
    course = burn_up(portrait)
    if course is not None:
        yield course
    if explain:
        for number, workings in enumerate(portrait.workings):
            lines = tuple(cell(line) for line in explanation(workings, portrait))
            title = _("How it is computed") if number == 0 else ""
            yield Table(title, (), (), lines)
    latest = log_table(portrait.entries, [portrait.target], portrait.districts, _("Latest entries"))
    yield without_column(latest, _("Target"))


def _definition(portrait: Portrait) -> Table:
    rows = tuple((cell(name), cell(text)) for name, text in _facts(portrait.target) if text)
    return Table(_("Definition"), (Column(_("Word")), Column(_("Meaning"), least=30)), rows)


def _facts(target: Target) -> Iterator[tuple[str, str]]:
    """The definition of a target, a line a fact; what the file does not say is empty."""
    yield _("Id"), target.id
    yield _("Name"), target.name if language() == "zh" else named(target)
    measure, scope = _(words.MEASURE[target.measure]), _(words.SCOPE[target.scope])
    yield _("Measure"), _("{measure}, {scope}").format(measure=measure, scope=scope)
    yield _("Goal"), f"{goal_text(target, Fraction(target.goal), each=target.scope is Scope.EACH)}"
    if target.stretch is not None:
        yield _("Stretch goal"), goal_text(target, Fraction(target.stretch))
    yield _("Commitment"), _(words.COMMITMENT[target.commitment])
    if target.base is not None:
        yield _("Base"), actual_text(target, Fraction(target.base))
    for name, amounts in ((_("Base"), target.bases), (_("Split"), target.split)):
        yield name, _(", ").join(f"{one} {recorded_text(target, Fraction(value))}" for one, value in amounts.items())
    yield _("Plan"), _(words.PLAN[target.plan.kind])
    yield _("Period"), f"{target.start} … {target.due}"
    yield _("Reported every"), _(words.CADENCE[target.cadence])
    for revision in target.revisions:
        goal = f"{goal_text(target, Fraction(revision.goal))} {revision.why}"
        yield _("Goal revised"), _("{name}: {text}").format(name=revision.on, text=goal)
    if target.measure is Measure.CHECKLIST:
        yield _("Items"), _("; ").join(named(item) for item in target.items)
    yield _("Owner"), pick(target.owner, target.owner_en)
    yield _("Aliases"), _(", ").join(target.aliases)
    yield _("Source"), target.source
    yield _("Note"), target.note
