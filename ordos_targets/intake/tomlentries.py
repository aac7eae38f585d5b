"""TOML: a list `[[entries]]`, the keys of each the columns of an entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from ordos_targets.domain.errors import InvalidData
from ordos_targets.domain.messages import N_
from ordos_targets.intake.jsonlines import keyed_row
from ordos_targets.intake.row import Broken, Row, UnreadableImport
from ordos_targets.intake.source import Source

HEADER = re.compile(r"^[ \t]*\[\[[ \t]*entries[ \t]*\]\]", re.MULTILINE)


class NoEntriesList(InvalidData):
    """Facts: file."""

    code: ClassVar[str] = "no_entries_list"
    template: ClassVar[str] = N_("{file} holds no list of entries; write each under [[entries]]")


def toml_rows(source: Source) -> Iterator[Row | Broken]:
    """The rows of a TOML file. Raises NoEntriesList, UnreadableImport where it is no TOML."""
    import tomllib

    text = "".join(source.lines()).replace("\r\n", "\n")
    try:
        found = tomllib.loads(text, parse_float=_exact)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableImport(file=source.name, reason=str(error)) from error
    entries = found.get("entries")
    if not isinstance(entries, list) or set(found) != {"entries"}:
        raise NoEntriesList(file=source.name)
    lines = [text.count("\n", 0, match.start()) + 1 for match in HEADER.finditer(text)]
    places = lines if len(lines) == len(entries) else range(1, len(entries) + 1)
    for line, entry in zip(places, entries, strict=True):
        yield keyed_row(line, entry.items()) if isinstance(entry, Mapping) else keyed_row(line, [("entries", entry)])


def _exact(text: str) -> object:
    """A number as it is written; nan and inf stay texts, which no grammar takes."""
    try:
        number = Decimal(text.replace("_", ""))
    except InvalidOperation:
        return text
    return number if number.is_finite() and "e" not in text.lower() else text
