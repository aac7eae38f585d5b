"""The course of a target over its year, and what earlier reports said of it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import LEVEL, PAIR, TOTAL, context, day, readings

from ordos_targets.domain.burnup import BurnUpPoint, burn_up, history
from ordos_targets.domain.entries import NewEntry
from ordos_targets.domain.periods import Cadence
from ordos_targets.domain.targets import District, Plan, PlanKind, Revision, Scope, Target

BRIEF = TOTAL._replace(start=day("2025-03-15"), due=day("2025-06-30"))
RAISED = BRIEF._replace(revisions=(Revision(day("2025-05-01"), Decimal(12), "more firms came"),))
EACH = TOTAL._replace(scope=Scope.EACH)
ENTRIES = readings("2025-03-31=2 2025-05-10=6")
BOTH = readings("2025-03-31=10@north 2025-05-31=10@south")


def points(found: Iterable[BurnUpPoint]) -> str:
    """The points as `03-31=2 05-31=6`."""
    return " ".join(f"{point.day:%m-%d}={point.value}" for point in found)


@pytest.mark.parametrize(
    ("target", "as_of", "entries", "reached"),
    [
        (BRIEF, "2025-05-20", ENTRIES, "03-31=2 04-30=2 05-20=6"),
        (BRIEF._replace(cadence=Cadence.DAY), "2025-05-20", ENTRIES, "03-31=2 04-30=2 05-20=6"),
        (BRIEF._replace(cadence=Cadence.QUARTER), "2025-08-01", ENTRIES, "03-31=2 06-30=6"),
        (BRIEF, "2025-03-31", ENTRIES, "03-31=2"),
        (BRIEF, "2025-01-10", readings("2025-01-05=1"), ""),
        (EACH, "2025-06-10", BOTH, "03-31=1 04-30=1 05-31=2 06-10=2"),
    ],
)
def test_what_was_reached_by_when(target: Target, as_of: str, entries: tuple[NewEntry, ...], reached: str) -> None:
    """A point for each period that is over, of months where reports are daily, and for the day of the report."""
    found = burn_up(target, context(as_of, *entries), None)
    assert (reached, target is EACH) == (points(found.reached), found.counts_districts)


@pytest.mark.parametrize(
    ("target", "as_of", "planned", "goal"),
    [
        (BRIEF, "2025-05-20", "03-14=0 03-31=17/11 04-30=48/11 05-31=79/11 06-30=10", 10),
        (LEVEL._replace(base=Decimal(50), due=day("2025-02-28")), "2025-05-20", "12-31=50 01-31=55 02-28=60", 60),
        (TOTAL._replace(plan=Plan(PlanKind.DIRECT)), "2025-05-20", "", 10),
        (EACH, "2025-05-20", "", 2),
        # Before the start the goal is the first one in force, on the day of the report the one in force then.
        (RAISED, "2025-01-10", "03-14=0 03-31=17/11 04-30=48/11 05-31=474/55 06-30=12", 10),
        (RAISED, "2025-05-20", "03-14=0 03-31=17/11 04-30=48/11 05-31=474/55 06-30=12", 12),
    ],
)
def test_what_was_planned(target: Target, as_of: str, planned: str, goal: int) -> None:
    """From nothing, or the base of a level, on the day before the start; nothing where time does not scale it."""
    found = burn_up(target, context(as_of), None)
    assert (planned, Fraction(goal)) == (points(found.planned), found.goal)


@pytest.mark.parametrize(
    ("target", "as_of", "focus", "days"),
    [
        (TOTAL, "2025-02-10", None, ["2025-01-31", "2025-02-10"]),
        (TOTAL, "2025-02-28", None, ["2025-01-31", "2025-02-28"]),
        (TOTAL, "2024-12-10", None, []),
        (EACH, "2025-02-10", None, []),
        (EACH, "2025-02-10", PAIR[0], ["2025-01-31", "2025-02-10"]),
    ],
)
def test_the_days_of_a_history(target: Target, as_of: str, focus: District | None, days: list[str]) -> None:
    """The end of each period and the day of the report; none before the period, nor where each district counts."""
    assert days == [f"{point.day}" for point in history(target, context(as_of), focus)]
