"""Importing files of entries, through the command line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest
from children import run
from office import Office, Ran

from ordos_targets.cli import session
from ordos_targets.domain.entries import Entry, EntryKind
from ordos_targets.store.ledger import Query
from ordos_targets.usecases import import_plan

GOALS = """
title = "测试"
year = 2025
[[districts]]
id = "east"
name = "东区"
[[districts]]
id = "west"
name = "西区"
[[targets]]
id = "parks"
name = "公园"
measure = "total"
goal = 10
unit = "个"
[[targets]]
id = "roads"
name = "道路"
measure = "total"
scope = "parts"
goal = 100
unit = "公里"
[[targets]]
id = "funds"
name = "资金"
measure = "total"
goal = "2亿元"
unit = "元"
[[targets]]
id = "growth"
name = "投入增长"
measure = "growth"
scope = "each"
goal = "20%"
unit = "元"
[[targets]]
id = "active"
name = "活跃企业"
measure = "share"
goal = "50%"
[[targets]]
id = "papers"
name = "文件"
measure = "checklist"
items = [{ id = "rules", name = "办法" }, { id = "terms", name = "细则" }]
"""
UID = "0197be22-2c00-757c-b352-2f9e5cfceb8a"


@pytest.fixture
def desk(office: Office) -> Office:
    """Targets of every measure, and an empty ledger."""
    office.write(GOALS)
    return office


def import_text(desk: Office, text: str, *arguments: str, name: str = "june.csv", encoding: str = "utf-8") -> Ran:
    """Import a file with this text."""
    (desk.folder / name).write_bytes(text.encode(encoding))
    return desk.run("import", name, *arguments)


def entries(desk: Office, *, everything: bool = False) -> list[Entry]:
    """Return the live entries of the ledger, or all of them."""
    with desk.ledger.reading() as book:
        return [listed.entry for listed in book.entries(Query(cancelled=everything))]


def columns(entries: list[Entry], *names: str) -> list[tuple[object, ...]]:
    """Return some columns of some entries, figures as texts."""
    return [
        tuple(f"{value:f}" if name in {"value", "of"} and value is not None else value for name, value in
              ((name, getattr(entry, name)) for name in names))
        for entry in entries
    ]  # fmt: skip


def problems(ran: Ran) -> list[str]:
    """Return what a refused import prints, a line a problem."""
    assert (4, "") == (ran.code, ran.out)
    return [line.strip() for line in ran.err.splitlines()[1:]]


def test_a_clerks_file_is_read_as_she_means_it(desk: Office) -> None:
    """Chinese columns, full-width digits, 亿, periods, names of targets and districts, an estimate: GBK, from Excel."""
    text = (
        "测试市2025年上半年进展,,,,,\n"
        "指标,完成值,分母,日期,旗区,快报,备注\n"
        "公园,４,,1-6月,,,四个\n"
        '资金,"7,500万元",,2025年6月30日,,是,\n'
        "道路,12.5公里,,2025.6.30,东区,否,\n"
        "投入增长,3.3亿元,,6月,西区,,\n"
        "活跃企业,183,651,2025Q2,,,\n"
        "文件,办法,,2025/3/21,,,\n"
    )  # fmt: skip
    ran = import_text(desk, text, encoding="gbk")
    assert (0, "") == (ran.code, ran.err)
    june = date(2025, 6, 30)
    assert [
        ("parks", None, june, EntryKind.INCREMENT, "4", None, None, False, "四个"),
        ("funds", None, june, EntryKind.INCREMENT, "75000000", None, None, True, None),
        ("roads", "east", june, EntryKind.INCREMENT, "12.5", None, None, False, None),
        ("growth", "west", june, EntryKind.READING, "330000000", None, None, False, None),
        ("active", None, june, EntryKind.SHARE, "183", "651", None, False, None),
        ("papers", None, date(2025, 3, 21), EntryKind.ITEM, None, None, "rules", False, None),
    ] == columns(entries(desk), "target", "district", "date", "kind", "value", "of", "item", "estimate", "note")
    assert {("clerk", "import:june.csv")} == set(columns(entries(desk), "by", "origin"))


def test_the_same_file_again_changes_nothing(desk: Office) -> None:
    """A second run finds every row there, also those that stand twice in the file, in any encoding or spelling."""
    text = "target,value,date\nparks,1,2025-06-30\nparks,1,2025-06-30\nparks,2,\nfunds,2亿元,6月\n"
    assert 0 == import_text(desk, text, "--force").code
    again = import_text(desk, text.replace("2亿元,6月", '"20,000万元",2025-06-30'), encoding="utf-16")
    assert (0, "june.csv: 0 added, 0 amended, 4 already in the ledger.") == (again.code, again.out.splitlines()[-1])
    assert 4 == len(entries(desk))


def test_a_row_without_a_day_is_the_same_tomorrow(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the file leaves open is no difference: the day was filled in when the row was first imported."""
    text = "target,value\nparks,3\n"
    monkeypatch.setattr(session, "clock", lambda: datetime(2025, 6, 30, 8, tzinfo=UTC))
    assert 0 == import_text(desk, text).code
    monkeypatch.setattr(session, "clock", lambda: datetime(2025, 7, 1, 8, tzinfo=UTC))
    assert "0 added" in import_text(desk, text).out
    assert [date(2025, 6, 30)] == [entry.date for entry in entries(desk)]


def test_one_more_row_of_the_same_is_one_more_entry(desk: Office) -> None:
    """Two equal rows are two entries, and a third one added to the file is the only new one."""
    row = "parks,1,2025-06-30\n"
    import_text(desk, f"target,value,date\n{row * 2}")
    assert "1 added, 0 amended, 2 already in the ledger." in import_text(desk, f"target,value,date\n{row * 3}").out


def test_every_bad_row_is_told_with_line_column_and_value(desk: Office) -> None:
    """All problems come at once, each with its place, the heading as written, and what was expected."""
    text = (
        "指标,完成值,日期,旗区,快报,备注\n"
        "公园,四五,6月,,,\n"
        "资金,7500,6月,,,\n"
        "道路,3,2025-13,东,,\n"
        "道路,3,6月,,,\n"
        "公园,10以上,2027-02-01,南区,大概,\n"
        ",3,6月,,,\n"
        "公园,,6月,,,\n"
    )
    lines = problems(import_text(desk, text))
    places = [line.split(": ")[:2] for line in lines]
    assert [
        ["june.csv:2", "完成值"], ["june.csv:3", "完成值"], ["june.csv:4", "日期"], ["june.csv:5", "旗区"],
        ["june.csv:6", "完成值"], ["june.csv:6", "旗区"], ["june.csv:6", "快报"], ["june.csv:7", "指标"],
        ["june.csv:8", "完成值"],
    ] == places  # fmt: skip
    assert [] == entries(desk)


def test_problems_come_in_the_order_of_the_rows(desk: Office) -> None:
    """What a row says wrong and what it contradicts in the ledger are listed row by row."""
    head = "uid,target,value,date\n"
    assert 0 == import_text(desk, f"{head}{UID},parks,1,2025-06-30\n").code
    text = f"{head},parks,x,2025-06-30\n{UID},parks,2,2025-06-30\n,parks,y,2025-06-30\n{UID},parks,3,2025-06-30\n"
    places = [problem.split(": ")[:2] for problem in problems(import_text(desk, text))]
    assert [["june.csv:2", "value"], ["june.csv:3", "uid"], ["june.csv:4", "value"], ["june.csv:5", "uid"]] == places


def test_the_format_of_an_import_is_not_that_of_its_errors(desk: Office) -> None:
    """`--format jsonl` says what the file is, so what is wrong is said in words."""
    (desk.folder / "june.csv").write_text("target,value\nparks,x\n", encoding="utf-8")
    ran = desk.run("import", "june.csv", "--format", "jsonl")
    assert (4, True) == (ran.code, ran.err.startswith("ordos-targets: error: june.csv: nothing was imported"))


def test_one_bad_row_keeps_all_others_out(desk: Office) -> None:
    """All or nothing: after a refused import the ledger is as it was."""
    desk.run("record", "parks", "1", "--date", "2025-06-30")
    problems(import_text(desk, "target,value,date\nparks,2,2025-06-30\nparks,x,2025-06-30\n"))
    assert ["1"] == [value for (value,) in columns(entries(desk), "value")]


def test_of_a_thousand_bad_rows_the_first_are_told_and_all_counted(desk: Office) -> None:
    """A file that is wrong throughout does not flood the screen."""
    ran = import_text(desk, "target,value\n" + "parks,x\n" * 1000)
    lines = ran.err.splitlines()
    assert (52, True, "  … and 950 more") == (len(lines), "1,000 problems found" in lines[0], lines[-1])


def test_a_dry_run_says_what_would_move_and_writes_nothing(desk: Office) -> None:
    """--dry-run shows the counts and each target before and after, and leaves no ledger behind."""
    ran = import_text(desk, "target,value,date\nparks,4,2025-06-30\n", "--dry-run")
    assert (0, True) == (ran.code, "1 would be added" in ran.out)
    assert "公园      — → 4个" in " ".join(ran.out.split()) or "— → 4" in ran.out
    assert ["cache", "june.csv", "targets.toml"] == sorted({"cache", *(p.name for p in desk.folder.iterdir())})


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("parks,20,2025-05-31,reading\nparks,15,2025-06-30,reading\n", "june.csv:3: value"),
        ("parks,2,2025-05-31,reading\nparks,20,2025-06-30,reading\n", "june.csv:3: value"),
        ("active,700/651,2025-06-30,\n", "june.csv:2: value"),
        ("parks,1,2024-06-30,\n", "june.csv:2: value"),
        ("papers,办法,2025-03-01,\npapers,办法,2025-04-01,\n", "june.csv:3: value"),
    ],
)
def test_slips_are_refused_unless_forced(rows: str, line: str, desk: Office) -> None:
    """What `record` would ask about, an import refuses with its place, and takes with --force."""
    text = f"target,value,date,kind\n{rows}"
    assert [line] == [": ".join(problem.split(": ")[:2]) for problem in problems(import_text(desk, text))]
    assert [] == entries(desk)
    assert 0 == import_text(desk, text, "--force").code


def test_a_uid_with_other_data_is_refused_or_amended(desk: Office) -> None:
    """--amend with --why cancels what was there and writes what the file says; then the file is known again."""
    head = "uid,target,value,date\n"
    assert 0 == import_text(desk, f"{head}{UID},parks,1,2025-06-30\n").code
    changed = f"{head}{UID},parks,2,2025-06-30\n"
    [line] = problems(import_text(desk, changed))
    assert line.startswith(
        "june.csv:2: uid: Entry 1 has this uid but different content; to correct it from the file, add --amend"
    )
    assert 2 == import_text(desk, changed, "--amend").code
    assert "1 amended" in import_text(desk, changed, "--amend", "--why", "miscounted").out
    assert [("2", UID)] == columns(entries(desk), "value", "replaces")
    assert [None, "miscounted", None] == [entry.note for entry in entries(desk, everything=True)]
    assert "1 already in the ledger" in import_text(desk, changed).out
    assert "1 already in the ledger" in import_text(desk, f"{head}{UID},parks,1,2025-06-30\n").out


def test_what_was_voided_by_hand_does_not_come_back(desk: Office) -> None:
    """A row whose entry was cancelled since stays cancelled when the file is imported again."""
    text = "target,value,date\nparks,1,2025-06-30\n"
    import_text(desk, text)
    desk.run("void", "1", "--why", "typed twice")
    assert "1 already in the ledger" in import_text(desk, text).out
    assert [] == entries(desk)


def test_a_void_in_a_file_cancels(desk: Office) -> None:
    """A row of the kind void cancels the entry its `replaces` names, once."""
    head = "uid,target,value,date,kind,replaces,note\n"
    entry, void = f"{UID},parks,1,2025-06-30,,,\n", f",parks,,2025-06-30,void,{UID},typed twice\n"
    assert 0 == import_text(desk, head + entry + void).code
    assert [] == entries(desk)
    assert "2 already in the ledger" in import_text(desk, head + entry + void).out
    [line] = problems(import_text(desk, head + void.replace(UID, UID[:-1] + "0")))
    assert ["june.csv:2", "replaces"] == line.split(": ")[:2]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("not-a-uuid,parks,1,2025-06-30,,,", "uid"),
        (",parks,1,2025-06-30,sum,,", "kind"),
        (",parks,1,2025-06-30,share,,", "value"),
        (",parks,,2025-06-30,void,,", "replaces"),
        (",parks,1,2025-06-30,,x,", "replaces"),
        (",papers,规定,2025-06-30,,,", "value"),
        (",parks,1,2025-06-30,,,2027-01-01T00:00:00Z", "recorded_at"),
        (",parks,1,2025-06-30,,,2025-01-01T00:00:00", "recorded_at"),
    ],
)
def test_columns_of_a_ledger_are_checked_too(row: str, column: str, desk: Office) -> None:
    """uid, kind, replaces and recorded_at say what a ledger wrote; anything else there is refused by its column."""
    [line] = problems(import_text(desk, f"uid,target,value,date,kind,replaces,recorded_at\n{row}\n"))
    assert ["june.csv:2", column] == line.split(": ")[:2]


def test_an_old_moment_is_not_believed_in_a_ledger_in_use(desk: Office) -> None:
    """A recorded_at is kept only when an empty ledger is filled; else known-at reports would change afterwards."""
    row = "parks,1,2025-06-30,2025-07-01T00:00:00Z\n"
    head = "target,value,date,recorded_at\n"
    import_text(desk, head + row)
    import_text(desk, head + row.replace("parks,1", "parks,2"))
    with desk.ledger.reading() as book:
        moments = [listed.entry.recorded_at[:10] for listed in book.entries(Query())]
    assert ["2025-07-01", "2026-01-20"] == moments


def test_the_monthly_table_is_one_entry_a_cell(desk: Office) -> None:
    """--wide reads a row a target and a column a month; so-far columns are readings, months increments."""
    text = (
        "2025年月度台账,,,,,\n"
        "序号,指标名称,目标值,1月,1-3月累计,6月\n"
        "1,公园,10,1,2,—\n"
        '2,资金（万元）,20000,,5000,"1,000"\n'
    )
    assert 0 == import_text(desk, text, "--wide").code
    assert [
        ("parks", date(2025, 1, 31), EntryKind.READING, "1"),
        ("parks", date(2025, 3, 31), EntryKind.READING, "2"),
        ("funds", date(2025, 3, 31), EntryKind.READING, "50000000"),
        ("funds", date(2025, 6, 30), EntryKind.INCREMENT, "10000000"),
    ] == columns(entries(desk), "target", "date", "kind", "value")


def test_a_column_may_be_a_district(desk: Office) -> None:
    """--wide with districts across takes the day from --date, and the unit from its column."""
    assert 0 == import_text(desk, '指标,单位,东区,西区\n投入增长,万元,"1,234",5678\n', "--wide", "--date", "1-6月").code
    assert [("east", date(2025, 6, 30), "12340000"), ("west", date(2025, 6, 30), "56780000")] == columns(
        entries(desk), "district", "date", "value"
    )


def workbook(desk: Office, name: str = "june.xlsx") -> Iterator[openpyxl.Workbook]:
    book = openpyxl.Workbook()
    yield book
    book.save(desk.folder / name)


def test_a_workbook_is_read_as_it_looks(desk: Office) -> None:
    """Typed cells mean what they show: percentages, days, months without a day, merged names; nothing is rounded."""
    for book in workbook(desk):
        sheet = book.active
        assert sheet is not None
        rows: list[list[object]] = [
            ["2025年上半年进展"],
            ["指标", "旗区", "完成值", "日期", "备注"],
            ["道路", "东区", 12.1, date(2025, 6, 30), "=1+1"],
            [None, "西区", "１２．５公里", "6月", None],
            ["活跃企业", None, 0.287, date(2025, 6, 1), None],
            ["资金", None, "5,000万元", datetime(2025, 6, 30), None],  # noqa: DTZ001 - as Excel keeps days
        ]
        for row in rows:
            sheet.append(row)
        sheet["E3"].data_type = "s"
        sheet.merge_cells("A3:A4")
        sheet.merge_cells("A1:E1")
        sheet["C5"].number_format = "0.0%"
        sheet["D5"].number_format = 'yyyy"年"m"月"'
    ran = desk.run("import", "june.xlsx")
    assert (0, "") == (ran.code, ran.err)
    june = date(2025, 6, 30)
    assert [
        ("roads", "east", june, "12.1", "=1+1"),
        ("roads", "west", june, "12.5", None),
        ("active", None, june, "28.7", None),
        ("funds", None, june, "50000000", None),
    ] == columns(entries(desk), "target", "district", "date", "value", "note")


def test_a_figure_in_a_merged_cell_counts_once(desk: Office) -> None:
    """A cell merged over three rows names all of them where it names, and is one figure where it counts."""
    for book in workbook(desk):
        sheet = book.active
        assert sheet is not None
        for row in (["指标", "完成值", "日期", "备注"], ["公园", 4, "6月", "a"], [None, None, None, "b"]):
            sheet.append(row)
        for area in ("A2:A3", "B2:B3", "C2:C3"):
            sheet.merge_cells(area)
    assert ["june.xlsx:3: 完成值"] == [
        ": ".join(line.split(": ")[:2]) for line in problems(desk.run("import", "june.xlsx"))
    ]


@pytest.mark.parametrize(
    ("value", "format_", "expected"),
    [
        (0.30000000000000004, "0.00", "0.3"),
        (1234.5, "#,##0.00", "1234.5"),
        (12, '0"个"', "12"),
        (3, '0.0"家"', None),
        (3, '0.0"%"', None),
        (3, '0"万个"', "30000"),
        (3, '"约"#,##0 "个";[Red]-0"个";"-"', "3"),
        (3, '0"（含在建）"', "3"),
        (-3, "0.0_);(0.0)", "-3"),
        (75000000, "0!.0,", None),
        (75000, "#,##0,", None),
        (123, "[<1000]0;0,", None),
        (123, '[<1000]0"个";0"万个"', None),
        (123, '[<1000]0%;0"个"', None),
        (12345, '0!.0000"万个"', None),
        (12345, "0.00E+00", "12345"),
    ],
)
def test_a_number_is_what_its_cell_shows(value: float, format_: str, expected: str | None, desk: Office) -> None:
    """Fifteen digits are meant; a unit that the format shows is the figure's; another number than shown is refused."""
    for book in workbook(desk):
        sheet = book.active
        assert sheet is not None
        sheet.append(["target", "value", "date"])
        sheet.append(["parks", value, "2025-06-30"])
        sheet["B2"].number_format = format_
    ran = desk.run("import", "june.xlsx")
    assert (expected is not None) == (ran.code == 0)
    assert ([expected] if expected else []) == [value for (value,) in columns(entries(desk), "value")]


def test_a_formula_that_was_never_calculated_is_no_empty_cell(desk: Office) -> None:
    """What a program wrote and no spreadsheet has opened has no values: it is said, not passed over."""
    for book in workbook(desk):
        sheet = book.active
        assert sheet is not None
        sheet.append(["指标", "5月", "6月"])
        sheet.append(["公园", 2, "=1+2"])
    ran = desk.run("import", "june.xlsx", "--wide")
    assert (4, True) == (ran.code, "cell C2 is a formula without a value" in ran.err)


def test_what_excel_saved_of_an_exported_csv_comes_back(desk: Office) -> None:
    """A note that was made inert for Excel and saved in a workbook is the note it was."""
    for book in workbook(desk):
        sheet = book.active
        assert sheet is not None
        sheet.append(["target", "value", "date", "note"])
        sheet.append(["parks", 1, "2025-06-30", "'=1+1"])
    assert 0 == desk.run("import", "june.xlsx").code
    assert ["=1+1"] == [note for (note,) in columns(entries(desk), "note")]


def test_a_sheet_is_chosen_by_name(desk: Office) -> None:
    """--sheet names one of several; a wrong name lists them."""
    for book in workbook(desk):
        book.create_sheet("六月").append(["target", "value", "date"])
        book["六月"].append(["parks", 2, "2025-06-30"])
    assert [True] == ["六月" in desk.run("import", "june.xlsx", "--sheet", "七月").err]
    assert "1 added" in desk.run("import", "june.xlsx", "--sheet", "六月").out


@pytest.mark.parametrize("content", [b"PK\x03\x04 no zip", b"target,value\n", b"\xd0\xcf\x11\xe0old"])
def test_what_is_no_workbook_is_said_to(content: bytes, desk: Office) -> None:
    """A file that only bears the name is refused without a traceback."""
    (desk.folder / "june.xlsx").write_bytes(content)
    ran = desk.run("import", "june.xlsx")
    assert (4, True) == (ran.code, "not an XLSX workbook" in ran.err)


def test_json_lines_and_toml_bear_the_same_columns(desk: Office) -> None:
    """Numbers are exact in both, and keys may be English or Chinese."""
    lines = (
        '{"target": "roads", "district": "east", "value": 0.1, "date": "2025-06-30"}\n\n{"指标": "公园", "完成值": 2}\n'
    )
    assert 0 == import_text(desk, lines, "--date", "2025-06-30", name="june.jsonl").code
    toml = (
        '[[entries]]\ntarget = "roads"\ndistrict = "west"\nvalue = 0.1\ndate = 2025-06-30\n\n'
        '[[entries]]\ntarget = "parks"\n"累计数" = 5\ndate = "6月"\n'
    )
    assert 0 == import_text(desk, toml, name="june.toml").code
    assert [
        ("roads", "0.1", EntryKind.INCREMENT), ("parks", "2", EntryKind.INCREMENT),
        ("roads", "0.1", EntryKind.INCREMENT), ("parks", "5", EntryKind.READING),
    ] == columns(entries(desk), "target", "value", "kind")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.jsonl", '{"target": "parks", "value": NaN}\n', "a.jsonl:1: value"),
        ("a.jsonl", '{"target": "parks", "value": 1e400}\n', "a.jsonl:1: value"),
        ("a.jsonl", "[1]\n", "a.jsonl:1"),
        ("a.jsonl", '{"target": "parks", "value": 1, "value": 2}\n', "a.jsonl:1"),
        ("a.jsonl", '{"target": "parks", "worth": 1}\n', "a.jsonl:1"),
        ("a.jsonl", '{"target": "parks", "value": [1]}\n', "a.jsonl:1"),
        ("a.jsonl", "[" * 100_000 + "\n", "a.jsonl:1"),
        ("a.toml", '[[entries]]\ntarget = "parks"\nvalue = nan\n', "a.toml:1: value"),
        ("a.toml", '\n[[entries]]\ntarget = "parks"\nvalue = 1\nworth = 2\n', "a.toml:2"),
    ],
)
def test_wrong_keys_and_values_are_told_by_line(name: str, text: str, line: str, desk: Office) -> None:
    """A key that is not an entry's, a key twice, a list, NaN: each is a problem of its line."""
    [problem] = problems(import_text(desk, text, name=name))
    assert problem.startswith(f"{line}: ")


@pytest.mark.parametrize("text", ["x = 1\n", "entries = 1\n", "not toml", 'title = "T"\n[[entries]]\n'])
def test_a_toml_file_without_entries_is_refused(text: str, desk: Office) -> None:
    """A targets file, or no TOML at all, is not taken for entries."""
    assert 4 == import_text(desk, text, name="a.toml").code


def test_standard_input_needs_a_format(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads a pipe whole; without --format the message lists the formats."""
    content = "指标,完成值,日期\n公园,2,6月\n".encode("gbk")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert (2, True) == ((ran := desk.run("import", "-")).code, "csv, tsv, jsonl, xlsx, toml" in ran.err)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert 0 == desk.run("import", "-", "--format", "csv").code
    assert [("2", "import:-")] == columns(entries(desk), "value", "origin")


def test_evidence_lies_beside_the_file(desk: Office) -> None:
    """A file named as evidence is looked for beside the imported one, and its SHA-256 kept; a URL is kept as it is."""
    (desk.folder / "sent").mkdir()
    (desk.folder / "sent" / "proof.pdf").write_bytes(b"proof")
    text = "target,value,date,evidence\nparks,1,6月,proof.pdf\nparks,2,6月,https://example.org/1\n"
    assert 0 == import_text(desk, text, name="sent/june.csv").code
    digest = sha256(b"proof").hexdigest()
    assert [("proof.pdf", digest), ("https://example.org/1", None)] == columns(
        entries(desk), "evidence", "evidence_sha256"
    )
    missing = import_text(desk, text.replace("proof.pdf", "gone.pdf"), name="sent/june.csv")
    assert ["sent/june.csv:2: evidence"] == [": ".join(line.split(": ")[:2]) for line in problems(missing)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("papers,,办法", ("rules", None)),
        ("papers,完成,办法", ("rules", None)),
        ("papers,√,办法", ("rules", None)),
        ("papers,0,", (None, "0")),
    ],
)
def test_items_are_done_by_name(row: str, expected: tuple[str | None, str | None], desk: Office) -> None:
    """A checklist takes the item in its own column or as the value; 0 says that nothing is new."""
    assert 0 == import_text(desk, f"target,value,item,date\n{row},2025-06-30\n").code
    assert [expected] == columns(entries(desk), "item", "value")


@pytest.mark.parametrize("row", ["papers,否,办法", "papers,0,办法", "papers,50%,办法", "parks,1,办法"])
def test_an_item_that_is_not_done_is_no_entry(row: str, desk: Office) -> None:
    """A value that does not say done beside an item, or an item of another measure, is refused."""
    assert 1 == len(problems(import_text(desk, f"target,value,item,date\n{row},2025-06-30\n")))


def test_defaults_serve_rows_that_do_not_say(desk: Office) -> None:
    """--date, --district, --to-date and --by fill what a row leaves open, and nothing else."""
    text = "target,value,district,by\nroads,5,,\nroads,6,west,Wang\n"
    options = ("--date", "2025-06-30", "--district", "东区", "--to-date", "--by", "Li")
    assert 0 == import_text(desk, text, *options).code
    assert [("east", EntryKind.READING, "Li"), ("west", EntryKind.READING, "Wang")] == columns(
        entries(desk), "district", "kind", "by"
    )


def test_names_and_notes_act_in_no_message(desk: Office) -> None:
    """What a bad row holds is shown, not obeyed."""
    ran = import_text(desk, "target,value\n\x1b[31mparks\u202e,1\n")
    assert ("\x1b" in ran.err, "\u202e" in ran.err) == (False, False)


def test_a_quiet_import_says_nothing(desk: Office) -> None:
    """Under --quiet nothing is printed, so cron mails nothing."""
    assert Ran(0, "", "") == import_text(desk, "target,value,date\nparks,1,6月\n", "-q")


@pytest.mark.parametrize(
    ("headings", "kinds"),
    [
        ("5月,6月", "ii"),
        ("2025年1月—2025年5月,2025年1月至2025年6月", "rr"),
        ("至5月底,到6月底", "rr"),
        ("截至5月,6月底", "rr"),
        ("一季度,二季度", "ri"),
        ("一季度,一季度至二季度", "rr"),
        ("2025Q2,2025H1", "ir"),
        ("前5个月,第1-2季度", "rr"),
        ("3-5月,6月30日", "ii"),
        ("5月累计,6月新增", "ri"),
    ],
)
def test_a_period_from_the_years_first_day_is_headed_by_a_total(headings: str, kinds: str, desk: Office) -> None:
    """--wide tells a total so far from what was added by where the period in the heading begins."""
    assert 0 == import_text(desk, f"指标,{headings}\n公园,3,4\n", "--wide", "--force").code
    expected = [{"i": EntryKind.INCREMENT, "r": EntryKind.READING}[kind] for kind in kinds]
    assert expected == [entry.kind for entry in entries(desk)]


def test_months_of_a_growth_are_added_and_of_a_share_are_not(desk: Office) -> None:
    """A month's column holds the money spent in it, and the share that stood at its end."""
    text = "指标,旗区,5月,6月\n投入增长,东区,1000万元,1200万元\n活跃企业,,20%,25%\n"
    assert 0 == import_text(desk, text, "--wide").code
    assert [
        ("growth", EntryKind.INCREMENT),
        ("growth", EntryKind.INCREMENT),
        ("active", EntryKind.SHARE),
        ("active", EntryKind.SHARE),
    ] == (columns(entries(desk), "target", "kind"))


@pytest.mark.parametrize("headings", ["6月,6月份", "东区,east", "2025Q2,二季度"])
def test_two_columns_of_one_meaning_are_refused(headings: str, desk: Office) -> None:
    """Figures that would be counted twice are not."""
    ran = import_text(desk, f"指标,{headings}\n道路,1,1\n", "--wide", "--date", "2025-06-30", "--district", "east")
    assert (4, True) == (ran.code, "two columns mean the same" in ran.err)


def test_a_day_given_for_the_whole_file_tells_its_rows_apart(desk: Office) -> None:
    """Last month's file under the same name and with the same figures is another one when --date says so."""
    text = "target,value\nparks,2\n"
    for day in ("2025-05-31", "2025-06-30"):
        assert "1 added" in import_text(desk, text, "--date", day).out
    assert "0 added, 0 amended, 1 already in the ledger" in import_text(desk, text, "--date", "2025-06-30").out


def test_a_total_under_an_unclear_heading_is_asked_about(desk: Office) -> None:
    """完成值 is what was reached as often as what was added: one that is not below what stands may be a total."""
    assert 0 == import_text(desk, "指标,完成值,日期\n公园,3,5月\n", name="may.csv").code
    june = "指标,完成值,日期\n公园,4,6月\n"
    [line] = problems(import_text(desk, june, name="june.csv"))
    assert "would be added to" in line
    assert 0 == import_text(desk, june.replace("完成值", "新增数"), name="june.csv").code
    assert 0 == import_text(desk, june.replace("4,6月", "9,6月"), "--to-date", name="july.csv").code
    assert ["3", "4", "9"] == [value for (value,) in columns(entries(desk), "value")]


def test_a_row_that_was_put_right_is_asked_about(desk: Office) -> None:
    """A row without a uid that stands where another of the file stood would be added to it: the entry is named."""
    import_text(desk, "target,value,date\nparks,4,2025-06-30\nparks,1,2025-05-31\n")
    [line] = problems(import_text(desk, "target,value,date\nparks,5,2025-06-30\nparks,1,2025-05-31\n"))
    assert line.startswith("june.csv:2: value: Entry 1, from a file of the same name")
    assert (
        "1 added"
        in import_text(desk, "target,value,date\nparks,4,2025-06-30\nparks,1,2025-05-31\nparks,7,2025-06-30\n").out
    )


def test_who_corrects_by_a_file_signs(desk: Office) -> None:
    """The void and the new entry bear who imports, not who recorded the figure first."""
    import_text(desk, f"uid,target,value,date,by\n{UID},parks,1,2025-06-30,Li\n")
    changed = f"uid,target,value,date,by\n{UID},parks,2,2025-06-30,Li\n"
    assert 0 == import_text(desk, changed, "--amend", "--why", "checked", "--by", "Wang").code
    assert ["Li", "Wang", "Wang"] == [entry.by for entry in entries(desk, everything=True)]


def test_a_correction_may_go_back(desk: Office) -> None:
    """Under --amend a file that says what was said before corrects what stands now."""
    for value, answer in (("4", "1 added"), ("5", "1 amended"), ("4", "1 amended"), ("4", "1 already in the ledger")):
        text = f"uid,target,value,date\n{UID},parks,{value},2025-06-30\n"
        assert answer in import_text(desk, text, "--amend", "--why", "checked").out
    assert ["4"] == [value for (value,) in columns(entries(desk), "value")]


@pytest.mark.parametrize(
    "row", ["pliot,,1,2025-06-30", "parks,,1,2030-01-01", "roads,,1,2025-06-30", "parks,nowhere,1,6月"]
)
def test_a_moment_of_recording_excuses_nothing_in_a_ledger_in_use(row: str, desk: Office) -> None:
    """A row that only claims to have been recorded is checked like any other."""
    desk.run("record", "parks", "1", "--date", "2025-06-30")
    text = f"target,district,value,date,kind,recorded_at\n{row},increment,2025-07-01T00:00:00Z\n"
    assert 1 == len(problems(import_text(desk, text)))


def test_a_month_that_lost_its_zero_is_not_guessed(desk: Office) -> None:
    """2025.1 is January, or October as a spreadsheet shows 2025.10."""
    assert ["june.csv:2: date"] == [
        ": ".join(line.split(": ")[:2]) for line in problems(import_text(desk, "target,value,date\nparks,1,2025.1\n"))
    ]
    assert 0 == import_text(desk, "target,value,date\nparks,1,2025.06\n").code


def test_a_misspelt_heading_is_guessed_at(desk: Office) -> None:
    """A column that is not known is refused, with the name it looks like."""
    ran = import_text(desk, "指标,完成直,日期\n公园,1,6月\n")
    assert (4, True) == (ran.code, "Did you mean 完成值?" in ran.err)


# The system's own count of the most memory this program had: getrusage would count that of the program it came from.
PEAK = """
import atexit, re
memory = lambda: re.search("VmHWM:\\s+([0-9]+)", open("/proc/self/status").read())[1]
atexit.register(lambda: print(memory(), file=sys.stderr))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell a program's memory")
def test_a_hundred_thousand_rows_pass_in_200_megabytes(desk: Office) -> None:
    """A file of a hundred thousand different rows is planned as a whole within 200 MiB."""
    rows = "".join(f"parks,{number % 7},2025-0{number % 6 + 1}-15,row {number}\n" for number in range(100_000))
    (desk.folder / "many.csv").write_text(f"target,value,date,note\n{rows}", encoding="utf-8")
    ran = run(desk.folder, "import", "many.csv", "-q", first=PEAK)
    assert (0, "") == (ran.returncode, ran.stdout)
    assert int(ran.stderr) < 200 << 10  # kilobytes


def test_a_file_of_too_many_rows_is_refused(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an import may add has a limit, which the message names, and nothing is added."""
    monkeypatch.setattr(import_plan, "MOST_ENTRIES", 2)
    ran = import_text(desk, "target,value,date\n" + "parks,1,2025-06-30\n" * 3)
    assert (4, True, []) == (
        ran.code,
        "june.csv adds more than 2 entries; import it in parts" in ran.err,
        entries(desk),
    )


UNITS = """
[[targets]]
id = "jobs"
name = "就业（万人）"
aliases = ["新增就业"]
measure = "total"
goal = "5万人"
unit = "人"
[[targets]]
id = "bare"
name = "评分"
measure = "total"
goal = 10
"""


@pytest.mark.parametrize(
    ("target", "heading", "cell", "expected"),
    [
        # A unit of the target counts, with or without a scale; any writing of it.
        ("公园", "完成值（个）", "5", "5"),
        ("公园", "完成值（万个）", "5", "50000"),
        ("公园", "完成值（万）", "5", "50000"),
        ("资金", "完成值（万元）", "5", "50000"),
        ("资金", "完成值（单位：万元）", "5", "50000"),
        ("资金", "value (CNY)", "5", "5"),
        ("资金", "完成值（亿）", "2", "200000000"),
        ("资金", "完成值（万元）", "¥5", "50000"),
        ("资金", "完成值（万元）", "三百", "3000000"),
        ("资金", "完成值（元）", "5万元", "50000"),
        ("活跃企业", "完成值（%）", "28.7", "28.7"),
        ("就业（万人）", "完成值", "2.35", "23500"),
        ("新增就业", "完成值（万人）", "2.35", "23500"),
        # What could be a unit and is none of the target's is refused.
        ("公园", "完成值（万元）", "5", None),
        ("公园", "完成值（家）", "5", None),
        ("公园", "完成值（%）", "5", None),
        ("公园", "完成值（千人次）", "5", None),
        ("公园", "value (in thousands)", "5", None),
        ("公园", "value ($000)", "5", None),
        ("公园", "value (million)", "5", None),
        ("公园", "完成值（不含税，万元）", "5", None),
        ("评分", "完成值（分）", "5", None),
        ("资金", "完成值（万人）", "5", None),
        # Anything else is no unit, and no part of the figure.
        ("公园", "完成值（2025）", "5", "5"),
        ("公园", "完成值（2025年）", "5", "5"),
        ("公园", "完成值（2）", "5", "5"),
        ("公园", "value (as of June)", "5", "5"),
        ("公园", "value (2)", "5", "5"),
        ("公园", "完成值（.5）", "5", "5"),
        ("公园", "完成值（注3）", "5", "5"),
        ("公园", "完成值（不含税）", "5", "5"),
        ("公园（2）", "完成值", "5", "5"),
        ("公园（10个）", "完成值", "5", "5"),
        ("公园（2025）", "完成值（2024）", "5", "5"),
        ("资金（2025）", "完成值", "5", None),
        ("资金（2025）", "完成值", "5万元", "50000"),
    ],
)
@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_what_stands_in_parentheses_is_never_part_of_a_figure(  # noqa: PLR0913, PLR0917 - a table of cases
    target: str, heading: str, cell: str, expected: str | None, format_: str, desk: Office
) -> None:
    """Whole units of the target multiply; other units are refused; a year, a number or words change nothing."""
    desk.write(GOALS + UNITS)
    row = {"指标": target, heading: cell, "date": "2025-06-30"}
    text = json.dumps(row) if format_ == "jsonl" else f"{','.join(row)}\n{','.join(row.values())}\n"
    ran = import_text(desk, text, name=f"june.{format_}")
    assert (0 if expected else 4, [expected] if expected else []) == (
        ran.code, [value for (value,) in columns(entries(desk), "value")]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("target", "value", "unit", "expected"),
    [
        ("parks", "5", "个", "5"),
        ("parks", "5", "2", None),
        ("parks", "5", "0", None),
        ("parks", "5", ".5", None),
        ("parks", "5", ",000", None),
        ("parks", "5", "2025", None),
        ("parks", "5", "/", "5"),
        ("parks", "5", "—", "5"),
        ("parks", "5", "万元", None),
        ("funds", "5", "千元", "5000"),
        ("funds", "5", "无", None),
        ("funds", "三百", "万元", "3000000"),
        ("active", "5", "/100", None),
        ("active", "28.7", "%", "28.7"),
        ("active", "183/651", "%", "183"),
        ("papers", "0", "项", "0"),
    ],
)
def test_a_column_of_units_holds_units(target: str, value: str, unit: str, expected: str | None, desk: Office) -> None:
    """What stands in the unit column is a unit or refused; digits in it are never read on from the figure."""
    ran = import_text(desk, f'target,value,unit,date\n{target},{value},"{unit}",2025-06-30\n')
    assert (0 if expected else 4, [expected] if expected else []) == (
        ran.code, [value for (value,) in columns(entries(desk), "value")]
    )  # fmt: skip


def test_two_units_that_disagree_are_refused(desk: Office) -> None:
    """A unit in the column and another in the heading are not settled by whichever comes first."""
    for heading in ("完成值（亿元）", "完成值"):
        name = "资金" if "亿" in heading else "资金（亿元）"
        [line] = problems(import_text(desk, f"指标,{heading},单位,日期\n{name},5,万元,6月\n"))
        assert "The figure has two different units, 万元 and 亿元" in line
    assert 0 == import_text(desk, "指标,完成值（万元）,单位,日期\n资金,5,万元,6月\n").code


def test_numerator_and_denominator_stay_apart(desk: Office) -> None:
    """Two columns of a share are two figures: neither a slash nor a percentage in one of them makes another of it."""
    head = "target,value,of,date\n"
    for value, of in (("1/2", "3"), ("28.7%", "651"), ("1", "2/3"), ("", "651")):
        assert 1 == len(problems(import_text(desk, f"{head}active,{value},{of},2025-06-30\n")))
    assert 1 == len(problems(import_text(desk, "target,value (%),of,date\nactive,28.7,651,2025-06-30\n")))
    assert 1 == len(problems(import_text(desk, f"{head}parks,1,2,2025-06-30\n")))
    assert 0 == import_text(desk, f"{head}active,183,651,2025-06-30\n").code


def test_the_guard_against_totals_is_not_missed_by_a_blank(desk: Office) -> None:
    """完成值 （个） is as unclear as 完成值（个）: a figure that is not below the total so far is asked about."""
    assert 0 == import_text(desk, "指标,完成值 （个）,日期\n公园,3,5月\n", name="may.csv").code
    [line] = problems(import_text(desk, "指标,完成值 （个）,日期\n公园,4,6月\n"))
    assert "would be added to" in line


def test_a_heading_in_parentheses_tells_how_figures_count(desk: Office) -> None:
    """完成值（累计） heads totals so far, 完成值（本月新增） what was added; figures of another sort are no columns."""
    assert 0 == import_text(desk, "指标,完成值（累计）,日期\n公园,3,5月\n", name="may.csv").code
    assert 0 == import_text(desk, "指标,完成值（本月新增）,日期\n公园,4,6月\n").code
    assert [EntryKind.READING, EntryKind.INCREMENT] == [entry.kind for entry in entries(desk)]
    assert "unknown columns" in import_text(desk, "指标,完成值（预计）,日期\n公园,3,5月\n").err


@pytest.mark.parametrize(
    ("format_", "expected"),
    [
        ('m"月"', date(2025, 3, 31)),
        ('yyyy"年"m"月"', date(2025, 3, 31)),
        ("mmm-yy", date(2025, 3, 31)),
        ('yyyy"年"', date(2025, 12, 31)),
        ('m"月"d"日"', date(2025, 3, 1)),
        ("yyyy-mm-dd", date(2025, 3, 1)),
        ("yyyy-mm-dd h:mm", date(2025, 3, 1)),
    ],
)
def test_a_day_is_as_precise_as_its_cell_shows(format_: str, expected: date, desk: Office) -> None:
    """A cell that shows a month is that month, one that shows a year that year."""
    for book in workbook(desk):
        sheet = book.active
        assert sheet is not None
        sheet.append(["指标", "月份", "新增数"])
        sheet.append(["公园", date(2025, 3, 1), 5])
        sheet["B2"].number_format = format_
    assert 0 == desk.run("import", "june.xlsx", "--force").code
    assert [expected] == [entry.date for entry in entries(desk)]


def test_corrections_in_one_file_see_each_other(desk: Office) -> None:
    """A row is compared with the rows before it: an amendment is amended, a void cancels once, a doubt sees both."""
    head = "uid,target,value,date,kind,replaces\n"
    text = f"{head}{UID},parks,10,2025-06-30,reading,\n{UID},parks,7,2025-06-30,reading,\n"
    ran = import_text(desk, text, "--amend", "--why", "miscounted")
    assert (0, True) == (ran.code, "1 added, 1 amended" in ran.out)
    assert ["7"] == [value for (value,) in columns(entries(desk), "value")]
    assert "— → 7" in ran.out
    again = import_text(desk, f"{head}{UID},parks,8,2025-06-30,reading,\n{UID},parks,9,2025-06-30,reading,\n",
                "--amend", "--why", "miscounted")  # fmt: skip
    assert (0, True) == (again.code, "2 amended" in again.out)
    [standing] = entries(desk)
    void = f",parks,,2025-06-30,void,{standing.uid}\n"
    [line] = problems(import_text(desk, f"{head}{void}{void.replace('06-30', '07-01')}"))
    assert line.startswith(f"june.csv:3: replaces: Entry {standing.seq} is already cancelled, by entry ")
    assert 0 == import_text(desk, f"{head}{void}").code
    assert 0 == desk.run("verify").code


def test_a_dry_run_says_what_the_run_does(desk: Office) -> None:
    """--dry-run counts and judges as the import does that follows, corrections and voids included."""
    head = "uid,target,value,date,kind,replaces\n"
    import_text(desk, f"{head}{UID},parks,6,2025-06-30,reading,\n,parks,2,2025-07-01,increment,\n")
    [_reading, added] = entries(desk)
    text = f"{head}{UID},parks,4,2025-06-30,reading,\n,parks,,2025-07-01,void,{added.uid}\n,funds,2亿元,2025-06-30,,\n"
    options = ("--amend", "--why", "miscounted")
    trial = import_text(desk, text, *options, "--dry-run")
    assert [6, 2] == [entry.value for entry in entries(desk)]
    ran = import_text(desk, text, *options)
    assert trial.out.splitlines()[:-2] == ran.out.splitlines()[:-2]
    assert "2 would be added, 1 amended, 0 are already in the ledger" in trial.out
    assert "2 added, 1 amended, 0 already in the ledger" in ran.out
