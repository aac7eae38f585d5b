"""Export and import are each other's inverse: the same entries, uids, voids, chain and status."""

from __future__ import annotations

import csv
import io
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from children import GOALS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import NOW, Office

from ordos_targets import locale
from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.formulas import escape_formula, unescape_formula
from ordos_targets.readers.read_rows import EntryFormat, read_rows
from ordos_targets.readers.rows import InputRow
from ordos_targets.readers.source import open_source
from ordos_targets.readers.table import TableOptions
from ordos_targets.report.entries import EXPORT_COLUMNS
from ordos_targets.report.export import entry_pieces
from ordos_targets.report.output import write_file
from ordos_targets.store.ledger import Query
from ordos_targets.store.sqlite import SqliteLedger

JUNE = date(2025, 6, 30)
FORMATS = [one.value for one in EntryFormat]


def everything(ledger: SqliteLedger) -> list[Entry]:
    """All entries of a ledger, voids and cancelled ones too."""
    with ledger.reading() as book:
        return [one.entry for one in book.entries(Query(cancelled=True))]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_year_goes_out_and_comes_back_the_same(format_: str, full_year: Office) -> None:
    """An export imported into an empty ledger gives the same entries, the same chain and the same status."""
    for arguments in (["void", "3", "--why", "示例"], ["amend", "5", "2亿元", "--why", "=cmd|'/c calc'!A0", "--force"]):
        assert 0 == full_year.run(*arguments).code
    assert 0 == full_year.run("export", "-o", f"year.{format_}").code
    again = full_year.run("--ledger", "copy.db", "import", f"year.{format_}")
    assert (0, "") == (again.code, again.err)
    assert everything(full_year.ledger) == everything(SqliteLedger(full_year.folder / "copy.db"))
    status = ["status", "--as-of", "2025-07-05", "--known-at", "2025-06-15"]
    assert full_year.run(*status) == full_year.run("--ledger", "copy.db", *status)
    known = full_year.run("--ledger", "copy.db", "import", f"year.{format_}", "-q")
    assert (0, len(everything(full_year.ledger))) == (
        known.code, len(everything(SqliteLedger(full_year.folder / "copy.db")))
    )  # fmt: skip


@pytest.mark.parametrize("format_", FORMATS)
def test_an_empty_ledger_is_exported_too(format_: str, full_year: Office) -> None:
    """Nothing goes out as a file with headings and no entries, which can be imported."""
    assert 0 == full_year.run("--ledger", "none.db", "export", "-o", f"none.{format_}").code
    size = (full_year.folder / f"none.{format_}").stat().st_size
    ran = full_year.run("--ledger", "other.db", "import", f"none.{format_}")
    assert (0, "") == (ran.code, ran.err) if size else 4 == ran.code


def texts() -> st.SearchStrategy[str]:
    """Texts that an entry may keep: no NUL, no lone surrogate, not blank at either end."""
    hostile = st.sampled_from(
        [
            "=1+1", "'=1", "''+1", "\x1b[31m", "a\r\nb", "a\rb", "_x001B_", "_x005F_", "\ufeffx", "\u202ex", "\x7f",
            "a\tb",
        ]
    )  # fmt: skip
    anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)
    return st.one_of(hostile, anything).map(str.strip).filter(bool)


def figures() -> st.SearchStrategy[Decimal]:
    return st.decimals(-(10**11), 10**11, places=4, allow_nan=False).map(lambda one: one.normalize() + 0)


@st.composite
def entries(draw: st.DrawFn) -> list[tuple[NewEntry, str]]:
    """Drafts about any target, each with its moment."""
    found = []
    for number in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from([EntryKind.INCREMENT, EntryKind.READING, EntryKind.SHARE, EntryKind.ITEM]))
        draft = NewEntry(
            target=draw(st.sampled_from(["parks", "gone"])),
            district=draw(st.sampled_from([None, "east"])),
            date=draw(st.dates(date(1990, 1, 1), date(2025, 12, 31))),
            kind=kind,
            value=None if kind is EntryKind.ITEM else draw(figures()),
            of=draw(st.none() | figures()) if kind is EntryKind.SHARE else None,
            item=draw(st.text(string.ascii_lowercase, min_size=1)) if kind is EntryKind.ITEM else None,
            estimate=draw(st.booleans()),
            note=draw(st.none() | texts()),
            evidence=draw(st.none() | texts()),
            by=draw(texts()),
            origin=draw(texts()),
        )
        found.append((draft, f"{NOW - timedelta(days=number)}"))
    return found


@given(given_entries=entries(), format_=st.sampled_from(FORMATS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_column_of_any_entry_is_read_as_it_was_written(
    given_entries: list[tuple[NewEntry, str]], format_: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever texts and figures an entry holds, each format gives them back to the letter."""
    folder = tmp_path_factory.mktemp("exchange")
    ledger = SqliteLedger(folder / "progress.db")
    with ledger.writing() as book:
        written = [book.append(draft, NOW) for draft, _moment in given_entries]
    write_file(folder / "out", entry_pieces([(entry, None) for entry in written], format_))
    with open_source("out", folder, io.BytesIO()) as source:
        found = read_rows(source, EntryFormat(format_), TableOptions())
        rows = [row for row in found if isinstance(row, InputRow)]
    names = ("target", "district", "item", "note", "evidence", "by", "origin", "uid", "recorded_at")
    assert [[getattr(one, name) for name in names] for one in written] == [
        [row.text(name) or None for name in names] for row in rows
    ]
    assert [(str(one.date), one.value, one.of) for one in written] == [
        (row.text("date"), _decimal(row, "value"), _decimal(row, "of")) for row in rows
    ]


def _decimal(row: InputRow, name: str) -> Decimal | None:
    return Decimal(row.text(name)) if name in row.cells else None


@given(text=st.text(max_size=8) | st.text("'=+-@\t", max_size=5))
def test_inert_and_live_are_inverse(text: str) -> None:
    """A text made harmless for a spreadsheet is got back, and what no spreadsheet would run is not touched."""
    assert text == unescape_formula(escape_formula(text))
    assert not escape_formula(text).startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"))


def test_excel_opens_the_csv_as_it_is(full_year: Office) -> None:
    """--excel adds the BOM by which Excel knows UTF-8; no cell begins like a formula; it is imported all the same."""
    full_year.run("record", "pilot", "1", "--date", "2025-06-30", "--note", "=HYPERLINK(1)")
    assert 0 == full_year.run("export", "--excel", "-o", "year.csv").code
    content = (full_year.folder / "year.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfuid,target,")
    cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    assert [] == [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))]
    assert "0 added" in full_year.run("import", "year.csv").out


@pytest.mark.parametrize("format_", ["jsonl", "toml", "xlsx"])
def test_excel_is_for_text_tables(format_: str, full_year: Office) -> None:
    """--excel with another format is refused, and the file that was there stays as it was."""
    path = full_year.folder / f"year.{format_}"
    path.write_bytes(b"before")
    assert (2, b"before") == (full_year.run("export", "--excel", "-o", path.name).code, path.read_bytes())


def test_a_failed_export_leaves_the_file_as_it_was(full_year: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export that breaks off half-way replaces nothing and leaves no scrap beside it."""

    def broken(self: object, query: object) -> Iterator[object]:
        del self, query
        yield from ()
        raise OSError(5, "Input/output error")

    path = full_year.folder / "year.csv"
    path.write_bytes(b"before")
    monkeypatch.setattr("ordos_targets.store.sqlite_reader.SqliteReader.entries", broken)
    before = sorted(one.name for one in full_year.folder.iterdir())
    assert 1 == full_year.run("export", "-o", "year.csv").code
    assert (b"before", before) == (path.read_bytes(), sorted(one.name for one in full_year.folder.iterdir()))


def test_an_export_may_be_of_some_targets(full_year: Office) -> None:
    """Targets named on the line are exported alone, by prefix or Chinese name as everywhere."""
    ran = full_year.run("export", "中试", "--format", "csv")
    found = {row["target"] for row in csv.DictReader(io.StringIO(ran.out))}
    assert {"pilot-projects"} == found
    assert list(EXPORT_COLUMNS) == ran.out.splitlines()[0].split(",")


def test_the_ledger_itself_is_not_overwritten(full_year: Office) -> None:
    """-o naming the ledger is refused."""
    assert 2 == full_year.run("export", "--format", "csv", "-o", "progress.db").code


def test_a_workbook_is_not_shown_on_a_terminal(full_year: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that a terminal would obey are refused there, with what to do instead."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert 2 == full_year.run("export", "--format", "xlsx").code


def test_without_its_library_a_workbook_names_the_extra(full_year: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where openpyxl is missing, reading and writing a workbook say which extra brings it, in both languages."""
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    (full_year.folder / "x.xlsx").write_bytes(b"PK\x03\x04")
    for arguments in (["export", "-o", "y.xlsx"], ["import", "x.xlsx"]):
        for language in ("en", "zh"):
            ran = full_year.run("--lang", language, *arguments)
            assert (2, True) == (ran.code, "pip install 'ordos-targets[xlsx]'" in ran.err)
    locale.activate("en")


def test_moments_before_the_epoch_are_days_too() -> None:
    """A figure of 1960 gets a uid that sorts with the oldest."""
    from ordos_targets.store.uuid7 import uuid7  # noqa: PLC0415 - for this test only

    assert uuid7(datetime(1960, 1, 1, tzinfo=UTC), bytes(10)).startswith("00000000-0000-7")


def test_the_files_end_in_a_newline(full_year: Office, tmp_path: Path) -> None:
    """Every text format ends its last line, so that files can be put one behind the other."""
    for format_ in ("csv", "tsv", "jsonl", "toml"):
        full_year.run("export", "--format", format_, "-o", str(tmp_path / "out"))
        assert (tmp_path / "out").read_text(encoding="utf-8").endswith("\n")


LATER = [
    NewEntry("parks", JUNE, EntryKind.INCREMENT, value=Decimal(2), first_day=date(2025, 6, 1), by="li"),
    NewEntry("plan", JUNE, EntryKind.ITEM, item="draft", state="signed", by="li"),
    NewEntry("parks", JUNE, EntryKind.RATE, value=Decimal("12.5"), first_day=date(2025, 1, 1), by="li"),
    NewEntry("parks", JUNE, EntryKind.REMARK, note="late", will="=begin,\nnow", until=date(2025, 9, 30), by="li"),
    NewEntry("parks", JUNE, EntryKind.UNCHANGED, district="east", by="li"),
    NewEntry("*", JUNE, EntryKind.CLOSE, note="published", by="li"),
]
PLAN = """
[[districts]]
id = "east"
name = "东区"
[[targets]]
id = "plan"
name = "方案"
measure = "checklist"
items = [{ id = "draft", name = "起草" }]
"""


@pytest.mark.parametrize("format_", FORMATS)
def test_kinds_and_columns_that_came_later_come_back(format_: str, office: Office) -> None:
    """Whatever a later version records survives an export and an import into an empty ledger, hashes and all."""
    office.write(GOALS + PLAN)
    with office.ledger.writing() as book:
        written = [book.append(draft, NOW) for draft in LATER]
    assert 0 == office.run("export", "-o", f"out.{format_}").code
    ran = office.run("--ledger", "new.db", "import", f"out.{format_}")
    assert (0, "") == (ran.code, ran.err)
    with SqliteLedger(office.folder / "new.db").reading() as book:
        assert written == [line.entry for line in book.entries(Query(cancelled=True))]
    assert 0 == office.run("--ledger", "new.db", "sync", "progress.db").code
    assert 6 == len(office.json("log", "--all")["entries"])
