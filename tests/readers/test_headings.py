"""What the columns of an import may be called."""

from __future__ import annotations

import re

import pytest
from office import ROOT

from ordos_targets.domain.entries import HASHED
from ordos_targets.readers.headings import NAMES, PASSED_OVER, Heading, parse_heading, split_qualifier


@pytest.mark.parametrize(
    ("written", "field", "qualifier"),
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
        ("完成值（2025）", "value", "2025"),
        ("value (as of June)", "value", "as of June"),
        ("完成值（单位：万元）", "value", "万元"),
        ("value (in thousands)", "value", "thousands"),
        ("完成值（累计）", "reading", ""),
        ("完成值（1-6月累计）", "reading", ""),
        ("完成值（本月新增）", "increment", ""),
        ("累计数（本月新增）", None, ""),
        ("完成值（累计，万元）", None, ""),
        ("完成值（目标）", None, ""),
        ("完成值（去年同期）", None, ""),
        ("完成值（预计）", None, ""),
    ],
)
def test_a_heading_is_known_by_any_of_its_names(written: str, field: str | None, qualifier: str) -> None:
    """Case, width and blanks do not matter; parentheses behind a figure's name may hold how it counts, or a unit."""
    assert Heading(written, field, qualifier) == parse_heading(written)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("获批科技资金（万元）", ("获批科技资金", "万元")), ("中试", ("中试", "")), ("（空）", ("(空)", ""))],
)
def test_a_name_may_bear_a_unit(text: str, expected: tuple[str, str]) -> None:
    """A target's name is separated from what stands in parentheses behind it."""
    assert expected == split_qualifier(text)


def test_every_column_of_an_entry_is_known() -> None:
    """Whatever `export` and `log` write is read back or passed over."""
    assert [] == [name for name in (*HASHED, "hash", "unit", "cancelled_by") if parse_heading(name).field is None]


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
