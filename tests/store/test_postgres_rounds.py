"""A report asks the server a few times for each target, however many districts there are, and is told the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from servers import Server

from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.series import MemoryBook, Series
from ordos_targets.store.postgres import PostgresLedger
from ordos_targets.store.postgres_reader import MANY, PostgresReader
from ordos_targets.store.sql_reader import Row

NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)
NEW_YEAR, JUNE = date(2025, 1, 1), date(2025, 6, 30)
TARGETS = [f"t{number}" for number in range(10)]


def filled(server: Server, database: str, districts: int) -> tuple[PostgresLedger, list[Entry]]:
    """A ledger where each of so many districts, but every seventh, has readings and increments for each target."""
    ledger = PostgresLedger(server.url(database))
    with ledger.writing() as book:
        entries = [
            book.append(
                NewEntry(
                    target=target, district=f"d{number}", value=Decimal(number), kind=kind,
                    date=NEW_YEAR + timedelta(days=number % 90 + day),
                ),
                NOON,
            )
            for target in TARGETS
            for number in range(districts)
            if number % 7
            for kind, day in ((EntryKind.READING, 10), (EntryKind.INCREMENT, 5), (EntryKind.INCREMENT, 20))
        ]  # fmt: skip
    return ledger, entries


@pytest.mark.parametrize(("districts", "most"), [(9, 9 + 2 * 10), (MANY + 30, MANY + 1 + 2 * 10)])
def test_few_questions_tell_all(
    server: Server, shared: str, monkeypatch: pytest.MonkeyPatch, districts: int, most: int
) -> None:
    """Nine districts and ninety: every standing is that of the plain rule, in two questions for each target but one."""
    ledger, entries = filled(server, shared, districts)
    rule, asked = MemoryBook(entries), list[str]()
    rows = PostgresReader._rows  # noqa: SLF001 - to count

    def counted(self: PostgresReader, statement: str, facts: Mapping[str, object]) -> Iterator[Row]:
        asked.append(statement)
        return rows(self, statement, facts)

    monkeypatch.setattr(PostgresReader, "_rows", counted)
    with ledger.reading() as book:
        for target in TARGETS:
            for place in (None, *(f"d{number}" for number in range(districts))):
                series = Series(target, place)
                assert rule.value_of(series, NEW_YEAR, JUNE) == book.value_of(series, NEW_YEAR, JUNE)
    assert (True, len(asked)) == (len(asked) <= most, len(asked))


def test_an_answer_goes_with_the_entry_that_changes_it(server: Server, shared: str) -> None:
    """Within a transaction each entry shows in what is asked next, of its own district and of others."""
    ledger, entries = filled(server, shared, 9)
    with ledger.writing() as book:
        for number in range(1, 7):
            entries.append(
                book.append(
                    NewEntry(target="t1", district=f"d{number}", date=JUNE, kind=EntryKind.INCREMENT, value=Decimal(1)),
                    NOON,
                )
            )
            rule = MemoryBook(entries)
            for place in (None, *(f"d{one}" for one in range(9))):
                series = Series("t1", place)
                assert rule.value_of(series, None, JUNE) == book.value_of(series, None, JUNE)
