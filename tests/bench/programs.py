"""The programs that are measured: ours, the least that a Typer app can be, and those that do the same work."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .measure import Work, surroundings

ROOT = Path(__file__).resolve().parents[2]
OURS = str(Path(sys.executable).parent / "ordos-targets")

MINIMAL = '''"""The least that a Typer app can be."""

import typer

app = typer.Typer()


@app.command()
def echo(text: str) -> None:
    """Say it again."""
    typer.echo(text)
'''
SCRIPT = f"#!{sys.executable}\nimport sys\nfrom minimal_app import app\nsys.exit(app())\n"
# What reading every entry in Python takes, whatever is then done with it.
SCAN = """
import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute("SELECT * FROM entries ORDER BY seq"):
    pass
"""
# A process that records as the command does, again and again: a transaction an entry, each durable.
APPENDER = """
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from ordos_targets.domain.entries import Draft, Kind
from ordos_targets.store.sqlite import SqliteLedger
ledger, name, times = SqliteLedger(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
for number in range(times):
    with ledger.writing() as book:
        book.append(
            Draft(target="target-00000", date=date(2025, 6, 30), kind=Kind.INCREMENT, value=Decimal(1), by=name,
                  note=f"{name}:{number}"),
            datetime.now(UTC),
        )
"""


@dataclass(frozen=True)
class Place:
    """A folder with goals, and beside them what was built of `entries` about `targets` and `districts`."""

    folder: Path
    entries: int
    targets: int
    districts: int

    @property
    def ledger(self) -> Path:
        return self.folder / "progress.db"

    def ours(self, name: str, *arguments: str, terminal: bool = False) -> Work:
        """A run of our command line here."""
        return Work(name, [OURS, *arguments], self.folder, terminal=terminal)


class Cache:
    """The folder in which what was built is kept from one run to the next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.env = surroundings(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "taskrc").write_text("confirmation=no\nverbose=nothing\ngc=off\nhooks=off\n", encoding="utf-8")
        (self.folder / "nothing.journal").touch()

    def minimal(self, *arguments: str) -> Work:
        """A run of the minimal Typer app, as a console script, its module compiled beforehand like an installed one."""
        (self.folder / "minimal_app.py").write_text(MINIMAL, encoding="utf-8")
        script = self.folder / "minimal"
        script.write_text(SCRIPT, encoding="utf-8")
        script.chmod(0o755)
        return Work("minimal Typer app", [str(script), *(arguments or ("x",))], self.folder)

    def place(self, entries: int, *files: str, targets: int = 30, districts: int = 9) -> Place:
        """Goals and the files named; what is not there yet is built by a process of its own."""
        place = Place(self.folder / f"{entries}-{targets}-{districts}", entries, targets, districts)
        numbers = map(str, (entries, targets, districts))
        subprocess.run(
            [sys.executable, "-m", "tests.bench.data", str(place.folder), *numbers, *(files or ("progress.db",))],
            cwd=ROOT,
            check=True,
        )
        return place


def installed(name: str) -> str | None:
    """The path of another program; None where it is not installed."""
    return shutil.which(name)


def python(code: str, *arguments: str) -> list[str]:
    """The words that run some Python."""
    return [sys.executable, "-c", code, *arguments]
