"""The ledger in a PostgreSQL database: connecting, its transactions, and how they end.

Whatever libpq takes goes through: TLS modes and several hosts in the URL, PG* in the environment, ~/.pgpass.
Durable: a commit returns only once the server has the entries on disk. Nothing outlives a transaction, so poolers fit.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import psycopg  # noqa: TID253 - one engine is loaded, not all
from psycopg.conninfo import conninfo_to_dict  # noqa: TID253 - the same

from ordos_targets.domain.entries import UnreadableEntry
from ordos_targets.store.errors import LedgerDamaged, LedgerTooNew, NothingToCopy
from ordos_targets.store.ledger import Audit, Query, Reader, Writer
from ordos_targets.store.passwords import without_password
from ordos_targets.store.postgres_audit import PostgresAudit
from ordos_targets.store.postgres_errors import (
    BadServerUrl,
    CommitUnknown,
    LedgerTooOld,
    PartialView,
    ServerUnreachable,
    is_lost,
    reason_of,
    translate,
)
from ordos_targets.store.postgres_reader import Db, PostgresReader
from ordos_targets.store.postgres_schema import VERSION, Rights, found_version, grant, set_up
from ordos_targets.store.postgres_writer import PostgresWriter

LOCK_SECONDS = 30.0
CONNECT_SECONDS = 10
OUTCOME_TRIES, OUTCOME_PAUSE = 50, 0.1
SURROUNDINGS = "SET LOCAL search_path = ordos_targets, pg_catalog, pg_temp; SET LOCAL TimeZone = 'UTC'"
READ = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {SURROUNDINGS}"
# A network that is gone must not keep the end of the chain held: the server finds out within a minute.
WRITE = f"""
    BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {SURROUNDINGS};
    SET LOCAL tcp_keepalives_idle = 20; SET LOCAL tcp_keepalives_interval = 5; SET LOCAL tcp_keepalives_count = 6
"""
FORMS = {"host": re.compile(r"[\w.:,%-]*|/[^@:?#]*"), "port": re.compile("[0-9,]*"), "dbname": re.compile("[^@/:?#]*")}


class PostgresLedger:
    """A Ledger in the database that `url` names. Nothing is connected to before the ledger is read or written."""

    path: Path | None = None
    signs = True

    def __init__(self, url: str, *, lock_seconds: float = LOCK_SECONDS) -> None:
        self.name = without_password(url)
        self._url, self._lock_seconds = url, lock_seconds

    @contextmanager
    def reading(self, known_at: str | None = None) -> Iterator[Reader]:
        with self._connected() as db:
            self._begin(db, READ)
            yield PostgresReader(db, known_at)

    @contextmanager
    def auditing(self) -> Iterator[Audit]:
        """Open a view of everything. Raises PartialView where the role does not see every entry."""
        with self._connected() as db:
            self._begin(db, READ)
            self._refuse_partial_view(db)
            yield PostgresAudit(db)

    def copy(self) -> Iterator[bytes]:
        """Yield the bytes of an SQLite ledger with the same entries and the same chain. Raises PartialView."""
        from tempfile import TemporaryDirectory  # noqa: PLC0415 - for backups only

        from ordos_targets.store.sqlite import SqliteLedger  # noqa: PLC0415 - the same

        with TemporaryDirectory(prefix="ordos-targets-") as folder:
            copy = SqliteLedger(Path(folder) / "copy.db")
            with self._connected() as db, copy.writing() as book:
                self._begin(db, READ)
                self._refuse_partial_view(db)
                for listed in PostgresReader(db).entries(Query(cancelled=True)):
                    entry = listed.entry
                    book.append(entry.as_new(), datetime.fromisoformat(entry.recorded_at), entry.uid)
                if not book.head.entries:
                    raise NothingToCopy(path=self.name)
            yield from copy.copy()

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[Writer]:
        """Open a transaction. What holds the end of the chain is a lock on the server, gone with the connection."""
        with self._connected() as db:
            self._begin(db, f"{WRITE}; SET LOCAL lock_timeout = {int(self._lock_seconds * 1000)}")
            writer = PostgresWriter(db, self.name)
            yield writer
            if keep:
                self._commit(db, str(writer.transaction))
            else:
                db.execute("ROLLBACK")

    def set_up(self) -> tuple[int, int]:
        """Make the ledger or bring it up to date; return the version before (0: none) and after."""
        with self._connected() as db:
            return set_up(db, self.name)

    def grant(self, role: str, rights: Rights) -> None:
        """Let a role do what `rights` say, and no more."""
        with self._connected() as db:
            self._check_version(db)
            grant(db, self.name, role, rights)

    @contextmanager
    def _connected(self) -> Iterator[Db]:
        """Open a connection, closed at the end of the block, whose failures are put in our words."""
        wanted = self._wanted()
        login = str(wanted.get("user") or "")
        try:
            with closing(self._connect()) as db:
                login = db.info.user
                yield db
        except UnreadableEntry as error:
            raise LedgerDamaged(path=self.name, reason=str(error)) from error
        except psycopg.Error as error:
            self._translate(error, login, str(wanted.get("password") or ""))

    def _connect(self) -> Db:
        timeout = self._wanted().get("connect_timeout") or os.environ.get("PGCONNECT_TIMEOUT")
        # A pooler may give each transaction another connection, on which a prepared statement is not known.
        return psycopg.connect(
            self._url,
            autocommit=True,
            prepare_threshold=None,
            client_encoding="UTF8",
            fallback_application_name="ordos-targets",
            connect_timeout=str(timeout or CONNECT_SECONDS),
        )

    def _wanted(self) -> dict[str, object]:
        """Return the parts of the URL. Raises BadServerUrl.

        Of a password with a sign in it that ends one libpq takes the rest for a host, a port or a database, and
        would quote it: such a URL goes no further.
        """
        try:
            wanted = conninfo_to_dict(self._url)
        except (psycopg.Error, UnicodeError):
            raise BadServerUrl(path=self.name) from None
        for name, form in FORMS.items():
            if not form.fullmatch(str(wanted.get(name) or "")):
                raise BadServerUrl(path=self.name)
        return dict(wanted)

    def _translate(self, error: psycopg.Error, login: str, password: str) -> NoReturn:
        if error.sqlstate is None and password:
            reason = reason_of(error).replace(password, "…")
            raise ServerUnreachable(path=self.name, reason=reason) from None
        translate(error, self.name, login, self._lock_seconds)

    def _begin(self, db: Db, how: str) -> None:
        db.execute(how.encode())
        self._check_version(db)

    def _check_version(self, db: Db) -> None:
        """Raise LedgerTooNew, LedgerTooOld, and psycopg's error where there is no ledger."""
        version = found_version(db)
        if version > VERSION:
            raise LedgerTooNew(path=self.name, found=version, known=VERSION)
        if version < VERSION:
            raise LedgerTooOld(path=self.name, found=version, known=VERSION)

    def _refuse_partial_view(self, db: Db) -> None:
        row = db.execute("SELECT ordos_targets.reads_all()").fetchone()
        if not row or not row[0]:
            raise PartialView(path=self.name, login=db.info.user)

    def _commit(self, db: Db, transaction: str) -> None:
        """Keep what was written. Raises CommitUnknown where the connection is lost before the server has answered."""
        try:
            db.execute("COMMIT")
        except psycopg.Error as error:
            if not is_lost(error):
                raise
            status = _outcome(self._connect, transaction)
            if status == "committed":
                return
            if status != "aborted":
                raise CommitUnknown(path=self.name) from error
            raise


def _outcome(connect: Callable[[], Db], transaction: str) -> str | None:
    """Return what became of a transaction, asked over another connection; None where that cannot be found out."""
    with suppress(psycopg.Error), closing(connect()) as db:
        for _ in range(OUTCOME_TRIES):
            row = db.execute("SELECT pg_xact_status(%s::xid8)", (transaction,)).fetchone() or (None,)
            if row[0] != "in progress":
                return None if row[0] is None else str(row[0])
            time.sleep(OUTCOME_PAUSE)  # the server has not yet heard that the connection is gone
    return None
