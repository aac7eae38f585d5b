"""Laws of the exchange, over random histories of several machines, connections that break, and conflicts resolved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import Server
from sync.ledgers import Cut, Machine, chained, machine, more

from ordos_targets.domain.entries import Entry, EntryKind
from ordos_targets.domain.series import Series, SeriesValue, live
from ordos_targets.domain.sync import Disagreement, Synced
from ordos_targets.store.errors import LedgerUnreachable
from ordos_targets.store.ledger import Ledger
from ordos_targets.store.postgres import PostgresLedger
from ordos_targets.usecases import sync as usecase
from ordos_targets.usecases.sync import SyncBrokenOff

MACHINES = 4
ROUNDS = 12
SERIES = [Series("parks"), Series("jobs"), Series("jobs", "east"), Series("jobs", "west")]
LAST_DAY = date(2025, 12, 31)

who, pick = st.integers(0, MACHINES - 1), st.integers(0, 50)
DEEDS = st.one_of(
    st.tuples(st.just("record"), who, pick),
    st.tuples(st.just("read"), who, pick),
    st.tuples(st.just("amend"), who, pick),
    st.tuples(st.just("void"), who, pick),
    st.tuples(st.just("contradict"), who, who, pick),
    st.tuples(st.just("sync"), who, who, st.none() | st.integers(0, 4), st.booleans()),
)


class World:
    """Some machines, and what people do at them."""

    def __init__(self, folder: Path, shared: Ledger | None = None) -> None:
        self.machines = [machine(folder, f"m{number}", None if number else shared) for number in range(MACHINES)]
        self.days = 0

    def do(self, deed: tuple[object, ...]) -> None:
        getattr(self, str(deed[0]))(*deed[1:])

    def record(self, at: int, value: int) -> None:
        district = (None, "east", "west")[value % 3]
        target = "jobs" if district else "parks"
        self.machines[at].record(value, target=target, district=district)

    def read(self, at: int, value: int) -> None:
        """A reading. No two are of one day: of those each ledger counts the one it learned of last."""
        self.days += 1
        day = date(2025, 1, 1) + timedelta(days=self.days)
        self.machines[at].record(value, kind=EntryKind.READING, date=day)

    def amend(self, at: int, which: int) -> None:
        for entry in self._one_of(at, which):
            self.machines[at].amend(entry, which + 100)

    def void(self, at: int, which: int) -> None:
        for entry in self._one_of(at, which):
            self.machines[at].void(entry)

    def contradict(self, at: int, other: int, which: int) -> None:
        """Another entry under a uid that some other machine has: nothing of this tool's does that."""
        for entry in self._one_of(other, which):
            if entry.uid not in {one.uid for one in self.machines[at].entries()}:
                self.machines[at].write(more(which + 200), uid=entry.uid)

    def sync(self, at: int, other: int, cut: int | None, committed: bool) -> None:  # noqa: FBT001
        if at == other:
            return
        here, there = self.machines[at], self.machines[other]
        lost = LedgerUnreachable(path="there", reason="connection lost")
        try:
            done = here.sync(there if cut is None else Cut(there.ledger, cut, lost, committed=committed))
        except (LedgerUnreachable, SyncBrokenOff):
            return
        agree_but_for_conflicts(here, there, done)

    def _one_of(self, at: int, which: int) -> Iterator[Entry]:
        """An entry that counts at a machine, where there is any."""
        standing = live(self.machines[at].entries())
        if standing:
            yield standing[which % len(standing)]


def agree_but_for_conflicts(here: Machine, there: Machine, done: Synced) -> None:
    """What counts in one ledger only is what was told of, or builds on that."""
    entries = {one.uid: one for side in (here, there) for one in side.entries()}
    told = {conflict.uid for conflict in done.conflicts}
    for uid in here.live() ^ there.live():
        line: list[str | None] = [uid]
        while line[-1] in entries:
            line.append(entries[str(line[-1])].replaces)
        assert told & set(line)


def resolve(here: Machine, there: Machine, done: Synced) -> None:
    """What the report tells to do: cancel one of two amendments, and in both what says something else there."""
    for conflict in done.conflicts:
        for side, seq in ((here, conflict.here), (there, conflict.there)):
            if seq is not None and conflict.why in {Disagreement.AMENDED, Disagreement.CONTENT}:
                cancel_line(side, side.entries()[seq - 1])
            if conflict.why is Disagreement.AMENDED:
                break


def cancel_line(side: Machine, entry: Entry) -> None:
    """Cancel an entry, or what was written in its place."""
    entries, standing = side.entries(), side.live()
    line = {entry.uid}
    for one in entries:
        if one.replaces in line:
            line.add(one.uid)
    for one in entries:
        if one.uid in line & standing:
            side.void(one)


def figures(side: Machine) -> list[tuple[SeriesValue, frozenset[str]]]:
    """What every series says at the year's end: all that a status is computed from."""
    with side.ledger.reading() as book:
        return [
            (book.series().value_of(one, None, LAST_DAY), book.series().items_done(one, None, LAST_DAY))
            for one in SERIES
        ]


@given(st.lists(DEEDS, max_size=25))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_happened_the_ledgers_come_to_agree(deeds: list[tuple[object, ...]]) -> None:
    """Machines that exchanged now and then, and broke off, end with the same entries and figures.

    Every chain is whole, no uid is there twice, none is lost, and no entry has two in its place.
    """
    come_to_agree(deeds)


@pytest.mark.slow
@given(st.lists(DEEDS, max_size=25))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_so_do_machines_around_a_shared_ledger(server: Server, deeds: list[tuple[object, ...]]) -> None:
    """The same where one of the ledgers is on a server."""
    come_to_agree(deeds, PostgresLedger(server.url(server.database("empty"))))


def come_to_agree(deeds: list[tuple[object, ...]], shared: Ledger | None = None) -> None:
    """Do all the deeds, let the machines exchange to the end, and look at what they have."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(usecase, "BATCH", 2)
        world = World(Path(folder), shared)
        for deed in deeds:
            world.do(deed)
        written = {one.uid for side in world.machines for one in side.entries()}
        settle(world)
        entries = [side.entries() for side in world.machines]
        assert [True] * MACHINES == [chained(one) for one in entries]
        assert [len(one) for one in entries] == [len({entry.uid for entry in one}) for one in entries]
        assert [world.machines[0].live()] * MACHINES == [side.live() for side in world.machines]
        assert [figures(world.machines[0])] * MACHINES == [figures(side) for side in world.machines]
        assert written <= {one.uid for side in entries for one in side}
        for side in entries:
            replaced = [one.replaces for one in live(side) if one.replaces]
            assert sorted(set(replaced)) == sorted(replaced)


def settle(world: World) -> None:
    """Exchange and resolve until nobody has anything to exchange."""
    for _ in range(ROUNDS):
        quiet = True
        for here, there in combinations(world.machines, 2):
            told = here.sync(there, dry_run=True)
            done = here.sync(there)
            assert (told.sent, told.received, told.conflicts) == (done.sent, done.received, done.conflicts)
            agree_but_for_conflicts(here, there, done)
            quiet = quiet and (0, 0, 0) == (done.sent, done.received, done.conflict_count)
            resolve(here, there, done)
        if quiet:
            return
    pytest.fail("the ledgers do not come to rest")


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9)), max_size=8))
@settings(max_examples=8)
def test_which_way_entries_came_makes_no_difference(deeds: list[tuple[int, int]]) -> None:
    """By one shared ledger or from hand to hand: every machine counts the same sum."""
    with TemporaryDirectory() as folder:
        star, shared, chain = Path(folder) / "star", Path(folder) / "shared", Path(folder) / "chain"
        for place in (star, shared, chain):
            place.mkdir()
        spokes, hub = [machine(star, f"m{n}") for n in range(3)], machine(shared, "hub")
        hands = [machine(chain, f"m{n}") for n in range(3)]
        for at, value in deeds:
            spokes[at].record(value)
            hands[at].record(value)
        for side in (*spokes, *spokes):
            side.sync(hub)
        for here, there in ((0, 1), (1, 2), (0, 1)):
            hands[here].sync(hands[there])
        expected = Decimal(sum(value for _at, value in deeds)) if deeds else None
        assert [expected] * 6 == [figures(side)[0][0].value for side in (*spokes, *hands)]
