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
from ordos_targets.usecases.entry_checks import recording_time
from ordos_targets.usecases.workspace import Workspace, unlisted_names

BATCH = 500
MAX_LISTED = 50
ENTRIES_BETWEEN_SIGNS = 2_000

Progress = Callable[[int, int], None]


class SameLedger(UsageError):
    code = "same_ledger"
    template = N_("{path} is this ledger itself; give the ledger to exchange entries with.")


class SyncBrokenOff(LedgerError):
    code = "sync_broken_off"
    template = N_(
        "Interrupted; what was exchanged is saved ({sent} sent, {received} received). Run the command "
        "again to exchange the rest. {reason}"
    )


class Way(StrEnum):
    """Which way entries go."""

    RECEIVE = "receive"
    SEND = "send"


def sync(workspace: Workspace, other: Ledger, progress: Progress, *, dry_run: bool = False) -> Synced:
    """Exchange entries between the workspace's ledger and `other`.

    Args:
        workspace: The goals and our ledger.
        other: The ledger to exchange entries with.
        progress: Called now and then with how many entries of how many were looked at or brought.
        dry_run: Whether nothing is written.

    Raises:
        SameLedger: Both are the same file.
        SyncBrokenOff: A ledger failed after something was exchanged; before, what the ledger raises.
    """
    _refuse_same(workspace.ledger, other)
    done = Synced(kept=not dry_run)
    exchange = _Exchange(workspace, other, done, progress)
    try:
        exchange.compare()
        for way in Way:
            exchange.bring(way)
    except LedgerError as error:
        if done.kept and (done.sent or done.received):
            raise SyncBrokenOff(sent=done.sent, received=done.received, reason=error.message) from error
        raise
    done.strangers = unlisted_names(workspace.goals, exchange.received_names)
    return done


def _refuse_same(ours: Ledger, theirs: Ledger) -> None:
    with suppress(OSError, ValueError):  # one that is not there is not the same; a NUL in its path is told later
        if ours.path and theirs.path and os.path.samefile(ours.path, theirs.path):  # noqa: PTH121 - as elsewhere
            raise SameLedger(path=theirs.name)


class _Exchange:
    """One exchange while it goes on.

    Attributes:
        received_names: The targets and districts of the entries of this period that came.
    """

    def __init__(self, workspace: Workspace, other: Ledger, done: Synced, progress: Progress) -> None:
        self._workspace, self._other, self._done, self._progress = workspace, other, done, progress
        self._ledgers = {Way.RECEIVE: (other, workspace.ledger), Way.SEND: (workspace.ledger, other)}
        self._deciders = {way: _BatchDecider(source) for way, (source, _there) in self._ledgers.items()}
        # The numbers and uids of the entries that the ledger at the end of each way lacks.
        self._lacking: dict[Way, list[tuple[int, str]]] = {way: [] for way in Way}
        self._reported: set[str] = set()
        self._looked_at = self._total = 0
        self.received_names: set[tuple[str, str | None]] = set()

    def compare(self) -> None:
        """Find what either ledger lacks, and what is in both with other content."""
        for ledger in (self._workspace.ledger, self._other):
            with ledger.reading() as reader:
                self._total += reader.head.entries
        different: list[str] = []
        with closing(_by_uid(self._workspace.ledger)) as ours, closing(_by_uid(self._other)) as theirs:
            for our_row, their_row in merged(ours, theirs):
                self._look_at((our_row is not None) + (their_row is not None))
                if our_row is not None and their_row is not None:
                    if content(our_row) != content(their_row):
                        different.append(uid_of(our_row))
                elif our_row is not None:
                    self._lacking[Way.SEND].append((seq_of(our_row), uid_of(our_row)))
                elif their_row is not None:
                    self._lacking[Way.RECEIVE].append((seq_of(their_row), uid_of(their_row)))
        for first in range(0, len(different), BATCH):
            self._report_different(different[first : first + BATCH])
        for lacking in self._lacking.values():
            lacking.sort()
        self._total = self._looked_at + sum(map(len, self._lacking.values()))

    def _report_different(self, uids: Sequence[str]) -> None:
        """Report entries with other content in either ledger. Where both cancelled one, it is settled."""
        ledgers = (self._workspace.ledger, self._other)
        ours, theirs = ({line.entry.uid: line for line in _get_many(ledger, uids)} for ledger in ledgers)
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
        source, lacking = self._ledgers[way][0], self._lacking[way]
        first = 0
        while first < len(lacking):
            uids = [uid for _seq, uid in lacking[first : first + BATCH]]
            batch = _get_many(source, uids)
            if len(batch) < len(uids):
                raise LedgerDamaged(
                    path=source.name, reason=Message(N_("entries that were read once cannot be found again"))
                )
            if len(uids) == BATCH and batch[-1].entry.kind is EntryKind.VOID:
                batch.pop()  # it may be half of an amendment, which comes whole or not at all
            first += len(batch)
            self._bring(way, batch)
            self._look_at(len(batch), always=True)

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
        for line, decision in zip(batch, decisions, strict=True):
            self._deciders[way].note(line.entry, decision.verdict, is_written=self._done.kept)
            self._count(way, line, decision)

    def _write(self, way: Way, batch: Sequence[LedgerEntry]) -> list[SyncDecision]:
        """Decide on a batch, and write what passes in one transaction; where nothing does, or none is kept, decide."""
        decider, there = self._deciders[way], self._ledgers[way][1]
        with there.reading() as reader:
            decisions = decider.decide_batch(batch, reader)
        if not self._done.kept or not any(decision.verdict is Decision.PASS for decision in decisions):
            return decisions
        with there.writing() as writer:
            decisions = decider.decide_batch(batch, writer)
            now = recording_time(self._workspace.clock(), writer.head, insisted=False)
            writer.append_many(
                (signed_for(line.entry, writer.signs_as), now, line.entry.uid)
                for line, decision in zip(batch, decisions, strict=True)
                if decision.verdict is Decision.PASS
            )
        return decisions

    def _count(self, way: Way, line: LedgerEntry, decision: SyncDecision) -> None:
        entry = line.entry
        if decision.verdict is Decision.PASS:
            self._done.sent += way is Way.SEND
            self._done.received += way is Way.RECEIVE
            in_period = entry.date >= self._workspace.goals.period.start
            if way is Way.RECEIVE and in_period and entry.kind is not EntryKind.VOID and not line.cancelled_by:
                self.received_names.add((entry.target, entry.district))
        self._done.known += decision.verdict is Decision.THERE
        self._done.refused += decision.verdict is Decision.REFUSED
        if decision.verdict is Decision.HELD and decision.why is not None:
            numbers = entry.seq, decision.other.seq if decision.other else None
            here, there = numbers if way is Way.SEND else reversed(numbers)
            both_amended = decision.why is Disagreement.AMENDED
            uid = str(entry.replaces) if both_amended else entry.uid
            self._report(
                Conflict(
                    uid=uid, target=entry.target, here=here, there=there, why=decision.why, columns=decision.columns
                )
            )  # fmt: skip

    def _report(self, conflict: Conflict) -> None:
        """Report a conflict, once: that two amendments collide is found on either way."""
        if conflict.uid in self._reported:
            return
        self._reported.add(conflict.uid)
        self._done.conflict_count += 1
        if len(self._done.conflicts) < MAX_LISTED:
            self._done.conflicts.append(conflict)

    def _look_at(self, count: int, *, always: bool = False) -> None:
        before, self._looked_at = self._looked_at, self._looked_at + count
        if always or before // ENTRIES_BETWEEN_SIGNS != self._looked_at // ENTRIES_BETWEEN_SIGNS:
            self._progress(self._looked_at, max(self._total, self._looked_at))


class _BatchDecider:
    """Decides on one batch of entries after the other, which come from `source`.

    What became of entries is remembered for those that replace them: why one was withheld, and, where a trial run
    brings nothing, how it would stand in the ledger that they go to.
    """

    def __init__(self, source: Ledger) -> None:
        self._source = source
        self._places: dict[str, Place] = {}
        self._withheld: dict[str, Decision] = {}

    def decide_batch(self, batch: Sequence[LedgerEntry], there: Reader) -> list[SyncDecision]:
        """Return a decision for each entry of a batch; `there` is a view of where they go."""
        entries = [line.entry for line in batch]
        state = _BatchState(entries, there)
        decisions: list[SyncDecision] = []
        for entry, is_allowed in zip(entries, _allowed(entries, there), strict=True):
            decision = decide(entry, self._context(entry, state, there, is_allowed=is_allowed))
            state.note(entry, decision.verdict)
            decisions.append(decision)
        return decisions

    def note(self, entry: Entry, verdict: Decision, *, is_written: bool) -> None:
        """Remember what became of an entry; where it `is_written`, the ledger itself shows how it stands."""
        for uid, place, withheld in _consequences(entry, verdict):
            if place is not None and not is_written:
                self._places[uid] = place
            if withheld is not None:
                self.withhold(uid, withheld)

    def withhold(self, uid: str, verdict: Decision) -> None:
        """Remember that what replaces the entry of this uid stays behind too."""
        self._withheld[uid] = verdict

    def _context(self, entry: Entry, state: _BatchState, there: Reader, *, is_allowed: bool) -> SyncContext:
        same = state.same.get(entry.uid)
        if entry.replaces is None or same is not None:
            return SyncContext(same=same, allowed=is_allowed)
        places = (state.places.get(entry.replaces), self._places.get(entry.replaces))
        return SyncContext(
            replaced=max((place for place in places if place), key=lambda place: place.value, default=Place.ABSENT),
            withheld=state.withheld.get(entry.replaces) or self._withheld.get(entry.replaces),
            rival=self._rival(entry, state, there),
            allowed=is_allowed,
        )

    def _rival(self, entry: Entry, state: _BatchState, there: Reader) -> Entry | None:
        """Return another amendment of what this one amends, where both would stand and one ledger knows only one."""
        if entry.kind is EntryKind.VOID:
            return None
        others = [line.entry for line in state.successors.get(entry.replaces or "", []) if line.entry.uid != entry.uid]
        known = (
            {line.entry.uid for line in _get_many(self._source, [other.uid for other in others])} if others else set()
        )
        rivals = [other for other in others if other.uid not in known and self._stands(other.uid, there)]
        return rivals[0] if rivals and self._stands(entry.uid, there) else None

    def _stands(self, uid: str, there: Reader) -> bool:
        """Return whether an entry, or one that amends it, is cancelled in neither ledger."""
        waiting, seen = [uid], {uid}
        while waiting:
            asked = [waiting.pop()]
            if not any(line.cancelled_by for line in (*_get_many(self._source, asked), *there.get_many(asked))):
                return True
            later = {line.entry.uid for line in (*_successors(self._source, asked), *there.successors(asked))}
            waiting += sorted(later - seen)
            seen |= later
        return False


class _BatchState:
    """What the ledger that a batch goes to has of it, asked at once, and what the batch itself will change.

    Attributes:
        same: The entries there that have the uid of one of the batch.
        places: How the entries stand there that one of the batch replaces, or that were decided on before.
        withheld: Why an entry of the batch does not pass.
        successors: The entries there that replace what one of the batch replaces.
    """

    def __init__(self, entries: Sequence[Entry], there: Reader) -> None:
        replaced = [entry.replaces for entry in entries if entry.replaces is not None]
        self.same = {line.entry.uid: line.entry for line in there.get_many([entry.uid for entry in entries])}
        self.places = {
            line.entry.uid: Place.STANDS if line.cancelled_by is None else Place.CANCELLED
            for line in there.get_many(replaced)
        }
        self.withheld: dict[str, Decision] = {}
        self.successors: dict[str, list[LedgerEntry]] = {}
        for line in there.successors(replaced):
            self.successors.setdefault(line.entry.replaces or "", []).append(line)

    def note(self, entry: Entry, verdict: Decision) -> None:
        """Remember what becomes of an entry of the batch, for those of it that replace it."""
        for uid, place, withheld in _consequences(entry, verdict):
            if place is not None:
                self.places[uid] = place
            if withheld is not None:
                self.withheld[uid] = withheld


def _consequences(entry: Entry, verdict: Decision) -> list[tuple[str, Place | None, Decision | None]]:
    """Return what a verdict means for those that replace the entry, or the one that it replaces: a place, or none."""
    if verdict is Decision.THERE:
        return []
    if verdict is Decision.PASS:
        cancelled = [(entry.replaces, Place.CANCELLED, None)] if entry.kind is EntryKind.VOID and entry.replaces else []
        return [(entry.uid, Place.STANDS, None), *cancelled]
    # What amends an entry that could not be cancelled there would stand beside it.
    barred = [(entry.replaces, None, verdict)] if entry.kind is EntryKind.VOID and entry.replaces else []
    return [(entry.uid, None, verdict), *barred]


def _allowed(entries: Sequence[Entry], there: Reader) -> list[bool]:
    """Return for each entry whether it may be written; of an amendment both lines or neither."""
    allowed = [_may_append(signed_for(entry, there.signs_as), there) for entry in entries]
    for number in range(1, len(entries)):
        if is_amendment(entries[number - 1], entries[number]):
            allowed[number - 1] = allowed[number] = allowed[number - 1] and allowed[number]
    return allowed


def _may_append(draft: NewEntry, there: Reader) -> bool:
    try:
        there.check_append(draft)
    except Refused:
        return False
    return True


def is_amendment(void: Entry, entry: Entry) -> bool:
    """Return whether two entries, one after the other, cancel an entry and write it anew."""
    return void.kind is EntryKind.VOID and entry.kind is not EntryKind.VOID and void.replaces == entry.replaces


def _by_uid(ledger: Ledger) -> Generator[EntryRow, None, None]:
    """Yield every entry by uid, from a view of its own: a failure in here is this ledger's."""
    with ledger.reading() as reader:
        yield from reader.iter_by_uid()


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
