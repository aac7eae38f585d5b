"""Entries between the keyboard and the ledger: asking where a figure is doubtful, telling what it changed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from ordos_targets.cli.session import Session, is_interactive, warn
from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.locale import _, say
from ordos_targets.report.changes import change_lines
from ordos_targets.report.sanitize import escape_control_characters
from ordos_targets.usecases.record import ConfirmationRequired, Correction, EntryChange, RecordRequest

YES = {"y", "yes", "是", "是的", "对", "好"}


class Declined(UsageError):
    code = "declined"
    template = N_("Nothing was recorded.")


Request = TypeVar("Request", RecordRequest, Correction)


def with_confirmation(write: Callable[[Request], EntryChange], request: Request) -> EntryChange:
    """The change that `write(request)` makes; where the figure is doubtful, ask, and on a yes write it all the same.

    Raises Declined on a no, and Doubtful where nobody can be asked.
    """
    try:
        return write(request)
    except ConfirmationRequired as failure:
        if not is_interactive():
            raise
        for doubt in failure.doubts:
            warn(escape_control_characters(say(doubt)))
        if not confirm(_("Record it all the same?")):
            raise Declined from None
        return write(request._replace(force=True))


def confirm(question: str) -> bool:
    """Whether the answer at the terminal is yes, in either language; no answer is no. Raises KeyboardInterrupt."""
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in YES


def print_change(session: Session, change: EntryChange) -> None:
    """Print what an entry changed; not under --quiet."""
    lines = change_lines(
        target=change.target,
        district=change.district,
        entries=change.entries,
        figures=change.figures,
        rows=(change.before, change.after),
        kept=change.kept,
        cancelled=change.cancelled,
    )
    session.tell_line(*lines)
