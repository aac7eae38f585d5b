"""Appending to a PostgreSQL ledger, by the one function of the server that writes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from ordos_targets.domain.entries import Entry, EntryKind, NewEntry, format_timestamp
from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.hash_chain import HASHED, entry_hash
from ordos_targets.domain.mould import Cast
from ordos_targets.store.ledger import AlreadyCancelled, Head, LedgerDamaged, NoSuchEntry
from ordos_targets.store.postgres_errors import UnkeptCharacter
from ordos_targets.store.postgres_reader import Db, PostgresReader, entry_of, head_of, office_of

HOLD = """
    SELECT h.seq, h.hash, h.recorded_at, pg_current_xact_id()::text, ordos_targets.owns(), session_user::text,
           ordos_targets.writes_all(), ordos_targets.granted('district'), ordos_targets.granted('target')
    FROM ordos_targets.hold() h
"""
COLUMNS = ", ".join(f'"{name}"' for name in (*HASHED, "hash"))
APPEND = f"SELECT {COLUMNS} FROM ordos_targets.append(%s::jsonb)"  # noqa: S608 - names are HASHED's
GIVEN = tuple(NewEntry._fields)
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
        """See Reader."""
        return self._head

    def append(self, draft: NewEntry, now: datetime, uid: str | None = None) -> Entry:
        """See Writer. Raises NotYours, NotYourName, UnkeptCharacter too."""
        self._refuse(draft)
        return self._send([self._facts(draft, now, uid)])[0]

    def append_drafts(self, drafts: Sequence[tuple[NewEntry, str]], now: datetime) -> None:
        """See Writer. The server refuses what may not be: one question and one answer, however many there are."""
        self._send([self._facts(draft, now, uid) for draft, uid in drafts])

    def append_all(self, casts: Sequence[Cast]) -> int:
        """See Writer. Raises as append does."""
        there, moulds = self.numbers([uid for _mould, uid, *_own in casts]), {one[0]: one[0].draft for one in casts}
        for draft in moulds.values():
            self._refuse(draft)
        alike = {mould: _given(draft) for mould, draft in moulds.items()}
        new: dict[str, dict[str, object]] = {}
        for mould, uid, day, value, note, recorded_at in casts:
            if uid in there or uid in new:
                break
            own = {"uid": uid, "date": day, "value": value, "note": note}
            new[uid] = alike[mould] | own | ({"recorded_at": recorded_at} if self._restoring else {})
        self._send([*new.values()])
        return len(new)

    def numbers(self, uids: Sequence[str]) -> dict[str, int]:
        """See Writer."""
        rows = self._rows("SELECT uid, seq FROM entries WHERE uid = ANY (:uids)", {"uids": [*uids]})
        return {str(uid): int(str(seq)) for uid, seq in rows}

    def _facts(self, draft: NewEntry, now: datetime, uid: str | None) -> dict[str, object]:
        """A draft as the server takes it."""
        return _given(draft) | {"uid": uid} | ({"recorded_at": format_timestamp(now)} if self._restoring else {})

    def _send(self, drafts: Sequence[Mapping[str, object]]) -> list[Entry]:
        """Have the server append entries; what comes back is followed along the chain. Raises UnkeptCharacter."""
        if any(UNKEPT.search(fact) for draft in drafts for fact in draft.values() if isinstance(fact, str)):
            raise UnkeptCharacter
        entries = [entry_of(row) for row in self._db.execute(APPEND, (json.dumps(drafts),)).fetchall()]
        for entry in entries:
            if entry_hash(self._head.hash, _columns(entry)) != entry.hash:
                reason = Message(N_("the server's hash of entry {seq} is wrong"), {"seq": entry.seq})
                raise LedgerDamaged(path=self._path, reason=reason)
            self._head = Head(entry.seq, entry.hash, entry.recorded_at)
        self._forget()
        return entries

    def _forget(self) -> None:
        """What was answered before an entry came."""
        self._answers.clear()
        self._asked.clear()
        self._all.clear()

    def _refuse(self, draft: NewEntry) -> None:
        self.check_append(draft)
        if draft.kind is EntryKind.VOID or (draft.replaces and not self._office.everywhere):
            found = self.entry(str(draft.replaces))
            if found is None or found.entry.kind is EntryKind.VOID:
                raise NoSuchEntry(text=draft.replaces)
            if draft.kind is EntryKind.VOID and found.cancelled_by is not None:
                raise AlreadyCancelled(seq=found.entry.seq, by=found.cancelled_by)


def _columns(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in HASHED} | {"estimate": int(entry.estimate)}


def _given(draft: NewEntry) -> dict[str, object]:
    return {name: _text(getattr(draft, name)) for name in GIVEN}


def _text(fact: object) -> object:
    """A fact as JSON has it; figures as texts, for JSON's numbers are no decimals."""
    return fact if fact is None or isinstance(fact, bool | str) else str(fact)
