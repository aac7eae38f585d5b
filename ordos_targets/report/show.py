"""`show`: one target in full, and every formula behind its figures (design.md section 5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ordos_targets.domain.assessment import Assessment
from ordos_targets.domain.burnup import Derivation, TargetDetail
from ordos_targets.domain.entries import Entry, EntryKind, decimal_text
from ordos_targets.domain.growth import YearOverYear
from ordos_targets.domain.periods import months_between
from ordos_targets.domain.targets import PERCENT, Direction, Measure, PlanKind, Scope, Target
from ordos_targets.locale import _, language, named, pick
from ordos_targets.locale.amounts import NOTHING, exact_amount, short, truncate
from ordos_targets.report import labels
from ordos_targets.report.burnup_chart import Chart, burn_up_chart
from ordos_targets.report.entries import EntryNames, entry_document, log_columns, log_records, log_table, value_text
from ordos_targets.report.formats import View
from ordos_targets.report.numbers import actual_text, gap_text, goal_text, lacking_text, percent, points, recorded_text
from ordos_targets.report.status_json import target_document
from ordos_targets.report.status_table import status_table
from ordos_targets.report.table import Column, Table, cell, without_column

if TYPE_CHECKING:
    from ordos_targets.report.json_types import ShowDocument

MOST_ENTRIES = 12


def show_view(detail: TargetDetail, *, explain: bool) -> View:
    """Return the view of a target in full; with the formulas written out if `explain`."""
    return View(
        tables=lambda: list(_tables(detail, explain=explain)),
        document=lambda: show_document(detail),
        lines=lambda: log_records(detail.entries),
        records=lambda: log_records(detail.entries),
        columns=lambda: log_columns(detail.entries),
    )


def show_document(detail: TargetDetail) -> ShowDocument:
    """Return a target in full as JSON-able data."""
    report = detail.report
    return {
        "format": "ordos-targets/show",
        "version": 1,
        "as_of": report.as_of,
        "known_at": report.known_at,
        "ledger": {"entries": report.entries, "head": report.head},
        "target": target_document(report.rows[0], report.since),
        "source": detail.target.source,
        "history": [
            {"date": point.day, "actual": point.actual, "completion": point.completion, "expected": point.expected}
            for point in detail.history
        ],
        "workings": [
            {
                "district": derivation.district.id if derivation.district else None,
                "entries": [entry.seq for entry in derivation.used],
                "entries_year_before": [entry.seq for entry in derivation.year_before],
            }
            for derivation in detail.workings
        ],
        "entries": [entry_document(entry, cancelled_by) for entry, cancelled_by in detail.entries],
    }


def _tables(detail: TargetDetail, *, explain: bool) -> Iterator[Table | Chart]:
    yield status_table(detail.report)
    facts = tuple((cell(fact.name), cell(fact.text)) for fact in target_facts(detail.target) if fact.text)
    yield Table(_("Definition"), (Column(_("Property")), Column(_("Content"), min_width=30)), facts)
    chart = burn_up_chart(detail)
    if chart is not None:
        yield chart
    if explain:
        for number, derivation in enumerate(detail.workings):
            lines = tuple(cell(line) for line in explanation(derivation, detail))
            yield Table("" if number else _("How it is computed"), (), (), lines)
    latest = log_table(detail.entries, EntryNames([detail.target], detail.districts), _("Latest entries"))
    yield without_column(latest, _("Target"))


class TargetFact(NamedTuple):
    """A fact of a target's definition: its key in code, its name and its text, empty where the file does not say."""

    key: str
    name: str
    text: str


def target_facts(target: Target) -> Iterator[TargetFact]:
    """Yield the facts of a target's definition, in the order in which `show` lists them."""
    yield TargetFact("id", _("Id"), target.id)
    yield TargetFact("name", _("Name"), target.name if language() == "zh" else named(target))
    measure, scope = _(labels.MEASURE[target.measure]), _(labels.SCOPE[target.scope])
    yield TargetFact("measure", _("Measure"), _("{measure}, {scope}").format(measure=measure, scope=scope))
    each = target.scope is Scope.EACH
    yield TargetFact("goal", _("Goal"), goal_text(target, Fraction(target.goal), each=each))
    if target.stretch is not None:
        yield TargetFact("stretch", _("Stretch goal"), goal_text(target, Fraction(target.stretch)))
    yield TargetFact("commitment", _("Commitment"), _(labels.COMMITMENT[target.commitment]))
    if target.base is not None:
        yield TargetFact("base", _("Base"), _recorded(target, Fraction(target.base)))
    for key, name, amounts in (("bases", _("Base"), target.bases), ("split", _("Split"), target.split)):
        parts = (f"{district} {_recorded(target, Fraction(value))}" for district, value in amounts.items())
        yield TargetFact(key, name, _(", ").join(parts))
    yield TargetFact("plan", _("Plan"), _(labels.PLAN[target.plan.kind]))
    yield TargetFact("period", _("Period"), f"{target.start} … {target.due}")
    yield TargetFact("cadence", _("Reported every"), _(labels.CADENCE[target.cadence]))
    for revision in target.revisions:
        text = f"{goal_text(target, Fraction(revision.goal), each=each)} {revision.why}".rstrip()
        yield TargetFact("revision", _("Goal revised"), _("{name}: {text}").format(name=revision.on, text=text))
    if target.measure is Measure.CHECKLIST:
        yield TargetFact("items", _("Items"), _("; ").join(named(item) for item in target.items))
    yield TargetFact("owner", _("Owner"), pick(target.owner, target.owner_en))
    yield TargetFact("aliases", _("Aliases"), _(", ").join(target.aliases))
    yield TargetFact("source", _("Source"), target.source)
    yield TargetFact("note", _("Note"), target.note)


def explanation(derivation: Derivation, detail: TargetDetail) -> Iterator[str]:
    """Yield the lines for a target as a whole or for one district of it."""
    target, figures = detail.target, derivation.figures
    if derivation.district is not None:
        yield f"{named(target)} · {named(derivation.district)}"
    if derivation.district is None and target.scope is Scope.EACH:
        yield from _each(detail)
        return
    yield from _actual(derivation, detail)
    if figures.goal is None:
        return
    yield from _pace(figures, target)
    yield from _judgement(figures, target)
    yield from _outlook(figures, target)


def _each(detail: TargetDetail) -> Iterator[str]:
    row, target = detail.report.rows[0], detail.target
    yield _("{target}: {meeting} of {total} districts are at the goal; the gap is {gap} districts.").format(
        target=named(target), meeting=row.districts_meeting, total=row.districts_total, gap=row.figures.gap
    )
    if row.figures.gap_amount is not None:
        yield _("Shortfall of the districts not at the goal: {amount}").format(amount=lacking_text(target, row.figures))
    yield _("Status = worst status of the districts = {status}").format(status=_status(row.figures))


def _parts(detail: TargetDetail) -> str:
    """Return the sum of the districts: of their actuals, or for a share Σ numerators ÷ Σ denominators."""
    target = detail.target
    if target.measure is not Measure.SHARE:
        rows = [row for row in detail.report.rows[0].districts if row.figures.actual is not None]
        return " + ".join(f"{named(row.district)} {_exact(target, row.figures.actual)}" for row in rows)
    shares = [entry for derivation in detail.workings for entry in derivation.used if entry.of is not None]
    above = " + ".join(decimal_text(entry.value or 0) for entry in shares)
    below = " + ".join(decimal_text(entry.of or 0) for entry in shares)
    return f"({above}) ÷ ({below})"


def _actual(derivation: Derivation, detail: TargetDetail) -> Iterator[str]:
    figures, target = derivation.figures, detail.target
    if not figures.entries:
        yield _("Actual: no entry yet")
        return
    if target.measure is Measure.GROWTH and figures.comparison is not None:
        yield from _growth(derivation, figures.comparison, target)
        return
    entries, actual = _entries(derivation.used, target), _exact(target, figures.actual)
    if target.scope is Scope.PARTS and derivation.district is None:
        yield _("Actual = {parts} = {actual}").format(parts=_parts(detail), actual=actual)
    elif target.measure is Measure.CHECKLIST:
        yield _("Done: {done} of {total} = {entries}").format(
            done=actual_text(target, figures.actual), total=len(target.items), entries=entries
        )
    else:
        yield _("Actual = {entries} = {actual}").format(entries=entries, actual=actual)


def _growth(derivation: Derivation, comparison: YearOverYear, target: Target) -> Iterator[str]:
    is_sum = target.scope is Scope.PARTS and derivation.district is None
    together = _("the sum of the districts") if is_sum else ""
    yield _("This year to {day} = {entries} = {amount}").format(
        day=derivation.figures.data_date,
        entries=together or _entries(derivation.used, target),
        amount=_recorded(target, comparison.this_year),
    )
    if comparison.last_year is None:
        yield _("Growth: unknown, as last year has no figure for the month of {day}").format(day=comparison.same_day)
        return
    yield _("Last year to {day} = {entries} = {amount}").format(
        day=comparison.same_day,
        entries=together or _entries(derivation.year_before, target) or _("the base in targets.toml"),
        amount=_recorded(target, comparison.last_year),
    )
    yield _("Growth = {this} ÷ {last} − 1 = {growth}").format(
        this=_recorded(target, comparison.this_year),
        last=_recorded(target, comparison.last_year),
        growth=actual_text(target, derivation.figures.actual),
    )


def _pace(figures: Assessment, target: Target) -> Iterator[str]:
    if figures.completion is not None:
        base = None if target.measure.restarts else figures.base
        template = (
            _("Completion = ({actual} − {base}) ÷ ({goal} − {base}) = {completion}")
            if base
            else _("Completion = {actual} ÷ {goal} = {completion}")
        )
        yield template.format(
            actual=_exact(target, figures.actual),
            base=_exact(target, base),
            goal=_exact(target, figures.goal),
            completion=percent(figures.completion),
        )
    if figures.expected is None:
        yield _("Expected: not used, as the actual is compared directly with the goal")
        return
    yield _("Expected is computed to {day}, the end of the last complete reporting period (due {due})").format(
        day=figures.paced_to, due=figures.due
    )
    yield _("Expected = {share}").format(share=_expected(figures, target))


def _expected(figures: Assessment, target: Target) -> str:
    """Return the expected share and where it comes from."""
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
        yield _("Report overdue: the latest figure is dated {day}").format(day=figures.data_date or NOTHING)


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
        yield from _growth_amounts(figures.comparison, figures.goal, target)
    elif figures.projected is not None:
        base = None if target.measure.restarts else figures.base
        template = (
            _("Projected at the end = {base} + (actual on {day} − {base}) ÷ {share} = {projected}")
            if base
            else _("Projected at the end = actual on {day} ÷ {share} = {projected}")
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
        is_share = target.measure is Measure.SHARE
        yield _("Needed a month = {gap} ÷ {months} months = {needed}").format(
            gap=gap_text(target, missing) if is_share else _recorded(target, missing),
            months=_number(left),
            needed=recorded_text(target, figures.needed_per_month, up=True),
        )


def _growth_amounts(comparison: YearOverYear, goal: Fraction, target: Target) -> Iterator[str]:
    """Yield what a growth goal means in the amounts recorded: to the same day, and for the year."""
    factor = f"{_number(1 + goal / 100)}"
    last, this, annual = (
        _recorded(target, amount) for amount in (comparison.last_year, comparison.this_year, comparison.annual)
    )
    short, needed = comparison.short_to_date(goal), comparison.still_needed(goal)
    if short is not None:
        yield _("Shortfall to the same day = {last} × {factor} − {this} = {short}").format(
            last=last, factor=factor, this=this, short=recorded_text(target, short, up=True)
        )
    if needed is not None:
        yield _("Still needed this year = {annual} × {factor} − {this} = {needed}").format(
            annual=annual, factor=factor, this=this, needed=recorded_text(target, needed, up=True)
        )


def _entries(entries: Sequence[Entry], target: Target) -> str:
    """Return entries as a sum, each with its number: `27家 (#5) + 2家 (#7)`."""
    shown = [f"{value_text(entry, target).lstrip('+')} (#{entry.seq})" for entry in entries[:MOST_ENTRIES]]
    if len(entries) > MOST_ENTRIES:
        shown.append(_("{count} more entries").format(count=len(entries) - MOST_ENTRIES))
    listed = entries and entries[0].kind in {EntryKind.ITEM, EntryKind.SHARE}
    return (_(", ") if listed else " + ").join(shown)


def _exact(target: Target, value: Fraction | None) -> str:
    if value is None or target.goal_unit == PERCENT:
        return actual_text(target, value)
    return exact_amount(value, target.unit, target.unit_en)


def _recorded(target: Target, value: Fraction | None) -> str:
    """Return an amount exactly, in the unit of the entries: money for the growth of money, a percentage for a share."""
    if value is None:
        return NOTHING
    unit = PERCENT if target.measure is Measure.SHARE else target.unit
    return exact_amount(value, unit, target.unit_en)


def _number(value: Fraction) -> str:
    return exact_amount(value, "")


def _status(figures: Assessment) -> str:
    return _(labels.STATUS[figures.status]) if figures.status else NOTHING
