"""How time, memory and disk grow with entries and with series, ours and others'; nothing is judged here."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator

from .gates import JSON, Bench
from .measure import Work, by_turns
from .programs import Place, installed
from .table import Line

SUMS = "SELECT target, district, sum(value), max(date) FROM entries GROUP BY target, district"
# Targets, and districts that half of the targets are split into.
SERIES = ((30, 0), (300, 20), (1000, 200))


def entries(bench: Bench) -> Iterator[Line]:
    """The status of ledgers ten times as large each."""
    sizes = [size for size in (1000, 10_000, 100_000, 1_000_000, 10_000_000) if size <= bench.largest]
    places = [bench.cache.place(size) for size in sizes]
    for place, taken in zip(places, bench.compared([one.ours("status", *JSON) for one in places]), strict=True):
        size = place.ledger.stat().st_size / place.entries
        yield Line(f"`status`, {place.entries:,} entries", taken, said=f"{size:.0f} bytes of disk an entry")


def series(bench: Bench) -> Iterator[Line]:
    """The status of as many entries about more and more series."""
    for targets, districts in SERIES:
        place = bench.cache.place(bench.large // 10, targets=targets, districts=districts)
        count = targets // 2 * max(districts, 1) + targets // 2
        [taken] = by_turns([place.ours("status", *JSON)], 1, bench.cache.env)
        yield Line(f"`status`, {count:,} series of {targets:,} targets", taken)


def peers(bench: Bench) -> Iterator[Line]:
    """What other programs take to say how things stand, of the same entries."""
    files = ("progress.db", "progress.journal", "tasks.json")
    place = bench.cache.place(bench.large // 10, *files)
    journal = str(place.folder / "progress.journal")
    known = {
        "sqlite3": ("GROUP BY", str(place.ledger), SUMS), "hledger": ("balance", "-f", journal, "balance"),
        "ledger": ("balance", "-f", journal, "balance"),
    }  # fmt: skip
    works = [
        Work(f"{name} {what}", [program, *words], place.folder)
        for name, (what, *words) in known.items()
        if (program := installed(name))
    ]
    ours, *others = bench.compared([place.ours("status", "status"), *works], long=True)
    for other in others:
        yield bench.line(f"`status`, {place.entries:,} entries", ours, other, None)
    yield from _tasks(bench)


def _tasks(bench: Bench) -> Iterator[Line]:
    """Taskwarrior, of few entries: it reads and writes them as one text file."""
    program = installed("task")
    if not program:
        return
    place = bench.cache.place(min(bench.large // 10, 10_000), "progress.db", "tasks.json")
    data = f"rc.data.location={place.folder / 'tasks'}"
    if not (place.folder / "tasks").exists():
        (place.folder / "tasks").mkdir()
        words = [program, data, "import", str(place.folder / "tasks.json")]
        subprocess.run(words, env=bench.cache.env, check=True, capture_output=True)
    summary = Work("task summary", [program, data, "summary"], place.folder)
    ours, other = bench.compared([_status(place), summary], long=True)
    yield bench.line(f"`status`, {place.entries:,} entries", ours, other, None)


def _status(place: Place) -> Work:
    return place.ours("status", "status")


GROWTH: dict[str, Callable[[Bench], Iterator[Line]]] = {"entries": entries, "series": series, "peers": peers}
