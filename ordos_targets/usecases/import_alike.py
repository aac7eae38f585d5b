"""Many rows of a table at once: what was read of one row serves all that are like it, and they are written together.

Nothing is decided here that a row by itself would not have decided: a row that is like none before, or about which
there may be something to say, is read by itself (`Run.take`), in its turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import repeat

from ordos_targets.domain.entry import Kind, stamp
from ordos_targets.domain.errors import UsageFailure
from ordos_targets.domain.mould import Cast
from ordos_targets.intake.row import Rows
from ordos_targets.store.ledger import Writer
from ordos_targets.usecases.candidate import Candidate, name_of
from ordos_targets.usecases.doubts import counts, series_of
from ordos_targets.usecases.import_kin import PLAIN, Day, Kin, day_of, kin_of
from ordos_targets.usecases.import_row import RowReader
from ordos_targets.usecases.import_run import Run
from ordos_targets.usecases.import_tips import Tips
from ordos_targets.usecases.rules import LONGEST_TEXT
from ordos_targets.usecases.workspace import Workspace

# The fields by which rows that are alike may differ.
OWN = ("date", "value", "note", "uid", "recorded_at")
MOST_KEPT = 2_000
ROWS = 256
UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch

# What a row says beside that.
Key = tuple[str, ...]

# A row that waits to be written: its entry, its kin, the lines it is of and its place among them, and its digest if
# that names the entry. A plain tuple, for there may be millions.
Waiting = tuple[Cast, Kin, Rows, int, bytes | None]


class Alike:
    """Takes the rows of one table."""

    def __init__(self, run: Run, workspace: Workspace, reader: RowReader, book: Writer) -> None:
        self._run, self._reader, self._book = run, reader, book
        self._goals, self._today = workspace.goals, workspace.today
        self._tips = Tips(workspace.goals, book, self.finish)
        self._kins: dict[Key | None, Kin | None] = {}
        self._days: dict[str, Day | None] = {}
        self._written: set[Kin] = set()
        self._waiting: dict[str, Waiting] = {}
        self._moment: str | None = None

    def take(self, rows: Rows) -> None:
        """Take many rows, each as it would be taken by itself."""
        if "uid" not in rows.places:
            self._run.counting = False  # no row can name an entry, so what came before can be told from the ledger
        columns = list(zip(*rows.cells, strict=True))
        dates, *own = (columns[rows.places[name]] if name in rows.places else repeat("") for name in OWN)
        others = [columns[place] for name, place in rows.places.items() if name not in OWN]
        keys: Iterable[Key | None] = zip(*others, strict=True) if others else repeat(())
        if "recorded_at" in rows.places and not self._run.restoring:
            keys = repeat(None)  # whether such a row is new is asked of the ledger
        waiting = self._waiting
        for number, (key, date, texts) in enumerate(zip(keys, dates, zip(*own, strict=False), strict=False)):
            kin, day = self._kins.get(key), self._days.get(date)
            found = self._read(kin, day, texts) if kin and day else None
            if kin is None or found is None or found[0][1] in waiting:
                self._take_one(rows, number, key, date)
                continue
            cast, said = found
            waiting[cast[1]] = cast, kin, rows, number, said
            if len(waiting) >= ROWS:
                self.finish()

    def _read(self, kin: Kin, day: Day, texts: tuple[str, str, str, str]) -> tuple[Cast, bytes | None] | None:
        """The entry of a row, and its digest where that names it; None where the row must be read by itself."""
        value, note, uid, moment = texts
        figure = value if kin.plain and PLAIN(value) else kin.figures.text(value)
        noted = note.strip()
        if figure is None or len(noted) > LONGEST_TEXT:
            return None
        if (self._tips or kin.is_looked_at or not day.is_usual) and not self._is_fine(kin, day, figure):
            return None
        recorded_at = self._recorded_at(moment) if kin.kept or moment else self._moment or self._now()
        if recorded_at is None or kin.kept is not bool(moment):
            return None
        said = None
        if not uid and not self._run.counting:
            said = kin.said(day, figure, noted)
            uid = name_of(day.start, said, 1)
        elif not UID(uid):
            return None
        return (kin.mould, uid, day.text, figure, noted or None, recorded_at), said

    def _is_fine(self, kin: Kin, day: Day, figure: str) -> bool:
        """Whether a row by itself would be taken for sure; where the ledger was not empty, if it is not in it yet."""
        if not kin.kept:
            if day.day > self._today or (kin.asks and self._run.restoring):
                return False
            if self._run.forced:
                return True
            if not counts(day.day, kin.target, self._goals):
                return False
            if kin.is_reading and self._run.restoring:
                return self._tips.follows(kin.series, kin.target, day.day, Decimal(figure))
        self._tips.forget(kin.series, kin.target, day.day)
        return True

    def _now(self) -> str | None:
        """The moment to record what is written next at; None where there is something to say about the clock."""
        now = self._run.now()
        self._moment = stamp(now) if now else None
        return self._moment

    def _recorded_at(self, text: str) -> str | None:
        try:
            return stamp(self._reader.recorded_at(text))
        except UsageFailure:
            return None

    def _take_one(self, rows: Rows, number: int, key: Key | None, date: str) -> None:
        """Take a row by itself, and learn from it what is the same for others."""
        self.finish()
        candidate = self._take_row(rows, number)
        if max(len(self._kins), len(self._days)) >= MOST_KEPT:
            self._kins.clear()
            self._written.clear()
            self._days.clear()
        if date not in self._days:
            self._days[date] = self._day(date)
        if candidate is not None and key is not None and key not in self._kins:
            self._kins[key] = self._kin(candidate)

    def _take_row(self, rows: Rows, number: int) -> Candidate | None:
        row = rows.row(rows.first + number, rows.cells[number])
        candidate = self._run.take(row, self._reader) if row else None
        if candidate is not None:
            draft, target = candidate.draft, candidate.target
            if target is None or draft.replaces is not None:
                self._tips.clear()
            else:
                self._tips.forget(series_of(draft, target), target, draft.date)
        return candidate

    def _day(self, text: str) -> Day | None:
        """The day a text means; None where it means none, or the row leaves it open."""
        with suppress(UsageFailure):
            return day_of(self._reader.day(text), self._goals.period, self._today) if text.strip() else None
        return None

    def _kin(self, candidate: Candidate) -> Kin | None:
        draft, run = candidate.draft, self._run
        asks = run.slips.asks_about(candidate, draft) or (draft.kind is Kind.READING and not run.restoring)
        return kin_of(candidate, self._reader, asks=asks and candidate.recorded_at is None and not run.forced)

    def finish(self) -> None:
        """Write what waits to be written."""
        waiting = list(self._waiting.values())
        self._waiting.clear()
        self._moment = None
        if self._run.restoring:
            self._write(waiting)
        elif waiting:
            self._settle(waiting, self._there(waiting))

    def _there(self, waiting: Sequence[Waiting]) -> dict[str, int]:
        return self._book.numbers([uid for (_mould, uid, *_own), *_beside in waiting])

    def _settle(self, waiting: Sequence[Waiting], there: Mapping[str, int]) -> None:
        """Write rows of which these are `there`, as entries with these numbers; or take them one by one."""
        new: list[Waiting] = []
        for one in waiting:
            (_mould, uid, *_own), kin, rows, number, said = one
            seq = there.get(uid)
            if seq is None and not kin.asks:
                new.append(one)
            elif not seq or seq > self._run.found or not said or not self._run.know_first(uid, said):
                self._write(new)
                new = []
                self._take_row(rows, number)
        self._write(new)

    def _write(self, new: Sequence[Waiting]) -> None:
        """Write rows that are not in the ledger, as far as is known."""
        for kin in {kin for _cast, kin, *_beside in new} - self._written:
            self._run.look_before(kin.target)
            self._written.add(kin)
        done = self._book.append_all([cast for cast, *_beside in new])
        self._run.added += done
        if done < len(new):
            self._settle(new[done:], self._there(new[done:]))
