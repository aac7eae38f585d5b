"""How targets stand together: counts by status and light, and the weighted completion."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import GROWTH, LEVEL, TOTAL, judged, reading

from ordos_targets.domain.assessment import Light, Status, TargetAssessment
from ordos_targets.domain.rollup import credit, summarise
from ordos_targets.domain.targets import Direction, Scope, Target

CAP = TOTAL._replace(direction=Direction.AT_MOST)
CEILING = LEVEL._replace(direction=Direction.AT_MOST)
GROWTH_CAP = GROWTH._replace(direction=Direction.AT_MOST, goal=Decimal(5))


def june(target: Target, value: str | None, weight: str = "1") -> TargetAssessment:
    """The target in mid-year with this reading, over 100 in last year's June."""
    entries = [] if value is None else [reading("2024-06-30", "100"), reading("2025-06-30", value)]
    return judged(target._replace(weight=Decimal(weight)), "2025-06-30", *entries)


FALLEN = june(LEVEL._replace(base=Decimal(50)), "40")


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
        ([june(TOTAL, "4", "3"), june(TOTAL, "10", "1")], "11/20"),  # three times 40 % and once 100 %
        ([june(TOTAL, "30"), june(TOTAL, "0")], "1/2"),  # three times the goal makes up for nothing elsewhere
        ([june(TOTAL, "4"), june(TOTAL, "10", "0")], "2/5"),  # what weighs 0 is not weighed
        # Silence, a level that fell below its base, and a growth below zero count as 0, and not less.
        *(([june(TOTAL, "10"), poor], "1/2") for poor in (june(TOTAL, None), FALLEN, june(GROWTH, "90"))),
        # Nothing recorded, nothing to weigh, or no target at all is null, never 0 %.
        *((rows, None) for rows in ([june(TOTAL, None), june(LEVEL, None)], [june(TOTAL, "5", "0")], [])),
    ],
)
def test_the_weighted_completion(rows: list[TargetAssessment], expected: str | None) -> None:
    """Completion is weighted and cut to 0…1 of each target; all targets are counted, weighed or not."""
    summary = summarise(rows)
    assert (expected and Fraction(expected), len(rows)) == (summary.weighted_completion, summary.targets)


@pytest.mark.parametrize(
    ("target", "value", "earned"),
    [
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
    ],
)
def test_a_cap_earns_everything_while_kept_and_goal_by_actual_beyond(
    target: Target, value: str, earned: Fraction
) -> None:
    """Twice the cap earns a half; nothing used earns it all."""
    assert earned == credit(june(target, value))


@pytest.mark.parametrize(
    ("target", "value"),
    [
        (CAP._replace(goal=Decimal(0)), "1"),
        (CEILING._replace(goal=Decimal(-5)), "0"),
        (CEILING._replace(goal=Decimal(-5)), "-3"),
        (GROWTH_CAP._replace(goal=Decimal(-5)), "98"),
    ],
)
def test_a_broken_cap_of_nothing_or_less_earns_nothing(target: Target, value: str) -> None:
    """There is no part of it that could have been kept."""
    assert Fraction(0) == credit(june(target, value))


def test_a_reduction_earns_the_part_of_its_way() -> None:
    """From 80 down to 60, 75 has gone a quarter; beyond 60 it earns it all."""
    target = CEILING._replace(base=Decimal(80))
    assert [Fraction(1, 4), Fraction(1), Fraction(0)] == [credit(june(target, value)) for value in ("75", "50", "90")]


def test_each_earns_by_the_districts_that_are_there() -> None:
    """One of two districts is half of it, whatever the other has."""
    row = judged(
        TOTAL._replace(scope=Scope.EACH),
        "2025-06-30",
        reading("2025-06-30", "10", "north"),
        reading("2025-06-30", "9", "south"),
    )
    assert Fraction(1, 2) == credit(row)
