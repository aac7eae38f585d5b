"""What every ledger engine does, whatever it is built on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ordos_targets.domain.entries import Columns, Entry, EntryRow, NewEntry
from ordos_targets.domain.errors import N_, LedgerError, Message, UsageError
from ordos_targets.domain.series import SeriesReader

if TYPE_CHECKING:
    from ordos_targets.domain.mould import Cast

ASTRAY_IN_ALL = N_("the total kept of {target} for {span} is not what its entries come to")
ASTRAY_THERE = N_("the total kept of {target} in {district} for {span} is not what its entries come to")


class RowsUnreadable(Exception):
    """An entry cannot be read. `after` is the number of the last one that could, `reason` the engine's own words."""

    def __init__(self, after: int, reason: str) -> None:
        self.after, self.reason = after, reason
        super().__init__(reason)


class Audit(Protocol):
    """A consistent view of everything a ledger keeps, as it is kept."""

    def rows(self, since: int | None = None) -> Iterator[EntryRow]:
        """Every entry (numbered above `since`), column by column, by number. Raises RowsUnreadable."""
        ...

    def runs(self) -> Iterator[Sequence[EntryRow]]:
        """What `rows` gives, some hundred rows at a time and never none. Raises RowsUnreadable."""
        ...

    def dangling(self) -> Iterator[int]:
        """The numbers of the entries that replace what is not there, comes later, or is a void."""
        ...

    def self_check(self) -> Iterator[Message]:
        """What the engine itself finds wrong with how it keeps the entries.

        It may begin with the call, beside what else is asked meanwhile; taking the answers waits for it.
        """
        ...

    def hash_of(self, seq: int) -> str | None:
        """The hash kept with the entry of this number; None where there is none. 64 zeros for the number 0."""
        ...

    def last(self) -> int:
        """The number of the last entry, as far as it can be told; 0 where there is none."""
        ...

    def salvage(self) -> Iterator[Entry | int]:
        """Every entry that can still be read; in place of each that cannot, its number."""
        ...


class EmptyAudit:
    """The audit of a ledger that does not exist yet."""

    def rows(self, since: int | None = None) -> Iterator[EntryRow]:
        """See Audit."""
        del since
        return iter(())

    def runs(self) -> Iterator[Sequence[EntryRow]]:
        """See Audit."""
        return iter(())

    def dangling(self) -> Iterator[int]:
        """See Audit."""
        return iter(())

    def self_check(self) -> Iterator[Message]:
        """See Audit."""
        return iter(())

    def hash_of(self, seq: int) -> str | None:
        """See Audit."""
        return None if seq else "0" * 64

    def last(self) -> int:
        """See Audit."""
        return 0

    def salvage(self) -> Iterator[Entry | int]:
        """See Audit."""
        return iter(())


class NoSuchEntry(UsageError):
    code = "no_such_entry"
    template = N_("No entry {text} in the ledger; `ordos-targets log` lists their numbers.")


class AmbiguousEntry(UsageError):
    code = "ambiguous_entry"
    template = N_("{text} fits several entries ({candidates}); give more of the uid, or the number.")


class AlreadyCancelled(UsageError):
    code = "already_cancelled"
    template = N_("Entry {seq} was cancelled before, by entry {by}; correct the entry that stands now.")


class Refused(UsageError):
    """The ledger does not let this login write the entry: nothing of the transaction is kept. An engine may say why."""

    code = "refused"
    template = N_("The ledger {path} does not let you write this entry; ask who keeps it to grant you the right.")


class LedgerLocked(LedgerError):
    code = "ledger_locked"
    template = N_(
        "The ledger {path} stayed locked by another program for {seconds} seconds; nothing was written. Try again."
    )


class LedgerFull(LedgerError):
    code = "ledger_full"
    template = N_("No room left for the ledger {path}; nothing was written. Free some disk space and try again.")


class LedgerDamaged(LedgerError):
    code = "ledger_damaged"
    template = N_(
        "The ledger {path} is damaged ({reason}). Put back the latest copy of it, then record what came after."
    )


class StrayLog(LedgerError):
    code = "stray_log"
    template = N_(
        "{log} is the log of a ledger that is not there any more: {path} was taken away, or a copy was put in its "
        "place. Put back the ledger that the log belongs to, or move {log} to another folder, and try again."
    )


class NotALedger(LedgerError):
    code = "not_a_ledger"
    template = N_("{path} is not a ledger of this tool ({reason}). Check --ledger, or `ledger` in targets.toml.")


class LedgerTooNew(LedgerError):
    code = "ledger_too_new"
    template = N_(
        "The ledger {path} was written by a newer version (format {found}, this one reads {known}). "
        "Upgrade ordos-targets."
    )


class LedgerUnreachable(LedgerError):
    code = "ledger_unreachable"
    template = N_(
        "The ledger {path} cannot be opened or written ({reason}). "
        "Check that the folder exists and that you may write in it."
    )


class SqliteTooOld(LedgerError):
    code = "sqlite_too_old"
    template = N_(
        "The ledger {path} needs SQLite {least} or newer, and this Python brings {found}. Run it with a newer Python."
    )


class NothingToCopy(LedgerError):
    code = "nothing_to_copy"
    template = N_("There is no ledger {path} yet, so there is nothing to back up.")


class UnknownEngine(LedgerError):
    code = "unknown_engine"
    template = N_("No engine for the ledger {url}: a ledger is an SQLite file, or in PostgreSQL (postgresql://…).")


class Head(NamedTuple):
    """The end of the chain: how many entries there are and the hash of the last (64 zeros where there is none).

    `recorded_at` is when the last was recorded, as in Entry; empty where there is none.
    """

    entries: int
    hash: str
    recorded_at: str = ""


class Query(NamedTuple):
    """Which entries to list; days are inclusive, None and empty mean no restriction.

    `cancelled` True lists voids and what they cancelled too; `last` keeps only that many of the newest.
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
    """An entry with the number of the void that cancelled it, where one did."""

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
        """The name that the ledger puts under whatever this login writes; None where `by` is kept as it is given."""
        ...

    def series(self, targets: Sequence[str] = ()) -> SeriesReader:
        """Return what the live entries (about these targets) come to, as known at the moment of the view.

        What is appended afterwards is not in it, unless it is added there too.
        """
        ...

    def entries(self, query: Query) -> Iterator[LedgerEntry]:
        """Entries in the order of their numbers."""
        ...

    def columns(self, targets: Sequence[str] = ()) -> Iterator[Columns]:
        """Every entry (about these targets), voids and what they cancelled too, in the order of their numbers.

        They come some hundred at a time and by column, without becoming an Entry each: for millions of them.
        """
        ...

    def find(self, text: str) -> LedgerEntry:
        """The entry with this number or uid prefix (of 4 characters at least). Raises NoSuchEntry, AmbiguousEntry."""
        ...

    def entry(self, uid: str) -> LedgerEntry | None:
        """The entry of this uid, in full; None where there is none."""
        ...

    def successor(self, uid: str) -> LedgerEntry | None:
        """The entry written in place of the one of this uid when that was amended; None where there is none."""
        ...

    def iter_by_uid(self) -> Iterator[EntryRow]:
        """Every entry, voids and cancelled ones too, in the order of their uids as ASCII texts.

        As in Audit.rows each is what is kept, column by column, figures and days in the forms of domain.chain. Other
        questions may be asked while the entries are being taken.
        """
        ...

    def get_many(self, uids: Collection[str]) -> list[LedgerEntry]:
        """The entries of these uids (500 at most) that there are, in the order of their numbers."""
        ...

    def successors(self, uids: Collection[str]) -> list[LedgerEntry]:
        """The entries, no voids, that replace one of these uids (500 at most), in the order of their numbers."""
        ...

    def can_append(self, draft: NewEntry) -> bool:
        """Whether this login may write such an entry: always so in a ledger that asks nobody who they are."""
        ...

    def check_append(self, draft: NewEntry) -> None:
        """Raise Refused, saying why, where this login may not append such an entry."""
        ...

    def last_entry(self) -> LedgerEntry:
        """The latest entry that is not a void and not cancelled. Raises NoSuchEntry."""
        ...

    def series_names(self, since: date | None = None) -> list[tuple[str, str | None]]:
        """The distinct (target, district) that live entries dated from `since` on bear."""
        ...


class Writer(Reader, Protocol):
    """A view that can also append; all it appends is kept, or none."""

    def append(self, draft: NewEntry, now: datetime, uid: str | None = None) -> Entry:
        """Write one entry at the end of the chain. `now` is an aware time; `uid` None gives it a new one.

        A ledger with a clock of its own, as a server has, heeds `now` only while it is filled for the first time.

        A void raises NoSuchEntry where there is nothing to cancel, AlreadyCancelled where that was done before. Raises
        Refused, here or when the transaction ends.
        """
        ...

    def append_drafts(self, drafts: Sequence[tuple[NewEntry, str]], now: datetime) -> None:
        """Write entries, each with its uid, one after the other at one moment, as `append` does; in one go if it can.

        What it raises may be about any of them.
        """
        ...

    def append_all(self, casts: Sequence[Cast]) -> int:
        """Write entries that are no voids at the end of the chain, in this order; return how many were written.

        Fewer than all are where a uid is in the ledger already, or twice among them: some of those before it.
        """
        ...

    def numbers(self, uids: Sequence[str]) -> dict[str, int]:
        """The numbers of the entries that bear one of these uids (1000 at most), by uid."""
        ...


class Ledger(Protocol):
    """An append-only ledger.

    `path` is the file it is kept in, None where it is not kept in one; `name` is what messages call it. One that
    `signs` knows who writes, and enters them as the author of a draft that names nobody.
    """

    @property
    def path(self) -> Path | None: ...

    @property
    def name(self) -> str: ...

    @property
    def signs(self) -> bool: ...

    def reading(self, known_at: str | None = None) -> AbstractContextManager[Reader]:
        """Open one consistent view, of only what had been recorded by `known_at`."""
        ...

    def auditing(self) -> AbstractContextManager[Audit]:
        """Open one consistent view of everything as it is kept."""
        ...

    def copy(self) -> Iterator[bytes]:
        """The bytes of a copy of one moment, whole while others write. Raises NothingToCopy."""
        ...

    def writing(self, *, keep: bool = True) -> AbstractContextManager[Writer]:
        """Open a transaction: durable when the block ends without an exception, undone otherwise or if not `keep`."""
        ...
