"""Many processes at once: nothing lost, nothing twice, nobody hears of a lock, and every view is of one moment."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from children import GOALS, RECORD, run, surroundings
from wreck import LOG, STATUS, judge, rows, several

pytestmark = pytest.mark.slow

Tell = Callable[[str, object], None]
RECORDERS, IMPORTERS, READERS = 12, 6, 14
TIMES = 10
ROWS = 20
# All have started and loaded what they need before the first of them begins.
ON_THE_MARK = "import os, time\nimport ordos_targets.cli.commands.exchange, ordos_targets.cli.commands.read\n"
ON_THE_MARK += "print(flush=True)\nwhile not os.path.exists('go'): time.sleep(0.002)\n"
# Several runs of the command line in one process.
SEVERAL = """
import contextlib, io, json, sys
from ordos_targets.cli.app import main
told = []
for arguments in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    told.append([int(code), out.getvalue(), err.getvalue()])
print(json.dumps(told))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with goals and no ledger yet."""
    place = tmp_path / "office"
    place.mkdir()
    (place / "targets.toml").write_text(GOALS, encoding="utf-8")
    return place


def started(folder: Path, runs: Sequence[Sequence[str]]) -> subprocess.Popen[str]:
    """A process that waits for the others, then runs the command line several times."""
    return subprocess.Popen(
        [sys.executable, "-c", ON_THE_MARK + SEVERAL, json.dumps(runs)],
        cwd=folder,
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def let_go(folder: Path, crowd: Sequence[subprocess.Popen[str]]) -> None:
    for process in crowd:
        assert process.stdout is not None
        assert "\n" == process.stdout.readline()
    (folder / "go").touch()


def answers(crowd: Sequence[subprocess.Popen[str]]) -> list[list[str]]:
    """What each process printed in each of its runs, none of which failed or complained."""
    told = [process.communicate(timeout=250) for process in crowd]
    assert {(0, "")} == {(process.returncode, err) for process, (_, err) in zip(crowd, told, strict=True)}
    runs = [json.loads(out) for out, _ in told]
    assert {(0, "")} == {(code, err) for several in runs for code, _, err in several}
    return [[out for _, out, _ in several] for several in runs]


def csv(path: Path, name: str) -> None:
    lines = "".join(f"parks,1,2025-06-30,{name} {number}\n" for number in range(ROWS))
    path.write_text(f"target,value,date,note\n{lines}", encoding="utf-8")


def test_a_crowd_records_imports_and_reads(folder: Path, record_property: Tell) -> None:
    """32 processes, the first entry included: no entry is lost or there twice, no view shows half of an import."""
    csv(folder / "shared.csv", "shared")
    for number in range(IMPORTERS):
        csv(folder / f"own{number}.csv", f"own {number}")
    crowd = [
        started(folder, [(*RECORD, "--note", f"person {one} {time}") for time in range(TIMES)])
        for one in range(RECORDERS)
    ]
    crowd += [
        started(folder, [("import", name) for name in (f"own{one}.csv", "shared.csv", f"own{one}.csv", "shared.csv")])
        for one in range(IMPORTERS)
    ]
    crowd += [started(folder, [STATUS, LOG, ("verify",)] * (TIMES // 2)) for _ in range(READERS)]
    let_go(folder, crowd)
    read = answers(crowd)[-READERS:]

    final = rows(folder / "progress.db")
    notes = Counter(row[10] for row in final)
    expected = {f"person {one} {time}" for one in range(RECORDERS) for time in range(TIMES)}
    expected |= {f"{name} {row}" for name in ("shared", *(f"own {n}" for n in range(IMPORTERS))) for row in range(ROWS)}
    assert (expected, {1}) == (set(notes), set(notes.values()))
    hashes = {0: "0" * 64} | {int(str(row[0])): row[-1] for row in final}
    seen = set()
    for status in (json.loads(out) for outs in read for out in outs[::3]):
        ledger, [parks] = status["ledger"], status["targets"]
        seen.add(ledger["entries"])
        assert (hashes[ledger["entries"]], ledger["entries"]) == (ledger["head"], parks["actual"] or 0)
    for log in ([json.loads(line) for line in out.splitlines()] for outs in read for out in outs[1::3]):
        assert list(range(1, len(log) + 1)) == [entry["seq"] for entry in log]
        by_origin = Counter(entry["origin"] for entry in log)
        assert {ROWS} >= {count for origin, count in by_origin.items() if origin != "cli"}
    assert 0 == judge(folder).code
    found = f"{len(final)} entries, 0 lost, 0 twice, {len(seen)} moments seen whole"
    record_property("fault", f"{len(crowd)} processes at once: {found}")


def test_a_backup_is_whole_while_others_write(folder: Path, record_property: Tell) -> None:
    """While 8 processes record, each backup is its owner's alone, whole, and the ledger as it was at one moment."""
    runs = [[(*RECORD, "--note", f"person {one} {time}") for time in range(4 * TIMES)] for one in range(8)]
    crowd = [started(folder, one) for one in runs]
    assert 0 == run(folder, *RECORD, "--note", "first").returncode
    let_go(folder, crowd)
    copies: list[str] = []
    while any(process.poll() is None for process in crowd):
        copies.append(f"copy{len(copies)}.db")
        assert [(0, "", "")] == several(folder, ("backup", copies[-1]))
    answers(crowd)
    final = rows(folder / "progress.db")
    assert 1 + 8 * 4 * TIMES == len(final)
    sizes = []
    for copy in copies:
        [(code, out, err)] = several(folder, ("--ledger", copy, "verify"))
        kept = rows(folder / copy)
        sizes.append(len(kept))
        assert (0, True, "") == (code, f"intact: {len(kept)} entr" in out, err)
        assert (final[: len(kept)], 0o600) == (kept, (folder / copy).stat().st_mode & 0o777)
    assert sorted(sizes) == sizes
    span = f"{sizes[0]} to {sizes[-1]} entries"
    record_property("fault", f"backups while 8 processes record: {len(copies)} tries, all whole, of {span}")
