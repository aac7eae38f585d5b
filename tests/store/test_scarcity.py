"""A full disk, and a folder nobody may write: all of a command or nothing, what to do, and with room it works."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from children import RECORD, run, visit
from older import made_older
from wreck import ENTRIES, LOG, STATUS, add, judge, lay_out, rows, several

from ordos_targets.store.sqlite_schema import VERSION

Tell = Callable[[str, object], None]
LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))"
ROWS = 300
AMEND = ("amend", "1", "2", "--why", "counted again")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of 60 entries, and a file of 300 rows beside it."""
    path = lay_out(tmp_path / "office")
    lines = "".join(f"parks,1,2025-06-30,row {number}\n" for number in range(ROWS))
    path.with_name("rows.csv").write_text(f"target,value,date,note\n{lines}", encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "writes"), [(("import", "rows.csv"), ROWS), (AMEND, 2), (RECORD, 1)])
def test_a_full_disk_takes_all_or_nothing(
    path: Path, arguments: tuple[str, ...], writes: int, record_property: Tell
) -> None:
    """However many bytes fit, the command writes all or nothing and says which; with room it then succeeds."""
    size, before = path.stat().st_size, rows(path)
    refused, tries = 0, 0
    for room in (1, size // 2, size, size + 5_000, size + 40_000, size + 10_000_000):
        whole = path.read_bytes()
        ran = run(path.parent, *arguments, first=LIMIT.format(room))
        kept = len(rows(path)) - len(before)
        assert (room, ran.returncode, kept) in {(room, 0, writes), (room, 5, 0)}
        assert (kept == 0) == ("nothing was written. Free some disk space" in ran.stderr)
        assert 0 == several(path.parent, ("verify",))[0][0]
        refused, tries = refused + (kept == 0), tries + 1
        path.write_bytes(whole)
    assert 0 == run(path.parent, *arguments).returncode
    assert len(before) + writes == len(rows(path))
    record_property("fault", f"full disk under {arguments[0]}: {tries} tries, {refused} refused, 0 by half")
    assert 0 < refused < tries


@pytest.mark.slow
def test_a_full_disk_hinders_no_reader(path: Path) -> None:
    """Where not one byte fits, status, log and verify see every entry; a log that others made is not passed over."""
    full = LIMIT.format(1)
    for arguments in (STATUS, LOG, ("verify",)):
        ran = run(path.parent, *arguments, first=full)
        assert (0, "") == (ran.returncode, ran.stderr)
    with closing(sqlite3.connect(path)) as holder:
        holder.execute("SELECT count(*) FROM entries").fetchone()
        add(path.parent, [ENTRIES + 1])
        ran = run(path.parent, *STATUS, first=full)
        assert (0, ENTRIES + 1) == (ran.returncode, json.loads(ran.stdout)["ledger"]["entries"])


@pytest.mark.slow
def test_a_full_disk_stops_no_migration_by_half(path: Path) -> None:
    """Where an older file cannot be brought to the new format, it stays of the old one, whole, and is read."""
    made_older(path, 1)
    ran = run(path.parent, *RECORD, first=LIMIT.format(path.stat().st_size // 4))
    assert (5, True) == (ran.returncode, "Free some disk space" in ran.stderr)
    with closing(sqlite3.connect(path)) as db:
        assert (1,) == db.execute("PRAGMA user_version").fetchone()
    found = judge(path.parent)
    assert (0, ENTRIES, (0, 0, 0)) == (found.code, len(found.salvaged), found.others)
    with closing(sqlite3.connect(path)) as db:
        assert (VERSION,) == db.execute("PRAGMA user_version").fetchone()


@pytest.mark.slow
def test_a_backup_that_does_not_fit_leaves_the_older_one(path: Path) -> None:
    """A copy that finds no room is said to be none, and the copy that was there before stays as it was."""
    copy = path.with_name("copy.db")
    assert 0 == run(path.parent, "backup", "copy.db").returncode
    older = copy.read_bytes()
    add(path.parent, range(101, 111))
    before = {one.name for one in path.parent.iterdir()}
    ran = run(path.parent, "backup", "copy.db", first=LIMIT.format(40_000))
    assert (True, "", 1) == (ran.returncode in {1, 5}, ran.stdout, ran.stderr.count("\n"))
    assert (False, older) == ("nexpected" in ran.stderr, copy.read_bytes())
    assert before == {one.name for one in path.parent.iterdir()}


@pytest.fixture
def reading_room(path: Path) -> Iterator[Path]:
    """The folder and its ledger, open for reading alone."""
    path.chmod(0o444)
    path.parent.chmod(0o555)
    yield path.parent
    path.parent.chmod(0o755)


def test_an_auditor_needs_no_right_to_write(reading_room: Path, tmp_path: Path) -> None:
    """In a read-only folder log, verify, export and backup work; writing is refused, and nothing is left behind."""
    (tmp_path / "elsewhere").mkdir()
    before = {one.name for one in reading_room.iterdir()}
    readers: tuple[tuple[str, ...], ...] = (
        ("verify",),
        LOG,
        ("export", "--salvage", "-o", "../elsewhere/saved.csv"),
        ("backup", "../elsewhere/copy.db"),
    )
    for arguments in readers:
        ran = visit(reading_room, *arguments)
        assert (0, "") == (ran.returncode, ran.stderr)
    assert ENTRIES == len(rows(tmp_path / "elsewhere" / "copy.db"))
    writers: tuple[tuple[str, ...], ...] = (RECORD, ("--ledger", "new.db", *RECORD), ("import", "rows.csv"), AMEND)
    for arguments in writers:
        ran = visit(reading_room, *arguments)
        assert (5, "", True) == (ran.returncode, ran.stdout, "Check that the folder exists" in ran.stderr)
    assert before == {one.name for one in reading_room.iterdir()}


def test_a_crashed_ledger_is_read_in_a_read_only_folder(path: Path) -> None:
    """What a crash left in the log is seen by who may not write, or they are told why not; it is never passed over."""
    crashed = path.parent.parent / "crashed"
    crashed.mkdir()
    with closing(sqlite3.connect(path)) as holder:
        holder.execute("SELECT count(*) FROM entries").fetchone()
        add(path.parent, [ENTRIES + 1])
        for one in path.parent.iterdir():
            (crashed / one.name).write_bytes(one.read_bytes())
    for index in (True, False):
        if not index:
            (crashed / "progress.db-shm").unlink()
        crashed.chmod(0o555)
        ran = visit(crashed, *STATUS)
        crashed.chmod(0o755)
        if ran.returncode:
            assert (5, True) == (ran.returncode, "progress.db cannot be opened" in ran.stderr)
        else:
            assert ENTRIES + 1 == json.loads(ran.stdout)["ledger"]["entries"]
    found = judge(crashed)
    assert (0, ENTRIES + 1) == (found.code, len(found.salvaged))
