"""The manual page, written from the commands' own help, so that the two cannot disagree.

`python -m ordos_targets.cli.manual en` (or zh) prints it; the pages in `man/` are what it prints, and are installed
where `man` looks for them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from enum import Enum
from typing import Any

from ordos_targets import __version__, locale
from ordos_targets.cli.grammar import COMMANDS
from ordos_targets.cli.main import INTERRUPTED
from ordos_targets.cli.typer_commands import Commands, global_options
from ordos_targets.domain.errors import N_, ExitCode
from ordos_targets.locale import _

NAME = "ordos-targets"
PURPOSE = N_("where each goal of the year stands, and how far there is to go")
DESCRIPTION = (
    N_(
        "The goals of a year stand in a text file, targets.toml; progress is recorded in a ledger whose entries are "
        "only ever added to. Bare ordos-targets tells of each goal how far it is from its target, and whether it is "
        "ahead of the calendar or behind."
    ),
    N_(
        "Targets and districts go by their id, the beginning of it, their name or a part of it. Figures are typed as "
        "people write them (2亿元, 5,000万元, 20%, 183/651), and so are days (2025-06-30, 6月30日, today); a period "
        "(1-6月, 2025Q2) means its last day."
    ),
    N_("Results go to standard output, messages to standard error. The global options may also stand after a command."),
)
VARIABLES = (
    ("NO_COLOR", N_("If set to anything, no colour; the same goes for TERM=dumb.")),
    ("LC_ALL, LC_MESSAGES, LANG", N_("The language of the screen, where nothing else says it.")),
    ("XDG_CACHE_HOME", N_("Where checked targets files are kept for a quick start; else ~/.cache.")),
)
FILES = (
    ("targets.toml", N_("The goals. Looked for in the working folder and those above it.")),
    ("progress.db", N_("The ledger, beside the targets file unless that names another.")),
    ("~/.cache/ordos-targets/", N_("Checked targets files, for a quick start; it may be deleted at any time.")),
)
EXAMPLES = (
    (N_("Begin with a file of one's own:"), 'ordos-targets init --blank --title "…"'),
    (N_("Record that four projects have landed by the end of June:"), "ordos-targets record pilot 4 --date 2025-06-30"),
    (N_("Where everything stood on a day:"), "ordos-targets status --as-of 2025-07-05"),
    (N_("One target with its course and every formula:"), "ordos-targets show pilot --explain"),
    (
        N_("In cron: a mail only where something is behind or missed:"),
        "ordos-targets status --quiet --only behind,missed",
    ),
    (N_("Let the shell complete by Tab:"), "ordos-targets completion --install"),
)
BREAKABLE = re.compile(r"(?<=[\u3001-\u9fff\uff01-\uff5e])(?<![（“《])(?=[^，。；：、！？）”》,.;:)])")
SEE_ALSO = ("crontab(5)", "jq(1)", "sqlite3(1)")


def page(language: str) -> str:
    """The page in a language, in man's macros. The help of commands already loaded is in the language of then."""
    locale.activate(language)
    group = Commands()
    sections = (
        (_("Name"), iter([rf"{_text(NAME)} \- {_text(_(PURPOSE))}"])),
        (_("Synopsis"), _synopsis()),
        (_("Description"), _paragraphs(*map(_, DESCRIPTION))),
        (_("Commands"), _commands(group)),
        (_("Global options"), _parameters(group)),
        (_("Environment"), _environment()),
        (_("Files"), _terms((name, _(text)) for name, text in FILES)),
        (_("Exit status"), _exit_status()),
        (_("Examples"), _examples()),
        (_("See also"), iter([_text(", ".join(SEE_ALSO))])),
    )
    origin, book = _("Written by ordos_targets/cli/manual.py from the help."), _text(_("User commands"))
    head = [r".\" -*- coding: UTF-8 -*-", rf".\" {origin}"]
    title = f'.TH {_text(NAME.upper())} 1 "" "{_text(NAME)} {__version__}" "{book}"'
    lines = [*head, title, ".nh", ".ad l"]
    for heading, body in sections:
        lines += [f'.SH "{_text(heading.upper())}"', *body]
    return "".join(f"{line}\n" for line in lines)


def _text(text: str) -> str:
    """Any text on one line, with nothing in it that man would obey."""
    plain = " ".join(text.split()).replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq").replace("'", r"\(aq")
    return rf"\&{plain}" if plain.startswith(".") else plain


def _prose(text: str) -> str:
    """Text that may go on in a new line behind any Chinese character, but not before a closing mark."""
    return BREAKABLE.sub(r"\\:", _text(text))


def _bold(text: str) -> str:
    return rf"\fB{_text(text)}\fR"


def _italic(text: str) -> str:
    return rf"\fI{_text(text)}\fR"


def _synopsis() -> Iterator[str]:
    options, command, arguments = map(_italic, (_("OPTIONS"), _("COMMAND"), _("ARGUMENTS")))
    yield f"{_bold(NAME)} [{options}] [{command} [{arguments}]]"


def _paragraphs(*texts: str) -> Iterator[str]:
    for text in texts:
        yield ".PP"
        yield _prose(text)


def _commands(group: Any) -> Iterator[str]:  # noqa: ANN401 - the same
    for name in COMMANDS:
        yield from _command(group.get_command(None, name), name)


def _command(command: Any, name: str) -> Iterator[str]:  # noqa: ANN401 - the same
    """A command with its help, arguments and options; of a group, every command in it."""
    arguments = [str(one.metavar or one.name) for one in _listed(command, "argument")]
    yield f'.SS "{_text(" ".join([name, *arguments]))}"'
    yield _prose(command.help or "")
    yield from _parameters(command)
    for inner in command.list_commands(None) if hasattr(command, "list_commands") else ():
        yield from _command(command.get_command(None, inner), f"{name} {inner}")


def _listed(command: Any, kind: str) -> list[Any]:  # noqa: ANN401 - the same
    return [one for one in command.params if one.param_type_name == kind and not getattr(one, "hidden", False)]


def _parameters(command: Any) -> Iterator[str]:  # noqa: ANN401 - the same
    """The arguments and options, each with its help."""
    for one in _listed(command, "argument"):
        yield from _term(_italic(str(one.metavar or one.name)), one.help or "")
    for one in _listed(command, "option"):
        names = ", ".join(map(_bold, one.opts))
        if one.secondary_opts:
            names += f", {', '.join(map(_bold, one.secondary_opts))}"
        value = "" if one.is_flag else f" {_italic(_metavar(one))}"
        yield from _term(names + value, _with_default(one))


def _metavar(option: Any) -> str:  # noqa: ANN401 - the same
    """What stands for the value: its choices, or its name."""
    choices = getattr(option.type, "choices", None)
    return "|".join(_plain(choice) for choice in choices) if choices else str(option.metavar or option.name).upper()


def _with_default(option: Any) -> str:  # noqa: ANN401 - the same
    """The help, and what holds where the option is left out."""
    text = str(option.help or "")
    if option.is_flag or not option.show_default or not isinstance(option.default, str | int) or option.default == "":
        return text
    return f"{text} [{_('default: {default}').format(default=_plain(option.default))}]"


def _plain(value: object) -> str:
    return str(value.value if isinstance(value, Enum) else value)


def _term(term: str, text: str) -> Iterator[str]:
    yield ".TP"
    yield term
    yield _prose(text) or r"\&"


def _terms(pairs: Iterator[tuple[str, str]]) -> Iterator[str]:
    for name, text in pairs:
        yield from _term(_bold(name), text)


def _environment() -> Iterator[str]:
    named = [(str(one.envvar), f"{one.opts[0]}: {one.help}") for one in global_options() if one.envvar]
    yield from _terms(iter([*named, *((name, _(text)) for name, text in VARIABLES)]))


def _exit_status() -> Iterator[str]:
    codes = [(str(code.value), _(code.meaning)) for code in ExitCode]
    yield from _terms(iter([*codes, (str(INTERRUPTED), _("interrupted, or a question was left unanswered"))]))


def _examples() -> Iterator[str]:
    for text, line in EXAMPLES:
        yield ".PP"
        yield _prose(_(text))
        yield from (".PP", ".RS 4", ".nf", _text(line), ".fi", ".RE")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page(sys.argv[1]))
