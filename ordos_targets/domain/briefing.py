"""What a document for others is made from: the report, how each target went, and the entries behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ordos_targets.domain.course import Course
from ordos_targets.domain.entry import Entry
from ordos_targets.domain.figures import Report
from ordos_targets.domain.target import Goals


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """A report with what documents add to it.

    `report.since` is the end of the reporting period before the last one, unless another day was asked for; `courses`
    go by target id; `entries` are the newest of those dated by its day, `entries_total` says how many there are.
    `courses` and `entries` are empty where they were not asked for.
    """

    report: Report
    goals: Goals
    courses: Mapping[str, Course] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    entries_total: int = 0
