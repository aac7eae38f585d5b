"""Appending to a PostgreSQL ledger, by the one function of the server that writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ordos_targets.domain.entries import NAMES, Entry, EntryKind, NewEntry, format_timestamp, from_row
from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.hash_chain import entry_hash
from ordos_targets.store.errors import AlreadyCancelled, LedgerDamaged, NoSuchEntry
from ordos_targets.store.ledger import Head
from ordos_targets.store.postgres_errors import UnkeptCharacter
from ordos_targets.store.postgres_reader import DIALECT, Db, PostgresReader, head_of, office_of

HOLD = """
    SELECT h.seq, h.hash, h.recorded_at, pg_current_xact_id()::text, ordos_targets.owns(), session_user::text,
           ordos_targets.writes_all(), ordos_targets.granted('district'), ordos_targets.granted('target')
    FROM ordos_targets.hold() h
"""
APPEND = f"SELECT {DIALECT.columns} FROM ordos_targets.append(%s::jsonb) e"  # noqa: S608 - ours
UNKEPT = re.compile("[\0\ud800-\udfff]")


class PostgresWriter(PostgresReader):
    """A Writer over one connection, inside a transaction that holds the end of the chain: nobody else moves it.

    The server computes number, moment, author and hash, and refuses what the office may not do. What can be told
    beforehand is refused here already, so that the transaction goes on and an import tells all that is wrong.
    """

    def __init__(self, db: Db, path: str) -> None:
        super().__init__(db)
        self._path = path
        row = db.execute(HOLD).fetchone() or ()
        self._head = head_of(row[:3])
        self.transaction, owns = row[3:5]
        self._restoring = bool(owns) and self._head.entries == 0
        self._known_office = office_of(row[5:])

    @property
    def head(self) -> Head:
        return self._head

    def append(self, draft: NewEntry, now: datetime, uid: str | None = None) -> Entry:
        """Write one entry. Raises NotYours, NotYourName, UnkeptCharacter too."""
        self._check(draft)
        return self._send([self._json(draft, now, uid)])[0]

    def append_many(self, drafts: Iterable[tuple[NewEntry, datetime, str | None]]) -> None:
        """Write entries in one round trip; the server refuses what may not be."""
        self._send([self._json(draft, now, uid) for draft, now, uid in drafts])

    def _json(self, draft: NewEntry, now: datetime, uid: str | None) -> dict[str, object]:
        """Return an entry as the server takes it."""
        columns = {name: _json_value(value) for name, value in draft._asdict().items()}
        return columns | {"uid": uid} | ({"recorded_at": format_timestamp(now)} if self._restoring else {})

    def _send(self, drafts: Sequence[Mapping[str, object]]) -> list[Entry]:
        """Have the server append entries; what comes back is followed along the chain. Raises UnkeptCharacter."""
        if any(UNKEPT.search(value) for draft in drafts for value in draft.values() if isinstance(value, str)):
            raise UnkeptCharacter
        rows = self._db.execute(APPEND, (json.dumps(drafts),)).fetchall()
        entries = [from_row(row) for row in rows]
        for entry, row in zip(entries, rows, strict=True):
            if entry_hash(self._head.hash, dict(zip(NAMES, row, strict=True))) != entry.hash:
                reason = Message(N_("the server's hash of entry {seq} is wrong"), {"seq": entry.seq})
                raise LedgerDamaged(path=self._path, reason=reason)
            self._head = Head(entry.seq, entry.hash, entry.recorded_at)
        return entries

    def _check(self, draft: NewEntry) -> None:
        """Raise what the server would refuse an entry for."""
        self.check_append(draft)
        if draft.kind is EntryKind.VOID or (draft.replaces and not self._office.everywhere):
            replaced = self.entry(str(draft.replaces))
            if replaced is None or replaced.entry.kind is EntryKind.VOID:
                raise NoSuchEntry(text=draft.replaces)
            if draft.kind is EntryKind.VOID and replaced.cancelled_by is not None:
                raise AlreadyCancelled(seq=replaced.entry.seq, by=replaced.cancelled_by)


def _json_value(value: object) -> object:
    """Return a value as JSON has it; figures as texts, for JSON's numbers are no decimals."""
    return value if value is None or isinstance(value, bool | str) else str(value)
