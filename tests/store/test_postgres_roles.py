"""Each role, logged in over a connection of its own, tries what it must not do; and what it may, works."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest
from servers import Server

from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.errors import AppError
from ordos_targets.domain.series import Series
from ordos_targets.store.errors import NoSuchEntry
from ordos_targets.store.ledger import Query
from ordos_targets.store.postgres import PostgresLedger
from ordos_targets.store.postgres_errors import (
    MayNotRecord,
    NotGranted,
    NotYourName,
    NotYours,
    PartialView,
    UidTaken,
)
from ordos_targets.store.postgres_schema import MayNotSetUp, Rights

JUNE = date(2025, 6, 30)
NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
# The cast: an office of a district, one that answers for a target, an auditor, the city's own office, and nobody.
RIGHTS = {
    "east": Rights(districts=("east",)),
    "parks": Rights(targets=(("parks", "Parks office"),)),
    "auditor": Rights(read_only=True),
    "chief": Rights(everything=True),
    "stranger": Rights(),
}
PLACES: list[tuple[str, str | None]] = [
    ("parks", "east"),
    ("parks", "west"),
    ("parks", None),
    ("roads", "east"),
    ("roads", "west"),
    ("roads", None),
]


@dataclass(frozen=True)
class City:
    """A shared ledger with an entry at each of PLACES, signed by the owner."""

    server: Server
    database: str
    entries: tuple[Entry, ...]

    def ledger(self, role: str) -> PostgresLedger:
        return PostgresLedger(self.server.url(self.database, role), lock_seconds=5)

    def connect(self, role: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.server.url(self.database, role), autocommit=True)


@pytest.fixture
def city(server: Server, shared: str) -> City:
    """Everybody may log in; what they may do is granted."""
    server.roles(*RIGHTS, "clerk")
    server.ask("GRANT east TO clerk")
    ledger = PostgresLedger(server.url(shared))
    with ledger.writing() as book:
        entries = tuple(book.append(more(*place), NOW) for place in PLACES)
    for role, rights in RIGHTS.items():
        ledger.grant(role, rights)
    return City(server, shared, entries)


def more(target: str, district: str | None, by: str = "", **facts: str) -> NewEntry:
    """An increment."""
    return NewEntry(
        target=target,
        district=district,
        date=JUNE,
        kind=EntryKind.INCREMENT,
        value=Decimal(1),
        by=by,
        **facts,  # type: ignore[arg-type]
    )


def void_of(entry: Entry) -> NewEntry:
    return NewEntry(
        target=entry.target, district=entry.district, date=JUNE, kind=EntryKind.VOID, replaces=entry.uid, note="x"
    )


def outcome(city: City, role: str, draft: NewEntry) -> str:
    """What became of an attempt to append: the author it was signed by, or the code of the refusal."""
    try:
        with city.ledger(role).writing() as book:
            return book.append(draft, NOW).by
    except AppError as failure:
        return failure.code


Place = tuple[str, str | None]
SEEN: dict[str, list[Place]] = {
    "east": [("parks", "east"), ("parks", None), ("roads", "east"), ("roads", None)],
    "clerk": [("parks", "east"), ("parks", None), ("roads", "east"), ("roads", None)],
    "parks": [("parks", "east"), ("parks", "west"), ("parks", None)],
    "auditor": PLACES,
    "chief": PLACES,
}
WRITTEN: dict[str, list[Place]] = {
    "east": [("parks", "east"), ("roads", "east")],
    "clerk": [("parks", "east"), ("roads", "east")],
    "parks": [("parks", "east"), ("parks", "west"), ("parks", None)],
    "auditor": [],
    "chief": PLACES,
}


@pytest.mark.parametrize("role", SEEN)
def test_a_role_sees_what_is_its_own(role: str, city: City) -> None:
    """An office sees its own entries, a district's also those of no district, and numbers and sums agree with that."""
    with city.ledger(role).reading() as book:
        listed = [(one.entry.target, one.entry.district) for one in book.entries(Query(cancelled=True))]
        head, value = book.head, book.series().value_of(Series("parks"), None, JUNE).value
        for entry in city.entries:
            if (entry.target, entry.district) not in SEEN[role]:
                with pytest.raises(NoSuchEntry):
                    book.find(str(entry.seq))
    assert SEEN[role] == listed
    assert sum(place[0] == "parks" for place in SEEN[role]) == value
    assert (6, city.entries[-1].hash) == (head.entries, head.hash)


@pytest.mark.parametrize("role", WRITTEN)
def test_a_role_records_what_is_its_own(role: str, city: City) -> None:
    """Each place takes an entry, signed with the login, or refuses it; refused ones leave nothing."""
    refusal = MayNotRecord.code if role == "auditor" else NotYours.code
    expected = [role if place in WRITTEN[role] else refusal for place in PLACES]
    assert expected == [outcome(city, role, more(*place)) for place in PLACES]
    with city.ledger("owner").reading() as book:
        assert 6 + len(WRITTEN[role]) == book.head.entries


@pytest.mark.parametrize("role", WRITTEN)
def test_a_role_corrects_what_is_its_own(role: str, city: City) -> None:
    """An office cancels its own entries, whoever recorded them, and no other; what it does not see is not there."""
    for entry in city.entries:
        place = (entry.target, entry.district)
        found = outcome(city, role, void_of(entry))
        if place in WRITTEN[role]:
            assert (place, role) == (place, found)
        else:
            refusals = {MayNotRecord.code} if role == "auditor" else {NotYours.code, NoSuchEntry.code}
            assert (place, True) == (place, found in refusals)


def test_an_office_does_not_correct_by_the_back_door(city: City) -> None:
    """A void or amendment that names its own place, but another's entry, is refused by the server too."""
    for role, theirs in (("east", city.entries[1]), ("east", city.entries[2]), ("parks", city.entries[3])):
        own = ("parks", "east")
        for kind in ("void", "increment"):
            draft = {"target": own[0], "district": own[1], "date": "2025-06-30", "kind": kind, "replaces": theirs.uid}
            with city.connect(role) as db, pytest.raises(psycopg.DatabaseError) as refused:
                db.execute("SELECT ordos_targets.append(%s::jsonb)", (json.dumps([draft | {"value": "1"}]),))
            assert (role, kind, True) == (role, kind, refused.value.sqlstate in {"OT001", "OT003"})


@pytest.mark.parametrize("role", ["east", "parks", "clerk"])
def test_an_office_signs_with_its_login(role: str, city: City) -> None:
    """Another's name is refused by the client and by the server; the city's own office may sign for others."""
    assert NotYourName.code == outcome(city, role, more("parks", "east", by="chief"))
    text = json.dumps([{"target": "parks", "district": "east", "date": "2025-06-30", "kind": "item", "by": "chief"}])
    with closing(city.connect(role)) as db:
        with pytest.raises(psycopg.DatabaseError) as refused:
            db.execute("SELECT ordos_targets.append(%s::jsonb)", (text,))
        assert "OT002" == refused.value.sqlstate
    assert role == outcome(city, role, more("parks", "east", by=role))
    assert "li" == outcome(city, "chief", more("parks", "east", by="li"))


def test_a_login_is_not_changed_by_set_role(city: City) -> None:
    """A member of an office signs with their own login even where they act as the office."""
    with closing(city.connect("clerk")) as db:
        db.execute("SET ROLE east")
        text = json.dumps([{"target": "parks", "district": "east", "date": "2025-06-30", "kind": "item"}])
        assert [("clerk",)] == db.execute('SELECT "by" FROM ordos_targets.append(%s::jsonb)', (text,)).fetchall()


def test_who_was_granted_nothing_may_do_nothing(city: City) -> None:
    """A login alone opens nothing, and a right that was taken away is gone at once."""
    for role in ("stranger", "east"):
        city.ledger("owner").grant(role, Rights())
        with pytest.raises(NotGranted), city.ledger(role).reading() as book:
            list(book.entries(Query()))
        assert NotGranted.code == outcome(city, role, more("parks", "east"))


@pytest.mark.parametrize("role", ["east", "parks"])
def test_a_part_is_not_taken_for_the_whole(role: str, city: City) -> None:
    """Who does not see all cannot verify or back up, and is told so; an auditor can do both."""
    with pytest.raises(PartialView), city.ledger(role).auditing():
        pass
    with pytest.raises(PartialView):
        list(city.ledger(role).copy())
    with city.ledger("auditor").auditing() as audit:
        assert 6 == len(list(audit.rows()))
    assert b"SQLite format 3\x00" == b"".join(city.ledger("auditor").copy())[:16]


@pytest.mark.parametrize("role", ["east", "parks", "auditor", "chief", "stranger"])
def test_only_the_owner_grants(role: str, city: City) -> None:
    """Nobody widens their own rights, be they the city's own office."""
    with pytest.raises((MayNotSetUp, NotGranted)):
        city.ledger(role).grant(role, Rights(everything=True))
    assert [] == city.server.ask(f"SELECT 1 FROM ordos_targets.grants WHERE role = '{role}' AND \"right\" = 'all' "
                                 "AND role <> 'chief'", city.database)  # fmt: skip


def test_an_entry_that_is_hidden_is_not_told(city: City) -> None:
    """A uid that is taken by an entry of another office is refused without a word of what it says."""
    hidden = city.entries[1]
    with pytest.raises(UidTaken) as refused, city.ledger("east").writing() as book:
        book.append(more("parks", "east"), NOW, hidden.uid)
    assert (False, False) == ("west" in str(refused.value), "west" in repr(refused.value.params))


COLUMNS = 'seq, uid, target, date, kind, estimate, "by", recorded_at, origin, hash'
FORGED = (
    f"({COLUMNS}) VALUES (7, '00000000-0000-7000-8000-000000000000', 'parks', '2025-01-01', 'item', false, 'x', now(), "
    "'x', repeat('0', 64))"
)
# What nobody but the owner may try, and the code of the refusal.
ATTACKS = {
    f"INSERT INTO ordos_targets.entries {FORGED}": "42501",
    "UPDATE ordos_targets.entries SET note = 'x'": "42501",
    "UPDATE ordos_targets.entries SET note = 'x' WHERE false": "42501",
    "DELETE FROM ordos_targets.entries": "42501",
    "TRUNCATE ordos_targets.entries": "42501",
    "COPY ordos_targets.entries FROM PROGRAM 'true'": "42501",
    "MERGE INTO ordos_targets.entries e USING ordos_targets.head h ON e.seq = h.seq WHEN MATCHED THEN DELETE": "42501",
    "SELECT 1 FROM ordos_targets.entries FOR UPDATE": "42501",
    "DO $$ BEGIN LOCK ordos_targets.entries IN EXCLUSIVE MODE; END $$": "42501",
    "UPDATE ordos_targets.head SET hash = repeat('f', 64)": "42501",
    "SELECT 1 FROM ordos_targets.head FOR UPDATE": "42501",
    "DELETE FROM ordos_targets.head": "42501",
    "INSERT INTO ordos_targets.grants VALUES (session_user, 'all', '', NULL)": "42501",
    "SELECT * FROM ordos_targets.grants": "42501",
    "INSERT INTO ordos_targets.migrations VALUES (9)": "42501",
    "ALTER TABLE ordos_targets.entries DISABLE TRIGGER ALL": "42501",
    "ALTER TABLE ordos_targets.entries DISABLE ROW LEVEL SECURITY": "42501",
    "DROP TRIGGER entries_are_not_changed ON ordos_targets.entries": "42501",
    "DROP POLICY entries_seen ON ordos_targets.entries": "42501",
    "CREATE POLICY mine ON ordos_targets.entries USING (true)": "42501",
    "DROP TABLE ordos_targets.entries": "42501",
    "DROP SCHEMA ordos_targets CASCADE": "42501",
    "CREATE TABLE ordos_targets.mine (x int)": "42501",
    "CREATE OR REPLACE FUNCTION ordos_targets.owns() RETURNS boolean LANGUAGE sql AS 'SELECT true'": "42501",
    "ALTER FUNCTION ordos_targets.append(jsonb) SECURITY INVOKER": "42501",
    "SET ROLE owner": "42501",
    "SET SESSION AUTHORIZATION owner": "42501",
    "SET session_replication_role = replica": "42501",
    "ALTER ROLE CURRENT_USER SUPERUSER": "42501",
}  # fmt: skip


@pytest.mark.parametrize("role", ["east", "parks", "auditor", "chief", "stranger"])
def test_no_role_gets_round_the_server(role: str, city: City) -> None:
    """Whatever a role that may write tries by SQL of its own, it is refused, and the ledger is as it was."""
    with closing(city.connect(role)) as db:
        for statement, code in ATTACKS.items():
            with pytest.raises(psycopg.DatabaseError) as refused:
                db.execute(statement.encode())
            assert (statement, code) == (statement, refused.value.sqlstate)
        if role != "stranger":  # PostgreSQL only warns who has a right to a table, but none to hand on
            db.execute("GRANT ALL ON ordos_targets.entries TO PUBLIC")
    with closing(city.connect("stranger")) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("SELECT FROM ordos_targets.entries")
    with city.ledger("owner").auditing() as audit:
        assert ([], 6) == (list(audit.self_check()), len(list(audit.rows())))


CHANGES = (
    "UPDATE ordos_targets.entries SET note = 'x'",
    "DELETE FROM ordos_targets.entries WHERE seq = 6",
    "TRUNCATE ordos_targets.entries",
    "MERGE INTO ordos_targets.entries e USING ordos_targets.head h ON e.seq = h.seq WHEN MATCHED THEN DELETE",
    "INSERT INTO ordos_targets.entries SELECT * FROM ordos_targets.entries ON CONFLICT (seq) DO UPDATE SET note = 'x'",
)


@pytest.mark.parametrize("role", ["owner", "postgres"])
@pytest.mark.parametrize("statement", CHANGES)
def test_entries_stay_even_for_the_owner(statement: str, role: str, city: City) -> None:
    """Change and deletion are refused to the ledger's owner and the server's superuser too."""
    for before in ("", "SET session_replication_role = replica; " if role == "postgres" else ""):
        with closing(city.connect(role)) as db, pytest.raises(psycopg.DatabaseError) as refused:
            db.execute(f"{before}{statement}".encode())
        assert "OT006" == refused.value.sqlstate


@pytest.fixture
def east(city: City) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with closing(city.connect("east")) as db:
        yield db


@pytest.mark.parametrize(
    "lie", [{"hash": "f" * 64}, {"seq": 99}, {"recorded_at": "2020-01-01T00:00:00Z"}, {"hash": None}], ids=str
)
def test_what_the_server_computes_is_not_taken_from_a_client(
    lie: dict[str, object], east: psycopg.Connection[tuple[object, ...]]
) -> None:
    """A client that brings a number, a moment or a hash of its own is refused."""
    draft = {"target": "parks", "district": "east", "date": "2025-06-30", "kind": "item"}
    with pytest.raises(psycopg.DatabaseError) as refused:
        east.execute("SELECT ordos_targets.append(%s::jsonb)", (json.dumps([draft, draft | lie]),))
    assert "OT007" == refused.value.sqlstate
    assert [(6,)] == east.execute("SELECT seq FROM ordos_targets.head").fetchall()


def test_moments_are_those_of_the_servers_clock(city: City) -> None:
    """Whatever a client's clock says, an entry bears the server's time, and none before that of the entry before."""
    before = datetime.now(UTC)
    with city.ledger("east").writing() as book:
        entries = [
            book.append(more("parks", "east"), moment) for moment in (NOW, datetime(2999, 1, 1, tzinfo=UTC), NOW)
        ]
    moments = [datetime.fromisoformat(entry.recorded_at) for entry in entries]
    assert (True, moments) == (before <= moments[0] and moments[-1] <= datetime.now(UTC), sorted(moments))


def test_only_the_owner_fills_an_empty_ledger_with_moments(server: Server, shared: str) -> None:
    """Entries come back with the moments they had only by the owner, in one transaction; none lies in the future."""
    server.roles("chief")
    owner = PostgresLedger(server.url(shared))
    owner.grant("chief", RIGHTS["chief"])
    chief = PostgresLedger(server.url(shared, "chief"))
    before = datetime.now(UTC)
    with chief.writing(keep=False) as book:
        assert before <= datetime.fromisoformat(book.append(more("parks", None), NOW).recorded_at)
    with owner.writing() as book:
        entries = [book.append(more("parks", None), one) for one in (NOW, datetime(2024, 1, 1, tzinfo=UTC))]
        future = book.append(more("parks", None), datetime(2999, 1, 1, tzinfo=UTC))
    assert ["2025-07-01T12:00:00.000000Z"] * 2 == [entry.recorded_at for entry in entries]
    assert before <= datetime.fromisoformat(future.recorded_at) <= datetime.now(UTC)
    with owner.writing() as book:
        assert future.recorded_at <= book.append(more("parks", None), NOW).recorded_at


TELL = """
    CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
    $$ BEGIN IF $1 = 'west' THEN RAISE EXCEPTION 'seen'; END IF; RETURN true; END $$
"""
ROLES = """
    CREATE TEMP TABLE pg_roles AS
    SELECT 'chief'::name AS rolname, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = session_user) AS oid
"""
GRANTS = "CREATE TEMP TABLE grants AS SELECT 'east' AS role, 'all' AS \"right\", '' AS id"
ALL = "SELECT count(*) FROM ordos_targets.entries"


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (TELL, f"{ALL} WHERE pg_temp.tell(district)"),  # a cheap function would be asked first
        ("SELECT 1", f"{ALL} WHERE 1 / (CASE WHEN district = 'west' THEN 0 ELSE 1 END) > 0"),
        (ROLES, ALL),
        (GRANTS, ALL),
        ("SET search_path = pg_temp, pg_catalog", ALL),
    ],
)
def test_no_role_peeks_past_its_policy(
    before: str, question: str, east: psycopg.Connection[tuple[object, ...]]
) -> None:
    """Functions, errors and tables of a role's own making show it no more than its own four entries."""
    east.execute(before.encode())
    assert [(4,)] == east.execute(question.encode()).fetchall()


def test_row_security_cannot_be_put_off(east: psycopg.Connection[tuple[object, ...]]) -> None:
    """Who asks for all rows without the policy gets an error, not the rows."""
    east.execute("SET row_security = off")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        east.execute("SELECT * FROM ordos_targets.entries")


def test_a_void_is_seen_by_who_sees_what_it_cancels(city: City) -> None:
    """Wherever the city's office cancels, the entry's office sees it cancelled: a void of another place is refused."""
    entry = city.entries[0]
    for target, district in (("roads", "east"), ("parks", "west")):
        draft = {"target": target, "district": district, "date": "2025-06-30", "kind": "void", "replaces": entry.uid}
        with city.connect("chief") as db, pytest.raises(psycopg.DatabaseError) as refused:
            db.execute("SELECT ordos_targets.append(%s::jsonb)", (json.dumps([draft]),))
        assert "OT003" == refused.value.sqlstate
    assert "chief" == outcome(
        city, "chief", NewEntry(target="parks", date=JUNE, kind=EntryKind.VOID, replaces=entry.uid)
    )
    with city.ledger("east").reading() as book:
        assert 7 == book.find("1").cancelled_by
