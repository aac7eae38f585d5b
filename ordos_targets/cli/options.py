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
        help=N_("Targets: ids, names, or unambiguous parts of names (default: all)."),
    ),
]
TARGET = typer.Argument(
    metavar="TARGET",
    autocompletion=complete_target,
    show_default=False,
    help=N_("Target: its id, its name, or an unambiguous part of the name."),
)
EntryArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[ENTRY]",
        autocompletion=complete_entry,
        show_default=False,
        help=N_("Entry: its number, or the beginning of its uid."),
    ),
]
DistrictOption = Annotated[
    str | None,
    typer.Option(
        "--district",
        metavar="DISTRICT",
        autocompletion=complete_district,
        help=N_("District: its id, its name, or an unambiguous part of the name."),
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help=N_("Output format."))]
Output = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help=N_("Write to this file, replacing it; - means standard output.")
    ),
]
Day = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="DATE",
        help=N_("Date of the figure; for a period, its last day (default: today)."),
    ),
]
ToDate = Annotated[bool, typer.Option("--to-date", help=N_("The value is the total so far, not what was added."))]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help=N_("Who records it (default: the login name)."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=N_("Show what would change, without writing anything."))]
Force = Annotated[bool, typer.Option("--force", help=N_("Record a figure that looks wrong without asking."))]
