"""Entries that are alike: they share all but number, uid, day, figure, note and moment, as the rows of a file do.

What such entries share is brought into the form in which they are hashed (see `chain`) once, not for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from ordos_targets.domain.chain import canonical, text_of
from ordos_targets.domain.entry import Draft, Kind

# The columns that are shared, but for target and district, and how they are kept.
RESTS = ("kind", "of", "item", "estimate", "evidence", "evidence_sha256", "by", "origin", "replaces")


@dataclass(frozen=True, slots=True, eq=False)
class Mould:
    """What entries that are alike share; make one by `mould_of`. `rest` is what the columns of RESTS hold.

    The parts of their canonical form: `place` is target and district, `kind` the kind, `more` what stands between
    figure and note, `proof` what stands between note and moment, `source` what stands behind it.
    """

    draft: Draft
    target: str
    district: str | None
    rest: tuple[str | int | None, ...]
    place: str
    kind: str
    more: str
    proof: str
    source: str

    @property
    def adds(self) -> bool:
        """Whether the figures are what was added, and final: then their order does not matter."""
        return self.draft.kind is Kind.INCREMENT and not self.draft.estimate


class Cast(NamedTuple):
    """An entry made in a mould. All are as the ledger keeps them: `day` an ISO date, `value` a plain decimal."""

    mould: Mould
    uid: str
    day: str
    value: str
    note: str | None
    recorded_at: str


def mould_of(draft: Draft) -> Mould:
    """The mould of all entries that say what `draft` says, but for day, figure and note."""
    of, estimate = text_of(draft.of), int(draft.estimate)
    rest = (
        draft.kind.value, of, draft.item, estimate, draft.evidence, draft.evidence_sha256, draft.by, draft.origin,
        draft.replaces,
    )  # fmt: skip
    return Mould(
        draft,
        draft.target,
        draft.district,
        rest,
        place=net(draft.target, draft.district),
        kind=net(draft.kind.value),
        more=net(of, draft.item, str(estimate)),
        proof=net(draft.evidence, draft.evidence_sha256, draft.by),
        source=net(draft.origin, draft.replaces),
    )


def net(*columns: str | None) -> str:
    """The canonical form of some columns, as text."""
    return canonical(columns).decode()


def links(before: str, seq: int, casts: Sequence[Cast]) -> list[str]:
    """The hashes of entries that follow each other, the first of them the entry number `seq`, as `chain.link` tells."""
    hashes = []
    for number, (mould, uid, day, value, note, recorded_at) in enumerate(casts, seq):
        digits, noted = str(number), "-," if note is None else f"{_size(note)}:{note},"
        text = (
            f"{before}{len(digits)}:{digits},{len(uid)}:{uid},{mould.place}{len(day)}:{day},{mould.kind}"
            f"{len(value)}:{value},{mould.more}{noted}{mould.proof}{len(recorded_at)}:{recorded_at},{mould.source}"
        )
        before = sha256(text.encode()).hexdigest()
        hashes.append(before)
    return hashes


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
