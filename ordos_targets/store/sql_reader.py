"""Questions to a ledger that every SQL engine answers by the same statement.

Places for parameters are written `:name`. A void known by the view's moment cancels an entry, whatever the engine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from sys import intern
from typing import Any, ClassVar

from ordos_targets.domain.entries import (
    FIGURES,
    HASHED_BY_NAME,
    NAMES,
    EntryRow,
    UnreadableEntry,
    checked_row,
    from_row,
    read_day,
    read_decimal,
)
from ordos_targets.domain.series import DayTotals, ItemEntry, SeriesReader
from ordos_targets.store.errors import AmbiguousEntry, NoSuchEntry
from ordos_targets.store.ledger import LedgerEntry, Query

FIRST_DAY = "0001-01-01"
LONGEST_NUMBER = 18
LARGEST_NUMBER = (1 << 63) - 1
SHORTEST_PREFIX = 4
# A million in ten-thousandths.
HIGH = 10_000_000_000
NO_READING = (0, None, None, False)
READING_PARTS = 4

# An entry counts unless it is a void, or a void known by then cancels it.
LIVE = """
    e.kind <> 'void' AND e.recorded_at <= :known_at AND e.uid NOT IN (
        SELECT v.replaces FROM entries v
        WHERE v.kind = 'void' AND v.replaces IS NOT NULL AND v.recorded_at <= :known_at)
"""
# What the live figures of a target in one district come to on each day. Of the last reading or share all is in one text
# that begins with its number, in digits of one length, so that max() finds it. Entries lie about in the order of their
# days, so that they are sorted fastest by those first; an index would only have them looked up in another order.
DAY_TOTALS = """
    SELECT e.target, e.district, {date}, count(*),
           max(CASE WHEN e.kind IN ('reading', 'share') THEN
               ({first_number} + e.seq) || ' ' || {estimate} || ' ' || coalesce({value}, '-')
               || ' ' || coalesce({of}, '-')
           END),
           {high}, {low}, max(CASE WHEN e.kind = 'increment' AND e.estimate THEN 1 ELSE 0 END)
    FROM entries e {scan} WHERE {where} AND e.kind IN ({figures}) AND {live}
    GROUP BY e.date, e.target, e.district
"""
FIRST_NUMBER = 10**18
ITEM_ENTRIES = """
    SELECT DISTINCT e.target, e.district, {date} AS date, e.item FROM entries e
    WHERE {where} AND {live} AND e.kind = 'item' AND e.item <> '' AND coalesce(e.state, '') <> 'doing'
"""
# An entry, and what cancelled it.
LISTED = """
    SELECT {columns}, v.seq AS cancelled_by FROM entries e
    LEFT JOIN entries v ON v.replaces = e.uid AND v.kind = 'void' AND v.recorded_at <= :known_at
"""
# In the order of their bytes, which is that of their signs, nothing of a uid comes after ~.
UID_BEGINS = "e.uid >= :text AND e.uid < :text || '~'"
SERIES_NAMES = f"""
    SELECT DISTINCT e.target, e.district FROM entries e
    WHERE e.date >= :since AND e.kind <> 'close' AND {LIVE} ORDER BY 1, 2
"""  # noqa: S608 - ours
BY_UID = "SELECT {columns} FROM entries e WHERE e.recorded_at <= :known_at ORDER BY e.uid"
FILLED = ", ".join(f"count(e.{name})" for name in HASHED_BY_NAME)
DANGLING = """
    SELECT later.seq FROM entries later LEFT JOIN entries earlier ON earlier.uid = later.replaces
    WHERE later.replaces IS NOT NULL AND (earlier.seq IS NULL OR earlier.seq >= later.seq OR earlier.kind = 'void')
       OR later.replaces IS NULL AND later.kind = 'void'
    ORDER BY later.seq
"""

Row = tuple[object, ...]


class Dialect:
    """What engines say differently.

    Args:
        forms: The expression of each column of `e` in the form it has in an EntryRow, where it is stored otherwise.
        high: The millions of the sum of a day's increments, an integer.
        low: The rest of that sum in ten-thousandths, an integer.
        scan: What makes a query read all entries in the order they are stored in.
    """

    def __init__(self, *, forms: Mapping[str, str], high: str, low: str, scan: str) -> None:
        self.high, self.low, self.scan = high, low, scan
        self.forms = {name: f'e."{name}"' for name in NAMES} | dict(forms)
        self.columns = ", ".join(self.forms.values())


class SqlReader(ABC):
    """The part of a Reader in which engines do not differ. `_known_at` is the view's moment, in the engine's words."""

    dialect: ClassVar[Dialect]
    _known_at: str

    @abstractmethod
    def _rows(self, statement: str, params: Mapping[str, object]) -> Iterator[Row]:
        """Return the rows that a statement finds. Raises UnicodeEncodeError at once where a parameter is no text."""

    def _stream(self, statement: str, params: Mapping[str, object]) -> Iterator[Row]:
        """Return the rows that a statement finds, however many."""
        return self._rows(statement, params)

    def series(self, targets: Sequence[str] = ()) -> SeriesReader:
        where, params = self._about(targets)
        forms = {name: self.dialect.forms[name] for name in ("date", "value", "of", "estimate")}
        totals = DAY_TOTALS.format(
            **forms,
            where=where,
            live=LIVE,
            first_number=FIRST_NUMBER,
            high=self.dialect.high,
            low=self.dialect.low,
            scan="" if targets else self.dialect.scan,
            figures=", ".join(f"'{kind}'" for kind in sorted(FIGURES)),
        )
        items = self._rows(ITEM_ENTRIES.format(date=forms["date"], where=where, live=LIVE), params)
        return SeriesReader(_day_totals(self._stream(totals, params)), _item_entries(items))

    def filled_columns(self, targets: Sequence[str] = ()) -> tuple[str, ...]:
        where, params = self._about(targets)
        condition = f"{where} AND e.recorded_at <= :known_at"
        [counts] = self._rows(f"SELECT {FILLED} FROM entries e WHERE {condition}", params)  # noqa: S608 - ours
        return tuple(name for name, count in zip(HASHED_BY_NAME, counts, strict=True) if count)

    def _about(self, targets: Sequence[str]) -> tuple[str, dict[str, object]]:
        """Return the condition that an entry is about one of `targets` (none: any), and its parameters."""
        params: dict[str, object] = {f"target{number}": target for number, target in enumerate(targets)}
        where = f"e.target IN ({', '.join(f':{name}' for name in params)})" if targets else "true"
        return where, params | {"known_at": self._known_at}

    def entries(self, query: Query) -> Iterator[LedgerEntry]:
        where, params = _conditions(query)
        newest = "DESC LIMIT :last" if query.last is not None else ""
        question = f"SELECT * FROM ({self._listing(where)} {newest}) AS listed ORDER BY seq"  # noqa: S608
        ask = self._rows if query.last is not None else self._stream
        try:
            rows = ask(question, params | {"known_at": query.known_at or self._known_at})
        except UnicodeEncodeError:  # a name that UTF-8 cannot hold stands in no ledger
            return
        for row in rows:
            yield _listed(row)

    def _listing(self, condition: str) -> str:
        return f"{LISTED.format(columns=self.dialect.columns)} WHERE {condition} ORDER BY e.seq"

    def find(self, text: str) -> LedgerEntry:
        # Numbers have no leading zero and a UUIDv7 of our days begins with one, so the two never meet.
        by_number = text.isascii() and text.isdigit() and not text.startswith("0") and len(text) <= LONGEST_NUMBER
        if by_number:
            matches = self._matching("e.seq = :text", int(text))
        elif text.isascii() and len(text) >= SHORTEST_PREFIX:  # a slip such as 0 or "" must not hit the only entry
            matches = self._matching(UID_BEGINS, text.lower())
        else:
            matches = []
        if not matches:
            raise NoSuchEntry(text=text)
        if len(matches) > 1:
            raise AmbiguousEntry(text=text, candidates=[str(match.entry.seq) for match in matches])
        return matches[0]

    def _matching(self, condition: str, text: str | int) -> list[LedgerEntry]:
        question = self._listing(f"{condition} AND e.recorded_at <= :known_at") + " LIMIT 5"
        return [_listed(row) for row in self._rows(question, {"text": text, "known_at": self._known_at})]

    def entry(self, uid: str) -> LedgerEntry | None:
        return next(iter(self._matching("e.uid = :text", uid)), None)

    def successor(self, uid: str) -> LedgerEntry | None:
        return next(iter(self._matching("e.replaces = :text AND e.kind <> 'void'", uid)), None)

    def iter_by_uid(self) -> Iterator[EntryRow]:
        # The uid has an index, and entries made one after the other lie together.
        question = BY_UID.format(columns=self.dialect.columns)
        yield from map(checked_row, self._stream(question, {"known_at": self._known_at}))

    def get_many(self, uids: Collection[str]) -> list[LedgerEntry]:
        return self._with_any("e.uid", uids)

    def successors(self, uids: Collection[str]) -> list[LedgerEntry]:
        return self._with_any("e.kind <> 'void' AND e.replaces", uids)

    def _with_any(self, condition: str, uids: Collection[str]) -> list[LedgerEntry]:
        if not uids:
            return []
        params: dict[str, object] = {f"uid{number}": uid for number, uid in enumerate(uids)}
        places = ", ".join(f":{name}" for name in params)
        question = self._listing(f"{condition} IN ({places}) AND e.recorded_at <= :known_at")
        return [_listed(row) for row in self._rows(question, params | {"known_at": self._known_at})]

    def last_entry(self) -> LedgerEntry:
        for listed in self.entries(Query(last=1)):
            return listed
        raise NoSuchEntry(text="--last")

    def series_names(self, since: date | None = None) -> list[tuple[str, str | None]]:
        params = {"since": since.isoformat() if since else FIRST_DAY, "known_at": self._known_at}
        rows = self._rows(SERIES_NAMES, params)
        return [(str(target), None if district is None else str(district)) for target, district in rows]


def _listed(row: Row) -> LedgerEntry:
    *columns, cancelled_by = row
    return LedgerEntry(from_row(columns), cancelled_by if isinstance(cancelled_by, int) else None)


def _day_totals(rows: Iterable[Row]) -> Iterator[DayTotals]:
    """Yield the day totals of rows of DAY_TOTALS. Raises UnreadableEntry."""
    row: Any
    for row in rows:
        target, district, day, entries, last_reading, high, low, added_estimate = row
        if type(target) is not str or type(day) is not str:
            raise UnreadableEntry(f"no text: {str(target)[:40]}")
        # Every row brings texts of its own, of which a ledger has few.
        target, district = intern(target), district if district is None else intern(_text(district))
        reading = NO_READING if last_reading is None else _reading(last_reading)
        added = high if high is None else high * HIGH + low
        # As DayTotals(…), in half the time: there may be as many as there are entries.
        yield tuple.__new__(DayTotals, (target, district, read_day(day), entries, *reading, added, added_estimate))


def _reading(text: str) -> tuple[int, Decimal | None, Decimal | None, bool]:
    """Return number, figure, denominator and estimate of the last reading of a day: see DAY_TOTALS."""
    parts = text.split(" ")
    if len(parts) != READING_PARTS:
        raise UnreadableEntry(f"no number: {text[:40]}")
    number, estimate, *figures = parts
    reading, of = (None if figure == "-" else read_decimal(figure) for figure in figures)
    return int(number) - FIRST_NUMBER, reading, of, estimate == "1"


def _item_entries(rows: Iterable[Row]) -> Iterator[ItemEntry]:
    for target, district, day, item in rows:
        place = district if district is None else _text(district)
        yield ItemEntry(_text(target), place, read_day(_text(day)), _text(item))


def _text(value: object) -> str:
    if type(value) is not str:
        raise UnreadableEntry(f"no text: {str(value)[:40]}")
    return value


def _conditions(query: Query) -> tuple[str, dict[str, object]]:
    """Return the condition of a listing and its parameters."""
    params: dict[str, object] = {f"target{number}": target for number, target in enumerate(query.targets)}
    conditions = ["e.recorded_at <= :known_at"]
    if query.targets:
        conditions.append(f"e.target IN ({', '.join(f':{name}' for name in params)})")
    for name, operator, wanted in (
        ("district", "=", query.district),
        ("date", ">=", query.since),
        ("date", "<=", query.until),
        ("by", "=", query.by),
        ("origin", "=", query.origin),
    ):
        if wanted is not None:
            place = f"{name}{len(params)}"
            conditions.append(f'e."{name}" {operator} :{place}')
            params[place] = str(wanted)
    if not query.cancelled:
        conditions.append("e.kind <> 'void' AND v.seq IS NULL")
    if query.last is not None:
        params["last"] = min(query.last, LARGEST_NUMBER)
    return " AND ".join(conditions), params
