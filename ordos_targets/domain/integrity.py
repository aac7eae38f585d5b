"""Whether entries are what was once written: chain, order, form and exactness, looked at one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ordos_targets.domain.chain import GENESIS, HASHED, link
from ordos_targets.domain.entry import Stored
from ordos_targets.domain.forms import KINDS, MOMENT, NUMBER, UID, is_day
from ordos_targets.domain.messages import N_, Message
from ordos_targets.domain.sound import is_sound

_EXACT = re.compile(NUMBER)


@dataclass(frozen=True, slots=True)
class Finding:
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


class Walk:
    """A walk along the chain: `entries` and `head` are where it has come to."""

    def __init__(self) -> None:
        self.entries = 0
        self.head = GENESIS
        self._expected = 1

    def along(self, runs: Iterable[Sequence[Stored]]) -> Iterator[Finding]:
        """As `findings`, of rows that come some hundred at a time: those of a sound run are not taken up one by one."""
        for run in runs:
            if is_sound(run, self._expected, self.head):
                self.entries, self._expected = self.entries + len(run), self._expected + len(run)
                self.head = str(run[-1][-1])
            else:
                yield from self.findings(run)

    def findings(self, rows: Iterable[Stored]) -> Iterator[Finding]:
        """What is wrong with `rows`, which come in the order of their numbers."""
        for row in rows:
            facts = dict(zip((*HASHED, "hash"), row, strict=True))
            seq, expected = int(facts["seq"] or 0), self._expected
            if seq != expected:
                yield Finding(expected, _missing(expected, seq))
            elif link(self.head, facts) != facts["hash"]:
                yield Finding(seq, Message(N_("it is not what was written, or not what followed the entry before it")))
            yield from (Finding(seq, message) for message in _faults(facts))
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
