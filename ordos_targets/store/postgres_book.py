"""Questions to an open PostgreSQL ledger, answered per series inside the server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

import psycopg  # noqa: TID253 - one engine is loaded, not all

from ordos_targets.domain.chain import HASHED
from ordos_targets.domain.entry import Entry, Kind, stamp
from ordos_targets.domain.series import Series, Standing
from ordos_targets.store.ledger import Head
from ordos_targets.store.sql_book import FIRST_DAY, IN_SERIES, ITEMS_DONE, LIVE, Row, SqlReader

Db: TypeAlias = "psycopg.Connection[Row]"
Scope = tuple[str, date | None, date]

LAST_MOMENT = "infinity"
ROWS_AT_ONCE = 2_000
# So many districts, and it is quicker to read those of all.
MANY = 64
PLACE = re.compile(r"(?<![:\w]):([a-z]\w*)")
HEAD = "SELECT seq, hash, recorded_at FROM ordos_targets.head_at(:known_at)"

# The rule of domain.series.counting, in SQL, for one series, or under another `key` for each series of a target.
STANDINGS = """
    WITH live AS MATERIALIZED (
        SELECT {key} AS key, e.seq, e.date, e.kind, e.value, e."of", e.estimate
        FROM entries e WHERE {series} AND {live}
    ), latest AS (
        SELECT DISTINCT ON (key) key, date, value, "of", estimate FROM live
        WHERE kind IN ('reading', 'share') ORDER BY key, date DESC, seq DESC
    ), counted AS (
        SELECT live.key, live.date, live.estimate, live.value,
               live.kind = 'increment' AND (latest.date IS NULL OR live.date > latest.date) AS later
        FROM live LEFT JOIN latest USING (key)
    ), summed AS (
        SELECT key, count(*) AS entries, max(date) AS data_date, sum(value) FILTER (WHERE later) AS value,
               coalesce(bool_or(estimate) FILTER (WHERE later), false) AS estimate
        FROM counted GROUP BY key
    )
    SELECT key, summed.entries, summed.data_date, latest.value, latest."of", summed.value,
           summed.estimate OR coalesce(latest.estimate, false)
    FROM summed LEFT JOIN latest USING (key)
"""
ONE, BY_DISTRICT = "''", "coalesce(e.district, '')"


class PostgresReader(SqlReader):
    """A Reader over one connection, inside a transaction its owner opened. Its days and moments are in UTC."""

    def __init__(self, db: Db, known_at: str | None = None) -> None:
        self._db = db
        self._known_at = known_at or LAST_MOMENT
        self._answers: dict[tuple[Series, date | None, date], Standing] = {}
        self._asked: Counter[Scope] = Counter()
        self._all: set[Scope] = set()
        self._known: dict[str, None] = {}

    @property
    def head(self) -> Head:
        """See Reader."""
        [row] = self._rows(HEAD, {"known_at": self._known_at})
        return head_of(row)

    def standing(self, series: Series, since: date | None, until: date) -> Standing:
        """See Book. One report asks some questions several times; within a view the answer stays."""
        question = (series, since, until)
        if question not in self._answers and (
            series.district is None or (series.target, since, until) not in self._all
        ):
            self._answer(series, since, until)
        return self._answers.get(question, Standing())

    def _answer(self, series: Series, since: date | None, until: date) -> None:
        """Answer a question, and those that will probably come next.

        Who asks about a district of a target asks about others as well: those that were asked about before, or, once
        they are many, all there are. So a report asks the server a few times for each target, not for each district;
        and that of a city in a country's ledger reads what is the city's.
        """
        scope, district = (series.target, since, until), series.district
        alone = district is None or district not in self._known or len(self._known) == 1
        if alone and (district is None or self._asked[scope] < MANY):
            where, key = [] if district is None else [district], ONE
        else:
            where, key = [] if len(self._known) >= MANY else list(self._known), BY_DISTRICT
        found = self._standings(series.target, since, until, where, key)
        if key == ONE:
            self._answers[series, since, until] = found.get("", Standing())
        else:
            self._answers |= {(Series(series.target, one), since, until): found.get(one, Standing()) for one in where}
            self._answers |= {(Series(series.target, one), since, until): found[one] for one in found}
            self._all |= set() if where else {scope}
        if district is not None:
            self._known[district] = None
            self._asked[scope] += 1

    def _standings(
        self, target: str, since: date | None, until: date, where: list[str], key: str
    ) -> dict[str, Standing]:
        """The standing of a target in some districts (or anywhere) together, or in each by itself."""
        place = f"{IN_SERIES} AND e.district = ANY (:where)" if where else IN_SERIES
        facts = _facts(target, since, until) | {"where": where, "known_at": self._known_at}
        rows = self._rows(STANDINGS.format(series=place, live=LIVE, key=key), facts)
        return {str(row[0]): _standing(row) for row in rows}

    def items_done(self, series: Series, since: date | None, until: date) -> frozenset[str]:
        """See Book."""
        place = IN_SERIES if series.district is None else f"{IN_SERIES} AND e.district = :district"
        facts = _facts(series.target, since, until) | {"district": series.district, "known_at": self._known_at}
        return frozenset(str(item) for (item,) in self._rows(ITEMS_DONE.format(series=place, live=LIVE), facts))

    def _rows(self, statement: str, facts: Mapping[str, object]) -> Iterator[Row]:
        """See SqlReader."""
        if _in_no_text(facts):
            return iter(())
        return iter(self._db.execute(psycopg_style(statement), facts).fetchall())

    def _stream(self, statement: str, facts: Mapping[str, object]) -> Iterator[Row]:
        """See SqlReader."""
        if _in_no_text(facts):
            return iter(())
        for fact in facts.values():
            str(fact).encode()  # raises at once what would be raised with the first row
        return stream(self._db, psycopg_style(statement), facts)

    def _entry(self, row: Row) -> Entry:
        """See SqlReader."""
        return entry_of(row)


def _facts(target: str, since: date | None, until: date) -> dict[str, object]:
    return {"target": target, "since": since.isoformat() if since else FIRST_DAY, "until": until.isoformat()}


def _in_no_text(facts: Mapping[str, object]) -> bool:
    """Whether a fact holds what no text of the server's does."""
    return any("\0" in fact for fact in facts.values() if isinstance(fact, str))


def stream(db: Db, statement: str, facts: Mapping[str, object] | None = None) -> Iterator[Row]:
    """The rows of a statement, so many at a time."""
    with closing(db.cursor(name="rows")) as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(statement, facts)
        yield from cursor


def entry_of(row: Row) -> Entry:
    """An Entry from a row in the order of HASHED, then the hash."""
    facts = dict(zip((*HASHED, "hash"), row, strict=True))
    facts |= {"kind": Kind(str(facts["kind"])), "recorded_at": _moment(facts["recorded_at"])}
    return Entry(**facts)  # type: ignore[arg-type]


def head_of(row: Row) -> Head:
    """The end of the chain from its number, hash and moment."""
    seq, hash_, recorded_at = row
    return Head(int(str(seq)), str(hash_), _moment(recorded_at))


def _moment(moment: object) -> str:
    return stamp(moment) if isinstance(moment, datetime) else ""


def _standing(row: Row) -> Standing:
    _key, entries, data_date, reading, of, added, estimate = row
    value = None
    if isinstance(reading, Decimal) or isinstance(added, Decimal):
        value = sum((one for one in (reading, added) if isinstance(one, Decimal)), Decimal(0))
    return Standing(
        value,
        of if isinstance(of, Decimal) else None,
        data_date if isinstance(data_date, date) else None,
        int(str(entries)),
        bool(estimate),
    )


@lru_cache(maxsize=256)
def psycopg_style(statement: str) -> str:
    """A statement with its places written as psycopg has them."""
    return PLACE.sub(r"%(\1)s", statement.replace("%", "%%"))
