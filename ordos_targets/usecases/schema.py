"""JSON Schemas of what the tool reads and prints."""

from __future__ import annotations

from enum import StrEnum

from ordos_targets.config.json_schema import schema_of, targets_schema
from ordos_targets.report.changes import SyncDocument
from ordos_targets.report.json_types import LogDocument, StatusDocument
from ordos_targets.report.status_json import ShowDocument


class Subject(StrEnum):
    """What there is a schema of."""

    TARGETS = "targets"
    STATUS = "status"
    SHOW = "show"
    LOG = "log"
    SYNC = "sync"


DOCUMENTS: dict[Subject, type] = {
    Subject.STATUS: StatusDocument,
    Subject.SHOW: ShowDocument,
    Subject.LOG: LogDocument,
    Subject.SYNC: SyncDocument,
}


def schema(subject: Subject) -> dict[str, object]:
    """The JSON Schema (draft 2020-12) of targets.toml, or of a command's JSON output."""
    if subject is Subject.TARGETS:
        return targets_schema()
    return schema_of(DOCUMENTS[subject], f"ordos-targets/{subject}")
