"""Asking the person at the keyboard, and only where there is one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import typer

from ordos_targets.locale import _, say
from ordos_targets.report.safe import visible
from ordos_targets.usecases.correct import Correction
from ordos_targets.usecases.record import Change, Doubtful, RecordRequest

Request = TypeVar("Request", RecordRequest, Correction)


def insisting(write: Callable[[Request], Change], request: Request) -> Change:
    """`write(request)`; where the figure is doubtful, ask, and on a yes write it all the same. Raises Doubtful on a no."""
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
