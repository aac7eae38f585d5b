"""Where each series stands while readings are imported that follow each other, so that the ledger is asked once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from ordos_targets.domain.periods import in_year
from ordos_targets.domain.series import Series, SeriesReader
from ordos_targets.domain.targets import Target, TargetSet
from ordos_targets.usecases.entry_checks import first_counting, odd_step

MOST_KEPT = 10_000

# A series, and the first day of those that count together.
Place = tuple[Series, date | None]


class Tips:
    """The latest day of some series that any entry speaks of, and where they stand then.

    `before` is done before the ledger is asked, so that all entries are in it.
    """

    def __init__(self, goals: TargetSet, series: Callable[[], SeriesReader], before: Callable[[], None]) -> None:
        self._goals, self._series, self._before = goals, series, before
        self._tips: dict[Place, tuple[date, Decimal | None]] = {}

    def __bool__(self) -> bool:
        """Whether anything is known that an entry might change."""
        return bool(self._tips)

    def follows(self, series: Series, target: Target, day: date, value: Decimal) -> bool:
        """Whether a reading is one that nothing is odd about, and follows all others: then it is the tip."""
        since = first_counting(day, target, self._goals)
        tip = self._tips.get((series, since)) or self._of_ledger(series, since)
        latest, last = tip
        if day < latest or (last is not None and odd_step(value, last, target)):
            return False
        self._tips[series, since] = day, value
        return True

    def forget(self, series: Series, target: Target, day: date) -> None:
        """Know nothing any more of a series that an entry of this day was added to."""
        if self._tips:
            self._tips.pop((series, first_counting(day, target, self._goals)), None)

    def clear(self) -> None:
        """Know nothing any more: any series may have changed."""
        self._tips.clear()

    def _of_ledger(self, series: Series, since: date | None) -> tuple[date, Decimal | None]:
        self._before()
        if len(self._tips) >= MOST_KEPT:
            self._tips.clear()
        until = date.max if since is None else in_year(since, since.year + 1) - timedelta(days=1)
        standing = self._series().value_of(series, since, until)
        return standing.data_date or date.min, standing.value
