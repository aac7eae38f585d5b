"""TOML text → plain values, with tomllib's complaints in our own sentences. Imports tomllib only when it reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from ordos_targets.config.lines import around, decode_error_place
from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.toml_keys import MOST_PARTS, endless_key

NO_SUCH_DATE = N_("there is no such date; a date is written 2025-06-30")
# The first words of tomllib's messages (Python 3.11 to 3.14), and what they mean to a person.
SENTENCES: Mapping[str, str] = {
    "Cannot overwrite": N_("this key is given twice"),
    "Duplicate inline table key": N_("this key is given twice"),
    "Cannot declare": N_("this [table] is given twice"),
    "Cannot redefine": N_("this key was already given another kind of value"),
    "Cannot mutate": N_("this key was already given another kind of value"),
    "Expected '=' after a key": N_("a key must be followed by = and its value"),
    "Expected ']": N_("the ] of this heading is missing"),
    "Unclosed array": N_("this list lacks a comma or its closing ]"),
    "Unclosed inline table": N_("this table lacks a comma or its closing }}, or runs over several lines"),
    "Unterminated string": N_("the closing quotation mark is missing"),
    "Illegal character": N_("the closing quotation mark is missing, or a control character stands in the text"),
    "Expected \"'": N_("the closing quotation mark is missing"),
    "Expected": N_("something stands behind the value that does not belong there"),
    "Invalid date": NO_SUCH_DATE,
    "Invalid value": N_("a value is missing or not readable: text needs quotes, a date is written 2025-06-30"),
    "Unescaped": N_("write a backslash in text twice, or put the text in single quotes"),
    "Invalid initial character": N_("a key is missing here, or needs quotes: only a-z, 0-9, - and _ do without"),
    "Invalid statement": N_("a key is missing here, or needs quotes: only a-z, 0-9, - and _ do without"),
    "Found invalid character": N_("a control character stands here; delete it"),
}
# What a Chinese keyboard types where TOML wants ASCII.
HALF_WIDTH = dict(zip("“”‘’＝，：［］｛｝＃．", "\"\"''=,:[]{}#.", strict=True))
WIDE_SPACE = "\u3000"
AROUND = 40  # characters are enough to tell a date
DATE_LIKE = re.compile(r"\b[0-9]{4}[-./年0-9]*\|[-./年][0-9]")  # what tomllib has read, and where it stopped
# A report of a thousand targets needs a quarter of these. Each may be wrong, and each table takes a kilobyte.
MOST_VALUES, MOST_TABLES = 100_000, 20_000
LONG_NUMBER = re.compile(r"(?<![0-9_])[0-9_]{4000,}")


class NotTomlError(ValueError):
    """The text is no TOML: `line` (from 1, None if unknown) and the sentence that says why."""

    def __init__(self, line: int | None, message: Message) -> None:
        super().__init__(message.template)
        self.line = line
        self.message = message


def read_toml(text: str) -> dict[str, object]:
    """The values of TOML `text`: floats as exact decimals. Raises NotTomlError, and nothing else, for whatever text."""
    import tomllib  # a cached file is read without it

    place = endless_key(text)
    if place:
        raise NotTomlError(place, Message(N_("a key of more than {count} parts stands here"), {"count": MOST_PARTS}))
    if sum(line.lstrip(" \t").startswith("[") for line in text.split("\n")) > MOST_TABLES:
        raise NotTomlError(None, _too_many(N_("it holds more than {limit} tables"), MOST_TABLES))
    try:
        values = tomllib.loads(text, parse_float=_decimal)
    except tomllib.TOMLDecodeError as exc:
        line = decode_error_place(str(exc), text)[0]
        raise NotTomlError(line, _sentence(str(exc), text)) from exc
    except RecursionError as exc:
        raise NotTomlError(None, Message(N_("lists or tables are nested too deeply"))) from exc
    except ValueError as exc:  # Python reads no integer of more than 4300 digits
        found = LONG_NUMBER.search(text)
        place = text.count("\n", 0, found.start()) + 1 if found else None
        raise NotTomlError(place, Message(N_("this number is too long"))) from exc
    if _holds_more_than(MOST_VALUES, values):
        raise NotTomlError(None, _too_many(N_("it holds more than {limit} values"), MOST_VALUES))
    return values


def _too_many(template: str, limit: int) -> Message:
    return Message(template, {"limit": f"{limit:,}"})


def _holds_more_than(limit: int, table: object) -> bool:
    """Whether lists and tables hold more values than these, all together."""
    waiting, count = [table], 0
    while waiting and count <= limit:
        one = waiting.pop()
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        count += len(inner)
        waiting.extend(inner)
    return count > limit


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what decimals know; refused later, with its key
        return Decimal("inf")


def _sentence(complaint: str, text: str) -> Message:
    before, after = around(text, *decode_error_place(complaint, text))
    char = after[:1]
    if DATE_LIKE.search(before[-AROUND:] + "|" + after[:AROUND]):
        return Message(NO_SUCH_DATE)
    if char == WIDE_SPACE:
        return Message(N_("a full-width space stands here; delete it"))
    if char in HALF_WIDTH:
        facts = {"given": char, "wanted": HALF_WIDTH[char]}
        return Message(N_("{given} is a full-width character; TOML wants the half-width {wanted} here"), facts)
    for start, template in SENTENCES.items():
        if complaint.startswith(start):
            return Message(template)
    return Message(N_("this is not TOML"))
