"""What holds for every target and every ledger."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from domain.build import (
    CHECKLIST,
    GRACE_DAYS,
    GROWTH,
    LEVEL,
    PAIR,
    SHARE,
    TOTAL,
    YEAR,
    book,
    day,
    districts,
    goals_of,
    judged,
    moment,
    numbered,
    reading,
    share,
    void,
)
from hypothesis import given
from hypothesis import strategies as st
from plain_rule import fold

from ordos_targets.domain.assessment import WORST_FIRST, Status, TargetAssessment
from ordos_targets.domain.entries import EntryKind, NewEntry
from ordos_targets.domain.pace import pace_on
from ordos_targets.domain.periods import Cadence, elapsed_share, month_end, months_between, year_before
from ordos_targets.domain.rollup import assess_target, credit
from ordos_targets.domain.series import Series, SeriesReader, live
from ordos_targets.domain.slices import AssessmentContext
from ordos_targets.domain.targets import Checkpoint, Direction, Measure, Plan, PlanKind, Scope, Target

ORDINARY = [one.id for one in PAIR]
values = st.decimals(min_value=-50, max_value=500, places=2)
days = st.dates(min_value=date(2023, 12, 1), max_value=date(2026, 2, 28))
months = st.sampled_from([month_end(2024 + count // 12, count % 12 + 1) for count in range(24)])


@st.composite
def drafts(draw: st.DrawFn, measure: Measure = Measure.TOTAL) -> NewEntry:
    """An entry of any kind that the measure takes, but no void."""
    common = NewEntry(
        target="t",
        date=draw(st.one_of(months, days)),
        kind=EntryKind.READING,
        district=draw(st.sampled_from(ORDINARY)),
        estimate=draw(st.booleans()),
    )
    if measure is Measure.CHECKLIST:
        return common._replace(kind=EntryKind.ITEM, item=draw(st.sampled_from("abc")))
    if measure is Measure.SHARE:
        whole = draw(st.integers(1, 500))
        return common._replace(kind=EntryKind.SHARE, value=Decimal(draw(st.integers(0, whole))), of=Decimal(whole))
    return common._replace(kind=draw(st.sampled_from([EntryKind.READING, EntryKind.INCREMENT])), value=draw(values))


@st.composite
def ledgers(draw: st.DrawFn, measure: Measure = Measure.TOTAL) -> list[NewEntry]:
    """Some entries, a few of them cancelled later on."""
    entries = draw(st.lists(drafts(measure), max_size=12))
    cancelled = draw(st.sets(st.integers(1, len(entries)))) if entries else set()
    return [*entries, *(void(seq) for seq in sorted(cancelled))]


PLANS = [
    Plan(PlanKind.LINEAR),
    Plan(PlanKind.DUE),
    Plan(PlanKind.LAST_YEAR),
    Plan(PlanKind.DIRECT),
    Plan(PlanKind.CHECKPOINTS, (Checkpoint(day("2025-04-15"), value=Decimal(4)),)),
]


@st.composite
def targets(draw: st.DrawFn) -> Target:
    """A target of any measure, scope, direction, plan, cadence and base that targets.toml could hold."""
    bare = draw(st.sampled_from([TOTAL, LEVEL, SHARE, GROWTH, CHECKLIST]))
    scope = draw(st.sampled_from(Scope))
    direction = Direction.AT_LEAST if bare is CHECKLIST else draw(st.sampled_from(Direction))
    capped = direction is Direction.AT_MOST
    goal = bare.goal if bare is CHECKLIST else draw(st.decimals(0 if capped else 1, 500, places=1))
    highest = 600 if capped else goal - Decimal("0.1")
    base = draw(st.none() | st.decimals(0, highest, places=1))
    summed = scope is Scope.PARTS and bare in (TOTAL, LEVEL, CHECKLIST)
    plan = bare.plan if bare in (GROWTH, CHECKLIST) else draw(st.sampled_from(PLANS))
    return bare._replace(
        goal=goal,
        scope=scope,
        direction=direction,
        base=None if scope is Scope.EACH else base,
        bases={"north": base} if base is not None and scope is Scope.EACH else {},
        split={"north": goal / 2, "south": goal / 2} if summed and bare is TOTAL and draw(st.booleans()) else {},
        plan=plan,
        start=draw(st.dates(YEAR.start, date(2025, 5, 31))),
        due=draw(st.dates(date(2025, 6, 1), YEAR.end)),
        cadence=draw(st.sampled_from(Cadence)),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Target, list[NewEntry], date]:
    """A target, its ledger and a day."""
    target = draw(targets())
    return target, draw(ledgers(target.measure)), draw(days)


def row_of(target: Target, as_of: date, entries: SeriesReader) -> TargetAssessment:
    return assess_target(target, AssessmentContext(goals_of(), as_of, entries))


@given(ledgers(), st.data())
def test_the_order_in_which_entries_are_looked_at_does_not_matter(ledger: list[NewEntry], data: st.DataObject) -> None:
    """With the same numbers any permutation of the entries gives the same standing, digit for digit."""
    entries = numbered(ledger)
    shuffled = data.draw(st.permutations(entries))
    assert fold(live(entries)) == fold(live(shuffled))


@given(ledgers(), drafts(), days)
def test_a_void_restores_the_former_figure_exactly(ledger: list[NewEntry], slip: NewEntry, as_of: date) -> None:
    """Any entry, once cancelled, leaves every figure as it was before it was typed."""
    before = book(*ledger).value_of(Series("t"), None, as_of)
    assert before == book(*ledger, slip, void(len(ledger) + 1)).value_of(Series("t"), None, as_of)


@given(cases())
def test_the_status_is_exactly_one_of_the_eight(case: tuple[Target, list[NewEntry], date]) -> None:
    """No band is left undefined; only a district without a goal of its own has none, once it has entries."""
    target, ledger, as_of = case
    row = row_of(target, as_of, book(*ledger))
    assert row.figures.status in set(Status)
    for one in districts(row).values():
        assert (one.status is None) == (one.goal is None and one.entries > 0)


@given(cases())
def test_what_was_not_recorded_is_null_and_gaps_are_never_negative(case: tuple[Target, list[NewEntry], date]) -> None:
    """No entry, no figure; of gap and surplus at most one is above 0; what is expected lies within 0…1."""
    target, ledger, as_of = case
    row = row_of(target, as_of, book(*ledger))
    each = [] if target.scope is Scope.EACH else [row.figures]
    for one in [*each, *districts(row).values()]:
        if one.entries == 0:
            assert (None, None, None, None) == (one.actual, one.gap, one.completion, one.lead)
            assert one.status in {Status.NO_DATA, Status.NOT_STARTED}
        if one.gap is not None and one.surplus is not None:
            assert 0 == min(one.gap, one.surplus) <= max(one.gap, one.surplus)
        if target.plan.kind is not PlanKind.CHECKPOINTS:  # a checkpoint may ask for more than the whole, or go back
            assert 0 <= (one.expected or 0) <= 1
    assert 0 <= credit(row) <= 1


@given(cases())
def test_only_what_is_at_its_goal_is_met(case: tuple[Target, list[NewEntry], date]) -> None:
    """Met has no gap; growth and caps are not met before their due day; a target of each is as its worst district."""
    target, ledger, as_of = case
    row = row_of(target, as_of, book(*ledger))
    if row.figures.status is Status.MET:
        assert Fraction(0) == row.figures.gap
        if target.measure is Measure.GROWTH or target.direction is Direction.AT_MOST:
            assert target.due <= as_of
    if target.scope is Scope.EACH:
        ranks = [WORST_FIRST.index(one.status) for one in districts(row).values() if one.status]
        assert WORST_FIRST[min(ranks)] is row.figures.status
        assert sum(one.gap == 0 for one in districts(row).values()) == row.districts_meeting


@given(cases(), st.integers(0, 24))
def test_what_was_known_at_a_moment_is_what_the_ledger_held_then(
    case: tuple[Target, list[NewEntry], date], then: int
) -> None:
    """A report as known at any earlier moment is the report of the entries typed until then, in every figure."""
    target, ledger, as_of = case
    assert row_of(target, as_of, book(*ledger[:then])) == row_of(target, as_of, book(*ledger, known_at=moment(then)))


@given(cases(), st.data(), st.dates(YEAR.start, date(2026, 2, 28)), st.integers(1, 200))
def test_what_is_dated_later_changes_no_earlier_day(
    case: tuple[Target, list[NewEntry], date], data: st.DataObject, as_of: date, ahead: int
) -> None:
    """A status as of a day of the year, or after it, does not see entries of the days that follow."""
    target, ledger, _ = case
    later = data.draw(drafts(target.measure))._replace(date=as_of + timedelta(days=ahead))
    assert row_of(target, as_of, book(*ledger)) == row_of(target, as_of, book(*ledger, later))


@given(ledgers(), st.dates(YEAR.start, date(2026, 2, 28)), st.decimals(1, 500, places=1))
def test_the_figures_of_a_total_follow_from_its_entries_and_the_calendar(
    ledger: list[NewEntry], as_of: date, goal: Decimal
) -> None:
    """Gap, completion, lead, projection and need, computed here from the plain rule of a series."""

    def reached(until: date) -> Fraction | None:
        dated = [entry for entry in live(numbered(ledger)) if YEAR.start <= entry.date <= until]
        value = fold(dated).value
        return None if value is None else Fraction(value)

    found = row_of(TOTAL._replace(goal=goal), as_of, book(*ledger)).figures
    actual, paced, aim = reached(YEAR.clip(as_of)), reached(found.paced_to), Fraction(goal)
    elapsed, months = elapsed_share(found.paced_to, YEAR.start, YEAR.end), months_between(found.paced_to, YEAR.end)
    assert (actual, elapsed) == (found.actual, found.expected)
    assert (None if paced is None or not elapsed else paced / elapsed) == found.projected
    if actual is not None:
        assert (max(aim - actual, 0), max(actual - aim, 0)) == (found.gap, found.surplus)
        assert (actual / aim, (actual / aim - elapsed) * 100) == (found.completion, found.lead)
        assert (max(aim - actual, Fraction(0)) / months if months > 0 else None) == found.needed_per_month


@given(ledgers(), days)
def test_parts_sum_to_the_target(ledger: list[NewEntry], as_of: date) -> None:
    """What the districts have brought is what the target has, and null only where none of them brought anything."""
    row = row_of(TOTAL._replace(scope=Scope.PARTS), as_of, book(*ledger))
    known = [one.actual for one in districts(row).values() if one.actual is not None]
    assert (sum(known, Fraction(0)) if known else None) == row.figures.actual


@given(st.tuples(st.integers(0, 500), st.integers(1, 500)), st.tuples(st.integers(0, 500), st.integers(1, 500)))
def test_a_pooled_share_lies_between_the_districts(north: tuple[int, int], south: tuple[int, int]) -> None:
    """Σ ÷ Σ is never above the highest nor below the lowest share of a district."""
    entries = [
        share("2025-06-30", str(part), str(of), name) for name, (part, of) in zip(ORDINARY, (north, south), strict=True)
    ]
    row = judged(SHARE._replace(scope=Scope.PARTS), "2025-06-30", *entries)
    shares = [Fraction(100 * part, of) for part, of in (north, south)]
    assert min(shares) <= (row.figures.actual or 0) <= max(shares)


@given(st.sampled_from([TOTAL, LEVEL, SHARE, LEVEL._replace(base=Decimal(50))]), values, values)
def test_completion_and_lead_rise_with_the_value(target: Target, one: Decimal, other: Decimal) -> None:
    """More is never less complete nor further behind."""
    found = [judged(target, "2025-06-30", reading("2025-06-30", str(value))).figures for value in sorted((one, other))]
    assert (found[0].completion or 0) <= (found[1].completion or 0)
    assert (found[0].lead or 0) <= (found[1].lead or 0)
    assert (found[0].gap or 0) >= (found[1].gap or 0)


@given(st.integers(2, 9998), st.integers(1, 12))
def test_a_months_end_is_exactly_k_twelfths_of_any_year(year: int, month: int) -> None:
    """No year's length shows in the share."""
    assert Fraction(month, 12) == elapsed_share(month_end(year, month), date(year, 1, 1), date(year, 12, 31))


@given(days, st.integers(0, 800), st.lists(st.dates(date(2022, 1, 1), date(2030, 1, 1)), min_size=2, max_size=2))
def test_the_elapsed_share_never_runs_backwards(start: date, length: int, two: list[date]) -> None:
    """It is 0 before the start, 1 from the end on, and rises between."""
    end = start + timedelta(days=length)
    earlier, later = (elapsed_share(one, start, end) for one in sorted(two))
    assert 0 <= earlier <= later <= 1
    assert [0, 1] == [elapsed_share(on, start, end) for on in (start - timedelta(days=1), end)]


@given(targets(), days)
def test_nothing_is_expected_of_days_to_come(target: Target, as_of: date) -> None:
    """The pace is asked of a day that is over, and never of one after the due day."""
    assert pace_on(target, as_of, GRACE_DAYS).paced_to <= min(as_of, target.due)


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)))
def test_a_year_before_is_in_the_same_month(on: date) -> None:
    """The same month of the year before, and the end of it for the end of this one."""
    before = year_before(on)
    assert (on.year - 1, on.month) == (before.year, before.month)
    assert (on == month_end(on.year, on.month)) <= (before == month_end(before.year, before.month))
