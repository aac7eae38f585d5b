"""The PostgreSQL ledger's schema: set up, brought up to date, and granted to roles.

Version history (table ordos_targets.migrations; the statements of this version are in postgres.sql):
  1  entries, append-only, chained by the server, seen by row-level security
  2  totals: what each series comes to by month and day
  4  four more columns and kinds of entries; the view current_entries; no totals (the number is that of SQLite's schema)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import psycopg  # noqa: TID253 - one engine is loaded, not all
from psycopg import sql  # noqa: TID253 - the same

from ordos_targets.domain.entries import COLUMNS, GENESIS, checked_row
from ordos_targets.domain.errors import N_, LedgerError, Message, UsageError
from ordos_targets.domain.hash_chain import ChainVerifier
from ordos_targets.store.errors import LedgerDamaged, LedgerTooNew, NotALedger
from ordos_targets.store.ledger import Ledger
from ordos_targets.store.postgres_errors import NotGranted, reason_of
from ordos_targets.store.postgres_reader import DIALECT, Db, stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a role may do: record everything, read everything, or record for districts and targets.

    Nothing at all takes every right away.

    Attributes:
        targets: Ids with their owners.
    """

    everything: bool = False
    read_only: bool = False
    districts: tuple[str, ...] = ()
    targets: tuple[tuple[str, str], ...] = ()

    def rows(self, role: str) -> list[tuple[str, str, str, str | None]]:
        """Return the rows of the table of grants."""
        return [
            *([(role, "all", "", None)] if self.everything else []),
            *([(role, "read", "", None)] if self.read_only else []),
            *((role, "district", district, None) for district in self.districts),
            *((role, "target", target, owner) for target, owner in self.targets),
        ]


@runtime_checkable
class SharedLedger(Ledger, Protocol):
    """A ledger on a server that many use, each as far as they may."""

    def set_up(self) -> tuple[int, int]:
        """Make the ledger, or bring it up to date; return its version before (0: there was none) and after."""
        ...

    def grant(self, role: str, rights: Rights) -> None:
        """Let a role do what `rights` say, in place of what it might do before."""
        ...


VERSION = 4
LEAST_SERVER = 140_000
LOCK = 0x6F726454  # any number that only we lock
FOUND = """
    SELECT to_regnamespace('ordos_targets') IS NOT NULL,
           EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('ordos_targets')
                   AND relname IN ('migrations', 'entries', 'head') HAVING count(*) = 3)
"""
FUNCTION = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION ordos_targets\.(\w+)\(.*?AS \$\$(.*?)\$\$", re.DOTALL)
TABLES = sql.SQL("ordos_targets.entries, ordos_targets.head, ordos_targets.migrations, ordos_targets.current_entries")
# The tables and functions of earlier versions, and what of others is in their schema or refers to it.
FORMER_TABLES = ("migrations", "entries", "head", "grants", "totals", "days", "months")
FORMER_FUNCTIONS = ("chain", "keep_totals", "astray")
STRANGERS = """
    SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'ordos_targets'::regnamespace
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relname <> ALL (%(tables)s)
    UNION SELECT p.proname::text FROM pg_proc p WHERE p.pronamespace = 'ordos_targets'::regnamespace
        AND p.proname <> ALL (%(functions)s)
    UNION SELECT v.oid::regclass::text FROM pg_depend d
        JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
        JOIN pg_class v ON v.oid = w.ev_class JOIN pg_class t ON t.oid = d.refobjid
        WHERE d.refclassid = 'pg_class'::regclass AND t.relnamespace = 'ordos_targets'::regnamespace
            AND v.relnamespace <> t.relnamespace
    ORDER BY 1
"""
BEFORE = ", ".join(f'"{column.name}"' for column in COLUMNS if not column.hashed_by_name)
# Nobody is at work meanwhile; what is made belongs to whom the ledger belongs.
SET_ASIDE = """
    LOCK TABLE ordos_targets.entries, ordos_targets.head IN ACCESS EXCLUSIVE MODE;
    ALTER SCHEMA ordos_targets RENAME TO ordos_targets_before
"""
OWNER = "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'ordos_targets'"
COPY = f"""
    INSERT INTO ordos_targets.entries ({BEFORE}) SELECT {BEFORE} FROM ordos_targets_before.entries ORDER BY seq;
    INSERT INTO ordos_targets.grants SELECT * FROM ordos_targets_before.grants;
    UPDATE ordos_targets.head SET (seq, hash, recorded_at) = (
        SELECT seq, hash, recorded_at FROM ordos_targets_before.head)
"""  # noqa: S608 - ours


class MayNotSetUp(LedgerError):
    code = "may_not_set_up"
    template = N_(
        "{login} may not create or change the ledger {path} ({reason}). Connect as the owner of the "
        "database or of its ledger."
    )


class ServerTooOld(LedgerError):
    code = "server_too_old"
    template = N_("The server of {path} is PostgreSQL {found}; a ledger needs {least} or newer.")


class WrongEncoding(LedgerError):
    code = "wrong_encoding"
    template = N_(
        "The database {path} has the encoding {found}; a ledger needs UTF8 (createdb --encoding UTF8 "
        "--template template0)."
    )


class NoSuchRole(UsageError):
    code = "no_such_role"
    template = N_("Unknown role “{role}” on the server; create it with `createuser --pwprompt {role}`.")


class MadeByOthers(LedgerError):
    code = "made_by_others"
    template = N_(
        "{names} were created by others, use the tables of the ledger {path} and would be lost when it is "
        "upgraded. Drop them, run `ordos-targets ledger init URL` again, and create them again."
    )


def statements() -> str:
    """Return the statements that make a ledger of this version."""
    return Path(__file__).with_name("postgres.sql").read_text(encoding="utf-8")


def functions() -> dict[str, str]:
    """Return the functions that a ledger of this version has, each with its body."""
    return dict(FUNCTION.findall(statements()))


def found_version(db: Db) -> int:
    """Return the version of the ledger, inside a transaction.

    Raises psycopg.Error where there is none, or it is closed.
    """
    row = db.execute("SELECT max(version) FROM ordos_targets.migrations").fetchone()
    return int(str(row[0])) if row and row[0] is not None else 0


def set_up(db: Db, path: str) -> tuple[int, int]:
    """Make the ledger, or bring it up to date, in one transaction; return the version before (0: none) and after.

    Raises MayNotSetUp, ServerTooOld, WrongEncoding, NotALedger, LedgerTooNew, MadeByOthers, LedgerDamaged,
    psycopg.Error.
    """
    if db.info.server_version < LEAST_SERVER:
        version = db.info.server_version
        raise ServerTooOld(path=path, found=f"{version // 10_000}.{version % 10_000}", least=LEAST_SERVER // 10_000)
    encoding = db.info.parameter_status("server_encoding") or ""
    if encoding != "UTF8":
        raise WrongEncoding(path=path, found=encoding)
    try:
        with db.transaction():
            return _migrate(db, path)
    except psycopg.errors.InsufficientPrivilege as error:
        raise MayNotSetUp(path=path, login=db.info.user, reason=reason_of(error)) from error


def _migrate(db: Db, path: str) -> tuple[int, int]:
    db.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    there, ours = db.execute(FOUND).fetchone() or (False, False)
    if there and not ours:
        raise NotALedger(path=path, reason=Message(N_("its schema ordos_targets belongs to another program")))
    before = found_version(db) if ours else 0
    if before > VERSION:
        raise LedgerTooNew(path=path, found=before, known=VERSION)
    if before == 0:
        db.execute(statements().encode())
    elif before < VERSION:
        _copy(db, path)
    db.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ordos_targets FROM PUBLIC")
    for (role,) in db.execute("SELECT DISTINCT role FROM ordos_targets.grants JOIN pg_roles ON rolname = role"):
        _open_to(db, str(role))
    return before, VERSION


def _copy(db: Db, path: str) -> None:
    """Make the ledger anew from that of an earlier version: copied, its chain checked, and only then the old dropped.

    Raises MadeByOthers, LedgerDamaged.
    """
    known = {"tables": [*FORMER_TABLES], "functions": [*functions(), *FORMER_FUNCTIONS]}
    names = [str(name) for (name,) in db.execute(STRANGERS, known)]
    if names:
        raise MadeByOthers(path=path, names=names)
    [owner] = db.execute(OWNER).fetchone() or ("",)
    db.execute(f"SET LOCAL ROLE {owner}".encode())
    for step in (SET_ASIDE, statements(), COPY):
        db.execute(step.encode())
    walk = ChainVerifier()
    rows = stream(db, f"SELECT {DIALECT.columns} FROM ordos_targets.entries e ORDER BY e.seq")  # noqa: S608 - ours
    for problem in walk.problems(map(checked_row, rows)):
        params = {"seq": problem.seq, "problem": problem.message}
        raise LedgerDamaged(path=path, reason=Message(N_("entry {seq}: {problem}"), params))
    [entries, head] = db.execute("SELECT seq, hash FROM ordos_targets.head").fetchone() or (0, GENESIS)
    if (entries, head) != (walk.entries, walk.head):
        raise LedgerDamaged(path=path, reason=Message(N_("its hash chain does not end at its last entry")))
    db.execute("DROP SCHEMA ordos_targets_before CASCADE")
    db.execute("RESET ROLE")


def grant(db: Db, path: str, role: str, rights: Rights) -> None:
    """Let `role` do what `rights` say, in place of what it might do before. Raises NoSuchRole, MayNotSetUp."""
    with db.transaction():
        if not db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
            raise NoSuchRole(role=role)
        try:
            owns = (db.execute("SELECT ordos_targets.owns()").fetchone() or (False,))[0]
        except psycopg.errors.InsufficientPrivilege as error:
            raise NotGranted(path=path, login=db.info.user) from error
        if not owns:
            reason = Message(N_("only its owner can grant permissions"))
            raise MayNotSetUp(path=path, login=db.info.user, reason=reason)
        db.execute("DELETE FROM ordos_targets.grants WHERE role = %s", (role,))
        rows = rights.rows(role)
        with db.cursor() as cursor:
            cursor.executemany("INSERT INTO ordos_targets.grants VALUES (%s, %s, %s, %s)", rows)
        _open_to(db, role) if rows else _close_to(db, role)


def _open_to(db: Db, role: str) -> None:
    """Let a role use the schema; what of it, the grants say."""
    for statement in _uses("GRANT", "TO", role):
        db.execute(statement)


def _close_to(db: Db, role: str) -> None:
    for statement in _uses("REVOKE", "FROM", role):
        db.execute(statement)


def _uses(verb: str, preposition: str, role: str) -> Iterator[sql.Composed]:
    words = {"verb": sql.SQL(verb), "preposition": sql.SQL(preposition), "role": sql.Identifier(role), "tables": TABLES}
    for what in (
        "USAGE ON SCHEMA ordos_targets",
        "SELECT ON {tables}",
        "EXECUTE ON ALL FUNCTIONS IN SCHEMA ordos_targets",
    ):
        yield sql.SQL("{verb} " + what + " {preposition} {role}").format(**words)
