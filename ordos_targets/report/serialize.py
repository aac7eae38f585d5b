"""The one writer of JSON and the one of CSV. Numbers are exact: never written through a binary float."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any

from ordos_targets.domain.entries import decimal_text
from ordos_targets.report.sanitize import HIDDEN, escape_control_characters, harmless

_HIDDEN = f"[{HIDDEN}]"


def dumps(value: object, *, indent: int | None = 2) -> str:
    """Return a value (mappings, lists, texts, numbers, dates, enums, None) as JSON; on one line if `indent` is None."""
    return _written(value, indent, 0)


def json_pieces(document: Mapping[str, object]) -> Iterator[str]:
    """Yield a document as `dumps` writes it, and a newline.

    The items of an iterator in it are written as they come, so that a long list is never in memory as a whole.
    """
    for number, (key, value) in enumerate(document.items()):
        yield f"{',' if number else '{'}\n  {_cached_text(key)}: "
        if not isinstance(value, Iterator):
            yield _written(value, 2, 1)
            continue
        before = "["
        for item in value:
            yield f"{before}\n    {_written(item, 2, 2)}"
            before = ","
        yield "[]" if before == "[" else "\n  ]"
    yield "\n}\n"


def _written(value: object, indent: int | None, depth: int) -> str:
    write = SCALARS.get(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, Enum):
        return _cached_text(value.value)
    if isinstance(value, dict):
        parts = [f"{_cached_text(key)}: {_written(item, indent, depth + 1)}" for key, item in value.items()]
        return _laid_out("{", parts, "}", indent, depth)
    if isinstance(value, list | tuple):
        return _laid_out("[", [_written(item, indent, depth + 1) for item in value], "]", indent, depth)
    return _cached_text(value)


def _laid_out(before: str, parts: list[str], after: str, indent: int | None, depth: int) -> str:
    """Return the parts between their brackets, joined at once: a large document is not copied for each of them."""
    if not parts:
        return before + after
    inner = "" if indent is None else "\n" + " " * (indent * (depth + 1))
    parts[0] = f"{before}{inner}{parts[0]}"
    parts[-1] += f"{inner[:-indent] if indent else ''}{after}"
    return f",{inner or ' '}".join(parts)


@lru_cache(maxsize=256)
def _cached_text(value: object) -> str:
    return string_text(str(value))


def string_text(text: str) -> str:
    """Return a JSON string; what a terminal would obey or hide is escaped too."""
    written = encode_basestring(text)
    if harmless(text):
        return written
    return re.sub(_HIDDEN, lambda match: encode_basestring_ascii(match[0])[1:-1], written)


# By exact type: most of what is written are scalars.
SCALARS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _none: "null",
    bool: lambda flag: "true" if flag else "false",
    str: string_text,
    int: str,
    Decimal: decimal_text,
    Fraction: decimal_text,
    date: _cached_text,
}
DELIMITERS = {"csv": ",", "tsv": "\t"}


def clean_cell(text: str) -> str:
    """Return a text that acts neither on a terminal nor in a spreadsheet."""
    from ordos_targets.domain.formulas import escape_formula  # noqa: PLC0415 - JSON needs none

    return escape_formula(escape_control_characters(text))


def delimited_lines(
    format_: str,
    columns: Sequence[str],
    records: Iterable[Mapping[str, object]],
    *,
    clean: Callable[[str], str] = clean_cell,
) -> Iterator[str]:
    """Yield a header of `columns` and a line for each record, as `csv` (RFC 4180 with line feeds) or `tsv`.

    A column that a record lacks is empty; `clean` makes texts harmless.
    """
    delimiter = DELIMITERS[format_]
    yield delimiter.join(columns) + "\n"
    for record in records:
        cells = (_quoted(_cell_text(record.get(column), clean), delimiter) for column in columns)
        yield delimiter.join(cells) + "\n"


def _quoted(text: str, delimiter: str) -> str:
    if '"' in text or delimiter in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def _cell_text(value: object, clean: Callable[[str], str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, int | Decimal | Fraction):
        return decimal_text(value)
    return value.isoformat() if isinstance(value, date) else clean(str(value))
