"""Recording one entry: what was typed is read, checked against the target and the ledger, and written."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from ordos_targets.domain.assessment import Assessment, TargetAssessment
from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.entry_values import parse_entry_value
from ordos_targets.domain.errors import N_, Message, UsageError
from ordos_targets.domain.rollup import assess_target
from ordos_targets.domain.slices import AssessmentContext
from ordos_targets.domain.targets import District, Target
from ordos_targets.store.errors import AlreadyCancelled
from ordos_targets.store.ledger import LedgerEntry
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
    """Params: `doubts`, a tuple of messages. Asked again with `force` the entry is recorded."""

    code = "doubtful"
    template = N_("{doubts} Nothing was recorded; if the figure is right, repeat the command with --force.")

    def __init__(self, doubts: tuple[Message, ...]) -> None:
        self.doubts = doubts
        super().__init__(doubts=doubts)


class RecordRequest(NamedTuple):
    """An entry as typed. `date` None means today; `force` records doubtful figures; `dry_run` writes nothing."""

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


class EntryChange(NamedTuple):
    """What entries did to their target: `target` and `district` name the series, the rows are before and after.

    `entries` are the lines written (none kept where `kept` is False), `cancelled` what a void among them cancels.
    """

    target: Target
    district: District | None
    before: TargetAssessment
    after: TargetAssessment
    entries: tuple[Entry, ...]
    kept: bool
    cancelled: Entry | None = None

    @property
    def figures(self) -> tuple[Assessment, Assessment]:
        """Before and after: the district's own figures where it has a row, else the target's."""
        return _own(self.before, self.district), _own(self.after, self.district)


def _own(row: TargetAssessment, district: District | None) -> Assessment:
    own = [one.figures for one in row.districts if district and one.district.id == district.id]
    return own[0] if own else row.figures


def record(workspace: Workspace, request: RecordRequest, folder: Path) -> EntryChange:
    """Write one entry; `folder` is where a relative evidence path starts. Raises UsageFailures, Doubtful among them."""
    target = workspace.target(request.target)
    district = workspace.district(request.district) if request.district else None
    typed = parse_entry_value(request.value, target, to_date=request.to_date)
    evidence, digest = evidence_of(request.evidence, folder)
    draft = NewEntry(
        target=target.id,
        district=district.id if district else None,
        date=workspace.day(request.date),
        estimate=request.estimate,
        note=clean_text(request.note),
        evidence=evidence,
        evidence_sha256=digest,
        by=clean_text(request.by) or "",
        kind=typed.kind,
        value=typed.value,
        of=typed.of,
        item=typed.item,
    )
    check_draft(draft, target, workspace.goals, workspace.today)
    return append_and_assess(workspace, target, [draft], keep=not request.dry_run, force=request.force)


def append_and_assess(
    workspace: Workspace, target: Target, drafts: list[NewEntry], *, keep: bool, force: bool
) -> EntryChange:
    """Append `drafts` in one transaction and judge their target before and after, as of today, as `status` would."""
    last = drafts[-1]
    district = next((one for one in workspace.goals.districts if one.id == last.district), None)
    today = workspace.today
    entries = []
    with workspace.ledger.writing(keep=keep) as book:
        series = book.series([target.id])
        before = assess_target(target, AssessmentContext(workspace.goals, today, series))
        for draft in drafts:  # a void comes first, so that what it cancels casts no doubt on what stands instead
            now = workspace.clock()
            doubts = () if force else plausibility_warnings(draft, target, workspace.goals, series)
            late = None if force or draft.kind is EntryKind.VOID else clock_warning(now, book.head)
            if doubts or late:
                raise ConfirmationRequired((*doubts, late) if late else doubts)
            entries.append(book.append(draft, recording_time(now, book.head, insisted=force)))
            series = book.series([target.id])
        after = assess_target(target, AssessmentContext(workspace.goals, today, series))
    return EntryChange(target, district, before, after, tuple(entries), keep)


def evidence_of(text: str | None, folder: Path) -> tuple[str | None, str | None]:
    """An evidence as given (a URL, or a file relative to `folder`) and the SHA-256 of the file.

    Raises NoEvidence, UnfitText.
    """
    if not text:
        return None, None
    kept = clean_text(text)
    if "://" in text:
        return kept, None
    try:
        if not S_ISREG((folder / text).stat().st_mode):  # a device or a pipe may never end
            raise NoEvidence(path=text, reason=Message(N_("it is no regular file")))
        with (folder / text).open("rb") as file:
            return kept, file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise NoEvidence(path=text, reason=getattr(error, "strerror", None) or str(error)) from error


class WhyMissing(UsageError):
    code = "why_missing"
    template = N_("A correction says why: add --why with the reason.")


class VoidOfVoid(UsageError):
    code = "void_of_void"
    template = N_("Entry {seq} is itself a cancellation and stays; record the figure again instead.")


class TargetGone(UsageError):
    code = "target_gone"
    template = N_("Entry {seq} is about “{target}”, which targets.toml no longer names; put the target back first.")


class NothingToAmend(UsageError):
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


def void(workspace: Workspace, correction: Correction) -> EntryChange:
    """Cancel an entry. Raises NoSuchEntry, AlreadyCancelled, VoidOfVoid, WhyMissing, TargetGone."""
    old, target = _standing_entry(workspace, correction)
    drafts = [_void_of(old, correction)]
    change = append_and_assess(workspace, target, drafts, keep=not correction.dry_run, force=False)
    return change._replace(cancelled=old)


def amend(workspace: Workspace, correction: Correction, folder: Path) -> EntryChange:
    """Cancel an entry and write it anew with what was given, in one transaction.

    Raises what `record` and `void` raise, and NothingToAmend.
    """
    old, target = _standing_entry(workspace, correction)
    changed = _amended(workspace, correction, old, target, folder)
    check_draft(changed, target, workspace.goals, workspace.today)
    drafts = [_void_of(old, correction), changed]
    change = append_and_assess(workspace, target, drafts, keep=not correction.dry_run, force=correction.force)
    return change._replace(cancelled=old)


def _standing_entry(workspace: Workspace, correction: Correction) -> tuple[Entry, Target]:
    """The entry to correct and its target: an entry that stands now."""
    if clean_text(correction.why) is None:
        raise WhyMissing
    with workspace.ledger.reading() as book:
        listed: LedgerEntry = book.last_entry() if correction.entry is None else book.find(correction.entry)
    entry = listed.entry
    if entry.kind is EntryKind.VOID:
        raise VoidOfVoid(seq=entry.seq)
    if listed.cancelled_by is not None:
        raise AlreadyCancelled(seq=entry.seq, by=listed.cancelled_by)
    target = workspace.target_of(entry)
    if target is None:
        raise TargetGone(seq=entry.seq, target=entry.target)
    return entry, target


def _void_of(old: Entry, correction: Correction) -> NewEntry:
    return NewEntry(
        target=old.target,
        district=old.district,
        date=old.date,
        kind=EntryKind.VOID,
        note=clean_text(correction.why),
        by=clean_text(correction.by) or "",
        replaces=old.uid,
    )


def _amended(workspace: Workspace, correction: Correction, old: Entry, target: Target, folder: Path) -> NewEntry:
    """The old entry's facts with those that were given instead."""
    given = (correction.value, correction.date, correction.district, correction.note, correction.evidence)
    if all(one is None for one in given) and correction.estimate is None and not correction.to_date:
        raise NothingToAmend
    draft = NewEntry(**{name: getattr(old, name) for name in NewEntry._fields})
    draft = draft._replace(by=clean_text(correction.by) or "", replaces=old.uid, origin="cli")
    if correction.value is not None:
        to_date = correction.to_date or old.kind is EntryKind.READING
        typed = parse_entry_value(correction.value, target, to_date=to_date)
        draft = draft._replace(kind=typed.kind, value=typed.value, of=typed.of, item=typed.item)
    elif correction.to_date and old.kind is EntryKind.INCREMENT:
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
