"""Correcting what was recorded: what may be amended, what is doubted, and when an entry says it was written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from office import Office

from ordos_targets.cli import session

GOALS = """
title = "T"
year = 2025
[[districts]]
id = "east"
name = "东区"
[[districts]]
id = "west"
name = "西区"
[[targets]]
id = "firms"
name = "企业"
measure = "total"
goal = 40
unit = "家"
[[targets]]
id = "steps"
name = "事项"
measure = "checklist"
items = [{ id = "first", name = "一" }, { id = "second", name = "二" }]
[[targets]]
id = "roads"
name = "道路"
measure = "total"
scope = "parts"
goal = 20
"""


@pytest.fixture
def desk(office: Office) -> Office:
    """A total, a checklist, and a total of two districts."""
    office.write(GOALS)
    return office


def recorded(desk: Office, *arguments: str) -> None:
    ran = desk.run(*arguments)
    assert (0, "") == (ran.code, ran.err)


def test_a_slip_casts_no_doubt_on_its_own_correction(desk: Office) -> None:
    """270 typed for 27 is amended without --force: the wrong reading is cancelled before the right one is looked at."""
    recorded(desk, "record", "firms", "270", "--to-date", "--date", "2025-06-30")
    recorded(desk, "amend", "1", "27", "--why", "a zero too many")
    assert 27 == desk.json("status", "firms")["targets"][0]["actual"]


def test_a_note_may_be_added_to_a_finished_item(desk: Office) -> None:
    """Amending an item's note is no second finish of the item."""
    recorded(desk, "record", "steps", "一", "--date", "2025-06-30")
    recorded(desk, "amend", "--last", "--note", "hi", "--why", "note forgotten")
    assert [("first", "hi")] == [(entry["item"], entry["note"]) for entry in desk.json("log")["entries"]]


def test_every_part_of_an_entry_may_be_amended(desk: Office) -> None:
    """Date, district, evidence, estimate and kind change alone; what was not given stays."""
    recorded(desk, "record", "roads", "5", "--date", "2025-06-30", "--district", "east", "--note", "n", "--estimate")
    arguments = ["--date", "2025-05-31", "--district", "west", "--evidence", "https://e.org/1", "--final", "--to-date"]
    recorded(desk, "amend", "1", *arguments, "--why", "x")
    [entry] = desk.json("log")["entries"]
    expected = {
        "date": "2025-05-31", "district": "west", "evidence": "https://e.org/1", "estimate": False, "kind": "reading",
        "value": 5, "note": "n",
    }  # fmt: skip
    assert expected == {name: entry[name] for name in expected}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["amend", "1", "--why", "x"], "nothing_to_amend"),
        (["void", "2", "--why", "x"], "void_of_void"),
        (["void", "1", "--why", "x"], "already_cancelled"),
        (["amend", "3", "7", "--why", " "], "why_missing"),
    ],
)
def test_a_correction_that_corrects_nothing_is_refused(arguments: list[str], code: str, desk: Office) -> None:
    """Nothing to change, a void, an entry cancelled before, a correction without a reason: each has its refusal."""
    recorded(desk, "record", "firms", "1", "--date", "2025-06-30")
    if code != "nothing_to_amend":
        recorded(desk, "void", "1", "--why", "x")
        recorded(desk, "record", "firms", "2", "--date", "2025-06-30")
    before = desk.json("log", "--all")
    ran = desk.run(*arguments)
    assert (2, "") == (ran.code, ran.out)
    assert before == desk.json("log", "--all")


def test_an_entry_of_a_target_that_left_the_file_is_not_corrected(desk: Office) -> None:
    """What it would change cannot be said, so the target has to be put back first."""
    recorded(desk, "record", "firms", "1", "--date", "2025-06-30")
    desk.write(GOALS.replace('id = "firms"', 'id = "companies"'))
    ran = desk.run("void", "1", "--why", "x")
    assert (2, True) == (ran.code, "firms" in ran.err)


def test_an_entry_is_stamped_when_it_is_written(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that waits for the ledger, or at a question, stamps the moment of writing, not that of its start."""
    moments = iter(datetime(2025, 7, 1, tzinfo=UTC) + timedelta(seconds=number) for number in range(100))
    asked = []

    def clock() -> datetime:
        asked.append(next(moments))
        return asked[-1]

    monkeypatch.setattr(session, "clock", clock)
    recorded(desk, "record", "firms", "1", "--date", "2025-06-30")
    stamp = asked[-1].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert len(asked) > 1
    assert [stamp] == [entry["recorded_at"] for entry in desk.json("log")["entries"]]


def test_an_item_that_left_the_file_counts_no_more(desk: Office) -> None:
    """Two items done, one of them no longer a goal: one of what is listed is done."""
    recorded(desk, "record", "steps", "一", "--date", "2025-06-30")
    recorded(desk, "record", "steps", "二", "--date", "2025-06-30")
    desk.write(GOALS.replace('id = "first", name = "一"', 'id = "third", name = "三"'))
    [row] = desk.json("status", "steps")["targets"]
    assert (1, 1) == (row["actual"], row["gap"])


def test_an_increment_that_a_reading_covers_is_told_so(desk: Office) -> None:
    """It is recorded, the value stays, and the words say why."""
    recorded(desk, "record", "firms", "20", "--to-date", "--date", "2025-06-30")
    ran = desk.run("record", "firms", "3", "--date", "2025-06-30")
    assert (0, True) == (ran.code, "a reading of that day or later includes this entry" in ran.out)


def test_a_falling_level_under_a_cap_is_no_slip(office: Office) -> None:
    """Waiting time that goes down is what was wanted; one that falls where more is better is asked about."""
    target = '[[targets]]\nid = "w"\nname = "等候"\nmeasure = "level"\nunit = "分钟"\n'
    for extra, code in (('goal = 20\nbase = 42\ndirection = "at_most"\n', 0), ("goal = 50\n", 2)):
        office.write('title = "T"\nyear = 2025\n' + target + extra)
        ledger = f"--ledger={code}.db"
        recorded(office, ledger, "record", "w", "42", "--date", "2025-05-31")
        assert code == office.run(ledger, "record", "w", "29", "--date", "2025-06-30").code
