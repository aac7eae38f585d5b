"""Two ledgers exchange the entries that each lacks: any number of times, broken off at any point, nothing twice.

First both are compared, in the order of their uids. What a ledger lacks is then brought in the order it was written
in, batch by batch, each batch in one transaction; it is decided on anew inside that transaction, because others may
have written meanwhile. So whatever breaks off loses the batch at hand at most, and the next run finds what is still
lacking.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from enum import StrEnum

from ordos_targets.domain.entries import Entry, EntryKind, EntryRow, NewEntry
from ordos_targets.domain.errors import N_, LedgerError, Message, UsageError
from ordos_targets.domain.sync import (
    Conflict,
    Decision,
    Disagreement,
    Place,
    SyncContext,
    SyncDecision,
    Synced,
    content,
    decide,
    differences,
    merged,
    seq_of,
    signed_for,
    uid_of,
)
from ordos_targets.store.errors import LedgerDamaged, Refused
from ordos_targets.store.ledger import Ledger, LedgerEntry, Reader
from ordos_targets.store.scratch import ScratchQueue, open_scratch_queue
from ordos_targets.usecases.entry_checks import recording_time
from ordos_targets.usecases.workspace import Workspace, unlisted_names

# Marks on uids: how a replaced entry stands in the ledger that entries go to, why one was not brought, and which
# conflicts were reported.
STANDING, WITHHELD, REPORTED = "standing", "withheld", "reported"
BATCH = 500
MAX_LISTED = 50
ENTRIES_BETWEEN_SIGNS = 2_000

Progress = Callable[[int, int], None]


class SameLedger(UsageError):
    code = "same_ledger"
    template = N_("{path} is this ledger itself; name the one to exchange entries with.")


class SyncBrokenOff(LedgerError):
    code = "sync_broken_off"
    template = N_(
        "Broken off; what had been exchanged is kept ({sent} sent, {received} received), and running it again brings "
        "the rest. {reason}"
    )


class Way(StrEnum):
    """Which way entries go."""

    RECEIVE = "receive"
    SEND = "send"


class BatchDecider:
    """Decides on batches of entries that go one `way`."""

    def __init__(self, way: Way, source: Ledger, work: ScratchQueue) -> None:
        self._way, self._source, self._work = way, source, work

    def decide_batch(self, batch: Sequence[LedgerEntry], there: Reader) -> list[SyncDecision]:
        """Return the decisions on a batch, in the order of its numbers; `there` is a view of where the entries go."""
        entries = [one.entry for one in batch]
        replaced = [entry.replaces for entry in entries if entry.replaces is not None]
        facts = _BatchFacts(there, [entry.uid for entry in entries], replaced)
        decisions: list[SyncDecision] = []
        for entry, allowed in zip(entries, _allowed(entries, there), strict=True):
            decisions.append(decide(entry, self._context(entry, facts, there, allowed=allowed)))
            facts.note(entry, decisions[-1].verdict)
        return decisions

    def note(self, entry: Entry, verdict: Decision, *, kept: bool) -> None:
        """Remember what became of an entry, for those that replace it; of what is `kept` the ledger itself tells."""
        for uid, place, withheld in _consequences(entry, verdict):
            if place is not None and not kept:
                self._work.mark(f"{STANDING} {self._way}", uid, place.value)
            if withheld is not None:
                self.withhold(uid, withheld)

    def withhold(self, uid: str, verdict: Decision) -> None:
        """Remember that what replaces the entry of this uid stays behind too."""
        self._work.mark(f"{WITHHELD} {self._way}", uid, verdict.value)

    def _context(self, entry: Entry, facts: _BatchFacts, there: Reader, *, allowed: bool) -> SyncContext:
        same = facts.same.get(entry.uid)
        if entry.replaces is None or same is not None:
            return SyncContext(same=same, allowed=allowed)
        withheld = facts.withheld.get(entry.replaces)
        if withheld is None:
            mark = self._work.mark_of(f"{WITHHELD} {self._way}", entry.replaces)
            withheld = None if mark is None else Decision(mark)
        return SyncContext(
            replaced=self._place(entry.replaces, facts),
            withheld=withheld,
            rival=self._rival(entry, facts, there),
            allowed=allowed,
        )

    def _place(self, uid: str, facts: _BatchFacts) -> Place:
        """Return how an entry stands there, or will once what was decided before has come; a dry run brings nothing."""
        mark = self._work.mark_of(f"{STANDING} {self._way}", uid)
        places = [facts.places.get(uid, Place.ABSENT), Place.ABSENT if mark is None else Place(mark)]
        return max(places, key=lambda place: place.value)

    def _rival(self, entry: Entry, facts: _BatchFacts, there: Reader) -> Entry | None:
        """Return another amendment of what this one amends, if both would stand and only one of them is known here."""
        if entry.kind is EntryKind.VOID:
            return None
        others = [one.entry for one in facts.successors.get(entry.replaces or "", []) if one.entry.uid != entry.uid]
        known = {one.entry.uid for one in _get_many(self._source, [one.uid for one in others])} if others else set()
        strangers = [one for one in others if one.uid not in known and self._stands(one.uid, there)]
        return strangers[0] if strangers and self._stands(entry.uid, there) else None

    def _stands(self, uid: str, there: Reader) -> bool:
        """Return whether an entry, or one that amends it, is cancelled in neither ledger."""
        waiting, seen = [uid], {uid}
        while waiting:
            asked = [waiting.pop()]
            found = [*_get_many(self._source, asked), *there.get_many(asked)]
            if not any(one.cancelled_by for one in found):
                return True
            later = {one.entry.uid for one in (*_successors(self._source, asked), *there.successors(asked))}
            waiting += sorted(later - seen)
            seen |= later
        return False


class _BatchFacts:
    """What the ledger that a batch goes to says about it, asked in one go; and what the batch itself will change."""

    def __init__(self, there: Reader, uids: Sequence[str], replaced: Sequence[str]) -> None:
        self.same = {one.entry.uid: one.entry for one in there.get_many(uids)}
        self.places = {one.entry.uid: _place_of(one) for one in (there.get_many(replaced) if replaced else ())}
        self.withheld: dict[str, Decision] = {}
        self.successors: dict[str, list[LedgerEntry]] = {}
        for one in there.successors(replaced) if replaced else ():
            self.successors.setdefault(one.entry.replaces or "", []).append(one)

    def note(self, entry: Entry, verdict: Decision) -> None:
        """Remember what becomes of an entry of the batch, for those of it that replace it."""
        for uid, place, withheld in _consequences(entry, verdict):
            if place is not None:
                self.places[uid] = place
            if withheld is not None:
                self.withheld[uid] = withheld


def _place_of(listed: LedgerEntry) -> Place:
    return Place.STANDS if listed.cancelled_by is None else Place.CANCELLED


def _consequences(entry: Entry, verdict: Decision) -> list[tuple[str, Place | None, Decision | None]]:
    """Return what a verdict means for entries that replace this one or that it replaces: a place there, or none."""
    if verdict is Decision.THERE:
        return []
    if verdict is Decision.PASS:
        cancelled = [(entry.replaces, Place.CANCELLED, None)] if entry.kind is EntryKind.VOID and entry.replaces else []
        return [(entry.uid, Place.STANDS, None), *cancelled]
    # What amends an entry that could not be cancelled there would stand beside it.
    barred = [(entry.replaces, None, verdict)] if entry.kind is EntryKind.VOID and entry.replaces else []
    return [(entry.uid, None, verdict), *barred]


def _may_append(draft: NewEntry, there: Reader) -> bool:
    try:
        there.check_append(draft)
    except Refused:
        return False
    return True


def _allowed(entries: Sequence[Entry], there: Reader) -> list[bool]:
    """Return for each entry whether it may be written there; of an amendment both lines or neither."""
    allowed = [_may_append(signed_for(entry, there.signs_as), there) for entry in entries]
    for number in range(1, len(entries)):
        if is_amendment(entries[number - 1], entries[number]):
            allowed[number - 1] = allowed[number] = allowed[number - 1] and allowed[number]
    return allowed


def is_amendment(void: Entry, entry: Entry) -> bool:
    """Return whether two entries, one after the other, cancel an entry and write it anew."""
    return void.kind is EntryKind.VOID and entry.kind is not EntryKind.VOID and void.replaces == entry.replaces


def sync(workspace: Workspace, other: Ledger, progress: Progress, *, dry_run: bool = False) -> Synced:
    """Exchange entries between the workspace's ledger and `other`.

    `progress` is called now and then with the numbers of entries done and in all. Raises SameLedger, and
    SyncBrokenOff where a ledger fails after something was exchanged, else what the ledger raises.
    """
    _refuse_same(workspace.ledger, other)
    done = Synced(kept=not dry_run)
    with open_scratch_queue() as work:
        run = _Run(workspace, other, work, done, progress)
        try:
            run.compare()
            for way in Way:
                run.bring(way)
        except LedgerError as failure:
            if done.kept and (done.sent or done.received):
                counts = {"sent": done.sent, "received": done.received}
                raise SyncBrokenOff(**counts, reason=failure.message) from failure
            raise
    done.strangers = unlisted_names(workspace.goals, run.named)
    return done


def _refuse_same(ours: Ledger, theirs: Ledger) -> None:
    with suppress(OSError, ValueError):  # one that is not there is not the same; a NUL in its path is told later
        if ours.path and theirs.path and os.path.samefile(ours.path, theirs.path):  # noqa: PTH121 - as elsewhere
            raise SameLedger(path=theirs.name)


def _stream(ledger: Ledger) -> Generator[EntryRow, None, None]:
    """Yield every entry by uid, from a view of its own: a failure in here is this ledger's."""
    with ledger.reading() as reader:
        yield from reader.iter_by_uid()


class _Run:
    """One exchange while it goes on. `named` are the targets and districts of what came for this period."""

    def __init__(
        self, workspace: Workspace, other: Ledger, work: ScratchQueue, done: Synced, progress: Progress
    ) -> None:
        self._workspace, self._other, self._work, self._done = workspace, other, work, done
        self._progress, self._looked_at, self._all = progress, 0, 0
        self._ways = {Way.RECEIVE: (other, workspace.ledger), Way.SEND: (workspace.ledger, other)}
        self._deciders = {way: BatchDecider(way, source, work) for way, (source, _there) in self._ways.items()}
        self.named: set[tuple[str, str | None]] = set()

    def compare(self) -> None:
        """Find what either ledger lacks, and what is in both and says something else."""
        for ledger in (self._workspace.ledger, self._other):
            with ledger.reading() as reader:
                self._all += reader.head.entries
        different: list[str] = []
        with closing(_stream(self._workspace.ledger)) as ours, closing(_stream(self._other)) as theirs:
            for one, other in merged(ours, theirs):
                self._count_looked_at((one is not None) + (other is not None))
                if one is not None and other is not None:
                    if content(one) != content(other):
                        different.append(uid_of(one))
                elif one is not None:
                    self._work.put(Way.SEND, seq_of(one), uid_of(one))
                elif other is not None:
                    self._work.put(Way.RECEIVE, seq_of(other), uid_of(other))
                if len(different) == BATCH:
                    self._disagree(different)
                    different.clear()
        self._disagree(different)
        self._all = self._looked_at + sum(map(self._work.length, Way))

    def _disagree(self, uids: Sequence[str]) -> None:
        """Report entries that say something else in either ledger. Cancelled in both, they are settled."""
        if not uids:
            return
        ledgers = (self._workspace.ledger, self._other)
        ours, theirs = ({one.entry.uid: one for one in _get_many(ledger, uids)} for ledger in ledgers)
        for uid in uids:
            here, there = ours[uid], theirs[uid]
            columns = differences(here.entry, there.entry)
            if not columns or (here.cancelled_by and there.cancelled_by):
                continue
            for decider in self._deciders.values():
                decider.withhold(uid, Decision.HELD)
            numbers = {"here": here.entry.seq, "there": there.entry.seq}
            why = Disagreement.CONTENT
            self._report(Conflict(uid=uid, target=here.entry.target, **numbers, why=why, columns=columns))

    def bring(self, way: Way) -> None:
        """Bring what is lacking one way, batch by batch."""
        source, last = self._ways[way][0], 0
        while queued := self._work.after(way, last, BATCH):
            batch = _get_many(source, [uid for _seq, uid in queued])
            if len(batch) < len(queued):
                raise LedgerDamaged(path=source.name, reason=Message(N_("entries are not found a second time")))
            if len(queued) == BATCH and batch[-1].entry.kind is EntryKind.VOID:
                batch.pop()  # it may be half of an amendment, which comes whole or not at all
            last = batch[-1].entry.seq
            self._bring(way, batch)
            self._count_looked_at(len(batch), always=True)

    def _bring(self, way: Way, batch: list[LedgerEntry]) -> None:
        """Bring a batch; where the ledger refuses it as a whole, in ever smaller parts."""
        try:
            decisions = self._write(way, batch)
        except Refused:
            cut = _middle(batch)
            if cut:
                self._bring(way, batch[:cut])
                self._bring(way, batch[cut:])
                return
            decisions = [SyncDecision(Decision.REFUSED)] * len(batch)
        for listed, decision in zip(batch, decisions, strict=True):
            self._deciders[way].note(listed.entry, decision.verdict, kept=self._done.kept)
            self._count(way, listed, decision)

    def _write(self, way: Way, batch: Sequence[LedgerEntry]) -> list[SyncDecision]:
        """Decide on a batch, and write what passes in one transaction; nothing is written in a dry run."""
        decider, there = self._deciders[way], self._ways[way][1]
        with there.reading() as reader:
            decisions = decider.decide_batch(batch, reader)
        if not self._done.kept or not any(decision.verdict is Decision.PASS for decision in decisions):
            return decisions
        with there.writing() as writer:
            decisions = decider.decide_batch(batch, writer)
            decided = zip(batch, decisions, strict=True)
            passing = [listed.entry for listed, decision in decided if decision.verdict is Decision.PASS]
            now = recording_time(self._workspace.clock(), writer.head, insisted=False)
            writer.append_many([(signed_for(entry, writer.signs_as), now, entry.uid) for entry in passing])
        return decisions

    def _count(self, way: Way, listed: LedgerEntry, decision: SyncDecision) -> None:
        entry = listed.entry
        if decision.verdict is Decision.PASS:
            self._done.sent += way is Way.SEND
            self._done.received += way is Way.RECEIVE
            in_period = entry.date >= self._workspace.goals.period.start
            if way is Way.RECEIVE and in_period and entry.kind is not EntryKind.VOID and not listed.cancelled_by:
                self.named.add((entry.target, entry.district))
        self._done.known += decision.verdict is Decision.THERE
        self._done.refused += decision.verdict is Decision.REFUSED
        if decision.verdict is Decision.HELD and decision.why is not None:
            numbers = entry.seq, decision.other.seq if decision.other else None
            here, there = numbers if way is Way.SEND else reversed(numbers)
            uid = str(entry.replaces) if decision.why is Disagreement.AMENDED else entry.uid
            self._report(
                Conflict(
                    uid=uid, target=entry.target, here=here, there=there, why=decision.why, columns=decision.columns
                )
            )  # fmt: skip

    def _report(self, conflict: Conflict) -> None:
        """Report a conflict, once: that two amendments collide is found on either way."""
        if self._work.mark_of(REPORTED, conflict.uid) is not None:
            return
        self._work.mark(REPORTED, conflict.uid)
        self._done.conflict_count += 1
        if len(self._done.conflicts) < MAX_LISTED:
            self._done.conflicts.append(conflict)

    def _count_looked_at(self, count: int, *, always: bool = False) -> None:
        before, self._looked_at = self._looked_at, self._looked_at + count
        if always or before // ENTRIES_BETWEEN_SIGNS != self._looked_at // ENTRIES_BETWEEN_SIGNS:
            self._progress(self._looked_at, max(self._all, self._looked_at))


def _get_many(ledger: Ledger, uids: Sequence[str]) -> list[LedgerEntry]:
    """Return entries from a view of its own: a failure in here is this ledger's, not that of the one open meanwhile."""
    with ledger.reading() as reader:
        return reader.get_many(uids)


def _successors(ledger: Ledger, uids: Sequence[str]) -> list[LedgerEntry]:
    """Return what replaces the entries of these uids, from a view of its own as in `_get_many`."""
    with ledger.reading() as reader:
        return reader.successors(uids)


def _middle(batch: Sequence[LedgerEntry]) -> int:
    """Return where to cut a batch in two, not between the lines of an amendment; 0 where it is no longer to be cut."""
    middle = (len(batch) + 1) // 2
    if 0 < middle < len(batch) and is_amendment(batch[middle - 1].entry, batch[middle].entry):
        middle += 1
    return middle if middle < len(batch) else 0
