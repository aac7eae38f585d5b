"""Commands that set things up and check them: check, init, ledger init, ledger grant, schema."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from ordos_targets.cli.completion import complete_district
from ordos_targets.cli.options import Output
from ordos_targets.cli.session import clock, session_of
from ordos_targets.domain.errors import N_, fill
from ordos_targets.locale import _, named
from ordos_targets.usecases.setup import SchemaKind

if TYPE_CHECKING:
    from ordos_targets.usecases.setup import Granted

Url = Annotated[
    str | None,
    typer.Argument(metavar="[URL]", help=N_("postgresql://USER@HOST/DATABASE (default: the ledger in use).")),
]


def check(context: typer.Context) -> None:
    from ordos_targets.usecases.setup import check as check_everything

    session = session_of(context)
    workspace = session.workspace()
    result = check_everything(workspace)
    text = _(
        "{file} is valid: {targets:target|targets}, {districts:district|districts}. The ledger matches it: "
        "{entries:entry|entries}."
    )
    counts = {"targets": result.targets, "districts": result.districts, "entries": result.entries}
    session.print_lines(fill(text, {"file": workspace.targets_file, **counts}))


def init(  # noqa: PLR0913, PLR0917 - the options of the contract
    context: typer.Context,
    blank: Annotated[
        bool, typer.Option("--blank", help=N_("Write an empty template instead of the shipped targets."))
    ] = False,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help=N_("Title of the blank file."))] = None,
    title_en: Annotated[
        str | None, typer.Option("--title-en", metavar="TEXT", help=N_("English title of the blank file."))
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", metavar="YEAR", help=N_("Year of the blank file (default: this year).")),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option("--timezone", metavar="ZONE", help=N_("Time zone of the blank file, such as Asia/Shanghai.")),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=N_("Overwrite an existing targets file."))] = False,
) -> None:
    from ordos_targets.usecases.setup import StartRequest, start

    session = session_of(context)
    path = session.folder / (session.targets_file or "targets.toml")
    request = StartRequest(empty=blank, title=title, title_en=title_en, year=year, timezone=timezone)
    start(path, request, this_year=clock().year, force=force)
    text = _("Wrote {file}. Edit it, run `ordos-targets check`, then `ordos-targets`.")
    session.print_lines(text.format(file=path))


def schema(
    context: typer.Context,
    subject: Annotated[
        SchemaKind,
        typer.Argument(metavar="[OF]", help=N_("Which schema: of the targets file, or of a command's JSON output.")),
    ] = SchemaKind.TARGETS,
    output: Output = None,
) -> None:
    from ordos_targets.report.serialize import dumps
    from ordos_targets.usecases.setup import schema as json_schema

    session_of(context).write_content(f"{dumps(json_schema(subject))}\n", output)


def ledger_init(context: typer.Context, url: Url = None) -> None:
    from ordos_targets.usecases.setup import set_up_ledger

    session = session_of(context)
    location = url or session.ledger or session.workspace().goals.ledger
    session.print_lines(_set_up_line(*set_up_ledger(location, session.folder)))


def ledger_grant(  # noqa: PLR0913, PLR0917 - the options of the contract
    context: typer.Context,
    role: Annotated[str, typer.Option("--role", metavar="NAME", help=N_("Name of an existing PostgreSQL role."))],
    url: Url = None,
    district: Annotated[
        list[str] | None,
        typer.Option(
            "--district",
            metavar="DISTRICT",
            autocompletion=complete_district,
            help=N_("Let the role record for this district and see its entries; may be repeated."),
        ),
    ] = None,
    owner: Annotated[
        list[str] | None,
        typer.Option(
            "--owner", metavar="OWNER", help=N_("Let the role record for the targets of this owner; may be repeated.")
        ),
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help=N_("Let the role see everything."))] = False,
    everything: Annotated[
        bool, typer.Option("--all", help=N_("Let the role record everything, also in the name of others."))
    ] = False,
    nothing: Annotated[bool, typer.Option("--none", help=N_("Withdraw all permissions of the role."))] = False,
) -> None:
    from ordos_targets.usecases.setup import GrantRequest, grant

    session = session_of(context)
    session.ledger = url or session.ledger
    request = GrantRequest(
        role=role, districts=tuple(district or ()), owners=tuple(owner or ()), read_only=read_only,
        everything=everything, none=nothing,
    )  # fmt: skip
    session.print_lines(*_granted_lines(grant(session.workspace(), request)))


def _set_up_line(name: str, before: int, after: int) -> str:
    """Return the sentence that a ledger was set up (format 0 before), migrated, or is up to date."""
    if before == 0:
        text = _(
            "{ledger} was created (format {after}). Next, grant permissions: `ordos-targets ledger grant "
            "--role NAME …`."
        )
    elif before < after:
        text = _("{ledger} was upgraded from format {before} to {after}.")
    else:
        text = _("{ledger} is up to date (format {after}).")
    return text.format(ledger=name, before=before, after=after)


def _granted_lines(granted: "Granted") -> Iterator[str]:
    """Yield what a role may do now, one right a line."""
    role = granted.role
    if granted.everything:
        yield _("{role} may record everything, also in the name of others.").format(role=role)
    if granted.districts:
        names = _(", ").join(map(named, granted.districts))
        text = _("{role} may record for {districts}, and sees those entries and entries without a district.")
        yield text.format(role=role, districts=names)
    if granted.owners:
        names = _(", ").join(map(named, granted.owners))
        text = _("{role} may record for the targets of {owners} ({targets}), and sees their entries.")
        yield text.format(role=role, owners=names, targets=granted.targets)
    if granted.read_only:
        yield _("{role} sees everything.").format(role=role)
    if not (granted.everything or granted.districts or granted.owners or granted.read_only):
        yield _("{role} has no permissions any more.").format(role=role)
