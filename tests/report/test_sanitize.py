"""What may stand on a screen as it is."""

from __future__ import annotations

import re
import sys

from ordos_targets.report.sanitize import HIDDEN, escape_control_characters, harmless


def test_no_character_that_acts_or_hides_is_called_harmless() -> None:
    """Of all characters there are, none of those that have to be shown by a code passes as harmless."""
    acting = re.compile(f"[\x00-\x1f{HIDDEN}]")
    passed = [character for character in map(chr, range(sys.maxunicode + 1)) if harmless(character)]
    assert [] == [character for character in passed if acting.fullmatch(character)]


def test_what_is_harmless_stays_as_it_is() -> None:
    """Letters of any script, punctuation and marks stay; one that hides is shown by its code beside them."""
    assert "落地 2亿元 — “ok” é" == escape_control_characters("落地 2亿元 — “ok” é")
    assert "a\\u034fb\\x1b" == escape_control_characters("a\u034fb\x1b")
