"""What may pass between two ledgers, decided from facts alone."""

from __future__ import annotations

from itertools import product

import pytest
from domain.build import increment, numbered, uid
from hypothesis import given
from hypothesis import strategies as st

from ordos_targets.domain.entries import Entry, EntryKind, EntryRow
from ordos_targets.domain.sync import (
    COMPARED,
    Decision,
    Disagreement,
    Place,
    SyncContext,
    SyncDecision,
    content,
    decide,
    differences,
    merged,
    signed_for,
)

UUID = "0197be22-2c00-757c-b352-2f9e5cfceb8a"
[ENTRY] = [one._replace(uid=UUID) for one in numbered([increment("2025-06-30", "2")])]
VOID = ENTRY._replace(kind=EntryKind.VOID, value=None, replaces=uid(1))
AMENDED = ENTRY._replace(replaces=uid(1))
HELD, REFUSED = Decision.HELD, Decision.REFUSED
RULINGS: list[tuple[Entry, SyncContext, SyncDecision]] = [
    (ENTRY, SyncContext(), SyncDecision(Decision.PASS)),
    (ENTRY, SyncContext(allowed=False), SyncDecision(REFUSED)),
    (ENTRY, SyncContext(same=ENTRY._replace(seq=9, by="han", origin="sync:li")), SyncDecision(Decision.THERE)),
    (VOID, SyncContext(replaced=Place.STANDS), SyncDecision(Decision.PASS)),
    (VOID, SyncContext(replaced=Place.CANCELLED), SyncDecision(Decision.THERE)),
    (VOID, SyncContext(replaced=Place.CANCELLED, withheld=HELD, allowed=False), SyncDecision(Decision.THERE)),
    (VOID, SyncContext(replaced=Place.STANDS, withheld=HELD), SyncDecision(HELD, Disagreement.BUILDS_ON)),
    (VOID, SyncContext(replaced=Place.STANDS, withheld=REFUSED), SyncDecision(REFUSED)),
    (VOID, SyncContext(), SyncDecision(HELD, Disagreement.DANGLING)),
    (AMENDED, SyncContext(replaced=Place.CANCELLED), SyncDecision(Decision.PASS)),
    (AMENDED, SyncContext(replaced=Place.CANCELLED, rival=ENTRY), SyncDecision(HELD, Disagreement.AMENDED, ENTRY)),
    (
        AMENDED,
        SyncContext(replaced=Place.CANCELLED, withheld=HELD, rival=ENTRY),
        SyncDecision(HELD, Disagreement.BUILDS_ON),
    ),
    (AMENDED, SyncContext(replaced=Place.STANDS, allowed=False), SyncDecision(REFUSED)),
    (VOID._replace(replaces=None), SyncContext(), SyncDecision(HELD, Disagreement.MALFORMED)),
]


@pytest.mark.parametrize(("entry", "reception", "expected"), RULINGS)
def test_rulings(entry: Entry, reception: SyncContext, expected: SyncDecision) -> None:
    """Each case by its facts: there already, cancelled already, what it builds on, rights, rivals."""
    assert expected == decide(entry, reception)


def test_nothing_is_overwritten_and_nothing_refused_passes() -> None:
    """Whatever the other facts are: a uid that is there never passes, nor what one may not write."""
    facts = product([None, ENTRY, ENTRY._replace(note="x")], Place, [None, HELD, REFUSED], [None, ENTRY], [True, False])
    for same, replaced, withheld, rival, allowed in facts:
        reception = SyncContext(same=same, replaced=replaced, withheld=withheld, rival=rival, allowed=allowed)
        for entry in (ENTRY, VOID, AMENDED):
            passes = decide(entry, reception).verdict is Decision.PASS
            assert not (passes and (same is not None or not allowed))
            assert not (passes and entry.replaces and (withheld or rival or replaced is Place.ABSENT))


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_two_streams_side_by_side(ours: set[int], theirs: set[int]) -> None:
    """Every uid of either comes once, in order, beside its like where there is one."""

    def rows(numbers: set[int]) -> list[EntryRow]:
        return [(number, f"{number:02d}") for number in sorted(numbers)]

    found = list(merged(iter(rows(ours)), iter(rows(theirs))))
    expected = [
        ((number, f"{number:02d}") if number in ours else None, (number, f"{number:02d}") if number in theirs else None)
        for number in sorted(ours | theirs)
    ]
    assert expected == found


def test_what_is_compared_is_all_but_what_a_ledger_gives() -> None:
    """Number, uid, chain, moment, author and origin are each ledger's own; every other column must agree."""
    own = {"seq", "uid", "hash", "recorded_at", "by", "origin"}
    assert set(Entry._fields) - own == set(COMPARED)
    assert () == differences(ENTRY, ENTRY._replace(seq=7, recorded_at="x", hash="y", by="z", origin="o"))
    assert ("kind", "value", "replaces") == differences(ENTRY, VOID)
    row = tuple("abcdefghijklmnopqrstuv")
    assert tuple("cdefghijklmqrstu") == content(row)


def test_an_author_is_never_lost() -> None:
    """Signed by a login the author stands in the origin, and stays there from ledger to ledger."""
    entry = ENTRY._replace(by="李", origin="import:六月.csv")
    assert ("李", "import:六月.csv") == (signed_for(entry, None).by, signed_for(entry, None).origin)
    assert ("李", "import:六月.csv") == (signed_for(entry, "李").by, signed_for(entry, "李").origin)
    once = signed_for(entry, "office")
    assert ("office", "sync:李") == (once.by, once.origin)
    again = signed_for(entry._replace(by=once.by, origin=once.origin), "city")
    assert ("city", "sync:李") == (again.by, again.origin)
