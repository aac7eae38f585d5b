"""The cache of validated goals: fast when it hits, unnoticed when it fails."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from binascii import crc32
from pathlib import Path

import pytest

from ordos_targets import __version__
from ordos_targets.config import load
from ordos_targets.config.errors import InvalidTargets
from ordos_targets.config.load import load_goals

TEXT = """
title = "目标"
year = 2025
[[districts]]
id = "north"
name = "北区"
[[targets]]
id = "t"
name = "指标"
measure = "level"
scope = "each"
goal = "99.5%"
unit = "%"
base = { north = 10.25 }
plan = [{ by = 2025-06-30, share = "15%" }]
revisions = [{ on = 2025-07-01, goal = 98, why = "因为" }]
[[targets]]
id = "c"
name = "清单"
measure = "checklist"
items = ["甲", { id = "b", name = "乙", due = 2025-06-30 }]
"""
LOADED = """
import sys
from pathlib import Path
from ordos_targets.config.load import load_goals
load_goals(Path(sys.argv[1]), cache_dir=Path(sys.argv[2]))
print(*sorted({"pydantic", "tomllib", "difflib", "zoneinfo"} & set(sys.modules)))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "targets.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def modules(file: Path, folder: Path) -> str:
    """The slow modules that a fresh process has imported after loading."""
    command = [sys.executable, "-c", LOADED, str(file), str(folder)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_with_a_cache_neither_pydantic_nor_tomllib_is_imported(file: Path, tmp_path: Path) -> None:
    """The first process validates the file, the next one reads the cache alone."""
    first, second = modules(file, tmp_path / "c"), modules(file, tmp_path / "c")
    assert ("pydantic tomllib", "") == (first.replace(" zoneinfo", ""), second)


def test_what_comes_from_the_cache_is_the_same(file: Path, tmp_path: Path) -> None:
    """The goals read from the cache equal those read from the file; after a change of it the new title is there."""
    fresh = load_goals(file, cache_dir=tmp_path / "c")
    assert fresh == load_goals(file, cache_dir=tmp_path / "c")
    file.write_text(TEXT.replace("目标", "新目标"), encoding="utf-8")
    assert "新目标" == load_goals(file, cache_dir=tmp_path / "c").title


@pytest.mark.parametrize(("name", "value"), [("__version__", "999"), ("CACHE_VERSION", 999), ("CACHED_FIELDS", 999)])
def test_another_version_of_the_package_reads_again(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    """What another version of the package, or one with other fields, has cached is not used."""
    load_goals(file, cache_dir=tmp_path / "c")
    monkeypatch.setattr(load, name, value)
    assert None is load.read_cache(tmp_path / "c", file.read_bytes())


def test_a_wrong_file_is_not_kept(file: Path, tmp_path: Path) -> None:
    """Only valid goals are kept, so a wrong file is told as wrong every time."""
    file.write_text(TEXT.replace("year", "yaer"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(InvalidTargets):
            load_goals(file, cache_dir=tmp_path / "c")
    assert not (tmp_path / "c").exists()


def signed(text: bytes) -> bytes:
    """A cache's file as it should be, but for the goals."""
    body = TEXT.encode() + text
    head = f"{load.CACHE_VERSION} {__version__} {load.CACHED_FIELDS:08x} {crc32(body):08x}\n"
    return head.encode() + body


def test_another_file_of_the_same_checksum_is_read_itself(file: Path, tmp_path: Path) -> None:
    """Where two targets files share a checksum, and so a place in the cache, neither is taken for the other."""
    goals = load_goals(file, cache_dir=None)
    load.write_cache(tmp_path / "c", b"plumless", goals)
    cached = [load.read_cache(tmp_path / "c", content) for content in (b"plumless", b"buckeroo")]
    assert (crc32(b"plumless"), [goals, None]) == (crc32(b"buckeroo"), cached)


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\n",
        b"\xff\xfe",
        b"{}",
        signed(b"{}"),
        signed(b"[]"),
        signed(b"not json"),
        signed(b'["T", 3]'),
        signed(b'["T", ["x", "y"]]'),
        signed(b'["T", ["2025-01-01", "2025-12-31"], "", 10, "x.db", "", [], [[]]]'),
        signed(b'["T", ["2025-01-01", "2025-12-31"], "", 10, "x.db", "", [{"id": "x"}], []]'),
        signed(b"[" * 100_000),
    ],
)
def test_a_corrupt_cache_is_ignored_and_written_anew(file: Path, tmp_path: Path, garbage: bytes) -> None:
    """Whatever stands in the cache's place, the goals are right and the next run has a whole cache."""
    fresh = load_goals(file, cache_dir=tmp_path / "c")
    (place,) = files_in(tmp_path / "c")
    whole = place.read_bytes()
    place.write_bytes(garbage)
    assert (fresh, whole) == (load_goals(file, cache_dir=tmp_path / "c"), place.read_bytes())


@pytest.mark.parametrize("cut", [1, 30, 65, 66, 200])
def test_a_truncated_or_altered_cache_is_no_hit(file: Path, tmp_path: Path, cut: int) -> None:
    """A cache that lacks its end, or in which one byte changed, does not count."""
    load_goals(file, cache_dir=tmp_path / "c")
    (place,) = files_in(tmp_path / "c")
    whole = place.read_bytes()
    for broken in (whole[:-cut], whole[:cut] + bytes([whole[cut] ^ 1]) + whole[cut + 1 :]):
        place.write_bytes(broken)
        assert None is load.read_cache(tmp_path / "c", file.read_bytes())


def test_a_cache_that_cannot_be_written_does_no_harm(file: Path, tmp_path: Path) -> None:
    """With a file in place of its folder, or a folder in place of its file, the goals load and nothing is left."""
    assert "目标" == load_goals(file, cache_dir=file / "below").title
    load_goals(file, cache_dir=tmp_path / "c")
    (place,) = files_in(tmp_path / "c")
    place.unlink()
    (place / "x").mkdir(parents=True)
    assert ("目标", [place]) == (load_goals(file, cache_dir=tmp_path / "c").title, files_in(tmp_path / "c"))


def test_only_the_owner_can_read_the_cache(file: Path, tmp_path: Path) -> None:
    """The folder has mode 0700 and the file 0600, whatever the umask."""
    before = os.umask(0)
    try:
        load_goals(file, cache_dir=tmp_path / "c")
    finally:
        os.umask(before)
    (place,) = files_in(tmp_path / "c")
    assert (0o700, 0o600) == (stat.S_IMODE((tmp_path / "c").stat().st_mode), stat.S_IMODE(place.stat().st_mode))


def test_the_cache_does_not_grow(file: Path, tmp_path: Path) -> None:
    """After many versions of a file the newest twenty are left, and other files in the folder are not touched."""
    folder = tmp_path / "c"
    folder.mkdir()
    (folder / "other").touch()
    for number in range(25):
        file.write_text(TEXT.replace("目标", f"目标{number}"), encoding="utf-8")
        load_goals(file, cache_dir=folder)
    assert (21, True, True) == (
        len(files_in(folder)),
        (folder / "other").exists(),
        load.read_cache(folder, file.read_bytes()) is not None,
    )
