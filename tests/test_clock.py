"""A clock that was set back: no earlier report changes, nothing breaks, and a person says which clock was wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from children import GOALS, RECORD, run
from office import Office

from ordos_targets.cli import session

NOON = datetime(2025, 7, 5, 12, tzinfo=UTC)
BACK = {"a minute": timedelta(minutes=1), "a day": timedelta(days=1), "a year": timedelta(days=365)}
FAR = ("a day", "a year")
JANUARY = ("--date", "2024-01-31", "--force")  # a day that is over on every clock here
SET = "from datetime import *; from ordos_targets.cli import session; session.clock = lambda: datetime({}, tzinfo=UTC)"


@pytest.fixture
def set_clock(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock; an entry was recorded when it stood at noon."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(session, "clock", lambda: moment)

    office.write(GOALS)
    set_to(NOON)
    assert 0 == office.run(*RECORD).code
    return set_to


def moments(office: Office) -> list[str]:
    """When the entries were recorded, to the second, in the order of their numbers."""
    return [entry["recorded_at"][:19] for entry in office.json("log", "--all")["entries"]]


@pytest.mark.parametrize("back", FAR)
def test_a_clock_far_behind_is_doubted(office: Office, set_clock: Callable[[datetime], None], back: str) -> None:
    """Recording and importing are refused, once each, and say to set the clock; reading goes on as before."""
    set_clock(NOON - BACK[back])
    lines = "target,value,date,note\nparks,2,2024-01-31,x\nparks,3,2024-01-31,y\n"
    (office.folder / "rows.csv").write_text(lines, encoding="utf-8")
    for code, arguments in ((2, ("record", "parks", "2", "--date", "2024-01-31")), (4, ("import", "rows.csv"))):
        ran = office.run(*arguments)
        assert (code, 1) == (
            ran.code,
            ran.err.count("entry 1 was recorded later, at 2025-07-05 12:00 UTC; set the clock first"),
        )
    read = [office.run(*arguments).code for arguments in (("status",), ("log",), ("verify",))]
    assert [0, 0, 0] == read
    assert ["2025-07-05T12:00:00"] == moments(office)


def test_a_little_behind_the_last_moment_stands(office: Office, set_clock: Callable[[datetime], None]) -> None:
    """Within an hour nobody is asked, and the entry is known from the moment of the one before it on, no earlier."""
    before = office.json("status", "--known-at", "2025-07-05T11:59:30Z")
    set_clock(NOON - BACK["a minute"])
    assert 0 == office.run("record", "parks", "2", "--date", "2025-06-30").code
    assert ["2025-07-05T12:00:00"] * 2 == moments(office)
    assert before == office.json("status", "--known-at", "2025-07-05T11:59:30Z")
    assert 2 == office.json("status", "--known-at", "2025-07-05T12:00Z")["ledger"]["entries"]
    assert 0 == office.run("verify").code


@pytest.mark.parametrize("back", FAR)
def test_a_void_never_comes_before_what_it_cancels(
    office: Office, set_clock: Callable[[datetime], None], back: str
) -> None:
    """A void is taken whatever the clock says, and no report of an earlier moment changes."""
    before = office.json("status", "--as-of", "2024-06-30", "--known-at", "2025-07-05T11:00Z")
    set_clock(NOON - BACK[back])
    assert 0 == office.run("void", "1", "--why", "slip").code
    assert ["2025-07-05T12:00:00"] * 2 == moments(office)
    assert before == office.json("status", "--as-of", "2024-06-30", "--known-at", "2025-07-05T11:00Z")


@pytest.mark.parametrize("back", FAR)
def test_force_says_that_the_last_entry_had_the_wrong_clock(
    office: Office, set_clock: Callable[[datetime], None], back: str
) -> None:
    """With --force the entry bears what the clock says; the next is not doubted; order, sum and chain are whole."""
    right = NOON - BACK[back]
    set_clock(right)
    assert 0 == office.run("record", "parks", "2", *JANUARY).code
    set_clock(right + timedelta(minutes=1))
    assert 0 == office.run("void", "2", "--why", "slip").code
    stamps = [moment.isoformat()[:19] for moment in (NOON, right, right + timedelta(minutes=1))]
    assert (stamps, 0) == (moments(office), office.run("verify").code)
    assert [1, 2, 3] == [entry["seq"] for entry in office.json("log", "--all")["entries"]]
    assert 3 == office.json("status")["ledger"]["entries"]


def test_the_doubt_is_said_in_a_process_of_its_own(office: Office, set_clock: Callable[[datetime], None]) -> None:
    """The command itself, its clock a year back, writes nothing and exits with 2; set right again it records."""
    del set_clock
    ran = run(office.folder, "record", "parks", "1", "--date", "2024-06-01", first=SET.format("2024, 7, 5"))
    assert (2, "") == (ran.returncode, ran.stdout)
    assert "The clock shows 2024-07-05 00:00 UTC, but entry 1 was recorded later, at 2025-07-05 12:00 UTC" in ran.stderr
    assert (0, 2) == (run(office.folder, *RECORD).returncode, len(moments(office)))
