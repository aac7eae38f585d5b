"""Two ledgers that exchange entries: which entry is the same, what may pass, and where the two disagree.

An entry is known by its uid. Each ledger keeps its own numbers, its own chain, and its own moment at which it learned
of an entry; who wrote it may be said differently too (see `signed_for`). All else must agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from functools import lru_cache
from operator import itemgetter

from ordos_targets.domain.amounts import normalize_decimal
from ordos_targets.domain.entries import NAMES, UID, Entry, EntryKind, EntryRow, NewEntry
from ordos_targets.domain.errors import N_, InvalidData, Message, UsageError

# Each ledger has its own of these; all else of an entry must agree.
OWN = frozenset({"seq", "uid", "by", "recorded_at", "origin", "hash"})
COMPARED = tuple(name for name in NAMES if name not in OWN)
SEQ, UID_PLACE = NAMES.index("seq"), NAMES.index("uid")
BROUGHT_BY = "sync:"
LONGEST_TEXT = 4000 + len(BROUGHT_BY)
TEXTS = (
    "target", "district", "item", "note", "evidence", "evidence_sha256", "by", "origin", "replaces", "state", "will",
)  # fmt: skip
# What of an entry as it is kept must agree.
content = itemgetter(*(NAMES.index(name) for name in COMPARED))


class Disagreement(StrEnum):
    """Why an entry is held back: neither ledger is touched where they disagree."""

    CONTENT = "content"  # the same uid says something else there
    AMENDED = "amended"  # both amended the same entry, each in its own way: only one of the two can stand
    BUILDS_ON = "builds_on"  # what it replaces is held back
    DANGLING = "dangling"  # what it replaces is in neither ledger
    MALFORMED = "malformed"  # this tool writes no such figure or text


class Decision(Enum):
    """What becomes of an entry that the other ledger lacks."""

    PASS = 1
    THERE = 2  # its effect is there already
    HELD = 3
    REFUSED = 4  # that ledger lets this login write no such entry


class Place(Enum):
    """How the entry that another one replaces stands in a ledger."""

    ABSENT = 1
    STANDS = 2
    CANCELLED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncContext:
    """What awaits an entry in the ledger it is brought to.

    `same` is the entry of its uid there; `replaced` how the one that it replaces stands there, and `withheld` why that
    one was not brought; `rival` another amendment of the same entry, of which no more than one can stand; `allowed`
    whether it may be written there.
    """

    same: Entry | None = None
    replaced: Place = Place.ABSENT
    withheld: Decision | None = None
    rival: Entry | None = None
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class SyncDecision:
    """A verdict. Of what is HELD: why, the entry of the other ledger that it collides with, and what differs."""

    verdict: Decision
    why: Disagreement | None = None
    other: Entry | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One thing the ledgers disagree about; `here` and `there` are numbers in either, None where there is no such.

    `uid` is of the entry the disagreement is about: the one that both amended, or else the one held back.
    """

    uid: str
    target: str
    here: int | None
    there: int | None
    why: Disagreement
    columns: tuple[str, ...] = ()


class LedgersDisagree(InvalidData):
    code = "ledgers_disagree"
    template = N_(
        "The ledgers disagree about {conflicts:entry|entries}; these are held back, all others are exchanged."
    )


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
        """Raise LedgersDisagree if there are conflicts."""
        if self.conflict_count:
            raise LedgersDisagree(conflicts=self.conflict_count)


def differences(one: Entry, other: Entry) -> tuple[str, ...]:
    """Return the columns in which two entries of one uid disagree."""
    return tuple(name for name in COMPARED if getattr(one, name) != getattr(other, name))


def merged(ours: Iterator[EntryRow], theirs: Iterator[EntryRow]) -> Iterator[tuple[EntryRow | None, EntryRow | None]]:
    """Yield two streams, each in the order of its uids, side by side; None where one side lacks the entry."""
    one, other = next(ours, None), next(theirs, None)
    while one is not None or other is not None:
        if other is None or (one is not None and uid_of(one) < uid_of(other)):
            yield one, None
            one = next(ours, None)
        elif one is None or uid_of(other) < uid_of(one):
            yield None, other
            other = next(theirs, None)
        else:
            yield one, other
            one, other = next(ours, None), next(theirs, None)


def uid_of(row: EntryRow) -> str:
    """Return the uid of a row of the ledger."""
    return str(row[UID_PLACE])


def seq_of(row: EntryRow) -> int:
    """Return the number of a row of the ledger."""
    return int(row[SEQ] or 0)


def decide(entry: Entry, reception: SyncContext) -> SyncDecision:
    """Decide what becomes of an entry in the ledger that `reception` describes."""
    if reception.same is not None:
        columns = differences(entry, reception.same)
        held = SyncDecision(Decision.HELD, Disagreement.CONTENT, reception.same, columns)
        return held if columns else SyncDecision(Decision.THERE)
    if not _is_written_by_us(entry):
        return SyncDecision(Decision.HELD, Disagreement.MALFORMED)
    allowed = SyncDecision(Decision.PASS if reception.allowed else Decision.REFUSED)
    return allowed if entry.replaces is None else _ruling_by_replaced(entry, reception) or allowed


def _ruling_by_replaced(entry: Entry, reception: SyncContext) -> SyncDecision | None:
    """Return the first decision that follows from the state of the replaced entry there; None if none does.

    Whoever cancels an entry, it is cancelled once; an amendment that follows such a void is ruled on by itself.
    """
    cancelled_before = entry.kind is EntryKind.VOID and reception.replaced is Place.CANCELLED
    for applies, found in (
        (cancelled_before, SyncDecision(Decision.THERE)),
        (reception.withheld is Decision.REFUSED, SyncDecision(Decision.REFUSED)),
        (reception.withheld is not None, SyncDecision(Decision.HELD, Disagreement.BUILDS_ON)),
        (reception.replaced is Place.ABSENT, SyncDecision(Decision.HELD, Disagreement.DANGLING)),
        (reception.rival is not None, SyncDecision(Decision.HELD, Disagreement.AMENDED, reception.rival)),
    ):
        if applies:
            return found
    return None


def _is_written_by_us(entry: Entry) -> bool:
    """Return whether uid, figures and texts are such as this tool writes; what was tampered with goes no further."""
    texts = [text for text in (getattr(entry, name) for name in TEXTS) if text is not None]
    return (
        UID.fullmatch(entry.uid) is not None
        and (entry.kind is not EntryKind.VOID or entry.replaces is not None)
        and all(number is None or _is_exact(number) for number in (entry.value, entry.of))
        and max(map(len, texts)) <= LONGEST_TEXT
        and not any("\0" in text for text in texts)
    )


@lru_cache(maxsize=1024)
def _is_exact(number: Decimal) -> bool:
    try:
        normalize_decimal(number)
    except UsageError:
        return False
    return True


def signed_for(entry: Entry, signs_as: str | None) -> NewEntry:
    """Return the entry as it is written to a ledger that signs every entry as `signs_as`; None: one that does not.

    Such a ledger does not take anybody's word for the author. The author then becomes the origin, `sync:NAME`, and
    stays so when the entry is sent on from there.
    """
    draft = entry.as_new()
    if signs_as is None or draft.by == signs_as:
        return draft
    origin = draft.origin if draft.origin.startswith(BROUGHT_BY) else f"{BROUGHT_BY}{draft.by}"
    return draft._replace(by=signs_as, origin=origin)
