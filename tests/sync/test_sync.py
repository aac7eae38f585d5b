"""Two ledgers exchange what each lacks: what passes, what is held back, what others do meanwhile."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sync.ledgers import (
    NOON,
    Busy,
    Cut,
    Machine,
    amended,
    chained,
    machine,
    more,
    void_of,
)

from ordos_targets.domain.entries import Entry, NewEntry
from ordos_targets.domain.errors import LedgerError, Message
from ordos_targets.domain.sync import Disagreement, LedgersDisagree, Synced
from ordos_targets.report.exchange import WHY
from ordos_targets.store.errors import LedgerLocked, LedgerUnreachable
from ordos_targets.usecases import sync as usecase
from ordos_targets.usecases.sync import SameLedger, SyncBrokenOff

UID = "0197be22-2c00-757c-b352-2f9e5cfceb8a"


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    return machine(tmp_path, "here")


@pytest.fixture
def there(tmp_path: Path) -> Machine:
    return machine(tmp_path, "there")


def counts(done: Synced) -> tuple[int, int, int]:
    """Sent, received, in conflict."""
    return done.sent, done.received, done.conflict_count


def conflicts(done: Synced) -> list[tuple[int | None, int | None, str, str]]:
    """Numbers here and there, why, and the columns that differ."""
    return [(one.here, one.there, one.why.value, " ".join(one.columns)) for one in done.conflicts]


def test_each_gets_what_it_lacks_and_nothing_twice(here: Machine, there: Machine) -> None:
    """Entries go both ways with uid and content; number, chain and moment are each ledger's own; again is nothing."""
    one, two = here.record(1, note="一", evidence="a.pdf", evidence_sha256="ab" * 32), here.record(2)
    three = there.record(3, by="han", origin="import:六月.csv")
    here.clock.now += timedelta(days=1)
    assert (2, 1, 0) == counts(here.sync(there))
    assert [one, two] == here.entries()[:2]
    came = here.entries()[2]
    expected = three._replace(seq=3, recorded_at=came.recorded_at, hash=came.hash)
    assert (expected, True) == (came, came.recorded_at > three.recorded_at)
    assert [three.uid, one.uid, two.uid] == [entry.uid for entry in there.entries()]
    assert (True, True) == (chained(here.entries()), chained(there.entries()))
    assert [(0, 0, 0), (0, 0, 0)] == [counts(here.sync(there)), counts(there.sync(here))]


def test_a_new_machine_gets_all_and_a_new_stick_too(here: Machine, there: Machine, tmp_path: Path) -> None:
    """A ledger that does not exist yet is made where something comes to it, and not where nothing does."""
    assert (0, 0, 0) == counts(here.sync(there))
    assert ["targets.toml"] == sorted(path.name for path in tmp_path.iterdir())
    here.record()
    assert (1, 0, 0) == counts(here.sync(there))
    assert (0, 1, 0) == counts(machine(tmp_path, "new").sync(there))


@pytest.mark.parametrize(
    ("column", "facts"),
    [
        ("target", {"target": "roads"}),
        ("replaces", {"replaces": UID}),
        ("value note", {"value": Decimal(7), "note": "x"}),
    ],
)
def test_the_same_uid_with_other_content_is_told_and_left(
    column: str, facts: dict[str, object], here: Machine, there: Machine
) -> None:
    """Neither version is overwritten, the columns are named, all else is exchanged, and the failure comes last."""
    [mine] = here.write(more(1), uid=UID)
    there.record(9)
    [theirs] = there.write(more(1)._replace(**facts), uid=UID)  # type: ignore[arg-type]
    here.record(2)
    done = here.sync(there)
    assert (1, 1, 1, [(1, 2, "content", column)]) == (*counts(done), conflicts(done))
    assert ([mine], [theirs]) == tuple([one for one in side.entries() if one.uid == UID] for side in (here, there))
    with pytest.raises(LedgersDisagree) as refused:
        done.insist()
    assert (4, {"conflicts": 1}) == (refused.value.exit_code, refused.value.params)
    assert [(0, 0, 1)] == [counts(here.sync(there))]


def test_what_builds_on_a_conflict_is_held_back(here: Machine, there: Machine) -> None:
    """A void or amendment of an entry that says something else there would cancel another figure."""
    [mine] = here.write(more(1), uid=UID)
    there.write(more(2), uid=UID)
    later = here.amend(here.amend(mine, 3), 4)
    done = here.sync(there)
    assert [(1, 1, "content", "value"), *((seq, None, "builds_on", "") for seq in (2, 3, 4, 5))] == conflicts(done)
    assert ([4], [2]) == (here.values(), there.values())
    assert 5 == later.seq


def test_two_bare_voids_of_one_entry_are_no_conflict(here: Machine, there: Machine) -> None:
    """It is cancelled in both; neither void is brought over, now or later."""
    entry = here.record(1)
    here.sync(there)
    here.void(entry, "twice")
    there.void(entry, "wrong")
    for _ in range(2):
        done = here.sync(there)
        assert (0, 0, 0, 2) == (*counts(done), done.known)
    assert ([2, 2], [], []) == ([len(here.entries()), len(there.entries())], here.values(), there.values())


def test_two_amendments_of_one_entry_are_held_back(here: Machine, there: Machine) -> None:
    """No ledger gets two figures for one; what builds on either stays with it; all else is exchanged."""
    entry = here.record(1)
    here.sync(there)
    mine, theirs = here.amend(entry, 5), there.amend(entry, 6)
    here.amend(mine, 7)
    here.record(9)
    done = here.sync(there)
    assert (1, 0) == (done.sent, done.received)
    assert [(3, 3, "amended", ""), (4, None, "builds_on", ""), (5, None, "builds_on", "")] == conflicts(done)
    assert entry.uid == done.conflicts[0].uid
    assert ([7, 9], [6, 9]) == (here.values(), there.values())
    assert theirs.uid in there.live()


def test_a_broken_reference_goes_no_further(here: Machine, there: Machine) -> None:
    """What amends an entry that nobody has is told, and the other ledger stays whole."""
    here.record(1, replaces=UID)
    done = here.sync(there)
    assert ([(1, None, "dangling", "")], []) == (conflicts(done), there.entries())


@pytest.mark.parametrize(
    ("draft", "uid"),
    [
        (more()._replace(value=Decimal("0.00001")), UID),
        (more()._replace(value=Decimal(10) ** 15), UID),
        (more()._replace(of=Decimal("1234567890.123456")), UID),
        (more()._replace(note="长" * 5000), UID),
        (more(), "7"),
    ],
)  # fmt: skip
def test_what_this_tool_never_writes_goes_no_further(draft: NewEntry, uid: str, here: Machine, there: Machine) -> None:
    """A figure that is not exact, an endless note, a uid that is none: a ledger tampered with infects no other."""
    there.write(draft, uid=uid)
    done = here.sync(there)
    assert ([(None, 1, "malformed", "")], []) == (conflicts(done), here.entries())


def test_a_dry_run_tells_the_same_and_changes_no_byte(here: Machine, there: Machine, tmp_path: Path) -> None:
    """Counts and conflicts are those of the real run, chains of corrections among them; files and folder stay."""
    entry, other = here.record(1), here.record(2)
    here.sync(there)
    here.amend(here.amend(entry, 5), 6)
    there.amend(entry, 7)
    there.void(there.amend(there.amend(other, 8), 9))
    new = there.record(3)
    there.amend(new, 4)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    told = here.sync(there, dry_run=True)
    assert before == {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = here.sync(there)
    assert (counts(done), conflicts(done), done.known) == (counts(told), conflicts(told), told.known)
    assert (0, 8, 3, False, True) == (*counts(told), told.kept, done.kept)


def test_a_ledger_does_not_exchange_with_itself(here: Machine, tmp_path: Path) -> None:
    """Also under another name: it would look as if there were a second copy."""
    here.record()
    (tmp_path / "link.db").symlink_to(tmp_path / "here.db")
    with pytest.raises(SameLedger):
        here.sync(machine(tmp_path, "link"))


def test_others_may_write_meanwhile(here: Machine, there: Machine) -> None:
    """What came to the other ledger after it was compared is seen inside the transaction: nothing is doubled."""
    first, second, third = here.record(1), here.record(2), here.record(3)
    here.sync(there)
    new, mine = here.record(4), here.amend(first, 5)
    void = here.void(second)
    here.write(more(6), uid=UID)
    # Others bring the new entry, amend the first, cancel the second, and have another entry under the last uid.
    meanwhile: list[NewEntry | Entry] = [
        new,
        void_of(first),
        amended(first, 7),
        void_of(second),
        here.entries()[-1]._replace(value=Decimal(8)),
    ]
    done = here.sync(Busy(there.ledger, meanwhile))
    assert [(6, 6, "amended", ""), (8, 8, "content", "value")] == conflicts(done)
    assert (0, 0) == (done.sent, done.received)
    assert (sorted([3, 4, 5, 6]), sorted([3, 4, 7, 8])) == (here.values(), there.values())
    assert (True, 6, 7, third.uid in there.live()) == (chained(there.entries()), mine.seq, void.seq, True)


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("after", range(6))
def test_a_connection_cut_loses_the_batch_at_hand_at_most(
    here: Machine, there: Machine, monkeypatch: pytest.MonkeyPatch, after: int, *, committed: bool
) -> None:
    """However many entries had come when it broke off, what was told is kept, and the next run brings the rest once."""
    monkeypatch.setattr(usecase, "BATCH", 2)
    for number in range(1, 7):
        here.record(number)
    there.record(9)
    lost = LedgerUnreachable(path="postgresql://…", reason="connection lost")
    with pytest.raises(SyncBrokenOff) as broken:
        here.sync(Cut(there.ledger, after, lost, committed=committed))
    assert (5, lost.message) == (broken.value.exit_code, broken.value.params["reason"])
    sent, received = broken.value.params["sent"], broken.value.params["received"]
    # A commit whose answer was lost is not told, and kept all the same.
    kept = max((after + 1) // 2 * 2, 2) if committed else after // 2 * 2
    assert (kept - 2 * committed, 1, kept) == (sent, received, len(there.entries()) - 1)
    assert (6 - kept, 0, 0) == counts(here.sync(there))
    assert [1, 2, 3, 4, 5, 6, 9] == here.values() == there.values()


def test_a_locked_ledger_is_told(here: Machine, there: Machine, tmp_path: Path) -> None:
    """Nothing is lost where the other ledger stays locked; before anything was exchanged the failure is its own."""
    here.record()
    there.record(2)
    with there.ledger.writing(), pytest.raises(SyncBrokenOff) as broken:
        here.sync(type(there.ledger)(tmp_path / "there.db", busy_seconds=0.05))  # type: ignore[call-arg]
    assert {"sent": 0, "received": 1} == {key: broken.value.params[key] for key in ("sent", "received")}
    with there.ledger.writing(), pytest.raises(LedgerLocked):
        here.sync(type(there.ledger)(tmp_path / "there.db", busy_seconds=0.05))  # type: ignore[call-arg]
    assert (1, 0, 0) == counts(here.sync(there))


@pytest.mark.slow
@pytest.mark.parametrize("side", ["here", "there"])
@pytest.mark.parametrize("page", range(1, 40, 4))
def test_a_damaged_ledger_is_named_and_spreads_to_no_other(
    side: str, page: int, here: Machine, there: Machine, tmp_path: Path
) -> None:
    """Whichever is damaged, the failure is about that one, and the other one stays whole."""
    for machine_ in (here, there):
        for number in range(150):
            machine_.record(number, note="n" * 200)
    path, sound = tmp_path / f"{side}.db", there if side == "here" else here
    with path.open("r+b") as file:
        file.seek(page * 4096)
        file.write(bytes(4096))
    failure = failed_exchange(here, there)
    assert chained(sound.entries())
    if failure is None:
        assert 300 == len(sound.entries())
    else:
        reason = failure.params["reason"]
        facts = reason.params if isinstance(failure, SyncBrokenOff) and isinstance(reason, Message) else failure.params
        assert str(path) == facts["path"]


def failed_exchange(here: Machine, there: Machine) -> LedgerError | None:
    """How an exchange fails; None where it does not."""
    try:
        here.sync(there)
    except LedgerError as failure:
        return failure
    return None


def test_a_backup_is_a_ledger_to_exchange_with(here: Machine, tmp_path: Path) -> None:
    """A copy without a write-ahead log, as `backup` makes it, is read and then written in the same run."""
    entry = here.record(1)
    (tmp_path / "copy.db").write_bytes(b"".join(here.ledger.copy()))
    copy = machine(tmp_path, "copy")
    here.amend(entry, 2)
    assert (2, 0, 0) == counts(here.sync(copy))
    assert (0, 0, 0) == counts(copy.sync(here))


def test_targets_that_came_and_are_not_in_the_goals_are_named(here: Machine, there: Machine) -> None:
    """They are taken, and said as `check` says them: of this period, not what was cancelled or went out."""
    there.record(1, target="bridges", district="north")
    there.record(1, target="old", date=date(2024, 6, 30))
    there.void(there.record(1, target="gone"))
    here.record(1, target="ours")
    for dry_run in (True, False):
        done = here.sync(there, dry_run=dry_run)
        assert ["target “bridges”", "district “north”"] == [str(one) for one in done.strangers]
    assert [] == here.sync(there).strangers


def test_only_the_first_conflicts_are_told_and_all_are_counted(here: Machine, there: Machine) -> None:
    """Many are counted, and the list stays short enough to read."""
    for side, value in ((here, 1), (there, 2)):
        with side.ledger.writing() as book:
            for number in range(600):
                book.append(more(value), NOON, f"{number:08x}-2c00-757c-b352-2f9e5cfceb8a")
    done = here.sync(there)
    assert (600, 50) == (done.conflict_count, len(done.conflicts))


def test_progress_ends_where_all_is_done(here: Machine, there: Machine) -> None:
    """What is told of the progress never falls, and ends with all of all."""
    for number in range(30):
        here.record(number)
    told: list[tuple[int, int]] = []
    usecase.sync(here.workspace, there.ledger, lambda done, of: told.append((done, of)))
    assert (sorted(told), (60, 60)) == (told, told[-1])


def test_the_moment_is_never_before_the_last(here: Machine, there: Machine) -> None:
    """What comes to a ledger whose last entry was stamped by a clock ahead of ours is stamped like that one."""
    there.clock.now += timedelta(days=2)
    last = there.record(1)
    here.record(2)
    here.sync(there)
    assert [last.recorded_at, last.recorded_at] == [one.recorded_at for one in there.entries()]


def test_disagreements_have_words() -> None:
    """Every reason is said in a word and has its place in the JSON."""
    assert set(Disagreement) == set(WHY)
