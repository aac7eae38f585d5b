"""One figure for all, the districts' sum, or each district by itself."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import (
    CHECKLIST,
    GROWTH,
    LEVEL,
    SHARE,
    TOTAL,
    day,
    increment,
    item,
    judged,
    named,
    reading,
    readings,
    share,
)  # fmt: skip

from ordos_targets.domain.assessment import Status
from ordos_targets.domain.entries import NewEntry
from ordos_targets.domain.targets import MONEY, Checkpoint, Direction, Plan, PlanKind, Revision, Scope, Target

PARTS = TOTAL._replace(scope=Scope.PARTS)
SPLIT = PARTS._replace(split={"north": Decimal(6), "south": Decimal(4)})
EACH = TOTAL._replace(scope=Scope.EACH)
EACH_LEVEL = LEVEL._replace(scope=Scope.EACH, bases={"north": Decimal(50), "south": Decimal(40)})
EACH_GROWTH = GROWTH._replace(scope=Scope.EACH, unit=MONEY, bases={"north": Decimal(100), "south": Decimal(200)})
PARTS_LEVEL = LEVEL._replace(scope=Scope.PARTS, base=Decimal(50), bases={"north": Decimal(30), "south": Decimal(20)})
PARTS_SHARE = SHARE._replace(scope=Scope.PARTS)
CAPPED_SPLIT = PARTS._replace(direction=Direction.AT_MOST, split={"north": Decimal(4), "south": Decimal(6)})
BY_VALUE = Plan(PlanKind.CHECKPOINTS, (Checkpoint(day("2025-06-30"), value=Decimal(54)),))
RAISED = (Revision(day("2025-07-01"), Decimal(12), "more firms came"),)
BARE, FULL = share("2025-06-30", "40", None, "north"), share("2025-06-30", "30", "180", "south")
F = Fraction


def both(north: str, south: str, on: str = "2025-06-30") -> tuple[NewEntry, ...]:
    """A reading of each district on one day."""
    return readings(f"{on}={north}@north {on}={south}@south")


NORTH = readings("2025-06-30=4@north")
# The target, its entries, and the figures as of 2025-06-30: the target's own and those of its districts.
JUNE: dict[str, tuple[Target, tuple[NewEntry, ...], dict[str, object]]] = {
    "a whole counts every increment whatever its label": (
        TOTAL, (increment("2025-03-31", "1", "north"), increment("2025-04-30", "2")),
        {"actual": 3, "districts": (), "districts_meeting": None, "districts_total": None},
    ),
    "parts are summed against the one goal": (
        PARTS, both("3", "2"),
        {"actual": 5, "gap": 5, "completion": F(1, 2), "status": Status.ON_TRACK, "entries": 2,
         "districts_meeting": None, "districts_total": None},
    ),
    "with a split each district has a gap of its own": (
        SPLIT, both("6", "1"),
        {"north.status": Status.MET, "north.goal": 6, "north.gap": 0, "south.status": Status.BEHIND, "south.goal": 4,
         "south.gap": 3, "south.lead": -25, "south.needed_per_month": F(1, 2), "actual": 7, "status": Status.AHEAD},
    ),
    "without a split a district has figures and no goal": (
        PARTS, NORTH,
        {"north.actual": 4, "south.actual": None, "south.status": Status.NO_DATA}
        | dict.fromkeys([f"north.{name}" for name in ("goal", "status", "gap", "completion", "lead")]),
    ),
    "one silent part does not hide the other": (
        SPLIT, readings("2025-06-30=5@north"),
        {"actual": 5, "status": Status.ON_TRACK, "north.status": Status.AHEAD, "south.status": Status.NO_DATA},
    ),
    "a cap on a sum is broken by the sum": (
        CAPPED_SPLIT, both("6", "5"),
        {"status": Status.MISSED, "gap": 1, "north.status": Status.MISSED, "south.status": Status.BEHIND},
    ),
    "levels of parts add up from their bases": (
        PARTS_LEVEL, both("32", "23"), {"actual": 55, "completion": F(1, 2), "north.base": 30, "south.base": 20},
    ),
    "shares of parts are pooled, 40 of 200, and never averaged": (
        PARTS_SHARE, (share("2025-06-30", "10", "20", "north"), share("2025-06-30", "30", "180", "south")),
        {"actual": 20, "north.actual": 50, "south.actual": F(50, 3)},
    ),
    "a bare percentage cannot be pooled": (PARTS_SHARE, (BARE, FULL), {"actual": None}),
    "and counts where it is alone": (PARTS_SHARE, (BARE,), {"actual": 40}),
    "an item that both districts finished is one item": (
        CHECKLIST._replace(scope=Scope.PARTS),
        (item("2025-03-31", "a", "north"), item("2025-04-30", "a", "south"), item("2025-04-30", "b", "south")),
        {"actual": 2, "gap": 1},
    ),
    "each district is measured by the whole goal": (
        EACH, both("10", "4"),
        {"districts_meeting": 1, "districts_total": 2, "gap": 1, "completion": F(1, 2), "gap_amount": 6,
         "status": Status.LAGGING, "actual": None, "lead": None, "north.status": Status.MET,
         "south.status": Status.LAGGING, "north.goal": 10, "south.goal": 10},
    ),
    "when each district is there nothing is lacking, which is a 0": (
        EACH, both("10", "12"), {"status": Status.MET, "completion": 1, "gap": 0, "gap_amount": 0},
    ),
    "what is lacking is marked where one district is silent": (
        EACH, NORTH, {"gap_amount": 6, "gap_amount_partial": True, "gap": 2},
    ),
    "with nothing recorded it is unknown": (
        EACH, (),
        {"districts_meeting": 0, "districts_total": 2, "gap": 2, "gap_amount": None, "gap_amount_partial": False,
         "status": Status.NO_DATA, "entries": 0},
    ),
    "percentages of districts do not add up": (SHARE._replace(scope=Scope.EACH), (BARE,), {"gap_amount": None}),
    "nor do items": (
        CHECKLIST._replace(scope=Scope.EACH), (item("2025-06-30", "a", "north"),),
        {"gap_amount": None, "north.gap": 2, "south.gap": None},
    ),
    "one district above its cap misses it for all": (
        EACH._replace(direction=Direction.AT_MOST), both("4", "11"),
        {"districts_meeting": 1, "gap": 1, "gap_amount": 1, "status": Status.MISSED, "north.status": Status.AHEAD,
         "south.status": Status.MISSED},
    ),
    "each district starts from its own base": (
        EACH_LEVEL, both("55", "55"),
        {"north.completion": F(1, 2), "south.completion": F(3, 4), "north.expected_value": 55,
         "south.expected_value": 50, "expected": F(1, 2), "expected_value": None},
    ),
    "a checkpoint by value counts from each district's own base": (
        EACH_LEVEL._replace(plan=BY_VALUE), both("55", "55"), {"north.expected": F(2, 5), "south.expected": F(7, 10)},
    ),
    "what is expected is told only where it is the same": (EACH, (), {"expected": F(1, 2)}),
    "courses of their own have no one share in common": (
        EACH._replace(plan=Plan(PlanKind.LAST_YEAR)), both("8", "4", "2024-06-30") + both("10", "10", "2024-12-31"),
        {"north.expected": F(4, 5), "south.expected": F(2, 5), "expected": None},
    ),
    "a stretch is the districts' too where the goal is": (
        EACH._replace(stretch=Decimal(15)), (), {"stretch": 15, "north.stretch": 15, "south.stretch": 15},
    ),
    "and not where they were allotted parts of the goal": (
        SPLIT._replace(stretch=Decimal(15)), (), {"stretch": 15, "north.stretch": None, "south.stretch": None},
    ),
    "a revision of tomorrow is not in force": (
        EACH._replace(revisions=RAISED), (), {"goal": 10, "north.goal": 10, "south.goal": 10},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", JUNE)
def test_a_target_and_its_districts(what: str) -> None:
    """The figures of a target follow from its districts' by its scope, and theirs from their own entries."""
    target, entries, expected = JUNE[what]
    assert expected == named(judged(target, "2025-06-30", *entries), expected)


@pytest.mark.parametrize(
    ("north", "south", "worst"),
    [
        ("10", "6", Status.AHEAD),
        ("6", "5", Status.ON_TRACK),
        ("5", "4", Status.LAGGING),
        ("6", None, Status.NO_DATA),
        ("4", None, Status.NO_DATA),
        ("3", None, Status.BEHIND),
        ("10", "3", Status.BEHIND),
    ],
)
def test_a_target_of_each_has_the_status_of_its_worst_district(north: str, south: str | None, worst: Status) -> None:
    """Silence is worse than lagging and not as bad as being behind."""
    entries = [reading("2025-06-30", value, name) for name, value in (("north", north), ("south", south)) if value]
    assert worst is judged(EACH, "2025-06-30", *entries).figures.status


@pytest.mark.parametrize(
    ("target", "as_of", "entries", "expected"),
    [
        # 120 − 110 and 240 − 200 are lacking for the year; a district that is there owes nothing.
        (EACH_GROWTH, "2025-12-31", both("110", "200", "2025-12-31"),
         {"gap_amount": 50, "gap": 2, "districts_meeting": 0}),
        (EACH_GROWTH, "2025-12-31", both("130", "200", "2025-12-31"),
         {"gap_amount": 40, "gap": 1, "districts_meeting": 1}),
        # A growth reached in March counts its district as there, though nothing is met before the year is over.
        (GROWTH._replace(scope=Scope.EACH), "2025-03-31",
         both("100", "100", "2024-03-31") + both("130", "125", "2025-03-31"),
         {"districts_meeting": 2, "gap": 0, "completion": 1, "status": Status.ON_TRACK, "north.status": Status.AHEAD,
          "south.status": Status.ON_TRACK}),
        # A revision holds for each district too, and for the sum of both.
        (EACH._replace(revisions=RAISED), "2025-07-01", both("10", "12"),
         {"goal": 12, "north.goal": 12, "south.goal": 12}),
        (PARTS._replace(revisions=RAISED), "2025-07-01", both("10", "12"),
         {"goal": 12, "north.goal": None, "south.goal": None}),
        # A pooled cap is met only when all have reported to the end: one cannot vouch for another.
        (PARTS._replace(direction=Direction.AT_MOST), "2026-01-05", both("4", "3", "2025-12-31"),
         {"status": Status.MET}),
        (PARTS._replace(direction=Direction.AT_MOST), "2026-01-05",
         readings("2025-12-31=4@north 2025-06-30=3@south"), {"status": Status.MISSED}),
        (CAPPED_SPLIT, "2026-01-05", readings("2025-12-31=4@north"), {"status": Status.MISSED}),
    ],
)  # fmt: skip
def test_on_other_days(target: Target, as_of: str, entries: tuple[NewEntry, ...], expected: dict[str, object]) -> None:
    """Growth, revisions and caps of districts at the end of March, of the year, and after it."""
    assert expected == named(judged(target, as_of, *entries), expected)


@pytest.mark.parametrize("target", [PARTS, EACH])
def test_what_a_target_says_of_its_districts_data(target: Target) -> None:
    """The latest day of any of them, the number of all entries, and whether any figure is provisional."""
    entries = [reading("2025-05-31", "4", "north", estimate=True), *both("4", "5", "2025-03-31")]
    found = judged(target, "2025-06-30", *entries).figures
    assert (day("2025-05-31"), 3, True) == (found.data_date, found.entries, found.estimate)
