"""Ledgers as older versions of this tool left them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

# What each format brought, taken away again.
UNDO = {
    3: (
        "DROP TABLE totals",
        "DROP INDEX entries_items",
        "DROP INDEX entries_by_target",
        "CREATE INDEX entries_by_target ON entries (target, date)",
        "CREATE INDEX entries_by_district ON entries (target, district, date)",
    ),
    2: ("DROP INDEX entries_successor",),
}


def made_older(path: Path, version: int) -> None:
    """Bring the ledger at `path` back to an older format; its entries stay as they are."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        [found] = db.execute("PRAGMA user_version").fetchone()
        for one in range(found, version, -1):
            for statement in UNDO[one]:
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {version}")
