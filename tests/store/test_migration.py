"""Ledgers that earlier versions of this tool wrote: read as they are, brought up to date by the first who writes."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from children import run
from office import Office
from older import LEDGERS, VERSIONS, written_by
from wreck import unguarded

from ordos_targets.store.sqlite_schema import VERSION

RECORD = ("record", "parks", "1", "--date", "2025-07-01")
AS_OF = ("status", "--as-of", "2025-07-05")
# What those versions said on 5 July.
ACTUALS = {"parks": "16", "funding": "49996234.5678", "plan": "1"}
KILL_AT_STATEMENT = """
import os, signal
from ordos_targets.store import sqlite_file
class Deadly(sqlite_file.Connection):
    left = {at}
    def execute(self, *arguments):
        Deadly.left -= 1
        if Deadly.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(*arguments)
def begun(self, how):
    name = f"{{self.real.as_uri()}}?{{how}}"
    return sqlite_file.sqlite3.connect(name, uri=True, isolation_level=None, factory=Deadly)
sqlite_file.SqliteFile.connect = begun
"""


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest, office: Office) -> Office:
    """A folder with goals and a ledger that an earlier version wrote; `progress.jsonl` is its log, as listed then."""
    shutil.copy(LEDGERS / "targets.toml", office.folder)
    shutil.copy(written_by(request.param), office.folder / "progress.db")
    shutil.copy(written_by(request.param).with_suffix(".jsonl"), office.folder / "progress.jsonl")
    return office


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        found: int = db.execute("PRAGMA user_version").fetchone()[0]
    return found


def log(office: Office) -> str:
    ran = office.run("log", "--all", "--format", "jsonl")
    assert (0, "") == (ran.code, ran.err)
    return ran.out


def actuals(office: Office) -> dict[str, str]:
    return {target["id"]: str(target["actual"]) for target in office.json(*AS_OF)["targets"] if target["id"] in ACTUALS}


def test_an_older_ledger_is_read_as_it_is(old: Office) -> None:
    """Log, status, export, verify and backup see the entries of then to the letter; not a byte of the file changes."""
    path = old.folder / "progress.db"
    before, names = path.read_bytes(), {file.name for file in old.folder.iterdir()}
    assert (old.folder / "progress.jsonl").read_text(encoding="utf-8") == log(old)
    assert ACTUALS == actuals(old)
    assert 12 == len(old.run("export").out.splitlines())
    assert 11 == len(old.run("export", "--salvage", "--format", "jsonl").out.splitlines())
    assert (0, "The ledger is intact: 11 entries") == ((ran := old.run("verify")).code, ran.out.partition(",")[0])
    assert (before, names) == (path.read_bytes(), {file.name for file in old.folder.iterdir()})
    assert 0 == old.run("backup", "copy.db").code
    assert (before, version(path)) == (path.read_bytes(), version(old.folder / "copy.db"))


def test_the_first_who_writes_brings_it_up_to_date(old: Office) -> None:
    """All entries keep their numbers and hashes, what the totals took is gone, and the ledger goes on."""
    before = log(old)
    assert 0 == old.run(*RECORD, "--dry-run").code
    assert version(old.folder / "progress.db") < VERSION
    assert 0 == old.run(*RECORD).code
    assert before == "".join(log(old).splitlines(keepends=True)[:-1])
    assert ACTUALS | {"parks": "17"} == actuals(old)
    assert 0 == old.run("verify").code
    with closing(sqlite3.connect(old.folder / "progress.db")) as db:
        assert [("entries",)] == db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        assert [(12,), (8,)] == [
            db.execute(f"SELECT count(*) FROM {name}").fetchone() for name in ("entries", "current_entries")
        ]
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            db.execute("UPDATE entries SET value = '2'")
    assert VERSION == version(old.folder / "progress.db")


@pytest.mark.parametrize(
    "harm", ["UPDATE entries SET value = '9' WHERE seq = 4", "UPDATE entries SET date = 'May' WHERE seq = 4",
             "DELETE FROM entries WHERE seq = 5"],
)  # fmt: skip
def test_a_ledger_whose_chain_is_broken_stays_as_it_is(harm: str, old: Office) -> None:
    """Nothing is written to it, and the entry is named; what can be read of it still can."""
    path = old.folder / "progress.db"
    with unguarded(path) as db:
        db.execute(harm)
    before = path.read_bytes()
    ran = old.run(*RECORD)
    assert (5, True) == (ran.code, "is damaged (entry " in ran.err)
    assert 5 == old.run("verify").code
    assert before == path.read_bytes()


def test_what_others_made_of_the_entries_goes_on(old: Office) -> None:
    """A view that somebody made for a spreadsheet means the new table afterwards, and verify names it as before."""
    path = old.folder / "progress.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("CREATE VIEW for_excel AS SELECT seq, target, value FROM entries")
    before = old.run("verify").err
    assert 0 == old.run(*RECORD).code
    with closing(sqlite3.connect(path)) as db:
        assert (12,) == db.execute("SELECT count(*) FROM for_excel").fetchone()
    assert ("for_excel was not created by this tool" in before) is ("for_excel" in old.run("verify").err) is True


@pytest.mark.slow
def test_kill_9_at_each_statement_of_a_migration(old: Office, record_property: Callable[[str, object], None]) -> None:
    """Whenever it is killed, the ledger is the old one or the new one with the entry, and the next run goes on."""
    path = old.folder / "progress.db"
    original, entries = path.read_bytes(), log(old).splitlines()
    killed, at, code = 0, 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        at += 1
        for file in old.folder.glob("progress.db*"):
            file.unlink()
        path.write_bytes(original)
        code = run(old.folder, *RECORD, first=KILL_AT_STATEMENT.format(at=at)).returncode
        killed += code == -signal.SIGKILL
        kept = log(old).splitlines()
        assert entries == kept[:11]
        assert (len(kept) == 12) is (version(path) == VERSION)
        assert [0, 0] == [old.run("verify").code, run(old.folder, *RECORD).returncode]
        assert [0, *range(1, len(kept) + 2)] == [0, *(json.loads(line)["seq"] for line in log(old).splitlines())]
    assert (0, True) == (code, killed > 20)
    record_property("fault", f"kill -9 at each of {killed} statements of a migration: nothing lost, nothing by half")
