"""Who owes a report: from the day after the days of grace, and who never does."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from domain.build import (
    CHECKLIST,
    GRACE_DAYS,
    GROWTH,
    LEVEL,
    TOTAL,
    day,
    districts,
    figures,
    increment,
    item,
    judged,
    reading,
)

from ordos_targets.domain.assessment import Status
from ordos_targets.domain.entries import NewEntry
from ordos_targets.domain.pace import pace_on
from ordos_targets.domain.periods import Cadence
from ordos_targets.domain.targets import Direction, Plan, PlanKind, Scope

MAY, JUNE, JULY = reading("2025-05-31", "3"), reading("2025-06-15", "4"), reading("2025-07-05", "4")


@pytest.mark.parametrize(
    ("cadence", "as_of", "first"),
    [
        (Cadence.MONTH, "2025-02-10", None),
        (Cadence.MONTH, "2025-02-11", "2025-01-01"),
        (Cadence.MONTH, "2025-07-10", "2025-05-01"),
        (Cadence.MONTH, "2025-07-11", "2025-06-01"),
        (Cadence.QUARTER, "2025-04-10", None),
        (Cadence.QUARTER, "2025-04-11", "2025-01-01"),
        (Cadence.QUARTER, "2025-07-11", "2025-04-01"),
        (Cadence.DAY, "2025-01-11", None),
        (Cadence.DAY, "2025-01-12", "2025-01-01"),
        (Cadence.DAY, "2025-07-05", "2025-06-24"),
    ],
)
def test_a_report_is_overdue_on_the_eleventh_day(cadence: Cadence, as_of: str, first: str | None) -> None:
    """The period that owes a report is the latest whose ten days of grace have run out."""
    found = pace_on(TOTAL._replace(cadence=cadence), day(as_of), GRACE_DAYS).overdue_since
    assert (None if first is None else day(first)) == found


def test_no_report_is_owed_of_what_lies_after_the_due_day() -> None:
    """A target due in May owes May's report, and nothing of June."""
    target = TOTAL._replace(due=day("2025-05-31"))
    assert day("2025-05-01") == pace_on(target, day("2025-09-01"), GRACE_DAYS).overdue_since


def test_no_report_is_owed_of_what_lies_before_the_start() -> None:
    """A target that starts in June owes its first report eleven days after June."""
    target = TOTAL._replace(start=day("2025-06-01"))
    due = [pace_on(target, day(on), GRACE_DAYS).overdue_since for on in ("2025-07-10", "2025-07-11")]
    assert [None, day("2025-06-01")] == due


def test_without_grace_a_report_is_overdue_the_day_after_its_period() -> None:
    """Zero days of grace still leave the last day of the period itself."""
    due = [pace_on(TOTAL, day(on), 0).overdue_since for on in ("2025-06-30", "2025-07-01")]
    assert [day("2025-05-01"), day("2025-06-01")] == due


@pytest.mark.parametrize(
    ("as_of", "last", "stale"),
    [
        ("2025-07-10", MAY, False),
        ("2025-07-11", MAY, True),
        ("2025-07-11", JUNE, False),
        ("2025-07-11", reading("2025-06-01", "4"), False),
        ("2025-07-11", JULY, False),
        ("2025-08-10", JUNE, False),
        ("2025-08-11", JUNE, True),
        ("2025-08-11", JULY, False),
    ],
)
def test_a_target_is_stale_without_an_entry_in_the_overdue_period_or_later(
    as_of: str, last: NewEntry, *, stale: bool
) -> None:
    """Any day of the period will do, and so will a later one."""
    assert stale == figures(TOTAL, as_of, last).stale


def test_nothing_new_is_a_report() -> None:
    """An increment of 0 keeps a target from being stale, and changes nothing else."""
    silent, said = figures(TOTAL, "2025-07-11", MAY), figures(TOTAL, "2025-07-11", MAY, increment("2025-06-30", "0"))
    assert (True, False) == (silent.stale, said.stale)
    assert silent.actual == said.actual


def test_nothing_new_is_a_report_of_a_checklist_too() -> None:
    """A 0 on a checklist says that no item is done: a figure of 0, and no report owed."""
    silent = figures(CHECKLIST, "2025-07-11")
    said = figures(CHECKLIST, "2025-07-11", increment("2025-06-30", "0"))
    assert (True, None, Status.NO_DATA) == (silent.stale, silent.actual, silent.status)
    assert (False, Fraction(0), Status.BEHIND) == (said.stale, said.actual, said.status)


def test_silence_from_the_start_is_stale() -> None:
    """A target without any entry owes January's report from the eleventh of February."""
    assert [False, True] == [figures(TOTAL, on).stale for on in ("2025-02-10", "2025-02-11")]


def test_what_has_not_started_owes_nothing() -> None:
    """Neither before the start nor while nothing is expected is a report missed."""
    later = TOTAL._replace(start=day("2025-09-01"))
    by_the_end = TOTAL._replace(plan=Plan(PlanKind.DUE))
    found = [figures(target, "2025-07-11") for target in (later, by_the_end)]
    assert [(Status.NOT_STARTED, False)] * 2 == [(one.status, one.stale) for one in found]


def test_a_total_or_checklist_that_is_met_owes_nothing_more() -> None:
    """What is done for good needs no further report; a level that is met may fall again and does."""
    total = figures(TOTAL, "2025-09-30", reading("2025-03-31", "10"))
    items = figures(CHECKLIST, "2025-09-30", *(item("2025-03-31", one) for one in "abc"))
    level = figures(LEVEL, "2025-09-30", reading("2025-03-31", "60"))
    assert [Status.MET] * 3 == [one.status for one in (total, items, level)]
    assert [False, False, True] == [one.stale for one in (total, items, level)]


def test_growth_and_caps_owe_reports_while_they_stand_well() -> None:
    """25 % in March, or a third of a cap used, says nothing of August."""
    growth = figures(GROWTH, "2025-09-30", reading("2024-03-31", "100"), reading("2025-03-31", "125"))
    cap = figures(TOTAL._replace(direction=Direction.AT_MOST), "2025-09-30", reading("2025-03-31", "3"))
    assert (True, True) == (growth.stale, cap.stale)


def test_each_district_owes_its_own_report() -> None:
    """One district's silence makes its row stale and the target's, not its neighbour's."""
    target = TOTAL._replace(scope=Scope.EACH)
    row = judged(target, "2025-07-11", reading("2025-06-30", "5", "north"), reading("2025-05-31", "5", "south"))
    assert {"north": False, "south": True} == {name: one.stale for name, one in districts(row).items()}
    assert row.figures.stale


def test_of_parts_only_who_was_allotted_one_owes_a_report() -> None:
    """With a split the silent district with a part makes the target stale; without a part it does not."""
    spoken = reading("2025-06-30", "5", "north")
    parts = TOTAL._replace(scope=Scope.PARTS)
    both = judged(parts._replace(split={"north": Decimal(6), "south": Decimal(4)}), "2025-07-11", spoken)
    one = judged(parts._replace(split={"north": Decimal(10)}), "2025-07-11", spoken)
    assert (True, False) == (both.figures.stale, one.figures.stale)


def test_of_parts_without_a_split_any_report_is_one() -> None:
    """Who reports is nobody's business there, so one district's entry is the target's."""
    parts = TOTAL._replace(scope=Scope.PARTS)
    assert not judged(parts, "2025-07-11", reading("2025-06-30", "5", "north")).figures.stale
    assert judged(parts, "2025-07-11", reading("2025-05-31", "5", "north")).figures.stale


def test_a_sum_that_is_met_is_not_stale_though_a_district_is_silent() -> None:
    """The district still owes its report; the target is done."""
    target = TOTAL._replace(scope=Scope.PARTS, split={"north": Decimal(6), "south": Decimal(4)})
    row = judged(target, "2025-07-11", reading("2025-06-30", "10", "north"))
    assert (Status.MET, False) == (row.figures.status, row.figures.stale)
    assert {"north": False, "south": True} == {name: one.stale for name, one in districts(row).items()}
