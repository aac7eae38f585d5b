"""How fast the command line is: `python tests/bench.py --help`. Not part of the test run, which times nothing.

Every figure is a ratio of two programs run by turns on the same machine, so that it holds on any other: the median of
the rounds, of wall-clock time, after a first round that fills the caches. What is measured, by `--only`:

help      `--help`, against the same of a minimal Typer app (the same Typer, `rich_markup_mode=None`).
status    `status --format json` and the table on a terminal of 160 columns, against the minimal app; except for the
          shipped goals also against the minimal app plus a bare `GROUP BY target, district, date` of the ledger.
record    One entry, on disk when the command ends, against the minimal app.
import    A CSV file of as many rows into a new ledger, with the most memory it takes; not for the shipped goals.
others    `status` against `hledger balance --budget`, `ledger balance --budget` and `task summary` of the same
          entries, and `import` against `hledger import`: whichever is installed (ledger and task up to 10,000
          entries); not for the shipped goals.
series    A status of 20,000 and of 100,000 series (a target, or a district of one): the time of each, start-up left
          out, in units of ten `Decimal` divisions, and the most memory.

`--entries` names the sizes. 3,240 is the shipped targets.toml with a year of 15 targets, 9 districts and 24 reports
each; any other number is spread over 14 targets, 9 districts and all days of a year. What is built for a size stays in
`--cache`. An idle machine gives steady figures; with `--rounds 3` it takes a minute for 3,240 and 100,000 entries,
without `others` and `series`.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import timeit
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median

from ordos_targets.domain.entries import EntryKind, NewEntry
from ordos_targets.store.sqlite import SqliteLedger
from ordos_targets.store.sqlite_schema import VERSION

ROOT = Path(__file__).resolve().parents[1]
OURS = str(Path(sys.executable).parent / "ordos-targets")
YEAR, DAYS = 2025, 365
SHIPPED = 3240
TARGETS, DISTRICTS = 14, 9
SERIES = ((100, 199), (500, 199))  # targets, and districts of each: 20,000 and 100,000 series
COLUMNS = ("target", "district", "date", "kind", "value", "note", "by")
MINIMAL = f"""#!{sys.executable}
import typer

app = typer.Typer(rich_markup_mode=None)


@app.command()
def echo(text: str = "") -> None:
    \"\"\"Say it again.\"\"\"
    typer.echo(text)


app()
"""
GROUPS = "SELECT target, district, date, count(*), max(seq) FROM entries GROUP BY target, district, date"
JSON = ("status", "--format", "json")
HLEDGER_RULES = (
    "skip 1\nfields target, district, date, kind, amount, note, by\naccount1 targets:%target:%district\n"
    "account2 source\ndescription %by\n"
)


@dataclass(frozen=True)
class Run:
    """Seconds of wall-clock time, and bytes of memory at most, of one run of a program."""

    seconds: float
    memory: int


@dataclass(frozen=True)
class Program:
    """A command line and where it runs; `prepare` is called before each run and not timed."""

    name: str
    command: Sequence[str]
    folder: Path
    terminal: bool = False
    prepare: Callable[[], object] | None = None


@dataclass(frozen=True)
class Line:
    """One comparison: medians of seconds, the ratio, and the most memory of ours in MiB; None where it has none."""

    what: str
    seconds: float
    against: str
    against_seconds: float
    ratio: float
    mebibytes: float


class Bench:
    """Builds what is measured under a folder, and runs programs there."""

    def __init__(self, cache: Path, rounds: int) -> None:
        self.rounds = rounds
        self.folder = cache.resolve() / f"schema-{VERSION}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.app = self.folder / "minimal"
        self.app.write_text(MINIMAL, encoding="utf-8")
        self.app.chmod(0o755)
        (self.folder / "taskrc").write_text("confirmation=no\nverbose=nothing\ngc=off\nhooks=off\n", encoding="utf-8")
        own = {name: text for name, text in os.environ.items() if not name.startswith(("PYTHON", "ORDOS_TARGETS"))}
        self.env = own | {
            "LC_ALL": "C.UTF-8", "XDG_CACHE_HOME": str(self.folder / "cache"), "TERM": "xterm-256color",
            "COLUMNS": "160", "LINES": "50", "TASKRC": str(self.folder / "taskrc"), "LEDGER_FILE": os.devnull,
        }  # fmt: skip

    def minimal(self, *arguments: str) -> Program:
        """Return a run of the minimal Typer app."""
        return Program("minimal app", [str(self.app), *arguments], self.folder)

    def compare(self, *programs: Program, rounds: int | None = None) -> list[list[Run]]:
        """Run the programs by turns, back and forth, and return the runs of each; the first round is left out."""
        runs: list[list[Run]] = [[] for _ in programs]
        count = rounds or self.rounds
        for number in range(count + (count > 1)):
            turn = list(zip(programs, runs, strict=True))
            for program, results in turn if number % 2 else reversed(turn):
                result = self.run(program)
                if number or count == 1:
                    results.append(result)
        return runs

    def run(self, program: Program) -> Run:
        """Run a program to its end; a failure of it ends the bench."""
        if program.prepare:
            program.prepare()
        ours, theirs = os.openpty() if program.terminal else (None, subprocess.DEVNULL)
        with tempfile.TemporaryFile() as errors:
            began = time.perf_counter()
            process = subprocess.Popen(
                program.command, cwd=program.folder, env=self.env, stdin=subprocess.DEVNULL, stdout=theirs,
                stderr=theirs if program.terminal else errors,
            )  # fmt: skip
            if ours is not None:
                os.close(theirs)
                _drain(ours)
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                errors.seek(0)
                sys.exit(f"{program.name}: exit code {process.returncode}: {errors.read()[-500:].decode()}")
        return Run(seconds, used.ru_maxrss * 1024)

    def place(self, entries: int, targets: int = TARGETS, districts: int = DISTRICTS) -> Place:
        """Return the folder for a size, with its goals and its ledger; they are built where they are missing."""
        folder = self.folder / f"{entries}-{targets}-{districts}"
        folder.mkdir(exist_ok=True)
        place = Place(folder, entries, targets, districts)
        shipped = (ROOT / "targets.toml").read_text(encoding="utf-8")
        (folder / "targets.toml").write_text(shipped if place.shipped else goals(targets, districts), encoding="utf-8")
        if not place.ledger.exists():
            sys.stderr.write(f"building a ledger of {entries:,} entries …\n")
            making = folder / "making.db"
            remove(making)
            with SqliteLedger(making).writing() as writer:
                for number, entry in enumerate(place.drafts()):
                    writer.append(entry, datetime(YEAR + 1, 1, 2, tzinfo=UTC) + timedelta(milliseconds=number))
            making.rename(place.ledger)
        return place


@dataclass(frozen=True)
class Place:
    """Goals and a ledger of `entries` in a folder."""

    folder: Path
    entries: int
    targets: int
    districts: int

    @property
    def shipped(self) -> bool:
        """Whether the goals are the shipped ones."""
        return self.entries == SHIPPED

    @property
    def ledger(self) -> Path:
        """The ledger's path."""
        return self.folder / "progress.db"

    def drafts(self) -> Iterator[NewEntry]:
        """Yield the entries, the same at each call."""
        return shipped_year() if self.shipped else spread(self.entries, self.targets, self.districts)

    def ours(self, *arguments: str, terminal: bool = False, prepare: Callable[[], object] | None = None) -> Program:
        """Return a run of our command line here."""
        return Program(" ".join(arguments), [OURS, *arguments], self.folder, terminal, prepare)

    def copy(self, name: str) -> Place:
        """Return a copy to write in."""
        folder = self.folder.parent / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return Place(folder, self.entries, self.targets, self.districts)


def goals(targets: int, districts: int) -> str:
    """Return a targets file of totals that all districts report to."""
    lines = ['title = "Benchmark"', f"year = {YEAR}", 'ledger = "progress.db"']
    for number in range(districts):
        lines += ["[[districts]]", f'id = "district-{number}"', f'name = "District {number}"']
    for number in range(targets):
        lines += ["[[targets]]", f'id = "target-{number}"', f'name = "Target {number}"', 'measure = "total"']
        lines += ["goal = 1000000", 'unit = "个"', 'scope = "parts"', f'section = "Section {number % 5}"']
    return "\n".join(lines) + "\n"


def shipped_year() -> Iterator[NewEntry]:
    """Yield a year of the shipped targets: each reported on by each district twice a month (growth: over two years)."""
    file = tomllib.loads((ROOT / "targets.toml").read_text(encoding="utf-8"))
    for report in range(24):
        day = date(YEAR, report // 2 + 1, 14 + report % 2 * 14)
        for target in file["targets"]:
            items = [item["id"] for item in target.get("items", ())]
            for number, district in enumerate(file["districts"]):
                draft = NewEntry(target["id"], day, EntryKind.INCREMENT, value=Decimal(0), by="bench")
                if target["measure"] == "growth":
                    month = date(YEAR - report % 2, report // 2 + 1, 28)
                    value = Decimal(1_000_000 + 100_000 * number)
                    yield draft._replace(district=district["id"], date=month, value=value)
                elif target["measure"] == "share":
                    value = Decimal(10 * report + number)
                    yield draft._replace(kind=EntryKind.SHARE, value=value, of=Decimal(651))
                elif number == 0 and report < len(items):
                    yield draft._replace(kind=EntryKind.ITEM, item=items[report], value=None)
                else:
                    more = 1 if number == report % DISTRICTS and not items else 0
                    yield draft._replace(district=district["id"], value=Decimal(more))


def spread(entries: int, targets: int, districts: int) -> Iterator[NewEntry]:
    """Yield increments over all series and all days of the year, in the order of the days."""
    random = Random(YEAR)  # noqa: S311 - the same entries every time, not a secret
    for number in range(entries):
        yield NewEntry(
            target=f"target-{number % targets}",
            date=date(YEAR, 1, 1) + timedelta(days=number * DAYS // entries),
            kind=EntryKind.INCREMENT,
            district=f"district-{number // targets % districts}",
            value=Decimal(random.randrange(1, 1000)) / 10,
            note=f"report {number}",
            by="bench",
        )


def write_csv(place: Place) -> Path:
    """Return the place's entries as a file to import."""
    path = place.folder / "progress.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([getattr(entry, name) for name in COLUMNS] for entry in place.drafts())
    return path


def write_journal(place: Place) -> Path:
    """Return the place's entries as transactions of hledger and ledger, with a monthly budget for each target."""
    path = place.folder / "progress.journal"
    with path.open("w", encoding="utf-8") as file:
        for number in range(place.targets):
            file.write(f"~ monthly from {YEAR}/01/01 to {YEAR + 1}/01/01\n")
            file.write(f"    targets:target-{number}  1000\n    source\n\n")
        for entry in place.drafts():
            account = f"targets:{entry.target}:{entry.district}"
            file.write(f"{entry.date} {entry.by}\n    {account}  {entry.value}\n    source\n\n")
    return path


def load_tasks(place: Place, bench: Bench) -> str:
    """Return the option of Taskwarrior that names its copy of the place's entries."""
    data = place.folder / "tasks"
    option = f"rc.data.location={data}"
    if not data.exists():
        data.mkdir()
        tasks = [
            {"status": "pending", "entry": f"{entry.date:%Y%m%d}T000000Z", "description": str(entry.value),
             "project": f"{entry.target}.{entry.district}"}
            for entry in place.drafts()
        ]  # fmt: skip
        command = ["task", option, "import", "-"]
        subprocess.run(command, input=json.dumps(tasks).encode(), env=bench.env, check=True, capture_output=True)
    return option


def remove(ledger: Path) -> None:
    """Remove a ledger and the files beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{ledger}{suffix}").unlink(missing_ok=True)


def line(what: str, ours: list[Run], against: str, theirs: list[Run]) -> Line:
    """Return a comparison by the median of the ratios of the rounds."""
    ratio = median(one.seconds / other.seconds for one, other in zip(ours, theirs, strict=True))
    return Line(what, seconds_of(ours), against, seconds_of(theirs), ratio, memory_of(ours))


def seconds_of(runs: list[Run]) -> float:
    """Return the median of the seconds."""
    return median(run.seconds for run in runs)


def memory_of(runs: list[Run]) -> float:
    """Return the most memory of any run, in MiB."""
    return max(run.memory for run in runs) / (1 << 20)


def measure_help(bench: Bench, entries: int) -> Iterator[Line]:
    """Compare `--help`."""
    place = bench.place(entries)
    ours, theirs = bench.compare(place.ours("--help"), bench.minimal("--help"))
    yield line("--help", ours, "minimal app --help", theirs)


def measure_status(bench: Bench, entries: int) -> Iterator[Line]:
    """Compare a status as JSON and as a table on a terminal."""
    place = bench.place(entries)
    document, table, minimal = bench.compare(
        place.ours(*JSON), place.ours("status", terminal=True), bench.minimal()
    )  # fmt: skip
    yield line(f"status --format json, {entries:,} entries", document, "minimal app", minimal)
    yield line(f"status on a terminal, {entries:,} entries", table, "minimal app", minimal)
    if not place.shipped:
        sums = median(time_groups(place) for _ in range(3))
        both = [Run(run.seconds + sums, run.memory) for run in minimal]
        yield line(f"status --format json, {entries:,} entries", document, "minimal app + GROUP BY", both)


def time_groups(place: Place) -> float:
    """Return the seconds that the bare question takes."""
    with closing(sqlite3.connect(place.ledger)) as db:
        began = time.perf_counter()
        db.execute(GROUPS).fetchall()
        return time.perf_counter() - began


def measure_record(bench: Bench, entries: int) -> Iterator[Line]:
    """Compare a durable record of one entry."""
    place = bench.place(entries).copy("record")
    target = ["three-zero-firms", "1"] if place.shipped else ["target-0", "1", "--district", "district-0"]
    arguments = ("record", *target, "--date", f"{YEAR}-06-30", "--force")
    ours, theirs = bench.compare(place.ours(*arguments), bench.minimal())
    yield line(f"record, {entries:,} entries", ours, "minimal app", theirs)


def measure_import(bench: Bench, entries: int) -> Iterator[Line]:
    """Compare the import of a file into a new ledger with the start of a program."""
    place = bench.place(entries)
    if place.shipped:
        return
    ours, theirs = bench.compare(importing(place), bench.minimal(), rounds=min(bench.rounds, 3))
    yield line(f"import, {entries:,} rows", ours, "minimal app", theirs)


def importing(place: Place) -> Program:
    """Return an import of the place's entries into a new ledger."""
    path, ledger = write_csv(place), place.folder / "imported.db"
    return place.ours(
        "--ledger", str(ledger), "import", str(path), "--force", "--quiet", prepare=lambda: remove(ledger)
    )  # fmt: skip


def measure_others(bench: Bench, entries: int) -> Iterator[Line]:
    """Compare with the programs of others, as far as they are installed."""
    place = bench.place(entries)
    if place.shipped:
        return
    journal = str(write_journal(place))
    few = entries <= 10_000
    commands = {
        "hledger": ["balance", "-f", journal, "--budget", "--monthly", "targets"],
        "ledger": ["balance", "-f", journal, "--budget", "targets"] if few else [],
        "task": ["summary", load_tasks(place, bench)] if few and shutil.which("task") else [],
    }
    for name, words in commands.items():
        if words and shutil.which(name):
            program = Program(name, [name, *words], place.folder)
            ours, theirs = bench.compare(place.ours("status"), program, rounds=min(bench.rounds, 3))
            yield line(f"status, {entries:,} entries", ours, f"{name} {words[0]}", theirs)
    if shutil.which("hledger"):
        yield _against_hledger_import(bench, place)


def _against_hledger_import(bench: Bench, place: Place) -> Line:
    imported = place.folder / "imported.journal"
    (place.folder / "progress.csv.rules").write_text(HLEDGER_RULES, encoding="utf-8")

    def prepare() -> None:
        imported.write_text("", encoding="utf-8")
        (place.folder / ".latest.progress.csv").unlink(missing_ok=True)

    command = ["hledger", "-f", str(imported), "import", str(place.folder / "progress.csv")]
    program = Program("hledger import", command, place.folder, prepare=prepare)
    ours, theirs = bench.compare(importing(place), program, rounds=1)
    return line(f"import, {place.entries:,} rows", ours, "hledger import", theirs)


def measure_series(bench: Bench, _entries: int) -> Iterator[Line]:
    """Compare the status of many series, a series at a time, with ten divisions of Decimals."""
    number = Decimal(123456789) / 7
    divisions = min(timeit.repeat(lambda: number / 3, number=100_000, repeat=5)) / 10_000
    few = bench.place(TARGETS * DISTRICTS)
    for targets, districts in SERIES:
        count = targets * (districts + 1)
        many = bench.place(targets * districts, targets, districts)
        ours, fixed = bench.compare(many.ours(*JSON), few.ours(*JSON), rounds=min(bench.rounds, 3))
        each = (seconds_of(ours) - seconds_of(fixed)) / count
        yield Line(
            f"status of a series of {count:,}", each, "10 divisions", divisions, each / divisions, memory_of(ours)
        )


def _drain(terminal: int) -> None:
    """Read all that a terminal is shown, until its last program has left."""
    with suppress(OSError):
        while os.read(terminal, 1 << 16):
            pass
    os.close(terminal)


WORKS = {
    "help": measure_help, "status": measure_status, "record": measure_record, "import": measure_import,
    "others": measure_others, "series": measure_series,
}  # fmt: skip
ONCE = {"help", "series"}  # what no number of entries changes


def markdown(lines: Sequence[Line]) -> str:
    """Return a table of the comparisons."""
    rows = [("what", "time", "against", "time", "ratio", "memory"), ("---",) * 6]
    rows += [
        (one.what, duration(one.seconds), one.against, duration(one.against_seconds), f"{one.ratio:.2f} ×",
         f"{one.mebibytes:.0f} MiB")
        for one in lines
    ]  # fmt: skip
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def duration(seconds: float) -> str:
    """Return a time with as many digits as mean something."""
    if seconds < 0.001:
        return f"{seconds * 1e6:.1f} µs"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def main() -> None:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(tempfile.gettempdir()) / "ordos-targets-bench"
    parser.add_argument("--entries", default="3240,100000", help="sizes, with commas between (%(default)s)")
    parser.add_argument("--only", action="append", choices=list(WORKS), help="one of the works; may be repeated")
    parser.add_argument("--rounds", type=int, default=9, help="how often each program is run (%(default)s)")
    parser.add_argument("--cache", type=Path, default=default, help="where what is built is kept (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a Markdown table")
    asked = parser.parse_args()
    bench = Bench(asked.cache, asked.rounds)
    sizes = [int(size) for size in asked.entries.split(",")]
    lines: list[Line] = []
    for name in asked.only or WORKS:
        for entries in sizes[: 1 if name in ONCE else None]:
            sys.stderr.write(f"{name} …\n")
            lines += WORKS[name](bench, entries)
    sys.stdout.write((json.dumps([asdict(one) for one in lines], indent=2) if asked.json else markdown(lines)) + "\n")


if __name__ == "__main__":
    main()
