"""What each measure makes of its entries, as a goal to reach and as a cap to keep."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import CHECKLIST, GROWTH, LEVEL, SHARE, TOTAL, day, figures, increment, item, reading, share

from ordos_targets.domain.assessment import Assessment, Light, Status
from ordos_targets.domain.entries import NewEntry
from ordos_targets.domain.periods import Cadence
from ordos_targets.domain.targets import Direction, Revision, Target

CAP = TOTAL._replace(direction=Direction.AT_MOST)
CEILING = LEVEL._replace(direction=Direction.AT_MOST)
REDUCTION = CEILING._replace(base=Decimal(80))


def june(target: Target, value: str) -> Assessment:
    """The figures as of 2025-06-30, half-way, with this reading."""
    return figures(target, "2025-06-30", reading("2025-06-30", value))


def year_end(target: Target, value: str, *, as_of: str = "2025-12-31", reported: str = "2025-12-31") -> Assessment:
    """The figures at the end of the year, with this reading of the day it was last `reported` of."""
    return figures(target, as_of, reading(reported, value))


@pytest.mark.parametrize("target", [TOTAL, LEVEL, SHARE, GROWTH, CHECKLIST, CAP, CEILING, REDUCTION])
def test_without_an_entry_there_is_no_figure_and_no_zero(target: Target) -> None:
    """Everything that would be computed from entries is null, and the status says that nothing was reported."""
    empty = figures(target, "2025-06-30")
    assert (None, None, None) == (empty.actual, empty.gap, empty.surplus)
    assert (None, None, None) == (empty.completion, empty.lead, empty.projected)
    assert (None, None, None) == (empty.needed_per_month, empty.gap_amount, empty.data_date)
    assert (Status.NO_DATA, Light.GREY, 0) == (empty.status, empty.light, empty.entries)


def test_zero_recorded_is_a_figure() -> None:
    """Nothing done, but reported: the whole goal is missing."""
    none_yet = june(TOTAL, "0")
    assert Fraction(0) == none_yet.actual
    assert (Fraction(0), Fraction(10), Fraction(-50)) == (none_yet.completion, none_yet.gap, none_yet.lead)
    assert Status.BEHIND is none_yet.status


def test_a_total_is_met_at_once_and_stays_so() -> None:
    """The tenth in March is the goal; three more are surplus, and never a negative gap."""
    ten, thirteen = reading("2025-03-31", "10"), increment("2025-04-01", "3")
    assert Status.MET is figures(TOTAL, "2025-03-31", ten).status
    beyond = figures(TOTAL, "2026-05-01", ten, thirteen)
    assert Status.MET is beyond.status
    assert (Fraction(0), Fraction(3), Fraction(13, 10)) == (beyond.gap, beyond.surplus, beyond.completion)


@pytest.mark.parametrize(
    ("as_of", "status"),
    [("2025-12-30", Status.ON_TRACK), ("2025-12-31", Status.LAGGING), ("2026-01-01", Status.MISSED)],
)
def test_the_due_day_counts_whole(as_of: str, status: Status) -> None:
    """With 95 % a target lags on its due day, when all is expected, and has missed its goal the day after."""
    assert status is figures(TOTAL, as_of, reading("2025-11-30", "9.5")).status


def test_a_total_does_not_reach_into_another_year() -> None:
    """What is dated before the period or after it is no part of the year's total."""
    entries = [increment("2024-12-31", "5"), increment("2025-01-01", "2"), increment("2026-01-01", "4")]
    assert Fraction(2) == figures(TOTAL, "2026-02-01", *entries).actual


def test_before_its_start_a_target_has_not_started() -> None:
    """Even with an entry, and even if that reaches the goal."""
    target = TOTAL._replace(start=day("2025-07-01"))
    assert Status.NOT_STARTED is june(target, "10").status
    assert Status.MET is figures(target, "2025-07-01", reading("2025-06-30", "10")).status


def test_a_target_that_has_just_begun_waits_for_its_first_report() -> None:
    """In its first month nothing is expected yet, so silence is no missing report."""
    assert [Status.NOT_STARTED, Status.NO_DATA] == [figures(TOTAL, on).status for on in ("2025-01-30", "2025-01-31")]
    assert [Status.NOT_STARTED, Status.NO_DATA] == [figures(GROWTH, on).status for on in ("2025-01-30", "2025-01-31")]
    assert Status.NO_DATA is figures(GROWTH._replace(cadence=Cadence.DAY), "2025-01-01").status


@pytest.mark.parametrize(
    ("used", "lead", "status"),
    [("4", 10, Status.AHEAD), ("5", 0, Status.ON_TRACK), ("6", -10, Status.LAGGING), ("10", -50, Status.BEHIND)],
)
def test_a_cap_on_a_total_mirrors_the_lead(used: str, lead: int, status: Status) -> None:
    """Lead = expected − completion: less than half of it used by mid-year is ahead."""
    cap = june(CAP, used)
    assert (Fraction(lead), status) == (cap.lead, cap.status)
    assert (Fraction(0), 10 - Fraction(used)) == (cap.gap, cap.surplus)


def test_a_total_above_its_cap_is_missed_at_once() -> None:
    """What has been used cannot be given back; no rate a month would help."""
    broken = june(CAP, "10.1")
    assert Status.MISSED is broken.status
    assert (Fraction(1, 10), Fraction(0), None) == (broken.gap, broken.surplus, broken.needed_per_month)


def test_a_cap_is_met_only_when_the_year_is_over_and_reported_to_its_end() -> None:
    """Kept in December it is met on the 31st; with November the last report it is missed from January on."""
    assert Status.ON_TRACK is year_end(CAP, "9", as_of="2025-12-30", reported="2025-12-30").status
    assert Status.MET is year_end(CAP, "9").status
    assert Status.MET is year_end(CAP, "9", reported="2025-12-01").status
    assert Status.AHEAD is year_end(CAP, "9", reported="2025-11-30").status
    assert Status.MISSED is year_end(CAP, "9", as_of="2026-01-01", reported="2025-11-30").status


@pytest.mark.parametrize("target", [CAP._replace(goal=Decimal(0)), CEILING._replace(goal=Decimal(0))])
def test_a_cap_of_nothing_is_kept_on_track_and_met_at_the_end(target: Target) -> None:
    """No accident so far: there is no completion of 0 to speak of, but the status is not that of silence."""
    kept = june(target, "0")
    assert (None, None, Status.ON_TRACK) == (kept.completion, kept.lead, kept.status)
    assert Status.MET is year_end(target, "0").status


def test_a_cap_of_nothing_is_broken_by_anything() -> None:
    """One accident misses a total of none at once; a level can still fall again, and is behind."""
    found = [june(target._replace(goal=Decimal(0)), "1").status for target in (CAP, CEILING)]
    assert [Status.MISSED, Status.BEHIND] == found


def test_a_level_goes_on_from_last_year() -> None:
    """The reading of last December stands until there is a newer one, and increments count on from it."""
    entries = [reading("2024-12-31", "50"), increment("2025-03-31", "4")]
    assert [Fraction(50), Fraction(54)] == [figures(LEVEL, on, *entries).actual for on in ("2025-02-28", "2025-03-31")]


@pytest.mark.parametrize(
    ("value", "completion", "lead"),
    [("50", "0", "-50"), ("54", "0.4", "-10"), ("55", "0.5", "0"), ("49", "-0.1", "-60"), ("61", "1.1", "60")],
)
def test_a_level_is_measured_from_its_base(value: str, completion: str, lead: str) -> None:
    """(actual − 50) ÷ (60 − 50), below 0 where it fell back."""
    level = june(LEVEL._replace(base=Decimal(50)), value)
    assert (Fraction(completion), Fraction(lead)) == (level.completion, level.lead)


def test_a_level_without_a_base_is_measured_from_nothing() -> None:
    """45 of 60 is three quarters."""
    assert Fraction(3, 4) == june(LEVEL, "45").completion


def test_the_outlook_of_a_level_counts_from_its_base() -> None:
    """From 50 to 54 in half the time goes on to 58; 6 are missing, one a month."""
    level = june(LEVEL._replace(base=Decimal(50)), "54")
    assert (Fraction(58), Fraction(6), Fraction(1)) == (level.projected, level.gap, level.needed_per_month)


@pytest.mark.parametrize(
    ("value", "lead", "status"),
    [
        ("45", "25", Status.AHEAD),
        ("60", "0", Status.ON_TRACK),
        ("63", "-5", Status.LAGGING),
        ("66.6", "-11", Status.BEHIND),
    ],
)
def test_a_ceiling_without_a_base_is_judged_by_the_room_under_it(value: str, lead: str, status: Status) -> None:
    """The lead is what is left under the ceiling, in percent of it; no share of it is expected by a day."""
    ceiling = june(CEILING, value)
    assert (Fraction(lead), status, None) == (ceiling.lead, ceiling.status, ceiling.expected)
    assert Fraction(value) / 60 == ceiling.completion


def test_a_ceiling_above_its_base_is_judged_by_the_room_between() -> None:
    """From 40 up to a ceiling of 60, a level of 45 has used a quarter and leads by 75 points."""
    ceiling = june(CEILING._replace(base=Decimal(40)), "45")
    assert (Fraction(1, 4), Fraction(75), None) == (ceiling.completion, ceiling.lead, ceiling.expected)


def test_a_ceiling_at_its_base_is_kept_or_broken() -> None:
    """Not a hair above last year's 60: there is no room to measure a lead by, and yet a status."""
    found = [june(CEILING._replace(base=Decimal(60)), value) for value in ("59", "60", "61")]
    assert [(None, None)] * 3 == [(one.lead, one.expected) for one in found]
    assert [Status.ON_TRACK, Status.ON_TRACK, Status.BEHIND] == [one.status for one in found]
    assert Status.MET is year_end(CEILING._replace(base=Decimal(60)), "60").status


def test_a_broken_ceiling_can_be_kept_again() -> None:
    """A level above its cap is not lost at once, and met if it stands below it at the end."""
    entries = [reading("2025-06-30", "70"), reading("2025-12-31", "60")]
    found = [figures(CEILING, on, *entries).status for on in ("2025-06-30", "2025-12-31")]
    assert [Status.BEHIND, Status.MET] == found


def test_a_reduction_goes_down_from_its_base() -> None:
    """From 80 to 60, 72 in June is two fifths of the way where half is expected: 12 to go, 2 a month."""
    falling = june(REDUCTION, "72")
    assert (Fraction(2, 5), Fraction(1, 2)) == (falling.completion, falling.expected)
    assert (Fraction(70), Fraction(64)) == (falling.expected_value, falling.projected)
    assert (Fraction(-10), Status.LAGGING) == (falling.lead, falling.status)
    assert (Fraction(12), Fraction(2)) == (falling.gap, falling.needed_per_month)


def test_a_reduction_reached_early_is_ahead_and_met_at_the_end() -> None:
    """59 in June is beyond the goal of 60, but it may rise again."""
    early = june(REDUCTION, "59")
    assert (Status.AHEAD, Fraction(0), Fraction(1)) == (early.status, early.gap, early.surplus)
    assert Status.MET is year_end(REDUCTION, "59").status
    assert Status.MISSED is year_end(REDUCTION, "61", as_of="2026-01-01").status


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


def test_a_stretch_is_told_and_decides_nothing() -> None:
    """The higher value stands beside the goal; the goal alone decides."""
    found = june(TOTAL._replace(stretch=Decimal(15)), "10")
    assert (Fraction(15), Status.MET, Fraction(0)) == (found.stretch, found.status, found.gap)


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
