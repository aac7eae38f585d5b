"""Running programs by turns, and what each run took."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

# The peak of a run is never less than what this process takes itself, some 17 MiB: Linux counts from the fork on.
COLUMNS, LINES = 160, 50


def surroundings(cache: Path) -> dict[str, str]:
    """The environment of every run: one language, its own cache, and Python's compiled modules kept."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ORDOS_TARGETS"))}
    return kept | {
        "LC_ALL": "C.UTF-8", "XDG_CACHE_HOME": str(cache / "cache"), "TERM": "xterm-256color", "COLUMNS": str(COLUMNS),
        "LINES": str(LINES), "TASKRC": str(cache / "taskrc"), "LEDGER_FILE": str(cache / "nothing.journal"),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds by the wall, seconds of processor, bytes of memory at most."""

    wall: float
    cpu: float
    peak: int


@dataclass(frozen=True)
class Work:
    """A command line; `before` readies what each run needs and is not timed; on a `terminal` it has a pty."""

    name: str
    argv: Sequence[str]
    folder: Path
    before: Callable[[], object] | None = None
    terminal: bool = False


@dataclass
class Taken:
    """Several runs of one work."""

    work: Work
    runs: list[Run] = field(default_factory=list)

    @property
    def wall(self) -> float:
        """The median, in seconds."""
        return median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """The median, in seconds."""
        return median(run.cpu for run in self.runs)

    def beside(self, other: Taken, clock: str) -> float:
        """How many times as long as `other`, by the clock: the median of the rounds, for a machine has its moods."""
        ratios: list[float] = [
            getattr(mine, clock) / getattr(its, clock) for mine, its in zip(self.runs, other.runs, strict=True)
        ]
        return median(ratios)

    @property
    def peak(self) -> int:
        """The most of any run, in bytes."""
        return max(run.peak for run in self.runs)


class WorkFailed(Exception):
    """A program did not do its work, so how long it took says nothing."""


def by_turns(works: Sequence[Work], rounds: int, env: Mapping[str, str], *, warm: bool = True) -> list[Taken]:
    """Each work `rounds` times, one after the other, A, B, B, A; a first round that fills caches is not counted."""
    taken = [Taken(work) for work in works]
    for number in range(rounds + warm):
        for one in taken if number % 2 else reversed(taken):
            run = run_once(one.work, env)
            if number >= warm:
                one.runs.append(run)
    return taken


def run_once(work: Work, env: Mapping[str, str]) -> Run:
    """One run, to its end. Raises WorkFailed where it ends in failure."""
    if work.before:
        work.before()
    ours, theirs = os.openpty() if work.terminal else (None, subprocess.DEVNULL)
    with (work.folder / "stderr").open("w+b") as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            work.argv,
            cwd=work.folder,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs if work.terminal else errors,
        )
        if ours is not None:
            os.close(theirs)
            _drain(ours)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise WorkFailed(f"{work.name}: exit code {process.returncode}: {errors.read()[-500:].decode()}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def _drain(terminal: int) -> None:
    """Take all that a terminal is shown, until the last process has left it."""
    try:
        while os.read(terminal, 1 << 16):
            pass
    except OSError:
        pass
    finally:
        os.close(terminal)
