"""Figures that are possible but probably a slip: recorded only when somebody insists."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from ordos_targets.domain.entry import Draft, Kind
from ordos_targets.domain.messages import N_, Message
from ordos_targets.domain.period import in_year, year_before
from ordos_targets.domain.series import Book, Series
from ordos_targets.domain.target import Direction, Goals, Measure, PlanKind, Scope, Target
from ordos_targets.report.numbers import exact_amount

TENFOLD = 10
HUNDRED = 100


def doubts_about(draft: Draft, target: Target, goals: Goals, book: Book) -> tuple[Message, ...]:
    """Why `draft` looks like a slip.

    A reading below the last one or at ten times it or more, a share over 100 %, an item done already, a day that
    does not count.
    """
    if draft.kind is Kind.VOID:
        return ()
    found = (
        _of_day(draft, target, goals),
        _of_share(draft),
        _of_reading(draft, target, goals, book),
        _of_item(draft, target, goals, book),
    )
    return tuple(doubt for doubt in found if doubt)


def _of_day(draft: Draft, target: Target, goals: Goals) -> Message | None:
    """Days after the period never count; days before it only where last year's figures are compared or go on."""
    counts_before = target.measure is Measure.GROWTH or not target.measure.restarts
    early = draft.date < goals.period.start and not counts_before and target.plan.kind is not PlanKind.LAST_YEAR
    if not early and draft.date <= goals.period.end:
        return None
    facts = {"date": draft.date, "start": goals.period.start, "end": goals.period.end}
    return Message(N_("{date} lies outside the goals' period, {start} to {end}, so the figure would not count."), facts)


def _of_share(draft: Draft) -> Message | None:
    whole = HUNDRED if draft.of is None else draft.of
    if draft.kind is not Kind.SHARE or draft.value is None or draft.value <= whole:
        return None
    return Message(N_("The share typed is over 100 %."))


def _of_reading(draft: Draft, target: Target, goals: Goals, book: Book) -> Message | None:
    last = _last_value(draft, target, goals, book) if draft.kind is Kind.READING else None
    if draft.value is None or last is None:
        return None
    value, before = (exact_amount(Fraction(one), target.unit, target.unit_en) for one in (draft.value, last))
    facts = {"value": value, "last": before}
    falls_on_purpose = target.measure is Measure.LEVEL and target.direction is Direction.AT_MOST
    if draft.value < last and not falls_on_purpose:
        return Message(N_("The reading {value} is below the last one, {last}."), facts)
    if last > 0 and draft.value >= TENFOLD * last:
        return Message(N_("The reading {value} is ten times the last one, {last}, or more."), facts)
    return None


def _of_item(draft: Draft, target: Target, goals: Goals, book: Book) -> Message | None:
    done = book.items_done(_series(draft, target), goals.period.start, goals.period.end) if draft.item else ()
    return Message(N_("The item is on record as done already.")) if draft.item in done else None


def _series(draft: Draft, target: Target) -> Series:
    return Series(target.id, None if target.scope is Scope.WHOLE else draft.district)


def _last_value(draft: Draft, target: Target, goals: Goals, book: Book) -> Decimal | None:
    """What the series stood at on the draft's own day; year-to-date figures start again with each year."""
    first = in_year(goals.period.start, draft.date.year)
    since = first if first <= draft.date else year_before(first)
    return book.standing(_series(draft, target), since if target.measure.restarts else None, draft.date).value
