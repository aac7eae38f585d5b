"""No text may name two targets, or two districts: what a look-up takes for the same is refused on loading."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from ordos_targets.config.errors import InvalidTargets
from ordos_targets.config.load import load_goals
from ordos_targets.config.rules import check
from ordos_targets.domain.names import DISTRICT, Ambiguous, normalize_name, resolve
from ordos_targets.domain.targets import District

Row = dict[str, Any]
# A text for each key of the first and of the second row, and the key as a message has it.
KEYS = {"id": "id", "name": "name", "name_en": "name_en", "aliases": "aliases.1"}
ROWS: tuple[Row, Row] = (
    {"id": "first-id", "name": "甲名", "name_en": "First name", "aliases": ["甲别名", "甲又名"]},
    {"id": "second-id", "name": "乙名", "name_en": "Second name", "aliases": ["乙别名", "乙又名"]},
)


def problems(folder: Path, table: str, *rows: Row) -> list[str]:
    """What a file with these rows is refused for, each as `target key: sentence`; nothing where it loads."""
    figures = {"measure": "total", "goal": 1} if table == "targets" else {}
    path = folder / "targets.toml"
    path.write_text(tomli_w.dumps({"title": "T", "year": 2025, table: [figures | row for row in rows]}), "utf-8")
    try:
        load_goals(path, cache_dir=None)
    except InvalidTargets as error:
        return [f"{problem.target} {problem.key}: {problem.message}" for problem in error.problems]
    return []


def with_text(row: Row, key: str, text: str) -> Row:
    """A row whose `key` holds `text`; of the aliases it is the second."""
    return row | {key: [f"{row['name']}的别名", text] if key == "aliases" else text}


@pytest.mark.parametrize(("key", "other_key"), [*itertools.product(KEYS, KEYS)])
def test_a_text_of_two_targets_is_refused(tmp_path: Path, key: str, other_key: str) -> None:
    """Whatever two keys of two targets hold one text, the message names both targets and both keys."""
    first, second = with_text(ROWS[0], key, "both"), with_text(ROWS[1], other_key, "both")
    sentence = f"both means both {first['id']} ({KEYS[key]}) and {second['id']} ({KEYS[other_key]})"
    if key == other_key == "id":
        sentence = "duplicate id both: number 1 of the list already has it"
    assert [f"{second['id']} {KEYS[other_key]}: {sentence}"] == problems(tmp_path, "targets", first, second)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("ＡＢ", "ab"),
        ("Straße", "STRASSE"),
        ("Pilot  projects", " pilot projects"),
        ("Pilot\u3000projects", "Pilot projects"),
        ("新增“三清零”企业", "新增三清零企业"),
        ("中试项目", "「中试项目」"),
        ("ﾃｽﾄ", "テスト"),
    ],
)
@pytest.mark.parametrize("table", ["targets", "districts"])
def test_case_width_blanks_and_quotes_make_no_difference(tmp_path: Path, table: str, text: str, other: str) -> None:
    """What a look-up takes for the same text is refused as the same text, of targets as of districts."""
    first, second = with_text(ROWS[0], "name", text), with_text(ROWS[1], "aliases", other)
    (problem,) = problems(tmp_path, table, first, second)
    assert problem.endswith(" means both first-id (name) and second-id (aliases.1)")


OTOG = {"id": "otog", "name": "鄂托克", "name_en": "Otog", "aliases": ["OTOG", "鄂托克"]}
EMPTY = {"name_en": "", "aliases": ["“”", '""']}  # no look-up sees such names


@pytest.mark.parametrize(
    ("rows", "sentences"),
    [
        ([OTOG, ROWS[0]], []),
        ([ROWS[0] | EMPTY, ROWS[1] | EMPTY], []),
        ([ROWS[0], ROWS[0]], ["first-id id: duplicate id first-id: number 1 of the list already has it"]),
        ([{"id": "other", "name": "A"}, {"id": "a", "name": "甲"}, {"id": "a", "name": "乙"}],
         ["a id: a means both other (name) and a (id)", "a id: duplicate id a: number 2 of the list already has it"]),
    ],
    ids=["a text twice in one row", "empty texts", "a copied target, for its id alone", "an id and a name"],
)  # fmt: skip
def test_what_is_refused_and_what_is_not(tmp_path: Path, rows: list[Row], sentences: list[str]) -> None:
    """One row may bear a text twice, and none is no name; every id that stands twice is told as such."""
    assert sentences == problems(tmp_path, "targets", *rows)


def test_a_row_without_a_right_id_is_named_by_its_name(tmp_path: Path) -> None:
    """A clash is told beside a wrong id, which is never shown as if it were one."""
    sentences = problems(tmp_path, "targets", ROWS[0], ROWS[1] | {"id": "Not An Id", "aliases": ["甲名"]})
    assert "Not An Id aliases.0: 甲名 means both first-id (name) and 乙名 (aliases.0)" == sentences[1]


def test_a_target_and_a_district_may_share_a_text(tmp_path: Path) -> None:
    """A target is never asked for where a district is, so that their texts need not differ."""
    (tmp_path / "targets.toml").write_text(
        'title = "T"\nyear = 2025\n[[districts]]\nid = "x"\nname = "X"\n'
        '[[targets]]\nid = "x"\nname = "X"\nmeasure = "total"\ngoal = 1\n',
        encoding="utf-8",
    )
    assert "x" == load_goals(tmp_path / "targets.toml", cache_dir=None).targets[0].id


@pytest.mark.parametrize("text", ["甲", "Ａ", "a", "One"])
def test_items_are_told_apart_as_a_look_up_does(tmp_path: Path, text: str) -> None:
    """An item's id or names may not be another's, whatever their case and width."""
    items = [{"id": "a", "name": "甲", "name_en": "one"}, {"id": "b", "name": text}]
    row = {"id": "list", "name": "清单", "measure": "checklist", "items": items}
    path = tmp_path / "targets.toml"
    path.write_text(tomli_w.dumps({"title": "T", "year": 2025, "targets": [row]}), "utf-8")
    with pytest.raises(InvalidTargets, match="1 problem found") as caught:
        load_goals(path, cache_dir=None)
    assert ("items.1.name", f"duplicate item {text}") == (
        caught.value.problems[0].key,
        str(caught.value.problems[0].message),
    )


WORDS = st.sampled_from(["a", "A", "b", " b", "“b”", "中试", "「中试」", "a b", "A  B", "Ａ", "c"])
ROW: st.SearchStrategy[Row] = st.fixed_dictionaries(
    {"name": WORDS, "name_en": WORDS, "aliases": st.lists(WORDS, max_size=2)}
)


@given(st.lists(ROW, min_size=2, max_size=3))
def test_a_file_loads_where_every_text_finds_its_target(rows: list[Row]) -> None:
    """Where the file loads each id, name and alias finds the target that bears it, else one of them finds two."""
    targets = [{"id": f"t-{at}", "measure": "total", "goal": 1} | row for at, row in enumerate(rows)]
    file, _faults = check({"title": "T", "year": 2025, "targets": targets})
    named = [District(f"t-{at}", row["name"], row["name_en"], "", tuple(row["aliases"])) for at, row in enumerate(rows)]
    texts = [(row, text) for row in named for text in (row.id, row.name, row.name_en, *row.aliases)]
    assert (file is not None) == all(finds(text, named, row) for row, text in texts)


def finds(text: str, rows: list[District], row: District) -> bool:
    """Whether a look-up of `text` among `rows` comes to `row`, and not to several."""
    try:
        return row is resolve(text, rows, DISTRICT)
    except Ambiguous:
        return False


def test_the_normal_form_is_one() -> None:
    """Case, width, runs of blanks and quotes are gone, and normalising again changes nothing."""
    assert "pilot projects" == normalize_name("  ＰＩＬＯＴ\u3000“projects” ") == normalize_name("pilot projects")
