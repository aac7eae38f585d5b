"""The hash chain: each entry's hash covers its own content and the hash before it.

The canonical form of an entry is the concatenation, in the order of `HASHED`, of its columns as
netstrings: the length of the UTF-8 text in bytes, `:`, the text, `,` — and `-,` for a column that is
empty (null). Dates are ISO (2025-06-30), numbers plain decimals without exponent or trailing zeros
(`0.5`, `200000000`), `estimate` is `0` or `1`, `recorded_at` is `2025-07-05T01:23:45.123456Z`.
No text needs escaping and no two entries share a form, so any language can recompute it.

hash(entry) = SHA-256(hash before, as 64 ASCII hex digits + canonical form), in lower-case hex.
The hash before the first entry is 64 zeros.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import sha256

from ordos_targets.domain.entry import GENESIS, HASHED

__all__ = ["GENESIS", "HASHED", "canonical", "link"]


def canonical(columns: Iterable[str | None]) -> bytes:
    """The canonical bytes of an entry from its columns' texts, given in the order of `HASHED`."""
    parts = []
    for text in columns:
        if text is None:
            parts.append(b"-,")
        else:
            raw = text.encode()
            parts.append(b"%d:%s," % (len(raw), raw))
    return b"".join(parts)


def link(before: str, row: Mapping[str, object]) -> str:
    """The hash of an entry that follows the one hashed `before`; `row` maps the names in `HASHED` to column values."""
    columns = (None if row[name] is None else str(row[name]) for name in HASHED)
    return sha256(before.encode() + canonical(columns)).hexdigest()


def text_of(number: Decimal | None) -> str | None:
    """A decimal without exponent or trailing zeros; minus zero is zero."""
    if number is None:
        return None
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in {"-0", ""} else plain
