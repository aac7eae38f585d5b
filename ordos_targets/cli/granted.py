"""What was done to a shared ledger, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from ordos_targets.locale import _, named
from ordos_targets.usecases.setup import Granted


def set_up_line(name: str, before: int, after: int) -> str:
    """That a ledger was set up, brought up to date, or is so already."""
    if before == 0:
        told = _("{ledger} is set up (format {after}). Say who may record: `ordos-targets ledger grant --role NAME …`.")
    elif before < after:
        told = _("{ledger} was brought up to date (from format {before} to {after}).")
    else:
        told = _("{ledger} is up to date (format {after}).")
    return told.format(ledger=name, before=before, after=after)


def granted_lines(granted: Granted) -> Iterator[str]:
    """What a role may do now, one right a line."""
    role = granted.role
    if granted.everything:
        yield _("{role} may record everything, and sign for others.").format(role=role)
    if granted.districts:
        names = _(", ").join(map(named, granted.districts))
        yield _("{role} may record for {districts}, and sees that and what bears no district.").format(
            role=role, districts=names
        )
    if granted.owners:
        names = _(", ").join(map(named, granted.owners))
        yield _("{role} may record for the targets of {owners} ({targets}), and sees those.").format(
            role=role, owners=names, targets=granted.targets
        )
    if granted.read_only:
        yield _("{role} sees everything.").format(role=role)
    if not (granted.everything or granted.districts or granted.owners or granted.read_only):
        yield _("{role} may do nothing any more.").format(role=role)
