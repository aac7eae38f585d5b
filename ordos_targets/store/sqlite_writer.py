"""The statements that write to an SQLite ledger: for one entry, and for many."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from ordos_targets.domain.entries import Entry, EntryKind, NewEntry, format_timestamp, text_of
from ordos_targets.domain.hash_chain import HASHED, entry_hash
from ordos_targets.domain.mould import Cast, links
from ordos_targets.domain.series import Series, SeriesValue
from ordos_targets.store.ledger import AlreadyCancelled, Head, LedgerEntry, NoSuchEntry, Query
from ordos_targets.store.sqlite_bulk import Aside, insert, numbers, sizes
from ordos_targets.store.sqlite_reader import SqliteReader, entry_of
from ordos_targets.store.sqlite_totals_writer import SqliteTotals
from ordos_targets.store.uuid7 import uuid7


class SqliteWriter(SqliteReader):
    """A Writer over one connection, inside an immediate transaction its owner opened: nobody else moves the head."""

    def __init__(self, db: sqlite3.Connection) -> None:
        super().__init__(db)
        self._head = super().head
        self._totals = SqliteTotals(db, self._head.entries)
        self._aside = Aside(db, self._head.entries)

    @property
    def head(self) -> Head:
        """See Reader."""
        return self._head

    def value_of(self, series: Series, since: date | None, until: date) -> SeriesValue:
        """See Book."""
        self._count()
        return super().value_of(series, since, until)

    def finish(self) -> None:
        """Write what is not written yet: the last thing before what was appended is kept."""
        self._count()
        self._aside.back()

    def _count(self) -> None:
        """Bring the totals up to date."""
        if self._totals.are_days_to_count:
            self._aside.back()
        self._totals.write(self._head.entries)

    def entries(self, query: Query) -> Iterator[LedgerEntry]:
        """See Reader."""
        self._aside.back()
        return super().entries(query)

    def append(self, draft: NewEntry, now: datetime, uid: str | None = None) -> Entry:
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
            "recorded_at": format_timestamp(now),
        }
        row["hash"] = entry_hash(head.hash, row)
        self._answers.clear()
        cancelled = None
        if draft.kind is EntryKind.VOID:
            self._aside.back()
            cancelled = self._to_cancel(str(draft.replaces))
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join(f":{name}" for name in row)
        try:
            self._db.execute(f"INSERT INTO entries ({names}) VALUES ({places})", row)  # noqa: S608 - names are HASHED's
        except OverflowError as error:  # somebody gave an entry the highest number there is
            raise sqlite3.DatabaseError(f"no number follows {head.entries}") from error
        self._head = Head(head.entries + 1, str(row["hash"]), str(row["recorded_at"]))
        if cancelled:
            self._totals.cancel(cancelled)
        return entry_of(tuple(row[name] for name in (*HASHED, "hash")))

    def append_drafts(self, drafts: Sequence[tuple[NewEntry, str]], now: datetime) -> None:
        """See Writer."""
        for draft, uid in drafts:
            self.append(draft, now, uid)

    def append_all(self, casts: Sequence[Cast]) -> int:
        """See Writer."""
        self._answers.clear()
        self._aside.add(len(casts))
        done = 0
        for size in sizes(len(casts)):
            some = casts[done : done + size]
            seq = self._head.entries + 1
            hashes = links(self._head.hash, seq, some)
            try:
                insert(self._db, seq, some, hashes)
            except sqlite3.IntegrityError:
                uids = {one[1] for one in some}
                if len(uids) == size and not self.numbers([*uids]):
                    raise
                break
            except OverflowError as error:  # see append
                raise sqlite3.DatabaseError(f"no number follows {seq}") from error
            self._head = Head(seq + size - 1, hashes[-1], some[-1][-1])
            done += size
        return done

    def numbers(self, uids: Sequence[str]) -> dict[str, int]:
        """See Writer."""
        return numbers(self._db, uids)

    def _to_cancel(self, uid: str) -> Entry:
        """The entry of this uid. Raises NoSuchEntry, AlreadyCancelled."""
        found = self._matching("e.uid = :text", uid)
        if not found:
            raise NoSuchEntry(text=uid)
        [cancelled] = found
        if cancelled.cancelled_by is not None:
            raise AlreadyCancelled(seq=cancelled.entry.seq, by=cancelled.cancelled_by)
        return cancelled.entry
