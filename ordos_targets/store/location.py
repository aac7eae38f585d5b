"""From the words of `--ledger`, the environment or targets.toml to an engine."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ordos_targets.domain.errors import ExtraMissing
from ordos_targets.domain.messages import N_, Message
from ordos_targets.store.ledger import Ledger, UnknownEngine

if TYPE_CHECKING:
    from ordos_targets.store.postgres import PostgresLedger

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")
# Patterns are texts, which `re` makes out and keeps once they are used: most ledgers are plain paths.
# One letter is a drive of Windows. Slips count too: postgresql:/…, postgres:user@…
URL = r"(?is)[a-z][a-z0-9+.-]+:/|postgres(?:ql)?[^/\\]*:|.*://"
PASSWORD = r"(?i)\b(?:pass(?:word|wd|file)?|pwd|sslpassword)\s*="  # noqa: S105 - the word for one
SHOWN = r"(?s)(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*:/{0,3})(?P<rest>.*)"
HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]*)(?::[0-9]{1,5}(?![^/?#]))?(?:/[A-Za-z0-9_./-]*)?"
# In a sentence: a URL, and what stands behind a word for a password.
URL_WITHIN = r"(?i)(?:[a-z0-9+.-]{0,32}:/{1,3}|postgres(?:ql)?:)[^\s“”\"'`<>]*"
ENDS_SENTENCE = ".,;，。；"
PASSWORD_WITHIN = r"(?i)(" + PASSWORD.removeprefix("(?i)") + r"\s*)[^\s…]+"


def open_ledger(location: str, beside: Path) -> Ledger:
    """The ledger at `location`: a path (relative to the folder `beside`) or a URL. Raises UnknownEngine, ExtraMissing.

    Nothing is opened before the ledger is read or written.
    """
    if location.startswith(POSTGRES):
        return open_shared(location)
    if location.startswith(SQLITE):
        location = location.removeprefix(SQLITE)
    elif {":", "="} & set(location) and (re.match(URL, location) or re.search(PASSWORD, location)):
        raise UnknownEngine(url=without_password(location))
    from ordos_targets.store.sqlite import SqliteLedger  # noqa: PLC0415 - one engine is loaded, not all

    # Path.expanduser raises where nobody is called ~name.
    return SqliteLedger(beside / os.path.expanduser(location))  # noqa: PTH111


def open_shared(url: str) -> PostgresLedger:
    """The ledger of a PostgreSQL server. Raises ExtraMissing."""
    try:
        from ordos_targets.store.postgres import PostgresLedger  # noqa: PLC0415 - as above
    except ImportError as error:
        raise ExtraMissing(feature=Message(N_("A shared ledger")), extra="postgres") from error
    return PostgresLedger(url)


def kept_in(ledger: Ledger) -> list[Path]:
    """The files a ledger is kept in: its own, and those that SQLite may have beside it while somebody writes."""
    real = os.path.realpath(ledger.path) if ledger.path else ""
    return [Path(f"{real}{ending}") for ending in ("", "-wal", "-shm", "-journal")] if real else []


def without_password(url: str) -> str:
    """A URL that may be shown: its scheme, user, host and path. All else, a password among it, is left out.

    What is not written as a URL should be, such as host=… password=…, may hold a password anywhere: all of it is left
    out.
    """
    found = re.fullmatch(SHOWN, url)
    if not found:
        return "…"
    # A password may hold any of the signs that end one, so only the last @ tells where the host begins.
    login, at, place = found["rest"].rpartition("@")
    user = re.split(r"[:/?#]", login)[0]
    host = re.match(HOST, place)
    shown = host[0] if host else ""
    more = "" if shown == place else "…"
    return f"{found['scheme']}{user}{at}{shown}{more}"


def without_passwords(text: str) -> str:
    """A text in which every URL with something to hide is shown without it."""
    if "@" not in text and not re.search(PASSWORD, text) and "%" not in text:
        return text
    text = re.sub(URL_WITHIN, lambda found: _shown(found[0]) if _tells(found[0]) else found[0], text)
    return re.sub(PASSWORD_WITHIN, r"\1…", text)


def _shown(url: str) -> str:
    """A URL in a sentence; what ends the sentence, or a part of it, stays."""
    bare = url.rstrip(ENDS_SENTENCE)
    return without_password(bare) + url[len(bare) :]


def _tells(url: str) -> bool:
    """Whether a URL has a login or a password in it, be it that its signs are written as codes."""
    from urllib.parse import unquote  # noqa: PLC0415 - only where something is told that may be one

    plain = unquote(url)
    return "@" in plain or re.search(PASSWORD, plain) is not None
