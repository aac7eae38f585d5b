"""Goals, ledgers, CSV files and journals of any size, each from a seed; run as a program, so that memory stays small.

`python -m tests.bench.data FOLDER ENTRIES TARGETS DISTRICTS` makes what is not there yet.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from random import Random

from ordos_targets.domain.entries import EntryKind, NewEntry, format_timestamp, text_of
from ordos_targets.domain.mould import Cast, Mould
from ordos_targets.store.sqlite import SqliteLedger
from ordos_targets.store.uuid7 import uuid7

SEED = 20250705
FIRST, DAYS = date(2024, 1, 1), 550
BEGAN = datetime(2024, 1, 2, 8, tzinfo=UTC)
PIECE = 10_000
PEOPLE = ("李明", "王芳", "巴图", "Wang", "cron")
NOTES = (
    None, None, None, "第一批项目已落地，见附件", "as reported by the bureau, to be confirmed", "入库核定数",
    'called "preliminary" in the minutes',
)  # fmt: skip
CSV_COLUMNS = ("target", "district", "date", "kind", "value", "note", "by")


def target_ids(count: int) -> list[str]:
    return [f"target-{number:05}" for number in range(count)]


def district_ids(count: int) -> list[str]:
    return [f"district-{number:04}" for number in range(count)]


def goals(targets: int, districts: int) -> str:
    """A targets.toml: half of the targets whole, half in parts, where there are districts."""
    period = "period = { start = 2024-01-01, end = 2025-12-31 }"
    lines = ['title = "Benchmark"', period, 'ledger = "progress.db"']
    for name in district_ids(districts):
        lines += ["[[districts]]", f'id = "{name}"', f'name = "{name}"']
    for number, name in enumerate(target_ids(targets)):
        scope = "parts" if districts and number % 2 else "whole"
        lines += ["[[targets]]", f'id = "{name}"', f'name = "{name}"', 'measure = "total"', "goal = 1000000000"]
        lines += ['unit = "个"', f'scope = "{scope}"', f'section = "section-{number % 5}"']
    return "\n".join(lines) + "\n"


def drafts(entries: int, targets: int, districts: int) -> Iterator[tuple[NewEntry, datetime, str]]:
    """Entries in the order of their days, one every few seconds, about all series alike; each with its uid."""
    random = Random(SEED)  # noqa: S311 - the same data every time, not a secret
    names, places = target_ids(targets), district_ids(districts)
    for number in range(entries):
        target = random.randrange(targets)
        moment = BEGAN + timedelta(seconds=number * DAYS * 86_400 // entries)
        value = Decimal(random.randrange(1, 100_000)).scaleb(-random.choice((0, 0, 0, 1, 2)))
        draft = NewEntry(
            target=names[target],
            district=random.choice(places) if places and target % 2 else None,
            date=FIRST + timedelta(days=number * DAYS // entries),
            kind=EntryKind.INCREMENT,
            value=value.normalize() + 0,
            estimate=random.random() < 0.1,
            note=random.choice(NOTES),
            by=random.choice(PEOPLE),
            origin="import:progress.csv",
        )
        yield draft, moment, uuid7(moment, random.randbytes(10))


def build_ledger(path: Path, entries: int, targets: int, districts: int) -> None:
    """A ledger written through the store's own writer, many at a time, whole or not at all."""
    making = path.with_suffix(".making")
    making.unlink(missing_ok=True)
    moulds: dict[NewEntry, Mould] = {}
    casts: Iterator[Cast] = (
        (
            moulds.setdefault(alike := draft._replace(date=FIRST, value=None, note=None), Mould(alike)),
            uid, draft.date.isoformat(), str(text_of(draft.value)), draft.note, format_timestamp(moment),
        )
        for draft, moment, uid in drafts(entries, targets, districts)
    )  # fmt: skip
    with SqliteLedger(making).writing() as book:
        while some := list(islice(casts, PIECE)):
            assert book.append_all(some) == len(some)
    making.rename(path)


def build_csv(path: Path, entries: int, targets: int, districts: int) -> None:
    """The same entries as a file to import, as a person would have them: without uids and hashes."""
    making = path.with_suffix(".making")
    with making.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CSV_COLUMNS)
        for draft, _moment, _uid in drafts(entries, targets, districts):
            writer.writerow([getattr(draft, name) for name in CSV_COLUMNS])
    making.rename(path)


def build_journal(path: Path, entries: int, targets: int, districts: int) -> None:
    """The same entries as transactions that hledger and ledger read."""
    making = path.with_suffix(".making")
    with making.open("w", encoding="utf-8") as file:
        for draft, _moment, _uid in drafts(entries, targets, districts):
            account = ":".join(filter(None, (draft.target, draft.district)))
            file.write(f"{draft.date} {draft.by}\n    {account}  {draft.value}\n    source\n\n")
    making.rename(path)


def build_tasks(path: Path, entries: int, targets: int, districts: int) -> None:
    """The same entries as tasks, in the form that Taskwarrior imports."""
    making = path.with_suffix(".making")
    with making.open("w", encoding="utf-8") as file:
        for draft, moment, uid in drafts(entries, targets, districts):
            entry = moment.strftime("%Y%m%dT%H%M%SZ")
            file.write(f'{{"uuid":"{uid}","status":"pending","entry":"{entry}","project":"{draft.target}",')
            file.write(f'"description":"{draft.value}"}}\n')
    making.rename(path)


BUILDERS = {
    "progress.db": build_ledger, "progress.csv": build_csv, "progress.journal": build_journal,
    "tasks.json": build_tasks,
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Make the files that are named and not there yet."""
    folder, entries, targets, districts = Path(arguments[0]), *map(int, arguments[1:4])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "targets.toml").write_text(goals(targets, districts), encoding="utf-8")
    for name in arguments[4:]:
        if not (folder / name).exists():
            BUILDERS[name](folder / name, entries, targets, districts)


if __name__ == "__main__":
    main(sys.argv[1:])
