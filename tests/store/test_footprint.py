"""What a run leaves on the machine: the files it was told to write, its cache, and nothing else."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from children import RECORD
from wreck import lay_out, several

CACHE = Path(".cache") / "ordos-targets"
# Each command, and the files it was told to write.
RUNS: tuple[tuple[tuple[str, ...], set[str]], ...] = (
    (("--ledger", "new.db", *RECORD), {"new.db"}),
    (RECORD, set()),
    ((*RECORD, "--dry-run"), set()),
    (("--ledger", "none.db", *RECORD, "--dry-run"), set()),
    # A first entry that is refused, and a first import, leave no ledger.
    (("--ledger", "none.db", "record", "parks", "1", "--date", "2024-06-30"), set()),
    (("--ledger", "none.db", "record", "parks", "1", "--date", "2024-06-30", "--format", "json"), set()),
    (("--ledger", "none.db", "import", "doubtful.csv"), set()),
    (("--ledger", "none.db", "import", "wrong.csv"), set()),
    (("--ledger", "none.db", "import", "doubtful.csv", "--force", "--dry-run"), set()),
    (("amend", "--last", "2", "--why", "slip"), set()),
    (("void", "--last", "--why", "slip"), set()),
    (("status",), set()),
    (("status", "-o", "status.txt"), {"status.txt"}),
    (("show", "parks", "--explain"), set()),
    (("log", "--all"), set()),
    (("check",), set()),
    (("export", "-o", "entries.csv"), {"entries.csv"}),
    (("import", "entries.csv", "--dry-run"), set()),
    (("--ledger", "other.db", "import", "entries.csv"), {"other.db"}),
    (("export", "--salvage"), set()),
    (("verify",), set()),
    (("verify", "--write-anchor", "anchor"), {"anchor"}),
    (("verify", "--against", "anchor"), set()),
    (("backup", "copy.db"), {"copy.db"}),
    (("--ledger", "none.db", "verify"), set()),
    (("--ledger", "none.db", "backup", "no-copy.db"), set()),
    (("record", "nothing", "1"), set()),
)
PRIVATE = ("progress.db", "new.db", "other.db", "copy.db")


def listing(folder: Path) -> set[str]:
    """Every file and folder below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.fixture
def _everybody_may_everything() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_everybody_may_everything")
def test_nothing_is_written_but_what_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each command the folder, HOME and TMPDIR have what was named and the cache; ledgers and copies are 0600."""
    office, home, scratch = (tmp_path / name for name in ("office", "home", "scratch"))
    home.mkdir()
    scratch.mkdir()
    lay_out(office)
    (office / "doubtful.csv").write_text("target,value,date\nparks,1,2024-06-30\n", encoding="utf-8")
    (office / "wrong.csv").write_text("target,value,date\nparks,1,2025-06-30\nnothing,1,2025-06-30\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.delenv("XDG_CACHE_HOME")
    expected = listing(office)
    for arguments, named in RUNS:
        several(office, arguments)
        expected |= named
        assert (arguments, expected, set()) == (arguments, listing(office), listing(scratch))
        strange = [one for one in listing(home) if one != ".cache" and not one.startswith(str(CACHE))]
        assert (arguments, []) == (arguments, strange)
    assert [0o600] * len(PRIVATE) == [stat.S_IMODE((office / name).stat().st_mode) for name in PRIVATE]
    assert [0o600] == [stat.S_IMODE(one.stat().st_mode) for one in (home / CACHE).iterdir()]
