"""The columns of an import: an entry's column names, and what an office calls them.

A heading is matched without regard to case, width and blanks, and what
stands behind it in parentheses is the unit of its figures: 完成值（万元）.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from ordos_targets.domain.errors import N_
from ordos_targets.locale import translations

UNIT = "unit"
# How alike (0…1) a known name must be to be suggested: one character of three wrong passes.
LIKENESS = 0.6
# A figure under such a heading is what its name says, whatever the measure implies.
READING, INCREMENT = "reading", "increment"

NAMES: dict[str, tuple[str, ...]] = {
    "target": ("指标", "指标名称", "指标编号", "目标", "目标名称"),
    "value": ("完成值", "数值", "完成数", "完成情况", "实际完成", "分子"),
    READING: ("累计数", "累计", "累计完成", "累计完成值", "累计完成数"),
    INCREMENT: ("新增数", "新增", "本期新增", "本月新增", "本期完成", "本月完成", "本期数", "本月数"),
    "of": ("分母", "总数"),
    "date": ("日期", "截至日期", "截止日期", "统计日期", "数据日期", "期间", "报告期", "统计期", "时间", "月份"),
    "district": ("区县", "旗县区", "地区", "所属地区"),
    UNIT: ("单位", "计量单位"),
    "note": ("备注", "说明"),
    "item": ("事项", "事项名称", "完成事项"),
    "kind": ("类型", "记录类型", "数据类型"),
    "estimate": ("快报", "快报数", "预计", "预计数", "是否快报"),
    "evidence": ("依据", "佐证", "佐证材料", "证明材料", "附件"),
    "by": ("填报人", "报送人", "经办人", "记录人"),
    "uid": ("记录编号", "唯一编号"),
    "replaces": ("更正", "替代"),
    "recorded_at": ("记录时间", "登记时间"),
    "origin": ("来源",),
    "evidence_sha256": (),
}
# What other tables say beside the figures: computed here, or numbers of lines. It is passed over.
PASSED_OVER = (
    "seq", "hash", "cancelled_by", "序号", "no.", "no", "编号", "目标值", "goal", "奋斗目标", "stretch", "完成率",
    "completion", "序时进度", "expected", "差距", "gap", "亮灯", "light", "状态", "status", "责任单位", "owner",
    "超/欠序时", "lead", "进度图",
)  # fmt: skip

# No heading and no name is longer; to compare texts of any length may take for ever.
LONGEST_NAME = 500

_PARENTHESES = re.compile(r"^(.+?)\s*\(([^()]*)\)$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as written; the `field` it names (empty for one to pass over, None for none), and its unit."""

    text: str
    field: str | None
    unit: str = ""


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


_FIELDS = {_key(name): field for field, names in NAMES.items() for name in (field, *names)}
_FIELDS |= dict.fromkeys(map(_key, translations(N_("District"))), "district")
_FIELDS |= dict.fromkeys(map(_key, PASSED_OVER), "")


def heading(text: str) -> Heading:
    """What a heading names. One without any text is passed over; one too long to be a heading names nothing."""
    return _heading(text) if len(text) <= LONGEST_NAME else Heading(text, None if text.strip() else "")


@lru_cache(maxsize=256)
def _heading(text: str) -> Heading:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return Heading(text, "")
    field = _FIELDS.get(_key(plain))
    if field is not None:
        return Heading(text, field)
    name, unit = name_and_unit(plain)
    field = _FIELDS.get(_key(name))
    return Heading(text, field, unit if field in {"value", READING, INCREMENT, None} else "")


def bare_name(text: str) -> str:
    """A name without what stands behind it in parentheses."""
    return name_and_unit(text)[0]


def name_and_unit(text: str) -> tuple[str, str]:
    """A name, and the unit that stands behind it in parentheses, or nothing: 获批科技资金（万元）.

    A text that is too long to be a name is given back as it is.
    """
    if len(text) > LONGEST_NAME:
        return text, ""
    plain = unicodedata.normalize("NFKC", text).strip()
    bare = _PARENTHESES.match(plain)
    return (bare[1], bare[2].strip()) if bare else (plain, "")


def known_headings() -> list[str]:
    """The names of the columns that are read: the English one, and the first that an office uses."""
    return [f"{field} {names[0]}" if names else field for field, names in NAMES.items()]


def likeliest(text: str) -> str:
    """The known name most like a heading that is not known; empty where none is alike."""
    from difflib import SequenceMatcher  # slow to import, and needed after a mistake only

    matcher = SequenceMatcher(autojunk=False, b=_key(bare_name(text)))
    best, alike = LIKENESS, ""
    for name in (name for field, names in NAMES.items() for name in (field, *names)):
        matcher.set_seq1(_key(name))
        if matcher.ratio() > best:
            best, alike = matcher.ratio(), name
    return alike
