"""The JSON that `show` prints: version 1. Keys are added, never removed or renamed.

Version history:
  1  2026-11  first version
"""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from ordos_targets.domain.burnup import Portrait
from ordos_targets.report.documents import EntryDocument, LedgerDocument, Number, TargetDocument
from ordos_targets.report.log_cells import entry_document
from ordos_targets.report.status_document import target_document


class HistoryDocument(TypedDict):
    """What was reached and expected at the end of a day."""

    date: date
    actual: Number
    completion: Number
    expected: Number


class WorkingsDocument(TypedDict):
    """The numbers of the entries behind a figure; `district` is null for the target itself."""

    district: str | None
    entries: list[int]
    entries_year_before: list[int]


class ShowDocument(TypedDict):
    """`show --format json`."""

    format: str
    version: int
    as_of: date
    known_at: str | None
    ledger: LedgerDocument
    target: TargetDocument
    source: str
    history: list[HistoryDocument]
    workings: list[WorkingsDocument]
    entries: list[EntryDocument]


def show_document(portrait: Portrait) -> ShowDocument:
    """A target in full as JSON-able data."""
    report = portrait.report
    return {
        "format": "ordos-targets/show",
        "version": 1,
        "as_of": report.as_of,
        "known_at": report.known_at,
        "ledger": {"entries": report.entries, "head": report.head},
        "target": target_document(report.rows[0], report.since),
        "source": portrait.target.source,
        "history": [
            {"date": one.day, "actual": one.actual, "completion": one.completion, "expected": one.expected}
            for one in portrait.history
        ],
        "workings": [
            {
                "district": one.district.id if one.district else None,
                "entries": [entry.seq for entry in one.used],
                "entries_year_before": [entry.seq for entry in one.year_before],
            }
            for one in portrait.workings
        ],
        "entries": [entry_document(entry, cancelled_by) for entry, cancelled_by in portrait.entries],
    }
