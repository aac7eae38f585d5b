"""How a run ends: with all that was said and the right exit code, whether at once or as Python ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from children import CONSOLE_SCRIPT, GOALS, RECORD, run, surroundings

AT_THE_END = "import atexit, sys; atexit.register(sys.stderr.write, 'taken down')\n"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with goals and one entry."""
    (tmp_path / "targets.toml").write_text(GOALS, encoding="utf-8")
    assert 0 == run(tmp_path, *RECORD).returncode
    return tmp_path


def ended(desk: Path, start: list[str], *arguments: str) -> tuple[int, str, str]:
    ran = subprocess.run(
        [sys.executable, *start, *arguments], cwd=desk, env=surroundings(), capture_output=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "--format", "json"),
        ("status", "parks", "--fail-on", "behind,missed,lagging,ahead,on_track,met"),
        ("status", "nothing"),
        ("statuz",),
        ("--version",),
        ("--help",),
    ],
    ids=" ".join,
)
def test_the_console_script_and_python_m_say_the_same(arguments: tuple[str, ...], desk: Path) -> None:
    """Both ways to start a run print the same, to the last character, and end with the same exit code."""
    assert ended(desk, ["-m", "ordos_targets"], *arguments) == ended(desk, ["-c", CONSOLE_SCRIPT], *arguments)


def test_the_console_script_takes_nothing_down(desk: Path) -> None:
    """A run ends without Python's own ending; `python -m`, which profilers start, ends with it."""
    script = ended(desk, ["-c", AT_THE_END + CONSOLE_SCRIPT], "--version")
    module = ended(desk, ["-c", AT_THE_END + "import runpy; runpy.run_module('ordos_targets', run_name='__main__')"])
    assert ("", True) == (script[2], module[2].endswith("taken down"))


def test_what_python_cannot_flush_is_told(desk: Path) -> None:
    """Where the output finds no room the run says so and fails, also for a help text, which Typer prints."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    full = os.open("/dev/full", os.O_WRONLY)
    codes = [run(desk, *line, stdout=full) for line in (("status",), ("--help",), ("--version",))]
    os.close(full)
    assert [(1, True)] * 3 == [(one.returncode, "No space left on device" in one.stderr) for one in codes]


def test_an_entry_is_on_disk_when_the_run_ends(desk: Path) -> None:
    """What `record` said it recorded is in the ledger's one file: nothing waited for a teardown to write it."""
    run(desk, *RECORD)
    assert ["progress.db"] == [path.name for path in desk.glob("progress*")]
    assert '"entries": 2' in run(desk, "status", "--format", "json").stdout
