"""What an auditor asks of a ledger, whatever it is kept in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from ordos_targets.domain.entries import Entry, Stored
from ordos_targets.domain.errors import N_, Message

ASTRAY_IN_ALL = N_("the total kept of {target} for {span} is not what its entries come to")
ASTRAY_THERE = N_("the total kept of {target} in {district} for {span} is not what its entries come to")


class RowsUnreadable(Exception):
    """An entry cannot be read. `after` is the number of the last one that could, `reason` the engine's own words."""

    def __init__(self, after: int, reason: str) -> None:
        self.after, self.reason = after, reason
        super().__init__(reason)


class Audit(Protocol):
    """A consistent view of everything a ledger keeps, as it is kept."""

    def rows(self, since: int | None = None) -> Iterator[Stored]:
        """Every entry (numbered above `since`), column by column, by number. Raises RowsUnreadable."""
        ...

    def runs(self) -> Iterator[Sequence[Stored]]:
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

    def rows(self, since: int | None = None) -> Iterator[Stored]:
        """See Audit."""
        del since
        return iter(())

    def runs(self) -> Iterator[Sequence[Stored]]:
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
