"""JSON Lines and TOML: records whose keys are the columns of an entry."""

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
from ordos_targets.readers.headings import parse_heading
from ordos_targets.readers.rows import BrokenLine, InputCell, InputRow, UnreadableImport
from ordos_targets.readers.source import Source

WIDEST = 1 << 12  # bits; Python writes no number of many more
NOT_AN_OBJECT = N_("not a JSON object like {example}")
EXAMPLE = '{"target": "…", "value": 3}'
# Of the keys that name something, which are few and short.
_shown = lru_cache(maxsize=256)(quote_for_message)


def json_rows(source: Source) -> Iterator[InputRow | BrokenLine]:
    """Yield the rows of a file of JSON Lines; blank lines are passed over."""
    for number, line in enumerate(source.lines(), 1):
        if line.strip():
            yield _row(number, line)


def _row(number: int, line: str) -> InputRow | BrokenLine:
    try:
        # Digits stay as they are written, so that nothing is rounded.
        record = json.loads(line, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, _Pairs):
        return BrokenLine(number, Message(NOT_AN_OBJECT, {"example": EXAMPLE}))
    return keyed_row(number, record.pairs)


class _Pairs:
    """The pairs of an object in order; a key may occur twice."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        self.pairs = pairs


def keyed_row(number: int, pairs: Iterable[tuple[str, object]]) -> InputRow | BrokenLine:
    """Return a row from keys and values, which are texts, numbers, dates, true, false or null; refuse other keys."""
    cells: dict[str, InputCell] = {}
    headings: dict[str, str] = {}
    kind = qualifier = ""
    for key, value in pairs:
        heading = parse_heading(key)
        field = heading.cell_field
        if field is None:
            return _broken(number, N_("unknown key {key}"), key)
        if value is None or field == "":
            continue
        if field in cells:
            return _broken(number, N_("the key {key} is given twice"), key)
        text = _text(value)
        if text is None:
            return _broken(number, N_("{key} is neither text nor a number"), key)
        headings[field] = _shown(key)
        if text.strip():
            cells[field] = InputCell(text)
            if field == "value":
                kind, qualifier = heading.kind, heading.qualifier
    return InputRow(number, cells, headings, qualifier, "" if "kind" in cells else kind)


def _broken(number: int, reason: str, key: str) -> BrokenLine:
    return BrokenLine(number, Message(reason, {"key": quote_for_message(key)}))


def _text(value: object) -> str | None:
    """Return a value as the text a person would have typed; None for lists, objects, times of day, endless numbers."""
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
# What follows one header is parsed as a whole, into up to four hundred times its size.
LARGEST_ENTRY = 1 << 20
# How often a line in a text may look like a header.
MOST_LIKE_HEADERS = 100
_LINE = re.compile(r"\(at line ([0-9]+)")
_END = re.compile(r"\(at end of document\)")


class NoEntriesList(InvalidData):
    """Params: file."""

    code: ClassVar[str] = "no_entries_list"
    template: ClassVar[str] = N_("{file} contains no entries; write each under [[entries]]")


class EntryTooLarge(UnreadableImport):
    """Params: file, line, megabytes."""

    code = "entry_too_large"
    template = N_("{file}:{line}: more than {megabytes} MB without a heading [[entries]]; use JSON Lines instead")


def toml_rows(source: Source) -> Iterator[InputRow | BrokenLine]:
    """Yield the rows of a TOML file. Raise NoEntriesList, EntryTooLarge, and UnreadableImport where it is no TOML."""
    is_any = False
    for line, document in _parsed(source):
        entries = document.get("entries", [])
        if not isinstance(entries, list) or not set(document) <= {"entries"}:
            raise NoEntriesList(file=source.name)
        is_any = is_any or "entries" in document
        # One under its header, or many in one list, which are counted instead.
        for number, entry in enumerate(entries, line if len(entries) == 1 else 1):
            yield keyed_row(number, entry.items() if isinstance(entry, Mapping) else [("entries", entry)])
    if not is_any:
        raise NoEntriesList(file=source.name)


def _parsed(source: Source) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield what precedes the first header, then what follows each: the line it begins on, and its values."""
    import tomllib

    text, begin, joined = "", 1, 0
    failure: tomllib.TOMLDecodeError | None = None
    for line, piece in _pieces(source):
        text, begin = text + piece, begin if text else line
        _check_text(source.name, text, begin)
        try:
            document = tomllib.loads(text, parse_float=_exact)
        except tomllib.TOMLDecodeError as error:
            failure, joined = error, joined + 1
            if "Unterminated string" not in str(error) or joined > MOST_LIKE_HEADERS:
                break  # else a text over several lines may hold what looks like a header
        except RecursionError as error:
            reason = Message(N_("lists or tables are nested too deeply"))
            raise UnreadableImport(file=source.name, reason=reason) from error
        except ValueError as error:  # Python reads no integer of more than 4300 digits
            raise UnreadableImport(
                file=source.name, reason=Message(N_("it contains a number that is too long"))
            ) from error
        else:
            yield begin, document
            text, failure, joined = "", None, 0
    if failure:
        raise UnreadableImport(file=source.name, reason=_placed(str(failure), begin, text)) from failure


def _pieces(source: Source) -> Iterator[tuple[int, str]]:
    """Yield the text in pieces, each from a header on, and the number of its first line. Raise EntryTooLarge."""
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


def _check_text(file: str, text: str, begin: int) -> None:
    """Raise EntryTooLarge, and UnreadableImport for a key that no parser comes back from."""
    if len(text) > LARGEST_ENTRY:
        raise EntryTooLarge(file=file, line=begin, megabytes=LARGEST_ENTRY >> 20)
    place = line_of_long_key(text)
    if place:
        params = {"count": MAX_KEY_PARTS, "line": begin + place - 1}
        raise UnreadableImport(file=file, reason=Message(N_("key with more than {count} parts on line {line}"), params))


def _placed(complaint: str, begin: int, text: str) -> str:
    """Return a complaint of tomllib about a `text` that begins on line `begin`, with the file's line in it."""
    last = begin + text.rstrip().count("\n")
    complaint = _LINE.sub(lambda match: f"(at line {begin + int(match[1]) - 1}", complaint)
    return quote_for_message(_END.sub(f"(at line {last})", complaint))


def _exact(text: str) -> object:
    """Return a number as it is written; nan and inf stay texts, which no grammar takes."""
    try:
        number = Decimal(text.replace("_", ""))
    except InvalidOperation:
        return text
    return number if number.is_finite() and "e" not in text.lower() else text
