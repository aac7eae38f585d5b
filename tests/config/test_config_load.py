"""Finding, reading and loading a targets file that is right."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ordos_targets.config.load import (
    TargetsEmpty,
    TargetsFileMissing,
    TargetsIsFolder,
    TargetsNotFound,
    TargetsNotUtf8,
    TargetsTooLarge,
    TargetsUnreadable,
    find_targets,
    load_goals,
)
from ordos_targets.domain.errors import ExitCode, InvalidData
from ordos_targets.domain.periods import Cadence, Period
from ordos_targets.domain.targets import (
    Checkpoint,
    Commitment,
    Direction,
    District,
    Item,
    Lights,
    Measure,
    Plan,
    PlanKind,
    Revision,
    Scope,
    Target,
    TargetSet,
)

HEAD = """
title = "目标"
year = 2025
[[districts]]
id = "north"
name = "北区"
[[districts]]
id = "south"
name = "南区"
"""


def load(folder: Path, text: str) -> TargetSet:
    path = folder / "targets.toml"
    path.write_text(text, encoding="utf-8")
    return load_goals(path, cache_dir=None)


def target(folder: Path, text: str) -> Target:
    """The one target of a file with two districts."""
    return load(folder, f'{HEAD}[[targets]]\nid = "t"\nname = "T"\n{text}').targets[0]


def test_every_key_reaches_the_domain(tmp_path: Path) -> None:
    """A file that uses every key of the contract becomes exactly these goals."""
    text = """
title = "示范目标"
title_en = "Sample targets"
period = { start = 2025-01-01, end = 2025-12-31 }
cadence = "quarter"
grace_days = 5
ledger = "postgresql://db/targets"
timezone = "Asia/Shanghai"
[lights]
yellow = 1
red = "20%"
ahead = 5.5
[[districts]]
id = "north"
name = "北区"
name_en = "North"
code = "150602"
aliases = ["北"]
[[targets]]
id = "funding"
name = "争取资金"
name_en = "Funding won"
measure = "total"
goal = "2亿元"
stretch = "2.5亿元"
base = "5,000万元"
unit = "万元"
unit_en = "yuan"
direction = "at_least"
commitment = "strive"
scope = "parts"
headline = true
section = "投入"
section_en = "Spending"
owner = "财政局"
owner_en = "Finance"
source = "第一部分"
note = "两行\\n说明"
start = 2025-02-01
due = 2025-11-30
plan = [{ by = 2025-03-31, share = "15%" }, { by = 2025-06-30, value = "1亿元" }, { by = 2025-09-30, share = 0.75 }]
split = { north = "1.2亿元" }
revisions = [{ on = 2025-07-01, goal = "2.2亿元", why = "年中调整" }]
weight = 2
cadence = "month"
lights = { red = 30 }
aliases = ["资金"]
"""
    expected = TargetSet(
        title="示范目标",
        title_en="Sample targets",
        period=Period(date(2025, 1, 1), date(2025, 12, 31)),
        grace_days=5,
        ledger="postgresql://db/targets",
        timezone="Asia/Shanghai",
        districts=(District("north", "北区", "North", "150602", ("北",)),),
        targets=(
            Target(
                id="funding",
                name="争取资金",
                name_en="Funding won",
                measure=Measure.TOTAL,
                scope=Scope.PARTS,
                direction=Direction.AT_LEAST,
                commitment=Commitment.STRIVE,
                headline=True,
                section="投入",
                section_en="Spending",
                owner="财政局",
                owner_en="Finance",
                source="第一部分",
                note="两行\n说明",
                unit="元",
                unit_en="yuan",
                goal=Decimal(200_000_000),
                stretch=Decimal(250_000_000),
                base=Decimal(50_000_000),
                start=date(2025, 2, 1),
                due=date(2025, 11, 30),
                plan=Plan(
                    PlanKind.CHECKPOINTS,
                    (
                        Checkpoint(date(2025, 3, 31), share=Decimal("0.15")),
                        Checkpoint(date(2025, 6, 30), value=Decimal(100_000_000)),
                        Checkpoint(date(2025, 9, 30), share=Decimal("0.75")),
                    ),
                ),
                split={"north": Decimal(120_000_000)},
                revisions=(Revision(date(2025, 7, 1), Decimal(220_000_000), "年中调整"),),
                weight=Decimal(2),
                cadence=Cadence.MONTH,
                lights=Lights(Decimal(1), Decimal(30), Decimal("5.5")),
                aliases=("资金",),
            ),
        ),
    )
    assert expected == load(tmp_path, text)


def test_what_is_left_out_has_the_defaults_of_the_contract(tmp_path: Path) -> None:
    """A file of title, year and one bare target is enough, and everything else is as the contract says."""
    text = 'title = "T"\nyear = 2024\n[[targets]]\nid = "t"\nname = "T"\nmeasure = "total"\ngoal = 10\n'
    expected = TargetSet(
        title="T",
        period=Period(date(2024, 1, 1), date(2024, 12, 31)),
        grace_days=10,
        ledger="progress.db",
        timezone="",
        targets=(
            Target(
                id="t",
                name="T",
                measure=Measure.TOTAL,
                goal=Decimal(10),
                start=date(2024, 1, 1),
                due=date(2024, 12, 31),
                plan=Plan(PlanKind.LINEAR),
            ),
        ),
    )
    assert expected == load(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('measure = "total"\ngoal = 1', PlanKind.LINEAR),
        ('measure = "level"\ngoal = 1', PlanKind.LINEAR),
        ('measure = "share"\ngoal = 50', PlanKind.LINEAR),
        ('measure = "growth"\ngoal = "20%"', PlanKind.DIRECT),
        ('measure = "growth"\ngoal = "20%"\nplan = "direct"', PlanKind.DIRECT),
        ('measure = "checklist"\nitems = ["a"]', PlanKind.LINEAR),
        ('measure = "checklist"\nitems = ["a", { id = "b", name = "B", due = 2025-03-31 }]', PlanKind.ITEMS),
        ('measure = "checklist"\nplan = "due"\nitems = [{ id = "b", name = "B", due = 2025-03-31 }]', PlanKind.DUE),
        ('measure = "total"\ngoal = 1\nplan = "last-year"', PlanKind.LAST_YEAR),
        ('measure = "total"\ngoal = 1\nplan = "direct"', PlanKind.DIRECT),
    ],
)
def test_the_plan_follows_from_the_measure_unless_it_is_given(tmp_path: Path, text: str, expected: PlanKind) -> None:
    """Each measure has the plan of the contract, and a plan that is written wins."""
    assert expected == target(tmp_path, text).plan.kind


@pytest.mark.parametrize(
    ("text", "goal", "unit"),
    [
        ('measure = "total"\ngoal = 10', "10", ""),
        ('measure = "total"\ngoal = 10.50', "10.5", ""),
        ('measure = "total"\ngoal = 1_000', "1000", ""),
        ('measure = "total"\ngoal = 1e3', "1000", ""),
        ('measure = "total"\ngoal = 0.1', "0.1", ""),
        ('measure = "total"\ngoal = "1,234家"\nunit = "家"', "1234", "家"),
        ('measure = "total"\ngoal = "5万人"\nunit = "人"', "50000", "人"),
        ('measure = "total"\ngoal = "40千克"\nunit = "千克"', "40", "千克"),
        ('measure = "total"\ngoal = "3台(套)"\nunit = "台(套)"', "3", "台(套)"),
        ('measure = "total"\ngoal = "2亿元"\nunit = "元"', "200000000", "元"),
        ('measure = "total"\ngoal = "2亿"\nunit = "亿元"', "200000000", "元"),
        ('measure = "total"\ngoal = "5,000万元"\nunit = "万元"', "50000000", "元"),
        ('measure = "total"\ngoal = 0\nunit = "元"\ndirection = "at_most"', "0", "元"),
        ('measure = "growth"\ngoal = "20%"', "20", "元"),
        ('measure = "growth"\ngoal = 20\nunit = "家"', "20", "家"),
        ('measure = "share"\ngoal = "百分之五十"', "50", "%"),
        ('measure = "share"\ngoal = 50\nunit = "家"', "50", "家"),
        ('measure = "level"\ngoal = "99.5%"\nunit = "％"', "99.5", "%"),
    ],
)
def test_amounts_are_read_exactly_and_in_the_base_unit(tmp_path: Path, text: str, goal: str, unit: str) -> None:
    """Numbers and texts with a unit become the same exact decimal in the target's base unit."""
    read = target(tmp_path, text)
    assert (Decimal(goal), unit) == (read.goal, read.unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('measure = "checklist"\ngoal = 2\nitems = ["氢", { id = "b", name = "乙", name_en = "B", due = 2025-06-30 }]',
         {"goal": 2, "items": (Item("氢", "氢"), Item("b", "乙", "B", date(2025, 6, 30)))}),
        ('measure = "growth"\nscope = "each"\ngoal = "20%"\nbase = { north = "5.2亿元", south = "3亿元" }',
         {"base": None, "bases": {"north": 520_000_000, "south": 300_000_000}}),
        ('measure = "level"\nscope = "parts"\ngoal = 100\nbase = { north = 30, south = 20 }', {"base": 50}),
        ('measure = "level"\ngoal = 100\ndirection = "at_most"\nbase = 80', {"base": 80}),
        ('measure = "level"\ngoal = 100\ndirection = "at_most"\nbase = 120', {"base": 120}),
        ('measure = "total"\ngoal = 1\ndue = "2025-06-30"', {"due": date(2025, 6, 30)}),
        ('measure = "growth"\ngoal = 20\nunit = "%"', {"unit": "元", "goal_unit": "%"}),
    ],
    ids=[
        "items are names or tables, and the goal", "a base by district, none for the whole",
        "the parts of a level start together", "a cap above where it starts", "a cap below it", "a date in quotes",
        "what is recorded of a growth are amounts",
    ],
)  # fmt: skip
def test_what_a_key_may_hold(tmp_path: Path, text: str, expected: dict[str, object]) -> None:
    """Every shape of a value that the contract has becomes what the domain knows."""
    read = target(tmp_path, text)
    assert expected == {key: getattr(read, key) for key in expected}


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    """A file saved by Windows' Notepad loads."""
    path = tmp_path / "targets.toml"
    path.write_bytes(b'\xef\xbb\xbftitle = "T"\r\nyear = 2025\r\n')
    assert "T" == load_goals(path, cache_dir=None).title


def test_the_file_is_found_here_or_above(tmp_path: Path) -> None:
    """From a folder below, the closest targets.toml upwards is found, as git does; a folder of that name is not it."""
    below = tmp_path / "a" / "b"
    (below / "targets.toml").mkdir(parents=True)
    (tmp_path / "targets.toml").touch()
    assert tmp_path / "targets.toml" == find_targets(below)


def test_the_file_beside_one_is_named_shortly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the working directory the path is as short as a person would type it."""
    (tmp_path / "targets.toml").touch()
    monkeypatch.chdir(tmp_path)
    assert Path("targets.toml") == find_targets(Path())


def test_no_file_anywhere_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a targets file, named or looked for, the failure is invalid data, with its code and the way out."""
    with pytest.raises(TargetsNotFound, match="ordos-targets init") as caught:
        find_targets(tmp_path)
    assert (ExitCode.INVALID, "no_targets_file") == (caught.value.exit_code, caught.value.code)
    with pytest.raises(TargetsFileMissing) as missing:
        load_goals(tmp_path / "no.toml", cache_dir=None)
    assert ("no_targets_file", str(tmp_path / "no.toml")) == (missing.value.code, missing.value.params["file"])
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(TargetsNotFound):
        find_targets(Path())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    """A file without read permission is told with the system's reason."""
    path = tmp_path / "targets.toml"
    path.touch(mode=0o000)
    with pytest.raises(TargetsUnreadable, match="Permission denied"):
        load_goals(path, cache_dir=None)


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "targets.toml/below"])
def test_a_path_the_system_refuses(tmp_path: Path, name: str) -> None:
    """Whatever the system says against a path becomes a failure with its words."""
    (tmp_path / "targets.toml").touch()
    with pytest.raises(TargetsUnreadable):
        load_goals(tmp_path / name, cache_dir=None)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (None, TargetsIsFolder),
        (b"", TargetsEmpty),
        (b" \r\n", TargetsEmpty),
        (b"\xef\xbb\xbf", TargetsEmpty),
        (b"#" * (2 * 1024 * 1024 + 1), TargetsTooLarge),
    ],
    ids=["folder", "nothing", "blanks", "byte-order mark", "over 2 MB"],
)
def test_what_is_no_targets_file(tmp_path: Path, content: bytes | None, error: type[InvalidData]) -> None:
    """A folder, a file without text and one over the limit each have an error of their own."""
    path = tmp_path / "targets.toml"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(error):
        load_goals(path, cache_dir=None)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_another_encoding_is_named_with_its_line(tmp_path: Path, encoding: str) -> None:
    """GBK and UTF-16 are never guessed: the line is named, and what to do."""
    path = tmp_path / "targets.toml"
    path.write_bytes(b"year = 2025\n" + 'title = "目标"\n'.encode(encoding))
    with pytest.raises(TargetsNotUtf8, match="save the file as UTF-8") as caught:
        load_goals(path, cache_dir=None)
    assert 2 == caught.value.params["line"]
