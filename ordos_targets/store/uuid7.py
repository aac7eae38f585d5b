"""UUIDs of version 7 (RFC 9562): unique on all machines, and in order of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ENTROPY = 10  # bytes
# The two highest bits of the digit that tells the variant are 10, the others are random.
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def uuid7(now: datetime, entropy: bytes) -> str:
    """Return a UUIDv7 from an aware time (to the millisecond) and 10 random bytes."""
    return completed(beginning(now), entropy.hex())


def beginning(now: datetime) -> str:
    """How every UUIDv7 of this moment begins: with its milliseconds and the version."""
    # A day before 1970 counts from there: only names made from what was imported bear such days.
    text = f"{max((now - EPOCH) // timedelta(milliseconds=1), 0):012x}"
    return f"{text[:8]}-{text[8:]}-7"


def completed(start: str, entropy: str) -> str:
    """Return the UUIDv7 of a beginning; of the `entropy`, in hexadecimal digits, the first 20 are used."""
    return f"{start}{entropy[:3]}-{_VARIANT[entropy[4]]}{entropy[5:8]}-{entropy[8:20]}"
