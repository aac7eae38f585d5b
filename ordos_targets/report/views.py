"""Each result as a View; what a format needs is imported when that format is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ordos_targets.domain.entries import HASHED
from ordos_targets.report.view import View

if TYPE_CHECKING:
    from ordos_targets.domain.assessment import Report
    from ordos_targets.domain.targets import Goals
    from ordos_targets.report.cells import Table
    from ordos_targets.report.log_cells import Lines

IDENTITY = (
    "id", "district", "name", "name_en", "section", "owner", "measure", "scope", "direction", "commitment",
    "headline", "unit", "amount_unit",
)  # fmt: skip
LOG_COLUMNS = (*HASHED, "hash", "cancelled_by")


def status_view(report: Report) -> View:
    """The gap-to-target report."""

    def tables() -> Sequence[Table]:
        from ordos_targets.report.status_cells import status_table  # noqa: PLC0415

        return [status_table(report)]

    def document() -> object:
        from ordos_targets.report.status_document import status_document  # noqa: PLC0415

        return status_document(report)

    def lines() -> Iterable[object]:
        from ordos_targets.report.status_document import target_document  # noqa: PLC0415

        return (target_document(row, report.since) for row in report.rows)

    def records() -> Iterable[Mapping[str, object]]:
        from ordos_targets.report.status_document import status_records  # noqa: PLC0415

        return status_records(report)

    return View(tables, document, lines, records, lambda: status_columns(report))


def status_columns(report: Report) -> Sequence[str]:
    """The columns of a status as CSV: the target's keys, its district, and what changed where that was asked for."""
    from ordos_targets.report.documents import ChangeDocument, FiguresDocument  # noqa: PLC0415

    figures = [key for key in FiguresDocument.__annotations__ if key != "change"]
    changes = [f"change_{key}" for key in ChangeDocument.__annotations__] if report.since else []
    return (*IDENTITY, *figures, "districts_meeting", "districts_total", "note", *changes)


def log_view(lines: Lines, goals: Goals, head: tuple[int, str]) -> View:
    """A list of entries; `goals` give names and units, `head` is the ledger's count of entries and last hash."""
    from ordos_targets.report.log_cells import log_document, log_table  # noqa: PLC0415

    return View(
        tables=lambda: [log_table(lines, goals.targets, goals.districts)],
        document=lambda: log_document(lines, head),
        lines=lambda: entry_records(lines),
        records=lambda: entry_records(lines),
        columns=lambda: LOG_COLUMNS,
    )


def entry_records(lines: Lines) -> Iterable[Mapping[str, object]]:
    """Entries as records, one a line."""
    from ordos_targets.report.log_cells import entry_document  # noqa: PLC0415

    return (dict(entry_document(entry, cancelled_by)) for entry, cancelled_by in lines)
