"""A value put together from stretches of days is the one that the entries give."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from itertools import groupby, pairwise
from typing import Any

from domain.build import numbered
from hypothesis import given
from hypothesis import strategies as st
from plain_rule import fold

from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.segment import ZERO, Segment, in_time
from ordos_targets.domain.series import ABSOLUTE

NEW_YEAR = date(2025, 1, 1)
DAYS = 12
JUNE = "2025-06-01"


def drafted(**facts: Any) -> NewEntry:  # noqa: ANN401 - each fact has its own type
    """A draft of the facts given alone: of a class Hypothesis would make up the others too."""
    return NewEntry(**facts)


figures = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(-(10**14), 10**14), st.integers(0, 4)
)
facts = {
    "target": st.just("t"),
    "date": st.integers(0, DAYS).map(lambda number: NEW_YEAR + timedelta(days=number)),
    "estimate": st.booleans(),
}
drafts = st.one_of(
    st.builds(drafted, kind=st.sampled_from([EntryKind.INCREMENT, EntryKind.READING]), value=figures, **facts),
    st.builds(drafted, kind=st.just(EntryKind.SHARE), value=figures, of=st.none() | figures, **facts),
    st.builds(drafted, kind=st.just(EntryKind.ITEM), item=st.just("plan"), **facts),
)


def days_of(entries: list[Entry]) -> list[Segment]:
    """A segment for each day, in the order of the days."""
    ordered = sorted(entries, key=lambda entry: (entry.date, entry.seq))
    return [a_day(list(same)) for _day, same in groupby(ordered, key=lambda entry: entry.date)]


def a_day(entries: list[Entry]) -> Segment:
    """What the entries of one day come to: a reading covers all its increments."""
    day = entries[0].date
    for entry in reversed(entries):
        if entry.kind in ABSOLUTE:
            return Segment(len(entries), day, day, entry.value, entry.of, entry.estimate)
    added = [entry for entry in entries if entry.kind is EntryKind.INCREMENT]
    sum_ = sum((entry.value for entry in added if entry.value is not None), ZERO) if added else None
    return Segment(len(entries), day, added=sum_, added_estimate=any(one.estimate for one in added))


def then(earlier: Segment, later: Segment) -> Segment:
    total = in_time([earlier, later])
    assert total is not None
    return total


@given(st.lists(drafts, min_size=1, max_size=25), st.lists(st.integers(0, 26), max_size=4))
def test_segments_cut_anywhere_come_to_what_the_entries_say(plan: list[NewEntry], cuts: list[int]) -> None:
    """However the days are cut into stretches, and the stretches put together, the standing is that of all entries."""
    entries = numbered(plan)
    days = days_of(entries)
    edges = sorted({0, len(days), *(cut for cut in cuts if cut < len(days))})
    stretches = [in_time(days[start:end]) for start, end in pairwise(edges)]
    total = in_time([stretch for stretch in stretches if stretch is not None])
    assert total is not None
    assert (fold(entries), reduce(then, days)) == (total.value_of, total)


def test_a_stretch_without_entries_is_none() -> None:
    """Nothing recorded is no segment, rather than one of nothing."""
    assert in_time([]) is None
