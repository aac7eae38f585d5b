"""How readings and increments become a value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from domain.build import book, day, increment, item, moment, numbered, reading, share, uid, void

from ordos_targets.domain.entries import NewEntry
from ordos_targets.domain.series import Series, SeriesValue, counting, live

ALL = Series("t")
START, END = day("2025-01-01"), day("2025-12-31")


def value(*drafts: NewEntry, until: str = "2025-12-31", known_at: str | None = None) -> Decimal | None:
    """What the year's entries say at the end of `until`."""
    return book(*drafts, known_at=known_at).value_of(ALL, START, day(until)).value


def test_nothing_recorded_is_no_value() -> None:
    """A series without entries has no value, which is not 0."""
    assert SeriesValue(None, None, None, 0, estimate=False) == book().value_of(ALL, START, END)


def test_increments_add_up() -> None:
    """Without a reading the value is the sum of the increments, negative ones too."""
    assert Decimal(4) == value(
        increment("2025-02-01", "2"), increment("2025-03-01", "3"), increment("2025-04-01", "-1")
    )


def test_the_latest_reading_stands_and_later_increments_are_added() -> None:
    """27 so far at the end of June and 2 more in July are 29, whatever was counted before June."""
    entries = [increment("2025-01-31", "9"), reading("2025-06-30", "27"), increment("2025-07-10", "2")]
    assert Decimal(29) == value(*entries)


def test_the_value_on_a_day_knows_nothing_of_later_days() -> None:
    """As of a day only entries dated up to that day count, the day itself included."""
    entries = [increment("2025-01-31", "9"), reading("2025-06-30", "27"), increment("2025-07-10", "2")]
    days = ["2025-01-30", "2025-01-31", "2025-06-29", "2025-06-30", "2025-07-09", "2025-07-10"]
    assert [None, 9, 9, 27, 27, 29] == [value(*entries, until=on) for on in days]


def test_a_reading_covers_what_is_dated_before_it_whenever_that_was_typed() -> None:
    """An increment of May typed after the reading of June is part of that reading already."""
    assert Decimal(27) == value(reading("2025-06-30", "27"), increment("2025-05-31", "4"))


def test_a_reading_covers_the_increments_of_its_own_day() -> None:
    """Typed before or after it, an increment of the same day is part of the reading."""
    before = value(increment("2025-06-30", "4"), reading("2025-06-30", "27"))
    after = value(reading("2025-06-30", "27"), increment("2025-06-30", "4"))
    assert (Decimal(27), Decimal(27)) == (before, after)


def test_of_two_readings_of_a_day_the_one_typed_later_stands() -> None:
    """The higher seq decides on the same day, in whatever order the entries are looked at."""
    assert Decimal(30) == value(reading("2025-06-30", "27"), reading("2025-06-30", "30"))
    entries = numbered([reading("2025-06-30", "27"), reading("2025-06-30", "30")])
    assert [2] == [entry.seq for entry in counting(reversed(entries))]


def test_a_later_day_wins_over_a_later_typing() -> None:
    """A reading of May typed in July does not replace that of June."""
    assert Decimal(27) == value(reading("2025-06-30", "27"), reading("2025-05-31", "20"))


def test_the_entries_that_make_up_a_value() -> None:
    """Only the latest reading and the increments after it count, in the order of their days."""
    entries = numbered(
        [
            increment("2025-08-31", "1"),
            reading("2025-03-31", "10"),
            reading("2025-06-30", "27"),
            increment("2025-06-30", "5"),
            increment("2025-07-31", "2"),
        ]
    )
    assert [3, 5, 1] == [entry.seq for entry in counting(entries)]


def test_what_a_series_says_beside_its_value() -> None:
    """The data date is the last day spoken of, and every live entry is counted, covered or not."""
    entries = [increment("2025-01-31", "9"), reading("2025-06-30", "27"), increment("2025-05-31", "4"), void(1)]
    standing = book(*entries).value_of(ALL, START, END)
    assert (Decimal(27), day("2025-06-30"), 2) == (standing.value, standing.data_date, standing.entries)


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


def test_a_void_takes_its_entry_out() -> None:
    """With the later reading cancelled the earlier one stands again, and the void itself counts for nothing."""
    entries = [reading("2025-05-31", "20"), reading("2025-06-30", "72"), void(2)]
    standing = book(*entries).value_of(ALL, START, END)
    assert (Decimal(20), day("2025-05-31"), 1) == (standing.value, standing.data_date, standing.entries)


def test_what_was_known_at_a_moment_leaves_out_what_came_later() -> None:
    """At the second entry's moment it counts; the void of it, a second later, does not yet."""
    entries = [reading("2025-05-31", "20"), reading("2025-06-30", "72"), void(2)]
    known = [value(*entries, known_at=moment(seq)) for seq in (0, 1, 2, 3)]
    assert [None, 20, 72, 20] == known


def test_only_voids_and_what_they_cancel_are_not_live() -> None:
    """An entry that replaces another, as in an amendment, is live itself."""
    amended = numbered([reading("2025-06-30", "72"), void(1), reading("2025-06-30", "27")])
    assert [uid(3)] == [entry.uid for entry in live(amended)]
    assert [uid(1)] == [entry.uid for entry in live(amended, moment(1))]


def test_a_series_starts_where_it_is_asked_to() -> None:
    """Last year's entries count where the series goes on, and not where it restarts with the year."""
    entries = book(reading("2024-12-31", "100"), increment("2025-03-31", "5"))
    assert Decimal(105) == entries.value_of(ALL, None, END).value
    assert Decimal(5) == entries.value_of(ALL, START, END).value


def test_a_district_has_a_series_of_its_own() -> None:
    """A district's series holds its entries alone, the target's those of all, labelled or not."""
    entries = book(
        increment("2025-03-31", "1"), increment("2025-03-31", "2", "north"), increment("2025-03-31", "4", "south")
    )
    names = [Series("t", "north"), Series("t", "south"), Series("t"), Series("other")]
    assert [2, 4, 7, None] == [entries.value_of(series, START, END).value for series in names]


def test_a_share_stands_with_its_denominator() -> None:
    """The latest share replaces the one before, both of its numbers."""
    standing = book(share("2025-03-31", "10", "40"), share("2025-06-30", "30", "50")).value_of(ALL, START, END)
    assert (Decimal(30), Decimal(50)) == (standing.value, standing.of)


def test_items_done_are_those_not_cancelled_and_each_counts_once() -> None:
    """An item typed twice is done once, a cancelled one is not done, a later one not yet."""
    entries = book(
        item("2025-03-31", "a"),
        item("2025-04-30", "a"),
        item("2025-04-30", "b"),
        item("2025-07-31", "c"),
        void(3),
    )
    assert frozenset({"a"}) == entries.items_done(ALL, START, day("2025-06-30"))
    assert frozenset({"a", "c"}) == entries.items_done(ALL, START, END)


def test_decimals_are_kept_exactly() -> None:
    """A tenth ten times is one, to the last digit."""
    assert Decimal(1) == value(*[increment("2025-03-31", "0.1") for _ in range(10)])
