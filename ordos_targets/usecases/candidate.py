"""A row that was read: the entry it would be, and whether that says the same as another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from pathlib import Path

from ordos_targets.domain.entries import Draft, Entry
from ordos_targets.domain.hash_chain import canonical
from ordos_targets.domain.targets import Target
from ordos_targets.readers.rows import Row
from ordos_targets.store.uuid7 import EPOCH, beginning, completed

COMPARED = ("target", "district", "kind", "value", "of", "item", "estimate", "note", "evidence")
COMPARED_IF_GIVEN = ("date", "evidence_sha256", "replaces")


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What rows get that do not say it themselves: as typed, None where nothing was. Evidence lies in `folder`."""

    date: str | None = None
    district: str | None = None
    to_date: bool = False
    by: str = ""
    origin: str = ""
    folder: Path = Path()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """The entry that a row would be. `uid` is None where the row has none; `given` are the fields it says itself.

    `recorded_at` is the moment a ledger recorded it before, None for a new figure; `target` is None where targets.toml
    does not name it, which only entries that were in a ledger before may do.
    """

    row: Row
    draft: Draft
    target: Target | None
    uid: str | None
    recorded_at: datetime | None
    given: frozenset[str]

    @property
    def digest(self) -> bytes:
        """What the row says, hashed: the same for the same figure, whoever brings it and however it is written."""
        draft = self.draft
        texts = (
            draft.target, draft.district, str(draft.date) if "date" in self.given else None, draft.kind.value,
            None if draft.value is None else f"{draft.value:f}", None if draft.of is None else f"{draft.of:f}",
            draft.item, str(draft.estimate), draft.note, draft.evidence, draft.replaces,
        )  # fmt: skip
        return sha256(canonical(texts)).digest()

    def name(self, said: bytes, times: int) -> str:
        """The uid of a row that bears none: made from its digest, and how often the file has said it."""
        # The day stands where other uids have the moment they were made at, so that they sort alike.
        day = self.draft.date if "date" in self.given else EPOCH.date()
        return name_of(start_of(day), said, times)

    def says(self, entry: Entry) -> bool:
        """Whether the row says what `entry` says; what the row leaves open agrees with anything."""
        compared = (*COMPARED, *(name for name in COMPARED_IF_GIVEN if name in self.given))
        return all(getattr(self.draft, name) == getattr(entry, name) for name in compared)


def start_of(day: date) -> str:
    """How the uids begin of rows about a day."""
    return beginning(datetime.combine(day, time(), UTC))


def name_of(start: str, said: bytes, times: int) -> str:
    """The uid with this beginning of a row whose digest is `said`, which the file says so many times by now."""
    return completed(start, sha256(said + times.to_bytes(8, "big")).hexdigest())
