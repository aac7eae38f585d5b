"""How much of a goal is expected by a day, under every plan."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import (
    CHECKLIST,
    GRACE_DAYS,
    LEVEL,
    SHARE,
    TOTAL,
    day,
    districts,
    figures,
    increment,
    judged,
    reading,
    share,
)

from ordos_targets.domain.assessment import Status
from ordos_targets.domain.entries import NewEntry
from ordos_targets.domain.pace import pace_on
from ordos_targets.domain.periods import Cadence
from ordos_targets.domain.targets import Checkpoint, Direction, Item, Plan, PlanKind, Revision, Scope, Target

DUE = TOTAL._replace(plan=Plan(PlanKind.DUE), due=day("2025-09-30"))
DIRECT = TOTAL._replace(plan=Plan(PlanKind.DIRECT))
LAST_YEAR = TOTAL._replace(plan=Plan(PlanKind.LAST_YEAR))
CHECKPOINTS = Plan(
    PlanKind.CHECKPOINTS,
    (
        Checkpoint(day("2025-03-31"), share=Decimal("0.15")),
        Checkpoint(day("2025-06-30"), value=Decimal(4)),
    ),
)


@pytest.mark.parametrize(
    ("cadence", "as_of", "paced"),
    [
        (Cadence.DAY, "2025-07-05", "2025-07-05"),
        (Cadence.MONTH, "2025-07-05", "2025-06-30"),
        (Cadence.MONTH, "2025-06-30", "2025-06-30"),
        (Cadence.QUARTER, "2025-08-15", "2025-06-30"),
        (Cadence.QUARTER, "2025-02-15", "2024-12-31"),
    ],
)
def test_figures_are_expected_up_to_the_last_complete_reporting_period(
    cadence: Cadence, as_of: str, paced: str
) -> None:
    """As of 2025-07-05 a monthly target is paced to 2025-06-30, and nothing is expected of July yet."""
    assert day(paced) == pace_on(TOTAL._replace(cadence=cadence), day(as_of), GRACE_DAYS).paced_to


@pytest.mark.parametrize(
    ("as_of", "paced"),
    [
        ("2025-06-14", "2025-05-31"),
        ("2025-06-15", "2025-06-15"),
        ("2025-06-16", "2025-06-15"),
        ("2026-03-01", "2025-06-15"),
    ],
)
def test_from_the_due_day_on_it_is_the_due_day(as_of: str, paced: str) -> None:
    """A due day in mid-month ends the pace, and nothing after it is waited for."""
    assert day(paced) == pace_on(TOTAL._replace(due=day("2025-06-15")), day(as_of), GRACE_DAYS).paced_to


@pytest.mark.parametrize(
    ("cadence", "expected"),
    [
        (Cadence.DAY, (6 + Fraction(5, 31)) / 12),
        (Cadence.MONTH, Fraction(1, 2)),
        (Cadence.QUARTER, Fraction(1, 2)),
    ],
)
def test_a_linear_plan_as_of_the_fifth_of_july(cadence: Cadence, expected: Fraction) -> None:
    """Monthly and quarterly it is half the year's 50 %, daily the five days of July count too."""
    assert expected == figures(TOTAL._replace(cadence=cadence), "2025-07-05").expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-04-20", Fraction(0)),
        ("2025-04-30", Fraction(1, 4)),
        ("2025-06-10", Fraction(3, 4)),
        ("2025-06-15", Fraction(1)),
        ("2025-08-01", Fraction(1)),
    ],
)
def test_a_linear_plan_runs_from_its_own_start_to_its_own_due_day(as_of: str, expected: Fraction) -> None:
    """From 2025-04-16 to 2025-06-15 the share counts those two months and no others."""
    target = TOTAL._replace(start=day("2025-04-16"), due=day("2025-06-15"))
    assert expected == figures(target, as_of).expected


def test_a_linear_level_is_expected_on_the_way_from_its_base() -> None:
    """Half-way from 50 to 60 a level of 55 is expected, not 30."""
    level = figures(LEVEL._replace(base=Decimal(50)), "2025-06-30", reading("2025-06-30", "54"))
    assert (Fraction(1, 2), Fraction(55)) == (level.expected, level.expected_value)
    assert (Fraction(2, 5), Fraction(-10)) == (level.completion, level.lead)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-08-31", Fraction(0)),
        ("2025-09-29", Fraction(0)),
        ("2025-09-30", Fraction(1)),
        ("2025-11-30", Fraction(1)),
    ],
)
def test_a_plan_by_its_due_day_expects_nothing_before_it(as_of: str, expected: Fraction) -> None:
    """Nothing is expected until the due day, and everything on it."""
    assert expected == figures(DUE, as_of).expected


def test_a_plan_by_its_due_day_waits_for_no_report_before_it() -> None:
    """Without an entry such a target has not started until it is due; then its figures are missing."""
    assert [Status.NOT_STARTED, Status.NO_DATA] == [figures(DUE, on).status for on in ("2025-09-29", "2025-09-30")]


def test_a_direct_plan_compares_the_value_itself_with_the_goal() -> None:
    """Four of ten in June is 60 points short of the whole goal, and no share of it is expected."""
    direct = figures(DIRECT, "2025-06-30", reading("2025-06-30", "4"))
    assert (None, None, None) == (direct.expected, direct.expected_value, direct.projected)
    assert Fraction(-60) == direct.lead
    assert Status.BEHIND is direct.status


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-01-05", Fraction(0)),
        ("2025-01-31", Fraction(1, 20)),
        ("2025-03-31", Fraction(3, 20)),
        ("2025-05-31", Fraction(19, 60)),
        ("2025-06-30", Fraction(2, 5)),
        ("2025-09-30", Fraction(7, 10)),
        ("2025-12-31", Fraction(1)),
    ],
)
def test_checkpoints_by_share_and_by_value_with_straight_lines_between(as_of: str, expected: Fraction) -> None:
    """From nothing to 15 % at the end of March, to 4 of 10 at the end of June, to the whole on the due day."""
    assert expected == figures(TOTAL._replace(plan=CHECKPOINTS), as_of).expected


def test_a_last_checkpoint_on_the_due_day_stands() -> None:
    """Where the plan itself says 90 % on the due day, 90 % is expected then."""
    plan = Plan(PlanKind.CHECKPOINTS, (Checkpoint(day("2025-12-31"), share=Decimal("0.9")),))
    assert Fraction(9, 10) == figures(TOTAL._replace(plan=plan), "2025-12-31").expected
    assert Fraction(9, 20) == figures(TOTAL._replace(plan=plan), "2025-06-30").expected


def test_a_checkpoint_of_a_level_counts_from_the_base() -> None:
    """On the way from 50 to 60 a level of 54 is two fifths."""
    plan = Plan(PlanKind.CHECKPOINTS, (Checkpoint(day("2025-06-30"), value=Decimal(54)),))
    level = figures(LEVEL._replace(base=Decimal(50), plan=plan), "2025-06-30")
    assert (Fraction(2, 5), Fraction(54)) == (level.expected, level.expected_value)


def test_a_checkpoint_by_value_is_a_share_of_the_goal_in_force() -> None:
    """4 of a goal raised to 16 on the first of May is a quarter of it."""
    target = TOTAL._replace(plan=CHECKPOINTS, revisions=(Revision(day("2025-05-01"), Decimal(16), "more money"),))
    assert Fraction(1, 4) == figures(target, "2025-06-30").expected


def test_a_checkpoint_by_value_speaks_of_the_whole_and_not_of_a_districts_part() -> None:
    """4 of the 10 of both districts is 40 % for each of them: 2.4 of 6 and 1.6 of 4."""
    target = TOTAL._replace(scope=Scope.PARTS, split={"north": Decimal(6), "south": Decimal(4)}, plan=CHECKPOINTS)
    row = judged(target, "2025-06-30", reading("2025-06-30", "3", "north"))
    parts = districts(row)
    assert {"north": Fraction(2, 5), "south": Fraction(2, 5)} == {name: one.expected for name, one in parts.items()}
    assert row.figures.expected_value == Fraction(parts["north"].expected_value or 0) + Fraction(
        parts["south"].expected_value or 0
    )


def test_a_cap_of_nothing_may_have_checkpoints_by_value() -> None:
    """A cap of 0 has no shares to speak of: all of it may be used from the first checkpoint on."""
    target = TOTAL._replace(goal=Decimal(0), direction=Direction.AT_MOST, plan=CHECKPOINTS)
    assert Fraction(1) == figures(target, "2025-06-30").expected


CURVE = (
    reading("2024-02-29", "1"),
    reading("2024-06-30", "5"),
    increment("2024-12-31", "15"),
)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-02-28", Fraction(1, 20)),
        ("2025-03-31", Fraction(1, 20)),
        ("2025-06-30", Fraction(1, 4)),
        ("2025-11-30", Fraction(1, 4)),
        ("2025-12-31", Fraction(1)),
    ],
)
def test_last_years_curve_is_followed_from_the_ledger(as_of: str, expected: Fraction) -> None:
    """5 of last year's 20 stood at the end of June, so a quarter is expected then; month's end maps to month's end."""
    assert expected == figures(LAST_YEAR, as_of, *CURVE).expected


@pytest.mark.parametrize("held", [(), CURVE[:2], (reading("2024-12-31", "0"),)])
def test_without_the_whole_of_last_year_the_plan_is_linear(held: tuple[NewEntry, ...]) -> None:
    """An empty ledger, one that stops in June and one that says 0 show no curve, so half is expected in June."""
    assert Fraction(1, 2) == figures(LAST_YEAR, "2025-06-30", *held).expected


def test_last_years_curve_of_the_districts_is_that_of_their_sum() -> None:
    """North 8 of 10 and south 2 of 30 by June is 10 of 40: a quarter, and each district has its own curve."""
    target = LAST_YEAR._replace(scope=Scope.PARTS, split={"north": Decimal(6), "south": Decimal(4)})
    row = judged(
        target,
        "2025-06-30",
        reading("2024-06-30", "8", "north"),
        reading("2024-12-31", "10", "north"),
        reading("2024-06-30", "2", "south"),
        reading("2024-12-31", "30", "south"),
    )
    assert Fraction(1, 4) == row.figures.expected
    assert [Fraction(4, 5), Fraction(1, 15)] == [one.expected for one in districts(row).values()]


def test_a_district_that_stopped_early_last_year_is_part_of_the_curve() -> None:
    """North's December shows that last year is known to its end; the 10 that south had by October count with it."""
    north = [reading("2024-06-30", "4", "north"), reading("2024-12-31", "10", "north")]
    entries = [*north, reading("2024-10-31", "10", "south")]
    assert Fraction(1, 5) == judged(LAST_YEAR._replace(scope=Scope.PARTS), "2025-06-30", *entries).figures.expected


@pytest.mark.parametrize(("last", "expected"), [("2024-11-30", Fraction(1, 2)), ("2024-12-01", Fraction(1, 4))])
def test_last_year_is_known_to_its_end_by_an_entry_of_its_last_month(last: str, expected: Fraction) -> None:
    """The first of December is enough, the end of November is not."""
    assert expected == figures(LAST_YEAR, "2025-06-30", *CURVE[:2], reading(last, "20")).expected


def test_last_years_curve_reaches_the_whole_on_the_targets_own_due_day() -> None:
    """A target due at the end of June is compared with last year's first half: 1 of 5 by February."""
    target = LAST_YEAR._replace(due=day("2025-06-30"))
    expected = [figures(target, on, *CURVE).expected for on in ("2025-02-28", "2025-06-30")]
    assert [Fraction(1, 5), Fraction(1)] == expected


def test_last_years_curve_of_a_level_counts_from_where_it_began() -> None:
    """From 50 to 58 with 56 in June, last year had gone three quarters of its way."""
    target = LEVEL._replace(base=Decimal(58), goal=Decimal(66), plan=Plan(PlanKind.LAST_YEAR))
    level = figures(
        target,
        "2025-06-30",
        reading("2023-12-31", "50"),
        reading("2024-01-01", "51"),
        reading("2024-06-30", "56"),
        reading("2024-12-31", "58"),
    )
    assert (Fraction(3, 4), Fraction(64)) == (level.expected, level.expected_value)


def test_last_years_curve_of_a_share_is_that_of_its_ratio() -> None:
    """From 20 % to 40 % with 25 % in June is a quarter of the way, whatever the denominators were."""
    target = SHARE._replace(base=Decimal(40), goal=Decimal(50), plan=Plan(PlanKind.LAST_YEAR))
    entries = [share("2023-12-31", "20", "100"), share("2024-06-30", "100", "400"), share("2024-12-31", "80", "200")]
    assert Fraction(1, 4) == figures(target, "2025-06-30", *entries).expected


def test_a_level_whose_beginning_last_year_is_unknown_is_linear() -> None:
    """Without a figure from before last year there is no start to count its curve from."""
    target = LEVEL._replace(base=Decimal(58), plan=Plan(PlanKind.LAST_YEAR))
    entries = [reading("2024-06-30", "56"), reading("2024-12-31", "58")]
    assert Fraction(1, 2) == figures(target, "2025-06-30", *entries).expected


def dated() -> Target:
    """A checklist of three items: due on 2025-03-31, on 2025-06-30, and by the target's own due day."""
    items = (Item("a", "甲", due=day("2025-03-31")), Item("b", "乙", due=day("2025-06-30")), Item("c", "丙"))
    return CHECKLIST._replace(plan=Plan(PlanKind.ITEMS), items=items)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-02-28", Fraction(0)),
        ("2025-03-31", Fraction(1, 3)),
        ("2025-06-29", Fraction(1, 3)),
        ("2025-06-30", Fraction(2, 3)),
        ("2025-12-30", Fraction(2, 3)),
        ("2025-12-31", Fraction(1)),
    ],
)
def test_items_are_expected_on_their_own_due_days(as_of: str, expected: Fraction) -> None:
    """An item counts from its due day, one without a day of its own from the target's."""
    assert expected == figures(dated(), as_of).expected


def test_a_checklist_without_days_is_linear() -> None:
    """Half of three items is expected in mid-year."""
    assert Fraction(1, 2) == figures(CHECKLIST, "2025-06-30").expected
