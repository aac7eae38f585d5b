"""Coverage-guided fuzzing of every reader, to be run by hand; no test is collected here.

    python tests/fuzz/coverage_guided.py amount -max_total_time=300

Needs atheris, which is no dependency of ours: install it where this package is importable. The first argument names
the reader, the rest goes to libFuzzer (a folder of examples, -max_total_time=SECONDS, -max_len=BYTES). A reader may
refuse with a Failure; anything else is a find, and libFuzzer leaves the input that made it beside.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import atheris  # type: ignore[import-untyped]

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

with atheris.instrument_imports(include=["ordos_targets", "tomllib", "csv", "json"]):
    from bombs import HEADINGS, row, sheet, workbook

    from ordos_targets.config.load import load_goals
    from ordos_targets.domain.amounts import parse_amount
    from ordos_targets.domain.dates import parse_date
    from ordos_targets.domain.entry_values import parse_entry_value
    from ordos_targets.domain.errors import AppError
    from ordos_targets.domain.names import TARGET, resolve
    from ordos_targets.readers.read_rows import EntryFormat, read_rows
    from ordos_targets.readers.source import open_source
    from ordos_targets.readers.table import TableOptions

FOLDER = Path(tempfile.mkdtemp(prefix="ordos-fuzz-"))
SHIPPED = Path(__file__).parents[2] / "targets.toml"
GOALS = load_goals(SHIPPED, cache_dir=None)
BOOK = workbook(sheet(HEADINGS + row("parks", "1", "2025-06-30", number=2)))


def text_of(content: bytes) -> str:
    """A text as a command line gives it: what is no UTF-8 is lone surrogates."""
    return content.decode("utf-8", "surrogateescape")


def amount(content: bytes) -> None:
    """Any text as a figure, with a unit to expect."""
    first, _, rest = text_of(content).partition("\n")
    parse_amount(first, units=(rest,))


def value(content: bytes) -> None:
    """Any text as the value of one of the shipped targets, and as a name."""
    target = GOALS.targets[(content or b"\0")[0] % len(GOALS.targets)]
    text = text_of(content[1:])
    try:
        parse_entry_value(text, target)
    except AppError:
        resolve(text, GOALS.targets, TARGET)


def day(content: bytes) -> None:
    """Any text as a day."""
    parse_date(text_of(content), today=date(2026, 1, 20), year=2025)


def imported(format_: EntryFormat) -> Callable[[bytes], None]:
    """Any bytes as a file to import."""

    def read(content: bytes) -> None:
        with open_source("-", FOLDER, io.BytesIO(content)) as source:
            for _row in read_rows(source, format_, TableOptions()):
                pass

    return read


def xlsx_sheet(content: bytes) -> None:
    """Any bytes as the sheet of a workbook."""
    imported(EntryFormat.XLSX)(workbook([content]))


def xlsx_bytes(content: bytes) -> None:
    """A workbook with bytes changed in some places: pairs of a place and what stands there instead."""
    book = bytearray(BOOK)
    for at in range(0, len(content) - 2, 3):
        book[int.from_bytes(content[at : at + 2], "big") % len(book)] = content[at + 2]
    imported(EntryFormat.XLSX)(bytes(book))


def goals(content: bytes) -> None:
    """Any bytes as a targets file."""
    path = FOLDER / "targets.toml"
    path.write_bytes(content)
    load_goals(path, cache_dir=None)


READERS: dict[str, Callable[[bytes], None]] = {
    "amount": amount,
    "value": value,
    "day": day,
    "csv": imported(EntryFormat.CSV),
    "jsonl": imported(EntryFormat.JSONL),
    "toml": imported(EntryFormat.TOML),
    "xlsx-sheet": xlsx_sheet,
    "xlsx-bytes": xlsx_bytes,
    "goals": goals,
}


def main() -> None:
    """Fuzz the reader named on the command line."""
    reader = READERS[sys.argv.pop(1)]

    def once(content: bytes) -> None:
        with contextlib.suppress(AppError):
            reader(content)

    os.chdir(FOLDER)
    atheris.Setup(sys.argv, once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
