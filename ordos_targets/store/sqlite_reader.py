"""Rows of the table `entries` and their columns' texts, to entries and back."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from ordos_targets.domain.entries import GENESIS, HASHED, NEVER_EMPTY, Columns, Entry, EntryKind, EntryRow, NewEntry
from ordos_targets.domain.segment import in_time
from ordos_targets.domain.series import DayTotals, ItemEntry, Series, SeriesReader, SeriesValue
from ordos_targets.store.ledger import Head, LedgerEntry, NoSuchEntry, Query
from ordos_targets.store.sql_reader import BY_UID, COLUMNS, FIRST_DAY, IN_SERIES, ITEMS_DONE, LIVE, Row, SqlReader
from ordos_targets.store.sqlite_file import pragma
from ordos_targets.store.sqlite_schema import KEEPS_TOTALS

# Far more digits than any figure has. Decimal itself takes NaN too, and 1e999999999, which nobody could print.
NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")
NUMBERS = frozenset({"seq", "estimate"})
# Values are decimal texts; SQLite would add them as binary floats, so millions and ten-thousandths are cut out of the
# text and added apart, as integers, which no number of entries makes too large: see `exact_sum`.
HIGH = "CAST(value AS INTEGER) / 1000000"
LOW = """(CAST(value AS INTEGER) % 1000000 * 10000 + iif(instr(value, '.'), iif(value < '0', -1, 1)
    * CAST(substr(substr(value, instr(value, '.') + 1) || '000', 1, 4) AS INTEGER), 0))"""


def entry_of(row: tuple[object, ...]) -> Entry:
    """An Entry from a row in the order of HASHED, then the hash. Raises sqlite3.DatabaseError where it is none."""
    facts: dict[str, object] = dict(zip((*HASHED, "hash"), kept_of(row), strict=True))
    facts |= {
        "date": day_of(facts["date"]),
        "kind": kind_of(facts["kind"]),
        "value": decimal_of(facts["value"]),
        "of": decimal_of(facts["of"]),
        "estimate": bool(facts["estimate"]),
    }
    return Entry(**facts)  # type: ignore[arg-type]


def kept_of(row: tuple[object, ...]) -> EntryRow:
    """The row as it is. Raises sqlite3.DatabaseError where a column is of a type that none of ours has."""
    if not _of_our_types(tuple(map(type, row))):
        raise sqlite3.DatabaseError(f"no entry: {str(row[0])[:40]}")
    return row  # type: ignore[return-value]


@lru_cache(maxsize=128)
def _of_our_types(types: tuple[type, ...]) -> bool:
    """Whether the columns are of the types they were declared with: in a damaged file they need not be."""
    for name, found in zip((*HASHED, "hash"), types, strict=True):
        empty = found is type(None) and name not in NEVER_EMPTY | NUMBERS
        if not empty and found is not (int if name in NUMBERS else str):
            return False
    return True


def kind_of(text: object) -> EntryKind:
    """A column's kind. Raises sqlite3.DatabaseError where it is none."""
    try:
        return EntryKind(str(text))
    except ValueError as error:
        raise sqlite3.DatabaseError(f"no kind: {text}") from error


@lru_cache(maxsize=1024)
def decimal_of(text: object) -> Decimal | None:
    """A column's number. Raises sqlite3.DatabaseError where it is none: the file was tampered with."""
    if text is None:
        return None
    if not NUMBER.fullmatch(str(text)):
        raise sqlite3.DatabaseError(f"no number: {str(text)[:40]}")
    return Decimal(str(text))


def exact_sum(high: object, low: object) -> Decimal:
    """The sum of some values from those of their HIGH and LOW. Raises sqlite3.DatabaseError where these are none."""
    if type(high) is not int or type(low) is not int:
        raise sqlite3.DatabaseError(f"no number: {str(high)[:40]}")
    return Decimal(high).scaleb(6) + Decimal(low).scaleb(-4)


@lru_cache(maxsize=1024)
def day_of(text: object) -> date:
    """A column's day. Raises sqlite3.DatabaseError where it is none."""
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise sqlite3.DatabaseError(f"no date: {text}") from error


def _text(text: object) -> str:
    """Return a column's text. Raises sqlite3.DatabaseError where it is none."""
    if not isinstance(text, str):
        raise sqlite3.DatabaseError(f"no text: {str(text)[:40]}")
    return text


LAST_MOMENT = "9999"

# The rule of domain.series.counting, in SQL.
STANDING = f"""
    WITH live AS MATERIALIZED (
        SELECT e.seq, e.date, e.kind, e.value, e."of", e.estimate FROM entries e WHERE {{series}} AND {{live}}
    ), latest AS (
        SELECT date, value, "of", estimate FROM live WHERE kind IN ('reading', 'share')
        ORDER BY date DESC, seq DESC LIMIT 1
    ), later AS (
        SELECT {HIGH} AS high, {LOW} AS low, estimate
        FROM live WHERE kind = 'increment' AND date > ifnull((SELECT date FROM latest), '')
    )
    SELECT (SELECT count(*) FROM live), (SELECT max(date) FROM live),
           latest.value, latest."of", ifnull(latest.estimate, 0) OR ifnull(total.estimate, 0),
           total.high, total.low
    FROM (SELECT sum(high) AS high, sum(low) AS low, max(estimate) AS estimate FROM later) AS total
    LEFT JOIN latest
"""  # noqa: S608 - ours


class EmptyReader:
    """The view of a ledger that does not exist yet."""

    head = Head(0, GENESIS)
    signs_as: str | None = None

    def series(self, targets: Sequence[str] = ()) -> SeriesReader:
        del targets
        return SeriesReader()

    def entries(self, query: Query) -> Iterator[LedgerEntry]:
        """See Reader."""
        del query
        return iter(())

    def columns(self, targets: Sequence[str] = ()) -> Iterator[Columns]:
        """See Reader."""
        del targets
        return iter(())

    def find(self, text: str) -> LedgerEntry:
        """See Reader."""
        raise NoSuchEntry(text=text)

    def entry(self, uid: str) -> LedgerEntry | None:
        """See Reader."""
        del uid
        return None

    def successor(self, uid: str) -> LedgerEntry | None:
        """See Reader."""
        del uid
        return None

    def iter_by_uid(self) -> Iterator[EntryRow]:
        """See Reader."""
        return iter(())

    def get_many(self, uids: Collection[str]) -> list[LedgerEntry]:
        """See Reader."""
        del uids
        return []

    successors = get_many

    def can_append(self, draft: NewEntry) -> bool:
        """See Reader."""
        del draft
        return True

    def check_append(self, draft: NewEntry) -> None:
        """See Reader: anybody who may write the file may append to it."""

    def last_entry(self) -> LedgerEntry:
        """See Reader."""
        raise NoSuchEntry(text="--last")

    def series_names(self, since: date | None = None) -> list[tuple[str, str | None]]:
        """See Reader."""
        del since
        return []


class SqliteReader(SqlReader):
    """A Reader over one connection, inside a transaction its owner opened."""

    signs_as: str | None = None  # anybody who may write the file may sign as anybody
    _added = (
        f"sum(CASE WHEN e.kind = 'increment' THEN {HIGH} END) AS high,"
        f" sum(CASE WHEN e.kind = 'increment' THEN {LOW} END) AS low"
    )

    def __init__(self, db: sqlite3.Connection, known_at: str | None = None) -> None:
        self._db = db
        self._known_at = known_at or LAST_MOMENT
        self._answers: dict[tuple[Series, date | None, date], SeriesValue] = {}
        self._totals_answer: bool | None = None

    @property
    def head(self) -> Head:
        """See Reader."""
        question = "SELECT seq, hash, recorded_at FROM entries WHERE recorded_at <= ? ORDER BY seq DESC LIMIT 1"
        last = self._db.execute(question, (self._known_at,)).fetchone()
        if last is None:
            return Head(0, GENESIS)
        seq, hash_, recorded_at = last
        if not isinstance(hash_, str) or not isinstance(recorded_at, str):
            raise sqlite3.DatabaseError(f"no entry: {seq!r}")
        return Head(seq, hash_, recorded_at)

    def value_of(self, series: Series, since: date | None, until: date) -> SeriesValue:
        """See Book. One report asks some questions several times; within a view the answer stays."""
        question = (series, since, until)
        if question not in self._answers:
            self._answers[question] = self._standing(series, since, until)
        return self._answers[question]

    def _standing(self, series: Series, since: date | None, until: date) -> SeriesValue:
        if not self._keeps_totals():
            return self._counted(series, since, until)
        from ordos_targets.store.sqlite_totals import runs  # noqa: PLC0415 - goes with the totals

        total = in_time(runs(self._db, series, since.isoformat() if since else FIRST_DAY, until.isoformat()))
        return total.value_of if total else SeriesValue()

    def _keeps_totals(self) -> bool:
        """Whether the totals answer: those of an older file are made when it is first written to."""
        if self._totals_answer is None:
            version = pragma(self._db, "user_version")
            self._totals_answer = version >= KEEPS_TOTALS and self._known_at == LAST_MOMENT
        return self._totals_answer

    def _counted(self, series: Series, since: date | None, until: date) -> SeriesValue:
        found = self._db.execute(*self._ask(STANDING, series, since, until)).fetchone()
        entries, data_date, reading, of, estimate, high, low = found
        if not entries:
            return SeriesValue()
        value = decimal_of(reading)
        if high is not None:
            value = exact_sum(high, low) + (value or 0)
        return SeriesValue(value, decimal_of(of), day_of(data_date), entries, bool(estimate))

    def items_done(self, series: Series, since: date | None, until: date) -> frozenset[str]:
        """See Book."""
        return frozenset(item for (item,) in self._db.execute(*self._ask(ITEMS_DONE, series, since, until)))

    def _ask(self, question: str, series: Series, since: date | None, until: date) -> tuple[str, dict[str, str | None]]:
        place = IN_SERIES if series.district is None else f"{IN_SERIES} AND e.district = :district"
        facts = {
            "target": series.target,
            "district": series.district,
            "since": since.isoformat() if since else FIRST_DAY,
            "until": until.isoformat(),
            "known_at": self._known_at,
        }
        return question.format(series=place, live=LIVE), facts

    def _rows(self, statement: str, facts: Mapping[str, object]) -> Iterator[Row]:
        """See SqlReader."""
        return self._db.execute(statement, facts)

    def _entry(self, row: Row) -> Entry:
        """See SqlReader."""
        return entry_of(row)

    def _day_totals(self, row: Row) -> DayTotals:
        target, district, day, entries, latest, reading, of, reading_estimate, high, low, added_estimate = row
        return DayTotals(
            _text(target),
            None if district is None else _text(district),
            day_of(day),
            int(str(entries)),
            latest if isinstance(latest, int) else 0,
            decimal_of(reading),
            decimal_of(of),
            bool(reading_estimate),
            None if high is None else exact_sum(high, low),
            bool(added_estimate),
        )

    def _item_entry(self, row: Row) -> ItemEntry:
        target, district, day, item = row
        return ItemEntry(_text(target), None if district is None else _text(district), day_of(day), _text(item))

    def _by_column(self, rows: Sequence[Row]) -> Columns:
        """See SqlReader."""
        from ordos_targets.store.sqlite_columns import columns_of_rows  # noqa: PLC0415 - for exports only

        return columns_of_rows(rows)

    def iter_by_uid(self) -> Iterator[EntryRow]:
        """See Reader. The uid has an index, and entries made one after the other lie together."""
        yield from map(kept_of, self._rows(BY_UID.format(columns=COLUMNS), {"known_at": self._known_at}))

    def can_append(self, draft: NewEntry) -> bool:
        """See Reader."""
        del draft
        return True

    def check_append(self, draft: NewEntry) -> None:
        """See Reader: anybody who may write the file may append to it."""
