"""How much of a goal is expected by a day, under every plan."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import CHECKLIST, GRACE_DAYS, LEVEL, SHARE, TOTAL, day, districts, figures, judged, readings, share

from ordos_targets.domain.assessment import Status
from ordos_targets.domain.entries import NewEntry
from ordos_targets.domain.pace import pace_on
from ordos_targets.domain.periods import Cadence
from ordos_targets.domain.targets import Checkpoint, Direction, Item, Plan, PlanKind, Revision, Scope, Target

DUE = TOTAL._replace(plan=Plan(PlanKind.DUE), due=day("2025-09-30"))
DIRECT = TOTAL._replace(plan=Plan(PlanKind.DIRECT))
LAST_YEAR = TOTAL._replace(plan=Plan(PlanKind.LAST_YEAR))
BY_QUARTER, BY_DAY = (TOTAL._replace(cadence=cadence) for cadence in (Cadence.QUARTER, Cadence.DAY))
SPRING = TOTAL._replace(start=day("2025-04-16"), due=day("2025-06-15"))


def through(*points: Checkpoint) -> Plan:
    """A plan of these checkpoints."""
    return Plan(PlanKind.CHECKPOINTS, points)


CHECKPOINTS = TOTAL._replace(
    plan=through(Checkpoint(day("2025-03-31"), share=Decimal("0.15")), Checkpoint(day("2025-06-30"), value=Decimal(4)))
)
RAISED = CHECKPOINTS._replace(revisions=(Revision(day("2025-05-01"), Decimal(16), "more money"),))
DATED = CHECKLIST._replace(
    plan=Plan(PlanKind.ITEMS),
    items=(Item("a", "甲", due=day("2025-03-31")), Item("b", "乙", due=day("2025-06-30")), Item("c", "丙")),
)
HALF_WAY = Checkpoint(day("2025-06-30"), value=Decimal(54))
LEVEL_50 = LEVEL._replace(base=Decimal(50))
LAST_YEARS_LEVEL = LEVEL._replace(base=Decimal(58), goal=Decimal(66), plan=Plan(PlanKind.LAST_YEAR))


@pytest.mark.parametrize(
    ("target", "as_of", "paced"),
    [
        (BY_DAY, "2025-07-05", "2025-07-05"), (TOTAL, "2025-07-05", "2025-06-30"), (TOTAL, "2025-06-30", "2025-06-30"),
        (BY_QUARTER, "2025-08-15", "2025-06-30"), (BY_QUARTER, "2025-02-15", "2024-12-31"),
        (SPRING, "2025-06-14", "2025-05-31"), (SPRING, "2025-06-15", "2025-06-15"),
        (SPRING, "2025-06-16", "2025-06-15"), (SPRING, "2026-03-01", "2025-06-15"),
    ],
)  # fmt: skip
def test_figures_are_expected_up_to_the_last_complete_reporting_period(target: Target, as_of: str, paced: str) -> None:
    """As of 2025-07-05 a monthly target is paced to 2025-06-30, and none beyond its due day, in mid-month too."""
    assert day(paced) == pace_on(target, day(as_of), GRACE_DAYS).paced_to


CURVE = readings("2024-02-29=1 2024-06-30=5 2024-12-31=20")
# Each plan, what is in the ledger, and the share that is expected as of some days.
EXPECTED: dict[str, tuple[Target, tuple[NewEntry, ...], str]] = {
    "linear, by day": (BY_DAY, (), "2025-07-05=191/372"),
    "linear, by month": (TOTAL, (), "2025-07-05=1/2"),
    "linear, by quarter": (BY_QUARTER, (), "2025-07-05=1/2"),
    "linear, from its own start to its own due day": (
        SPRING, (), "2025-04-20=0 2025-04-30=1/4 2025-06-10=3/4 2025-06-15=1 2025-08-01=1",
    ),
    "by its due day": (DUE, (), "2025-08-31=0 2025-09-29=0 2025-09-30=1 2025-11-30=1"),
    "through checkpoints by share and by value, with straight lines between": (
        CHECKPOINTS, (),
        "2025-01-05=0 2025-01-31=1/20 2025-03-31=3/20 2025-05-31=19/60 2025-06-30=2/5 2025-09-30=7/10 2025-12-31=1",
    ),
    "to a last checkpoint of 90 % on the due day": (
        TOTAL._replace(plan=through(Checkpoint(day("2025-12-31"), share=Decimal("0.9")))), (),
        "2025-12-31=9/10 2025-06-30=9/20",
    ),
    "by value, of the goal in force": (RAISED, (), "2025-06-30=1/4"),
    "a cap of nothing": (CHECKPOINTS._replace(goal=Decimal(0), direction=Direction.AT_MOST), (), "2025-06-30=1"),
    "last year's curve": (
        LAST_YEAR, CURVE, "2025-02-28=1/20 2025-03-31=1/20 2025-06-30=1/4 2025-11-30=1/4 2025-12-31=1",
    ),
    "last year's curve to its own due day": (
        LAST_YEAR._replace(due=day("2025-06-30")), CURVE, "2025-02-28=1/5 2025-06-30=1",
    ),
    "last year not recorded": (LAST_YEAR, (), "2025-06-30=1/2"),
    "last year recorded to June": (LAST_YEAR, CURVE[:2], "2025-06-30=1/2"),
    "last year recorded to November": (LAST_YEAR, (*CURVE[:2], *readings("2024-11-30=20")), "2025-06-30=1/2"),
    "last year recorded into December": (LAST_YEAR, (*CURVE[:2], *readings("2024-12-01=20")), "2025-06-30=1/4"),
    "last year at 0": (LAST_YEAR, readings("2024-12-31=0"), "2025-06-30=1/2"),
    "a district that stopped early last year": (
        LAST_YEAR._replace(scope=Scope.PARTS),
        readings("2024-06-30=4@north 2024-12-31=10@north 2024-10-31=10@south"), "2025-06-30=1/5",
    ),
    "last year's curve of a share is that of its ratio": (
        SHARE._replace(base=Decimal(40), goal=Decimal(50), plan=Plan(PlanKind.LAST_YEAR)),
        (share("2023-12-31", "20", "100"), share("2024-06-30", "100", "400"), share("2024-12-31", "80", "200")),
        "2025-06-30=1/4",
    ),
    "a level whose beginning last year is unknown": (
        LAST_YEARS_LEVEL, readings("2024-06-30=56 2024-12-31=58"), "2025-06-30=1/2",
    ),
    "items on their own due days": (
        DATED, (), "2025-02-28=0 2025-03-31=1/3 2025-06-29=1/3 2025-06-30=2/3 2025-12-30=2/3 2025-12-31=1",
    ),
    "a checklist without days": (CHECKLIST, (), "2025-06-30=1/2"),
}  # fmt: skip


@pytest.mark.parametrize("plan", EXPECTED)
def test_the_share_expected_by_a_day(plan: str) -> None:
    """Each plan expects its share of the goal on each day; without a whole last year its curve is linear."""
    target, entries, shares = EXPECTED[plan]
    for on, _, expected in (pair.partition("=") for pair in shares.split()):
        assert (on, Fraction(expected)) == (on, figures(target, on, *entries).expected)


@pytest.mark.parametrize(
    ("target", "entries", "expected", "value"),
    [
        (LEVEL_50, "", "1/2", 55),
        (LEVEL_50._replace(plan=through(HALF_WAY)), "", "2/5", 54),
        (LAST_YEARS_LEVEL, "2023-12-31=50 2024-01-01=51 2024-06-30=56 2024-12-31=58", "3/4", 64),
    ],
)
def test_a_level_is_expected_on_the_way_from_its_base(target: Target, entries: str, expected: str, value: int) -> None:
    """Half-way from 50 to 60 a level of 55 is expected, not 30; last year's curve counts from where it began."""
    level = figures(target, "2025-06-30", *readings(entries))
    assert (Fraction(expected), Fraction(value)) == (level.expected, level.expected_value)


def test_a_plan_by_its_due_day_waits_for_no_report_before_it() -> None:
    """Without an entry such a target has not started until it is due; then its figures are missing."""
    assert [Status.NOT_STARTED, Status.NO_DATA] == [figures(DUE, on).status for on in ("2025-09-29", "2025-09-30")]


def test_a_direct_plan_compares_the_value_itself_with_the_goal() -> None:
    """Four of ten in June is 60 points short of the whole goal, and no share of it is expected."""
    direct = figures(DIRECT, "2025-06-30", *readings("2025-06-30=4"))
    assert (None, None, None) == (direct.expected, direct.expected_value, direct.projected)
    assert (Fraction(-60), Status.BEHIND) == (direct.lead, direct.status)


def test_a_checkpoint_by_value_speaks_of_the_whole_and_not_of_a_districts_part() -> None:
    """4 of the 10 of both districts is 40 % for each of them: 2.4 of 6 and 1.6 of 4."""
    target = CHECKPOINTS._replace(scope=Scope.PARTS, split={"north": Decimal(6), "south": Decimal(4)})
    row = judged(target, "2025-06-30", *readings("2025-06-30=3@north"))
    parts = list(districts(row).values())
    assert [Fraction(2, 5)] * 2 == [part.expected for part in parts]
    assert row.figures.expected_value == sum(part.expected_value or 0 for part in parts)


def test_last_years_curve_of_the_districts_is_that_of_their_sum() -> None:
    """North 8 of 10 and south 2 of 30 by June is 10 of 40: a quarter, and each district has its own curve."""
    target = LAST_YEAR._replace(scope=Scope.PARTS, split={"north": Decimal(6), "south": Decimal(4)})
    entries = readings("2024-06-30=8@north 2024-12-31=10@north 2024-06-30=2@south 2024-12-31=30@south")
    row = judged(target, "2025-06-30", *entries)
    assert Fraction(1, 4) == row.figures.expected
    assert [Fraction(4, 5), Fraction(1, 15)] == [part.expected for part in districts(row).values()]
