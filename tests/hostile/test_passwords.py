"""Passwords in the place of a ledger: no message, JSON or traceback shows one, and no file bears one as its name."""

from __future__ import annotations

import json
import tomllib

import pytest
from children import GOALS, RECORD
from office import Office

from ordos_targets.store.passwords import without_password, without_passwords

PLACES = [
    "postgresql://u:secret@h/db?password=secret2",
    "postgresql://u:secret@h:5432/db?sslmode=require&password=secret2#secret",
    "postgresql://u:%73ecret@h/db?pass%77ord=%73ecret2",
    "postgresql://u:se%63ret@h/db",
    "postgresql://u:sec/ret@h/db",
    "postgresql://u:s@secret@h/db",
    "postgresql://u:x?password=secret@h/db",
    "postgresql://:secret@h/db",
    "postgresql://u:secret@/db?host=/run",
    "postgresql://u:secret@[::1]:5432/db",
    "postgresql://h/db?user=u@x&password=secret",
    "postgresql://h/db?password=secret&user=u@x",
    "postgresql://h/db?PASSWORD=secret",
    "postgresql://h/db?sslpassword=secret",
    "postgres://u:secret@h/db",
    "POSTGRESQL://u:secret@h/db",
    "postgresql+psycopg://u:secret@h/db",
    "mysql://u:secret@h/db",
    "weird+x.y-z://u:secret@h",
    "://u:secret@h",
    "postgresql:/u:secret@h/db",
    "postgresql:u:secret@h/db",
    "postgres:u:secret@h",
    "host=h user=u password=secret dbname=d",
    "host=h user=u password = 'secret' dbname=d",
    "postgresql://u:secret",
    "postgresql://u:\x1b[31msecret@h",
    "sqlite://u:secret@h/x.db",
]
# In a sentence nothing tells that these hold a password, or where it ends.
UNTOLD = {
    "postgresql://u:secret", "postgresql://u:\x1b[31msecret@h", "host=h user=u password = 'secret' dbname=d",
    "host=h user=u password=secret dbname=d", "://u:secret@h",
}  # fmt: skip
# Whatever host a URL names, nobody is asked but this machine, where nobody listens.
NEARBY = {"PGHOSTADDR": "127.0.0.1", "PGPORT": "1", "PGCONNECT_TIMEOUT": "2"}
REFUSALS = ("ordos-targets: error: Unknown kind of ledger: ", "ordos-targets: error: The ledger ")
CODES = {"unknown_engine", "ledger_unreachable", "bad_server_url"}
PARTS = ("secret", "%73ecret", "se%63ret", "sec/ret", "ret@", "31m")
COMMANDS = [
    ("status",), ("record", "parks", "1"), ("log",), ("export",), ("check",), ("verify",), ("backup", "x.db"),
    ("import", "june.csv"), ("void", "1", "--why", "x"),
]  # fmt: skip


@pytest.fixture
def desk(office: Office) -> Office:
    """Goals, and a file to import."""
    office.write(GOALS)
    (office.folder / "june.csv").write_text("target,value\nparks,1\n", encoding="utf-8")
    return office


def silent(text: str) -> bool:
    return not any(part in text for part in PARTS)


@pytest.mark.parametrize("place", PLACES)
def test_no_password_is_shown_or_kept(place: str, desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the command and the way to name the ledger, the refusal hides its password, and no file is made."""
    for name, value in NEARBY.items():
        monkeypatch.setenv(name, value)
    before = sorted(path.name for path in desk.folder.iterdir())
    for command in COMMANDS:
        ran = desk.run("--ledger", place, *command)
        assert (5, "", True) == (ran.code, ran.out, silent(ran.err)), ran.err
        assert ran.err.startswith(REFUSALS)
    debug = desk.run("--debug", "--ledger", place, *RECORD)
    assert (5, True, True) == (debug.code, silent(debug.err), "Traceback" in debug.err)
    monitored = desk.run("status", "--nagios", "--ledger", place)
    assert (3, True) == (monitored.code, silent(monitored.out))
    monkeypatch.setenv("ORDOS_TARGETS_LEDGER", place)
    ran = desk.run("status", "--format", "json")
    code = json.loads(ran.err)["error"]["code"]
    assert (5, True, True) == (ran.code, code in CODES, silent(ran.err))
    assert silent(desk.run("status", "--help").out)
    assert before == sorted(path.name for path in desk.folder.iterdir())


@pytest.mark.parametrize("place", PLACES)
def test_no_password_is_shown_where_the_file_names_the_ledger(
    place: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place in targets.toml is refused, or not known as an engine, without its password either."""
    for name, value in NEARBY.items():
        monkeypatch.setenv(name, value)
    text = json.dumps(place)
    assert place == tomllib.loads(f"ledger = {text}")["ledger"]
    office.write(GOALS.replace("year = 2025", f"year = 2025\nledger = {text}"))
    for arguments in (("status",), ("status", "--format", "json"), ("check", "--debug")):
        ran = office.run(*arguments)
        assert (True, True) == (ran.code in {4, 5}, silent(ran.err)), ran.err


@pytest.mark.parametrize("place", [place for place in PLACES if place not in UNTOLD])
@pytest.mark.parametrize(
    "arguments", [("{}",), ("status", "{}"), ("status", "{}", "--format", "json"), ("status", "--as-of", "{}"),
                  ("status", "--only", "{}"), ("import", "{}"), ("record", "parks", "{}"), ("status", "-t", "{}"),
                  ("status", "--lang", "{}"), ("verify", "--head", "{}"), ("status", "a", "b", "c", "--no", "{}")],
    ids=" ".join,
)  # fmt: skip
def test_a_place_in_the_wrong_place_hides_its_password_too(
    arguments: tuple[str, ...], place: str, desk: Office
) -> None:
    """A URL typed where another word was wanted is told back without its password, unless it is cut before it."""
    ran = desk.run(*(word.format(place) for word in arguments))
    assert (True, "") == (ran.code in {2, 4}, ran.out)
    assert silent(ran.err), ran.err


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:secret@h:5432/db?sslmode=x", "postgresql://u@h:5432/db…"),
        ("postgresql://h/db", "postgresql://h/db"),
        ("postgresql://u@h/db", "postgresql://u@h/db"),
        ("postgresql://u:secret@[::1]:5432/db", "postgresql://u@[::1]:5432/db"),
        ("password=secret", "…"),
        ("", "…"),
    ],
)
def test_what_is_no_secret_is_shown(url: str, shown: str) -> None:
    """The scheme, the user, the host, its port and the database tell which ledger was meant."""
    assert shown == without_password(url)


@pytest.mark.parametrize(
    "text",
    [
        "evidence: https://example.org/a?b=c#d cannot be read",
        "mail@example.org is 100% right: targets.toml:3: a: goal",
        "C:\\x@y\\progress.db and /a:b/c@d",
        "",
    ],
)
def test_what_hides_nothing_is_told_as_it_is(text: str) -> None:
    """Sentences with other URLs, addresses and paths are not touched."""
    assert text == without_passwords(text)
