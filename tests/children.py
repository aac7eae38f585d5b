"""The command line in processes of its own, as people, cron and pipelines start it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from office import ROOT

GOALS = """
title = "测试"
title_en = "Tests"
year = 2025
[[targets]]
id = "parks"
name = "公园"
name_en = "Parks"
measure = "total"
goal = 100
unit = "个"
"""
# As an installer writes the command: it ends in another way than `python -m`.
CONSOLE_SCRIPT = "import sys; from ordos_targets.__main__ import run; sys.exit(run())"
PATIENCE = 240  # seconds; a run that takes longer, or shows nothing for so long, hangs
RECORD = ("record", "parks", "1", "--date", "2025-06-30")


def command(*arguments: str, first: str = "") -> list[str]:
    """The words that start a run; `first` is Python that the process obeys before it begins."""
    if not first:
        return [sys.executable, "-c", CONSOLE_SCRIPT, *arguments]
    begin = f"import sys\n{first}\nfrom ordos_targets.cli.app import main\nsys.exit(main(sys.argv[1:]))"
    return [sys.executable, "-c", begin, *arguments]


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a run: this test's own, the package of this checkout, and `more`."""
    return dict(os.environ) | {"PYTHONPATH": str(ROOT)} | more


def run(
    folder: Path,
    *arguments: str,
    first: str = "",
    env: Mapping[str, str] | None = None,
    **more: Any,  # noqa: ANN401 - whatever subprocess takes
) -> subprocess.CompletedProcess[str]:
    """One run of the command line in `folder`, to its end; stdout and stderr are kept unless `more` sends them away."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.run(
        command(*arguments, first=first),
        cwd=folder,
        env=surroundings() if env is None else env,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
        **streams | more,
    )


# Root's right to pass over permissions is given up, for good, before the run begins; others never had it.
POWERLESS = """
import ctypes, os
for right in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    ctypes.CDLL(None).prctl(24, right, 0, 0, 0)  # PR_CAPBSET_DROP
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


@cache
def held_back() -> bool:
    """Return whether a run can be started here that permissions hold back, as they do not hold root."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "closed").touch(mode=0o000)
        return "PermissionError" in run(Path(folder), "-c", "open('closed')", first=POWERLESS).stderr


def visit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as somebody whom permissions hold back. Skips where that cannot be had."""
    if not held_back():
        pytest.skip("nobody here is held back by permissions")
    return run(folder, "-m", "ordos_targets", *arguments, first=POWERLESS)
