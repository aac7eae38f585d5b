"""A country's year in PostgreSQL: loaded by COPY, then asked, with the plans that the server makes for it.

    python tests/bench/postgres_scale.py --entries 10000000

It starts a server of its own, loads as many entries as wanted (3,000 districts x 30 targets over a year), and prints
what each step took. The load is the one to use for any ledger of millions: COPY into a table beside, then one INSERT
that chains the entries inside the server; only the ledger's owner can do it, and `verify` judges the result.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from servers import Server, running

from ordos_targets.cli.main import main as command_line
from ordos_targets.store.postgres import PostgresLedger
from ordos_targets.store.postgres_reader import BY_DISTRICT, KEPT_STANDINGS, ONE, STANDINGS, psycopg_style
from ordos_targets.store.postgres_schema import Rights
from ordos_targets.store.sql_reader import IN_SERIES, LIVE

DISTRICTS, TARGETS, DAYS = 3_000, 30, 365
SETTINGS = {
    "shared_buffers": "2GB", "maintenance_work_mem": "1GB", "work_mem": "64MB", "max_wal_size": "8GB",
    "effective_cache_size": "8GB", "wal_compression": "on", "autovacuum": "on",
}  # fmt: skip
STAGING = "CREATE UNLOGGED TABLE ordos_targets.staging (n bigint, target text, district text, date date, value numeric)"
CHAINED = """
    INSERT INTO ordos_targets.entries
    SELECT e.seq, e.uid, e.target, e.district, e.date, e.kind, e.value, e."of", e.item, e.estimate, e.note, e.evidence,
        e.evidence_sha256, e."by", e.recorded_at, e.origin, e.replaces,
        ordos_targets.chain(repeat('0', 64), ordos_targets.canonical(ROW(e.*)::ordos_targets.entries))
            OVER (ORDER BY e.seq ROWS UNBOUNDED PRECEDING)
    FROM (
        SELECT n AS seq, ordos_targets.uuid7(date + interval '12 hours') AS uid, target, district, date,
            'increment' AS kind, value, NULL::numeric AS "of", NULL::text AS item, false AS estimate,
            NULL::text AS note, NULL::text AS evidence, NULL::text AS evidence_sha256, 'loader' AS "by",
            (date + interval '12 hours')::timestamptz AS recorded_at, 'import:country.csv' AS origin,
            NULL::text AS replaces, '' AS hash
        FROM ordos_targets.staging OFFSET 0
    ) e
"""
HEAD = """
    UPDATE ordos_targets.head h SET (seq, hash, recorded_at) =
        (SELECT e.seq, e.hash, e.recorded_at FROM ordos_targets.entries e ORDER BY e.seq DESC LIMIT 1)
"""
INDEXES = ("entries_by_target", "entries_by_district", "entries_of_district", "entries_void", "entries_successor")
SIZES = """
    SELECT relname, pg_size_pretty(pg_relation_size(oid)) FROM pg_class
    WHERE relnamespace = 'ordos_targets'::regnamespace AND relkind IN ('r', 'i', 'p') AND pg_relation_size(oid) > 1e6
    ORDER BY pg_relation_size(oid) DESC
"""
TELLING = re.compile("Scan|Index Cond|Removed|Time")
FACTS: dict[str, object] = {
    "target": "t07", "district": "d0042", "since": "2025-01-01", "until": "2025-06-30", "known_at": "infinity",
}  # fmt: skip
PARTITIONED = (
    "CREATE TABLE ordos_targets.parted (LIKE ordos_targets.entries) PARTITION BY HASH (district)",
    *(
        f"CREATE TABLE ordos_targets.parted_{one} PARTITION OF ordos_targets.parted "
        f"FOR VALUES WITH (MODULUS 8, REMAINDER {one})"
        for one in range(8)
    ),
    "INSERT INTO ordos_targets.parted SELECT * FROM ordos_targets.entries WHERE target IN ('t07', 't08')",
    "CREATE INDEX ON ordos_targets.parted (target, district, date)",
    "CREATE INDEX ON ordos_targets.parted (target, date)",
    "CREATE UNIQUE INDEX ON ordos_targets.parted (district, uid)",
    "CREATE INDEX ON ordos_targets.parted (replaces, district) WHERE kind = 'void'",
    "ANALYZE ordos_targets.parted",
)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def told(what: str) -> Iterator[None]:
    """Print how long the block took, by the clock, and how much of a processor this process itself used."""
    began, used = time.perf_counter(), sum(os.times()[:4])
    yield
    own = sum(os.times()[:4]) - used
    say(f"{what:<58} {time.perf_counter() - began:9.3f} s  (client {own:.2f} s)")


def goals() -> str:
    """Thirty targets that three thousand districts report."""
    lines = ['title = "全国"', "year = 2025"]
    for number in range(DISTRICTS):
        lines += ["[[districts]]", f'id = "d{number:04}"', f'name = "县{number:04}号"']
    for number in range(TARGETS):
        lines += ["[[targets]]", f'id = "t{number:02}"', f'name = "指标{number:02}"', 'measure = "total"']
        lines += ['scope = "parts"', "goal = 1000000", 'unit = "个"']
    return "\n".join(lines) + "\n"


def rows(entries: int) -> Iterator[str]:
    """The lines to COPY: as many entries as wanted, day by day."""
    series = [f"t{target:02}\td{district:04}" for district in range(DISTRICTS) for target in range(TARGETS)]
    piece = []
    for number in range(entries):
        day = number * DAYS // entries
        place = series[number * 7919 % len(series)]  # a prime: each series in its turn, in no order
        piece.append(f"{number + 1}\t{place}\t{DATES[day]}\t{number % 9}.5\n")
        if len(piece) == 50_000:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece)


def dates() -> list[str]:
    """Every day of the year."""
    from datetime import date, timedelta  # noqa: PLC0415 - once

    return [f"{date(2025, 1, 1) + timedelta(days=day)}" for day in range(DAYS)]


DATES = dates()


def load(url: str, entries: int) -> None:
    """Fill an empty ledger, its indexes made after its rows."""
    with closing(psycopg.connect(url, autocommit=True)) as db:
        definitions = [
            (name, db.execute("SELECT pg_get_indexdef(%s::regclass)", (f"ordos_targets.{name}",)).fetchone() or ("",))
            for name in INDEXES
        ]
        db.execute(STAGING)
        with told(f"COPY {entries:,} rows"), db.cursor().copy("COPY ordos_targets.staging FROM STDIN") as copy:
            for piece in rows(entries):
                copy.write(piece)
        for name in INDEXES:
            db.execute(f"DROP INDEX ordos_targets.{name}".encode())
        db.execute("SET TimeZone = 'UTC'")
        with told("number, chain and insert them"), db.transaction():
            db.execute("ALTER TABLE ordos_targets.entries DISABLE TRIGGER entries_are_counted")
            db.execute(CHAINED)
            db.execute(HEAD)
        with told("make the indexes"):
            for _, (definition,) in definitions:
                db.execute(str(definition).encode())
        with told("count the totals"), db.transaction():
            db.execute("INSERT INTO ordos_targets.totals SELECT * FROM ordos_targets.days")
            db.execute("INSERT INTO ordos_targets.totals SELECT * FROM ordos_targets.months")
            db.execute("ALTER TABLE ordos_targets.entries ENABLE ALWAYS TRIGGER entries_are_counted")
        db.execute("DROP TABLE ordos_targets.staging")
        with told("VACUUM ANALYZE"):
            db.execute("VACUUM ANALYZE ordos_targets.entries, ordos_targets.totals")
        for name, size in db.execute(SIZES):
            say(f"    {name:<30} {size}")


def run(url: str, *arguments: str) -> None:
    """One run of the command line, whose output is counted and not shown."""
    out = io.StringIO()
    with told(f"ordos-targets {' '.join(arguments)}"), contextlib.redirect_stdout(out):
        code = command_line(["--ledger", url, *arguments])
    assert code in {0, 3}, out.getvalue()


def explain(url: str, what: str, statement: str) -> None:
    """Print the plan of a statement, as it ran."""
    with closing(psycopg.connect(url)) as db:
        db.execute("SET search_path = ordos_targets, pg_catalog")
        db.execute("SET TimeZone = 'UTC'")
        say(f"-- {what}")
        for (line,) in db.execute(
            f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {psycopg_style(statement)}".encode(), FACTS
        ):
            if TELLING.search(str(line)):
                say(f"   {line}")


def ask(server: Server, database: str) -> None:
    """Questions of a person and the plans behind them, as the owner and as one office of three thousand."""
    url = server.url(database)
    server.roles("county")
    PostgresLedger(url).grant("county", Rights(districts=("d0042",)))
    county = server.url(database, "county")
    run(url, "check")
    for who in (county, url):
        run(who, "status", "--district", "d0042", "--as-of", "2025-07-05", "--format", "json")
    run(url, "status", "t07", "--as-of", "2025-07-05", "--format", "json")
    run(url, "log", "--district", "d0042", "-n", "20")
    run(county, "log", "-n", "20")
    run(county, "record", "t07", "1", "--district", "d0042", "--date", "2025-12-31")
    run(url, "status", "--as-of", "2025-07-05", "--format", "json")
    run(url, "verify")
    series = STANDINGS.format(key=ONE, series=f"{IN_SERIES} AND e.district = :district", live=LIVE)
    explain(url, "one series", series)
    explain(county, "one series, by the county's office", series)
    explain(url, "a target in each district", STANDINGS.format(key=BY_DISTRICT, series=IN_SERIES, live=LIVE))
    explain(url, "the same from the totals", KEPT_STANDINGS.format(place="t.district <> ''"))
    with closing(psycopg.connect(url, autocommit=True)) as db, told("two targets in 8 partitions by district"):
        for statement in PARTITIONED:
            db.execute(statement.encode())
    explain(url, "one series, partitioned", series.replace("FROM entries", "FROM parted"))
    by_district = STANDINGS.format(key=BY_DISTRICT, series=IN_SERIES, live=LIVE)
    explain(url, "a target in each district, partitioned", by_district.replace("FROM entries", "FROM parted"))


def main() -> None:
    """Load and ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000_000)
    entries = parser.parse_args().entries
    with running(SETTINGS) as server, TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("targets.toml").write_text(goals(), encoding="utf-8")
        database = server.database()
        PostgresLedger(server.url(database)).set_up()
        try:
            load(server.url(database), entries)
            ask(server, database)
        except BaseException:
            say(server.log())
            raise


if __name__ == "__main__":
    main()
