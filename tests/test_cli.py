"""The commands and their options, through the command line."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

import pytest
from children import run
from office import Office, drafts, fill

from ordos_targets.cli import session
from ordos_targets.domain.assessment import StatusReport
from ordos_targets.report.status_table import status_table
from ordos_targets.report.terminal import render
from ordos_targets.usecases.status import StatusRequest, status

SMALL = """
title = "测试"
year = 2025
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
goal = 10
unit = "个"
section = "城建"
owner = "园林局"
[[targets]]
id = "roads"
name = "道路"
measure = "total"
scope = "parts"
goal = "20"
split = { east = 12, west = 8 }
unit = "公里"
commitment = "ensure"
[[targets]]
id = "energy"
name = "用电"
measure = "total"
direction = "at_most"
goal = 100
unit = "度"
"""


@pytest.fixture
def small(office: Office) -> Office:
    """A small file of goals: one total, one of parts with a split, one cap."""
    office.write(SMALL)
    return office


def record(office: Office, *arguments: str) -> None:
    ran = office.run("record", *arguments)
    assert (0, "") == (ran.code, ran.err)


def test_status_without_a_command_is_status(small: Office) -> None:
    """Bare `ordos-targets` prints what `ordos-targets status` prints."""
    assert small.run("status") == small.run()


def test_without_a_targets_file_it_says_how_to_get_one(office: Office) -> None:
    """In an empty folder people are told of `init`, with the exit code of invalid data; a monitor gets its line."""
    ran, monitor = office.run(), office.run("status", "--nagios")
    assert (4, "", True) == (ran.code, ran.out, "ordos-targets init" in ran.err)
    assert (3, "", "TARGETS UNKNOWN - ") == (monitor.code, monitor.err, monitor.out[:18])


def test_the_targets_file_is_found_in_a_folder_above(small: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Like git, a command works in any folder below the file, on the ledger beside the file."""
    record(small, "parks", "2", "--date", "2025-06-30")
    below = small.folder / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert 2 == small.json("status", "--as-of", "2025-07-05")["targets"][0]["actual"]


def test_reading_creates_nothing(small: Office) -> None:
    """`status`, `log`, `show` and `check` on a fresh folder leave the targets file alone in it."""
    for arguments in (["status"], ["log"], ["show", "parks"], ["check"]):
        assert 0 == small.run(*arguments).code
    assert ["targets.toml"] == [path.name for path in small.folder.iterdir()]


def test_global_options_stand_before_or_after_the_command(small: Office) -> None:
    """`--lang zh status` and `status --lang zh` are the same."""
    assert small.run("--lang", "zh", "status") == small.run("status", "--lang", "zh")
    assert small.run("-t", "none.toml", "ledger", "init") == small.run("ledger", "init", "-t", "none.toml")


def test_the_later_global_option_wins(small: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """An option after the command's name beats the same before it, and both beat the environment."""
    monkeypatch.setenv("ORDOS_TARGETS_FILE", "none.toml")
    monkeypatch.setenv("ORDOS_TARGETS_LANG", "fr")
    for line, code in (
        (["check", "--lang", "en"], 4),
        (["-t", "targets.toml", "check", "--lang", "en"], 0),
        (["--lang", "en", "check", "-t", "targets.toml"], 0),
        (["-t", "none.toml", "check", "-t", "targets.toml", "--lang", "en"], 0),
        (["-t", "targets.toml", "check", "-t", "none.toml", "--lang", "en"], 4),
        (["-t", "targets.toml", "check"], 2),
    ):
        assert (line, code) == (line, small.run(*line).code)


def test_a_flag_beats_the_environment_and_the_environment_beats_the_file(
    small: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger is looked for in --ledger, then ORDOS_TARGETS_LEDGER, then targets.toml."""
    for number, name in enumerate(("progress.db", "environment.db", "flag.db"), start=1):
        assert 0 == small.run("--ledger", name, "record", "parks", str(number), "--date", "2025-06-30").code
    assert 1 == small.json("status")["targets"][0]["actual"]
    monkeypatch.setenv("ORDOS_TARGETS_LEDGER", "environment.db")
    assert 2 == small.json("status")["targets"][0]["actual"]
    assert 3 == small.json("status", "--ledger", "flag.db")["targets"][0]["actual"]


def test_the_targets_file_may_be_named_by_flag_or_environment(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """-t FILE and ORDOS_TARGETS_FILE name a file outside the folder and its parents."""
    other = office.folder / "other.toml"
    other.write_text(SMALL, encoding="utf-8")
    assert "测试" == office.json("status", "-t", "other.toml")["title"]
    monkeypatch.setenv("ORDOS_TARGETS_FILE", str(other))
    assert "测试" == office.json("status")["title"]


def test_record_writes_every_part_of_an_entry(small: Office) -> None:
    """What `record` was given stands in the ledger, with the evidence's SHA-256."""
    (small.folder / "proof.txt").write_text("proof", encoding="utf-8")
    record(
        small, "roads", "1.5公里", "--date", "2025年6月", "--district", "东", "--estimate", "--note", "第一段",
        "--evidence", "proof.txt", "--by", "李",
    )  # fmt: skip
    [entry] = small.json("log")["entries"]
    expected = {
        "seq": 1, "target": "roads", "district": "east", "date": "2025-06-30", "kind": "increment",
        "value": Decimal("1.5"), "of": None, "item": None, "estimate": True, "note": "第一段", "evidence": "proof.txt",
        "by": "李", "origin": "cli", "replaces": None, "cancelled_by": None,
    }  # fmt: skip
    expected["evidence_sha256"] = sha256(b"proof").hexdigest()
    assert expected == {name: entry[name] for name in expected}


def test_dry_run_writes_nothing_and_force_what_is_doubtful(small: Office) -> None:
    """`record --dry-run` prints before → after alone; a reading below the last is recorded under --force only."""
    ran = small.run("record", "parks", "2", "--date", "2025-06-30", "--dry-run")
    assert (0, True, []) == (ran.code, "Actual: — → 2 个" in ran.out, small.json("log")["entries"])
    record(small, "parks", "5", "--to-date", "--date", "2025-06-30")
    lower = ["record", "parks", "4", "--to-date", "--date", "2025-07-31"]
    assert (2, 0) == (small.run(*lower).code, small.run(*lower, "--force").code)
    assert 4 == small.json("status")["targets"][0]["actual"]


def test_negative_figures_need_no_trick(small: Office) -> None:
    """`record parks -3` takes three away; what an option waits for is left as it is."""
    record(small, "parks", "5", "--date", "2025-06-30")
    record(small, "parks", "-3", "--date", "2025-06-30", "--note", "-5")
    assert 2 == small.json("status")["targets"][0]["actual"]
    assert "-5" == small.json("log")["entries"][1]["note"]


def test_amend_keeps_what_was_not_given_and_the_old_entry(small: Office) -> None:
    """An amended entry has the new value and the old date and note; the old one and its void stay in `log --all`."""
    record(small, "parks", "5", "--date", "2025-06-30", "--note", "n")
    assert 0 == small.run("amend", "1", "6", "--why", "counted again").code
    [entry] = small.json("log")["entries"]
    assert (6, "2025-06-30", "n") == (entry["value"], entry["date"], entry["note"])
    kinds = [(one["kind"], one["cancelled_by"], one["note"]) for one in small.json("log", "--all")["entries"]]
    assert [("increment", 2, "n"), ("void", None, "counted again"), ("increment", None, "n")] == kinds


def test_last_names_the_newest_entry_that_stands(small: Office) -> None:
    """`void --last` twice cancels two entries, and `amend --last VALUE` takes its one argument for the value."""
    for value in ("1", "2", "3"):
        record(small, "parks", value, "--date", "2025-06-30")
    assert 0 == small.run("void", "--last", "--why", "x").code
    assert 0 == small.run("amend", "--last", "7", "--why", "x").code
    assert 8 == small.json("status")["targets"][0]["actual"]


def test_a_correction_without_a_reason_or_an_entry_is_refused(small: Office) -> None:
    """`void` wants --why, and an entry or --last but not both."""
    record(small, "parks", "1", "--date", "2025-06-30")
    for arguments in (["1"], ["--why", "x"], ["1", "--last", "--why", " "]):
        assert (2, "") == (small.run("void", *arguments).code, small.run("void", *arguments).out)


def test_known_at_prints_an_earlier_report_again(small: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a later correction, --known-at gives the figures of the earlier moment, digit for digit."""
    monkeypatch.setattr(session, "clock", lambda: datetime(2025, 7, 1, 3, tzinfo=UTC))
    record(small, "parks", "4", "--date", "2025-06-30")
    then = small.json("status", "--as-of", "2025-06-30")["targets"]
    monkeypatch.setattr(session, "clock", lambda: datetime(2025, 8, 1, 3, tzinfo=UTC))
    assert 0 == small.run("amend", "1", "9", "--why", "x").code
    assert 9 == small.json("status", "--as-of", "2025-06-30")["targets"][0]["actual"]
    assert then == small.json("status", "--as-of", "2025-06-30", "--known-at", "2025-07-15")["targets"]
    assert then == small.json("status", "--as-of", "2025-06-30", "--known-at", "2025-07-15T08:00+08:00")["targets"]


def test_since_adds_what_changed(small: Office) -> None:
    """--since gives the difference of each figure and the status of that day; a day after the report's has none."""
    record(small, "parks", "2", "--date", "2025-03-31")
    record(small, "parks", "3", "--date", "2025-06-30")
    [row] = small.json("status", "公园", "--as-of", "2025-07-05", "--since", "2025-03-31")["targets"]
    change = {"since": "2025-03-31", "actual": 3, "gap": -3, "completion": Decimal("0.3"), "lead": 5}
    assert change | {"status_before": "lagging"} == row["change"]
    assert 5 == row["actual"]
    assert 2 == small.run("status", "--as-of", "2025-07-05", "--since", "2025-08-01").code


def test_only_and_fail_on(small: Office) -> None:
    """--only keeps the rows in a status, --fail-on turns one into exit code 3, shown or not; both take lists."""
    record(small, "parks", "1", "--date", "2025-06-30")
    dated = ("status", "--as-of", "2025-07-05")
    assert ["parks"] == [target["id"] for target in small.json(*dated, "--only", "behind,met")["targets"]]
    assert 3 == small.run(*dated, "--fail-on", "missed,behind").code
    assert 0 == small.run(*dated, "--fail-on", "missed").code
    assert 3 == small.run(*dated, "--only", "met", "--fail-on", "behind").code


def test_district_in_focus(small: Office) -> None:
    """--district leaves only the targets that districts report on, with that district's row, judged by it."""
    record(small, "roads", "12", "--district", "east", "--date", "2025-06-30")
    found = small.json("status", "--district", "东区", "--as-of", "2025-07-05")
    assert ["roads"] == [one["id"] for one in found["targets"]]
    assert [("east", "met")] == [(one["id"], one["status"]) for one in found["targets"][0]["districts"]]
    assert 1 == found["summary"]["by_status"]["met"]


def test_nagios_speaks_in_exit_codes(small: Office) -> None:
    """One line: critical and 2 where a light is red, unknown and 3 where the goals cannot even be read."""
    record(small, "parks", "1", "--date", "2025-06-30")
    ran = small.run("status", "--nagios", "--as-of", "2025-07-05")
    assert (2, True, 1) == (ran.code, ran.out.startswith("TARGETS CRITICAL - "), ran.out.count("\n"))
    small.write("title = ")
    assert 3 == small.run("status", "--nagios").code


def test_every_list_has_every_format(small: Office) -> None:
    """status, log and show print JSON, JSON Lines, CSV and TSV; the records are as many as the rows."""
    record(small, "parks", "1", "--date", "2025-06-30")
    for arguments, rows in ((["status"], 5), (["log"], 1), (["show", "parks"], 1)):
        assert small.json(*arguments)["format"] == f"ordos-targets/{arguments[0]}"
        for format_ in ("csv", "tsv"):
            assert rows + 1 == len(small.run(*arguments, "--format", format_).out.splitlines())
        for line in small.run(*arguments, "--format", "jsonl").out.splitlines():
            assert isinstance(json.loads(line), dict)


def test_output_replaces_a_file_whole(small: Office) -> None:
    """-o FILE holds what stdout would, and stdout holds nothing; a folder that is not there is an error and no file."""
    expected = small.run("status", "--format", "csv").out
    assert "" == small.run("status", "--format", "csv", "-o", "out.csv").out
    assert expected == (small.folder / "out.csv").read_text(encoding="utf-8")
    ran = small.run("status", "-o", "nowhere/out.txt")
    assert (1, True) == (ran.code, "nowhere/out.txt" in ran.err)
    assert ["out.csv", "targets.toml"] == sorted(path.name for path in small.folder.iterdir())


def test_errors_are_json_where_json_was_asked_for(small: Office) -> None:
    """Under --format json an error is an object on stderr with its code, and stdout stays empty."""
    ran = small.run("status", "park-s", "--format", "json")
    assert (2, "", "unknown_name") == (ran.code, ran.out, json.loads(ran.err)["error"]["code"])
    small.write('title = "x"\nyear = 2025\ntilte = 1\n')
    error = json.loads(small.run("status", "--format=json").err)["error"]
    assert ("invalid_targets", "tilte", 3) == (error["code"], error["problems"][0]["key"], error["problems"][0]["line"])


def test_a_formula_in_a_note_does_not_run_in_a_spreadsheet(small: Office) -> None:
    """A note that begins like a formula gets an apostrophe in CSV, and is itself in JSON."""
    record(small, "parks", "1", "--date", "2025-06-30", "--note", "=1+1")
    assert "'=1+1" in small.run("log", "--format", "csv").out
    assert "=1+1" == small.json("log")["entries"][0]["note"]


def test_log_filters(small: Office) -> None:
    """log takes targets, days, a district, a person, and a count of the newest."""
    record(small, "parks", "1", "--date", "2025-01-31", "--by", "a")
    record(small, "roads", "1", "--date", "2025-02-28", "--by", "b", "--district", "east")
    record(small, "roads", "1", "--date", "2025-03-31", "--by", "a", "--district", "west")
    for arguments, expected in (
        (["道路"], [2, 3]),
        (["--since", "2月"], [2, 3]),
        (["--until", "2月"], [1, 2]),
        (["--district", "西"], [3]),
        (["--by", "a"], [1, 3]),
        (["-n", "2"], [2, 3]),
        (["--by", "a", "-n", "1"], [3]),
    ):
        assert expected == [one["seq"] for one in small.json("log", *arguments)["entries"]]


def test_check_finds_entries_that_no_target_claims(small: Office) -> None:
    """A target renamed in the file would lose its entries silently: `check` exits with 4 and names them."""
    record(small, "parks", "1", "--date", "2025-06-30")
    assert 0 == small.run("check").code
    small.write(SMALL.replace('id = "parks"', 'id = "gardens"'))
    ran = small.run("check")
    assert (4, True) == (ran.code, "parks" in ran.err)


def test_init_writes_the_shipped_goals_or_a_blank_file(office: Office) -> None:
    """Both load as they are; neither overwrites a file unless forced. Any fact that is given makes it a blank one."""
    assert 0 == office.run("init").code
    assert 15 == office.json("status")["summary"]["targets"]
    assert 2 == office.run("init", "--blank").code
    assert 0 == office.run("init", "--blank", "--title", '"甲"市', "--year", "2026", "--force").code
    found = office.json("status")
    assert ('"甲"市', "2026-01-01") == (found["title"], found["period"]["start"])
    assert 0 == office.run("init", "--year", "2030", "--force").code
    assert "2030-01-01" == office.json("status")["period"]["start"]


def test_the_ledger_may_be_set_to_an_engine_that_is_not_there(small: Office) -> None:
    """A URL of an unknown engine is a ledger failure, and its password is not shown."""
    ran = small.run("--ledger", "postgresql://u:secret@h/d", "status")
    assert (5, False, True) == (ran.code, "secret" in ran.err, "u@h" in ran.err)


@pytest.mark.usefixtures("full_year")
def test_text_off_a_terminal_equals_the_table_on_one() -> None:
    """Rich on a wide terminal without colour draws the very table that files and pipes get."""
    report: StatusReport = status(session.Session().workspace(), StatusRequest(as_of="2025-07-05"))
    assert render([status_table(report)]) == render([status_table(report)], 400)


def test_later_entries_do_not_change_an_earlier_status(small: Office) -> None:
    """A status as of a day ignores what is dated after it."""
    before = small.json("status", "--as-of", "2025-03-31")["targets"]
    fill(small.ledger, drafts(['{"target": "parks", "date": "2025-06-30", "kind": "increment", "value": "3"}']))
    assert before == small.json("status", "--as-of", "2025-03-31")["targets"]


def test_output_never_replaces_what_it_was_made_from(small: Office) -> None:
    """-o on the ledger or the targets file is refused, also by way of a link, and both stay as they were."""
    record(small, "parks", "1", "--date", "2025-06-30")
    (small.folder / "link").symlink_to("progress.db")
    for name in ("progress.db", "targets.toml", "./targets.toml", "link"):
        assert (name, 2) == (name, small.run("status", "-o", name).code)
    assert 1 == small.json("status")["targets"][0]["actual"]


def test_output_is_written_into_a_pipe_not_over_it(small: Office) -> None:
    """A named pipe or a device given to -o stays one, and its reader gets the report."""
    pipe = small.folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert 0 == small.run("status", "--format", "csv", "-o", "pipe").code
    assert small.run("status", "--format", "csv").out == os.read(reader, 1 << 16).decode()
    os.close(reader)
    assert pipe.is_fifo()


def test_quiet_silences_an_empty_table_on_stdout_alone(small: Office) -> None:
    """Cron mails nothing where no target is in the statuses asked for; a file is replaced, and JSON is written."""
    assert "" == small.run("status", "--only", "met", "--quiet").out
    assert 0 == small.run("status", "-q", "--only", "met", "-o", "page.txt").code
    assert "No target is in these statuses." in (small.folder / "page.txt").read_text(encoding="utf-8")
    assert [] == small.json("status", "-q", "--only", "met")["targets"]


def test_a_status_may_be_named_as_any_screen_says_it(small: Office) -> None:
    """Codes, English and Chinese words are taken in either language: a crontab may have no LANG."""
    for language in ("en", "zh"):
        for word in ("no_data", "no-data", "no data", "未报送", "未报送、欠进度", "no_data，behind"):
            assert (word, 3) == (word, small.run("--lang", language, "status", "--fail-on", word).code)


def test_dashes_and_quotes_of_a_chinese_keyboard(full_year: Office) -> None:
    """An input method's ——date is --date, and “ ” in a name are the quotes of the file."""
    ran = full_year.run("record", "新增“三清零”企业", "50", "——to-date", "－－date", "2025-12-31", "--dry-run")
    assert (0, "") == (ran.code, ran.err)


def test_a_command_that_is_nearly_right_is_suggested(small: Office) -> None:
    """`stauts` is answered with status, `frobnicate` with the list alone; a group alone says that a command misses."""
    assert "Did you mean status?" in small.run("stauts").err
    assert "Did you mean" not in small.run("frobnicate").err
    assert "Did you mean grant?" in small.run("ledger", "gran").err
    assert "ordos-targets: error: Missing command.\n  See `ordos-targets ledger --help`.\n" == small.run("ledger").err
    assert "init" in small.run("ledger", "--help", "-q").out


def test_a_run_loads_one_command(full_year: Office) -> None:
    """`--help` lists the commands without loading them, and a command loads its own module alone."""
    loaded = "import atexit, sys; atexit.register(lambda: sys.stderr.write(' '.join(sys.modules)))"
    commands = {
        words: [
            name.rpartition(".")[2]
            for name in run(full_year.folder, words, first=loaded).stderr.split()
            if name.startswith("ordos_targets.cli.commands.")
        ]
        for words in ("--help", "status", "check")
    }
    assert {"--help": [], "status": ["read"], "check": ["setup"]} == commands


def test_languages_are_named_as_locales_name_them(small: Office) -> None:
    """zh, zh_CN.UTF-8 and en-GB are languages; english-nope and fr are refused."""
    for name, code in (("zh", 0), ("zh_CN.UTF-8", 0), ("en-GB", 0), ("english-nope", 2), ("fr", 2)):
        assert (name, code) == (name, small.run("--lang", name, "status").code)
