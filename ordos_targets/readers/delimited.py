"""CSV and TSV, as spreadsheets and people write them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.formulas import unescape_formula
from ordos_targets.readers.rows import BrokenLine, InputCell, InputLine
from ordos_targets.readers.source import LONGEST_LINE, LineTooLong, Source
from ordos_targets.readers.table import MOST_COLUMNS, has_headings

# Semicolons or tabs separate cells where they separate the headings, looked for in so many lines: Excel writes them in
# some countries, and on request.
LINES_LOOKED_AT = 200
DELIMITERS = {"csv": (",", ";", "\t"), "tsv": ("\t", ",", ";")}


def delimited_lines(source: Source, format_: str) -> Iterator[InputLine | BrokenLine]:
    """Yield the records of a file, cut by the first delimiter that makes headings of one of the first lines.

    Raises:
        LineTooLong: Where a record is longer than a line may be.
        UnreadableImport: Where the source cannot be read.
    """
    csv.field_size_limit(LONGEST_LINE)
    lines = source.lines()
    first = list(islice(lines, LINES_LOOKED_AT))
    usual, *others = DELIMITERS[format_]
    delimiter = next((sign for sign in (usual, *others) if _finds_headings(source.name, first, sign)), usual)
    for record in _records(source.name, chain(first, lines), delimiter):
        if isinstance(record, BrokenLine):
            yield record
        else:
            number, texts = record
            yield InputLine(number, [*map(_cell, texts[: MOST_COLUMNS + 1])])


@lru_cache(maxsize=4096)  # most columns of many rows hold the same few texts
def _cell(text: str) -> InputCell:
    return InputCell(unescape_formula(text))


def _finds_headings(file: str, lines: Iterable[str], delimiter: str) -> bool:
    records = _records(file, lines, delimiter)
    return any(has_headings(record[1]) for record in records if not isinstance(record, BrokenLine))


def _records(file: str, lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str]] | BrokenLine]:
    """Yield records, each with the number of the line it begins on; a quoted cell may hold line breaks."""
    number, length = 1, 0

    def counted() -> Iterator[str]:
        nonlocal length
        for line in lines:
            length += len(line)
            if length > LONGEST_LINE:  # a record may go on over line after line, each with a break in quotes
                raise LineTooLong(file=file, line=number, limit=LONGEST_LINE)
            yield line

    reader = csv.reader(counted(), delimiter=delimiter, strict=True)
    while True:
        length = 0
        try:
            texts = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # The reader cannot know where the next record begins, so what follows is not read.
            reason = N_("unpaired quotation mark on this line; the rest of the file was not read")
            yield BrokenLine(number, Message(reason))
            return
        yield number, texts
        number = reader.line_num + 1
