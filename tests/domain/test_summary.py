"""How targets stand together: counts by status and light, and the weighted completion."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import GROWTH, LEVEL, TOTAL, judged, readings

from ordos_targets.domain.assessment import Light, Status, TargetAssessment
from ordos_targets.domain.rollup import credit, summarise
from ordos_targets.domain.targets import Direction, Scope, Target

CAP = TOTAL._replace(direction=Direction.AT_MOST)
CEILING = LEVEL._replace(direction=Direction.AT_MOST)
GROWTH_CAP = GROWTH._replace(direction=Direction.AT_MOST, goal=Decimal(5))
REDUCTION = CEILING._replace(base=Decimal(80))
FALLEN = LEVEL._replace(base=Decimal(50))


def june(target: Target, value: str | None, weight: str = "1") -> TargetAssessment:
    """The target in mid-year with this reading, over 100 in last year's June."""
    entries = () if value is None else readings(f"2024-06-30=100 2025-06-30={value}")
    return judged(target._replace(weight=Decimal(weight)), "2025-06-30", *entries)


def test_targets_are_counted_by_status_and_by_light() -> None:
    """Every status and every light has its count, those that do not occur a 0."""
    summary = summarise([june(TOTAL, "10"), june(TOTAL, "5"), june(TOTAL, "5.5"), june(TOTAL, "1"), june(TOTAL, None)])
    counts = {Status.MET: 1, Status.ON_TRACK: 2, Status.BEHIND: 1, Status.NO_DATA: 1}
    assert {status: counts.get(status, 0) for status in Status} == summary.by_status
    assert {Light.GREEN: 3, Light.YELLOW: 0, Light.RED: 1, Light.GREY: 1} == summary.by_light
    assert 5 == summary.targets


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(TOTAL, "4", "3"), (TOTAL, "10", "1")], Fraction(11, 20)),  # three times 40 % and once 100 %
        ([(TOTAL, "30", "1"), (TOTAL, "0", "1")], Fraction(1, 2)),  # over-fulfilment earns nothing
        ([(TOTAL, "10", "1"), (TOTAL, None, "1")], Fraction(1, 2)),  # silence counts as 0, and not less
        ([(TOTAL, "10", "1"), (FALLEN, "40", "1")], Fraction(1, 2)),  # and so does a level below its base
        ([(TOTAL, "10", "1"), (GROWTH, "90", "1")], Fraction(1, 2)),  # and a growth below zero
        ([(TOTAL, "4", "1"), (TOTAL, "10", "0")], Fraction(2, 5)),  # a weight of 0 takes a target out
        ([(TOTAL, None, "1"), (LEVEL, None, "1")], None),  # nothing recorded
        ([(TOTAL, "5", "0")], None),  # nothing to weigh
        ([], None),
    ],
)
def test_completion_is_weighted(rows: list[tuple[Target, str | None, str]], expected: Fraction | None) -> None:
    """Σ weight × credit ÷ Σ weight; null, never 0 %, where nothing is recorded or weighed."""
    summary = summarise([june(target, value, weight) for target, value, weight in rows])
    assert (expected, len(rows)) == (summary.weighted_completion, summary.targets)


@pytest.mark.parametrize(
    ("target", "value", "earned"),
    [
        # A cap earns everything while it is kept, and goal ÷ actual beyond it.
        (CAP, "4", Fraction(1)),
        (CAP, "0", Fraction(1)),
        (CAP, "10", Fraction(1)),
        (CAP, "20", Fraction(1, 2)),
        (CEILING, "0", Fraction(1)),
        (CEILING, "60", Fraction(1)),
        (CEILING, "80", Fraction(3, 4)),
        (GROWTH_CAP, "105", Fraction(1)),
        (GROWTH_CAP, "90", Fraction(1)),
        (GROWTH_CAP, "110", Fraction(1, 2)),
        # A broken cap of nothing or less earns nothing.
        (CAP._replace(goal=Decimal(0)), "1", Fraction(0)),
        (CEILING._replace(goal=Decimal(-5)), "0", Fraction(0)),
        (CEILING._replace(goal=Decimal(-5)), "-3", Fraction(0)),
        (GROWTH_CAP._replace(goal=Decimal(-5)), "98", Fraction(0)),
        # A level that comes down earns the part of its way.
        (REDUCTION, "75", Fraction(1, 4)),
        (REDUCTION, "50", Fraction(1)),
        (REDUCTION, "90", Fraction(0)),
        # A level that fell below its base has a completion below 0, and earns 0.
        (FALLEN, "40", Fraction(0)),
    ],
)
def test_what_a_target_earns(target: Target, value: str, earned: Fraction) -> None:
    """Its completion, cut to 0…1; a cap by whether it is kept."""
    assert earned == credit(june(target, value))


def test_each_earns_by_the_districts_that_are_there() -> None:
    """One of two districts is half of it, whatever the other has."""
    row = judged(TOTAL._replace(scope=Scope.EACH), "2025-06-30", *readings("2025-06-30=10@north 2025-06-30=9@south"))
    assert Fraction(1, 2) == credit(row)
