"""The README's way to a shared ledger, walked as it stands there: from nothing to an office that records."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from office import ROOT
from servers import programs, running

README = (ROOT / "README.md").read_text(encoding="utf-8")
LEFT_OUT = ("apt-get", "pip")  # what a test's machine has already


def test_the_way_to_a_shared_ledger(tmp_path: Path) -> None:
    """Every line succeeds, and at the end the office's figure is in the shared ledger, in its file, and is its own."""
    [recipe] = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in LEFT_OUT:
        (tools / name).write_text("#!/bin/sh\n", encoding="utf-8")
    (tools / "sudo").write_text(
        '#!/bin/sh\n[ "$1" = -u ] && shift 2 && export PGUSER=postgres\nexec "$@"\n', encoding="utf-8"
    )
    for tool in tools.iterdir():
        tool.chmod(0o755)
    with running({"listen_addresses": "127.0.0.1"}) as server:
        surroundings = {
            "PATH": f"{tools}:{Path(sys.executable).parent}:{programs()}:{os.environ['PATH']}",
            "HOME": str(tmp_path), "PGHOST": str(server.folder), "PGPORT": str(server.port), "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        (tmp_path / "targets.toml").write_bytes((ROOT / "targets.toml").read_bytes())
        for line in recipe.splitlines():
            ran = subprocess.run(
                ["bash", "-c", line], cwd=tmp_path, env=surroundings, input="secret\nsecret\n", capture_output=True,
                text=True, check=False,
            )  # fmt: skip
            assert (line, 0) == (line, ran.returncode), ran.stderr
        log = subprocess.run(
            ["ordos-targets", "log", "--format", "csv"], cwd=tmp_path, env=surroundings, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
    assert (1, True) == (log.stdout.count("300000000"), ",dongsheng," in log.stdout)
