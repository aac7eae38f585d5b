"""How the bytes of an import become lines of text."""

from __future__ import annotations

import codecs
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordos_targets.readers.rows import UnreadableImport
from ordos_targets.readers.source import CHUNK, LONGEST_LINE, IsWorkbook, LineTooLong, NotText, open_source

TEXT = "指标,完成值\n中试,4\n"


def lines(content: bytes, folder: Path, name: str = "june.csv") -> list[str]:
    """The lines of a file with this content."""
    (folder / name).write_bytes(content)
    with open_source(name, folder, BytesIO()) as source:
        return list(source.lines())


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "UTF-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "UTF-8 with a BOM"),
        (TEXT.encode("gbk"), "GBK"),
        (TEXT.encode("gb18030"), "GB18030"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "Excel's Unicode text"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16 from a Mac"),
        (b"\x84\x31\x95\x33" + TEXT.encode("gb18030"), "GB18030 with a BOM"),
    ],
)
def test_the_encodings_of_an_office_are_read(content: bytes, encoding: str, tmp_path: Path) -> None:
    """A file is read alike in every encoding that names itself or fits strictly."""
    found = "".join(lines(content, tmp_path)).removeprefix("\ufeff")
    assert (encoding, TEXT) == (encoding, found)


def test_a_character_across_two_chunks_is_whole(tmp_path: Path) -> None:
    """What is looked at piece by piece is not torn where a piece ends."""
    text = "a" * (CHUNK - 1) + "指\n"
    assert [text] == lines(text.encode(), tmp_path)


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"ok\nok\n\xff\xff\n", 3), (b"a\nb\x00c\n", 2), (TEXT.encode() + b"\x81", 3), (b"\xff\xfe\x00", 1)],
)
def test_what_is_neither_utf8_nor_gb18030_is_refused_with_its_line(content: bytes, line: int, tmp_path: Path) -> None:
    """Nothing is guessed: the line of the first wrong byte is named."""
    with pytest.raises(NotText) as raised:
        lines(content, tmp_path)
    assert line == raised.value.params["line"]


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_workbook_called_csv_is_told_apart(start: bytes, tmp_path: Path) -> None:
    """A workbook that bears a text's name is not read as text, and the message says how to bring it."""
    with pytest.raises(IsWorkbook):
        lines(start + b"rest", tmp_path)


def test_a_line_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    """A line longer than any entry is refused before it fills the memory."""
    with pytest.raises(LineTooLong) as raised:
        lines(b"target,value\n" + b"x" * (LONGEST_LINE + 1), tmp_path)
    assert 2 == raised.value.params["line"]


@pytest.mark.parametrize("name", ["missing.csv", ".", "a\0b.csv"])
def test_a_file_that_cannot_be_opened_is_said_to(name: str, tmp_path: Path) -> None:
    """A missing file, a folder and an impossible name are one failure, with the system's reason."""
    with pytest.raises(UnreadableImport), open_source(name, tmp_path, BytesIO()):
        pass


def test_an_empty_file_is_no_import(tmp_path: Path) -> None:
    """Nothing at all in a file is a mistake somewhere, and said to be."""
    with pytest.raises(UnreadableImport):
        lines(b"", tmp_path)


def test_standard_input_can_be_read_twice(tmp_path: Path) -> None:
    """What comes on a pipe is kept until the import is over, and gone after it."""
    with open_source("-", tmp_path, BytesIO(TEXT.encode("gbk"))) as source:
        assert list(source.lines()) == list(source.lines()) == TEXT.splitlines(keepends=True)
        kept = source.path
    assert not kept.exists()


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n\ufeff"), min_size=1))
def test_any_utf8_text_is_read_as_it_is(text: str) -> None:
    """UTF-8 is never taken for GB18030, whatever stands in it."""
    with open_source("-", Path(), BytesIO(f"{text}\n".encode())) as source:
        assert [f"{text}\n"] == list(source.lines())
