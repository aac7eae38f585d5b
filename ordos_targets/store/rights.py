"""Who may do what in a shared ledger, and what only such a ledger can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ordos_targets.store.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a role may do: record everything, read everything, or record for districts and targets.

    `targets` are (id, owner): whose targets they are. Nothing at all takes every right away.
    """

    everything: bool = False
    read_only: bool = False
    districts: tuple[str, ...] = ()
    targets: tuple[tuple[str, str], ...] = ()

    def rows(self, role: str) -> list[tuple[str, str, str, str | None]]:
        """The rows of the table of grants."""
        return [
            *([(role, "all", "", None)] if self.everything else []),
            *([(role, "read", "", None)] if self.read_only else []),
            *((role, "district", one, None) for one in self.districts),
            *((role, "target", target, owner) for target, owner in self.targets),
        ]


@runtime_checkable
class SharedLedger(Ledger, Protocol):
    """A ledger on a server that many use, each as far as they may."""

    def set_up(self) -> tuple[int, int]:
        """Make the ledger, or bring it up to date: its version before (0: there was none) and after."""
        ...

    def grant(self, role: str, rights: Rights) -> None:
        """Let a role do what `rights` say, in place of what it might do before."""
        ...
