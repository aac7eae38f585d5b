"""Entries that are alike: they share all but number, uid, day, figure, note and moment, as the rows of a file do.

What such entries share is brought into the form in which they are hashed (see `chain`) once, not for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from ordos_targets.domain.entries import NewEntry, text_of
from ordos_targets.domain.hash_chain import canonical_bytes

# The columns that are shared, but for target and district, and how they are kept.
RESTS = ("kind", "of", "item", "estimate", "evidence", "evidence_sha256", "by", "origin", "replaces")


class Mould:
    """What entries that are alike share: all that `draft` says, but for day, figure and note. Each is its own equal.

    `rest` is what the columns of RESTS hold.

    The parts of their canonical form: `place` is target and district, `kind` the kind, `more` what stands between
    figure and note, `proof` what stands between note and moment, `source` what stands behind it.
    """

    __slots__ = ("district", "draft", "kind", "more", "place", "proof", "rest", "source", "target")

    def __init__(self, draft: NewEntry) -> None:
        of, estimate = text_of(draft.of), int(draft.estimate)
        self.draft = draft
        self.target, self.district = draft.target, draft.district
        self.rest: tuple[str | int | None, ...] = (
            draft.kind.value, of, draft.item, estimate, draft.evidence, draft.evidence_sha256, draft.by, draft.origin,
            draft.replaces,
        )  # fmt: skip
        self.place = net(draft.target, draft.district)
        self.kind = net(draft.kind.value)
        self.more = net(of, draft.item, str(estimate))
        self.proof = net(draft.evidence, draft.evidence_sha256, draft.by)
        self.source = net(draft.origin, draft.replaces)


# An entry made in a mould: that, its uid, day, value, note and moment of recording, all as the ledger keeps them (a
# day is an ISO date, a value a plain decimal). A plain tuple, for there may be millions.
Cast = tuple[Mould, str, str, str, str | None, str]


def net(*columns: str | None) -> str:
    """The canonical form of some columns, as text."""
    return canonical_bytes(columns).decode()


def links(before: str, seq: int, casts: Sequence[Cast]) -> list[str]:
    """The hashes of entries that follow each other, the first of them the entry number `seq`, as `chain.link` tells."""
    hashes = []
    for number, (mould, uid, day, value, note, recorded_at) in enumerate(casts, seq):
        digits = str(number)
        noted = "-," if note is None else f"{len(note) if note.isascii() else len(note.encode())}:{note},"
        text = (
            f"{before}{len(digits)}:{digits},{len(uid)}:{uid},{mould.place}{len(day)}:{day},{mould.kind}"
            f"{len(value)}:{value},{mould.more}{noted}{mould.proof}{len(recorded_at)}:{recorded_at},{mould.source}"
        )
        before = sha256(text.encode()).hexdigest()
        hashes.append(before)
    return hashes
