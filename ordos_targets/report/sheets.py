"""A sheet of a workbook: what stands in which cell, before any library writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ordos_targets.report.numerals import Numeral

# Nothing stands in a cell whose figure does not exist.
Value = str | int | Numeral | date | datetime | None


class Align(StrEnum):
    """On which side of its column a cell stands."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column that is as wide as its longest text, but between `least` and `most` characters; what is longer folds."""

    heading: str
    least: int
    most: int
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of as many values as there are columns, its name `indent` steps in; of one text it is a heading."""

    values: tuple[Value, ...]
    indent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet: a title and a remark over a table, notes below.

    `name` is what its tab should say; `named_by` the column whose cells are indented; `lit` the one that is coloured by
    its words; `filtered` tells that rows can be filtered by what they say.
    """

    name: str
    title: str
    remark: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]
    notes: tuple[str, ...] = ()
    named_by: int = 0
    lit: int | None = None
    filtered: bool = False
