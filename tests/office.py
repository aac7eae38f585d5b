"""What tests share: the command line in process, in a folder of its own, and ledgers filled from text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ordos_targets.cli.app import main
from ordos_targets.domain.entries import EntryKind, NewEntry
from ordos_targets.store.sqlite import SqliteLedger

ROOT = Path(__file__).parent.parent
YEAR = ROOT / "tests" / "data" / "year_2025.jsonl"
NOW = datetime(2026, 1, 20, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    """What a run of the command line left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


class Office:
    """A folder somebody works in, and the command line run there as of NOW."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def run(self, *arguments: str) -> Ran:
        self._capsys.readouterr()
        code = main(arguments)
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    def json(self, *arguments: str) -> Any:  # noqa: ANN401 - whatever the JSON holds
        ran = self.run(*arguments, "--format", "json")
        assert (0, "") == (ran.code, ran.err)
        return json.loads(ran.out, parse_float=Decimal)

    def write(self, toml: str) -> None:
        (self.folder / "targets.toml").write_text(toml, encoding="utf-8")

    @property
    def ledger(self) -> SqliteLedger:
        return SqliteLedger(self.folder / "progress.db")


def drafts(lines: Iterable[str]) -> Iterator[NewEntry]:
    """Entries from JSON Lines, as in tests/data."""
    for line in lines:
        facts = json.loads(line)
        for name in ("value", "of"):
            if facts.get(name) is not None:
                facts[name] = Decimal(facts[name])
        yield NewEntry(**facts | {"date": date.fromisoformat(facts["date"]), "kind": EntryKind(facts["kind"])})


def fill(ledger: SqliteLedger, entries: Iterable[NewEntry], now: Callable[[NewEntry], datetime] | None = None) -> None:
    """Append entries in one transaction, each recorded at noon of its day unless `now` says otherwise."""
    at = now or (lambda draft: datetime(draft.date.year, draft.date.month, draft.date.day, 12, tzinfo=UTC))
    with ledger.writing() as book:
        for draft in entries:
            book.append(draft, at(draft))
