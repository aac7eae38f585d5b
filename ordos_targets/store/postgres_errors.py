"""What a PostgreSQL server refuses or cannot do, in our words."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

import psycopg  # noqa: TID253 - one engine is loaded, not all

from ordos_targets.domain.errors import N_, AppError, LedgerError
from ordos_targets.store.errors import (
    AlreadyCancelled,
    LedgerDamaged,
    LedgerFull,
    LedgerLocked,
    LedgerUnreachable,
    NoSuchEntry,
    Refused,
)


class ServerUnreachable(LedgerUnreachable):
    template = N_(
        "The ledger {path} cannot be reached ({reason}); nothing was written. "
        "Check the server, the network and your login."
    )


class BadServerUrl(LedgerError):
    code = "bad_server_url"
    template = N_(
        "The ledger {path} is not an address of a PostgreSQL server; write postgresql://USER@HOST/DATABASE "
        "and put the password into ~/.pgpass."
    )


class NotSetUp(LedgerError):
    code = "not_set_up"
    template = N_(
        "There is no ledger in {path} yet; the owner of the database can create one with `ordos-targets ledger "
        "init URL`."
    )


class LedgerTooOld(LedgerError):
    code = "ledger_too_old"
    template = N_(
        "The ledger {path} has an older format ({found}; this version writes {known}); its owner can "
        "upgrade it with `ordos-targets ledger init URL`."
    )


class NotGranted(LedgerError):
    code = "not_granted"
    template = N_(
        "{login} may not do this in the ledger {path}; its owner can grant it with `ordos-targets ledger "
        "grant --role {login} …`."
    )


class MayNotRecord(NotGranted):
    code = "may_not_record"
    template = N_(
        "{login} may read the ledger {path}, but not record; its owner can grant it with `ordos-targets "
        "ledger grant --role {login} …`."
    )


class LedgerBusy(LedgerError):
    code = "ledger_busy"
    template = N_("The ledger {path} was in use by another program; nothing was written. Try again.")


class CommitUnknown(LedgerError):
    code = "commit_unknown"
    template = N_(
        "The connection to {path} was lost while the entries were being written; it is unknown whether "
        "they were. Check with `ordos-targets log --all -n 5`, and record again only what is missing."
    )


class PartialView(LedgerError):
    code = "partial_view"
    template = N_(
        "{login} sees only a part of the ledger {path}, and this command needs all of it. Connect as its "
        "owner, or as a role that was granted --read-only or --all."
    )


class EntryRefused(LedgerError, Refused):
    code = "entry_refused"
    template = N_("The ledger {path} refused an entry ({reason}); nothing was written.")


class NotYours(Refused):
    code = "not_yours"
    template = N_("{login} may not record for {place}; ask the ledger's owner for permission.")


class NotYourName(Refused):
    code = "not_your_name"
    template = N_("{login} may not record in the name of {by}; leave out --by to use your login.")


class UidTaken(Refused):
    code = "uid_taken"
    template = N_("One of these uids belongs to an entry that you may not see; nothing was written.")


class UnkeptCharacter(Refused):
    code = "unkept_character"
    template = N_("A text of the entry contains a character that PostgreSQL cannot store; delete it.")


CONNECTION_LOST = ("08", "57P")
Ours = Callable[[str, str, dict[str, object]], AppError]
# The codes that the server's own functions raise, and what their details become.
OURS: dict[str, Ours] = {
    "OT001": lambda _path, login, facts: NotYours(login=login, place=place_of(facts)),
    "OT002": lambda _path, login, facts: NotYourName(login=login, by=str(facts.get("by", ""))),
    "OT003": lambda _path, _login, facts: NoSuchEntry(text=str(facts.get("text", ""))),
    "OT004": lambda _path, _login, facts: AlreadyCancelled(seq=facts.get("seq"), by=facts.get("by")),
    "OT005": lambda path, login, _facts: MayNotRecord(path=path, login=login),
}


def place_of(facts: dict[str, object]) -> str:
    """Return what an entry was to be about, from its target and district."""
    return ", ".join(str(facts[name]) for name in ("target", "district") if facts.get(name))


def is_lost(error: psycopg.Error) -> bool:
    """Whether it is the connection that failed, and not a statement on it."""
    code = error.sqlstate
    return isinstance(error, psycopg.OperationalError) and (code is None or code.startswith(CONNECTION_LOST))


def reason_of(error: psycopg.Error) -> str:
    """Return the first line of the server's or the library's own words."""
    text = (error.diag.message_primary or str(error)).strip()
    return text.partition("\n")[0] or type(error).__name__


def translate(error: psycopg.Error, path: str, login: str, seconds: float) -> NoReturn:
    """Raise what `error` is in our words; `path` is how the ledger is shown, `seconds` how long it waits for locks."""
    code = error.sqlstate or ""
    if code in OURS:
        raise OURS[code](path, login, _details(error)) from error
    if code == "55P03":
        raise LedgerLocked(path=path, seconds=f"{seconds:g}") from error
    if code == "53100":
        raise LedgerFull(path=path) from error
    if code in {"40001", "40P01"}:
        raise LedgerBusy(path=path) from error
    if code in {"3F000", "42P01"}:
        raise NotSetUp(path=path) from error
    if code == "42501":
        raise NotGranted(path=path, login=login) from error
    if code == "23505":
        raise UidTaken from error
    if code.startswith("XX0"):
        raise LedgerDamaged(path=path, reason=reason_of(error)) from error
    if code in {"OT006", "OT007"} or code.startswith(("22", "23")):
        raise EntryRefused(path=path, reason=reason_of(error)) from error
    raise ServerUnreachable(path=path, reason=reason_of(error)) from error


def _details(error: psycopg.Error) -> dict[str, object]:
    with suppress(ValueError):
        details = json.loads(error.diag.message_detail or "{}")
        return details if isinstance(details, dict) else {}
    return {}
