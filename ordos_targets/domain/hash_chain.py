"""The hash chain: each entry's hash covers its own content and the hash before it.

The canonical form of an entry is the concatenation, in the order of `HASHED`, of its columns as
netstrings: the length of the UTF-8 text in bytes, `:`, the text, `,` — and `-,` for a column that is
empty (null). Dates are ISO (2025-06-30), numbers plain decimals without exponent or trailing zeros
(`0.5`, `200000000`), `estimate` is `0` or `1`, `recorded_at` is `2025-07-05T01:23:45.123456Z`.
No text needs escaping and no two entries share a form, so any language can recompute it.

hash(entry) = SHA-256(hash before, as 64 ASCII hex digits + canonical form), in lower-case hex.
The hash before the first entry is 64 zeros.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ordos_targets.domain.entries import GENESIS, HASHED, EntryRow
from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.forms import KINDS, MOMENT, NUMBER, UID, is_day
from ordos_targets.domain.sound import is_sound

__all__ = ["GENESIS", "HASHED", "canonical_bytes", "entry_hash"]


def canonical_bytes(columns: Iterable[str | None]) -> bytes:
    """The canonical bytes of an entry from its columns' texts, given in the order of `HASHED`."""
    return "".join(
        ["-," if text is None else f"{len(text) if text.isascii() else len(text.encode())}:{text}," for text in columns]
    ).encode()


def entry_hash(before: str, row: Mapping[str, object]) -> str:
    """The hash of an entry that follows the one hashed `before`; `row` maps the names in `HASHED` to column values."""
    columns = (None if row[name] is None else str(row[name]) for name in HASHED)
    return sha256(before.encode() + canonical_bytes(columns)).hexdigest()


_EXACT = re.compile(NUMBER)


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
        """What a program is told beside the sentence."""
        yield "entry", self.seq


class ChainVerifier:
    """A walk along the chain: `entries` and `head` are where it has come to."""

    def __init__(self) -> None:
        self.entries = 0
        self.head = GENESIS
        self._expected = 1

    def along(self, runs: Iterable[Sequence[EntryRow]]) -> Iterator[IntegrityProblem]:
        """As `findings`, of rows that come some hundred at a time: those of a sound run are not taken up one by one."""
        for run in runs:
            if is_sound(run, self._expected, self.head):
                self.entries, self._expected = self.entries + len(run), self._expected + len(run)
                self.head = str(run[-1][-1])
            else:
                yield from self.findings(run)

    def findings(self, rows: Iterable[EntryRow]) -> Iterator[IntegrityProblem]:
        """What is wrong with `rows`, which come in the order of their numbers."""
        for row in rows:
            facts = dict(zip((*HASHED, "hash"), row, strict=True))
            seq, expected = int(facts["seq"] or 0), self._expected
            if seq != expected:
                yield IntegrityProblem(expected, _missing(expected, seq))
            elif entry_hash(self.head, facts) != facts["hash"]:
                yield IntegrityProblem(
                    seq, Message(N_("it is not what was written, or not what followed the entry before it"))
                )
            yield from (IntegrityProblem(seq, message) for message in _faults(facts))
            self.entries, self.head, self._expected = self.entries + 1, str(facts["hash"]), max(seq + 1, 1)


def _missing(expected: int, found: int) -> Message:
    if found < expected:
        return Message(N_("an entry numbered {found} was put before the first"), {"found": found})
    if found == expected + 1:
        return Message(N_("the entry is missing"))
    return Message(N_("the entries {first} to {last} are missing"), {"first": expected, "last": found - 1})


def _faults(facts: dict[str, str | int | None]) -> Iterator[Message]:
    """What no entry of ours looks like, whatever its hash says."""
    for name in ("value", "of"):
        number = facts[name]
        if number is not None and not _EXACT.fullmatch(str(number)):
            yield Message(N_("{column} is no exact figure: {value}"), {"column": name, "value": str(number)[:40]})
    if facts["kind"] not in KINDS:
        yield Message(N_("no kind is called {value}"), {"value": str(facts["kind"])[:40]})
    if not UID.fullmatch(str(facts["uid"])):
        yield Message(N_("its uid is none"))
    if not MOMENT.fullmatch(str(facts["recorded_at"])) or not is_day(facts["date"]):
        yield Message(N_("its day or the moment it was recorded at is none"))
