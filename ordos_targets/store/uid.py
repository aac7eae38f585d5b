"""UUID version 7 (RFC 9562): a name for an entry that no other machine will give, in order of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
VERSION = 0x7 << 76
VARIANT = 0b10 << 62


def uuid7(now: datetime, entropy: bytes) -> str:
    """A UUIDv7 from an aware time (to the millisecond) and 10 random bytes."""
    milliseconds = (now - EPOCH) // timedelta(milliseconds=1)
    random = int.from_bytes(entropy, "big")
    # A day before 1970 counts from there: only names made from what was imported bear such days.
    number = max(milliseconds, 0) << 80 | VERSION | (random >> 68 & 0xFFF) << 64 | VARIANT | random & (1 << 62) - 1
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
