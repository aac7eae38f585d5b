"""A row that was read: the entry it would be, and whether that says the same as another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TypeVar, cast
from uuid import UUID

from ordos_targets.domain.amounts import NotANumber, normalize_decimal
from ordos_targets.domain.dates import begins_a_year, parse_date
from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.entry_values import EntryValue, parse_entry_value
from ordos_targets.domain.errors import Message, UsageError
from ordos_targets.domain.hash_chain import canonical_bytes
from ordos_targets.domain.names import MAX_TEXT, quote_for_message
from ordos_targets.domain.targets import PERCENT, Measure, Target
from ordos_targets.locale import translations
from ordos_targets.readers.headings import UNIT, name_and_unit
from ordos_targets.readers.rows import Row
from ordos_targets.report import labels
from ordos_targets.store.uuid7 import EPOCH, beginning, completed
from ordos_targets.usecases.entry_checks import DistrictNotAllowed, DistrictRequired, check_draft, clean_text
from ordos_targets.usecases.import_errors import (
    LostZero,
    NotADigest,
    NotAUid,
    NotDone,
    NothingToVoid,
    RowErrors,
    TargetMissing,
    UnclearEstimate,
    UnknownKind,
    UnreadableRecordedAt,
    ValueMissing,
    WrongKind,
)
from ordos_targets.usecases.record import evidence_of
from ordos_targets.usecases.workspace import Workspace

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
class ParsedRow:
    """The entry that a row would be. `uid` is None where the row has none; `given` are the fields it says itself.

    `recorded_at` is the moment a ledger recorded it before, None for a new figure; `target` is None where targets.toml
    does not name it, which only entries that were in a ledger before may do.
    """

    row: Row
    draft: NewEntry
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
        return sha256(canonical_bytes(texts)).digest()

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


YES = frozenset({"true", "yes", "y", "1", "是", "快报", "快报数", "预计", "预计数", "estimate"})
NO = frozenset({"false", "no", "n", "0", "否", "决算", "决算数", "执行数", "final"})
SHA256 = re.compile("[0-9a-f]{64}")


def estimate_of(text: str) -> bool:
    """Whether a text says that a figure is an estimate. Raises UnclearEstimate."""
    word = word_of(text)
    if word not in YES | NO:
        raise UnclearEstimate(text=quote_for_message(text))
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
        raise NotAUid(text=quote_for_message(text)) from None


def digest_of(text: str) -> str:
    """A SHA-256 as the ledger writes it. Raises NotADigest."""
    if not SHA256.fullmatch(text.strip().lower()):
        raise NotADigest(text=quote_for_message(text))
    return text.strip().lower()


DONE = frozenset({"1", "true", "yes", "done", "是", "完成", "已完成", "已办结", "√", "✓", "100%"})
PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def is_of_column(row: Row) -> bool:
    """Whether it was the heading of a wide table's column that told the kind."""
    return "kind" in row.headings and row.headings["kind"] == row.headings.get("value")


def value_field(row: Row) -> str:
    """The field that holds a row's figure."""
    return "item" if "item" in row.texts else "value"


def figure_text(row: Row, target: Target) -> str:
    """A row's figure as a person would have typed it: with its denominator or unit. Raises ValueMissing, NotDone."""
    value, item = row.texts.get("value", ""), row.texts.get("item", "")
    if item:
        if target.measure is not Measure.CHECKLIST:
            raise WrongKind(target=target, kind=Message(labels.KIND[EntryKind.ITEM]))
        if value and word_of(value) not in DONE:
            raise NotDone(text=quote_for_message(value))
        return item
    if not value.strip():
        raise ValueMissing
    unit = row.texts.get(UNIT, "").strip() or name_and_unit(row.texts.get("target", ""))[1]
    if "of" in row.texts:
        return f"{value.strip()}/{row.texts['of'].strip()}"
    return f"{value.strip()}{unit}" if unit and value.strip()[-1].isdigit() and "/" not in value else value


def as_kept(row: Row, kind: EntryKind | None) -> EntryValue:
    """The figure of an entry whose target is not known any more: as the ledger wrote it, in its base unit."""
    if kind is None:
        raise UnknownKind(text="", kinds=[Message(one) for one in labels.KIND.values()])
    value, of = (_plain_number(row.texts[name]) if name in row.texts else None for name in ("value", "of"))
    return EntryValue(kind, value, of, clean_text(row.texts.get("item")))


def _plain_number(text: str) -> Decimal:
    if not PLAIN.fullmatch(text):
        raise NotANumber(text=quote_for_message(text))
    return normalize_decimal(Decimal(text), text=quote_for_message(text))


def agreed(said: EntryKind | None, implied: EntryKind, target: Target) -> EntryKind:
    """The kind of an entry, where the row says one and the target implies one. Raises WrongKind.

    What is said to be so far goes for a share and for items too; a level and a growth may be added to.
    """
    if said is None or said is implied or (said is EntryKind.READING and implied in {EntryKind.SHARE, EntryKind.ITEM}):
        return implied
    if said is EntryKind.INCREMENT and implied is EntryKind.READING and target.unit != PERCENT:
        return said
    raise WrongKind(target=target, kind=Message(labels.KIND[said]))


# Words that stand beside a month in a heading and say nothing of which month it is.
_BESIDE = re.compile(r"累计|完成值|完成数|完成|新增数|新增|实际|数$|值$")
_SO_FAR = "累计"


def heading_reader(workspace: Workspace) -> Callable[[str], Mapping[str, str]]:
    """What a heading means, by field: a date with the kind of its figures, or a district.

    A period from the year's first day on is headed by what was reached so far (a reading), any other by what was added
    in it. The reader raises UsageFailure for a heading that is neither.
    """

    def read(heading: str) -> Mapping[str, str]:
        try:
            return {"district": workspace.district(heading).id}
        except UsageError:
            return _period(heading, workspace)

    return read


def _period(heading: str, workspace: Workspace) -> Mapping[str, str]:
    bare = _BESIDE.sub("", heading).strip()
    today, year = workspace.today, workspace.goals.period.end.year
    day = parse_date(bare, today=today, year=year)
    so_far = _SO_FAR in heading or begins_a_year(bare, today=today, year=year)
    kind = EntryKind.READING if so_far else EntryKind.INCREMENT
    return {"date": day.isoformat(), "kind": kind.value}


T = TypeVar("T")
H = TypeVar("H", bound=Hashable)
MOST_KEPT = 10_000
# A spreadsheet that takes 2025.10 for a number shows 2025.1.
LOST_ZERO = re.compile(r"[0-9]{4}\.1")


class _Reading:
    """One row while it is read: its texts, and what was wrong with them."""

    def __init__(self, row: Row) -> None:
        self.texts = row.texts
        self.failures: list[tuple[str | None, UsageError]] = []

    def get(self, field: str, read: Callable[[str], T]) -> T | None:
        """What `read` makes of a field's text; None where there is none, or it fails."""
        text = self.texts.get(field)
        return None if text is None else self.attempt(field, lambda: read(text))

    def attempt(self, field: str | None, read: Callable[[], T]) -> T | None:
        """What `read` gives; None, and the failure kept under `field`, where it fails."""
        try:
            return read()
        except UsageError as failure:
            self.failures.append((field, failure))
            return None


class RowReader:
    """Reads rows against the goals; what many rows say alike is read once."""

    def __init__(self, workspace: Workspace, defaults: Defaults, was_recorded: Callable[[str], bool]) -> None:
        self._workspace = workspace
        self._was_recorded = was_recorded
        self._defaults = defaults
        self._known: dict[Hashable, object] = {}
        self._kinds = {word: kind for kind, said in labels.KIND.items() for word in {kind.value, *translations(said)}}
        self._today = workspace.today
        # Whether to say what an unknown name may mean: it takes a while, and is done for rows that are told only.
        self.suggesting = True
        self._by = clean_text(defaults.by) or ""
        self._default_day = workspace.day(defaults.date)
        self._default_district = workspace.district(defaults.district).id if defaults.district else None

    def read(self, row: Row) -> ParsedRow:
        """The entry of a row. Raises RowFailed with everything that is wrong with it."""
        reading = _Reading(row)
        recorded_at = reading.get("recorded_at", self.recorded_at)
        uid = reading.get("uid", uid_of)
        kept = recorded_at is not None and self._was_recorded(uid or "")
        found = reading.get("target", lambda text: self._target(text, kept=kept))
        if "target" not in row.texts:
            reading.failures.append(("target", TargetMissing()))
        kind = reading.get("kind", self._kind)
        target = found if isinstance(found, Target) else None
        typed = reading.attempt(value_field(row), lambda: self._typed(row, target, kind)) if found else None
        if reading.failures or found is None or typed is None:
            self._rest(reading, typed, str(found), kept=kept)
            raise RowErrors(reading.failures)
        draft = self._rest(reading, typed, target.id if target else str(found), kept=kept)
        if target is not None and not kept and not reading.failures:
            self._check(reading, draft, target)
        if reading.failures:
            raise RowErrors(reading.failures)
        given = frozenset(row.texts) | ({"date"} if self._defaults.date else set())
        moment = recorded_at if kept else None
        return ParsedRow(row=row, draft=draft, target=target, uid=uid, recorded_at=moment, given=given)

    def _rest(self, reading: _Reading, typed: EntryValue | None, target: str, *, kept: bool) -> NewEntry:
        """The entry with all that stands beside its figure; whatever fails is kept in `reading`."""
        typed = typed or EntryValue(EntryKind.INCREMENT, None, None, None)
        district = reading.get("district", lambda text: self._district(text, kept=kept))
        evidence, digest = reading.get("evidence", lambda text: self._evidence(reading, text, kept=kept)) or (
            None,
            None,
        )
        replaces = reading.get("replaces", uid_of)
        if typed.kind is EntryKind.VOID and "replaces" not in reading.texts:
            reading.failures.append(("replaces", NothingToVoid()))
        by = reading.get("by", clean_text)
        return NewEntry(
            target=target,
            district=district if kept else district or self._default_district,
            date=reading.get("date", self.day) or self._default_day,
            kind=typed.kind,
            value=typed.value,
            of=typed.of,
            item=typed.item,
            estimate=reading.get("estimate", estimate_of) or False,
            note=reading.get("note", clean_text),
            evidence=evidence,
            evidence_sha256=digest,
            by=(by or "") if kept else by or self._by,
            origin=reading.get("origin", kept_text) or "" if kept else self._defaults.origin,
            replaces=replaces,
        )

    def _check(self, reading: _Reading, draft: NewEntry, target: Target) -> None:
        try:
            if draft.kind is not EntryKind.VOID:
                check_draft(draft, target, self._workspace.goals, self._today)
        except (DistrictRequired, DistrictNotAllowed) as failure:
            reading.failures.append(("district", failure))
        except UsageError as failure:
            reading.failures.append(("date", failure))

    def _typed(self, row: Row, target: Target | None, kind: EntryKind | None) -> EntryValue:
        """The figure of a row. Raises ValueMissing, WrongKind, NotDone, and what `read_value` raises."""
        if kind is EntryKind.VOID:
            return EntryValue(EntryKind.VOID, None, None, None)
        if target is None:
            return as_kept(row, kind)
        text = figure_text(row, target)
        if is_of_column(row) and target.measure is not Measure.TOTAL and target.measure is not Measure.GROWTH:
            kind = None  # what a month's column holds of a level is where it stood, and of a share its share
        to_date = kind is EntryKind.READING or (kind is None and self._defaults.to_date)
        question = (target.id, text, to_date)
        typed = self._once(question, lambda: parse_entry_value(text, target, to_date=to_date))
        return typed._replace(kind=agreed(kind, typed.kind, target))

    def _target(self, text: str, *, kept: bool) -> Target | str:
        """The target a text names; of an entry that was in a ledger before, its id at least."""
        try:
            return self._once(("target", text), lambda: self._named_target(text))
        except UsageError:
            if kept:
                return kept_text(text)
            raise

    def _named_target(self, text: str) -> Target:
        """The target of a name, or of a name with a unit behind it."""
        name, unit = name_and_unit(text)
        with suppress(UsageError):
            return self._workspace.target(text, suggest=self.suggesting and not unit)
        return self._workspace.target(name if unit else text, suggest=self.suggesting)

    def _district(self, text: str, *, kept: bool) -> str:
        try:
            return self._once(("district", text), lambda: self._workspace.district(text, suggest=self.suggesting).id)
        except UsageError:
            if kept:
                return kept_text(text)
            raise

    def day(self, text: str) -> date:
        """The day a text means. Raises LostZero, and what `Workspace.day` raises."""
        if LOST_ZERO.fullmatch(word_of(text)):
            raise LostZero(text=quote_for_message(text))
        return self._once(("date", text), lambda: self._workspace.day(text))

    def _kind(self, text: str) -> EntryKind:
        kind = self._kinds.get(word_of(text))
        if kind is None:
            raise UnknownKind(text=quote_for_message(text), kinds=[Message(one) for one in labels.KIND.values()])
        return kind

    def recorded_at(self, text: str) -> datetime:
        """The moment of the past a text means. Raises UnreadableRecordedAt."""
        with suppress(ValueError, OverflowError):  # no moment, or one before the first day of all
            moment = datetime.fromisoformat(text.strip())
            if moment.tzinfo is not None and moment <= self._workspace.clock():
                return moment.astimezone(UTC)
        raise UnreadableRecordedAt(text=quote_for_message(text))

    def _evidence(self, reading: _Reading, text: str, *, kept: bool) -> tuple[str | None, str | None]:
        digest = reading.get("evidence_sha256", digest_of)
        if digest is not None or kept:
            return clean_text(text), digest
        return self._once(("evidence", text), lambda: evidence_of(text.strip(), self._defaults.folder))

    def _once(self, question: H, answer: Callable[[], T]) -> T:
        """The answer to a question, from the last time it was asked if that is not too long ago."""
        if question not in self._known:
            if len(self._known) > MOST_KEPT:
                self._known.clear()
            self._known[question] = answer()
        return cast("T", self._known[question])  # one kind of question has one kind of answer
