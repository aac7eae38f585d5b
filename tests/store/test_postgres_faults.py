"""A server that fails in each of its ways: what is told, that nothing acknowledged is lost, and that it goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Self

import psycopg
import pytest
from children import GOALS, RECORD, command, surroundings
from office import Office
from proxies import Line, network
from servers import Server, running

from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.errors import LedgerError
from ordos_targets.store.errors import LedgerDamaged, LedgerFull, LedgerLocked
from ordos_targets.store.ledger import Query
from ordos_targets.store.postgres import PostgresLedger
from ordos_targets.store.postgres_errors import CommitUnknown, LedgerBusy, ServerUnreachable

Tell = Callable[[str, object], None]
NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
DRAFT = NewEntry(target="parks", date=date(2025, 6, 30), kind=EntryKind.INCREMENT, value=Decimal(1), note="长" * 100)
PATIENCE = 60.0
MOST = 2_000


@pytest.fixture(scope="module")
def frail() -> Iterator[Server]:
    """A server of this module's own, which it may kill; it is as careful as a real one."""
    with running({"fsync": "on", "full_page_writes": "on", "restart_after_crash": "on"}) as one:
        one.ask("CREATE DATABASE empty OWNER owner")
        PostgresLedger(one.url("empty")).set_up()
        yield one


@pytest.fixture
def ledger(server: Server, shared: str) -> PostgresLedger:
    """A ledger of one entry, in which nobody waits long for a lock."""
    ledger = PostgresLedger(server.url(shared), lock_seconds=0.2)
    record(ledger)
    return ledger


def record(ledger: PostgresLedger) -> Entry:
    with ledger.writing() as book:
        return book.append(DRAFT, NOW)


def kept(ledger: PostgresLedger) -> list[Entry]:
    with ledger.reading() as book:
        return [one.entry for one in book.entries(Query(cancelled=True))]


def test_a_lock_is_waited_for_no_longer_than_said(ledger: PostgresLedger) -> None:
    """While another writes, reading works and writing says how long it waited; then all is well."""
    with ledger.writing():
        assert 1 == len(kept(ledger))
        with pytest.raises(LedgerLocked) as refused:
            record(ledger)
    assert "0.2" == refused.value.params["seconds"]
    assert 2 == record(ledger).seq


def test_waiting_for_a_lock_hears_ctrl_c(ledger: PostgresLedger, server: Server, shared: str, tmp_path: Path) -> None:
    """An interrupt ends the wait at once, with the exit code of an interrupt, and nothing is written."""
    (tmp_path / "targets.toml").write_text(GOALS, encoding="utf-8")
    url = server.url(shared)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with ledger.writing():
        child = subprocess.Popen(
            command(*RECORD, "--ledger", url), cwd=tmp_path, env=surroundings(), stderr=subprocess.PIPE, text=True
        )
        deadline = time.monotonic() + PATIENCE
        while server.ask(waiting) == [(0,)] and time.monotonic() < deadline:
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        try:
            _, told = child.communicate(timeout=20)  # the lock itself is waited for 30 seconds
        finally:
            child.kill()
    assert (130, True) == (child.returncode, "Interrupted" in told)
    assert 1 == len(kept(ledger))


@pytest.mark.slow
def test_a_server_that_is_down_is_told(frail: Server, office: Office) -> None:
    """Reading and writing say that it cannot be reached and what to look at, with exit code 5; then it goes on."""
    office.write(GOALS)
    url = frail.url(frail.database("empty"))
    frail.stop()
    try:
        for arguments in (("status",), RECORD, ("verify",), ("ledger", "init")):
            ran = office.run(*arguments, "--ledger", url)
            assert (5, "", True) == (ran.code, ran.out, "Check the server, the network and your login" in ran.err)
    finally:
        frail.start()
    assert 1 == record(PostgresLedger(url)).seq


@pytest.mark.parametrize("when", ["before the entry", "after the entry"])
def test_a_connection_cut_in_mid_record_leaves_nothing(ledger: PostgresLedger, server: Server, when: str) -> None:
    """An operator ends the session: nothing of it is kept, the failure says so, and the next one works at once."""
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'"

    def interrupted() -> None:
        with ledger.writing() as book:
            if when == "after the entry":
                book.append(DRAFT, NOW)
            assert [(True,)] == server.ask(end)
            book.append(DRAFT, NOW)

    with pytest.raises(ServerUnreachable) as refused:
        interrupted()
    assert "nothing was written" in str(refused.value)
    assert 2 == record(ledger).seq


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_a_transaction_that_gives_way_is_told(ledger: PostgresLedger, server: Server, shared: str, code: str) -> None:
    """A serialization failure or a deadlock keeps nothing and asks to try again."""
    server.ask(
        f"CREATE FUNCTION give_way() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'x' "
        f"USING ERRCODE = '{code}'; END $$; "
        "CREATE TRIGGER t AFTER INSERT ON ordos_targets.entries EXECUTE FUNCTION give_way()",
        shared,
    )
    with pytest.raises(LedgerBusy):
        record(ledger)
    server.ask("DROP TRIGGER t ON ordos_targets.entries", shared)
    assert 2 == record(ledger).seq


@pytest.fixture
def small_disk(frail: Server) -> Iterator[Path]:
    """A disk of 24 MB. Skips where none can be had."""
    path = frail.folder / "small"
    path.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=24m,mode=777", "tmpfs", str(path)], check=False, capture_output=True
        ).returncode
    )
    if not mounted:
        pytest.skip("no small disk can be mounted here")
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@pytest.mark.slow
def test_a_full_disk_takes_all_or_nothing(frail: Server, small_disk: Path, record_property: Tell) -> None:
    """Where there is no room an entry is refused whole, reading goes on, and with room recording does too."""
    space = small_disk / "space"
    space.mkdir(mode=0o777)
    subprocess.run(["chown", str((frail.data).stat().st_uid), str(space)], check=True)
    frail.ask(f"CREATE TABLESPACE small LOCATION '{space}'")
    database = frail.database("empty")
    frail.ask(f"ALTER DATABASE {database} SET TABLESPACE small")
    ledger = PostgresLedger(frail.url(database))
    record(ledger)
    fill(small_disk / "filler")
    acknowledged, told = 1, ""
    while not told and acknowledged < MOST:
        try:
            acknowledged = record(ledger).seq
        except LedgerFull as refused:
            told = str(refused)
    assert "nothing was written. Free some disk space" in told
    assert acknowledged == len(kept(ledger))
    (small_disk / "filler").unlink()
    assert acknowledged + 1 == record(ledger).seq
    assert_whole(ledger)
    record_property("fault", f"server's disk full after {acknowledged} entries: all of them kept, the next refused")
    frail.ask(f"DROP DATABASE {database}")
    frail.ask("DROP TABLESPACE small")
    frail.ask("CHECKPOINT")  # no recovery looks for the disk that is gone


def fill(path: Path) -> None:
    """Write until the disk is full."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(1 << 12)):
            pass


def assert_whole(ledger: PostgresLedger, acknowledged: list[Entry] | None = None) -> None:
    """The chain holds from end to end, the engine finds nothing, and what was acknowledged is in it."""
    with ledger.auditing() as audit:
        assert [] == list(audit.self_check())
        assert [] == list(audit.dangling())
    found = {entry.seq: entry for entry in kept(ledger)}
    assert list(range(1, len(found) + 1)) == list(found)
    for entry in acknowledged or ():
        assert entry == found[entry.seq]


class Crowd:
    """People who record one entry after the other, until told to stop; each notes what was acknowledged."""

    def __init__(self, ledger: PostgresLedger, people: int) -> None:
        self.acknowledged: list[Entry] = []
        self.failures: list[LedgerError] = []
        self.others: list[BaseException] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(ledger,)) for _ in range(people)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def wait_for(self, more: int) -> None:
        """Wait until so many more entries have been acknowledged."""
        wanted, deadline = len(self.acknowledged) + more, time.monotonic() + PATIENCE
        while len(self.acknowledged) < wanted and time.monotonic() < deadline:
            time.sleep(0.02)
        assert wanted <= len(self.acknowledged)

    def _work(self, ledger: PostgresLedger) -> None:
        while not self._stop.is_set():
            try:
                self.acknowledged.append(record(ledger))
            except LedgerError as failure:
                self.failures.append(failure)
                time.sleep(0.05)
            except BaseException as trouble:  # noqa: BLE001 - whatever it is, the test tells it
                self.others.append(trouble)
                return


def killed(frail: Server) -> None:
    frail.kill()
    frail.start()


def restarted(frail: Server) -> None:
    frail.stop("fast")
    frail.start()


def one_backend_killed(frail: Server) -> None:
    """One process is killed, as by the kernel where memory runs out: the server throws everybody out, and recovers."""
    rows = frail.ask("SELECT pid FROM pg_stat_activity WHERE usename = 'owner' LIMIT 1")
    os.kill(int(str(rows[0][0])), signal.SIGKILL) if rows else None


@pytest.mark.slow
@pytest.mark.parametrize("harm", [killed, restarted, one_backend_killed])
def test_nothing_acknowledged_is_lost(frail: Server, harm: Callable[[Server], None], record_property: Tell) -> None:
    """While 8 record, the server is killed or restarted three times: what was acknowledged is there, and no half."""
    ledger = PostgresLedger(frail.url(frail.database("empty")))
    with Crowd(ledger, 8) as crowd:
        for _ in range(3):
            crowd.wait_for(15)
            harm(frail)
        crowd.wait_for(15)
    assert [] == crowd.others
    assert {ServerUnreachable, CommitUnknown} >= {type(one) for one in crowd.failures}
    assert_whole(ledger, crowd.acknowledged)
    unknown = sum(isinstance(one, CommitUnknown) for one in crowd.failures)
    surplus = len(kept(ledger)) - len(crowd.acknowledged)
    assert 0 <= surplus <= unknown
    record_property(
        "fault",
        f"server {harm.__name__} 3 times under 8 writers: {len(crowd.acknowledged)} acknowledged, 0 lost, "
        f"{len(crowd.failures)} refused, {unknown} of unknown end ({surplus} of them kept)",
    )


@pytest.mark.slow
def test_sixty_four_record_at_once(frail: Server, record_property: Tell) -> None:
    """64 connections at the same time: each entry is acknowledged, numbered without gaps and chained."""
    ledger = PostgresLedger(frail.url(frail.database("empty")))
    together, entries, troubles = threading.Barrier(64), list[Entry](), list[BaseException]()

    def work() -> None:
        try:
            together.wait(PATIENCE)
            entries.extend(record(ledger) for _ in range(5))
        except BaseException as trouble:  # noqa: BLE001 - the same
            troubles.append(trouble)

    threads = [threading.Thread(target=work) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert ([], 320) == (troubles, len(entries))
    assert_whole(ledger, entries)
    record_property("fault", "64 connections to a server at once: 320 of 320 recorded")


def test_a_client_killed_in_mid_record_leaves_nothing(ledger: PostgresLedger, server: Server, shared: str) -> None:
    """A client that dies with an entry appended and not kept lets go of the chain, and its entry was never there."""
    url = server.url(shared)
    hang = f"""
import sys, time
sys.path[:0] = {sys.path!r}
from datetime import UTC, date, datetime
from ordos_targets.domain.entries import EntryKind, NewEntry
from ordos_targets.store.postgres import PostgresLedger
with PostgresLedger({url!r}).writing() as book:
    book.append(NewEntry(target="parks", date=date(2025, 6, 30), kind=EntryKind.ITEM), datetime.now(UTC))
    print("appended", flush=True)
    time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", hang], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert "appended\n" == child.stdout.readline()
        with pytest.raises(LedgerLocked):
            record(ledger)
        child.kill()
    patient = PostgresLedger(url, lock_seconds=PATIENCE)
    assert 2 == record(patient).seq


@pytest.mark.parametrize(
    ("line", "failure", "entries"),
    [
        (Line(heard=True, again=True), None, 2),
        (Line(heard=True, again=False), CommitUnknown, 2),
        (Line(heard=False, again=True), ServerUnreachable, 1),
        (Line(heard=False, again=False), CommitUnknown, 1),
    ],
    ids=str,
)
def test_an_answer_that_is_lost_is_asked_for_again(
    server: Server, shared: str, line: Line, failure: type[LedgerError] | None, entries: int
) -> None:
    """The line is cut at COMMIT: the client calls back and learns what became of it, or says that nobody knows."""
    ledger = PostgresLedger(server.url(shared))
    record(ledger)
    with network(f"{server.folder}/.s.PGSQL.{server.port}", line) as proxy:
        distant = PostgresLedger(
            f"postgresql://owner@127.0.0.1:{proxy.port}/{shared}?sslmode=disable&gssencmode=disable"
        )
        if failure is None:
            assert 2 == record(distant).seq
        else:
            with pytest.raises(failure) as refused:
                record(distant)
            told = str(refused.value)
            assert ("it is unknown" in told, "nothing was written" in told) == (
                failure is CommitUnknown, failure is ServerUnreachable,
            )  # fmt: skip
        assert proxy.cut.is_set()
    deadline = time.monotonic() + PATIENCE
    while server.ask("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'") != [(0,)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert entries == len(kept(ledger))


def test_settings_of_a_login_do_not_weaken_a_commit(server: Server, shared: str) -> None:
    """Whoever records waits for the disk and not for ever, though their login was told otherwise."""
    server.roles("hasty")
    server.ask("ALTER ROLE hasty SET synchronous_commit = off")
    server.ask("GRANT owner TO hasty")
    with closing(psycopg.connect(server.url(shared, "hasty"))) as db:
        assert ("off",) == db.execute("SHOW synchronous_commit").fetchone()
        db.execute("SELECT ordos_targets.hold()")
        shown = [
            db.execute(f"SHOW {name}".encode()).fetchone()
            for name in ("synchronous_commit", "idle_in_transaction_session_timeout")
        ]
    assert [("on",), ("5min",)] == shown


@pytest.mark.slow
def test_a_damaged_page_is_told_and_the_rest_saved(frail: Server, office: Office, record_property: Tell) -> None:
    """Where the server cannot read on, verify says after which entry, and a salvage brings all that can be read."""
    database = frail.database("empty")
    ledger = PostgresLedger(frail.url(database))
    office.write(GOALS)
    with ledger.writing() as book:
        for _ in range(200):
            book.append(DRAFT, NOW)
    frail.ask("CHECKPOINT")
    [(path,)] = frail.ask("SELECT pg_relation_filepath('ordos_targets.entries')", database)
    frail.stop()
    with (frail.data / str(path)).open("r+b") as file:
        file.seek(8192)
        file.write(b"\xa5" * 8192)
    frail.start()
    ran = office.run("verify", "--ledger", frail.url(database))
    assert (5, True) == (ran.code, "not readable; the entries after it were not checked (invalid page" in ran.err)
    saved = office.run("export", "--salvage", "--format", "jsonl", "--ledger", frail.url(database))
    lines = saved.out.count("\n")
    assert (0, True, True) == (saved.code, 0 < lines < 200, f"At least {200 - lines}" in saved.err)
    with pytest.raises(LedgerDamaged):
        kept(ledger)
    record_property("fault", f"a page of the server's table garbled: named, {lines} of 200 saved")


HARMS = {
    "UPDATE ordos_targets.entries SET value = 9 WHERE seq = 1": "#1: changed after it was written",
    "DELETE FROM ordos_targets.entries WHERE seq = 1": "#1: the entry is missing",
    "DELETE FROM ordos_targets.entries WHERE seq = 2": "the head names entry 2 as the last, but the last is entry 1",
    "DROP TRIGGER entries_are_not_changed ON ordos_targets.entries": "entries_are_not_changed, which protects",
    "DROP POLICY entries_seen ON ordos_targets.entries": "entries_seen, which protects",
    "ALTER TABLE ordos_targets.entries DISABLE ROW LEVEL SECURITY": "entries_seen, which protects",
    "CREATE OR REPLACE FUNCTION ordos_targets.owns() RETURNS boolean LANGUAGE sql AS 'SELECT 1=1'": "owns, which",
    "CREATE FUNCTION ordos_targets.more() RETURNS boolean LANGUAGE sql AS 'SELECT true'": "more was not created by",
    "UPDATE ordos_targets.head SET hash = repeat('f', 64)": "the hash of the head differs from that of entry 2",
    "UPDATE ordos_targets.head SET seq = 9": "the head names entry 9 as the last, but the last is entry 2",
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_tampering_by_the_superuser_is_found(
    ledger: PostgresLedger, server: Server, shared: str, office: Office, harm: str
) -> None:
    """Who may do everything can change entries and rules; `verify` names what was changed."""
    record(ledger)
    office.write(GOALS)
    server.ask(
        f"ALTER TABLE ordos_targets.entries DISABLE TRIGGER entries_are_not_changed; {harm}; "
        + (
            ""
            if "DROP TRIGGER" in harm
            else "ALTER TABLE ordos_targets.entries ENABLE ALWAYS TRIGGER entries_are_not_changed"
        ),
        shared,
    )
    ran = office.run("verify", "--ledger", server.url(shared))
    assert (5, True) == (ran.code, HARMS[harm] in ran.err), ran.err
