"""Lines of CSV, TSV and JSON from the columns of many entries.

A column is made into cells as a whole, and the cells of a column in which few texts come again and again are made once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any

from ordos_targets.domain.entries import Columns
from ordos_targets.domain.formulas import inert
from ordos_targets.report.exchanged import COLUMNS
from ordos_targets.report.jsontext import string_text

REPEATING = frozenset({"target", "district", "date", "kind", "unit", "item", "by", "origin"})
NUMBERS = frozenset({"seq", "value", "of"})
MOST_KEPT = 10_000
LONGEST_KEPT = 100
# As domain.inert has it, for one of many texts that each follow a line feed.
_ACTING = re.compile("\n'*[=+\\-@＝＋－＠\t\r\n]")
_TRUTH = ("false", "true")


class _Made(dict[object, str]):
    """The cells of texts that come again and again, each made when it first comes by."""

    def __init__(self, make: Callable[[Any], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: object) -> str:
        made = self._make(text)
        if len(made) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[text] = made
        return made


class Delimited:
    """Makes lines of CSV (RFC 4180, but that a line ends in a line feed) or TSV; no cell acts in a spreadsheet."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._special = re.compile(f"^'*[=+\\-@＝＋－＠\t\r\n]|[\"\r\n{delimiter}]")
        self._made = _Made(self._cell)

    def lines(self, columns: Columns) -> str:
        """A line an entry."""
        cells: list[Iterable[str]] = []
        same: list[str] = []
        for name in COLUMNS:
            made = self._cells(name, columns[name])
            if isinstance(made, str):
                same.append(made)
                continue
            if same:
                cells.append(repeat(self._delimiter.join(same)))
                same = []
            cells.append(made)
        if same:
            cells.append(repeat(self._delimiter.join(same)))
        return "\n".join([*map(self._delimiter.join, zip(*cells, strict=False)), ""])

    def _cells(self, name: str, column: Sequence[Any]) -> str | Iterable[str]:
        """The cells of a column; one of them where all are the same."""
        if name == "seq":
            return map(str, column)
        if name == "estimate":
            return map(_TRUTH.__getitem__, column)
        if column[0] == column[-1] and column.count(column[0]) == len(column):
            return column[0] or "" if name in NUMBERS else self._cell(column[0])
        if name in REPEATING:
            return map(self._made.__getitem__, column)
        texts = column if None not in column else [text or "" for text in column]
        return texts if name in NUMBERS or self._are_plain(texts) else self._special_cells(texts)

    def _are_plain(self, texts: Sequence[str]) -> bool:
        """Whether no text needs to be quoted, or made inert."""
        joined = f"\n{chr(10).join(texts)}"
        return (
            '"' not in joined
            and self._delimiter not in joined
            and "\r" not in joined
            and joined.count("\n") == len(texts)
            and not _ACTING.search(joined)
        )

    def _special_cells(self, texts: Sequence[str]) -> Iterable[str]:
        distinct = set(texts)
        if len(distinct) < len(texts) // 2:
            return map({text: self._cell(text) for text in distinct}.__getitem__, texts)
        return [self._cell(text) if self._special.search(text) else text for text in texts]

    def _cell(self, text: str | None) -> str:
        shown = inert(text or "")
        quoted = '"' in shown or self._delimiter in shown or "\r" in shown or "\n" in shown
        return f'"{shown.replace(chr(34), chr(34) * 2)}"' if quoted else shown


class JsonLines:
    """Makes lines of JSON; what a terminal would obey or hide is escaped, and numbers are exact."""

    def __init__(self) -> None:
        self._made = _Made(_json)

    def lines(self, columns: Columns) -> str:
        """A line an entry."""
        pieces: list[Iterable[str]] = []
        for number, name in enumerate(COLUMNS):
            before, cells, after = self._cells(name, columns[name])
            pieces += [repeat(f'{", " if number else "{"}"{name}": {before}'), cells, repeat(after)]
        return "".join(map("".join, zip(*pieces, repeat("}\n"), strict=False)))

    def _cells(self, name: str, column: Sequence[Any]) -> tuple[str, Iterable[str], str]:
        """What stands before each cell of a column, the cells, and what stands after each."""
        if column.count(None) == len(column):
            return "null", repeat(""), ""
        if name == "estimate":
            return "", map(_TRUTH.__getitem__, column), ""
        if name in NUMBERS:
            return "", ["null" if number is None else str(number) for number in column], ""
        if name in REPEATING:
            return "", map(self._made.__getitem__, column), ""
        if None not in column and _is_plain("".join(column)):
            return '"', column, '"'
        return "", map(_json, column), ""


def _json(text: str | None) -> str:
    return "null" if text is None else string_text(text)


def _is_plain(text: str) -> bool:
    """Whether `text` needs no escape in JSON."""
    return text.isascii() and text.isprintable() and '"' not in text and "\\" not in text
