"""Every kind of problem of a targets file, with its line, target, key and sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordos_targets.config.errors import InvalidTargets, Problem
from ordos_targets.config.load import load_goals
from ordos_targets.domain.errors import ExitCode

HEAD = """\
title = "目标"
year = 2025
[[districts]]
id = "north"
name = "北区"
aliases = ["北"]
[[districts]]
id = "south"
name = "南区"
[[targets]]
id = "t"
name = "指标"
"""
FIRST = HEAD.count("\n") + 1  # the line on which a test's own text begins

TOTAL = 'measure = "total"\ngoal = 10\n'
MONEY = 'measure = "total"\nunit = "元"\ngoal = "2亿元"\n'
LEVEL = 'measure = "level"\ngoal = 10\n'
SHARE = 'measure = "share"\ngoal = "50%"\n'
GROWTH = 'measure = "growth"\ngoal = "20%"\n'
MEASURES = "total, level, share, growth, checklist"
NO_FIGURE = 'must be a number, or a number and a unit in quotes, such as "20%"'
BAD_ID = "invalid id; use at most 64 characters: a-z, 0-9, and single hyphens between them, such as `new-schools`"
YEAR = 'title = "T"\nyear = 2025\n'
EAST = YEAR + '[[districts]]\nid = "x"\nname = "东"\n'
NO_SUCH_DATE = "invalid date; write it like 2025-06-30"
LIST = 'measure = "checklist"\nitems = ["a", "b"]\n'


def above(start: int) -> str:
    return f'must be above {start}, its starting value (base, or 0); if lower is better, write direction = "at_most"'


def problems(folder: Path, text: str) -> tuple[Problem, ...]:
    """All problems of a file."""
    path = folder / "targets.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidTargets) as caught:
        load_goals(path, cache_dir=None)
    return caught.value.problems


def line_of(problem: Problem) -> str:
    """A problem as one line, its file left out."""
    sentence = problem.message.template.format_map(problem.message.params)
    return f"{problem.line} {problem.target} {problem.key}: {sentence}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('titel = "T"\ntitle = "T"\nyear = 2025', "1 None titel: unknown key; did you mean title?"),
        ("year = 2025", "1 None title: this key is required"),
        ('title = " "\nyear = 2025', "1 None title: must not be empty"),
        ('title = "a\\tb"\nyear = 2025', "1 None title: must be on one line, without line breaks or tabs"),
        ('title = "T"', "1 None year: give exactly one of year and period"),
        (YEAR + "period = { start = 2025-01-01, end = 2025-12-31 }",
         "2 None year: give exactly one of year and period"),
        ('title = "T"\nyear = "2025"', "2 None year: must be a whole number, without quotes"),
        ('title = "T"\nyear = true', "2 None year: must be a whole number, without quotes"),
        ('title = "T"\nyear = 25', "2 None year: must be at least 1900"),
        ('title = "T"\nyear = 20250', "2 None year: must be at most 2999"),
        ('title = "T"\n[period]\nstart = 2025-12-31\nend = 2025-01-01',
         "4 None period.end: the period ends before it starts"),
        ('title = "T"\nperiod = 2025', "2 None period: must be a table: { key = value }"),
        ('title = "T"\n[period]\nstart = 2025-01-01\nend = 2025-12-31T00:00:00',
         "4 None period.end: must be a date, written 2025-06-30"),
        ('title = "T"\n[period]\nstart = 0001-01-01\nend = 2025-12-31',
         "3 None period.start: must be in the years 1900 to 2999"),
        (YEAR + 'cadence = "weekly"', "3 None cadence: weekly is not one of: day, month, quarter"),
        (YEAR + "grace_days = -1", "3 None grace_days: must be at least 0"),
        (YEAR + 'ledger = "mysql://x"', "3 None ledger: must be a path beside this file, or postgresql://…"),
        (YEAR + 'timezone = "Asia/Ordos"',
         "3 None timezone: unknown time zone Asia/Ordos; write it like Asia/Shanghai"),
        (YEAR + 'timezone = "../../etc/passwd"',
         "3 None timezone: unknown time zone ../../etc/passwd; write it like Asia/Shanghai"),
        (YEAR + "[lights]\nyellow = 20", "3 None lights.red: red (10) must not be less than yellow (20)"),
        (YEAR + "[lights]\n\nred = -1", "5 None lights.red: must be percentage points, 0 or more, such as 10"),
        (YEAR + "targets = 3", "3 None targets: must be a list: [ … ]"),
        (YEAR + "targets = [1]", "3 None : must be a table: { key = value }"),
        (YEAR + '[[districts]]\nid = "x"\nname = "X"\nledger = "a.db"',
         "6 None districts.0.ledger: unknown key here; write it at the top of the file, before the first [ or [["),
        (YEAR + '[[districts]]\nid = "x"\nname = "X"\nzzz = 1',
         "6 None districts.0.zzz: unknown key; the keys here are: id, name, name_en, code, aliases"),
        (YEAR + '[[districts]]\nid = "X Y"\nname = "X"', f"4 None districts.0.id: {BAD_ID}"),
        (YEAR + '[[districts]]\nid = "x"\nname = "X"\ncode = 150602',
         "6 None districts.0.code: must be text, in quotes"),
        (YEAR + '[[districts]]\nid = "x"\nname = "X"\n[[districts]]\nid = "x"\nname = "Y"',
         "7 None districts.1.id: duplicate id x: number 1 of the list already has it"),
        (f'{EAST}[[districts]]\nid = "y"\nname = "Y"\naliases = ["好", "东"]',
         "9 None districts.1.aliases.1: 东 means both x (name) and y (aliases.1)"),
    ],
)  # fmt: skip
def test_a_problem_of_the_file(tmp_path: Path, text: str, expected: str) -> None:
    """Each problem outside the targets is told alone, at its line, with its key and sentence."""
    assert [expected] == [line_of(problem) for problem in problems(tmp_path, text)]


@pytest.mark.parametrize(
    ("text", "line", "key", "sentence"),
    [
        ("goal = 10", -2, "measure", "this key is required"),
        ('measure = "totl"\ngoal = 1', 0, "measure", f"totl is not one of: {MEASURES}; did you mean total?"),
        ("measure = 3\ngoal = 1", 0, "measure", f"must be one of: {MEASURES}"),
        ('measure = "total"', -2, "goal", "this key is required"),
        (TOTAL + "gaol = 1", 2, "gaol", "unknown key; did you mean goal?"),
        (TOTAL + "headline = 1", 2, "headline", "must be true or false, without quotes"),
        (TOTAL + 'note = "a\\u0007b"', 2, "note", "contains the control character U+0007; delete it"),
        (TOTAL + 'name_en = "a\\u202eb"', 2, "name_en", "contains the invisible character U+202E; delete it"),
        (TOTAL + f'owner = "{"x" * 501}"', 2, "owner", "is longer than 500 characters"),
        (TOTAL + 'aliases = "x"', 2, "aliases", "must be a list: [ … ]"),
        (TOTAL + 'aliases = ["x", "北\\u0000"]', 2, "aliases.1", "contains the control character U+0000; delete it"),
        (TOTAL + "weight = -1", 2, "weight", "must be a number without a unit, 0 or more"),
        (TOTAL + "items = ['a']", 2, "items", "only a checklist has items"),
        ('measure = "total"\ngoal = true', 1, "goal", NO_FIGURE),
        ('measure = "total"\ngoal = []', 1, "goal", NO_FIGURE),
        ('measure = "total"\ngoal = 0', 1, "goal", "must be above 0"),
        ('measure = "total"\ngoal = -1\ndirection = "at_most"', 1, "goal", "must not be below 0"),
        (TOTAL + 'unit = "万人"', 2, "unit",
         'must be without 万 or 亿: write unit = "人" and the amounts as "5万人"'),
        ('measure = "total"\ngoal = 2\nunit = "元"', 1, "goal",
         'an amount of money needs its unit: write "2亿元" or "2万元"'),
        ('measure = "total"\ngoal = 2\nunit = "万元"', 1, "goal",
         'an amount of money needs its unit: write "2亿元" or "2万元"'),
        ('measure = "total"\ngoal = "5家"\nunit = "个"', 1, "goal", "is in 家, but this figure is counted in 个"),
        ('measure = "total"\ngoal = "5家"', 1, "goal", 'the target has no unit; add unit = "家"'),
        (MONEY + 'stretch = "20%"', 3, "stretch", "is in %, but this figure is counted in 元"),
        (MONEY + "stretch = 3", 3, "stretch", 'an amount of money needs its unit: write "3亿元" or "3万元"'),
        (TOTAL + "stretch = 10", 2, "stretch", "must be above the goal"),
        (TOTAL + 'direction = "at_most"\nstretch = 12', 3, "stretch",
         "must be below the goal, as the direction is at_most"),
        (GROWTH + "base = 5", 2, "base", 'an amount of money needs its unit: write "5亿元" or "5万元"'),
        ('measure = "growth"\ngoal = "2亿元"', 1, "goal", "is in 元, but this figure is counted in %"),
        (GROWTH + 'plan = "linear"', 2, "plan", "growth is never scaled by time; leave the plan out"),
        (GROWTH + "plan = [{ by = 2025-06-30, share = 0.5 }]", 2, "plan",
         "growth is never scaled by time; leave the plan out"),
        (LEVEL + "base = 12", 1, "goal", above(12)),
        (LEVEL + "base = 10", 1, "goal", above(10)),
        ('measure = "level"\ngoal = -3', 1, "goal", above(0)),
        (SHARE + 'base = "55%"', 1, "goal", above(55)),
        (LEVEL + 'scope = "each"\nbase = { north = 5, south = 11 }', 1, "goal", above(11)),
        (LEVEL + "base = 5\nrevisions = [{ on = 2025-07-01, goal = 4, why = '' }]", 3, "revisions.0.goal", above(5)),
        (TOTAL + "start = 2024-12-31", 2, "start", "2024-12-31 is not within 2025-01-01 to 2025-12-31"),
        (TOTAL + "due = 2026-01-01", 2, "due", "2026-01-01 is not within 2025-01-01 to 2025-12-31"),
        (TOTAL + "start = 2025-06-01\ndue = 2025-05-31", 3, "due", "2025-05-31 is before the start, 2025-06-01"),
        (TOTAL + 'due = "30 June"', 2, "due", "must be a date, written 2025-06-30"),
        (TOTAL + 'plan = "weekly"', 2, "plan", "weekly is not one of: linear, due, last-year, direct"),
        (TOTAL + "plan = []", 2, "plan", "a list of checkpoints must not be empty"),
        (TOTAL + "plan = [\n  { by = 2025-06-30 },\n]", 3, "plan.0", "a checkpoint has either a share or a value"),
        (TOTAL + "plan = [\n  { by = 2025-06-30, share = 15 },\n]", 3, "plan.0.share",
         'must be a share from 0 to 100 %, written "15%" or 0.15'),
        (TOTAL + "plan = [\n  { by = 2025-06-30, share = '150%' },\n]", 3, "plan.0.share",
         'must be a share from 0 to 100 %, written "15%" or 0.15'),
        (TOTAL + "plan = [\n  { by = 2025-06-30, value = '5家' },\n]", 3, "plan.0.value",
         'the target has no unit; add unit = "家"'),
        (TOTAL + "plan = [\n  { by = 2025-06-30, shar = 0.1, share = 0.2 },\n]", 3, "plan.0.shar",
         "unknown key; did you mean share?"),
        (TOTAL + "plan = [\n  { by = 2025-06-30, share = 0.5 },\n  { by = 2025-03-31, share = 0.6 },\n]", 4,
         "plan.1.by", "2025-03-31 must come after 2025-06-30"),
        (TOTAL + "due = 2025-06-30\nplan = [{ by = 2025-07-01, share = 0.5 }]", 3, "plan.0.by",
         "2025-07-01 is not within 2025-01-01 to 2025-06-30"),
        (TOTAL + "revisions = [\n{ on = 2025-07-01, goal = 1, why = 'a' },\n{ on = 2025-07-01, goal = 2, why = 'b' }]",
         4, "revisions.1.on", "2025-07-01 must come after 2025-07-01"),
        (TOTAL + "revisions = [{ on = 2024-07-01, goal = 1, why = 'a' }]", 2, "revisions.0.on",
         "2024-07-01 is not within 2025-01-01 to 2025-12-31"),
        (TOTAL + "revisions = [{ on = 2025-07-01, goal = 1 }]", 2, "revisions.0.why", "this key is required"),
        (TOTAL + "revisions = [{ on = 2025-07-01, goal = 0, why = 'a' }]", 2, "revisions.0.goal", "must be above 0"),
        (TOTAL + "split = { north = 1 }", 2, "split", 'only scope = "parts" can be split'),
        (SHARE + 'scope = "parts"\nsplit = { north = 60 }', 3, "split",
         "percentages do not add up, so they cannot be split"),
        (TOTAL + 'scope = "parts"\n[targets.split]\nnorth = 1\nsuoth = 2', 5, "split.suoth",
         "unknown district suoth; did you mean south?"),
        (TOTAL + 'scope = "parts"\nsplit.north = 0', 3, "split.north", "must be above 0"),
        (GROWTH + 'scope = "each"\nbase = { "鄂托克" = "1亿元" }', 3, "base.鄂托克", "unknown district 鄂托克"),
        (GROWTH + 'scope = "each"\nbase = "1亿元"', 3, "base", "each district has its own base: base = { north = … }"),
        (GROWTH + 'base = { north = "1亿元" }', 2, "base", 'a base by district needs scope = "parts" or "each"'),
        (SHARE + 'scope = "parts"\nbase = { north = 10 }', 3, "base",
         "percentages of districts cannot be pooled; give one base for all"),
        (TOTAL + "lights = { yellow = 11 }", 2, "lights.yellow", "red (10) must not be less than yellow (11)"),
        (TOTAL + "[targets.lights]\nyellow = 5\nred = 4", 4, "lights.red", "red (4) must not be less than yellow (5)"),
        (TOTAL + "[targets.lights]\namber = 5", 3, "lights.amber",
         "unknown key; the keys here are: yellow, red, ahead"),
        ('measure = "checklist"', -2, "items", 'a checklist needs its items: items = ["…", "…"]'),
        (LIST + "goal = 3", 2, "goal", "must be the number of items, 2, or be left out"),
        (LIST + "base = 3", 2, "base", "not allowed for a checklist: its goal is the number of its items"),
        (LIST + 'direction = "at_most"', 2, "direction", "a checklist is always at_least"),
        (LIST + 'plan = "last-year"', 2, "plan", "a checklist cannot follow last year; leave the plan out"),
        ('measure = "checklist"\nitems = [\n  "a",\n  { id = "b", name = "a" },\n]', 3, "items.1.name",
         "duplicate item a"),
        ('measure = "checklist"\nitems = [\n  "a",\n  { id = "b", name = "B", due = 2026-01-01 },\n]', 3, "items.1.due",
         "2026-01-01 is not within 2025-01-01 to 2025-12-31"),
        ('measure = "checklist"\nitems = [\n  "a",\n  { id = "b", due = 2025-01-01 },\n]', 3, "items.1.name",
         "this key is required"),
        ('measure = "checklist"\nitems = [\n  "a",\n  3,\n]', 3, "items.1", "must be a table: { key = value }"),
        (TOTAL + '[[targets]]\nid = "u"\nname = "U"\nmeasure = "total"\ngoal = 1\naliases = ["Ｔ"]\n', None,
         "aliases.0", "Ｔ means both t (id) and u (aliases.0)"),
    ],
)  # fmt: skip
def test_a_problem_of_a_target(tmp_path: Path, text: str, line: int | None, key: str, sentence: str) -> None:
    """Each problem of a target is told alone, with its line (counted from the test's text), key and sentence."""
    listed = problems(tmp_path, HEAD + text)
    named = "t" if line is not None else "u"
    place = FIRST + (line if line is not None else 7)
    expected = [f"{place if line != -2 else FIRST - 3} {named} {key}: {sentence}"]
    assert expected == [line_of(problem) for problem in listed]


@pytest.mark.parametrize(
    ("goal", "code"),
    [
        ("1234567890123456", "more than 15 digits"),
        ("0.12345", "more than 4 decimals"),
        ("nan", "not a number"),
        ("inf", "not a number"),
        ("1e400000000000000000000", "not a number"),
        ("0x" + "f" * 5000, "more than 15 digits"),
        ('"约10"', "not an exact figure"),
        ('"1e5"', "exponent"),
    ],
)
def test_a_figure_that_is_not_exact(tmp_path: Path, goal: str, code: str) -> None:
    """Figures beyond the limits, or not figures at all, are refused with the sentence for it, never rounded."""
    (problem,) = problems(tmp_path, f'{HEAD}measure = "total"\ngoal = {goal}')
    assert (FIRST + 1, "t", "goal", True) == (problem.line, problem.target, problem.key, code in line_of(problem))


def test_all_problems_are_told_at_once_in_line_order(tmp_path: Path) -> None:
    """Wrong values, unknown keys and clashes between keys, all over the file, come in one go."""
    text = """\
title = 3
year = 2025
[lights]
yellow = 20
red = 10
[[districts]]
id = "north"
[[targets]]
id = "a"
name = "A"
measure = "total"
gaol = 1
goal = "5家"
[[targets]]
id = "a"
name = "B"
measure = "level"
goal = 10
base = 12
due = 2026-01-01
scope = "eech"
"""
    assert [
        "1 None title: must be text, in quotes",
        "5 None lights.red: red (10) must not be less than yellow (20)",
        "6 None districts.0.name: this key is required",
        "12 a gaol: unknown key; did you mean goal?",
        '13 a goal: the target has no unit; add unit = "家"',
        "15 a id: duplicate id a: number 1 of the list already has it",
        "20 a due: 2026-01-01 is not within 2025-01-01 to 2025-12-31",
        "21 a scope: eech is not one of: whole, parts, each; did you mean each?",
    ] == [line_of(problem) for problem in problems(tmp_path, text)]


def test_the_failure_carries_its_problems_for_scripts(tmp_path: Path) -> None:
    """Exit code 4, the stable code, the file, the count and the problems, each saying where it is."""
    path = tmp_path / "targets.toml"
    path.write_text('title = "T"\n', encoding="utf-8")
    with pytest.raises(InvalidTargets) as caught:
        load_goals(path, cache_dir=None)
    failure = caught.value
    assert (ExitCode.INVALID, "invalid_targets", str(path), 1, f"{path}:1") == (
        failure.exit_code,
        failure.code,
        failure.params["file"],
        failure.params["count"],
        failure.problems[0].where,
    )


def test_a_problem_without_a_line_says_the_file() -> None:
    """Where no line can be named, the place is the file alone."""
    (line, nowhere) = (Problem("t.toml", at, None, "", InvalidTargets("t.toml", ()).message) for at in (3, None))
    assert ("t.toml:3", "t.toml") == (line.where, nowhere.where)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("goal = 3\ngoal = 3", "this key is given twice"),
        ("x = { a = 1, a = 2 }", "this key is given twice"),
        ("[targets]", "this [table] is given twice"),
        ("id.x = 1", "this key is given twice"),
        ("goal 3", "a key must be followed by = and its value"),
        ("[a", "the ] of this heading is missing"),
        ("aliases = ['a' 'b']", "this list lacks a comma or its closing ]"),
        ("x = { a = 1\n}", "this table lacks a comma or its closing }, or runs over several lines"),
        ('x = "a', "the closing quotation mark is missing, or the text contains a control character"),
        ("x = 'a", "the closing quotation mark is missing"),
        ('x = """', "the closing quotation mark is missing"),
        ("x = 3 4", "unexpected text after the value"),
        ("x = 10个", "unexpected text after the value"),
        ("due = 2025-06-31", NO_SUCH_DATE),
        ("due = 2025-6-30", NO_SUCH_DATE),
        ("due = 2025.6.30", NO_SUCH_DATE),
        ("due = 2025年6月30日", NO_SUCH_DATE),
        ("due = 2025-02-30T00:00:00", NO_SUCH_DATE),
        ("plan = linear", "missing or invalid value; text needs quotes, and a date is written like 2025-06-30"),
        ('x = "\\d"', "invalid backslash; write it twice, or put the text in single quotes"),
        ("目标 = 3", "missing key, or key that needs quotes; without quotes, use only a-z, 0-9, - and _"),
        ("# \x01", "control character here; delete it"),
        ("goal ＝ 3", "＝ is a full-width character; use the half-width = here"),
        ("owner = “市局”", '“ is a full-width character; use the half-width " here'),
        ("x = ['a'，'b']", "， is a full-width character; use the half-width , here"),
        ("　x = 1", "full-width space here; delete it"),
        ("x = " + "1" * 5000, "this number is too long"),
    ],
)
def test_text_that_is_no_toml(tmp_path: Path, line: str, sentence: str) -> None:
    """tomllib's complaints come at the right line and in our own words, full-width punctuation among them."""
    (problem,) = problems(tmp_path, f'title = "T"\n[[targets]]\nid = "t"\n{line}\n')
    extra = line.count("\n") if line.startswith("goal = 3") else 0
    assert f"{4 + extra} None : {sentence}" == line_of(problem)


@pytest.mark.parametrize("text", ["x = " + "[" * 100_000, "x = " + "{a=" * 50_000, "x" + ".x" * 3_000 + " = 1"])
def test_deep_nesting_is_a_problem_like_any_other(tmp_path: Path, text: str) -> None:
    """However deep lists, tables or keys are nested, the answer is a problem of the file, not a crash."""
    assert problems(tmp_path, text)
