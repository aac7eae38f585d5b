"""Which reports are overdue: from the day after the days of grace, and of what none is owed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import CHECKLIST, GRACE_DAYS, GROWTH, LEVEL, TOTAL, day, increment, item, judged, named, readings

from ordos_targets.domain.assessment import Status
from ordos_targets.domain.entries import NewEntry
from ordos_targets.domain.pace import pace_on
from ordos_targets.domain.periods import Cadence
from ordos_targets.domain.targets import Direction, Plan, PlanKind, Scope, Target

QUARTERLY, DAILY = (TOTAL._replace(cadence=cadence) for cadence in (Cadence.QUARTER, Cadence.DAY))
DUE_IN_MAY, FROM_JUNE = TOTAL._replace(due=day("2025-05-31")), TOTAL._replace(start=day("2025-06-01"))
PARTS, EACH = TOTAL._replace(scope=Scope.PARTS), TOTAL._replace(scope=Scope.EACH)
SPLIT = PARTS._replace(split={"north": Decimal(6), "south": Decimal(4)})
MAY, JUNE, NORTH = readings("2025-05-31=3"), readings("2025-06-15=4"), readings("2025-06-30=5@north")
DONE = tuple(item("2025-03-31", one) for one in "abc")
NOTHING_NEW = increment("2025-06-30", "0")


@pytest.mark.parametrize(
    ("target", "as_of", "grace_days", "first"),
    [
        # The period that owes a report is the latest whose ten days of grace have run out.
        (TOTAL, "2025-02-10", GRACE_DAYS, None),
        (TOTAL, "2025-02-11", GRACE_DAYS, "2025-01-01"),
        (TOTAL, "2025-07-10", GRACE_DAYS, "2025-05-01"),
        (TOTAL, "2025-07-11", GRACE_DAYS, "2025-06-01"),
        (QUARTERLY, "2025-04-10", GRACE_DAYS, None),
        (QUARTERLY, "2025-04-11", GRACE_DAYS, "2025-01-01"),
        (QUARTERLY, "2025-07-11", GRACE_DAYS, "2025-04-01"),
        (DAILY, "2025-01-11", GRACE_DAYS, None),
        (DAILY, "2025-01-12", GRACE_DAYS, "2025-01-01"),
        (DAILY, "2025-07-05", GRACE_DAYS, "2025-06-24"),
        # No report is owed of what lies after the due day, nor of what lies before the start.
        (DUE_IN_MAY, "2025-09-01", GRACE_DAYS, "2025-05-01"),
        (FROM_JUNE, "2025-07-10", GRACE_DAYS, None),
        (FROM_JUNE, "2025-07-11", GRACE_DAYS, "2025-06-01"),
        # Without grace the last day of the period itself is left.
        (TOTAL, "2025-06-30", 0, "2025-05-01"),
        (TOTAL, "2025-07-01", 0, "2025-06-01"),
    ],
)
def test_the_period_whose_report_is_overdue(target: Target, as_of: str, grace_days: int, first: str | None) -> None:
    """A report is overdue from the day after its days of grace."""
    assert (None if first is None else day(first)) == pace_on(target, day(as_of), grace_days).overdue_since


# The target, the day, its entries, and who is late.
LATE: dict[str, tuple[Target, str, tuple[NewEntry, ...], dict[str, object]]] = {
    "a report of May is enough in the days of grace": (TOTAL, "2025-07-10", MAY, {"stale": False}),
    "and not after them": (TOTAL, "2025-07-11", MAY, {"stale": True}),
    "any day of June will do": (TOTAL, "2025-07-11", JUNE, {"stale": False}),
    "the first of June too": (TOTAL, "2025-07-11", readings("2025-06-01=4"), {"stale": False}),
    "and so will a later one": (TOTAL, "2025-07-11", readings("2025-07-05=4"), {"stale": False}),
    "until the grace for July is over": (TOTAL, "2025-08-10", JUNE, {"stale": False}),
    "from then on July's is missing": (TOTAL, "2025-08-11", JUNE, {"stale": True}),
    "and not where there is one": (TOTAL, "2025-08-11", readings("2025-07-05=4"), {"stale": False}),
    "silence from the start in January": (TOTAL, "2025-02-10", (), {"stale": False}),
    "silence from the start in February": (TOTAL, "2025-02-11", (), {"stale": True}),
    "nothing new is a report and changes nothing else": (
        TOTAL, "2025-07-11", (*MAY, NOTHING_NEW), {"stale": False, "actual": Fraction(3)},
    ),
    "a silent checklist": (
        CHECKLIST, "2025-07-11", (), {"stale": True, "actual": None, "status": Status.NO_DATA},
    ),
    "nothing new on a checklist is a figure of 0": (
        CHECKLIST, "2025-07-11", (NOTHING_NEW,), {"stale": False, "actual": Fraction(0), "status": Status.BEHIND},
    ),
    "what begins later owes nothing": (
        TOTAL._replace(start=day("2025-09-01")), "2025-07-11", (), {"stale": False, "status": Status.NOT_STARTED},
    ),
    "nor does what is expected later": (
        TOTAL._replace(plan=Plan(PlanKind.DUE)), "2025-07-11", (), {"stale": False, "status": Status.NOT_STARTED},
    ),
    "a total that is met owes nothing more": (
        TOTAL, "2025-09-30", readings("2025-03-31=10"), {"stale": False, "status": Status.MET},
    ),
    "nor does a checklist": (CHECKLIST, "2025-09-30", DONE, {"stale": False, "status": Status.MET}),
    "a level that is met may fall again": (
        LEVEL, "2025-09-30", readings("2025-03-31=60"), {"stale": True, "status": Status.MET},
    ),
    "a growth of March says nothing of August": (
        GROWTH, "2025-09-30", readings("2024-03-31=100 2025-03-31=125"), {"stale": True},
    ),
    "nor does a third of a cap": (
        TOTAL._replace(direction=Direction.AT_MOST), "2025-09-30", readings("2025-03-31=3"), {"stale": True},
    ),
    "each district owes its own report": (
        EACH, "2025-07-11", (*NORTH, *readings("2025-05-31=5@south")),
        {"stale": True, "north.stale": False, "south.stale": True},
    ),
    "a silent district with a part makes the target late": (
        SPLIT, "2025-07-11", NORTH, {"stale": True, "south.stale": True},
    ),
    "without a part it does not": (
        PARTS._replace(split={"north": Decimal(10)}), "2025-07-11", NORTH, {"stale": False, "south.stale": False},
    ),
    "without a split any district's report is the target's, and a silent one owes none": (
        PARTS, "2025-07-11", NORTH, {"stale": False, "south.stale": False},
    ),
    "and there has to be one": (PARTS, "2025-07-11", readings("2025-05-31=5@north"), {"stale": True}),
    "a sum that is met is not late though a district is": (
        SPLIT, "2025-07-11", readings("2025-06-30=10@north"),
        {"status": Status.MET, "stale": False, "north.stale": False, "south.stale": True},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", LATE)
def test_what_is_late(what: str) -> None:
    """A target or district is late without an entry in the overdue period or later, unless it owes no report."""
    target, as_of, entries, expected = LATE[what]
    assert expected == named(judged(target, as_of, *entries), expected)
