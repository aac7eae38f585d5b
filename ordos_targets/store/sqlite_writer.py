"""Appending to an SQLite ledger."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

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
        row = _seal(draft, self._head, format_timestamp(now), uid or uuid7(now, os.urandom(10)))
        self._insert([row])
        return from_row(row)

    def append_many(self, drafts: Iterable[tuple[NewEntry, datetime, str | None]]) -> None:
        head, rows = self._head, list[list[Any]]()
        recorded, recorded_at = None, ""
        for draft, now, uid in drafts:
            if draft.kind is EntryKind.VOID:  # what it cancels may be among them
                self._insert(rows)
                rows.clear()
                self._check_void(str(draft.replaces))
            if now is not recorded:  # most are recorded at one moment
                recorded, recorded_at = now, format_timestamp(now)
            row = _seal(draft, head, recorded_at, uid or uuid7(now, os.urandom(10)))
            head = Head(row[0], row[-1], recorded_at)
            rows.append(row)
        self._insert(rows)

    def _insert(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows, of which the last becomes the head."""
        try:
            self._db.executemany(INSERT, rows)
        except OverflowError as error:  # somebody gave an entry the highest number there is
            raise sqlite3.DatabaseError(f"no number follows {self._head.entries}") from error
        if rows:
            columns = dict(zip(NAMES, rows[-1], strict=True))
            self._head = Head(columns["seq"], columns["hash"], columns["recorded_at"])

    def _check_void(self, uid: str) -> None:
        """Raise NoSuchEntry or AlreadyCancelled where the entry of this uid cannot be cancelled."""
        cancelled = self.entry(uid)
        if cancelled is None:
            raise NoSuchEntry(text=uid)
        if cancelled.cancelled_by is not None:
            raise AlreadyCancelled(seq=cancelled.entry.seq, by=cancelled.cancelled_by)


def _seal(draft: NewEntry, head: Head, recorded_at: str, uid: str) -> list[Any]:
    """Return the row of an entry that follows `head`."""
    row = to_row(draft, seq=head.entries + 1, uid=uid, recorded_at=recorded_at)
    row[-1] = entry_hash(head.hash, dict(zip(NAMES, row, strict=True)))
    return row
