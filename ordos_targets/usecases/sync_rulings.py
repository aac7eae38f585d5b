"""What becomes of entries that one ledger brings to another: the facts of `domain.exchange.ruling`, looked up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from ordos_targets.domain.entries import Entry, Kind
from ordos_targets.domain.sync import Place, Reception, Ruling, Verdict, ruling, signed_for
from ordos_targets.store.ledger import Ledger, Listed, Reader
from ordos_targets.store.scratch import Worklist

# Which of the worklist's marks say how a replaced entry stands in the ledger that entries go to, and what became of it.
STANDING, WITHHELD = "standing", "withheld"


class Way(StrEnum):
    """Which way entries go."""

    RECEIVE = "receive"
    SEND = "send"


class Source:
    """The ledger that entries come from.

    Each question opens a view of its own: what goes wrong with this ledger must not be taken for a failure of the
    other one, which is open meanwhile. It only grows, so that nothing found before is gone.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def among(self, uids: Sequence[str]) -> list[Listed]:
        """See Reader."""
        with self._ledger.reading() as book:
            return book.among(uids)

    def successors(self, uids: Sequence[str]) -> list[Listed]:
        """See Reader."""
        with self._ledger.reading() as book:
            return book.successors(uids)


class Judge:
    """Rules on one batch of entries after the other, which go one `way`."""

    def __init__(self, way: Way, source: Source, work: Worklist) -> None:
        self._way, self._source, self._work = way, source, work

    def rulings(self, batch: Sequence[Listed], there: Reader) -> list[Ruling]:
        """A ruling for each entry of a batch, in the order of their numbers; `there` is a view of where they go."""
        entries = [one.entry for one in batch]
        replaced = [entry.replaces for entry in entries if entry.replaces is not None]
        at_hand = _AtHand(there, [entry.uid for entry in entries], replaced)
        found: list[Ruling] = []
        allowed = _allowed(entries, lambda entry: there.may_append(signed_for(entry, there.signs_as)))
        for entry, may in zip(entries, allowed, strict=True):
            one = ruling(entry, self._reception(entry, at_hand, there, allowed=may))
            at_hand.note(entry, one.verdict)
            found.append(one)
        return found

    def note(self, entry: Entry, verdict: Verdict, *, kept: bool) -> None:
        """Remember what became of an entry, for those that replace it; of what is `kept` the ledger itself tells."""
        for uid, place, withheld in _consequences(entry, verdict):
            if place is not None and not kept:
                self._work.mark(f"{STANDING} {self._way}", uid, place.value)
            if withheld is not None:
                self.withhold(uid, withheld)

    def withhold(self, uid: str, verdict: Verdict) -> None:
        """Remember that what replaces the entry of this uid stays behind too."""
        self._work.mark(f"{WITHHELD} {self._way}", uid, verdict.value)

    def _reception(self, entry: Entry, at_hand: _AtHand, there: Reader, *, allowed: bool) -> Reception:
        same = at_hand.same.get(entry.uid)
        if entry.replaces is None or same is not None:
            return Reception(same=same, allowed=allowed)
        withheld = at_hand.withheld.get(entry.replaces)
        if withheld is None:
            mark = self._work.mark_of(f"{WITHHELD} {self._way}", entry.replaces)
            withheld = None if mark is None else Verdict(mark)
        return Reception(
            replaced=self._place(entry.replaces, at_hand),
            withheld=withheld,
            rival=self._rival(entry, at_hand, there),
            allowed=allowed,
        )

    def _place(self, uid: str, at_hand: _AtHand) -> Place:
        """How an entry stands there, or will once what was ruled on before has come; a trial run brings nothing."""
        mark = self._work.mark_of(f"{STANDING} {self._way}", uid)
        places = [at_hand.places.get(uid, Place.ABSENT), Place.ABSENT if mark is None else Place(mark)]
        return max(places, key=lambda place: place.value)

    def _rival(self, entry: Entry, at_hand: _AtHand, there: Reader) -> Entry | None:
        """Another amendment of what this one amends, where both would stand and only one of them is known here."""
        if entry.kind is Kind.VOID:
            return None
        others = [one.entry for one in at_hand.successors.get(entry.replaces or "", []) if one.entry.uid != entry.uid]
        known = {one.entry.uid for one in self._source.among([one.uid for one in others])} if others else set()
        strangers = [one for one in others if one.uid not in known and self._stands(one.uid, there)]
        return strangers[0] if strangers and self._stands(entry.uid, there) else None

    def _stands(self, uid: str, there: Reader) -> bool:
        """Whether an entry, or one that amends it, is cancelled in neither ledger."""
        waiting, seen = [uid], {uid}
        while waiting:
            asked = [waiting.pop()]
            found = [*self._source.among(asked), *there.among(asked)]
            if not any(one.cancelled_by for one in found):
                return True
            later = {one.entry.uid for one in (*self._source.successors(asked), *there.successors(asked))}
            waiting += sorted(later - seen)
            seen |= later
        return False


class _AtHand:
    """What the ledger that a batch goes to says about it, asked in one go; and what the batch itself will change."""

    def __init__(self, there: Reader, uids: Sequence[str], replaced: Sequence[str]) -> None:
        self.same = {one.entry.uid: one.entry for one in there.among(uids)}
        self.places = {one.entry.uid: _place_of(one) for one in (there.among(replaced) if replaced else ())}
        self.withheld: dict[str, Verdict] = {}
        self.successors: dict[str, list[Listed]] = {}
        for one in there.successors(replaced) if replaced else ():
            self.successors.setdefault(one.entry.replaces or "", []).append(one)

    def note(self, entry: Entry, verdict: Verdict) -> None:
        """Remember what becomes of an entry of the batch, for those of it that replace it."""
        for uid, place, withheld in _consequences(entry, verdict):
            if place is not None:
                self.places[uid] = place
            if withheld is not None:
                self.withheld[uid] = withheld


def _place_of(listed: Listed) -> Place:
    return Place.STANDS if listed.cancelled_by is None else Place.CANCELLED


def _consequences(entry: Entry, verdict: Verdict) -> list[tuple[str, Place | None, Verdict | None]]:
    """What a verdict means for those who replace the entry, or the one that it replaces: a place there, or none."""
    if verdict is Verdict.THERE:
        return []
    if verdict is Verdict.PASS:
        cancelled = [(entry.replaces, Place.CANCELLED, None)] if entry.kind is Kind.VOID and entry.replaces else []
        return [(entry.uid, Place.STANDS, None), *cancelled]
    # What amends an entry that could not be cancelled there would stand beside it.
    barred = [(entry.replaces, None, verdict)] if entry.kind is Kind.VOID and entry.replaces else []
    return [(entry.uid, None, verdict), *barred]


def _allowed(entries: Sequence[Entry], may: Callable[[Entry], bool]) -> list[bool]:
    """For each entry whether it may be written; of an amendment both lines or neither."""
    found = [may(entry) for entry in entries]
    for number in range(1, len(entries)):
        if is_amendment(entries[number - 1], entries[number]):
            found[number - 1] = found[number] = found[number - 1] and found[number]
    return found


def is_amendment(void: Entry, entry: Entry) -> bool:
    """Whether two entries, one after the other, cancel an entry and write it anew."""
    return void.kind is Kind.VOID and entry.kind is not Kind.VOID and void.replaces == entry.replaces
