"""The file of a ledger: synced, its owner's alone, made by the first entry and by nothing else."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from children import GOALS, command

from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.store.errors import NoSuchEntry
from ordos_targets.store.ledger import Query
from ordos_targets.store.sqlite import SqliteLedger
from ordos_targets.store.sqlite_writer import SqliteWriter

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
ONE = NewEntry(target="parks", date=date(2025, 6, 30), kind=EntryKind.INCREMENT, value=Decimal(1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with goals and no ledger yet."""
    place = tmp_path / "office"
    place.mkdir()
    (place / "targets.toml").write_text(GOALS, encoding="utf-8")
    return place


@pytest.fixture
def ledger(folder: Path) -> SqliteLedger:
    return SqliteLedger(folder / "progress.db")


def recorded(ledger: SqliteLedger) -> list[Entry]:
    with ledger.reading() as book:
        return [one.entry for one in book.entries(Query(cancelled=True))]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(("entries_before", "mode", "synchronous"), [(0, "delete", 3), (1, "wal", 2)])
def test_a_commit_waits_for_the_disk(ledger: SqliteLedger, entries_before: int, mode: str, synchronous: int) -> None:
    """A connection that writes has a write-ahead log and synchronous=FULL; the one that makes the file, EXTRA."""
    for _ in range(entries_before):
        with ledger.writing() as book:
            book.append(ONE, NOW)
    with ledger.writing() as book:
        assert isinstance(book, SqliteWriter)
        db = book._db  # noqa: SLF001 - what a connection was told only it can say
        assert (mode,) == db.execute("PRAGMA journal_mode").fetchone()
        assert (synchronous,) == db.execute("PRAGMA synchronous").fetchone()


@pytest.fixture
def _everybody_may_everything() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_everybody_may_everything")
def test_a_new_ledger_is_its_owners_alone(folder: Path, ledger: SqliteLedger) -> None:
    """The file and the log beside it are made with 0600, whatever the umask, and an existing file keeps its mode."""
    for beside in (["-journal"], ["-wal", "-shm"]):
        with ledger.writing() as book:
            book.append(ONE, NOW)
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob("progress.db*")}
        assert {f"progress.db{ending}": 0o600 for ending in ("", *beside)} == modes
    ledger.path.chmod(0o640)
    with ledger.writing() as book:
        book.append(ONE, NOW)
    assert 0o640 == stat.S_IMODE(ledger.path.stat().st_mode)


def test_nothing_is_made_by_reading(folder: Path, ledger: SqliteLedger) -> None:
    """Reading a ledger that is not there, is empty, or is full of entries leaves the folder as it was."""
    before = names(folder)
    assert [] == recorded(ledger)
    assert before == names(folder)
    ledger.path.touch()
    assert [] == recorded(ledger)
    assert b"" == ledger.path.read_bytes()
    with ledger.writing() as book:
        book.append(ONE, NOW)
    content = ledger.path.read_bytes()
    assert 1 == len(recorded(ledger))
    assert (before | {"progress.db"}, content) == (names(folder), ledger.path.read_bytes())


def test_nothing_is_made_by_trying(folder: Path, ledger: SqliteLedger) -> None:
    """A dry run of the very first entry makes no file, and one that is refused leaves none."""
    before = names(folder)
    with ledger.writing(keep=False) as book:
        book.append(ONE, NOW)
    assert before == names(folder)
    refused = ONE._replace(kind=EntryKind.VOID, replaces="nothing")
    with pytest.raises(NoSuchEntry), ledger.writing() as book:
        book.append_many([(ONE, NOW, None), (refused, NOW, None)])
    assert before == names(folder)
    ledger.path.touch()
    with pytest.raises(NoSuchEntry), ledger.writing() as book:
        book.append(refused, NOW)
    assert b"" == ledger.path.read_bytes()  # what somebody else made is not taken away


def test_a_second_connection_of_one_process_keeps_its_locks(ledger: SqliteLedger) -> None:
    """Writing while this process reads does not drop the reader's locks, as opening and closing the file would."""
    with ledger.writing() as book:
        book.append(ONE, NOW)
    drop = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 0x40000002)"
    with ledger.reading():
        with ledger.writing() as book:
            book.append(ONE, NOW)
        taken = subprocess.run([*command()[:1], "-c", drop, str(ledger.path)], capture_output=True, check=False)
    assert (1, True) == (taken.returncode, b"BlockingIOError" in taken.stderr)
