"""Questions to a ledger that every SQL engine answers by the same statement.

Places for facts are written `:name`. A void known by the view's moment cancels an entry, whatever engine keeps them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import ClassVar

from ordos_targets.domain.entries import HASHED, Columns, Entry
from ordos_targets.domain.series import DayTotals, ItemEntry, SeriesReader
from ordos_targets.store.ledger import AmbiguousEntry, LedgerEntry, NoSuchEntry, Query

COLUMNS = ", ".join(f'e."{name}"' for name in (*HASHED, "hash"))
FIRST_DAY = "0001-01-01"
# As many as a processor's cache holds.
ROWS_A_RUN = 200
LONGEST_NUMBER = 18
LARGEST_NUMBER = (1 << 63) - 1
SHORTEST_PREFIX = 4

# An entry counts unless it is a void, or a void known by then cancels it.
LIVE = """
    e.kind <> 'void' AND e.recorded_at <= :known_at AND NOT EXISTS (
        SELECT 1 FROM entries v WHERE v.replaces = e.uid AND v.kind = 'void' AND v.recorded_at <= :known_at)
"""
IN_SERIES = "e.target = :target AND e.date BETWEEN :since AND :until"
ITEMS_DONE = "SELECT DISTINCT item FROM entries e WHERE {series} AND {live} AND kind = 'item' AND item <> ''"
# What the live entries of a target in one district come to on each day; `added` is an engine's exact sum, in two parts.
DAY_TOTALS = """
    SELECT d.target, d.district, d.date, d.entries, d.latest, r.value, r."of", r.estimate, d.high, d.low, d.estimate
    FROM (
        SELECT e.target, e.district, e.date, count(*) AS entries,
               max(CASE WHEN e.kind IN ('reading', 'share') THEN e.seq END) AS latest,
               {added},
               max(CASE WHEN e.kind = 'increment' AND e.estimate THEN 1 ELSE 0 END) AS estimate
        FROM entries e WHERE {where} AND {live} GROUP BY e.target, e.district, e.date
    ) d LEFT JOIN entries r ON r.seq = d.latest
"""
ITEM_ENTRIES = """
    SELECT DISTINCT e.target, e.district, e.date, e.item FROM entries e
    WHERE {where} AND {live} AND e.kind = 'item' AND e.item <> ''
"""
# An entry, and what cancelled it.
LISTED = f"""
    SELECT {COLUMNS}, v.seq AS cancelled_by FROM entries e
    LEFT JOIN entries v ON v.replaces = e.uid AND v.kind = 'void' AND v.recorded_at <= :known_at
"""  # noqa: S608 - names are HASHED's
# In the order of their bytes, which is that of their signs, nothing of a uid comes after ~.
UID_BEGINS = "e.uid >= :text AND e.uid < :text || '~'"
SERIES_NAMES = f"SELECT DISTINCT e.target, e.district FROM entries e WHERE e.date >= :since AND {LIVE} ORDER BY 1, 2"  # noqa: S608
BY_UID = "SELECT {columns} FROM entries e WHERE e.recorded_at <= :known_at ORDER BY e.uid"
DANGLING = """
    SELECT later.seq FROM entries later LEFT JOIN entries earlier ON earlier.uid = later.replaces
    WHERE later.replaces IS NOT NULL AND (earlier.seq IS NULL OR earlier.seq >= later.seq OR earlier.kind = 'void')
       OR later.replaces IS NULL AND later.kind = 'void'
    ORDER BY later.seq
"""

Row = tuple[object, ...]


class SqlReader(ABC):
    """The part of a Reader in which engines do not differ. `_known_at` is the view's moment, in the engine's words."""

    _known_at: str
    # The exact sum of the increments of a day, in two columns `high` and `low`.
    _added: ClassVar[str]

    @abstractmethod
    def _rows(self, statement: str, facts: Mapping[str, object]) -> Iterator[Row]:
        """The rows that a statement finds. Raises UnicodeEncodeError at once where a fact is no text."""

    def _stream(self, statement: str, facts: Mapping[str, object]) -> Iterator[Row]:
        """The rows that a statement finds, however many."""
        return self._rows(statement, facts)

    @abstractmethod
    def _entry(self, row: Row) -> Entry:
        """The entry of a row of COLUMNS."""

    def _listed(self, row: Row) -> LedgerEntry:
        cancelled_by = row[-1]
        return LedgerEntry(self._entry(row[:-1]), cancelled_by if isinstance(cancelled_by, int) else None)

    @abstractmethod
    def _day_totals(self, row: Row) -> DayTotals:
        """Return the day totals of a row of DAY_TOTALS."""

    @abstractmethod
    def _item_entry(self, row: Row) -> ItemEntry:
        """Return the item of a row of ITEM_ENTRIES."""

    def series(self, targets: Sequence[str] = ()) -> SeriesReader:
        facts: dict[str, object] = {f"target{number}": target for number, target in enumerate(targets)}
        where = f"e.target IN ({', '.join(f':{name}' for name in facts)})" if targets else "true"
        facts["known_at"] = self._known_at
        days = self._stream(DAY_TOTALS.format(where=where, live=LIVE, added=self._added), facts)
        items = self._rows(ITEM_ENTRIES.format(where=where, live=LIVE), facts)
        return SeriesReader(map(self._day_totals, days), map(self._item_entry, items))

    def entries(self, query: Query) -> Iterator[LedgerEntry]:
        """See Reader."""
        where, facts = _conditions(query)
        newest = "DESC LIMIT :last" if query.last is not None else ""
        question = f"SELECT * FROM ({LISTED} WHERE {where} ORDER BY e.seq {newest}) AS listed ORDER BY seq"  # noqa: S608
        ask = self._rows if query.last is not None else self._stream
        try:
            rows = ask(question, facts | {"known_at": query.known_at or self._known_at})
        except UnicodeEncodeError:  # a name that UTF-8 cannot hold stands in no ledger
            return
        for row in rows:
            yield self._listed(row)

    def columns(self, targets: Sequence[str] = ()) -> Iterator[Columns]:
        """See Reader."""
        where, facts = _conditions(Query(targets=tuple(targets), cancelled=True))
        question = f"SELECT {COLUMNS} FROM entries e WHERE {where} ORDER BY e.seq"  # noqa: S608 - see entries
        rows = self._stream(question, facts | {"known_at": self._known_at})
        while run := list(islice(rows, ROWS_A_RUN)):
            yield self._by_column(run)

    def _by_column(self, rows: Sequence[Row]) -> Columns:
        """Rows of COLUMNS by column."""
        from ordos_targets.domain.forms import columns_of  # noqa: PLC0415 - for exports only

        return columns_of(map(self._entry, rows))

    def find(self, text: str) -> LedgerEntry:
        """See Reader."""
        # Numbers have no leading zero and a UUIDv7 of our days begins with one, so the two never meet.
        by_number = text.isascii() and text.isdigit() and not text.startswith("0") and len(text) <= LONGEST_NUMBER
        if by_number:
            found = self._matching("e.seq = :text", int(text))
        elif text.isascii() and len(text) >= SHORTEST_PREFIX:  # a slip such as 0 or "" must not hit the only entry
            found = self._matching(UID_BEGINS, text.lower())
        else:
            found = []
        if not found:
            raise NoSuchEntry(text=text)
        if len(found) > 1:
            raise AmbiguousEntry(text=text, candidates=[str(one.entry.seq) for one in found])
        return found[0]

    def _matching(self, condition: str, text: str | int) -> list[LedgerEntry]:
        question = f"{LISTED} WHERE {condition} AND e.recorded_at <= :known_at ORDER BY e.seq LIMIT 5"
        return [self._listed(row) for row in self._rows(question, {"text": text, "known_at": self._known_at})]

    def entry(self, uid: str) -> LedgerEntry | None:
        """See Reader."""
        return next(iter(self._matching("e.uid = :text", uid)), None)

    def successor(self, uid: str) -> LedgerEntry | None:
        """See Reader."""
        return next(iter(self._matching("e.replaces = :text AND e.kind <> 'void'", uid)), None)

    def get_many(self, uids: Collection[str]) -> list[LedgerEntry]:
        """See Reader."""
        return self._one_of("e.uid", uids)

    def successors(self, uids: Collection[str]) -> list[LedgerEntry]:
        """See Reader."""
        return self._one_of("e.kind <> 'void' AND e.replaces", uids)

    def _one_of(self, condition: str, uids: Collection[str]) -> list[LedgerEntry]:
        if not uids:
            return []
        facts: dict[str, object] = {f"uid{number}": uid for number, uid in enumerate(uids)}
        places = ", ".join(f":{name}" for name in facts)
        question = f"{LISTED} WHERE {condition} IN ({places}) AND e.recorded_at <= :known_at ORDER BY e.seq"
        return [self._listed(row) for row in self._rows(question, facts | {"known_at": self._known_at})]

    def last_entry(self) -> LedgerEntry:
        """See Reader."""
        for listed in self.entries(Query(last=1)):
            return listed
        raise NoSuchEntry(text="--last")

    def series_names(self, since: date | None = None) -> list[tuple[str, str | None]]:
        """See Reader."""
        facts = {"since": since.isoformat() if since else FIRST_DAY, "known_at": self._known_at}
        rows = self._rows(SERIES_NAMES, facts)
        return [(str(target), None if district is None else str(district)) for target, district in rows]


def _conditions(query: Query) -> tuple[str, dict[str, object]]:
    """The WHERE clause of a listing and its facts."""
    facts: dict[str, object] = {f"target{number}": target for number, target in enumerate(query.targets)}
    conditions = ["e.recorded_at <= :known_at"]
    if query.targets:
        conditions.append(f"e.target IN ({', '.join(f':{name}' for name in facts)})")
    for name, operator, wanted in (
        ("district", "=", query.district),
        ("date", ">=", query.since),
        ("date", "<=", query.until),
        ("by", "=", query.by),
        ("origin", "=", query.origin),
    ):
        if wanted is not None:
            fact = f"{name}{len(facts)}"
            conditions.append(f'e."{name}" {operator} :{fact}')
            facts[fact] = str(wanted)
    if not query.cancelled:
        conditions.append("e.kind <> 'void' AND v.seq IS NULL")
    if query.last is not None:
        facts["last"] = min(query.last, LARGEST_NUMBER)
    return " AND ".join(conditions), facts
