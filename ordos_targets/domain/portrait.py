"""Everything there is to tell about one target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ordos_targets.domain.course import Course
from ordos_targets.domain.entry import Entry
from ordos_targets.domain.figures import Figures, Report
from ordos_targets.domain.target import District, Target


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """What was reached (goal's unit; as a ratio of the goal) and expected (ratio) at the end of `day`."""

    day: date
    actual: Fraction | None
    completion: Fraction | None
    expected: Fraction | None


@dataclass(frozen=True, slots=True)
class Workings:
    """What the figures of a target (`district` None) or of one district were computed from.

    `used` are the entries behind the actual, `year_before` those behind last year's figure to the same day.
    """

    district: District | None
    figures: Figures
    used: tuple[Entry, ...] = ()
    year_before: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Portrait:
    """A report of one target: its course, its history, its newest entries (and what cancelled them), the workings."""

    report: Report
    target: Target
    districts: tuple[District, ...]
    course: Course
    history: tuple[HistoryPoint, ...]
    entries: tuple[tuple[Entry, int | None], ...]
    workings: tuple[Workings, ...]
