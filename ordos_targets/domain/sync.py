"""The exchange of entries between two ledgers: which entry is the same, what may pass, where the two disagree.

An entry is known by its uid. Each ledger has its own numbers, chain and times of recording, and may name the author
differently (see `signed_for`). All other columns must agree.
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
# The columns of a row that must agree.
content = itemgetter(*(NAMES.index(name) for name in COMPARED))


class Disagreement(StrEnum):
    """Why an entry is held back; neither ledger is changed where they disagree."""

    CONTENT = "content"  # the entry of the same uid has other content there
    AMENDED = "amended"  # both ledgers amended the same entry, and only one amendment of it can be live
    BUILDS_ON = "builds_on"  # what it replaces is held back
    DANGLING = "dangling"  # what it replaces is in neither ledger
    MALFORMED = "malformed"  # this tool writes no such uid, figure or text


class Decision(Enum):
    """What becomes of an entry that the other ledger lacks."""

    PASS = 1
    THERE = 2  # its effect is there already
    HELD = 3
    REFUSED = 4  # that ledger lets this login write no such entry


class Place(Enum):
    """The state of a replaced entry in a ledger."""

    ABSENT = 1
    STANDS = 2
    CANCELLED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncContext:
    """What a decision about an entry depends on in the ledger that it is brought to.

    Attributes:
        same: The entry of its uid there.
        replaced: The state there of the entry that it replaces.
        withheld: Why that entry was not brought there, if it was not.
        rival: Another amendment there of the same entry, of which only one can be live.
        allowed: Whether the entry may be written there.
    """

    same: Entry | None = None
    replaced: Place = Place.ABSENT
    withheld: Decision | None = None
    rival: Entry | None = None
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class SyncDecision:
    """What becomes of an entry.

    Attributes:
        why: Why it is held back, if it is.
        other: The entry of the other ledger that it collides with.
        columns: The columns in which the two differ.
    """

    verdict: Decision
    why: Disagreement | None = None
    other: Entry | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A disagreement of two ledgers.

    Attributes:
        uid: The uid of the entry that both amended, or else of the one held back.
        here: The number of the entry in this ledger; None if it is not there.
        there: Its number in the other one; None likewise.
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
    """What an exchange did, or would do if `kept` is False.

    Attributes:
        known: The number of voids of entries that were cancelled already.
        refused: The number of entries that one of the ledgers does not let this login write.
        conflict_count: The number of disagreements.
        conflicts: The first of them.
        strangers: The targets and districts received that targets.toml does not name.
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


def decide(entry: Entry, context: SyncContext) -> SyncDecision:
    """Decide what becomes of an entry in the ledger that `context` describes."""
    if context.same is not None:
        columns = differences(entry, context.same)
        held = SyncDecision(Decision.HELD, Disagreement.CONTENT, context.same, columns)
        return held if columns else SyncDecision(Decision.THERE)
    if not _is_written_by_us(entry):
        return SyncDecision(Decision.HELD, Disagreement.MALFORMED)
    allowed = SyncDecision(Decision.PASS if context.allowed else Decision.REFUSED)
    return allowed if entry.replaces is None else _decide_by_replaced(entry, context) or allowed


def _decide_by_replaced(entry: Entry, context: SyncContext) -> SyncDecision | None:
    """Return the first decision that follows from the state of the replaced entry there; None if none does.

    An entry is cancelled once, by whichever void; an amendment that follows a void is decided on by itself.
    """
    cancelled_before = entry.kind is EntryKind.VOID and context.replaced is Place.CANCELLED
    for applies, decision in (
        (cancelled_before, SyncDecision(Decision.THERE)),
        (context.withheld is Decision.REFUSED, SyncDecision(Decision.REFUSED)),
        (context.withheld is not None, SyncDecision(Decision.HELD, Disagreement.BUILDS_ON)),
        (context.replaced is Place.ABSENT, SyncDecision(Decision.HELD, Disagreement.DANGLING)),
        (context.rival is not None, SyncDecision(Decision.HELD, Disagreement.AMENDED, context.rival)),
    ):
        if applies:
            return decision
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
