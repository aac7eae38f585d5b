"""An exchange that is killed, and several at once: nothing is lost, nothing is there twice, all goes on."""

from __future__ import annotations

import random
import signal
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest
from children import PATIENCE, RECORD, command, run, surroundings
from sync.ledgers import GOALS, NOON, amended, chained, more, void_of

from ordos_targets.domain.entries import Entry
from ordos_targets.domain.series import live
from ordos_targets.store.ledger import Query
from ordos_targets.store.sqlite import SqliteLedger

SEED = 20250705
ENTRIES = 30
TRIES = 30
SMALL_BATCHES = "from ordos_targets.usecases import sync\nsync.BATCH = 8\n"
KILL_AT_ENTRY = """
import os, signal
from ordos_targets.store.sqlite_writer import SqliteWriter
insert, calls = SqliteWriter._insert, [0]
def deadly(self, rows):
    found = insert(self, rows)
    calls[0] += len(rows)
    if calls[0] - len(rows) < {at} <= calls[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return found
SqliteWriter._insert = deadly
"""
KILL_AFTER_COMMIT = """
import os, signal
from contextlib import contextmanager
from ordos_targets.store.sqlite import SqliteLedger
writing, calls = SqliteLedger.writing, [0]
@contextmanager
def deadly(self, *, keep=True):
    with writing(self, keep=keep) as book:
        yield book
    calls[0] += 1
    if calls[0] == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
SqliteLedger.writing = deadly
"""
# Between any two calls of any function, the interpreter's own among them: counted, so that no clock decides.
KILL_AT_CALL = """
import os, signal
left = [{at}]
def deadly(frame, event, argument):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(deadly)
"""
COUNT_CALLS = (
    KILL_AT_CALL.format(at=0)
    + """
import atexit
atexit.register(lambda: print(-left[0], file=sys.stderr))
"""
)


class Tell(Protocol):
    def __call__(self, name: str, value: object) -> None: ...


def lay_out(folder: Path, *names: str, entries: int = ENTRIES) -> list[Path]:
    """Folders of that many machines, each with goals and a ledger: a third is corrected, some of it twice."""
    made = []
    for name in names:
        place = folder / name
        place.mkdir(parents=True)
        (place / "targets.toml").write_text(GOALS, encoding="utf-8")
        with SqliteLedger(place / "progress.db").writing() as book:
            moment = NOON
            for number in range(entries):
                moment += timedelta(seconds=1)
                entry = book.append(more(number), moment)
                for again in range(2 if number % 12 == 0 else number % 3 == 0):
                    book.append(void_of(entry), moment)
                    entry = book.append(amended(entry, number + 1 + again), moment)
        made.append(place)
    return made


def entries_of(path: Path) -> list[Entry]:
    with SqliteLedger(path).reading() as book:
        return [one.entry for one in book.entries(Query(cancelled=True))]


def whole(path: Path, seen: set[str]) -> set[str]:
    """The uids in a ledger whose chain is whole, none there twice, and none of `seen` gone."""
    entries = entries_of(path)
    uids = {entry.uid for entry in entries}
    assert (True, len(entries), set()) == (chained(entries), len(uids), seen - uids)
    replaced = [one.replaces for one in live(entries) if one.replaces]
    assert len(set(replaced)) == len(replaced)
    return uids


def agree(*paths: Path) -> None:
    """All ledgers have the same entries, and count the same."""
    assert 1 == len({frozenset(whole(path, set())) for path in paths})
    assert 1 == len({frozenset(one.uid for one in live(entries_of(path))) for path in paths})


@pytest.mark.slow
@pytest.mark.parametrize("kill", [KILL_AT_ENTRY, KILL_AFTER_COMMIT], ids=["in a batch", "after a commit"])
@pytest.mark.parametrize("at", [1, 2, 5, 8, 9, 14])
def test_killed_at_any_entry_it_is_completed_by_the_next_run(kill: str, at: int, tmp_path: Path) -> None:
    """Inside a transaction, or just after one: whole batches are there or not at all, and again brings the rest."""
    here, there = (place / "progress.db" for place in lay_out(tmp_path, "here", "there"))
    mine, theirs = whole(here, set()), whole(there, set())
    ran = run(here.parent, "sync", str(there), first=SMALL_BATCHES + kill.format(at=at))
    assert (-signal.SIGKILL, "", "") == (ran.returncode, ran.stdout, ran.stderr)
    assert mine | theirs >= whole(here, mine) | whole(there, theirs)
    if kill == KILL_AFTER_COMMIT:
        assert len(entries_of(here)) + len(entries_of(there)) > len(mine) + len(theirs)
    ran = run(here.parent, "sync", str(there))
    assert (0, "") == (ran.returncode, ran.stderr)
    agree(here, there)
    assert "0 sent, 0 received, 0 in conflict.\n" == run(here.parent, "sync", str(there)).stdout


@pytest.mark.slow
def test_killed_at_random_moments_nothing_is_lost(tmp_path: Path, record_property: Tell) -> None:
    """Again and again, at calls drawn by lot, while both sides go on recording: at last all have all, once."""
    places = lay_out(tmp_path, "here", "there")
    here, there = (place / "progress.db" for place in places)
    dice = random.Random(SEED)  # noqa: S311 - moments, not secrets
    [rehearsed] = lay_out(tmp_path, "rehearsal")
    calls = int(run(rehearsed, "sync", "new.db", first=SMALL_BATCHES + COUNT_CALLS).stderr)
    killed, brought, seen = 0, 0, {here: whole(here, set()), there: whole(there, set())}
    for _ in range(TRIES):
        deadly = KILL_AT_CALL.format(at=dice.randrange(1, calls))
        ran = run(here.parent, "sync", str(there), first=SMALL_BATCHES + deadly)
        assert (True, "") == (ran.returncode in {0, -signal.SIGKILL}, ran.stderr)
        killed += ran.returncode != 0
        for path in (here, there):
            now = whole(path, seen[path])
            brought += len(now - seen[path])
            with SqliteLedger(path).writing() as book:
                for number in range(30):
                    book.append(more(number), NOON + timedelta(days=1))
            seen[path] = whole(path, now)
    assert 0 == run(here.parent, "sync", str(there)).returncode
    agree(here, there)
    assert seen[here] | seen[there] == whole(here, set())
    record_property("fault", f"kill -9 in sync: {TRIES} tries, {killed} killed, {brought} brought, 0 lost, 0 doubled")
    assert TRIES // 5 < killed


def exchange_at_once(places: list[Path], other: str) -> None:
    """All machines sync at the same time, two of them twice, while each records: every run succeeds."""
    jobs = [(place, ("sync", other)) for place in (*places, *places[:2])] + [(place, RECORD) for place in places]
    running = [
        subprocess.Popen(
            command(*arguments, first=SMALL_BATCHES), cwd=place, env=surroundings(),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )
        for place, arguments in jobs
    ]  # fmt: skip
    told = [process.communicate(timeout=PATIENCE)[1] for process in running]
    assert [(0, "")] * len(jobs) == [(process.returncode, err) for process, err in zip(running, told, strict=True)]


@pytest.mark.slow
def test_many_machines_exchange_with_one_ledger_at_once(tmp_path: Path) -> None:
    """Processes that sync, some of them twice, while others record at the same machines: all succeed, none is lost."""
    names = [f"m{number}" for number in range(4)]
    places = lay_out(tmp_path, *names, entries=24)
    hub = tmp_path / "hub.db"
    exchange_at_once(places, str(hub))
    for place in (*places, *places):
        assert 0 == run(place, "sync", str(hub)).returncode
    agree(hub, *(place / "progress.db" for place in places))
    assert 4 * (24 + 2 * (8 + 2) + 1) == len(entries_of(hub))


def test_ctrl_c_leaves_whole_batches(tmp_path: Path) -> None:
    """Interrupted in a batch it says so, exits with 130, and is completed by the next run."""
    here, there = (place / "progress.db" for place in lay_out(tmp_path, "here", "there"))
    interrupt = KILL_AT_ENTRY.format(at=13).replace("SIGKILL", "SIGINT")
    ran = run(here.parent, "sync", str(there), first=SMALL_BATCHES + interrupt)
    assert (130, "", "\nInterrupted.\n") == (ran.returncode, ran.stdout, ran.stderr)
    assert 0 == run(here.parent, "sync", str(there)).returncode
    agree(here, there)
