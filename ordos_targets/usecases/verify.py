"""Checking that the ledger is what was once written, and agrees with the anchors that an auditor has."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
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
HEX = frozenset("0123456789abcdef")
ROWS_BETWEEN_SIGNS = 20_000


class LedgerNotWhole(LedgerError):
    """A ledger in which problems were found.

    Attributes:
        problems: The first of them.
    """

    code: ClassVar[str] = "ledger_not_whole"
    template: ClassVar[str] = N_(
        "The ledger {path} was changed or damaged; {count:problem|problems} found. Its first "
        "{vouched:entry|entries} can be trusted, the others cannot. Restore a backup; `ordos-targets "
        "export --salvage` exports what can still be read"
    )

    def __init__(self, path: str, count: int, problems: tuple[IntegrityProblem, ...], vouched: int) -> None:
        self.problems = problems
        super().__init__(path=path, count=count, problems=problems, vouched=vouched)


class UnreadableHead(UsageError):
    code = "unreadable_head"
    template = N_(
        "Invalid head “{text}”; copy it from a report or from `status --format json`, at least {least} digits."
    )


class Anchor(NamedTuple):
    """What an auditor has of a ledger: that its entry number `entries` has the hash `head`."""

    entries: int
    head: str


class Verified(NamedTuple):
    """A ledger that is whole: its entries and head, and the number of anchors it agrees with."""

    entries: int
    head: str
    anchors: int


def verify(
    workspace: Workspace, *, head: str | None, anchors: Iterable[Anchor], progress: Callable[[int, int], None]
) -> Verified:
    """Walk along the whole ledger.

    Args:
        workspace: Its ledger is the one to check.
        head: A hash or the beginning of one that must be in the chain; None for no such.
        anchors: Numbers and hashes that must be in the chain.
        progress: Called now and then with how many entries of how many were looked at.

    Raises:
        LedgerNotWhole: A problem was found.
        UnreadableHead: `head` is no hash.
    """
    wanted = _parse_head(head)
    anchors = tuple(anchors)
    problems: list[IntegrityProblem] = []
    count, vouched = 0, None
    with workspace.ledger.auditing() as audit:
        walk = _Walk(audit, wanted, progress)
        for problem in chain(walk.problems(), _engine_problems(audit), _missing_anchors(audit, anchors, walk)):
            count += 1
            vouched = _vouched(vouched, problem, walk.verifier)
            if len(problems) < MAX_LISTED:
                problems.append(problem)
    if count:
        raise LedgerNotWhole(workspace.ledger.name, count, tuple(problems), vouched or 0)
    return Verified(walk.verifier.entries, walk.verifier.head, len(anchors))


def _parse_head(text: str | None) -> str | None:
    if text is None:
        return None
    plain = text.strip().lower()
    if len(plain) < SHORTEST_HEAD or not HEX.issuperset(plain):
        raise UnreadableHead(text=text, least=SHORTEST_HEAD)
    return plain


def _vouched(before: int | None, problem: IntegrityProblem, verifier: ChainVerifier) -> int:
    """Return how many entries from the first on are sound, given one more problem."""
    sound = verifier.entries if problem.seq is None else max(problem.seq - 1, 0)
    return sound if before is None else min(before, sound)


class _Walk:
    """The walk along all rows.

    Attributes:
        verifier: Where it has come to.
        wanted: The hash that is looked for, or the beginning of one.
        is_found: Whether `wanted` came by; also where it is none, or that of an empty ledger.
    """

    def __init__(self, audit: Audit, wanted: str | None, progress: Callable[[int, int], None]) -> None:
        self._audit, self._progress = audit, progress
        self.verifier = ChainVerifier()
        self.wanted = wanted
        self.is_found = wanted is None or not wanted.strip("0")

    def problems(self) -> Iterator[IntegrityProblem]:
        """Yield what is wrong with the rows, as far as they can be read."""
        try:
            yield from self.verifier.problems(self._rows())
        except RowsUnreadable as error:
            message = Message(
                N_("not readable; the entries after it were not checked ({reason})"), {"reason": error.reason}
            )
            yield IntegrityProblem(error.after + 1, message)

    def _rows(self) -> Iterator[EntryRow]:
        total = self._audit.last()
        for number, row in enumerate(self._audit.rows()):
            if number % ROWS_BETWEEN_SIGNS == 0:
                self._progress(number, total)
            self.is_found = self.is_found or str(row[-1]).startswith(str(self.wanted))
            yield row


def _engine_problems(audit: Audit) -> Iterator[IntegrityProblem]:
    """Yield what the engine finds: references that lead nowhere, and what is wrong with how it stores the entries."""
    for seq in audit.dangling():
        yield IntegrityProblem(seq, Message(N_("the entry it replaces does not come before it")))
    for message in audit.self_check():
        yield IntegrityProblem(None, message)


def _missing_anchors(audit: Audit, anchors: Iterable[Anchor], walk: _Walk) -> Iterator[IntegrityProblem]:
    """Yield the heads of before that are not in the chain any more: a tail was cut off, or history written anew."""
    if not walk.is_found:
        params: dict[str, object] = {"head": walk.wanted}
        yield IntegrityProblem(
            None, Message(N_("the head {head} is not in the ledger: entries were removed or rewritten"), params)
        )
    for anchor in anchors:
        hash_ = audit.hash_of(anchor.entries)
        params = {"head": anchor.head, "entries": anchor.entries}
        if hash_ is None:
            yield IntegrityProblem(
                anchor.entries, Message(N_("missing, though an anchor counts {entries:entry|entries}"), params)
            )
        elif hash_ != anchor.head:
            yield IntegrityProblem(anchor.entries, Message(N_("rewritten: an anchor has {head} here"), params))


LARGEST = 1 << 24  # bytes
MOST_ENTRIES = 1 << 62
HEAD = re.compile("[0-9a-f]{64}")


class UnreadableAnchor(InvalidData):
    code = "unreadable_anchor"
    template = N_(
        "{file} contains no anchor of a ledger ({reason}); create one with `ordos-targets verify --write-anchor FILE`."
    )


def anchor_line(workspace: Workspace, verified: Verified) -> str:
    """Return the anchor of a ledger that was found whole, as a line of JSON."""
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
            raise UnreadableAnchor(file=str(path), reason=Message(N_("the file is too large")))
        text = content.decode()
    except (OSError, ValueError) as error:
        raise UnreadableAnchor(file=str(path), reason=getattr(error, "strerror", None) or str(error)) from error
    try:
        objects = [json.loads(text)]
    except (ValueError, RecursionError):
        objects = [_parse_line(line, path) for line in text.splitlines() if line.strip()]
    return [_anchor(value, path) for value in objects] or [_anchor(None, path)]


def _parse_line(line: str, path: Path) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableAnchor(file=str(path), reason="JSON") from error


def _anchor(value: object, path: Path) -> Anchor:
    """Return an anchor from the JSON of one, or of a status. Raises UnreadableAnchor."""
    ledger = value.get("ledger", value) if isinstance(value, dict) else {}
    entries, head = (ledger.get(name) for name in ("entries", "head")) if isinstance(ledger, dict) else (None, None)
    if not isinstance(entries, int) or isinstance(entries, bool) or not isinstance(head, str):
        raise UnreadableAnchor(file=str(path), reason="entries, head")
    if not 0 <= entries <= MOST_ENTRIES:
        raise UnreadableAnchor(file=str(path), reason="entries, head")
    if not HEAD.fullmatch(head):
        raise UnreadableAnchor(file=str(path), reason="head")
    return Anchor(entries, head)
