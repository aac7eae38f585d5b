"""The recipes of the README, run as they stand there: crontab, timer, pipelines, a chat."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from office import ROOT
from programs import program

README = (ROOT / "README.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


def blocks(kind: str) -> list[str]:
    """The README's code blocks of a kind."""
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def site(tmp_path: Path, year_folder: Path) -> Path:
    """What the recipes call /srv/targets: goals, a ledger, and the command in .venv/bin."""
    folder = tmp_path / "targets"
    shutil.copytree(year_folder, folder)
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").mkdir()
    for name in ("ordos-targets", "python"):
        (folder / ".venv" / "bin" / name).symlink_to(BIN / name)
    return folder


def pipelines() -> list[str]:
    """The lines of the recipes for pipelines."""
    return [line for block in blocks("sh") for line in block.splitlines() if "ordos-targets[" not in line][2:]


@pytest.mark.parametrize("line", [line for line in pipelines() if "apprise" not in line])
def test_a_pipeline_runs_as_written(line: str, site: Path) -> None:
    """Each line succeeds in a folder with goals and a ledger, says something, and says nothing on stderr."""
    for name in re.findall(r"\b(jq|sqlite3|duckdb)\b", line):
        program(name)
    collector = site / "collector"
    collector.mkdir()
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line.replace("/var/lib/node_exporter", str(collector))],
        cwd=site,
        env=os.environ | {"PATH": f"{site}/.venv/bin:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    written = ran.stdout + "".join(path.read_text(encoding="utf-8") for path in collector.iterdir())
    assert (0, "", True) == (ran.returncode, ran.stderr, bool(written))


class Chat:
    """A chat's web hook on this machine, and what was posted to it."""

    def __init__(self) -> None:
        posted: list[dict[str, str]] = []

        class Hook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
                pass

        self.posted = posted
        self.server = HTTPServer(("127.0.0.1", 0), Hook)


@pytest.fixture
def chat() -> Iterator[Chat]:
    """A chat that listens."""
    hook = Chat()
    thread = threading.Thread(target=hook.server.serve_forever)
    thread.start()
    yield hook
    hook.server.shutdown()
    thread.join()
    hook.server.server_close()


def test_the_chat_gets_what_is_behind(site: Path, chat: Chat) -> None:
    """The Markdown of what is behind is posted with `apprise`; where nothing is, nothing is posted."""
    program("apprise")
    [line] = [line for line in pipelines() if "apprise" in line]
    where = {"PATH": f"{site}/.venv/bin:{os.environ['PATH']}", "CHAT": f"json://127.0.0.1:{chat.server.server_port}/"}
    run = ["bash", "-c", line]
    assert 0 == subprocess.run(run, cwd=site, env=os.environ | where, capture_output=True, check=False).returncode
    assert [True] == ["fiscal" in post["message"] or "Growth" in post["message"] for post in chat.posted]
    nothing = ["bash", "-c", line.replace("behind,missed", "ahead")]
    subprocess.run(nothing, cwd=site, env=os.environ | where, capture_output=True, check=False)
    assert 1 == len(chat.posted)


# Cron as it is on a server, but with its own spool, run folder and mailer, in a file system view of its own.
CRON = """
set -e
mount --make-rprivate /
mount --bind "$1/spool" /var/spool/cron
mount --bind "$1/run" /run
mount --bind "$1/empty" /etc/cron.d
mount --bind "$1/crontab" /etc/crontab
mount -t tmpfs tmpfs "$1/layer"
mkdir "$1/layer/upper" "$1/layer/work"
mount -t overlay overlay -o "lowerdir=/usr/sbin,upperdir=$1/layer/upper,workdir=$1/layer/work" /usr/sbin
cp "$1/sendmail" /usr/sbin/sendmail
exec env -i PATH=/usr/sbin:/usr/bin:/bin cron -f
"""


def cron_runs(jobs: list[str], settings: list[str], folder: Path) -> list[Message]:
    """Run each command once under the cron daemon, wait until all have ended, and return the mails that were sent."""
    for name in ("spool", "run", "empty", "layer", "mail"):
        (folder / name).mkdir()
    (folder / "spool" / "crontabs").mkdir()
    soon = time.localtime(time.time() + 65)  # the next minute, or the one after it: cron starts with a full one
    lines = [*settings, *(f"{soon.tm_min} {soon.tm_hour} * * * {job}" for job in (*jobs, f"touch {folder}/done"))]
    own = folder / "spool" / "crontabs" / "root"
    own.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    own.chmod(0o600)
    (folder / "crontab").touch()
    mailer = folder / "sendmail"
    mailer.write_text(f'#!/bin/sh\ncat > "$(mktemp {folder}/mail/XXXXXX)"\n', encoding="utf-8")
    mailer.chmod(0o755)
    command = ["unshare", "--mount", "--fork", "--kill-child", "sh", "-c", CRON, "cron", str(folder)]
    with subprocess.Popen(command) as unshared:
        # The mark is made by the last job that cron starts; a job's process has sent its mail when it ends.
        while unshared.poll() is None and not ((folder / "done").exists() and not children(*children(unshared.pid))):
            time.sleep(0.1)
        unshared.kill()
    assert (folder / "done").exists()
    return [message_from_bytes(path.read_bytes()) for path in (folder / "mail").iterdir()]


def children(*processes: int) -> list[int]:
    """The processes that these have started and that have not ended."""
    return [
        int(child) for pid in processes for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ]  # fmt: skip


@pytest.mark.slow
def test_the_crontab_publishes_and_mails_only_what_is_behind(site: Path, tmp_path: Path) -> None:
    """Under a real cron daemon the page is written whole, and one mail tells in Chinese what is behind, uncut."""
    program("cron")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip("only root can give cron a view of the file system of its own")
    [recipe] = blocks("crontab")
    *settings, line = recipe.replace("/srv/targets", str(site)).splitlines()
    job = re.sub(r"^\S+ \S+ \S+ \S+ \S+ ", "", line)
    assert line != job
    # The same once more, on a day when nothing was behind: it must mail nothing.
    calm = job.replace("behind,missed", "ahead --as-of 2024-06-30").replace("report.html", "calm.html")
    mails = cron_runs([job, calm], settings, tmp_path)
    page = (site / "report.html").read_text(encoding="utf-8")
    assert (True, True) == (page.rstrip().endswith("</html>"), (site / "calm.html").exists())
    assert [("office@example.org", "utf-8")] == [(mail["To"], str(mail.get_content_charset())) for mail in mails]
    body = mails[0].get_payload(decode=True)
    assert isinstance(body, bytes)
    env = {"PATH": "/usr/bin:/bin", "ORDOS_TARGETS_LANG": "zh"}
    command = [str(site / ".venv/bin/ordos-targets"), "status", "--only", "behind,missed", "-q"]
    by_hand = subprocess.run(command, cwd=site, env=env, capture_output=True, check=True, encoding="utf-8").stdout
    assert by_hand == body.decode()
    assert "各旗区财政科技投入增长" in by_hand


def test_the_timer_is_sound(site: Path, tmp_path: Path) -> None:
    """systemd finds nothing wrong with the units, and the service's command runs as they say."""
    checker = program("systemd-analyze")
    units = {re.match(r"# (\S+)", unit)[1]: unit for unit in blocks("ini")}  # type: ignore[index]
    assert ["targets.service", "targets.timer"] == sorted(units)
    for name, text in units.items():
        (tmp_path / name).write_text(text.replace("/srv/targets", str(site)), encoding="utf-8")
    paths = [str(tmp_path / name) for name in units]
    checked = subprocess.run([checker, "verify", "--man=no", *paths], capture_output=True, text=True, check=False)
    assert (0, "") == (checked.returncode, checked.stderr)
    [command] = re.findall(
        r"^ExecStart=(.*)$", units["targets.service"].replace("/srv/targets", str(site)), re.MULTILINE
    )
    ran = subprocess.run(command.split(), cwd=site, env={}, capture_output=True, text=True, check=False)
    assert (0, "", "") == (ran.returncode, ran.stdout, ran.stderr)
    assert (site / "report.html").exists()
