"""From a lead to a status and a light: every band and its exact boundaries, and the order of the statuses."""

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
NO_YELLOW = Lights(yellow=Decimal(10), red=Decimal(10))


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
        (NO_YELLOW, Fraction(-10), Status.ON_TRACK),
        (NO_YELLOW, -10 - HAIR, Status.BEHIND),
    ],
)
def test_every_lead_falls_into_one_band(lights: Lights, lead: Fraction, status: Status) -> None:
    """A boundary belongs to the better band, and a hair below it to the next."""
    assert status is status_of_lead(lead, lights)


def test_the_lights() -> None:
    """Met, ahead and on track are green; lagging is yellow; behind and missed are red; the rest is grey."""
    assert {
        Light.GREEN: {Status.MET, Status.AHEAD, Status.ON_TRACK},
        Light.YELLOW: {Status.LAGGING},
        Light.RED: {Status.BEHIND, Status.MISSED},
        Light.GREY: {Status.NO_DATA, Status.NOT_STARTED},
    } == {light: {status for status in Status if LIGHTS[status] is light} for light in Light}


def test_the_worst_status_does_not_depend_on_the_order() -> None:
    """missed > behind > no_data > lagging > on_track > ahead > not_started > met, and every status has its rank."""
    ranked = ["missed", "behind", "no_data", "lagging", "on_track", "ahead", "not_started", "met"]
    assert (ranked, set(Status)) == (list(WORST_FIRST), set(WORST_FIRST))
    for bad, good in combinations(WORST_FIRST, 2):
        assert (bad, bad) == (worst([bad, good]), worst([good, bad]))
