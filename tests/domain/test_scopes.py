"""One figure for all, the districts' sum, or each district by itself."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import CHECKLIST, GROWTH, LEVEL, SHARE, TOTAL, day, districts, increment, item, judged, reading, share

from ordos_targets.domain.assessment import Status
from ordos_targets.domain.entries import NewEntry
from ordos_targets.domain.targets import MONEY, Checkpoint, Direction, Plan, PlanKind, Revision, Scope, Target

PARTS = TOTAL._replace(scope=Scope.PARTS)
SPLIT = PARTS._replace(split={"north": Decimal(6), "south": Decimal(4)})
EACH = TOTAL._replace(scope=Scope.EACH)


def both(north: str, south: str, on: str = "2025-06-30") -> tuple[NewEntry, NewEntry]:
    """A reading of each district on one day."""
    return reading(on, north, "north"), reading(on, south, "south")


def test_a_whole_counts_every_increment_whatever_its_label() -> None:
    """A district on an increment is a label there; no district has a row."""
    row = judged(TOTAL, "2025-06-30", increment("2025-03-31", "1", "north"), increment("2025-04-30", "2"))
    assert Fraction(3) == row.figures.actual
    assert ((), None, None) == (row.districts, row.districts_meeting, row.districts_total)


def test_parts_are_summed_against_the_one_goal() -> None:
    """3 and 2 of 10 are half of it, whichever district they come from."""
    row = judged(PARTS, "2025-06-30", *both("3", "2"))
    assert (Fraction(5), Fraction(5), Fraction(1, 2)) == (row.figures.actual, row.figures.gap, row.figures.completion)
    assert (Status.ON_TRACK, 2) == (row.figures.status, row.figures.entries)
    assert (None, None) == (row.districts_meeting, row.districts_total)


def test_with_a_split_each_district_has_a_gap_of_its_own() -> None:
    """North has 6 of its 6 and south 1 of its 4: one has met its part, the other is 25 points behind."""
    row = judged(SPLIT, "2025-06-30", *both("6", "1"))
    found = districts(row)
    assert (Status.MET, Fraction(6), Fraction(0)) == (found["north"].status, found["north"].goal, found["north"].gap)
    assert (Status.BEHIND, Fraction(4), Fraction(3)) == (found["south"].status, found["south"].goal, found["south"].gap)
    assert (Fraction(-25), Fraction(1, 2)) == (found["south"].lead, found["south"].needed_per_month)
    assert (Fraction(7), Status.AHEAD) == (row.figures.actual, row.figures.status)


def test_without_a_split_a_district_has_figures_and_no_goal() -> None:
    """Nothing is said of how far a district is, only what it brought; one that is silent has not reported."""
    found = districts(judged(PARTS, "2025-06-30", reading("2025-06-30", "3", "north")))
    assert (Fraction(3), None, None) == (found["north"].actual, found["north"].goal, found["north"].status)
    assert (None, None, None) == (found["north"].gap, found["north"].completion, found["north"].lead)
    assert (None, Status.NO_DATA) == (found["south"].actual, found["south"].status)


def test_one_silent_part_does_not_hide_the_other() -> None:
    """The sum is of what is known, and the target has data as soon as one district has."""
    row = judged(SPLIT, "2025-06-30", reading("2025-06-30", "5", "north"))
    assert (Fraction(5), Status.ON_TRACK) == (row.figures.actual, row.figures.status)
    assert (Status.AHEAD, Status.NO_DATA) == (districts(row)["north"].status, districts(row)["south"].status)


def test_a_cap_on_a_sum_is_broken_by_the_sum() -> None:
    """6 and 5 are above 10 together: missed, though south may still be under a part of its own."""
    cap = PARTS._replace(direction=Direction.AT_MOST, split={"north": Decimal(4), "south": Decimal(6)})
    row = judged(cap, "2025-06-30", *both("6", "5"))
    assert (Status.MISSED, Fraction(1)) == (row.figures.status, row.figures.gap)
    assert [Status.MISSED, Status.BEHIND] == [one.status for one in districts(row).values()]


def test_levels_of_parts_add_up_from_their_bases() -> None:
    """30 → 32 and 20 → 23 towards 60 from 50: half the way."""
    level = LEVEL._replace(scope=Scope.PARTS, base=Decimal(50), bases={"north": Decimal(30), "south": Decimal(20)})
    row = judged(level, "2025-06-30", *both("32", "23"))
    assert (Fraction(55), Fraction(1, 2)) == (row.figures.actual, row.figures.completion)
    assert [Fraction(30), Fraction(20)] == [one.base for one in districts(row).values()]


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


def test_each_district_is_measured_by_the_whole_goal() -> None:
    """10 and 4 of 10 each: one of two is there, six are lacking, and the target stands where the worse one does."""
    row = judged(EACH, "2025-06-30", *both("10", "4"))
    assert (1, 2) == (row.districts_meeting, row.districts_total)
    assert (Fraction(1), Fraction(1, 2), Fraction(6)) == (
        row.figures.gap,
        row.figures.completion,
        row.figures.gap_amount,
    )
    assert (Status.LAGGING, None, None) == (row.figures.status, row.figures.actual, row.figures.lead)
    assert [Status.MET, Status.LAGGING] == [one.status for one in districts(row).values()]
    assert [Fraction(10), Fraction(10)] == [one.goal for one in districts(row).values()]


def test_when_each_district_is_there_the_target_is_met() -> None:
    """Nothing is lacking then, which is a 0 and not a null."""
    row = judged(EACH, "2025-06-30", *both("10", "12"))
    assert (Status.MET, Fraction(1)) == (row.figures.status, row.figures.completion)
    assert (Fraction(0), Fraction(0)) == (row.figures.gap, row.figures.gap_amount)


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
def test_a_target_of_each_stands_as_its_worst_district(north: str, south: str | None, worst: Status) -> None:
    """Silence is worse than lagging and not as bad as being behind."""
    entries = [reading("2025-06-30", north, "north")]
    entries += [] if south is None else [reading("2025-06-30", south, "south")]
    assert worst is judged(EACH, "2025-06-30", *entries).figures.status


def test_each_with_nothing_recorded_lacks_an_unknown_amount() -> None:
    """No district is there yet; what they lack is not known, so it is null."""
    row = judged(EACH, "2025-06-30")
    assert (0, 2, Fraction(2)) == (row.districts_meeting, row.districts_total, row.figures.gap)
    assert (None, Status.NO_DATA, 0) == (row.figures.gap_amount, row.figures.status, row.figures.entries)


def test_what_the_districts_lack_of_a_growth_is_an_amount_of_money() -> None:
    """120 − 110 and 240 − 200 are lacking for the year: 50; who is there already owes nothing."""
    growth = GROWTH._replace(scope=Scope.EACH, unit=MONEY, bases={"north": Decimal(100), "south": Decimal(200)})
    short = judged(growth, "2025-12-31", *both("110", "200", "2025-12-31"))
    assert (Fraction(50), Fraction(2), 0) == (short.figures.gap_amount, short.figures.gap, short.districts_meeting)
    one = judged(growth, "2025-12-31", *both("130", "200", "2025-12-31"))
    assert (Fraction(40), Fraction(1), 1) == (one.figures.gap_amount, one.figures.gap, one.districts_meeting)


def test_a_growth_reached_in_march_counts_its_district_as_there() -> None:
    """Its district is at the goal, though nothing is met before the year is over."""
    growth = GROWTH._replace(scope=Scope.EACH)
    row = judged(growth, "2025-03-31", *both("100", "100", "2024-03-31"), *both("130", "125", "2025-03-31"))
    assert (2, Fraction(0), Fraction(1)) == (row.districts_meeting, row.figures.gap, row.figures.completion)
    assert [Status.AHEAD, Status.ON_TRACK] == [one.status for one in districts(row).values()]
    assert Status.ON_TRACK is row.figures.status


def test_percentages_and_items_of_districts_do_not_add_up() -> None:
    """What districts lack of a share or of a checklist is no sum, even where it is known of each."""
    shares = judged(
        SHARE._replace(scope=Scope.EACH), "2025-06-30", share("2025-06-30", "40", None, "north")
    ).figures.gap_amount
    items = judged(CHECKLIST._replace(scope=Scope.EACH), "2025-06-30", item("2025-06-30", "a", "north"))
    assert (None, None) == (shares, items.figures.gap_amount)
    assert [Fraction(2), None] == [one.gap for one in districts(items).values()]


def test_each_under_a_cap() -> None:
    """One district above its cap misses it for all; the other is within, and counts as meeting it."""
    row = judged(EACH._replace(direction=Direction.AT_MOST), "2025-06-30", *both("4", "11"))
    assert (1, Fraction(1), Fraction(1)) == (row.districts_meeting, row.figures.gap, row.figures.gap_amount)
    assert (Status.MISSED, [Status.AHEAD, Status.MISSED]) == (
        row.figures.status,
        [one.status for one in districts(row).values()],
    )


def test_each_district_starts_from_its_own_base() -> None:
    """From 50 to 60 and from 40 to 60, 55 is a half and three quarters; the target has no one expected value."""
    level = LEVEL._replace(scope=Scope.EACH, bases={"north": Decimal(50), "south": Decimal(40)})
    row = judged(level, "2025-06-30", *both("55", "55"))
    assert [Fraction(1, 2), Fraction(3, 4)] == [one.completion for one in districts(row).values()]
    assert [Fraction(55), Fraction(50)] == [one.expected_value for one in districts(row).values()]
    assert (Fraction(1, 2), None) == (row.figures.expected, row.figures.expected_value)


def test_a_checkpoint_by_value_counts_from_each_districts_own_base() -> None:
    """On the way to 60 a level of 54 in June is two fifths from 50 and seven tenths from 40."""
    plan = Plan(PlanKind.CHECKPOINTS, (Checkpoint(day("2025-06-30"), value=Decimal(54)),))
    level = LEVEL._replace(scope=Scope.EACH, bases={"north": Decimal(50), "south": Decimal(40)}, plan=plan)
    row = judged(level, "2025-06-30", *both("55", "55"))
    assert [Fraction(2, 5), Fraction(7, 10)] == [one.expected for one in districts(row).values()]


def test_what_is_expected_of_each_is_told_only_where_it_is_the_same() -> None:
    """With last year's curves of their own, north at 80 % and south at 40 % have no one share in common."""
    curves = [*both("8", "4", "2024-06-30"), *both("10", "10", "2024-12-31")]
    row = judged(EACH._replace(plan=Plan(PlanKind.LAST_YEAR)), "2025-06-30", *curves)
    assert [Fraction(4, 5), Fraction(2, 5)] == [one.expected for one in districts(row).values()]
    assert row.figures.expected is None
    assert Fraction(1, 2) == judged(EACH, "2025-06-30").figures.expected


@pytest.mark.parametrize("target", [EACH, PARTS])
def test_a_revision_holds_for_the_districts_too(target: Target) -> None:
    """From the first of July on 12 is the goal: of each, or of both together."""
    revised = target._replace(revisions=(Revision(day("2025-07-01"), Decimal(12), "why not"),))
    found = [judged(revised, on, *both("10", "12")) for on in ("2025-06-30", "2025-07-01")]
    assert [Fraction(10), Fraction(12)] == [row.figures.goal for row in found]
    own = [[one.goal for one in districts(row).values()] for row in found]
    expected = [[Fraction(10)] * 2, [Fraction(12)] * 2] if target is EACH else [[None] * 2] * 2
    assert expected == own


def test_a_stretch_is_the_targets_own() -> None:
    """It is the districts' too where the goal is, and not where they were allotted parts of the goal."""
    for target, own in ((SPLIT, None), (EACH, Fraction(15))):
        row = judged(target._replace(stretch=Decimal(15)), "2025-06-30", *both("4", "4"))
        assert Fraction(15) == row.figures.stretch
        assert [own, own] == [one.stretch for one in districts(row).values()]


def test_what_a_target_says_of_its_districts_data() -> None:
    """The latest day of any of them, the number of all entries, and whether any figure is provisional."""
    entries = [reading("2025-05-31", "4", "north", estimate=True), *both("4", "5", "2025-03-31")]
    for target in (PARTS, EACH):
        told = judged(target, "2025-06-30", *entries).figures
        assert (day("2025-05-31"), 3, True) == (told.data_date, told.entries, told.estimate)


@pytest.mark.parametrize(("south", "status"), [("2025-12-31", Status.MET), ("2025-06-30", Status.MISSED)])
def test_a_pooled_cap_is_met_only_when_all_have_reported_to_the_end(south: str, status: Status) -> None:
    """One district's December report does not vouch for another that has been silent since June."""
    cap = EACH._replace(scope=Scope.PARTS, direction=Direction.AT_MOST)
    entries = [reading("2025-12-31", "4", "north"), reading(south, "3", "south")]
    assert status is judged(cap, "2026-01-05", *entries).figures.status


def test_what_districts_lack_is_marked_where_one_is_silent() -> None:
    """The sum of what is known is too small then, and says so; with nothing known there is no sum."""
    row = judged(EACH, "2025-06-30", reading("2025-06-30", "4", "north"))
    assert (Fraction(6), True, Fraction(2)) == (
        row.figures.gap_amount,
        row.figures.gap_amount_partial,
        row.figures.gap,
    )
    silent = judged(EACH, "2025-06-30").figures
    assert (None, False) == (silent.gap_amount, silent.gap_amount_partial)
