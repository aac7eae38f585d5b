"""JSON with exact numbers: a Decimal or Fraction is written as itself, never through a binary float."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from json.encoder import encode_basestring, encode_basestring_ascii

from ordos_targets.report.safe import HIDDEN, harmless

DECIMALS = 12
_HIDDEN = f"[{HIDDEN}]"


def decimal_text(number: Fraction | Decimal | int) -> str:
    """A number in plain decimals; one that does not end is cut after 12 of them."""
    fraction = Fraction(number)
    if fraction.denominator == 1:
        return str(fraction.numerator)
    sign = "-" if fraction < 0 else ""
    whole, rest = divmod(abs(fraction), 1)
    digits = str(int(rest * 10**DECIMALS)).rjust(DECIMALS, "0").rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}" if whole else "0"


def dumps(thing: object, *, indent: int | None = 2) -> str:
    """`thing` (mappings, lists, texts, numbers, dates, enums, None) as JSON; `indent` None puts it on one line."""
    return "".join(_write(thing, indent, 0))


def _write(thing: object, indent: int | None, depth: int) -> Iterator[str]:
    if isinstance(thing, Mapping):
        pairs = [f"{string_text(str(key))}: " for key in thing]
        yield from _block("{}", pairs, list(thing.values()), indent, depth)
    elif isinstance(thing, list | tuple):
        yield from _block("[]", [""] * len(thing), list(thing), indent, depth)
    else:
        yield _scalar(thing)


def _block(brackets: str, heads: list[str], values: list[object], indent: int | None, depth: int) -> Iterator[str]:
    yield brackets[0]
    for number, (head, value) in enumerate(zip(heads, values, strict=True)):
        yield "," if number else ""
        yield _newline(indent, depth + 1) if indent is not None else " " if number else ""
        yield head
        yield from _write(value, indent, depth + 1)
    if values and indent is not None:
        yield _newline(indent, depth)
    yield brackets[1]


def _newline(indent: int, depth: int) -> str:
    return "\n" + " " * (indent * depth)


def _scalar(thing: object) -> str:
    if thing is None:
        return "null"
    if isinstance(thing, bool):
        return "true" if thing else "false"
    if isinstance(thing, Enum):
        return string_text(str(thing.value))
    if isinstance(thing, int | Decimal | Fraction):
        return decimal_text(thing)
    if isinstance(thing, date):
        return string_text(thing.isoformat())
    return string_text(str(thing))


def string_text(text: str) -> str:
    """A JSON string; what a terminal would obey or hide is escaped too."""
    written = encode_basestring(text)
    if harmless(text):
        return written
    return re.sub(_HIDDEN, lambda found: encode_basestring_ascii(found[0])[1:-1], written)
