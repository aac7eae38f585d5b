"""Rows by column: what no entry is, is refused as it is one by one; what can be read is given in its proper form."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ordos_targets.domain.entries import Columns, EntryKind, NewEntry
from ordos_targets.domain.forms import are_in_form
from ordos_targets.store.ledger import LedgerDamaged, Query
from ordos_targets.store.sqlite import SqliteLedger

NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> SqliteLedger:
    """Three entries, and no trigger that keeps them as they are."""
    found = SqliteLedger(tmp_path / "progress.db")
    with found.writing() as book:
        for number in (1, 2, 3):
            draft = NewEntry(
                target="parks", date=date(2025, 6, 30), kind=EntryKind.INCREMENT, value=Decimal(number), by="Li"
            )
            book.append(draft, NOON)
    with closing(sqlite3.connect(tmp_path / "progress.db", isolation_level=None)) as db:
        db.execute("DROP TRIGGER entries_are_not_updated")
    return found


def change(ledger: SqliteLedger, column: str, value: object) -> None:
    """Put something in a column of the second entry, whatever SQLite would say to it."""
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute(f'UPDATE entries SET "{column}" = ? WHERE seq = 2', (value,))


def by_column(ledger: SqliteLedger) -> list[Columns]:
    with ledger.reading() as book:
        return list(book.columns())


def one_by_one(ledger: SqliteLedger) -> int:
    with ledger.reading() as book:
        return len(list(book.entries(Query(cancelled=True))))


@pytest.mark.parametrize(
    ("column", "value"),
    [("value", "1e3"), ("value", "NaN"), ("of", "x"), ("date", "2025-02-30"), ("kind", "guess"), ("value", "1" * 41)],
)
def test_what_is_no_entry_is_refused(column: str, value: str, ledger: SqliteLedger) -> None:
    """A column that cannot be read breaks the whole off, by column as one by one."""
    change(ledger, column, value)
    for read in (by_column, one_by_one):
        with pytest.raises(LedgerDamaged):
            read(ledger)


@pytest.mark.parametrize(
    ("column", "value", "proper"),
    [("value", "1.50", "1.5"), ("value", "007", "7"), ("value", "-0", "0"), ("of", "2.0", "2"), ("estimate", 5, 1)],
)
def test_what_can_be_read_is_given_in_its_proper_form(
    column: str, value: object, proper: object, ledger: SqliteLedger
) -> None:
    """A figure that somebody wrote in another form is the same figure in ours."""
    change(ledger, column, value)
    [found] = by_column(ledger)
    assert (proper, 3) == (found[column][1], one_by_one(ledger))
    assert are_in_form(found)


SOUND: Columns = {
    "seq": (1, 2), "uid": ("a", "b"), "target": ("parks", "parks"), "district": (None, "east"),
    "date": ("2025-06-30", "2024-02-29"), "kind": ("increment", "void"), "value": ("1", None), "of": (None, None),
    "item": (None, None), "estimate": (0, 1), "note": ("n", ""), "evidence": (None, None),
    "evidence_sha256": (None, None), "by": ("Li", "Li"), "recorded_at": ("x", "y"), "origin": ("cli", "cli"),
    "replaces": (None, "a"), "hash": ("f", "0"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("seq", None), ("seq", "2"), ("seq", 2.0), ("uid", None), ("target", b"parks"), ("district", 7),
        ("date", "2025"), ("date", None), ("kind", "Void"), ("value", 1), ("value", "1.0"),
        ("of", ""), ("item", b""), ("estimate", 2),
        ("estimate", None), ("estimate", "1"), ("note", 0), ("by", None), ("recorded_at", 1), ("hash", None),
    ],
)  # fmt: skip
def test_one_cell_that_is_not_in_form_is_seen(name: str, cell: object) -> None:
    """Of another type, empty where nothing may be, or in another form: the columns are looked at one by one then."""
    assert are_in_form(SOUND)
    assert not are_in_form({**SOUND, name: (SOUND[name][0], cell)})
