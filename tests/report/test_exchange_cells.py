"""Lines made from columns are what the CSV and JSON writers make of the same entries, to the letter."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordos_targets.domain.entries import Columns
from ordos_targets.domain.formulas import escape_formula
from ordos_targets.report.entries import COLUMNS, records
from ordos_targets.report.export import Delimited, JsonLines
from ordos_targets.report.serialize import dumps

HOSTILE = (
    "=1", "'=1", "''@x", "'x", "-", "＋1", "a,b", 'say "so"', "a\tb", "a\nb", "\na", "a\rb", "\r", "a\r\nb", ",", '"',
    "'", "\u034f", "\u202ex", "\x7f", "\x1b[2J", "\\", "公园，东", "é", " ", "#", "n" * 300,
)  # fmt: skip
TEXTS = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
WORDS = ("uid", "target", "by", "origin", "recorded_at", "hash")
MAYBE = ("district", "item", "note", "evidence", "evidence_sha256", "replaces", "unit")


@st.composite
def columns(draw: st.DrawFn) -> dict[str, list[Any]]:
    """Columns of some entries: of each, all the same, or few texts again and again, or any."""
    size = draw(st.integers(1, 8))

    def column(cells: st.SearchStrategy[Any]) -> list[Any]:
        few = st.sampled_from(draw(st.lists(cells, min_size=1, max_size=2)))
        return draw(st.lists(few if draw(st.booleans()) else cells, min_size=size, max_size=size))

    found = {name: column(TEXTS) for name in WORDS} | {name: column(st.none() | TEXTS) for name in MAYBE}
    numbers = st.none() | st.sampled_from(["0", "-3", "0.5", "-0.0001", "123456789012345.6789", "100"])
    return found | {
        "seq": list(range(1, size + 1)), "value": column(numbers), "of": column(numbers),
        "estimate": column(st.integers(0, 1)), "kind": column(st.sampled_from(["increment", "void"])),
        "date": column(st.dates(date(1900, 1, 1)).map(str)),
    }  # fmt: skip


def cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape_formula(value) if isinstance(value, str) else str(value)


def by_csv(found: Columns, delimiter: str) -> str:
    """What Python's own writer makes of the records; it quotes a lone CR only where its lines end in one."""
    lines = []
    for record in records(found):
        buffer = io.StringIO(newline="")
        csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerow(map(cell, record.values()))
        lines.append(buffer.getvalue().removesuffix("\r\n") + "\n")
    return "".join(lines)


@given(columns(), st.sampled_from([",", "\t"]))
def test_delimited_lines_are_those_of_a_csv_writer(found: dict[str, list[Any]], delimiter: str) -> None:
    """Quotes stand where the writer of Python's library puts them, and what would act is made inert first."""
    assert by_csv(found, delimiter) == Delimited(delimiter).lines(found)


@given(st.lists(columns(), min_size=2, max_size=3))
def test_one_run_leaves_no_trace_in_the_next(runs: list[dict[str, list[Any]]]) -> None:
    """What was kept of the cells of one run makes no other cell of those that follow."""
    table = Delimited(",")
    assert [by_csv(run, ",") for run in runs] == [table.lines(run) for run in runs]


@given(columns())
def test_json_lines_are_those_of_the_json_writer(found: dict[str, list[Any]]) -> None:
    """Each line is what every other JSON of the tool would be for that record."""
    assert "".join(f"{dumps(record, indent=None)}\n" for record in records(found)) == JsonLines().lines(found)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_special_text_among_plain_ones_is_seen(text: str) -> None:
    """In whichever place of a column it stands: first, among others, or last."""
    for place in range(3):
        notes = ["plain"] * 3
        notes[place] = text
        found: Columns = {name: ["x"] * 3 for name in COLUMNS} | {
            "seq": [1, 2, 3], "estimate": [0, 0, 0], "value": ["1"] * 3, "of": [None] * 3, "note": notes,
            "date": ["2025-06-30"] * 3,
        }  # fmt: skip
        assert by_csv(found, ",") == Delimited(",").lines(found)


def test_records_have_figures_days_and_truth() -> None:
    """For workbooks and TOML a whole figure is an integer, another exact, a day a day."""
    [record] = records(
        {name: [None] for name in COLUMNS}
        | {"value": ["2.5"], "of": ["-300"], "date": ["2025-06-30"], "estimate": [1], "seq": [7]}
    )
    assert (Decimal("2.5"), -300, date(2025, 6, 30), True, 7) == (
        record["value"], record["of"], record["date"], record["estimate"], record["seq"]
    )  # fmt: skip
