"""The forms that the columns of an entry are kept in."""

from __future__ import annotations

import re
from datetime import date

from ordos_targets.domain.entry import Kind

# An exact decimal as text: no zeros to spare, and zero has no sign.
NUMBER = r"(?:-?[1-9][0-9]{0,14}+(?:\.[0-9]{0,3}[1-9])?+|-?0\.[0-9]{0,3}[1-9]|0)"
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KINDS = frozenset(Kind)


def is_day(text: object) -> bool:
    """Whether `text` is a day as entries keep it: 2025-06-30."""
    try:
        return date.fromisoformat(str(text)).isoformat() == text
    except ValueError:
        return False
