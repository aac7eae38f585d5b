"""The command line as Typer reads it: for people, with help and with every way of writing a line.

The commands come from `cli.grammar`; each is loaded when it is called or listed. Typer brings click along inside
itself from some version on, so only Typer's own names are used here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import Signature, signature
from typing import Annotated, Any, get_args

import typer  # noqa: TID253 - this is its place
from typer.core import TyperCommand, TyperGroup, TyperOption  # noqa: TID253
from typer.main import get_command  # noqa: TID253

from ordos_targets import __version__
from ordos_targets.cli.grammar import (
    COMMANDS,
    DEFAULT_COMMAND,
    EVERYWHERE,
    VERSION,
    Declared,
    DeclaredGroup,
    Parameter,
    declared,
)
from ordos_targets.cli.session import Session, is_interactive
from ordos_targets.domain.errors import N_, ExitCode, UsageError
from ordos_targets.locale import CATALOGUES, _, activate_for_libraries, known

MINUS = "\u2212"
NEGATIVE = re.compile(r"^-(?=[0-9.])")
CHINESE_DASHES = re.compile(r"^(?:——|－－|––)(?=[a-z])")
HELP_NAMES = {"help_option_names": ["-h", "--help"]}
USAGE_WORDS = (N_("[OPTIONS]"), N_("COMMAND [ARGS]..."))


class UnknownCommand(UsageError):
    code = "unknown_command"
    template = N_("No command is called “{text}”; there are {commands}.")


class MisspeltCommand(UnknownCommand):
    template = N_("No command is called “{text}”. Did you mean {suggestion}? There are {commands}.")


class ExtraArguments(UsageError):
    code = "extra_arguments"
    template = N_("Too many arguments: {arguments}. Put a text with blanks in quotes.")


class UnknownLanguage(UsageError):
    code = "unknown_language"
    template = N_("No language is called “{text}”; there are {languages}.")


def _unknown_command(text: str) -> UnknownCommand:
    from difflib import get_close_matches

    facts = {"text": text, "commands": list(COMMANDS)}
    close = get_close_matches(text, COMMANDS, 1)
    return MisspeltCommand(suggestion=close[0], **facts) if close else UnknownCommand(**facts)


def session_of(context: typer.Context) -> Session:
    """The run that a command belongs to."""
    return context.find_root().ensure_object(Session)


def _keep(name: str) -> Callable[[typer.Context, object, object], None]:
    """A callback that keeps an option's value in the session; one not given changes nothing."""

    def keep(context: typer.Context, _parameter: object, value: object) -> None:
        if value is not None and value is not False:
            setattr(session_of(context), name, value)

    return keep


def _nothing(_context: typer.Context, _parameter: object, _value: object) -> None:
    """`cli.main` has looked for it already: an error may come before the command line is parsed."""


def _know_language(_context: typer.Context, _parameter: object, value: str | None) -> None:
    """The language itself is chosen before the command line is parsed; here only that it is one of ours."""
    if value is not None and known(value) is None:
        raise UnknownLanguage(text=value, languages=list(CATALOGUES))


def _version(context: typer.Context, _parameter: object, value: object) -> None:
    if value:
        typer.echo(f"ordos-targets {__version__}")
        context.exit()


CALLBACKS: dict[str, Callable[[typer.Context, object, Any], None]] = {
    "lang": _know_language,
    "debug": _nothing,
    "version": _version,
}


def _global_option(parameter: Parameter) -> TyperOption:
    option = parameter.said
    return TyperOption(
        param_decls=[parameter.name, *option.names],
        callback=CALLBACKS.get(parameter.name) or _keep(parameter.name),
        expose_value=False,
        envvar=option.env,
        show_envvar=True,
        metavar=option.metavar,
        is_flag=parameter.type is bool,
        is_eager=parameter is VERSION,
        default=False if parameter.type is bool else None,
        help=_(option.text),
    )


def global_options() -> list[TyperOption]:
    """The options that stand before a command's name."""
    return [_global_option(one) for one in (*EVERYWHERE, VERSION)]


def repeated_options() -> list[TyperOption]:
    """The same after a command's name: left out of its help, and not read from the environment a second time."""
    options = [_global_option(one) for one in EVERYWHERE]
    for one in options:
        one.hidden, one.envvar = True, None
    return options


class _InOurWords:
    """What Typer says by itself, in the reader's language."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - click's types move with Typer's versions
        """See click."""
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        pieces = [_(piece) if piece in USAGE_WORDS else piece for piece in pieces]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=_("Usage: "))

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 - the same
        """See click."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = _("Show this help.")
        return option


class Command(_InOurWords, TyperCommand):
    """A command that takes the global options too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Typer's own signature
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *repeated_options()]
        self.allow_extra_args = True  # so that it is we who refuse them

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - click's types move with Typer's versions
        """See click. Raises ExtraArguments."""
        rest: list[str] = super().parse_args(ctx, self._as_meant(args))
        if ctx.args and not ctx.resilient_parsing:
            raise ExtraArguments(arguments=list(ctx.args))
        return rest

    def _as_meant(self, args: list[str]) -> list[str]:
        """The arguments with what only looks like an option, or does not look like one, put right.

        `-3` is a figure and goes on with a real minus sign; `——date`, from an input method, is an option. What an
        option waits for as its value stays as it is.
        """
        valued = {name for one in self.params if isinstance(one, TyperOption) and not one.is_flag for name in one.opts}
        return [
            arg if before in valued else CHINESE_DASHES.sub("--", NEGATIVE.sub(MINUS, arg))
            for before, arg in zip(["", *args], args, strict=False)
        ]


class AskingCommand(Command):
    """A command that asks at a terminal for the arguments left out; elsewhere they are required."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - see Command
        """See click."""
        for one in self.params:
            if one.param_type_name == "argument":
                one.required = not is_interactive()
        return super().parse_args(ctx, args)


class Group(_InOurWords, TyperGroup):
    """A command that has commands of its own."""


class Commands(_InOurWords, TyperGroup):
    """The group of all commands. Without one it shows the status."""

    def __init__(self) -> None:
        activate_for_libraries()
        super().__init__(
            name="ordos-targets",
            invoke_without_command=True,
            help=_("Yearly targets: where each goal stands, and how far there is to go. Without a command: status."),
            context_settings=dict(HELP_NAMES),
            epilog=_exit_codes(),
            rich_markup_mode=None,
        )
        self.params = [*self.params, *global_options()]

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - see Command
        """See click."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - see Command
        """See click."""
        if cmd_name not in COMMANDS:
            if ctx.resilient_parsing:
                return None
            raise _unknown_command(cmd_name)
        found = declared(cmd_name)
        return _typer_group(cmd_name, found) if isinstance(found, DeclaredGroup) else _typer_command(cmd_name, found)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - see Command
        """See click."""
        result = super().invoke(ctx)
        if ctx.invoked_subcommand is None:
            command = self.get_command(ctx, DEFAULT_COMMAND)
            with command.make_context(DEFAULT_COMMAND, [], parent=ctx) as inner:
                return command.invoke(inner)
        return result


def _exit_codes() -> str:
    """The exit codes as the last paragraph of the help; the mark in front keeps its lines apart."""
    lines = [f"  {code.value}  {_(code.meaning)}" for code in ExitCode]
    return "\n".join(["\b", _("Exit codes:"), *lines])


def _typer_command(name: str, found: Declared) -> Any:  # noqa: ANN401 - see Command
    """A command as Typer knows one; its errors are presented by `cli.main`, in the reader's language."""

    def run(context: typer.Context, **given: object) -> int | None:
        return found.run(session_of(context), **given)

    session, *parameters = signature(found.run, eval_str=True).parameters.values()
    context = session.replace(name="context", annotation=typer.Context)
    given = [one.replace(annotation=_in_typers_words(one.annotation)) for one in parameters]
    run.__signature__ = Signature([context, *given])  # type: ignore[attr-defined]
    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=dict(HELP_NAMES),
    )
    kind = AskingCommand if found.asks else Command
    app.command(name, cls=kind, help=_(found.text), short_help=found.summary and _(found.summary))(run)
    return get_command(app)


def _typer_group(name: str, found: DeclaredGroup) -> Group:
    """A command of commands as Typer knows one."""
    commands = {one: _typer_command(one, said) for one, said in found.commands.items()}
    return Group(
        name=name,
        commands=commands,
        help=_(found.text),
        no_args_is_help=True,
        context_settings=dict(HELP_NAMES),
        rich_markup_mode=None,
    )


def _in_typers_words(annotation: object) -> object:
    """A parameter's type and what `cli.grammar` says of it, as Typer says it."""
    kind, said = get_args(annotation)
    told = {"metavar": said.metavar, "help": _(said.text), "show_default": said.show_default}
    if said.names:
        return Annotated[kind, typer.Option(*said.names, min=said.least, **told)]
    return Annotated[kind, typer.Argument(**told)]
