"""The hash chain: each entry's hash covers its own content and the hash before it.

The canonical form of an entry is the concatenation, in the order of `HASHED`, of its columns as netstrings: the length
of the UTF-8 text in bytes, `:`, the text, `,`; and `-,` for a column that is empty (null). Of the columns of
`HASHED_BY_NAME`, which came later, each that is filled follows as two netstrings, its name and its value; one that is
empty leaves no trace, so that the hashes of older entries stay what they are. Dates are ISO (2025-06-30), numbers plain
decimals without exponent or trailing zeros (`0.5`, `200000000`), `estimate` is `0` or `1`, `recorded_at` is
`2025-07-05T01:23:45.123456Z`. No text needs escaping and no two entries share a form, so any language can recompute it.

hash(entry) = SHA-256(hash before, as 64 ASCII hex digits + canonical form), in lower-case hex.
The hash before the first entry is 64 zeros.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter

from ordos_targets.domain.entries import GENESIS, HASHED, HASHED_BY_NAME, NAMES, UID, EntryKind, EntryRow
from ordos_targets.domain.errors import N_, Message

# An exact decimal as text: no zeros to spare, and zero has no sign.
_NUMBER = re.compile(r"(?:-?[1-9][0-9]{0,14}+(?:\.[0-9]{0,3}[1-9])?|-?0\.[0-9]{0,3}[1-9]|0)")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_KINDS = frozenset(EntryKind)
_HASHED_VALUES = itemgetter(*HASHED)


def canonical_bytes(values: Iterable[object]) -> bytes:
    """Return the netstrings of some values, one after the other."""
    return "".join(map(_netstring, values)).encode()


@lru_cache(maxsize=1024, typed=True)  # most columns of many entries hold the same few values; 1.0 is another than 1
def _netstring(value: object) -> str:
    if value is None:
        return "-,"
    text = str(value)
    return f"{len(text) if text.isascii() else len(text.encode())}:{text},"


def canonical_entry(row: Mapping[str, object]) -> bytes:
    """Return the canonical form of an entry; `row` maps the names of columns to their values as they are stored."""
    values = [*_HASHED_VALUES(row)]
    for name in HASHED_BY_NAME:
        if row.get(name) is not None:
            values += name, row[name]
    return canonical_bytes(values)


def entry_hash(before: str, row: Mapping[str, object]) -> str:
    """Return the hash of an entry that follows the one hashed `before`; `row` is as in `canonical_entry`."""
    return sha256(before.encode() + canonical_entry(row)).hexdigest()


@dataclass(frozen=True, slots=True)
class IntegrityProblem:
    """What is wrong at entry `seq`; None for the ledger as a whole."""

    seq: int | None
    message: Message

    @property
    def labels(self) -> tuple[str | None, ...]:
        """What is named before the sentence."""
        return (None if self.seq is None else f"#{self.seq}",)

    def facts(self) -> Iterator[tuple[str, object]]:
        """Yield what a program is told beside the sentence."""
        yield "entry", self.seq


class ChainVerifier:
    """A walk along the chain.

    Attributes:
        entries: The number of entries walked along so far.
        head: The hash of the last of them.
    """

    def __init__(self) -> None:
        self.entries = 0
        self.head = GENESIS
        self._expected = 1

    def problems(self, rows: Iterable[EntryRow]) -> Iterator[IntegrityProblem]:
        """Yield what is wrong with `rows`, which come in the order of their numbers."""
        for row in rows:
            columns = dict(zip(NAMES, row, strict=True))
            seq, expected = int(columns["seq"] or 0), self._expected
            if seq != expected:
                yield IntegrityProblem(expected, _missing(expected, seq))
            elif entry_hash(self.head, columns) != columns["hash"]:
                yield IntegrityProblem(seq, Message(N_("changed after it was written, or not in its original place")))
            yield from (IntegrityProblem(seq, message) for message in _faults(columns))
            self.entries, self.head, self._expected = self.entries + 1, str(columns["hash"]), max(seq + 1, 1)


def _missing(expected: int, seq: int) -> Message:
    if seq < expected:
        return Message(N_("entry {found} was inserted before the first entry"), {"found": seq})
    if seq == expected + 1:
        return Message(N_("the entry is missing"))
    return Message(N_("the entries {first} to {last} are missing"), {"first": expected, "last": seq - 1})


def _faults(columns: Mapping[str, str | int | None]) -> Iterator[Message]:
    """Yield what is true of no entry of ours, whatever its hash is."""
    for name in ("value", "of"):
        number = columns[name]
        if number is not None and not _is_exact(number):
            yield Message(N_("{column} is not an exact number: {value}"), {"column": name, "value": str(number)[:40]})
    if columns["kind"] not in _KINDS:
        yield Message(N_("unknown kind of entry {value}"), {"value": str(columns["kind"])[:40]})
    if not UID.fullmatch(str(columns["uid"])):
        yield Message(N_("invalid uid"))
    days = [columns["date"], *(day for day in (columns["first_day"], columns["until"]) if day is not None)]
    if not _MOMENT.fullmatch(str(columns["recorded_at"])) or not all(map(_is_day, days)):
        yield Message(N_("invalid date or recording time"))


@lru_cache(maxsize=4096)
def _is_exact(number: object) -> bool:
    return _NUMBER.fullmatch(str(number)) is not None


@lru_cache(maxsize=4096)
def _is_day(text: object) -> bool:
    try:
        return date.fromisoformat(str(text)).isoformat() == text
    except ValueError:
        return False
