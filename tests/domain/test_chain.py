"""The hash chain, computed here by hand, as any other program would."""

from __future__ import annotations

from hashlib import sha256

import pytest

from ordos_targets.domain.entries import GENESIS, HASHED, HASHED_BY_NAME, NAMES, Entry, NewEntry
from ordos_targets.domain.hash_chain import canonical_bytes, canonical_entry, entry_hash

ROW: dict[str, object] = {
    "seq": 1,
    "uid": "0197d2b3-8c00-7000-8000-000000000001",
    "target": "st-funding",
    "district": None,
    "date": "2025-06-30",
    "kind": "reading",
    "value": "200000000",
    "of": None,
    "item": None,
    "estimate": 0,
    "note": "据市科技局",
    "evidence": None,
    "evidence_sha256": None,
    "by": "王",
    "recorded_at": "2025-07-05T01:23:45.123456Z",
    "origin": "cli",
    "replaces": None,
}
# Length in bytes (three to a Chinese character), colon, text, comma; "-," for what is empty.
WRITTEN_OUT = (
    "1:1,"
    "36:0197d2b3-8c00-7000-8000-000000000001,"
    "10:st-funding,"
    "-,"
    "10:2025-06-30,"
    "7:reading,"
    "9:200000000,"
    "-,"
    "-,"
    "1:0,"
    "15:据市科技局,"
    "-,"
    "-,"
    "3:王,"
    "27:2025-07-05T01:23:45.123456Z,"
    "3:cli,"
    "-,"
)


def test_the_canonical_form_written_out() -> None:
    """Columns are netstrings in a fixed order, with lengths in bytes of UTF-8 and a mark for null."""
    assert WRITTEN_OUT.encode() == canonical_entry(ROW)


def test_the_first_hash() -> None:
    """It is SHA-256 of 64 zeros and the canonical form, in lower-case hex."""
    assert sha256(("0" * 64 + WRITTEN_OUT).encode()).hexdigest() == entry_hash(GENESIS, ROW)


def test_the_second_hash_covers_the_first() -> None:
    """The hash before is taken as 64 hex digits; another one before gives another hash after."""
    first = entry_hash(GENESIS, ROW)
    second = WRITTEN_OUT.replace("1:1,", "1:2,", 1)
    assert sha256((first + second).encode()).hexdigest() == entry_hash(first, ROW | {"seq": 2})
    assert entry_hash(first, ROW | {"seq": 2}) != entry_hash(GENESIS, ROW | {"seq": 2})


@pytest.mark.parametrize("name", HASHED)
def test_a_change_of_any_column_changes_the_hash(name: str) -> None:
    """The text, another text, an empty text and none at all are different to the hash, in every column."""
    variants: list[object] = [ROW[name], "changed", "", None]
    hashes = {entry_hash(GENESIS, ROW | {name: variant}) for variant in variants}
    assert len(set(variants)) == len(hashes)


def test_text_cannot_move_from_one_column_to_the_next() -> None:
    """What stands in a column cannot be made to look like the column after it."""
    forms = [("ab", ""), ("a", "b"), ("", "ab"), ("a,1:b", None), ("a", None), (None, "a"), ("-,", None)]
    assert len(forms) == len({canonical_bytes(form) for form in forms})


LATER = {"first_day": "2025-06-01", "state": "done", "will": "begin", "until": "2025-09-30"}


def test_columns_that_came_later_are_hashed_by_name_where_they_are_filled() -> None:
    """An empty one leaves the hash of an older entry as it is; a filled one stands behind, its name and its value."""
    assert canonical_entry(ROW) == canonical_entry(ROW | dict.fromkeys(LATER))
    written = WRITTEN_OUT + "9:first_day,10:2025-06-01,5:state,4:done,4:will,5:begin,5:until,10:2025-09-30,"
    assert written.encode() == canonical_entry(ROW | LATER)
    assert (WRITTEN_OUT + "4:will,5:begin,").encode() == canonical_entry(ROW | {"will": "begin"})


@pytest.mark.parametrize("name", HASHED_BY_NAME)
def test_a_change_of_any_later_column_changes_the_hash(name: str) -> None:
    """Filled, filled otherwise, with an empty text and not at all; and the same text in another column."""
    variants = [{name: "2025-06-01"}, {name: "2025-06-02"}, {name: ""}, {}]
    variants += [{other: "2025-06-01"} for other in HASHED_BY_NAME if other != name]
    assert len(variants) == len({entry_hash(GENESIS, ROW | variant) for variant in variants})


def test_every_column_but_the_hash_is_covered() -> None:
    """The columns hashed are those of an entry, in the ledger's order."""
    assert tuple(ROW) == HASHED
    assert (*HASHED, *HASHED_BY_NAME, "hash") == NAMES == Entry._fields
    assert {"seq", "uid", "recorded_at", "hash"} == set(NAMES) - set(NewEntry._fields)


def test_equal_values_of_other_types_are_other_values() -> None:
    """What is cached of one type is not taken for another: 1, 1.0 and True are equal, and hashed as what they are."""
    forms = {canonical_entry(ROW | {"estimate": value}) for value in (1, 1.0, True, "1.0")}
    assert [b"1:1,", b"3:1.0,", b"4:True,"] == sorted({form.split(b"-,-,")[1].split(b"15:")[0] for form in forms})
