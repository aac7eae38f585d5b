"""An auditor's questions to a PostgreSQL ledger."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg  # noqa: TID253 - one engine is loaded, not all

from ordos_targets.domain.entries import GENESIS, Entry, EntryRow, UnreadableEntry, checked_row, from_row
from ordos_targets.domain.errors import N_, Message
from ordos_targets.store.errors import RowsUnreadable
from ordos_targets.store.postgres_errors import is_lost, reason_of
from ordos_targets.store.postgres_reader import DIALECT, Db, stream
from ordos_targets.store.postgres_schema import functions
from ordos_targets.store.sql_reader import DANGLING, Row

ROWS = f"SELECT {DIALECT.columns} FROM ordos_targets.entries e WHERE e.seq > {{since}} ORDER BY e.seq"  # noqa: S608
RULES_THERE = """
    SELECT relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND polname = 'entries_seen'),
           (SELECT tgenabled = 'A' FROM pg_trigger WHERE tgrelid = c.oid AND tgname = 'entries_are_not_changed')
    FROM pg_class c WHERE c.oid = 'ordos_targets.entries'::regclass
"""
FUNCTIONS = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'ordos_targets'::regnamespace AND prokind = 'f'"
TRIGGERS = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'ordos_targets.entries'::regclass AND NOT tgisinternal"
HEAD = """
    SELECT h.seq, h.hash, coalesce(e.seq, 0), coalesce(e.hash, %s) FROM ordos_targets.head h
    LEFT JOIN (SELECT seq, hash FROM ordos_targets.entries ORDER BY seq DESC LIMIT 1) e ON true
"""
RULES = ("entries_seen", "entries_are_not_changed")
MOST_IN_VAIN = 10_000


class PostgresAudit:
    """An Audit over one connection, inside a transaction its owner opened, by somebody who sees every entry."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def rows(self, since: int | None = None) -> Iterator[EntryRow]:
        """Yield the entries. Raises RowsUnreadable where the server cannot read on, but is still there.

        A failed statement ends a transaction, but not what came before a savepoint.
        """
        last = since or 0
        lowest = "'-infinity'::float8" if since is None else str(int(since))
        self._db.execute("SAVEPOINT rows")
        try:
            for row in stream(self._db, ROWS.format(since=lowest)):
                yield checked_row(row)
                last = int(str(row[0]))
        except psycopg.Error as error:
            if is_lost(error):
                raise
            self._db.execute("ROLLBACK TO SAVEPOINT rows")
            raise RowsUnreadable(last, reason_of(error)) from error

    def dangling(self) -> Iterator[int]:
        for (seq,) in self._guarded(DANGLING):
            yield int(str(seq))

    def self_check(self) -> Iterator[Message]:
        """Yield what is wrong with the rules, functions and the head by which the server keeps the entries."""
        made = functions()
        functions_there = {str(name): str(body) for name, body in self._guarded(FUNCTIONS)}
        rules_there = (self._guarded(RULES_THERE) or [(None,) * len(RULES)])[0]
        missing = [name for name, body in made.items() if functions_there.get(name) != body]
        missing += [name for name, is_there in zip(RULES, rules_there, strict=True) if not is_there]
        for name in sorted(missing):
            yield Message(
                N_("{name}, which protects the entries from changes, is missing or was changed"), {"name": name}
            )
        triggers = {str(name) for (name,) in self._guarded(TRIGGERS)} - set(RULES)
        for name in sorted((functions_there.keys() - made.keys()) | triggers):
            yield Message(N_("{name} was not created by this tool"), {"name": name})
        for seq, hash_, last, last_hash in self._guarded(HEAD, (GENESIS,)):
            if seq != last:
                facts: dict[str, object] = {"seq": seq, "last": last}
                yield Message(N_("the head names entry {seq} as the last, but the last is entry {last}"), facts)
            elif hash_ != last_hash:
                yield Message(N_("the hash of the head differs from that of entry {seq}"), {"seq": seq})

    def _guarded(self, statement: str, facts: tuple[object, ...] = ()) -> list[Row]:
        """Return what a statement finds; nothing where the server cannot read it; the walk names it."""
        self._db.execute("SAVEPOINT question")
        try:
            return self._db.execute(statement.encode(), facts or None).fetchall()
        except psycopg.Error as error:
            if is_lost(error):
                raise
            self._db.execute("ROLLBACK TO SAVEPOINT question")
            return []

    def hash_of(self, seq: int) -> str | None:
        if seq == 0:
            return GENESIS
        rows = self._guarded("SELECT hash FROM ordos_targets.entries WHERE seq = %s", (seq,))
        return str(rows[0][0]) if rows else None

    def last(self) -> int:
        rows = self._guarded("SELECT seq FROM ordos_targets.head")
        return int(str(rows[0][0])) if rows else 0

    def salvage(self) -> Iterator[Entry | int]:
        """Yield what can be read: where the server cannot read on, each number that follows is tried."""
        since, lost, last = None, 0, self.last()
        while lost < MOST_IN_VAIN and (since is None or since < last):
            try:
                for row in self.rows(since):
                    yield _entry(row)
                    lost = 0
            except RowsUnreadable as failure:
                since, lost = failure.after + 1, lost + 1
                yield since
            else:
                return


def _entry(row: EntryRow) -> Entry | int:
    try:
        return from_row(row)
    except UnreadableEntry:
        return int(row[0] or 0)
