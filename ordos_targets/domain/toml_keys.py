"""TOML texts that a parser would not come back from: for a key of thousands of parts it takes the square of time."""

from __future__ import annotations

import re

MOST_PARTS = 12
_PIECE = re.compile(r"""[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*'|\.|[^ \t]""")


def endless_key(text: str) -> int | None:
    """The line, from 1, of a dotted key of more than a dozen parts in a TOML text; None where there is none.

    What looks like one in a long text counts too: nobody writes so many words with nothing but points between them.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_PARTS and _longest_key(line) > MOST_PARTS:
            return number
    return None


def _longest_key(line: str) -> int:
    """How many parts the longest dotted key of a line has, at least."""
    longest = parts = 0
    joined = False
    for piece in _PIECE.findall(line):
        if piece == ".":
            joined = True
            continue
        is_part = piece[0] in "\"'-_" or (piece[0].isascii() and piece[0].isalnum())
        parts = 0 if not is_part else parts + 1 if joined else 1
        longest, joined = max(longest, parts), False
    return longest
