"""Entries made in a mould are hashed as any other."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ordos_targets.domain.entries import EntryKind, NewEntry
from ordos_targets.domain.hash_chain import GENESIS, HASHED, entry_hash
from ordos_targets.domain.mould import RESTS, Cast, Mould, links

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
MAYBE = st.none() | TEXT


@given(
    drafts=st.lists(
        st.builds(
            NewEntry,
            target=TEXT,
            district=MAYBE,
            date=st.just(date(2025, 6, 30)),
            kind=st.sampled_from(EntryKind),
            of=st.none() | st.decimals(0, 10**9, places=4),
            item=MAYBE,
            estimate=st.booleans(),
            note=MAYBE,
            evidence=MAYBE,
            evidence_sha256=MAYBE,
            by=TEXT,
            origin=TEXT,
            replaces=MAYBE,
        ),
        min_size=1,
        max_size=4,
    ),
    seq=st.integers(1, 10**6),
)
def test_a_mould_changes_no_hash(drafts: list[NewEntry], seq: int) -> None:
    """Whatever entries hold, the chain through many at once is the one that goes through each."""
    casts: list[Cast] = [(Mould(one), "u-1", "2025-06-30", "0.5", one.note, "2025-07-05T00:00Z") for one in drafts]
    expected, before = [], GENESIS
    for number, (mould, uid, day, value, note, moment) in enumerate(casts, seq):
        own = {"seq": number, "uid": uid, "date": day, "value": value, "note": note, "recorded_at": moment}
        row = {"target": mould.target, "district": mould.district} | own | dict(zip(RESTS, mould.rest, strict=True))
        assert set(HASHED) == set(row)
        before = entry_hash(before, row)
        expected.append(before)
    assert expected == links(GENESIS, seq, casts)
