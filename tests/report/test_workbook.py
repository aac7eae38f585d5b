"""The status as a workbook, read back: the figures, the sheets an office hands round, and texts that do nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from office import Office
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ordos_targets.report import formats
from ordos_targets.report.xlsx import tab_names

AS_OF = ("--as-of", "2025-07-05")
HEADINGS = {
    "zh": ["序号", "指标名称", "目标值", "完成值", "完成率", "序时进度", "差距", "亮灯", "责任单位", "备注"],
    "en": ["No.", "Target name", "Goal", "Actual", "Completion", "Expected", "Gap", "Light", "Owner", "Remarks"],
}
YUAN = {"zh": 10_000, "en": 1_000_000}


def made(office: Office, *arguments: str) -> Workbook:
    """The workbook that `report` writes, read back."""
    ran = office.run("report", *arguments, "-o", "book.xlsx")
    assert (0, "", "") == (ran.code, ran.out, ran.err)
    return load_workbook(office.folder / "book.xlsx")


def rows_of(sheet: Worksheet) -> list[list[Any]]:
    """The values below the headings, of full rows alone."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    return [row for row in rows if row[1] is not None]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("day", ["2025-07-05", "2026-01-15"])
def test_every_figure_is_that_of_the_json(full_year: Office, language: str, day: str) -> None:
    """Goal, actual, completion, expected and gap of each line are the JSON's, or cut to what shows; null is empty."""
    book = made(full_year, "--as-of", day, "--lang", language)
    document = full_year.json("status", "--as-of", day)
    rows = {str(row[0]): row for row in rows_of(book.worksheets[0])}
    expected = 0
    for number, target in enumerate(in_order(document["targets"]), 1):
        assert_same(rows[str(number)], target, target, language)
        for part, district in enumerate(target["districts"], 1):
            assert_same(rows[f"{number}.{part}"], target, district, language)
        expected += 1 + len(target["districts"])
    assert expected == len(rows)


def in_order(targets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Headline targets first, then section by section, as the table has them."""
    sections = list(dict.fromkeys(target["section"] for target in targets if not target["headline"]))
    return sorted(targets, key=lambda target: -1 if target["headline"] else sections.index(target["section"]))


def assert_same(row: list[Any], target: Mapping[str, Any], own: Mapping[str, Any], language: str) -> None:
    """A line's five numbers against the JSON."""
    counts = target["scope"] == "each" and own is target
    by = {"%": 100, "元": YUAN[language]}.get(target["unit"], 1)
    step = {"%": "0.001", "元": "0.01"}.get(target["unit"], "0")
    assert (own["name"] if language == "zh" else own["name_en"] or own["name"]) == row[1]
    assert_near(own["goal"], row[2], by, "0")
    assert_near(own["actual"], row[3], by, step)
    assert_near(own["completion"], row[4], 1, "0.001")
    assert_near(own["expected"], row[5], 1, "0.001")
    if counts or target["unit"] == "%":
        assert_near(own["gap"], row[6], 1, "0" if counts else "-0.1")
    else:
        assert_near(own["gap"], row[6], by, f"-{step}" if by > 1 else "0")


def assert_near(exact: Decimal | None, shown: float | None, by: int, step: str) -> None:
    """`shown` is `exact` by `by`, or less by no more than a `step`; more, where the step is negative."""
    if exact is None or shown is None:
        assert (exact, shown) == (None, None)
        return
    off = Decimal(exact) / by - Decimal(repr(shown))
    most = Decimal(step)
    least, most = min(most, Decimal(0)), max(most, Decimal(0))
    assert least - Decimal("1e-12") <= off <= most + Decimal("1e-12")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_sheet_is_the_table_an_office_hands_round(full_year: Office, language: str) -> None:
    """A title and a remark over ten columns, frozen and repeated in print, on A4 across, as wide as the paper."""
    sheet: Any = made(full_year, *AS_OF, "--lang", language).worksheets[0]
    texts = {
        "zh": ["鄂尔多斯市2025年科技创新目标进展情况表", "截至2025-07-05 · 时间已过51.3% · 金额单位：万元",
               "第&P页，共&N页"],
        "en": ["Ordos 2025 science and technology targets: progress",
               "as of 2025-07-05 · 51.3% of the period elapsed · money in million yuan", "Page &P of &N"],
    }  # fmt: skip
    assert texts[language] == [sheet["A1"].value, sheet["A2"].value, sheet.oddFooter.center.text]
    assert HEADINGS[language] == [cell.value for cell in sheet[3]]
    assert {"A1:J1", "A2:J2"} <= {str(merged) for merged in sheet.merged_cells.ranges}
    setup = sheet.page_setup
    assert ("landscape", 9, 1, 0) == (setup.orientation, int(setup.paperSize), setup.fitToWidth, setup.fitToHeight)
    fits = sheet.sheet_properties.pageSetUpPr.fitToPage
    assert ("C4", "$1:$3", True) == (sheet.freeze_panes, sheet.print_title_rows, fits)
    assert {"thin"} == {cell.border.bottom.style for row in sheet["A3:J20"] for cell in row}


def test_districts_stand_below_their_target(full_year: Office) -> None:
    """Targets are numbered through, their districts as parts of them and further in; lights are words."""
    sheet: Any = made(full_year, *AS_OF, "--lang", "zh").worksheets[0]
    cells = {str(row[0].value): row for row in sheet.iter_rows(min_row=4) if row[1].value}
    shown = [[cell.value for cell in cells[number]][1:9] for number in ("1", "1.4", "2")]
    assert [
        ["各旗区财政科技投入增长", 0.2, None, 0.555, None, 4, "红 欠进度", "各旗区"],
        ["准格尔旗", 0.2, 0.1, 0.5, None, 10, "黄 略欠进度", None],
        ["获批科技资金", 20000, 7500, 0.375, 0.5, 12500, "红 欠进度", None],
    ] == shown
    assert [0, 1, 0] == [cells[number][1].alignment.indent for number in ("1", "1.4", "2")]
    assert "9个旗区中5个达到目标值；全年尚需5.81亿元；逾期未报：报至2025-06-30；口径" in cells["1"][9].value
    assert "快报数；超目标值7.0个百分点；全年尚需7,189万元" == cells["1.8"][9].value
    formats = [cell.number_format for cell in cells["2"][2:7]]
    assert ['"≥"#,##0.00"万元";"≥"-#,##0.00"万元"', '#,##0.00"万元"', "0.0%", "0.0%", '#,##0.00"万元"'] == formats
    notes = [row[0].value for row in sheet.iter_rows(min_row=4) if str(row[0].value).startswith(("共", "逾期"))]
    assert 2 == len(notes)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_lights_are_coloured_by_their_words(full_year: Office, language: str) -> None:
    """Each of the four words has a rule that looks at how the cell begins, and every light in the table has one."""
    sheet = made(full_year, *AS_OF, "--lang", language).worksheets[0]
    ((cells, rules),) = [(str(rule.sqref), rule.rules) for rule in sheet.conditional_formatting]
    words = {"zh": ["绿", "黄", "红", "灰"], "en": ["green", "yellow", "red", "grey"]}[language]
    fills = ["C6EFCE", "FFEB9C", "FFC7CE", "D9D9D9"]
    assert list(zip(words, fills, strict=True)) == [(rule.text, rule.dxf.fill.bgColor.rgb[2:]) for rule in rules]
    assert [f'LEFT(H4,{len(word)})="{word}"' for word in words] == [rule.formula[0] for rule in rules]
    lights = [row[7] for row in rows_of(sheet) if row[7]]
    assert set(words) == {light.partition(" ")[0] for light in lights}
    assert re.fullmatch("H4:H[0-9]+", cells)
    assert [cells] == [str(rule.sqref) for rule in sheet.data_validations.dataValidation]


def test_each_district_has_a_sheet(full_year: Office) -> None:
    """After the first sheet stands one for each district, with its targets and its figures, then the entries."""
    book = made(full_year, *AS_OF, "--lang", "zh")
    names = ["东胜区", "康巴什区", "达拉特旗", "准格尔旗", "鄂托克前旗", "鄂托克旗", "杭锦旗", "乌审旗", "伊金霍洛旗"]
    assert ["进展情况表", *names, "进展记录"] == book.sheetnames
    sheet = book["准格尔旗"]
    assert "鄂尔多斯市2025年科技创新目标进展情况表（准格尔旗）" == sheet["A1"].value
    assert HEADINGS["zh"] == [cell.value for cell in sheet[3]]
    assert [[1, "各旗区财政科技投入增长", 0.2, 0.1, 0.5, None, 10, "黄 略欠进度", "各旗区"]] == [
        row[:9] for row in rows_of(sheet)
    ]


def test_a_report_about_one_district_is_one_table(full_year: Office) -> None:
    """Where the report is about one district, the first sheet is that district's, and no other repeats it."""
    book = made(full_year, *AS_OF, "--lang", "zh", "--district", "hanggin")
    assert ["进展情况表", "进展记录"] == book.sheetnames
    assert [[1, "各旗区财政科技投入增长", 0.2]] == [row[:3] for row in rows_of(book.worksheets[0])]
    assert {"杭锦旗"} == {row[2] for row in rows_of(book.worksheets[1])}


def test_the_entries_are_those_of_the_log(full_year: Office) -> None:
    """The last sheet lists the log, newest first, under a filter: numbers in full, days as days, items by name."""
    sheet = made(full_year, *AS_OF, "--lang", "zh").worksheets[-1]
    log = full_year.json("log", "--until", "2025-07-05")["entries"]
    rows = rows_of(sheet)
    assert [entry["seq"] for entry in reversed(log)] == [row[11] for row in rows]
    assert [entry["uid"] for entry in reversed(log)] == [row[10] for row in rows]
    assert [entry["date"] for entry in reversed(log)] == [f"{row[0]:%Y-%m-%d}" for row in rows]
    assert [entry["note"] for entry in reversed(log)] == [row[6] for row in rows]
    by_seq = {row[11]: row for row in rows}
    money = next(entry for entry in log if entry["target"] == "fiscal-rd-growth" and entry["value"] == 330_000_000)
    assert [33000, "万元"] == by_seq[money["seq"]][4:6]
    share = next(entry for entry in log if entry["of"])
    assert [f"{share['value']}/{share['of']}", None] == by_seq[share["seq"]][4:6]
    assert "人工智能" in {row[4] for row in rows}
    assert ("C4", f"A3:L{3 + len(rows)}") == (sheet.freeze_panes, sheet.auto_filter.ref)
    assert "截至2025-07-05" == sheet["A2"].value


def test_more_entries_than_are_listed_are_told(full_year: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not all entries fit the newest are listed, and a remark says of how many."""
    monkeypatch.setattr(formats, "LISTED_ENTRIES", 5)
    sheet = made(full_year, *AS_OF, "--lang", "zh").worksheets[-1]
    total = len(full_year.json("log", "--until", "2025-07-05")["entries"])
    assert 5 == len(rows_of(sheet))
    assert f"截至2025-07-05 · 共{total}条记录，只列最近5条；全部记录可用 ordos-targets export 导出" == sheet["A2"].value


def test_without_targets_and_entries_there_is_still_a_workbook(office: Office) -> None:
    """An empty report gives an empty table and an empty list, and says so."""
    office.write("title = 'T'\nyear = 2025\n")
    book = made(office, *AS_OF)
    assert ["Progress table", "Entries"] == book.sheetnames
    assert ["No targets.", "No entries."] == [sheet["A4"].value for sheet in book.worksheets]


HOSTILE = [
    "=1+1", '=HYPERLINK("https://e.example","x")', "+1", "-1+1", "@SUM(A1)", "＝1+1", "#REF!", "#N/A", "TRUE",
    "1e5", "=cmd|'/c calc'!A1", "'=1+1", "<b>&amp;", "\ufffe", "\uffff", "_x0041_", "😀", "1.10",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_text_is_a_text(office: Office, text: str) -> None:
    """A name, owner, section, unit or note that looks like a formula, an error or an escape is a text in its cell."""
    typed = "".join(f"\\U{ord(character):08x}" for character in text)
    office.write(
        f'title = "{typed}"\nyear = 2025\n[[targets]]\nid = "parks"\nname = "{typed}"\nmeasure = "total"\ngoal = 5\n'
        f'section = "{typed}"\nowner = "{typed}"\nnote = "{typed}"\n'
    )
    assert 0 == office.run("record", "parks", "2", "--date", "2025-06-30", "--note", text, "--by", text).code
    book = made(office, *AS_OF)
    shown = text.replace("\ufffe", r"\ufffe").replace("\uffff", r"\uffff").replace("_x", "_x005F_x")
    first, entries = book.worksheets
    texts = [*(first[at] for at in ("A1", "A4", "B5", "I5", "J5")), *(entries[at] for at in ("B4", "G4", "I4"))]
    assert [f"{shown}: progress", *[shown] * 7] == [cell.value for cell in texts]
    assert {"s"} == {cell.data_type for cell in texts}
    opening = text.startswith(("=", "+", "-", "@", "＝"))
    assert {opening} == {cell.quotePrefix for cell in texts[1:]}


def test_control_characters_are_shown_as_their_codes(office: Office) -> None:
    """An escape in a note neither stops the workbook nor reaches a cell."""
    office.write("title = 'T'\nyear = 2025\n[[targets]]\nid = 'parks'\nname = 'Parks'\nmeasure = 'total'\ngoal = 5\n")
    note = "\x1b[31m\x07\x0b\x9b\u202e\u2028."
    assert 0 == office.run("record", "parks", "2", "--date", "2025-03-31", "--note", note).code
    assert r"\x1b[31m\x07\x0b\x9b\u202e\u2028." == made(office, *AS_OF).worksheets[1]["G4"].value


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (["东胜区", "康巴什区"], ["东胜区", "康巴什区"]),
        (["a/b:c*d?e[f]g\\h"], ["a_b_c_d_e_f_g_h"]),
        (["x" * 40, "x" * 40], ["x" * 31, "x" * 27 + " (2)"]),
        (["North", "NORTH", "north"], ["North", "NORTH (2)", "north (3)"]),
        (["'a'", "a", "''"], ["a", "a (2)", "_"]),
        (["", " ", "\u200b"], ["_", "_ (2)", "\\u200b".replace("\\", "_")]),
        (["😀" * 20], ["😀" * 15]),
        (["History"], ["History (2)"]),
        (["x" * 30 + "'y"], ["x" * 30]),
    ],
)
def test_tabs_bear_names_a_spreadsheet_allows(wanted: list[str], names: list[str]) -> None:
    """At most 31 characters, none that is forbidden, no apostrophe at an end, none blank, reserved or there already."""
    assert names == tab_names(wanted)


def test_districts_of_any_name_have_sheets(office: Office) -> None:
    """Districts whose names differ in case or in forbidden characters alone each have a sheet of their own."""
    names = ["North/East", "NORTH:EAST", "Progress table", "Entries", "x" * 100]
    tables = "".join(f"[[districts]]\nid = 'd{at}'\nname = '{name}'\n" for at, name in enumerate(names))
    office.write(
        f"title = 'T'\nyear = 2025\n{tables}"
        "[[targets]]\nid = 'parks'\nname = 'Parks'\nmeasure = 'total'\nscope = 'each'\ngoal = 5\n"
    )
    sheets = ["North_East", "NORTH_EAST (2)", "Progress table (2)", "Entries", "x" * 31]
    assert ["Progress table", *sheets, "Entries (2)"] == made(office, *AS_OF).sheetnames


def test_the_same_report_is_the_same_file(full_year: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs at different times give the same bytes, with the report's day as the document's."""
    first, second = (full_year.folder / name for name in ("a.xlsx", "b.xlsx"))
    assert 0 == full_year.run("report", *AS_OF, "-o", str(first)).code
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_seconds: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert 0 == full_year.run("report", *AS_OF, "-o", str(second)).code
    assert first.read_bytes() == second.read_bytes()
    properties = load_workbook(first).properties
    assert "2025-07-05 2025-07-05" == f"{properties.created:%Y-%m-%d} {properties.modified:%Y-%m-%d}"
    with ZipFile(BytesIO(first.read_bytes())) as archive:
        assert {(1980, 1, 1, 0, 0, 0)} == {part.date_time for part in archive.infolist()}


def test_a_limit_is_told_from_a_floor(office: Office) -> None:
    """The goal of a cap bears ≤, its completion is rounded up, and what is left under it is said in the remarks."""
    office.write(
        "title = 'T'\nyear = 2025\n[[targets]]\nid = 'power'\nname = 'Power'\nmeasure = 'total'\ngoal = 10000\n"
        "direction = 'at_most'\nunit = 'kWh'\n"
    )
    assert 0 == office.run("record", "power", "5001", "--date", "2025-06-30").code
    sheet = made(office, *AS_OF, "--lang", "zh").worksheets[0]
    assert [[10000, 5001, 0.501, 0.5, 0]] == [row[2:7] for row in rows_of(sheet)]
    assert ['"≤"#,##0" kWh";"≤"-#,##0" kWh"', "低于上限4,999 kWh"] == [sheet["C5"].number_format, sheet["J5"].value]
