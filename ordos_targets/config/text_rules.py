"""Which texts are fit to be an id, a name, a note or a time zone: what a reader sees must be what is there.

Each function returns the sentence about what is wrong, None if nothing is.
"""

from __future__ import annotations

import re
import unicodedata

from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.names import quote_for_message

FIRST_YEAR = 1900
LAST_YEAR = 2999
MAX_ID = 64
MAX_LINE = 500
KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LINE_BREAKS = frozenset("\n\t")
# Characters that reorder or hide what stands beside them. Joiners (U+200C, U+200D, U+180E) stay: Mongolian needs them.
DECEPTIVE = frozenset("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
SEPARATORS = frozenset("\u2028\u2029")


def prose_fault(text: str) -> Message | None:
    """Check a text that may run over several lines: a note, a source."""
    for char in text:
        if char in DECEPTIVE:
            return Message(N_("contains the invisible character {code}; delete it"), {"code": f"U+{ord(char):04X}"})
        if char not in LINE_BREAKS and (char in SEPARATORS or unicodedata.category(char) == "Cc"):
            return Message(N_("contains the control character {code}; delete it"), {"code": f"U+{ord(char):04X}"})
    return None


def line_fault(text: str) -> Message | None:
    """Check a text that must stand on one line: a title, a unit; it may be empty."""
    if LINE_BREAKS.intersection(text):
        return Message(N_("must be on one line, without line breaks or tabs"))
    if len(text) > MAX_LINE:
        return Message(N_("is longer than {limit} characters"), {"limit": MAX_LINE})
    return prose_fault(text)


def name_fault(text: str) -> Message | None:
    """Check a name or a title: a line that is not blank."""
    return line_fault(text) if text.strip() else Message(N_("must not be empty"))


def id_fault(text: str) -> Message | None:
    """Check the id of a target or district."""
    if KEBAB.fullmatch(text) and len(text) <= MAX_ID:
        return None
    template = N_(
        "invalid id; use at most {limit} characters: a-z, 0-9, and single hyphens between them, such as `new-schools`"
    )
    return Message(template, {"limit": MAX_ID})


def year_fault(year: int) -> Message | None:
    """Check a year; the years before and after it must exist too."""
    if FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return Message(N_("must be in the years {first} to {last}"), {"first": FIRST_YEAR, "last": LAST_YEAR})


def zone_fault(text: str) -> Message | None:
    """Check the name of a time zone, empty for the machine's own.

    A machine without a time-zone database (Windows, a slim container) knows none, and so calls none wrong.
    """
    from zoneinfo import ZoneInfo, available_timezones  # needed only while a file is validated

    try:
        if text:
            ZoneInfo(text)
    except (ValueError, OSError, LookupError):
        if available_timezones():
            template = N_("unknown time zone {zone}; write it like Asia/Shanghai")
            return Message(template, {"zone": quote_for_message(text)})
    return None
