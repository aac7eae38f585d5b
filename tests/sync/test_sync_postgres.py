"""Machines that exchange with a real shared ledger: rights, authors, connections cut on the server's side, kill -9."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from children import run
from servers import Server
from sync.ledgers import Machine, Over, View, chained, machine, more
from sync.test_sync import counts
from sync.test_sync_crashes import (
    KILL_AFTER_COMMIT,
    KILL_AT_ENTRY,
    SMALL_BATCHES,
    agree,
    entries_of,
    exchange_at_once,
    lay_out,
    whole,
)

from ordos_targets.domain.entries import Entry, NewEntry
from ordos_targets.store.ledger import Ledger, Reader, Writer
from ordos_targets.store.postgres import PostgresLedger
from ordos_targets.store.postgres_schema import Rights
from ordos_targets.usecases import sync as usecase
from ordos_targets.usecases.sync import SyncBrokenOff
from ordos_targets.usecases.verify import verify


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    return machine(tmp_path, "here")


@pytest.fixture
def url(server: Server, shared: str) -> str:
    """Where the shared ledger is, for its owner."""
    return server.url(shared)


@pytest.fixture
def there(tmp_path: Path, url: str) -> Machine:
    """The shared ledger, as its owner works on it."""
    return machine(tmp_path, "there", PostgresLedger(url))


@pytest.fixture
def granted(server: Server, shared: str) -> Callable[..., PostgresLedger]:
    """The shared ledger as a role sees it that may do this and no more."""

    def grant(role: str, **rights: object) -> PostgresLedger:
        server.roles(role)
        PostgresLedger(server.url(shared)).grant(role, Rights(**rights))  # type: ignore[arg-type]
        return PostgresLedger(server.url(shared, role))

    return grant


def test_entries_and_corrections_go_both_ways(here: Machine, there: Machine) -> None:
    """As between two files: authors are kept for who may sign for others, and both chains are whole."""
    one, two = here.record(1, by="李雷", origin="import:六月.csv", note="一\n'); --", evidence="a.pdf"), here.record(2)
    three = there.record(3, by="han")
    assert (2, 1, 0) == counts(here.sync(there))
    here.amend(two, 5)
    there.void(three)
    there.amend(there.entries()[1], 7)
    assert (2, 3, 0) == counts(here.sync(there))
    assert ([5, 7], [5, 7]) == (here.values(), there.values())
    assert ("李雷", "import:六月.csv") == next((e.by, e.origin) for e in there.entries() if e.uid == one.uid)
    assert (True, True) == (chained(here.entries()), chained(there.entries()))
    assert [(0, 0, 0), (0, 0, 0)] == [counts(here.sync(there)), counts(there.sync(here))]
    for side in (here, there):
        found = verify(side.workspace, head=None, anchors=[], progress=lambda _done, _size: None)
        assert len(side.entries()) == found.entries


def test_an_office_sends_its_own_and_gets_what_it_may_see(
    here: Machine, there: Machine, granted: Callable[..., PostgresLedger]
) -> None:
    """Its login signs, the author stays as origin; other districts' entries stay behind, counted, and abort nothing."""
    theirs = there.record(100, target="jobs", district="east", by="city")
    there.record(1000, target="jobs", district="west", by="city")
    for number in range(1, 4):
        here.record(number, target="jobs", district="east", by="王芳")
        foreign = here.record(number * 10, target="jobs", district="west")
    here.amend(foreign, 40)
    office = granted("east_office", districts=("east",))
    told, done = here.sync(office, dry_run=True), here.sync(office)
    assert ((3, 1, 0), 5, (3, 1, 0), 5) == (counts(told), told.refused, counts(done), done.refused)
    assert [1, 2, 3, 100, 1000] == there.values()
    signed = [(one.by, one.origin) for one in there.entries() if one.by != "city"]
    assert [("east_office", "sync:王芳")] * 3 == signed
    assert theirs.uid in here.live()
    again = here.sync(office)
    assert ((0, 0, 0), 5) == (counts(again), again.refused)
    assert (5, 1, 0) == counts(here.sync(there))


@pytest.mark.parametrize(("first", "second"), [("east", "west"), ("west", "east")])
def test_an_amendment_that_moves_between_districts_comes_whole_or_not_at_all(
    here: Machine, there: Machine, granted: Callable[..., PostgresLedger], first: str, second: str
) -> None:
    """Who may cancel but not write anew, or the other way round, neither loses a figure there nor doubles it."""
    refused = 2 if first == "east" else 3  # of another district not even the first entry is seen there
    entry = here.record(1, target="jobs", district=first)
    here.sync(there)
    here.amend(entry, 2, district=second)
    done = here.sync(granted("east_office", districts=("east",)))
    assert ((0, 0, 0), refused, [1]) == (counts(done), done.refused, there.values())


def test_what_amends_an_entry_that_could_not_be_cancelled_stays_behind(
    here: Machine, there: Machine, granted: Callable[..., PostgresLedger]
) -> None:
    """It would be counted beside the entry, though by itself it might be written there."""
    entry = here.record(1, target="jobs", district="west")
    here.sync(there)
    here.void(entry)
    here.record(2, target="jobs", district="east")
    here.record(3, target="jobs", district="east", replaces=entry.uid)
    done = here.sync(granted("east_office", districts=("east",)))
    assert ((1, 0, 0), 3, [1, 2]) == (counts(done), done.refused, there.values())


def test_a_reader_receives_and_sends_nothing(
    here: Machine, there: Machine, granted: Callable[..., PostgresLedger]
) -> None:
    """Who may only read gets everything; what it has itself is counted as not its to send."""
    there.record(1)
    here.record(2)
    done = here.sync(granted("auditor", read_only=True))
    assert ((0, 1, 0), 1, [1, 2], [1]) == (counts(done), done.refused, here.values(), there.values())


def test_a_uid_that_an_office_may_not_see_is_not_its_to_send(
    here: Machine, there: Machine, granted: Callable[..., PostgresLedger]
) -> None:
    """The server alone knows that it is taken: the rest of the batch is sent all the same."""
    uid = "0197be22-2c00-757c-b352-2f9e5cfceb8a"
    there.write(more(1), uid=uid)
    there.write(_moved(more(7), "west"), uid=uid.replace("8a", "8b"))
    for number in range(2, 6):
        here.record(number, target="jobs", district="east")
    here.write(_moved(more(6), "east"), uid=uid.replace("8a", "8b"))
    here.record(8, target="jobs", district="east")
    done = here.sync(granted("east_office", districts=("east",)))
    assert ((5, 1, 0), 1) == (counts(done), done.refused)
    assert [1, 2, 3, 4, 5, 7, 8] == there.values()


def _moved(draft: NewEntry, district: str) -> NewEntry:
    return draft._replace(target="jobs", district=district)


DROP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'owner' AND state LIKE 'idle in%'"


class Severed(Over):
    """A shared ledger whose server drops the connection after so many entries."""

    def __init__(self, inner: Ledger, server: Server, after: int) -> None:
        super().__init__(inner)
        self.server, self.left = server, after

    def view(self, book: Reader) -> Writer:
        return _SeveredView(book, self)  # type: ignore[return-value]


class _SeveredView(View):
    def __init__(self, book: Reader, ledger: Severed) -> None:
        super().__init__(book)
        self.ledger = ledger

    def append(self, draft: NewEntry, now: datetime, uid: str | None = None) -> Entry:
        if self.ledger.left == 0:
            self.ledger.server.ask(DROP)
        self.ledger.left -= 1
        return super().append(draft, now, uid)


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 1, 3, 4, 7])
def test_a_connection_that_the_server_drops_costs_the_batch_at_hand(
    after: int, here: Machine, there: Machine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was told is kept, what was not comes with the next run, once."""
    monkeypatch.setattr(usecase, "BATCH", 4)
    there.record(100)
    for number in range(10):
        here.record(number)
    with pytest.raises(SyncBrokenOff) as broken:
        here.sync(Severed(there.ledger, server, after))
    assert (after // 4 * 4, 1) == (broken.value.params["sent"], broken.value.params["received"])
    assert after // 4 * 4 + 1 == len(there.entries())
    assert (10 - after // 4 * 4, 0, 0) == counts(here.sync(there))
    assert (here.live(), True) == (there.live(), chained(there.entries()))


# On a server a batch is one question: the client dies once it has been answered, and before the commit.
KILL_AT_BATCH = KILL_AT_ENTRY.replace("SqliteWriter._insert", "SqliteWriter._send").replace("len(rows)", "1")
ENGINE = {
    "sqlite_writer": "postgres_writer", "SqliteWriter": "PostgresWriter", "store.sqlite": "store.postgres",
    "SqliteLedger": "PostgresLedger",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kill", [KILL_AT_BATCH, KILL_AFTER_COMMIT], ids=["in a batch", "after a commit"])
@pytest.mark.parametrize("at", [1, 4, 7])
def test_kill_9_is_completed_by_the_next_run(kill: str, at: int, there: Machine, tmp_path: Path, url: str) -> None:
    """A client killed inside a transaction or just after one: whole batches are there or not, again brings the rest."""
    [place] = lay_out(tmp_path, "office")
    mine, deadly = whole(place / "progress.db", set()), kill.format(at=at)
    for ours, theirs in ENGINE.items():
        deadly = deadly.replace(ours, theirs)
    ran = run(place, "sync", url, first=SMALL_BATCHES + deadly)
    assert (-signal.SIGKILL, "", "") == (ran.returncode, ran.stdout, ran.stderr)
    assert chained(there.entries())
    ran = run(place, "sync", url)
    assert (0, "") == (ran.returncode, ran.stderr)
    assert (mine, len(mine), True) == ({e.uid for e in there.entries()}, len(there.entries()), chained(there.entries()))
    assert "0 sent, 0 received, 0 in conflict.\n" == run(place, "sync", url).stdout


@pytest.mark.slow
def test_many_machines_exchange_with_the_server_at_once(there: Machine, tmp_path: Path, url: str) -> None:
    """Four offices at the same time, two of them twice, while others record: all succeed, none is lost or doubled."""
    places = lay_out(tmp_path, *(f"m{number}" for number in range(4)), entries=24)
    exchange_at_once(places, url)
    for place in (*places, *places):
        assert 0 == run(place, "sync", url).returncode
    agree(*(place / "progress.db" for place in places))
    local = {entry.uid for entry in entries_of(places[0] / "progress.db")}
    assert (local, len(local), True) == (
        {entry.uid for entry in there.entries()}, len(there.entries()), chained(there.entries())
    )  # fmt: skip
