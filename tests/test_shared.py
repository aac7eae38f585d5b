"""The command line on a shared ledger: the same commands, the same results."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from children import GOALS, RECORD
from office import Office
from servers import Server

from ordos_targets.cli import session
from ordos_targets.domain.errors import ExtraMissing
from ordos_targets.store import open as opening
from ordos_targets.store.postgres import PostgresLedger
from ordos_targets.store.postgres_schema import VERSION, Rights

DAY = ("--as-of", "2025-07-05")
QUESTIONS: list[tuple[str, ...]] = [
    *(("status", *DAY, "--format", form) for form in ("table", "json", "csv", "tsv", "jsonl")),
    ("status", "--as-of", "2026-01-15", "--since", "2025-11-30"),
    ("status", *DAY, "--known-at", "2025-05-01", "--format", "json"),
    ("status", *DAY, "--by", "district"),
    ("status", *DAY, "--district", "jungar", "--format", "json"),
    ("show", "fiscal", *DAY, "--explain"),
    ("log", "--all", "--format", "json"),
    ("log", "-n", "7", "--since", "2025-03-01", "--district", "jungar"),
    ("report", *DAY, "--format", "markdown"),
    ("report", *DAY, "--format", "html"),
    ("export", "--format", "csv"),
    ("check",),
    ("verify",),
]


@pytest.fixture
def moved(full_year: Office, server: Server, shared: str) -> tuple[Office, str]:
    """The illustrative year, with corrections, in a file and in a shared ledger that was filled from it."""
    assert 0 == full_year.run("void", "3", "--why", "typed twice").code
    assert 0 == full_year.run("amend", "5", "--note", "counted “again”\\", "--why", "𐍈 slip").code
    assert 0 == full_year.run("export", "-o", "all.jsonl").code
    url = server.url(shared)
    ran = full_year.run("import", "all.jsonl", "--ledger", url)
    assert (0, "") == (ran.code, ran.err)
    return full_year, url


def test_the_same_entries_give_the_same_results(moved: tuple[Office, str]) -> None:
    """Every question is answered byte for byte as a file answers it, the head of the chain among the answers."""
    office, url = moved
    for arguments in QUESTIONS:
        kept, asked = office.run(*arguments), office.run(*arguments, "--ledger", url)
        assert (arguments, 0, kept) == (arguments, asked.code, asked)


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Goals for two districts and two owners; the clock is the machine's, as the server's is."""
    monkeypatch.setattr(session, "clock", lambda: datetime.now(UTC))
    office.write(TWO)
    return office


TWO = """
title = "测试"
title_en = "Tests"
year = 2025
[[districts]]
id = "east"
name = "东区"
name_en = "East"
[[districts]]
id = "west"
name = "西区"
name_en = "West"
[[targets]]
id = "parks"
name = "公园"
name_en = "Parks"
measure = "total"
scope = "parts"
goal = 100
unit = "个"
owner = "园林局"
owner_en = "Parks office"
[[targets]]
id = "roads"
name = "道路"
name_en = "Roads"
measure = "total"
goal = 10
unit = "条"
owner = "交通局"
owner_en = "Roads office"
"""
EAST = ("record", "parks", "2", "--date", "2025-06-30", "--district", "east")


def test_every_command_works_on_a_shared_ledger(desk: Office, server: Server, shared: str) -> None:
    """Recording, its rehearsal, corrections, imports, an anchor and a backup: what was done is read back."""
    ledger = ("--ledger", server.url(shared))
    (desk.folder / "june.csv").write_text("target,value,district,date\nparks,3,west,2025-06-30\n", encoding="utf-8")
    for arguments in (
        EAST,
        (*EAST, "--dry-run"),
        (*EAST, "--note", "再记一次"),
        ("amend", "1", "5", "--why", "counted again"),
        ("void", "--last", "--why", "typed twice"),
        ("import", "june.csv"),
        ("import", "june.csv"),
        ("record", "roads", "1", "--date", "2025-06-30", "--by", "han"),
        ("verify", "--write-anchor", "anchor.json"),
        ("verify", "--against", "anchor.json"),
        ("backup", "copy.db"),
    ):
        ran = desk.run(*arguments, *ledger)
        assert (arguments, 0, "") == (arguments, ran.code, ran.err)
    kept = desk.json("log", "--all", *ledger)["entries"]
    told = [(one["seq"], one["kind"], one["value"], one["by"]) for one in kept]
    assert told == [
        (1, "increment", 2, "owner"), (2, "increment", 2, "owner"), (3, "void", None, "owner"),
        (4, "increment", 5, "owner"), (5, "void", None, "owner"), (6, "increment", 3, "owner"),
        (7, "increment", 1, "han"),
    ]  # fmt: skip
    assert desk.run("log", "--all", *ledger) == desk.run("log", "--all", "--ledger", "copy.db")
    assert desk.run("verify", *ledger) == desk.run("verify", "--ledger", "copy.db")


def test_rows_of_a_file_that_an_office_may_not_record_are_told(desk: Office, server: Server, shared: str) -> None:
    """Each is told with its line, as a fault of the whole row, and nothing is imported."""
    server.roles("east_office")
    PostgresLedger(server.url(shared)).grant("east_office", Rights(districts=("east",)))
    rows = ("target,value,district,date", "parks,1,east,2025-06-01", "parks,3,west,2025-06-02", "roads,5,,2025-06-30")
    (desk.folder / "june.csv").write_text("\n".join(rows), encoding="utf-8")
    ran = desk.run("import", "june.csv", "--ledger", server.url(shared, "east_office"))
    told = [
        "ordos-targets: error: june.csv: nothing was imported; 2 problems found",
        "  june.csv:3: east_office may not record for parks, west; ask the ledger's owner for permission.",
        "  june.csv:4: east_office may not record for roads; ask the ledger's owner for permission.",
    ]
    assert (4, told) == (ran.code, ran.err.splitlines())
    assert [] == desk.json("log", "--all", "--ledger", server.url(shared))["entries"]


def test_a_ledger_is_set_up_once(desk: Office, server: Server) -> None:
    """`init` makes the ledger, and again changes nothing; before that every command says what is missing."""
    url = server.url(server.database())
    for arguments in (
        ("status",),
        EAST,
        ("verify",),
        ("backup", "x.db"),
        ("ledger", "grant", "--role", "owner", "--all"),
    ):
        ran = desk.run(*arguments, "--ledger", url)
        assert (5, "", True) == (ran.code, ran.out, "`ordos-targets ledger init URL`" in ran.err)
    first, second = desk.run("ledger", "init", url), desk.run("ledger", "init", "--ledger", url)
    assert (0, True, "") == (first.code, f"was created (format {VERSION})" in first.out, first.err)
    assert (0, True, "") == (second.code, f"is up to date (format {VERSION})" in second.out, second.err)
    assert 0 == desk.run(*EAST, "--ledger", url).code


def test_who_may_not_set_up_is_told(desk: Office, server: Server) -> None:
    """A login without the right to, a database of another encoding and another program's schema are told apart."""
    server.roles("visitor")
    database = server.database()
    ran = desk.run("ledger", "init", server.url(database, "visitor"))
    assert (5, True) == (ran.code, "visitor may not create or change the ledger" in ran.err)
    server.ask("CREATE SCHEMA ordos_targets", database)
    ran = desk.run("ledger", "init", server.url(database))
    assert (5, True) == (ran.code, "schema ordos_targets belongs to another program" in ran.err)
    latin = f"{database}_latin"
    server.ask(f"CREATE DATABASE {latin} OWNER owner ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    ran = desk.run("ledger", "init", server.url(latin))
    assert (5, True) == (ran.code, "a ledger needs UTF8" in ran.err)


def test_a_file_needs_no_setting_up(desk: Office) -> None:
    """`ledger init` and `ledger grant` are for servers only, and say so."""
    for arguments in (("ledger", "init"), ("ledger", "grant", "--role", "x", "--all")):
        ran = desk.run(*arguments)
        assert (2, "", True) == (ran.code, ran.out, "it needs no setup" in ran.err)
    assert not (desk.folder / "progress.db").exists()


@pytest.mark.parametrize(
    ("right", "told"),
    [
        (["--district", "东", "--district", "西区"],
         "visitor may record for East, West, and sees those entries and entries without a district."),
        (["--owner", "园林"], "visitor may record for the targets of Parks office (1), and sees their entries."),
        (["--read-only"], "visitor sees everything."),
        (["--all"], "visitor may record everything, also in the name of others."),
        (["--none"], "visitor has no permissions any more."),
    ],
)  # fmt: skip
def test_what_was_granted_is_told(right: list[str], told: str, desk: Office, server: Server, shared: str) -> None:
    """Districts and owners are named as elsewhere, by a part of their name too."""
    server.roles("visitor")
    ran = desk.run("ledger", "grant", "--role", "visitor", *right, "--ledger", server.url(shared))
    assert (0, f"{told}\n", "") == (ran.code, ran.out, ran.err)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--role", "visitor"], "No permission given for visitor"),
        (["--role", "nobody-there", "--all"], "createuser --pwprompt nobody-there"),
        (["--role", "visitor", "--district", "north"], "Unknown district “north”"),
        (["--role", "visitor", "--owner", "水利局"], "Unknown owner “水利局”"),
        (["--all"], "--role"),
    ],
)
def test_what_cannot_be_granted_is_told(
    arguments: list[str], told: str, desk: Office, server: Server, shared: str
) -> None:
    """A role, district or owner that is not there, and no right at all, change nothing."""
    server.roles("visitor")
    ran = desk.run("ledger", "grant", *arguments, "--ledger", server.url(shared))
    assert (2, "", True) == (ran.code, ran.out, told in ran.err)
    assert [] == server.ask("SELECT * FROM ordos_targets.grants", shared)


def test_a_ledger_of_another_version_is_told(desk: Office, server: Server, shared: str) -> None:
    """An older ledger names `ledger init`, a newer one the tool, and nothing is read or written by guess."""
    ledger = ("--ledger", server.url(shared))
    for change, told in (
        ("INSERT INTO ordos_targets.migrations VALUES (99)", "Upgrade ordos-targets"),
        ("DELETE FROM ordos_targets.migrations", "upgrade it with"),
    ):
        server.ask(change, shared)
        for arguments in (("status",), EAST, ("verify",)):
            ran = desk.run(*arguments, *ledger)
            assert (5, "", True) == (ran.code, ran.out, told in ran.err)
    server.ask("INSERT INTO ordos_targets.migrations VALUES (99)", shared)
    assert (5, True) == ((ran := desk.run("ledger", "init", *ledger)).code, "Upgrade" in ran.err)


def test_a_missing_library_is_named(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without psycopg the extra that brings it is named, and a file works as ever."""
    office.write(GOALS)
    monkeypatch.setitem(sys.modules, "ordos_targets.store.postgres", None)
    with pytest.raises(ExtraMissing):
        opening.open_shared("postgresql://127.0.0.1/x")
    ran = office.run("status", "--ledger", "postgresql://127.0.0.1/x")
    assert (2, "", True) == (ran.code, ran.out, "pip install 'ordos-targets[postgres]'" in ran.err)
    assert 0 == office.run(*RECORD).code


@pytest.fixture
def secured(server: Server, shared: str) -> Iterator[tuple[str, Path]]:
    """A ledger reached over TLS with a password, and the folder of a password file; the server is as before after."""
    certificate, key = server.folder / "server.crt", server.folder / "server.key"
    server.openssl(certificate, key)
    rules = server.data / "pg_hba.conf"
    before = rules.read_text(encoding="utf-8")
    rules.write_text(
        f"hostssl all clerk 127.0.0.1/32 scram-sha-256\nhost all all all reject\n{before}", encoding="utf-8"
    )
    server.roles("clerk")
    server.ask("ALTER ROLE clerk PASSWORD 'open sesame'")
    plain = server.settings
    server.settings = plain | {
        "ssl": "on", "ssl_cert_file": str(certificate), "ssl_key_file": str(key), "listen_addresses": "127.0.0.1",
    }  # fmt: skip
    server.stop()
    server.start()
    yield shared, certificate
    rules.write_text(before, encoding="utf-8")
    server.settings = plain
    server.stop()
    server.start()


def test_tls_and_the_password_file_are_those_of_libpq(
    secured: tuple[str, Path], desk: Office, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """sslmode, sslrootcert and PGPASSFILE work as they do for psql; a wrong password is told without it."""
    database, certificate = secured
    desk.run("ledger", "grant", "--role", "clerk", "--all", "--ledger", server.url(database))
    url = f"postgresql://clerk@localhost:{server.port}/{database}"
    passwords = desk.folder / "passwords"
    passwords.write_text("localhost:*:*:clerk:open sesame\n", encoding="utf-8")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    verified = f"{url}?sslmode=verify-full&sslrootcert={certificate}"
    assert 0 == desk.run(*EAST, "--ledger", verified).code
    assert "clerk" == desk.json("log", "--ledger", verified)["entries"][0]["by"]
    with closing(psycopg.connect(verified)) as db:
        assert db.pgconn.ssl_in_use
    other = certificate.with_name("other.crt")
    server.openssl(other, other.with_name("other.key"))
    for refused in (f"{url}?sslmode=disable", f"{url}?sslmode=verify-full&sslrootcert={other}"):
        ran = desk.run("status", "--ledger", refused)
        assert (5, True) == (ran.code, "cannot be reached" in ran.err)
    ran = desk.run("status", "--ledger", verified.replace("clerk@", "clerk:open-barley@"))
    assert (5, True, False) == (ran.code, "password authentication failed" in ran.err, "barley" in ran.err)
    assert not os.environ.get("PGPASSWORD")
