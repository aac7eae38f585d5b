"""What a stretch of a series comes to, so that a value is put together from stretches and not from entries.

The rule of `series.counting` folds: of two stretches one after the other only what is told here is needed to know
what both come to. A ledger can therefore keep it by day, month and year, and answer for any day without a walk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import NamedTuple

from ordos_targets.domain.entry import Kind
from ordos_targets.domain.series import ABSOLUTE, Standing

ZERO = Decimal(0)


class Segment(NamedTuple):
    """The live entries of one series within some days, of which there is one at least.

    `entries` is how many there are and `data_date` the latest day they speak of. `reading` (base unit) is the latest
    reading, that of `reading_date`, `of` a share's denominator; `added` is the sum of the increments dated after it,
    or of all where there is no reading. None where there is none; the flags tell whether an estimate is part of it.
    """

    entries: int
    data_date: date
    reading_date: date | None = None
    reading: Decimal | None = None
    of: Decimal | None = None
    reading_estimate: bool = False
    added: Decimal | None = None
    added_estimate: bool = False

    def beside(self, later: Segment) -> Segment:
        """What two segments of the same one day come to, where the entries of `later` have the higher numbers.

        A reading covers the increments of its own day, whenever they were typed.
        """
        entries = self.entries + later.entries
        if later.reading_date is not None:
            return Segment(entries, *later[1:])
        if self.reading_date is not None:
            return Segment(entries, *self[1:])
        return Segment(
            entries,
            self.data_date,
            added=later.added if self.added is None else self.added + (later.added or 0),
            added_estimate=self.added_estimate or later.added_estimate,
        )

    @property
    def standing(self) -> Standing:
        """What the series says at the end of these days, when nothing was before them."""
        value = self.reading if self.added is None else self.added + (self.reading or 0)
        return Standing(value, self.of, self.data_date, self.entries, self.reading_estimate or self.added_estimate)


def segment_of(day: date, kind: Kind, value: Decimal | None, of: Decimal | None, estimate: bool) -> Segment:  # noqa: FBT001 - as in an entry
    """The segment that one live entry with these facts is."""
    if kind in ABSOLUTE:
        return Segment(1, day, day, value, of, estimate)
    if kind is Kind.INCREMENT:
        return Segment(1, day, added=value, added_estimate=estimate)
    return Segment(1, day)


def one_day(segments: Iterable[Segment]) -> Segment | None:
    """What segments of one day come to, in the order of their entries' numbers; None where there are none."""
    rest = iter(segments)
    first = next(rest, None)
    return None if first is None else reduce(Segment.beside, rest, first)


def in_time(segments: Sequence[Segment]) -> Segment | None:
    """What segments that follow each other in time come to: a reading covers all before it. None without any."""
    if not segments:
        return None
    since = next((at for at in reversed(range(len(segments))) if segments[at].reading_date is not None), 0)
    used = segments[since:]
    added = [one.added for one in used if one.added is not None]
    return used[0]._replace(
        entries=sum(one.entries for one in segments),
        data_date=segments[-1].data_date,
        added=sum(added, ZERO) if added else None,
        added_estimate=any(one.added_estimate for one in used),
    )
