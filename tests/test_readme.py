"""The README is true: every command in it runs, and what it shows is what is printed."""

from __future__ import annotations

import re
import shlex

import pytest
from office import ROOT, Office

from ordos_targets import locale
from ordos_targets.cli.app import COMMANDS
from ordos_targets.cli.session import Session
from ordos_targets.report.status_table import status_table
from ordos_targets.report.terminal import render
from ordos_targets.usecases.status import StatusRequest, status

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    """The text block that follows an HTML comment."""
    text = re.search(rf"<!-- {re.escape(mark)} -->\n```text\n(.*?)```", README, re.DOTALL)
    assert text, mark
    return text[1]


def sessions() -> list[tuple[str, str]]:
    """The commands of the console blocks, in order, each with the output shown below it."""
    lines = "".join(re.findall(r"```console\n(.*?)```", README, re.DOTALL))
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", lines, re.MULTILINE)


@pytest.mark.usefixtures("full_year")
def test_the_table_is_what_the_illustrative_year_shows() -> None:
    """The table at the top is what the command named beside it draws in a window of that width."""
    mark = re.search(r"<!-- (table in a window of (\d+) columns: status --as-of (\S+) --lang zh) -->", README)
    assert mark
    locale.activate("zh")
    report = status(Session().workspace(), StatusRequest(as_of=mark[3]))
    assert block(mark[1]) == render([status_table(report)], int(mark[2]))


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


@pytest.mark.usefixtures("office")
def test_every_command_is_in_the_readme() -> None:
    """Each command of the tool is shown at work in the tour, or named in the text."""
    assert [] == [name for name in COMMANDS if f"ordos-targets {name}" not in README]


def test_every_promise_names_tests_that_are_there() -> None:
    """What the README promises is held by files of tests that exist."""
    table = README.split("## What is promised")[1].split("\n\n")[1]
    named = re.findall(r"`([a-z_/]+(?:\.py)?)`", "".join(row.split("|")[2] for row in table.splitlines()[2:]))
    assert len(named) > 10
    assert [] == [name for name in named if not (ROOT / "tests" / name).exists()]
