"""Documents through the command line: which one is written, where to, and what a run that fails leaves."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from children import GOALS, run
from office import Office, Ran
from openpyxl import load_workbook
from terminals import on_terminal

AS_OF = ("--as-of", "2025-07-05")
BEGINNINGS = {"markdown": b"## Tests ", "prometheus": b"# HELP ordos_targets_goal ", "xlsx": b"PK\x03\x04"}


@pytest.mark.parametrize(
    ("name", "format_"),
    [("a.md", "markdown"), ("a.MARKDOWN", "markdown"), ("a.prom", "prometheus"), ("a.XLSX", "xlsx")],
)
def test_the_files_name_says_what_to_write(office: Office, name: str, format_: str) -> None:
    """`report -o NAME` writes what the ending stands for, and nothing to the screen."""
    office.write(GOALS)
    ran = office.run("report", *AS_OF, "-o", name)
    assert (0, "", "") == (ran.code, ran.out, ran.err)
    assert (office.folder / name).read_bytes().startswith(BEGINNINGS[format_])


@pytest.mark.parametrize("command", ["report", "status"])
@pytest.mark.parametrize("format_", BEGINNINGS)
def test_status_and_report_write_the_same_document(folder: Path, command: str, format_: str) -> None:
    """Redirected, both commands give the document of the format asked for, byte by byte what -o writes."""
    path = folder / "redirected"
    with path.open("wb") as file:
        ran = run(folder, command, *AS_OF, "--format", format_, stdout=file)
    assert (0, "") == (ran.returncode, ran.stderr)
    assert path.read_bytes().startswith(BEGINNINGS[format_])
    assert 0 == run(folder, "report", *AS_OF, "--format", format_, "-o", "written").returncode
    assert path.read_bytes() == (folder / "written").read_bytes()


@pytest.mark.parametrize("arguments", [("report", "--format", "xlsx"), ("status", "--format", "xlsx", "-o", "-")])
def test_a_workbook_is_not_thrown_at_a_terminal(folder: Path, arguments: tuple[str, ...]) -> None:
    """On a terminal a workbook is refused with a hint, and no byte of it is shown."""
    code, shown = on_terminal(folder, *arguments)
    assert (2, True, False) == (code, "-o FILE" in shown, "PK" in shown)


def test_what_is_text_is_shown_on_a_terminal(folder: Path) -> None:
    """Markdown and Prometheus come out on a terminal as in a pipe."""
    for format_, beginning in (("markdown", "## Tests "), ("prometheus", "# HELP ordos_targets_goal ")):
        code, shown = on_terminal(folder, "report", *AS_OF, "--format", format_)
        piped = run(folder, "report", *AS_OF, "--format", format_).stdout
        assert (0, piped) == (code, shown.replace("\r\n", "\n"))
        assert shown.startswith(beginning)


@pytest.mark.parametrize("name", ["old.xlsx", "old.md", "old.prom"])
def test_a_damaged_ledger_leaves_the_old_document(name: str, desk: Office, folder: Path) -> None:
    """A run that cannot read the ledger ends with 5, and the file of the run before is as it was, alone."""
    assert 0 == desk.run("report", *AS_OF, "-o", name).code
    before = (folder / name).read_bytes()
    for path in folder.glob("progress.db*"):
        path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 8000)
    ran = desk.run("report", *AS_OF, "-o", name)
    assert (5, "", before) == (ran.code, ran.out, (folder / name).read_bytes())
    assert [name] == [path.name for path in folder.iterdir() if "old" in path.name]


@pytest.mark.parametrize(
    ("library", "name", "sentence"),
    [
        ("openpyxl", "a.xlsx", "生成工作簿所需的程序库没有安装；请执行：pip install 'ordos-targets[xlsx]'"),
        ("jinja2", "a.html", "pip install 'ordos-targets[html]'"),
    ],
)
def test_a_missing_library_is_named_and_leaves_the_old_document(
    library: str, name: str, sentence: str, desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its library a document is refused with 2 and what to install; the old file stays as it was."""
    monkeypatch.setitem(sys.modules, library, None)
    (desk.folder / name).write_bytes(b"old")
    ran = desk.run("--lang", "zh", "report", "-o", name)
    assert (2, "", True) == (ran.code, ran.out, sentence in ran.err)
    assert b"old" == (desk.folder / name).read_bytes()


@pytest.mark.parametrize("format_", ["markdown", "prometheus"])
def test_other_documents_need_no_library(folder: Path, format_: str) -> None:
    """Markdown and Prometheus are written with the standard library alone; only a workbook loads openpyxl."""
    tell = "import atexit; atexit.register(lambda: sys.stderr.write(str('openpyxl' in sys.modules)))"
    ran = run(folder, "report", *AS_OF, "--format", format_, first=tell)
    assert (0, "False") == (ran.returncode, ran.stderr)
    assert "True" == run(folder, "report", *AS_OF, "-o", "a.xlsx", first=tell).stderr


def test_a_reader_that_has_gone_is_no_failure(folder: Path) -> None:
    """A workbook into a pipe that nobody reads ends quietly."""
    reading, writing = os.pipe()
    os.close(reading)
    ran = run(folder, "report", "--format", "xlsx", stdout=writing)
    os.close(writing)
    assert (0, "") == (ran.returncode, ran.stderr)


def test_only_and_targets_narrow_a_document(full_year: Office) -> None:
    """--only and TARGET leave the other targets out of a document, and the counts follow."""
    only = full_year.run("status", *AS_OF, "--only", "behind", "--format", "markdown").out
    assert ("3 targets: behind 3" in only, "Pilot-scale" in only) == (True, False)
    text = full_year.run("report", *AS_OF, "pilot", "--format", "markdown").out
    assert ("1 target: lagging 1" in text, "Pilot-scale" in text) == (True, True)
    assert 0 == full_year.run("report", *AS_OF, "--only", "behind", "-o", "a.xlsx").code
    sheet = load_workbook(full_year.folder / "a.xlsx").worksheets[0]
    numbered = {cells[0].value: cells[1].value for cells in sheet.iter_rows(min_row=4)}
    names = ["Science and technology funding won", "Breakthrough fields deepened", None]
    assert names == [numbered.get(number) for number in (2, 3, 4)]


def test_fail_on_holds_for_documents(full_year: Office) -> None:
    """`status --format markdown --fail-on behind` writes the document and exits with 3."""
    ran = full_year.run("status", *AS_OF, "--format", "markdown", "--fail-on", "behind")
    assert (3, True) == (ran.code, ran.out.startswith("## "))


def test_nothing_to_say_is_not_said_under_quiet(office: Office) -> None:
    """Without rows -q leaves a chat message out, but a file and a monitor's figures are written all the same."""
    office.write(GOALS)
    arguments = ("status", *AS_OF, "--only", "missed", "-q")
    assert Ran(0, "", "") == office.run(*arguments, "--format", "markdown")
    assert "ordos_targets_ledger_entries 0\n" in office.run(*arguments, "--format", "prometheus").out
    assert 0 == office.run(*arguments, "--format", "markdown", "-o", "a.md").code
    assert (office.folder / "a.md").read_text(encoding="utf-8").endswith("No target is in these statuses.\n")
