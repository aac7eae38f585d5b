"""What every command works with: the goals, the ledger, and today."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import date, datetime, time, tzinfo
from pathlib import Path
from typing import NamedTuple

from ordos_targets.config.load import find_targets, load_goals
from ordos_targets.domain.entries import Entry, format_timestamp
from ordos_targets.domain.errors import N_, Message, UsageError
from ordos_targets.domain.names import DISTRICT, TARGET, resolve
from ordos_targets.domain.targets import District, Target, TargetSet
from ordos_targets.store.ledger import Ledger
from ordos_targets.store.open import open_ledger

ISO_DAY = r"(?:19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}"
EARLIEST_YEAR = 1900


class UnreadableMoment(UsageError):
    code = "unreadable_moment"
    template = N_("“{text}” is not a date or time; write it like 2025-07-05 or 2025-07-05T18:00.")


class Workspace(NamedTuple):
    """The goals, their ledger, and the clock.

    Attributes:
        targets_file: The file that the goals are from.
        goals: The goals.
        ledger: The ledger; nothing of it is opened yet.
        clock: Returns the time now, with its zone; called when an entry is written, as a run may wait for the ledger.
    """

    targets_file: Path
    goals: TargetSet
    ledger: Ledger
    clock: Callable[[], datetime]

    @property
    def zone(self) -> tzinfo | None:
        """Return the goals' time zone; None for the machine's own, also where it has no time-zone database."""
        if not self.goals.timezone:
            return None
        from zoneinfo import ZoneInfo

        try:
            return ZoneInfo(self.goals.timezone)
        except LookupError:
            return None

    @property
    def today(self) -> date:
        """Return the day it is in the goals' time zone."""
        return self.clock().astimezone(self.zone).date()

    def day(self, text: str | None) -> date:
        """Return a day as typed; today for None. Raises UsageError."""
        if text is None:
            return self.today
        if re.fullmatch(ISO_DAY, text):
            with suppress(ValueError):
                return date.fromisoformat(text)
        from ordos_targets.domain.dates import parse_date  # noqa: PLC0415 - programs write ISO dates, without a zone

        return parse_date(text, today=self.today, year=self.goals.period.end.year)

    def moment(self, text: str | None) -> str | None:
        """Return a moment as typed, in the form of `Entry.recorded_at`, a day as its end. Raises UnreadableMoment."""
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        try:
            if moment is None or "T" not in text.upper().replace(" ", "T"):
                moment = datetime.combine(self.day(text), time.max)
            if moment.year >= EARLIEST_YEAR:
                return format_timestamp(moment if moment.tzinfo else moment.replace(tzinfo=self.zone))
        except (UsageError, OverflowError) as error:
            raise UnreadableMoment(text=text) from error
        raise UnreadableMoment(text=text)

    def target(self, text: str, *, suggest: bool = True) -> Target:
        """Return the target that `text` names. Raises Unknown (with what may be meant, if `suggest`), Ambiguous."""
        return resolve(text, self.goals.targets, TARGET, suggest=suggest)

    def district(self, text: str, *, suggest: bool = True) -> District:
        """Return the district that `text` names. Raises as `target` does."""
        return resolve(text, self.goals.districts, DISTRICT, suggest=suggest)

    def target_of(self, entry: Entry) -> Target | None:
        """Return the target of an entry; None where targets.toml no longer has it."""
        return next((target for target in self.goals.targets if target.id == entry.target), None)


def open_workspace(  # noqa: PLR0913 - where everything is
    *,
    folder: Path,
    targets_file: str | None,
    ledger: str | None,
    cache_dir: Path | None,
    clock: Callable[[], datetime],
    update_cache: bool = True,
) -> Workspace:
    """Return the workspace of a run.

    Args:
        folder: The working folder.
        targets_file: The file as named, relative to `folder`; None to look for it there and above.
        ledger: The ledger as named, relative to `folder`; None for the one that the file names, relative to the file.
        cache_dir: The folder of the goals cache; None for no cache.
        clock: Returns the time now, with its zone.
        update_cache: Whether the goals may be written to the cache.
    """
    path = folder / targets_file if targets_file else find_targets(folder)
    goals = load_goals(path, cache_dir=cache_dir, update_cache=update_cache)
    engine = open_ledger(ledger, folder) if ledger else open_ledger(goals.ledger, path.parent)
    return Workspace(targets_file=path, goals=goals, ledger=engine, clock=clock)


def unlisted_names(goals: TargetSet, series: Collection[tuple[str, str | None]]) -> list[Message]:
    """Return the targets and districts of `series`, pairs of their ids, that the goals do not name; targets first."""
    targets = {target for target, _ in series} - {target.id for target in goals.targets}
    districts = {district for _, district in series if district} - {district.id for district in goals.districts}
    return [
        *(Message(N_("target “{id}”"), {"id": name}) for name in sorted(targets)),
        *(Message(N_("district “{id}”"), {"id": name}) for name in sorted(districts)),
    ]
