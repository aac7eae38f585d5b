"""Many rows taken together, and each of them by itself, give the same ledger and the same words."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from children import run
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from office import NOW, Office, Ran
from rows import singly
from test_import import GOALS

from ordos_targets.config.load import load_goals
from ordos_targets.domain.amounts import NotANumber
from ordos_targets.domain.entries import Entry, EntryKind
from ordos_targets.domain.entry_values import EntryValue, parse_entry_value
from ordos_targets.domain.errors import UsageError
from ordos_targets.readers import gather
from ordos_targets.readers.read_rows import read_rows
from ordos_targets.store import sqlite_bulk
from ordos_targets.store.ledger import Query
from ordos_targets.store.sqlite import SqliteLedger
from ordos_targets.store.uuid7 import beginning, uuid7
from ordos_targets.usecases import import_alike, import_entries
from ordos_targets.usecases.import_kin import PLAIN, Figures

HEADS = (
    ("target", "district", "date", "value", "note"),
    ("指标", "旗区", "日期", "完成值", "备注"),
    ("target", "district", "date", "累计数", "快报"),
    ("target", "district", "date", "value", "kind", "by"),
    ("uid", "target", "district", "date", "value", "note"),
    ("uid", "target", "district", "date", "value", "kind", "recorded_at"),
    ("指标", "旗区", "日期", "完成值", "类型"),
    ("target", "value", "note"),
)
FIELDS = {
    "指标": "target",
    "旗区": "district",
    "日期": "date",
    "完成值": "value",
    "累计数": "value",
    "备注": "note",
    "类型": "kind",
}
PLACES = (
    ("parks", ""),
    ("公园", ""),
    ("roads", "east"),
    ("roads", "西区"),
    ("道路（万公里）", "east"),
    ("growth", "west"),
)
UIDS = [f"0197be22-2c00-757c-b352-2f9e5cfceb8{digit}" for digit in "0123456789abcdef"]
# What is likely, and what stands in one cell of a table at most.
CELLS: dict[str, tuple[list[str], list[str]]] = {
    "date": (
        ["2025-05-31", "2025-06-30", "6月"],
        ["2024-06-30", "2025年6月1日", "2027-01-01", "", "2025.1", "2026-01-20"],
    ),
    "value": (
        ["1", "2", "2.0", "3", "30"],
        ["12.5", "1,234", "3亿元", "7元", "40%", "-3", "x", "", " 4", "007", "办法"],
    ),
    "note": (["", "a", "  b "], ["一", "'=1", 'say "so"', "x\ny", "n" * 4_001]),
    "kind": (["", "increment", "reading"], ["累计数", "void", "?"]),
    "快报": (["", "否"], ["是", "?"]),
    "by": (["", "Li"], ["Wang"]),
    "uid": (UIDS, ["", "x", UIDS[0].upper()]),
    "recorded_at": (["2025-07-01T00:00:00Z", "2025-07-02T00:00:00.5Z"], ["", "2030-01-01T00:00:00Z", "x"]),
    "target": ([], ["funds", "active", "papers", "nowhere", ""]),
    "district": ([], ["", "east ", "north"]),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], list[list[str]]]:
    """Two tables with the same headings, in which many rows are alike, and most can be imported."""
    head = draw(st.sampled_from(HEADS))
    names = [FIELDS.get(name, name) for name in head]
    places = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3))
    likely = {name: st.sampled_from(cells) for name, (cells, _odd) in CELLS.items() if cells}
    kinds = st.sampled_from(draw(st.sampled_from([[""], ["increment"], ["reading"], ["", "increment", "reading"]])))
    found = []
    for _table in range(2):
        rows = []
        for _number in range(draw(st.integers(1, 12))):
            place = dict(zip(("target", "district"), draw(st.sampled_from(places)), strict=True))
            place["kind"] = draw(kinds)
            rows.append([place[name] if name in place else draw(likely[name]) for name in names])
        column = draw(st.integers(0, len(head) - 1))
        odd = draw(st.sampled_from(CELLS[names[column]][1]))
        for row in draw(st.lists(st.sampled_from(rows), max_size=4)):
            row[column] = odd
        found.append([list(head), *rows])
    return found[0], found[1]


def written(table: list[list[str]]) -> str:
    quoted = [
        ['"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\n') else cell for cell in row] for row in table
    ]
    return "".join(",".join(row) + "\n" for row in quoted)


def put(table: list[list[str]], path: Path) -> None:
    """The table as a file of the format that its name tells."""
    head, *rows = table
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in table:
            sheet.append(row)
        book.save(path)
    elif path.suffix == ".jsonl":
        lines = [json.dumps(dict(zip(head, row, strict=True)), ensure_ascii=False) for row in rows]
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    else:
        path.write_text(written(table), encoding="utf-8")


def entries(ledger: SqliteLedger) -> list[Entry]:
    with ledger.reading() as book:
        return [one.entry for one in book.entries(Query(cancelled=True))]


def by_itself(*arguments: Any) -> Iterator[Any]:  # noqa: ANN401 - whatever read_rows takes
    return iter(singly(read_rows(*arguments)))


def imported(desk: Office, name: str, *arguments: str) -> tuple[Ran, list[Entry]]:
    ledger = desk.folder / f"{name}.db"
    ran = desk.run("--ledger", ledger.name, "import", *arguments)
    return ran, entries(SqliteLedger(ledger))


@pytest.fixture
def desk(office: Office) -> Office:
    """Targets of every measure, and an empty ledger."""
    office.write(GOALS)
    return office


DAYS = ("2025-05-31", "2025-06-01", "2025-06-02", "2025-06-03")
LATER = [["roads", "east", day, "1", "", ""] for day in DAYS]
# Tables that chance seldom makes: a reading below what was added since the last one; a figure that may be a total, of
# an empty ledger and of one that has figures of the file; a row that was recorded before, beside one that was not.
BELOW = [
    list(HEADS[3]),
    *LATER,
    ["parks", "", DAYS[0], "2", "reading", ""],
    ["parks", "", DAYS[1], "3", "reading", ""],
    ["parks", "", DAYS[2], "8", "increment", ""],
    ["parks", "", DAYS[2], "9", "increment", ""],
    ["parks", "", DAYS[3], "12", "reading", ""],
]
UNCLEAR = [
    list(HEADS[6]),
    ["parks", "", DAYS[0], "3", "reading"],
    ["parks", "", DAYS[0], "1", ""],
    ["parks", "", DAYS[0], "5", ""],
]
HALF_KEPT = [
    list(HEADS[5]),
    [UIDS[0], "parks", "", DAYS[0], "1", "increment", ""],
    [UIDS[1], "parks", "", DAYS[0], "2", "increment", "2025-07-01T00:00:00Z"],
]


@example(both=(BELOW, BELOW), arguments=(), waiting=256, file="june.csv")
@example(both=(UNCLEAR, UNCLEAR), arguments=(), waiting=256, file="june.csv")
@example(both=(UNCLEAR[:3], UNCLEAR), arguments=(), waiting=256, file="june.csv")
@example(both=(HALF_KEPT, HALF_KEPT), arguments=(), waiting=256, file="june.csv")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    both=tables(),
    arguments=st.sampled_from([(), ("--force",), ("--to-date",), ("--to-date", "--force")]),
    waiting=st.sampled_from([1, 3, 256]),
    file=st.sampled_from(["june.csv", "june.csv", "june.jsonl", "june.xlsx"]),
)
def test_rows_together_are_rows_one_by_one(
    both: tuple[list[list[str]], list[list[str]]],
    arguments: tuple[str, ...],
    waiting: int,
    file: str,
    desk: Office,
) -> None:
    """Whatever a file holds, then again, and with rows added: the same entries, chain, counts, refusals and moves."""
    for path in desk.folder.glob("*.db*"):
        path.unlink()
    first, more = both
    for table in (first, first, [*first, *more[1:]]):
        put(table, desk.folder / file)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(import_alike, "ROWS", waiting)
            patch.setattr(gather, "MOST", waiting)
            together = imported(desk, "together", file, *arguments)
            patch.setattr(import_entries, "read_rows", by_itself)
            alone = imported(desk, "alone", file, *arguments)
        assert alone == together
    assert 0 == desk.run("--ledger", "together.db", "verify").code


UNITS = (
    "",
    "元",
    "万元",
    "亿",
    "亿元",
    "个",
    "%",
    "公里",
    "千",
    "百",
    "十",
    "5",
    "亿五千万",
    "以上",
    "e5",
    "多",
    "点五",
    "余",
    "百分点",
)


@given(
    digits=st.from_regex(r"[0-9]{1,14}(\.[0-9]{1,6})?", fullmatch=True)
    | st.from_regex(r"(?:0|[1-9][0-9]{0,10})(?:\.[0-9]{0,3}[1-9])?", fullmatch=True),
    unit=st.sampled_from(UNITS) | st.text("万亿千百十元个5.,/%e", max_size=3),
    place=st.integers(0, 3),
)
def test_a_figure_that_needs_no_grammar_is_what_the_grammar_makes_of_it(
    digits: str, unit: str, place: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Digits with any unit behind them come to the same in both ways; what only the grammar refuses, it refuses."""
    path = tmp_path_factory.getbasetemp() / "targets.toml"
    path.write_text(GOALS, encoding="utf-8")
    target = load_goals(path, cache_dir=None, keeping=False).targets[place]

    def read(text: str) -> EntryValue:
        return parse_entry_value(text, target)

    quick = Figures(read).text(digits + unit)
    try:
        value = read(digits + unit).value
    except UsageError:
        value = None
    assert quick is None or (value is not None and f"{value:f}" == quick)
    if Figures(read).factor("") == 1 and re.fullmatch(PLAIN, digits):
        assert f"{read(digits).value:f}" == digits


def test_most_figures_need_no_grammar() -> None:
    """Figures as programs and offices write them are read without it: here it knows the probes alone."""

    def read(text: str) -> EntryValue:
        found = {"1": "1", "3": "3", "27.5": "27.5", "1万元": "10000", "3万元": "30000", "27.5万元": "275000"}.get(text)
        if found is None:
            raise NotANumber(text=text)
        return EntryValue(EntryKind.INCREMENT, Decimal(found), None, None)

    figures = Figures(read)
    assert ["12.5", "7", "52000", None, None] == [
        figures.text(one) for one in ("12.50", "7", "5.2万元", "1,234", "3亿")
    ]


def test_a_uid_is_a_uuid_of_version_7() -> None:
    """It holds the milliseconds, the version, the variant, and the entropy everywhere else."""
    entropy = bytes.fromhex("fedcba98765432100123")
    found = UUID(uuid7(NOW, entropy))
    assert (7, "specified in RFC 4122", int(NOW.timestamp() * 1000)) == (found.version, found.variant, found.int >> 80)
    assert (0xFED, int("98765432100123", 16) | 0xA << 56) == (found.int >> 64 & 0xFFF, found.int & (1 << 60) - 1)
    assert str(found).startswith(beginning(NOW))


MANY = sqlite_bulk.FEW + 1_000
KILLED = "import os; from ordos_targets.store.{module} import {of}; {of}.{name} = lambda *_: os._exit(9)"


def many(desk: Office) -> str:
    rows = "".join(f"parks,{number % 7},2025-0{number % 6 + 1}-15,{number}\n" for number in range(MANY))
    (desk.folder / "many.csv").write_text(f"target,value,date,note\n{rows}", encoding="utf-8")
    return "many.csv"


def made(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        return {sql for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}


def test_what_is_put_aside_is_made_again(desk: Office) -> None:
    """After an import of very many rows the ledger has every index and trigger, as it was first made, and is sound."""
    assert 0 == desk.run("--ledger", "small.db", "record", "parks", "1", "--date", "2025-06-30").code
    assert 0 == desk.run("import", many(desk)).code
    assert made(desk.folder / "small.db") == made(desk.folder / "progress.db")
    assert (0, MANY) == (desk.run("verify").code, len(entries(desk.ledger)))


@pytest.mark.parametrize(
    ("module", "of", "name"), [("sqlite_bulk", "Aside", "back"), ("sqlite_writer", "SqliteWriter", "finish")]
)
def test_killed_while_something_is_aside(module: str, of: str, name: str, desk: Office) -> None:
    """A process that dies with the indexes and the trigger put aside leaves the ledger as it was, with all of them."""
    assert 0 == desk.run("record", "parks", "1", "--date", "2025-06-30").code
    before = made(desk.folder / "progress.db")
    ran = run(desk.folder, "import", many(desk), first=KILLED.format(module=module, of=of, name=name))
    assert (9, before, 1) == (ran.returncode, made(desk.folder / "progress.db"), len(entries(desk.ledger)))
    assert 0 == desk.run("verify").code
    assert 0 == desk.run("import", "many.csv").code
    assert MANY + 1 == len(entries(desk.ledger))
