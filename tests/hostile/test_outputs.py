"""Where results may not go: over what they are made from, by whatever name or link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from children import run
from office import Office

WRITING = [
    ("status", "-o"), ("report", "--format", "markdown", "-o"), ("log", "--format", "csv", "-o"),
    ("show", "parks", "-o"), ("export", "--format", "csv", "-o"),
    ("export", "--format", "xlsx", "-o"), ("schema", "-o"), ("backup",), ("verify", "--write-anchor"),
]  # fmt: skip
READING_NOTHING = {"schema"}
INPUTS = ("targets.toml", "progress.db", "progress.db-wal", "progress.db-shm", "progress.db-journal")


@pytest.fixture(autouse=True)
def _out(desk: Office) -> None:
    """A folder beside the ledger."""
    (desk.folder / "out").mkdir()


def names_of(desk: Office, name: str) -> list[str]:
    """Many ways to write, and to reach, a file in the folder."""
    folder = desk.folder
    (folder / "out" / f"link-{name}").symlink_to(folder / name)
    (folder / "out" / f"chain-{name}").symlink_to(f"link-{name}")
    (folder / "up").symlink_to(folder, target_is_directory=True) if not (folder / "up").exists() else None
    ways = [name, f"./{name}", f"out/../{name}", str(folder / name), f"out/link-{name}", f"out/chain-{name}"]
    ways += [f"up/{name}", f"../{folder.name}/{name}", f"//{folder / name}".replace("///", "//")]
    if (folder / name).exists():
        (folder / "out" / f"hard-{name}").hardlink_to(folder / name)
        ways.append(f"out/hard-{name}")
    return ways


def content(desk: Office) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in desk.folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("command", [words for words in WRITING if words[0] not in READING_NOTHING], ids=" ".join)
def test_what_a_result_is_made_from_is_not_written_over(command: tuple[str, ...], name: str, desk: Office) -> None:
    """Neither the goals nor the ledger nor its log give way to a result: by no path, link, chain or hard link."""
    before = content(desk)
    for way in names_of(desk, name):
        ran = desk.run(*command, way)
        assert (2, "", True) == (ran.code, ran.out, "is an input of the report" in ran.err), way
    assert before == content(desk)


def test_a_ledger_by_a_link_has_its_log_beside_the_file(desk: Office) -> None:
    """Where the ledger is a link, it is the file it leads to that has a log, and that is protected too."""
    (desk.folder / "l.db").symlink_to("progress.db")
    for name in ("l.db", "progress.db", "progress.db-wal"):
        assert 2 == desk.run("--ledger", "l.db", "export", "--format", "csv", "-o", name).code


def test_anchors_just_read_are_not_written_over(desk: Office) -> None:
    """What an auditor keeps is compared with, not replaced by, the ledger as it is."""
    assert 0 == desk.run("verify", "--write-anchor", "a.jsonl").code
    before = content(desk)
    (desk.folder / "b.jsonl").symlink_to("a.jsonl")
    for name in ("a.jsonl", "out/../a.jsonl", "b.jsonl"):
        assert 2 == desk.run("verify", "--against", "a.jsonl", "--write-anchor", name).code
    assert before == {name: text for name, text in content(desk).items() if name != "b.jsonl"}


def test_a_result_may_go_anywhere_else(desk: Office) -> None:
    """Up and away, through a link, to a link that leads nowhere yet or to /dev/null: the user's right."""
    (desk.folder / "dangling").symlink_to("out/new.txt")
    (desk.folder / "elsewhere").symlink_to("out", target_is_directory=True)
    ways = ("../x.txt", "out/../y.txt", "dangling", "elsewhere/z.txt", "/dev/null", "-", "\udcff.txt", "x" * 250)
    for way in ways:
        ran = desk.run("status", "-o", way)
        assert (0, "") == (ran.code, ran.err), way
    assert "Parks" in (desk.folder.parent / "x.txt").read_text(encoding="utf-8")
    assert "Parks" in (desk.folder / "out" / "new.txt").read_text(encoding="utf-8")
    assert (desk.folder / "dangling").is_symlink()
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    "way", ["out", ".", "..", "/", "", "out/", "targets.toml/x", "nowhere/x", "x" * 300, "a\0b", "/dev/full", "loop/x"]
)
@pytest.mark.parametrize("command", WRITING, ids=" ".join)
def test_a_place_that_takes_no_file_is_said_to(command: tuple[str, ...], way: str, desk: Office) -> None:
    """Folders, paths under a file, names too long, NUL and full devices end in one sentence; nothing is left behind."""
    (desk.folder / "loop").symlink_to("loop")
    before = content(desk)
    ran = desk.run(*command, way)
    assert (1, "", 1) == (ran.code, ran.out, len(ran.err.splitlines()))
    assert "could not be written" in ran.err
    assert before == content(desk)


def test_a_circle_of_links_gives_way(desk: Office) -> None:
    """A link that leads only to itself leads to no file, and is replaced like one."""
    (desk.folder / "a").symlink_to("b")
    (desk.folder / "b").symlink_to("a")
    assert 0 == desk.run("status", "-o", "a").code
    assert "Parks" in (desk.folder / "a").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["progress.db", "pipe", "/dev/null", "out"])
def test_goals_overwrite_no_ledger_and_no_device(name: str, desk: Office) -> None:
    """`init --force` replaces a targets file, and neither a database nor what is no file."""
    os.mkfifo(desk.folder / "pipe")
    before = (desk.folder / "progress.db").read_bytes()
    ran = desk.run("init", "--force", "-t", name)
    assert (2, True) == (ran.code, "cannot be written: " in ran.err)
    assert before == (desk.folder / "progress.db").read_bytes()
    assert Path("/dev/null").is_char_device()
    assert (desk.folder / "pipe").is_fifo()


def test_an_export_into_the_import_s_place_of_a_run_is_whole(desk: Office) -> None:
    """An export over a file that was imported before is a new file; its other names keep the old content."""
    (desk.folder / "june.csv").write_text("target,value,date\nparks,1,2025-05-31\n", encoding="utf-8")
    (desk.folder / "kept.csv").hardlink_to(desk.folder / "june.csv")
    assert 0 == desk.run("import", "june.csv").code
    assert 0 == desk.run("export", "-o", "june.csv").code
    assert "target,value,date\nparks,1,2025-05-31\n" == (desk.folder / "kept.csv").read_text(encoding="utf-8")


def test_a_pipe_takes_a_result(desk: Office) -> None:
    """A pipe that somebody reads is written to, and stays a pipe."""
    os.mkfifo(desk.folder / "pipe")
    reading = os.open(desk.folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        ran = run(desk.folder, "status", "-o", "pipe")
        assert (0, "") == (ran.returncode, ran.stderr)
        assert b"Parks" in os.read(reading, 1 << 16)
    finally:
        os.close(reading)
    assert (desk.folder / "pipe").is_fifo()
