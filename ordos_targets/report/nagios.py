"""One line for Nagios and similar monitoring systems (monitoring-plugins.org, Development Guidelines)."""

from __future__ import annotations

from enum import IntEnum

from ordos_targets.domain.assessment import Light, Status, StatusReport
from ordos_targets.locale import _, pick
from ordos_targets.report import labels
from ordos_targets.report.sanitize import escape_control_characters


class Service(IntEnum):
    """The state of a monitored service, which is the exit code."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


def nagios(report: StatusReport) -> tuple[str, int]:
    """Return the line and its exit code: critical with a red light, warning with a yellow one or without data."""
    counts = report.summary.by_status
    if report.summary.by_light[Light.RED]:
        service = Service.CRITICAL
    elif report.summary.by_light[Light.YELLOW] or counts[Status.NO_DATA]:
        service = Service.WARNING
    else:
        service = Service.OK if report.rows else Service.UNKNOWN
    words = _(", ").join(f"{_(labels.STATUS[status])} {count}" for status, count in counts.items() if count)
    data = " ".join(f"{status}={count}" for status, count in counts.items())
    # A bar would end the text and begin the performance data.
    title = escape_control_characters(pick(report.name, report.name_en)).replace("|", "/")
    text = _("{title} {day}: {counts}").format(title=title, day=report.as_of, counts=words or _("no targets"))
    return f"TARGETS {service.name} - {text} | {data}", service
