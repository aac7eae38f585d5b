"""The page as HTML: the one place that knows Jinja, and what a browser may do with the page."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from ordos_targets.domain.errors import N_, ExtraMissing, Message
from ordos_targets.report.html.chart import HEIGHT, WIDTH
from ordos_targets.report.html.parts import Page
from ordos_targets.report.html.view_model import GOAL_AT
from ordos_targets.report.sanitize import escape_control_characters

FOLDER = Path(__file__).parent
TEMPLATE = "page.html"
STYLE = "page.css"
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def render(page: Page) -> str:
    """The whole file. Every text is escaped, and shown as `visible` has it. Raises ExtraMissing."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise ExtraMissing(feature=Message(N_("The HTML report")), extra="html") from error
    from markupsafe import Markup, escape

    def shown(thing: object) -> object:
        """What a place of the template shows of a thing: a text made harmless; what is markup already, as it is."""
        return escape_control_characters(thing) if isinstance(thing, str) and not isinstance(thing, Markup) else thing

    def days_whole(text: str) -> Markup:
        """A text whose days are not broken over two lines."""
        spans = DAY.sub(r'<span class="day">\g<0></span>', str(escape(escape_control_characters(text))))
        return Markup(spans)  # noqa: S704 - escaped above

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["days_whole"] = days_whole
    style = (FOLDER / STYLE).read_text(encoding="utf-8")
    return environment.get_template(TEMPLATE).render(
        page=page,
        style=Markup(style),  # noqa: S704 - our own file, shipped beside this one
        policy=policy(style),
        drawing={"width": WIDTH, "height": HEIGHT, "goal": GOAL_AT},
    )


def policy(style: str) -> str:
    """The Content-Security-Policy of a page with this one <style>: nothing else acts, loads or is sent."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
