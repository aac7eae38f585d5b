"""The command line in processes of its own, as people, cron and pipelines start it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
RECORD = ("record", "parks", "1", "--date", "2025-06-30")


def command(*arguments: str, first: str = "") -> list[str]:
    """The words that start a run; `first` is Python that the process obeys before it begins."""
    if not first:
        return [sys.executable, "-m", "ordos_targets", *arguments]
    begin = f"import sys\n{first}\nfrom ordos_targets.cli.main import main\nsys.exit(main(sys.argv[1:]))"
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
        timeout=60,
        **streams | more,
    )
