"""The server's hash is the one of domain.chain, whatever stands in an entry, and its canonical form the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from servers import Server

from ordos_targets.domain.entries import ITEM_STATES, NAMES, EntryKind, NewEntry, format_timestamp
from ordos_targets.domain.hash_chain import canonical_entry, entry_hash
from ordos_targets.store.ledger import Query
from ordos_targets.store.postgres import PostgresLedger
from ordos_targets.store.postgres_errors import UnkeptCharacter

Db = psycopg.Connection[tuple[object, ...]]

# Every sign there is but NUL and the halves of a pair; and those that a form without lengths would trip over.
signs = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
hostile = st.sampled_from(
    ["", "-", "-,", "3:abc,", "'", '"', "\\", "\\u0000", "\x01", "\x7f", "\r\n", "e\u0301", "é", "𐍈"]
)
texts = st.one_of(hostile, st.text(signs, max_size=40), st.lists(hostile, max_size=4).map("".join))
figures = st.none() | st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 4)
)
drafts = st.builds(
    NewEntry,
    target=texts,
    date=st.dates(),
    kind=st.sampled_from([kind for kind in EntryKind if kind is not EntryKind.VOID]),
    district=st.none() | texts,
    value=figures,
    of=figures,
    item=st.none() | texts,
    estimate=st.booleans(),
    note=st.none() | texts,
    evidence=st.none() | texts,
    evidence_sha256=st.none() | texts,
    by=texts,
    origin=texts,
    replaces=st.none() | texts,
    first_day=st.none() | st.dates(),
    state=st.none() | st.sampled_from(ITEM_STATES),
    will=st.none() | texts,
    until=st.none() | st.dates(),
)
COLUMNS = ", ".join(f'"{name}"' for name in NAMES)


@pytest.fixture(scope="module")
def database(server: Server) -> str:
    """One ledger for all examples."""
    return server.database("empty")


@pytest.fixture(scope="module")
def db(server: Server, database: str) -> Iterator[Db]:
    with closing(psycopg.connect(server.url(database), autocommit=True)) as db:
        yield db


def as_hashed(fact: object) -> str | None:
    """A column as domain.chain has it."""
    if isinstance(fact, datetime):
        return format_timestamp(fact)
    if isinstance(fact, Decimal):
        return format(fact, "f")
    return None if fact is None else str(int(fact) if isinstance(fact, bool) else fact)


@settings(max_examples=60)
@given(some=st.lists(drafts, min_size=1, max_size=4))
@example(
    some=[
        NewEntry(target="", date=date.min, kind=EntryKind.ITEM, district="", note=""),
        NewEntry(target="", date=date.max, kind=EntryKind.ITEM),
    ]
)
@example(
    some=[
        NewEntry(
            target="a", date=date(2025, 6, 30), kind=EntryKind.INCREMENT, value=Decimal("-0.00"), of=Decimal("1E+2")
        )
    ]
)
def test_the_servers_hash_is_ours(db: Db, some: list[NewEntry]) -> None:
    """For entries of any texts, figures and days, empty and missing ones apart, canonical form and hash agree."""
    given_ = [
        {
            name: fact if isinstance(fact, bool | str | None) else str(fact)
            for name, fact in zip(NewEntry._fields, facts(one), strict=True)
        }
        for one in some
    ]
    [(before,)] = db.execute("SELECT hash FROM ordos_targets.head").fetchall()
    rows = db.execute(
        f"SELECT {COLUMNS}, ordos_targets.canonical(e) FROM ordos_targets.append(%s::jsonb) e",
        (json.dumps(given_),),
    ).fetchall()
    for draft, row in zip(some, rows, strict=True):
        columns = dict(zip(NAMES, map(as_hashed, row), strict=False))
        assert canonical_entry(columns) == str(row[-1]).encode()
        before = entry_hash(str(before), columns)
        assert before == row[-2]
        assert (draft.target, draft.district, draft.note) == (columns["target"], columns["district"], columns["note"])
        assert (draft.value, draft.date.isoformat()) == (row[NAMES.index("value")], columns["date"])


def facts(draft: NewEntry) -> list[object]:
    return [getattr(draft, name) for name in NewEntry._fields]


@pytest.mark.parametrize("sign", ["\0", "\ud83c"])
@pytest.mark.parametrize("name", ["note", "target", "by", "item"])
def test_what_the_server_cannot_keep_is_refused(server: Server, database: str, sign: str, name: str) -> None:
    """NUL, and half of a pair, are refused in our own words, and nothing is written."""
    ledger = PostgresLedger(server.url(database))
    draft = NewEntry(**{"target": "parks", "date": date(2025, 6, 30), "kind": EntryKind.ITEM, name: f"a{sign}b"})  # type: ignore[arg-type]
    with ledger.reading() as book:
        before = book.head
    with pytest.raises(UnkeptCharacter), ledger.writing() as writer:
        writer.append(draft, datetime.now(UTC))
    with ledger.reading() as book:
        assert before == book.head
        assert [] == list(book.entries(Query(by=f"a{sign}b")))


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e15", "0.00001", "1e400", "12345678901234567890"])
def test_a_figure_that_is_none_is_refused(db: Db, value: str) -> None:
    """The server itself takes no figure that is not exact, whoever sends it."""
    text = json.dumps([{"target": "parks", "date": "2025-06-30", "kind": "reading", "value": value}])
    with pytest.raises(psycopg.errors.CheckViolation):
        db.execute("SELECT ordos_targets.append(%s::jsonb)", (text,))
