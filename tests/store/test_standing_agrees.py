"""Each engine's answers about series are those of the plain rule, whatever has been recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from plain_rule import PlainRule
from servers import Server

from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.series import Series
from ordos_targets.store.ledger import Ledger
from ordos_targets.store.postgres import PostgresLedger
from ordos_targets.store.sqlite import SqliteLedger

NEW_YEAR = date(2025, 1, 1)
NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)
LONG_AGO = "2001-01-01T00:00:00.000000Z"
MARKS = count(1)

days = st.integers(-40, 40).map(lambda number: NEW_YEAR + timedelta(days=number))
districts = st.sampled_from([None, "east", "west"])


# As many as 15 significant digits, as many as 4 of them decimals.
def drafted(**facts: Any) -> NewEntry:  # noqa: ANN401 - each fact has its own type
    """A draft of the facts given alone: of a class Hypothesis would make up the others too."""
    return NewEntry(**facts)


figures = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.one_of(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(-100, 100)),
    st.integers(0, 4),
)


@dataclass(frozen=True)
class Step:
    """An entry to record `hour` hours after noon, or a void of the `cancels`-th entry before it."""

    draft: NewEntry
    hour: int
    cancels: int | None = None


def steps() -> st.SearchStrategy[Step]:
    """Entries of every kind."""
    facts = {"target": st.just("parks"), "date": days, "district": districts, "estimate": st.booleans()}
    drafts = st.one_of(
        st.builds(drafted, kind=st.sampled_from([EntryKind.INCREMENT, EntryKind.READING]), value=figures, **facts),
        st.builds(drafted, kind=st.just(EntryKind.INCREMENT), value=figures, **facts),
        st.builds(drafted, kind=st.just(EntryKind.SHARE), value=figures, of=st.none() | figures, **facts),
        st.builds(drafted, kind=st.just(EntryKind.ITEM), item=st.sampled_from(["plan", "build", "open"]), **facts),
    )
    return st.builds(Step, drafts, st.integers(0, 3), st.none() | st.none() | st.integers(1, 6))


def recorded(ledger: Ledger, plan: list[Step], target: str) -> list[Entry]:
    """The plan's entries, written; a void of nothing, of a void, or of the same twice is written as an entry."""
    entries: list[Entry] = []
    with ledger.writing() as book:
        for step in plan:
            draft = step.draft._replace(target=target)
            old = entries[-step.cancels] if step.cancels and step.cancels <= len(entries) else None
            if old and old.kind is not EntryKind.VOID and old.uid not in {entry.replaces for entry in entries}:
                draft = NewEntry(
                    target=target, date=old.date, kind=EntryKind.VOID, replaces=old.uid, district=old.district
                )
            entries.append(book.append(draft, NOON + timedelta(hours=step.hour)))
    return entries


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """One ledger of each engine for all examples; each has a target of its own in it."""
    if request.param == "sqlite":
        folder: Path = tmp_path_factory.mktemp("standing")
        return SqliteLedger(folder / "progress.db")
    server: Server = request.getfixturevalue("server")
    return PostgresLedger(server.url(server.database("empty")))


def increment(value: str) -> Step:
    return Step(NewEntry(target="parks", date=NEW_YEAR, kind=EntryKind.INCREMENT, value=Decimal(value)), 0)


@given(
    plan=st.lists(steps(), max_size=12),
    since=st.none() | days,
    until=days,
    known=st.none() | st.integers(-1, 11),
)
@example(plan=[increment("0.1")] * 30, since=None, until=NEW_YEAR, known=None)
@example(plan=[increment("99999999999.9999")] * 9, since=None, until=NEW_YEAR, known=None)
@example(plan=[increment("-99999999999.9999"), increment("0.0001")], since=None, until=NEW_YEAR, known=None)
@example(plan=[increment("3889376746619.9")], since=None, until=NEW_YEAR, known=None)
@example(plan=[increment("-99999999999999.9"), increment("-0.5")], since=None, until=NEW_YEAR, known=None)
@example(plan=[increment("999999999999999"), increment("-0.0001")], since=None, until=NEW_YEAR, known=None)
def test_an_engine_and_memory_agree(
    ledger: Ledger, plan: list[Step], since: date | None, until: date, known: int | None
) -> None:
    """For any entries, days and moment, standing and finished items are exactly those of the plain rule."""
    target = f"parks-{next(MARKS)}"
    entries = recorded(ledger, plan, target)
    moments = [LONG_AGO, *sorted(entry.recorded_at for entry in entries)]
    moment = None if known is None else moments[min(known + 1, len(entries))]
    rule = PlainRule(entries, moment)
    with ledger.reading(moment) as book:
        for series in (Series(target), Series(target, "east"), Series(target, "west"), Series(target, "nowhere")):
            assert rule.value_of(series, since, until) == book.series().value_of(series, since, until)
            assert rule.items_done(series, since, until) == book.series().items_done(series, since, until)
