"""The writers of CSV and of an export's records."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.formulas import escape_formula
from ordos_targets.report.entries import EXPORT_COLUMNS, export_record
from ordos_targets.report.export import entry_pieces
from ordos_targets.report.serialize import delimited_lines

HOSTILE = (
    "=1", "'=1", "''@x", "'x", "-", "＋1", "a,b", 'say "so"', "a\tb", "a\nb", "\na", "a\rb", "\r", "a\r\nb", ",", '"',
    "'", "\u034f", "\u202ex", "\x7f", "\x1b[2J", "\\", "公园，东", "é", " ", "#", "n" * 300,
)  # fmt: skip
TEXTS = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
SHARE = NewEntry("t", date(2025, 6, 30), EntryKind.SHARE, value=Decimal("2.50"), of=Decimal("-300.0"), estimate=True)
ENTRY = Entry(**SHARE._asdict(), seq=7, uid="u", recorded_at="2025-07-01T00:00:00.000000Z", hash="h")
LATER = {"first_day": date(2025, 6, 1), "state": "done", "will": "begin", "until": date(2025, 9, 30)}


@given(rows=st.lists(st.lists(TEXTS, min_size=2, max_size=2), max_size=4), format_=st.sampled_from(["csv", "tsv"]))
@example(rows=[[text, "x"] for text in HOSTILE], format_="csv")
@example(rows=[["x", text] for text in HOSTILE], format_="tsv")
def test_delimited_lines_are_those_of_a_csv_writer(rows: list[list[str]], format_: str) -> None:
    """Quotes stand where the writer of Python's library puts them, and what would act is made inert first."""
    columns = ["a", "b"]
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    lines = []
    for row in [columns, *rows]:
        # It quotes a lone CR only where its own lines end in one.
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, delimiter={"csv": ",", "tsv": "\t"}[format_], lineterminator="\r\n")
        writer.writerow(map(escape_formula, row))
        lines.append(buffer.getvalue().removesuffix("\r\n") + "\n")
    assert lines == list(delimited_lines(format_, columns, records, clean=escape_formula))


def test_cells_are_exact_and_plain() -> None:
    """Numbers, truth, days and kinds have one form; what is not there is empty, and a text cannot act."""
    record = {"a": Decimal("12.50"), "b": True, "c": date(2025, 6, 30), "d": EntryKind.VOID, "f": "\x1b=1", "g": "=1"}
    header, line = delimited_lines("csv", ["a", "b", "c", "d", "e", "f", "g"], [record])
    assert ("a,b,c,d,e,f,g\n", "12.5,true,2025-06-30,void,,\\x1b=1,'=1\n") == (header, line)


def test_an_export_has_every_column_and_figures_without_needless_decimals() -> None:
    """For workbooks and TOML a whole figure is an integer, another exact; the unit stands behind the value."""
    record = export_record(ENTRY, "%")
    assert list(EXPORT_COLUMNS) == list(record)
    assert (set(Entry._fields) | {"unit"}) - set(LATER) == set(record)
    assert (Decimal("2.5"), "%", -300, int) == (record["value"], record["unit"], record["of"], type(record["of"]))


@pytest.mark.parametrize("format_", ["csv", "jsonl", "toml"])
def test_columns_that_came_later_are_there_only_where_they_are_filled(format_: str) -> None:
    """What was exported before looks the same to the byte; an entry that fills one of them brings it along."""
    later = ENTRY._replace(first_day=date(2025, 6, 1), state="done")
    plain = "".join(map(str, entry_pieces([(ENTRY, None)], format_)))
    filled = "".join(map(str, entry_pieces([(later, None)], format_, filled=("first_day", "state"))))
    assert [False] * 4 == [name in plain for name in LATER]
    assert [True, True, False, False] == [name in filled for name in LATER]
