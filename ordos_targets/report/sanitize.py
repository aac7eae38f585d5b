"""Text from files and entries is data: nothing in it may act on the reader."""

from __future__ import annotations

import re

# C1 controls, line and paragraph separators, the marks that reorder or hide text, surrogates and what is no character
# (XML has no place for either), as a regular expression's set.
HIDDEN = (
    "\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f"
)
_ACTING = f"[\x00-\x1f{HIDDEN}]"
JOINER = "\u034f"  # of what HIDDEN names the only one that Python calls printable
LAST_OF_TWO_DIGITS = 0xFF


def escape_control_characters(text: str) -> str:
    r"""Return `text` on one line, with what a terminal would obey shown as its code: ESC becomes `\x1b`."""
    return text if harmless(text) else re.sub(_ACTING, lambda match: _code(match[0]), text)


def harmless(text: str) -> bool:
    """Return whether nothing in `text` acts or hides; False also for some texts in which nothing does."""
    return text.isprintable() and JOINER not in text


def _code(character: str) -> str:
    if character in "\t\n\r":
        return " "
    number = ord(character)
    return f"\\x{number:02x}" if number <= LAST_OF_TWO_DIGITS else f"\\u{number:04x}"
