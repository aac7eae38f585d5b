"""`verify`: whether the ledger is what was written."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.exchange import progress_bar
from ordos_targets.cli.globals import Command, command_app, session_of
from ordos_targets.locale import _
from ordos_targets.usecases.anchor import anchor_line, read_anchors
from ordos_targets.usecases.verify import verify as verify_ledger

app = command_app()

Head = Annotated[
    str | None,
    typer.Option("--head", metavar="HASH", help=_("A head that a report showed: it must be in the ledger still.")),
]
Against = Annotated[
    str | None,
    typer.Option("--against", metavar="FILE", help=_("Anchors kept elsewhere, or the JSON of a status: all must fit.")),
]
WriteAnchor = Annotated[
    str | None,
    typer.Option("--write-anchor", metavar="FILE", help=_("Write what an auditor keeps; - is stdout.")),
]


@app.command(cls=Command, help=_("Whether the ledger is what was written: hash chain, references, figures."))
def verify(ctx: typer.Context, head: Head = None, against: Against = None, write_anchor: WriteAnchor = None) -> None:
    session = session_of(ctx)
    workspace = session.workspace()
    anchors = read_anchors(session.folder / against) if against else []
    session.protect(*[session.folder / against] if against else [])
    with progress_bar(session) as progress:
        found = verify_ledger(workspace, head=head, anchors=anchors, progress=progress)
    if write_anchor is not None:
        session.publish_content(anchor_line(workspace, found), write_anchor)
        return
    told = _("The ledger is whole: {entries} entries, head {head}.").format(entries=found.entries, head=found.head)
    agreed = _("It agrees with {anchors} anchors.").format(anchors=found.anchors) if anchors else ""
    session.tell_line(f"{told} {agreed}".rstrip())
