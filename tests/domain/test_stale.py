"""Who owes a report: from the day after the days of grace, and who never does."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import (
    CHECKLIST,
    GRACE_DAYS,
    GROWTH,
    LEVEL,
    TOTAL,
    day,
    districts,
    figures,
    increment,
    item,
    judged,
    reading,
    readings,
)

from ordos_targets.domain.assessment import Status
from ordos_targets.domain.pace import pace_on
from ordos_targets.domain.periods import Cadence
from ordos_targets.domain.targets import Direction, Plan, PlanKind, Scope, Target

BY_QUARTER, BY_DAY = (TOTAL._replace(cadence=cadence) for cadence in (Cadence.QUARTER, Cadence.DAY))
PARTS = TOTAL._replace(scope=Scope.PARTS)
SPLIT = PARTS._replace(split={"north": Decimal(6), "south": Decimal(4)})
CAP = TOTAL._replace(direction=Direction.AT_MOST)
MAY = reading("2025-05-31", "3")


@pytest.mark.parametrize(
    ("target", "grace_days", "overdue"),
    [
        (TOTAL, GRACE_DAYS, "2025-02-10= 2025-02-11=2025-01-01 2025-07-10=2025-05-01 2025-07-11=2025-06-01"),
        (BY_QUARTER, GRACE_DAYS, "2025-04-10= 2025-04-11=2025-01-01 2025-07-11=2025-04-01"),
        (BY_DAY, GRACE_DAYS, "2025-01-11= 2025-01-12=2025-01-01 2025-07-05=2025-06-24"),
        # Nothing is owed of what lies after the due day, or before the start.
        (TOTAL._replace(due=day("2025-05-31")), GRACE_DAYS, "2025-09-01=2025-05-01"),
        (TOTAL._replace(start=day("2025-06-01")), GRACE_DAYS, "2025-07-10= 2025-07-11=2025-06-01"),
        # Zero days of grace still leave the last day of the period itself.
        (TOTAL, 0, "2025-06-30=2025-05-01 2025-07-01=2025-06-01"),
    ],
)
def test_a_report_is_overdue_the_day_after_its_grace(target: Target, grace_days: int, overdue: str) -> None:
    """The period that owes a report, named by its first day, is the latest whose days of grace have run out."""
    for on, _, first in (pair.partition("=") for pair in overdue.split()):
        assert (on, day(first) if first else None) == (on, pace_on(target, day(on), grace_days).overdue_since)


@pytest.mark.parametrize(
    ("target", "entries", "stale"),
    [
        (TOTAL, "2025-05-31=3", {"2025-07-10": False, "2025-07-11": True}),
        (TOTAL, "2025-06-15=4", {"2025-07-11": False, "2025-08-10": False, "2025-08-11": True}),
        (TOTAL, "2025-06-01=4", {"2025-07-11": False}),
        (TOTAL, "2025-07-05=4", {"2025-07-11": False, "2025-08-11": False}),
        (TOTAL, "", {"2025-02-10": False, "2025-02-11": True}),
        # What has not started, or is expected at the end only, owes nothing.
        (TOTAL._replace(start=day("2025-09-01")), "", {"2025-07-11": False}),
        (TOTAL._replace(plan=Plan(PlanKind.DUE)), "", {"2025-07-11": False}),
        # A total that is met is done for good; a level may fall again; growth and caps say nothing of later months.
        (TOTAL, "2025-03-31=10", {"2025-09-30": False}),
        (LEVEL, "2025-03-31=60", {"2025-09-30": True}),
        (GROWTH, "2024-03-31=100 2025-03-31=125", {"2025-09-30": True}),
        (CAP, "2025-03-31=3", {"2025-09-30": True}),
        # Of parts any report is one without a split; with one, each district that has a part owes its own.
        (PARTS, "2025-06-30=5@north", {"2025-07-11": False}),
        (PARTS, "2025-05-31=5@north", {"2025-07-11": True}),
        (SPLIT, "2025-06-30=5@north", {"2025-07-11": True}),
        (PARTS._replace(split={"north": Decimal(10)}), "2025-06-30=5@north", {"2025-07-11": False}),
    ],
)
def test_a_target_is_stale_without_an_entry_in_the_overdue_period_or_later(
    target: Target, entries: str, stale: dict[str, bool]
) -> None:
    """Any day of the period will do, and so will a later one."""
    assert stale == {on: figures(target, on, *readings(entries)).stale for on in stale}


def test_nothing_new_is_a_report() -> None:
    """An increment of 0 keeps a target from being stale, and changes nothing else."""
    silent, said = figures(TOTAL, "2025-07-11", MAY), figures(TOTAL, "2025-07-11", MAY, increment("2025-06-30", "0"))
    assert (True, False, silent.actual) == (silent.stale, said.stale, said.actual)


def test_nothing_new_is_a_report_of_a_checklist_too() -> None:
    """A 0 on a checklist says that no item is done: a figure of 0, and no report owed."""
    silent = figures(CHECKLIST, "2025-07-11")
    said = figures(CHECKLIST, "2025-07-11", increment("2025-06-30", "0"))
    assert (True, None, Status.NO_DATA) == (silent.stale, silent.actual, silent.status)
    assert (False, Fraction(0), Status.BEHIND) == (said.stale, said.actual, said.status)


def test_a_checklist_that_is_met_owes_nothing_more() -> None:
    """What is done for good needs no further report."""
    items = figures(CHECKLIST, "2025-09-30", *(item("2025-03-31", one) for one in "abc"))
    assert (Status.MET, False) == (items.status, items.stale)


def test_each_district_owes_its_own_report() -> None:
    """One district's silence makes its row stale and the target's, not its neighbour's; a met sum owes nothing."""
    for target, entries, stale in (
        (TOTAL._replace(scope=Scope.EACH), "2025-06-30=5@north 2025-05-31=5@south", True),
        (SPLIT, "2025-06-30=10@north", False),
    ):
        row = judged(target, "2025-07-11", *readings(entries))
        assert {"north": False, "south": True} == {name: one.stale for name, one in districts(row).items()}
        assert stale == row.figures.stale
