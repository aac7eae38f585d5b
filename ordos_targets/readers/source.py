"""Where an import comes from: a file, or a pipe copied to a temporary file so that it can be read twice."""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

from ordos_targets.domain.errors import N_, Message
from ordos_targets.readers.rows import UnreadableImport

STDIN = "-"
CHUNK = 1 << 18
LONGEST_LINE = 1 << 20
WIDEST_CHARACTER = 4  # bytes, in UTF-32
# What comes on a pipe is copied to a file, for which there may be little room; a file of any size is read where it is.
MOST_ON_PIPE_MEGABYTES = 1024
# In the order they are tried: the BOM of UTF-32 begins like that of UTF-16.
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
OFFICE_FILES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class NotText(UnreadableImport):
    """Params: file, line (of the first byte that is neither)."""

    code = "not_text"
    template = N_(
        "{file}:{line}: neither UTF-8 nor GB18030 (GBK) text; save the file as “CSV UTF-8” and import it again"
    )


class IsWorkbook(UnreadableImport):
    code = "is_workbook"
    template = N_("{file} is a workbook, not text; save it as .xlsx, or add --format xlsx")


class LineTooLong(UnreadableImport):
    code = "line_too_long"
    template = N_("{file}:{line}: the line is longer than {limit} characters; check that this is a file of entries")


class TooMuchOnPipe(UnreadableImport):
    code = "too_much_on_pipe"
    template = N_("{file} has more than {megabytes} MB; save it to a file and import that")


class Source:
    """A file of entries.

    Attributes:
        name: What messages call it.
        path: Where it lies.
        size: Its length in bytes.
    """

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.path = path
        self._file: BinaryIO = path.open("rb")
        self.size = os.fstat(self._file.fileno()).st_size

    @property
    def position(self) -> int:
        """Return how many bytes have been read."""
        return self._file.tell()

    def binary(self) -> BinaryIO:
        """Return the bytes, from the first one on."""
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def lines(self) -> Iterator[str]:
        """Yield the lines of a text, each with its ending, decoded by the one encoding that fits.

        Raises:
            NotText: Where none fits.
            IsWorkbook: Where the file is no text at all.
            LineTooLong: Where a line is longer than any entry.
        """
        encoding = self._encoding()
        text = io.TextIOWrapper(self.binary(), encoding=encoding, newline="")
        try:
            for number in count(1):
                line = text.readline(LONGEST_LINE)
                if not line:
                    return
                if len(line) >= LONGEST_LINE:
                    raise LineTooLong(file=self.name, line=number, limit=LONGEST_LINE)
                yield line
        finally:
            with suppress(ValueError):  # the file may have been closed before
                text.detach()

    def _encoding(self) -> str:
        """Return the encoding by the BOM, else strict UTF-8, else strict GB18030: nothing is guessed."""
        start = self.binary().read(4)
        if start.startswith(OFFICE_FILES):
            raise IsWorkbook(file=self.name)
        named = next((encoding for bom, encoding in BOMS if start.startswith(bom)), None)
        farthest = 0
        for encoding in [named] if named else ["utf-8", "gb18030"]:
            wrong = self._first_wrong_byte(encoding)
            if wrong is None:
                return encoding
            farthest = max(farthest, wrong)
        raise NotText(file=self.name, line=self._line_at(farthest))

    def _first_wrong_byte(self, encoding: str) -> int | None:
        """Return where the bytes stop being text of this encoding, None where all of them are; NUL is no text."""
        decoder = codecs.getincrementaldecoder(encoding)()
        file, before, pending = self.binary(), 0, 0  # pending: bytes of a character that the next chunk ends
        while True:
            chunk = file.read(CHUNK)
            try:
                if "\0" in decoder.decode(chunk, final=not chunk):
                    return before + max(chunk.find(b"\0"), 0)
            except UnicodeDecodeError as error:
                return before - pending + error.start
            if not chunk:
                return None
            before += len(chunk)
            pending = len(decoder.getstate()[0])

    def _line_at(self, offset: int) -> int:
        file, line, left = self.binary(), 1, offset
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            line += chunk.count(b"\n")
            left -= len(chunk)
        return line


@contextmanager
def open_source(name: str, folder: Path, stdin: BinaryIO) -> Iterator[Source]:
    """Open the file `name` (relative to `folder`), or for `-` what comes on `stdin`. Raise UnreadableImport."""
    path = folder / name
    with ExitStack() as stack:
        with _system_errors(name):
            if name == STDIN:
                path = stack.enter_context(_copied(name, stdin))
            elif _is_pipe(path):  # it can be read but once
                path = stack.enter_context(_copied(name, stack.enter_context(path.open("rb"))))
            source = stack.enter_context(closing(Source(name, path)))
        if source.size == 0:
            raise UnreadableImport(file=name, reason=Message(N_("the file is empty")))
        yield source


def _is_pipe(path: Path) -> bool:
    try:
        return path.exists() and not path.is_dir() and not path.is_file()
    except (OSError, ValueError):
        return False


@contextmanager
def _system_errors(name: str) -> Iterator[None]:
    """Raise what the system refuses as UnreadableImport of the file `name`."""
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise UnreadableImport(file=name, reason=getattr(error, "strerror", None) or str(error)) from error


@contextmanager
def _copied(name: str, stream: BinaryIO) -> Iterator[Path]:
    """Copy a stream into a temporary file, removed when the block ends. Raise TooMuchOnPipe, LineTooLong."""
    import tempfile  # noqa: PLC0415 - most imports come from a file

    with tempfile.TemporaryDirectory(prefix="ordos-targets-") as folder:
        path = Path(folder) / "import"
        with path.open("wb") as file:
            for chunk in _bounded(name, stream):
                file.write(chunk)
        yield path


def _bounded(name: str, stream: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a stream as long as they may be an import: one that never ends must not fill the disk."""
    before, line, length, packed = 0, 1, 0, None
    while chunk := stream.read(CHUNK):
        packed = chunk.startswith(OFFICE_FILES) if packed is None else packed
        before += len(chunk)
        if before > MOST_ON_PIPE_MEGABYTES << 20:
            raise TooMuchOnPipe(file=name, megabytes=MOST_ON_PIPE_MEGABYTES)
        last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        length = len(chunk) - last - 1 + (length if last < 0 else 0)
        line += chunk.count(b"\n")
        if length > LONGEST_LINE * WIDEST_CHARACTER and not packed:
            raise LineTooLong(file=name, line=line, limit=LONGEST_LINE)
        yield chunk
