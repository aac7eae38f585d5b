"""Options and arguments that several commands share, spelled and explained once; help is in English, to be translated.

Annotations are evaluated at once here and in the commands: Typer evaluates texts again and again.
"""

from typing import Annotated

import typer

from ordos_targets.cli.completion import complete_district, complete_entry, complete_target
from ordos_targets.domain.errors import N_
from ordos_targets.report.formats import Format

TargetsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[TARGET]...",
        autocompletion=complete_target,
        help=N_("Targets: their ids, names, or unambiguous parts of them; all if none is given."),
    ),
]
TARGET = typer.Argument(
    metavar="TARGET",
    autocompletion=complete_target,
    show_default=False,
    help=N_("The target: its id, name, or an unambiguous part of it."),
)
EntryArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[ENTRY]",
        autocompletion=complete_entry,
        show_default=False,
        help=N_("The entry: its number, or the beginning of its uid."),
    ),
]
DistrictOption = Annotated[
    str | None,
    typer.Option(
        "--district",
        metavar="DISTRICT",
        autocompletion=complete_district,
        help=N_("One district: its id, name, or a part of it."),
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help=N_("How to print."))]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help=N_("Write to this file, replacing it whole; - is stdout.")),
]
Day = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="DATE",
        help=N_("The day the figure speaks of; a period means its last day. Today if left out."),
    ),
]
ToDate = Annotated[bool, typer.Option("--to-date", help=N_("The value is the total so far, not what was added."))]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help=N_("Who records it; the login name if left out."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=N_("Show what would change, and write nothing."))]
Force = Annotated[bool, typer.Option("--force", help=N_("Record a figure that looks wrong without asking."))]
