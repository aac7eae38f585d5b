"""The table in windows of every width, in both languages."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest
from office import Office

from ordos_targets import locale
from ordos_targets.cli.session import Session
from ordos_targets.report.status_table import bar, status_table
from ordos_targets.report.table import Column, Table, cell, fit, text_width
from ordos_targets.report.terminal import render
from ordos_targets.usecases.status import StatusRequest, status


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
@pytest.mark.usefixtures("full_year")
def test_no_line_is_wider_than_the_window_and_nothing_is_cut(width: int, language: str) -> None:
    """At any width each line fits, every target's name is there in full, and so are status, gap and who is late."""
    locale.activate(language)
    table = status_table(status(Session().workspace(), StatusRequest(as_of="2025-07-05")))
    lines = render([table], width).splitlines()
    assert [] == [line for line in lines if text_width(line) > width]
    assert "…" not in "".join(lines)
    letters = "".join("".join(lines).split())
    texts = [shown.text for row in table.rows for shown in row[:3]] + [note.text for note in table.notes]
    assert [] == [text for text in texts if not _in_order("".join(text.split()), letters)]


def _in_order(text: str, letters: str) -> bool:
    """Whether the letters of a text occur in this order (folded cells of other columns may stand between them)."""
    rest = iter(letters)
    return all(letter in rest for letter in text)


def test_columns_leave_by_priority_and_cells_fold_before_they_do() -> None:
    """The column of the highest priority goes first; a column that may fold gives way before any goes."""
    columns = (
        Column("name", min_width=4), Column("always"), Column("first to go", drop_priority=2),
        Column("second", drop_priority=1),
    )  # fmt: skip
    table = Table("", columns, ((cell("a long name"), cell("1"), cell("2"), cell("3")),))
    for width, expected in ((40, 4), (33, 4), (32, 3), (20, 3), (19, 2), (5, 2)):
        fitted, widths = fit(table, width)
        assert (width, expected) == (width, len(fitted.columns))
        assert len(widths) == expected
    assert "name" == fitted.columns[0].heading


def test_chinese_and_english_cells_align() -> None:
    """A wide character takes two columns, a combining mark none, so the second column starts at the same place."""
    rows = ((cell("东胜区"), cell("x")), (cell("e\u0301te"), cell("x")), (cell("abcdef"), cell("x")))
    lines = render([Table("", (Column("a"), Column("b")), rows)]).splitlines()
    assert {8} == {text_width(line[: line.index("x")]) for line in lines[2:]}


@pytest.mark.usefixtures("full_year")
def test_colour_is_an_addition_never_the_message() -> None:
    """With colour the same words are drawn; without, not a single escape."""
    table = status_table(status(Session().workspace(), StatusRequest(as_of="2025-07-05")))
    assert "\x1b[" in render([table], 120, colour=True)
    assert "\x1b" not in render([table], 120)


@pytest.mark.parametrize(
    ("completion", "expected", "shown"),
    [
        ("0", "1/2", "░░░░░|░░░░░"),
        ("2/5", "1/2", "████░|░░░░░"),
        ("99/100", "1", "█████████░|"),
        ("1", "1/2", "█████|█████"),
        ("3", None, "██████████"),
        ("-1/2", None, "░░░░░░░░░░"),
    ],
)
def test_a_bar_is_full_only_at_the_goal(completion: str, expected: str | None, shown: str) -> None:
    """The bar is cut like the percentage, and the mark stands where completion is expected to be."""
    assert shown == bar(Fraction(completion), None if expected is None else Fraction(expected))


def test_markup_and_escapes_in_text_are_only_text() -> None:
    """A text that looks like Rich markup or a terminal command is shown as it is, wherever it stands."""
    hostile = cell("[red]x[/red]\x1b[2J\u202e :smile: http://e.example")
    table = Table(hostile.text, (Column(hostile.text), Column("b")), ((hostile,), (hostile, cell("y"))), (hostile,))
    for width, colour in ((None, False), (200, False), (200, True)):
        shown = render([table], width, colour=colour)
        assert 5 == shown.count("[red]x[/red]\\x1b[2J\\u202e :smile: http://e.example")
        assert colour == ("\x1b" in shown)


def test_off_a_terminal_nothing_is_folded_or_cut() -> None:
    """However long a text is, in a file it stands on one line, whole: in a heading, a cell, a note and the title."""
    long = cell("很长的说明 " * 2000)
    table = Table(long.text, (Column("a", min_width=4), Column(long.text)), ((long,), (cell("x"), long)), (long,))
    assert 5 == sum(long.text.rstrip() in line for line in render([table]).splitlines())


def test_a_cell_that_folds_keeps_its_indent() -> None:
    """The lines of a name that does not fit are all indented like its first."""
    name = cell("one two three four", indent=4)
    lines = render([Table("", (Column("a", min_width=10), Column("b")), ((name, cell("x")),))], 14).splitlines()
    assert ["    one two  x", "    three", "    four"] == lines[2:]


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        (["status", "--format", "json"], False),
        (["status", "--format", "csv"], False),
        (["record", "pilot", "1", "--date", "2025-12-31", "--dry-run"], False),
        (["status"], True),
    ],
)
def test_only_a_table_loads_rich(arguments: list[str], loaded: bool, full_year: Office) -> None:  # noqa: FBT001
    """Importing Rich takes as long as a whole run without it, so only what draws a table does."""
    code = "import sys; from ordos_targets.cli.app import main; main(sys.argv[1:]); print('rich' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=full_year.folder, capture_output=True, text=True, check=False
    )
    assert (0, "") == (ran.returncode, ran.stderr)
    assert str(loaded) == ran.stdout.splitlines()[-1]
