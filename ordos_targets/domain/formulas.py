"""Texts that a spreadsheet would run as a formula, made harmless, and back again."""

from __future__ import annotations

import re

# Spreadsheets take the full-width signs for the plain ones.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take `text` for a formula."""
    return bool(_FORMULA.match(text)) and not text.startswith("'")


def escape_formula(text: str) -> str:
    """`text` as a cell that is never taken for a formula: an apostrophe stands before what could be one.

    One is added too where apostrophes stand there already, so that `live` gives back every text as it was.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """The text of a cell that `inert` made."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
