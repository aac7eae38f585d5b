"""How a new or an older SQLite file becomes a ledger of this version."""

from __future__ import annotations

import sqlite3

from ordos_targets.store.sqlite_schema import APPLICATION_ID, KEEPS_TOTALS, MIGRATIONS, VERSION
from ordos_targets.store.sqlite_totals_writer import rebuild


def migrate(db: sqlite3.Connection, version: int) -> None:
    """Bring a ledger of an older `version` (0: an empty file) to this one, inside the transaction that is open."""
    for statement in (statement for migration in MIGRATIONS[version:] for statement in migration):
        db.execute(statement)
    if 0 < version < KEEPS_TOTALS:
        rebuild(db)
    db.execute(f"PRAGMA user_version = {VERSION}")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
