"""Changes behind the tool's back, with sqlite3 and the triggers put back: named with the first wrong entry."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from wreck import ENTRIES, add, judge, lay_out, note, several, unguarded

from ordos_targets.domain.entries import GENESIS, NAMES
from ordos_targets.domain.hash_chain import entry_hash

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


@pytest.mark.parametrize("trigger", ["entries_are_not_updated", "entries_are_not_deleted", "entries_are_not_replaced"])
def test_a_guard_that_was_taken_away_is_named(path: Path, trigger: str) -> None:
    """A trigger that is not put back is missed by its name, and so is an index; what is foreign is named too."""
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"DROP TRIGGER {trigger}")
        db.execute("CREATE TABLE gifts (entry INTEGER)")
    found = judge(path.parent)
    assert (5, None, ALL) == (found.code, found.first, found.salvaged)
    assert [True, True] == [f"  {name} " in found.told.replace(",", " ") for name in (trigger, "gifts")]


def written_anew(path: Path, first: int) -> None:
    """Change an entry, and compute its hash and all that follow it anew: what whoever has the file can do."""
    with unguarded(path) as db:
        db.execute("UPDATE entries SET value = '2' WHERE seq = ?", (first,))
        db.row_factory = sqlite3.Row
        before = GENESIS
        for row in db.execute("SELECT * FROM entries ORDER BY seq").fetchall():
            before = entry_hash(before, dict(row))
            db.execute("UPDATE entries SET hash = ? WHERE seq = ?", (before, row["seq"]))


@pytest.mark.parametrize("what", ["written anew", "cut off"])
def test_only_an_anchor_knows_a_history_written_anew(path: Path, what: str) -> None:
    """A chain that was computed anew, or whose end was cut off, is whole in itself; an anchor kept elsewhere tells."""
    anchors = []
    for number in (20, 40):
        shutil.copy(path, path.with_name("whole.db"))
        with unguarded(path) as db:
            db.execute("DELETE FROM entries WHERE seq > ?", (number,))
        [(code, anchor, _)] = several(path.parent, ("verify", "--write-anchor", "-"))
        anchors.append(anchor)
        assert 0 == code
        shutil.copy(path.with_name("whole.db"), path)
    path.with_name("anchors").write_text("".join(anchors), encoding="utf-8")
    assert 0 == several(path.parent, ("verify", "--against", "anchors"))[0][0]
    if what == "written anew":
        written_anew(path, 30)
    else:
        with unguarded(path) as db:
            db.execute("DELETE FROM entries WHERE seq >= 30")
    alone, against = several(path.parent, ("verify",), ("verify", "--against", "anchors"))
    assert (0, 5) == (alone[0], against[0])
    assert ("problems found: 1.", True) == (against[2][against[2].index("problems") :][:18], "\n  #40: " in against[2])


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


def test_a_salvaged_ledger_begins_anew(path: Path) -> None:
    """What was saved of a damaged ledger becomes a new one by import, which is whole."""
    with unguarded(path) as db:
        db.execute("DELETE FROM entries WHERE seq = 30")
    saved, imported, verified = several(
        path.parent,
        ("export", "--salvage", "-o", "saved.jsonl"),
        ("--ledger", "new.db", "import", "saved.jsonl"),
        ("--ledger", "new.db", "verify"),
    )
    assert ([0, 0, 0], "") == ([saved[0], imported[0], verified[0]], saved[2] + imported[2] + verified[2])
    assert f"whole: {ENTRIES - 1} entries" in verified[1]
    assert note(30) not in path.with_name("saved.jsonl").read_text(encoding="utf-8")
