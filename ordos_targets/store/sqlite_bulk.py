"""Writing many entries to an SQLite ledger at a time: one statement for many rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ordos_targets.domain.mould import RESTS, Cast

# Rows a statement, a power of two: beyond these nothing is gained.
ROWS = 64
# So many entries, and one for so many that are there, are written before anything is put aside.
FEW, SHARE = 4_000, 8
SORTED_AT_ONCE = 1_000  # KiB of an index, in memory
ASIDE = ("entries_by_target", "entries_are_not_replaced")
FIRST = ("seq", "uid", "target", "district", "date", "value", "note", "hash")
BESIDE = (*RESTS, "recorded_at")
NAMES = ", ".join(f'"{name}"' for name in (*FIRST, *BESIDE))


def insert(db: sqlite3.Connection, seq: int, casts: Sequence[Cast], hashes: Sequence[str]) -> None:
    """Insert at most ROWS entries that follow each other, the first of them the entry number `seq`.

    Raises sqlite3.IntegrityError where a uid is there already; then none is inserted.
    """
    first, *_own, moment = casts[0]
    rest = first.rest
    alike = all(one[0].rest == rest and one[-1] == moment for one in casts)
    facts: list[object] = [*rest, moment] if alike else []
    for number, (cast, hash_) in enumerate(zip(casts, hashes, strict=True), seq):
        mould, uid, day, value, note, recorded_at = cast
        facts += (number, uid, mould.target, mould.district, day, value, note, hash_)
        if not alike:
            facts += (*mould.rest, recorded_at)
    db.execute(_statement(len(casts), alike=alike), facts)


def sizes(rows: int) -> Iterator[int]:
    """So many rows in parts, each a power of two, so that there are few statements to prepare."""
    size = ROWS
    while rows:
        if size <= rows:
            yield size
            rows -= size
        else:
            size //= 2


def numbers(db: sqlite3.Connection, uids: Sequence[str]) -> dict[str, int]:
    """The numbers of the entries that bear one of these uids, by uid."""
    places = ", ".join("?" * len(uids))
    return dict(db.execute(f"SELECT uid, seq FROM entries WHERE uid IN ({places})", uids))  # noqa: S608 - bound


@lru_cache(maxsize=16)
def _statement(rows: int, *, alike: bool) -> str:
    """Inserts so many rows; where they are `alike`, what they share is bound once, before all else."""
    shared = ", ".join(f"?{number}" for number in range(1, len(BESIDE) + 1))
    width = len(FIRST) if alike else len(FIRST) + len(BESIDE)
    first = len(BESIDE) if alike else 0
    values = []
    for row in range(rows):
        own = ", ".join(f"?{first + row * width + place}" for place in range(1, width + 1))
        values.append(f"({own}, {shared})" if alike else f"({own})")
    return f"INSERT INTO entries ({NAMES}) VALUES {', '.join(values)}"  # noqa: S608 - names are ours


def is_very_many(entries: int, of: int) -> bool:
    """Whether entries are so many against all there are that it is cheaper to go through all again."""
    return entries > max(FEW, of // SHARE)


class Aside:
    """What is put aside while very many entries are written, and made again, in the same transaction, when they are.

    Each index that no question needs meanwhile is cheaper to make of all entries at once. The trigger refuses INSERT OR
    REPLACE, which is not used here; what it looks up for each row the table's own constraints look up again.
    """

    def __init__(self, db: sqlite3.Connection, entries: int) -> None:
        self._db = db
        self._found = entries
        self._written = 0
        self._made: list[str] = []

    def add(self, entries: int) -> None:
        """Be told of entries that are about to be written; when they are many against those there are, put aside."""
        self._written += entries
        if not self._made and is_very_many(self._written, self._found):
            places = ", ".join("?" * len(ASIDE))
            found = self._db.execute(f"SELECT type, name, sql FROM sqlite_master WHERE name IN ({places})", ASIDE)  # noqa: S608 - bound
            for type_, name, sql in found.fetchall():
                self._db.execute(f"DROP {type_} {name}")
                self._made.append(sql)

    def back(self) -> None:
        """Make again what was put aside, as it was."""
        if self._made:
            self._db.execute(f"PRAGMA cache_size = -{SORTED_AT_ONCE}")
            for sql in self._made:
                self._db.execute(sql)
            self._db.execute("PRAGMA cache_size = -2000")  # as it is without being told
            self._found, self._written = self._found + self._written, 0
            self._made.clear()
