"""The JSON documents, each version 1. Keys are added, never removed or renamed.

Version history:
  1  2026-11  first version
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import NotRequired, TypedDict

from ordos_targets.domain.assessment import Light, Status
from ordos_targets.domain.entries import EntryKind
from ordos_targets.domain.sync import Disagreement
from ordos_targets.domain.targets import Commitment, Direction, Measure, Scope

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
    """The figures of a target or of one of its districts, in the units of `domain.assessment.Assessment`."""

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
    kind: EntryKind
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
    first_day: NotRequired[date]
    state: NotRequired[str]
    will: NotRequired[str]
    until: NotRequired[date]


class LogDocument(TypedDict):
    """`log --format json`."""

    format: str
    version: int
    ledger: LedgerDocument
    entries: list[EntryDocument]


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


class ConflictDocument(TypedDict):
    """One disagreement: numbers of entries in this ledger and in the other one, and the columns that differ."""

    uid: str
    target: str
    here: int | None
    there: int | None
    why: Disagreement
    columns: list[str]


class SyncDocument(TypedDict):
    """`sync --format json`. `known` counts the voids of what was cancelled already, `refused` what may not be written.

    `conflicts` are the first of `conflict_count`; `unknown` says which targets and districts targets.toml lacks.
    """

    format: str
    version: int
    dry_run: bool
    sent: int
    received: int
    known: int
    refused: int
    conflict_count: int
    conflicts: list[ConflictDocument]
    unknown: list[str]
