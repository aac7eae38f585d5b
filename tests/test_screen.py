"""The table in windows of every width, in both languages."""

from __future__ import annotations

from fractions import Fraction
from io import StringIO

import pytest

from ordos_targets import locale
from ordos_targets.cli.session import Session
from ordos_targets.report.status_table import bar, status_table
from ordos_targets.report.table import Column, Table, cell, fit, plain, text_width
from ordos_targets.report.terminal import draw
from ordos_targets.usecases.status import StatusRequest, status


def drawn(table: Table, width: int, *, colour: bool = False) -> str:
    stream = StringIO()
    draw(table, stream, width, colour=colour)
    return stream.getvalue()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.usefixtures("full_year")
def test_no_line_is_wider_than_the_window_and_nothing_is_cut(width: int, language: str) -> None:
    """At any width each line fits, every target's name is there in full, and so are status, gap and who is late."""
    locale.activate(language)
    table = status_table(status(Session().workspace(), StatusRequest(as_of="2025-07-05")))
    lines = drawn(table, width).splitlines()
    assert [] == [line for line in lines if text_width(line) > width]
    assert "…" not in "".join(lines)
    letters = "".join("".join(lines).split())
    texts = [one.text for row in table.rows for one in row[:3]] + [note.text for note in table.notes]
    assert [] == [text for text in texts if not _in_order("".join(text.split()), letters)]


def _in_order(text: str, letters: str) -> bool:
    """Whether the letters of a text occur in this order (folded cells of other columns may stand between them)."""
    rest = iter(letters)
    return all(letter in rest for letter in text)


def test_columns_leave_by_rank_and_cells_fold_before_they_do() -> None:
    """The column of the highest rank goes first; a column that may fold gives way before any goes."""
    columns = (Column("name", least=4), Column("always"), Column("first to go", rank=2), Column("second", rank=1))
    table = Table("", columns, ((cell("a long name"), cell("1"), cell("2"), cell("3")),))
    for width, expected in ((40, 4), (33, 4), (32, 3), (20, 3), (19, 2), (5, 2)):
        fitted, granted = fit(table, width)
        assert (width, expected) == (width, len(fitted.columns))
        assert len(granted) == expected
    assert "name" == fitted.columns[0].heading


def test_chinese_and_english_cells_align() -> None:
    """A wide character takes two columns, a combining mark none, so the second column starts at the same place."""
    rows = ((cell("东胜区"), cell("x")), (cell("e\u0301te"), cell("x")), (cell("abcdef"), cell("x")))
    lines = plain(Table("", (Column("a"), Column("b")), rows)).splitlines()
    assert {8} == {text_width(line[: line.index("x")]) for line in lines[2:]}


@pytest.mark.usefixtures("full_year")
def test_colour_is_an_addition_never_the_message() -> None:
    """With colour the same words are drawn; without, not a single escape."""
    table = status_table(status(Session().workspace(), StatusRequest(as_of="2025-07-05")))
    assert "\x1b[" in drawn(table, 120, colour=True)
    assert "\x1b" not in drawn(table, 120)


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
    """A name that looks like Rich markup or a terminal command is shown as it is, on a terminal and off it."""
    hostile = "[red]x[/red]\x1b[2J\u202e"
    table = Table("", (Column("name"), Column("b")), ((cell(hostile), cell("y")),))
    assert "[red]x[/red]\\x1b[2J\\u202e" in drawn(table, 80)
    assert "[red]x[/red]\\x1b[2J\\u202e" in plain(table)
