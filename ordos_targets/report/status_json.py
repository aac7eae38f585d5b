"""A status as JSON-able data and as flat records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ordos_targets.domain.assessment import Assessment, StatusReport, TargetAssessment

if TYPE_CHECKING:
    from ordos_targets.report.json_types import (
        ChangeDocument,
        DistrictDocument,
        FiguresDocument,
        Number,
        StatusDocument,
        TargetDocument,
    )


IDENTITY = (
    "id", "district", "name", "name_en", "section", "owner", "measure", "scope", "direction", "commitment",
    "headline", "unit", "amount_unit",
)  # fmt: skip


def status_document(report: StatusReport) -> StatusDocument:
    """Return a report as JSON-able data."""
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


def target_document(row: TargetAssessment, since: date | None) -> TargetDocument:
    """Return one target of a report as JSON-able data, its keys in the order of design.md section 6."""
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
                "id": each.district.id,
                "name": each.district.name,
                "name_en": each.district.name_en,
                **_figures(each.figures, each.before, since),
            }
            for each in row.districts
        ],
    }


def _figures(figures: Assessment, before: Assessment | None, since: date | None) -> FiguresDocument:
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


def _change(now: Assessment, before: Assessment, since: date) -> ChangeDocument:
    return {
        "since": since,
        "actual": difference(now.actual, before.actual),
        "gap": difference(now.gap, before.gap),
        "completion": difference(now.completion, before.completion),
        "lead": difference(now.lead, before.lead),
        "status_before": before.status,
    }


def difference(now: Number, before: Number) -> Number:
    """Return how much a figure changed; None where either side does not exist."""
    return None if now is None or before is None else now - before


def status_columns(report: StatusReport) -> Sequence[str]:
    """Return the columns of a status as CSV; those of what changed only where that was asked for."""
    from ordos_targets.report.json_types import ChangeDocument, FiguresDocument  # noqa: PLC0415

    figures = [key for key in FiguresDocument.__annotations__ if key != "change"]
    changes = [f"change_{key}" for key in ChangeDocument.__annotations__] if report.since else []
    return (*IDENTITY, *figures, "districts_meeting", "districts_total", "note", *changes)


def status_records(report: StatusReport) -> Iterator[dict[str, object]]:
    """Yield a report as flat records, for CSV and TSV: one a target, then one for each of its districts."""
    for row in report.rows:
        document = target_document(row, report.since)
        flat = _flat(document) | {"district": None}
        yield flat
        for district in document["districts"]:
            own = {key: value for key, value in _flat(district).items() if key not in {"id", "name", "name_en"}}
            yield flat | own | {"district": district["id"], "districts_meeting": None, "districts_total": None}


def _flat(document: TargetDocument | DistrictDocument) -> dict[str, object]:
    """Return a document without its districts and with each key of its change as `change_KEY`."""
    flat = {key: value for key, value in document.items() if key not in {"districts", "change"}}
    change = document["change"]
    return flat | ({f"change_{key}": value for key, value in change.items()} if change else {})
