"""The gates: on which work, beside which other, and by which ratio the tool is judged."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from .measure import Taken, Work, by_turns
from .programs import APPENDER, OURS, SCAN, Cache, Place, installed, python
from .table import MEBI, Line

JSON = ("status", "--format", "json")
COMMANDS = (
    "status", "record", "show", "log", "amend", "void", "import", "export", "report", "backup", "check", "verify",
    "init", "schema",
)  # fmt: skip
PROCESSES, TIMES = 16, 200


@dataclass(frozen=True)
class Bench:
    """How large, how often, and by which clock (`wall` or `cpu`) it is judged."""

    cache: Cache
    small: int
    large: int
    largest: int
    rounds: int
    clock: str

    def compared(self, works: list[Work], *, long: bool = False) -> list[Taken]:
        """Each work by turns; a `long` one only a few times."""
        return by_turns(works, min(self.rounds, 3) if long else self.rounds, self.cache.env, warm=not long)

    def line(self, work: str, ours: Taken, beside: Taken, limit: float | None) -> Line:
        """A gate that is a ratio of times."""
        return Line(work, ours, beside, ours.beside(beside, self.clock), limit)


def status(bench: Bench) -> Iterator[Line]:
    """The status in every form, beside the least that a Typer app takes, and on ledgers of every size."""
    place, few, most = (bench.cache.place(count) for count in (bench.large, bench.small, bench.largest))
    past = ("--as-of", "2025-03-31")
    minimal, json, least, greatest, text, table, then = bench.compared(
        [
            bench.cache.minimal(), place.ours("status today", *JSON), few.ours(f"{bench.small:,} entries", *JSON),
            most.ours(f"{bench.largest:,} entries", *JSON), place.ours("text", "status"),
            place.ours("on a terminal", "status", terminal=True), place.ours("as of a past day", *JSON, *past),
        ]
    )  # fmt: skip
    many = f"{bench.large:,} entries"
    yield bench.line(f"`status --format json`, {many}", json, minimal, 1.15)
    yield bench.line(f"the same, {bench.largest:,} entries", greatest, least, 1.05)
    yield bench.line(f"`status`, text, {many}", text, minimal, 1.15)
    yield bench.line(f"`status`, table on a terminal, {many}", table, minimal, 2.0)
    yield bench.line(f"`status --as-of` a past day, {many}", then, json, 1.2)


def record(bench: Bench) -> Iterator[Line]:
    """One entry, on disk when the command ends."""
    place = _copied(bench.cache.place(bench.large), "record")
    arguments = ("record", "target-00000", "1", "--date", "2025-06-30")
    minimal, ours = bench.compared([bench.cache.minimal(), place.ours("record", *arguments)])
    yield bench.line(f"`record`, {bench.large:,} entries, durable", ours, minimal, 1.2)


def import_(bench: Bench) -> Iterator[Line]:
    """Rows from a file: read, checked, chained and indexed, beside programs that only take them in."""
    place = bench.cache.place(bench.large, "progress.csv")
    csv, target = place.folder / "progress.csv", place.folder / "imported.db"
    ours = Work("import", [OURS, "--ledger", str(target), "import", str(csv)], place.folder, lambda: _gone(target))
    theirs = Work(
        "sqlite3 .import",
        ["sqlite3", "-csv", str(place.folder / "plain.db"), f".import {csv} entries"],
        place.folder,
        lambda: _gone(place.folder / "plain.db"),
    )
    imported, plain = bench.compared([ours, theirs], long=True)
    yield bench.line(f"`import`, {bench.large:,} rows", imported, plain, 4)
    yield Line("its memory", None, None, imported.peak / MEBI, 40, "MiB", said="at most")
    _gone(target)
    _gone(place.folder / "plain.db")


def hledger(bench: Bench) -> Iterator[Line]:
    """The same rows by hledger's own import, a tenth of them: it takes minutes."""
    program = installed("hledger")
    if not program:
        return
    place = bench.cache.place(bench.large // 10, "progress.csv")
    csv, target = place.folder / "progress.csv", place.folder / "imported.db"
    journal = place.folder / "imported.journal"
    fields = (
        "fields target, district, date, kind, amount, note, by\nskip 1\ncurrency\naccount1 %target\naccount2 source\n"
    )
    (place.folder / "progress.csv.rules").write_text(f"{fields}description %by\n", encoding="utf-8")

    def ready() -> None:
        journal.write_text("")
        (place.folder / ".latest.progress.csv").unlink(missing_ok=True)

    ours = Work("import", [OURS, "--ledger", str(target), "import", str(csv)], place.folder, lambda: _gone(target))
    theirs = Work("hledger import", [program, "-f", str(journal), "import", str(csv)], place.folder, ready)
    imported, other = by_turns([ours, theirs], 1, bench.cache.env, warm=False)
    ratio = other.beside(imported, bench.clock)
    yield Line(f"`import`, {place.entries:,} rows", imported, other, ratio, 40, "× faster", at_least=True)


def export(bench: Bench) -> Iterator[Line]:
    """Every entry as CSV, beside SQLite's own."""
    place, few = bench.cache.place(bench.large), bench.cache.place(bench.large // 10)
    out = str(bench.cache.folder / "export.csv")
    dump = f"sqlite3 -csv -header '{place.ledger}' 'SELECT * FROM entries' > '{out}'"
    ours, theirs, less = bench.compared(
        [
            place.ours("export", "export", "-o", out), Work("sqlite3 -csv", ["sh", "-c", dump], place.folder),
            few.ours("a tenth of them", "export", "-o", out),
        ],
        long=True,
    )  # fmt: skip
    yield bench.line(f"`export`, {bench.large:,} entries", ours, theirs, 3)
    yield Line("its memory beside that of a tenth", None, less, ours.peak / less.peak, 1.1)
    Path(out).unlink()


def verify(bench: Bench) -> Iterator[Line]:
    """Chain, forms, references and the database itself, beside reading the entries and nothing more."""
    place = bench.cache.place(bench.large)
    scan = Work("rows scanned in Python", python(SCAN, str(place.ledger)), place.folder)
    check = Work("integrity_check alone", ["sqlite3", str(place.ledger), "PRAGMA integrity_check"], place.folder)
    ours, bare, engine = bench.compared([place.ours("verify", "verify"), scan, check], long=True)
    yield Line(f"`verify`, {bench.large:,} entries", ours, bare, ours.beside(bare, "wall"), 2.2)
    own = max(ours.cpu - engine.cpu, 0) / bare.cpu
    yield Line("its processor time without SQLite's own check", None, engine, own, 2.2)


def crowd(bench: Bench) -> Iterator[Line]:
    """Many processes that record at the same time: none fails, nothing is lost, the chain is whole."""
    place = _copied(bench.cache.place(bench.small), "crowd")
    names = [f"process-{number}" for number in range(PROCESSES)]
    works = [python(APPENDER, str(place.ledger), name, str(TIMES)) for name in names]
    running = [subprocess.Popen(words, env=bench.cache.env, stderr=subprocess.DEVNULL) for words in works]
    failed = sum(process.wait() != 0 for process in running)
    with closing(sqlite3.connect(place.ledger)) as db:
        [kept] = db.execute("SELECT count(DISTINCT note) FROM entries WHERE \"by\" LIKE 'process-%'").fetchone()
    whole = subprocess.run([OURS, "verify"], cwd=place.folder, env=bench.cache.env, capture_output=True, check=False)
    wrong = failed + PROCESSES * TIMES - kept + (whole.returncode != 0)
    yield Line(
        f"{PROCESSES} processes × {TIMES} entries", None, None, wrong, 0, "failed or lost", said="chain verified"
    )


def report(bench: Bench) -> Iterator[Line]:
    """The page that is published, beside the status it is made from."""
    place = bench.cache.place(bench.large)
    page = str(bench.cache.folder / "page.html")
    ours, plain = bench.compared([place.ours("report", "report", "-o", page), place.ours("status", *JSON)])
    yield Line(f"`report`, 30 targets, {bench.large:,} entries", ours, plain, ours.cpu - plain.cpu, 1.5, "s CPU more")


def help_(bench: Bench) -> Iterator[Line]:
    """The help of every command, the slowest of which is shown."""
    place = bench.cache.place(bench.small)
    works = [place.ours(f"`{name} --help`", name, "--help") for name in COMMANDS]
    minimal, *ours = bench.compared([bench.cache.minimal("--help"), *works])
    slowest = max(ours, key=lambda taken: float(getattr(taken, bench.clock)))
    yield bench.line(f"{slowest.work.name}, the slowest of all", slowest, minimal, 1.3)


def _copied(place: Place, name: str) -> Place:
    """A copy to write in, made anew."""
    folder = place.folder.parent / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file in ("targets.toml", "progress.db"):
        shutil.copy(place.folder / file, folder)
    return Place(folder, place.entries, place.targets, place.districts)


def _gone(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


GATES: dict[str, Callable[[Bench], Iterator[Line]]] = {
    "status": status, "record": record, "import": import_, "hledger": hledger, "export": export, "verify": verify,
    "crowd": crowd, "report": report, "help": help_,
}  # fmt: skip
