"""Anchors: what an auditor keeps of a ledger outside it, so that nobody can write its history anew unseen.

An anchor is one line of JSON: {"format": "ordos-targets/anchor", "version": 1, "title": …, "entries": …, "head": …,
"date": …}. A file may hold several. The JSON of a status, which names its ledger's head, is an anchor too.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from ordos_targets.domain.entries import stamp
from ordos_targets.domain.errors import N_, InvalidData, Message
from ordos_targets.report.serialize import dumps
from ordos_targets.usecases.verify import Anchor, Verified
from ordos_targets.usecases.workspace import Workspace

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
        "date": stamp(workspace.clock()),
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
