"""What an entry has to keep to, what makes it look like a slip, and the time that it is recorded at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta

from ordos_targets.domain.entries import EntryKind, NewEntry, format_timestamp
from ordos_targets.domain.errors import N_, Message, UsageError
from ordos_targets.domain.periods import in_year, year_before
from ordos_targets.domain.series import Series, SeriesReader
from ordos_targets.domain.targets import Direction, Measure, PlanKind, Scope, Target, TargetSet
from ordos_targets.store.ledger import Head

MAX_TEXT = 4000
TENFOLD = 10
HUNDRED = 100
# Clocks that are set by the network differ by less; one set by a dead battery or for another time zone, by more.
CLOCK_TOLERANCE = timedelta(hours=1)


class FutureDate(UsageError):
    code = "future_date"
    template = N_("{date} is in the future (today is {today}); record only figures up to today.")


class DistrictRequired(UsageError):
    code = "district_required"
    template = N_("“{target}” is reported by district: add --district with one of {districts}.")


class DistrictNotAllowed(UsageError):
    code = "district_not_allowed"
    template = N_(
        "“{target}” is one figure for the whole, so a {kind} cannot belong to a district; leave out "
        "--district, or record an increment of the district."
    )


class UnfitText(UsageError):
    code = "unfit_text"
    template = N_(
        "A text of the entry is too long (over {limit} characters) or contains characters that cannot be stored."
    )


def check_draft(draft: NewEntry, target: Target, goals: TargetSet, today: date) -> None:
    """Check the day and the district of an entry. Raises FutureDate, DistrictRequired, DistrictNotAllowed."""
    check_day(draft.date, today)
    if target.scope is not Scope.WHOLE and draft.district is None:
        raise DistrictRequired(target=target, districts=[f"{one.id} {one.name}" for one in goals.districts])
    if target.scope is Scope.WHOLE and draft.district is not None and draft.kind is not EntryKind.INCREMENT:
        raise DistrictNotAllowed(target=target, kind=Message(draft.kind.label))


def check_day(day: date, today: date) -> None:
    """Check the day of a figure. Raises FutureDate."""
    if day > today:
        raise FutureDate(date=day, today=today)


def clean_text(text: str | None) -> str | None:
    """Return a text that can be recorded: trimmed, None if empty.

    Raises UnfitText for one that is too long or holds NUL or lone surrogates.
    """
    if text is None or not text.strip():
        return None
    is_unfit = "\0" in text or (not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text))
    if is_unfit or len(text) > MAX_TEXT:
        raise UnfitText(limit=MAX_TEXT)
    return text.strip()


def plausibility_warnings(draft: NewEntry, target: Target, goals: TargetSet, series: SeriesReader) -> Iterator[Message]:
    """Yield why an entry looks like a slip; nothing for a void."""
    if draft.kind is EntryKind.VOID:
        return
    if not _counts(draft.date, target, goals):
        template = N_("{date} is outside the period of the targets, {start} to {end}, so the figure would not count.")
        yield Message(template, {"date": draft.date, "start": goals.period.start, "end": goals.period.end})
    whole = HUNDRED if draft.of is None else draft.of
    if draft.kind is EntryKind.SHARE and draft.value is not None and draft.value > whole:
        yield Message(N_("The share is over 100 %."))
    if draft.kind is EntryKind.READING:
        yield from _reading_warnings(draft, target, goals, series)
    period = goals.period
    if draft.item and draft.item in series.items_done(series_of(draft, target), period.start, period.end):
        yield Message(N_("The item is already recorded as done."))


def _counts(day: date, target: Target, goals: TargetSet) -> bool:
    """Return whether a figure of a day counts: never after the period.

    Before the period it does where last year's figures are compared or go on.
    """
    counts_before = (
        target.measure is Measure.GROWTH or not target.measure.restarts or target.plan.kind is PlanKind.LAST_YEAR
    )
    return day <= goals.period.end and (counts_before or day >= goals.period.start)


def _reading_warnings(draft: NewEntry, target: Target, goals: TargetSet, series: SeriesReader) -> Iterator[Message]:
    """Yield what is odd about a reading after the last one of the same year (of a level: of any year)."""
    since = None
    if target.measure.restarts:
        first = in_year(goals.period.start, draft.date.year)
        since = first if first <= draft.date else year_before(first)
    last = series.value_of(series_of(draft, target), since, draft.date).value
    if draft.value is None or last is None:
        return
    params = {"value": target.quantity(draft.value), "last": target.quantity(last)}
    may_fall = target.measure is Measure.LEVEL and target.direction is Direction.AT_MOST
    if draft.value < last and not may_fall:
        yield Message(N_("The reading {value} is below the last one, {last}."), params)
    elif draft.value >= TENFOLD * last > 0:
        yield Message(N_("The reading {value} is at least ten times the last one, {last}."), params)


def series_of(draft: NewEntry, target: Target) -> Series:
    """Return the series that a figure belongs to."""
    return Series(target.id, None if target.scope is Scope.WHOLE else draft.district)


def clock_warning(now: datetime, head: Head) -> Message | None:
    """Return why the clock, which shows `now`, seems to have been set back since the last entry was recorded."""
    last = _last_time(head)
    if last is None or now >= last - CLOCK_TOLERANCE:
        return None
    params = {"now": _minute(now), "seq": head.entries, "last": _minute(last)}
    return Message(
        N_("The clock shows {now}, but entry {seq} was recorded later, at {last}; set the clock first."), params
    )


def recording_time(now: datetime, head: Head, *, insisted: bool) -> datetime:
    """Return the time to record an entry at: `now`, or the time of the last entry if that is later.

    If the clock is far behind and the user `insisted`, the time of the last entry is taken to be wrong.
    """
    last = _last_time(head)
    if last is None or (insisted and clock_warning(now, head)):
        return now
    return max(now, last)


def _last_time(head: Head) -> datetime | None:
    """Return when the last entry was recorded; None without an entry or with a time that cannot be read."""
    with suppress(ValueError):
        last = datetime.fromisoformat(head.recorded_at)
        return last if last.tzinfo else None
    return None


def _minute(time: datetime) -> str:
    return f"{format_timestamp(time)[:16].replace('T', ' ')} UTC"
