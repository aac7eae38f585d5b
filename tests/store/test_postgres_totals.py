"""The totals a server keeps are what the entries come to, whoever writes these; verify tells where they are not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from servers import Server

from ordos_targets.domain.entries import EntryKind, NewEntry
from ordos_targets.domain.series import Series
from ordos_targets.store.ledger import Query
from ordos_targets.store.postgres import PostgresLedger
from ordos_targets.store.postgres_schema import Rights, migration

NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)
TOTALS = "SELECT district, grain, span, entries, reading, added FROM ordos_targets.totals ORDER BY 1, 2, 3"
EAST = Series("parks", "east")


def more(value: int, day: str, district: str | None = None, kind: EntryKind = EntryKind.INCREMENT) -> NewEntry:
    return NewEntry(
        target="parks", district=district, date=date.fromisoformat(day), kind=kind, value=Decimal(value), by="li"
    )


def put(ledger: PostgresLedger, *drafts: NewEntry) -> None:
    with ledger.writing() as book:
        for draft in drafts:
            book.append(draft, NOON)


def test_a_row_a_series_and_month_and_day(server: Server) -> None:
    """Each entry counts for its target and for its district; a day emptied by a void has no row."""
    name = server.database("empty")
    ledger = PostgresLedger(server.url(name))
    put(
        ledger,
        more(2, "2025-06-01", "east"),
        more(9, "2025-06-03", kind=EntryKind.READING),
        more(1, "2025-06-30", "east"),
    )
    with ledger.writing() as book:
        [last] = book.entries(Query(last=1))
        entry = last.entry
        book.append(NewEntry(target="parks", date=entry.date, kind=EntryKind.VOID, replaces=entry.uid, by="li"), NOON)
    expected = [
        ("", "day", "2025-06-01", 1, None, 2),
        ("", "day", "2025-06-03", 1, 9, None),
        ("", "month", "2025-06", 2, 9, None),
        ("east", "day", "2025-06-01", 1, None, 2),
        ("east", "month", "2025-06", 1, None, 2),
    ]
    assert expected == server.ask(TOTALS, name)


def test_entries_of_before_are_counted_when_the_totals_come(server: Server) -> None:
    """A ledger of the first version, with entries, comes to the same once `ledger init` has brought it up to date."""
    name = server.database()
    url = server.url(name)
    server.ask(migration(1), name, "owner")
    draft = '[{"target": "parks", "district": "east", "date": "2025-06-01", "kind": "increment", "value": "2"}]'
    server.ask(f"SELECT ordos_targets.append('{draft}')", name, "owner")
    ledger = PostgresLedger(url)
    assert (1, 2) == ledger.set_up()
    with ledger.reading() as book, ledger.auditing() as audit:
        assert (Decimal(2), []) == (book.series().value_of(EAST, None, date(2025, 6, 30)).value, [*audit.self_check()])


def test_totals_that_were_changed_are_told(server: Server) -> None:
    """Totals changed by the owner behind the tool's back are named by verify, and so is their missing trigger."""
    for change, told in (
        ("UPDATE ordos_targets.totals SET added = 5 WHERE grain = 'month' AND district = ''", "parks"),
        ("DELETE FROM ordos_targets.totals WHERE district = 'east'", "parks"),
        ("ALTER TABLE ordos_targets.entries DISABLE TRIGGER entries_are_counted", "entries_are_counted"),
    ):
        name = server.database("empty")
        ledger = PostgresLedger(server.url(name))
        put(ledger, more(2, "2025-06-01", "east"))
        server.ask(change, name, "owner")
        with ledger.auditing() as audit:
            found = [*audit.self_check()]
        assert {told} == {str(one.params.get("target", one.params.get("name"))) for one in found}


def test_an_office_is_told_no_total_of_what_others_recorded(server: Server) -> None:
    """Who sees one district sees its totals alone; what all districts come to is put together from what they see."""
    name = server.database("empty")
    server.roles("east_office", "parks_office")
    ledger = PostgresLedger(server.url(name))
    ledger.grant("east_office", Rights(districts=("east",)))
    ledger.grant("parks_office", Rights(targets=(("parks", "bureau"),)))
    put(ledger, more(2, "2025-06-01", "east"), more(40, "2025-06-02", "west"))
    seen = "SELECT DISTINCT district FROM ordos_targets.totals ORDER BY 1"
    assert [("east",)] == server.ask(seen, name, "east_office")
    assert [("",), ("east",), ("west",)] == server.ask(seen, name, "parks_office")
    series = (EAST, Series("parks", "west"), Series("parks"))
    for login, expected in (("east_office", [2, None, 2]), ("parks_office", [2, 40, 42])):
        with PostgresLedger(server.url(name, login)).reading() as book:
            assert expected == [book.series().value_of(one, None, date(2025, 6, 30)).value for one in series]
