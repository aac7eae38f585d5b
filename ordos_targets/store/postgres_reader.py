"""Questions to a PostgreSQL ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias

import psycopg  # noqa: TID253 - one engine is loaded, not all

from ordos_targets.domain.entries import Entry, NewEntry, format_timestamp
from ordos_targets.store.ledger import Head
from ordos_targets.store.postgres_errors import NotYourName, NotYours, place_of
from ordos_targets.store.sql_reader import Dialect, Row, SqlReader

Db: TypeAlias = "psycopg.Connection[Row]"

LAST_MOMENT = "infinity"
ROWS_AT_ONCE = 2_000
PLACE = re.compile(r"(?<![:\w]):([a-z]\w*)")
HEAD = "SELECT seq, hash, recorded_at FROM ordos_targets.head_at(:known_at)"
ADDED = "sum(e.value) FILTER (WHERE e.kind = 'increment')"
DAY = "to_char(e.{}::timestamp, 'YYYY-MM-DD')"
DIALECT = Dialect(
    forms={
        "date": DAY.format("date"),
        "value": "e.value::text",
        "of": 'e."of"::text',
        "estimate": "e.estimate::integer",
        "recorded_at": "ordos_targets.moment(e.recorded_at)",
        "first_day": DAY.format("first_day"),
        "until": DAY.format("until"),
    },
    high=f"div({ADDED}, 1000000)::bigint",
    low=f"(mod({ADDED}, 1000000) * 10000)::bigint",
    scan="",
)
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
        """Return whether they may record an entry, or correct it."""
        return self.everywhere or draft.district in self.districts or draft.target in self.targets

    def signs(self, draft: NewEntry) -> bool:
        """Return whether they may sign an entry as it is."""
        return self.everywhere or draft.by in {"", self.login}


class PostgresReader(SqlReader):
    """A Reader over one connection, inside a transaction its owner opened. Its days and moments are in UTC."""

    dialect = DIALECT

    def __init__(self, db: Db, known_at: str | None = None) -> None:
        self._db = db
        self._known_at = known_at or LAST_MOMENT
        self._known_office: Office | None = None

    @property
    def head(self) -> Head:
        [row] = self._rows(HEAD, {"known_at": self._known_at})
        return head_of(row)

    def _rows(self, statement: str, params: Mapping[str, object]) -> Iterator[Row]:
        if _are_no_texts(params):
            return iter(())
        return iter(self._db.execute(psycopg_style(statement), params).fetchall())

    def _stream(self, statement: str, params: Mapping[str, object]) -> Iterator[Row]:
        if _are_no_texts(params):
            return iter(())
        for value in params.values():
            str(value).encode()  # raises at once what would be raised with the first row
        return stream(self._db, psycopg_style(statement), params)

    @property
    def _office(self) -> Office:
        if self._known_office is None:
            [row] = self._rows(OFFICE, {})
            self._known_office = office_of(row)
        return self._known_office

    @property
    def signs_as(self) -> str | None:
        return None if self._office.everywhere else self._office.login

    def check_append(self, draft: NewEntry) -> None:
        """Raise NotYours, NotYourName; what an entry replaces must be theirs too, unless that comes with it."""
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


def _are_no_texts(params: Mapping[str, object]) -> bool:
    """Return whether a parameter holds what no text of the server's does."""
    return any("\0" in value for value in params.values() if isinstance(value, str))


def stream(db: Db, statement: str, params: Mapping[str, object] | None = None) -> Iterator[Row]:
    """Yield the rows of a statement, fetched so many at a time."""
    with closing(db.cursor(name="rows")) as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(statement, params)
        yield from cursor


def office_of(row: Row) -> Office:
    """Return who is at work, from a row of OFFICE."""
    login, everywhere, districts, targets = row
    return Office(str(login), bool(everywhere), _texts(districts), _texts(targets))


def _texts(array: object) -> frozenset[str]:
    return frozenset(map(str, array)) if isinstance(array, list) else frozenset()


def head_of(row: Row) -> Head:
    """Return the end of the chain from its number, hash and moment."""
    seq, hash_, recorded_at = row
    moment = format_timestamp(recorded_at) if isinstance(recorded_at, datetime) else ""
    return Head(int(str(seq)), str(hash_), moment)


@lru_cache(maxsize=256)
def psycopg_style(statement: str) -> str:
    """Return a statement with its places for parameters written as psycopg has them."""
    return PLACE.sub(r"%(\1)s", statement.replace("%", "%%"))
