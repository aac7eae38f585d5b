"""The status for Prometheus, as a node exporter's textfile collector reads it.

It is the same in every language: a series whose labels changed with the language of a cron job would be another series.
Units are Prometheus's base units: yuan, seconds, and ratios instead of percentages; where the unit differs by target it
is a label. A figure that does not exist has no line. There are no timestamps, which the collector refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from fractions import Fraction

from ordos_targets.domain.assessment import Assessment, Status, StatusReport, TargetAssessment
from ordos_targets.domain.targets import MONEY, PERCENT, Scope, Target
from ordos_targets.report.sanitize import escape_control_characters
from ordos_targets.report.serialize import decimal_text

NAMESPACE = "ordos_targets"
HUNDRED = 100

Labels = Mapping[str, str]
Number = Fraction | int | None
Samples = Iterable[tuple[Labels, Number]]


@dataclass(frozen=True, slots=True)
class Line:
    """A target's own figures with its `row`, or those of one of its districts, whose id `district` is."""

    target: Target
    figures: Assessment
    row: TargetAssessment | None = None
    district: str = ""

    @property
    def labels(self) -> Labels:
        """Which line it is; to Prometheus an empty label is none, so `{district=""}` selects the targets themselves."""
        return {"target": self.target.id, "district": self.district}


def prometheus(report: StatusReport) -> str:
    """The report in Prometheus's text format; ends in a newline."""
    return "".join(_written(report))


def _written(report: StatusReport) -> Iterator[str]:
    lines = list(_lines(report))
    for name, text, value, unit in AMOUNTS:
        yield from _metric(name, text, (_amount(one, value(one.figures), unit(one)) for one in lines))
    for name, text, figure in FIGURES:
        yield from _metric(name, text, ((one.labels, figure(one)) for one in lines))
    yield from _metric("status", STATUS_HELP, (sample for one in lines for sample in _status(one)))
    yield from _metric("target_info", TARGET_HELP, ((_definition(row.target), 1) for row in report.rows))
    yield from _metric("district_info", "What a district is called; always 1.", _districts(report))
    for name, text, samples in _together(report):
        yield from _metric(name, text, samples)


def _lines(report: StatusReport) -> Iterator[Line]:
    for row in report.rows:
        yield Line(row.target, row.figures, row)
        for one in row.districts:
            yield Line(row.target, one.figures, district=one.district.id)


def _metric(name: str, text: str, samples: Samples) -> Iterator[str]:
    """A gauge under its name, with what it means; nothing where it has no sample."""
    full = f"{NAMESPACE}_{name}"
    known = [f"{full}{_pairs(labels)} {decimal_text(value)}\n" for labels, value in samples if value is not None]
    if known:
        yield f"# HELP {full} {text}\n# TYPE {full} gauge\n"
        yield from known


def _pairs(labels: Labels) -> str:
    pairs = ",".join(f'{name}="{_label(text)}"' for name, text in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _label(text: str) -> str:
    r"""A label's text with the three escapes that the format knows; what a terminal would obey is shown as its code."""
    return r"\n".join(
        escape_control_characters(line).replace("\\", r"\\").replace('"', r"\"") for line in text.split("\n")
    )


def _goal_unit(line: Line) -> str:
    return line.target.goal_unit


def _gap_unit(line: Line) -> str:
    counts_districts = line.row is not None and line.target.scope is Scope.EACH
    return "districts" if counts_districts else line.target.goal_unit


def _recorded_unit(line: Line) -> str:
    return line.target.unit


def _amount(line: Line, value: Fraction | None, unit: str) -> tuple[Labels, Number]:
    """A figure in Prometheus's unit for it: 20 % is a ratio of 0.2, and money is in yuan."""
    return {**line.labels, "unit": _unit(unit)}, _ratio(value) if unit == PERCENT else value


def _unit(unit: str) -> str:
    return {PERCENT: "ratio", MONEY: "yuan"}.get(unit, unit)


def _ratio(percentage: Fraction | None) -> Fraction | None:
    return None if percentage is None else percentage / HUNDRED


AMOUNTS: tuple[tuple[str, str, Callable[[Assessment], Fraction | None], Callable[[Line], str]], ...] = (
    ("goal", "The goal in force.", lambda own: own.goal, _goal_unit),
    ("stretch_goal", "The higher goal.", lambda own: own.stretch, _goal_unit),
    ("actual", "What was reached.", lambda own: own.actual, _goal_unit),
    (
        "gap",
        "What is missing to the goal, never negative; of a goal for every district, how many are not there yet.",
        lambda own: own.gap,
        _gap_unit,
    ),
    ("surplus", "What is beyond the goal, never negative.", lambda own: own.surplus, _gap_unit),
    (
        "expected_value",
        "What should have been reached by the end of the last complete reporting period.",
        lambda own: own.expected_value,
        _goal_unit,
    ),
    ("projected", "What the due date will see if the rest goes as so far.", lambda own: own.projected, _goal_unit),
    (
        "needed_per_month",
        "What every month left has to bring to reach the goal.",
        lambda own: own.needed_per_month,
        _recorded_unit,
    ),
    (
        "gap_amount",
        "What the year still needs for a goal of growth; of a goal for every district, what those short of it lack.",
        lambda own: own.gap_amount,
        _recorded_unit,
    ),
)


def _last_second(day: date | None) -> int | None:
    return None if day is None else int(datetime.combine(day, time.max, tzinfo=UTC).timestamp())


FIGURES: tuple[tuple[str, str, Callable[[Line], Number]], ...] = (
    (
        "completion_ratio",
        "How much of the goal is reached; of a goal for every district, the share of them that are there.",
        lambda one: one.figures.completion,
    ),
    (
        "expected_ratio",
        "The share of the goal that should have been reached by the end of the last complete reporting period.",
        lambda one: one.figures.expected,
    ),
    (
        "lead_ratio",
        "How far ahead of what is expected, negative where it is behind; 0.1 is 10 percentage points.",
        lambda one: _ratio(one.figures.lead),
    ),
    (
        "data_timestamp_seconds",
        "The last second, in UTC, of the latest day that there is a figure for.",
        lambda one: _last_second(one.figures.data_date),
    ),
    ("due_timestamp_seconds", "The last second, in UTC, of the due date.", lambda one: _last_second(one.figures.due)),
    ("stale", "Whether a report is overdue.", lambda one: one.figures.stale),
    ("estimate", "Whether the actual is provisional.", lambda one: one.figures.estimate),
    ("entries", "How many entries the actual comes from.", lambda one: one.figures.entries),
    (
        "districts_meeting_goal",
        "How many districts are at a goal for every district.",
        lambda one: one.row.districts_meeting if one.row else None,
    ),
    (
        "districts",
        "How many districts a goal for every district is for.",
        lambda one: one.row.districts_total if one.row else None,
    ),
)
STATUS_HELP = "1 for the status that the target or district is in, 0 for the others."
TARGET_HELP = "What a target is called, who answers for it, and how it is measured; always 1."


def _status(line: Line) -> Samples:
    current = line.figures.status
    return [({**line.labels, "status": one}, one is current) for one in Status] if current else []


def _definition(target: Target) -> Labels:
    return {
        "target": target.id,
        "name": target.name,
        "name_en": target.name_en,
        "unit": _unit(target.goal_unit),
        "owner": target.owner,
        "section": target.section,
        "commitment": target.commitment,
        "measure": target.measure,
        "scope": target.scope,
        "direction": target.direction,
    }


def _districts(report: StatusReport) -> Samples:
    found = {one.district.id: one.district for row in report.rows for one in row.districts}
    return [({"district": one.id, "name": one.name, "name_en": one.name_en}, 1) for one in found.values()]


def _together(report: StatusReport) -> Iterator[tuple[str, str, Samples]]:
    """How the targets stand together, as a whole or in the report's one district, and what the report is made from."""
    labels = {"district": report.focus.id if report.focus else ""}
    counts = report.summary.by_status.items()
    yield "targets", "How many targets are in a status.", [({**labels, "status": one}, count) for one, count in counts]
    weighted = report.summary.weighted_completion
    yield "weighted_completion_ratio", "Completion by weight; no target earns more than 1.", [(labels, weighted)]
    yield "ledger_entries", "How many entries the ledger holds.", [({}, report.entries)]
    yield "as_of_timestamp_seconds", "The last second, in UTC, of the report's day.", [({}, _last_second(report.as_of))]
