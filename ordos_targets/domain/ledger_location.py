"""Where a ledger is, as --ledger, the environment and the key `ledger` of targets.toml name it."""

from __future__ import annotations

import re
from typing import NamedTuple

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")
# Patterns are texts, which `re` compiles and keeps once they are used: most ledgers are plain paths.
# One letter is a drive of Windows. Slips count too: postgresql:/…, postgres:user@…
URL = r"(?is)[a-z][a-z0-9+.-]+:/|postgres(?:ql)?[^/\\]*:|.*://"
PASSWORD = r"(?i)\b(?:pass(?:word|wd|file)?|pwd|sslpassword)\s*="  # noqa: S105 - the word for one


class LedgerLocation(NamedTuple):
    """A place where a ledger can be: one of the two is given, the other is empty.

    Attributes:
        path: The path of an SQLite file; may be relative, or begin with ~.
        url: The URL of a PostgreSQL database, with the password it may hold.
    """

    path: str = ""
    url: str = ""


def parse_ledger_location(text: str) -> LedgerLocation | None:
    """Return the place that `text` names; None for a URL or connection string of no engine, and for nothing at all.

    What looks like a URL is never taken for a path: a file whose name is a password would be made.
    """
    text = text.strip(" ")
    if text.startswith(POSTGRES):
        return LedgerLocation(url=text)
    path = text.removeprefix(SQLITE)
    may_be_url = path == text and not {":", "="}.isdisjoint(path)
    if not path or (may_be_url and (re.match(URL, path) or re.search(PASSWORD, path))):
        return None
    return LedgerLocation(path=path)
