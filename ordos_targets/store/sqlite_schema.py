"""The SQLite ledger's tables, and how the file of an earlier version becomes one of this version.

The table is called `entries` and its columns bear the names of the contract, so that people can open the file with
sqlite3 or DuckDB. Numbers are texts: exact decimals in the base unit, without exponent or trailing zeros.

Version history (`PRAGMA user_version`):
  1  entries, append-only by trigger, with the hash chain
  2  an index that finds what an entry was replaced by
  3  totals of each series by day, month and year; an index of finished items; one index in place of two
  4  four more columns and kinds of entries; the view current_entries; no totals
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from ordos_targets.domain.entries import COLUMNS, ITEM_STATES, NAMES, EntryKind, Form, UnreadableEntry, checked_row
from ordos_targets.store.errors import ChainBroken

VERSION = 4
# "ordT": tells our files from other SQLite databases (PRAGMA application_id).
APPLICATION_ID = 0x6F726454
# The first with STRICT tables. An older one calls a file that has them malformed, so it is not let near.
LEAST_SQLITE = (3, 37, 0)

# A view or a virtual table may compute for ever, and numbers must be numbers.
TABLE = """
    SELECT 1 FROM sqlite_master, pragma_table_info('entries') AS seq
    WHERE sqlite_master.name = 'entries' AND sql LIKE 'CREATE TABLE%'
      AND seq.name = 'seq' AND seq.type = 'INTEGER' AND seq.pk = 1
"""

_CHECKS = {
    "kind": f"CHECK (kind IN ({', '.join(repr(str(kind)) for kind in EntryKind)}))",
    "estimate": "CHECK (estimate IN (0, 1))",
    "state": f"CHECK (state IN {ITEM_STATES})",
    "hash": "CHECK (length(hash) = 64)",
}


def _definition() -> Iterator[str]:
    """Yield the definition of each column."""
    for column in COLUMNS:
        if column.name == "seq":
            yield "seq INTEGER PRIMARY KEY"
            continue
        type_ = "INTEGER" if column.form is Form.FLAG else "TEXT"
        words = (f'"{column.name}"', type_, "NOT NULL" if column.required else "", _CHECKS.get(column.name, ""))
        yield " ".join(filter(None, words)) + (" UNIQUE" if column.name == "uid" else "")


CREATE_TABLE = f"CREATE TABLE entries (\n    {f',{chr(10)}    '.join(_definition())}\n) STRICT"
# What keeps entries as they are: the same in every version, and first in what is made once the entries are there.
GUARDS = {
    # One entry is cancelled once, however many people try at the same time.
    "entries_void": "CREATE UNIQUE INDEX entries_void ON entries (replaces) WHERE kind = 'void'",
    "entries_are_not_updated": """
        CREATE TRIGGER entries_are_not_updated BEFORE UPDATE ON entries
        BEGIN SELECT RAISE(ABORT, 'entries are never changed: amend or void them'); END
        """,
    "entries_are_not_deleted": """
        CREATE TRIGGER entries_are_not_deleted BEFORE DELETE ON entries
        BEGIN SELECT RAISE(ABORT, 'entries are never deleted: void them'); END
        """,
    # INSERT OR REPLACE deletes, without firing the trigger above, whatever shares a unique value with the new row.
    "entries_are_not_replaced": """
        CREATE TRIGGER entries_are_not_replaced BEFORE INSERT ON entries
        WHEN EXISTS (SELECT 1 FROM entries WHERE seq = new.seq OR uid = new.uid)
          OR new.kind = 'void' AND EXISTS (SELECT 1 FROM entries WHERE kind = 'void' AND replaces = new.replaces)
        BEGIN SELECT RAISE(ABORT, 'entries are never replaced: amend or void them'); END
        """,
}
INDEXES = (
    "CREATE INDEX entries_successor ON entries (replaces) WHERE replaces IS NOT NULL AND kind <> 'void'",
    "CREATE INDEX entries_by_target ON entries (target, date)",
    "CREATE INDEX entries_items ON entries (target, date) WHERE kind = 'item'",
)
VIEW = """
CREATE VIEW current_entries AS
SELECT * FROM entries e
WHERE kind <> 'void' AND NOT EXISTS (SELECT 1 FROM entries v WHERE v.replaces = e.uid AND v.kind = 'void')
"""
SCHEMA = (CREATE_TABLE, *GUARDS.values(), *INDEXES, VIEW)
# What earlier versions had beside the entries and what is still there.
FORMER = frozenset({"totals", "entries_by_district"})


def create(db: sqlite3.Connection) -> None:
    """Make the tables of a ledger in an empty file, inside the transaction that is open."""
    for statement in SCHEMA:
        db.execute(statement)
    _mark(db)


def migrate(db: sqlite3.Connection) -> None:
    """Bring a ledger of an earlier version to this one, inside the transaction that is open.

    The entries are copied into a new table, and their whole chain is checked against the head it had before the old
    table goes. Raises ChainBroken: then nothing is to be kept.
    """
    names = ", ".join(f'"{column.name}"' for column in COLUMNS if not column.hashed_by_name)
    head = _head(db, "entries")
    # Views and triggers that somebody else made go on naming `entries`, and so the new table.
    db.execute("PRAGMA legacy_alter_table = ON")
    db.execute("ALTER TABLE entries RENAME TO entries_before")
    db.execute("PRAGMA legacy_alter_table = OFF")
    db.execute(CREATE_TABLE)
    db.execute(f"INSERT INTO entries ({names}) SELECT {names} FROM entries_before ORDER BY seq")  # noqa: S608 - ours
    _check_chain(db)
    if _head(db, "entries") != head:
        raise ChainBroken
    db.execute("DROP TABLE entries_before")
    db.execute("DROP TABLE IF EXISTS totals")
    for statement in SCHEMA[1:]:
        db.execute(statement)
    _mark(db)


def _head(db: sqlite3.Connection, table: str) -> object:
    return db.execute(f"SELECT seq, hash FROM {table} ORDER BY seq DESC LIMIT 1").fetchone()  # noqa: S608 - ours


def _check_chain(db: sqlite3.Connection) -> None:
    """Walk along the chain. Raises ChainBroken with the first thing that is wrong."""
    from ordos_targets.domain.hash_chain import ChainVerifier  # noqa: PLC0415 - migrations are rare

    names = ", ".join(f'"{name}"' for name in NAMES)
    rows = db.execute(f"SELECT {names} FROM entries ORDER BY seq")  # noqa: S608 - ours
    try:
        for problem in ChainVerifier().problems(map(checked_row, rows)):
            raise ChainBroken(problem)
    except UnreadableEntry as error:
        raise ChainBroken from error


def _mark(db: sqlite3.Connection) -> None:
    db.execute(f"PRAGMA user_version = {VERSION}")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def show_as_current(db: sqlite3.Connection) -> None:
    """Make a ledger of an earlier version look like one of this version to the questions of this connection alone.

    A temporary view stands before the table, with the columns that came later empty. The file stays as it is.
    """
    [writes] = db.execute("PRAGMA query_only").fetchone()
    db.execute("PRAGMA query_only = OFF")  # which would keep even this from being made
    columns = (f'NULL AS "{column.name}"' if column.hashed_by_name else f'"{column.name}"' for column in COLUMNS)
    db.execute("PRAGMA temp_store = MEMORY")
    db.execute(f"CREATE TEMP VIEW entries AS SELECT {', '.join(columns)} FROM main.entries")  # noqa: S608 - ours
    db.execute(f"PRAGMA query_only = {writes}")
