"""What every command works on: the goals, the ledger, and today."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, tzinfo
from pathlib import Path
from typing import NamedTuple

from ordos_targets.config.load import find_targets, load_goals
from ordos_targets.domain.entries import Entry, format_timestamp
from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.domain.names import DISTRICT, TARGET, resolve
from ordos_targets.domain.targets import District, Target, TargetSet
from ordos_targets.store.ledger import Ledger
from ordos_targets.store.open import open_ledger

ISO_DAY = r"(?:19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}"
EARLIEST_YEAR = 1900


class UnreadableMoment(UsageError):
    code = "unreadable_moment"
    template = N_("Cannot read “{text}” as a moment; write 2025-07-05 or 2025-07-05T18:00.")


class Workspace(NamedTuple):
    """The goals in `targets_file`, their ledger, and the clock, which gives aware times.

    The clock is asked when an entry is written, not when the run began: it may have waited for the ledger.
    """

    targets_file: Path
    goals: TargetSet
    ledger: Ledger
    clock: Callable[[], datetime]

    @property
    def zone(self) -> tzinfo | None:
        """Whose days are meant: the goals' time zone; None, the machine's own, where it has no time-zone database."""
        if not self.goals.timezone:
            return None
        from zoneinfo import ZoneInfo

        try:
            return ZoneInfo(self.goals.timezone)
        except LookupError:
            return None

    @property
    def today(self) -> date:
        """The day it is for the goals' owner."""
        return self.clock().astimezone(self.zone).date()

    def day(self, text: str | None) -> date:
        """A day as typed; today where nothing was. An ISO date needs neither the grammar nor the time zone."""
        if text is None:
            return self.today
        if re.fullmatch(ISO_DAY, text):
            with suppress(ValueError):
                return date.fromisoformat(text)
        from ordos_targets.domain.dates import parse_date  # noqa: PLC0415 - programs write ISO dates

        return parse_date(text, today=self.today, year=self.goals.period.end.year)

    def moment(self, text: str | None) -> str | None:
        """A moment as typed, in the form of `Entry.recorded_at`; a day means its end. Raises UnreadableMoment."""
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or "T" not in text.upper().replace(" ", "T"):
            moment = datetime.combine(self._day_of_moment(text), time.max)
        if moment.year < EARLIEST_YEAR:
            raise UnreadableMoment(text=text)
        local = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        try:
            return format_timestamp(local)
        except OverflowError:
            raise UnreadableMoment(text=text) from None

    def _day_of_moment(self, text: str) -> date:
        try:
            return self.day(text)
        except UsageError as failure:
            raise UnreadableMoment(text=text) from failure

    def target(self, text: str, *, suggest: bool = True) -> Target:
        """The target that `text` names. Raises Unknown (saying what may be meant, if `suggest`), Ambiguous."""
        return resolve(text, self.goals.targets, TARGET, suggest=suggest)

    def district(self, text: str, *, suggest: bool = True) -> District:
        """The district that `text` names. Raises as `target` does."""
        return resolve(text, self.goals.districts, DISTRICT, suggest=suggest)

    def target_of(self, entry: Entry) -> Target | None:
        """The target an entry is about; None where targets.toml no longer has it."""
        return next((target for target in self.goals.targets if target.id == entry.target), None)


def open_workspace(  # noqa: PLR0913 - where everything is
    *,
    folder: Path,
    targets_file: str | None,
    ledger: str | None,
    cache_dir: Path | None,
    clock: Callable[[], datetime],
    keeping: bool = True,
) -> Workspace:
    """Load the goals (looked for in `folder` and above unless named) and point at the ledger.

    A `ledger` given here is relative to `folder`; the one in the file is relative to the file. If not `keeping`
    nothing is written, not even to the cache.
    """
    path = folder / targets_file if targets_file else find_targets(folder)
    goals = load_goals(path, cache_dir=cache_dir, keeping=keeping)
    engine = open_ledger(ledger, folder) if ledger else open_ledger(goals.ledger, path.parent)
    return Workspace(targets_file=path, goals=goals, ledger=engine, clock=clock)
