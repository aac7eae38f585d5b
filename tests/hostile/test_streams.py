"""What comes in on pipes, devices and standard input, or does not come in at all."""

from __future__ import annotations

import errno
import io
import os
import socket
import subprocess
import threading
import zipfile
from pathlib import Path

import pytest
from bombs import HEADINGS, frugally, row, sheet, workbook
from children import GOALS, run

from ordos_targets.readers import source
from ordos_targets.readers.rows import UnreadableImport
from ordos_targets.readers.source import LONGEST_LINE, LineTooLong, TooMuchOnPipe, open_source

CSV = b"target,value,date\nparks,1,2025-06-30\n"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with goals."""
    (tmp_path / "targets.toml").write_text(GOALS, encoding="utf-8")
    return tmp_path


def piped(desk: Path, pieces: bytes, times: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A run that is fed `pieces` many times, until it hears no more."""
    reading, writing = os.pipe()

    def feed() -> None:
        try:
            with os.fdopen(writing, "wb") as pipe:
                for _ in range(times):
                    pipe.write(pieces)
        except BrokenPipeError:
            pass

    feeder = threading.Thread(target=feed)
    feeder.start()
    with os.fdopen(reading, "rb") as pipe:
        ran = frugally(desk, *arguments, stdin=pipe)
    feeder.join()
    return ran


@pytest.mark.parametrize("format_", ["csv", "tsv", "jsonl", "toml", "xlsx"])
def test_a_line_of_a_gigabyte_is_not_read_to_its_end(format_: str, desk: Path) -> None:
    """On standard input a line without end is refused when it is too long, whatever it was to be."""
    ran = piped(desk, b"x" * (1 << 20), 1 << 10, "import", "-", "--format", format_)
    assert (4, "") == (ran.returncode, ran.stdout)
    assert "-:1: the line is longer than 1048576 characters" in ran.stderr


def test_a_device_that_never_ends_is_no_import(desk: Path) -> None:
    """/dev/zero is read no further than a line may be long."""
    ran = frugally(desk, "import", "/dev/zero", "--format", "csv")
    assert (4, True) == (ran.returncode, "/dev/zero:1: the line is longer than" in ran.stderr)


def test_a_pipe_that_never_ends_is_no_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that go on and on, or a workbook that does, are kept up to a limit, and nothing is left behind."""
    monkeypatch.setattr(source, "MOST_ON_PIPE_MEGABYTES", 1)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    for begin in (b"parks,1\n", b"PK\x03\x04"):
        with pytest.raises(TooMuchOnPipe), open_source("-", tmp_path, Endless(begin)):  # type: ignore[arg-type]
            pass
    assert [] == list(tmp_path.iterdir())


class Endless:
    """A stream that says the same for ever."""

    def __init__(self, text: bytes) -> None:
        self.text = text

    def read(self, size: int) -> bytes:
        return (self.text * size)[:size]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_as_long_as_lines_may_be_come_through(encoding: str, ending: str, tmp_path: Path) -> None:
    """The limit is on one line, by whatever it ends and however wide its characters are."""
    text = ("指" * (LONGEST_LINE - 3) + ending) * 5
    with open_source("-", tmp_path, io.BytesIO(text.encode(encoding))) as stream:
        assert 5 == sum(1 for _ in stream.lines())
    with (
        pytest.raises(LineTooLong),
        open_source("-", tmp_path, io.BytesIO((text + "指" * (LONGEST_LINE + 1)).encode(encoding))) as stream,
    ):
        list(stream.lines())


def test_a_workbook_comes_on_a_pipe_too(desk: Path) -> None:
    """Only texts have lines: a workbook may be one long one."""
    entry = sheet(HEADINGS + row("parks", "1", "2025-06-30", number=2))
    content = workbook(entry, {"x": "x" * (6 << 20)}, packed=zipfile.ZIP_STORED)
    (desk / "a.xlsx").write_bytes(content)
    with (desk / "a.xlsx").open("rb") as file:
        ran = run(desk, "import", "-", "--format", "xlsx", stdin=file)
    assert (0, "") == (ran.returncode, ran.stderr)


def test_a_run_without_standard_input_is_no_surprise(desk: Path) -> None:
    """Where standard input was closed before the run began, what reads it finds nothing, and the rest does not mind."""
    (desk / "june.csv").write_bytes(CSV)
    begin = 'import os\nos.close(0)\nos.execv(sys.executable, [sys.executable, "-m", "ordos_targets", *sys.argv[1:]])'
    doubtful = run(desk, "record", "parks", "1/0", first=begin)
    assert (2, False) == (doubtful.returncode, "Unexpected" in doubtful.stderr)
    empty = run(desk, "import", "-", "--format", "csv", first=begin)
    assert (4, True) == (empty.returncode, "- cannot be read: the file is empty" in empty.stderr)
    assert 0 == run(desk, "import", "june.csv", first=begin).returncode
    asked = run(desk, "record", "parks", "0", "--to-date", "--date", "2025-06-30", first=begin)
    assert (2, True) == (asked.returncode, "--force" in asked.stderr)


class Failing:
    """A stream on a disk that is broken."""

    def read(self, size: int) -> bytes:
        del size
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_stream_that_breaks_off_is_the_import_s_fault(tmp_path: Path) -> None:
    """What the system says while standard input is read is told of the import, not of the output."""
    with pytest.raises(UnreadableImport) as refused, open_source("-", tmp_path, Failing()):  # type: ignore[arg-type]
        pass
    assert "- cannot be read: Input/output error" == str(refused.value)


def test_a_socket_is_no_file(desk: Path) -> None:
    """What cannot be opened is said to be so, with the system's reason."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(desk / "s"))
        ran = run(desk, "import", "s", "--format", "csv")
    assert (4, True) == (ran.returncode, "s cannot be read: " in ran.stderr)
