"""A report as one web page: a file by itself, without scripts, that reads nothing from elsewhere.

`view_model` computes the parts of the page in plain Python, as texts in the reader's language; `page.html` and
`page.css` only lay them out. This module is the only one that knows Jinja, and what a browser may do with the page.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from ordos_targets.domain.burnup import ReportBundle
from ordos_targets.domain.errors import N_, ExtraMissing, Message
from ordos_targets.report.html.chart import HEIGHT, WIDTH
from ordos_targets.report.html.view_model import GOAL_AT, page_of
from ordos_targets.report.sanitize import escape_control_characters

FOLDER = Path(__file__).parent
TEMPLATE = "page.html"
STYLE = "page.css"
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def html(bundle: ReportBundle) -> str:
    """Return the page of a report with the burn-ups of its targets; every text is escaped. Raises ExtraMissing."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise ExtraMissing(feature=Message(N_("The HTML report")), extra="html") from error
    from markupsafe import Markup, escape

    def without_controls(value: object) -> object:
        """Return what a place of the template shows: markup as it is, a text without control characters."""
        return escape_control_characters(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    def days_whole(text: str) -> Markup:
        """Return a text whose days are not broken over two lines."""
        spans = DAY.sub(r'<span class="day">\g<0></span>', str(escape(escape_control_characters(text))))
        return Markup(spans)  # noqa: S704 - escaped above

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=without_controls,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["days_whole"] = days_whole
    style = (FOLDER / STYLE).read_text(encoding="utf-8")
    return environment.get_template(TEMPLATE).render(
        page=page_of(bundle),
        style=Markup(style),  # noqa: S704 - our own file, shipped beside this one
        policy=policy(style),
        drawing={"width": WIDTH, "height": HEIGHT, "goal": GOAL_AT},
    )


def policy(style: str) -> str:
    """Return the Content-Security-Policy of a page with this one <style>: nothing else acts, loads or is sent."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
