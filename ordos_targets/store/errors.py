"""What a ledger cannot do or does not allow, whatever engine it is built on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ordos_targets.domain.errors import N_, LedgerError, UsageError

if TYPE_CHECKING:
    from ordos_targets.domain.hash_chain import IntegrityProblem


class NoSuchEntry(UsageError):
    code = "no_such_entry"
    template = N_("No entry {text} in the ledger; see `ordos-targets log` for the numbers.")


class AmbiguousEntry(UsageError):
    code = "ambiguous_entry"
    template = N_("{text} matches several entries ({candidates}); type more of the uid, or the number.")


class AlreadyCancelled(UsageError):
    code = "already_cancelled"
    template = N_("Entry {seq} is already cancelled, by entry {by}; correct an entry that is not cancelled.")


class Refused(UsageError):
    """The ledger does not let this login write the entry: nothing of the transaction is kept. An engine may say why."""

    code = "refused"
    template = N_("You may not write this entry to the ledger {path}; ask its owner for permission.")


class LedgerLocked(LedgerError):
    code = "ledger_locked"
    template = N_(
        "The ledger {path} stayed locked by another program for {seconds} seconds; nothing was written. Try again."
    )


class LedgerFull(LedgerError):
    code = "ledger_full"
    template = N_("No disk space left for the ledger {path}; nothing was written. Free some disk space and try again.")


class LedgerDamaged(LedgerError):
    code = "ledger_damaged"
    template = N_(
        "The ledger {path} is damaged ({reason}). Restore the latest backup, then record again what is newer."
    )


class StrayLog(LedgerError):
    code = "stray_log"
    template = N_(
        "{log} is the log of another ledger: {path} was removed, or replaced by a copy. Put back the "
        "ledger that the log belongs to, or move {log} to another folder, and try again."
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
    template = N_("The ledger {path} needs SQLite {least} or newer, and this Python has {found}. Use a newer Python.")


class NothingToCopy(LedgerError):
    code = "nothing_to_copy"
    template = N_("The ledger {path} does not exist yet; there is nothing to back up.")


class UnknownEngine(LedgerError):
    code = "unknown_engine"
    template = N_("Unknown kind of ledger: {url}. Give an SQLite file, or a PostgreSQL database (postgresql://…).")


class RowsUnreadable(Exception):
    """A row of the ledger cannot be read.

    Attributes:
        after: The number of the last entry that could be read.
        reason: The engine's own words.
    """

    def __init__(self, after: int, reason: str) -> None:
        self.after, self.reason = after, reason
        super().__init__(reason)


class ChainBroken(Exception):
    """A ledger of an earlier version is not whole, so that it is not brought to this one.

    Attributes:
        problem: The first thing that is wrong; None where no entry can be named.
    """

    def __init__(self, problem: IntegrityProblem | None = None) -> None:
        self.problem = problem
        super().__init__(str(problem))
