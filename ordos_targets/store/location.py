"""From the words of `--ledger`, the environment or targets.toml to an engine."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ordos_targets.store.ledger import Ledger, UnknownEngine

SQLITE = "sqlite:///"


def open_ledger(location: str, beside: Path) -> Ledger:
    """The ledger at `location`: a path (relative to the folder `beside`) or a URL. Raises UnknownEngine.

    Nothing is opened before the ledger is read or written.
    """
    if location.startswith(SQLITE):
        location = location.removeprefix(SQLITE)
    elif "://" in location:
        raise UnknownEngine(url=without_password(location))
    from ordos_targets.store.sqlite import SqliteLedger  # noqa: PLC0415 - one engine is loaded, not all

    # Path.expanduser raises where nobody is called ~name.
    return SqliteLedger(beside / os.path.expanduser(location))  # noqa: PTH111


def without_password(url: str) -> str:
    """A URL that may be shown: no password of user:password@host or ?password=… is left in it."""
    scheme, mark, rest = re.sub(r"([?&]password=)[^&]*", r"\1…", url).partition("://")
    login, at, host = rest.rpartition("@")
    user = login.partition(":")[0]
    return f"{scheme}{mark}{user}{at}{host}" if at else url
