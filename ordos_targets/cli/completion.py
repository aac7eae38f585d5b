"""What may stand at a shell's cursor, asked for by the scripts in `shells/`.

They set _ORDOS_TARGETS_COMPLETE to the shell's name and give the words up to the cursor as arguments. The first line of
the answer is `words`, `list` (one that may go on after a comma) or `files` (the shell knows those); below it stands one
candidate a line: what it is, a tab, what it means. Whatever goes wrong, there is nothing to say.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ordos_targets.cli.session import cache_dir, clock
from ordos_targets.cli.typer_commands import Commands
from ordos_targets.domain.names import Identified, completions
from ordos_targets.locale import CATALOGUES, _, named
from ordos_targets.report import labels
from ordos_targets.report.sanitize import escape_control_characters
from ordos_targets.store.ledger import Query
from ordos_targets.usecases.workspace import Workspace, open_workspace

PATIENCE = 2  # seconds; nobody waits longer at a prompt
NEWEST = 50
WORDS, LIST, FILES = "words", "list", "files"
HELP = "--help"

# A candidate and what it means, which may be empty.
Candidate = tuple[str, str]


@dataclass(slots=True)
class Line:
    """What the words before the cursor are.

    `command` is the command or group they end in; `given` the values of options by name, `used` the options that were
    written; `places` the other words of the command; `waiting` an option whose value comes next.
    """

    command: Any
    given: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    places: list[str] = field(default_factory=list)
    waiting: Any = None
    places_only: bool = False

    @property
    def subcommands(self) -> list[str]:
        """The names of the commands of a group, none for a command."""
        return list(self.command.list_commands(None)) if hasattr(self.command, "list_commands") else []


def complete(arguments: Sequence[str], shell: str) -> int:
    """Print what may stand in place of the last of `arguments`. Never raises; the exit code is always 0."""
    with suppress(Exception, KeyboardInterrupt), _hurrying():
        told = answer(arguments, shell)
        sys.stdout.write("".join(f"{line}\n" for line in told))
        sys.stdout.flush()
    return 0


@contextmanager
def _hurrying() -> Iterator[None]:
    """Give the block up after PATIENCE seconds, where the system can: a ledger may be locked, or far away."""
    import signal  # noqa: PLC0415 - no other run needs it

    def late(_signal: int, _frame: object) -> None:
        raise TimeoutError

    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def answer(arguments: Sequence[str], shell: str) -> list[str]:
    """The lines of the answer; none where nothing is known. May raise whatever reading the goals or ledger raises."""
    *before, current = _joined(arguments) or [""]
    line = _line(before)
    if line is None:
        return []
    option, sign, typed = current.partition("=")
    assigned = _option(line.command, option) if sign and option.startswith("--") and not line.waiting else None
    if assigned is None:
        mode, found = _at_cursor(line, current, shell)
        prefix = ""
    else:
        mode, found = _values(assigned, line, typed, shell)
        prefix = "" if "=" in arguments[-2:] else f"{option}="  # a shell that parts words at = replaces the last part
    return [mode, *(f"{prefix}{value}\t{escape_control_characters(meaning)}" for value, meaning in found)]


def _joined(arguments: Sequence[str]) -> list[str]:
    """The words, without their quotes, and `--option`, `=`, `value` in one again, which bash parts."""
    joined: list[str] = []
    after_sign = False
    for word in map(_bare, arguments):
        if joined and joined[-1].startswith("--") and (word == "=" or after_sign):
            joined[-1] += word
        else:
            joined.append(word)
        after_sign = word == "="
    return joined


def _bare(word: str) -> str:
    """A word as the program would get it; one whose quote is still open, without that."""
    try:
        found = shlex.split(word)
    except ValueError:
        return word.lstrip("\"'")
    return os.path.expanduser(found[0]) if len(found) == 1 else word  # noqa: PTH111 - Path would tidy the text


def _line(before: Sequence[str]) -> Line | None:
    """What the words before the cursor are; None where one of them is no command."""
    line = Line(Commands())
    for word in before:
        if line.waiting is not None:
            line.given[line.waiting.name] = word
            line.waiting = None
        elif word == "--":
            line.places_only = True
        elif word.startswith("-") and word != "-" and not line.places_only:
            _read_option(line, word)
        elif line.subcommands:
            if word not in line.subcommands:
                return None
            line.command = line.command.get_command(None, word)
        else:
            line.places.append(word)
    return line


def _read_option(line: Line, word: str) -> None:
    name, sign, value = word.partition("=")
    option = _option(line.command, name)
    if option is None:
        return
    line.used.update(option.opts)
    if sign:
        line.given[option.name] = value
    elif not option.is_flag:
        line.waiting = option


def _option(command: Any, name: str) -> Any:  # noqa: ANN401 - click's types move with Typer's versions
    """The option of this name, None where there is none."""
    return next((one for one in _options(command) if name in (*one.opts, *one.secondary_opts)), None)


def _options(command: Any) -> list[Any]:  # noqa: ANN401 - the same
    return [one for one in command.params if one.param_type_name == "option"]


def _at_cursor(line: Line, current: str, shell: str) -> tuple[str, list[Candidate]]:
    """What may stand at the cursor: an option's value, an option, a command, or an argument."""
    if line.waiting is not None:
        return _values(line.waiting, line, current, shell)
    if current.startswith("-") and not line.places_only:
        return WORDS, [one for one in _option_names(line) if one[0].startswith(current)]
    if line.subcommands:
        names = [name for name in line.subcommands if name.startswith(current)]
        if shell == "bash":  # which shows no meanings: no command need be loaded for its help
            return WORDS, [(name, "") for name in names]
        commands = [(name, line.command.get_command(None, name)) for name in names]
        return WORDS, [(name, command.short_help or command.help or "") for name, command in commands]
    arguments = [one for one in line.command.params if one.param_type_name == "argument"]
    place = len(line.places)
    if arguments and (place < len(arguments) or arguments[-1].nargs == -1):
        return _values(arguments[min(place, len(arguments) - 1)], line, current, shell)
    return WORDS, []


def _option_names(line: Line) -> Iterator[Candidate]:
    """The options that may still be written, a command's own before those of every command."""
    for one in sorted(_options(line.command), key=lambda option: bool(option.hidden)):
        if not line.used & set(one.opts):
            for name in (*one.opts, *one.secondary_opts):
                if name.startswith("--") or len(one.opts) == 1:
                    yield name, one.help or ""
    yield HELP, _("Show this help.")


def _values(parameter: Any, line: Line, current: str, shell: str) -> tuple[str, list[Candidate]]:  # noqa: ANN401
    """The values that an option or argument takes: its choices, or what its name in the help stands for."""
    choices = getattr(parameter.type, "choices", None)
    if choices:
        values = [str(getattr(choice, "value", choice)) for choice in choices]
        return WORDS, [(value, "") for value in values if value.startswith(current)]
    kind = str(parameter.metavar or "").strip("[].")
    if "FILE" in kind or kind == "URL":
        return FILES, []
    if kind == "STATUS,…":
        return LIST, list(_statuses(current))
    if kind == "LANG":
        return WORDS, [(name, "") for name in CATALOGUES if name.startswith(current)]
    return WORDS, list(_recorded(kind, line, current, shell))


def _statuses(current: str) -> Iterator[Candidate]:
    """Each status that may come after the last comma, with what stands before it."""
    before, comma, last = current.rpartition(",")
    for status, word in labels.STATUS.items():
        if status.value.startswith(last) and status.value not in before.split(","):
            yield f"{before}{comma}{status.value}", _(word)


def _recorded(kind: str, line: Line, current: str, shell: str) -> Iterator[Candidate]:
    """What the targets file names or the ledger holds."""
    if kind not in {"TARGET", "DISTRICT", "VALUE", "ENTRY"}:
        return
    workspace = _workspace(line)
    if kind == "TARGET":
        others = [target for target in workspace.goals.targets if target.id not in line.places]
        yield from _names(completions(current, others), current, shell)
    elif kind == "DISTRICT":
        yield from _names(completions(current, workspace.goals.districts), current, shell)
    elif kind == "VALUE":
        yield from _names(completions(current, workspace.target(line.places[0]).items), current, shell)
    elif kind == "ENTRY":
        yield from _entries(workspace, current)


def _names(things: Sequence[Identified], current: str, shell: str) -> Iterator[Candidate]:
    """Ids with their names; where a name is being typed in fish, which drops what the text is no part of, names."""
    typing_a_name = shell == "fish" and not current.isascii()
    for thing in things:
        if typing_a_name and current in thing.name:
            yield escape_control_characters(thing.name), thing.id
        else:
            yield thing.id, named(thing)


def _entries(workspace: Workspace, current: str) -> Iterator[Candidate]:
    """The numbers of the newest entries that stand, the newest first."""
    from ordos_targets.report.entries import value_text  # noqa: PLC0415 - only entries need it

    with workspace.ledger.reading() as book:
        listed = [one.entry for one in book.entries(Query(last=NEWEST))]
    for entry in reversed(listed):
        target = workspace.target_of(entry)
        if target is not None and str(entry.seq).startswith(current):
            places = [named(one) for one in workspace.goals.districts if one.id == entry.district]
            yield str(entry.seq), " ".join([f"{entry.date}", named(target), *places, value_text(entry, target)])


def _workspace(line: Line) -> Workspace:
    """The goals and ledger that the line or the environment names. Nothing is written, not even the cache."""
    return open_workspace(
        folder=Path(),
        targets_file=line.given.get("targets_file") or os.environ.get("ORDOS_TARGETS_FILE") or None,
        ledger=line.given.get("ledger") or os.environ.get("ORDOS_TARGETS_LEDGER") or None,
        cache_dir=cache_dir(),
        clock=clock,
        keeping=False,
    )
