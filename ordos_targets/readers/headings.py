"""The headings of an import: the names of an entry's columns, what an office calls them, and periods and districts.

A heading is matched without regard to case, width and blanks. In parentheses behind it may stand the unit of its
figures (完成值（万元）), how they count (完成值（累计）), or what has no bearing on them (完成值（2025）).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ordos_targets.domain.amounts import may_be_unit
from ordos_targets.domain.dates import begins_a_year, parse_date
from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.domain.names import DISTRICT, resolve
from ordos_targets.domain.targets import District
from ordos_targets.locale import translations

UNIT = "unit"
# How alike (0…1) a known name must be to be suggested: one character of three wrong passes.
LIKENESS = 0.6
# A figure under such a heading is what its name says, whatever the measure implies.
READING, INCREMENT = "reading", "increment"
FIGURES = ("value", READING, INCREMENT)

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
    "first_day": (),
    "state": (),
    "will": (),
    "until": (),
}
# What other tables have beside the figures: computed here, or numbers of lines. It is passed over.
PASSED_OVER = (
    "seq", "hash", "cancelled_by", "序号", "no.", "no", "编号", "目标值", "goal", "奋斗目标", "stretch", "完成率",
    "completion", "序时进度", "expected", "差距", "gap", "亮灯", "light", "状态", "status", "责任单位", "owner",
    "超/欠序时", "lead", "进度图",
)  # fmt: skip
# What a unit in parentheses may begin with: （单位：万元）, (in thousands).
_BEFORE_UNIT = re.compile(r"^(?:(?:计量)?单位|units?\b) *:? *|^in +", re.IGNORECASE)
# Words in parentheses by which figures are totals so far, or what was added; and those of figures of another sort.
_SO_FAR = re.compile(r"累计|至今|截[至止]|to date|ytd|cumulative", re.IGNORECASE)
_ADDED = re.compile(r"新增|[当本][月期季]|in month|added", re.IGNORECASE)
_OTHER_FIGURES = re.compile(
    r"目标|计划|预算|预计|预测|快报|同比|环比|增速|增幅|增长率?|上年|去年|同期|完成率|差距|"
    r"goal|budget|plan|forecast|estimate|variance|growth|yoy|last year|prior",
    re.IGNORECASE,
)
# Words that stand beside a month in a heading and do not tell which month it is.
_BESIDE_MONTH = re.compile(r"累计|完成值|完成数|完成|新增数|新增|实际|数$|值$")
_YEAR = re.compile(r"([0-9]{4})(?:年度?)?")
_PARENTHESES = re.compile(r"^(.+?)\s*\(([^()]*)\)$")
# No heading and no name is longer; to compare texts of any length may take for ever.
LONGEST_NAME = 500


class Heading(NamedTuple):
    """A heading.

    Attributes:
        text: The heading as written.
        field: The field it names; empty for one to pass over, None for one that is not known.
        qualifier: What stands in parentheses behind the name of a figure, a unit or not; else empty.
    """

    text: str
    field: str | None
    qualifier: str = ""

    @property
    def cell_field(self) -> str | None:
        """Return the field of the cells below it: 累计数 is headed over values."""
        return "value" if self.field in FIGURES else self.field

    @property
    def kind(self) -> str:
        """Return `reading` or `increment` where the heading says how its figures count, else empty."""
        return self.field if self.field and self.field in {READING, INCREMENT} else ""


class WideContext(NamedTuple):
    """What the headings of a wide table may mean: districts, and days counted from `today`, else of the year `year`."""

    districts: Sequence[District]
    today: date
    year: int


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


_FIELDS = {_key(name): field for field, names in NAMES.items() for name in (field, *names)}
_FIELDS |= dict.fromkeys(map(_key, translations(N_("District"))), "district")
_FIELDS |= dict.fromkeys(map(_key, PASSED_OVER), "")


def parse_heading(text: str) -> Heading:
    """Return what a heading names. A blank one is passed over; one that is too long to be a heading is not known."""
    return _parse_heading(text) if len(text) <= LONGEST_NAME else Heading(text, None if text.strip() else "")


@lru_cache(maxsize=256)
def _parse_heading(text: str) -> Heading:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return Heading(text, "")
    field = _FIELDS.get(_key(plain))
    if field is not None:
        return Heading(text, field)
    name, qualifier = split_qualifier(plain)
    field = _FIELDS.get(_key(name))
    if field not in FIGURES:
        return Heading(text, field, qualifier if field is None else "")
    kind = _kind(qualifier)
    contradicts = kind and (may_be_unit(qualifier) or field not in {"value", kind})
    if contradicts or _OTHER_FIGURES.search(qualifier):
        return Heading(text, None)
    return Heading(text, kind or field, "" if kind else qualifier)


def column_fields(heading: Heading, context: WideContext) -> Mapping[str, str] | None:
    """Return the fields that the heading of a wide table's column gives its figures, None where it names nothing.

    It names a district, or a day and how its figures count: a period from the year's first day on is headed by what was
    reached so far (a reading), any other by what was added in it. A year in parentheses is that of the period.
    """
    name, qualifier = split_qualifier(heading.text)
    if _OTHER_FIGURES.search(qualifier):
        return None
    kind = _kind(qualifier)
    try:
        fields = {"district": resolve(name, context.districts, DISTRICT, suggest=False).id}
        return fields | {"kind": kind} if kind else fields
    except UsageError:
        return _period_fields(name, kind, _YEAR.fullmatch(qualifier), context)


def _period_fields(name: str, kind: str, year: re.Match[str] | None, context: WideContext) -> Mapping[str, str] | None:
    period, of_year = _BESIDE_MONTH.sub("", name).strip(), int(year[1]) if year else context.year
    try:
        day = parse_date(period, today=context.today, year=of_year)
        begins = begins_a_year(period, today=context.today, year=of_year)
    except UsageError:
        return None
    if year and day.year != of_year:
        return None
    return {"date": day.isoformat(), "kind": kind or (READING if begins or _SO_FAR.search(name) else INCREMENT)}


def _kind(qualifier: str) -> str:
    """Return how figures count by a text in parentheses: `reading`, `increment`, or empty where it does not tell."""
    return READING if _SO_FAR.search(qualifier) else INCREMENT if _ADDED.search(qualifier) else ""


def bare_name(text: str) -> str:
    """Return a name without what stands behind it in parentheses."""
    return split_qualifier(text)[0]


def split_qualifier(text: str) -> tuple[str, str]:
    """Return a name, and what stands behind it in parentheses: 获批科技资金（单位：万元） gives 获批科技资金 and 万元.

    A text that is too long to be a name is returned as it is.
    """
    return _split_qualifier(text) if len(text) <= LONGEST_NAME else (text, "")


@lru_cache(maxsize=256)
def _split_qualifier(text: str) -> tuple[str, str]:
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _PARENTHESES.match(plain)
    return (match[1], _BEFORE_UNIT.sub("", match[2].strip())) if match else (plain, "")


def known_headings() -> list[str]:
    """Return the names of the columns that are read: the English one, and the first that an office uses."""
    return [f"{field} {names[0]}" if names else field for field, names in NAMES.items()]


def most_similar(text: str) -> str:
    """Return the known name most like a heading that is not known, empty where none is similar."""
    from difflib import SequenceMatcher  # slow to import, and needed after a mistake only

    matcher = SequenceMatcher(autojunk=False, b=_key(bare_name(text)))
    best, similar = LIKENESS, ""
    for name in (name for field, names in NAMES.items() for name in (field, *names)):
        matcher.set_seq1(_key(name))
        if matcher.ratio() > best:
            best, similar = matcher.ratio(), name
    return similar
