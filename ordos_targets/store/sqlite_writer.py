"""Appending to an SQLite ledger."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from ordos_targets.domain.entries import NAMES, Entry, EntryKind, NewEntry, format_timestamp, from_row, to_row
from ordos_targets.domain.hash_chain import entry_hash
from ordos_targets.store.errors import AlreadyCancelled, NoSuchEntry
from ordos_targets.store.ledger import Head
from ordos_targets.store.sqlite_reader import SqliteReader
from ordos_targets.store.uuid7 import uuid7

_COLUMNS = ", ".join(f'"{name}"' for name in NAMES)
INSERT = f"INSERT INTO entries ({_COLUMNS}) VALUES ({', '.join('?' * len(NAMES))})"  # noqa: S608 - ours


class SqliteWriter(SqliteReader):
    """A Writer over one connection, inside an immediate transaction its owner opened: nobody else moves the head."""

    def __init__(self, db: sqlite3.Connection) -> None:
        super().__init__(db)
        self._head = super().head

    @property
    def head(self) -> Head:
        return self._head

    def append(self, draft: NewEntry, now: datetime, uid: str | None = None) -> Entry:
        if draft.kind is EntryKind.VOID:
            self._check_void(str(draft.replaces))
        seq, recorded_at = self._head.entries + 1, format_timestamp(now)
        entry = Entry(
            **draft._asdict(), seq=seq, uid=uid or uuid7(now, os.urandom(10)), recorded_at=recorded_at, hash=""
        )
        row = [*to_row(entry)]
        row[-1] = entry_hash(self._head.hash, dict(zip(NAMES, row, strict=True)))
        try:
            self._db.execute(INSERT, row)
        except OverflowError as error:  # somebody gave an entry the highest number there is
            raise sqlite3.DatabaseError(f"no number follows {seq - 1}") from error
        self._head = Head(seq, str(row[-1]), recorded_at)
        return from_row(row)

    def append_many(self, drafts: Iterable[tuple[NewEntry, datetime, str | None]]) -> list[Entry]:
        return [self.append(draft, now, uid) for draft, now, uid in drafts]

    def _check_void(self, uid: str) -> None:
        """Raise NoSuchEntry or AlreadyCancelled where the entry of this uid cannot be cancelled."""
        cancelled = self.entry(uid)
        if cancelled is None:
            raise NoSuchEntry(text=uid)
        if cancelled.cancelled_by is not None:
            raise AlreadyCancelled(seq=cancelled.entry.seq, by=cancelled.cancelled_by)
