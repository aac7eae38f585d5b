"""Options that several commands share, spelled and explained once."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.grammar import Argument, Option
from ordos_targets.domain.assessment import Status
from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.locale import _, everywhere
from ordos_targets.report.formats import Format


class UnknownStatus(UsageError):
    code = "unknown_status"
    template = N_("No status is called “{text}”; there are {statuses}.")


def statuses_in(text: str | None) -> frozenset[Status]:
    """The statuses in a comma-separated list, by their codes or as a screen says them; none for None.

    Raises UnknownStatus.
    """
    if not text:
        return frozenset()
    from ordos_targets.report.labels import STATUS  # noqa: PLC0415 - few runs name one

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


TARGETS = Argument(
    "[TARGET]...", text=N_("Targets: their ids, names, or unambiguous parts of them; all if none is given.")
)
TARGET = Argument("TARGET", text=N_("The target: its id, name, or an unambiguous part of it."), show_default=False)
AsOf = Annotated[
    str | None, Option("--as-of", metavar="DATE", text=N_("As of the end of this day; today if left out."))
]
KnownAt = Annotated[
    str | None,
    Option("--known-at", metavar="TIME", text=N_("Use only what had been recorded by this day or moment.")),
]
District = Annotated[
    str | None, Option("--district", metavar="DISTRICT", text=N_("One district: its id, name, or a part of it."))
]
Since = Annotated[str | None, Option("--since", metavar="DATE", text=N_("Add what changed since the end of this day."))]
Only = Annotated[
    str | None,
    Option("--only", metavar="STATUS,…", text=N_("Only targets in these statuses, such as lagging,behind.")),
]
FormatOption = Annotated[Format, Option("--format", text=N_("How to print."))]
Output = Annotated[
    str | None,
    Option("--output", "-o", metavar="FILE", text=N_("Write to this file, replacing it whole; - is stdout.")),
]
Day = Annotated[
    str | None,
    Option(
        "--date",
        metavar="DATE",
        text=N_("The day the figure speaks of; a period means its last day. Today if left out."),
    ),
]
ToDate = Annotated[bool, Option("--to-date", text=N_("The value is the total so far, not what was added."))]
Note = Annotated[str | None, Option("--note", metavar="TEXT", text=N_("A remark to keep with the entry."))]
Evidence = Annotated[
    str | None,
    Option("--evidence", metavar="FILE|URL", text=N_("What proves the figure; a file's SHA-256 is kept.")),
]
By = Annotated[str | None, Option("--by", metavar="NAME", text=N_("Who records it; the login name if left out."))]
DryRun = Annotated[bool, Option("--dry-run", text=N_("Show what would change, and write nothing."))]
Force = Annotated[bool, Option("--force", text=N_("Record a figure that looks wrong without asking."))]
Why = Annotated[str, Option("--why", metavar="TEXT", text=N_("The reason for the correction."), show_default=False)]
Last = Annotated[bool, Option("--last", text=N_("The newest entry that stands."))]
ENTRY = Argument("[ENTRY]", text=N_("The entry: its number, or the beginning of its uid."), show_default=False)


class WhichEntry(UsageError):
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
