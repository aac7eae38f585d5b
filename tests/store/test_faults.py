"""Each way a ledger can fail: the class, exit code 5, the file and what to do; and once it is healed all goes on."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from children import GOALS, RECORD, run
from office import Office

from ordos_targets.domain.entries import EntryKind, NewEntry
from ordos_targets.domain.errors import LedgerError
from ordos_targets.store.errors import (
    LedgerDamaged,
    LedgerLocked,
    LedgerTooNew,
    LedgerUnreachable,
    NotALedger,
    SqliteTooOld,
)
from ordos_targets.store.ledger import Query
from ordos_targets.store.sqlite import SqliteLedger
from ordos_targets.store.sqlite_file import SqliteFile
from ordos_targets.store.sqlite_schema import VERSION

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))"
# What heals the ledger again.
Heal = Callable[[], object]


@pytest.fixture
def office(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office with a ledger of 60 entries, some pages long, where nobody waits for a lock longer than 0.1 s."""
    monkeypatch.setitem(SqliteLedger.__init__.__kwdefaults__ or {}, "busy_seconds", 0.1)
    office.write(GOALS)
    draft = NewEntry(
        target="parks", date=date(2025, 6, 30), kind=EntryKind.INCREMENT, value=Decimal(1), note="长" * 100
    )
    with office.ledger.writing() as book:
        for _ in range(60):
            book.append(draft, NOW)
    return office


def replaced(path: Path, content: bytes) -> Heal:
    whole = path.read_bytes()
    path.write_bytes(content)
    return lambda: path.write_bytes(whole)


def another_place(path: Path, make: Callable[[Path], object]) -> Heal:
    """Put something else in the ledger's place."""
    aside = path.rename(path.with_name("aside"))
    make(path)
    return lambda: (path.rename(path.with_name("wrong")), aside.rename(path))


def damaged_pages(path: Path) -> Heal:
    whole = path.read_bytes()
    return replaced(path, whole[:4096] + b"\xa5" * (len(whole) - 4096))


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE entries (seq INTEGER PRIMARY KEY)")


def of_a_newer_version(path: Path) -> Heal:
    def tell(version: int) -> None:
        with closing(sqlite3.connect(path)) as db:
            db.execute(f"PRAGMA user_version = {version}")

    tell(VERSION + 1)
    return lambda: tell(VERSION)


def held(path: Path) -> Heal:
    """Another program keeps the ledger to itself."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("BEGIN EXCLUSIVE")
    return db.close


FAULTS: dict[str, tuple[Callable[[Path], Heal], type[LedgerError], str]] = {
    "held": (held, LedgerLocked, "Try again"),
    "pages": (damaged_pages, LedgerDamaged, "Restore the latest backup"),
    "cut": (lambda path: replaced(path, path.read_bytes()[:9000]), LedgerDamaged, "Restore the latest backup"),
    "words": (lambda path: replaced(path, b"seq,uid,target\n" * 1000), NotALedger, "Check --ledger"),
    "short": (lambda path: replaced(path, b"xx"), NotALedger, "Check --ledger"),
    "foreign": (lambda path: another_place(path, of_another_program), NotALedger, "Check --ledger"),
    "newer": (of_a_newer_version, LedgerTooNew, "Upgrade"),
    "folder": (lambda path: another_place(path, Path.mkdir), NotALedger, "Check --ledger"),
    "pipe": (lambda path: another_place(path, os.mkfifo), NotALedger, "Check --ledger"),
    "loop": (
        lambda path: another_place(path, lambda at: at.symlink_to(at)),
        LedgerUnreachable,
        "Check that the folder",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_and_heals(office: Office, fault: str) -> None:
    """Reading and writing fail with the fault's class and exit code 5, and say what to do; then all is well."""
    harm, failure, advice = FAULTS[fault]
    heal = harm(office.ledger.path)
    with pytest.raises(failure), office.ledger.reading() as book:
        list(book.entries(Query()))
    for arguments in (RECORD, ("log",), ("void", "60", "--why", "typed twice")):
        ran = office.run(*arguments)
        assert (5, "", 1) == (ran.code, ran.out, ran.err.count("\n"))
        assert (True, True) == ("progress.db " in ran.err, advice in ran.err)
    told = json.loads(office.run("log", "--format", "json").err)["error"]
    assert (failure.code, 5, "progress.db") == (told["code"], told["exit_code"], Path(told["path"]).name)
    heal()
    assert 0 == office.run(*RECORD).code
    with office.ledger.reading() as book:
        assert (61, 61) == (book.head.entries, len(list(book.entries(Query()))))


@pytest.mark.parametrize(
    ("right", "wrong"), [(b"2025-06-30increment1", b"2025-06-39increment1"), ("长".encode(), b"\xff\xfe\xfd")]
)
def test_damage_that_sqlite_cannot_see_is_told(office: Office, right: bytes, wrong: bytes) -> None:
    """A day that is none and a text that is no UTF-8 are damage too, not an unexpected error."""
    heal = replaced(office.ledger.path, office.ledger.path.read_bytes().replace(right, wrong))
    ran = office.run("log")
    assert (5, True) == (ran.code, "progress.db is damaged" in ran.err)
    heal()
    assert 60 == len(office.json("log")["entries"])


def test_another_programs_file_is_not_touched(office: Office) -> None:
    """A database that is not ours stays as it is, byte by byte, when somebody records into it by mistake."""
    path = office.folder / "theirs.db"
    of_another_program(path)
    before = path.read_bytes()
    assert 5 == office.run(*RECORD, "--ledger", "theirs.db").code
    assert (before, [path]) == (path.read_bytes(), list(office.folder.glob("theirs*")))


def test_a_writer_waits_no_longer_than_said(office: Office) -> None:
    """While another writes, reading works; writing says for how long it waited, and works once the other is done."""
    with closing(sqlite3.connect(office.ledger.path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        assert 0 == office.run("status").code
        ran = office.run(*RECORD)
        assert (5, True) == (ran.code, "for 0.1 seconds; nothing was written" in ran.err)
    assert 0 == office.run(*RECORD).code


def test_waiting_for_a_lock_hears_ctrl_c(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt ends the wait for a lock at once, not when the wait is over."""

    def pressed(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(SqliteLedger.__init__.__kwdefaults__ or {}, "busy_seconds", 30.0)
    monkeypatch.setattr("ordos_targets.store.sqlite_file.time.sleep", pressed)
    with closing(sqlite3.connect(office.ledger.path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        ran = office.run(*RECORD)
    assert (130, "\nInterrupted.\n") == (ran.code, ran.err)


@pytest.mark.parametrize("where", ["nowhere/progress.db", "targets.toml/progress.db", "link.db"])
def test_a_missing_folder_is_not_an_empty_ledger(office: Office, where: str) -> None:
    """Where the folder is missing, a share that is not mounted perhaps, reading fails too: "no data" would be a lie."""
    (office.folder / "link.db").symlink_to(office.folder / "nowhere" / "progress.db")
    for arguments in (("status",), RECORD, (*RECORD, "--dry-run")):
        ran = office.run(*arguments, "--ledger", where)
        assert (5, "") == (ran.code, ran.out)
        assert f"{where} cannot be opened or written" in ran.err


@pytest.mark.parametrize(
    "name", ["a b.db", "50%.db", "what?mode=ro#1.db", "账本 2025.db", "caf\u00e9&x=1.db", "%41.db", "a'b\"c.db"]
)
def test_any_name_is_a_good_name(office: Office, name: str) -> None:
    """Characters that mean something in a URI or in SQL are nothing but part of a file's name."""
    assert 0 == office.run(*RECORD, "--ledger", name).code
    assert 1 == len(office.json("log", "--ledger", name)["entries"])
    assert [office.folder / name] == list(office.folder.glob("*" + name[-6:].replace("?", "[?]")))


def test_a_link_to_the_ledger_is_the_ledger(office: Office) -> None:
    """Through a link entries go to the file it points to, one that is not there yet too, and the link stays a link."""
    (office.folder / "far").mkdir()
    (office.folder / "link.db").symlink_to(Path("far") / "real.db")
    assert (0, 0) == (
        office.run(*RECORD, "--ledger", "link.db").code,
        office.run(*RECORD, "--ledger", "far/real.db").code,
    )
    assert 2 == len(office.json("log", "--ledger", "link.db")["entries"])
    assert (True, 0o600) == (
        (office.folder / "link.db").is_symlink(),
        (office.folder / "far/real.db").stat().st_mode & 0o777,
    )


@pytest.mark.parametrize("room", [1, 10000])
def test_a_full_disk_loses_nothing(office: Office, room: int) -> None:
    """Where no byte more fits, recording says so and leaves nothing; with room again the next entry is written."""
    ran = run(office.folder, *RECORD, first=LIMIT.format(room))
    assert (5, "") == (ran.returncode, ran.stdout)
    assert "progress.db; nothing was written. Free some disk space" in ran.stderr
    new = run(office.folder, *RECORD, "--ledger", "new.db", first=LIMIT.format(room))
    assert (5, "") == (new.returncode, new.stdout)
    for path, entries in (("progress.db", 61), ("new.db", 1)):
        assert 0 == office.run(*RECORD, "--ledger", path).code
        assert entries == len(office.json("log", "--ledger", path)["entries"])


def test_what_is_read_without_a_lock_is_checked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may not write cannot lock the file; if it is written to while they read, they are told, not misled."""
    monkeypatch.setattr(SqliteFile, "_may_write", lambda _self: False)
    draft = NewEntry(target="parks", date=date(2025, 6, 30), kind=EntryKind.INCREMENT, value=Decimal(1))
    with pytest.raises(LedgerUnreachable), office.ledger.reading(), office.ledger.writing() as book:
        book.append(draft, NOW)


def test_an_old_sqlite_is_named(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python whose SQLite does not know our tables says that, rather than that the ledger is damaged."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    ran = office.run("log")
    assert (5, True) == (ran.code, "needs SQLite 3.37.0 or newer" in ran.err)
    with pytest.raises(SqliteTooOld), office.ledger.reading():
        pass
