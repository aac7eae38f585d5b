"""CSV and TSV, as spreadsheets and people write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice

from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.formulas import unescape_formula
from ordos_targets.readers.rows import Broken
from ordos_targets.readers.source import LONGEST_LINE, LineTooLong, Source
from ordos_targets.readers.table import MOST_LINES_ABOVE, Line, Lines, has_headings

# Where semicolons or tabs part the headings, they part the cells: Excel writes them in some countries, and on request.
DELIMITERS = {"csv": (",", ";", "\t"), "tsv": ("\t", ",", ";")}


def delimited_lines(source: Source, format_: str) -> Iterator[Line | Lines | Broken]:
    """The lines of a file, under the first delimiter that makes headings of one of them; many at once where they may.

    Raises LineTooLong, and what reading the source raises.
    """
    csv.field_size_limit(LONGEST_LINE)
    usual, *others = DELIMITERS[format_]
    found = next((one for one in (usual, *others) if _parts_headings(source, one)), usual)
    return Records(source, found).read()


def _parts_headings(source: Source, delimiter: str) -> bool:
    first = islice(Records(source, delimiter).one_by_one(source.lines(), iter(())), MOST_LINES_ABOVE)
    return any(has_headings(line[1]) for line in first if not isinstance(line, Broken))


class Records:
    """Reads records, each with the number of the line it begins on; a quoted cell may hold line breaks."""

    def __init__(self, source: Source, delimiter: str) -> None:
        self.source, self._delimiter = source, delimiter
        self._number = 1
        self._broken = False

    def read(self) -> Iterator[Line | Lines | Broken]:
        """All records: those of a piece at once where every line is one."""
        pieces = self.source.pieces()
        for piece in pieces:
            cells = self._a_line_each(piece) if len(piece) < LONGEST_LINE else None
            if cells is None:
                yield from self.one_by_one(_lines(piece), pieces)
                if self._broken:
                    return
            else:
                yield Lines(self._number, cells)
                self._number += len(cells)

    def _a_line_each(self, piece: str) -> list[list[str]] | None:
        """The records of a piece; None where one goes on over several lines or into the next piece, or is broken."""
        reader = csv.reader(_lines(piece), delimiter=self._delimiter, strict=True)
        try:
            cells = list(reader)
        except csv.Error:
            return None
        if len(cells) != reader.line_num:
            return None
        return [list(map(unescape_formula, one)) for one in cells] if "'" in piece else cells

    def one_by_one(self, lines: Iterable[str], pieces: Iterator[str]) -> Iterator[Line | Broken]:
        """The records of these lines; where the last is not complete, `pieces` are taken until one is at its end."""
        length = 0

        def counted() -> Iterator[str]:
            nonlocal length
            waiting: Iterable[str] | None = lines
            while waiting is not None:
                for line in waiting:
                    length += len(line)
                    if length > LONGEST_LINE:  # a record may go on over line after line, each with a break in quotes
                        raise LineTooLong(file=self.source.name, line=self._number, limit=LONGEST_LINE)
                    yield line
                waiting = _lines(piece) if length and (piece := next(pieces, "")) else None

        before = self._number - 1
        reader = csv.reader(counted(), delimiter=self._delimiter, strict=True)
        while True:
            length = 0
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                # The reader cannot know where the next record begins, so what follows is not read.
                self._broken = True
                reason = N_("the quotation marks of this line do not pair; what follows was not read")
                yield Broken(self._number, Message(reason))
                return
            yield self._number, [unescape_formula(text) for text in cells]
            self._number = before + reader.line_num + 1


def _lines(piece: str) -> Iterable[str]:
    return io.StringIO(piece, newline="")
