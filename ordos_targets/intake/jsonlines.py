"""JSON Lines: one object a line, its keys the columns of an entry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.names import shown
from ordos_targets.intake.columns import INCREMENT, READING, UNIT, heading
from ordos_targets.intake.row import Broken, Row
from ordos_targets.intake.source import Source

WIDEST = 1 << 12  # bits; Python writes no number of many more
NOT_AN_OBJECT = N_("not a JSON object like {example}")
EXAMPLE = '{"target": "…", "value": 3}'
# Of the keys that name something, which are few and short.
_shown = lru_cache(maxsize=256)(shown)


def json_rows(source: Source) -> Iterator[Row | Broken]:
    """The rows of a file of JSON Lines; blank lines are passed over."""
    for number, line in enumerate(source.lines(), 1):
        if line.strip():
            yield _row(number, line)


def _row(number: int, line: str) -> Row | Broken:
    try:
        # Digits are kept as they are written, so that nothing is rounded.
        found = json.loads(line, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, _Pairs):
        return Broken(number, Message(NOT_AN_OBJECT, {"example": EXAMPLE}))
    return keyed_row(number, found.pairs)


class _Pairs:
    """The pairs of an object in order, with keys that may stand twice."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        self.pairs = pairs


def keyed_row(number: int, pairs: Iterable[tuple[str, object]]) -> Row | Broken:
    """A row from keys and values, which are texts, numbers, dates, true, false or null; other keys are refused."""
    texts: dict[str, str] = {}
    headings: dict[str, str] = {}
    for key, value in pairs:
        said = heading(key)
        named = said.field
        if named is None:
            return Broken(number, Message(N_("the key {key} is not one of an entry"), {"key": shown(key)}))
        if named in {READING, INCREMENT} and value is not None:
            texts.setdefault("kind", named)
            named = "value"
        if value is None or named == "":
            continue
        if named in texts and named != "kind":
            return Broken(number, Message(N_("the key {key} is given twice"), {"key": shown(key)}))
        text = _text(value)
        if text is None:
            return Broken(number, Message(N_("{key} is neither text nor a number"), {"key": shown(key)}))
        headings[named] = _shown(key)
        if text.strip():
            texts[named] = text
            if said.unit:
                texts.setdefault(UNIT, said.unit)
    return Row(number, texts, headings)


def _text(value: object) -> str | None:
    """A value as the text a person would have typed; None for lists, objects, times of day, endless numbers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value) if value.bit_length() <= WIDEST else None
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return None
