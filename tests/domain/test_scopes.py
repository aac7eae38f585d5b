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
    districts,
    increment,
    item,
    judged,
    reading,
    readings,
    share,
)

from ordos_targets.domain.assessment import Status
from ordos_targets.domain.targets import MONEY, Checkpoint, Direction, Plan, PlanKind, Revision, Scope, Target

PARTS = TOTAL._replace(scope=Scope.PARTS)
SPLIT = PARTS._replace(split={"north": Decimal(6), "south": Decimal(4)})
EACH = TOTAL._replace(scope=Scope.EACH)
CAP = EACH._replace(direction=Direction.AT_MOST)
PARTS_CAP = PARTS._replace(direction=Direction.AT_MOST, split={"north": Decimal(4), "south": Decimal(6)})
EACH_LEVEL = LEVEL._replace(scope=Scope.EACH, bases={"north": Decimal(50), "south": Decimal(40)})
PARTS_LEVEL = LEVEL._replace(scope=Scope.PARTS, base=Decimal(50), bases={"north": Decimal(30), "south": Decimal(20)})
EACH_GROWTH = GROWTH._replace(scope=Scope.EACH)
MONEY_GROWTH = EACH_GROWTH._replace(unit=MONEY, bases={"north": Decimal(100), "south": Decimal(200)})
F = Fraction

# The readings, the day, what is found of the target, and of its districts north and south.
ROWS: dict[str, tuple[Target, str, str, dict[str, object], dict[str, list[object]]]] = {
    "parts are summed against the one goal": (
        PARTS, "2025-06-30=3@north 2025-06-30=2@south", "2025-06-30",
        {"actual": 5, "gap": 5, "completion": F(1, 2), "status": Status.ON_TRACK, "entries": 2,
         "districts_meeting": None, "districts_total": None}, {},
    ),
    "with a split each district has a gap of its own": (
        SPLIT, "2025-06-30=6@north 2025-06-30=1@south", "2025-06-30", {"actual": 7, "status": Status.AHEAD},
        {"status": [Status.MET, Status.BEHIND], "goal": [6, 4], "gap": [0, 3], "lead": [50, -25],
         "needed_per_month": [0, F(1, 2)]},
    ),
    "without a split a district has figures and no goal": (
        PARTS, "2025-06-30=3@north", "2025-06-30", {},
        {"actual": [3, None], "goal": [None, None], "status": [None, Status.NO_DATA], "gap": [None, None],
         "completion": [None, None], "lead": [None, None]},
    ),
    "one silent part does not hide the other": (
        SPLIT, "2025-06-30=5@north", "2025-06-30", {"actual": 5, "status": Status.ON_TRACK},
        {"status": [Status.AHEAD, Status.NO_DATA]},
    ),
    "a cap on a sum is broken by the sum": (
        PARTS_CAP, "2025-06-30=6@north 2025-06-30=5@south", "2025-06-30", {"status": Status.MISSED, "gap": 1},
        {"status": [Status.MISSED, Status.BEHIND]},
    ),
    "levels of parts add up from their bases": (
        PARTS_LEVEL, "2025-06-30=32@north 2025-06-30=23@south", "2025-06-30",
        {"actual": 55, "completion": F(1, 2)}, {"base": [30, 20]},
    ),
    "each district is measured by the whole goal": (
        EACH, "2025-06-30=10@north 2025-06-30=4@south", "2025-06-30",
        {"districts_meeting": 1, "districts_total": 2, "gap": 1, "completion": F(1, 2), "gap_amount": 6,
         "status": Status.LAGGING, "actual": None, "lead": None},
        {"status": [Status.MET, Status.LAGGING], "goal": [10, 10]},
    ),
    "met when each district is there": (
        EACH, "2025-06-30=10@north 2025-06-30=12@south", "2025-06-30",
        {"status": Status.MET, "completion": 1, "gap": 0, "gap_amount": 0}, {},
    ),
    "with nothing recorded an unknown amount is lacking": (
        EACH, "", "2025-06-30",
        {"districts_meeting": 0, "districts_total": 2, "gap": 2, "gap_amount": None, "gap_amount_partial": False,
         "status": Status.NO_DATA, "entries": 0, "expected": F(1, 2)}, {},
    ),
    "what districts lack is marked where one is silent": (
        EACH, "2025-06-30=4@north", "2025-06-30", {"gap_amount": 6, "gap_amount_partial": True, "gap": 2}, {},
    ),
    # 120 − 110 and 240 − 200 are lacking for the year.
    "what districts lack of a growth is an amount of money": (
        MONEY_GROWTH, "2025-12-31=110@north 2025-12-31=200@south", "2025-12-31",
        {"gap_amount": 50, "gap": 2, "districts_meeting": 0}, {},
    ),
    "who is there already owes nothing": (
        MONEY_GROWTH, "2025-12-31=130@north 2025-12-31=200@south", "2025-12-31",
        {"gap_amount": 40, "gap": 1, "districts_meeting": 1}, {},
    ),
    "a growth reached in March counts its district as there": (
        EACH_GROWTH, "2024-03-31=100@north 2024-03-31=100@south 2025-03-31=130@north 2025-03-31=125@south",
        "2025-03-31", {"districts_meeting": 2, "gap": 0, "completion": 1, "status": Status.ON_TRACK},
        {"status": [Status.AHEAD, Status.ON_TRACK]},
    ),
    "each under a cap": (
        CAP, "2025-06-30=4@north 2025-06-30=11@south", "2025-06-30",
        {"districts_meeting": 1, "gap": 1, "gap_amount": 1, "status": Status.MISSED},
        {"status": [Status.AHEAD, Status.MISSED]},
    ),
    "each district starts from its own base": (
        EACH_LEVEL, "2025-06-30=55@north 2025-06-30=55@south", "2025-06-30",
        {"expected": F(1, 2), "expected_value": None},
        {"completion": [F(1, 2), F(3, 4)], "expected_value": [55, 50]},
    ),
    "a checkpoint by value counts from each district's own base": (
        EACH_LEVEL._replace(plan=Plan(PlanKind.CHECKPOINTS, (Checkpoint(day("2025-06-30"), value=Decimal(54)),))),
        "2025-06-30=55@north 2025-06-30=55@south", "2025-06-30", {}, {"expected": [F(2, 5), F(7, 10)]},
    ),
    "districts with curves of their own have no one share in common": (
        EACH._replace(plan=Plan(PlanKind.LAST_YEAR)),
        "2024-06-30=8@north 2024-06-30=4@south 2024-12-31=10@north 2024-12-31=10@south", "2025-06-30",
        {"expected": None}, {"expected": [F(4, 5), F(2, 5)]},
    ),
    "a stretch is not the districts' where they were allotted parts": (
        SPLIT._replace(stretch=Decimal(15)), "2025-06-30=4@north 2025-06-30=4@south", "2025-06-30",
        {"stretch": 15}, {"stretch": [None, None]},
    ),
    "it is where the goal is theirs": (
        EACH._replace(stretch=Decimal(15)), "2025-06-30=4@north 2025-06-30=4@south", "2025-06-30",
        {"stretch": 15}, {"stretch": [15, 15]},
    ),
    # One district's December report does not vouch for another that has been silent since June.
    "a pooled cap is met when all have reported to the end": (
        CAP._replace(scope=Scope.PARTS), "2025-12-31=4@north 2025-12-31=3@south", "2026-01-05",
        {"status": Status.MET}, {},
    ),
    "and not before": (
        CAP._replace(scope=Scope.PARTS), "2025-12-31=4@north 2025-06-30=3@south", "2026-01-05",
        {"status": Status.MISSED}, {},
    ),
    # From the first of July on 12 is the goal: of each, or of both together.
    **{
        f"a goal of {goal} on {on} for {target.scope}": (
            target._replace(revisions=(Revision(day("2025-07-01"), Decimal(12), "why not"),)),
            "2025-06-30=10@north 2025-06-30=12@south", on, {"goal": goal},
            {"goal": [goal, goal] if target is EACH else [None, None]},
        )
        for target in (EACH, PARTS)
        for on, goal in (("2025-06-30", 10), ("2025-07-01", 12))
    },
    # Silence is worse than lagging and not as bad as being behind.
    **{
        f"as its worst district, {entries}": (EACH, entries, "2025-06-30", {"status": worst}, {})
        for entries, worst in {
            "2025-06-30=10@north 2025-06-30=6@south": Status.AHEAD,
            "2025-06-30=6@north 2025-06-30=5@south": Status.ON_TRACK,
            "2025-06-30=5@north 2025-06-30=4@south": Status.LAGGING,
            "2025-06-30=6@north": Status.NO_DATA,
            "2025-06-30=4@north": Status.NO_DATA,
            "2025-06-30=3@north": Status.BEHIND,
            "2025-06-30=10@north 2025-06-30=3@south": Status.BEHIND,
        }.items()
    },
}  # fmt: skip


@pytest.mark.parametrize("what", ROWS)
def test_a_target_and_its_districts(what: str) -> None:
    """A sum is judged as one, each district by itself, and a target of each as its worst district."""
    target, entries, as_of, whole, own = ROWS[what]
    row = judged(target, as_of, *readings(entries))
    assert whole == {name: getattr(row if name.startswith("districts") else row.figures, name) for name in whole}
    assert own == {name: [getattr(figures, name) for figures in districts(row).values()] for name in own}


def test_a_whole_counts_every_increment_whatever_its_label() -> None:
    """A district on an increment is a label there; no district has a row."""
    row = judged(TOTAL, "2025-06-30", increment("2025-03-31", "1", "north"), increment("2025-04-30", "2"))
    assert Fraction(3) == row.figures.actual
    assert ((), None, None) == (row.districts, row.districts_meeting, row.districts_total)


def test_shares_of_parts_are_pooled_and_never_averaged() -> None:
    """10 of 20 and 30 of 180 are 40 of 200, 20 %, not the mean of 50 % and 16.7 %."""
    row = judged(
        SHARE._replace(scope=Scope.PARTS),
        "2025-06-30",
        share("2025-06-30", "10", "20", "north"),
        share("2025-06-30", "30", "180", "south"),
    )
    assert Fraction(20) == row.figures.actual
    assert [Fraction(50), Fraction(50, 3)] == [one.actual for one in districts(row).values()]


def test_a_bare_percentage_cannot_be_pooled() -> None:
    """A percentage without its numbers beside another district's figures gives no share at all."""
    parts = SHARE._replace(scope=Scope.PARTS)
    bare, full = share("2025-06-30", "40", None, "north"), share("2025-06-30", "30", "180", "south")
    assert judged(parts, "2025-06-30", bare, full).figures.actual is None
    assert Fraction(40) == judged(parts, "2025-06-30", bare).figures.actual


def test_a_checklist_of_parts_is_done_by_whoever_finishes_an_item() -> None:
    """An item finished in both districts is one item."""
    entries = [item("2025-03-31", "a", "north"), item("2025-04-30", "a", "south"), item("2025-04-30", "b", "south")]
    row = judged(CHECKLIST._replace(scope=Scope.PARTS), "2025-06-30", *entries)
    assert (Fraction(2), Fraction(1)) == (row.figures.actual, row.figures.gap)


def test_percentages_and_items_of_districts_do_not_add_up() -> None:
    """What districts lack of a share or of a checklist is no sum, even where it is known of each."""
    shares = judged(
        SHARE._replace(scope=Scope.EACH), "2025-06-30", share("2025-06-30", "40", None, "north")
    ).figures.gap_amount
    items = judged(CHECKLIST._replace(scope=Scope.EACH), "2025-06-30", item("2025-06-30", "a", "north"))
    assert (None, None) == (shares, items.figures.gap_amount)
    assert [Fraction(2), None] == [one.gap for one in districts(items).values()]


def test_what_a_target_says_of_its_districts_data() -> None:
    """The latest day of any of them, the number of all entries, and whether any figure is provisional."""
    entries = [reading("2025-05-31", "4", "north", estimate=True), *readings("2025-03-31=4@north 2025-03-31=5@south")]
    for target in (PARTS, EACH):
        told = judged(target, "2025-06-30", *entries).figures
        assert (day("2025-05-31"), 3, True) == (told.data_date, told.entries, told.estimate)
