"""From a lead to a word and a light. Every case falls in exactly one band."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.domain.target import Lights


class Status(StrEnum):
    """Where a target stands, in one word."""

    MET = "met"
    AHEAD = "ahead"
    ON_TRACK = "on_track"
    LAGGING = "lagging"
    BEHIND = "behind"
    MISSED = "missed"
    NO_DATA = "no_data"
    NOT_STARTED = "not_started"


class Light(StrEnum):
    """The colour beside the word."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


LIGHTS: dict[Status, Light] = {
    Status.MET: Light.GREEN,
    Status.AHEAD: Light.GREEN,
    Status.ON_TRACK: Light.GREEN,
    Status.LAGGING: Light.YELLOW,
    Status.BEHIND: Light.RED,
    Status.MISSED: Light.RED,
    Status.NO_DATA: Light.GREY,
    Status.NOT_STARTED: Light.GREY,
}

# From the worst to the best, for a target that every district must reach. `not_started` is not ranked by
# the contract: a district that has not begun keeps its target from being met, and says nothing else.
WORST_FIRST = (
    Status.MISSED,
    Status.BEHIND,
    Status.NO_DATA,
    Status.LAGGING,
    Status.ON_TRACK,
    Status.AHEAD,
    Status.NOT_STARTED,
    Status.MET,
)


class Facts(NamedTuple):
    """What a status is decided from. `lead` is in percentage points, None where it cannot be computed."""

    begun: bool
    recorded: bool
    something_expected: bool
    reached: bool
    can_be_met: bool
    lost: bool
    due_passed: bool
    lead: Fraction | None


def status_of(facts: Facts, lights: Lights) -> Status:
    """The first rule of design.md section 5 that fits.

    `can_be_met` is False for growth and caps until the period is over and reported to its end;
    `lost` is True for a total above its cap.
    """
    if not facts.begun:
        return Status.NOT_STARTED
    if not facts.recorded:
        return Status.NO_DATA if facts.something_expected else Status.NOT_STARTED
    if facts.reached and facts.can_be_met:
        return Status.MET
    if facts.lost or facts.due_passed:
        return Status.MISSED
    return Status.NO_DATA if facts.lead is None else _band(facts.lead, lights)


def _band(lead: Fraction, lights: Lights) -> Status:
    if lead >= Fraction(lights.ahead):
        return Status.AHEAD
    if lead >= -Fraction(lights.yellow):
        return Status.ON_TRACK
    if lead >= -Fraction(lights.red):
        return Status.LAGGING
    return Status.BEHIND


def worst(statuses: list[Status]) -> Status:
    """The worst of some districts' statuses; `statuses` is not empty."""
    return min(statuses, key=WORST_FIRST.index)
