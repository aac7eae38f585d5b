"""From a lead to a word and a light: every band, its exact boundaries, and the order of the rules."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest

from ordos_targets.domain.assessment import LIGHTS, WORST_FIRST, Facts, Light, Status, status_of, worst
from ordos_targets.domain.targets import Lights

HAIR = Fraction(1, 10**9)
USUAL = Lights()
YINCHUAN = Lights(yellow=Decimal(10), red=Decimal(30), ahead=Decimal(5))
RUNNING = Facts(
    begun=True,
    recorded=True,
    something_expected=True,
    reached=False,
    can_be_met=True,
    lost=False,
    due_passed=False,
    lead=Fraction(0),
)


@pytest.mark.parametrize(
    ("lights", "lead", "status"),
    [
        (USUAL, Fraction(1000), Status.AHEAD),
        (USUAL, Fraction(10), Status.AHEAD),
        (USUAL, 10 - HAIR, Status.ON_TRACK),
        (USUAL, Fraction(0), Status.ON_TRACK),
        (USUAL, -HAIR, Status.LAGGING),
        (USUAL, Fraction(-10), Status.LAGGING),
        (USUAL, -10 - HAIR, Status.BEHIND),
        (USUAL, Fraction(-1000), Status.BEHIND),
        (YINCHUAN, Fraction(5), Status.AHEAD),
        (YINCHUAN, 5 - HAIR, Status.ON_TRACK),
        (YINCHUAN, Fraction(-10), Status.ON_TRACK),
        (YINCHUAN, -10 - HAIR, Status.LAGGING),
        (YINCHUAN, Fraction(-30), Status.LAGGING),
        (YINCHUAN, -30 - HAIR, Status.BEHIND),
    ],
)
def test_every_lead_falls_into_one_band(lights: Lights, lead: Fraction, status: Status) -> None:
    """A boundary belongs to the better band, and a hair below it to the next."""
    assert status is status_of(RUNNING._replace(lead=lead), lights)


def test_no_lagging_where_yellow_and_red_are_one() -> None:
    """With both limits at 10 points, what is not on track is behind."""
    lights = Lights(yellow=Decimal(10), red=Decimal(10))
    leads = [Fraction(-10), -10 - HAIR]
    assert [Status.ON_TRACK, Status.BEHIND] == [status_of(RUNNING._replace(lead=lead), lights) for lead in leads]


def test_not_begun_comes_before_everything() -> None:
    """Before its start a target has not started, even if it is reached already."""
    assert Status.NOT_STARTED is status_of(RUNNING._replace(begun=False, reached=True, due_passed=True), USUAL)


@pytest.mark.parametrize(("expected", "status"), [(True, Status.NO_DATA), (False, Status.NOT_STARTED)])
def test_nothing_recorded_is_no_data_only_where_something_is_expected(*, expected: bool, status: Status) -> None:
    """Silence where nothing is due yet means that it has not started."""
    facts = RUNNING._replace(recorded=False, something_expected=expected, due_passed=True, lead=None)
    assert status is status_of(facts, USUAL)


def test_a_goal_reached_is_met_even_after_the_due_day() -> None:
    """Reached comes before missed."""
    assert Status.MET is status_of(RUNNING._replace(reached=True, due_passed=True), USUAL)


def test_a_goal_that_can_still_be_lost_is_judged_by_its_lead() -> None:
    """Growth and caps are not met before their time, and may be ahead, on track or missed till then."""
    facts = RUNNING._replace(reached=True, can_be_met=False)
    assert Status.ON_TRACK is status_of(facts, USUAL)
    assert Status.AHEAD is status_of(facts._replace(lead=Fraction(10)), USUAL)
    assert Status.MISSED is status_of(facts._replace(due_passed=True), USUAL)


def test_what_is_lost_or_past_its_due_day_is_missed_whatever_the_lead() -> None:
    """Missed comes before the bands."""
    far_ahead = RUNNING._replace(lead=Fraction(50))
    assert Status.MISSED is status_of(far_ahead._replace(lost=True), USUAL)
    assert Status.MISSED is status_of(far_ahead._replace(due_passed=True), USUAL)


def test_entries_without_a_figure_to_judge_are_no_data() -> None:
    """Where the year before is unknown no lead can be computed, until the due day has passed."""
    assert Status.NO_DATA is status_of(RUNNING._replace(lead=None), USUAL)
    assert Status.MISSED is status_of(RUNNING._replace(lead=None, due_passed=True), USUAL)


def test_the_lights() -> None:
    """Met, ahead and on track are green; lagging is yellow; behind and missed are red; the rest is grey."""
    assert {
        Light.GREEN: {Status.MET, Status.AHEAD, Status.ON_TRACK},
        Light.YELLOW: {Status.LAGGING},
        Light.RED: {Status.BEHIND, Status.MISSED},
        Light.GREY: {Status.NO_DATA, Status.NOT_STARTED},
    } == {light: {status for status in Status if LIGHTS[status] is light} for light in Light}


RANKED = [
    Status.MISSED,
    Status.BEHIND,
    Status.NO_DATA,
    Status.LAGGING,
    Status.ON_TRACK,
    Status.AHEAD,
    Status.NOT_STARTED,
    Status.MET,
]


@pytest.mark.parametrize(("bad", "good"), list(combinations(RANKED, 2)))
def test_the_worst_of_two_does_not_depend_on_their_order(bad: Status, good: Status) -> None:
    """missed > behind > no_data > lagging > on_track > ahead > not started > met."""
    assert (bad, bad) == (worst([bad, good]), worst([good, bad]))


def test_every_status_has_a_rank() -> None:
    """No status of a district can be left out of the worst of them."""
    assert set(Status) == set(WORST_FIRST)
    assert len(Status) == len(WORST_FIRST)
