"""From the texts of one imported row to the entry it would be."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TypeVar, cast

from ordos_targets.domain.entries import Draft, Kind
from ordos_targets.domain.entry_values import Typed, read_value
from ordos_targets.domain.errors import Message, UsageFailure
from ordos_targets.domain.names import shown
from ordos_targets.domain.targets import Measure, Target
from ordos_targets.locale import everywhere
from ordos_targets.readers.headings import name_and_unit
from ordos_targets.readers.rows import Row
from ordos_targets.report import labels
from ordos_targets.usecases.candidate import Candidate, Defaults
from ordos_targets.usecases.import_faults import (
    LostZero,
    NothingToVoid,
    RowFailed,
    TargetMissing,
    UnknownKind,
    UnreadableRecordedAt,
)
from ordos_targets.usecases.import_figure import agreed, as_kept, figure_text, is_of_column, value_field
from ordos_targets.usecases.import_texts import digest_of, estimate_of, kept_text, uid_of, word_of
from ordos_targets.usecases.record import evidence_of
from ordos_targets.usecases.rules import DistrictNotAllowed, DistrictRequired, check_draft, clean_text
from ordos_targets.usecases.workspace import Workspace

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)
MOST_KEPT = 10_000
# A spreadsheet that takes 2025.10 for a number shows 2025.1.
LOST_ZERO = re.compile(r"[0-9]{4}\.1")


class _Reading:
    """One row while it is read: its texts, and what was wrong with them."""

    def __init__(self, row: Row) -> None:
        self.texts = row.texts
        self.failures: list[tuple[str | None, UsageFailure]] = []

    def get(self, field: str, read: Callable[[str], T]) -> T | None:
        """What `read` makes of a field's text; None where there is none, or it fails."""
        text = self.texts.get(field)
        return None if text is None else self.attempt(field, lambda: read(text))

    def attempt(self, field: str | None, read: Callable[[], T]) -> T | None:
        """What `read` gives; None, and the failure kept under `field`, where it fails."""
        try:
            return read()
        except UsageFailure as failure:
            self.failures.append((field, failure))
            return None


class RowReader:
    """Reads rows against the goals; what many rows say alike is read once."""

    def __init__(self, workspace: Workspace, defaults: Defaults, was_recorded: Callable[[str], bool]) -> None:
        self._workspace = workspace
        self._was_recorded = was_recorded
        self._defaults = defaults
        self._known: dict[Hashable, object] = {}
        self._kinds = {word: kind for kind, said in labels.KIND.items() for word in {kind.value, *everywhere(said)}}
        self._today = workspace.today
        # Whether to say what an unknown name may mean: it takes a while, and is done for rows that are told only.
        self.suggesting = True
        self._by = clean_text(defaults.by) or ""
        self._default_day = workspace.day(defaults.date)
        self._default_district = workspace.district(defaults.district).id if defaults.district else None

    def read(self, row: Row) -> Candidate:
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
            raise RowFailed(reading.failures)
        draft = self._rest(reading, typed, target.id if target else str(found), kept=kept)
        if target is not None and not kept and not reading.failures:
            self._check(reading, draft, target)
        if reading.failures:
            raise RowFailed(reading.failures)
        given = frozenset(row.texts) | ({"date"} if self._defaults.date else set())
        moment = recorded_at if kept else None
        return Candidate(row=row, draft=draft, target=target, uid=uid, recorded_at=moment, given=given)

    def _rest(self, reading: _Reading, typed: Typed | None, target: str, *, kept: bool) -> Draft:
        """The entry with all that stands beside its figure; whatever fails is kept in `reading`."""
        typed = typed or Typed(Kind.INCREMENT, None, None, None)
        district = reading.get("district", lambda text: self._district(text, kept=kept))
        evidence, digest = reading.get("evidence", lambda text: self._evidence(reading, text, kept=kept)) or (
            None,
            None,
        )
        replaces = reading.get("replaces", uid_of)
        if typed.kind is Kind.VOID and "replaces" not in reading.texts:
            reading.failures.append(("replaces", NothingToVoid()))
        by = reading.get("by", clean_text)
        return Draft(
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

    def _check(self, reading: _Reading, draft: Draft, target: Target) -> None:
        try:
            if draft.kind is not Kind.VOID:
                check_draft(draft, target, self._workspace.goals, self._today)
        except (DistrictRequired, DistrictNotAllowed) as failure:
            reading.failures.append(("district", failure))
        except UsageFailure as failure:
            reading.failures.append(("date", failure))

    def figure(self, row: Row, target: Target) -> Typed:
        """The figure of a row. Raises UnknownKind, and what `_typed` raises."""
        return self._typed(row, target, self._kind(row.texts["kind"]) if "kind" in row.texts else None)

    def _typed(self, row: Row, target: Target | None, kind: Kind | None) -> Typed:
        """The figure of a row. Raises ValueMissing, WrongKind, NotDone, and what `read_value` raises."""
        if kind is Kind.VOID:
            return Typed(Kind.VOID, None, None, None)
        if target is None:
            return as_kept(row, kind)
        text = figure_text(row, target)
        if is_of_column(row) and target.measure is not Measure.TOTAL and target.measure is not Measure.GROWTH:
            kind = None  # what a month's column holds of a level is where it stood, and of a share its share
        to_date = kind is Kind.READING or (kind is None and self._defaults.to_date)
        question = (target.id, text, to_date)
        typed = self._once(question, lambda: read_value(text, target, to_date=to_date))
        return typed._replace(kind=agreed(kind, typed.kind, target))

    def _target(self, text: str, *, kept: bool) -> Target | str:
        """The target a text names; of an entry that was in a ledger before, its id at least."""
        try:
            return self._once(("target", text), lambda: self._named_target(text))
        except UsageFailure:
            if kept:
                return kept_text(text)
            raise

    def _named_target(self, text: str) -> Target:
        """The target of a name, or of a name with a unit behind it."""
        name, unit = name_and_unit(text)
        with suppress(UsageFailure):
            return self._workspace.target(text, suggest=self.suggesting and not unit)
        return self._workspace.target(name if unit else text, suggest=self.suggesting)

    def _district(self, text: str, *, kept: bool) -> str:
        try:
            return self._once(("district", text), lambda: self._workspace.district(text, suggest=self.suggesting).id)
        except UsageFailure:
            if kept:
                return kept_text(text)
            raise

    def day(self, text: str) -> date:
        """The day a text means. Raises LostZero, and what `Workspace.day` raises."""
        if LOST_ZERO.fullmatch(word_of(text)):
            raise LostZero(text=shown(text))
        return self._once(("date", text), lambda: self._workspace.day(text))

    def _kind(self, text: str) -> Kind:
        kind = self._kinds.get(word_of(text))
        if kind is None:
            raise UnknownKind(text=shown(text), kinds=[Message(one) for one in labels.KIND.values()])
        return kind

    def recorded_at(self, text: str) -> datetime:
        """The moment of the past a text means. Raises UnreadableRecordedAt."""
        with suppress(ValueError, OverflowError):  # no moment, or one before the first day of all
            moment = datetime.fromisoformat(text.strip())
            if moment.tzinfo is not None and moment <= self._workspace.clock():
                return moment.astimezone(UTC)
        raise UnreadableRecordedAt(text=shown(text))

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
