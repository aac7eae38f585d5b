"""Writing many entries to an SQLite ledger at a time: one statement for many rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache

from ordos_targets.domain.mould import RESTS, Cast

# Beyond so many rows a statement nothing is gained.
ROWS = 100
FIRST = ("seq", "uid", "target", "district", "date", "value", "note", "hash")
BESIDE = (*RESTS, "recorded_at")
NAMES = ", ".join(f'"{name}"' for name in (*FIRST, *BESIDE))


def insert(db: sqlite3.Connection, seq: int, casts: Sequence[Cast], hashes: Sequence[str]) -> None:
    """Insert at most ROWS entries that follow each other, the first of them the entry number `seq`.

    Raises sqlite3.IntegrityError where a uid is there already; then none is inserted.
    """
    rest, moment = casts[0].mould.rest, casts[0].recorded_at
    alike = all(one.recorded_at == moment and one.mould.rest == rest for one in casts)
    facts: list[object] = [*rest, moment] if alike else []
    for number, (cast, hash_) in enumerate(zip(casts, hashes, strict=True), seq):
        mould, uid, day, value, note, recorded_at = cast
        facts += (number, uid, mould.target, mould.district, day, value, note, hash_)
        if not alike:
            facts += (*mould.rest, recorded_at)
    db.execute(_statement(len(casts), alike=alike), facts)


def numbers(db: sqlite3.Connection, uids: Sequence[str]) -> dict[str, int]:
    """The numbers of the entries that bear one of these uids, by uid."""
    places = ", ".join("?" * len(uids))
    return dict(db.execute(f"SELECT uid, seq FROM entries WHERE uid IN ({places})", uids))  # noqa: S608 - bound


@lru_cache(maxsize=8)
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
