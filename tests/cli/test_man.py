"""The manual page says what the help says, is fit for `man`, and comes with the wheel."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from children import surroundings
from office import ROOT, Office
from programs import program

from ordos_targets.cli.grammar import COMMANDS
from ordos_targets.cli.manual import page

PAGES = {"en": ROOT / "ordos_targets/man/ordos-targets.1", "zh": ROOT / "ordos_targets/man/ordos-targets.zh_CN.1"}
INSTALLED = {"en": "share/man/man1/ordos-targets.1", "zh": "share/man/zh_CN/man1/ordos-targets.1"}


def written(language: str) -> str:
    """The page as the commands' help makes it, in a process of its own: help is translated as it loads."""
    ran = subprocess.run(
        [sys.executable, "-m", "ordos_targets.cli.manual", language],
        env=surroundings(), capture_output=True, encoding="utf-8", check=True, timeout=60,
    )  # fmt: skip
    assert "" == ran.stderr
    return ran.stdout


def rendered(path: Path) -> tuple[str, str]:
    """A page as `man` shows it in 80 columns, and what it warns of."""
    environment = surroundings(LC_ALL="C.UTF-8", MANWIDTH="80", MAN_KEEP_FORMATTING="")
    ran = subprocess.run(
        [program("man"), "--warnings", "-P", "cat", "-l", str(path)],
        env=environment, capture_output=True, encoding="utf-8", check=True, timeout=60,
    )  # fmt: skip
    return ran.stdout, ran.stderr


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_what_the_help_says(language: str, pytestconfig: pytest.Config) -> None:
    """The page that is shipped is the one written from the commands; `pytest --update-golden` writes it anew."""
    if pytestconfig.getoption("--update-golden"):
        PAGES[language].write_text(written(language), encoding="utf-8")
    assert PAGES[language].read_text(encoding="utf-8") == written(language)


@pytest.mark.parametrize("language", PAGES)
def test_man_renders_it_without_a_warning(language: str) -> None:
    """Every line fits a window of 80 columns, and no macro or character is strange to man."""
    shown, warned = rendered(PAGES[language])
    assert "" == warned
    assert len(shown.splitlines()) > 200


def test_every_section_and_option_is_in_it(office: Office) -> None:
    """What `--help` of each command lists stands in the rendered page, in the sections people look for."""
    shown, _warned = rendered(PAGES["en"])
    headings = re.findall(r"^[A-Z][A-Z ]+$", shown, re.MULTILINE)
    assert [
        "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "GLOBAL OPTIONS", "ENVIRONMENT", "FILES", "EXIT STATUS",
        "EXAMPLES", "SEE ALSO",
    ] == headings  # fmt: skip
    for name in COMMANDS:
        section = shown.partition(f"\n   {name}")[2]
        helped = office.run(name, "--help").out
        options = set(re.findall(r"--[a-z-]+", helped.partition("Options:")[2])) - {"--help"}
        assert (name, set()) == (
            name,
            {option for option in options if option not in section.split("GLOBAL OPTIONS")[0]},
        )


@pytest.mark.parametrize("language", PAGES)
def test_whatis_finds_its_name(language: str) -> None:
    """The line under NAME is one that `whatis` and `apropos` can index."""
    lexgrog = program("lexgrog")
    environment = surroundings(LC_ALL="C.UTF-8")
    ran = subprocess.run(
        [lexgrog, str(PAGES[language])], env=environment, capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    assert f'{PAGES[language]}: "ordos-targets - ' in ran.stdout


def test_no_text_of_the_help_acts_on_man() -> None:
    """A line that begins with a dot, a quote or a backslash from the help is only text."""
    for line in page("en").splitlines():
        assert re.match(r"\.(?:\\\"|TH|SH|SS|PP|TP|RS|RE|nf|fi|nh|ad)\b|\.\\\"|[^.']", line), line


def test_the_wheel_brings_the_pages_and_the_scripts(tmp_path: Path) -> None:
    """In the built wheel the pages lie where `man` looks beside the command, and each shell's script is there."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=120)
    [wheel] = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        for language, place in INSTALLED.items():
            [found] = [name for name in names if name.endswith(f".data/data/{place}")]
            assert PAGES[language].read_bytes() == archive.read(found)
    for script in ("ordos-targets.bash", "_ordos-targets", "ordos-targets.fish"):
        assert f"ordos_targets/cli/shells/{script}" in names
