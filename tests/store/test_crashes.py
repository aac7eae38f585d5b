"""kill -9 at random moments: what was acknowledged is there, what was not is there whole or not at all, all goes on."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from children import GOALS, PATIENCE, RECORD, command, run, surroundings
from older import made_older

from ordos_targets.domain.entries import EntryKind, NewEntry
from ordos_targets.store.sqlite import SqliteLedger
from ordos_targets.store.sqlite_schema import VERSION
from ordos_targets.usecases.verify import Anchor, Verified, verify
from ordos_targets.usecases.workspace import open_workspace

pytestmark = pytest.mark.slow

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
ONE = NewEntry(target="parks", date=date(2025, 6, 30), kind=EntryKind.INCREMENT, value=Decimal(1), note="长" * 40)
SEED = 20250705
LANES = 4  # runs at once, each in a folder of its own
ROWS = 300
IMPORT = ("import", "rows.csv", "--force")
AMEND = ("amend", "--last", "2", "--why", "counted again")
BEYOND = 1.05  # some are to be killed too late
FIGURES = ("tries", "killed", "acknowledged", "kept", "lost", "halves")


@dataclass(frozen=True)
class Case:
    """A command that is killed: how many entries it writes, how it begins to say that it has, and the ledger before."""

    name: str
    arguments: tuple[str, ...]
    writes: int
    says: str
    tries: int
    before: Callable[[Path], object]
    afresh: bool  # each try in a new folder, or one after the other on the same ledger


@dataclass(frozen=True)
class Length:
    """How long a run takes that nobody kills, in seconds, and after how many of them it has opened the ledger."""

    whole: float
    opening: float


def filled(folder: Path) -> None:
    """A ledger of five entries."""
    with SqliteLedger(folder / "progress.db").writing() as book:
        for _ in range(5):
            book.append(ONE, NOW)


def of_version_1(folder: Path) -> None:
    """A ledger of 1,000 entries as the first version of this tool left it."""
    with SqliteLedger(folder / "progress.db").writing() as book:
        for _ in range(1000):
            book.append(ONE, NOW)
    made_older(folder / "progress.db", 1)
    assert 1 == version(folder)


CASES = (
    Case("record", RECORD, 1, "Recorded as entry", 90, filled, afresh=False),
    Case("record, the first entry", RECORD, 1, "Recorded as entry 1", 40, lambda _folder: None, afresh=True),
    Case("import", IMPORT, ROWS, "Target ", 70, filled, afresh=True),
    Case("amend", AMEND, 2, "Cancelled entry", 60, filled, afresh=False),
    Case("record, format 1 to 3", RECORD, 1, "Recorded as entry 1001", 40, of_version_1, afresh=True),
)


def version(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "progress.db")) as db:
        found: int = db.execute("PRAGMA user_version").fetchone()[0]
    return found


def verified(folder: Path, anchors: list[Anchor]) -> Verified:
    """What `verify --against` finds; it raises where the ledger is not whole, or has lost what it once had."""
    workspace = open_workspace(folder=folder, targets_file=None, ledger=None, cache_dir=None, clock=lambda: NOW)
    return verify(workspace, head=None, anchors=anchors, progress=lambda _done, _size: None)


def begun(folder: Path, arguments: tuple[str, ...]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*arguments),
        cwd=folder,
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def await_opening(folder: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a file beside the ledger shows that the run has opened it."""
    beside = [folder / f"progress.db{suffix}" for suffix in ("-journal", "-wal", "-shm")]
    while process.poll() is None and not any(path.exists() for path in beside):
        time.sleep(0.0005)


class Lane:
    """Tries one after the other in one folder, or each in a copy of it."""

    def __init__(self, case: Case, pattern: Path, place: Path, length: Length, dice: random.Random) -> None:
        self._case, self._pattern, self._place = case, pattern, place
        self._length, self._dice = length, dice
        self.counted: Counter[str] = Counter()
        self._renew()

    def _renew(self) -> None:
        shutil.rmtree(self._place, ignore_errors=True)
        shutil.copytree(self._pattern, self._place)
        self._anchors: list[Anchor] = []
        self._remember()

    def _remember(self) -> int:
        """How many entries there are, none of those ever seen being gone."""
        found = verified(self._place, self._anchors)
        self._anchors.append(Anchor(found.entries, found.head))
        return found.entries

    def killed(self) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of a run that is killed at a random moment of all, or after the opening."""
        late = self._dice.random() < 0.5
        span = self._length.whole - self._length.opening * late
        delay = self._dice.uniform(0, span * BEYOND)
        process = begun(self._place, self._case.arguments)
        if late:
            await_opening(self._place, process)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=delay)
        process.kill()
        out, err = process.communicate()
        return process.returncode, out, err

    def attempt(self, number: int) -> None:
        """One run killed, and what is there afterwards."""
        case = self._case
        if case.afresh and number:
            self._renew()
        before = self._anchors[-1].entries
        code, out, err = self.killed()
        said, kept = out.startswith(case.says), self._remember() - before
        assert "" == err
        self.counted += Counter(
            tries=1,
            killed=int(code != 0),
            acknowledged=int(said),
            kept=int(kept == case.writes),
            lost=int(said and kept == 0),
            halves=int(kept not in {0, case.writes}),
        )
        if case.before is of_version_1:
            assert {0: 1, 1: VERSION}[kept] == version(self._place)
        if case.afresh or number % 5 == 0:
            self._go_on(before, kept)

    def _go_on(self, before: int, kept: int) -> None:
        """The same command once more succeeds; an import then is there once."""
        ran = run(self._place, *self._case.arguments)
        assert (0, "") == (ran.returncode, ran.stderr)
        once = self._case.arguments is IMPORT
        assert before + (ROWS if once else kept + self._case.writes) == self._remember()


def whole(length: Length) -> float:
    return length.whole


def measured(case: Case, pattern: Path, folder: Path) -> Length:
    """How long the command takes here and now, in a new folder."""
    shutil.copytree(pattern, folder)
    begin = time.monotonic()
    process = begun(folder, case.arguments)
    await_opening(folder, process)
    opening = time.monotonic() - begin
    out, err = process.communicate(timeout=PATIENCE)
    assert (0, "", case.says) == (process.returncode, err, out[: len(case.says)])
    return Length(time.monotonic() - begin, opening)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_kill_9_at_a_random_moment(case: Case, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    """After each kill verify passes, nothing acknowledged is lost, nothing is half there, and the command works."""
    pattern = tmp_path / "pattern"
    pattern.mkdir()
    (pattern / "targets.toml").write_text(GOALS, encoding="utf-8")
    rows = "".join(f"parks,1,2025-06-{1 + number % 30:02d},row {number}\n" for number in range(ROWS))
    (pattern / "rows.csv").write_text(f"target,value,date,note\n{rows}", encoding="utf-8")
    case.before(pattern)

    def ride(number: int) -> Counter[str]:
        place = tmp_path / f"lane {number}"
        length = min((measured(case, pattern, tmp_path / f"{number} {again}") for again in range(2)), key=whole)
        dice = random.Random(f"{SEED} {case.name} {number}")  # noqa: S311 - moments, not secrets
        lane = Lane(case, pattern, place, length, dice)
        for attempt in range(number, case.tries, LANES):
            lane.attempt(attempt // LANES)
        ran = run(place, "verify")
        assert (0, "The ledger is whole", "") == (ran.returncode, ran.stdout.partition(":")[0], ran.stderr)
        return lane.counted

    with ThreadPoolExecutor(LANES) as pool:
        counted = sum(pool.map(ride, range(LANES)), Counter[str]())
    shown = ", ".join(f"{counted[name]} {name}" for name in FIGURES)
    record_property("fault", f"kill -9 in {case.name}: {shown}")
    assert (case.tries, 0, 0) == (counted["tries"], counted["lost"], counted["halves"])
    assert 0 < counted["killed"]
