"""The recording of one entry, and its correction: amended or cancelled, never changed."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from ordos_targets.domain.assessment import EntryChange
from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.entry_values import parse_entry_value
from ordos_targets.domain.errors import N_, Message, UsageError
from ordos_targets.domain.rollup import assess_target
from ordos_targets.domain.slices import AssessmentContext
from ordos_targets.domain.targets import Target
from ordos_targets.store.errors import AlreadyCancelled
from ordos_targets.usecases.entry_checks import (
    check_draft,
    clean_text,
    clock_warning,
    plausibility_warnings,
    recording_time,
)
from ordos_targets.usecases.workspace import Workspace


class NoEvidence(UsageError):
    code = "no_evidence"
    template = N_("The evidence {path} cannot be read ({reason}); give a file that exists, or a URL.")


class ConfirmationRequired(UsageError):
    """An entry that looks like a slip; it is recorded with `force`. Params: doubts, a tuple of messages."""

    code = "doubtful"
    template = N_("{doubts} Nothing was recorded; if the figure is right, run the command again with --force.")

    def __init__(self, doubts: tuple[Message, ...]) -> None:
        self.doubts = doubts
        super().__init__(doubts=doubts)


class RecordRequest(NamedTuple):
    """An entry as typed; a `date` of None means today.

    Attributes:
        to_date: Whether the value is the total so far.
        dry_run: Whether nothing is written.
        force: Whether it is recorded even if it looks like a slip.
    """

    target: str
    value: str
    date: str | None = None
    to_date: bool = False
    district: str | None = None
    estimate: bool = False
    note: str | None = None
    evidence: str | None = None
    by: str = ""
    dry_run: bool = False
    force: bool = False


def record(workspace: Workspace, request: RecordRequest, folder: Path) -> EntryChange:
    """Record one entry, and return what it changes.

    Args:
        workspace: The goals and the ledger.
        request: The entry.
        folder: Where a relative path of an evidence begins.

    Raises:
        UsageError: An entry that cannot be recorded; ConfirmationRequired if it looks like a slip.
    """
    target = workspace.target(request.target)
    value = parse_entry_value(request.value, target, to_date=request.to_date)
    evidence, digest = evidence_of(request.evidence, folder)
    draft = NewEntry(
        target=target.id,
        district=workspace.district(request.district).id if request.district else None,
        date=workspace.day(request.date),
        kind=value.kind,
        value=value.value,
        of=value.of,
        item=value.item,
        estimate=request.estimate,
        note=clean_text(request.note),
        evidence=evidence,
        evidence_sha256=digest,
        by=clean_text(request.by) or "",
    )
    check_draft(draft, target, workspace.goals, workspace.today)
    return append_and_assess(workspace, target, [draft], keep=not request.dry_run, force=request.force)


def append_and_assess(
    workspace: Workspace, target: Target, drafts: list[NewEntry], *, keep: bool, force: bool
) -> EntryChange:
    """Append entries in one transaction, and return what they change as of today; nothing is written if not `keep`.

    Raises ConfirmationRequired for what looks like a slip, unless `force`.
    """
    district = next((one for one in workspace.goals.districts if one.id == drafts[-1].district), None)
    today = workspace.today
    entries = []
    with workspace.ledger.writing(keep=keep) as writer:
        series = writer.series([target.id])
        before = assess_target(target, AssessmentContext(workspace.goals, today, series))
        for draft in drafts:  # a void comes first: what it cancels is no reason to doubt what is recorded instead
            now = workspace.clock()
            if not force and draft.kind is not EntryKind.VOID:
                late = clock_warning(now, writer.head)
                doubts = *plausibility_warnings(draft, target, workspace.goals, series), *([late] if late else [])
                if doubts:
                    raise ConfirmationRequired(doubts)
            entries.append(writer.append(draft, recording_time(now, writer.head, insisted=force)))
            series = writer.series([target.id])
        after = assess_target(target, AssessmentContext(workspace.goals, today, series))
    return EntryChange(target, district, before, after, tuple(entries), keep)


def evidence_of(text: str | None, folder: Path) -> tuple[str | None, str | None]:
    """Return an evidence as given, a URL or a file relative to `folder`, and the SHA-256 of a file; None for none.

    Raises NoEvidence, UnfitText.
    """
    if not text:
        return None, None
    evidence = clean_text(text)
    if "://" in text:
        return evidence, None
    try:
        if not S_ISREG((folder / text).stat().st_mode):  # a device or a pipe may never end
            raise NoEvidence(path=text, reason=Message(N_("not a regular file")))
        with (folder / text).open("rb") as file:
            return evidence, file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise NoEvidence(path=text, reason=getattr(error, "strerror", None) or str(error)) from error


class WhyMissing(UsageError):
    code = "why_missing"
    template = N_("A correction needs a reason; add --why.")


class VoidOfVoid(UsageError):
    code = "void_of_void"
    template = N_("Entry {seq} is itself a cancellation and cannot be cancelled; record the figure again instead.")


class TargetGone(UsageError):
    code = "target_gone"
    template = N_("Entry {seq} is of “{target}”, which is no longer in targets.toml; put the target back first.")


class NothingToAmend(UsageError):
    code = "nothing_to_amend"
    template = N_(
        "Nothing to amend; give the correct value, or --date, --district, --note, --evidence, --estimate or --final."
    )


class CorrectionRequest(NamedTuple):
    """A correction as typed; a part that is None stays as it was.

    Attributes:
        entry: The number of the entry or the beginning of its uid; None for the newest.
        why: The reason, which goes with the void.
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


def void(workspace: Workspace, correction: CorrectionRequest) -> EntryChange:
    """Cancel an entry. Raises NoSuchEntry, AlreadyCancelled, VoidOfVoid, WhyMissing, TargetGone."""
    entry, target = _find_live_entry(workspace, correction)
    drafts = [_void_of(entry, correction)]
    change = append_and_assess(workspace, target, drafts, keep=not correction.dry_run, force=False)
    return change._replace(cancelled=entry)


def amend(workspace: Workspace, correction: CorrectionRequest, folder: Path) -> EntryChange:
    """Cancel an entry and record it again with what was given, in one transaction.

    Raises what `record` and `void` raise, and NothingToAmend.
    """
    entry, target = _find_live_entry(workspace, correction)
    drafts = [_void_of(entry, correction), _amend(workspace, correction, entry, target, folder)]
    check_draft(drafts[-1], target, workspace.goals, workspace.today)
    change = append_and_assess(workspace, target, drafts, keep=not correction.dry_run, force=correction.force)
    return change._replace(cancelled=entry)


def _find_live_entry(workspace: Workspace, correction: CorrectionRequest) -> tuple[Entry, Target]:
    """Return the entry to correct, which is no void and not cancelled, and its target."""
    if clean_text(correction.why) is None:
        raise WhyMissing
    with workspace.ledger.reading() as reader:
        listed = reader.last_entry() if correction.entry is None else reader.find(correction.entry)
    entry = listed.entry
    if entry.kind is EntryKind.VOID:
        raise VoidOfVoid(seq=entry.seq)
    if listed.cancelled_by is not None:
        raise AlreadyCancelled(seq=entry.seq, by=listed.cancelled_by)
    target = workspace.target_of(entry)
    if target is None:
        raise TargetGone(seq=entry.seq, target=entry.target)
    return entry, target


def _void_of(entry: Entry, correction: CorrectionRequest) -> NewEntry:
    return NewEntry(
        target=entry.target,
        district=entry.district,
        date=entry.date,
        kind=EntryKind.VOID,
        note=clean_text(correction.why),
        by=clean_text(correction.by) or "",
        replaces=entry.uid,
    )


def _amend(workspace: Workspace, correction: CorrectionRequest, entry: Entry, target: Target, folder: Path) -> NewEntry:
    """Return the entry with what was given in place of what it had."""
    changes = (correction.value, correction.date, correction.district, correction.note, correction.evidence)
    if not any(change is not None for change in changes) and correction.estimate is None and not correction.to_date:
        raise NothingToAmend
    draft = entry.as_new()._replace(by=clean_text(correction.by) or "", replaces=entry.uid, origin="cli")
    if correction.value is not None:
        to_date = correction.to_date or entry.kind is EntryKind.READING
        value = parse_entry_value(correction.value, target, to_date=to_date)
        draft = draft._replace(kind=value.kind, value=value.value, of=value.of, item=value.item)
    elif correction.to_date and entry.kind is EntryKind.INCREMENT:
        draft = draft._replace(kind=EntryKind.READING)
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
