"""Rows of the table `entries`, many at a time, by column."""

from __future__ import annotations

from collections.abc import Sequence

from ordos_targets.domain.entries import Columns
from ordos_targets.domain.forms import NAMES, are_in_form, columns_of
from ordos_targets.store.sqlite_reader import entry_of


def columns_of_rows(rows: Sequence[tuple[object, ...]]) -> Columns:
    """Columns from rows in the order of HASHED, then the hash. Raises sqlite3.DatabaseError where one is no entry.

    Where all cells are in the form that the ledger gives them, nothing else is asked of them.
    """
    columns = dict(zip(NAMES, zip(*rows, strict=True), strict=True))
    return columns if are_in_form(columns) else columns_of(map(entry_of, rows))
