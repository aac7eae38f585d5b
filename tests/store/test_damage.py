"""Damaged files: each damage is harmless or named, with the first wrong entry, and what can be read is saved."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from children import RECORD
from office import Office
from wreck import ENTRIES, LOG, PAGE, SALVAGE, STATUS, Judged, add, cells, judge, lay_out, place_of, rows, several

Tell = Callable[[str, object], None]
ALL = list(range(1, ENTRIES + 1))
SEED = 20250705
FLIPS = 400
COMMANDS = (("verify",), SALVAGE, LOG, STATUS, (*RECORD, "--dry-run"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of 60 entries on more than ten pages."""
    return lay_out(tmp_path / "office")


def with_page(content: bytes, page: int, new: bytes) -> bytes:
    return content[: page * PAGE] + new + content[(page + 1) * PAGE :]


@pytest.mark.parametrize("filler", [b"\x00", b"\xa5"], ids=["zeroed", "garbage"])
def test_any_lost_page_is_named_and_the_others_saved(path: Path, filler: bytes, record_property: Tell) -> None:
    """A lost page's first entry is named and its entries counted; unless it is the root, all others are saved."""
    content = path.read_bytes()
    pages = len(content) // PAGE
    for page in range(pages):
        path.write_bytes(with_page(content, page, filler * PAGE))
        found, gone = judge(path.parent), set(cells(content, page))
        root = page <= 1  # the page that names the tables, and the one the table of entries begins with
        assert (5, [] if root else [one for one in ALL if one not in gone]) == (found.code, found.salvaged)
        assert not gone or (min(gone), len(gone)) == (found.first, found.lost)
    record_property("fault", f"each page {filler!r}: {pages} tries, {pages} named")


@pytest.mark.slow
def test_a_torn_page_is_named_or_harmless(path: Path, record_property: Tell) -> None:
    """Half a page as it was before entries were added, half as it is after: named, or all entries are as they were."""
    old = path.read_bytes()
    add(path.parent, range(ENTRIES + 1, ENTRIES + 16))
    new, entries = path.read_bytes(), rows(path)
    counted: Counter[str] = Counter()
    for page in range(len(old) // PAGE):
        before, after = (content[page * PAGE : (page + 1) * PAGE] for content in (old, new))
        for half in {before[: PAGE // 2] + after[PAGE // 2 :], after[: PAGE // 2] + before[PAGE // 2 :]} - {after}:
            path.write_bytes(with_page(new, page, half))
            found = judge(path.parent)
            counted[str(found.code)] += 1
            assert found.code == 5 or entries == rows(path)[: len(entries)]
    tries = sum(counted.values())
    record_property("fault", f"torn pages: {tries} tries, {counted['5']} named, {counted['0']} harmless")
    assert (True, {"0", "5"}) == (tries > 3, {"0", "5"} | set(counted))


@pytest.mark.parametrize("rest", [0.05, 0.3, 0.6, 0.9, 0.999])
def test_a_cut_file_is_named_and_read_as_far_as_it_goes(path: Path, rest: float) -> None:
    """Of a file that was cut, the first missing entry is named, and those on the pages that are left are saved."""
    content = path.read_bytes()
    left = content[: int(len(content) * rest)]
    path.write_bytes(left)
    found = judge(path.parent)
    whole = {number for page in range(1, len(left) // PAGE) for number in cells(left, page)}
    saved = [one for one in ALL if one in whole]
    assert (5, len(saved) + 1, saved) == (found.code, found.first, found.salvaged[: len(saved)])


@pytest.mark.parametrize(("right", "wrong"), [(b"<30>", b"<31>"), (b"<30>", b"<3\xff>"), (b"increment", b"incrEment")])
def test_a_byte_of_an_entry_is_named(path: Path, right: bytes, wrong: bytes) -> None:
    """An entry in which one byte was changed is named, whether it still is a text or not, and all others are saved."""
    content = path.read_bytes()
    at = content.index(right, place_of(content, 30)[1])
    path.write_bytes(content[:at] + wrong + content[at + len(right) :])
    found = judge(path.parent)
    assert (5, 30) == (found.code, found.first)
    assert set(ALL) - {30} == set(found.salvaged) - {30}


def test_a_trigger_that_is_no_text_any_more_is_named(office: Office) -> None:
    """A byte that is no UTF-8 in the words of a trigger makes every entry refused, as damage."""
    path = lay_out(office.folder)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"replaces = new.replaces)", b"replaces = ne\xab.replaces)"))
    assert {5} == {office.run(*arguments).code for arguments in (("verify",), RECORD)}


@pytest.mark.slow
def test_any_byte_is_named_or_harmless(office: Office, record_property: Tell) -> None:
    """Whatever byte becomes whatever other, verify names it or every entry is as it was; none fails unexpectedly."""
    path = lay_out(office.folder)
    content, dice = path.read_bytes(), random.Random(SEED)  # noqa: S311 - places, not secrets
    entries = office.run(*COMMANDS[1]).out
    counted: Counter[str] = Counter()
    for _ in range(FLIPS):
        at, byte = dice.randrange(len(content)), dice.randrange(256)
        path.write_bytes(content[:at] + bytes([byte]) + content[at + 1 :])
        verified, salvaged, *others = [office.run(*arguments) for arguments in COMMANDS]
        where = f"byte {at} from {content[at]} to {byte}"
        assert (where, set()) == (where, {ran.code for ran in (verified, salvaged, *others)} - {0, 5})
        assert (where, True) == (where, verified.code == 5 or salvaged.out == entries)
        counted["named" if verified.code else "harmless"] += 1
    record_property("fault", f"bytes changed: {FLIPS} tries, {counted['named']} named, {counted['harmless']} harmless")
    assert 0 < counted["named"]


def tail_in_log(path: Path, added: int) -> Path:
    """A folder with the ledger a crash left: `added` further entries, one a transaction, are in the log alone."""
    crashed = path.parent.parent / "crashed"
    crashed.mkdir()
    holder = sqlite3.connect(path)
    holder.execute("SELECT count(*) FROM entries").fetchone()  # as long as it is open nobody empties the log
    for number in range(added):
        add(path.parent, [ENTRIES + 1 + number])
    for name in ("progress.db", "progress.db-wal", "targets.toml"):
        shutil.copy(path.with_name(name), crashed)
    holder.close()
    return crashed


def test_a_log_left_behind_is_taken_in(path: Path) -> None:
    """What a crash left in the log is there, although a page of the ledger that the log holds anew was torn."""
    crashed = tail_in_log(path, 5)
    ledger = crashed / "progress.db"
    content = ledger.read_bytes()
    last, _ = place_of(content, ENTRIES)
    ledger.write_bytes(with_page(content, last, content[last * PAGE : last * PAGE + PAGE // 2] + bytes(PAGE // 2)))
    found = judge(crashed)
    assert (0, list(range(1, ENTRIES + 6)), (0, 0, 0)) == (found.code, found.salvaged, found.others)


@pytest.mark.slow
def test_a_damaged_log_loses_whole_entries_and_an_anchor_tells(path: Path, record_property: Tell) -> None:
    """A log that was cut or garbled gives the entries before the damage, none by half; an anchor misses the others."""
    crashed = tail_in_log(path, 8)
    log = crashed / "progress.db-wal"
    ledger, content = (crashed / "progress.db").read_bytes(), log.read_bytes()
    [(_, anchor, _)] = several(path.parent, ("verify", "--write-anchor", "-"))
    (crashed / "anchor").write_text(anchor, encoding="utf-8")
    dice, kept = random.Random(SEED), []  # noqa: S311 - places, not secrets
    for number in range(12):
        at = dice.randrange(len(content))
        harmed = content[:at] if number % 2 else content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        (crashed / "progress.db").write_bytes(ledger)
        log.write_bytes(harmed)
        (crashed / "progress.db-shm").unlink(missing_ok=True)
        found = judge(crashed, "--against", "anchor")
        kept.append(len(found.salvaged))
        assert list(range(1, len(found.salvaged) + 1)) == found.salvaged
        assert (0 if len(found.salvaged) == ENTRIES + 8 else 5) == found.code
        assert [0] == [code for code, _, _ in several(crashed, ("verify",))]
    record_property("fault", f"log cut or garbled: {len(kept)} tries, {min(kept)} to {max(kept)} of {ENTRIES + 8} kept")


def test_a_log_without_its_ledger_is_kept(path: Path) -> None:
    """Where the ledger is gone and its log is not, nothing is read as empty, nothing is written, the log stays."""
    crashed = tail_in_log(path, 5)
    aside = (crashed / "progress.db").rename(crashed / "aside.db")
    log = (crashed / "progress.db-wal").read_bytes()
    for empty in (False, True):
        if empty:
            (crashed / "progress.db").touch()
        found = judge(crashed)
        assert (5, True, (5, 5, 5)) == (found.code, "progress.db-wal is the log of" in found.told, found.others)
        assert log == (crashed / "progress.db-wal").read_bytes()
    aside.rename(crashed / "progress.db")
    assert list(range(1, ENTRIES + 6)) == judge(crashed).salvaged


def restored(path: Path, how: str, between: int) -> tuple[Path, Judged]:
    """A copy in the place of a ledger that crashed `between` entries later, with the crashed one's log beside it."""
    copy = path.parent / "copy.db"
    if how == "backup":
        assert [0] == [code for code, _, _ in several(path.parent, ("backup", "copy.db"))]
    else:
        shutil.copy(path, copy)
    add(path.parent, range(1001, 1001 + between))
    crashed = tail_in_log(path, 5)
    shutil.copy(copy, crashed / "progress.db")
    return crashed, judge(crashed)


@pytest.mark.slow
@pytest.mark.parametrize("between", [0, 1, 30])
def test_the_log_of_another_state_is_not_written_into_a_backup(path: Path, between: int) -> None:
    """Beside a backup that was put back, the crashed ledger's log is refused; moved away, the backup is whole."""
    crashed, found = restored(path, "backup", between)
    assert (5, True, (5, 5, 5)) == (found.code, "progress.db-wal is the log of" in found.told, found.others)
    (crashed / "progress.db-wal").rename(crashed / "aside")
    assert (0, ALL, (0, 0, 0)) == ((found := judge(crashed)).code, found.salvaged, found.others)


@pytest.mark.slow
@pytest.mark.parametrize("between", [0, 1, 7, 30])
def test_the_log_of_another_state_beside_a_plain_copy_is_named(path: Path, between: int) -> None:
    """A copy made without `backup` looks like the log's own ledger; if not all entries come of it, verify says so."""
    crashed, found = restored(path, "cp", between)
    later = [*range(1001, 1001 + between), *range(ENTRIES + 1, ENTRIES + 6)]
    assert (found.code, True) == (found.code, found.code == 5 or [*ALL, *later] == found.salvaged)
    assert {0: 0, 30: 5}.get(between, found.code) == found.code
    for left in crashed.glob("progress.db*"):
        left.unlink()
    shutil.copy(path.parent / "copy.db", crashed / "progress.db")
    assert (0, ALL) == ((found := judge(crashed)).code, found.salvaged)
