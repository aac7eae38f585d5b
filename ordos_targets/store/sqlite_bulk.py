"""Writing many entries to an SQLite ledger at a time: one statement for many rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from ordos_targets.domain.mould import RESTS, Cast

# Rows a statement, a power of two: beyond these nothing is gained.
ROWS = 64
# So many entries, and one for so many that are there, are written before anything is put aside.
FEW, SHARE = 4_000, 8
SORTED_AT_ONCE = 1_000  # KiB of an index, in memory
ASIDE = ("entries_by_target", "entries_are_not_replaced")
OWN = ("seq", "uid", "target", "district", "date", "value", "note", "hash")
OTHERS = (*RESTS, "recorded_at")


def insert(db: sqlite3.Connection, seq: int, casts: Sequence[Cast], hashes: Sequence[str]) -> None:
    """Insert at most ROWS entries that follow each other, the first of them the entry number `seq`.

    What all of them share is bound once. Raises sqlite3.IntegrityError where a uid is there already; then none is
    inserted.
    """
    rows = len(casts)
    moulds, uids, days, values, notes, moments = zip(*casts, strict=True)
    places = [mould.target for mould in moulds], [mould.district for mould in moulds]
    own: list[Sequence[object]] = [range(seq, seq + rows), uids, *places, days, values, notes, hashes]
    shared: list[object] = []
    differ = []
    others: Iterator[Sequence[object]] = chain(zip(*(mould.rest for mould in moulds), strict=True), (moments,))
    for name, column in zip(OTHERS, others, strict=True):
        if column.count(column[0]) == rows:
            shared.append(column[0])
        else:
            differ.append(name)
            own.append(column)
    facts = (*shared, *chain.from_iterable(zip(*own, strict=True)))
    db.execute(_statement(rows, tuple(differ)), facts)


@lru_cache(maxsize=64)
def _statement(rows: int, differ: tuple[str, ...]) -> str:
    """Inserts so many rows that share the columns of OTHERS but for those that `differ`; what is shared comes first."""
    shared = [name for name in OTHERS if name not in differ]
    own = (*OWN, *differ)
    names = ", ".join(f'"{name}"' for name in (*shared, *own))
    once = "".join(f"?{number}, " for number in range(1, len(shared) + 1))
    values = []
    for row in range(rows):
        first = len(shared) + row * len(own)
        values.append(f"({once}{', '.join(f'?{first + place}' for place in range(1, len(own) + 1))})")
    return f"INSERT INTO entries ({names}) VALUES {', '.join(values)}"  # noqa: S608 - names are ours


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
        if not self._made and self._written > max(FEW, self._found // SHARE):
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
