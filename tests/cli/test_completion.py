"""Tab: what Typer's completion offers, and what bash, zsh and fish make of it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from children import GOALS, run, surroundings
from office import ROOT, Office, Ran
from programs import program
from terminals import Terminal

from ordos_targets.cli.app import COMMANDS

COMPLETE = "_ORDOS_TARGETS_COMPLETE"

Ask = Callable[..., Ran]


@pytest.fixture
def ask(office: Office, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask as Typer's script for bash does what may stand in place of the last of some words."""

    def asked(*words: str) -> Ran:
        monkeypatch.setenv(COMPLETE, "complete_bash")
        monkeypatch.setenv("COMP_WORDS", " ".join(["ordos-targets", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        ran = office.run()
        monkeypatch.delenv(COMPLETE)
        return ran

    return asked


@pytest.fixture
def explained(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Ask as Typer's script for fish does, and return each candidate with its meaning."""

    def asked(line: str) -> list[str]:
        monkeypatch.setenv(COMPLETE, "complete_fish")
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", f"ordos-targets {line}")
        ran = office.run()
        monkeypatch.delenv(COMPLETE)
        return ran.out.splitlines()

    return asked


@pytest.mark.usefixtures("full_year")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([""], [*COMMANDS]),
        (["sta"], ["status"]),
        (["ledger", ""], ["init", "grant"]),
        (["status", "--fo"], ["--format"]),
        (["status", "--as-of", "2025-07-05", "--as"], []),
        (["amend", "1", "--fi"], ["--final"]),
        (["--no"], ["--no-color"]),
        (["status", "--no"], ["--no-color"]),
        (["status", "--format", "j"], ["json", "jsonl"]),
        (["status", "--by", ""], ["district", "section", "owner", "commitment"]),
        (["--lang", ""], ["en", "zh"]),
        (["schema", "s"], ["status", "show", "sync"]),
        (["record", "pil"], ["pilot-projects"]),
        (["-q", "--lang", "en", "show", "pil"], ["pilot-projects"]),
        (["show", "落地"], ["落地中试项目"]),
        (["show", "breakthrough"], ["breakthrough-deepen", "breakthrough-new"]),
        (["status", "breakthrough-new", "breakthrough"], ["breakthrough-deepen"]),
        (["show", "pilot-projects", ""], []),
        (["record", "fiscal", "3亿元", "--district", "otog"], ["otog-front", "otog"]),
        (["status", "--district", "jun"], ["jungar"]),
        (["record", "breakthrough-deepen", "h"], ["hydrogen"]),
        (["record", "pilot", ""], []),
        (["status", "--only", "lag"], ["lagging"]),
        (["status", "--only", "lagging,be"], ["lagging,behind"]),
        (["status", "--as-of", ""], []),
        (["status", "-o", "targ"], []),
    ],
)
def test_what_may_stand_at_the_cursor(words: list[str], expected: list[str], ask: Ask) -> None:
    """Commands, options, their values, ids and statuses; nothing where only the shell knows, as with files."""
    ran = ask(*words)
    assert (0, "", sorted(expected)) == (ran.code, ran.err, sorted(ran.out.split()))


@pytest.mark.usefixtures("full_year")
def test_candidates_are_explained_in_the_language_of_the_screen(
    explained: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside an id stands its name, beside a status its word, beside a command and an option its help."""
    assert ["pilot-projects\tPilot-scale projects landed"] == explained("show pil")
    monkeypatch.setenv("ORDOS_TARGETS_LANG", "zh")
    assert ["pilot-projects\t落地中试项目"] == explained("show pil")
    assert ["behind\t欠进度"] == explained("status --only beh")
    assert ["void\t作废一条进展记录：留痕，不再计入。"] == explained("vo")
    assert ["--quiet\t只输出结果和错误。"] == explained("--qu")


def test_entries_that_stand_are_offered_newest_first(office: Office, explained: Callable[[str], list[str]]) -> None:
    """Neither what was cancelled nor what cancelled it, each with its day, target and value; fifty at most."""
    office.write((ROOT / "targets.toml").read_text(encoding="utf-8"))
    for number in range(1, 56):
        office.run("record", "pilot", f"{number}", "--date", "2025-06-30", "--force")
    office.run("void", "54", "--why", "x")
    found = explained("void ")
    assert (50, "55\t2025-06-30 Pilot-scale projects landed +55 projects") == (len(found), found[0])
    assert ["55", "53", "52"] == [line.partition("\t")[0] for line in found[:3]]
    assert [f"{number}" for number in range(49, 39, -1)] == [line[:2] for line in explained("amend 4")]


def test_the_line_says_which_file_and_ledger(office: Office, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Targets and entries are those of --targets and --ledger on the line, or of the environment."""
    (office.folder / "goals.toml").write_text(GOALS, encoding="utf-8")
    for line in (["-t", "goals.toml", "show", ""], ["show", "--targets", "goals.toml", ""]):
        assert "parks" == ask(*line).out.strip()
    office.run("-t", "goals.toml", "--ledger", "far.db", "record", "parks", "1", "--date", "2025-06-30")
    assert "1" == ask("-t", "goals.toml", "--ledger", "far.db", "void", "").out.strip()
    monkeypatch.setenv("ORDOS_TARGETS_FILE", "goals.toml")
    assert ("parks", "") == (ask("show", "").out.strip(), ask("void", "").out.strip())


@pytest.mark.parametrize(
    ("goals", "ledger"),
    [
        (None, None),
        ("title = 1\n[[targets]]\n", None),
        (GOALS, b"this is no ledger" * 100),
        (f'ledger = "gone/progress.db"\n{GOALS}', None),
    ],
    ids=["no targets file", "invalid targets file", "no ledger at all", "ledger in a missing folder"],
)
@pytest.mark.parametrize("words", [["show", ""], ["void", ""], ["record", "x", "1", "--district", ""]])
def test_whatever_is_broken_tab_stays_silent(
    words: list[str], goals: str | None, ledger: bytes | None, office: Office, ask: Ask
) -> None:
    """Without targets or ledger there may be nothing to offer; nothing is said of it, and no file appears."""
    if goals:
        office.write(goals)
    if ledger:
        (office.folder / "progress.db").write_bytes(ledger)
    before = sorted(path.name for path in office.folder.iterdir())
    ran = ask(*words)
    assert (0, "") == (ran.code, ran.err)
    assert before == sorted(path.name for path in office.folder.iterdir())


def test_a_locked_ledger_does_not_hold_the_prompt(office: Office, ask: Ask) -> None:
    """While another program holds the ledger alone there is nothing to offer, and no complaint."""
    office.write(GOALS)
    assert 0 == office.run("record", "parks", "1", "--date", "2025-06-30").code
    holder = sqlite3.connect(office.folder / "progress.db", isolation_level=None)
    holder.execute("PRAGMA journal_mode = DELETE")
    holder.execute("BEGIN EXCLUSIVE")
    ran = ask("void", "")
    holder.close()
    assert (0, "", "") == (ran.code, ran.out.strip(), ran.err)


def test_tab_writes_nothing_not_even_the_cache(office: Office, ask: Ask, tmp_path: Path) -> None:
    """The goals are read from the cache where they are in it, and not put there."""
    office.write(GOALS)
    assert "parks" == ask("show", "").out.strip()
    assert (False, False) == ((tmp_path / "cache").exists(), (office.folder / "progress.db").exists())


LOADED = """
import atexit, sys
atexit.register(lambda: sys.stderr.write(" ".join(sys.modules)))
"""


def test_tab_loads_no_heavy_library(full_year: Office) -> None:
    """With the goals in the cache neither pydantic nor Rich nor tomllib is loaded at a press of Tab."""
    full_year.run("check")
    asking = surroundings(**{COMPLETE: "complete_bash", "COMP_WORDS": "ordos-targets void ", "COMP_CWORD": "2"})
    ran = run(full_year.folder, first=LOADED, env=asking)
    assert set() == {"pydantic", "rich", "tomllib"} & set(ran.stderr.split())
    assert len(ran.stdout.splitlines()) == 50


@pytest.fixture
def desk(full_year: Office) -> dict[str, str]:
    """An environment with the tool on the PATH and a home without anybody's settings; the folder is `full_year`'s."""
    binaries, home = full_year.folder.parent / "bin", full_year.folder.parent / "home"
    binaries.mkdir()
    home.mkdir()
    tool = binaries / "ordos-targets"
    tool.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m ordos_targets "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    path = f"{binaries}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(home), "PS1": "$ ", "TERM": "xterm"}


INSTALL = "ordos-targets --install-completion\n"


def test_bash_completes(full_year: Office, desk: Mapping[str, str]) -> None:
    """After `--install-completion` in a real bash Tab completes a command, an id and a file."""
    with Terminal([program("bash"), "--norc", "--noprofile", "-i"], full_year.folder, env=desk, columns=200) as bash:
        bash.press(INSTALL)
        bash.wait_for("bash completion installed in")
        bash.press("source ~/.bashrc; bind 'set enable-bracketed-paste off'; echo rea''dy\n")
        bash.wait_for("ready\n")
        bash.press("ordos-targets rec\tpil\t--ev\ttarg\t")
        bash.wait_for("ordos-targets record pilot-projects --evidence targets.toml ")


def test_zsh_completes(full_year: Office, desk: Mapping[str, str]) -> None:
    """After `--install-completion` in a real zsh Tab completes an id; no name of the targets file is evaluated."""
    goals = (ROOT / "targets.toml").read_text(encoding="utf-8")
    hostile = r'''name_en = "\\$(touch ran) `touch ran` '$(touch ran)' [/x]"'''
    full_year.write(goals.replace('name_en = "Pilot-scale projects landed"', hostile))
    with Terminal([program("zsh"), "-f", "-i"], full_year.folder, env=desk, columns=200) as zsh:
        zsh.press(f"unsetopt zle_bracketed_paste prompt_sp\n{INSTALL}")
        zsh.wait_for("zsh completion installed in")
        zsh.press("source ~/.zshrc; echo rea''dy\n")
        zsh.wait_for("ready\n")
        zsh.press("ordos-targets record p\t\t")
        zsh.wait_for("touch ran")
        zsh.press("il\t")
        zsh.wait_for("pilot-projects ")
    assert not (full_year.folder / "ran").exists()


def test_fish_completes(full_year: Office, desk: Mapping[str, str]) -> None:
    """After `--install-completion` in a real fish an id is offered with its name."""
    line = f"{INSTALL}complete -C 'ordos-targets record pil'"
    told = subprocess.run(
        [program("fish"), "-c", line],
        cwd=full_year.folder, env=surroundings(**desk, LANG="C.UTF-8"), capture_output=True, encoding="utf-8",
        check=True, timeout=60,
    )  # fmt: skip
    assert ("pilot-projects\tPilot-scale projects landed", "") == (told.stdout.splitlines()[-1], told.stderr)
