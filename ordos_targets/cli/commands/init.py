"""`init`: a starting targets.toml."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.globals import Command, command_app, session_of
from ordos_targets.cli.session import clock
from ordos_targets.locale import _
from ordos_targets.usecases.start import StartRequest, start

app = command_app()

Blank = Annotated[bool, typer.Option("--blank", help=_("A template for another organisation, not the shipped goals."))]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help=_("Title of the blank file."))]
TitleEn = Annotated[str | None, typer.Option("--title-en", metavar="TEXT", help=_("English title of the blank file."))]
Year = Annotated[
    int | None, typer.Option("--year", metavar="YEAR", help=_("Year of the blank file; this year if left out."))
]
Zone = Annotated[
    str | None, typer.Option("--timezone", metavar="ZONE", help=_("Time zone of the blank file, as Asia/Shanghai."))
]
Overwrite = Annotated[bool, typer.Option("--force", help=_("Overwrite a targets file that is there."))]


@app.command(cls=Command, help=_("Write a starting targets.toml here."))
def init(  # noqa: PLR0913, PLR0917 - the options of the contract
    ctx: typer.Context,
    empty: Blank = False,  # noqa: FBT002 - Typer's way to say a flag
    title: Title = None,
    title_en: TitleEn = None,
    year: Year = None,
    timezone: Zone = None,
    force: Overwrite = False,  # noqa: FBT002
) -> None:
    session = session_of(ctx)
    path = session.folder / (session.targets_file or "targets.toml")
    request = StartRequest(empty=empty, title=title, title_en=title_en, year=year, timezone=timezone)
    start(path, request, this_year=clock().year, force=force)
    told = _("Wrote {file}. Edit it, run `ordos-targets check`, then `ordos-targets`.")
    session.tell_line(told.format(file=path))
