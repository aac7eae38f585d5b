"""How readings and increments become a value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from domain.build import book, day, increment, item, moment, numbered, reading, share, uid, void

from ordos_targets.domain.entries import NewEntry
from ordos_targets.domain.series import Series, SeriesValue, counting, live

ALL = Series("t")
START, END = day("2025-01-01"), day("2025-12-31")
# The year's entries in the order in which they were typed, and their value at the end of some days.
VALUES: dict[str, tuple[list[NewEntry], dict[str, int | None]]] = {
    "increments add up, negative ones too": (
        [increment("2025-02-01", "2"), increment("2025-03-01", "3"), increment("2025-04-01", "-1")], {"2025-12-31": 4},
    ),
    "the latest reading and later increments, day by day": (
        [increment("2025-01-31", "9"), reading("2025-06-30", "27"), increment("2025-07-10", "2")],
        {"2025-01-30": None, "2025-01-31": 9, "2025-06-29": 9, "2025-06-30": 27, "2025-07-09": 27, "2025-07-10": 29},
    ),
    "a reading covers what is dated before it, whenever that was typed": (
        [reading("2025-06-30", "27"), increment("2025-05-31", "4")], {"2025-12-31": 27},
    ),
    "a reading covers an increment of its own day typed before": (
        [increment("2025-06-30", "4"), reading("2025-06-30", "27")], {"2025-12-31": 27},
    ),
    "and after": ([reading("2025-06-30", "27"), increment("2025-06-30", "4")], {"2025-12-31": 27}),
    "of two readings of a day the later typed one counts": (
        [reading("2025-06-30", "27"), reading("2025-06-30", "30")], {"2025-12-31": 30},
    ),
    "a later day wins over a later typing": (
        [reading("2025-06-30", "27"), reading("2025-05-31", "20")], {"2025-12-31": 27},
    ),
    "a tenth ten times is one": ([increment("2025-03-31", "0.1")] * 10, {"2025-12-31": 1}),
}  # fmt: skip


@pytest.mark.parametrize("what", VALUES)
def test_the_value_on_a_day(what: str) -> None:
    """The value is the latest reading of the days up to that day with the increments after it."""
    entries, expected = VALUES[what]
    assert expected == {until: book(*entries).value_of(ALL, START, day(until)).value for until in expected}


def test_nothing_recorded_is_no_value() -> None:
    """A series without entries has no value, which is not 0."""
    assert SeriesValue(None, None, None, 0, estimate=False) == book().value_of(ALL, START, END)


def test_the_entries_that_make_up_a_value() -> None:
    """Only the latest reading and the increments after it count, in the order of their days and numbers."""
    entries = [
        *(increment("2025-08-31", "1"), reading("2025-03-31", "10"), reading("2025-06-30", "27")),
        *(increment("2025-06-30", "5"), increment("2025-07-31", "2"), reading("2025-06-30", "30")),
    ]
    assert [6, 5, 1] == [entry.seq for entry in counting(reversed(numbered(entries)))]


@pytest.mark.parametrize(
    ("provisional", "expected"),
    [("2025-05-31", False), ("2025-06-30", True), ("2025-07-31", True)],
)
def test_a_value_is_an_estimate_if_a_provisional_figure_is_part_of_it(provisional: str, *, expected: bool) -> None:
    """A provisional figure that a later reading covers no longer makes the value an estimate."""
    entries = [
        increment("2025-05-31", "4", estimate=provisional == "2025-05-31"),
        reading("2025-06-30", "27", estimate=provisional == "2025-06-30"),
        increment("2025-07-31", "2", estimate=provisional == "2025-07-31"),
    ]
    assert expected == book(*entries).value_of(ALL, START, END).estimate


def test_a_void_takes_its_entry_out_from_its_moment_on() -> None:
    """With the later reading cancelled the earlier one counts again; before the moment of the void it did not."""
    entries = [increment("2025-01-31", "9"), reading("2025-05-31", "20"), reading("2025-06-30", "72"), void(3)]
    found = book(*entries).value_of(ALL, START, END)
    assert (Decimal(20), day("2025-05-31"), 2) == (found.value, found.data_date, found.entries)
    known = [book(*entries, known_at=moment(seq)).value_of(ALL, START, END).value for seq in range(5)]
    assert [None, 9, 20, 72, 20] == known


def test_only_voids_and_what_they_cancel_are_not_live() -> None:
    """An entry that replaces another, as in an amendment, is live itself."""
    amended = numbered([reading("2025-06-30", "72"), void(1), reading("2025-06-30", "27")])
    assert [uid(3)] == [entry.uid for entry in live(amended)]
    assert [uid(1)] == [entry.uid for entry in live(amended, moment(1))]


def test_a_series_starts_where_it_is_asked_to() -> None:
    """Last year's entries count where the series goes on, and not where it restarts with the year."""
    entries = book(reading("2024-12-31", "100"), increment("2025-03-31", "5"))
    assert [105, 5] == [entries.value_of(ALL, start, END).value for start in (None, START)]


def test_a_district_has_a_series_of_its_own() -> None:
    """A district's series holds its entries alone, the target's those of all, labelled or not."""
    entries = book(
        increment("2025-03-31", "1"), increment("2025-03-31", "2", "north"), increment("2025-03-31", "4", "south")
    )
    names = [Series("t", "north"), Series("t", "south"), Series("t"), Series("other")]
    assert [2, 4, 7, None] == [entries.value_of(series, START, END).value for series in names]


def test_the_latest_share_replaces_both_numbers_of_the_one_before() -> None:
    """Numerator and denominator are those of the same entry."""
    found = book(share("2025-03-31", "10", "40"), share("2025-06-30", "30", "50")).value_of(ALL, START, END)
    assert (Decimal(30), Decimal(50)) == (found.value, found.of)


def test_items_done_are_those_not_cancelled_and_each_counts_once() -> None:
    """An item typed twice is done once, a cancelled one is not done, a later one not yet."""
    done = [("2025-03-31", "a"), ("2025-04-30", "a"), ("2025-04-30", "b"), ("2025-07-31", "c")]
    entries = book(*(item(on, name) for on, name in done), void(3))
    assert frozenset({"a"}) == entries.items_done(ALL, START, day("2025-06-30"))
    assert frozenset({"a", "c"}) == entries.items_done(ALL, START, END)
