"""What may pass between two ledgers, decided from facts alone."""

from __future__ import annotations

from itertools import product

import pytest
from domain.build import increment, numbered, uid
from hypothesis import given
from hypothesis import strategies as st

from ordos_targets.domain.entries import Entry, Kind, Stored
from ordos_targets.domain.sync import (
    COMPARED,
    Disagreement,
    Place,
    Reception,
    Ruling,
    Verdict,
    content,
    differences,
    merged,
    ruling,
    signed_for,
)

UUID = "0197be22-2c00-757c-b352-2f9e5cfceb8a"
[ENTRY] = [one._replace(uid=UUID) for one in numbered([increment("2025-06-30", "2")])]
VOID = ENTRY._replace(kind=Kind.VOID, value=None, replaces=uid(1))
AMENDED = ENTRY._replace(replaces=uid(1))
HELD, REFUSED = Verdict.HELD, Verdict.REFUSED
RULINGS: list[tuple[Entry, Reception, Ruling]] = [
    (ENTRY, Reception(), Ruling(Verdict.PASS)),
    (ENTRY, Reception(allowed=False), Ruling(REFUSED)),
    (ENTRY, Reception(same=ENTRY._replace(seq=9, by="han", origin="sync:li")), Ruling(Verdict.THERE)),
    (VOID, Reception(replaced=Place.STANDS), Ruling(Verdict.PASS)),
    (VOID, Reception(replaced=Place.CANCELLED), Ruling(Verdict.THERE)),
    (VOID, Reception(replaced=Place.CANCELLED, withheld=HELD, allowed=False), Ruling(Verdict.THERE)),
    (VOID, Reception(replaced=Place.STANDS, withheld=HELD), Ruling(HELD, Disagreement.BUILDS_ON)),
    (VOID, Reception(replaced=Place.STANDS, withheld=REFUSED), Ruling(REFUSED)),
    (VOID, Reception(), Ruling(HELD, Disagreement.DANGLING)),
    (AMENDED, Reception(replaced=Place.CANCELLED), Ruling(Verdict.PASS)),
    (AMENDED, Reception(replaced=Place.CANCELLED, rival=ENTRY), Ruling(HELD, Disagreement.AMENDED, ENTRY)),
    (AMENDED, Reception(replaced=Place.CANCELLED, withheld=HELD, rival=ENTRY), Ruling(HELD, Disagreement.BUILDS_ON)),
    (AMENDED, Reception(replaced=Place.STANDS, allowed=False), Ruling(REFUSED)),
    (VOID._replace(replaces=None), Reception(), Ruling(HELD, Disagreement.MALFORMED)),
]


@pytest.mark.parametrize(("entry", "reception", "expected"), RULINGS)
def test_rulings(entry: Entry, reception: Reception, expected: Ruling) -> None:
    """Each case by its facts: there already, cancelled already, what it builds on, rights, rivals."""
    assert expected == ruling(entry, reception)


def test_nothing_is_overwritten_and_nothing_refused_passes() -> None:
    """Whatever the other facts are: a uid that is there never passes, nor what one may not write."""
    facts = product([None, ENTRY, ENTRY._replace(note="x")], Place, [None, HELD, REFUSED], [None, ENTRY], [True, False])
    for same, replaced, withheld, rival, allowed in facts:
        reception = Reception(same=same, replaced=replaced, withheld=withheld, rival=rival, allowed=allowed)
        for entry in (ENTRY, VOID, AMENDED):
            passes = ruling(entry, reception).verdict is Verdict.PASS
            assert not (passes and (same is not None or not allowed))
            assert not (passes and entry.replaces and (withheld or rival or replaced is Place.ABSENT))


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_two_streams_side_by_side(ours: set[int], theirs: set[int]) -> None:
    """Every uid of either comes once, in order, beside its like where there is one."""

    def rows(numbers: set[int]) -> list[Stored]:
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
    row = tuple("abcdefghijklmnopq")
    assert tuple("cdefghijklmq") == content(row)


def test_an_author_is_never_lost() -> None:
    """Signed by a login the author stands in the origin, and stays there from ledger to ledger."""
    entry = ENTRY._replace(by="李", origin="import:六月.csv")
    assert ("李", "import:六月.csv") == (signed_for(entry, None).by, signed_for(entry, None).origin)
    assert ("李", "import:六月.csv") == (signed_for(entry, "李").by, signed_for(entry, "李").origin)
    once = signed_for(entry, "office")
    assert ("office", "sync:李") == (once.by, once.origin)
    again = signed_for(entry._replace(by=once.by, origin=once.origin), "city")
    assert ("city", "sync:李") == (again.by, again.origin)
