"""The moment an entry is recorded at: the clock's, which may have been set back.

Any earlier report can be printed again with --known-at only if no entry is stamped with a moment before one that was
recorded before it. So an entry is never stamped earlier than the last one. Where the clock is far behind, either it
is wrong now or it was wrong when the last entry was written; a person has to say which.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from ordos_targets.domain.entries import stamp
from ordos_targets.domain.errors import N_, Message
from ordos_targets.store.ledger import Head

# Clocks that are set by the network differ by less; one that a dead battery or another time zone set, by more.
FAR = timedelta(hours=1)


def doubt_about_clock(now: datetime, head: Head) -> Message | None:
    """Why the clock, which says `now`, seems to have been set back since the last entry was recorded."""
    last = _last(head)
    if last is None or now >= last - FAR:
        return None
    facts = {"now": _minute(now), "seq": head.entries, "last": _minute(last)}
    return Message(N_("The clock says {now}, but entry {seq} was recorded at {last}; set the clock first."), facts)


def moment(now: datetime, head: Head, *, insisted: bool) -> datetime:
    """The moment to stamp an entry with: `now`, or the last entry's if that is later.

    Where the clock is far behind and somebody `insisted`, it is the last entry's moment that is wrong.
    """
    last = _last(head)
    if last is None or (insisted and doubt_about_clock(now, head)):
        return now
    return max(now, last)


def _last(head: Head) -> datetime | None:
    """When the last entry was recorded; None where there is none, or its moment cannot be read."""
    with suppress(ValueError):
        last = datetime.fromisoformat(head.recorded_at)
        return last if last.tzinfo else None
    return None


def _minute(moment: datetime) -> str:
    return f"{stamp(moment)[:16].replace('T', ' ')} UTC"
