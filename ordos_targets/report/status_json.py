"""A status as JSON-able data, as flat records, and as the view that holds both beside the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, cast

from ordos_targets.domain.assessment import Assessment, DistrictAssessment, StatusReport, TargetAssessment
from ordos_targets.report.formats import View

if TYPE_CHECKING:
    from ordos_targets.report.json_types import DistrictDocument, Number, StatusDocument, TargetDocument
    from ordos_targets.report.table import Table

# The keys of a target and of its figures, in the order of design.md section 6.
IDENTITY = (
    "id", "name", "name_en", "section", "owner", "measure", "scope", "direction", "commitment", "headline", "unit",
    "amount_unit",
)  # fmt: skip
FIGURES = (
    "goal", "stretch", "actual", "gap", "surplus", "completion", "expected", "expected_value", "lead", "status",
    "light", "projected", "needed_per_month", "gap_amount", "gap_amount_partial", "data_date", "paced_to", "due",
    "stale", "estimate", "entries",
)  # fmt: skip
DIFFERENCES = ("actual", "gap", "completion", "lead")


def status_view(report: StatusReport) -> View:
    """Return the view of the gap-to-target report."""

    def tables() -> Sequence[Table]:
        from ordos_targets.report.status_table import status_table  # noqa: PLC0415 - programs need no table

        return [status_table(report)]

    return View(
        tables=tables,
        document=lambda: status_document(report),
        lines=lambda: target_documents(report),
        records=lambda: status_records(report),
        columns=lambda: status_columns(report),
    )


def status_document(report: StatusReport) -> StatusDocument:
    """Return a report as JSON-able data; its targets are made as they are written."""
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
        "targets": cast("list[TargetDocument]", target_documents(report)),
        "summary": {
            "targets": report.summary.targets,
            "by_status": {status.value: count for status, count in report.summary.by_status.items()},
            "by_light": {light.value: count for light, count in report.summary.by_light.items()},
            "weighted_completion": report.summary.weighted_completion,
        },
    }


def target_documents(report: StatusReport) -> Iterator[TargetDocument]:
    """Yield the targets of a report as JSON-able data."""
    return (target_document(row, report.since) for row in report.rows)


def target_document(row: TargetAssessment, since: date | None) -> TargetDocument:
    """Return one target of a report as JSON-able data."""
    target = row.target
    units = {"unit": target.goal_unit, "amount_unit": target.unit}
    document = {key: units[key] if key in units else getattr(target, key) for key in IDENTITY}
    document |= _figures(row.figures, row.before, since)
    document |= {"districts_meeting": row.districts_meeting, "districts_total": row.districts_total}
    document |= {"note": target.note, "districts": [_district_document(part, since) for part in row.districts]}
    return cast("TargetDocument", document)


def _district_document(row: DistrictAssessment, since: date | None) -> dict[str, object]:
    names = {key: getattr(row.district, key) for key in ("id", "name", "name_en")}
    return names | _figures(row.figures, row.before, since)


def _figures(figures: Assessment, before: Assessment | None, since: date | None) -> dict[str, object]:
    change: dict[str, object] | None = None
    if since is not None and before is not None:
        change = {"since": since}
        change |= {key: difference(getattr(figures, key), getattr(before, key)) for key in DIFFERENCES}
        change["status_before"] = before.status
    return {key: getattr(figures, key) for key in FIGURES} | {"change": change}


def difference(now: Number, before: Number) -> Number:
    """Return how much a figure changed; None where either side does not exist."""
    return None if now is None or before is None else now - before


def status_columns(report: StatusReport) -> Sequence[str]:
    """Return the columns of a status as CSV; those of what changed only where that was asked for."""
    changes = ("since", *DIFFERENCES, "status_before") if report.since else ()
    totals = ("districts_meeting", "districts_total", "note")
    return ("id", "district", *IDENTITY[1:], *FIGURES, *totals, *(f"change_{key}" for key in changes))


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
