"""Whether the ledger is what was once written, and goes on from what an auditor keeps."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import ClassVar

from ordos_targets.domain.entries import EntryRow, format_timestamp
from ordos_targets.domain.errors import N_, InvalidData, LedgerError, Message, UsageError
from ordos_targets.domain.hash_chain import ChainVerifier, IntegrityProblem
from ordos_targets.report.serialize import dumps
from ordos_targets.store.errors import RowsUnreadable
from ordos_targets.store.ledger import Audit
from ordos_targets.usecases.workspace import Workspace

MOST_TOLD = 20
SHORTEST_HEAD = 12
HEX = frozenset("0123456789abcdef")
ROWS_BETWEEN_SIGNS = 20_000


class LedgerNotWhole(LedgerError):
    """Params: path, count (of all findings), problems (the first of them), vouched (how many entries are sound)."""

    code: ClassVar[str] = "ledger_not_whole"
    template: ClassVar[str] = N_(
        "The ledger {path} is not what was written; problems found: {count}. Its first {vouched} entries can be "
        "vouched for, the others not. Put back a backup; `ordos-targets export --salvage` saves what can be read"
    )

    def __init__(self, path: str, count: int, problems: tuple[IntegrityProblem, ...], vouched: int) -> None:
        self.problems = problems
        super().__init__(path=path, count=count, problems=problems, vouched=vouched)


class UnreadableHead(UsageError):
    code = "unreadable_head"
    template = N_(
        "“{text}” is no head of a ledger; reports and `status --format json` show it. Give {least} digits or more."
    )


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an auditor keeps of a ledger: that its entry number `entries` has the hash `head`."""

    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A ledger that is whole: its entries and head, and how many anchors it agrees with."""

    entries: int
    head: str
    anchors: int


def verify(
    workspace: Workspace, *, head: str | None, anchors: Iterable[Anchor], progress: Callable[[int, int], None]
) -> Verified:
    """Walk the whole ledger; `head` (or its beginning) must be in its chain, and so must every anchor.

    `progress` is told now and then how many entries of how many have been looked at. Raises LedgerNotWhole,
    UnreadableHead, and what reading the ledger raises.
    """
    wanted = _head(head)
    kept = tuple(anchors)
    findings: list[IntegrityProblem] = []
    count, vouched, walk = 0, None, ChainVerifier()
    with workspace.ledger.auditing() as audit:
        seen = _Seen(wanted)
        rows = seen.watch(_told(audit.rows(), audit.last(), progress))
        for finding in chain(_walked(walk, rows), _kept_by_engine(audit), _missing_anchors(audit, kept, seen)):
            count += 1
            vouched = _vouched(vouched, finding, walk)
            if len(findings) < MOST_TOLD:
                findings.append(finding)
    if count:
        raise LedgerNotWhole(workspace.ledger.name, count, tuple(findings), vouched or 0)
    return Verified(walk.entries, walk.head, len(kept))


def _vouched(before: int | None, finding: IntegrityProblem, walk: ChainVerifier) -> int:
    """How many entries from the first on are sound, given one more finding."""
    sound = walk.entries if finding.seq is None else max(finding.seq - 1, 0)
    return sound if before is None else min(before, sound)


def _head(text: str | None) -> str | None:
    if text is None:
        return None
    plain = text.strip().lower()
    if len(plain) < SHORTEST_HEAD or not HEX.issuperset(plain):
        raise UnreadableHead(text=text, least=SHORTEST_HEAD)
    return plain


class _Seen:
    """Looks out for a head among the rows that pass."""

    def __init__(self, wanted: str | None) -> None:
        self.wanted = wanted
        self.found = wanted is None or not wanted.strip("0")

    def watch(self, rows: Iterable[EntryRow]) -> Iterator[EntryRow]:
        """Yield the rows as they are."""
        for row in rows:
            self.found = self.found or str(row[-1]).startswith(str(self.wanted))
            yield row


def _told(rows: Iterable[EntryRow], total: int, progress: Callable[[int, int], None]) -> Iterator[EntryRow]:
    for number, row in enumerate(rows):
        if number % ROWS_BETWEEN_SIGNS == 0:
            progress(number, total)
        yield row


def _walked(walk: ChainVerifier, rows: Iterable[EntryRow]) -> Iterator[IntegrityProblem]:
    try:
        yield from walk.problems(rows)
    except RowsUnreadable as failure:
        message = Message(
            N_("it cannot be read, and what follows was not looked at ({reason})"), {"reason": failure.reason}
        )
        yield IntegrityProblem(failure.after + 1, message)


def _kept_by_engine(audit: Audit) -> Iterator[IntegrityProblem]:
    for seq in audit.dangling():
        yield IntegrityProblem(seq, Message(N_("it replaces an entry that is not there before it")))
    for message in audit.self_check():
        yield IntegrityProblem(None, message)


def _missing_anchors(audit: Audit, anchors: Iterable[Anchor], seen: _Seen) -> Iterator[IntegrityProblem]:
    """What was once the head of the ledger and is not in it any more: a tail was cut off, or history written anew."""
    if not seen.found:
        facts: dict[str, object] = {"head": seen.wanted}
        yield IntegrityProblem(
            None, Message(N_("the head {head} is not in it: entries were cut off or written anew"), facts)
        )
    for anchor in anchors:
        found = audit.hash_of(anchor.entries)
        facts = {"head": anchor.head, "entries": anchor.entries}
        if found is None:
            yield IntegrityProblem(
                anchor.entries, Message(N_("an anchor knows {entries} entries, and this one is gone"), facts)
            )
        elif found != anchor.head:
            yield IntegrityProblem(anchor.entries, Message(N_("an anchor has {head} here: it was written anew"), facts))


LARGEST = 1 << 24  # bytes
MOST_ENTRIES = 1 << 62
HEAD = re.compile("[0-9a-f]{64}")


class UnreadableAnchor(InvalidData):
    code = "unreadable_anchor"
    template = N_(
        "{file} holds no anchor of a ledger ({reason}); `ordos-targets verify --write-anchor FILE` writes one."
    )


def anchor_line(workspace: Workspace, verified: Verified) -> str:
    """The anchor of a ledger that was found whole, ending in a newline."""
    document = {
        "format": "ordos-targets/anchor",
        "version": 1,
        "title": workspace.goals.title,
        "entries": verified.entries,
        "head": verified.head,
        "date": format_timestamp(workspace.clock()),
    }
    return f"{dumps(document, indent=None)}\n"


def read_anchors(path: Path) -> list[Anchor]:
    """The anchors in a file: one JSON object, or one a line. Raises UnreadableAnchor."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise UnreadableAnchor(file=str(path), reason=Message(N_("it is too large")))
        text = content.decode()
    except (OSError, ValueError) as error:
        raise UnreadableAnchor(file=str(path), reason=getattr(error, "strerror", None) or str(error)) from error
    try:
        found = [json.loads(text)]
    except (ValueError, RecursionError):
        found = [_object(line, path) for line in text.splitlines() if line.strip()]
    return [_anchor(one, path) for one in found] or [_anchor(None, path)]


def _object(line: str, path: Path) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableAnchor(file=str(path), reason="JSON") from error


def _anchor(found: object, path: Path) -> Anchor:
    """An anchor from the JSON of one, or of a status. Raises UnreadableAnchor."""
    facts = found.get("ledger", found) if isinstance(found, dict) else {}
    entries, head = (facts.get(name) for name in ("entries", "head")) if isinstance(facts, dict) else (None, None)
    if not isinstance(entries, int) or isinstance(entries, bool) or not isinstance(head, str):
        raise UnreadableAnchor(file=str(path), reason="entries, head")
    if not 0 <= entries <= MOST_ENTRIES:
        raise UnreadableAnchor(file=str(path), reason="entries, head")
    if not HEAD.fullmatch(head):
        raise UnreadableAnchor(file=str(path), reason="head")
    return Anchor(entries, head)
