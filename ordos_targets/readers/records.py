"""JSON Lines: one object a line, its keys the columns of an entry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import ClassVar

from ordos_targets.domain.errors import N_, InvalidData, Message
from ordos_targets.domain.names import quote_for_message
from ordos_targets.domain.toml_keys import MAX_KEY_PARTS, line_of_long_key
from ordos_targets.readers.headings import INCREMENT, READING, UNIT, heading
from ordos_targets.readers.rows import Broken, Row, UnreadableImport
from ordos_targets.readers.source import Source

WIDEST = 1 << 12  # bits; Python writes no number of many more
NOT_AN_OBJECT = N_("not a JSON object like {example}")
EXAMPLE = '{"target": "…", "value": 3}'
# Of the keys that name something, which are few and short.
_shown = lru_cache(maxsize=256)(quote_for_message)


def json_rows(source: Source) -> Iterator[Row | Broken]:
    """The rows of a file of JSON Lines; blank lines are passed over."""
    for number, line in enumerate(source.lines(), 1):
        if line.strip():
            yield _row(number, line)


def _row(number: int, line: str) -> Row | Broken:
    try:
        # Digits are kept as they are written, so that nothing is rounded.
        found = json.loads(line, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, _Pairs):
        return Broken(number, Message(NOT_AN_OBJECT, {"example": EXAMPLE}))
    return keyed_row(number, found.pairs)


class _Pairs:
    """The pairs of an object in order, with keys that may stand twice."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        self.pairs = pairs


def keyed_row(number: int, pairs: Iterable[tuple[str, object]]) -> Row | Broken:
    """A row from keys and values, which are texts, numbers, dates, true, false or null; other keys are refused."""
    texts: dict[str, str] = {}
    headings: dict[str, str] = {}
    for key, value in pairs:
        said = heading(key)
        named = said.field
        if named is None:
            return Broken(number, Message(N_("the key {key} is not one of an entry"), {"key": quote_for_message(key)}))
        if named in {READING, INCREMENT} and value is not None:
            texts.setdefault("kind", named)
            named = "value"
        if value is None or named == "":
            continue
        if named in texts and named != "kind":
            return Broken(number, Message(N_("the key {key} is given twice"), {"key": quote_for_message(key)}))
        text = _text(value)
        if text is None:
            return Broken(number, Message(N_("{key} is neither text nor a number"), {"key": quote_for_message(key)}))
        headings[named] = _shown(key)
        if text.strip():
            texts[named] = text
            if said.unit:
                texts.setdefault(UNIT, said.unit)
    return Row(number, texts, headings)


def _text(value: object) -> str | None:
    """A value as the text a person would have typed; None for lists, objects, times of day, endless numbers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value) if value.bit_length() <= WIDEST else None
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return None


HEADER = re.compile(r"[ \t]*\[\[[ \t]*entries[ \t]*\]\]")
# What stands under one heading is parsed as a whole, into up to four hundred times its size.
LARGEST_ENTRY = 1 << 20
# How often a line in a text may look like a heading.
MOST_LIKE_HEADINGS = 100
_LINE = re.compile(r"\(at line ([0-9]+)")
_END = re.compile(r"\(at end of document\)")


class NoEntriesList(InvalidData):
    """Params: file."""

    code: ClassVar[str] = "no_entries_list"
    template: ClassVar[str] = N_("{file} holds no list of entries; write each under [[entries]]")


class EntryTooLarge(UnreadableImport):
    """Params: file, line, megabytes."""

    code = "entry_too_large"
    template = N_(
        "{file}:{line}: more than {megabytes} MB stand here without the heading [[entries]]; bring it as JSON Lines"
    )


def toml_rows(source: Source) -> Iterator[Row | Broken]:
    """The rows of a TOML file. Raises NoEntriesList, EntryTooLarge, UnreadableImport where it is no TOML."""
    some = False
    for line, found in _parsed(source):
        entries = found.get("entries", [])
        if not isinstance(entries, list) or not set(found) <= {"entries"}:
            raise NoEntriesList(file=source.name)
        some = some or "entries" in found
        # One under its heading, or many in one list, which are counted instead.
        for number, entry in enumerate(entries, line if len(entries) == 1 else 1):
            yield keyed_row(number, entry.items() if isinstance(entry, Mapping) else [("entries", entry)])
    if not some:
        raise NoEntriesList(file=source.name)


def _parsed(source: Source) -> Iterator[tuple[int, Mapping[str, object]]]:
    """What stands before the first heading, then under each: the line it begins on, and its values."""
    import tomllib

    held, begin, joined = "", 1, 0
    failure: tomllib.TOMLDecodeError | None = None
    for line, text in _pieces(source):
        held, begin = held + text, begin if held else line
        _check(source.name, held, begin)
        try:
            found = tomllib.loads(held, parse_float=_exact)
        except tomllib.TOMLDecodeError as error:
            failure, joined = error, joined + 1
            if "Unterminated string" not in str(error) or joined > MOST_LIKE_HEADINGS:
                break  # else a text over several lines may hold what looks like a heading
        except RecursionError as error:
            reason = Message(N_("lists or tables are nested too deeply"))
            raise UnreadableImport(file=source.name, reason=reason) from error
        except ValueError as error:  # Python reads no integer of more than 4300 digits
            raise UnreadableImport(file=source.name, reason=Message(N_("a number in it is too long"))) from error
        else:
            yield begin, found
            held, failure, joined = "", None, 0
    if failure:
        raise UnreadableImport(file=source.name, reason=_placed(str(failure), begin, held)) from failure


def _pieces(source: Source) -> Iterator[tuple[int, str]]:
    """The text in pieces, each beginning with a heading, and the number of its first line. Raises EntryTooLarge."""
    piece: list[str] = []
    begin, size = 1, 0
    for number, line in enumerate(source.lines(), 1):
        if piece and HEADER.match(line):
            yield begin, "".join(piece)
            piece, begin, size = [], number, 0
        piece.append(line)
        size += len(line)
        if size > LARGEST_ENTRY:
            raise EntryTooLarge(file=source.name, line=begin, megabytes=LARGEST_ENTRY >> 20)
    yield begin, "".join(piece)


def _check(file: str, text: str, begin: int) -> None:
    """Raises EntryTooLarge, and UnreadableImport for a key that no parser comes back from."""
    if len(text) > LARGEST_ENTRY:
        raise EntryTooLarge(file=file, line=begin, megabytes=LARGEST_ENTRY >> 20)
    place = line_of_long_key(text)
    if place:
        facts = {"count": MAX_KEY_PARTS, "line": begin + place - 1}
        raise UnreadableImport(
            file=file, reason=Message(N_("a key of more than {count} parts stands on line {line}"), facts)
        )


def _placed(complaint: str, begin: int, text: str) -> str:
    """A complaint of tomllib about a `text` that begins on this line, with the line of the file in it."""
    last = begin + text.rstrip().count("\n")
    complaint = _LINE.sub(lambda found: f"(at line {begin + int(found[1]) - 1}", complaint)
    return quote_for_message(_END.sub(f"(at line {last})", complaint))


def _exact(text: str) -> object:
    """A number as it is written; nan and inf stay texts, which no grammar takes."""
    try:
        number = Decimal(text.replace("_", ""))
    except InvalidOperation:
        return text
    return number if number.is_finite() and "e" not in text.lower() else text
