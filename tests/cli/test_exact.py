"""A line that `cli.exact` reads means what it means to Typer, and every other line is left to Typer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from inspect import signature
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ordos_targets.cli import exact as reader
from ordos_targets.cli import typer_commands
from ordos_targets.cli.exact import exact
from ordos_targets.cli.grammar import COMMANDS, EVERYWHERE, Declared, DeclaredGroup, declared
from ordos_targets.cli.session import Session

Meaning = tuple[str, dict[str, object], dict[str, object]]


def meaning(run: Any, session: Session, given: dict[str, Any]) -> Meaning:  # noqa: ANN401 - a command's function
    """Which command is carried out, in which settings, and with what, its defaults among it."""
    bound = signature(run).bind(session, **given)
    bound.apply_defaults()
    _session, *said = bound.arguments.items()
    kept = ("targets_file", "ledger", "quiet", "no_color")
    return run.__name__, {name: getattr(session, name) for name in kept}, {name: what or None for name, what in said}


def to_us(line: Sequence[str]) -> Meaning | None:
    """What a line means to our own reader; None where it leaves the line."""
    call: Any = exact(line)
    return call and meaning(call.func, call.args[0], call.keywords)


def to_typer(line: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> Meaning:
    """What a line means to Typer. Raises what Typer raises."""
    seen: list[Meaning] = []

    def recording(name: str) -> Declared:
        found = declared(name)
        assert isinstance(found, Declared)

        @wraps(found.run)
        def run(session: Session, **given: object) -> None:
            seen.append(meaning(found.run, session, given))

        return found._replace(run=run)

    with monkeypatch.context() as patched:
        patched.setattr(typer_commands, "declared", recording)
        typer_commands.Commands().main(list(line), prog_name="ordos-targets", standalone_mode=False)
    (only,) = seen
    return only


DECLARED = [found for found in map(declared, COMMANDS) if isinstance(found, Declared)]
NAMES = sorted(
    {name for found in DECLARED for one in found.parameters() for name in one.said.names}
    | {name for one in EVERYWHERE for name in one.said.names}
)
VALUES = ("2025-07-05", "json", "table", "3", "0", "-3", "x", "目标", "-", "", "zh", "met,behind", "bash", "status")
WORDS = st.one_of(
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from(VALUES),
    st.sampled_from(VALUES),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)).map("=".join),
    st.sampled_from(("--", "-h", "--help", "--version", "——date", "--form", "-oFILE", "--estimate", "--final")),
)
LINES = st.tuples(
    st.lists(WORDS, max_size=2), st.lists(st.sampled_from(COMMANDS), max_size=1), st.lists(WORDS, max_size=6)
).map(lambda parts: [word for part in parts for word in part])


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(line=LINES)
def test_both_readers_understand_a_line_alike(line: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever words stand on a line: where our own reader takes it, Typer takes it too, and for the same."""
    ours = to_us(line)
    assert ours is None or ours == to_typer(line, monkeypatch)


@pytest.mark.parametrize(
    "line",
    [
        [],
        ["status", "--format", "json"],
        ["status", "--quiet", "--only", "behind,missed"],
        ["-t", "goals.toml", "--ledger=a.db", "status", "roads", "中试", "--as-of=2025-07-05", "-o", "-"],
        ["record", "roads", "2亿元", "--date", "2025-06-30", "--to-date", "--note", "三个"],
        ["log", "-n", "5", "--format", "jsonl", "--no-color"],
        ["import", "-", "--format", "csv", "--ignore", "a", "--ignore", "b"],
        ["report", "--format", "html", "-o", "page.html", "--lang", "zh"],
        ["schema", "status"],
        ["void", "3", "--why", "typed twice"],
    ],
    ids=" ".join,
)
def test_what_programs_write_is_read_without_typer(line: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines as they stand in cron tables and scripts are taken, and mean what they mean to Typer."""
    assert to_typer(line, monkeypatch) == to_us(line)


@pytest.mark.parametrize(
    "line",
    [
        ["--help"],
        ["status", "-h"],
        ["statuz"],
        ["status", "--format", "jsn"],
        ["status", "--form", "json"],
        ["status", "--format"],
        ["status", "--as-of", ""],
        ["status", "--as-of", "2025-07-05", "--as-of", "2025-07-06"],
        ["status", "--quiet=yes"],
        ["status", "-ojson"],
        ["status", "--", "roads"],
        ["status", "--lang", "eo"],
        ["record", "roads"],
        ["record", "roads", "-3"],
        ["record", "roads", "3", "4"],
        ["record", "roads", "3", "——date", "2025-06-30"],
        ["log", "-n", "0"],
        ["log", "-n", "many"],
        ["show"],
        ["amend", "3", "4", "--final", "--why", "x"],
    ],
    ids=" ".join,
)
def test_what_has_to_be_explained_or_guessed_is_left_to_typer(line: list[str]) -> None:
    """Of a line with anything unusual in it our reader makes nothing, not even an error."""
    assert None is to_us(line)


def test_the_environment_stands_in_for_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both readers take what the line leaves out from the environment, and what it says over that."""
    monkeypatch.setenv("ORDOS_TARGETS_FILE", "env.toml")
    monkeypatch.setenv("ORDOS_TARGETS_LEDGER", "env.db")
    line = ["check", "--ledger", "line.db"]
    expected = {"targets_file": "env.toml", "ledger": "line.db", "quiet": False, "no_color": False}
    assert ("check", expected, {}) == to_us(line) == to_typer(line, monkeypatch)


def test_a_command_of_commands_is_left_to_typer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A group of commands lists them, carries out the one that is called, and is nothing for our own reader."""
    seen: list[str | None] = []
    check = declared("check")
    assert isinstance(check, Declared)

    def run(session: Session) -> None:
        seen.append(session.ledger)

    group = DeclaredGroup("What there is to check.", {"one": check._replace(run=run, text="Check one thing.")})
    for module in (reader, typer_commands):
        monkeypatch.setattr(module, "declared", lambda _name: group)
    assert None is to_us(["check", "one"])
    for line in (["check", "one", "--ledger", "a.db"], ["check", "--help"]):
        typer_commands.Commands().main(line, prog_name="ordos-targets", standalone_mode=False)
    assert (["a.db"], True) == (seen, "one  Check one thing." in capsys.readouterr().out)
