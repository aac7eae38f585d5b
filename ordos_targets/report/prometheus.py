"""The status for Prometheus, as a node exporter's textfile collector reads it.

It is the same in every language: a series whose labels changed with the language of a cron job would be another series.
Units are Prometheus's base units: yuan, seconds, and ratios instead of percentages; where the unit differs by target it
is a label. A figure that does not exist has no line. There are no timestamps, which the collector refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from fractions import Fraction
from operator import attrgetter
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
        yield from _metric(metric.name, metric.text, (metric.sample(line) for line in lines))
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


def _goal_unit(line: StatusLine) -> str:
    return line.target.goal_unit


def _gap_unit(line: StatusLine) -> str:
    return "districts" if line.counts_districts else line.target.goal_unit


def _recorded_unit(line: StatusLine) -> str:
    return line.target.unit


def _unit_label(unit: str) -> str:
    return {PERCENT: "ratio", MONEY: "yuan"}.get(unit, unit)


def _ratio(percentage: Fraction | None) -> Fraction | None:
    return None if percentage is None else percentage / HUNDRED


def _last_second(day: date | None) -> int | None:
    return None if day is None else int(datetime.combine(day, time.max, tzinfo=UTC).timestamp())


class Metric(NamedTuple):
    """A metric of every line: its name, what gives its value, its help text, and its unit where it bears one."""

    name: str
    value: Callable[[StatusLine], Value]
    text: str
    unit: Callable[[StatusLine], str] | None = None

    def sample(self, line: StatusLine) -> tuple[Labels, Value]:
        """Return the labels and the value of a line; 20 % is a ratio of 0.2, and money is in yuan."""
        labels, value = _line_labels(line), self.value(line)
        if self.unit is None:
            return labels, value
        unit = self.unit(line)
        in_unit = Fraction(value) / HUNDRED if unit == PERCENT and value is not None else value
        return labels | {"unit": _unit_label(unit)}, in_unit


def _figure(name: str) -> Callable[[StatusLine], Value]:
    return attrgetter(f"figures.{name}")


def _day(name: str) -> Callable[[StatusLine], Value]:
    return lambda line: _last_second(getattr(line.figures, name))


def _of_target(name: str) -> Callable[[StatusLine], Value]:
    return lambda line: getattr(line.row, name, None)


METRICS = (
    Metric("goal", _figure("goal"), "The goal in force.", _goal_unit),
    Metric("stretch_goal", _figure("stretch"), "The higher goal.", _goal_unit),
    Metric("actual", _figure("actual"), "What was reached.", _goal_unit),
    Metric("gap", _figure("gap"), "What is missing to the goal, never negative; of a goal for every district, how many "
           "are not there yet.", _gap_unit),
    Metric("surplus", _figure("surplus"), "What is beyond the goal, never negative.", _gap_unit),
    Metric("expected_value", _figure("expected_value"), "What should have been reached by the end of the last complete "
           "reporting period.", _goal_unit),
    Metric("projected", _figure("projected"), "What the due date will see if the rest goes as so far.", _goal_unit),
    Metric("needed_per_month", _figure("needed_per_month"), "What every month left has to bring to reach the goal.",
           _recorded_unit),
    Metric("gap_amount", _figure("gap_amount"), "What the year still needs for a goal of growth; of a goal for every "
           "district, what those short of it lack.", _recorded_unit),
    Metric("completion_ratio", _figure("completion"), "How much of the goal is reached; of a goal for every district, "
           "the share of them that are there."),
    Metric("expected_ratio", _figure("expected"), "The share of the goal that should have been reached by the end of "
           "the last complete reporting period."),
    Metric("lead_ratio", lambda line: _ratio(line.figures.lead), "How far ahead of what is expected, negative where it "
           "is behind; 0.1 is 10 percentage points."),
    Metric("data_timestamp_seconds", _day("data_date"), "The last second, in UTC, of the latest day that there is a "
           "figure for."),
    Metric("due_timestamp_seconds", _day("due"), "The last second, in UTC, of the due date."),
    Metric("stale", _figure("stale"), "Whether a report is overdue."),
    Metric("estimate", _figure("estimate"), "Whether the actual is provisional."),
    Metric("entries", _figure("entries"), "How many entries the actual comes from."),
    Metric("districts_meeting_goal", _of_target("districts_meeting"), "How many districts are at a goal for every "
           "district."),
    Metric("districts", _of_target("districts_total"), "How many districts a goal for every district is for."),
)  # fmt: skip
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
