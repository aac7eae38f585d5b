"""The workbook in an office suite: it opens, prints, and recolours its lights when somebody edits them."""

from __future__ import annotations

import csv
import os
import re
import subprocess
from pathlib import Path

import pytest
from office import Office
from openpyxl import load_workbook
from programs import program

pytestmark = pytest.mark.slow

AS_OF = ("--as-of", "2025-07-05")
# Comma, quotation mark, UTF-8, from line 1; cells as they are shown; every sheet in a file of its own.
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
GREEN, RED = bytes.fromhex("C6EFCE"), bytes.fromhex("FFC7CE")


def converted(book: Path, form: str, into: Path) -> list[Path]:
    """What LibreOffice makes of a workbook, with a profile of its own, which it locks."""
    ran = subprocess.run(
        [
            program("soffice", "libreoffice"),
            "--headless",
            f"-env:UserInstallation=file://{into.parent}/profile",
            "--convert-to",
            form,
            "--outdir",
            str(into),
            str(book),
        ],
        env=os.environ | {"LC_ALL": "C.UTF-8"},  # names of files are names of sheets
        capture_output=True,
        check=False,
        timeout=240,
    )
    assert 0 == ran.returncode, ran.stderr
    return sorted(into.iterdir())


def tables(book: Path, into: Path) -> dict[str, list[list[str]]]:
    """The sheets as they are shown, by name."""
    sheets = {}
    for path in converted(book, CSV, into):
        with path.open(encoding="utf-8", newline="") as file:
            sheets[path.stem.partition("-")[2]] = list(csv.reader(file))
    return sheets


def test_an_office_suite_shows_what_the_screen_shows(full_year: Office, tmp_path: Path) -> None:
    """LibreOffice opens every sheet, and its cells show the figures of the table on the screen, cut as those are."""
    assert 0 == full_year.run("--lang", "zh", "report", *AS_OF, "-o", "book.xlsx").code
    shown = tables(full_year.folder / "book.xlsx", tmp_path / "csv")
    assert 11 == len(shown)
    rows = {row[1]: row[2:8] for row in shown["进展情况表"][3:]}
    assert ["各旗区≥20.0%", "", "55.5%", "", "4个旗区", "红 欠进度"] == rows["各旗区财政科技投入增长"]
    assert ["≥20.0%", "-6.3%", "", "", "26.3个百分点", "红 欠进度"] == rows["鄂托克前旗"]
    assert ["≥20,000.00万元", "7,500.00万元", "37.5%", "50.0%", "12,500.00万元", "红 欠进度"] == rows["获批科技资金"]
    assert ["≥3家", "", "", "50.0%", "", "灰 未报送"] == rows["获批专业技术转移服务机构"]
    assert ["≥50.0%", "28.1%", "56.2%", "50.0%", "21.9个百分点", "绿 达进度"] == rows["规上工业企业研发投入清零"]
    assert rows["鄂托克前旗"] == shown["鄂托克前旗"][3][2:8]
    assert ["2025-06-30", "规上工业企业研发投入清零", "", "占比", "183/651", ""] == shown["进展记录"][3][:6]


HOSTILE_GOALS = """
title = '=1+1'
year = 2025
[[districts]]
id = "north"
name = "'History'[]:*?/\\\\"
[[targets]]
id = "parks"
name = '=HYPERLINK("https://e.example")'
unit = 'a"b\\\\;@'
measure = "total"
scope = "each"
goal = "1.5"
owner = "+1"
section = "-1"
note = "@x &lt;b&gt; _x0041_ \\ufffe"
"""


def test_no_text_acts_in_an_office_suite(office: Office, tmp_path: Path) -> None:
    """Formulas, units that would break a format and forbidden names of tabs are shown as they were written."""
    office.write(HOSTILE_GOALS)
    record = ("record", "parks", "1.25", "--district", "north", "--date", "2025-06-30")
    assert 0 == office.run(*record, "--note", "=1+1", "--by", "_x000D_").code
    assert 0 == office.run("report", *AS_OF, "-o", "book.xlsx").code
    shown = tables(office.folder / "book.xlsx", tmp_path / "csv")
    first, district, entries = shown["Progress table"], shown["History'_______"], shown["Entries"]
    assert ["=1+1: progress", "-1"] == [first[0][0], first[3][0]]
    assert ['=HYPERLINK("https://e.example")', "each ≥1.5 a″b\\\\;@", "+1"] == [first[4][1], first[4][2], first[4][8]]
    assert first[4][9].endswith(r"@x &lt;b&gt; _x0041_ \ufffe")
    assert ["≥1.5 a″b\\\\;@", "1.25 a″b\\\\;@", "0.25 a″b\\\\;@"] == [district[3][at] for at in (2, 3, 6)]
    assert ["=1+1", "_x000D_"] == [entries[3][6], entries[3][8]]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_prints_on_a_few_sheets_across(full_year: Office, tmp_path: Path, language: str) -> None:
    """As PDF every page is A4 across, begins with the headings of its table and bears its number."""
    assert 0 == full_year.run("--lang", language, "report", *AS_OF, "-o", "book.xlsx").code
    (pdf,) = converted(full_year.folder / "book.xlsx", "pdf", tmp_path / "pdf")
    about = subprocess.run([program("pdfinfo"), str(pdf)], capture_output=True, check=True, encoding="utf-8").stdout
    text = subprocess.run([program("pdftotext"), "-layout", str(pdf), "-"], capture_output=True, check=True).stdout
    pages = text.decode().split("\f")[:-1]
    assert re.search(r"841\.\d+ x 595\.\d+ pts \(A4\)", about)
    assert 11 <= len(pages) <= 25
    number, title = {"zh": ("第{}页，共{}页", "序号"), "en": ("Page {} of {}", "No.")}[language]
    for at, page in enumerate(pages, 1):
        assert number.format(at, len(pages)) in page
        assert title in page


def colours(book: Path, into: Path) -> set[bytes]:
    """The colours of the first page in print, of lights alone."""
    (pdf,) = converted(book, "pdf", into)
    drawn = subprocess.run(
        [program("pdftoppm"), "-r", "50", "-f", "1", "-l", "1", str(pdf)], capture_output=True, check=True
    ).stdout
    return {drawn[at : at + 3] for at in range(len(drawn) % 3, len(drawn), 3)} & {GREEN, RED}


def test_a_light_that_is_edited_is_recoloured(full_year: Office, tmp_path: Path) -> None:
    """Where somebody writes another light into the cells, the suite colours them by what they now say."""
    path = full_year.folder / "book.xlsx"
    assert 0 == full_year.run("--lang", "zh", "report", *AS_OF, "-o", "book.xlsx").code
    assert {GREEN, RED} == colours(path, tmp_path / "before")
    book = load_workbook(path)
    for row in book.worksheets[0].iter_rows(min_row=4):
        if row[7].value:
            row[7].value = "红 欠进度"
    book.save(path)
    assert {RED} == colours(path, tmp_path / "after")
