"""Shared ledgers of earlier versions: their owner brings them up to date, or nothing of them changes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest
from older import LEDGERS
from servers import Server

from ordos_targets.domain.entries import EntryKind, NewEntry
from ordos_targets.domain.errors import AppError
from ordos_targets.domain.series import Series
from ordos_targets.store.errors import LedgerDamaged, LedgerTooNew
from ordos_targets.store.ledger import Query
from ordos_targets.store.postgres import PostgresLedger
from ordos_targets.store.postgres_errors import LedgerTooOld
from ordos_targets.store.postgres_schema import VERSION, MadeByOthers

NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)
JUNE = date(2025, 6, 30)
DRAFTS = """[
    {"target": "parks", "district": "east", "date": "2025-06-01", "kind": "increment", "value": "2.5", "note": "长"},
    {"target": "parks", "district": "west", "date": "2025-06-02", "kind": "reading", "value": "40"},
    {"target": "rate", "date": "2025-06-30", "kind": "share", "value": "183", "of": "651", "estimate": true},
    {"uid": "0197be22-2c00-757c-b352-2f9e5cfceb8a", "target": "plan", "date": "2025-05-20", "kind": "item", "item": "a"}
]"""
VOID = """[{"target": "plan", "date": "2025-05-20", "kind": "void",
            "replaces": "0197be22-2c00-757c-b352-2f9e5cfceb8a", "note": "twice"}]"""
# The columns of before, and what each role could see.
ROWS = """
    SELECT seq, uid, target, district, date, kind, value, "of", item, estimate, note, evidence, evidence_sha256, "by",
           recorded_at, origin, replaces, hash
    FROM ordos_targets.entries ORDER BY seq
"""
OFFICE = """
    INSERT INTO ordos_targets.grants VALUES ('east', 'district', 'east', NULL);
    GRANT USAGE ON SCHEMA ordos_targets TO east;
    GRANT SELECT ON ALL TABLES IN SCHEMA ordos_targets TO east;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ordos_targets TO east;
    REVOKE SELECT ON ordos_targets.grants FROM east
"""


@dataclass(frozen=True)
class Old:
    """A ledger of an earlier version with five entries, made by that version's own statements."""

    server: Server
    database: str
    version: int

    def ledger(self, role: str = "owner") -> PostgresLedger:
        return PostgresLedger(self.server.url(self.database, role), lock_seconds=5)

    def ask(self, statement: str, role: str = "owner") -> list[tuple[object, ...]]:
        return self.server.ask(statement, self.database, role)


@pytest.fixture(params=[1, 2])
def old(request: pytest.FixtureRequest, server: Server) -> Old:
    server.roles("east")
    found = Old(server, server.database(), request.param)
    for version in range(1, request.param + 1):
        found.ask((LEDGERS / f"postgres_{version}.sql").read_text(encoding="utf-8"))
    found.ask("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ordos_targets FROM PUBLIC")
    for drafts in (DRAFTS, VOID):
        found.ask(f"SELECT ordos_targets.append($entry${drafts}$entry$)")
    found.ask(OFFICE)
    return found


def more(district: str) -> NewEntry:
    return NewEntry("parks", JUNE, EntryKind.INCREMENT, district=district, value=Decimal(1))


def test_the_owner_brings_it_up_to_date(old: Old) -> None:
    """Every entry keeps its number, moment and hash; the chain goes on, the ledger checks itself, totals are gone."""
    before, head = old.ask(ROWS), old.ask("SELECT seq, hash, recorded_at FROM ordos_targets.head")
    assert (old.version, VERSION) == old.ledger().set_up()
    assert (VERSION, VERSION) == old.ledger().set_up()
    assert (before, head) == (old.ask(ROWS), old.ask("SELECT seq, hash, recorded_at FROM ordos_targets.head"))
    with old.ledger().writing() as book:
        assert 6 == book.append(more("east"), NOON).seq
        assert Decimal(41) == book.series().value_of(Series("parks"), None, JUNE).value
    with old.ledger().auditing() as audit:
        assert ([], 6) == ([*audit.self_check()], len([*audit.rows()]))
    tables = "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'v')"
    tables += " AND relnamespace = 'ordos_targets'::regnamespace"
    assert {"entries", "grants", "head", "migrations", "current_entries"} == {name for (name,) in old.ask(tables)}
    assert [] == old.ask("SELECT nspname FROM pg_namespace WHERE nspname = 'ordos_targets_before'")


def test_an_office_goes_on_as_before(old: Old) -> None:
    """Who was granted a district sees and records it, and nothing else, without being granted anything anew."""
    old.ledger().set_up()
    with old.ledger("east").reading() as book:
        assert [1, 3, 4, 5] == [line.entry.seq for line in book.entries(Query(cancelled=True))]
    with old.ledger("east").writing() as book:
        assert "east" == book.append(more("east"), NOON).by
    with pytest.raises(AppError), old.ledger("east").writing() as book:
        book.append(more("west"), NOON)
    current = "SELECT seq FROM ordos_targets.current_entries ORDER BY seq"
    assert [(1,), (3,), (6,)] == old.ask(current, "east")
    assert [(1,), (2,), (3,), (6,)] == old.ask(current)
    for statement in ("SELECT * FROM ordos_targets.grants", "DELETE FROM ordos_targets.entries"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            old.ask(statement, "east")


def test_each_side_is_told_who_has_to_upgrade(old: Old) -> None:
    """Before, whoever reads or writes is told that the owner must; after a newer client, that they must."""
    for view in (old.ledger().reading, old.ledger("east").writing, old.ledger().auditing):
        with pytest.raises(LedgerTooOld), view():
            pass
    old.ledger().set_up()
    old.ask(f"INSERT INTO ordos_targets.migrations (version) VALUES ({VERSION + 1})")
    for view in (old.ledger().reading, old.ledger("east").writing):
        with pytest.raises(LedgerTooNew), view():
            pass
    with pytest.raises(LedgerTooNew):
        old.ledger().set_up()


HARMS = [
    "UPDATE ordos_targets.entries SET value = 3 WHERE seq = 1",
    "DELETE FROM ordos_targets.entries WHERE seq = 5",
    "UPDATE ordos_targets.head SET hash = repeat('f', 64)",
]


@pytest.mark.parametrize("harm", HARMS)
def test_a_ledger_whose_chain_is_broken_stays_as_it_is(harm: str, old: Old) -> None:
    """Nothing of it changes, its version neither, and it is told why."""
    old.ask("ALTER TABLE ordos_targets.entries DISABLE TRIGGER ALL; " + harm)
    before = old.ask(ROWS)
    with pytest.raises(LedgerDamaged):
        old.ledger().set_up()
    assert (before, [(old.version,)]) == (old.ask(ROWS), old.ask("SELECT max(version) FROM ordos_targets.migrations"))


@pytest.mark.parametrize(
    ("make", "drop", "name"),
    [
        ("CREATE VIEW public.for_excel AS SELECT * FROM ordos_targets.entries", "VIEW public.for_excel", "for_excel"),
        ("CREATE TABLE ordos_targets.extra (x int)", "TABLE ordos_targets.extra", "extra"),
    ],
)
def test_what_others_made_is_not_dropped_with_it(make: str, drop: str, name: str, old: Old) -> None:
    """A view or table of somebody else's would be lost with the old tables: its owner is told, and decides."""
    old.server.ask("GRANT CREATE ON SCHEMA public TO owner", old.database)
    old.ask(make)
    with pytest.raises(MadeByOthers) as failure:
        old.ledger().set_up()
    assert name in str(failure.value)
    old.ask(f"DROP {drop}")
    assert (old.version, VERSION) == old.ledger().set_up()


def test_whoever_records_meanwhile_is_waited_for(old: Old) -> None:
    """An entry that is being recorded while the owner brings the ledger up to date is in it afterwards."""
    with closing(psycopg.connect(old.server.url(old.database), autocommit=False)) as db:
        db.execute("""SELECT ordos_targets.append('[{"target": "parks", "date": "2025-06-30", "kind": "item"}]')""")
        url = old.server.url(old.database, more="&options=-c%20lock_timeout%3D500")
        with pytest.raises(AppError):
            PostgresLedger(url).set_up()
        db.commit()
    assert (old.version, VERSION) == old.ledger().set_up()
    assert [(6,)] == old.ask("SELECT count(*) FROM ordos_targets.entries")


def test_a_superuser_leaves_it_to_its_owner(old: Old) -> None:
    """Whoever runs the server may bring it up to date too; the new tables belong to the ledger's owner."""
    assert (old.version, VERSION) == old.ledger("postgres").set_up()
    owners = "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = 'ordos_targets'::regnamespace"
    assert [("owner",)] == old.ask(owners)
    with old.ledger().writing() as book:
        assert 6 == book.append(more("east"), NOON).seq
