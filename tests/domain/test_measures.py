"""What each measure makes of its entries, as a goal to reach and as a cap to keep."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import CHECKLIST, GROWTH, LEVEL, SHARE, TOTAL, day, figures, increment, item, reading, readings, share

from ordos_targets.domain.assessment import Light, Status
from ordos_targets.domain.entries import NewEntry
from ordos_targets.domain.periods import Cadence
from ordos_targets.domain.targets import Direction, Revision, Target

CAP = TOTAL._replace(direction=Direction.AT_MOST)
CEILING = LEVEL._replace(direction=Direction.AT_MOST)
REDUCTION = CEILING._replace(base=Decimal(80))
BASED = LEVEL._replace(base=Decimal(50))
NO_ROOM = CEILING._replace(base=Decimal(60))
NO_CAP, NO_CEILING = (target._replace(goal=Decimal(0)) for target in (CAP, CEILING))
LATE = TOTAL._replace(start=day("2025-07-01"))
F = Fraction


@pytest.mark.parametrize("target", [TOTAL, LEVEL, SHARE, GROWTH, CHECKLIST, CAP, CEILING, REDUCTION])
def test_without_an_entry_there_is_no_figure_and_no_zero(target: Target) -> None:
    """Everything that would be computed from entries is null, and the status says that nothing was reported."""
    empty = figures(target, "2025-06-30")
    assert (None, None, None) == (empty.actual, empty.gap, empty.surplus)
    assert (None, None, None) == (empty.completion, empty.lead, empty.projected)
    assert (None, None, None) == (empty.needed_per_month, empty.gap_amount, empty.data_date)
    assert (Status.NO_DATA, Light.GREY, 0) == (empty.status, empty.light, empty.entries)


# The figures in mid-year, with one reading of that day.
JUNE: dict[str, tuple[Target, str, dict[str, object]]] = {
    "zero recorded is a figure": (
        TOTAL, "0", {"actual": 0, "completion": 0, "gap": 10, "lead": -50, "status": Status.BEHIND},
    ),
    "a cap mirrors the lead": (CAP, "4", {"lead": 10, "status": Status.AHEAD, "gap": 0, "surplus": 6}),
    "half of a cap": (CAP, "5", {"lead": 0, "status": Status.ON_TRACK, "gap": 0, "surplus": 5}),
    "more than half of a cap": (CAP, "6", {"lead": -10, "status": Status.LAGGING, "gap": 0, "surplus": 4}),
    "all of a cap": (CAP, "10", {"lead": -50, "status": Status.BEHIND, "gap": 0, "surplus": 0}),
    "a total above its cap is missed at once": (
        CAP, "10.1", {"status": Status.MISSED, "gap": F(1, 10), "surplus": 0, "needed_per_month": None},
    ),
    "a cap of nothing that is kept": (NO_CAP, "0", {"completion": None, "lead": None, "status": Status.ON_TRACK}),
    "a ceiling of nothing that is kept": (
        NO_CEILING, "0", {"completion": None, "lead": None, "status": Status.ON_TRACK},
    ),
    "a cap of nothing is broken by anything": (NO_CAP, "1", {"status": Status.MISSED}),
    "a level may fall again": (NO_CEILING, "1", {"status": Status.BEHIND}),
    "a level without a base is measured from nothing": (LEVEL, "45", {"completion": F(3, 4)}),
    "a level at its base": (BASED, "50", {"completion": 0, "lead": -50}),
    "a level and its outlook count from its base": (
        BASED, "54", {"completion": F(2, 5), "lead": -10, "projected": 58, "gap": 6, "needed_per_month": 1},
    ),
    "a level half-way": (BASED, "55", {"completion": F(1, 2), "lead": 0}),
    "a level that fell back": (BASED, "49", {"completion": F(-1, 10), "lead": -60}),
    "a level beyond its goal": (BASED, "61", {"completion": F(11, 10), "lead": 60}),
    # The lead of a ceiling is what is left under it, in percent of it; no share of it is expected by a day.
    "a ceiling with room": (
        CEILING, "45", {"lead": 25, "status": Status.AHEAD, "expected": None, "completion": F(3, 4)},
    ),
    "a ceiling reached": (CEILING, "60", {"lead": 0, "status": Status.ON_TRACK, "expected": None, "completion": 1}),
    "a ceiling broken": (
        CEILING, "63", {"lead": -5, "status": Status.LAGGING, "expected": None, "completion": F(21, 20)},
    ),
    "a ceiling broken by far": (
        CEILING, "66.6", {"lead": -11, "status": Status.BEHIND, "expected": None, "completion": F("1.11")},
    ),
    "a ceiling above its base is judged by the room between": (
        CEILING._replace(base=Decimal(40)), "45", {"completion": F(1, 4), "lead": 75, "expected": None},
    ),
    "a ceiling at its base, with room": (NO_ROOM, "59", {"lead": None, "expected": None, "status": Status.ON_TRACK}),
    "a ceiling at its base, reached": (NO_ROOM, "60", {"lead": None, "expected": None, "status": Status.ON_TRACK}),
    "a ceiling at its base, broken": (NO_ROOM, "61", {"lead": None, "expected": None, "status": Status.BEHIND}),
    "a reduction goes down from its base": (
        REDUCTION, "72",
        {"completion": F(2, 5), "expected": F(1, 2), "expected_value": 70, "projected": 64, "lead": -10,
         "status": Status.LAGGING, "gap": 12, "needed_per_month": 2},
    ),
    "a reduction reached early may rise again": (REDUCTION, "59", {"status": Status.AHEAD, "gap": 0, "surplus": 1}),
    "a stretch decides nothing": (
        TOTAL._replace(stretch=Decimal(15)), "10", {"stretch": 15, "status": Status.MET, "gap": 0},
    ),
    "before its start a target has not started, be it reached": (LATE, "10", {"status": Status.NOT_STARTED}),
}  # fmt: skip


@pytest.mark.parametrize("what", JUNE)
def test_the_figures_in_mid_year(what: str) -> None:
    """Completion, lead, gap and outlook of each measure, as a goal and as a cap, from one reading."""
    target, value, expected = JUNE[what]
    found = figures(target, "2025-06-30", reading("2025-06-30", value))
    assert expected == {name: getattr(found, name) for name in expected}


# What was reported, and the status on some days.
STATUS: dict[str, tuple[Target, str, dict[str, Status]]] = {
    "a total is met at once and stays so": (
        TOTAL, "2025-03-31=10", {"2025-03-31": Status.MET, "2026-05-01": Status.MET},
    ),
    "the due day counts whole": (
        TOTAL, "2025-11-30=9.5",
        {"2025-12-30": Status.ON_TRACK, "2025-12-31": Status.LAGGING, "2026-01-01": Status.MISSED},
    ),
    "met on the day it starts": (LATE, "2025-06-30=10", {"2025-07-01": Status.MET}),
    "in its first month a target waits for its first report": (
        TOTAL, "", {"2025-01-30": Status.NOT_STARTED, "2025-01-31": Status.NO_DATA},
    ),
    "so does a growth": (GROWTH, "", {"2025-01-30": Status.NOT_STARTED, "2025-01-31": Status.NO_DATA}),
    "not a daily one": (GROWTH._replace(cadence=Cadence.DAY), "", {"2025-01-01": Status.NO_DATA}),
    # A cap is met only when the year is over and reported to its end.
    "a cap kept to the day before": (CAP, "2025-12-30=9", {"2025-12-30": Status.ON_TRACK}),
    "a cap kept to the end": (CAP, "2025-12-31=9", {"2025-12-31": Status.MET}),
    "a cap reported in December": (CAP, "2025-12-01=9", {"2025-12-31": Status.MET}),
    "a cap not reported in December": (
        CAP, "2025-11-30=9", {"2025-12-31": Status.AHEAD, "2026-01-01": Status.MISSED},
    ),
    "a cap of nothing": (NO_CAP, "2025-12-31=0", {"2025-12-31": Status.MET}),
    "a ceiling of nothing": (NO_CEILING, "2025-12-31=0", {"2025-12-31": Status.MET}),
    "a ceiling at its base": (NO_ROOM, "2025-12-31=60", {"2025-12-31": Status.MET}),
    "a broken ceiling can be kept again": (
        CEILING, "2025-06-30=70 2025-12-31=60", {"2025-06-30": Status.BEHIND, "2025-12-31": Status.MET},
    ),
    "a reduction": (REDUCTION, "2025-12-31=59", {"2025-12-31": Status.MET}),
    "a reduction missed": (REDUCTION, "2025-12-31=61", {"2026-01-01": Status.MISSED}),
}  # fmt: skip


@pytest.mark.parametrize("what", STATUS)
def test_the_status_on_a_day(what: str) -> None:
    """What is met, missed or not started depends on the day, and for caps on how far was reported."""
    target, entries, expected = STATUS[what]
    assert expected == {on: figures(target, on, *readings(entries)).status for on in expected}


def test_what_is_beyond_the_goal_is_surplus() -> None:
    """Three more than ten are surplus, and never a negative gap."""
    beyond = figures(TOTAL, "2026-05-01", reading("2025-03-31", "10"), increment("2025-04-01", "3"))
    assert (Status.MET, F(0), F(3), F(13, 10)) == (beyond.status, beyond.gap, beyond.surplus, beyond.completion)


def test_a_total_does_not_reach_into_another_year() -> None:
    """What is dated before the period or after it is no part of the year's total."""
    entries = [increment("2024-12-31", "5"), increment("2025-01-01", "2"), increment("2026-01-01", "4")]
    assert Fraction(2) == figures(TOTAL, "2026-02-01", *entries).actual


def test_a_level_goes_on_from_last_year() -> None:
    """The reading of last December stands until there is a newer one, and increments count on from it."""
    entries = [reading("2024-12-31", "50"), increment("2025-03-31", "4")]
    assert [Fraction(50), Fraction(54)] == [figures(LEVEL, on, *entries).actual for on in ("2025-02-28", "2025-03-31")]


@pytest.mark.parametrize("entry", [share("2025-06-30", "816", "2040"), share("2025-06-30", "40")])
def test_a_share_is_its_two_numbers_or_a_bare_percentage(entry: NewEntry) -> None:
    """816 of 2040 is 40 %, as a bare 40 % is; the gap to 50 % is ten points."""
    found = figures(SHARE, "2025-06-30", entry)
    assert (Fraction(40), Fraction(10)) == (found.actual, found.gap)
    assert (Fraction(4, 5), Fraction(30)) == (found.completion, found.lead)


def test_a_share_starts_at_its_base() -> None:
    """From 30 % to 50 %, 40 % is half the way."""
    found = figures(SHARE._replace(base=Decimal(30)), "2025-06-30", share("2025-06-30", "40"))
    assert (Fraction(1, 2), Fraction(0), Status.ON_TRACK) == (found.completion, found.lead, found.status)


def test_a_checklist_counts_items_done() -> None:
    """Two of three done by June is two thirds; the projection does not go beyond the list."""
    done = figures(CHECKLIST, "2025-06-30", item("2025-02-01", "a"), item("2025-05-01", "b"))
    assert (Fraction(2), Fraction(1), Fraction(2, 3)) == (done.actual, done.gap, done.completion)
    assert (Fraction(50, 3), Fraction(3)) == (done.lead, done.projected)
    assert Status.AHEAD is done.status


def test_the_goal_in_force_on_the_day_counts() -> None:
    """10 until June and 12 from the first of July: ten met the goal of June and not that of July."""
    target = TOTAL._replace(revisions=(Revision(day("2025-07-01"), Decimal(12), "more firms came"),))
    found = [figures(target, on, reading("2025-06-30", "10")) for on in ("2025-06-30", "2025-07-01")]
    assert [(Fraction(10), Status.MET), (Fraction(12), Status.AHEAD)] == [(one.goal, one.status) for one in found]
    assert Fraction(2) == found[1].gap


def test_the_latest_revision_replaces_the_ones_before() -> None:
    """A goal revised twice is what it was last revised to."""
    revisions = (Revision(day("2025-03-01"), Decimal(8), "less"), Revision(day("2025-09-01"), Decimal(9), "more"))
    target = TOTAL._replace(revisions=revisions)
    assert [10, 8, 9] == [target.goal_on(day(on)) for on in ("2025-02-28", "2025-03-01", "2025-09-01")]


def test_the_projection_takes_what_was_reached_when_it_was_expected() -> None:
    """As of 5 July it divides June's figure by June's share; what July brought counts in the actual only."""
    found = figures(TOTAL, "2025-07-05", reading("2025-06-30", "4"), increment("2025-07-02", "1"))
    assert (Fraction(5), Fraction(8), Fraction(5, 6)) == (found.actual, found.projected, found.needed_per_month)


def test_there_is_no_rate_where_no_month_is_left() -> None:
    """On the due day and after it nothing can be reached a month; what is projected is what there is."""
    found = [figures(TOTAL, on, reading("2025-12-31", "9")) for on in ("2025-12-31", "2026-02-01")]
    assert [(None, Fraction(9))] * 2 == [(one.needed_per_month, one.projected) for one in found]


def test_the_estimate_of_a_figure_is_told() -> None:
    """A provisional figure makes the actual an estimate until the final one covers it."""
    provisional = reading("2025-05-31", "4", estimate=True)
    assert figures(TOTAL, "2025-06-30", provisional).estimate
    assert not figures(TOTAL, "2025-06-30", provisional, reading("2025-06-15", "5")).estimate
