"""Two ledgers exchange the entries that each lacks: any number of times, broken off at any point, nothing twice.

First both are compared, in the order of their uids. What a ledger lacks is then brought in the order it was written
in, batch by batch, each batch in one transaction; it is judged anew inside that transaction, because others may have
written meanwhile. So whatever breaks off loses the batch at hand at most, and the next run finds what is still lacking.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field

from ordos_targets.domain.entries import Entry, Kind, Stored
from ordos_targets.domain.errors import N_, InvalidData, LedgerFailure, Message, UsageFailure
from ordos_targets.domain.sync import (
    Conflict,
    Disagreement,
    Ruling,
    Verdict,
    content,
    differences,
    merged,
    seq_of,
    signed_for,
    uid_of,
)
from ordos_targets.store.ledger import Ledger, LedgerDamaged, Listed, Refused
from ordos_targets.store.scratch import Worklist, open_worklist
from ordos_targets.usecases.check import strangers
from ordos_targets.usecases.moment import moment
from ordos_targets.usecases.sync_rulings import Judge, Source, Way, is_amendment
from ordos_targets.usecases.workspace import Workspace

BATCH = 500
MOST_TOLD = 50
ENTRIES_BETWEEN_SIGNS = 2_000
TOLD = "told"  # the mark on a uid that a conflict was told about

Progress = Callable[[int, int], None]


class SameLedger(UsageFailure):
    code = "same_ledger"
    template = N_("{path} is this ledger itself; name the one to exchange entries with.")


class SyncBrokenOff(LedgerFailure):
    code = "sync_broken_off"
    template = N_(
        "Broken off; what had been exchanged is kept ({sent} sent, {received} received), and running it again brings "
        "the rest. {reason}"
    )


class LedgersDisagree(InvalidData):
    code = "ledgers_disagree"
    template = N_("The ledgers disagree about some entries ({conflicts}); these are held back, all others pass.")


@dataclass(slots=True, kw_only=True)
class Synced:
    """What an exchange did, or under `kept` False would do.

    `known` are voids of entries that were cancelled already; `refused` what one of the ledgers does not let this login
    write; `conflicts` the first of the disagreements, of which there are `conflict_count`; `strangers` which targets
    and districts came that targets.toml does not name.
    """

    kept: bool
    sent: int = 0
    received: int = 0
    known: int = 0
    refused: int = 0
    conflict_count: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    strangers: list[Message] = field(default_factory=list)

    def insist(self) -> None:
        """Raises LedgersDisagree where there are conflicts."""
        if self.conflict_count:
            raise LedgersDisagree(conflicts=self.conflict_count)


def sync(workspace: Workspace, other: Ledger, progress: Progress, *, dry_run: bool = False) -> Synced:
    """Exchange entries between the workspace's ledger and `other`.

    `progress` is told now and then how many entries of how many were looked at or brought. Raises SameLedger, and
    SyncBrokenOff where a ledger fails after something was exchanged, else what the ledger raises.
    """
    _refuse_same(workspace.ledger, other)
    done = Synced(kept=not dry_run)
    with open_worklist() as work:
        run = _Run(workspace, other, work, done, progress)
        try:
            run.compare()
            for way in Way:
                run.bring(way)
        except LedgerFailure as failure:
            if done.kept and (done.sent or done.received):
                facts = {"sent": done.sent, "received": done.received}
                raise SyncBrokenOff(**facts, reason=failure.message) from failure
            raise
    done.strangers = strangers(workspace.goals, run.named)
    return done


def _refuse_same(ours: Ledger, theirs: Ledger) -> None:
    with suppress(OSError, ValueError):  # one that is not there is not the same; a NUL in its path is told later
        if ours.path and theirs.path and os.path.samefile(ours.path, theirs.path):  # noqa: PTH121 - as elsewhere
            raise SameLedger(path=theirs.name)


def _stream(ledger: Ledger) -> Generator[Stored, None, None]:
    """Every entry by uid, from a view of its own: a failure in here is this ledger's."""
    with ledger.reading() as book:
        yield from book.by_uid()


class _Run:
    """One exchange while it goes on. `named` are the targets and districts of what came for this period."""

    def __init__(self, workspace: Workspace, other: Ledger, work: Worklist, done: Synced, progress: Progress) -> None:
        self._workspace, self._other, self._work, self._done = workspace, other, work, done
        self._tell, self._looked_at, self._all = progress, 0, 0
        self._ways = {Way.RECEIVE: (other, workspace.ledger), Way.SEND: (workspace.ledger, other)}
        self._judges = {way: Judge(way, Source(source), work) for way, (source, _there) in self._ways.items()}
        self.named: set[tuple[str, str | None]] = set()

    def compare(self) -> None:
        """Find what either ledger lacks, and what is in both and says something else."""
        for ledger in (self._workspace.ledger, self._other):
            with ledger.reading() as book:
                self._all += book.head.entries
        different: list[str] = []
        with closing(_stream(self._workspace.ledger)) as ours, closing(_stream(self._other)) as theirs:
            for one, other in merged(ours, theirs):
                self._look_at((one is not None) + (other is not None))
                if one is None or other is None:
                    self._queue(one, other)
                elif content(one) != content(other):
                    different.append(uid_of(one))
                if len(different) == BATCH:
                    self._disagree(different)
                    different.clear()
        self._disagree(different)
        self._all = self._looked_at + sum(map(self._work.length, Way))

    def _queue(self, ours: Stored | None, theirs: Stored | None) -> None:
        """Remember who lacks the entry that only one of them has."""
        if ours is not None:
            self._work.put(Way.SEND, seq_of(ours), uid_of(ours))
        if theirs is not None:
            self._work.put(Way.RECEIVE, seq_of(theirs), uid_of(theirs))

    def _disagree(self, uids: Sequence[str]) -> None:
        """Report entries that say something else in either ledger. Cancelled in both, they are settled."""
        ours, theirs = (_among(ledger, uids) for ledger in (self._workspace.ledger, self._other))
        for uid in uids:
            here, there = ours[uid], theirs[uid]
            columns = differences(here.entry, there.entry)
            if not columns or (here.cancelled_by and there.cancelled_by):
                continue
            for judge in self._judges.values():
                judge.withhold(uid, Verdict.HELD)
            numbers = {"here": here.entry.seq, "there": there.entry.seq}
            why = Disagreement.CONTENT
            self._report(Conflict(uid=uid, target=here.entry.target, **numbers, why=why, columns=columns))

    def bring(self, way: Way) -> None:
        """Bring what is lacking one way, batch by batch."""
        source, last = self._ways[way][0], 0
        while queued := self._work.after(way, last, BATCH):
            with source.reading() as book:
                batch = book.among([uid for _seq, uid in queued])
            if len(batch) < len(queued):
                raise LedgerDamaged(path=source.name, reason=Message(N_("entries are not found a second time")))
            if len(queued) == BATCH and batch[-1].entry.kind is Kind.VOID:
                batch.pop()  # it may be half of an amendment, which comes whole or not at all
            last = batch[-1].entry.seq
            self._bring(way, batch)
            self._look_at(len(batch), always=True)

    def _bring(self, way: Way, batch: list[Listed]) -> None:
        """Bring a batch; where the ledger refuses it as a whole, in ever smaller parts."""
        try:
            rulings = self._written(way, batch)
        except Refused:
            cut = _middle(batch)
            if cut:
                self._bring(way, batch[:cut])
                self._bring(way, batch[cut:])
                return
            rulings = [Ruling(Verdict.REFUSED)] * len(batch)
        for listed, ruling in zip(batch, rulings, strict=True):
            self._judges[way].note(listed.entry, ruling.verdict, kept=self._done.kept)
            self._count(way, listed, ruling)

    def _written(self, way: Way, batch: Sequence[Listed]) -> list[Ruling]:
        """Rule on a batch, and write what passes in one transaction; where nothing does, or none is kept, only rule."""
        judge, there = self._judges[way], self._ways[way][1]
        with there.reading() as book:
            rulings = judge.rulings(batch, book)
        if not self._done.kept or not any(one.verdict is Verdict.PASS for one in rulings):
            return rulings
        with there.writing() as book:
            rulings = judge.rulings(batch, book)
            passing = [one.entry for one, ruling in zip(batch, rulings, strict=True) if ruling.verdict is Verdict.PASS]
            now = moment(self._workspace.clock(), book.head, insisted=False)
            book.append_drafts([(signed_for(entry, book.signs_as), entry.uid) for entry in passing], now)
        return rulings

    def _count(self, way: Way, listed: Listed, ruling: Ruling) -> None:
        entry = listed.entry
        if ruling.verdict is Verdict.PASS:
            self._done.sent += way is Way.SEND
            self._done.received += way is Way.RECEIVE
            if way is Way.RECEIVE and entry.kind is not Kind.VOID and not listed.cancelled_by:
                self._name(entry)
        self._done.known += ruling.verdict is Verdict.THERE
        self._done.refused += ruling.verdict is Verdict.REFUSED
        if ruling.verdict is Verdict.HELD and ruling.why is not None:
            numbers = entry.seq, ruling.other.seq if ruling.other else None
            here, there = numbers if way is Way.SEND else reversed(numbers)
            both_amended = ruling.why is Disagreement.AMENDED
            uid = str(entry.replaces) if both_amended else entry.uid
            self._report(
                Conflict(
                    uid=uid, target=entry.target, here=here, there=there, why=ruling.why, columns=ruling.columns
                )
            )  # fmt: skip

    def _name(self, entry: Entry) -> None:
        if entry.date >= self._workspace.goals.period.start:
            self.named.add((entry.target, entry.district))

    def _report(self, conflict: Conflict) -> None:
        """Tell of a conflict, once: that two amendments collide is found on either way."""
        if self._work.mark_of(TOLD, conflict.uid) is not None:
            return
        self._work.mark(TOLD, conflict.uid)
        self._done.conflict_count += 1
        if len(self._done.conflicts) < MOST_TOLD:
            self._done.conflicts.append(conflict)

    def _look_at(self, count: int, *, always: bool = False) -> None:
        before, self._looked_at = self._looked_at, self._looked_at + count
        if always or before // ENTRIES_BETWEEN_SIGNS != self._looked_at // ENTRIES_BETWEEN_SIGNS:
            self._tell(self._looked_at, max(self._all, self._looked_at))


def _among(ledger: Ledger, uids: Sequence[str]) -> dict[str, Listed]:
    if not uids:
        return {}
    with ledger.reading() as book:
        return {one.entry.uid: one for one in book.among(uids)}


def _middle(batch: Sequence[Listed]) -> int:
    """Where to cut a batch in two, not between the lines of an amendment; 0 where it is no longer to be cut."""
    middle = (len(batch) + 1) // 2
    if 0 < middle < len(batch) and is_amendment(batch[middle - 1].entry, batch[middle].entry):
        middle += 1
    return middle if middle < len(batch) else 0
