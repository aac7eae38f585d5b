"""Options that several commands share, spelled and explained once."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.domain.errors import UsageFailure
from ordos_targets.domain.messages import N_
from ordos_targets.domain.status import Status
from ordos_targets.locale import _, everywhere
from ordos_targets.report.view import Format
from ordos_targets.report.words import STATUS


class UnknownStatus(UsageFailure):
    code = "unknown_status"
    template = N_("No status is called “{text}”; there are {statuses}.")


def statuses_in(text: str | None) -> frozenset[Status]:
    """The statuses in a comma-separated list, by their codes or as a screen says them; none for None.

    Raises UnknownStatus.
    """
    if not text:
        return frozenset()
    by_word = {word: status for status, said in STATUS.items() for word in {status.value, *everywhere(said)}}
    found = set()
    for part in text.replace("，", ",").replace("、", ",").split(","):
        word = part.strip().lower()
        status = by_word.get(word) or by_word.get(word.replace("-", "_"))
        if word and status is None:
            raise UnknownStatus(text=part.strip(), statuses=[_(one) for one in STATUS.values()])
        if status:
            found.add(status)
    return frozenset(found)


TARGETS = typer.Argument(
    metavar="[TARGET]...", help=_("Targets: their ids, names, or unambiguous parts of them; all if none is given.")
)
TARGET = typer.Argument(
    metavar="TARGET", help=_("The target: its id, name, or an unambiguous part of it."), show_default=False
)
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help=_("As of the end of this day; today if left out."))
]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", metavar="TIME", help=_("Use only what had been recorded by this day or moment.")),
]
District = Annotated[
    str | None, typer.Option("--district", metavar="DISTRICT", help=_("One district: its id, name, or a part of it."))
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help=_("Add what changed since the end of this day."))
]
Only = Annotated[
    str | None,
    typer.Option("--only", metavar="STATUS,…", help=_("Only targets in these statuses, such as lagging,behind.")),
]
FormatOption = Annotated[Format, typer.Option("--format", help=_("How to print."))]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help=_("Write to this file, replacing it whole; - is stdout.")),
]
Day = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="DATE",
        help=_("The day the figure speaks of; a period means its last day. Today if left out."),
    ),
]
ToDate = Annotated[bool, typer.Option("--to-date", help=_("The value is the total so far, not what was added."))]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("A remark to keep with the entry."))]
Evidence = Annotated[
    str | None,
    typer.Option("--evidence", metavar="FILE|URL", help=_("What proves the figure; a file's SHA-256 is kept.")),
]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help=_("Who records it; the login name if left out."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Show what would change, and write nothing."))]
Force = Annotated[bool, typer.Option("--force", help=_("Record a figure that looks wrong without asking."))]
Why = Annotated[
    str, typer.Option("--why", metavar="TEXT", help=_("The reason for the correction."), show_default=False)
]
Last = Annotated[bool, typer.Option("--last", help=_("The newest entry that stands."))]
ENTRY = typer.Argument(
    metavar="[ENTRY]", help=_("The entry: its number, or the beginning of its uid."), show_default=False
)


class WhichEntry(UsageFailure):
    code = "which_entry"
    template = N_("Which entry? Give its number (`ordos-targets log` lists them), or --last alone.")


def entry_and_value(entry: str | None, value: str | None, *, last: bool) -> tuple[str | None, str | None]:
    """The entry (None: the newest) and the value that two optional arguments mean.

    Under --last the one argument is the value. Raises WhichEntry.
    """
    if not last and entry is not None:
        return entry, value
    if last and value is None:
        return None, entry
    raise WhichEntry
