"""CSV and TSV, as spreadsheets and people write them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice

from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.formulas import unescape_formula
from ordos_targets.readers.rows import Broken
from ordos_targets.readers.source import LONGEST_LINE, LineTooLong, Source
from ordos_targets.readers.table import MOST_LINES_ABOVE, Line, has_headings

# Where semicolons or tabs part the headings, they part the cells: Excel writes them in some countries, and on request.
DELIMITERS = {"csv": (",", ";", "\t"), "tsv": ("\t", ",", ";")}


def delimited_lines(source: Source, format_: str) -> Iterator[Line | Broken]:
    """Return the records of a file, each with its line, parted by the first delimiter that makes headings of one.

    Raises LineTooLong, and what reading the source raises.
    """
    csv.field_size_limit(LONGEST_LINE)
    usual, *others = DELIMITERS[format_]
    delimiter = next((sign for sign in (usual, *others) if _parts_headings(source, sign)), usual)
    return _records(source, delimiter)


def _parts_headings(source: Source, delimiter: str) -> bool:
    first = islice(_records(source, delimiter), MOST_LINES_ABOVE)
    return any(has_headings(line[1]) for line in first if not isinstance(line, Broken))


def _records(source: Source, delimiter: str) -> Iterator[Line | Broken]:
    """Yield records, each with the number of the line it begins on; a quoted cell may hold line breaks."""
    number, length = 1, 0

    def counted() -> Iterator[str]:
        nonlocal length
        for line in source.lines():
            length += len(line)
            if length > LONGEST_LINE:  # a record may go on over line after line, each with a break in quotes
                raise LineTooLong(file=source.name, line=number, limit=LONGEST_LINE)
            yield line

    reader = csv.reader(counted(), delimiter=delimiter, strict=True)
    while True:
        length = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # The reader cannot know where the next record begins, so what follows is not read.
            yield Broken(number, Message(N_("the quotation marks of this line do not pair; what follows was not read")))
            return
        yield number, [unescape_formula(text) for text in cells]
        number = reader.line_num + 1
