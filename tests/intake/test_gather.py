"""What comes one by one and is put together is still the same lines and rows, in the same order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rows import singly

from ordos_targets.domain.errors import Message
from ordos_targets.readers import gather
from ordos_targets.readers.gather import gathered_lines, gathered_rows
from ordos_targets.readers.rows import Broken, Row, Rows
from ordos_targets.readers.table import Lines, Spread


def row(line: int, heading: str = "value", **texts: str) -> Row:
    return Row(line, texts, {"value": heading})


def texts_of(rows: Rows) -> Iterator[dict[str, str]]:
    """What the cells of each row say, blank ones left out."""
    for cells in rows.cells:
        yield {name: cells[place] for name, place in rows.places.items() if cells[place]}


def test_lines_that_follow_each_other_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not over a gap in the numbers, nor with longer ones, and never more than so many."""
    monkeypatch.setattr(gather, "MOST", 2)
    lines = [(1, ["a"]), (2, ["b"]), (3, ["c"]), (5, ["d"]), (6, ["e", "f"])]
    expected = [Lines(1, [["a"], ["b"]]), Lines(3, [["c"]]), Lines(5, [["d"]]), Lines(6, [["e", "f"]])]
    assert expected == list(gathered_lines(lines))


def test_a_line_with_a_merged_cell_stays_by_itself() -> None:
    """Its cells say more than their texts, which is asked of single lines only; those around it keep their places."""
    merged = (2, ["a", Spread("1")])
    assert [Lines(1, [["a", "1"]]), merged, Lines(3, [["b", "2"]])] == list(
        gathered_lines([(1, ["a", "1"]), merged, (3, ["b", "2"])])
    )


def test_rows_are_given_back_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its own line and headings, in order, a broken one in its place; keys that come later stand behind."""
    monkeypatch.setattr(gather, "MOST", 2)
    rows: list[Row | Broken] = [
        row(1, target="a", value="1"),
        row(4, target="b", value="2"),
        row(5, target="c", value="3", note="n"),
        Broken(6, Message("no row")),
        row(9, uid="u", target="d"),
    ]
    found = list(gathered_rows(rows))
    assert rows == list(singly(found))
    told = [texts for one in found if isinstance(one, Rows) for texts in texts_of(one)]
    assert [dict(one.texts) for one in rows if isinstance(one, Row)] == told
    fields = [list(one.places) for one in found if isinstance(one, Rows)]
    longer = ["uid", "target", "value", "note"]
    assert [["uid", "target", "value"], longer, longer] == fields


def test_figures_that_are_named_otherwise_are_not_put_together() -> None:
    """What their key leaves open is asked of a row by its own key: 完成值 may be a total, 累计数 is one."""
    rows = [row(1, "完成值", value="1"), row(2, "累计数", value="2"), row(3, "累计数", value="3")]
    assert [1, 2] == [len(one.cells) for one in gathered_rows(rows) if isinstance(one, Rows)]
