"""Corrections: an entry is cancelled by a further entry, and may be written anew; nothing is changed in place."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ordos_targets.domain.entries import Draft, Entry, Kind
from ordos_targets.domain.entry_values import read_value
from ordos_targets.domain.errors import N_, UsageFailure
from ordos_targets.domain.targets import Target
from ordos_targets.store.ledger import AlreadyCancelled, Listed
from ordos_targets.usecases.record import Change, evidence_of, write
from ordos_targets.usecases.rules import check_draft, clean_text
from ordos_targets.usecases.workspace import Workspace


class WhyMissing(UsageFailure):
    code = "why_missing"
    template = N_("A correction says why: add --why with the reason.")


class VoidOfVoid(UsageFailure):
    code = "void_of_void"
    template = N_("Entry {seq} is itself a cancellation and stays; record the figure again instead.")


class TargetGone(UsageFailure):
    code = "target_gone"
    template = N_("Entry {seq} is about “{target}”, which targets.toml no longer names; put the target back first.")


class NothingToAmend(UsageFailure):
    code = "nothing_to_amend"
    template = N_(
        "Nothing to amend: give the right value, or --date, --district, --note, --evidence, --estimate or --final."
    )


class Correction(NamedTuple):
    """A correction as typed; a part that is None stays as it was.

    `entry` is a number or the beginning of a uid, None for the newest.
    """

    entry: str | None
    why: str
    by: str
    value: str | None = None
    date: str | None = None
    to_date: bool = False
    district: str | None = None
    note: str | None = None
    evidence: str | None = None
    estimate: bool | None = None
    dry_run: bool = False
    force: bool = False


def void(workspace: Workspace, correction: Correction) -> Change:
    """Cancel an entry. Raises NoSuchEntry, AlreadyCancelled, VoidOfVoid, WhyMissing, TargetGone."""
    old, target = _standing_entry(workspace, correction)
    drafts = [_void_of(old, correction)]
    change = write(workspace, target, drafts, keep=not correction.dry_run, force=False)
    return change._replace(cancelled=old)


def amend(workspace: Workspace, correction: Correction, folder: Path) -> Change:
    """Cancel an entry and write it anew with what was given, in one transaction.

    Raises what `record` and `void` raise, and NothingToAmend.
    """
    old, target = _standing_entry(workspace, correction)
    changed = _amended(workspace, correction, old, target, folder)
    check_draft(changed, target, workspace.goals, workspace.today)
    drafts = [_void_of(old, correction), changed]
    change = write(workspace, target, drafts, keep=not correction.dry_run, force=correction.force)
    return change._replace(cancelled=old)


def _standing_entry(workspace: Workspace, correction: Correction) -> tuple[Entry, Target]:
    """The entry to correct and its target: an entry that stands now."""
    if clean_text(correction.why) is None:
        raise WhyMissing
    with workspace.ledger.reading() as book:
        listed: Listed = book.newest() if correction.entry is None else book.find(correction.entry)
    entry = listed.entry
    if entry.kind is Kind.VOID:
        raise VoidOfVoid(seq=entry.seq)
    if listed.cancelled_by is not None:
        raise AlreadyCancelled(seq=entry.seq, by=listed.cancelled_by)
    target = workspace.target_of(entry)
    if target is None:
        raise TargetGone(seq=entry.seq, target=entry.target)
    return entry, target


def _void_of(old: Entry, correction: Correction) -> Draft:
    return Draft(
        target=old.target,
        district=old.district,
        date=old.date,
        kind=Kind.VOID,
        note=clean_text(correction.why),
        by=clean_text(correction.by) or "",
        replaces=old.uid,
    )


def _amended(workspace: Workspace, correction: Correction, old: Entry, target: Target, folder: Path) -> Draft:
    """The old entry's facts with those that were given instead."""
    given = (correction.value, correction.date, correction.district, correction.note, correction.evidence)
    if all(one is None for one in given) and correction.estimate is None and not correction.to_date:
        raise NothingToAmend
    draft = Draft(**{name: getattr(old, name) for name in Draft._fields})
    draft = draft._replace(by=clean_text(correction.by) or "", replaces=old.uid, origin="cli")
    if correction.value is not None:
        to_date = correction.to_date or old.kind is Kind.READING
        typed = read_value(correction.value, target, to_date=to_date)
        draft = draft._replace(kind=typed.kind, value=typed.value, of=typed.of, item=typed.item)
    elif correction.to_date and old.kind is Kind.INCREMENT:
        draft = draft._replace(kind=Kind.READING)
    if correction.date is not None:
        draft = draft._replace(date=workspace.day(correction.date))
    if correction.district is not None:
        draft = draft._replace(district=workspace.district(correction.district).id)
    if correction.note is not None:
        draft = draft._replace(note=clean_text(correction.note))
    if correction.evidence is not None:
        evidence, digest = evidence_of(correction.evidence, folder)
        draft = draft._replace(evidence=evidence, evidence_sha256=digest)
    return draft if correction.estimate is None else draft._replace(estimate=correction.estimate)
