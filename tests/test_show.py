"""`show`: what it tells agrees with the status, and its formulas with its figures."""

from __future__ import annotations

import pytest
from office import Office

HEAD = """
title = "T"
year = 2025
[[districts]]
id = "east"
name = "东区"
[[districts]]
id = "west"
name = "西区"
[[targets]]
id = "t"
name = "指标"
"""


def shown(office: Office, toml: str, *entries: list[str], as_of: str = "2025-06-30") -> str:
    """What `show --explain` prints for a target defined by `toml`, after some entries."""
    office.write(HEAD + toml)
    for entry in entries:
        ran = office.run("record", "t", *entry, "--force")
        assert (0, "") == (ran.code, ran.err)
    return office.run("show", "t", "--explain", "--as-of", as_of).out


EAST, WEST, JUNE = ["--district", "east"], ["--district", "west"], ["--date", "2025-06-30"]
SUM, LEVEL = 'measure = "total"\nscope = "parts"\ngoal = 20\n', 'measure = "level"\ngoal = 180\nbase = 100\n'
FALL = 'measure = "level"\ngoal = 5\nbase = 10\ndirection = "at_most"\n'
CAP, SHARE = (
    'measure = "total"\ngoal = 100\ndirection = "at_most"\n',
    'measure = "share"\nscope = "parts"\ngoal = "90%"\n',
)


@pytest.mark.parametrize(
    ("toml", "entries", "lines"),
    [
        (LEVEL, [["130"]], ["Completion = (130 − 100) ÷ (180 − 100) = 37.5%", "Lead = 37.5% − 50.0% = −12.5 points",
         "Projected at the end = 100 + (actual on 2025-06-30 − 100) ÷ 50.0% = 160",
         "Needed a month = 50 ÷ 6 months = 8.4"]),
        (FALL, [["8"]], ["Lead = 40.0% − 50.0% = −10.0 points"]),
        (CAP, [["60"]], ["Lead = 50.0% − 60.0% = −10.0 points"]),
        (SUM, [["4", *EAST], ["8", *WEST]], ["Actual = 4 (#1) = 4", "Actual = 东区 4 + 西区 8 = 12"]),
        (SHARE, [["850/1000", *EAST], ["60/100", *WEST]], ["Actual = (850 + 60) ÷ (1000 + 100) = 82.7%"]),
    ],
    ids=["level with a base", "falling level", "cap", "sum of districts", "pooled share"],
)  # fmt: skip
def test_formulas_are_written_out(toml: str, entries: list[list[str]], lines: list[str], office: Office) -> None:
    """A level counts from its base, a cap by the room left, parts are summed, and shares pooled, not averaged."""
    out = shown(office, toml, *([*entry, *JUNE] for entry in entries))
    assert [] == [line for line in lines if line not in out]


BASES = 'base = { east = "6.4亿元", west = "3,200万元" }'


@pytest.mark.parametrize(
    ("toml", "english", "chinese"),
    [
        ('measure = "growth"\ngoal = "20%"\nunit = "元"\nbase = "6.4亿元"', "640m yuan", "6.4亿元"),
        (
            'measure = "growth"\ngoal = "5%"\nunit = "人"\nunit_en = "students"\nbase = 1200',
            "1,200 students",
            "1,200人",
        ),
        (
            f'measure = "growth"\nscope = "each"\ngoal = "20%"\nunit = "元"\n{BASES}',
            "east 640m yuan, west 32m yuan",
            "east 6.4亿元、west 3,200万元",
        ),
        ('measure = "share"\ngoal = "90%"\nbase = "85.5%"', "85.5%", "85.5%"),
        (
            'measure = "share"\nscope = "each"\ngoal = "90%"\nbase = { east = "85%", west = "70%" }',
            "east 85.0%, west 70.0%",
            "east 85.0%、west 70.0%",
        ),
        ('measure = "level"\ngoal = 5\nbase = 10\nunit = "项"\ndirection = "at_most"', "10 项", "10项"),
    ],
)
def test_a_base_is_shown_in_the_unit_of_the_figures(toml: str, english: str, chinese: str, office: Office) -> None:
    """The base of a growth is an amount and that of a share a percentage, by district too, never the other's unit."""
    office.write(f"{HEAD}{toml}\n")
    for language, name, expected in (("en", "Base", english), ("zh", "基数", chinese)):
        lines = office.run("--lang", language, "show", "t", "--as-of", "2025-06-30").out.splitlines()
        assert [expected] == [line.removeprefix(name).strip() for line in lines if line.startswith(name)]


@pytest.mark.parametrize(
    "toml",
    [
        'measure = "total"\ngoal = 10\nrevisions = [{ on = 2025-05-01, goal = 20, why = "x" }]\n',
        'measure = "total"\nscope = "parts"\ngoal = 10\nplan = [{ by = 2025-03-31, value = 4 }]\n',
        'measure = "total"\nscope = "parts"\ngoal = 10\nplan = "last-year"\n',
    ],
)
@pytest.mark.parametrize("day", ["2025-03-31", "2025-06-30", "2025-07-05"])
def test_the_history_says_what_the_status_of_that_day_said(toml: str, day: str, office: Office) -> None:
    """Each point of the history is what a status as of its day shows, goals revised later or not."""
    district = ["--district", "east"] if "parts" in toml else []
    dates = ["2024-06-30", "2024-12-31", "2025-03-31", "2025-06-30"]
    shown(office, toml, *[["2", "--date", date, *district] for date in dates])
    history = office.json("show", "t", "--as-of", "2025-07-05")["history"]
    [point] = [entry for entry in history if entry["date"] == day]
    [row] = office.json("status", "t", "--as-of", day)["targets"]
    assert {name: row[name] for name in ("actual", "completion", "expected")} | {"date": day} == point


def test_a_target_of_the_whole_has_no_figures_by_district(office: Office) -> None:
    """`show` and `status` with --district refuse it by name, instead of showing nothing."""
    office.write(HEAD + 'measure = "total"\ngoal = 10\n')
    for arguments in (["show", "t"], ["status", "t"]):
        ran = office.run(*arguments, "--district", "east")
        assert (2, "") == (ran.code, ran.out)


def test_moments_that_no_calendar_has_are_refused(office: Office) -> None:
    """--known-at at either end of time is a usage error, never a crash."""
    office.write(HEAD + 'measure = "total"\ngoal = 10\n')
    for moment in ("0001-01-01T00:00", "9999-12-31T23:00-12:00", "0999-01-01", "never"):
        assert (moment, 2) == (moment, office.run("status", "--known-at", moment).code)
