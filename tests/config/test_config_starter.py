"""Starting files: they load, and writing one never harms what is there."""

from __future__ import annotations

import os
import re
import stat
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordos_targets.config.load import load_goals
from ordos_targets.config.template import (
    AlreadyExists,
    CannotWrite,
    StarterMissing,
    UnfitTitle,
    blank,
    starter,
    write_starter,
)
from ordos_targets.domain.errors import ExitCode
from ordos_targets.domain.targets import Measure, TargetSet

SHIPPED = Path(__file__).parents[2] / "targets.toml"


def load(folder: Path, text: str) -> TargetSet:
    write_starter(folder / "targets.toml", text, force=True)
    return load_goals(folder / "targets.toml", cache_dir=None)


def test_the_starter_is_the_shipped_file(tmp_path: Path) -> None:
    """What `init` writes is the project's own targets.toml, to the byte, and valid, with its nine districts."""
    assert SHIPPED.read_text(encoding="utf-8") == starter()
    assert 9 == len(load(tmp_path, starter()).districts)


def test_the_blank_file_loads_and_says_what_was_given(tmp_path: Path) -> None:
    """A blank file is valid as it is, with the title, year and zone given and one target to begin with."""
    goals = load(tmp_path, blank("某局目标", title_en="Some bureau", year=2031, timezone="Asia/Shanghai"))
    assert ("某局目标", "Some bureau", date(2031, 1, 1), "Asia/Shanghai", ["first-target"]) == (
        goals.title,
        goals.title_en,
        goals.period.start,
        goals.timezone,
        [target.id for target in goals.targets],
    )


def test_every_example_of_the_blank_file_is_valid(tmp_path: Path) -> None:
    """With all its examples switched on, the blank file loads and shows every measure."""
    switched_on = re.sub(r"(?m)^#(?=[^ \n])", "", blank("T", year=2031))
    assert set(Measure) == {target.measure for target in load(tmp_path, switched_on).targets}


@given(st.text(min_size=1, max_size=30))
def test_any_title_is_quoted_right_or_refused(title: str) -> None:
    """A title with quotes, backslashes or anything else comes back as it was, or is refused before it is written."""
    from ordos_targets.config.rules import check  # noqa: PLC0415
    from ordos_targets.config.toml_source import read_toml  # noqa: PLC0415

    try:
        text = blank(title, year=2025)
    except UnfitTitle:
        return
    file, faults = check(read_toml(text))
    assert ([], title.strip(" ")) == (faults, file.title if file else None)


@pytest.mark.parametrize(
    ("title", "title_en", "year", "timezone", "key"),
    [
        (" ", "", 2025, "", "title"),
        ("a\nb", "", 2025, "", "title"),
        ("a\u202eb", "", 2025, "", "title"),
        ("a", "b\0", 2025, "", "title_en"),
        ("a", "", 25, "", "year"),
        ("a", "", 2025, "Mars/Olympus", "timezone"),
    ],
)
def test_what_the_file_would_be_refused_for_is_refused_first(
    title: str, title_en: str, year: int, timezone: str, key: str
) -> None:
    """A title, year or zone that would make an invalid file is a usage failure that names it."""
    with pytest.raises(UnfitTitle) as caught:
        blank(title, title_en=title_en, year=year, timezone=timezone)
    assert (ExitCode.USAGE, key) == (caught.value.exit_code, caught.value.params["key"])


def test_a_file_that_is_there_is_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without force an existing file stays as it is, be it a link to nowhere, or made just before it is written."""
    path, link = tmp_path / "targets.toml", tmp_path / "link.toml"
    path.write_text("mine", encoding="utf-8")
    link.symlink_to("nowhere")
    for _look in range(2):
        for there in (path, link):
            with pytest.raises(AlreadyExists, match="--force"):
                write_starter(there, "new", force=False)
        assert ("mine", {path, link}) == (path.read_text(encoding="utf-8"), {*tmp_path.iterdir()})
        monkeypatch.setattr(os.path, "lexists", lambda _path: False)


def test_a_file_system_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file system knows no hard links, the file is written all the same."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    write_starter(tmp_path / "targets.toml", "new", force=False)
    assert ["targets.toml"] == [path.name for path in tmp_path.iterdir()]


def test_force_overwrites_through_a_link_and_keeps_the_mode(tmp_path: Path) -> None:
    """With force the file behind a link gets the text, keeps its mode, and the link stays."""
    real, link = tmp_path / "real.toml", tmp_path / "targets.toml"
    real.touch()
    real.chmod(0o640)
    link.symlink_to(real)
    write_starter(link, "新", force=True)
    assert (True, "新", 0o640) == (link.is_symlink(), real.read_text("utf-8"), stat.S_IMODE(real.stat().st_mode))


@pytest.mark.parametrize("force", [True, False])
def test_a_place_that_cannot_be_written(tmp_path: Path, force: bool) -> None:  # noqa: FBT001
    """A folder that does not exist is a usage failure with the system's words."""
    with pytest.raises(CannotWrite, match="No such file") as caught:
        write_starter(tmp_path / "no" / "targets.toml", "new", force=force)
    assert ExitCode.USAGE == caught.value.exit_code


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    """A folder in the file's place survives force, and no draft is left beside it."""
    (tmp_path / "targets.toml").mkdir()
    with pytest.raises(CannotWrite):
        write_starter(tmp_path / "targets.toml", "new", force=True)
    assert [tmp_path / "targets.toml"] == list(tmp_path.iterdir())


def test_an_installation_without_its_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the shipped file is missing, the failure says to install again."""
    monkeypatch.setattr("importlib.resources.files", lambda _package: Path("/nonexistent"))
    with pytest.raises(StarterMissing, match="install ordos-targets again"):
        starter()
