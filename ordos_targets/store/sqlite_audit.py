"""An auditor's questions to an SQLite ledger."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import cast

from ordos_targets.domain.entry import GENESIS, Entry, Stored
from ordos_targets.domain.integrity import Sound
from ordos_targets.domain.messages import N_, Message
from ordos_targets.store.audit import RowsUnreadable
from ordos_targets.store.beside import Shared
from ordos_targets.store.sqlite_checks import (
    COLUMNS,
    LOWEST,
    ROWS,
    ROWS_A_RUN,
    Answer,
    Stretch,
    Work,
    answered,
    answered_apart,
    dangling,
    found_by_sqlite,
    pages,
    told,
    totals,
)
from ordos_targets.store.sqlite_file import pragma
from ordos_targets.store.sqlite_row import entry_of
from ordos_targets.store.sqlite_schema import MIGRATIONS

ONE = f"SELECT {COLUMNS} FROM entries WHERE seq = ?"  # noqa: S608 - names are HASHED's
COUNT = "SELECT count(*), max(seq) FROM entries"
BEGINS = "SELECT EXISTS (SELECT 1 FROM entries WHERE substr(hash, 1, ?) = ?)"
# Where the table's last page cannot be read, its indexes may still tell how far the numbers went.
LAST = (
    "SELECT max(seq) FROM entries",
    "SELECT max(seq) FROM entries INDEXED BY entries_by_target WHERE target > ''",
)
# From so many entries on, the works take longer than starting a process for half of them.
WORTH_A_PROCESS = 50_000
# Many enough that beginning with each costs nothing, few enough that two processes end at the same time.
ENTRIES_A_STRETCH = 20_000
HIGHEST = (1 << 63) - 1
# So many numbers in a row that cannot be read, where nothing tells how many there are, are the end.
MOST_IN_VAIN = 10_000
MADE = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"


class SqliteAudit:
    """An Audit over one connection, inside a transaction its owner opened, to the ledger at `path`."""

    def __init__(self, db: sqlite3.Connection, path: Path, damage: str | None = None) -> None:
        self._db, self._path, self._damage = db, path, damage
        self._answers: dict[Work, Answer] = {}

    def close(self) -> None:
        """Give up the works that nobody has waited for."""
        if shared := self.__dict__.get("_shared"):  # where they were begun
            shared.close()

    def rows(self, since: int | None = None) -> Iterator[Stored]:
        """See Audit."""
        return self._rows(since, HIGHEST)

    def _rows(self, since: int | None, until: int) -> Iterator[Stored]:
        """As `rows`. Python reads a row ahead, so where reading fails the last row before that is asked for alone."""
        last = since
        while last is None or last < until:
            try:
                for row in self._from(last, until):
                    last = _after(last, row)
                    yield row
            except sqlite3.DatabaseError as error:
                if last == until:
                    return
                row = self._one((last or 0) + 1)
                if row is None:
                    raise RowsUnreadable(last or 0, str(error)) from error
                last = int(row[0] or 0)
                yield row
            else:
                return

    def runs(self) -> Iterator[Sequence[Stored] | Sound]:
        """See Audit. Only what is not beyond doubt is given as rows, and after it what came to be meanwhile."""
        self._astray()
        since: int | None = None
        for stretch in self._stretches:
            found = cast("Sound | None", self._answer(stretch))
            if found:
                yield found
            else:
                yield from self._read(since, stretch.until)
            since = stretch.until
        yield from self._read(since, HIGHEST)

    def _read(self, since: int | None, until: int) -> Iterator[Sequence[Stored]]:
        """Rows, some hundred at a time. A run that cannot be read as a whole is asked for row by row."""
        last = since
        try:
            cursor = self._from(since, until)
            while run := cursor.fetchmany(ROWS_A_RUN):
                yield run
                last = int(run[-1][0] or 0)
        except sqlite3.DatabaseError:
            for row in self._rows(last, until):
                yield (row,)

    def _from(self, since: int | None, until: int) -> sqlite3.Cursor:
        return self._db.execute(ROWS, (LOWEST if since is None else since + 1, until))

    def _one(self, seq: int) -> Stored | None:
        """The entry of this number; None where there is none, or it cannot be read."""
        try:
            row: Stored | None = self._db.execute(ONE, (seq,)).fetchone()
        except sqlite3.DatabaseError:
            return None
        return row if row and row[0] == seq else None

    @cached_property
    def _stretches(self) -> list[Stretch]:
        """All entries in stretches; none where it shows at once that some are missing, or not in their places."""
        with suppress(sqlite3.DatabaseError):
            count, last = self._db.execute(COUNT).fetchone()
            if count == last:
                cuts = [*range(0, last, ENTRIES_A_STRETCH), last]
                return list(map(Stretch, cuts, cuts[1:]))
        return []

    def _answer(self, work: Work) -> Answer:
        """What a work gives, done once."""
        if work not in self._answers:
            self._answers[work] = self._shared.found(work) if self._shared else answered(self._db, work)
        return self._answers[work]

    @cached_property
    def _shared(self) -> Shared[Work, Answer] | None:
        """The works, where another process is worth it. The long ones are done first, one in each process."""
        if self._damage is not None or self.last() < WORTH_A_PROCESS or (os.cpu_count() or 1) == 1:
            return None
        return Shared(
            [totals, *self._stretches, dangling, pages],
            here=partial(answered, self._db),
            there=partial(answered_apart, str(self._path)),
        )

    def dangling(self) -> Iterator[int]:
        """See Audit."""
        return iter(cast("list[int]", self._answer(dangling)))

    def self_check(self) -> Iterator[Message]:
        """See Audit: its pages and indexes, the tables and triggers that refuse changes, and the totals."""
        if self._damage:
            yield found_by_sqlite(self._damage)
        yield from cast("list[Message]", self._answer(pages))
        yield from told(self._schema)
        yield from self._astray()

    def _astray(self) -> list[Message]:
        return [] if self._damage else cast("list[Message]", self._answer(totals))

    def begins(self, digits: str) -> bool:
        """See Audit."""
        with suppress(sqlite3.DatabaseError):
            return bool(self._db.execute(BEGINS, (len(digits), digits)).fetchone()[0])
        return False

    def _schema(self) -> Iterator[Message]:
        found, made = set(self._db.execute(MADE)), _made_by(pragma(self._db, "user_version"))
        for _kind, name, _sql in sorted(made - found):
            yield Message(N_("{name}, which keeps the entries as they are, is missing or was changed"), {"name": name})
        for _kind, name, _sql in sorted(found - made - {one for one in found if one[1] in _names(made)}):
            yield Message(N_("{name} is not of this tool's making"), {"name": name})

    def hash_of(self, seq: int) -> str | None:
        """See Audit."""
        if seq == 0:
            return GENESIS
        try:
            found = self._db.execute("SELECT hash FROM entries WHERE seq = ?", (seq,)).fetchone()
        except (sqlite3.DatabaseError, OverflowError):  # the walk tells what cannot be read
            return None
        return str(found[0]) if found else None

    def last(self) -> int:
        """See Audit."""
        for question in LAST:
            with suppress(sqlite3.DatabaseError):
                return int(self._db.execute(question).fetchone()[0] or 0)
        return 0

    def salvage(self) -> Iterator[Entry | int]:
        """See Audit. Where a page cannot be read, each number on it is tried, and then what follows it.

        Where nothing tells how far the numbers went, the first of those that cannot be read stands for the rest.
        """
        since: int | None = None
        last = self.last()
        lost: list[int] = []
        while (since is None or since < last or not last) and len(lost) < MOST_IN_VAIN:
            try:
                for row in self.rows(since):
                    yield from lost
                    lost, since = [], int(row[0] or 0)
                    yield self._entry(row)
            except RowsUnreadable as failure:
                since = max(failure.after, since or 0) + 1
                lost.append(since)
            else:
                return
        yield from lost if last else lost[:1]

    def _entry(self, row: Stored) -> Entry | int:
        try:
            return entry_of(tuple(row))
        except (sqlite3.DatabaseError, ValueError):
            return int(row[0] or 0)


def _after(last: int | None, row: Stored) -> int:
    """The number of a row that follows. Raises sqlite3.DatabaseError where it does not: damaged pages can go round."""
    seq = int(row[0] or 0)
    if last is not None and seq <= last:
        raise sqlite3.DatabaseError(f"{last} is followed by {seq}")
    return seq


def _made_by(version: int) -> set[tuple[str, str, str]]:
    """The tables, indexes and triggers that a ledger of this version has."""
    with closing(sqlite3.connect(":memory:")) as db:
        for statement in (statement for migration in MIGRATIONS[:version] for statement in migration):
            db.execute(statement)
        return set(db.execute(MADE))


def _names(made: set[tuple[str, str, str]]) -> set[str]:
    return {name for _kind, name, _sql in made}
