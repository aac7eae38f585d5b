"""What the columns of an import may be called."""

from __future__ import annotations

import re

import pytest
from office import ROOT

from ordos_targets.domain.hash_chain import HASHED
from ordos_targets.readers.headings import NAMES, PASSED_OVER, Heading, heading, name_and_unit


@pytest.mark.parametrize(
    ("written", "field", "unit"),
    [
        ("指标", "target", ""),
        (" 指 标 名 称 ", "target", ""),
        ("TARGET", "target", ""),
        ("ｔａｒｇｅｔ", "target", ""),
        ("完成值（万元）", "value", "万元"),
        ("完成值(%)", "value", "%"),
        ("累计数（家）", "reading", "家"),
        ("旗区", "district", ""),
        ("日期（月末）", "date", ""),
        ("序号", "", ""),
        ("", "", ""),
        ("联系电话", None, ""),
        ("6月（万元）", None, "万元"),
    ],
)
def test_a_heading_is_known_by_any_of_its_names(written: str, field: str | None, unit: str) -> None:
    """Case, width and blanks do not matter; what stands in parentheses behind a figure's name is its unit."""
    assert Heading(written, field, unit) == heading(written)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("获批科技资金（万元）", ("获批科技资金", "万元")), ("中试", ("中试", "")), ("（空）", ("(空)", ""))],
)
def test_a_name_may_bear_a_unit(text: str, expected: tuple[str, str]) -> None:
    """A target's name is told from the unit behind it."""
    assert expected == name_and_unit(text)


def test_every_column_of_an_entry_is_known() -> None:
    """Whatever `export` and `log` write is read back or passed over."""
    assert [] == [name for name in (*HASHED, "hash", "unit", "cancelled_by") if heading(name).field is None]


def test_no_name_means_two_columns() -> None:
    """A name stands in one place of the list, so no column is read as another."""
    names = [name for field, named in NAMES.items() for name in (field, *named)] + list(PASSED_OVER)
    assert len(names) == len(set(names))


def test_the_readme_lists_every_name() -> None:
    """The README's table of columns is the list that is read by."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z_0-9]+)` \| ([^|]*) \|$", readme, re.MULTILINE))
    assert {field: "、".join(names) for field, names in NAMES.items()} == {
        field: rows.get(field, "").strip() for field in NAMES
    }
