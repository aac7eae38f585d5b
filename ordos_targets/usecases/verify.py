"""Whether the ledger is what was once written, and goes on from what an auditor keeps."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from ordos_targets.domain.entries import EntryRow, format_timestamp
from ordos_targets.domain.errors import N_, InvalidData, LedgerError, Message, UsageError
from ordos_targets.domain.hash_chain import ChainVerifier, IntegrityProblem
from ordos_targets.report.serialize import dumps
from ordos_targets.store.errors import RowsUnreadable
from ordos_targets.store.ledger import Audit
from ordos_targets.usecases.workspace import Workspace

MAX_LISTED = 20
SHORTEST_HEAD = 12
ROWS_BETWEEN_SIGNS = 20_000
LARGEST = 1 << 24  # bytes
MOST_ENTRIES = 1 << 62
HEAD = re.compile("[0-9a-f]{64}")


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


class Anchor(NamedTuple):
    """What an auditor keeps of a ledger: that its entry number `entries` has the hash `head`."""

    entries: int
    head: str


class Verified(NamedTuple):
    """A ledger that is whole: its entries and head, and how many anchors it agrees with."""

    entries: int
    head: str
    anchors: int


def verify(
    workspace: Workspace, *, head: str | None, anchors: Sequence[Anchor], progress: Callable[[int, int], None]
) -> Verified:
    """Walk the whole ledger; `head` (or its beginning) must be in its chain, and so must every anchor.

    `progress` is called now and then with how many entries of how many were walked along. Raises LedgerNotWhole,
    UnreadableHead, and what reading the ledger raises.
    """
    wanted = _head(head)
    first: list[IntegrityProblem] = []
    count, vouched, walk = 0, None, ChainVerifier()
    with workspace.ledger.auditing() as audit:
        for problem in _problems(audit, walk, _Rows(audit, wanted, progress), anchors):
            count += 1
            sound = walk.entries if problem.seq is None else max(problem.seq - 1, 0)
            vouched = sound if vouched is None else min(vouched, sound)
            if len(first) < MAX_LISTED:
                first.append(problem)
    if count:
        raise LedgerNotWhole(workspace.ledger.name, count, tuple(first), vouched or 0)
    return Verified(walk.entries, walk.head, len(anchors))


def _head(text: str | None) -> str:
    """Return a head, or the beginning of one, as it is stored; empty for None. Raises UnreadableHead."""
    plain = "" if text is None else text.strip().lower()
    if text is not None and not re.fullmatch(f"[0-9a-f]{{{SHORTEST_HEAD},}}", plain):
        raise UnreadableHead(text=text, least=SHORTEST_HEAD)
    return plain


class _Rows:
    """The rows of a ledger, which report progress and look out for a head as they pass."""

    def __init__(self, audit: Audit, wanted: str, progress: Callable[[int, int], None]) -> None:
        self._audit, self._progress = audit, progress
        self.wanted = wanted
        self.has_head = not wanted.strip("0")

    def __iter__(self) -> Iterator[EntryRow]:
        total = self._audit.last()
        for number, row in enumerate(self._audit.rows()):
            if number % ROWS_BETWEEN_SIGNS == 0:
                self._progress(number, total)
            self.has_head = self.has_head or str(row[-1]).startswith(self.wanted)
            yield row


def _problems(audit: Audit, walk: ChainVerifier, rows: _Rows, anchors: Sequence[Anchor]) -> Iterator[IntegrityProblem]:
    """Yield what is wrong: along the chain, with what the engine stores, and what is no longer in the chain."""
    try:
        yield from walk.problems(rows)
    except RowsUnreadable as failure:
        message = Message(
            N_("it cannot be read, and what follows was not looked at ({reason})"), {"reason": failure.reason}
        )
        yield IntegrityProblem(failure.after + 1, message)
    for seq in audit.dangling():
        yield IntegrityProblem(seq, Message(N_("it replaces an entry that is not there before it")))
    yield from (IntegrityProblem(None, message) for message in audit.self_check())
    if not rows.has_head:  # as of an anchor: a tail was cut off, or history written anew
        template = N_("the head {head} is not in it: entries were cut off or written anew")
        yield IntegrityProblem(None, Message(template, {"head": rows.wanted}))
    for anchor in anchors:
        stored = audit.hash_of(anchor.entries)
        params = {"head": anchor.head, "entries": anchor.entries}
        if stored is None:
            template = N_("an anchor knows {entries} entries, and this one is gone")
            yield IntegrityProblem(anchor.entries, Message(template, params))
        elif stored != anchor.head:
            template = N_("an anchor has {head} here: it was written anew")
            yield IntegrityProblem(anchor.entries, Message(template, params))


class UnreadableAnchor(InvalidData):
    code = "unreadable_anchor"
    template = N_(
        "{file} holds no anchor of a ledger ({reason}); `ordos-targets verify --write-anchor FILE` writes one."
    )


def anchor_line(workspace: Workspace, verified: Verified) -> str:
    """Return the anchor of a ledger that was found whole, ending in a newline."""
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
    """Return the anchors in a file: one JSON object, or one a line. Raises UnreadableAnchor."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise UnreadableAnchor(file=str(path), reason=Message(N_("it is too large")))
        text = content.decode()
    except (OSError, ValueError) as error:
        raise UnreadableAnchor(file=str(path), reason=getattr(error, "strerror", None) or str(error)) from error
    try:
        documents = [json.loads(text)]
    except (ValueError, RecursionError):
        documents = [_object(line, path) for line in text.splitlines() if line.strip()]
    return [_anchor(document, path) for document in documents or [None]]


def _object(line: str, path: Path) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableAnchor(file=str(path), reason="JSON") from error


def _anchor(document: object, path: Path) -> Anchor:
    """Return an anchor from the JSON of one, or of a status. Raises UnreadableAnchor."""
    keys = document.get("ledger", document) if isinstance(document, dict) else {}
    entries, head = (keys.get("entries"), keys.get("head")) if isinstance(keys, dict) else (None, None)
    if type(entries) is not int or not isinstance(head, str) or not 0 <= entries <= MOST_ENTRIES:
        raise UnreadableAnchor(file=str(path), reason="entries, head")
    if not HEAD.fullmatch(head):
        raise UnreadableAnchor(file=str(path), reason="head")
    return Anchor(entries, head)
