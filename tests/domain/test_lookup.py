"""How a target, a district or an item is found by what people call it."""

from __future__ import annotations

import pytest
from domain.build import a_target
from hypothesis import given
from hypothesis import strategies as st

from ordos_targets.domain.errors import AppError, ExitCode, UsageError
from ordos_targets.domain.names import (
    DISTRICT,
    ITEM,
    TARGET,
    Ambiguous,
    Misspelt,
    NothingToName,
    Unknown,
    quote_for_message,
    resolve,
)
from ordos_targets.domain.targets import District, Item, Target

DISTRICTS = (
    District("dongsheng", "东胜区", "Dongsheng District", "150602"),
    District("kangbashi", "康巴什区", "Kangbashi District", "150603", aliases=("kbs", "新区")),
    District("dalad", "达拉特旗", "Dalad Banner", "150621", aliases=("达旗",)),
    District("jungar", "准格尔旗", "Jungar Banner", "150622", aliases=("准旗", "Zhunge'er")),
    District("otog-front", "鄂托克前旗", "Otog Front Banner", "150623", aliases=("鄂前旗",)),
    District("otog", "鄂托克旗", "Otog Banner", "150624"),
    District("hanggin", "杭锦旗", "Hanggin Banner", "150625"),
    District("uxin", "乌审旗", "Uxin Banner", "150626"),
    District("ejin-horo", "伊金霍洛旗", "Ejin Horo Banner", "150627", aliases=("伊旗",)),
)
ITEMS = (Item("hydrogen", "氢能"), Item("storage", "储能与新型电力系统"), Item("materials", "新型化工与新材料"))


def called(identifier: str, name: str, name_en: str = "", aliases: tuple[str, ...] = ()) -> Target:
    return a_target(id=identifier, name=name, name_en=name_en, aliases=aliases)


TARGETS = (
    called("pilot-projects", "落地中试项目", "Pilot-scale projects landed"),
    called("st-funding", "获批科技资金", "Science funding won", aliases=("资金",)),
    called("three-zero-firms", "新增“三清零”企业", "Three-zero firms"),
    called("region-platforms", "获批自治区级平台", "Regional platforms"),
    called("rd-active-firms", "规上工业企业研发投入清零", "Firms with research"),
)

FOUND_DISTRICTS = {
    "dongsheng": ("dongsheng", "DongSheng", " dongsheng ", "ｄｏｎｇｓｈｅｎｇ", "do", "东胜区", "东胜"),
    "kangbashi": ("k", "kbs", "KBS", "新区", "康巴什", "kangbashi district", "Kangbashi  District", "巴什"),
    "dalad": ("da", "达旗", "达拉特", "Dalad Banner"),
    "jungar": ("准格尔", "准旗", "zhunge'er", "Zhunge'er", "格尔旗"),
    "otog-front": ("otog-", "otog-front", "鄂托克前旗", "鄂托克前", "鄂前旗", "前旗", "Otog Front Banner", "front"),
    "otog": ("otog", "OTOG", "鄂托克旗", "　鄂托克旗　", "otog banner", "克旗"),
    "hanggin": ("杭锦旗", "杭锦", "h"),
    "ejin-horo": ("伊旗", "伊金霍洛", "ejin", "Horo"),
}

FOUND_TARGETS = {
    "pilot-projects": ("pilot-projects", "p", "pilot", "中试", "落地中试项目", "landed"),
    "st-funding": ("st", "资金", "获批科技资金", "科技"),
    "three-zero-firms": ("t", "三清零", "“三清零”", "新增"),
    "region-platforms": ("re", "平台", "自治区"),
    "rd-active-firms": ("rd", "研发"),
}

AMBIGUOUS_DISTRICTS = {
    "鄂托克": ["otog-front 鄂托克前旗", "otog 鄂托克旗"],
    "oto": ["otog-front 鄂托克前旗", "otog 鄂托克旗"],
    "d": ["dongsheng 东胜区", "dalad 达拉特旗"],
    "区": ["dongsheng 东胜区", "kangbashi 康巴什区"],
    "district": ["dongsheng 东胜区", "kangbashi 康巴什区"],
}

SUGGESTED_DISTRICTS = {
    "杭锦后旗": "hanggin 杭锦旗",
    "准噶尔旗": "jungar 准格尔旗",
    "准葛尔": "jungar 准格尔旗",
    "伊金霍络旗": "ejin-horo 伊金霍洛旗",
    "鄂托克后旗": "otog 鄂托克旗",
    "dongshen district": "dongsheng 东胜区",
    "kanbashi": "kangbashi 康巴什区",
    "jungger": "jungar 准格尔旗",
    "乌申旗": "uxin 乌审旗",
}


@pytest.mark.parametrize(
    ("query", "expected"), [(query, key) for key, queries in FOUND_DISTRICTS.items() for query in queries]
)
def test_finds_a_district(query: str, expected: str) -> None:
    """A district is found by id, alias, name, the beginning of its id or a part of its name, in any case."""
    assert expected == resolve(query, DISTRICTS, DISTRICT).id


@pytest.mark.parametrize(
    ("query", "expected"), [(query, key) for key, queries in FOUND_TARGETS.items() for query in queries]
)
def test_finds_called(query: str, expected: str) -> None:
    """A target is found in the same ways."""
    assert expected == resolve(query, TARGETS, TARGET).id


@pytest.mark.parametrize(
    ("query", "expected"), [("hydrogen", "hydrogen"), ("储能", "storage"), ("m", "materials"), ("氢", "hydrogen")]
)
def test_finds_what_has_no_aliases(query: str, expected: str) -> None:
    """An item has no aliases and is found all the same."""
    assert expected == resolve(query, ITEMS, ITEM).id


@pytest.mark.parametrize(("query", "candidates"), AMBIGUOUS_DISTRICTS.items())
def test_refuses_what_fits_several(query: str, candidates: list[str]) -> None:
    """A query that fits several things names just these, in the order of the file."""
    with pytest.raises(Ambiguous) as caught:
        resolve(query, DISTRICTS, DISTRICT)
    facts = {"what": DISTRICT, "text": query, "candidates": candidates, "suggestion": ""}
    assert facts == caught.value.params
    assert "matches more than one" in caught.value.template
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(("query", "suggestion"), SUGGESTED_DISTRICTS.items())
def test_suggests_what_looks_alike_and_never_takes_it(query: str, suggestion: str) -> None:
    """A misspelt name, or another district's, is refused with the one that looks most like it, and all there are."""
    with pytest.raises(Misspelt) as caught:
        resolve(query, DISTRICTS, DISTRICT)
    assert suggestion == caught.value.params["suggestion"]
    assert [f"{each.id} {each.name}" for each in DISTRICTS] == caught.value.params["candidates"]
    assert "Did you mean {suggestion}?" in caught.value.template


def test_suggests_by_a_misspelt_part_of_a_long_name() -> None:
    """What is compared is also the part of a name that is as long as the query."""
    with pytest.raises(Misspelt) as caught:
        resolve("三清令", TARGETS, TARGET)
    assert caught.value.params["suggestion"] == "three-zero-firms 新增“三清零”企业"


@pytest.mark.parametrize(
    "query", ["", " ", "东西", "xyz", "1", "%", "东胜区区区区区区区区", "旗" * 201, "\x00", "\ud800", "*"]
)
def test_suggests_nothing_where_nothing_looks_alike(query: str) -> None:
    """What is like no name is refused with the names there are and no suggestion."""
    with pytest.raises(Unknown) as caught:
        resolve(query, DISTRICTS, DISTRICT)
    assert Unknown is caught.type
    assert caught.value.params["suggestion"] == ""
    assert "Available: " in str(caught.value)


def test_says_when_there_is_nothing_to_find() -> None:
    """Without any districts the failure does not print an empty list."""
    with pytest.raises(NothingToName, match="lists none"):
        resolve("东胜", (), DISTRICT)


def test_a_whole_name_wins_over_a_part() -> None:
    """The more exact way decides, though a less exact one fits another thing."""
    first, second = called("a-b", "甲乙", aliases=("丙丁",)), called("a", "乙", aliases=("甲",))
    assert [second, second, first] == [resolve(text, (first, second), TARGET) for text in ("乙", "甲", "a-")]


@pytest.mark.parametrize("text", ["a", "乙", "An", "x"])
def test_a_text_that_names_two_is_ambiguous(text: str) -> None:
    """Two things that bear one text in full are never guessed between, whichever text of theirs it is."""
    first, second = called("a", "甲", "An", aliases=("b", "乙")), called("b", "乙", "A", aliases=("X", "AN"))
    with pytest.raises(Ambiguous):
        resolve(text, (first, second, called("x", "丙")), TARGET)


def test_a_hostile_query_is_shown_harmlessly() -> None:
    """Terminal escapes do not reach the message, and long texts are cut."""
    assert quote_for_message("\x1b[31m") == "\\x1b[31m"
    assert quote_for_message("东" * 61) == "东" * 59 + "…"


@given(st.text())
def test_any_query_finds_or_fails_cleanly(query: str) -> None:
    """Whatever is typed either finds one of the things or raises a Failure, nothing else."""
    try:
        district = resolve(query, DISTRICTS, DISTRICT)
    except AppError as failure:
        assert isinstance(failure, UsageError)  # noqa: PT017 - either outcome is fine
    else:
        assert district in DISTRICTS
