"""`completion`: the shell completes commands, options, targets, districts and entries."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.globals import Command, command_app, session_of
from ordos_targets.cli.shell_setup import Shell, at_work, install, script
from ordos_targets.locale import _, say

app = command_app()

Which = Annotated[
    Shell | None, typer.Argument(metavar="[SHELL]", help=_("bash, zsh or fish; the one at work if left out."))
]
Install = Annotated[bool, typer.Option("--install", help=_("Put the script where the shell looks for it."))]


@app.command(cls=Command, help=_("Completion by Tab for bash, zsh and fish; --install sets it up."))
def completion(
    ctx: typer.Context,
    shell: Which = None,
    into_place: Install = False,  # noqa: FBT002 - Typer's way to say a flag
) -> None:
    session = session_of(ctx)
    shell = shell or at_work()
    if not into_place:
        session.publish_content(script(shell), None)
        return
    path, remark = install(shell)
    session.tell_line(_("Wrote {file}.").format(file=path))
    session.tell_line(say(remark))
