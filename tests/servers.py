"""A real PostgreSQL server for tests, started by them: one in a process, thrown away with it."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
    "autovacuum": "off",
    "timezone": "Asia/Shanghai",
}
PATIENCE = 240.0  # seconds


def programs() -> Path:
    """The folder of the newest PostgreSQL here. Skips where there is none, and fails where a change is judged (CI)."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
    )
    beside = shutil.which("initdb")
    if installed or beside:
        return (installed[-1] if installed else Path(str(beside)).resolve()).parent
    missing = "PostgreSQL is not installed here, so NOTHING OF THE SHARED LEDGER IS TESTED"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def unprivileged() -> list[str]:
    """Words before a command that make root, whom PostgreSQL refuses, somebody else."""
    if os.geteuid() != 0:
        return []
    user = "postgres" if _is_known("postgres") else "nobody"
    return ["setpriv", "--reuid", user, "--regid", str(_group(user)), "--clear-groups"]


def _is_known(user: str) -> bool:
    return any(entry.pw_name == user for entry in pwd.getpwall())


def _group(user: str) -> int:
    return pwd.getpwnam(user).pw_gid


def _is_alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has buried yet does not."""
    output = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return output.stdout.strip()[:1] not in {"", "Z"}


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A server in a folder of its own, reached by a socket there; `owner` is who a ledger belongs to."""

    def __init__(self, folder: Path, settings: dict[str, str] | None = None, data: Path | None = None) -> None:
        self.folder, self._bin, self.port = folder, programs(), _free_port()
        self.data = data or folder / "data"
        self.settings = SETTINGS | (settings or {})
        self._lead = unprivileged()
        if os.geteuid() == 0:
            shutil.chown(folder, self._lead[2])
        self._call(
            "initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "-N"
        )

    def _call(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # In a file: a server that goes on would hold a pipe open.
        with (self.folder / f"{name}.log").open("w+", encoding="utf-8") as output:
            ran = subprocess.run(
                [*self._lead, str(self._bin / name), *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                text=True,
            )
            output.seek(0)
            assert ran.returncode == 0, output.read() + self.log()
        return ran

    def log(self) -> str:
        """What the server itself has said of late."""
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace")[-4000:] if path.exists() else ""

    def start(self) -> None:
        """Start it, and wait until it answers."""
        words = " ".join(f"-c {name}='{value}'" for name, value in self.settings.items())
        self._call(
            "pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "-t", str(int(PATIENCE)),
            "-o", f"-k {self.folder} -p {self.port} {words}", "start",
        )  # fmt: skip

    def stop(self, how: str = "fast") -> None:
        """Stop it: `fast`, or `immediate`, as if it had crashed."""
        self._call("pg_ctl", "-D", str(self.data), "-w", "-t", str(int(PATIENCE)), "-m", how, "stop")

    def kill(self) -> None:
        """Kill every process of it at once, as a power cut would, and wait until they are gone."""
        main = int((self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        os.kill(main, signal.SIGSTOP)  # so that it makes no further ones
        output = subprocess.run(["ps", "-o", "pid=", "--ppid", str(main)], capture_output=True, text=True, check=False)
        pids = [*map(int, output.stdout.split()), main]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        while any(map(_is_alive, pids)) and time.monotonic() < deadline:
            time.sleep(0.02)
        # Where nobody buries the dead their numbers seem in use, as after no power cut.
        for lock in (self.data / "postmaster.pid", self.folder / f".s.PGSQL.{self.port}.lock"):
            lock.unlink(missing_ok=True)

    def openssl(self, certificate: Path, key: Path) -> None:
        """Make a certificate for localhost, and its key, which only the server may read."""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
            check=True, capture_output=True,
        )  # fmt: skip
        key.chmod(0o600)
        if self._lead:
            shutil.chown(key, self._lead[2])

    def url(self, database: str, user: str = "owner", more: str = "") -> str:
        """A database's URL for a user."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}{more}"

    def ask(self, question: str, database: str = "postgres", user: str = "postgres") -> list[tuple[object, ...]]:
        """What a statement finds, asked by the server's superuser; empty for one that finds nothing by its nature."""
        with closing(psycopg.connect(self.url(database, user), autocommit=True)) as db:
            cursor = db.execute(question.encode())
            return cursor.fetchall() if cursor.description else []

    def database(self, template: str | None = None) -> str:
        """The name of a new database, empty or a copy of one."""
        name = f"t{secrets.token_hex(6)}"
        self.ask(f"CREATE DATABASE {name} OWNER owner" + (f" TEMPLATE {template}" if template else ""))
        return name

    def roles(self, *names: str) -> None:
        """Make roles that may log in, unless they are there."""
        for name in names:
            if not self.ask(f"SELECT 1 FROM pg_roles WHERE rolname = '{name}'"):
                self.ask(f"CREATE ROLE {name} LOGIN")


@contextmanager
def running(settings: dict[str, str] | None = None) -> Iterator[Server]:
    """A server that runs in the block."""
    # A socket's name must be short.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        server = Server(folder, settings)
        server.start()
        server.roles("owner")
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder)
