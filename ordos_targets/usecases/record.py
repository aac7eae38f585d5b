"""Recording one entry: what was typed is read, checked against the target and the ledger, and written."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from ordos_targets.domain.assessment import Figures, TargetRow
from ordos_targets.domain.entries import Draft, Entry, Kind
from ordos_targets.domain.entry_values import read_value
from ordos_targets.domain.errors import N_, Message, UsageFailure
from ordos_targets.domain.targets import District, Target
from ordos_targets.usecases.doubts import doubts_about
from ordos_targets.usecases.moment import doubt_about_clock, moment
from ordos_targets.usecases.rules import check_draft, clean_text
from ordos_targets.usecases.status import judge_on
from ordos_targets.usecases.workspace import Workspace


class NoEvidence(UsageFailure):
    code = "no_evidence"
    template = N_("The evidence {path} cannot be read ({reason}); give a file that exists, or a URL.")


class Doubtful(UsageFailure):
    """Facts: `doubts`, a tuple of messages. Asked again with `force` the entry is recorded."""

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


class Change(NamedTuple):
    """What entries did to their target: `target` and `district` name the series, the rows are before and after.

    `entries` are the lines written (none kept where `kept` is False), `cancelled` what a void among them cancels.
    """

    target: Target
    district: District | None
    before: TargetRow
    after: TargetRow
    entries: tuple[Entry, ...]
    kept: bool
    cancelled: Entry | None = None

    @property
    def figures(self) -> tuple[Figures, Figures]:
        """Before and after: the district's own figures where it has a row, else the target's."""
        return _own(self.before, self.district), _own(self.after, self.district)


def _own(row: TargetRow, district: District | None) -> Figures:
    own = [one.figures for one in row.districts if district and one.district.id == district.id]
    return own[0] if own else row.figures


def record(workspace: Workspace, request: RecordRequest, folder: Path) -> Change:
    """Write one entry; `folder` is where a relative evidence path starts. Raises UsageFailures, Doubtful among them."""
    target = workspace.target(request.target)
    district = workspace.district(request.district) if request.district else None
    typed = read_value(request.value, target, to_date=request.to_date)
    evidence, digest = evidence_of(request.evidence, folder)
    draft = Draft(
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
    return write(workspace, target, [draft], keep=not request.dry_run, force=request.force)


def write(workspace: Workspace, target: Target, drafts: list[Draft], *, keep: bool, force: bool) -> Change:
    """Append `drafts` in one transaction and judge their target before and after, as of today, as `status` would."""
    last = drafts[-1]
    district = next((one for one in workspace.goals.districts if one.id == last.district), None)
    today = workspace.today
    entries = []
    with workspace.ledger.writing(keep=keep) as book:
        before = judge_on(today, target, workspace.goals, book)
        for draft in drafts:  # a void comes first, so that what it cancels casts no doubt on what stands instead
            now = workspace.clock()
            doubts = () if force else doubts_about(draft, target, workspace.goals, book)
            late = None if force or draft.kind is Kind.VOID else doubt_about_clock(now, book.head)
            if doubts or late:
                raise Doubtful((*doubts, late) if late else doubts)
            entries.append(book.append(draft, moment(now, book.head, insisted=force)))
        after = judge_on(today, target, workspace.goals, book)
    return Change(target, district, before, after, tuple(entries), keep)


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
