"""Damaged ledgers: a sound one to begin with, what harms it, and what the command line then says."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import chdir, closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from children import GOALS, RECORD

from ordos_targets.cli.app import main
from ordos_targets.domain.entries import HASHED, EntryKind, NewEntry
from ordos_targets.store.sqlite import SqliteLedger

ENTRIES = 60
PAGE = 4096
NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)
STATUS = ("status", "--format", "json")
LOG = ("log", "--all", "--format", "jsonl")
SALVAGE = ("export", "--salvage", "--format", "jsonl")


@contextmanager
def unguarded(path: Path) -> Iterator[sqlite3.Connection]:
    """The ledger as somebody with sqlite3 opens it who drops the triggers first and puts them back afterwards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        yield db
        for _, sql in triggers:
            db.execute(sql)


def lay_out(folder: Path, entries: int = ENTRIES, by: str = "Li") -> Path:
    """The path of a new ledger of `entries`, each with a note that takes some room."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "targets.toml").write_text(GOALS, encoding="utf-8")
    add(folder, range(1, entries + 1), by)
    return folder / "progress.db"


def add(folder: Path, numbers: Sequence[int], by: str = "Li") -> None:
    """Append an entry for each number."""
    with SqliteLedger(folder / "progress.db").writing() as book:
        for number in numbers:
            draft = NewEntry(
                target="parks",
                date=date(2025, 6, 30),
                kind=EntryKind.INCREMENT,
                value=Decimal(1),
                note=note(number),
                by=by,
            )
            book.append(draft, NOON + timedelta(minutes=number))


def note(number: int) -> str:
    return f"<{number}>" + "长" * 100


def cells(content: bytes, page: int) -> dict[int, int]:
    """Where in the file each entry begins that is kept on a page; none on a page that keeps something else.

    SQLite's file format: a leaf of a table begins with 13; the number of its cells stands at 3, their places from 8 on;
    a cell begins with two numbers of 7 bits a byte, its length and the entry's number.
    """
    base = page * PAGE
    if content[base : base + 1] != b"\x0d":
        return {}
    found = {}
    for pointer in range(base + 8, base + 8 + 2 * int.from_bytes(content[base + 3 : base + 5]), 2):
        at = base + int.from_bytes(content[pointer : pointer + 2])
        _, after = _number(content, at)
        number, _ = _number(content, after)
        found[number] = at
    return found


def _number(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    while content[at] & 0x80:
        value, at = value << 7 | content[at] & 0x7F, at + 1
    return value << 7 | content[at], at + 1


def place_of(content: bytes, number: int) -> tuple[int, int]:
    """The page an entry is kept on, and where in the file it begins."""
    for page in range(1, len(content) // PAGE):
        found = cells(content, page)
        if number in found:
            return page, found[number]
    raise LookupError(number)


def rows(path: Path) -> list[tuple[object, ...]]:
    """Every entry as it is kept; the columns that came with format 4 are left out."""
    names = ", ".join(f'"{name}"' for name in (*HASHED, "hash"))
    with closing(sqlite3.connect(path)) as db:
        return db.execute(f"SELECT {names} FROM entries ORDER BY seq").fetchall()


@dataclass(frozen=True)
class Judged:
    """What became of a damaged ledger.

    `code` and `told` are of `verify`, `first` the number in its first finding, None where that is about the whole;
    `salvaged` the numbers of the entries that could be read, in the order of the ledger; `lost` how many at least
    could not; `others` the exit codes of log, status and record.
    """

    code: int
    told: str
    first: int | None
    salvaged: list[int]
    lost: int
    others: tuple[int, ...]


def several(folder: Path, *runs: Sequence[str]) -> list[tuple[int, str, str]]:
    """Exit code, stdout and stderr of each of several runs in this process, none of which fails unexpectedly."""
    told = []
    for arguments in runs:
        out, err = io.StringIO(), io.StringIO()
        with chdir(folder), redirect_stdout(out), redirect_stderr(err):
            code = int(main(arguments))
        told.append((code, out.getvalue(), err.getvalue()))
        assert (True, False) == (code in {0, 2, 4, 5}, "nexpected" in err.getvalue()), err.getvalue()
    return told


def judge(folder: Path, *against: str) -> Judged:
    """What verify, export --salvage, log, status and record make of the ledger in `folder`."""
    verified, salvaged, *others = several(folder, ("verify", *against), SALVAGE, LOG, STATUS, RECORD)
    code, _, told = verified
    numbers = re.search(r"^  #(-?\d+): ", told, re.MULTILINE)
    whole = told.splitlines()[1:2] and not told.splitlines()[1].startswith("  #")
    lost = re.search(r"At least (\d+) entr", salvaged[2])
    return Judged(
        code=code,
        told=told,
        first=int(numbers[1]) if numbers and not whole else None,
        salvaged=[int(found) for found in re.findall(r"<(\d+)>", salvaged[1])],
        lost=int(lost[1]) if lost else 0,
        others=tuple(code for code, _, _ in others),
    )


def heads(folder: Path) -> dict[str, Any]:
    """The ledger's entries and head, as a status tells them."""
    [(code, out, err)] = several(folder, STATUS)
    assert (0, "") == (code, err)
    ledger: dict[str, Any] = json.loads(out)["ledger"]
    return ledger
