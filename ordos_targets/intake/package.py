"""A look through an Office Open XML package, piece by piece, before a library takes it whole: no bomb in it goes off.

Nothing a package says of itself is believed: not the sizes in its directory, not that its parts are well-formed, not
that they end. What is read is counted while it is read. Document types, by which entities multiply, are refused.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from struct import unpack_from
from typing import BinaryIO, Protocol
from xml.parsers import expat

from ordos_targets.domain.errors import N_, Message
from ordos_targets.intake.row import UnreadableImport
from ordos_targets.intake.source import Source

LARGEST_UNPACKED = 1 << 29
# Of the list of parts, which zipfile keeps in memory: a workbook has some dozens of them.
LARGEST_DIRECTORY = 1 << 20
# Of what all sheets share (texts, styles, relations): memory holds it to the end.
LARGEST_SHARED = 1 << 26
PIECE = 1 << 16
# Of XML: how deep elements may nest, how long one tag may be, how many names there may be.
DEEPEST = 64
LONGEST_TAG = 1 << 20
MOST_NAMES = 10_000

# The lengths of what ends a zip file: the usual end, and what a very large one has before it.
_END, _LOCATOR, _END64, _LONGEST_REMARK = 22, 20, 56, 1 << 16
_LONGEST_END = _END + _LOCATOR + _END64


class TooLargeUnpacked(UnreadableImport):
    code = "too_large_unpacked"
    template = N_("{file} unpacks to more than {megabytes} MB ({part}); import it as CSV")


class NotAWorkbook(UnreadableImport):
    """Facts: file, reason (a Message)."""

    code = "not_a_workbook"

    def __init__(self, file: str) -> None:
        super().__init__(file=file, reason=Message(N_("it is no XLSX workbook")))


class HasDocumentType(UnreadableImport):
    """Facts: file, reason (a Message)."""

    code = "has_document_type"

    def __init__(self, file: str) -> None:
        super().__init__(file=file, reason=Message(N_("it declares a document type, as no workbook does")))


class Visitor(Protocol):
    """What is told of the elements of a part: names without their prefix, attributes as they are written."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


class Package:
    """An open package. Whatever is wrong with it or its parts is NotAWorkbook, HasDocumentType or TooLargeUnpacked."""

    def __init__(self, source: Source) -> None:
        self.file = source.name
        self._left = LARGEST_UNPACKED
        with self.failures():
            stream = source.binary()
            _check_directory(stream)
            self._zip = zipfile.ZipFile(stream)
        self._parts = {one.filename: one for one in self._zip.infolist()}

    def parts(self) -> list[str]:
        """The names of the parts that are XML."""
        return [name for name in self._parts if name.endswith((".xml", ".rels", ".vml"))]

    def visit(self, part: str, visitor: Visitor, most: int) -> None:
        """Tell `visitor` of a part, which unpacks to at most so many bytes."""
        reader = _Reader(visitor, self.file)
        with self.failures():
            for piece in self._pieces(part, most):
                reader.feed(piece)
            reader.feed(b"", last=True)

    def _pieces(self, part: str, most: int) -> Iterator[bytes]:
        """The bytes of a part, at most PIECE at a time: that is also the most that is unpacked at a time."""
        info = self._parts[part]
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise NotAWorkbook(self.file)  # the other ways to pack unpack without a bound
        unpacked = 0
        with self._zip.open(info) as stream:
            while piece := stream.read(PIECE):
                self._left -= len(piece)
                unpacked += len(piece)
                if self._left < 0 or unpacked > most:
                    limit = LARGEST_UNPACKED if self._left < 0 else most
                    raise TooLargeUnpacked(file=self.file, part=part, megabytes=limit >> 20)
                yield piece

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Whatever goes wrong with what a package holds is NotAWorkbook."""
        try:
            yield
        except (
            # A part that is missing, an encrypted one, what zipfile does not know, sizes and places that cannot be.
            expat.ExpatError, zipfile.BadZipFile, zlib.error, LookupError, ValueError, RuntimeError, OSError, EOFError,
            ArithmeticError, TypeError, AttributeError, SyntaxError,
        ) as error:  # fmt: skip
            raise NotAWorkbook(self.file) from error


class _Reader:
    """An XML parser that is fed pieces, and stops at what no workbook holds."""

    def __init__(self, visitor: Visitor, file: str) -> None:
        self._visitor, self._file = visitor, file
        self._depth = self._fed = 0
        self._names: dict[str, str] = {}
        parser = self._parser = expat.ParserCreate(intern=self._names)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = visitor.text
        parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Parse one more piece. Raises ValueError, expat.ExpatError, HasDocumentType."""
        self._fed += len(piece)
        self._parser.Parse(piece, last)
        # A tag without end is read again from its beginning with each piece, and names are kept for good.
        if self._fed - self._parser.CurrentByteIndex > LONGEST_TAG or len(self._names) > MOST_NAMES:
            raise ValueError(self._file)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError(self._file)
        self._visitor.start(local(name), attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._visitor.end(local(name))

    def _refuse(self, *_doctype: object) -> None:
        raise HasDocumentType(self._file)


def local(name: str) -> str:
    """The name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


def _check_directory(stream: BinaryIO) -> None:
    """Look how long the list of parts is before it is read. Raises ValueError."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _LONGEST_REMARK - _LONGEST_END))
    tail = stream.read()
    # As zipfile looks for it: right at the end, else the last there is.
    for place in {len(tail) - _END, tail.rfind(b"PK\x05\x06")}:
        if place >= 0 and tail.startswith(b"PK\x05\x06", place) and _directory_size(tail, place) > LARGEST_DIRECTORY:
            raise ValueError(size)


def _directory_size(tail: bytes, place: int) -> int:
    """The length that the end of a zip file, at `place` in its `tail`, gives its directory."""
    before = place - _LOCATOR - _END64
    if before >= 0 and tail.startswith(b"PK\x06\x07", place - _LOCATOR):
        return int(unpack_from("<Q", tail, before + 40)[0])
    return int(unpack_from("<L", tail, place + 12)[0]) if place + _END <= len(tail) else 0
