"""`record` without its arguments at a terminal: what it asks, what it accepts, and how it is left."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from children import command, run
from office import Office
from terminals import Terminal

from ordos_targets.cli.session import is_interactive

GOALS = """
title = "测试"
title_en = "Tests"
year = 2025
timezone = "Asia/Shanghai"
[[districts]]
id = "east"
name = "东区"
[[districts]]
id = "west"
name = "西区"
[[targets]]
id = "parks"
name = "公园"
measure = "total"
goal = 100
unit = "个"
[[targets]]
id = "funds"
name = "资金"
measure = "total"
scope = "parts"
goal = "2亿元"
unit = "元"
[[targets]]
id = "laws"
name = "办法"
measure = "checklist"
items = [{ id = "open", name = "公开办法" }, { id = "shut", name = "保密办法" }]
[[targets]]
id = "rates"
name = "比率"
headline = true
measure = "share"
goal = "50%"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "targets.toml").write_text(GOALS, encoding="utf-8")
    return tmp_path


def entries(folder: Path) -> list[dict[str, Any]]:
    """What is on record, each as the facts that were asked for."""
    listed: list[dict[str, Any]] = json.loads(run(folder, "log", "--format", "json").stdout)["entries"]
    return listed


def answered(folder: Path, *arguments: str, answers: list[str], env: dict[str, str] | None = None) -> tuple[int, str]:
    """A run in which each prompt is answered in turn: its exit code and all that it showed."""
    with Terminal(command(*arguments), folder, env=env) as terminal:
        for answer in answers:
            terminal.wait_for("> ")
            terminal.press(f"{answer}\n")
        code, _rest = terminal.end()
        return code, terminal.shown


def test_nothing_but_the_command_is_needed(folder: Path) -> None:
    """Target, district, value and day are asked for one after the other, and the result is that of `record`."""
    code, shown = answered(folder, "record", answers=["资金", "西", "3000万元", "1-6月"])
    assert (0, True) == (code, "Recorded as entry 1: 资金 西区 +30m yuan (increment, 2025-06-30)" in shown)
    [entry] = entries(folder)
    expected = {"target": "funds", "district": "west", "value": 30000000, "date": "2025-06-30", "kind": "increment"}
    assert expected == {name: entry[name] for name in expected}


def test_headline_targets_come_first_and_go_by_their_number(folder: Path) -> None:
    """The list begins with the headline target, whatever the file's order; its number is an answer, and so is an id."""
    code, shown = answered(folder, "record", answers=["1", "183/651", "2025-06-30"])
    assert (0, ["1  比率", "2  公园", "3  资金", "4  办法"]) == (
        code,
        [line.strip().rpartition("  ")[0].strip() for line in shown.splitlines() if line.startswith("   ")][:4],
    )
    assert ["rates"] == [entry["target"] for entry in entries(folder)]


def test_only_what_is_missing_is_asked(folder: Path) -> None:
    """A target and a day given are not asked for again; with target and value nothing is asked, as scripts write it."""
    code, shown = answered(folder, "record", "parks", "--date", "2025-06-30", answers=["2"])
    assert (0, 1, False) == (code, shown.count("> "), "Which target" in shown)
    assert [("parks", 2)] == [(entry["target"], entry["value"]) for entry in entries(folder)]
    code, shown = answered(folder, "record", "parks", "2", "--date", "2025-06-30", answers=[])
    assert (0, False) == (code, "> " in shown)


@pytest.mark.parametrize(
    ("arguments", "answers", "sentence"),
    [
        ([], ["parke", "parks", "2", "6月"], "Unknown target “parke”. Did you mean parks 公园?"),
        ([], ["99", "parks", "2", "6月"], "Unknown target “99”"),
        (["funds"], ["north", "east", "2亿", "6月"], "Unknown district “north”"),
        (["funds"], ["east", "2", "2亿", "6月"], "“2” has no unit; write 2亿元, 2万元 or 2元."),
        (["rates"], ["50", "50%", "6月"], "like 1020/2040 or 50%."),
        (["laws"], ["9", "1", "6月"], "Unknown item “9”"),
        (["parks"], ["2", "2099-01-01", "6月"], "2099-01-01 is in the future"),
        (["parks"], ["2", "6-30", "6月"], "“6-30” is not a date or period"),
        (["parks"], ["", "2", "6月"], "Recorded as entry 1"),
        (["parks"], ["\x1b[3~\x07²", "2", "6月"], "“²”"),
    ],
)
def test_a_bad_answer_is_explained_and_asked_again(
    arguments: list[str], answers: list[str], sentence: str, folder: Path
) -> None:
    """What `record` says of an argument it says of an answer, and the next answer counts; nothing is lost."""
    code, shown = answered(folder, "record", *arguments, answers=answers)
    assert (0, True) == (code, sentence in shown.replace("\n", ""))
    assert 1 == len(entries(folder))


def test_an_item_is_chosen_from_the_list_and_nothing_new_is_zero(folder: Path) -> None:
    """A checklist shows its items; the second by its number, then nothing new."""
    assert 0 == answered(folder, "record", "laws", answers=["2", "2025-05-31"])[0]
    assert 0 == answered(folder, "record", "laws", answers=["0", "2025-06-30"])[0]
    assert [("shut", None), (None, 0)] == [(entry["item"], entry["value"]) for entry in entries(folder)]


def test_enter_alone_means_today(folder: Path) -> None:
    """The day asked for shows today, and an empty answer takes it; outside the period the doubt is asked about."""
    with Terminal(command("record", "parks", "--dry-run"), folder) as terminal:
        terminal.wait_for("> ")
        terminal.press("2\n")
        asked = terminal.wait_for("> ")
        terminal.press("\n")
        asked_again = terminal.wait_for("[y/N] ")
        terminal.press("y\n")
        code, told = terminal.end()
    today = asked.partition("today, ")[2].partition(".")[0]
    assert (0, True, True) == (code, f"{today} is outside" in asked_again, f"(increment, {today})" in told)


def test_a_chinese_screen_asks_in_chinese(folder: Path) -> None:
    """Questions, lists and refusals follow the language of the screen."""
    answers = ["路", "公园", "2", "6月"]
    code, shown = answered(folder, "record", answers=answers, env={"ORDOS_TARGETS_LANG": "zh"})
    for sentence in ("哪项指标？", "没有“路”这个指标。", "上次登记之后的新增数是多少？写法如 2个。", "已登记"):
        assert (sentence, True) == (sentence, sentence in shown)
    assert 0 == code


@pytest.mark.parametrize("keys", ["\x03", "\x04"], ids=["ctrl-c", "end-of-input"])
@pytest.mark.parametrize("before", [[], ["parks"], ["parks", "2"]], ids=["target", "value", "day"])
def test_leaving_a_question_records_nothing(keys: str, before: list[str], folder: Path) -> None:
    """At any question Ctrl-C and the end of input leave with 130, without a traceback, and nothing is on record."""
    with Terminal(command("record"), folder) as terminal:
        for answer in before:
            terminal.wait_for("> ")
            terminal.press(f"{answer}\n")
        terminal.wait_for("> ")
        code, rest = terminal.end(press=keys)
    assert (130, "Interrupted.") == (code, rest.replace("^C", "").replace("^D", "").strip())
    assert [] == entries(folder)
    assert not (folder / "progress.db").exists()


@pytest.mark.parametrize(
    ("typed", "completed"),
    [("pa\t", "parks"), ("公\t", "parks"), ("FUN\t", "funds")],
)
def test_tab_completes_an_answer(typed: str, completed: str, folder: Path) -> None:
    """An id's beginning or a part of a name becomes the id."""
    with Terminal(command("record", "--dry-run"), folder) as terminal:
        terminal.wait_for("> ")
        terminal.press(typed)
        terminal.wait_for(completed)
        terminal.press("\n")
        question = terminal.wait_for("> ")
    assert ("district" in question) == (completed == "funds")


def test_a_redirected_result_holds_no_question(folder: Path) -> None:
    """With stdout in a file questions still show, and the file holds the result alone."""
    with (
        (folder / "result.txt").open("wb") as file,
        Terminal(command("record", "parks"), folder, stdout=file.fileno()) as terminal,
    ):
        for answer in ("2", "2025-06-30"):
            terminal.wait_for("> ")
            terminal.press(f"{answer}\n")
        code, _rest = terminal.end()
    result = (folder / "result.txt").read_text(encoding="utf-8")
    assert (0, True, False) == (code, result.startswith("Recorded as entry 1: 公园 +2 个"), "> " in result)


@pytest.mark.parametrize("arguments", [["record"], ["record", "parks"]])
def test_off_a_terminal_nothing_is_asked(arguments: list[str], folder: Path) -> None:
    """In cron and pipelines an argument left out is a usage error, with exit code 2, at once."""
    ran = run(folder, *arguments)
    missing = "TARGET" if arguments == ["record"] else "VALUE"
    assert (2, "", f"ordos-targets: error: {missing} is missing.") == (
        ran.returncode,
        ran.stdout,
        ran.stderr.split("\n")[0],
    )


def test_questions_need_an_ear_and_an_eye(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """With either the keyboard or the place where questions show missing, nobody is asked."""
    office.write(GOALS)
    for stdin, stderr in ((True, False), (False, True)):
        monkeypatch.setattr(sys.stdin, "isatty", lambda answer=stdin: answer, raising=False)
        monkeypatch.setattr(sys.stderr, "isatty", lambda answer=stderr: answer, raising=False)
        assert not is_interactive()


def test_a_file_without_targets_is_not_asked_about(folder: Path) -> None:
    """Where there is nothing to choose from the usual sentence says so."""
    (folder / "targets.toml").write_text('title = "T"\nyear = 2025\n', encoding="utf-8")
    code, shown = answered(folder, "record", answers=[])
    assert (2, True, False) == (code, "targets.toml lists none" in shown, "> " in shown)
