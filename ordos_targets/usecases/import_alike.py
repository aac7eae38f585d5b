"""Many rows of a table at once: what was read of one row serves all that are like it, and they are written together.

Nothing is decided here that a row by itself would not have decided: a row that is like none before, or about which
there may be something to say, is read by itself (`Run.take`), in its turn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal

from ordos_targets.domain.entries import EntryKind, format_timestamp
from ordos_targets.domain.errors import UsageError
from ordos_targets.domain.mould import Cast
from ordos_targets.readers.rows import Rows
from ordos_targets.store.ledger import Writer
from ordos_targets.usecases.entry_checks import LONGEST_TEXT, counts, series_of
from ordos_targets.usecases.import_entries import Import
from ordos_targets.usecases.import_kin import Day, Kin, day_of, digests, figures_of, kin_of
from ordos_targets.usecases.import_tips import Tips
from ordos_targets.usecases.row_parser import ParsedRow, RowReader, name_of
from ordos_targets.usecases.workspace import Workspace

# The fields by which rows that are alike may differ.
OWN = ("date", "value", "note", "uid", "recorded_at")
MOST_KEPT = 2_000
ROWS = 256
UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch

# What a row says beside that; where other lines of the file have more fields, theirs are longer.
Key = tuple[str, ...]

# A row that waits to be written: its entry, its kin, its place among the lines at hand, and its digest if that names
# the entry. A plain tuple, for there may be millions.
Waiting = tuple[Cast, Kin, int, bytes | None]


class Alike:
    """Takes the rows of one file."""

    def __init__(self, run: Import, workspace: Workspace, reader: RowReader, book: Writer) -> None:
        self._run, self._reader, self._book = run, reader, book
        self._goals, self._today = workspace.goals, workspace.today
        self._tips = Tips(workspace.goals, lambda: run.series, self._finish)
        self._kins: dict[Key, Kin | None] = {}
        self._days: dict[str, Day | None] = {}
        self._written: set[Kin] = set()
        # Of the lines at hand those to be read next, which follow each other, and those that were read.
        self._next: list[tuple[int, Kin, Day]] = []
        self._waiting: dict[str, Waiting] = {}
        self._moment: str | None = None

    def take(self, rows: Rows) -> None:
        """Take many rows, each as it would be taken by itself."""
        if "uid" not in rows.places:
            self._run.counting = False  # no row can name an entry, so what came before can be told from the ledger
        columns = list(zip(*rows.cells, strict=True))
        blank = ("",) * len(rows.cells)
        self._rows = rows
        self._dates, *self._own = (columns[rows.places[name]] if name in rows.places else blank for name in OWN)
        others = [columns[place] for name, place in rows.places.items() if name not in OWN]
        self._keys: Sequence[Key] = list(zip(*others, strict=True)) if others else [()] * len(blank)
        # Whether a row that says when it was recorded is new is asked of the ledger.
        one_by_one = "recorded_at" in rows.places and not self._run.restoring
        for number, (key, date) in enumerate(zip(self._keys, self._dates, strict=True)):
            kin, day = self._kins.get(key), self._days.get(date) or self._learn(date)
            if kin is None or day is None or one_by_one:
                self._take_one(number)
            elif self._tips or kin.is_looked_at or not day.is_usual:
                self._read_next()
                self._next.append((number, kin, day))
                self._read_next(looking=True)
            else:
                self._next.append((number, kin, day))
        self._finish()

    def _read_next(self, *, looking: bool = False) -> None:
        """Read the next lines, all at once; what must be read by itself is taken in its turn."""
        if not self._next:
            return
        numbers, kins, days = zip(*self._next, strict=True)
        self._next.clear()
        values, noted, uids, moments = (column[numbers[0] : numbers[-1] + 1] for column in self._own)
        figures, notes = figures_of(kins, values), [note.strip() for note in noted]
        said: Sequence[bytes | None] = [None] * len(numbers)
        if self._run.counting or any(uids):
            names: Sequence[str | None] = [uid if UID(uid) else None for uid in uids]
        else:
            said = digests(kins, days, figures, notes)
            names = [name_of(day.start, digest, 1) for day, digest in zip(days, said, strict=True)]
        read = zip(numbers, kins, days, names, figures, notes, self._moments(kins, moments), said, strict=True)
        for number, kin, day, uid, figure, note, recorded_at, digest in read:
            if (
                uid is None
                or figure is None
                or len(note) > LONGEST_TEXT
                or (looking and not self._is_fine(kin, day, figure))
                or (moment := recorded_at or self._moment or self._now()) is None
                or recorded_at is None
                or uid in self._waiting
            ):
                self._take_one(number)
            else:
                cast = (kin.mould, uid, day.text, figure, note or None, moment)
                self._waiting[uid] = cast, kin, number, digest
                if len(self._waiting) >= ROWS:
                    self._write_waiting()

    def _moments(self, kins: Sequence[Kin], texts: Sequence[str]) -> Sequence[str | None]:
        """When rows were recorded of a ledger; empty for those that are recorded now, None where it is unclear."""
        if not any(texts) and not any(kin.kept for kin in kins):
            return texts
        return [
            None if kin.kept is not bool(text) else self._recorded_at(text) if text else ""
            for kin, text in zip(kins, texts, strict=True)
        ]

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
        self._moment = format_timestamp(now) if now else None
        return self._moment

    def _recorded_at(self, text: str) -> str | None:
        try:
            return format_timestamp(self._reader.recorded_at(text))
        except UsageError:
            return None

    def _take_one(self, number: int) -> None:
        """Take a row by itself, and learn from it what is the same for others."""
        self._finish()
        candidate = self._take_row(number)
        if len(self._kins) >= MOST_KEPT:
            self._kins.clear()
            self._written.clear()
        if candidate is not None and self._keys[number] not in self._kins:
            self._kins[self._keys[number]] = self._kin(candidate)

    def _take_row(self, number: int) -> ParsedRow | None:
        row = self._rows.row(self._rows.first + number, self._rows.cells[number])
        candidate = self._run.take(row, self._reader) if row else None
        if candidate is not None:
            draft, target = candidate.draft, candidate.target
            if target is None or draft.replaces is not None:
                self._tips.clear()
            else:
                self._tips.forget(series_of(draft, target), target, draft.date)
        return candidate

    def _learn(self, text: str) -> Day | None:
        """The day a text means; None where it means none, or the row leaves it open."""
        if text not in self._days:
            if len(self._days) >= MOST_KEPT:
                self._days.clear()
            self._days[text] = None
            with suppress(UsageError):
                if text.strip():
                    self._days[text] = day_of(self._reader.day(text), self._goals.period, self._today)
        return self._days[text]

    def _kin(self, candidate: ParsedRow) -> Kin | None:
        draft, run = candidate.draft, self._run
        asks = run.slips.asks_about(candidate, draft) or (draft.kind is EntryKind.READING and not run.restoring)
        return kin_of(candidate, self._reader, asks=asks and candidate.recorded_at is None and not run.forced)

    def _finish(self) -> None:
        """Read and write what waits for it."""
        self._read_next()
        self._write_waiting()

    def _write_waiting(self) -> None:
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
            (_mould, uid, *_own), kin, number, said = one
            seq = there.get(uid)
            if seq is None and not kin.asks:
                new.append(one)
            elif not seq or seq > self._run.found or not said or not self._run.know_first(uid, said):
                self._write(new)
                new = []
                self._take_row(number)
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
