"""JSON with exact numbers: a Decimal or Fraction is written as itself, never through a binary float."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from json.encoder import encode_basestring, encode_basestring_ascii

from ordos_targets.domain.formulas import escape_formula
from ordos_targets.report.sanitize import HIDDEN, escape_control_characters, harmless

DECIMALS = 12
CONSTANTS = {None: "null", True: "true", False: "false"}
_HIDDEN = f"[{HIDDEN}]"


def decimal_text(number: Fraction | Decimal | int) -> str:
    """A number in plain decimals; one that does not end is cut after 12 of them."""
    if type(number) is int:
        return str(number)
    fraction = Fraction(number)
    if fraction.denominator == 1:
        return str(fraction.numerator)
    sign = "-" if fraction < 0 else ""
    whole, rest = divmod(abs(fraction), 1)
    digits = str(int(rest * 10**DECIMALS)).rjust(DECIMALS, "0").rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}" if whole else "0"


def dumps(thing: object, *, indent: int | None = 2) -> str:
    """`thing` (mappings, lists, texts, numbers, dates, enums, None) as JSON; `indent` None puts it on one line."""
    return _written(thing, indent, 0)


def _written(thing: object, indent: int | None, depth: int) -> str:
    if isinstance(thing, dict):
        parts = [f"{_key(key)}: {_written(value, indent, depth + 1)}" for key, value in thing.items()]
        return _laid_out("{", parts, "}", indent, depth)
    if isinstance(thing, list | tuple):
        return _laid_out("[", [_written(value, indent, depth + 1) for value in thing], "]", indent, depth)
    return _scalar(thing)


def _laid_out(before: str, parts: list[str], after: str, indent: int | None, depth: int) -> str:
    """The parts between their brackets, put together at once: a document of many megabytes is not copied for each."""
    if not parts:
        return before + after
    inner = "" if indent is None else "\n" + " " * (indent * (depth + 1))
    parts[0] = f"{before}{inner}{parts[0]}"
    parts[-1] += f"{inner[:-indent] if indent else ''}{after}"
    return f",{inner or ' '}".join(parts)


@lru_cache(maxsize=256)
def _key(key: object) -> str:
    return string_text(str(key))


def _scalar(thing: object) -> str:
    if type(thing) is str:
        return string_text(thing)
    if thing is None or isinstance(thing, bool):
        return CONSTANTS[thing]
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


DELIMITERS = {"csv": ",", "tsv": "\t"}


def delimited(format_: str, columns: Sequence[str], records: Iterable[Mapping[str, object]]) -> str:
    """`records` under a header of `columns`, as `csv` or `tsv`; what a record lacks is empty."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=DELIMITERS[format_], lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(record.get(column)) for column in columns] for record in records)
    return buffer.getvalue()


def _cell(thing: object) -> str:
    if thing is None:
        return ""
    if isinstance(thing, bool):
        return "true" if thing else "false"
    if isinstance(thing, Enum):
        return str(thing.value)
    if isinstance(thing, int | Decimal | Fraction):
        return decimal_text(thing)
    if isinstance(thing, date):
        return thing.isoformat()
    return escape_formula(escape_control_characters(str(thing)))
