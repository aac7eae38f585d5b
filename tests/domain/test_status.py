"""From a lead to a word and a light: every band, its exact boundaries, and the order of the rules."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest

from ordos_targets.domain.assessment import LIGHTS, WORST_FIRST, Light, Status, status_of_lead, worst
from ordos_targets.domain.targets import Lights

HAIR = Fraction(1, 10**9)
USUAL = Lights()
YINCHUAN = Lights(yellow=Decimal(10), red=Decimal(30), ahead=Decimal(5))


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
    assert status is status_of_lead(lead, lights)


def test_no_lagging_where_yellow_and_red_are_one() -> None:
    """With both limits at 10 points, what is not on track is behind."""
    lights = Lights(yellow=Decimal(10), red=Decimal(10))
    leads = [Fraction(-10), -10 - HAIR]
    assert [Status.ON_TRACK, Status.BEHIND] == [status_of_lead(lead, lights) for lead in leads]


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
