"""What a command line may say. Each command declares it once, in its function's signature; two read it.

`cli.exact` reads what programs write, every word spelled out, and loads nothing for it; whatever else is typed, Typer
reads (`cli.typed`), and tells a person what is wrong or how it is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from keyword import iskeyword
from typing import Any, NamedTuple, get_args, get_type_hints

from ordos_targets.domain.errors import N_

# In the order of help: what is looked at most comes first. Each is a module of cli.commands.
COMMANDS = (
    "status", "record", "show", "report", "log", "amend", "void", "import", "export", "backup", "sync", "verify",
    "check", "init", "ledger", "schema", "completion",
)  # fmt: skip
DEFAULT_COMMAND = "status"


class Said:
    """How a parameter is written and explained. `text` is English, to be translated.

    `names` are an option's, `metavar` is how the help calls what is given, None for a flag, which takes nothing;
    `least` is the smallest number taken, `env` the environment variable that stands in for the option.
    """

    names: tuple[str, ...] = ()
    metavar: str | None = None
    least: int | None = None
    env: str | None = None

    def __init__(self, text: str, *, show_default: bool) -> None:
        self.text, self.show_default = text, show_default


class Argument(Said):
    """What stands on the line without a name."""

    def __init__(self, metavar: str, *, text: str, show_default: bool = True) -> None:
        super().__init__(text, show_default=show_default)
        self.metavar = metavar


class Option(Said):
    """What stands on the line behind one of its names."""

    def __init__(
        self,
        *names: str,
        metavar: str | None = None,
        text: str,
        show_default: bool = True,
        least: int | None = None,
        env: str | None = None,
    ) -> None:
        super().__init__(text, show_default=show_default)
        self.names, self.metavar, self.least, self.env = names, metavar, least, env


class Parameter(NamedTuple):
    """One parameter of a command: `many` values of a `type` (str, bool, int or an enum), and how they are written."""

    name: str
    type: Any
    said: Said
    many: bool = False
    required: bool = False


class Declared(NamedTuple):
    """A command: its function takes the Session and what was given, and returns the exit code, None for 0.

    `text` is its help and `summary` its line in the list of commands, None for the beginning of that, both in English.
    One that `asks` for arguments left out at a terminal requires them elsewhere.
    """

    run: Callable[..., int | None]
    text: str
    summary: str | None
    asks: bool

    def parameters(self) -> Iterator[Parameter]:
        """What may be given, in the order of help."""
        hints = get_type_hints(self.run, include_extras=True)
        _session, *names = self.run.__code__.co_varnames[: self.run.__code__.co_argcount]
        required = len(names) - len(self.run.__defaults__ or ())
        for number, name in enumerate(names):
            inner, said = get_args(hints[name])
            kind = next((one for one in get_args(inner) if one is not type(None)), inner)
            inside = get_args(kind)
            yield Parameter(name, inside[0] if inside else kind, said, bool(inside), number < required)


class DeclaredGroup(NamedTuple):
    """A command that has `commands` of its own, by name; `text` is its help, in English."""

    text: str
    commands: Mapping[str, Declared]


def command(
    text: str, *, summary: str | None = None, asks: bool = False
) -> Callable[[Callable[..., int | None]], Declared]:
    """Declare the function below as a command."""
    return lambda run: Declared(run, text, summary, asks)


def declared(name: str) -> Declared | DeclaredGroup:
    """The command of this name, one of COMMANDS; its module is loaded now."""
    called = f"{name}_" if iskeyword(name) else name
    found: Declared | DeclaredGroup = getattr(import_module(f"ordos_targets.cli.commands.{called}"), called)
    return found


# What every command takes, before its name or after it.
EVERYWHERE = (
    Parameter("targets_file", str, Option(
        "--targets", "-t", metavar="FILE", env="ORDOS_TARGETS_FILE",
        text=N_("The targets file; else targets.toml here or in a folder above."),
    )),
    Parameter("ledger", str, Option(
        "--ledger", metavar="URL", env="ORDOS_TARGETS_LEDGER",
        text=N_("The ledger: a file or a URL; else what the targets file says."),
    )),
    Parameter("lang", str, Option(
        "--lang", metavar="LANG", env="ORDOS_TARGETS_LANG",
        text=N_("Language of the screen: zh or en; else what the locale says."),
    )),
    Parameter("quiet", bool, Option("--quiet", "-q", text=N_("Say nothing but results and errors."))),
    Parameter("no_color", bool, Option("--no-color", text=N_("No colour, even on a terminal."))),
    Parameter("debug", bool, Option("--debug", text=N_("Show where in the program an error came from."))),
)  # fmt: skip
VERSION = Parameter("version", bool, Option("--version", text=N_("Show the version.")))
