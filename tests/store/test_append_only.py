"""The SQLite file as other programs meet it: nothing in it can be changed, and a person can read it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ordos_targets.domain.entries import GENESIS, EntryKind, NewEntry
from ordos_targets.domain.hash_chain import entry_hash
from ordos_targets.store.ledger import Query
from ordos_targets.store.sqlite import SqliteLedger

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
JUNE = date(2025, 6, 30)
COLUMNS = (
    "seq", "uid", "target", "district", "date", "kind", "value", "of", "item", "estimate", "note", "evidence",
    "evidence_sha256", "by", "recorded_at", "origin", "replaces", "first_day", "state", "will", "until", "hash",
)  # fmt: skip
# A row that takes over from another: what it shares with one that exists stands in braces.
ROW = (
    'INTO entries (seq, uid, target, date, kind, estimate, "by", recorded_at, origin, replaces, hash)'
    " SELECT {seq}, {uid}, target, date, '{kind}', 0, 'eve', recorded_at, origin, {replaces}, hash"
    " FROM entries WHERE seq = 3"
)


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A ledger of two figures and a void of the first, opened as any program would."""
    ledger = SqliteLedger(tmp_path / "progress.db")
    with ledger.writing() as book:
        first = book.append(NewEntry(target="parks", date=JUNE, kind=EntryKind.INCREMENT, value=Decimal("2.50")), NOW)
        book.append(
            NewEntry(target="parks", date=JUNE, kind=EntryKind.INCREMENT, value=Decimal(4), district="east"), NOW
        )
        book.append(
            NewEntry(target="parks", date=JUNE, kind=EntryKind.VOID, replaces=first.uid, note="typed twice"), NOW
        )
    with closing(sqlite3.connect(tmp_path / "progress.db", isolation_level=None)) as db:
        yield db


def rows(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    return db.execute("SELECT * FROM entries ORDER BY seq").fetchall()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET value = '9' WHERE seq = 1",
        "UPDATE entries SET note = note",
        "UPDATE OR REPLACE entries SET seq = 1 WHERE seq = 2",
        "UPDATE OR IGNORE entries SET seq = 9 WHERE seq = 2",
        "DELETE FROM entries WHERE seq = 3",
        "DELETE FROM entries",
        "INSERT OR REPLACE " + ROW.format(seq="2", uid="'new'", kind="void", replaces="'new'"),
        "REPLACE " + ROW.format(seq="4", uid="uid", kind="void", replaces="'new'"),
        "INSERT OR REPLACE " + ROW.format(seq="4", uid="'new'", kind="void", replaces="replaces"),
        "REPLACE " + ROW.format(seq="NULL", uid="'new'", kind="void", replaces="replaces"),
        "INSERT " + ROW.format(seq="2", uid="'new'", kind="void", replaces="'new'")
        + " ON CONFLICT DO UPDATE SET value = '9'",
        "INSERT " + ROW.format(seq="4", uid="'new'", kind="gift", replaces="'new'"),
    ],
)  # fmt: skip
def test_nothing_is_changed_in_place(plain: sqlite3.Connection, statement: str) -> None:
    """UPDATE, DELETE and each way to REPLACE a row by its number, uid or what it cancels are refused."""
    before = rows(plain)
    with pytest.raises(sqlite3.IntegrityError):
        plain.execute(statement)
    assert before == rows(plain)


def test_whoever_tries_is_told_what_to_do(plain: sqlite3.Connection) -> None:
    """The refusal names the way to correct an entry."""
    with pytest.raises(sqlite3.IntegrityError) as refused:
        plain.execute("DELETE FROM entries")
    assert "entries are never deleted: void them" == str(refused.value)


def test_the_columns_bear_the_names_of_the_contract(plain: sqlite3.Connection) -> None:
    """The table is called entries, and its columns as JSON Lines and CSV call them."""
    assert COLUMNS == tuple(name for (name,) in plain.execute("SELECT name FROM pragma_table_info('entries')"))


def test_a_person_can_add_up_what_stands(plain: sqlite3.Connection) -> None:
    """Values are plain numbers: sum() works, and what was cancelled can be left out with one condition."""
    standing = "uid NOT IN (SELECT replaces FROM entries WHERE kind = 'void')"
    assert (6.5,) == plain.execute("SELECT sum(value) FROM entries").fetchone()
    assert (4,) == plain.execute(f"SELECT sum(value) FROM entries WHERE {standing}").fetchone()
    assert ["2.5", "4", None] == [value for (value,) in plain.execute("SELECT value FROM entries ORDER BY seq")]


def test_any_program_can_recompute_the_chain(plain: sqlite3.Connection) -> None:
    """The hashes follow from the columns as they stand in the file."""
    plain.row_factory = sqlite3.Row
    before = GENESIS
    for row in plain.execute("SELECT * FROM entries ORDER BY seq"):
        before = entry_hash(before, dict(row))
        assert before == row["hash"]


def test_another_program_may_look_on_while_entries_are_written(plain: sqlite3.Connection, tmp_path: Path) -> None:
    """A reader of the file neither stops a writer nor sees half of its work."""
    plain.execute("BEGIN")
    assert 3 == len(rows(plain))
    with SqliteLedger(tmp_path / "progress.db", busy_seconds=0).writing() as book:
        book.append(NewEntry(target="parks", date=JUNE, kind=EntryKind.INCREMENT, value=Decimal(1)), NOW)
    assert 3 == len(rows(plain))
    plain.execute("COMMIT")
    assert 4 == len(rows(plain))


def test_a_copy_in_another_journal_mode_goes_on_as_before(plain: sqlite3.Connection, tmp_path: Path) -> None:
    """A copy made with VACUUM INTO, which has no write-ahead log, is read, and written with one again."""
    plain.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    copy = SqliteLedger(tmp_path / "copy.db")
    with copy.reading() as book:
        assert 3 == len(list(book.entries(Query(cancelled=True))))
    with copy.writing() as book:
        book.append(NewEntry(target="parks", date=JUNE, kind=EntryKind.INCREMENT, value=Decimal(1)), NOW)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as db:
        assert ("wal",) == db.execute("PRAGMA journal_mode").fetchone()
