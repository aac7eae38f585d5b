"""`verify`: whether the ledger is what was written."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.exchange import progress_bar
from ordos_targets.cli.grammar import Option, command
from ordos_targets.cli.session import Session
from ordos_targets.domain.errors import N_
from ordos_targets.locale import _
from ordos_targets.usecases.verify import anchor_line, read_anchors
from ordos_targets.usecases.verify import verify as verify_ledger

Head = Annotated[
    str | None,
    Option("--head", metavar="HASH", text=N_("A head that a report showed: it must be in the ledger still.")),
]
Against = Annotated[
    str | None,
    Option("--against", metavar="FILE", text=N_("Anchors kept elsewhere, or the JSON of a status: all must fit.")),
]
WriteAnchor = Annotated[
    str | None,
    Option("--write-anchor", metavar="FILE", text=N_("Write what an auditor keeps; - is stdout.")),
]


@command(N_("Whether the ledger is what was written: hash chain, references, figures."))
def verify(session: Session, head: Head = None, against: Against = None, write_anchor: WriteAnchor = None) -> None:
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
