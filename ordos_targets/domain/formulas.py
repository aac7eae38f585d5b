"""The escaping of texts that a spreadsheet would run as a formula."""

from __future__ import annotations

import re

# Spreadsheets take the full-width signs for the plain ones.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet would take `text` for a formula."""
    return bool(_FORMULA.match(text)) and not text.startswith("'")


def escape_formula(text: str) -> str:
    """Return `text` as a cell that is never taken for a formula: with an apostrophe before what could be one.

    One is added too where there are apostrophes already, so that `unescape_formula` gives back every text as it was.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """Return the text of a cell that `escape_formula` made."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
