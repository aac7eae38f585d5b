"""Files that are no ledger of ours, or one that somebody made to do harm."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from bombs import frugally
from children import GOALS, RECORD
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import Office

from ordos_targets.domain.entries import NAMES
from ordos_targets.store.sqlite_schema import APPLICATION_ID, VERSION

COMMANDS = [
    ("status",), ("status", "--as-of", "2025-07-05", "--since", "2025-03-31", "--format", "json"), ("show", "parks"),
    ("show", "parks", "--explain"), ("log", "--all"), ("log", "--format", "csv"), ("log", "-n", "9" * 30),
    ("export",), ("export", "--format", "jsonl"), ("export", "--salvage"), ("check",), ("verify",), ("backup", "x.db"),
    RECORD, ("void", "1", "--why", "x"), ("amend", "--last", "2", "--why", "x"), ("import", "june.csv"),
    ("status", "--nagios"),
]  # fmt: skip
EACH = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


@pytest.fixture
def desk(office: Office) -> Office:
    """Goals, and a file to import."""
    office.write(GOALS)
    (office.folder / "june.csv").write_text("target,value,date\nparks,1,2025-06-30\n", encoding="utf-8")
    return office


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def tube(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def database(*statements: str) -> Callable[[Path], None]:
    """A maker of an SQLite database."""

    def make(path: Path) -> None:
        with closing(sqlite3.connect(path)) as db:
            for statement in statements:
                db.execute(statement)
            db.commit()

    return make


OURS = (f"PRAGMA application_id = {APPLICATION_ID}", f"PRAGMA user_version = {VERSION}")
COUNT = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)"
NUMBERS = ", ".join("n" * len(NAMES))
ALL_COLUMNS = ", ".join(f'"{name}"' for name in NAMES)
NO_LEDGERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "goals": (lambda path: path.write_text(GOALS, encoding="utf-8"), "is not a ledger of this tool (not an SQLite"),
    "text": (lambda path: path.write_bytes(b"x" * 4096), "is not a ledger of this tool (not an SQLite database)"),
    "folder": (lambda path: path.mkdir(), "is not a ledger of this tool (it is a folder)"),
    "pipe": (os.mkfifo, "is not a ledger of this tool (not a regular file)"),
    "device": (device, "is not a ledger of this tool (not a regular file)"),
    "socket": (tube, "is not a ledger of this tool (not a regular file)"),
    "loop": (lambda path: path.symlink_to(path.name), "cannot be opened or written"),
    "someone else's": (database("CREATE TABLE entries (seq)"), "another program's SQLite database"),
    "someone else's empty one": (database("PRAGMA user_version = 1"), "another program's SQLite database"),
    "a newer one": (
        database(OURS[0], f"PRAGMA user_version = {VERSION + 1}", "CREATE TABLE x (y)"),
        f"was written by a newer version (format {VERSION + 1}, this one reads {VERSION})",
    ),
    "one without entries": (database(*OURS, "CREATE TABLE x (y)"), "is damaged (it has no table of entries)"),
    "a view that never ends": (
        database(*OURS, f"CREATE VIEW entries ({ALL_COLUMNS}) AS {COUNT} SELECT {NUMBERS} FROM c"),
        "is damaged (it has no table of entries)",
    ),
    "a table without numbers": (
        database(*OURS, f"CREATE TABLE entries ({ALL_COLUMNS})"), "is damaged (it has no table of entries)",
    ),
    "a table that is computed": (
        database(*OURS, "CREATE VIRTUAL TABLE entries USING fts5(x)"), "is damaged (it has no table of entries)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", NO_LEDGERS)
@EACH
def test_what_is_no_ledger_is_refused_and_left_alone(command: tuple[str, ...], what: str, desk: Office) -> None:
    """Every command refuses it in one sentence with exit code 5, and not a byte of it changes."""
    make, told = NO_LEDGERS[what]
    path = desk.folder / "l.db"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    ran = desk.run("--ledger", "l.db", *command)
    if command[0] == "verify" or "--salvage" in command:
        assert (True, True) == (ran.code in {4, 5}, "Traceback" not in ran.err)
    elif "--nagios" in command:
        assert (3, "", True) == (ran.code, ran.err, told in ran.out)
    else:
        assert (5, "", True) == (ran.code, ran.out, told in ran.err.replace("\\u2019", "'")), ran.err
    assert before == (path.read_bytes() if path.is_file() else b"")


LEDGER = f"CREATE TABLE entries ({ALL_COLUMNS})".replace('"seq"', '"seq" INTEGER PRIMARY KEY')
TEXTS = st.sampled_from(
    ["", "parks", "east", "\x1b[31m", "=1+1", "x" * 5000, "increment", "reading", "share", "item", "void", "2025-06-30",
     "0001-01-01", "9999-12-31", "2025-06-30T08:00:00Z", "2025-06-30T08:00:00.000000Z", "0001-01-01T00:00:00Z", "never",
     "1", "-1", "0.00001", "1e999999999", "1e-999999999", "NaN", "Infinity", "9" * 40, "1_0", "１", "0" * 64]
)  # fmt: skip
CELLS = st.one_of(
    TEXTS, st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.binary(max_size=3), st.text(max_size=3)
)
LIKELY = {
    "target": "parks", "date": "2025-06-30", "kind": "increment", "value": "1", "estimate": 0, "by": "a",
    "recorded_at": "2025-06-30T08:00:00Z", "origin": "cli",
}  # fmt: skip


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, object]]:
    """Rows of a table that takes anything: mostly like entries, in places like nothing."""
    found = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        row: dict[str, object] = {"seq": number, "uid": f"0197be22-2c00-757c-b352-2f9e5cfceb8{number}", **LIKELY}
        for name in draw(st.lists(st.sampled_from(NAMES[1:]), max_size=4)):
            row[name] = draw(CELLS)
        found.append(row)
    return found


@given(rows=rows(), command=st.sampled_from(COMMANDS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_that_no_ledger_of_ours_holds_surprise_nobody(
    rows: list[dict[str, object]], command: tuple[str, ...], desk: Office
) -> None:
    """Whatever stands in a table that somebody made, a command ends with an exit code of the contract."""
    path = desk.folder / "l.db"
    for old in desk.folder.glob("l.db*"):
        old.unlink()
    database(LEDGER, *OURS)(path)
    with closing(sqlite3.connect(path)) as db:
        for row in rows:
            places = ", ".join("?" * len(NAMES))
            db.execute(f"INSERT INTO entries VALUES ({places})", [row.get(name) for name in NAMES])
        db.commit()
    ran = desk.run("--ledger", "l.db", *command)
    codes = {0, 1, 2, 3} if "--nagios" in command else {0, 2, 3, 4, 5}
    assert (True, False) == (ran.code in codes, "Unexpected" in ran.err + ran.out), ran
    assert [] == [mark for mark in "\x1b\x9b\x07" if mark in ran.out + ran.err and command[0] != "export"]


def test_a_figure_with_an_endless_exponent_fills_no_memory(desk: Office) -> None:
    """1e999999999 in a tampered ledger is no number: it is not multiplied out."""
    assert 0 == desk.run("record", "parks", "1", "--date", "2025-06-30").code
    with closing(sqlite3.connect(desk.folder / "progress.db")) as db:
        db.execute("DROP TRIGGER entries_are_not_updated")
        db.execute("UPDATE entries SET value = '1e999999999', kind = 'reading'")
        db.commit()
    ran = frugally(desk.folder, "status", "--as-of", "2025-07-05")
    assert (5, True) == (ran.returncode, "is damaged (no number: 1e999999999)" in ran.stderr)
