"""Texts of an imported row that are no figures."""

from __future__ import annotations

import re
import unicodedata
from uuid import UUID

from ordos_targets.domain.names import MAX_TEXT, shown
from ordos_targets.usecases.import_faults import NotADigest, NotAUid, UnclearEstimate
from ordos_targets.usecases.rules import clean_text

YES = frozenset({"true", "yes", "y", "1", "是", "快报", "快报数", "预计", "预计数", "estimate"})
NO = frozenset({"false", "no", "n", "0", "否", "决算", "决算数", "执行数", "final"})
SHA256 = re.compile("[0-9a-f]{64}")


def estimate_of(text: str) -> bool:
    """Whether a text says that a figure is an estimate. Raises UnclearEstimate."""
    word = word_of(text)
    if word not in YES | NO:
        raise UnclearEstimate(text=shown(text))
    return word in YES


def kept_text(text: str) -> str:
    """A text of an entry that was in a ledger before. Raises UnfitText."""
    return clean_text(text) or ""


def word_of(text: str) -> str:
    """A text as one of the words above is written; empty for one that is longer than any."""
    return unicodedata.normalize("NFKC", text).strip().casefold() if len(text) <= MAX_TEXT else ""


def uid_of(text: str) -> str:
    """A uid as the ledger writes it. Raises NotAUid."""
    try:
        return str(UUID(text.strip()))
    except ValueError:
        raise NotAUid(text=shown(text)) from None


def digest_of(text: str) -> str:
    """A SHA-256 as the ledger writes it. Raises NotADigest."""
    if not SHA256.fullmatch(text.strip().lower()):
        raise NotADigest(text=shown(text))
    return text.strip().lower()
