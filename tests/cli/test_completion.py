"""Tab: what the tool offers a shell, and what bash, zsh and fish make of it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from children import run, surroundings
from office import ROOT, Office
from programs import program
from terminals import Terminal

from ordos_targets import locale
from ordos_targets.cli import shell_setup
from ordos_targets.cli.completion import answer
from ordos_targets.cli.grammar import COMMANDS
from ordos_targets.cli.shell_setup import Shell

SHELLS = [shell.value for shell in Shell]
LOADER = Path("/usr/share/bash-completion/bash_completion")


def offered(*words: str, by: str = "zsh") -> dict[str, str]:
    """The candidates for the last of `words` that a shell is offered, each with its meaning."""
    return dict(line.split("\t") for line in answer(words, by)[1:])


def mode(*words: str) -> str:
    return answer(words, "zsh")[0]


def asked(folder: Path, *words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """What a shell gets that asks for the last of `words` in `folder`."""
    return run(folder, *words, env=surroundings(_ORDOS_TARGETS_COMPLETE="bash") | dict(env or {}))


@pytest.mark.usefixtures("full_year")
def test_commands_come_with_what_they_do() -> None:
    """Every command is offered, and the help beside it where the shell shows that."""
    assert list(COMMANDS) == list(offered(""))
    assert {"void": "Cancel an entry; it stays on record, and no longer counts."} == offered("vo")
    assert {"void": ""} == offered("vo", by="bash")


@pytest.mark.usefixtures("full_year")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["status", "--fo"], ["--format"]),
        (["status", "--as-of", "2025-07-05", "--as"], []),
        (["status", "--dist"], ["--district"]),
        (["amend", "1", "--fi"], ["--final"]),
        (["--no"], ["--no-color"]),
        (["status", "--no"], ["--no-color"]),
        (["status", "--", "--fo"], []),
        (["status", "--format", "j"], ["json", "jsonl"]),
        (["status", "--format=js"], ["--format=json", "--format=jsonl"]),
        (["status", "--format", "=", "js"], ["json", "jsonl"]),
        (
            ["status", "--format", "="],
            ["table", "json", "jsonl", "csv", "tsv", "html", "markdown", "xlsx", "prometheus"],
        ),
        (["status", "--by", ""], ["district", "section", "owner", "commitment"]),
        (["--lang", ""], ["en", "zh"]),
        (["schema", "s"], ["status", "show", "sync"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["record", "pil"], ["pilot-projects"]),
        (["-q", "--lang", "en", "show", "pil"], ["pilot-projects"]),
        (["show", "中试"], ["pilot-projects"]),
        (["show", '"中试'], ["pilot-projects"]),
        (["show", "PILOT-SCALE"], ["pilot-projects"]),
        (["show", "breakthrough"], ["breakthrough-deepen", "breakthrough-new"]),
        (["status", "breakthrough-new", "breakthrough"], ["breakthrough-deepen"]),
        (["show", "pilot-projects", ""], []),
        (["record", "fiscal", "3亿元", "--district", "鄂托克"], ["otog-front", "otog"]),
        (["status", "--district", "jun"], ["jungar"]),
        (["record", "breakthrough-deepen", "h"], ["hydrogen"]),
        (["record", "pilot", ""], []),
        (["status", "--only", "lag"], ["lagging"]),
        (["status", "--only", "lagging,be"], ["lagging,behind"]),
        (["status", "--fail-on=met,not"], ["--fail-on=met,not_started"]),
        (["status", "--as-of", ""], []),
        (["nothing", "--"], []),
        (["void", "1", "2"], []),
    ],
)
def test_what_may_stand_at_the_cursor(words: list[str], expected: list[str]) -> None:
    """Options not written yet, their values, ids by beginning or by name, and nothing where nothing can stand."""
    assert expected == list(offered(*words))


@pytest.mark.usefixtures("full_year")
def test_names_explain_ids_in_the_language_of_the_screen() -> None:
    """Beside an id stands its name, beside a status its word."""
    locale.activate("zh")
    assert {"pilot-projects": "落地中试项目"} == offered("show", "pil")
    assert {"jungar": "准格尔旗"} == offered("status", "--district", "jun")
    assert {"behind": "欠进度"} == offered("status", "--only", "beh")


@pytest.mark.usefixtures("full_year")
def test_fish_gets_names_where_a_name_is_typed() -> None:
    """Fish drops a candidate that the text is no part of, so it gets the name, which the command takes as well."""
    assert {"落地中试项目": "pilot-projects"} == offered("show", "中试", by="fish")
    assert ["pilot-projects"] == list(offered("show", "pil", by="fish"))


@pytest.mark.parametrize(
    "words", [["-t", ""], ["status", "-o", "x"], ["record", "x", "1", "--evidence", ""], ["--ledger="]]
)
def test_files_are_left_to_the_shell(words: list[str]) -> None:
    """Where a file is meant the shell completes it, which knows folders, blanks and quotes."""
    assert ("files", {}) == (mode(*words), offered(*words))


def test_a_comma_list_may_go_on() -> None:
    """After a status no blank is set, for a comma may follow; after a target one is."""
    assert ["list", "words"] == [mode("status", "--only", "lag"), mode("status", "--format", "j")]


def test_entries_that_stand_are_offered_newest_first(office: Office) -> None:
    """Neither what was cancelled nor what cancelled it, each with its day, target and value; fifty at most."""
    office.write((ROOT / "targets.toml").read_text(encoding="utf-8"))
    for number in range(1, 56):
        office.run("record", "pilot", f"{number}", "--date", "2025-06-30", "--force")
    office.run("void", "54", "--why", "x")
    found = offered("void", "")
    assert ["55", "53", "52"] == list(found)[:3]
    assert (50, "2025-06-30 Pilot-scale projects landed +55 projects") == (len(found), found["55"])
    assert [f"{number}" for number in range(49, 39, -1)] == list(offered("amend", "4"))


def test_the_line_says_which_file_and_ledger(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Targets and entries are those of --targets and --ledger on the line, or of the environment."""
    other = office.folder / "other"
    other.mkdir()
    goal = 'title = "T"\nyear = 2025\n[[targets]]\nid = "roads"\nname = "路"\nmeasure = "total"\ngoal = 1\n'
    (other / "goals.toml").write_text(goal, encoding="utf-8")
    assert ["roads"] == list(offered("-t", "other/goals.toml", "show", ""))
    assert ["roads"] == list(offered("show", "--targets=other/goals.toml", ""))
    office.run("-t", "other/goals.toml", "--ledger", "far.db", "record", "roads", "1", "--date", "2025-06-30")
    assert ["1"] == list(offered("-t", "other/goals.toml", "--ledger", "far.db", "void", ""))
    monkeypatch.setenv("ORDOS_TARGETS_FILE", "other/goals.toml")
    assert (["roads"], []) == (list(offered("show", "")), list(offered("void", "")))


def broken(folder: Path, what: str) -> None:
    """Put a folder in order, and then one thing out of it."""
    goals = folder / "targets.toml"
    goals.write_text((ROOT / "targets.toml").read_text(encoding="utf-8"), encoding="utf-8")
    if what == "no targets file":
        goals.unlink()
    elif what == "invalid targets file":
        goals.write_text("title = 1\n[[targets]]\n", encoding="utf-8")
    elif what == "no ledger at all":
        (folder / "progress.db").write_bytes(b"this is no ledger" * 100)
    elif what == "ledger in a missing folder":
        goals.write_text('title = "T"\nyear = 2025\nledger = "gone/progress.db"\n', encoding="utf-8")


@pytest.mark.parametrize(
    "what", ["no targets file", "invalid targets file", "no ledger at all", "ledger in a missing folder"]
)
@pytest.mark.parametrize("words", [["show", ""], ["void", ""], ["record", "x", "1", "--district", ""]])
def test_whatever_is_broken_tab_stays_silent(what: str, words: list[str], tmp_path: Path) -> None:
    """Without targets or ledger there may be nothing to offer; nothing is said of it, and no file appears."""
    folder = tmp_path / "office"
    folder.mkdir()
    broken(folder, what)
    before = sorted(path.name for path in folder.iterdir())
    ran = asked(folder, *words)
    assert (0, "") == (ran.returncode, ran.stderr)
    assert before == sorted(path.name for path in folder.iterdir())


def test_a_locked_ledger_does_not_hold_the_prompt(tmp_path: Path) -> None:
    """While another program holds the ledger alone there is nothing to offer, and no complaint."""
    broken(tmp_path, "nothing")
    assert 0 == run(tmp_path, "record", "pilot", "1", "--date", "2025-06-30").returncode
    holder = sqlite3.connect(tmp_path / "progress.db", isolation_level=None)
    holder.execute("PRAGMA journal_mode = DELETE")
    holder.execute("BEGIN EXCLUSIVE")
    ran = asked(tmp_path, "void", "")
    holder.close()
    assert (0, "", "") == (ran.returncode, ran.stdout, ran.stderr)


def test_tab_writes_nothing_not_even_the_cache(tmp_path: Path) -> None:
    """The goals are read from the cache where they are in it, and not put there."""
    broken(tmp_path, "nothing")
    cache = tmp_path / "cache"
    assert "pilot-projects" in asked(tmp_path, "show", "pil", env={"XDG_CACHE_HOME": str(cache)}).stdout
    assert (False, False) == (cache.exists(), (tmp_path / "progress.db").exists())


LOADED = """
import atexit, sys
atexit.register(lambda: sys.stderr.write(" ".join(sys.modules)))
"""


@pytest.mark.parametrize("words", [["show", ""], ["void", ""], ["status", "--only", ""], ["status", "--district", ""]])
def test_tab_loads_no_heavy_library(words: list[str], full_year: Office) -> None:
    """With the goals in the cache neither pydantic nor Rich nor tomllib is loaded at a press of Tab."""
    full_year.run("check")
    ran = run(full_year.folder, *words, first=LOADED, env=surroundings(_ORDOS_TARGETS_COMPLETE="zsh"))
    assert set() == {"pydantic", "rich", "tomllib"} & set(ran.stderr.split())
    assert len(ran.stdout.splitlines()) > 1


@pytest.fixture
def desk(full_year: Office) -> dict[str, str]:
    """An environment with the tool on the PATH and a home without anybody's settings; the folder is `full_year`'s."""
    binaries, home = full_year.folder.parent / "bin", full_year.folder.parent / "home"
    binaries.mkdir()
    home.mkdir()
    tool = binaries / "ordos-targets"
    tool.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m ordos_targets "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    return {
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "PS1": "$ ",
        "TERM": "xterm",
    }


def installed(office: Office, desk: Mapping[str, str], shell: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the one command for the user has put the script."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, desk[name])
    ran = office.run("completion", shell, "--install")
    assert (0, "") == (ran.code, ran.err)
    return Path(ran.out.splitlines()[0].removeprefix("Wrote ").removesuffix("."))


PRESSED = [
    ("ordos-targets sta\t", "ordos-targets status "),
    ("ordos-targets status --for\t", "--format "),
    ("ordos-targets record pil\t", "record pilot-projects "),
    ("ordos-targets record 中试\t", "pilot-projects "),
    ("ordos-targets status --district ju\t", "--district jungar "),
    ("ordos-targets status --only lagging,beh\t", "lagging,behind"),
    ("ordos-targets status --format=pro\t", "--format=prometheus"),
    ("ordos-targets --targets=targ\t", "--targets=targets.toml"),
    ("ordos-targets -t targ\t", "-t targets.toml"),
]


@pytest.mark.parametrize(("keys", "completed"), PRESSED)
def test_bash_completes(keys: str, completed: str, full_year: Office, desk: dict[str, str]) -> None:
    """In a real bash, with the printed script, Tab completes the word."""
    bash = program("bash")
    (full_year.folder / "script").write_text(full_year.run("completion", "bash").out, encoding="utf-8")
    with Terminal([bash, "--norc", "--noprofile", "-i"], full_year.folder, env=desk, columns=200) as terminal:
        terminal.press("source ./script; bind 'set enable-bracketed-paste off'; echo rea''dy\n")
        terminal.wait_for("ready\n")
        terminal.press(keys)
        terminal.wait_for(completed)


def test_bash_finds_the_installed_script_by_itself(
    full_year: Office, desk: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where bash-completion is at work the installed script is loaded at the first Tab."""
    bash = program("bash")
    if not LOADER.exists() and not os.environ.get("CI"):
        pytest.skip(f"{LOADER} is not installed")
    installed(full_year, desk, "bash", monkeypatch)
    with Terminal([bash, "--norc", "--noprofile", "-i"], full_year.folder, env=desk, columns=200) as terminal:
        terminal.press(f"source {LOADER}; bind 'set enable-bracketed-paste off'; echo rea''dy\n")
        terminal.wait_for("ready\n")
        terminal.press("ordos-targets show pil\t")
        terminal.wait_for("show pilot-projects ")


@pytest.mark.parametrize(("keys", "completed"), PRESSED)
def test_zsh_completes(
    keys: str, completed: str, full_year: Office, desk: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a real zsh, with the installed script and the line it asks for, Tab completes the word."""
    zsh = program("zsh")
    folder = installed(full_year, desk, "zsh", monkeypatch).parent
    with Terminal([zsh, "-f", "-i"], full_year.folder, env=desk, columns=200) as terminal:
        terminal.press(f"unsetopt zle_bracketed_paste prompt_sp; fpath=({folder} $fpath); autoload -Uz compinit\n")
        terminal.press("compinit -u -D; echo rea''dy\n")
        terminal.wait_for("ready\n")
        terminal.press(keys)
        terminal.wait_for(completed)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ordos-targets vo", ["void\tCancel an entry; it stays on record, and no longer counts."]),
        ("ordos-targets record pil", ["pilot-projects\tPilot-scale projects landed"]),
        ("ordos-targets record 中试", ["落地中试项目\tpilot-projects"]),
        ("ordos-targets status --district ju", ["jungar\tJungar Banner"]),
        ("ordos-targets status --only lagging,beh", ["lagging,behind\tbehind"]),
        ("ordos-targets status --format=pro", ["--format=prometheus"]),
        ("ordos-targets --targets=targ", ["--targets=targets.toml"]),
        ("ordos-targets -t targ", ["targets.toml"]),
        ("ordos-targets void 32", ["324", "323", "322", "321", "320"]),
    ],
)
def test_fish_completes(
    line: str, expected: list[str], full_year: Office, desk: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a real fish, which finds the installed script by itself, Tab would offer these."""
    fish = program("fish")
    installed(full_year, desk, "fish", monkeypatch)
    environment = surroundings(**desk, LANG="C.UTF-8")
    told = subprocess.run(
        [fish, "-c", f"complete -C {line!r}"],
        cwd=full_year.folder, env=environment, capture_output=True, encoding="utf-8", check=True, timeout=60,
    )  # fmt: skip
    found = [one if "\t" in expected[0] else one.partition("\t")[0] for one in told.stdout.splitlines()]
    assert (expected, "") == (found[: len(expected)], told.stderr)


@pytest.mark.parametrize("shell", SHELLS)
def test_installing_says_where_and_what_is_left_to_do(
    shell: str, full_year: Office, desk: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The installed file is the printed script; installing again is no error, and no other file is touched."""
    first = installed(full_year, desk, shell, monkeypatch)
    assert first == installed(full_year, desk, shell, monkeypatch)
    assert full_year.run("completion", shell).out == first.read_text(encoding="utf-8")
    assert [first] == [path for path in Path(desk["HOME"]).rglob("*") if path.is_file()]


def test_the_shell_at_work_is_found(monkeypatch: pytest.MonkeyPatch, office: Office) -> None:
    """The shell that started the run, else the login shell; where neither is known it is asked for."""
    monkeypatch.setattr(shell_setup, "_parent", lambda: "zsh")
    monkeypatch.setenv("SHELL", "/bin/bash")
    assert Shell.ZSH is shell_setup.at_work()
    monkeypatch.setattr(shell_setup, "_parent", lambda: "make")
    assert Shell.BASH is shell_setup.at_work()
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    ran = office.run("completion", "--install")
    assert (2, "", True) == (ran.code, ran.out, "bash, zsh, fish" in ran.err)


def test_without_a_home_nothing_is_installed(monkeypatch: pytest.MonkeyPatch, office: Office) -> None:
    """Where there is no home folder that is said, and the script can still be printed."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    ran = office.run("completion", "bash", "--install")
    assert (2, True) == (ran.code, "HOME is not set" in ran.err)
    assert office.run("completion", "bash").out.startswith("# Completion of ordos-targets for bash")
