"""kill -9: what was acknowledged is there, what was not is there whole or not at all, and the next run goes on."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from children import GOALS, RECORD, command, run, surroundings
from older import made_older
from wreck import add, rows, several

from ordos_targets.store.sqlite_schema import VERSION

pytestmark = pytest.mark.slow

SEED = 20250705
ROWS = 300
# The moments at which a process is killed: in its transaction, between the commit and the end of the connection,
# and when the first line has been printed.
KILL_BEFORE_COMMIT = """
import os, signal
from ordos_targets.store.sqlite_writer import SqliteWriter
append = SqliteWriter.append
def deadly(self, draft, now):
    append(self, draft, now)
    os.kill(os.getpid(), signal.SIGKILL)
SqliteWriter.append = deadly
"""
KILL_AFTER_COMMIT = """
import os, signal
from contextlib import contextmanager
from ordos_targets.store import sqlite_file
@contextmanager
def deadly(thing):
    yield thing
    os.kill(os.getpid(), signal.SIGKILL)
sqlite_file.closing = deadly
"""
KILL_ONCE_PRINTED = """
import os, signal
class Deadly:
    def isatty(self): return False
    def write(self, text):
        os.write(1, text.encode())
        os.kill(os.getpid(), signal.SIGKILL)
sys.stdout = Deadly()
"""


@pytest.fixture
def pattern(tmp_path: Path) -> Path:
    """A folder with goals, a file of rows, and no ledger yet."""
    place = tmp_path / "pattern"
    place.mkdir()
    (place / "targets.toml").write_text(GOALS, encoding="utf-8")
    lines = "".join(f"parks,1,2025-06-{1 + number % 30:02d},row {number}\n" for number in range(ROWS))
    (place / "rows.csv").write_text(f"target,value,date,note\n{lines}", encoding="utf-8")
    return place


def entries_of(folder: Path) -> list[tuple[object, ...]]:
    """The entries of a ledger that is whole; none where there is no file."""
    assert [0] == [code for code, _, _ in several(folder, ("verify",))]
    path = folder / "progress.db"
    return rows(path) if path.exists() and path.stat().st_size else []


@pytest.mark.parametrize(("killed", "kept"), [(KILL_BEFORE_COMMIT, 0), (KILL_AFTER_COMMIT, 1), (KILL_ONCE_PRINTED, 1)])
@pytest.mark.parametrize("entries_before", [0, 1])
def test_kill_9_loses_nothing_that_was_said(pattern: Path, killed: str, kept: int, entries_before: int) -> None:
    """A process killed before the commit leaves nothing, one killed after it leaves the entry, and all goes on."""
    add(pattern, range(entries_before))
    ran = run(pattern, *RECORD, first=killed)
    assert (-signal.SIGKILL, "") == (ran.returncode, ran.stderr)
    assert (killed == KILL_ONCE_PRINTED) == ran.stdout.startswith(f"Recorded as entry {entries_before + 1}")
    assert entries_before + kept == len(entries_of(pattern))
    assert 0 == run(pattern, *RECORD).returncode
    assert entries_before + kept + 1 == len(entries_of(pattern))


@dataclass(frozen=True)
class Case:
    """A command to kill: the entries it writes, how its output begins, the tries, and the entries before."""

    name: str
    arguments: tuple[str, ...]
    writes: int
    says: str
    tries: int
    before: int = 5
    version: int = VERSION


CASES = (
    Case("record", RECORD, 1, "Recorded as entry", 90),
    Case("record, the first entry", RECORD, 1, "Recorded as entry 1", 40, before=0),
    Case("import", ("import", "rows.csv", "--force"), ROWS, "Target ", 70),
    Case("amend", ("amend", "--last", "2", "--why", "counted again"), 2, "Cancelled entry", 60),
    Case("record, format 1 to 3", RECORD, 1, "Recorded as entry 1001", 40, before=1000, version=1),
)


def version(path: Path) -> int:
    """The format of the file; 0 where there is none."""
    with closing(sqlite3.connect(path)) as db:
        found: int = db.execute("PRAGMA user_version").fetchone()[0]
    return found


def seconds(folder: Path, arguments: tuple[str, ...]) -> float:
    """How long a run takes that succeeds."""
    begin = time.monotonic()
    assert 0 == run(folder, *arguments).returncode
    return time.monotonic() - begin


def killed_after(folder: Path, delay: float, arguments: tuple[str, ...]) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a run that is killed after so many seconds."""
    process = subprocess.Popen(
        command(*arguments), cwd=folder, env=surroundings(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=delay)
    process.kill()
    out, err = process.communicate()
    return process.returncode, out, err


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_kill_9_at_a_random_moment(
    case: Case, pattern: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """After each kill verify passes, nothing acknowledged is lost, nothing is half there, and the command works."""
    add(pattern, range(case.before))
    if case.version != VERSION:
        made_older(pattern / "progress.db", case.version)
    dice, counted, place = random.Random(f"{SEED} {case.name}"), Counter[str](), tmp_path / "place"  # noqa: S311
    shutil.copytree(pattern, place)
    whole = seconds(place, case.arguments)
    for _ in range(case.tries):
        shutil.rmtree(place)
        shutil.copytree(pattern, place)
        # Most of a run is its start; some runs are killed too late.
        code, out, err = killed_after(place, whole * dice.uniform(0.3, 1.05), case.arguments)
        entries = entries_of(place)
        kept, said = len(entries) - case.before, out.startswith(case.says)
        assert ("", True, False) == (err, kept in {0, case.writes}, said and kept == 0)
        if case.version != VERSION:
            assert {0: case.version, 1: VERSION}[kept] == version(place / "progress.db")
        whole = seconds(place, case.arguments)
        assert entries == entries_of(place)[: len(entries)]
        counted += Counter(killed=int(code != 0), acknowledged=int(said), kept=int(kept > 0))
    record_property("fault", f"kill -9 in {case.name}: {case.tries} tries, {dict(counted)}, 0 lost, 0 by half")
    assert 0 < counted["killed"]
