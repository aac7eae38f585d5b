"""`sync` as it is typed: what it prints in both languages, exit codes, JSON, and what a hostile ledger may not do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from children import GOALS, RECORD, run
from jsonschema import Draft202012Validator
from office import NOW, Office, Ran
from sync.ledgers import amended, more, void_of
from terminals import on_terminal

from ordos_targets.domain.entries import Entry, NewEntry
from ordos_targets.store.sqlite import SqliteLedger

GOLDEN = Path(__file__).parent.parent / "golden"
UID = "0197be22-2c00-757c-b352-2f9e5cfceb8a"
A_UID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def write(path: Path, *drafts: NewEntry, uid: str | None = None) -> list[Entry]:
    with SqliteLedger(path).writing() as book:
        return [book.append(draft, datetime(2025, 7, 1, 12, tzinfo=UTC), uid) for draft in drafts]


@pytest.fixture
def desk(office: Office) -> Office:
    """An entry in both ledgers, another in each, one amended in both, and one uid that says two things."""
    office.write(GOALS)
    here, there = office.folder / "progress.db", office.folder / "shared.db"
    [entry] = write(here, more(1))
    assert 0 == office.run("sync", "shared.db").code
    for path, value in ((here, 5), (there, 6)):
        write(path, void_of(entry), amended(entry, value))
        write(path, more(value)._replace(note="甲"[: value - 5]), uid=UID)
        write(path, more(value))
    return office


SHOWN = (
    ("sync", "shared.db", "--dry-run"), ("sync", "shared.db"), ("sync", "shared.db", "-q"), ("sync", "progress.db"),
    ("sync", "missing/shared.db"), ("sync", "targets.toml"),
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_it_says_is_in_its_golden_file(language: str, desk: Office, pytestconfig: pytest.Config) -> None:
    """Counts, conflicts, what to do next, and refusals; under --quiet the conflicts, which are a result."""
    told = []
    for arguments in SHOWN:
        ran = desk.run("--lang", language, *arguments)
        told.append(f"$ {' '.join(arguments)}\n{ran.out}{ran.err}exit {ran.code}\n")
    shown = A_UID.sub("00000000-0000-7000-8000-000000000000", "\n".join(told))
    path = GOLDEN / f"sync.{language}.txt"
    if pytestconfig.getoption("--update-golden"):
        path.write_text(shown, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == shown


def test_without_conflicts_it_is_one_line(office: Office) -> None:
    """What was done is one line, under --quiet nothing, and the exit code is 0."""
    office.write(GOALS)
    write(office.folder / "progress.db", more(1), more(2))
    write(office.folder / "shared.db", more(3))
    assert Ran(0, "2 sent, 1 received, 0 in conflict.\n", "") == office.run("sync", "shared.db")
    assert Ran(0, "", "") == office.run("sync", "shared.db", "--quiet")


def test_its_json_fits_its_schema(desk: Office) -> None:
    """Counts and conflicts for scripts, on stdout; that there are conflicts is an error on stderr, in JSON too."""
    schema = json.loads(desk.run("schema", "sync").out)
    for dry_run in (["--dry-run"], []):
        ran = desk.run("sync", "shared.db", *dry_run, "--format", "json")
        found = json.loads(ran.out)
        assert [] == [error.message for error in Draft202012Validator(schema).iter_errors(found)]
        assert ("ordos-targets/sync", 1, bool(dry_run)) == (found["format"], found["version"], found["dry_run"])
        counted = {"sent": 1, "received": 1, "known": 2, "refused": 0, "conflict_count": 2, "unknown": []}
        assert counted == {key: found[key] for key in counted}
        assert (4, "ledgers_disagree") == (ran.code, json.loads(ran.err)["error"]["code"])
    expected = [
        {"uid": UID, "target": "parks", "here": 4, "there": 4, "why": "content", "columns": ["value", "note"]},
        {"target": "parks", "here": 3, "there": 3, "why": "amended", "columns": []},
    ]
    assert expected == [found["conflicts"][0], {k: v for k, v in found["conflicts"][1].items() if k != "uid"}]


def test_its_conflicts_are_rows_for_a_spreadsheet_and_lines_for_a_pipe(desk: Office) -> None:
    """CSV and JSON Lines hold one conflict each."""
    [heading, first, second] = desk.run("sync", "shared.db", "--format", "csv").out.splitlines()
    assert "uid,target,here,there,why,columns" == heading
    assert (f"{UID},parks,4,4,content,value note", True) == (first, ",parks,3,3,amended," in second)
    lines = desk.run("sync", "shared.db", "--format", "jsonl").out.splitlines()
    assert ["content", "amended"] == [json.loads(line)["why"] for line in lines]


def test_what_came_and_is_not_in_the_goals_is_said(office: Office) -> None:
    """As `check` says it, and nothing is refused."""
    office.write(GOALS)
    write(office.folder / "shared.db", more(1)._replace(target="bridges", district="north"))
    ran = office.run("sync", "shared.db")
    said = "The entries received contain names that are not in targets.toml: target “bridges”, district “north”."
    assert (0, ["0 sent, 1 received, 0 in conflict.", said]) == (ran.code, ran.out.splitlines())
    assert 4 == office.run("check").code


def test_a_hostile_ledger_acts_on_nobody(office: Office) -> None:
    """Escapes in the names of its targets and in its uids are shown as codes."""
    office.write(GOALS)
    evil = "\x1b[31m\u202e[bold]"
    write(office.folder / "shared.db", more(1)._replace(target=evil))
    write(office.folder / "shared.db", more(2)._replace(target=evil), uid="\x1b]0;x")
    ran = office.run("sync", "shared.db")
    assert (4, set()) == (ran.code, set("\x1b\u202e") & set(ran.out + ran.err))
    assert "\\x1b]0;x" in ran.out


@pytest.mark.parametrize(
    "url", ["postgresql://li:s3cret@host/db", "postgres:li:s3cret@host/db", "host=h password=s3cret"]
)
def test_a_password_in_the_url_is_not_shown(url: str, office: Office) -> None:
    """Whatever becomes of the URL, what is said does not hold its password."""
    office.write(GOALS)
    ran = office.run("sync", url)
    assert (True, False) == (ran.code != 0, "s3cret" in ran.out + ran.err)


def test_the_other_ledger_is_as_typed_from_here(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path starts in the working directory, not beside the targets file."""
    office.write(GOALS)
    assert 0 == office.run(*RECORD).code
    below = office.folder / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    assert 0 == office.run("sync", "stick.db").code
    assert (True, False) == ((below / "stick.db").exists(), (office.folder / "stick.db").exists())


@contextmanager
def many(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    (folder / "targets.toml").write_text(GOALS, encoding="utf-8")
    with SqliteLedger(folder / "progress.db").writing() as book:
        for number in range(2_000):
            book.append(more(number), NOW + timedelta(seconds=number))
    yield folder


def test_a_bar_shows_the_progress_at_a_terminal_only(tmp_path: Path) -> None:
    """On a terminal a long exchange shows how far it is; off it, and under --quiet, nothing but the line."""
    with many(tmp_path / "office") as folder:
        code, shown = on_terminal(folder, "sync", "a.db")
        assert (0, True, True) == (code, "2000 sent" in shown, "%" in shown)
        code, shown = on_terminal(folder, "sync", "b.db", "--quiet")
        assert (0, "") == (code, shown)
        ran = run(folder, "sync", "c.db")
        assert (0, "2000 sent, 0 received, 0 in conflict.\n", "") == (ran.returncode, ran.stdout, ran.stderr)
