"""The page of a briefing: its parts, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from ordos_targets.domain.assessment import Report
from ordos_targets.domain.burnup import Briefing
from ordos_targets.locale import _, language
from ordos_targets.report import status_cells
from ordos_targets.report.html.chart import chart_of
from ordos_targets.report.html.head import head_of
from ordos_targets.report.html.heat import maps_of
from ordos_targets.report.html.news import changes_of
from ordos_targets.report.html.origins import origins_of
from ordos_targets.report.html.parts import Chart, Page
from ordos_targets.report.html.table import table_of

LANGUAGES = {"zh": "zh-CN", "en": "en"}


def page_of(briefing: Briefing) -> Page:
    """Everything the page shows of a briefing."""
    report = briefing.report
    numbers = _numbers(report)
    return Page(
        language=LANGUAGES[language()],
        words=_words(),
        head=head_of(report),
        lack=status_cells.lack_of(report),
        table=table_of(report, numbers) if report.rows else None,
        charts=_charts(briefing, numbers),
        maps=maps_of(report),
        since=_("What changed since {day}").format(day=report.since) if report.since else "",
        changes=changes_of(report),
        overdue=tuple(status_cells.late_reports(report)),
        origins=origins_of(report, numbers),
    )


def _numbers(report: Report) -> Mapping[str, int]:
    """A number for each target, by id, in the order in which the table shows them."""
    shown = dict.fromkeys(row.target.id for _heading, rows in status_cells.grouped(report) for row, _about in rows)
    return {target: number for number, target in enumerate(shown, 1)}


def _charts(briefing: Briefing, numbers: Mapping[str, int]) -> tuple[Chart, ...]:
    rows = sorted(briefing.report.rows, key=lambda row: numbers[row.target.id])
    return tuple(
        chart_of(row, briefing.courses[row.target.id], briefing.report, numbers[row.target.id])
        for row in rows
        if row.target.id in briefing.courses
    )


def _words() -> Mapping[str, str]:
    """The fixed words of the page, by the names that the template has for them."""
    return {
        "contents": _("Contents"),
        "completion": _("Weighted completion"),
        "elapsed": _("Time gone"),
        "summary": _("Targets by status"),
        "table": _("Gap to target"),
        "target": _("Target"),
        "status": _("Status"),
        "progress": _("Completion"),
        "charts": _("Burn-up charts"),
        "charts_hint": _("The shaded days are over; the dotted line shows where the course so far leads."),
        "maps": _("Districts by target"),
        "district": _("District"),
        "before": _("Before"),
        "now": _("Now"),
        "moved": _("Change"),
        "unchanged": _("Nothing has changed."),
        "overdue": _("Overdue reports"),
        "none_overdue": _("No report is overdue."),
        "origins": _("Where the goals were announced, and what they mean"),
        "hash": _("Hash of the last entry"),
        "to": _("now"),
    }
