"""What a stretch of a series comes to, so that a value is put together from stretches and not from entries.

The rule of `series.counting` folds: of two stretches one after the other only what is told here is needed to know
what both come to. A ledger can therefore keep it by day, month and year, and answer for any day without a walk.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ordos_targets.domain.series import SeriesValue

ZERO = Decimal(0)


class Segment(NamedTuple):
    """The live entries of one series within some days, of which there is one at least.

    `entries` is how many there are and `data_date` the latest day they speak of. `reading` (base unit) is the latest
    reading, that of `reading_date`, `of` a share's denominator; `added` is the sum of the increments dated after it,
    or of all where there is no reading (a reading covers the increments of its own day, whenever they were typed). None
    where there is none; the flags tell whether an estimate is part of it.
    """

    entries: int
    data_date: date
    reading_date: date | None = None
    reading: Decimal | None = None
    of: Decimal | None = None
    reading_estimate: bool = False
    added: Decimal | None = None
    added_estimate: bool = False

    @property
    def value_of(self) -> SeriesValue:
        """What the series says at the end of these days, when nothing was before them."""
        value = self.reading if self.added is None else self.added + (self.reading or 0)
        return SeriesValue(value, self.of, self.data_date, self.entries, self.reading_estimate or self.added_estimate)


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
