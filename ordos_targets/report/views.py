"""Each result as a View."""

from __future__ import annotations

from collections.abc import Sequence

from ordos_targets.domain.chain import HASHED
from ordos_targets.domain.figures import Report
from ordos_targets.domain.target import Goals
from ordos_targets.report.documents import (
    ChangeDocument,
    FiguresDocument,
    status_document,
    status_records,
    target_document,
)
from ordos_targets.report.log_cells import Lines, entry_document, log_document, log_table
from ordos_targets.report.status_cells import status_table
from ordos_targets.report.view import View

IDENTITY = (
    "id", "district", "name", "name_en", "section", "owner", "measure", "scope", "direction", "commitment",
    "headline", "unit", "amount_unit",
)  # fmt: skip
LOG_COLUMNS = (*HASHED, "hash", "cancelled_by")


def status_columns(report: Report) -> Sequence[str]:
    """The columns of a status as CSV: the target's keys, its district, and what changed where that was asked for."""
    figures = [key for key in FiguresDocument.__annotations__ if key != "change"]
    changes = [f"change_{key}" for key in ChangeDocument.__annotations__] if report.since else []
    return (*IDENTITY, *figures, "districts_meeting", "districts_total", "note", *changes)


def status_view(report: Report) -> View:
    """The gap-to-target report."""
    return View(
        tables=lambda: [status_table(report)],
        document=lambda: status_document(report),
        lines=lambda: (target_document(row, report.since) for row in report.rows),
        records=lambda: status_records(report),
        columns=status_columns(report),
    )


def log_view(lines: Lines, goals: Goals, head: tuple[int, str]) -> View:
    """A list of entries; `goals` give names and units, `head` is the ledger's count of entries and last hash."""
    return View(
        tables=lambda: [log_table(lines, goals.targets, goals.districts)],
        document=lambda: log_document(lines, head),
        lines=lambda: (entry_document(entry, cancelled_by) for entry, cancelled_by in lines),
        records=lambda: (dict(entry_document(entry, cancelled_by)) for entry, cancelled_by in lines),
        columns=LOG_COLUMNS,
    )
