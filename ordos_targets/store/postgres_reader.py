"""What series stand at, asked of PostgreSQL: from its entries, or from the totals it keeps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

import psycopg  # noqa: TID253 - one engine is loaded, not all

from ordos_targets.domain.entries import Entry, EntryKind, EntryRow, NewEntry, format_timestamp
from ordos_targets.domain.hash_chain import HASHED
from ordos_targets.domain.series import DayTotals, ItemEntry, Series, SeriesValue
from ordos_targets.store.ledger import Head
from ordos_targets.store.postgres_errors import NotYourName, NotYours, place_of
from ordos_targets.store.sql_reader import BY_UID, FIRST_DAY, IN_SERIES, ITEMS_DONE, LIVE, Row, SqlReader

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
# The same from the totals that are kept: whole months, and the days of those that are not wholly meant.
KEPT_STANDINGS = """
    WITH asked AS (
        SELECT CAST(:since AS text) AS since, CAST(:until AS text) AS until
    ), months AS (
        SELECT t.*, a.since, a.until, t.span || '-01' >= a.since AND t.data_date <= CAST(a.until AS date) AS whole
        FROM asked a JOIN totals t ON t.span BETWEEN left(a.since, 7) AND left(a.until, 7)
        WHERE t.target = :target AND t.grain = 'month' AND {place}
    ), parts AS (
        SELECT district, entries, data_date, reading_date, reading, "of", reading_estimate, added, added_estimate
        FROM months WHERE whole
        UNION ALL
        SELECT d.district, d.entries, d.data_date, d.reading_date, d.reading, d."of", d.reading_estimate, d.added,
               d.added_estimate
        FROM months m JOIN totals d ON d.target = m.target AND d.grain = 'day' AND d.district = m.district
         AND d.span BETWEEN greatest(m.since, m.span || '-01') AND least(m.until, m.span || '-31')
        WHERE NOT m.whole
    ), marked AS (
        SELECT *, max(reading_date) OVER (PARTITION BY district) AS latest FROM parts
    )
    SELECT district, CAST(sum(entries) AS bigint), max(data_date),
           max(reading) FILTER (WHERE reading_date = latest), max("of") FILTER (WHERE reading_date = latest),
           trim_scale(sum(added) FILTER (WHERE latest IS NULL OR data_date >= latest)),
           bool_or(CASE WHEN reading_date = latest THEN reading_estimate OR added_estimate
                        WHEN latest IS NULL OR data_date > latest THEN added_estimate ELSE false END)
    FROM marked GROUP BY district
"""


Db: TypeAlias = "psycopg.Connection[Row]"
Scope = tuple[str, date | None, date]

LAST_MOMENT = "infinity"
ROWS_AT_ONCE = 2_000
# So many districts, and it is quicker to read those of all.
MANY = 64
PLACE = re.compile(r"(?<![:\w]):([a-z]\w*)")
HEAD = "SELECT seq, hash, recorded_at FROM ordos_targets.head_at(:known_at)"

SEES_ALL = "SELECT ordos_targets.reads_all()"
ONE, BY_DISTRICT = "''", "coalesce(e.district, '')"


AS_TEXT = {
    "date": "to_char(e.date::timestamp, 'YYYY-MM-DD')",
    "value": "e.value::text",
    "of": 'e."of"::text',
    "estimate": "e.estimate::integer",
    "recorded_at": "ordos_targets.moment(e.recorded_at)",
}
# The columns as every engine hashes them.
TEXTS = ", ".join(AS_TEXT.get(name, f'e."{name}"') for name in (*HASHED, "hash"))
OFFICE = """
    SELECT session_user::text, ordos_targets.writes_all(), ordos_targets.granted('district'),
           ordos_targets.granted('target')
"""


@dataclass(frozen=True, slots=True)
class Office:
    """Who is at work: their login, and what they may record."""

    login: str
    everywhere: bool
    districts: frozenset[str]
    targets: frozenset[str]

    def may_record(self, draft: NewEntry | Entry) -> bool:
        """Whether they may record an entry, or correct it."""
        return self.everywhere or draft.district in self.districts or draft.target in self.targets

    def signs(self, draft: NewEntry) -> bool:
        """Whether they may sign an entry as it is."""
        return self.everywhere or draft.by in {"", self.login}


class PostgresReader(SqlReader):
    """A Reader over one connection, inside a transaction its owner opened. Its days and moments are in UTC."""

    _added = "trim_scale(sum(e.value) FILTER (WHERE e.kind = 'increment')) AS high, NULL AS low"

    def __init__(self, db: Db, known_at: str | None = None) -> None:
        self._db = db
        self._known_at = known_at or LAST_MOMENT
        self._answers: dict[tuple[Series, date | None, date], SeriesValue] = {}
        self._asked: Counter[Scope] = Counter()
        self._all: set[Scope] = set()
        self._known: dict[str, None] = {}
        self._seen_all: bool | None = None
        self._known_office: Office | None = None

    @property
    def head(self) -> Head:
        """See Reader."""
        [row] = self._rows(HEAD, {"known_at": self._known_at})
        return head_of(row)

    def value_of(self, series: Series, since: date | None, until: date) -> SeriesValue:
        """See Book. One report asks some questions several times; within a view the answer stays."""
        question = (series, since, until)
        if question not in self._answers and (
            series.district is None or (series.target, since, until) not in self._all
        ):
            self._answer(series, since, until)
        return self._answers.get(question, SeriesValue())

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
            self._answers[series, since, until] = found.get("", SeriesValue())
        else:
            self._answers |= {
                (Series(series.target, one), since, until): found.get(one, SeriesValue()) for one in where
            }
            self._answers |= {(Series(series.target, one), since, until): found[one] for one in found}
            self._all |= set() if where else {scope}
        if district is not None:
            self._known[district] = None
            self._asked[scope] += 1

    def _standings(
        self, target: str, since: date | None, until: date, where: list[str], key: str
    ) -> dict[str, SeriesValue]:
        """The standing of a target in some districts (or anywhere) together, or in each by itself."""
        facts = _facts(target, since, until) | {"where": where, "known_at": self._known_at}
        if self._totals_tell(target, where, key):
            anywhere = "t.district = ''" if key == ONE else "t.district <> ''"
            place = "t.district = ANY (:where)" if where else anywhere
            rows = self._rows(KEPT_STANDINGS.format(place=place), facts)
            return {"" if key == ONE else str(row[0]): _standing(row) for row in rows}
        place = f"{IN_SERIES} AND e.district = ANY (:where)" if where else IN_SERIES
        rows = self._rows(STANDINGS.format(series=place, live=LIVE, key=key), facts)
        return {str(row[0]): _standing(row) for row in rows}

    def _totals_tell(self, target: str, where: list[str], key: str) -> bool:
        """Whether the totals answer: not as known at a moment.

        An office sees the totals of its districts and of its targets. Of another district it sees neither totals nor
        entries; of what all districts come to it is told what it may see, and that only the entries tell.
        """
        if self._known_at != LAST_MOMENT:
            return False
        return bool(where) or key == BY_DISTRICT or self._sees_all() or target in self._office.targets

    def _sees_all(self) -> bool:
        if self._seen_all is None:
            self._seen_all = bool(next(self._rows(SEES_ALL, {}))[0])
        return self._seen_all

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

    def _day_totals(self, row: Row) -> DayTotals:
        target, district, day, entries, latest, reading, of, reading_estimate, added, _low, added_estimate = row
        return DayTotals(
            str(target),
            None if district is None else str(district),
            _day(day),
            int(str(entries)),
            latest if isinstance(latest, int) else 0,
            reading if isinstance(reading, Decimal) else None,
            of if isinstance(of, Decimal) else None,
            bool(reading_estimate),
            added if isinstance(added, Decimal) else None,
            bool(added_estimate),
        )

    def _item_entry(self, row: Row) -> ItemEntry:
        target, district, day, item = row
        return ItemEntry(str(target), None if district is None else str(district), _day(day), str(item))

    def iter_by_uid(self) -> Iterator[EntryRow]:
        """See Reader."""
        return map(kept_of, self._stream(BY_UID.format(columns=TEXTS), {"known_at": self._known_at}))

    @property
    def _office(self) -> Office:
        if self._known_office is None:
            [row] = self._rows(OFFICE, {})
            self._known_office = office_of(row)
        return self._known_office

    @property
    def signs_as(self) -> str | None:
        """See Reader."""
        return None if self._office.everywhere else self._office.login

    def can_append(self, draft: NewEntry) -> bool:
        """See Reader. What it replaces must be theirs too, unless that comes with it."""
        if self._office.everywhere or not self._office.may_record(draft) or draft.replaces is None:
            return self._office.may_record(draft)
        found = self.entry(draft.replaces)
        return found is None or self._office.may_record(found.entry)

    def check_append(self, draft: NewEntry) -> None:
        """See Reader. Raises NotYours, NotYourName."""
        office = self._office
        if office.everywhere:
            return
        replaced = self.entry(draft.replaces) if draft.replaces else None
        for entry in (draft, replaced.entry if replaced else None):
            if entry is not None and not office.may_record(entry):
                place = place_of({"target": entry.target, "district": entry.district})
                raise NotYours(login=office.login, place=place)
        if not office.signs(draft):
            raise NotYourName(login=office.login, by=draft.by)


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
    facts |= {"kind": EntryKind(str(facts["kind"])), "recorded_at": _moment(facts["recorded_at"])}
    return Entry(**facts)  # type: ignore[arg-type]


def kept_of(row: Row) -> EntryRow:
    """An entry as it is kept, from a row of TEXTS."""
    return tuple(fact if isinstance(fact, int) else None if fact is None else str(fact) for fact in row)


def office_of(row: Row) -> Office:
    """Who is at work, from a row of OFFICE."""
    login, everywhere, districts, targets = row
    return Office(str(login), bool(everywhere), _texts(districts), _texts(targets))


def _texts(found: object) -> frozenset[str]:
    return frozenset(map(str, found)) if isinstance(found, list) else frozenset()


def head_of(row: Row) -> Head:
    """The end of the chain from its number, hash and moment."""
    seq, hash_, recorded_at = row
    return Head(int(str(seq)), str(hash_), _moment(recorded_at))


def _moment(moment: object) -> str:
    return format_timestamp(moment) if isinstance(moment, datetime) else ""


def _day(day: object) -> date:
    assert isinstance(day, date)  # noqa: S101 - a column of dates
    return day


def _standing(row: Row) -> SeriesValue:
    _key, entries, data_date, reading, of, added, estimate = row
    value = None
    if isinstance(reading, Decimal) or isinstance(added, Decimal):
        value = sum((one for one in (reading, added) if isinstance(one, Decimal)), Decimal(0))
    return SeriesValue(
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
