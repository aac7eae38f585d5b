"""A report as one web page: a file by itself, without scripts, that reads nothing from elsewhere.

`parts` of the page are computed in plain Python, as texts in the reader's language; `page.html` and `page.css` only
lay them out. What the page shows, from the top: `head`, `table`, `chart`, `heat`, `news`, `origins`.
"""

from __future__ import annotations

from ordos_targets.domain.burnup import ReportBundle


def html(briefing: ReportBundle) -> str:
    """The page of a briefing, which holds the courses of its targets. Raises ExtraMissing."""
    from ordos_targets.report.html.render import render  # noqa: PLC0415
    from ordos_targets.report.html.view_model import page_of  # noqa: PLC0415

    return render(page_of(briefing))
