"""Questions to an open SQLite ledger, answered per series inside SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from ordos_targets.domain.chain import GENESIS, HASHED
from ordos_targets.domain.entry import Columns
from ordos_targets.domain.series import MemoryBook, Series, Standing
from ordos_targets.store.ledger import AmbiguousEntry, Head, Listed, NoSuchEntry, Query
from ordos_targets.store.sqlite_row import day_of, decimal_of, entry_of

COLUMNS = ", ".join(f'e."{name}"' for name in (*HASHED, "hash"))
FIRST_DAY, LAST_MOMENT = "0001-01-01", "9999"
LONGEST_NUMBER = 18
LARGEST_NUMBER = (1 << 63) - 1
SHORTEST_PREFIX = 4
# As many as a processor's cache holds.
ROWS_A_RUN = 200

# An entry counts unless it is a void, or a void known by then cancels it.
LIVE = """
    e.kind <> 'void' AND e.recorded_at <= :known_at AND NOT EXISTS (
        SELECT 1 FROM entries v WHERE v.replaces = e.uid AND v.kind = 'void' AND v.recorded_at <= :known_at)
"""
IN_SERIES = "e.target = :target AND e.date BETWEEN :since AND :until"

# The rule of domain.series.counting, in SQL. Values are decimal texts; SQLite would add them as binary
# floats, so whole units and ten-thousandths are cut out of the text and added apart, as integers.
STANDING = """
    WITH live AS MATERIALIZED (
        SELECT e.seq, e.date, e.kind, e.value, e."of", e.estimate FROM entries e WHERE {series} AND {live}
    ), latest AS (
        SELECT date, value, "of", estimate FROM live WHERE kind IN ('reading', 'share')
        ORDER BY date DESC, seq DESC LIMIT 1
    ), later AS (
        SELECT CAST(value AS INTEGER) AS units, estimate, iif(value < '0', -1, 1)
               * CAST(substr(substr(value, instr(value || '.', '.') + 1) || '0000', 1, 4) AS INTEGER) AS parts
        FROM live WHERE kind = 'increment' AND date > ifnull((SELECT date FROM latest), '')
    )
    SELECT (SELECT count(*) FROM live), (SELECT max(date) FROM live),
           latest.value, latest."of", ifnull(latest.estimate, 0) OR ifnull(total.estimate, 0),
           total.units, total.parts
    FROM (SELECT sum(units) AS units, sum(parts) AS parts, max(estimate) AS estimate FROM later) AS total
    LEFT JOIN latest
"""


class EmptyReader(MemoryBook):
    """The view of a ledger that does not exist yet."""

    head = Head(0, GENESIS)

    def entries(self, query: Query) -> Iterator[Listed]:
        """See Reader."""
        del query
        return iter(())

    def columns(self, targets: Sequence[str] = ()) -> Iterator[Columns]:
        """See Reader."""
        del targets
        return iter(())

    def find(self, text: str) -> Listed:
        """See Reader."""
        raise NoSuchEntry(text=text)

    def entry(self, uid: str) -> Listed | None:
        """See Reader."""
        del uid
        return None

    def successor(self, uid: str) -> Listed | None:
        """See Reader."""
        del uid
        return None

    def newest(self) -> Listed:
        """See Reader."""
        raise NoSuchEntry(text="--last")

    def series_names(self, since: date | None = None) -> list[tuple[str, str | None]]:
        """See Reader."""
        del since
        return []


class SqliteReader:
    """A Reader over one connection, inside a transaction its owner opened."""

    def __init__(self, db: sqlite3.Connection, known_at: str | None = None) -> None:
        self._db = db
        self._known_at = known_at or LAST_MOMENT
        self._answers: dict[tuple[Series, date | None, date], Standing] = {}

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

    def standing(self, series: Series, since: date | None, until: date) -> Standing:
        """See Book. One report asks some questions several times; within a view the answer stays."""
        question = (series, since, until)
        if question not in self._answers:
            self._answers[question] = self._standing(series, since, until)
        return self._answers[question]

    def _standing(self, series: Series, since: date | None, until: date) -> Standing:
        found = self._db.execute(*self._ask(STANDING, series, since, until)).fetchone()
        entries, data_date, reading, of, estimate, units, parts = found
        if not entries:
            return Standing()
        value = None if reading is None and units is None else decimal_of(reading or "0")
        if units is not None and value is not None:
            value += Decimal(units) + Decimal(parts).scaleb(-4)
        return Standing(value, decimal_of(of), day_of(data_date), entries, bool(estimate))

    def items_done(self, series: Series, since: date | None, until: date) -> frozenset[str]:
        """See Book."""
        question = "SELECT DISTINCT item FROM entries e WHERE {series} AND {live} AND kind = 'item' AND item <> ''"
        return frozenset(item for (item,) in self._db.execute(*self._ask(question, series, since, until)))

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

    def entries(self, query: Query) -> Iterator[Listed]:
        """See Reader."""
        where, facts = _conditions(query)
        newest = "DESC LIMIT :last" if query.last is not None else ""
        question = f"""
            SELECT * FROM (
                SELECT {COLUMNS}, v.seq AS cancelled_by FROM entries e
                LEFT JOIN entries v ON v.replaces = e.uid AND v.kind = 'void' AND v.recorded_at <= :known_at
                WHERE {where} ORDER BY e.seq {newest}
            ) ORDER BY seq
        """  # noqa: S608 - every value is bound; only our own fragments are put together
        try:
            rows = self._db.execute(question, facts | {"known_at": query.known_at or self._known_at})
        except UnicodeEncodeError:  # a name that UTF-8 cannot hold stands in no ledger
            return
        for row in rows:
            yield Listed(entry_of(row[:-1]), row[-1])

    def columns(self, targets: Sequence[str] = ()) -> Iterator[Columns]:
        """See Reader."""
        from ordos_targets.store.sqlite_columns import columns_of_rows  # noqa: PLC0415 - for exports only

        where, facts = _conditions(Query(targets=tuple(targets), cancelled=True))
        question = f"SELECT {COLUMNS} FROM entries e WHERE {where} ORDER BY e.seq"  # noqa: S608 - see entries
        rows = self._db.execute(question, facts | {"known_at": self._known_at})
        while run := rows.fetchmany(ROWS_A_RUN):
            yield columns_of_rows(run)

    def find(self, text: str) -> Listed:
        """See Reader."""
        # Numbers have no leading zero and a UUIDv7 of our days begins with one, so the two never meet.
        by_number = text.isascii() and text.isdigit() and not text.startswith("0") and len(text) <= LONGEST_NUMBER
        if by_number:
            found = self._matching("e.seq = :text", int(text))
        elif text.isascii() and len(text) >= SHORTEST_PREFIX:  # a slip such as 0 or "" must not hit the only entry
            found = self._matching("substr(e.uid, 1, length(:text)) = :text", text.lower())
        else:
            found = []
        if not found:
            raise NoSuchEntry(text=text)
        if len(found) > 1:
            raise AmbiguousEntry(text=text, candidates=[str(one.entry.seq) for one in found])
        return found[0]

    def _matching(self, condition: str, text: str | int) -> list[Listed]:
        question = f"""
            SELECT {COLUMNS}, v.seq FROM entries e
            LEFT JOIN entries v ON v.replaces = e.uid AND v.kind = 'void' AND v.recorded_at <= :known_at
            WHERE {condition} AND e.recorded_at <= :known_at ORDER BY e.seq LIMIT 5
        """  # noqa: S608 - see entries
        facts = {"text": text, "known_at": self._known_at}
        return [Listed(entry_of(row[:-1]), row[-1]) for row in self._db.execute(question, facts)]

    def entry(self, uid: str) -> Listed | None:
        """See Reader."""
        return next(iter(self._matching("e.uid = :text", uid)), None)

    def successor(self, uid: str) -> Listed | None:
        """See Reader."""
        return next(iter(self._matching("e.replaces = :text AND e.kind <> 'void'", uid)), None)

    def newest(self) -> Listed:
        """See Reader."""
        for listed in self.entries(Query(last=1)):
            return listed
        raise NoSuchEntry(text="--last")

    def series_names(self, since: date | None = None) -> list[tuple[str, str | None]]:
        """See Reader."""
        question = (
            f"SELECT DISTINCT e.target, e.district FROM entries e WHERE e.date >= :since AND {LIVE} ORDER BY 1, 2"  # noqa: S608
        )
        facts = {"since": since.isoformat() if since else FIRST_DAY, "known_at": self._known_at}
        return list(self._db.execute(question, facts))


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
