"""The completion scripts, and where each shell looks for one of a person's own."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ordos_targets.domain.errors import N_, Message, UsageError
from ordos_targets.report.output import write_file

SCRIPTS = Path(__file__).parent / "shells"
PROCESSES = Path("/proc")


class Shell(StrEnum):
    """The shells that can complete our words."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


class WhichShell(UsageError):
    code = "which_shell"
    template = N_("Which shell? Name it: `ordos-targets completion bash --install`; there are {shells}.")


class NoHome(UsageError):
    code = "no_home"
    template = N_("There is no home folder to install into (HOME is not set); print the script and keep it yourself.")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a script goes: its name, the variable that moves the folder, the folder under it, or else under home."""

    name: str
    variable: str
    under_variable: str
    under_home: str
    remark: str


PLACES = {
    Shell.BASH: _Place(
        "ordos-targets.bash",
        "XDG_DATA_HOME",
        "bash-completion/completions/ordos-targets",
        ".local/share/bash-completion/completions/ordos-targets",
        N_("New shells load it, where the package bash-completion is installed; else add to ~/.bashrc: source {path}"),
    ),
    Shell.ZSH: _Place(
        "_ordos-targets",
        "XDG_DATA_HOME",
        "zsh/site-functions/_ordos-targets",
        ".local/share/zsh/site-functions/_ordos-targets",
        N_("Add to ~/.zshrc, once: fpath=({folder} $fpath); autoload -Uz compinit; compinit"),
    ),
    Shell.FISH: _Place(
        "ordos-targets.fish",
        "XDG_CONFIG_HOME",
        "fish/completions/ordos-targets.fish",
        ".config/fish/completions/ordos-targets.fish",
        N_("New shells load it by themselves."),
    ),
}


def script(shell: Shell) -> str:
    """The script that makes `shell` complete the words of this tool."""
    return (SCRIPTS / PLACES[shell].name).read_text(encoding="utf-8")


def install(shell: Shell) -> tuple[Path, Message]:
    """Write the script where `shell` looks for it; the path, and what is still to be done. Raises NoHome, OutputFailed.

    No file that a person wrote is touched.
    """
    place = PLACES[shell]
    root, home = os.environ.get(place.variable, ""), os.environ.get("HOME")
    if not Path(root).is_absolute() and not home:
        raise NoHome
    path = Path(root, place.under_variable) if Path(root).is_absolute() else Path(str(home), place.under_home)
    with suppress(OSError):  # what is in the way is told when the file is written
        path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, script(shell))
    return path, Message(place.remark, {"path": str(path), "folder": str(path.parent)})


def at_work() -> Shell:
    """The shell that this run was started from; else the one a person logs in to. Raises WhichShell."""
    for name in (_parent(), os.environ.get("SHELL", "")):
        word = Path(name).name.lstrip("-")
        if word in set(Shell):
            return Shell(word)
    raise WhichShell(shells=list(Shell))


def _parent() -> str:
    """The name of the process that started this one, where the system tells."""
    try:
        return (PROCESSES / str(os.getppid()) / "comm").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
