"""The command line at its edges: pipes that close, disks that are full, Ctrl-C, bare surroundings, hostile text."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from children import GOALS, PATIENCE, RECORD, command, run, surroundings, visit
from office import ROOT, Office
from terminals import INTERRUPT, on_terminal

# Whatever the run opens for writing, makes or renames is told on stderr.
WATCH = """
import os
def watch(event, facts):
    writes = event == "open" and isinstance(facts[2], int) and facts[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event in ("os.mkdir", "os.rename", "sqlite3.connect"):
        sys.stderr.write(f"{facts[0]}\\n")
sys.addaudithook(watch)
"""


DOUBTFUL = ("record", "parks", "0", "--to-date", "--date", "2025-06-30")


def entries(desk: Office) -> int:
    """How many entries are on record."""
    return len(desk.json("log")["entries"])


@pytest.fixture
def broken_pipe() -> Iterator[int]:
    """A pipe whose reader has gone."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


# A table, a document, a stream of lines, a write, a help text and a line that the command line itself prints.
PRINTING = [("status",), ("schema",), ("log", "--format", "csv"), RECORD, ("--help",), ("--version",)]


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_reader_that_has_gone_is_no_failure(arguments: tuple[str, ...], folder: Path, broken_pipe: int) -> None:
    """A closed pipe, as under `| head -1`, is silent and ends with 0."""
    ran = run(folder, *arguments, stdout=broken_pipe)
    assert (0, "") == (ran.returncode, ran.stderr)


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_output_that_finds_no_room_is_told(arguments: tuple[str, ...], folder: Path) -> None:
    """On a full disk stdout fails with one message, on stderr, and exit code 1."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = run(folder, *arguments, stdout=full)
    assert (1, True, False) == (ran.returncode, "No space left on device" in ran.stderr, "Unexpected" in ran.stderr)


def test_without_room_for_messages_the_exit_code_speaks(folder: Path) -> None:
    """Where stderr is full the exit code is still that of the error."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        assert 2 == run(folder, "status", "nothing", stderr=full).returncode


def test_closed_streams_are_no_error(folder: Path) -> None:
    """A run started without stdout, stderr or either ends as it would with them."""
    begin = """
import os
for number in sys.argv.pop(1):
    os.close(int(number))
os.execv(sys.executable, [sys.executable, "-m", "ordos_targets", *sys.argv[1:]])
"""
    closings = ("1", "2", "12")
    codes = {
        closed: [run(folder, closed, word, first=begin).returncode for word in ("status", "x")] for closed in closings
    }
    assert {"1": [0, 2], "2": [0, 2], "12": [0, 2]} == codes


def test_ctrl_c_ends_a_run_shortly(folder: Path) -> None:
    """An interrupt in the middle of a run, here while it reads its goals from a pipe, says so and ends with 130."""
    os.mkfifo(folder / "slow.toml")
    process = subprocess.Popen(
        command("status", "-t", "slow.toml"),
        cwd=folder,
        env=surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with (folder / "slow.toml").open("w", encoding="utf-8"):  # opens once the run has opened its end
        process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (130, "", "\nInterrupted.\n") == (process.returncode, out, err)


def test_ctrl_c_at_a_question_records_nothing(desk: Office) -> None:
    """At a terminal, Ctrl-C instead of yes or no ends the run with 130, and nothing is recorded."""
    code, shown = on_terminal(desk.folder, *DOUBTFUL, at="Record it anyway?", press=INTERRUPT)
    assert (130, True, False) == (code, "Interrupted." in shown, "Traceback" in shown)
    assert 1 == entries(desk)


@pytest.mark.parametrize(("answer", "count"), [("y", 2), ("是", 2), ("n", 1), ("", 1)])
def test_a_question_at_a_terminal_is_answered_in_either_language(answer: str, count: int, desk: Office) -> None:
    """A yes records the doubtful figure, anything else records nothing and says only that."""
    code, shown = on_terminal(desk.folder, *DOUBTFUL, at="[y/N] ", press=f"{answer}\n")
    assert (0 if count == 2 else 2, False, count) == (code, "--force" in shown, entries(desk))


def test_cron_without_surroundings_gets_it_whole(folder: Path) -> None:
    """With no HOME, LANG or TERM output is UTF-8 and uncut, and nothing is written outside the folder."""
    note = "很长的备注" * 200
    bare = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    assert 0 == run(folder, *RECORD, "--note", note, env=bare).returncode
    ran = run(folder, "log", "--lang", "zh", env=bare, first=WATCH)
    assert (0, True, True) == (ran.returncode, note in ran.stdout, "公园" in ran.stdout)
    assert [f"file://{folder}/progress.db?mode=rw"] == ran.stderr.splitlines()
    assert {"targets.toml", "progress.db"} == {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("cache", ["/proc/nowhere", "/dev/null", "relative", ""])
def test_a_cache_that_cannot_be_kept_does_no_harm(folder: Path, cache: str) -> None:
    """Where nothing can be kept between runs, a run says and does what it would otherwise."""
    env = surroundings(XDG_CACHE_HOME=cache, HOME="/proc/nowhere")
    ran = run(folder, "status", env=env)
    assert (0, "", run(folder, "status").stdout) == (ran.returncode, ran.stderr, ran.stdout)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"title = ",
        b"title = '\x00'",
        b"\x1b[31m",
        GOALS.replace("Tests", r"\u001b[31m").encode(),
        None,
    ],
    ids=["empty", "no UTF-8", "cut", "NUL", "escape", "escape in a name", "folder"],
)
def test_goals_that_cannot_be_read_are_told(office: Office, content: bytes | None) -> None:
    """A targets file that is no targets file ends with 4 and its name, as JSON for who asked for JSON."""
    path = office.folder / "targets.toml"
    path.write_bytes(content) if content is not None else path.mkdir()
    ran = office.run("status", "-t", "targets.toml")
    assert (4, "", True) == (ran.code, ran.out, "targets.toml" in ran.err)
    error = office.run("status", "-t", "targets.toml", "--format", "json")
    assert (4, "", 4) == (error.code, error.out, json.loads(error.err)["error"]["exit_code"])
    assert "\x1b" not in ran.err + error.err


def test_goals_that_may_not_be_read_are_told(folder: Path) -> None:
    """A targets file without the right to read it ends with 4, its name and the system's reason."""
    (folder / "targets.toml").chmod(0o000)
    ran = visit(folder, "status")
    assert (4, "") == (ran.returncode, ran.stdout)
    assert "targets.toml" in ran.stderr
    assert "Permission denied" in ran.stderr


@pytest.mark.parametrize("option", ["--note", "--by", "--evidence", "--district", "--date"])
def test_text_that_cannot_be_kept_is_refused(option: str, desk: Office) -> None:
    """Bytes that are no UTF-8 arrive as lone surrogates; they are refused, shown as codes, and nothing is recorded."""
    ran = desk.run(*RECORD, option, "\udcff\x1b[31m")
    assert (2, "", False) == (ran.code, ran.out, "\x1b" in ran.err or "\udcff" in ran.err)
    assert 1 == entries(desk)


BAD = [
    ["nothing"], [""], ["--nothing"], ["-z"], ["status", "nowhere"], ["status", ""], ["status", "--as-of"],
    ["status", "--as-of", "someday"], ["status", "--as-of", ""], ["status", "--as-of", "2025-02-30"],
    ["status", "--known-at", "never"], ["status", "--since", "x"], ["status", "--only", "fine"],
    ["status", "--fail-on", "x"], ["status", "--format", "pdf"], ["status", "--by", "mood"],
    ["status", "--district", "mars"],
    ["status", "--lang", "xx"], ["record"], ["record", "parks"], ["record", "", "1"], ["record", "parks", ""],
    ["record", "parks", " "], ["record", "parks", "much"], ["record", "parks", "1", "2"], ["record", "parks", "NaN"],
    ["record", "parks", "inf"], ["record", "parks", "1e9"], ["record", "parks", "1/0"], ["record", "parks", "0.00001"],
    ["record", "parks", "1234567890123456"], ["record", "parks", "9" * 5000], ["record", "parks", "十亿亿亿"],
    ["record", "parks", "1", "--date", "2999-01-01"], ["record", "parks", "1", "--date", "0000-00-00"],
    ["record", "parks", "1", "--date", "9999999999"], ["record", "parks", "1", "--district", "mars"],
    ["record", "parks", "1", "--evidence", "nowhere.pdf"], ["record", "parks", "1", "--note", "x" * 5000],
    ["record", "parks", "\ud800"], ["record", "\udcff", "1"], ["show"], ["show", "nothing"], ["show", ""],
    ["log", "nothing"], ["log", "-n", "0"], ["log", "-n", "-1"], ["log", "-n", "x"], ["log", "--since", "x"],
    ["amend"], ["amend", "1"], ["amend", "1", "2"], ["amend", "99", "2", "--why", "x"],
    ["amend", "x", "2", "--why", "x"],
    ["amend", "", "2", "--why", "x"], ["amend", "1", "--why", "x"], ["amend", "1", "2", "--why", ""],
    ["void"], ["void", "1"], ["void", "1", "--why", " "], ["void", "0", "--why", "x"], ["void", "", "--why", "x"],
    ["void", "-1", "--why", "x"], ["void", "\udcff", "--why", "x"], ["void", "9" * 40, "--why", "x"],
    ["void", "1", "--last", "--why", "x"], ["check", "extra"], ["schema", "nothing"], ["init", "--year", "x"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", BAD, ids=lambda words: ascii(" ".join(words))[:60])
def test_bad_command_lines_end_with_2(arguments: list[str], desk: Office) -> None:
    """What cannot be carried out is told on stderr in a sentence, with exit code 2, and changes nothing."""
    ran = desk.run(*arguments)
    assert (2, "", True) == (ran.code, ran.out, ran.err.startswith("ordos-targets: error: "))
    assert "Traceback" not in ran.err
    with desk.ledger.reading() as book:
        assert (1, None) == (book.head.entries, book.last_entry().cancelled_by)


@pytest.mark.parametrize("arguments", [["status", "nowhere"], ["log", "--nothing"], ["show"], ["log", "-n", "x"]])
def test_who_asks_for_json_gets_errors_as_json(arguments: list[str], desk: Office) -> None:
    """Under --format json an error is one JSON document on stderr, and stdout stays empty."""
    ran = desk.run(*arguments, "--format", "json")
    error = json.loads(ran.err)["error"]
    assert (2, "", 2) == (ran.code, ran.out, error["exit_code"])
    assert {"code", "message"} <= error.keys()


def test_a_traceback_is_for_those_who_ask(desk: Office) -> None:
    """Only under --debug does a failure show where in the program it arose; its exit code is the same."""
    debug = desk.run("status", "nowhere", "--debug")
    assert (2, True) == (debug.code, "Traceback" in debug.err)


@pytest.mark.parametrize("evidence", ["/dev/zero", ".", "pipe"])
def test_evidence_is_a_file_that_ends(evidence: str, desk: Office) -> None:
    """A device, a folder and a pipe are refused as evidence: they prove nothing and are not read."""
    os.mkfifo(desk.folder / "pipe")
    ran = desk.run(*RECORD, "--evidence", evidence)
    assert (2, True) == (ran.code, "cannot be read" in ran.err)


def test_a_report_is_written_in_the_format_its_name_tells_or_not_at_all(office: Office) -> None:
    """An ending that stands for no document is refused, not filled with another format."""
    office.write('title = "T"\nyear = 2025\n')
    assert (2, False) == (office.run("report", "-o", "report.csv").code, (office.folder / "report.csv").exists())
    assert (0, True) == (office.run("report", "-o", "report.md").code, (office.folder / "report.md").exists())
