"""How a run ends: with all that was said and the right exit code, whether at once or as Python ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from children import CONSOLE_SCRIPT, RECORD, run, surroundings

AT_THE_END = "import atexit, sys; atexit.register(sys.stderr.write, 'taken down')\n"


def ended(folder: Path, start: list[str], *arguments: str) -> tuple[int, str, str]:
    words = [sys.executable, *start, *arguments]
    ran = subprocess.run(words, cwd=folder, env=surroundings(), capture_output=True, encoding="utf-8", check=False)
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "parks", "--fail-on", "behind,missed,lagging,ahead,on_track,met"),
        ("status", "nothing"),
        ("--help",),
    ],
    ids=" ".join,
)
def test_the_console_script_and_python_m_say_the_same(arguments: tuple[str, ...], folder: Path) -> None:
    """Both ways to start a run print the same, to the last character, and end with the same exit code."""
    assert ended(folder, ["-m", "ordos_targets"], *arguments) == ended(folder, ["-c", CONSOLE_SCRIPT], *arguments)


def test_the_console_script_takes_nothing_down(folder: Path) -> None:
    """A run ends without Python's own ending; `python -m`, which profilers start, ends with it."""
    script = ended(folder, ["-c", AT_THE_END + CONSOLE_SCRIPT], "--version")
    module = ended(folder, ["-c", AT_THE_END + "import runpy; runpy.run_module('ordos_targets', run_name='__main__')"])
    assert ("", True) == (script[2], module[2].endswith("taken down"))


def test_an_entry_is_on_disk_when_the_run_ends(folder: Path) -> None:
    """What `record` said it recorded is in the ledger's one file: nothing waited for a teardown to write it."""
    run(folder, *RECORD)
    assert ["progress.db"] == [path.name for path in folder.glob("progress*")]
    assert '"entries": 2' in run(folder, "status", "--format", "json").stdout
