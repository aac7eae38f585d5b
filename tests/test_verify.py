"""`verify`, anchors, `backup` and what can be salvaged, through the command line."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from children import GOALS
from office import Office, Ran
from programs import program
from wreck import unguarded

from ordos_targets.domain.entries import GENESIS, HASHED, NAMES
from ordos_targets.domain.hash_chain import ChainVerifier, IntegrityProblem, entry_hash


@pytest.fixture
def desk(office: Office) -> Office:
    """Six entries: five figures and a void of the fourth."""
    office.write(GOALS)
    for number in range(1, 6):
        ran = office.run("record", "parks", str(number), "--date", "2025-06-30", "--note", f"number {number}")
        assert (0, "") == (ran.code, ran.err)
    assert 0 == office.run("void", "4", "--why", "typed twice").code
    return office


def head(office: Office, ledger: str = "progress.db") -> str:
    found: str = office.json("--ledger", ledger, "status")["ledger"]["head"]
    return found


def rehash(db: sqlite3.Connection) -> None:
    """Give every entry the hash that its content asks for, as a forger who knows the chain would."""
    before = GENESIS
    names = ", ".join(f'"{name}"' for name in HASHED)
    for row in db.execute(f"SELECT {names} FROM entries ORDER BY seq").fetchall():
        facts = dict(zip(HASHED, row, strict=True))
        before = entry_hash(before, facts)
        db.execute("UPDATE entries SET hash = ? WHERE seq = ?", (before, facts["seq"]))


def told(ran: Ran) -> tuple[int, list[str]]:
    """The exit code of a refusal and what it lists, by place."""
    return ran.code, [line.strip().split(":")[0] for line in ran.err.splitlines()[1:]]


def test_a_ledger_that_is_whole_is_said_to_be(desk: Office) -> None:
    """The count and the head are those of the status."""
    assert Ran(0, f"The ledger is intact: 6 entries, head {head(desk)}.\n", "") == desk.run("verify")


def test_a_ledger_that_is_not_there_is_whole(office: Office) -> None:
    """Before the first entry there is nothing wrong, and nothing is made by looking."""
    office.write(GOALS)
    assert (0, True) == ((ran := office.run("verify")).code, "0 entries" in ran.out)
    assert ["targets.toml"] == [path.name for path in office.folder.iterdir()]


def test_everything_after_the_first_damage_is_not_vouched_for(desk: Office) -> None:
    """The refusal says how many entries are sound, as data too."""
    with unguarded(desk.folder / "progress.db") as db:
        db.execute("UPDATE entries SET value = '9' WHERE seq = 3")
    failure = desk.run("verify").err
    assert "Its first 2 entries can be trusted" in failure


@pytest.mark.parametrize("harm", ["UPDATE entries SET value = '9' WHERE seq = 3", "DELETE FROM entries WHERE seq > 3"])
def test_history_written_anew_or_cut_off_is_caught_by_a_head_or_an_anchor(harm: str, desk: Office) -> None:
    """A chain computed anew or cut passes `verify` alone; the first head or anchor that it contradicts is named."""
    kept = head(desk)
    shutil.copy(desk.folder / "progress.db", desk.folder / "earlier.db")
    with unguarded(desk.folder / "earlier.db") as db:
        db.execute("DELETE FROM entries WHERE seq > 2")
    anchors = [
        desk.run("--ledger", name, "verify", "--write-anchor", "-").out for name in ("earlier.db", "progress.db")
    ]
    (desk.folder / "anchors.jsonl").write_text("".join(anchors), encoding="utf-8")
    assert "matches 2 anchors" in desk.run("verify", "--against", "anchors.jsonl").out
    with unguarded(desk.folder / "progress.db") as db:
        db.execute(harm)
        rehash(db)
    assert 0 == desk.run("verify").code
    assert [5, 5] == [desk.run("verify", "--head", kept[:size]).code for size in (16, 64)]
    assert (5, ["#6"]) == told(desk.run("verify", "--against", "anchors.jsonl"))


def test_a_ledger_that_went_on_agrees_with_its_old_heads(desk: Office) -> None:
    """New entries do not make an anchor, a head or an older status wrong."""
    kept = head(desk)
    assert 0 == desk.run("verify", "--write-anchor", "anchors.jsonl").code
    (desk.folder / "status.json").write_text(desk.run("status", "--format", "json").out, encoding="utf-8")
    assert 0 == desk.run("record", "parks", "1", "--date", "2025-06-30").code
    with (desk.folder / "anchors.jsonl").open("a", encoding="utf-8") as file:
        file.write(desk.run("verify", "--write-anchor", "-").out)
    assert 0 == desk.run("verify", "--head", kept).code
    assert "matches 2 anchors" in desk.run("verify", "--against", "anchors.jsonl").out
    assert "matches 1 anchor." in desk.run("verify", "--against", "status.json").out


def test_an_anchor_is_one_line_of_json(desk: Office) -> None:
    """What an auditor keeps: which goals, how many entries, the head, and when."""
    found = json.loads(desk.run("verify", "--write-anchor", "-").out)
    assert {
        "format": "ordos-targets/anchor", "version": 1, "title": "测试", "entries": 6, "head": head(desk),
        "date": "2026-01-20T08:00:00.000000Z",
    } == found  # fmt: skip


def test_of_a_damaged_ledger_no_anchor_is_written(desk: Office) -> None:
    """What is not whole is not vouched for, and an older anchor stays as it was."""
    assert 0 == desk.run("verify", "--write-anchor", "anchor.json").code
    before = (desk.folder / "anchor.json").read_bytes()
    with unguarded(desk.folder / "progress.db") as db:
        db.execute("UPDATE entries SET value = '9' WHERE seq = 3")
    assert 5 == desk.run("verify", "--write-anchor", "anchor.json").code
    assert before == (desk.folder / "anchor.json").read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        "", "{}", "[]", "not json", '{"entries": 1}', '{"ledger": 1}', '{"entries": true, "head": "a"}',
        '{"entries": 1, "head": "xyz"}', '{"entries": -1, "head": "' + "a" * 64 + '"}', "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_anchor_is_refused(text: str, desk: Office) -> None:
    """A file without a head and a count vouches for nothing, and is said to."""
    (desk.folder / "anchor.json").write_text(text, encoding="utf-8")
    assert 4 == desk.run("verify", "--against", "anchor.json").code
    assert 4 == desk.run("verify", "--against", "missing.json").code


@pytest.mark.parametrize("text", ["", "abc", "z" * 64, "0x" + "a" * 62])
def test_a_head_is_written_in_twelve_digits_at_least(text: str, desk: Office) -> None:
    """A few digits would fit by chance."""
    assert 2 == desk.run("verify", "--head", text).code


@pytest.mark.parametrize(
    ("harm", "name"),
    [
        ("DROP TRIGGER entries_are_not_updated", "entries_are_not_updated"),
        ("DROP TRIGGER entries_are_not_deleted", "entries_are_not_deleted"),
        ("DROP TRIGGER entries_are_not_replaced", "entries_are_not_replaced"),
        ("DROP INDEX entries_void", "entries_void"),
        ("CREATE TABLE gifts (entry INTEGER)", "gifts"),
        ("CREATE TRIGGER more BEFORE INSERT ON entries BEGIN SELECT 1; END", "more"),
        (("DROP TRIGGER entries_are_not_deleted; CREATE TRIGGER entries_are_not_deleted BEFORE DELETE ON entries "
          "BEGIN SELECT 1; END"), "entries_are_not_deleted"),
    ],
)  # fmt: skip
def test_a_guard_that_is_gone_is_missed(harm: str, name: str, desk: Office) -> None:
    """A missing, changed or foreign trigger, index or table is named; every entry is vouched for and can be read."""
    with closing(sqlite3.connect(desk.folder / "progress.db")) as db:
        db.executescript(harm)
    ran = desk.run("verify")
    assert (5, True, True) == (ran.code, f" {name} " in ran.err.replace(",", " "), "first 6 entries can be" in ran.err)
    assert 6 == desk.run("export", "--salvage", "--format", "jsonl").out.count('"uid"')


def test_references_lead_somewhere(desk: Office) -> None:
    """A void of nothing, of a void, or of a later entry is named, however well it is hashed."""
    with unguarded(desk.folder / "progress.db") as db:
        db.execute("UPDATE entries SET replaces = 'gone' WHERE seq = 6")
        rehash(db)
    assert (5, ["#6"]) == told(desk.run("verify"))


FORMS = {
    "value": "1e3", "of": "1.50", "date": "2025-6-1", "recorded_at": "yesterday", "uid": "7",
}  # fmt: skip


@pytest.mark.parametrize("column", FORMS)
def test_a_column_in_another_form_is_no_entry_of_ours(column: str, desk: Office) -> None:
    """Figures that are not exact, and days and uids that are none, are named even where the chain is whole."""
    with unguarded(desk.folder / "progress.db") as db:
        db.execute(f'UPDATE entries SET "{column}" = ? WHERE seq = 2', (FORMS[column],))
        rehash(db)
    code, places = told(desk.run("verify"))
    assert (5, "#2") == (code, places[0])


def test_a_walk_says_how_many_are_missing() -> None:
    """A gap of several entries is one finding with its ends."""
    row: dict[str, str | int | None] = dict.fromkeys(NAMES) | {
        "seq": 4, "uid": "0197be22-2c00-757c-b352-2f9e5cfceb8a", "date": "2025-06-30", "kind": "increment",
        "recorded_at": "2025-07-01T12:00:00.000000Z", "hash": "f" * 64,
    }  # fmt: skip
    [found] = ChainVerifier().problems([[*row.values()]])
    assert (1, "the entries 1 to 3 are missing") == (found.seq, str(found.message))
    assert isinstance(found, IntegrityProblem)


def damaged(path: Path, page: int) -> None:
    """Zero a page of a file."""
    with path.open("r+b") as file:
        file.seek(page * 4096)
        file.write(bytes(4096))


@pytest.fixture
def pages(office: Office) -> Office:
    """A ledger of 300 entries over many pages."""
    office.write(GOALS)
    rows = "".join(f"parks,1,2025-06-30,{number} {'n' * 300}\n" for number in range(300))
    (office.folder / "many.csv").write_text(f"target,value,date,note\n{rows}", encoding="utf-8")
    assert 0 == office.run("import", "many.csv", "-q").code
    return office


def test_what_can_be_read_of_a_damaged_ledger_is_saved(pages: Office) -> None:
    """A page that is gone is named; `export --salvage` brings the other entries to a new ledger and tells the loss."""
    with closing(sqlite3.connect(pages.folder / "progress.db")) as db:
        [root] = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entries'").fetchone()
    damaged(pages.folder / "progress.db", root + 12)
    found = pages.run("verify")
    assert (5, True) == (found.code, "can still be read" in found.err or "SQLite reports" in found.err)
    saved = pages.run("export", "--salvage", "-o", "saved.csv")
    assert 0 == saved.code
    again = pages.run("--ledger", "new.db", "import", "saved.csv")
    added = int(again.out.split(" added")[0].split()[-1])
    lost = [int(number) for number in re.findall(r"At least (\d+) entr", saved.err)]
    assert (300, True) == (added + sum(lost), added > 200)
    assert 0 == pages.run("--ledger", "new.db", "verify").code


def test_a_backup_is_whole_private_and_complete(desk: Office) -> None:
    """The copy is a ledger with the same head, readable by its owner alone, and one file."""
    assert Ran(0, "", "") == desk.run("backup", "copy.db")
    assert (head(desk), 0o600) == (head(desk, "copy.db"), stat.S_IMODE((desk.folder / "copy.db").stat().st_mode))
    assert 0 == desk.run("--ledger", "copy.db", "verify").code
    shutil.copy(desk.folder / "copy.db", desk.folder / "progress.db")
    assert 0 == desk.run("record", "parks", "1", "--date", "2025-06-30").code


@pytest.mark.parametrize(
    ("file", "code"), [("progress.db", 2), ("targets.toml", 2), ("missing/copy.db", 1), ("folder", 1)]
)
def test_a_backup_never_replaces_what_it_is_made_from(file: str, code: int, desk: Office) -> None:
    """Neither the ledger nor the goals are overwritten, and where nothing can be written it is said."""
    (desk.folder / "folder").mkdir()
    before = (desk.folder / "targets.toml").read_bytes(), head(desk)
    assert code == desk.run("backup", file).code
    assert before == ((desk.folder / "targets.toml").read_bytes(), head(desk))


def test_there_is_no_backup_of_nothing(office: Office) -> None:
    """Where no ledger is yet an empty copy would look like safety."""
    office.write(GOALS)
    assert (5, False) == (office.run("backup", "copy.db").code, (office.folder / "copy.db").exists())


def test_an_anchor_may_be_signed(desk: Office) -> None:
    """ssh-keygen signs an anchor and checks it, as the README says."""
    keygen = program("ssh-keygen")

    def sign(*arguments: str, text: bytes = b"") -> int:
        return subprocess.run(
            [keygen, *arguments], cwd=desk.folder, input=text, capture_output=True, check=False
        ).returncode

    desk.run("verify", "--write-anchor", "anchor.json")
    assert 0 == sign("-q", "-t", "ed25519", "-N", "", "-f", "key")
    assert 0 == sign("-Y", "sign", "-f", "key", "-n", "ordos-targets", "anchor.json")
    public = (desk.folder / "key.pub").read_text(encoding="utf-8")
    (desk.folder / "auditors").write_text(f"li {public}", encoding="utf-8")
    check = ("-Y", "verify", "-f", "auditors", "-I", "li", "-n", "ordos-targets", "-s", "anchor.json.sig")
    anchor = (desk.folder / "anchor.json").read_bytes()
    assert (0, True) == (sign(*check, text=anchor), sign(*check, text=anchor.replace(b"6", b"7")) != 0)


def test_what_is_shown_comes_from_chained_entries_alone(desk: Office) -> None:
    """The file holds no figure but those of its entries, and whatever of them changes a status is named by verify."""
    path = desk.folder / "progress.db"
    before = desk.run("status", "--format", "json").out
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        assert [("entries",)] == db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        db.execute("DROP VIEW current_entries")
        db.execute("CREATE VIEW current_entries AS SELECT * FROM entries LIMIT 0")
    assert before == desk.run("status", "--format", "json").out
    for column, value in (("value", "'9'"), ("date", "'2024-01-31'"), ("kind", "'reading'"), ("target", "'x'")):
        shutil.copy(path, desk.folder / "copy.db")
        with unguarded(desk.folder / "copy.db") as db:
            db.execute(f"UPDATE entries SET {column} = {value} WHERE seq = 3")
        assert before != desk.run("--ledger", "copy.db", "status", "--format", "json").out
        assert (5, "#3") == (told(ran := desk.run("--ledger", "copy.db", "verify"))[0], told(ran)[1][0])


def unindexed(path: Path) -> None:
    """Take three entries out of an index, so that a status by it would miss them."""
    change = "UPDATE sqlite_master SET sql = ? WHERE name = 'entries_by_target'"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        [made] = db.execute("SELECT sql FROM sqlite_master WHERE name = 'entries_by_target'").fetchone()
        db.execute("PRAGMA writable_schema = ON")
        db.execute(change, (f"{made} WHERE seq > 3",))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("REINDEX entries_by_target")
        db.execute("PRAGMA writable_schema = ON")
        db.execute(change, (made,))


@pytest.mark.parametrize(
    ("harm", "sign"), [(unindexed, "entries_by_target"), (lambda path: damaged(path, 30), "SQLite")]
)
def test_what_sqlite_finds_wrong_is_told(harm: Callable[[Path], None], sign: str, pages: Office) -> None:
    """An index that lacks entries, and a page that cannot be read, are named in SQLite's own words."""
    harm(pages.folder / "progress.db")
    ran = pages.run("verify")
    assert (5, True) == (ran.code, sign in ran.err)


def test_bytes_that_are_no_text_are_told(desk: Office) -> None:
    """A note kept as a blob holds the bytes that were hashed, and is no text all the same."""
    with unguarded(desk.folder / "progress.db") as db:
        [made] = db.execute("SELECT sql FROM sqlite_master WHERE name = 'entries'").fetchone()
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'entries'", (made.replace("STRICT", ""),))
    with unguarded(desk.folder / "progress.db") as db:
        db.execute("UPDATE entries SET note = CAST(note AS BLOB) WHERE seq = 2")
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'entries'", (made,))
    ran = desk.run("verify")
    assert (5, True) == (ran.code, "non-TEXT value in entries.note" in ran.err)
