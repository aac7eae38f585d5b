"""`init`: a starting targets.toml."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.grammar import Option, command
from ordos_targets.cli.session import Session, clock
from ordos_targets.domain.errors import N_
from ordos_targets.locale import _
from ordos_targets.usecases.setup import StartRequest, start

Blank = Annotated[bool, Option("--blank", text=N_("A template for another organisation, not the shipped goals."))]
Title = Annotated[str | None, Option("--title", metavar="TEXT", text=N_("Title of the blank file."))]
TitleEn = Annotated[str | None, Option("--title-en", metavar="TEXT", text=N_("English title of the blank file."))]
Year = Annotated[
    int | None, Option("--year", metavar="YEAR", text=N_("Year of the blank file; this year if left out."))
]
Zone = Annotated[
    str | None, Option("--timezone", metavar="ZONE", text=N_("Time zone of the blank file, as Asia/Shanghai."))
]
Overwrite = Annotated[bool, Option("--force", text=N_("Overwrite a targets file that is there."))]


@command(N_("Write a starting targets.toml here."))
def init(  # noqa: PLR0913, PLR0917 - the options of the contract
    session: Session,
    empty: Blank = False,  # noqa: FBT002 - a flag on the command line
    title: Title = None,
    title_en: TitleEn = None,
    year: Year = None,
    timezone: Zone = None,
    force: Overwrite = False,  # noqa: FBT002
) -> None:
    path = session.folder / (session.targets_file or "targets.toml")
    request = StartRequest(empty=empty, title=title, title_en=title_en, year=year, timezone=timezone)
    start(path, request, this_year=clock().year, force=force)
    told = _("Wrote {file}. Edit it, run `ordos-targets check`, then `ordos-targets`.")
    session.tell_line(told.format(file=path))
