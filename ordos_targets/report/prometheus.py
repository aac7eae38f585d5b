"""The status for Prometheus, as a node exporter's textfile collector reads it.

It is the same in every language: a series whose labels changed with the language of a cron job would be another series.
Units are Prometheus's base units: yuan, seconds, and ratios instead of percentages; where the unit differs by target it
is a label. A figure that does not exist has no line. There are no timestamps, which the collector refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.domain.assessment import Status, StatusReport
from ordos_targets.domain.entries import decimal_text
from ordos_targets.domain.targets import MONEY, PERCENT, Target
from ordos_targets.report.sanitize import escape_control_characters
from ordos_targets.report.status_table import StatusLine, target_lines

NAMESPACE = "ordos_targets"
HUNDRED = 100

Labels = Mapping[str, str]
Value = Fraction | int | None
Samples = Iterable[tuple[Labels, Value]]


def prometheus(report: StatusReport) -> str:
    """Return the report in Prometheus's text format; it ends in a newline."""
    return "".join(_metrics(report))


def _metrics(report: StatusReport) -> Iterator[str]:
    lines = [line for row in report.rows for line in target_lines(row)]
    for metric in METRICS:
        yield from _metric(metric.name, metric.text, map(metric.sample, lines))
    for name, (full, text) in DISTRICTS.items():
        yield from _metric(full, text, ((_line_labels(line), getattr(line.row, name, None)) for line in lines))
    yield from _metric("status", STATUS_HELP, (sample for line in lines for sample in _statuses(line)))
    yield from _metric("target_info", TARGET_HELP, ((_definition(row.target), 1) for row in report.rows))
    yield from _metric("district_info", "What a district is called; always 1.", _districts(report))
    for name, text, samples in _summary(report):
        yield from _metric(name, text, samples)


def _metric(name: str, text: str, samples: Samples) -> Iterator[str]:
    """Yield a gauge under its name, with its help text; nothing where it has no sample."""
    full = f"{NAMESPACE}_{name}"
    lines = [f"{full}{_pairs(labels)} {decimal_text(value)}\n" for labels, value in samples if value is not None]
    if lines:
        yield f"# HELP {full} {text}\n# TYPE {full} gauge\n"
        yield from lines


def _pairs(labels: Labels) -> str:
    pairs = ",".join(f'{name}="{_label(text)}"' for name, text in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _label(text: str) -> str:
    r"""Return a label's text with the three escapes of the format; what a terminal would obey is shown as its code."""
    return r"\n".join(
        escape_control_characters(line).replace("\\", r"\\").replace('"', r"\"") for line in text.split("\n")
    )


def _line_labels(line: StatusLine) -> dict[str, str]:
    """Return which line it is; to Prometheus an empty label is none, so `{district=""}` selects the targets."""
    return {"target": line.target.id, "district": line.district.id if line.district else ""}


def _unit_label(unit: str) -> str:
    return {PERCENT: "ratio", MONEY: "yuan"}.get(unit, unit)


def _last_second(day: date) -> int:
    return int(datetime.combine(day, time.max, tzinfo=UTC).timestamp())


class Metric(NamedTuple):
    """A metric of every line: its name, the figure it shows (a day as its last second), its help text, its unit.

    The unit is that of the goal, of the gap or of the entries ("recorded"), each a label; "points" are made a ratio.
    """

    name: str
    figure: str
    text: str
    unit: str = ""

    def sample(self, line: StatusLine) -> tuple[Labels, Value]:
        """Return the labels and the value of a line; 20 % is a ratio of 0.2, and money is in yuan."""
        labels, value, goal_unit = _line_labels(line), getattr(line.figures, self.figure), line.target.goal_unit
        gap_unit = "districts" if line.counts_districts else goal_unit
        unit = {"goal": goal_unit, "gap": gap_unit, "recorded": line.target.unit, "points": PERCENT}.get(self.unit)
        if isinstance(value, date):
            value = _last_second(value)
        elif unit == PERCENT and value is not None:
            value = Fraction(value) / HUNDRED
        return labels if unit is None or self.unit == "points" else labels | {"unit": _unit_label(unit)}, value


METRICS = (
    Metric("goal", "goal", "The goal in force.", "goal"),
    Metric("stretch_goal", "stretch", "The higher goal.", "goal"),
    Metric("actual", "actual", "What was reached.", "goal"),
    Metric("gap", "gap", "What is missing to the goal, never negative; of a goal for every district, how many "
           "are not there yet.", "gap"),
    Metric("surplus", "surplus", "What is beyond the goal, never negative.", "gap"),
    Metric("expected_value", "expected_value", "What should have been reached by the end of the last complete "
           "reporting period.", "goal"),
    Metric("projected", "projected", "What the due date will see if the rest goes as so far.", "goal"),
    Metric("needed_per_month", "needed_per_month", "What every month left has to bring to reach the goal.",
           "recorded"),
    Metric("gap_amount", "gap_amount", "What the year still needs for a goal of growth; of a goal for every "
           "district, what those short of it lack.", "recorded"),
    Metric("completion_ratio", "completion", "How much of the goal is reached; of a goal for every district, "
           "the share of them that are there."),
    Metric("expected_ratio", "expected", "The share of the goal that should have been reached by the end of "
           "the last complete reporting period."),
    Metric("lead_ratio", "lead", "How far ahead of what is expected, negative where it "
           "is behind; 0.1 is 10 percentage points.", "points"),
    Metric("data_timestamp_seconds", "data_date", "The last second, in UTC, of the latest day that there is a "
           "figure for."),
    Metric("due_timestamp_seconds", "due", "The last second, in UTC, of the due date."),
    Metric("stale", "stale", "Whether a report is overdue."),
    Metric("estimate", "estimate", "Whether the actual is provisional."),
    Metric("entries", "entries", "How many entries the actual comes from."),
)  # fmt: skip
DISTRICTS = {
    "districts_meeting": ("districts_meeting_goal", "How many districts are at a goal for every district."),
    "districts_total": ("districts", "How many districts a goal for every district is for."),
}
STATUS_HELP = "1 for the status that the target or district is in, 0 for the others."
TARGET_HELP = "What a target is called, who answers for it, and how it is measured; always 1."


def _statuses(line: StatusLine) -> Samples:
    current = line.figures.status
    return [(_line_labels(line) | {"status": status}, status is current) for status in Status] if current else []


def _definition(target: Target) -> Labels:
    names = ("name", "name_en", "unit", "owner", "section", "commitment", "measure", "scope", "direction")
    labels = {"target": target.id} | {name: getattr(target, name) for name in names}
    return labels | {"unit": _unit_label(target.goal_unit)}


def _districts(report: StatusReport) -> Samples:
    districts = {part.district.id: part.district for row in report.rows for part in row.districts}
    return [
        ({"district": district.id, "name": district.name, "name_en": district.name_en}, 1)
        for district in districts.values()
    ]


def _summary(report: StatusReport) -> Iterator[tuple[str, str, Samples]]:
    """Yield the figures of all targets together, as a whole or in the report's one district, and of the ledger."""
    labels = {"district": report.focus.id if report.focus else ""}
    counts = [(labels | {"status": status}, count) for status, count in report.summary.by_status.items()]
    yield "targets", "How many targets are in a status.", counts
    weighted = report.summary.weighted_completion
    yield "weighted_completion_ratio", "Completion by weight; no target earns more than 1.", [(labels, weighted)]
    yield "ledger_entries", "How many entries the ledger holds.", [({}, report.entries)]
    yield "as_of_timestamp_seconds", "The last second, in UTC, of the report's day.", [({}, _last_second(report.as_of))]
