"""Every formula behind a row, written out with its numbers and the entries they came from (design.md section 5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction

from ordos_targets.domain.assessment import Assessment
from ordos_targets.domain.burnup import Derivation, TargetDetail
from ordos_targets.domain.entries import Entry, EntryKind
from ordos_targets.domain.growth import YearOverYear
from ordos_targets.domain.periods import months_between
from ordos_targets.domain.targets import PERCENT, Direction, Measure, PlanKind, Scope, Target
from ordos_targets.locale import _, language, named, pick
from ordos_targets.report import labels
from ordos_targets.report.burnup_chart import burn_up
from ordos_targets.report.entries import log_table, value_text
from ordos_targets.report.formats import LOG_COLUMNS, View, entry_records
from ordos_targets.report.numbers import (
    NOTHING,
    actual_text,
    exact_amount,
    gap_text,
    goal_text,
    lacking_text,
    percent,
    points,
    recorded_text,
    short,
    truncate,
)
from ordos_targets.report.serialize import decimal_text
from ordos_targets.report.status_json import show_document
from ordos_targets.report.status_table import status_table
from ordos_targets.report.table import Chart, Column, Table, cell, without_column

MOST_ENTRIES = 12


def explanation(workings: Derivation, portrait: TargetDetail) -> Iterator[str]:
    """The lines for one subject: the target, or one district of it."""
    target, figures = portrait.target, workings.figures
    if workings.district is not None:
        yield f"{named(target)} · {named(workings.district)}"
    if workings.district is None and target.scope is Scope.EACH:
        yield from _each(portrait)
        return
    yield from _actual(workings, portrait)
    if figures.goal is None:
        return
    yield from _pace(figures, target)
    yield from _judgement(figures, target)
    yield from _outlook(figures, target)


def _each(portrait: TargetDetail) -> Iterator[str]:
    row, target = portrait.report.rows[0], portrait.target
    yield _("{target}: {meeting} of {total} districts are at the goal; the gap is {gap} districts.").format(
        target=named(target), meeting=row.districts_meeting, total=row.districts_total, gap=row.figures.gap
    )
    if row.figures.gap_amount is not None:
        yield _("Still lacking, over the short districts: {amount}").format(amount=lacking_text(target, row.figures))
    yield _("Status: the worst of the districts' = {status}").format(status=_status(row.figures))


def _parts(portrait: TargetDetail) -> str:
    """What the districts add up to: their actuals, or for a share Σ numerators ÷ Σ denominators."""
    target = portrait.target
    if target.measure is not Measure.SHARE:
        rows = [row for row in portrait.report.rows[0].districts if row.figures.actual is not None]
        return " + ".join(f"{named(row.district)} {_exact(target, row.figures.actual)}" for row in rows)
    shares = [entry for one in portrait.workings for entry in one.used if entry.of is not None]
    above = " + ".join(decimal_text(entry.value or 0) for entry in shares)
    below = " + ".join(decimal_text(entry.of or 0) for entry in shares)
    return f"({above}) ÷ ({below})"


def _actual(workings: Derivation, portrait: TargetDetail) -> Iterator[str]:
    figures, target = workings.figures, portrait.target
    if not figures.entries:
        yield _("Actual: no entry yet")
        return
    if target.measure is Measure.GROWTH and figures.comparison is not None:
        yield from _growth(workings, figures.comparison, target)
        return
    if target.scope is Scope.PARTS and workings.district is None:
        yield _("Actual = {parts} = {actual}").format(parts=_parts(portrait), actual=_exact(target, figures.actual))
        return
    if target.measure is Measure.CHECKLIST:
        yield _("Done: {done} of {total} = {entries}").format(
            done=actual_text(target, figures.actual), total=len(target.items), entries=_entries(workings.used, target)
        )
        return
    yield _("Actual = {entries} = {actual}").format(
        entries=_entries(workings.used, target), actual=_exact(target, figures.actual)
    )


def _growth(workings: Derivation, comparison: YearOverYear, target: Target) -> Iterator[str]:
    together = target.scope is Scope.PARTS and workings.district is None
    yield _("This year to {day} = {entries} = {amount}").format(
        day=workings.figures.data_date,
        entries=_("the districts together") if together else _entries(workings.used, target),
        amount=_recorded(target, comparison.this_year),
    )
    if comparison.last_year is None:
        yield _("Growth: not known, for last year has no figure for the month of {day}").format(day=comparison.same_day)
        return
    yield _("Last year to {day} = {entries} = {amount}").format(
        day=comparison.same_day,
        entries=_("the districts together")
        if together
        else _entries(workings.year_before, target) or _("the base in targets.toml"),
        amount=_recorded(target, comparison.last_year),
    )
    yield _("Growth = {this} ÷ {last} − 1 = {growth}").format(
        this=_recorded(target, comparison.this_year),
        last=_recorded(target, comparison.last_year),
        growth=actual_text(target, workings.figures.actual),
    )


def _pace(figures: Assessment, target: Target) -> Iterator[str]:
    if figures.completion is not None:
        base = None if target.measure.restarts else figures.base
        if base:
            facts = {"actual": _exact(target, figures.actual), "base": _exact(target, base)}
            template = _("Completion = ({actual} − {base}) ÷ ({goal} − {base}) = {completion}")
        else:
            facts = {"actual": _exact(target, figures.actual)}
            template = _("Completion = {actual} ÷ {goal} = {completion}")
        yield template.format(goal=_exact(target, figures.goal), completion=percent(figures.completion), **facts)
    if figures.expected is None:
        yield _("Expected: none, the figure itself is compared with the goal")
        return
    yield _("Paced to {day}, the end of the last complete reporting period (due {due})").format(
        day=figures.paced_to, due=figures.due
    )
    yield _("Expected = {share}").format(share=_expected(figures, target))


def _expected(figures: Assessment, target: Target) -> str:
    """How the expected share came about."""
    share = percent(figures.expected)
    if target.plan.kind is PlanKind.LINEAR:
        whole = months_between(target.start - timedelta(days=1), target.due)
        gone = (figures.expected or Fraction(0)) * whole
        return _("{gone} ÷ {whole} months = {share}").format(gone=_number(gone), whole=_number(whole), share=share)
    return _("{text} ({remark})").format(text=share, remark=_(labels.PLAN[target.plan.kind]))


def _judgement(figures: Assessment, target: Target) -> Iterator[str]:
    if figures.gap is not None:
        yield _("Gap: from {actual} to {goal} = {gap}").format(
            actual=_exact(target, figures.actual),
            goal=goal_text(target, figures.goal),
            gap=gap_text(target, figures.gap),
        )
    if figures.lead is not None:
        yield _("Lead = {formula} = {lead} points").format(
            formula=_lead_formula(figures, target), lead=points(figures.lead)
        )
        limits = target.lights
        yield _("Lights: ahead from +{ahead}, on track from {yellow}, lagging from {red}, behind below").format(
            ahead=short(truncate(Fraction(limits.ahead), 4)),
            yellow=points(-Fraction(limits.yellow)),
            red=points(-Fraction(limits.red)),
        )
    yield _("Status = {status}").format(status=_status(figures))
    if figures.stale:
        yield _("Report overdue: the latest figure is of {day}").format(day=figures.data_date or NOTHING)


def _lead_formula(figures: Assessment, target: Target) -> str:
    if target.measure is Measure.GROWTH:
        sides = [actual_text(target, figures.actual), _exact(target, figures.goal)]
    else:
        sides = [percent(figures.completion), "100%" if figures.expected is None else percent(figures.expected)]
    if figures.is_cap or (target.measure is Measure.GROWTH and target.direction is Direction.AT_MOST):
        sides.reverse()
    return " − ".join(sides)


def _outlook(figures: Assessment, target: Target) -> Iterator[str]:
    if figures.comparison is not None and figures.goal is not None:
        yield from _amounts(figures.comparison, figures.goal, target)
    elif figures.projected is not None:
        base = None if target.measure.restarts else figures.base
        template = (
            _("Projected at the end = {base} + (what was reached by {day} − {base}) ÷ {share} = {projected}")
            if base
            else _("Projected at the end = what was reached by {day} ÷ {share} = {projected}")
        )
        yield template.format(
            base=_exact(target, base),
            day=figures.paced_to,
            share=percent(figures.expected),
            projected=actual_text(target, figures.projected),
        )
    if figures.needed_per_month is not None:
        left = months_between(figures.paced_to, figures.due)
        missing = figures.gap_amount if target.measure is Measure.GROWTH else figures.gap
        yield _("Needed a month = {gap} ÷ {months} months = {needed}").format(
            gap=_missing(target, missing),
            months=_number(left),
            needed=recorded_text(target, figures.needed_per_month, up=True),
        )


def _amounts(comparison: YearOverYear, goal: Fraction, target: Target) -> Iterator[str]:
    """What the growth goal means in the figures recorded: to the same day, and for the year."""
    factor = f"{_number(1 + goal / 100)}"
    short = comparison.short_to_date(goal)
    if short is not None:
        yield _("Short to the same day = {last} × {factor} − {this} = {short}").format(
            last=_recorded(target, comparison.last_year),
            factor=factor,
            this=_recorded(target, comparison.this_year),
            short=recorded_text(target, short, up=True),
        )
    needed = comparison.still_needed(goal)
    if needed is not None:
        yield _("Still needed this year = {annual} × {factor} − {this} = {needed}").format(
            annual=_recorded(target, comparison.annual),
            factor=factor,
            this=_recorded(target, comparison.this_year),
            needed=recorded_text(target, needed, up=True),
        )


def _entries(entries: Sequence[Entry], target: Target) -> str:
    """Entries as a sum, each with its number: `27家 (#5) + 2家 (#7)`."""
    shown = [f"{value_text(entry, target).lstrip('+')} (#{entry.seq})" for entry in entries[:MOST_ENTRIES]]
    if len(entries) > MOST_ENTRIES:
        shown.append(_("{count} more entries").format(count=len(entries) - MOST_ENTRIES))
    listed = entries and entries[0].kind in {EntryKind.ITEM, EntryKind.SHARE}
    return (_(", ") if listed else " + ").join(shown)


def _exact(target: Target, value: Fraction | None) -> str:
    if value is None:
        return NOTHING
    return (
        actual_text(target, value) if target.goal_unit == PERCENT else exact_amount(value, target.unit, target.unit_en)
    )


def _recorded(target: Target, value: Fraction | None) -> str:
    if value is None:
        return NOTHING
    unit = PERCENT if target.measure is Measure.SHARE else target.unit
    return exact_amount(value, unit, target.unit_en)


def _missing(target: Target, value: Fraction | None) -> str:
    return gap_text(target, value) if target.measure is Measure.SHARE else _recorded(target, value)


def _number(value: Fraction) -> str:
    return exact_amount(value, "")


def _status(figures: Assessment) -> str:
    return _(labels.STATUS[figures.status]) if figures.status else NOTHING


def show_view(portrait: TargetDetail, *, explain: bool) -> View:
    """A target in full; with the formulas written out if `explain`."""
    return View(
        tables=lambda: list(_tables(portrait, explain=explain)),
        document=lambda: show_document(portrait),
        lines=lambda: entry_records(portrait.entries),
        records=lambda: entry_records(portrait.entries),
        columns=lambda: LOG_COLUMNS,
    )


def _tables(portrait: TargetDetail, *, explain: bool) -> Iterator[Table | Chart]:
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


def _definition(portrait: TargetDetail) -> Table:
    rows = tuple((cell(name), cell(text)) for name, text in _facts(portrait.target) if text)
    return Table(_("Definition"), (Column(_("Word")), Column(_("Meaning"), least=30)), rows)


def _facts(target: Target) -> Iterator[tuple[str, str]]:
    """The definition of a target, a line a fact; what the file does not say is empty."""
    yield _("Id"), target.id
    yield _("Name"), target.name if language() == "zh" else named(target)
    measure, scope = _(labels.MEASURE[target.measure]), _(labels.SCOPE[target.scope])
    yield _("Measure"), _("{measure}, {scope}").format(measure=measure, scope=scope)
    yield _("Goal"), f"{goal_text(target, Fraction(target.goal), each=target.scope is Scope.EACH)}"
    if target.stretch is not None:
        yield _("Stretch goal"), goal_text(target, Fraction(target.stretch))
    yield _("Commitment"), _(labels.COMMITMENT[target.commitment])
    if target.base is not None:
        yield _("Base"), actual_text(target, Fraction(target.base))
    for name, amounts in ((_("Base"), target.bases), (_("Split"), target.split)):
        yield name, _(", ").join(f"{one} {recorded_text(target, Fraction(value))}" for one, value in amounts.items())
    yield _("Plan"), _(labels.PLAN[target.plan.kind])
    yield _("Period"), f"{target.start} … {target.due}"
    yield _("Reported every"), _(labels.CADENCE[target.cadence])
    for revision in target.revisions:
        goal = f"{goal_text(target, Fraction(revision.goal))} {revision.why}"
        yield _("Goal revised"), _("{name}: {text}").format(name=revision.on, text=goal)
    if target.measure is Measure.CHECKLIST:
        yield _("Items"), _("; ").join(named(item) for item in target.items)
    yield _("Owner"), pick(target.owner, target.owner_en)
    yield _("Aliases"), _(", ").join(target.aliases)
    yield _("Source"), target.source
    yield _("Note"), target.note
