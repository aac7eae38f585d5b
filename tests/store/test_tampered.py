"""Changes behind the tool's back, with sqlite3 and the triggers put back: named with the first wrong entry."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from wreck import ENTRIES, add, judge, lay_out, several, unguarded

from ordos_targets.domain.entries import NAMES

Tell = Callable[[str, object], None]
ALL = list(range(1, ENTRIES + 1))
HIGHEST = 2**63 - 1
COLUMNS = ", ".join(f'"{name}"' for name in NAMES if name not in {"seq", "uid"})
# A copy of entry 3 under another number.
COPY = f"INSERT INTO entries (seq, uid, {COLUMNS}) SELECT {{seq}}, '{{seq}}', {COLUMNS} FROM entries WHERE seq = 3"


def renumbered(first: int) -> tuple[str, str]:
    """Statements that make room before an entry."""
    return (
        f"UPDATE entries SET seq = -seq WHERE seq >= {first}",
        "UPDATE entries SET seq = 1 - seq WHERE seq < 0",
    )


# What was done, with which statements, and the first entry that verify must name.
TAMPERED: dict[str, tuple[tuple[str, ...], int]] = {
    "a value changed": (("UPDATE entries SET value = '2' WHERE seq = 30",), 30),
    "a note emptied": (("UPDATE entries SET note = NULL WHERE seq = 30",), 30),
    "a day changed": (("UPDATE entries SET date = '2025-06-29' WHERE seq = 30",), 30),
    "an author changed": (("UPDATE entries SET \"by\" = 'eve' WHERE seq = 30",), 30),
    "a moment changed": (("UPDATE entries SET recorded_at = '2024-01-01T00:00:00.000000Z' WHERE seq = 30",), 30),
    "a hash changed": (("UPDATE entries SET hash = hex(zeroblob(32)) WHERE seq = 30",), 30),
    "the first removed": (("DELETE FROM entries WHERE seq = 1",), 1),
    "one removed": (("DELETE FROM entries WHERE seq = 30",), 30),
    "several removed": (("DELETE FROM entries WHERE seq BETWEEN 30 AND 39",), 30),
    "one removed, the others moved up": (
        ("DELETE FROM entries WHERE seq = 30", "UPDATE entries SET seq = seq - 1 WHERE seq > 30"),
        30,
    ),
    "two exchanged": (
        (
            "UPDATE entries SET seq = -30 WHERE seq = 30",
            "UPDATE entries SET seq = 30 WHERE seq = 31",
            "UPDATE entries SET seq = 31 WHERE seq = -30",
        ),
        30,
    ),
    "one put in between": ((*renumbered(30), COPY.format(seq=30)), 30),
    "one put before the first": ((COPY.format(seq=0),), 1),
    "one put far before the first": ((COPY.format(seq=-(2**63)),), 1),
    "one appended": ((COPY.format(seq=ENTRIES + 1),), ENTRIES + 1),
    "one appended at the highest number": ((COPY.format(seq=HIGHEST),), ENTRIES + 1),
    "a number nobody can print": (
        (COPY.format(seq=ENTRIES + 1), f"UPDATE entries SET value = '1e999999999' WHERE seq > {ENTRIES}"),
        ENTRIES + 1,
    ),
    "no number": (
        (COPY.format(seq=ENTRIES + 1), f"UPDATE entries SET value = 'sNaN' WHERE seq > {ENTRIES}"),
        ENTRIES + 1,
    ),
    "no text": (("UPDATE entries SET note = CAST(x'ff41' AS TEXT) WHERE seq = 30",), 30),
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of 60 entries."""
    return lay_out(tmp_path / "office")


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_done_behind_our_back_is_named(path: Path, what: str, record_property: Tell) -> None:
    """verify names the first wrong entry, and all entries that were not touched are saved."""
    statements, first = TAMPERED[what]
    with unguarded(path) as db:
        for statement in statements:
            db.execute(statement)
    found = judge(path.parent)
    assert (5, first) == (found.code, found.first)
    touched = range(30, 40) if first == 30 else range(1, 4)
    assert set(ALL) - set(touched) <= set(found.salvaged)
    record_property("fault", f"behind the tool's back, {what}: named")


def test_two_machines_ledgers_merged_by_hand_are_named(path: Path, tmp_path: Path) -> None:
    """Entries of another ledger put behind ours with shifted numbers: the first of them is named, all can be read.

    `import` is the way to do it: it takes what the other has, and verify passes.
    """
    shutil.copytree(path.parent, tmp_path / "theirs")
    add(tmp_path / "theirs", range(101, 111), by="Wang")
    add(path.parent, range(201, 206))
    theirs = tmp_path / "theirs" / "progress.db"
    shutil.copy(path, tmp_path / "ours.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("ATTACH ? AS theirs", (str(theirs),))
        db.execute(f"INSERT INTO entries SELECT seq + 5, uid, {COLUMNS} FROM theirs.entries WHERE seq > {ENTRIES}")
    found = judge(path.parent)
    assert (5, ENTRIES + 6, (0, 0, 0)) == (found.code, found.first, found.others)
    both = [*ALL, *range(201, 206), *range(101, 111)]
    assert both == found.salvaged
    shutil.copy(tmp_path / "ours.db", path)
    several(theirs.parent, ("export", "-o", str(path.with_name("theirs.jsonl"))))
    [(code, _, err)] = several(path.parent, ("import", "theirs.jsonl"))
    assert (0, "") == (code, err)
    assert (0, both) == ((found := judge(path.parent)).code, found.salvaged)
