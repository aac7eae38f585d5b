"""Ledgers as earlier versions of this tool left them; tests/data/ledgers holds some that those versions wrote."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ordos_targets.domain.entries import HASHED

LEDGERS = Path(__file__).parent / "data" / "ledgers"
VERSIONS = (1, 2, 3)


def written_by(version: int) -> Path:
    """Return a small ledger that this tool wrote when its schema was of this version."""
    return LEDGERS / f"version_{version}.db"


def made_older(path: Path, version: int) -> None:
    """Replace the ledger at `path` by one of an earlier version with the same entries."""
    older = path.with_suffix(".older")
    with closing(sqlite3.connect(written_by(version))) as model:
        statements = [sql for (sql,) in model.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
        [application] = model.execute("PRAGMA application_id").fetchone()
    names = ", ".join(f'"{name}"' for name in (*HASHED, "hash"))
    with closing(sqlite3.connect(older, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)
        db.execute("ATTACH ? AS newer", (str(path),))
        db.execute(f"INSERT INTO entries ({names}) SELECT {names} FROM newer.entries ORDER BY seq")
        db.execute("DETACH newer")
        db.execute(f"PRAGMA user_version = {version}")
        db.execute(f"PRAGMA application_id = {application}")
        db.execute("PRAGMA journal_mode = WAL")
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    older.replace(path)
