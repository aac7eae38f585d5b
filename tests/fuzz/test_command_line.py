"""Any command line, with any files: a run ends as the contract says, obeys no text, and writes all or nothing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from bombs import HEADINGS, row, sheet, workbook
from children import GOALS, RECORD
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from office import Office, Ran

FUZZED = settings(
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
CODES = {0, 1, 2, 3, 4, 5}
# What a terminal would obey, and what turns or hides the text beside it; blanks and line breaks are ours.
ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
DAY = ("--date", "2025-06-30")

MORE_GOALS = (
    GOALS
    + """
[[districts]]
id = "east"
name = "东区"
[[targets]]
id = "roads"
name = "道路"
measure = "total"
scope = "parts"
goal = 100
[[targets]]
id = "funds"
name = "资金"
measure = "growth"
scope = "each"
goal = "20%"
[[targets]]
id = "active"
name = "活跃企业"
measure = "share"
goal = "50%"
[[targets]]
id = "papers"
name = "文件"
measure = "checklist"
items = [{ id = "rules", name = "办法" }]
[[targets]]
id = "rate"
name = "失业率"
measure = "level"
direction = "at_most"
goal = 5
"""
)


@pytest.fixture
def desk(office: Office) -> Office:
    """Targets of every measure, a ledger with entries that were amended and voided, and files to name."""
    office.write(MORE_GOALS)
    for command in (
        RECORD, ("record", "roads", "3", "--district", "east", *DAY), ("record", "papers", "rules", *DAY),
        ("record", "active", "3/9", *DAY, "--note", "\x1b[31m\u202e"), ("amend", "1", "2", "--why", "x"),
        ("void", "2", "--why", "x"),
    ):  # fmt: skip
        assert 0 == office.run(*command).code
    (office.folder / "june.csv").write_text("target,value,date\nparks,1,2025-06-30\n", encoding="utf-8")
    (office.folder / "folder").mkdir()
    return office


def kept(desk: Office) -> tuple[int, str]:
    with desk.ledger.reading() as book:
        return book.head.entries, book.head.hash


def judge(desk: Office, *arguments: str) -> Ran:
    """One run, held against the contract; what a successful one wrote is taken back by nobody."""
    before = kept(desk)
    ran = desk.run(*arguments)
    assert ran.code in CODES, (arguments, ran)
    for word in ("Traceback", "Unexpected error", "出现意外错误"):
        assert word not in ran.out + ran.err or "--debug" in arguments, (arguments, ran)
    raw = "export" in arguments  # its files are read by programs, to the letter
    assert not ACTING.search(ran.err if raw else ran.out + ran.err), (arguments, ran)
    if ran.code not in {0, 3}:
        assert before == kept(desk), (arguments, ran)
        # A run that failed has printed nothing, but for the one line a monitor reads.
        assert not ran.out or "--nagios" in arguments, (arguments, ran)
    return ran


# What a process gets as arguments: no NUL, and bytes that are no UTF-8 as lone surrogates.
TYPED = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
BYTES = st.binary(max_size=8).map(lambda one: os.fsdecode(one.replace(b"\0", b"")))
HOSTILE = st.sampled_from(
    [
        "", " ", "-", "--", "---", "-1", "-0.5", "——", "=", "--=", "\x1b[2J", "\x9b31m", "\u202e", "\u2028", "\ufeff",
        "[red]x[/red]", "{0}", "%s", "%(x)s", "{text}", "$(id)", "`id`", "'; DROP TABLE entries; --", "../../x", "/",
        "~", "~root/x", "x" * 5000, "指" * 2000, "a" + "\u0301" * 2000, "((((" * 500, " " * 3000 + "x", "\udcff\udc80",
        "9" * 400, "1e999999", "NaN", "-inf", "0x10", "１２", "〇", "1/0", "1/2/3", "十亿亿", "2025-02-30",
        "9999-12-31", "0000-00-00", "1-13月", "2025Q9", "today", "p\u0430rks", "parks", "roads",
        "rules", "east", "1", "2",
        "june.csv", "folder", "progress.db", "targets.toml", "/dev/null", "out.txt", "json", "csv", "zh", "true",
    ]
)  # fmt: skip
WORDS = st.one_of(HOSTILE, TYPED, BYTES)
COMMANDS = st.sampled_from(
    ["status", "record", "show", "log", "amend", "void", "import", "export", "verify", "check", "schema", "backup"]
)
FLAGS = st.sampled_from(
    [
        "--to-date", "--estimate", "--final", "--dry-run", "--force", "--last", "--all", "--wide", "--amend",
        "--explain", "--nagios", "--excel", "--salvage", "--quiet", "-q", "--no-color", "--debug", "--version",
        "--help", "-h", "--blank",
    ]
)  # fmt: skip
OPTIONS = st.sampled_from(
    ["--as-of", "--known-at", "--since", "--until", "--district", "--by", "--only", "--fail-on", "--format", "--date",
     "--note", "--evidence", "--why", "-n", "--sheet", "--ignore", "--head", "--against", "--write-anchor", "-o",
     "--output", "--targets", "-t", "--ledger", "--lang", "--title", "--year", "--timezone", "--nothing", "-x"]
)  # fmt: skip
PIECES = st.one_of(
    WORDS.map(lambda one: [one]),
    FLAGS.map(lambda one: [one]),
    st.tuples(OPTIONS, WORDS).map(list),
    st.tuples(OPTIONS, WORDS).map(lambda one: [f"{one[0]}={one[1]}"]),
)
LINES = st.tuples(
    st.lists(PIECES, max_size=1), st.one_of(COMMANDS, COMMANDS, COMMANDS, WORDS), st.lists(PIECES, max_size=4)
).map(lambda one: [word for piece in (*one[0], [one[1]], *one[2]) for word in piece])
LIKELY = st.tuples(
    st.sampled_from(
        [
            ("record", "parks"), ("record", "active"), ("record", "papers"), ("record", "rate"), ("show",),
            ("status",), ("log",), ("record", "roads", "--district", "east"),
            ("record", "funds", "--district", "east"), ("void",), ("amend", "3"), ("import",), ("export",),
            ("backup",), ("verify", "--head"), ("status", "--as-of"), ("log", "--since"), ("status", "--known-at"),
            ("record", "parks", "1", "--date"), ("record", "parks", "1", "--note"), ("log", "-n"),
            ("void", "3", "--why"), ("status", "--only"), ("verify", "--against"),
        ]
    ),
    WORDS,
    st.lists(PIECES, max_size=2),
).map(lambda one: [*one[0], one[1], *(word for piece in one[2] for word in piece)])  # fmt: skip


@FUZZED
@given(arguments=LINES)
def test_any_command_line(arguments: list[str], desk: Office) -> None:
    """Options with any values, in any order, anywhere."""
    judge(desk, *arguments)


@FUZZED
@given(arguments=LIKELY)
def test_command_lines_that_are_almost_right(arguments: list[str], desk: Office) -> None:
    """A command that could be carried out, were it not for one hostile word."""
    judge(desk, *arguments)


COLUMNS = st.lists(
    st.sampled_from(
        [
            "target", "指标", "value", "完成值（万元）", "累计数", "新增数", "of", "date", "district", "unit",
            "note", "item", "kind", "estimate", "evidence", "by", "uid", "replaces", "recorded_at", "origin",
            "evidence_sha256", "seq", "1月", "1-3月累计", "东区", "", "x",
        ]
    ),
    min_size=1,
    max_size=6,
).map(lambda names: ["target", *names])  # fmt: skip
CELLS = st.one_of(
    HOSTILE,
    TYPED,
    st.sampled_from(
        [
            "parks", "公园", "roads", "active", "papers", "办法", "1", "1.5", "3/9", "20%", "2亿元", "2025-06-30",
            "6月", "east", "reading", "increment", "void", "item", "share", "true",
            "0197be22-2c00-757c-b352-2f9e5cfceb8a", "2025-07-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59Z", "/dev/zero", "folder", "\x00", "\ud800",
        ]
    ),
)  # fmt: skip
# Bytes that do not belong there, and where they are put in.
DAMAGE = st.tuples(st.integers(0, 400), st.binary(max_size=6))
IMPORT = st.lists(
    st.sampled_from(
        ["--force", "--wide", "--dry-run", "--to-date", "--amend", "--date=6月", "--why=x", "--district=east"]
    ),
    max_size=3,
)  # fmt: skip


SCALARS = st.one_of(
    CELLS, st.none(), st.booleans(), st.integers(), st.floats(), st.lists(st.none(), max_size=2),
    st.dictionaries(st.just("a"), st.none(), max_size=1),
)  # fmt: skip
Rows = list[list[Any]]


@st.composite
def tables(draw: st.DrawFn, cells: st.SearchStrategy[Any]) -> Rows:
    """Headings, and rows of about as many cells."""
    columns = draw(COLUMNS)
    lines = st.lists(cells, min_size=max(1, len(columns) - 1), max_size=len(columns) + 1)
    return [columns, *draw(st.lists(lines, max_size=4))]


def imported(desk: Office, name: str, content: bytes, options: list[str]) -> None:
    path = desk.folder / name
    path.write_bytes(content)
    judge(desk, "import", name, *options)
    path.unlink()


def damaged(content: bytes, damage: tuple[int, bytes]) -> bytes:
    at, junk = damage
    return content[:at] + junk + content[at:]


def delimited(delimiter: str) -> Callable[[Rows], bytes]:
    """What writes a table as CSV, each cell in quotes."""

    def write(rows: Rows) -> bytes:
        quoted = (['"' + cell.replace('"', '""') + '"' for cell in cells] for cells in rows)
        return "\n".join(map(delimiter.join, quoted)).encode(errors="surrogatepass")

    return write


def json_lines(rows: Rows) -> bytes:
    return "\n".join(json.dumps(dict(zip(rows[0], cells, strict=False))) for cells in rows[1:]).encode()


def toml(rows: Rows) -> bytes:
    pairs = [
        "".join(f"{json.dumps(key)} = {json.dumps(cell)}\n" for key, cell in zip(rows[0], cells, strict=False))
        for cells in rows[1:]
    ]
    return "".join(f"[[entries]]\n{lines}" for lines in pairs).encode()


def sheets(rows: Rows) -> bytes:
    """A workbook; what XML cannot hold stands there as a code."""

    def coded(text: str) -> str:
        return escape(ACTING.sub(lambda found: f"_x{ord(found[0]):04X}_", text))

    return workbook(sheet("".join(row(*map(coded, cells), number=number) for number, cells in enumerate(rows, 1))))


WRITERS: dict[str, Callable[[Rows], bytes]] = {
    "comma.csv": delimited(","), "semicolon.csv": delimited(";"), "tab.csv": delimited("\t"),
    "a.jsonl": json_lines, "a.toml": toml, "a.xlsx": sheets,
}  # fmt: skip


@pytest.mark.parametrize("name", WRITERS)
@FUZZED
@given(data=st.data(), options=IMPORT, damage=DAMAGE)
def test_any_rows(name: str, data: st.DataObject, options: list[str], damage: tuple[int, bytes], desk: Office) -> None:
    """Tables with hostile cells in every format, and bytes that do not belong there."""
    content = WRITERS[name](data.draw(tables(SCALARS if name == "a.jsonl" else CELLS)))
    imported(desk, name, content if name == "a.xlsx" else damaged(content, damage), options)


@FUZZED
@given(places=st.lists(st.tuples(st.integers(0, 1 << 16), st.binary(max_size=3)), max_size=8), cut=st.integers(0, 60))
def test_any_damage_to_a_workbook(places: list[tuple[int, bytes]], cut: int, desk: Office) -> None:
    """Workbooks with bytes changed, put in or cut off."""
    content = workbook(sheet(HEADINGS + row("parks", "1", "2025-06-30", number=2)))
    for place, junk in places:
        at = place % len(content)
        content = content[:at] + junk + content[at + len(junk) :]
    imported(desk, "a.xlsx", content[: len(content) - cut], ["--force"])


@FUZZED
@given(content=st.binary(max_size=200), ending=st.sampled_from(["csv", "tsv", "jsonl", "toml", "xlsx"]))
def test_any_bytes(content: bytes, ending: str, desk: Office) -> None:
    """Bytes of any kind under the name of each format."""
    imported(desk, f"a.{ending}", content, [])


LINES_OF_GOALS = MORE_GOALS.splitlines(keepends=True)
LIKELY_LINES = """goal = "1e999999"
goal = nan
goal = -1
goal = 0
unit = "元"
plan = "last-year"
year = 1900
year = 2999
start = 1900-01-01
due = 2999-12-31
base = "1亿元"
stretch = 1
scope = "each"
split = { east = 1 }
revisions = [{ on = 2025-07-01, goal = 12, why = "x" }]
cadence = "day"
lights = { red = 0 }
weight = 0
direction = "at_most"
ledger = "/dev/null"
timezone = "UTC"
ledger = "postgresql://u:p@h/d"
aliases = ["parks"]
grace_days = 366
[lights]
[[districts]]
plan = [{ by = 2025-03-31, share = "15%" }]
measure = "level"
measure = "growth"
headline = true
""".splitlines(keepends=True)
PUT_IN = st.sampled_from(LIKELY_LINES) | st.text(max_size=10).map(lambda text: f"{text}\n")


@FUZZED
@given(
    changes=st.lists(st.tuples(st.integers(0, len(LINES_OF_GOALS)), st.integers(0, 3), PUT_IN), max_size=4),
    command=st.sampled_from([
        ("status",), ("status", "--as-of", "2025-07-05", "--since", "2025-03-31", "--format", "json"),
        ("show", "parks", "--explain"), ("check",), ("log",), ("record", "roads", "1", "--district", "east"),
        ("status", "--by", "district"), ("status", "--nagios"), ("show", "funds", "--as-of", "1900-01-01"),
    ]),
)  # fmt: skip
def test_any_goals(changes: list[tuple[int, int, str]], command: tuple[str, ...], desk: Office) -> None:
    """Targets files with lines left out, put in and changed, and any command on them."""
    lines = list(LINES_OF_GOALS)
    for at, out, text in changes:
        lines[at : at + out] = [text]
    (desk.folder / "other.toml").write_text("".join(lines), encoding="utf-8", errors="surrogatepass")
    judge(desk, *command, "-t", "other.toml", "--ledger", "progress.db")


def test_the_law_can_be_broken(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What judges these runs would notice a run that ends in surprise."""

    def surprise(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ordos_targets.usecases.export.log", surprise)
    with pytest.raises(AssertionError):
        judge(desk, "log")
    assert Path("targets.toml").exists()
