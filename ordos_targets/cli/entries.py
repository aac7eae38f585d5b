"""Entries between the keyboard and the ledger: asking where a figure is doubtful, telling what it changed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import typer

from ordos_targets.cli.session import Session
from ordos_targets.locale import _, say
from ordos_targets.report.change_cells import change_table
from ordos_targets.report.safe import visible
from ordos_targets.usecases.correct import Correction
from ordos_targets.usecases.record import Change, Doubtful, RecordRequest

Request = TypeVar("Request", RecordRequest, Correction)


def insisting(write: Callable[[Request], Change], request: Request) -> Change:
    """The change that `write(request)` makes; where the figure is doubtful, ask, and on a yes write it all the same.

    Raises Doubtful on a no, and where nobody can be asked.
    """
    try:
        return write(request)
    except Doubtful as failure:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        for doubt in failure.doubts:
            typer.echo(visible(say(doubt)), err=True)
        if not typer.confirm(_("Record it all the same?"), err=True):
            raise
        return write(replace(request, force=True))


def tell_change(session: Session, change: Change) -> None:
    """Print what an entry changed; not under --quiet."""
    table = change_table(
        target=change.target,
        district=change.district,
        entries=change.entries,
        figures=change.figures,
        rows=(change.before, change.after),
        kept=change.kept,
    )
    session.tell(table)
