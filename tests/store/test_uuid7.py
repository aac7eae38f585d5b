"""The names that new entries get."""

from __future__ import annotations

from uuid import UUID

from office import NOW

from ordos_targets.store.uuid7 import beginning, uuid7


def test_a_uid_is_a_uuid_of_version_7() -> None:
    """A uid holds the milliseconds, the version, the variant, and the entropy everywhere else."""
    entropy = bytes.fromhex("fedcba98765432100123")
    uid = UUID(uuid7(NOW, entropy))
    assert (7, "specified in RFC 4122", int(NOW.timestamp() * 1000)) == (uid.version, uid.variant, uid.int >> 80)
    assert (0xFED, int("98765432100123", 16) | 0xA << 56) == (uid.int >> 64 & 0xFFF, uid.int & (1 << 60) - 1)
    assert str(uid).startswith(beginning(NOW))
