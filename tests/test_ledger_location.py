"""A ledger's place is read alike on the command line, from the environment and in targets.toml."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from office import Office

from ordos_targets.domain.ledger_location import LedgerLocation, parse_ledger_location

GOALS = 'title = "T"\nyear = 2025\n[[targets]]\nid = "parks"\nname = "园区"\nmeasure = "total"\ngoal = 10\n'
# Every text that names a file, with the path of the file it names.
FILES = {
    "progress.db": "progress.db",
    " progress.db ": "progress.db",
    "sub/台账.sqlite": "sub/台账.sqlite",
    "../up.db": "../up.db",
    "no-ending": "no-ending",
    "a=b:c.db": "a=b:c.db",
    "sqlite:///progress.db": "progress.db",
    "sqlite:///sub/x.db": "sub/x.db",
    "sqlite:///pass=word.db": "pass=word.db",
}
REFUSED = [
    "mysql://u:secret@h/db",
    "sqlite://u:secret@h/x.db",
    "sqlite:///",
    "sqlite:/x.db",
    "POSTGRESQL://u:secret@h/db",
    "postgresql:/u:secret@h/db",
    "postgres:u:secret@h",
    "postgresql+psycopg://u:secret@h/db",
    "://u:secret@h",
    "host=h user=u password=secret",
    "file:///x.db",
    "   ",
]
SERVERS = ["postgresql://u@h/db", "postgres://u@h/db", "postgresql://u:secret@h:5432/db?sslmode=require"]


@pytest.mark.parametrize(("text", "path"), FILES.items())
def test_the_path_of_a_file(text: str, path: str) -> None:
    """A path is a path with or without sqlite:/// before it, and blanks around it do not count."""
    assert LedgerLocation(path=path) == parse_ledger_location(text)


def test_an_absolute_path_after_sqlite() -> None:
    """Four slashes begin the URL of an absolute path."""
    assert LedgerLocation(path="/srv/x.db") == parse_ledger_location("sqlite:////srv/x.db")


@pytest.mark.parametrize("text", SERVERS)
def test_the_url_of_a_server(text: str) -> None:
    """A URL of PostgreSQL is handed on as it is, its password too."""
    assert LedgerLocation(url=text) == parse_ledger_location(text)


@pytest.mark.parametrize("text", FILES)
def test_a_file_is_relative_to_where_it_is_named(text: str, tmp_path: Path, office: Office) -> None:
    """By the option a path starts in the working folder, by the file beside the file; both take the same texts."""
    other = tmp_path / "other" / "goals"
    other.mkdir(parents=True)
    (other / "targets.toml").write_text(f"ledger = {json.dumps(text, ensure_ascii=False)}\n{GOALS}", encoding="utf-8")
    for folder in (other, office.folder):
        (folder / FILES[text]).parent.mkdir(exist_ok=True)
    record = ("record", "parks", "1", "--date", "2025-06-30")
    by_file = office.run("-t", str(other / "targets.toml"), *record)
    by_option = office.run("-t", str(other / "targets.toml"), "--ledger", text, *record)
    assert (0, 0) == (by_file.code, by_option.code), by_file.err + by_option.err
    assert (True, True) == tuple((folder / FILES[text]).is_file() for folder in (other, office.folder))


@pytest.mark.parametrize("text", REFUSED)
def test_a_place_of_no_engine_is_refused_in_both(text: str, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the option refuses the file refuses too; neither tells a password, and no file is made."""
    office.write(GOALS)
    before = sorted(office.folder.iterdir())
    by_option = office.run("--ledger", text, "record", "parks", "1")
    monkeypatch.setenv("ORDOS_TARGETS_LEDGER", text)
    by_variable = office.run("record", "parks", "1")
    monkeypatch.delenv("ORDOS_TARGETS_LEDGER")
    office.write(f"ledger = {json.dumps(text)}\n{GOALS}")
    by_file = office.run("record", "parks", "1")
    assert (5, 5, 4) == (by_option.code, by_variable.code, by_file.code)
    assert not any("secret" in ran.err for ran in (by_option, by_variable, by_file))
    assert before == sorted(office.folder.iterdir())


@pytest.mark.parametrize("text", SERVERS)
def test_a_server_is_taken_in_both(text: str, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The URL of a server comes as far as the server in either place, and its password is not shown."""
    for name, value in {"PGHOSTADDR": "127.0.0.1", "PGPORT": "1", "PGCONNECT_TIMEOUT": "2"}.items():
        monkeypatch.setenv(name, value)
    office.write(GOALS)
    by_option = office.run("--ledger", text, "log")
    office.write(f"ledger = {json.dumps(text)}\n{GOALS}")
    by_file = office.run("log")
    assert (5, by_option) == (by_option.code, by_file)
    assert "secret" not in by_file.err
