"""Rows of imported files as tests look at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ordos_targets.readers.rows import Broken, Row, Rows


def singly(found: Iterable[Row | Rows | Broken]) -> Iterator[Row | Broken]:
    """Each row by itself, also of those that were read many at once."""
    for one in found:
        if isinstance(one, Rows):
            yield from one
        else:
            yield one
