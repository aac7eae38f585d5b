"""Where a table's headings stand, and what the cells below them are."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from ordos_targets.domain.errors import AppError
from ordos_targets.domain.targets import District
from ordos_targets.readers.delimited import delimited_lines
from ordos_targets.readers.headings import WideContext
from ordos_targets.readers.rows import BrokenLine, InputRow
from ordos_targets.readers.source import open_source
from ordos_targets.readers.table import (
    DoubleColumn,
    LostZeroHeading,
    NoHeadings,
    NoValueColumn,
    NoWideColumn,
    TableOptions,
    UnknownColumns,
    table_rows,
)


def rows(text: str, options: TableOptions | None = None, format_: str = "csv") -> list[InputRow | BrokenLine]:
    """The rows of a text."""
    with open_source("-", Path(), BytesIO(text.encode())) as source:
        return list(table_rows("june.csv", delimited_lines(source, format_), options or TableOptions()))


def texts(text: str, options: TableOptions | None = None, format_: str = "csv") -> list[dict[str, str]]:
    """The texts of each row, with its kind and the qualifier of its heading where it has them."""
    found = [row for row in rows(text, options, format_) if isinstance(row, InputRow)]
    return [
        {field: cell.text for field, cell in row.cells.items()}
        | ({"kind": row.kind} if row.kind else {})
        | ({"qualifier": row.qualifier} if row.qualifier else {})
        for row in found
    ]


def test_titles_above_and_blank_lines_are_passed_over() -> None:
    """The headings are looked for; what stands above them, and empty lines anywhere, are no entries."""
    text = "2025年进展情况表,,\n\n填报时间：7月5日,,\n指标,完成值,备注\n中试,4,\n,,\n资金,2亿元,到账\n"
    headings = {"target": "指标", "value": "完成值", "note": "备注"}
    assert [(5, headings), (7, headings)] == [
        (row.line, row.headings) for row in rows(text) if isinstance(row, InputRow)
    ]
    assert [{"target": "中试", "value": "4"}, {"target": "资金", "value": "2亿元", "note": "到账"}] == texts(text)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("format_", ["csv", "tsv"])
def test_the_delimiter_is_the_one_that_parts_the_headings(delimiter: str, format_: str) -> None:
    """Semicolons and tabs, which Excel writes in some countries, part cells where they part the headings."""
    text = f"target{delimiter}value{delimiter}note\na{delimiter}1{delimiter}x\n"
    assert [{"target": "a", "value": "1", "note": "x"}] == texts(text, format_=format_)


def test_a_quoted_cell_may_hold_anything() -> None:
    """Delimiters, quotes and line breaks inside quotes are text, and the lines after it are counted right."""
    found = rows('target,value,note\na,1,"x,""y""\nz"\nb,2,\n')
    assert [(2, 'x,"y"\nz'), (4, "")] == [(row.line, row.text("note")) for row in found if isinstance(row, InputRow)]


def test_what_was_made_inert_is_live_again() -> None:
    """The apostrophe that `export` puts before a formula is taken away; any other stays."""
    assert [{"target": "a", "value": "1", "note": "=1+1"}, {"target": "'b", "value": "-3"}] == texts(
        "target,value,note\na,1,'=1+1\n'b,'-3,\n"
    )


def test_unpaired_quotes_are_told_with_the_line_they_begin_on() -> None:
    """What follows cannot be parted into cells, so it is not read; what came before is."""
    found = rows('target,value\na,1\n"b,2\nc,3\n')
    assert (InputRow, BrokenLine, 3) == (type(found[0]), type(found[1]), found[1].line)


def test_kind_and_qualifier_of_a_heading_go_with_its_figures() -> None:
    """累计数 makes readings and 新增数 increments; what stands in parentheses is handed on beside the cell."""
    assert [{"target": "a", "value": "1", "kind": "reading", "qualifier": "万元"}] == texts(
        "指标,累计数（万元）\na,1\n"
    )
    assert [{"target": "a", "value": "1", "kind": "increment"}] == texts("指标,新增数\na,1\n")
    assert [{"target": "a", "value": "1", "unit": "家", "qualifier": "万元"}] == texts(
        "指标,单位,完成值（万元）\na,家,1\n"
    )


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("a,b\n1,2\n", NoHeadings),
        ("target,value,phone\na,1,2\n", UnknownColumns),
        ("target,指标,value\na,b,1\n", DoubleColumn),
        ("指标,累计数,新增数\na,1,2\n", DoubleColumn),
        ("target,note\na,b\n", NoValueColumn),
        ("\n" * 30, NoHeadings),
    ],
)
def test_headings_that_do_not_fit_are_refused(text: str, failure: type[AppError]) -> None:
    """A column that is not known is never passed over silently: it might be a misspelt date."""
    with pytest.raises(failure):
        rows(text)


def test_a_column_may_be_left_out_by_name() -> None:
    """--ignore names a heading, with or without what stands in its parentheses."""
    options = TableOptions(ignore=("联系电话", "累计数"))
    assert [{"target": "a", "value": "1"}] == texts("指标,完成值,联系电话（办）,累计数\na,1,139,5\n", options)


EAST, WEST = District("east", "东区"), District("west", "西区")
WIDE = TableOptions(wide=WideContext((EAST, WEST), date(2025, 7, 5), 2025))


def test_a_wide_table_is_one_row_for_each_figure() -> None:
    """Each filled cell is a row with what its heading means; empty cells and dashes are no figures."""
    text = "指标,目标值,1月（万元）,2月,east\na,10,1,—,3\nb,5,,2,\n"
    assert [
        {"target": "a", "value": "1", "date": "2025-01-31", "kind": "reading", "qualifier": "万元"},
        {"target": "a", "value": "3", "district": "east"},
        {"target": "b", "value": "2", "date": "2025-02-28", "kind": "increment"},
    ] == texts(text, WIDE)
    assert [(2, "1月（万元）"), (2, "east"), (3, "2月")] == [
        (row.line, row.headings["value"]) for row in rows(text, WIDE) if isinstance(row, InputRow)
    ]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("1月（2024年）", {"date": "2024-01-31", "kind": "reading"}),
        ("2月（2024）", {"date": "2024-02-29", "kind": "increment"}),
        ("2025年6月（2025）", {"date": "2025-06-30", "kind": "increment"}),
        ("6月（累计）", {"date": "2025-06-30", "kind": "reading"}),
        ("1-6月（本月新增）", {"date": "2025-06-30", "kind": "increment"}),
        ("东区（累计）", {"district": "east", "kind": "reading"}),
        ("东区（2025）", {"district": "east", "qualifier": "2025"}),
        ("6月（单位：万元）", {"date": "2025-06-30", "kind": "increment", "qualifier": "万元"}),
    ],
)
def test_what_stands_in_parentheses_in_a_wide_heading_is_heeded(heading: str, expected: dict[str, str]) -> None:
    """The year of a month, and whether its figures are totals so far, may stand in parentheses."""
    found = texts(f"指标,{heading}\na,1\n", WIDE)
    assert [{"target": "a", "value": "1"} | expected] == [
        {name: text for name, text in row.items() if name != "qualifier" or text in expected.values()} for row in found
    ]


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("指标,1月,电话\na,1,2\n", UnknownColumns),
        ("指标,备注\na,b\n", NoWideColumn),
        ("指标,6月（目标）\na,1\n", UnknownColumns),
        ("指标,6月（同比）\na,1\n", UnknownColumns),
        ("指标,东区（去年同期）\na,1\n", UnknownColumns),
        ("指标,2025年6月（2024）\na,1\n", UnknownColumns),
        ("指标,2025.09,2025.1\na,1,2\n", LostZeroHeading),
    ],
)
def test_a_wide_table_needs_columns_with_a_meaning(text: str, failure: type[AppError]) -> None:
    """A heading that is no month, period or district of figures is refused, and so is a table without any."""
    with pytest.raises(failure):
        rows(text, WIDE)
