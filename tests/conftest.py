"""Fixtures of all tests."""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from children import GOALS, RECORD
from hypothesis import settings
from office import NOW, ROOT, YEAR, Office, drafts, fill
from servers import Server, running

from ordos_targets import locale
from ordos_targets.cli import session
from ordos_targets.store.postgres import PostgresLedger
from ordos_targets.store.sqlite import SqliteLedger

# Time never decides a test. In CI every run tries the same cases; elsewhere each run tries new ones.
# In depth: `pytest --hypothesis-profile depth`.
settings.register_profile("default", deadline=None, max_examples=20)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.register_profile("depth", settings.get_profile("default"), max_examples=200)
settings.load_profile("ci" if os.environ.get("CI") else "default")


# Started by `nohup` or with `&`, this process ignores SIGINT, and so would the programs it starts. A signal that is
# caught here has its default again in a program started from here.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nothing of the machine's own settings reaches a test, and no test leaves anything outside its folder."""
    for name in (
        "ORDOS_TARGETS_FILE",
        "ORDOS_TARGETS_LEDGER",
        "ORDOS_TARGETS_LANG",
        "NO_COLOR",
        *(name for name in os.environ if name.startswith("PG")),
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOGNAME", "clerk")
    yield
    locale.activate("en")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Office:
    """An empty folder to work in; the clock stands at NOW."""
    folder = tmp_path / "office"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(session, "clock", lambda: NOW)
    return Office(folder, capsys)


@pytest.fixture
def desk(office: Office) -> Office:
    """Goals of one target, and one entry."""
    office.write(GOALS)
    assert 0 == office.run(*RECORD).code
    return office


@pytest.fixture
def folder(desk: Office) -> Path:
    """The folder of `desk`, for programs that are started there."""
    return desk.folder


@pytest.fixture(scope="session")
def year_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to copy: the shipped goals with the illustrative year of entries."""
    folder = tmp_path_factory.mktemp("year")
    shutil.copy(ROOT / "targets.toml", folder)
    fill(SqliteLedger(folder / "progress.db"), drafts(YEAR.read_text(encoding="utf-8").splitlines()))
    return folder


@pytest.fixture
def full_year(office: Office, year_folder: Path) -> Office:
    """The shipped goals with the illustrative year of entries."""
    shutil.copytree(year_folder, office.folder, dirs_exist_ok=True)
    return office


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server for the tests of this process, with an empty ledger to copy in the database `empty`."""
    with running({"fsync": "off"}) as server:
        server.ask("CREATE DATABASE empty OWNER owner")
        PostgresLedger(server.url("empty")).set_up()
        yield server


@pytest.fixture
def shared(server: Server) -> str:
    """The name of a database with an empty ledger of the role `owner` in it."""
    return server.database("empty")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew, to be read in the diff")
    parser.addoption("--slow-sample", type=int, metavar="N", help="run N of the slow tests only, chosen by --seed")
    parser.addoption("--seed", type=int, help="what chooses the sample of slow tests; random unless given, and printed")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed once: xdist hands the options of the controller to its workers, which must choose alike."""
    if config.option.slow_sample is not None and config.option.seed is None:
        config.option.seed = random.SystemRandom().randrange(10**6)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give slow tests more time before they count as hanging, and under `--slow-sample` leave out all but a sample."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(1800))
    if config.option.slow_sample is None:
        return
    slow = sorted(item.nodeid for item in items if item.get_closest_marker("slow"))
    size = min(config.option.slow_sample, len(slow))
    chosen = random.Random(config.option.seed).sample(slow, size)  # noqa: S311 - a sample, not a secret
    left_out = set(slow).difference(chosen)
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left_out])
    items[:] = [item for item in items if item.nodeid not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the seed of a sample, and what tests of faults recorded: what was done, how often, and what came of it."""
    if config.option.slow_sample is not None:
        terminalreporter.write_line(
            f"slow tests: --slow-sample {config.option.slow_sample} --seed {config.option.seed}"
        )
    lines = [
        line
        for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed"))
        for name, line in report.user_properties
        if name == "fault"
    ]
    if lines:
        terminalreporter.section("faults tried")
        for line in lines:
            terminalreporter.write_line(str(line))
