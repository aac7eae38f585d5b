"""What every ledger engine does: the protocols of a ledger and of its views."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from ordos_targets.domain.entries import Entry, EntryRow, NewEntry
from ordos_targets.domain.errors import Message
from ordos_targets.domain.series import SeriesReader


class Head(NamedTuple):
    """The end of the chain.

    Attributes:
        entries: The number of entries.
        hash: The hash of the last; 64 zeros where there is none.
        recorded_at: When the last was recorded, as in Entry; empty where there is none.
    """

    entries: int
    hash: str
    recorded_at: str = ""


class Query(NamedTuple):
    """Which entries to list; days are inclusive, None and empty mean no restriction.

    Attributes:
        cancelled: Whether to list voids and what they cancelled too.
        last: How many of the newest to keep.
    """

    targets: tuple[str, ...] = ()
    district: str | None = None
    since: date | None = None
    until: date | None = None
    by: str | None = None
    origin: str | None = None
    cancelled: bool = False
    last: int | None = None
    known_at: str | None = None


class LedgerEntry(NamedTuple):
    """An entry with the number of the void that cancelled it; None where it stands."""

    entry: Entry
    cancelled_by: int | None


class Reader(Protocol):
    """A consistent view of the ledger at one moment."""

    @property
    def head(self) -> Head:
        """The end of the chain, as known at the moment of the view."""
        ...

    @property
    def signs_as(self) -> str | None:
        """The name that the ledger puts under whatever this login writes; None where `by` is taken as it is."""
        ...

    def series(self, targets: Sequence[str] = ()) -> SeriesReader:
        """Return what the live entries (about these targets) come to, as known at the moment of the view.

        What is appended afterwards is not in it, unless it is added there too.
        """
        ...

    def entries(self, query: Query) -> Iterator[LedgerEntry]:
        """Yield entries in the order of their numbers."""
        ...

    def filled_columns(self, targets: Sequence[str] = ()) -> tuple[str, ...]:
        """Return those of `domain.entries.HASHED_BY_NAME` that any entry (about these targets) fills."""
        ...

    def find(self, text: str) -> LedgerEntry:
        """Return the entry of a number or uid prefix (of 4 characters at least).

        Raises NoSuchEntry, AmbiguousEntry.
        """
        ...

    def entry(self, uid: str) -> LedgerEntry | None:
        """Return the entry of a uid, in full; None where there is none."""
        ...

    def successor(self, uid: str) -> LedgerEntry | None:
        """Return the entry written in place of that of a uid when it was amended; None where there is none."""
        ...

    def iter_by_uid(self) -> Iterator[EntryRow]:
        """Yield every entry, voids and cancelled ones too, in the order of their uids as ASCII texts.

        Other questions may be asked while the entries are being taken.
        """
        ...

    def get_many(self, uids: Collection[str]) -> list[LedgerEntry]:
        """Return the entries that have one of these uids (500 at most), in the order of their numbers."""
        ...

    def successors(self, uids: Collection[str]) -> list[LedgerEntry]:
        """Return the entries, no voids, that replace one of these uids (500 at most), in the order of their numbers."""
        ...

    def check_append(self, draft: NewEntry) -> None:
        """Raise Refused, saying why, where this login may not append such an entry."""
        ...

    def last_entry(self) -> LedgerEntry:
        """Return the latest entry that is not a void and not cancelled. Raises NoSuchEntry."""
        ...

    def series_names(self, since: date | None = None) -> list[tuple[str, str | None]]:
        """Return the distinct (target, district) of the live entries dated from `since` on."""
        ...


class Writer(Reader, Protocol):
    """A view that can also append; all it appends is kept, or none."""

    def append(self, draft: NewEntry, now: datetime, uid: str | None = None) -> Entry:
        """Write one entry at the end of the chain and return it.

        Args:
            draft: The entry.
            now: The aware time to record it at. A ledger with a clock of its own, as a server has, heeds it only while
                it is filled for the first time.
            uid: The uid to give it; None gives it a new one.

        Raises:
            NoSuchEntry: A void has nothing to cancel.
            AlreadyCancelled: What a void cancels was cancelled before.
            Refused: This login may not write it. It may also come when the transaction ends.
        """
        ...

    def append_many(self, drafts: Iterable[tuple[NewEntry, datetime, str | None]]) -> None:
        """Write entries one after the other as `append` does, in one round trip to a server.

        What it raises may be about any of them.
        """
        ...


class Audit(Protocol):
    """A consistent view of everything a ledger holds, as it is stored."""

    def rows(self, since: int | None = None) -> Iterator[EntryRow]:
        """Yield every entry (numbered above `since`) by number. Raises RowsUnreadable."""
        ...

    def dangling(self) -> Iterator[int]:
        """Yield the numbers of the entries that replace what is not there, comes later, or is a void."""
        ...

    def self_check(self) -> Iterator[Message]:
        """Yield what the engine itself finds wrong with how it stores the entries."""
        ...

    def hash_of(self, seq: int) -> str | None:
        """Return the hash stored with an entry; None where there is none, 64 zeros for the number 0."""
        ...

    def last(self) -> int:
        """Return the number of the last entry, as far as it can be read; 0 where there is none."""
        ...

    def salvage(self) -> Iterator[Entry | int]:
        """Yield every entry that can still be read; in place of each that cannot, its number."""
        ...


class EmptyAudit:
    """The audit of a ledger that does not exist yet."""

    def rows(self, since: int | None = None) -> Iterator[EntryRow]:
        del since
        return iter(())

    def dangling(self) -> Iterator[int]:
        return iter(())

    def self_check(self) -> Iterator[Message]:
        return iter(())

    def hash_of(self, seq: int) -> str | None:
        return None if seq else "0" * 64

    def last(self) -> int:
        return 0

    def salvage(self) -> Iterator[Entry | int]:
        return iter(())


class Ledger(Protocol):
    """An append-only ledger.

    Attributes:
        path: The file it is in; None where it is not in one.
        name: What messages call it.
        signs: Whether it knows who writes, and enters them as the author of an entry that names nobody.
    """

    @property
    def path(self) -> Path | None: ...

    @property
    def name(self) -> str: ...

    @property
    def signs(self) -> bool: ...

    def reading(self, known_at: str | None = None) -> AbstractContextManager[Reader]:
        """Open one consistent view, of only what had been recorded by `known_at` (None: of everything)."""
        ...

    def auditing(self) -> AbstractContextManager[Audit]:
        """Open one consistent view of everything as it is stored."""
        ...

    def copy(self) -> Iterator[bytes]:
        """Yield the bytes of a copy of one moment, whole while others write. Raises NothingToCopy."""
        ...

    def writing(self, *, keep: bool = True) -> AbstractContextManager[Writer]:
        """Open a transaction: durable when the block ends without an exception, undone otherwise or if not `keep`."""
        ...
