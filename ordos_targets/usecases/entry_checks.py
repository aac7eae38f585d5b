"""Figures that are possible but probably a slip: recorded only when somebody insists."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from ordos_targets.domain.entries import EntryKind, NewEntry, format_timestamp
from ordos_targets.domain.errors import N_, Message, UsageError
from ordos_targets.domain.periods import in_year, year_before
from ordos_targets.domain.series import Series, SeriesReader
from ordos_targets.domain.targets import Direction, Measure, PlanKind, Scope, Target, TargetSet
from ordos_targets.report import labels
from ordos_targets.report.numbers import exact_amount
from ordos_targets.store.ledger import Head

TENFOLD = 10
HUNDRED = 100


def plausibility_warnings(
    draft: NewEntry, target: Target, goals: TargetSet, series: SeriesReader
) -> tuple[Message, ...]:
    """Why `draft` looks like a slip.

    A reading below the last one or at ten times it or more, a share over 100 %, an item done already, a day that
    does not count.
    """
    if draft.kind is EntryKind.VOID:
        return ()
    found = (
        _of_day(draft, target, goals),
        _of_share(draft),
        _of_reading(draft, target, goals, series),
        _of_item(draft, target, goals, series),
    )
    return tuple(doubt for doubt in found if doubt)


def counts(day: date, target: Target, goals: TargetSet) -> bool:
    """Whether a figure of this day counts: none after the period does.

    Before it one does only where last year's figures are compared or go on.
    """
    counts_before = target.measure is Measure.GROWTH or not target.measure.restarts
    early = day < goals.period.start and not counts_before and target.plan.kind is not PlanKind.LAST_YEAR
    return not early and day <= goals.period.end


def odd_step(value: Decimal, last: Decimal, target: Target) -> str:
    """The template of what is odd about a reading that follows the `last` one; empty where nothing is."""
    falls_on_purpose = target.measure is Measure.LEVEL and target.direction is Direction.AT_MOST
    if value < last and not falls_on_purpose:
        return N_("The reading {value} is below the last one, {last}.")
    if last > 0 and value >= TENFOLD * last:
        return N_("The reading {value} is ten times the last one, {last}, or more.")
    return ""


def series_of(draft: NewEntry, target: Target) -> Series:
    """The series that a figure goes on."""
    return Series(target.id, None if target.scope is Scope.WHOLE else draft.district)


def first_counting(day: date, target: Target, goals: TargetSet) -> date | None:
    """From when on figures count as of a day: year-to-date figures start again with each year; None: from the first."""
    if not target.measure.restarts:
        return None
    first = in_year(goals.period.start, day.year)
    return first if first <= day else year_before(first)


def _of_day(draft: NewEntry, target: Target, goals: TargetSet) -> Message | None:
    if counts(draft.date, target, goals):
        return None
    facts = {"date": draft.date, "start": goals.period.start, "end": goals.period.end}
    return Message(N_("{date} lies outside the goals' period, {start} to {end}, so the figure would not count."), facts)


def _of_share(draft: NewEntry) -> Message | None:
    whole = HUNDRED if draft.of is None else draft.of
    if draft.kind is not EntryKind.SHARE or draft.value is None or draft.value <= whole:
        return None
    return Message(N_("The share typed is over 100 %."))


def _of_reading(draft: NewEntry, target: Target, goals: TargetSet, series: SeriesReader) -> Message | None:
    if draft.kind is not EntryKind.READING or draft.value is None:
        return None
    last = series.value_of(series_of(draft, target), first_counting(draft.date, target, goals), draft.date).value
    odd = "" if last is None else odd_step(draft.value, last, target)
    if last is None or not odd:
        return None
    value, before = (exact_amount(Fraction(one), target.unit, target.unit_en) for one in (draft.value, last))
    return Message(odd, {"value": value, "last": before})


def _of_item(draft: NewEntry, target: Target, goals: TargetSet, series: SeriesReader) -> Message | None:
    done = series.items_done(series_of(draft, target), goals.period.start, goals.period.end) if draft.item else ()
    return Message(N_("The item is on record as done already.")) if draft.item in done else None


# Clocks that are set by the network differ by less; one that a dead battery or another time zone set, by more.
FAR = timedelta(hours=1)


def clock_warning(now: datetime, head: Head) -> Message | None:
    """Why the clock, which says `now`, seems to have been set back since the last entry was recorded."""
    last = _last(head)
    if last is None or now >= last - FAR:
        return None
    facts = {"now": _minute(now), "seq": head.entries, "last": _minute(last)}
    return Message(N_("The clock says {now}, but entry {seq} was recorded at {last}; set the clock first."), facts)


def recording_time(now: datetime, head: Head, *, insisted: bool) -> datetime:
    """The moment to stamp an entry with: `now`, or the last entry's if that is later.

    Where the clock is far behind and somebody `insisted`, it is the last entry's moment that is wrong.
    """
    last = _last(head)
    if last is None or (insisted and clock_warning(now, head)):
        return now
    return max(now, last)


def _last(head: Head) -> datetime | None:
    """When the last entry was recorded; None where there is none, or its moment cannot be read."""
    with suppress(ValueError):
        last = datetime.fromisoformat(head.recorded_at)
        return last if last.tzinfo else None
    return None


def _minute(time: datetime) -> str:
    return f"{format_timestamp(time)[:16].replace('T', ' ')} UTC"


LONGEST_TEXT = 4000


class FutureDate(UsageError):
    code = "future_date"
    template = N_("{date} lies in the future (today is {today}); a figure can speak only of days gone by.")


class DistrictRequired(UsageError):
    code = "district_required"
    template = N_("“{target}” is reported by district: add --district with one of {districts}.")


class DistrictNotAllowed(UsageError):
    code = "district_not_allowed"
    template = N_(
        "“{target}” is one figure for the whole, so a {kind} cannot belong to a district; "
        "leave --district out, or record what the district added."
    )


class UnfitText(UsageError):
    code = "unfit_text"
    template = N_("A text of the entry is too long (over {limit} characters) or holds characters that cannot be kept.")


def check_draft(draft: NewEntry, target: Target, goals: TargetSet, today: date) -> None:
    """Check a draft against its target and the calendar. Raises FutureDate, DistrictRequired, DistrictNotAllowed."""
    check_day(draft.date, today)
    if target.scope is not Scope.WHOLE and draft.district is None:
        raise DistrictRequired(target=target, districts=[f"{one.id} {one.name}" for one in goals.districts])
    if target.scope is Scope.WHOLE and draft.district is not None and draft.kind is not EntryKind.INCREMENT:
        raise DistrictNotAllowed(target=target, kind=Message(labels.KIND[draft.kind]))


def check_day(day: date, today: date) -> None:
    """Check the day that a figure speaks of. Raises FutureDate."""
    if day > today:
        raise FutureDate(date=day, today=today)


def clean_text(text: str | None) -> str | None:
    """A text fit to be kept: trimmed, None where empty. Raises UnfitText for NUL, lone surrogates, and length."""
    if text is None or not text.strip():
        return None
    unfit = "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)
    if unfit or len(text) > LONGEST_TEXT:
        raise UnfitText(limit=LONGEST_TEXT)
    return text.strip()
