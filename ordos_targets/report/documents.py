"""The JSON a status prints: version 1. Keys are added, never removed or renamed.

Version history:
  1  2026-11  first version
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import TypedDict

from ordos_targets.domain.entry import Kind
from ordos_targets.domain.figures import Figures, Report, TargetRow
from ordos_targets.domain.status import Light, Status
from ordos_targets.domain.target import Commitment, Direction, Measure, Scope

Number = Fraction | None


class ChangeDocument(TypedDict):
    """What changed since a day: differences of figures, null where a side does not exist."""

    since: date
    actual: Number
    gap: Number
    completion: Number
    lead: Number
    status_before: Status | None


class FiguresDocument(TypedDict):
    """The figures of a target or of one of its districts: see domain.figures for units."""

    goal: Number
    stretch: Number
    actual: Number
    gap: Number
    surplus: Number
    completion: Number
    expected: Number
    expected_value: Number
    lead: Number
    status: Status | None
    light: Light
    projected: Number
    needed_per_month: Number
    gap_amount: Number
    gap_amount_partial: bool
    data_date: date | None
    paced_to: date
    due: date
    stale: bool
    estimate: bool
    entries: int
    change: ChangeDocument | None


class DistrictDocument(FiguresDocument):
    """One district's figures."""

    id: str
    name: str
    name_en: str


class TargetDocument(FiguresDocument):
    """One target's figures and definition; `amount_unit` is the unit of gap_amount and needed_per_month."""

    id: str
    name: str
    name_en: str
    section: str
    owner: str
    measure: Measure
    scope: Scope
    direction: Direction
    commitment: Commitment
    headline: bool
    unit: str
    amount_unit: str
    districts_meeting: int | None
    districts_total: int | None
    note: str
    districts: list[DistrictDocument]


class SummaryDocument(TypedDict):
    """How the targets stand together."""

    targets: int
    by_status: dict[str, int]
    by_light: dict[str, int]
    weighted_completion: Number


class PeriodDocument(TypedDict):
    """The first and the last day of the goals."""

    start: date
    end: date


class LedgerDocument(TypedDict):
    """Which ledger a report was made from."""

    entries: int
    head: str


class StatusDocument(TypedDict):
    """`status --format json`. `district` is the one that summary, --only and --fail-on look at, null for all."""

    format: str
    version: int
    title: str
    title_en: str
    as_of: date
    known_at: str | None
    since: date | None
    district: str | None
    period: PeriodDocument
    ledger: LedgerDocument
    targets: list[TargetDocument]
    summary: SummaryDocument


class EntryDocument(TypedDict):
    """One entry, as in `log --format json`; `cancelled_by` is the number of the void that cancelled it."""

    seq: int
    uid: str
    target: str
    district: str | None
    date: date
    kind: Kind
    value: Number
    of: Number
    item: str | None
    estimate: bool
    note: str | None
    evidence: str | None
    evidence_sha256: str | None
    by: str
    recorded_at: str
    origin: str
    replaces: str | None
    hash: str
    cancelled_by: int | None


class LogDocument(TypedDict):
    """`log --format json`."""

    format: str
    version: int
    ledger: LedgerDocument
    entries: list[EntryDocument]


def status_document(report: Report) -> StatusDocument:
    """A report as JSON-able data."""
    return {
        "format": "ordos-targets/status",
        "version": 1,
        "title": report.name,
        "title_en": report.name_en,
        "as_of": report.as_of,
        "known_at": report.known_at,
        "since": report.since,
        "district": report.focus.id if report.focus else None,
        "period": {"start": report.period.start, "end": report.period.end},
        "ledger": {"entries": report.entries, "head": report.head},
        "targets": [target_document(row, report.since) for row in report.rows],
        "summary": {
            "targets": report.summary.targets,
            "by_status": {status.value: count for status, count in report.summary.by_status.items()},
            "by_light": {light.value: count for light, count in report.summary.by_light.items()},
            "weighted_completion": report.summary.weighted_completion,
        },
    }


def target_document(row: TargetRow, since: date | None) -> TargetDocument:
    """One target of a report as JSON-able data; its keys stand in the order of design.md section 6."""
    target = row.target
    return {
        "id": target.id,
        "name": target.name,
        "name_en": target.name_en,
        "section": target.section,
        "owner": target.owner,
        "measure": target.measure,
        "scope": target.scope,
        "direction": target.direction,
        "commitment": target.commitment,
        "headline": target.headline,
        "unit": target.goal_unit,
        "amount_unit": target.unit,
        **_figures(row.figures, row.before, since),
        "districts_meeting": row.districts_meeting,
        "districts_total": row.districts_total,
        "note": target.note,
        "districts": [
            {
                "id": one.district.id,
                "name": one.district.name,
                "name_en": one.district.name_en,
                **_figures(one.figures, one.before, since),
            }
            for one in row.districts
        ],
    }


def _figures(figures: Figures, before: Figures | None, since: date | None) -> FiguresDocument:
    return {
        "goal": figures.goal,
        "stretch": figures.stretch,
        "actual": figures.actual,
        "gap": figures.gap,
        "surplus": figures.surplus,
        "completion": figures.completion,
        "expected": figures.expected,
        "expected_value": figures.expected_value,
        "lead": figures.lead,
        "status": figures.status,
        "light": figures.light,
        "projected": figures.projected,
        "needed_per_month": figures.needed_per_month,
        "gap_amount": figures.gap_amount,
        "gap_amount_partial": figures.gap_amount_partial,
        "data_date": figures.data_date,
        "paced_to": figures.paced_to,
        "due": figures.due,
        "stale": figures.stale,
        "estimate": figures.estimate,
        "entries": figures.entries,
        "change": None if since is None or before is None else _change(figures, before, since),
    }


def _change(now: Figures, before: Figures, since: date) -> ChangeDocument:
    return {
        "since": since,
        "actual": difference(now.actual, before.actual),
        "gap": difference(now.gap, before.gap),
        "completion": difference(now.completion, before.completion),
        "lead": difference(now.lead, before.lead),
        "status_before": before.status,
    }


def difference(now: Number, before: Number) -> Number:
    """How much a figure changed; None where either side does not exist."""
    return None if now is None or before is None else now - before


def status_records(report: Report) -> Iterator[dict[str, object]]:
    """A report as flat records, for CSV and TSV: one a target, then one for each of its districts."""
    for row in report.rows:
        document = target_document(row, report.since)
        districts = document["districts"]
        flat = {key: value for key, value in document.items() if key not in {"districts", "change"}}
        yield flat | {"district": None} | _flat_change(document["change"])
        for district in districts:
            own = {key: value for key, value in district.items() if key not in {"id", "name", "name_en", "change"}}
            yield (
                flat
                | own
                | {"district": district["id"], "districts_meeting": None, "districts_total": None}
                | (_flat_change(district["change"]))
            )


def _flat_change(change: ChangeDocument | None) -> dict[str, object]:
    return {} if change is None else {f"change_{key}": value for key, value in change.items()}
