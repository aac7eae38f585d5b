"""TOML: a list `[[entries]]`, the keys of each the columns of an entry; read one entry at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from ordos_targets.domain.errors import N_, InvalidData, Message
from ordos_targets.domain.names import shown
from ordos_targets.domain.toml_keys import MOST_PARTS, endless_key
from ordos_targets.intake.jsonlines import keyed_row
from ordos_targets.intake.row import Broken, Row, UnreadableImport
from ordos_targets.intake.source import Source

HEADER = re.compile(r"[ \t]*\[\[[ \t]*entries[ \t]*\]\]")
# What stands under one heading is parsed as a whole, into up to four hundred times its size.
LARGEST_ENTRY = 1 << 20
# How often a line in a text may look like a heading.
MOST_LIKE_HEADINGS = 100
_LINE = re.compile(r"\(at line ([0-9]+)")
_END = re.compile(r"\(at end of document\)")


class NoEntriesList(InvalidData):
    """Facts: file."""

    code: ClassVar[str] = "no_entries_list"
    template: ClassVar[str] = N_("{file} holds no list of entries; write each under [[entries]]")


class EntryTooLarge(UnreadableImport):
    """Facts: file, line, megabytes."""

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
    place = endless_key(text)
    if place:
        facts = {"count": MOST_PARTS, "line": begin + place - 1}
        raise UnreadableImport(
            file=file, reason=Message(N_("a key of more than {count} parts stands on line {line}"), facts)
        )


def _placed(complaint: str, begin: int, text: str) -> str:
    """A complaint of tomllib about a `text` that begins on this line, with the line of the file in it."""
    last = begin + text.rstrip().count("\n")
    complaint = _LINE.sub(lambda found: f"(at line {begin + int(found[1]) - 1}", complaint)
    return shown(_END.sub(f"(at line {last})", complaint))


def _exact(text: str) -> object:
    """A number as it is written; nan and inf stay texts, which no grammar takes."""
    try:
        number = Decimal(text.replace("_", ""))
    except InvalidOperation:
        return text
    return number if number.is_finite() and "e" not in text.lower() else text
