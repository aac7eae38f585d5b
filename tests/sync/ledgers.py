"""What the tests of an exchange share: machines with a ledger each, and ledgers that fail or refuse at will."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from ordos_targets.config.load import load_goals
from ordos_targets.domain.entries import GENESIS, HASHED, Entry, EntryKind, NewEntry
from ordos_targets.domain.hash_chain import entry_hash
from ordos_targets.domain.series import live
from ordos_targets.domain.sync import Synced
from ordos_targets.store.ledger import Audit, Ledger, Query, Reader, Writer
from ordos_targets.store.sqlite import SqliteLedger
from ordos_targets.usecases.sync import sync
from ordos_targets.usecases.workspace import Workspace

GOALS = """
title = "测试"
title_en = "Tests"
year = 2025
[[districts]]
id = "east"
name = "东"
[[districts]]
id = "west"
name = "西"
[[targets]]
id = "parks"
name = "公园"
name_en = "Parks"
measure = "total"
goal = 100
unit = "个"
[[targets]]
id = "jobs"
name = "岗位"
name_en = "Jobs"
measure = "total"
goal = 100
unit = "个"
scope = "parts"
"""
NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)
JUNE = date(2025, 6, 30)


@dataclass
class Clock:
    """Every look at it finds a second gone by."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Machine:
    """A ledger with what is done to it."""

    ledger: Ledger
    workspace: Workspace
    clock: Clock = field(default_factory=Clock)

    def write(self, *drafts: NewEntry, uid: str | None = None) -> list[Entry]:
        with self.ledger.writing() as book:
            return [book.append(draft, self.clock(), uid) for draft in drafts]

    def record(self, value: int = 1, **facts: object) -> Entry:
        return self.write(more(value)._replace(**facts))[0]  # type: ignore[arg-type]

    def void(self, entry: Entry, why: str = "typed twice") -> Entry:
        return self.write(void_of(entry, why))[0]

    def amend(self, entry: Entry, value: int, **facts: object) -> Entry:
        return self.write(void_of(entry, "counted again"), amended(entry, value, **facts))[1]

    def entries(self) -> list[Entry]:
        with self.ledger.reading() as book:
            return [one.entry for one in book.entries(Query(cancelled=True))]

    def live(self) -> set[str]:
        """The uids of the entries that count."""
        return {entry.uid for entry in live(self.entries())}

    def values(self) -> list[int]:
        """What the entries that count say, sorted."""
        return sorted(int(entry.value or 0) for entry in live(self.entries()))

    def sync(self, other: Machine | Ledger, *, dry_run: bool = False) -> Synced:
        ledger = other.ledger if isinstance(other, Machine) else other
        return sync(self.workspace, ledger, lambda _done, _all: None, dry_run=dry_run)


def more(value: int = 1, by: str = "li") -> NewEntry:
    return NewEntry(target="parks", date=JUNE, kind=EntryKind.INCREMENT, value=Decimal(value), by=by)


def void_of(entry: Entry, why: str = "typed twice") -> NewEntry:
    return NewEntry(
        target=entry.target,
        district=entry.district, date=entry.date, kind=EntryKind.VOID, replaces=entry.uid, note=why,
        by="li",
    )  # fmt: skip


def amended(entry: Entry, value: int, **facts: object) -> NewEntry:
    draft = NewEntry(**{name: getattr(entry, name) for name in NewEntry._fields})
    return draft._replace(value=Decimal(value), replaces=entry.uid, **facts)  # type: ignore[arg-type]


def machine(folder: Path, name: str, shared: Ledger | None = None) -> Machine:
    """A machine with an empty ledger in `folder`, or one that works on a shared ledger."""
    goals = folder / "targets.toml"
    goals.write_text(GOALS, encoding="utf-8")
    ledger, clock = shared or SqliteLedger(folder / f"{name}.db"), Clock()
    goals_there = load_goals(goals, cache_dir=None)
    return Machine(ledger, Workspace(targets_file=goals, goals=goals_there, ledger=ledger, clock=clock), clock)


def chained(entries: list[Entry]) -> bool:
    """Whether the entries are numbered from one on, and each hash follows from the one before."""
    before = GENESIS
    for number, entry in enumerate(entries, 1):
        facts = {name: getattr(entry, name) for name in HASHED} | {"estimate": int(entry.estimate)}
        before = entry_hash(before, facts)
        if (number, before) != (entry.seq, entry.hash):
            return False
    return True


@dataclass
class Over:
    """A ledger over another one, whose views may be changed by those who build on it."""

    inner: Ledger

    @property
    def path(self) -> Path | None:
        return None

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def signs(self) -> bool:
        return False

    @contextmanager
    def reading(self, known_at: str | None = None) -> Iterator[Reader]:
        with self.inner.reading(known_at) as book:
            yield self.view(book)

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[Writer]:
        with self.inner.writing(keep=keep) as book:
            yield self.view(book)

    def view(self, book: Reader) -> Writer:
        return View(book)  # type: ignore[return-value]

    def auditing(self) -> AbstractContextManager[Audit]:
        return self.inner.auditing()

    def copy(self) -> Iterator[bytes]:
        return self.inner.copy()


class View:
    """A view that says what the one below it says."""

    def __init__(self, book: Reader) -> None:
        self.book = book

    def __getattr__(self, name: str) -> object:
        return getattr(self.book, name)

    def append(self, draft: NewEntry, now: datetime, uid: str | None = None) -> Entry:
        return self.book.append(draft, now, uid)  # type: ignore[attr-defined, no-any-return]

    def append_many(self, drafts: Iterable[tuple[NewEntry, datetime, str | None]]) -> None:
        """One after the other, each through whatever a view built on this one does to it."""
        for draft, now, uid in drafts:
            self.append(draft, now, uid)


class Cut(Over):
    """A ledger whose connection is cut after so many entries were written to it: before the commit, or after it."""

    def __init__(self, inner: Ledger, after: int, trouble: BaseException, *, committed: bool = False) -> None:
        super().__init__(inner)
        self.left, self.trouble, self.committed = after, trouble, committed

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[Writer]:
        with super().writing(keep=keep) as book:
            yield book
        if self.committed and self.left <= 0:
            raise self.trouble

    def view(self, book: Reader) -> Writer:
        return _CutView(book, self)  # type: ignore[return-value]


class _CutView(View):
    def __init__(self, book: Reader, ledger: Cut) -> None:
        super().__init__(book)
        self.ledger = ledger

    def append(self, draft: NewEntry, now: datetime, uid: str | None = None) -> Entry:
        if self.ledger.left <= 0 and not self.ledger.committed:
            raise self.ledger.trouble
        self.ledger.left -= 1
        return super().append(draft, now, uid)


class Busy(Over):
    """A ledger to which others write `meanwhile`: between the last look at it and the next transaction."""

    def __init__(self, inner: Ledger, meanwhile: list[NewEntry | Entry]) -> None:
        super().__init__(inner)
        self.meanwhile = meanwhile

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[Writer]:
        while self.meanwhile:
            one = self.meanwhile.pop(0)
            with self.inner.writing() as book:
                draft = NewEntry(**{name: getattr(one, name) for name in NewEntry._fields})
                book.append(draft, NOON, one.uid if isinstance(one, Entry) else None)
        with super().writing(keep=keep) as book:
            yield book
