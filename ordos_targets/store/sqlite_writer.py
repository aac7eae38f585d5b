"""The one statement that writes to an SQLite ledger."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime

from ordos_targets.domain.chain import HASHED, link
from ordos_targets.domain.entry import Draft, Entry, Kind, stamp, text_of
from ordos_targets.store.ledger import AlreadyCancelled, Head, NoSuchEntry
from ordos_targets.store.sqlite_book import SqliteReader
from ordos_targets.store.sqlite_row import entry_of
from ordos_targets.store.uid import uuid7


class SqliteWriter(SqliteReader):
    """A Writer over one connection, inside an immediate transaction its owner opened: nobody else moves the head."""

    def __init__(self, db: sqlite3.Connection) -> None:
        super().__init__(db)
        self._head = super().head

    @property
    def head(self) -> Head:
        """See Reader."""
        return self._head

    def append(self, draft: Draft, now: datetime, uid: str | None = None) -> Entry:
        """See Writer."""
        head = self._head
        row: dict[str, object] = {
            name: getattr(draft, name) for name in HASHED if name not in {"seq", "uid", "recorded_at"}
        }
        row |= {
            "seq": head.entries + 1,
            "uid": uid or uuid7(now, os.urandom(10)),
            "date": draft.date.isoformat(),
            "kind": draft.kind.value,
            "value": text_of(draft.value),
            "of": text_of(draft.of),
            "estimate": int(draft.estimate),
            "recorded_at": stamp(now),
        }
        row["hash"] = link(head.hash, row)
        self._answers.clear()
        if draft.kind is Kind.VOID:
            self._refuse_void_of_nothing(str(draft.replaces))
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join(f":{name}" for name in row)
        try:
            self._db.execute(f"INSERT INTO entries ({names}) VALUES ({places})", row)  # noqa: S608 - names are HASHED's
        except OverflowError as error:  # somebody gave an entry the highest number there is
            raise sqlite3.DatabaseError(f"no number follows {head.entries}") from error
        self._head = Head(head.entries + 1, str(row["hash"]), str(row["recorded_at"]))
        return entry_of(tuple(row[name] for name in (*HASHED, "hash")))

    def _refuse_void_of_nothing(self, uid: str) -> None:
        found = self._matching("e.uid = :text", uid)
        if not found:
            raise NoSuchEntry(text=uid)
        [cancelled] = found
        if cancelled.cancelled_by is not None:
            raise AlreadyCancelled(seq=cancelled.entry.seq, by=cancelled.cancelled_by)
