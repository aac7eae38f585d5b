"""The gap-to-target table as Markdown, for a chat or a page of a forge. All that is shown is text, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ordos_targets.domain.assessment import StatusReport
from ordos_targets.locale import _
from ordos_targets.report.status_table import INDENT, status_table
from ordos_targets.report.table import Cell, Column, Table, without_column

# Blanks in front of a cell are lost, so a district's line begins with this.
BELOW = "└ "
# Invisible, of no width, and no place to break a line.
JOINER = "\u2060"

# What may begin markup anywhere. A single & or ! does not: R&D stays readable.
_MARKUP = re.compile(r"[\\|*_`\[\]<>#~$]|&(?=#?\w+;)|(?<=\])\(")
# What makes a list or a rule of a line that begins with it.
_LIST_MARK = re.compile(r"^([0-9]{1,9}(?=[.)])|(?=[-+]))([-+.)])(?=[ -]|$)")
# Readers look for links, people, issues and pictures in what the page shows, where a backslash is gone again.
_SIGNS = (r"[@#](?=\w)", r":(?=//|[\w+-]+:)", r"(?<=\bwww)\.(?=\S)", r"(?<=\bmailto):(?=\S)")
_SIGN = re.compile("|".join(_SIGNS), re.ASCII | re.IGNORECASE)


def markdown(report: StatusReport) -> str:
    """Return the report as Markdown with a table as GitHub writes them; it ends in a newline.

    Cells are not padded to columns: chats take a few thousand bytes only.
    """
    table = without_column(status_table(report), _("Progress"))
    return "\n".join(_lines(table))


def _lines(table: Table) -> Iterator[str]:
    yield f"## {escaped(table.title)}\n"
    if table.rows:
        yield "\n".join(_table(table.columns, table.rows)) + "\n"
    for note in table.notes:
        yield f"{paragraph(note.text)}\n"


def _table(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    yield _row(escaped(column.heading) for column in columns)
    yield _row("---:" if column.right else "---" for column in columns)
    for row in rows:
        if len(row) == 1:
            yield _row([f"**{escaped(row[0].text)}**", *[""] * (len(columns) - 1)])
        else:
            yield _row((BELOW if cell.indent > INDENT else "") + escaped(cell.text) for cell in row)


def _row(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"


def escaped(text: str) -> str:
    """Return a text on one line as Markdown that shows just this text, anywhere but at the start of a line.

    What a reader may take for a link or a mention is broken up by an invisible JOINER.
    """
    return _MARKUP.sub(r"\\\g<0>", _SIGN.sub(rf"\g<0>{JOINER}", text)).strip()


def paragraph(text: str) -> str:
    """Return a text as a paragraph of its own: as `escaped`, and no list begins with it."""
    return _LIST_MARK.sub(r"\1\\\2", escaped(text))
