"""`completion`: the shell completes commands, options, targets, districts and entries."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.grammar import Argument, Option, command
from ordos_targets.cli.session import Session
from ordos_targets.cli.shell_setup import Shell, at_work, install, script
from ordos_targets.domain.errors import N_
from ordos_targets.locale import _, say

Which = Annotated[Shell | None, Argument("[SHELL]", text=N_("bash, zsh or fish; the one at work if left out."))]
Install = Annotated[bool, Option("--install", text=N_("Put the script where the shell looks for it."))]


@command(N_("Completion by Tab for bash, zsh and fish; --install sets it up."))
def completion(
    session: Session,
    shell: Which = None,
    into_place: Install = False,  # noqa: FBT002 - a flag on the command line
) -> None:
    shell = shell or at_work()
    if not into_place:
        session.publish_content(script(shell), None)
        return
    path, remark = install(shell)
    session.tell_line(_("Wrote {file}.").format(file=path))
    session.tell_line(say(remark))
