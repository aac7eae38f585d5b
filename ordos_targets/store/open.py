"""The engine for the location of a ledger."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ordos_targets.domain.errors import N_, ExtraMissing, Message
from ordos_targets.domain.ledger_location import parse_ledger_location
from ordos_targets.store.errors import UnknownEngine
from ordos_targets.store.ledger import Ledger

if TYPE_CHECKING:
    from ordos_targets.store.postgres import PostgresLedger


def open_ledger(location: str, beside: Path) -> Ledger:
    """Return the ledger at a path (relative to the folder `beside`) or URL. Raises UnknownEngine, ExtraMissing.

    Nothing is opened before the ledger is read or written.
    """
    place = parse_ledger_location(location)
    if place is None:
        from ordos_targets.store.passwords import without_password  # noqa: PLC0415 - of few locations

        raise UnknownEngine(url=without_password(location))
    if place.url:
        return open_shared(place.url)
    from ordos_targets.store.sqlite import SqliteLedger  # noqa: PLC0415 - one engine is loaded, not all

    # Path.expanduser raises where nobody is called ~name.
    return SqliteLedger(beside / os.path.expanduser(place.path))  # noqa: PTH111


def open_shared(url: str) -> PostgresLedger:
    """Return the ledger at the URL of a PostgreSQL database. Raises ExtraMissing."""
    try:
        from ordos_targets.store.postgres import PostgresLedger  # noqa: PLC0415 - as above
    except ImportError as error:
        raise ExtraMissing(feature=Message(N_("A shared ledger")), extra="postgres") from error
    return PostgresLedger(url)


def kept_in(ledger: Ledger) -> list[Path]:
    """Return the files of a ledger: its own, and those that SQLite may have beside it while somebody writes."""
    real = os.path.realpath(ledger.path) if ledger.path else ""
    return [Path(f"{real}{ending}") for ending in ("", "-wal", "-shm", "-journal")] if real else []
