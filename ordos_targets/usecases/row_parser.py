"""A row of an import, parsed against the goals: the texts of its cells become a new entry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import UUID

from ordos_targets.domain.amounts import NotANumber, may_be_unit, normalize_decimal, parse_unit
from ordos_targets.domain.dates import may_have_lost_zero
from ordos_targets.domain.entries import HASHED_BY_NAME, ITEM_STATES, Entry, EntryKind, NewEntry
from ordos_targets.domain.entry_values import EntryValue, is_unit_of, parse_entry_value
from ordos_targets.domain.errors import Message, UsageError
from ordos_targets.domain.hash_chain import canonical_bytes
from ordos_targets.domain.names import MAX_NAME, MAX_TEXT, by_full_name, normalize_name, quote_for_message
from ordos_targets.domain.targets import PERCENT, Measure, Target
from ordos_targets.locale import translations
from ordos_targets.readers.headings import UNIT, split_qualifier
from ordos_targets.readers.rows import BrokenLine, InputCell, InputRow, RowProblem
from ordos_targets.readers.table import EMPTY
from ordos_targets.store.ledger import Reader
from ordos_targets.store.uuid7 import EPOCH, beginning, completed
from ordos_targets.usecases.entry_checks import DistrictNotAllowed, DistrictRequired, check_draft, clean_text
from ordos_targets.usecases.import_errors import (
    MOST_REPORTED,
    FailedRow,
    LostZero,
    NotADigest,
    NotAUid,
    NotDone,
    NothingToVoid,
    RowErrors,
    ScaledCell,
    TargetMissing,
    UnclearEstimate,
    UnitsDisagree,
    UnknownKind,
    UnknownState,
    UnreadableRecordedAt,
    ValueMissing,
    WrongKind,
    row_problem,
)
from ordos_targets.usecases.record import evidence_of
from ordos_targets.usecases.workspace import Workspace

T = TypeVar("T")

COMPARED = ("target", "district", "kind", "value", "of", "item", "estimate", "note", "evidence")
COMPARED_IF_GIVEN = ("evidence_sha256", "replaces", *HASHED_BY_NAME)
# The kinds of entries that a row may be.
KINDS = (EntryKind.INCREMENT, EntryKind.READING, EntryKind.SHARE, EntryKind.ITEM, EntryKind.VOID)
# Those that come from a ledger's export alone, and are called as they are there.
RECORDED_KINDS = frozenset(EntryKind) - frozenset(KINDS)
YES = frozenset({"true", "yes", "y", "1", "是", "快报", "快报数", "预计", "预计数", "estimate"})
NO = frozenset({"false", "no", "n", "0", "否", "决算", "决算数", "执行数", "final"})
DONE = frozenset({"1", "true", "yes", "done", "是", "完成", "已完成", "已办结", "√", "✓", "100%"})
# Of what many rows have in common so many results are cached, of each kind.
MOST_CACHED = 10_000
_SHA256 = re.compile("[0-9a-f]{64}")
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class Defaults(NamedTuple):
    """What rows get that do not say it themselves: as typed, None where nothing was. Evidence lies in `folder`."""

    date: str | None = None
    district: str | None = None
    to_date: bool = False
    by: str = ""
    origin: str = ""
    folder: Path = Path()


class ParsedRow(NamedTuple):
    """A row with the entry it would be.

    Attributes:
        row: The row as it was read.
        draft: The entry.
        target: The entry's target; None where targets.toml does not name it, as an entry of a ledger's export may.
        uid: The uid that the row bears, None if it bears none.
        recorded_at: When a ledger recorded the entry before; None for a new figure.
        is_dated: Whether the row has a day of its own, or one was given for the whole file.
    """

    row: InputRow
    draft: NewEntry
    target: Target | None
    uid: str | None
    recorded_at: datetime | None
    is_dated: bool

    def content_hash(self) -> bytes:
        """Return a hash of what the row says: the same for the same figure, whoever sends it and however written."""
        draft = self.draft
        texts = (
            draft.target, draft.district, str(draft.date) if self.is_dated else None, draft.kind.value,
            None if draft.value is None else f"{draft.value:f}", None if draft.of is None else f"{draft.of:f}",
            draft.item, str(draft.estimate), draft.note, draft.evidence, draft.replaces,
            *(text for name in HASHED_BY_NAME if (value := getattr(draft, name)) for text in (name, str(value))),
        )  # fmt: skip
        return sha256(canonical_bytes(texts)).digest()

    def derive_uid(self, content: bytes, times: int) -> str:
        """Return the uid of a row that bears none, from its content and how often the file has said it by now."""
        # The day stands where other uids have the moment they were made at, so that they sort alike.
        day = self.draft.date if self.is_dated else EPOCH.date()
        return completed(_uid_start(day), sha256(content + times.to_bytes(8, "big")).hexdigest())

    def matches(self, entry: Entry) -> bool:
        """Return whether the row says what `entry` says; what the row leaves open agrees with anything."""
        if self.is_dated and self.draft.date != entry.date:
            return False
        compared = (*COMPARED, *(name for name in COMPARED_IF_GIVEN if name in self.row.cells))
        return all(getattr(self.draft, name) == getattr(entry, name) for name in compared)


@lru_cache(maxsize=1024)
def _uid_start(day: date) -> str:
    return beginning(datetime.combine(day, time(), UTC))


def parse_rows(file: str, rows: Iterable[InputRow | BrokenLine], parser: RowParser) -> Iterator[ParsedRow | FailedRow]:
    """Yield for each row of a file the entry it would be, or what is wrong with it."""
    failures = 0
    for row in rows:
        if isinstance(row, BrokenLine):
            problems = [RowProblem(file, row.line, None, None, row.message)]
        else:
            try:
                yield parser.parse(row)
            except RowErrors as failed:
                problems = [row_problem(file, row, field, error.message) for field, error in failed.errors]
            else:
                continue
        failures += len(problems)
        parser.suggests = failures < MOST_REPORTED
        yield FailedRow(tuple(problems))


class RowParser:
    """Parses rows against the goals; what many rows have in common is parsed once.

    A row that says when it was recorded comes from a ledger's export. It is believed where `reader` shows an empty
    ledger, which is then restored, or has an entry of its uid.
    """

    def __init__(self, workspace: Workspace, defaults: Defaults, reader: Reader) -> None:
        self._workspace, self._defaults, self._reader = workspace, defaults, reader
        self._is_restoring = reader.head.entries == 0
        self._kinds = {word: kind for kind in KINDS for word in {kind.value, *translations(kind.label)}}
        self._kinds |= {kind.value: kind for kind in RECORDED_KINDS}
        self._targets = by_full_name(workspace.goals.targets)
        self._districts = by_full_name(workspace.goals.districts)
        cached = lru_cache(MOST_CACHED)
        self._kind, self._day = cached(self._parse_kind), cached(self._parse_day)
        self._target, self._district = cached(self._find_target), cached(self._find_district)
        self._file_evidence = cached(self._read_evidence)
        self._figure_value = cached(self._parse_figure)
        self._today = workspace.today
        # Whether to suggest what an unknown name may mean: it takes a while, and is done for rows that are reported.
        self.suggests = True
        self._by = clean_text(defaults.by) or ""
        self._default_day = workspace.day(defaults.date)
        self._default_district = workspace.district(defaults.district).id if defaults.district else None

    def parse(self, row: InputRow) -> ParsedRow:
        """Return the entry of a row. Raise RowErrors with everything that is wrong with it."""
        fields = _FieldParser(row)
        recorded_at = fields.parse("recorded_at", self._recorded_at)
        uid = fields.parse("uid", _parse_uid)
        is_recorded = recorded_at is not None and (self._is_restoring or self._reader.entry(uid or "") is not None)
        named = fields.parse("target", self._recorded_target if is_recorded else self._target)
        if "target" not in row.cells:
            fields.errors.append(("target", TargetMissing()))
        kind = self._kind_of(row, fields)
        target = named if isinstance(named, Target) else None
        figure = (
            fields.attempt(_figure_field(row), lambda: self._figure(row, target, kind, is_recorded=is_recorded))
            if named
            else None
        )
        if fields.errors or named is None or figure is None:
            self._draft(fields, figure, "", is_recorded=is_recorded)
            raise RowErrors(fields.errors)
        draft = self._draft(fields, figure, target.id if target else str(named), is_recorded=is_recorded)
        if target is not None and not is_recorded and not fields.errors:
            self._check(fields, draft, target)
        if fields.errors:
            raise RowErrors(fields.errors)
        is_dated = "date" in row.cells or self._defaults.date is not None
        return ParsedRow(row, draft, target, uid, recorded_at if is_recorded else None, is_dated)

    def _draft(self, fields: _FieldParser, figure: EntryValue | None, target: str, *, is_recorded: bool) -> NewEntry:
        """Return the entry with all that stands beside its figure; what fails is added to the errors of `fields`."""
        kind, value, of, item = figure or EntryValue(EntryKind.INCREMENT, None, None, None)
        district = fields.parse("district", self._recorded_district if is_recorded else self._district)
        evidence, digest = self._evidence(fields, is_recorded=is_recorded)
        replaces = fields.parse("replaces", _parse_uid)
        if kind is EntryKind.VOID and "replaces" not in fields.cells:
            fields.errors.append(("replaces", NothingToVoid()))
        by = fields.parse("by", clean_text)
        return NewEntry(
            target=target,
            district=district if is_recorded else district or self._default_district,
            date=fields.parse("date", self._day) or self._default_day,
            kind=kind,
            value=value,
            of=of,
            item=item,
            estimate=fields.parse("estimate", _parse_estimate) or False,
            note=fields.parse("note", clean_text),
            evidence=evidence,
            evidence_sha256=digest,
            by=(by or "") if is_recorded else by or self._by,
            origin=fields.parse("origin", _recorded_text) or "" if is_recorded else self._defaults.origin,
            replaces=replaces,
            first_day=fields.parse("first_day", self._day),
            state=fields.parse("state", _parse_state),
            will=fields.parse("will", clean_text),
            until=fields.parse("until", self._day),
        )

    def _check(self, fields: _FieldParser, draft: NewEntry, target: Target) -> None:
        try:
            if draft.kind is not EntryKind.VOID:
                check_draft(draft, target, self._workspace.goals, self._today)
        except (DistrictRequired, DistrictNotAllowed) as error:
            fields.errors.append(("district", error))
        except UsageError as error:
            fields.errors.append(("date", error))

    def _figure(self, row: InputRow, target: Target | None, kind: EntryKind | None, *, is_recorded: bool) -> EntryValue:
        """Return the figure of a row. Raise ValueMissing, WrongKind, NotDone, and what `parse_entry_value` raises."""
        if kind is EntryKind.VOID:
            return EntryValue(EntryKind.VOID, None, None, None)
        if kind in RECORDED_KINDS and not is_recorded:
            raise UnknownKind(text=kind, kinds=[Message(known.label) for known in KINDS])
        if target is None or kind in RECORDED_KINDS:
            return _recorded_figure(row, kind)
        if row.is_wide and row.kind and target.measure not in {Measure.TOTAL, Measure.GROWTH}:
            kind = None  # what a month's column holds of a level is where it stood, and of a share its share
        to_date = kind is EntryKind.READING or (kind is None and self._defaults.to_date)
        cells = _FigureCells(row.qualifier, *map(row.cells.get, ("value", "item", "of", UNIT, "target")))
        typed = self._figure_value(target.id, cells, to_date)
        implied = _agreed_kind(kind, typed.kind, target)
        return typed if implied is typed.kind else typed._replace(kind=implied)

    def _kind_of(self, row: InputRow, fields: _FieldParser) -> EntryKind | None:
        return EntryKind(row.kind) if row.kind else fields.parse("kind", self._kind)

    def _parse_kind(self, text: str) -> EntryKind:
        kind = self._kinds.get(_word(text))
        if kind is None:
            raise UnknownKind(text=quote_for_message(text), kinds=[Message(kind.label) for kind in KINDS])
        return kind

    def _recorded_target(self, text: str) -> Target | str:
        """Return the target of an entry that was in a ledger before, its id at least."""
        try:
            return self._target(text)
        except UsageError:
            return _recorded_text(text)

    def _find_target(self, text: str) -> Target:
        """Return the target of a name, or of a name with a text in parentheses behind it."""
        if target := _find(text, self._targets):
            return target
        name, qualifier = split_qualifier(text)
        with suppress(UsageError):
            return self._workspace.target(text, suggest=self.suggests and not qualifier)
        return self._workspace.target(name if qualifier else text, suggest=self.suggests)

    def _recorded_district(self, text: str) -> str:
        """Return the district of an entry that was in a ledger before, its id at least."""
        try:
            return self._district(text)
        except UsageError:
            return _recorded_text(text)

    def _find_district(self, text: str) -> str:
        return (_find(text, self._districts) or self._workspace.district(text, suggest=self.suggests)).id

    def _parse_day(self, text: str) -> date:
        """Return the day a text means. Raise LostZero, and what `Workspace.day` raises."""
        if may_have_lost_zero(_word(text)):
            raise LostZero(text=quote_for_message(text))
        return self._workspace.day(text)

    def _recorded_at(self, text: str) -> datetime:
        """Return the moment of the past that a text means. Raise UnreadableRecordedAt."""
        with suppress(ValueError, OverflowError):  # no moment, or one before the first day of all
            moment = datetime.fromisoformat(text.strip())
            if moment.tzinfo is not None and moment <= self._workspace.clock():
                return moment.astimezone(UTC)
        raise UnreadableRecordedAt(text=quote_for_message(text))

    def _evidence(self, fields: _FieldParser, *, is_recorded: bool) -> tuple[str | None, str | None]:
        """Return a row's evidence and its SHA-256: that of the export, or else of the file that it names."""

        def parse(text: str) -> tuple[str | None, str | None]:
            digest = fields.parse("evidence_sha256", _parse_sha256)
            if digest is not None or is_recorded:
                return clean_text(text), digest
            return self._file_evidence(text)

        return fields.parse("evidence", parse) or (None, None)

    def _read_evidence(self, text: str) -> tuple[str | None, str | None]:
        return evidence_of(text.strip(), self._defaults.folder)

    def _parse_figure(self, target_id: str, cells: _FigureCells, to_date: bool) -> EntryValue:  # noqa: FBT001 - cached
        """Return the figure of some cells. Raise ValueMissing, ScaledCell, or as `parse_entry_value` does."""
        target = self._targets[normalize_name(target_id)]
        text = cells.value.text if cells.value else ""
        if cells.item:
            _check_item(text, target)
            return parse_entry_value(cells.item.text, target)
        if not cells.value or not text.strip():
            raise ValueMissing
        for cell in (cells.value, cells.of):
            if cell and cell.scaled_by:
                raise ScaledCell(text=quote_for_message(cell.text), format=quote_for_message(cell.scaled_by))
        of = cells.of.text if cells.of else None
        return parse_entry_value(text, target, unit=_unit_of(cells, cells.value, target), of=of, to_date=to_date)


class _FigureCells(NamedTuple):
    """All of a row that its figure depends on; `name` is how the target is called there."""

    qualifier: str
    value: InputCell | None
    item: InputCell | None
    of: InputCell | None
    unit: InputCell | None
    name: InputCell | None


class _FieldParser:
    """The cells of one row while they are parsed, and what is wrong with them."""

    def __init__(self, row: InputRow) -> None:
        self.cells = row.cells
        self.errors: list[tuple[str | None, UsageError]] = []

    def parse(self, field: str, parse: Callable[[str], T]) -> T | None:
        """Return what `parse` makes of a field's text; None if there is none, or it fails."""
        cell = self.cells.get(field)
        if cell is None:
            return None
        try:
            return parse(cell.text)
        except UsageError as error:
            self.errors.append((field, error))
            return None

    def attempt(self, field: str | None, parse: Callable[[], T]) -> T | None:
        """Return what `parse` returns; None if it fails, and the error is listed under `field`."""
        try:
            return parse()
        except UsageError as error:
            self.errors.append((field, error))
            return None


def _find(text: str, named: Mapping[str, T]) -> T | None:
    """Return what `text` names in full, None where it does not."""
    return named.get(normalize_name(text)) if len(text) <= MAX_NAME else None


def _figure_field(row: InputRow) -> str:
    """Return the field that holds a row's figure."""
    return "item" if "item" in row.cells else "value"


def _unit_of(cells: _FigureCells, value: InputCell, target: Target) -> str:
    """Return the unit that stands apart from a figure, empty if none. Raise UnitsDisagree.

    It is the first of: what the number format of the cell shows, the unit column, which holds nothing but units, what
    stands in parentheses in the heading, and behind the name of the target.
    """
    column, name = (cell.text.strip() if cell else "" for cell in (cells.unit, cells.name))
    in_name = split_qualifier(name)[1]
    if not (column or value.unit or cells.qualifier or in_name):
        return ""
    if not value.text.strip()[-1:].isnumeric():
        return column  # the figure has a unit of its own, or is none at all
    is_own_name = name in {target.name, target.name_en, *target.aliases}
    units = [
        value.unit if is_unit_of(value.unit, target) or may_be_unit(value.unit) else "",
        "" if column in EMPTY else column,
        cells.qualifier if is_unit_of(cells.qualifier, target) or may_be_unit(cells.qualifier) else "",
        in_name if is_unit_of(in_name, target) or (may_be_unit(in_name) and not is_own_name) else "",
    ]
    first, *others = [unit for unit in units if unit] or [""]
    size = parse_unit(first, units=(target.unit, target.unit_en)) if is_unit_of(first, target) else None
    for other in others if size else ():
        other_size = parse_unit(other, units=(target.unit, target.unit_en))
        if size and other_size and size.name == other_size.name and size.factor != other_size.factor:
            raise UnitsDisagree(unit=quote_for_message(first), other=quote_for_message(other))
    return first


def _check_item(value: str, target: Target) -> None:
    """Raise WrongKind where a target has no items, NotDone where the value beside an item does not say it is done."""
    if target.measure is not Measure.CHECKLIST:
        raise WrongKind(target=target, kind=Message(EntryKind.ITEM.label))
    if value and _word(value) not in DONE:
        raise NotDone(text=quote_for_message(value))


def _agreed_kind(stated: EntryKind | None, implied: EntryKind, target: Target) -> EntryKind:
    """Return the kind of an entry, where the row states one and the target implies one. Raise WrongKind.

    A stated reading goes for a share and for items too; a level and a growth may be added to.
    """
    if stated in {None, implied} or (stated is EntryKind.READING and implied in {EntryKind.SHARE, EntryKind.ITEM}):
        return implied
    if stated is EntryKind.INCREMENT and implied is EntryKind.READING and target.unit != PERCENT:
        return stated
    raise WrongKind(target=target, kind=Message(stated.label))


def _recorded_figure(row: InputRow, kind: EntryKind | None) -> EntryValue:
    """Return the figure of an entry whose target is not known any more: as the ledger wrote it, in its base unit."""
    if kind is None:
        raise UnknownKind(text="", kinds=[Message(kind.label) for kind in KINDS])
    value, of = (_recorded_number(row.text(name)) if name in row.cells else None for name in ("value", "of"))
    return EntryValue(kind, value, of, clean_text(row.text("item")))


def _recorded_number(text: str) -> Decimal:
    if not _PLAIN_NUMBER.fullmatch(text):
        raise NotANumber(text=quote_for_message(text))
    return normalize_decimal(Decimal(text), text=quote_for_message(text))


def _recorded_text(text: str) -> str:
    """Return a text of an entry that was in a ledger before. Raise UnfitText."""
    return clean_text(text) or ""


def _parse_state(text: str) -> str:
    """Return the state of an item. Raise UnknownState."""
    state = _word(text)
    if state not in ITEM_STATES:
        raise UnknownState(text=quote_for_message(text), states=[*ITEM_STATES])
    return state


def _parse_estimate(text: str) -> bool:
    """Return whether a text says that a figure is an estimate. Raise UnclearEstimate."""
    word = _word(text)
    if word not in YES | NO:
        raise UnclearEstimate(text=quote_for_message(text))
    return word in YES


def _parse_uid(text: str) -> str:
    """Return a uid as the ledger writes it. Raise NotAUid."""
    try:
        return str(UUID(text.strip()))
    except ValueError:
        raise NotAUid(text=quote_for_message(text)) from None


def _parse_sha256(text: str) -> str:
    """Return a SHA-256 as the ledger writes it. Raise NotADigest."""
    if not _SHA256.fullmatch(text.strip().lower()):
        raise NotADigest(text=quote_for_message(text))
    return text.strip().lower()


def _word(text: str) -> str:
    """Return a text as the words above are written; empty for one that is longer than any."""
    return unicodedata.normalize("NFKC", text).strip().casefold() if len(text) <= MAX_TEXT else ""
