"""TOML texts that a parser takes very long for: the time for a dotted key grows with the square of its parts."""

from __future__ import annotations

import re

MAX_KEY_PARTS = 12
_PIECE = re.compile(r"""[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*'|\.|[^ \t]""")


def line_of_long_key(text: str) -> int | None:
    """Return the line, from 1, of a dotted key of more than MAX_KEY_PARTS parts in a TOML text; None if it has none.

    What looks like one in a text over several lines counts too: nobody writes so many words with nothing but points
    between them.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MAX_KEY_PARTS and _parts_of_longest_key(line) > MAX_KEY_PARTS:
            return number
    return None


def _parts_of_longest_key(line: str) -> int:
    longest = parts = 0
    after_point = False
    for piece in _PIECE.findall(line):
        if piece == ".":
            after_point = True
            continue
        is_part = piece[0] in "\"'-_" or (piece[0].isascii() and piece[0].isalnum())
        parts = (parts + 1 if after_point else 1) if is_part else 0
        longest, after_point = max(longest, parts), False
    return longest
