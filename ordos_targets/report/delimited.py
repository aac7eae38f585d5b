"""CSV and TSV: one header line, one line a record, exact numbers, no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from ordos_targets.domain.formulas import inert
from ordos_targets.report.jsontext import decimal_text
from ordos_targets.report.safe import visible

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
    return inert(visible(str(thing)))
