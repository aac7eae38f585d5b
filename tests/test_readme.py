"""The README is true: every command in it runs, and what it shows is what is printed."""

from __future__ import annotations

import re
import shlex

import pytest
from office import ROOT, Office

from ordos_targets.cli.globals import COMMANDS

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    """The text block that follows an HTML comment."""
    found = re.search(rf"<!-- {re.escape(mark)} -->\n```text\n(.*?)```", README, re.DOTALL)
    assert found, mark
    return found[1]


def sessions() -> list[tuple[str, str]]:
    """The commands of the console blocks, in order, each with the output shown below it."""
    lines = "".join(re.findall(r"```console\n(.*?)```", README, re.DOTALL))
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", lines, re.MULTILINE)


def test_the_table_is_what_the_illustrative_year_prints(full_year: Office) -> None:
    """The table at the top is the real output of the command named beside it."""
    mark = re.search(r"<!-- (table: (.*)) -->", README)
    assert mark
    ran = full_year.run(*mark[2].split())
    assert block(mark[1]) == ran.out


def test_the_tour_runs_as_written(office: Office) -> None:
    """Every command of the tour succeeds in the order given, and prints what the README shows."""
    assert len(sessions()) > 10
    for command, shown in sessions():
        program, *arguments = shlex.split(command)
        ran = office.run(*arguments)
        assert (command, "ordos-targets", 0, "") == (command, program, ran.code, ran.err)
        if shown:
            assert shown == ran.out


def test_the_help_shown_is_the_help(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The help in the README is `ordos-targets --help` at 80 columns, exit codes included."""
    monkeypatch.setenv("COLUMNS", "80")
    assert office.run("--help").out == block("help")


def test_every_command_is_in_the_readme(office: Office) -> None:
    """Each command of the tool is shown at work in the tour, or named in the text."""
    assert [] == [name for name in COMMANDS if f"ordos-targets {name}" not in README]
    assert office.folder.is_dir()
