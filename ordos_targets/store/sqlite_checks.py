"""What an audit of an SQLite ledger looks at apart from its tables' form, as works that any process may do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ordos_targets.domain.entry import GENESIS, HASHED
from ordos_targets.domain.integrity import Sound
from ordos_targets.domain.messages import N_, Message
from ordos_targets.domain.sound import is_sound
from ordos_targets.store.audit import ASTRAY_IN_ALL, ASTRAY_THERE
from ordos_targets.store.sql_book import DANGLING
from ordos_targets.store.sqlite_file import SqliteFile, pragma
from ordos_targets.store.sqlite_schema import KEEPS_TOTALS
from ordos_targets.store.sqlite_totals_writer import astray

COLUMNS = ", ".join(f'"{name}"' for name in (*HASHED, "hash"))
# Not "> since": to find that, SQLite would first look at the page of `since`, which may be the damaged one.
ROWS = f"SELECT {COLUMNS} FROM entries WHERE seq >= ? AND seq <= ? ORDER BY seq"  # noqa: S608 - names are HASHED's
# As many as a processor's cache holds.
ROWS_A_RUN = 200
MOST_ASTRAY = 100
# No entry of ours has a number below 1.
LOWEST = -(1 << 63)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The entries numbered above `since`, up to `until`."""

    since: int
    until: int


# Something that is found out about a ledger by itself: whether a stretch of it is sound, or what a check finds.
Work = Stretch | Callable[[sqlite3.Connection], list[Message] | list[int]]
Answer = Sound | list[Message] | list[int] | None


def answered(db: sqlite3.Connection, work: Work) -> Answer:
    """What a work gives."""
    return sound(db, work) if isinstance(work, Stretch) else work(db)


def answered_apart(path: str, work: Work) -> Answer:
    """As `answered`, for another process, of the ledger at `path`."""
    with SqliteFile(Path(path)).snapshot(damaged=True) as db:
        return answered(db, work)


def sound(db: sqlite3.Connection, stretch: Stretch) -> Sound | None:
    """The stretch where it is beyond doubt that its entries are what was written after those before; else None."""
    kept = db.text_factory
    db.text_factory = bytes
    try:
        return _sound(db, stretch)
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return None
    finally:
        db.text_factory = kept


def _sound(db: sqlite3.Connection, stretch: Stretch) -> Sound | None:
    last, head = stretch.since, GENESIS
    if last:
        found = db.execute("SELECT hash FROM entries WHERE seq = ?", (last,)).fetchone()
        if found is None:
            return None
        head = found[0].decode()
    rows = db.execute(ROWS, (last + 1 if last else LOWEST, stretch.until))
    while run := rows.fetchmany(ROWS_A_RUN):
        if not is_sound(run, last + 1, head):
            return None
        last, head = last + len(run), run[-1][-1].decode()
    return Sound(last - stretch.since, head) if last == stretch.until else None


def dangling(db: sqlite3.Connection) -> list[int]:
    """The numbers of the entries that replace what is not there, comes later, or is a void."""
    found: list[int] = []
    with suppress(sqlite3.DatabaseError):  # the walk along the rows tells what cannot be read
        found.extend(seq for (seq,) in db.execute(DANGLING))
    return found


def pages(db: sqlite3.Connection) -> list[Message]:
    """What SQLite finds wrong with the pages and the indexes."""
    return told(lambda: _pages(db))


def totals(db: sqlite3.Connection) -> list[Message]:
    """Where what is kept by day, month and year is not what the entries come to, counted anew on the side."""
    return told(lambda: _totals(db))


def found_by_sqlite(line: str) -> Message:
    """What SQLite says is wrong."""
    return Message(N_("SQLite finds: {line}"), {"line": line})


def told(check: Callable[[], Iterable[Message]]) -> list[Message]:
    """What a check finds, and where it breaks off."""
    found: list[Message] = []
    try:
        found.extend(check())
    except sqlite3.DatabaseError as error:
        found.append(found_by_sqlite(str(error)))
    return found


def _totals(db: sqlite3.Connection) -> Iterator[Message]:
    if pragma(db, "user_version") < KEEPS_TOTALS:
        return
    for target, district, span in islice(astray(db), MOST_ASTRAY):
        facts = {"target": target, "district": district, "span": span}
        yield Message(ASTRAY_THERE if district else ASTRAY_IN_ALL, facts)


def _pages(db: sqlite3.Connection) -> Iterator[Message]:
    for (line,) in db.execute("PRAGMA integrity_check(10)"):
        if line != "ok":
            yield found_by_sqlite(" ".join(line.split()))
