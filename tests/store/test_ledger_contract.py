"""Every promise of store/ledger.py, put to each engine in turn. A further engine is one more line of ENGINES."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import RFC_4122, UUID

import pytest
from servers import Server

from ordos_targets.domain.entries import GENESIS, HASHED, HASHED_BY_NAME, Entry, EntryKind, NewEntry
from ordos_targets.domain.hash_chain import ChainVerifier, entry_hash
from ordos_targets.domain.series import Series, SeriesValue
from ordos_targets.store.errors import AlreadyCancelled, AmbiguousEntry, NoSuchEntry
from ordos_targets.store.ledger import Head, Ledger, Query
from ordos_targets.store.postgres import PostgresLedger
from ordos_targets.store.sqlite import SqliteLedger

Make = Callable[[pytest.FixtureRequest], Ledger]
NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)
JUNE = date(2025, 6, 30)
PARKS = Series("parks")
UNHEARD = "0197be22-2c00-7000-8000-999999999999"


def in_sqlite(request: pytest.FixtureRequest) -> Ledger:
    folder: Path = request.getfixturevalue("tmp_path")
    return SqliteLedger(folder / "progress.db")


def in_postgres(request: pytest.FixtureRequest) -> Ledger:
    server: Server = request.getfixturevalue("server")
    return PostgresLedger(server.url(request.getfixturevalue("shared")))


ENGINES: dict[str, Make] = {"sqlite": in_sqlite, "postgres": in_postgres}


@pytest.fixture(params=ENGINES)
def ledger(request: pytest.FixtureRequest) -> Ledger:
    """An empty ledger of each engine."""
    return ENGINES[request.param](request)


def more(value: str | int | Decimal = 1, day: date = JUNE, target: str = "parks", **more: Any) -> NewEntry:  # noqa: ANN401
    """An increment of `parks`, or what else `more` makes it."""
    columns: dict[str, Any] = {"kind": EntryKind.INCREMENT, "value": Decimal(value), "by": "li"} | more
    return NewEntry(target=target, date=day, **columns)


def plain(kind: EntryKind, **columns: Any) -> NewEntry:  # noqa: ANN401
    """An entry without a value."""
    return more(kind=kind, **columns)._replace(value=None)


def void_of(entry: Entry) -> NewEntry:
    return NewEntry(
        target=entry.target, date=entry.date, kind=EntryKind.VOID, replaces=entry.uid, note="typed twice", by="li"
    )


def put(ledger: Ledger, *drafts: NewEntry, now: datetime = NOON) -> list[Entry]:
    """Append `drafts` in one transaction, each an hour after the one before."""
    with ledger.writing() as book:
        return [book.append(draft, now + timedelta(hours=number)) for number, draft in enumerate(drafts)]


def listed(ledger: Ledger, query: Query | None = None) -> list[tuple[int, int | None]]:
    """The numbers of the entries that a query finds, each with what cancelled it."""
    with ledger.reading() as book:
        return [(one.entry.seq, one.cancelled_by) for one in book.entries(query or Query(cancelled=True))]


def test_a_new_ledger_is_empty(ledger: Ledger) -> None:
    """Before the first entry every question has an answer, and the chain ends in 64 zeros."""
    with ledger.reading() as book:
        assert Head(0, "0" * 64) == book.head
        assert SeriesValue() == book.series().value_of(PARKS, None, JUNE)
        assert frozenset() == book.series().items_done(PARKS, None, JUNE)
        assert [] == list(book.entries(Query()))
        assert [] == book.series_names()
        assert ([], [], []) == (list(book.iter_by_uid()), book.get_many(["1"]), book.successors(["1"]))
        with pytest.raises(NoSuchEntry):
            book.find("1")
        with pytest.raises(NoSuchEntry):
            book.last_entry()


def test_an_item_that_is_being_worked_on_is_not_done(ledger: Ledger) -> None:
    """Of a checklist's items those done or signed off are done, those in the state `doing` are not."""
    with ledger.writing() as book:
        for item, state in (("a", None), ("b", "doing"), ("c", "done"), ("d", "signed")):
            book.append(plain(EntryKind.ITEM, item=item, state=state), NOON)
    with ledger.reading() as book:
        assert frozenset("acd") == book.series().items_done(PARKS, None, JUNE)


def test_what_is_appended_is_read_back(ledger: Ledger) -> None:
    """Every fact of a draft comes back as it was given, whatever stands in its texts."""
    draft = NewEntry(
        target="share-of-parks",
        district="east",
        date=date(2024, 2, 29),
        kind=EntryKind.SHARE,
        value=Decimal("99999999999.9999"),
        of=Decimal(999999999999999),
        estimate=True,
        note="第一行\n'); DROP TABLE entries; -- \x1b[31m\u202e🏞️" + "長" * 3000,
        evidence="https://example.org/?a=1&b=%20",
        evidence_sha256="ab" * 32,
        by="李'雷",
        origin="import:六月.csv",
        replaces="01890000-0000-7000-8000-000000000000",
    )
    [entry] = put(ledger, draft)
    with ledger.reading() as book:
        [found] = book.entries(Query())
    assert entry == found.entry
    assert draft == NewEntry(**{name: getattr(entry, name) for name in NewEntry._fields})


@pytest.mark.parametrize(
    ("given", "kept"),
    [("2.50", "2.5"), ("2E+8", "200000000"), ("-0.00", "0"), ("100", "100"), ("-0.0001", "-0.0001"), ("0E-4", "0")],
)
def test_numbers_are_kept_plain(ledger: Ledger, given: str, kept: str) -> None:
    """A decimal is kept without exponent and trailing zeros, so that equal figures have equal hashes."""
    [entry] = put(ledger, more(given))
    assert kept == str(entry.value)


def test_entries_are_numbered_from_one_without_gaps(ledger: Ledger) -> None:
    """Numbers go on from transaction to transaction."""
    entries = [*put(ledger, more(), more()), *put(ledger, more())]
    assert [1, 2, 3] == [entry.seq for entry in entries]


def test_uids_are_uuids_in_order_of_time(ledger: Ledger) -> None:
    """A uid is a UUIDv7 that holds the very millisecond of recording, so uids sort as time does."""
    moments = [NOON + timedelta(milliseconds=number) for number in range(1000)]
    with ledger.writing() as book:
        entries = [book.append(more(), moment) for moment in moments]
    uids = [UUID(entry.uid) for entry in entries]
    assert [(7, RFC_4122)] * 1000 == [(uid.version, uid.variant) for uid in uids]
    assert moments == [datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=uid.int >> 80) for uid in uids]
    assert sorted(entry.uid for entry in entries) == [entry.uid for entry in entries]


def test_the_moment_of_recording_is_utc(ledger: Ledger) -> None:
    """`recorded_at` is UTC to the microsecond, whichever zone the clock speaks."""
    [entry] = put(ledger, more(), now=datetime(2025, 7, 1, 1, 2, 3, 45, timezone(timedelta(hours=8))))
    assert "2025-06-30T17:02:03.000045Z" == entry.recorded_at


def test_the_chain_can_be_recomputed(ledger: Ledger) -> None:
    """Each hash follows from the one before and the entry's own columns, and the head is the last of them."""
    [first, *_rest] = put(ledger, more("2.50", by="李"), more(-3, district="east"))
    put(ledger, void_of(first))
    with ledger.reading() as book:
        entries, head = [one.entry for one in book.entries(Query(cancelled=True))], book.head
    before = GENESIS
    for entry in entries:
        columns = {name: getattr(entry, name) for name in HASHED} | {"estimate": int(entry.estimate)}
        before = entry_hash(before, columns)
        assert before == entry.hash
    assert Head(3, before, entries[-1].recorded_at) == head


def test_an_entry_is_found_by_its_number(ledger: Ledger) -> None:
    """A number finds that entry, cancelled or not, and what cancelled it."""
    entries = put(ledger, more(), more())
    put(ledger, void_of(entries[1]))
    with ledger.reading() as book:
        assert [(1, None), (2, 3)] == [(book.find(text).entry.seq, book.find(text).cancelled_by) for text in "12"]


def test_an_entry_is_found_by_the_beginning_of_its_uid(ledger: Ledger) -> None:
    """As much of a uid as tells it from others finds the entry, in capitals too; less names the candidates."""
    first, second = put(ledger, more(), more())
    shared = next(number for number, pair in enumerate(zip(first.uid, second.uid, strict=True)) if len(set(pair)) > 1)
    with ledger.reading() as book:
        assert 2 == book.find(second.uid).entry.seq
        assert 2 == book.find(second.uid[: shared + 1].upper()).entry.seq
        with pytest.raises(AmbiguousEntry) as refused:
            book.find(first.uid[:shared])
    assert ["1", "2"] == refused.value.params["candidates"]


@pytest.mark.parametrize(
    "text", ["", " ", "0", "01", "2", "-1", "1.0", "１", "%", "0%", "____", "9" * 40, "00000000", "x' OR 1=1", "\udcff"]
)
def test_nothing_else_finds_an_entry(ledger: Ledger, text: str) -> None:
    """Numbers and uids nobody has, wildcards, SQL and slips too short to mean an entry find none, not the only one."""
    put(ledger, more())
    with ledger.reading() as book, pytest.raises(NoSuchEntry):
        book.find(text)


def test_the_newest_is_the_last_that_stands(ledger: Ledger) -> None:
    """`newest` passes over voids and what they cancelled."""
    entries = put(ledger, more(), more(), more())
    put(ledger, void_of(entries[2]))
    with ledger.reading() as book:
        assert 2 == book.last_entry().entry.seq


FILTERS = [
    (Query(), [1, 2, 4, 6]),
    (Query(cancelled=True), [1, 2, 3, 4, 5, 6]),
    (Query(targets=("parks",)), [1, 2, 4]),
    (Query(targets=("roads", "parks"), last=2), [4, 6]),
    (Query(targets=("parks' OR '1'='1",)), []),
    (Query(district="east"), [2]),
    (Query(district="east", cancelled=True), [2, 3]),
    (Query(since=date(2025, 3, 1)), [2, 4, 6]),
    (Query(until=date(2025, 3, 1)), [1, 2]),
    (Query(since=date(2025, 3, 1), until=date(2025, 3, 1)), [2]),
    (Query(by="han"), [4]),
    (Query(by="\udcff"), []),
    (Query(last=1), [6]),
    (Query(last=0), []),
    (Query(last=2, cancelled=True), [5, 6]),
    (Query(known_at="2025-07-01T14:30:00.000000Z"), [1, 2, 3]),
]


@pytest.mark.parametrize(("query", "numbers"), FILTERS, ids=str)
def test_listing_keeps_what_was_asked_for(ledger: Ledger, query: Query, numbers: list[int]) -> None:
    """Each filter, and filters together, list the entries that pass, in the order of their numbers."""
    entries = put(
        ledger,
        more(day=date(2025, 1, 31)),
        more(day=date(2025, 3, 1), district="east"),
        more(day=date(2025, 4, 1), district="east"),
        more(by="han"),
    )
    put(ledger, void_of(entries[2]), more(target="roads"), now=NOON + timedelta(hours=4))
    assert numbers == [number for number, _cancelled_by in listed(ledger, query)]


def test_a_void_cancels_and_stays_on_record(ledger: Ledger) -> None:
    """A cancelled entry no longer counts; both it and the void are listed on demand, with who cancelled whom."""
    entries = put(ledger, more(2), more(5))
    put(ledger, void_of(entries[0]))
    with ledger.reading() as book:
        assert Decimal(5) == book.series().value_of(PARKS, None, JUNE).value
    assert [(2, None)] == listed(ledger, Query())
    assert [(1, 3), (2, None), (3, None)] == listed(ledger)


def test_many_are_appended_at_once(ledger: Ledger) -> None:
    """Entries with their uids, voids of the ones just before them too, follow one another; all of them or none."""
    uids = [f"0197be22-2c0{digit}-757c-b352-2f9e5cfceb8a" for digit in "12345"]
    [known] = put(ledger, more(9))
    with ledger.writing() as book:
        first = known._replace(uid=uids[0])
        amended = more(3)._replace(replaces=uids[0])
        later = NOON + timedelta(days=1)
        book.append_many([(more(2), later, uids[0]), (void_of(first), later, uids[1]), (amended, later, uids[2])])
        book.append_many([])
        assert (4, Decimal(12)) == (book.head.entries, book.series().value_of(PARKS, None, JUNE).value)
    last = NOON + timedelta(days=2)
    with pytest.raises(AlreadyCancelled), ledger.writing() as book:
        book.append_many([(more(7), last, uids[3]), (void_of(first), last, uids[4])])
    with ledger.reading() as book:
        entries = [one.entry for one in book.entries(Query(cancelled=True))]
    assert [(known.uid, None), (uids[0], None), (uids[1], uids[0]), (uids[2], uids[0])] == [
        (one.uid, one.replaces) for one in entries
    ]


def test_an_entry_is_cancelled_once(ledger: Ledger) -> None:
    """A second void names the first and writes nothing, nor does a void of an entry that nobody recorded."""
    entries = put(ledger, more(), more())
    put(ledger, void_of(entries[0]))
    with pytest.raises(AlreadyCancelled) as refused:
        put(ledger, more(), void_of(entries[0]))
    with pytest.raises(NoSuchEntry):
        put(ledger, NewEntry(target="parks", date=JUNE, kind=EntryKind.VOID, replaces="nobody"))
    assert {"seq": 1, "by": 3} == refused.value.params
    assert [(1, 3), (2, None), (3, None)] == listed(ledger)


def test_entries_come_in_the_order_of_their_uids(ledger: Ledger) -> None:
    """Voids and cancelled entries too, whatever their numbers; other questions are answered meanwhile."""
    uids = [f"0197be22-2c0{digit}-757c-b352-2f9e5cfceb8a" for digit in "a1f09"]
    with ledger.writing() as book:
        entries = [book.append(more(number), NOON, uid) for number, uid in enumerate(uids, 1)]
        void = book.append(void_of(entries[2]), NOON, "0197be22-2c05-757c-b352-2f9e5cfceb8a")
    with ledger.reading() as book:
        found = [(row, book.get_many([str(row[1])])[0].entry) for row in book.iter_by_uid()]
    with ledger.auditing() as audit:
        kept = list(audit.rows())
    assert [(tuple(kept[seq - 1]), seq) for seq in (4, 2, 6, 5, 1, 3)] == [(tuple(row), e.seq) for row, e in found]
    assert void.seq == 6


def test_many_entries_are_found_at_once(ledger: Ledger) -> None:
    """Of 500 uids those that are there come in the order of their numbers, each with what cancelled it."""
    entries = put(ledger, more(), more(), more())
    put(ledger, void_of(entries[1]))
    asked = [entries[2].uid, entries[1].uid, *(f"{number:08x}-0000-7000-8000-000000000000" for number in range(498))]
    with ledger.reading() as book:
        assert [(2, 4), (3, None)] == [(one.entry.seq, one.cancelled_by) for one in book.get_many(asked)]
        assert [entries[1], entries[2]] == [one.entry for one in book.get_many(asked)]
        assert [[], []] == [book.get_many([]), book.get_many([entries[0].uid.upper()])]


def test_what_amends_an_entry_is_found(ledger: Ledger) -> None:
    """Every entry that replaces one of those asked for, no void, with what cancelled it; several may replace one."""
    first, second, other = put(ledger, more(), more(), more())
    put(ledger, void_of(first), *(more()._replace(replaces=uid) for uid in (first.uid, second.uid, first.uid)))
    with ledger.reading() as book:
        put(ledger, void_of(book.find("5").entry))
    with ledger.reading() as book:
        found = book.successors([first.uid, other.uid])
        assert [(5, 8), (7, None)] == [(one.entry.seq, one.cancelled_by) for one in found]
        assert [6] == [one.entry.seq for one in book.successors([second.uid])]
        assert [] == book.successors([])


def test_what_was_known_then_is_all_that_an_exchange_sees(ledger: Ledger) -> None:
    """A view as of an earlier moment knows neither later entries nor later voids."""
    first, second = put(ledger, more(), more())
    put(ledger, void_of(first), more()._replace(replaces=first.uid), now=NOON + timedelta(days=1))
    with ledger.reading(known_at="2025-07-01T23:59:59.999999Z") as book:
        assert [first.uid, second.uid] == [row[1] for row in book.iter_by_uid()]
        assert [(1, None)] == [(one.entry.seq, one.cancelled_by) for one in book.get_many([first.uid])]
        assert [] == book.successors([first.uid])


def test_who_keeps_the_ledger_alone_may_write_all_and_signs_as_given(ledger: Ledger) -> None:
    """Nobody is asked who they are: any entry may be written, and its `by` is kept."""
    [entry] = put(ledger, more(by="li"))
    with ledger.reading() as book:
        book.check_append(more(district="east"))
        assert book.signs_as is None
    with ledger.writing() as book:
        book.check_append(void_of(entry))
        assert book.signs_as is None
        assert "han" == book.append(more(by="han"), NOON + timedelta(days=1)).by


def test_a_dry_run_shows_and_leaves_nothing(ledger: Ledger) -> None:
    """Inside a transaction that is not kept, the first ever too, an entry counts; afterwards it was never there."""
    with ledger.writing(keep=False) as book:
        assert 1 == book.append(more(9), NOON).seq
    put(ledger, more(2))
    with ledger.writing(keep=False) as book:
        book.append(more(5), NOON)
        assert Decimal(7) == book.series().value_of(PARKS, None, JUNE).value
    with ledger.reading() as book:
        assert (1, Decimal(2)) == (book.head.entries, book.series().value_of(PARKS, None, JUNE).value)


@pytest.mark.parametrize("trouble", [RuntimeError(), KeyboardInterrupt(), AlreadyCancelled(seq=1, by=2)], ids=repr)
def test_an_exception_leaves_nothing(ledger: Ledger, trouble: BaseException) -> None:
    """Whatever ends a transaction early, an interrupt too, none of its entries is kept and the next one works."""

    def interrupted() -> None:
        with ledger.writing() as book:
            book.append(more(), NOON)
            raise trouble

    with pytest.raises(type(trouble)):
        interrupted()
    assert [] == listed(ledger)
    put(ledger, more())
    assert [(1, None)] == listed(ledger)


def test_a_view_is_one_moment(ledger: Ledger) -> None:
    """What others write while a view is open is not in it, in no answer; the next view has it."""
    put(ledger, more(2))
    with ledger.reading() as book:
        head = book.head
        put(ledger, more(5), more(target="roads"))
        assert head == book.head
        assert Decimal(2) == book.series().value_of(PARKS, None, JUNE).value
        assert [("parks", None)] == book.series_names()
        assert 1 == len(list(book.entries(Query())))
        with pytest.raises(NoSuchEntry):
            book.find("2")
    with ledger.reading() as book:
        assert (3, Decimal(7)) == (book.head.entries, book.series().value_of(PARKS, None, JUNE).value)


def test_what_was_known_then_can_be_asked_again(ledger: Ledger) -> None:
    """A view as of an earlier moment answers as one opened then did, to every question."""
    entries = put(ledger, more(2), more(5))
    with ledger.reading() as then:
        head, newest, standing = then.head, then.last_entry(), then.series().value_of(PARKS, None, JUNE)
    put(ledger, void_of(entries[1]), more(9, target="roads"), now=NOON + timedelta(days=1))
    with ledger.reading(known_at="2025-07-01T23:59:59.999999Z") as book:
        assert (head, newest, standing) == (book.head, book.last_entry(), book.series().value_of(PARKS, None, JUNE))
        assert [1, 2] == [one.entry.seq for one in book.entries(Query(cancelled=True))]
        assert [None, None] == [one.cancelled_by for one in book.entries(Query())]
        assert [("parks", None)] == book.series_names()
        assert None is book.find("2").cancelled_by
        with pytest.raises(NoSuchEntry):
            book.find("4")


def test_the_series_of_a_ledger(ledger: Ledger) -> None:
    """Each pair of target and district that a live entry bears is named once, from a day on if asked."""
    entries = put(ledger, more(target="gone"), more(district="east"), more(district="east"), more(day=date(2024, 1, 1)))
    put(ledger, void_of(entries[0]))
    with ledger.reading() as book:
        assert {("parks", None), ("parks", "east")} == set(book.series_names())
        assert [("parks", "east")] == book.series_names(since=date(2025, 1, 1))


def numbered_uid(number: int) -> str:
    return f"0197be22-2c00-7000-8000-{number:012}"


def test_many_entries_at_once_are_as_if_written_one_by_one(ledger: Ledger) -> None:
    """All of them are chained, stored as they are, and counted in what their series comes to."""
    drafts = [more(f"{number}.5", district="east", note="多" if number % 2 else None) for number in range(1, 131)]
    with ledger.writing() as book:
        book.append_many((draft, NOON, numbered_uid(number)) for number, draft in enumerate(drafts, 1))
        assert Decimal(8580) == book.series().value_of(Series("parks", "east"), None, JUNE).value
    with ledger.reading() as book, ledger.auditing() as audit:
        entries = [line.entry for line in book.entries(Query())]
        assert drafts == [entry.as_new() for entry in entries]
        assert numbered_uid(130) == entries[-1].uid
        assert ([], 130) == ([*ChainVerifier().problems(audit.rows())], book.head.entries)
        assert [] == [*audit.self_check()]


def test_no_number_of_entries_makes_a_sum_too_large(ledger: Ledger) -> None:
    """Ten thousand of the largest figures on one day come to their sum, to the last digit."""
    figure = Decimal(999999999999999)
    with ledger.writing() as book:
        book.append_many((more(figure, district="east"), NOON, None) for _ in range(10_000))
    for known_at in (None, "2999-01-01T00:00:00.000000Z"):
        with ledger.reading(known_at) as book:
            assert 10_000 * figure == book.series().value_of(Series("parks", "east"), None, JUNE).value


def test_the_columns_that_came_later_are_stored_and_chained(ledger: Ledger) -> None:
    """Kinds and columns that no older entry has come back as they were written, and are named as filled."""
    drafts = [
        more(2, first_day=date(2025, 6, 1)),
        plain(EntryKind.ITEM, item="plan", state="signed"),
        more("12.5", kind=EntryKind.RATE, first_day=date(2025, 1, 1)),
        plain(EntryKind.REMARK, note="late", will="begin", until=date(2025, 9, 30)),
        plain(EntryKind.UNCHANGED),
        plain(EntryKind.CLOSE, target="*", note="published"),
    ]
    put(ledger, more(1))
    with ledger.reading() as book:
        assert () == book.filled_columns()
    put(ledger, *drafts)
    with ledger.reading() as book, ledger.auditing() as audit:
        assert drafts == [line.entry.as_new() for line in book.entries(Query())][1:]
        assert HASHED_BY_NAME == book.filled_columns()
        assert [] == [*ChainVerifier().problems(audit.rows()), *audit.self_check()]
        # Neither a remark, nor "nothing new", nor a close is a figure.
        value = book.series().value_of(PARKS, None, JUNE)
        assert (Decimal(3), 4) == (value.value, value.entries)
        assert [("parks", None)] == book.series_names()
