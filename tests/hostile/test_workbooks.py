"""Workbooks that are bombs, lies or no workbooks: each is refused in a sentence, in little memory."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from bombs import HEADINGS, MAIN, OFFICE, SHEET, XML, frugally, lie, row, sheet, workbook
from children import GOALS
from office import Office

from ordos_targets.readers import xlsx
from ordos_targets.readers.source import open_source

ENTRY = row("parks", "1", "2025-06-30", number=2)
NO_WORKBOOK = "cannot be read: not an XLSX workbook"
ENTITIES = "".join(
    f'<!ENTITY {name} "' + f"&{before};" * 10 + '">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
LAUGHS = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'


@pytest.fixture
def desk(office: Office) -> Office:
    """A folder with goals."""
    office.write(GOALS)
    return office


def many(times: int, what: str, before: str = "") -> Iterator[bytes]:
    """A sheet in pieces: headings, and `what` many thousand times."""
    yield f"{XML}<worksheet><sheetData>{HEADINGS}{before}".encode()
    for _ in range(times):
        yield what.encode() * 1000
    yield b"</sheetData></worksheet>"


def lines(content: bytes, folder: Path) -> list[tuple[int, list[str]]]:
    """The rows of a workbook with this content."""
    (folder / "a.xlsx").write_bytes(content)
    with open_source("a.xlsx", folder, io.BytesIO()) as source:
        return [(line.number, [cell.text for cell in line.cells]) for line in xlsx.xlsx_lines(source, None)]


def refused(desk: Office, content: bytes) -> str:
    """What is said where a workbook is refused; nothing is imported."""
    (desk.folder / "a.xlsx").write_bytes(content)
    ran = desk.run("import", "a.xlsx")
    assert (4, "", 1) == (ran.code, ran.out, len(ran.err.splitlines()))
    with desk.ledger.reading() as book:
        assert 0 == book.head.entries
    return ran.err


@pytest.mark.slow
def test_a_gigabyte_in_a_megabyte_is_not_unpacked(desk: Office) -> None:
    """A workbook is unpacked piece by piece, and no further than workbooks go."""
    (desk.folder / "a.xlsx").write_bytes(workbook(many(10_000, " " * 60)))
    ran = frugally(desk.folder, "import", "a.xlsx")
    message = "a.xlsx unpacks to more than 512 MB (xl/worksheets/a.xml)"
    assert (4, True) == (ran.returncode, message in ran.stderr), ran.stderr


@pytest.mark.slow
def test_a_size_that_lies_is_not_believed(desk: Office) -> None:
    """A part that says it is small is read no further than that, and only as much is unpacked at a time."""
    content = lie(workbook(many(10_000, " " * 80)), SHEET, 500)
    (desk.folder / "a.xlsx").write_bytes(content)
    ran = frugally(desk.folder, "import", "a.xlsx")
    assert (4, True) == (ran.returncode, NO_WORKBOOK in ran.stderr), ran.stderr


def test_a_merged_area_of_17_billion_cells_is_only_an_area(desk: Office) -> None:
    """Merged areas are looked up for the rows there are, no wider than the sheet."""
    areas = '<mergeCell ref="B3:XFD1048576"/>' * 1000
    (desk.folder / "a.xlsx").write_bytes(workbook(sheet(HEADINGS + ENTRY, f"<mergeCells>{areas}</mergeCells>")))
    ran = frugally(desk.folder, "import", "a.xlsx")
    assert (0, "") == (ran.returncode, ran.stderr)
    assert "1 added" in ran.stdout


def test_a_lonely_cell_in_the_last_corner_is_a_row(desk: Office) -> None:
    """Places between cells are not gone through: neither the million rows above nor the sheets of 17 billion."""
    corner = '<row r="1048576"><c r="A1048576" t="str"><v>parks</v></c><c r="B1048576"><v>1</v></c></row>'
    links = '<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>'
    (desk.folder / "a.xlsx").write_bytes(workbook(sheet(HEADINGS + corner, links)))
    ran = frugally(desk.folder, "import", "a.xlsx", "--date", "2025-06-30")
    assert (0, "") == (ran.returncode, ran.stderr)


FAR = '<row><c r="XFD9"><v>1</v></c></row>'
SPARSE = "".join(f'<row r="{number}"><c r="A{number}"/></row>' for number in range(1, 3000))
EVERYWHERE = '<mergeCell ref="A1:XFD1048576"/>'


@pytest.mark.parametrize(
    "content",
    [
        "".join(piece.decode() for piece in many(3, FAR)),
        sheet(FAR + SPARSE.replace("<c ", "<c t='str' "), f"<mergeCells>{EVERYWHERE * 20}</mergeCells>"),
        sheet(HEADINGS, f"<mergeCells>{EVERYWHERE * (xlsx.MOST_AREAS + 1)}</mergeCells>"),
    ],
    ids=["far to the right", "merged all over", "merged areas without number"],
)
def test_what_would_fill_a_sheet_is_counted(content: str, desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that reach far to the right and merged areas are counted cell by cell, and there is an end to it."""
    monkeypatch.setattr(xlsx, "MOST_CELLS", 1 << 20)
    assert "has more than 1,048,576 cells; import it as CSV" in refused(desk, workbook(content))


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (SHEET, f"<x>{'<a/>' * 300_000}</x>"),
        ("xl/texts.xml", f"<sst>{'<si/>' * 300_000}</sst>"),
        ("xl/styles.xml", f"<s><cellXfs>{'<xf/>' * 300_000}</cellXfs></s>"),
        ("xl/workbook.xml", "<s>" + '<sheet name="a" />' * 90_000 + "</s>"),
        ("_rels/.rels", "<s>" + '<Relationship Id="a" Target="b" Type="c"/>' * 50_000 + "</s>"),
    ],
    ids=lambda one: one if len(one) < 30 else "",
)
def test_every_part_has_its_limit(part: str, content: str, desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of a part to the end of the run is bounded by the part's size."""
    monkeypatch.setattr(xlsx, "LARGEST_SHARED", 1 << 20)
    monkeypatch.setattr(xlsx, "LARGEST_UNPACKED", 1_100_000)
    packed = workbook(content, {part: content}) if part != SHEET else workbook(content)
    assert "a.xlsx unpacks to more than" in refused(desk, packed)


@pytest.mark.parametrize(
    "content",
    [
        sheet("<row " + "x" * (3 << 20)),
        f"{XML}{'<a>' * 100_000}",
        f"<x>{''.join(f'<n{number}/>' for number in range(20_000))}</x>",
        sheet('<row r="1048577"><c/></row>'),
        sheet('<row r="1"><c r="XFE1"/></row>'),
        sheet('<row r="1"><c r="a1"/></row>'),
        sheet('<row r="-1"/>'),
        sheet('<row><c t="s"><v>7</v></c></row>'),
        sheet('<row><c t="s"><v>-1</v></c></row>'),
        sheet(f'<row><c t="s"><v>{"9" * 5000}</v></c></row>'),
        sheet('<row><c s="3"><v>7</v></c></row>'),
        sheet("", '<mergeCells><mergeCell ref="A1:B"/></mergeCells>'),
        sheet("", "<mergeCells><mergeCell/></mergeCells>"),
        sheet("&nothing;"),
        sheet("").replace("UTF-8", "UTF-77"),
        sheet("")[:-3],
        sheet("") + "more",
        "\0",
        "",
    ],
    ids=lambda one: ascii(one[-40:]),
)
def test_a_sheet_that_is_none_is_said_to_be(content: str, desk: Office) -> None:
    """Whatever is wrong with a sheet's XML is one refusal."""
    assert NO_WORKBOOK in refused(desk, workbook(content))


@pytest.mark.parametrize("doctype", [LAUGHS, OUTSIDE, "<!DOCTYPE x>"], ids=["entities", "a file", "bare"])
@pytest.mark.parametrize("part", [SHEET, "xl/texts.xml", "xl/styles.xml", "xl/workbook.xml", "_rels/.rels"])
def test_no_part_may_declare_a_document_type(part: str, doctype: str, desk: Office) -> None:
    """Entities, which multiply in memory or bring in other files, are refused before any of them is read."""
    content = f"{XML}{doctype}<x>&i;</x>"
    packed = workbook(content) if part == SHEET else workbook(sheet(HEADINGS + ENTRY), {part: content})
    assert "it contains a document type declaration, which workbooks do not have" in refused(desk, packed)


def zipped(parts: Mapping[str, str], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def flagged(content: bytes, flags: int) -> bytes:
    """A zip file all of whose parts bear these flags: 1 is encrypted."""
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        parts = content.split(mark)
        flag = struct.pack("<H", flags)
        content = mark.join([parts[0], *(one[: place - 4] + flag + one[place - 2 :] for one in parts[1:])])
    return content


GOOD = workbook(sheet(HEADINGS + ENTRY))


@pytest.mark.parametrize(
    "content",
    [
        zipped({}),
        zipped({"a": "b"}),
        zipped({"_rels/.rels": "<a/>"}),
        workbook(sheet(""), packed=zipfile.ZIP_LZMA),
        workbook(sheet(""), packed=zipfile.ZIP_BZIP2),
        flagged(GOOD, 1),
        GOOD[:-30],
        GOOD[:200] + bytes(200) + GOOD[400:],
        GOOD[:-22] + b"PK\x05\x06" + bytes(8) + b"\xff\xff\xff\x7f" + bytes(6),
        GOOD[:-22] + b"PK\x06\x06" + bytes(36) + b"\xff" * 16 + b"PK\x06\x07" + bytes(16) + GOOD[-22:],
    ],
    ids=["empty", "no parts", "no relations", "LZMA", "BZIP2", "encrypted", "cut", "torn", "long directory", "zip64"],
)
def test_a_zip_file_that_is_no_workbook_is_said_to_be(content: bytes, desk: Office) -> None:
    """Encrypted, cut and torn files, other kinds of packing, and a directory that would fill the memory are refused."""
    assert NO_WORKBOOK in refused(desk, content)


def test_a_workbook_whose_sheets_lead_nowhere_is_none(desk: Office) -> None:
    """A workbook that names a sheet which is not in it cannot be read."""
    content = workbook(sheet(""), {"xl/_rels/workbook.xml.rels": "<x/>"})
    assert NO_WORKBOOK in refused(desk, content)


def test_sheets_without_number_are_told_by_the_first_of_them(desk: Office) -> None:
    """A workbook may name any number of sheets, and call them as it likes; a message stays one."""
    sheets = "".join(f'<sheet name="{n}{"x" * 900}" r:id="r1"/>' for n in range(5000))
    content = workbook(sheet(""), {"xl/workbook.xml": f'<w xmlns:r="y"><sheets>{sheets}</sheets></w>'})
    (desk.folder / "a.xlsx").write_bytes(content)
    ran = desk.run("import", "a.xlsx", "--sheet", "y" * 100_000)
    assert (4, True) == (ran.code, len(ran.err) < 2000)


def test_codes_in_a_workbook_bring_in_nothing_that_cannot_be_kept(desk: Office) -> None:
    """_xD800_ and _x0000_ stand for characters no ledger holds; they are refused, not written."""
    for code in ("_xD800_", "_x0000_"):
        for cells in ((code, "1"), ("parks", code), ("parks", "1", code), ("parks", "1", "2025-06-30", code)):
            (desk.folder / "a.xlsx").write_bytes(workbook(sheet(HEADINGS + row(*cells, number=2))))
            ran = desk.run("import", "a.xlsx")
            assert (4, "", True) == (ran.code, ran.out, "Unexpected" not in ran.err)


def test_a_workbook_without_places_or_with_prefixes_is_read(tmp_path: Path) -> None:
    """Cells need not say where they stand, and elements may bear a prefix."""
    cells = '<x:row><x:c><x:v>1</x:v></x:c><x:c/><x:c t="str"><x:v>b</x:v></x:c></x:row>'
    content = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{cells}</x:sheetData></x:worksheet>'
    assert [(1, ["1", "", "b"])] == lines(workbook(content), tmp_path)


STYLES = (
    f'<styleSheet xmlns="{MAIN}">'
    '<numFmts count="4"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
    '<numFmt numFmtId="165" formatCode="[$-804]yyyy&quot;day&quot;m/d;@"/><numFmt numFmtId="166" formatCode="[h]:mm"/>'
    '<numFmt numFmtId="167" formatCode="[Red]0.0%"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>'
    + "".join(f'<xf numFmtId="{number}"/>' for number in (0, 10, 14, 57, 20, 164, 165, 166, 167))
    + "</cellXfs></styleSheet>"
)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>0.28699999999999998</v></c>", "0.287"),
        ('<c s="1"><v>0.2</v></c>', "20%"),
        ('<c s="8"><v>0.2</v></c>', "20%"),
        ('<c s="2"><v>45838</v></c>', "2025-06-30"),
        ('<c s="3"><v>45838</v></c>', "2025-06"),
        ('<c s="5"><v>45838</v></c>', "2025-06"),
        ('<c s="6"><v>45838</v></c>', "2025-06-30"),
        ('<c s="4"><v>0.4375</v></c>', "10:30:00"),
        ('<c s="2"><v>45838.4375</v></c>', "2025-06-30T10:30:00"),
        ('<c s="2"><v>1</v></c>', "1900-01-01"),
        ('<c s="2"><v>61</v></c>', "1900-03-01"),
        ("<c><v>1e999999</v></c>", "Infinity"),
        ('<c t="b"><v>1</v></c>', "true"),
        ('<c t="e"><v>#REF!</v></c>', "#REF!"),
        ('<c t="d"><v>2025-06-30</v></c>', "2025-06-30"),
        ('<c t="str"><f>A1</f><v>x_x0041_</v></c>', "xA"),
        ('<c t="s"><v>0</v></c>', "东京B"),
        ('<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
    ],
)  # fmt: skip
def test_a_cell_says_what_it_shows(cell: str, text: str, tmp_path: Path) -> None:
    """Numbers, days, months, moments, percentages and texts are read by type and format, as they are shown."""
    texts = f'<sst xmlns="{MAIN}"><si><r><t>东</t></r><r><t>京_x0042_</t></r></si></sst>'
    content = workbook(sheet(f"<row>{cell}</row>"), {"xl/styles.xml": STYLES, "xl/texts.xml": texts})
    assert [(1, [text])] == lines(content, tmp_path)


def test_a_workbook_of_an_old_mac_counts_days_from_1904(tmp_path: Path) -> None:
    """Where a workbook says so, its days are counted from 1904-01-01."""
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr date1904="1"/>'
        '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    content = workbook(
        sheet('<row><c s="2"><v>44376</v></c></row>'),
        {"xl/styles.xml": STYLES, "xl/workbook.xml": book},
    )
    assert [(1, ["2025-06-30"])] == lines(content, tmp_path)
