"""What is called sound at a glance is what the walk, entry by entry, finds nothing in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordos_targets.domain.forms import are_numbers
from ordos_targets.domain.hash_chain import GENESIS, HASHED, ChainVerifier, entry_hash
from ordos_targets.domain.sound import is_sound

UID = "0197be22-2c00-757c-b352-2f9e5cfceb8a"
MOMENT = "2025-07-01T12:00:00.000000Z"
NUMBERS = ("0", "7", "-3", "0.5", "-0.0001", "123456789012345.6789", "100", "20.01")
TEXTS = st.none() | st.sampled_from(["", "公园", "a,b", "3:abc,", "n" * 250, "\0", "é"]) | st.text(max_size=9)
# Each of them may come where a text or a number of ours is to stand, in a file that somebody changed.
STRANGE = (
    "-0", "1e3", "1.50", "01", "1.", ".5", "+1", "１", "NaN", "1" * 16, "0.00001", "7,7", "7\n", "2025-6-1", "20250601",
    "2025-W01-1", "2025-02-30", "voidd", UID.upper(), UID + "0", MOMENT[:-1], MOMENT.replace("2", "２"), "", "0", None,
    0, 1, 2, -1, 1.0, 0.5, True, b"1", b"increment",
)  # fmt: skip


def chained(contents: list[dict[str, Any]], before: str = GENESIS) -> list[tuple[Any, ...]]:
    """Rows as the ledger keeps them, each hashed after the one before it."""
    rows = []
    for content in contents:
        before = entry_hash(before, content)
        rows.append((*(content[name] for name in HASHED), before))
    return rows


@st.composite
def entries(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The contents of some entries of one ledger; texts that come again and texts that do not."""
    first = draw(st.integers(1, 12) | st.sampled_from([98, 99_999]))
    texts = {name: draw(st.sampled_from([None, "east", "东"])) for name in ("target", "district", "by", "origin")}
    found = []
    for number in range(first, first + draw(st.integers(1, 12))):
        varied = {name: draw(TEXTS) for name in ("note", "evidence", "evidence_sha256", "item", "replaces")}
        found.append(
            dict.fromkeys(HASHED) | texts | varied | {
                "seq": number, "uid": UID, "recorded_at": MOMENT, "kind": draw(st.sampled_from(["increment", "void"])),
                "target": draw(st.sampled_from(["parks", "roads"])), "date": str(draw(st.dates(date(1900, 1, 1)))),
                "value": draw(st.none() | st.sampled_from(NUMBERS)), "of": draw(st.none() | st.sampled_from(NUMBERS)),
                "estimate": draw(st.integers(0, 1)),
            }
        )  # fmt: skip
    return found


def walked(rows: list[tuple[Any, ...]], number: int, before: str) -> list[object]:
    """What the walk finds in rows, the first of which is to have this number and follow this hash."""
    walk = ChainVerifier()
    walk.head, walk._expected = before, number  # noqa: SLF001 - as if it had come so far
    return list(walk.findings(rows))


@given(entries(), st.sampled_from([GENESIS, "f" * 64]))
def test_what_was_written_is_sound(contents: list[dict[str, Any]], before: str) -> None:
    """Any entries, chained, are sound after the hash that they follow, and the walk agrees."""
    rows, number = chained(contents, before), contents[0]["seq"]
    assert (True, []) == (is_sound(rows, number, before), walked(rows, number, before))


@given(entries(), st.data())
def test_a_changed_cell_is_never_called_sound_where_the_walk_finds_it(
    contents: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Whatever is put in the place of a cell, with the chain as it was or hashed anew, no finding is passed over."""
    number = contents[0]["seq"]
    place = data.draw(st.integers(0, len(contents) - 1))
    name = data.draw(st.sampled_from((*HASHED, "hash")))
    cell = data.draw(st.sampled_from(STRANGE) | TEXTS)
    if data.draw(st.booleans()) and name != "hash":
        rows = chained([*contents[:place], contents[place] | {name: cell}, *contents[place + 1 :]])
    else:
        rows = chained(contents)
        changed = dict(zip((*HASHED, "hash"), rows[place], strict=True)) | {name: cell}
        rows[place] = tuple(changed.values())
    found = walked(rows, number, GENESIS) if isinstance(rows[place][0], int | None) else ["no number"]
    assert not (is_sound(rows, number, GENESIS) and found)


@pytest.mark.parametrize("name", HASHED)
def test_a_change_of_any_column_is_seen(name: str) -> None:
    """One cell of the second of three entries changed, the chain left: not sound."""
    content = dict.fromkeys(HASHED) | {
        "uid": UID, "target": "parks", "date": "2025-06-30", "kind": "increment", "value": "1", "estimate": 0,
        "by": "Li", "recorded_at": MOMENT, "origin": "cli",
    }  # fmt: skip
    rows = chained([content | {"seq": number} for number in (1, 2, 3)])
    changed = dict(zip((*HASHED, "hash"), rows[1], strict=True))
    changed[name] = 1 if isinstance(changed[name], int) else "2"
    assert is_sound(rows, 1, GENESIS)
    assert not is_sound([rows[0], tuple(changed.values()), rows[2]], 1, GENESIS)


@pytest.mark.parametrize("name", ["date", "kind", "uid", "recorded_at"])
def test_an_empty_cell_that_must_not_be_is_never_sound(name: str) -> None:
    """However well it is hashed, an entry without a day, a kind, a uid or a moment is none."""
    content = dict.fromkeys(HASHED) | {
        "seq": 1, "uid": UID, "target": "parks", "date": "2025-06-30", "kind": "item", "estimate": 0, "by": "Li",
        "recorded_at": MOMENT, "origin": "cli",
    }  # fmt: skip
    assert is_sound(chained([content]), 1, GENESIS)
    assert not is_sound(chained([content | {name: None}]), 1, GENESIS)


@pytest.mark.parametrize(
    ("name", "cells"), [("uid", (UID[:-1], UID + "0")), ("value", ("7,7", "7")), ("value", ("7,", "7"))]
)
def test_cells_are_judged_each_by_itself(name: str, cells: tuple[str, str]) -> None:
    """Two cells that together look like what two cells should be are not sound, nor in form, however well hashed."""
    content = dict.fromkeys(HASHED) | {
        "uid": UID, "target": "parks", "date": "2025-06-30", "kind": "increment", "value": "1", "estimate": 0,
        "by": "Li", "recorded_at": MOMENT, "origin": "cli",
    }  # fmt: skip
    rows = chained([content | {"seq": number, name: cell} for number, cell in enumerate(cells, 1)])
    assert not is_sound(rows, 1, GENESIS)
    assert name == "uid" or not are_numbers(cells)


def test_the_place_of_a_run_is_part_of_it() -> None:
    """Another number to begin with, another hash before, or an entry left out: not sound."""
    content = dict.fromkeys(HASHED) | {
        "uid": UID, "target": "parks", "date": "2025-06-30", "kind": "item", "estimate": 1, "recorded_at": MOMENT,
        "by": "Li", "origin": "cli",
    }  # fmt: skip
    rows = chained([content | {"seq": number} for number in (1, 2, 3)])
    judged = (
        is_sound(rows, 1, GENESIS), is_sound(rows[1:], 2, rows[0][-1]), is_sound(rows, 2, GENESIS),
        is_sound(rows, 1, "f" * 64), is_sound([rows[0], rows[2]], 1, GENESIS), is_sound(rows[::-1], 1, GENESIS),
    )  # fmt: skip
    assert (True, True, False, False, False, False) == judged


def test_a_walk_along_runs_tells_what_a_walk_by_rows_tells() -> None:
    """Sound runs before and after one that is not: the same findings, count and head either way."""
    content = dict.fromkeys(HASHED) | {
        "uid": UID, "target": "parks", "date": "2025-06-30", "kind": "item", "estimate": 1, "recorded_at": MOMENT,
        "by": "Li", "origin": "cli",
    }  # fmt: skip
    rows = chained([content | {"seq": number} for number in range(1, 31)])
    rows[14] = (*rows[14][:10], "changed", *rows[14][11:])
    del rows[20:22]
    by_rows, along = ChainVerifier(), ChainVerifier()
    findings = list(by_rows.findings(rows))
    assert findings == list(along.along([rows[:10], rows[10:20], rows[20:25], rows[25:]]))
    assert [15, 21] == [one.seq for one in findings]
    assert (28, rows[-1][-1]) == (along.entries, along.head) == (by_rows.entries, by_rows.head)
