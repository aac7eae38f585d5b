"""The SQLite ledger's tables, and how an older file becomes a newer one.

The table is called `entries` and its columns bear the names of the contract, so that people can open the
file with sqlite3 or DuckDB. Numbers are texts: exact decimals in the base unit, without exponent or
trailing zeros.

Version history (`PRAGMA user_version`):
  1  entries, append-only by trigger, with the hash chain
  2  an index that finds what an entry was replaced by
  3  totals: what each series comes to by day, month and year; an index of finished items; one index in place of two
"""

from __future__ import annotations

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

# domain.segment, a row a stretch of days. `district` is empty where all of a target's entries are meant; `span` is
# a day, or as much of its beginning as names its month or year.
CREATE_TOTALS = """
    CREATE TABLE {name} (
        target TEXT NOT NULL,
        district TEXT NOT NULL,
        grain TEXT NOT NULL CHECK (grain IN ('year', 'month', 'day')),
        span TEXT NOT NULL,
        entries INTEGER NOT NULL,
        data_date TEXT NOT NULL,
        reading_date TEXT,
        reading TEXT,
        "of" TEXT,
        reading_estimate INTEGER NOT NULL,
        added TEXT,
        added_estimate INTEGER NOT NULL,
        PRIMARY KEY (target, district, grain, span)
    ) STRICT, WITHOUT ROWID
"""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE entries (
            seq INTEGER PRIMARY KEY,
            uid TEXT NOT NULL UNIQUE,
            target TEXT NOT NULL,
            district TEXT,
            date TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('increment', 'reading', 'share', 'item', 'void')),
            value TEXT,
            "of" TEXT,
            item TEXT,
            estimate INTEGER NOT NULL CHECK (estimate IN (0, 1)),
            note TEXT,
            evidence TEXT,
            evidence_sha256 TEXT,
            "by" TEXT NOT NULL,
            recorded_at TEXT NOT NULL,
            origin TEXT NOT NULL,
            replaces TEXT,
            hash TEXT NOT NULL CHECK (length(hash) = 64)
        ) STRICT
        """,
        "CREATE INDEX entries_by_target ON entries (target, date)",
        "CREATE INDEX entries_by_district ON entries (target, district, date)",
        # One entry is cancelled once, however many people try at the same time.
        "CREATE UNIQUE INDEX entries_void ON entries (replaces) WHERE kind = 'void'",
        """
        CREATE TRIGGER entries_are_not_updated BEFORE UPDATE ON entries
        BEGIN SELECT RAISE(ABORT, 'entries are never changed: amend or void them'); END
        """,
        """
        CREATE TRIGGER entries_are_not_deleted BEFORE DELETE ON entries
        BEGIN SELECT RAISE(ABORT, 'entries are never deleted: void them'); END
        """,
        # INSERT OR REPLACE deletes, without firing the trigger above, whatever shares a unique value with the new row.
        """
        CREATE TRIGGER entries_are_not_replaced BEFORE INSERT ON entries
        WHEN EXISTS (SELECT 1 FROM entries WHERE seq = new.seq OR uid = new.uid)
          OR new.kind = 'void' AND EXISTS (SELECT 1 FROM entries WHERE kind = 'void' AND replaces = new.replaces)
        BEGIN SELECT RAISE(ABORT, 'entries are never replaced: amend or void them'); END
        """,
    ),
    ("CREATE INDEX entries_successor ON entries (replaces) WHERE replaces IS NOT NULL AND kind <> 'void'",),
    (
        CREATE_TOTALS.format(name="totals"),
        # With the district in it, one index answers for a target and for each of its districts.
        "DROP INDEX entries_by_target",
        "DROP INDEX entries_by_district",
        "CREATE INDEX entries_by_target ON entries (target, date, district)",
        "CREATE INDEX entries_items ON entries (target, date) WHERE kind = 'item'",
    ),
)

VERSION = len(MIGRATIONS)
KEEPS_TOTALS = 3
