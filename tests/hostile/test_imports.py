"""Texts to import that would fill the memory, take for ever, or bring in what no ledger can hold."""

from __future__ import annotations

import json
import os
import unicodedata

import pytest
from bombs import frugally
from children import GOALS
from office import Office

from ordos_targets.domain.entries import Entry
from ordos_targets.readers import delimited, records, source
from ordos_targets.store.ledger import Query

HEAD = "target,value,date,note\n"
KEPT_BEFORE = {"recorded_at": "2025-07-01T00:00:00Z", "kind": "increment", "value": "1", "date": "2025-06-30"}
# To bring this into normal form takes the square of its length: a megabyte of it takes days.
MARKS = "a" + "\u0316\u0301" * 250_000
LONGEST_TOLD = 300


@pytest.fixture
def desk(office: Office) -> Office:
    """A folder with goals."""
    office.write(GOALS)
    return office


def entries(desk: Office) -> list[Entry]:
    with desk.ledger.reading() as book:
        return [one.entry for one in book.entries(Query(cancelled=True))]


def refused(desk: Office, content: str | bytes, name: str, *arguments: str) -> list[str]:
    """What a refused import says, a line a problem; nothing is imported, and no line is long."""
    (desk.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    ran = desk.run("import", name, *arguments)
    assert (4, "", []) == (ran.code, ran.out, entries(desk))
    assert [] == [line for line in ran.err.splitlines() if len(line) > LONGEST_TOLD]
    return ran.err.splitlines()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_line_of_a_million_columns_is_no_list(delimiter: str, desk: Office) -> None:
    """More columns than a sheet may have are refused with the line, whichever sign parts them."""
    heading, entry = delimiter.join(("target", "value", "")), delimiter.join(("parks", "1", ""))
    [message] = refused(desk, f"{heading}\n{entry}{delimiter * 900_000}\n", "a.csv")
    problem = "the line has more than 16,384 columns; check that this is a file of entries"
    assert f"ordos-targets: error: a.csv:2: {problem}" == message
    assert "a.csv:1: the line has more" in refused(desk, f"{delimiter * 900_000}\n{heading}\n", "a.csv")[0]


def test_a_record_that_never_ends_is_not_read_to_its_end(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quoted cell may go on over many lines, but a record is no longer than a line may be."""
    for module in (source, delimited):
        monkeypatch.setattr(module, "LONGEST_LINE", 1 << 16)
    message = refused(desk, HEAD + '"\n",' * 40_000 + "\n", "a.csv")
    assert ["a.csv:2: the line is longer than 65536 characters"] == [message[0].split(": ", 2)[2].split(";")[0]]


def test_columns_nobody_knows_are_told_by_the_first_of_them(desk: Office) -> None:
    """Ten thousand unknown headings are no message of a megabyte, and neither is one heading that long."""
    (desk.folder / "a.csv").write_text("target,value," + ",".join(f"x{n}" for n in range(10_000)), encoding="utf-8")
    message = desk.run("import", "a.csv").err
    assert (True, True) == ("x0, x1, x2" in message, len(message) < 1000)
    (desk.folder / "a.csv").write_text("target,value," + "x" * 100_000, encoding="utf-8")
    assert len(desk.run("import", "a.csv").err) < 1000


@pytest.mark.parametrize(
    "row",
    [
        {"target": MARKS, "value": "1"},
        {"target": "parks", "value": MARKS},
        {"target": "parks", "value": "1", "date": MARKS},
        {"target": "parks", "value": "1", "district": MARKS},
        {"target": "parks", "value": "1", "kind": MARKS},
        {"target": "parks", "value": "1", "estimate": MARKS},
        {"target": "parks", "value": "1", "unit": MARKS},
        {"target": "parks", "item": MARKS, "value": MARKS},
        {"target": "parks", "value": "1", "note": MARKS},
        {"target": "parks", "value": "1", "evidence": MARKS},
        {"target": "parks", "value": "1", "uid": MARKS, "recorded_at": MARKS},
        {"target": "parks (" + " " * 900_000 + "x", "value": "1"},
        {MARKS: "parks", "value": "1"},
        {"parks" + " " * 900_000 + "x": "1"},
    ],
    ids=lambda row: "-".join(key[:9] for key in row),
)
def test_a_text_of_a_megabyte_is_told_in_a_line(row: dict[str, str], desk: Office) -> None:
    """What would take days to compare is refused for its length, wherever it stands; the test would not end else."""
    assert MARKS != unicodedata.normalize("NFKC", MARKS[:9])
    refused(desk, json.dumps(row, ensure_ascii=False) + "\n", "a.jsonl")
    if all(len(key) < LONGEST_TOLD for key in row):
        message = refused(desk, ",".join(row) + "\n" + ",".join(row.values()) + "\n", "a.csv")
        assert message[1].strip().startswith("a.csv:2: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 900_000, 'a.jsonl:1: not a JSON object like {"target": "…", "value": 3}'),
        ('{"a":' * 150_000, 'a.jsonl:1: not a JSON object like {"target": "…", "value": 3}'),
        ('{"target": "parks", "value": ' + "9" * 900_000 + "}", "a.jsonl:1: value: “" + "9" * 59 + "…” is too long"),
        ('{"target": "parks", "value": 1e999999}', "a.jsonl:1: value: “1e999999” has an exponent"),
        ('{"target": "parks", "value": -Infinity}', "a.jsonl:1: value: “-Infinity” is not a number"),
        ('{"target": "parks", "value": "\\u0000"}', "a.jsonl:1: value: “\\x00” contains the character U+0000"),
        ('{"target": "parks", "value": "1\\ud800"}', "a.jsonl:1: value: “1\\ud800” contains the character U+D800"),
        ('{"target": "parks", "value": 1, "note": "\\ud800"}', "a.jsonl:1: note: A text of the entry is too long"),
        ('{"target": "\\u202eparks", "value": 1}', "a.jsonl:1: target: Unknown target “\\u202eparks”"),
    ],
    ids=lambda one: ascii(one)[:40],
)
def test_json_that_goes_too_far_is_told(text: str, message: str, desk: Office) -> None:
    """Depth, digits, exponents, infinity, NUL and lone surrogates are refused, and shown as codes."""
    assert refused(desk, f"{text}\n", "a.jsonl")[1].strip().startswith(message)


ENTRY = '[[entries]]\ntarget = "parks"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{ENTRY}value = {'9' * 100_000}", "a.toml cannot be read: it contains a number that is too long"),
        (f"{ENTRY}value = 0x{'f' * 100_000}", "value is neither text nor a number"),
        (f"{ENTRY}value = 1e999999", "a.toml:1: value: “1e999999” has an exponent"),
        (f"{ENTRY}value = 1e99999999999999999999", "a.toml:1: value: “1e99999999999999999999” has an exponent"),
        (f"{ENTRY}value = -inf", "a.toml:1: value: “-inf” is not a number"),
        (f"{ENTRY}value = {'[' * 100_000}", "a.toml cannot be read: lists or tables are nested too deeply"),
        (f"{ENTRY}value = {'{a=' * 100_000}", "a.toml cannot be read: lists or tables are nested too deeply"),
        (f"{ENTRY}{'a.' * 300_000}a = 1", "a.toml cannot be read: key with more than 12 parts on line 3"),
        (f"{ENTRY}[{'a.' * 300_000}a]", "a.toml cannot be read: key with more than 12 parts on line 3"),
        (ENTRY + '"a" . ' * 100_000 + "a = 1", "a.toml cannot be read: key with more than 12 parts on line 3"),
        (f'{ENTRY}note = """\n', "a.toml cannot be read: Unterminated string"),
        ("\n" + ENTRY * 2 + "value = = 1\n" + ENTRY, "a.toml cannot be read: Invalid value (at line 6, column 9)"),
        (f"{ENTRY}value = 1\n[other]\n", "a.toml contains no entries"),
        ("entries = 1\n", "a.toml contains no entries"),
        ("# nothing\n", "a.toml contains no entries"),
    ],
    ids=lambda one: ascii(one)[:50],
)
def test_toml_that_goes_too_far_is_told(text: str, message: str, desk: Office) -> None:
    """Digits, exponents, depth, endless keys and what is no TOML are refused, with the line of the file."""
    assert message in " ".join(refused(desk, text, "a.toml"))


def test_toml_is_read_an_entry_at_a_time(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of any size passes; what stands under one heading may not be large; a note may look like a heading."""
    monkeypatch.setattr(records, "LARGEST_ENTRY", 1 << 12)
    note = 'date = 2025-06-30\nnote = """\n[[entries]]\n[x]\n"""\n'
    (desk.folder / "a.toml").write_text(f"# first\n{ENTRY}value = 1\n{note}" * 300, encoding="utf-8")
    assert "300 added" in desk.run("import", "a.toml").out
    assert {"[[entries]]\n[x]"} == {one.note for one in entries(desk)}
    (desk.folder / "b.toml").write_text(f"{ENTRY}{ENTRY}value = 1\n{'#' * 5000}\n", encoding="utf-8")
    message = "b.toml:3: more than 0 MB without a heading [[entries]]; use JSON Lines instead"
    assert message in desk.run("import", "b.toml").err


def test_an_unclosed_text_is_not_sought_for_ever(desk: Office) -> None:
    """A text without end that is followed by many headings is reported after some of them."""
    message = refused(desk, f'{ENTRY}note = """\n' + ENTRY * 30_000, "a.toml")
    assert "a.toml cannot be read: Unterminated string" in message[0]


@pytest.mark.parametrize("text", ["\0", "\ud800", "x" * 5000], ids=["NUL", "surrogate", "long"])
@pytest.mark.parametrize("column", ["target", "district", "item", "origin", "by", "note", "evidence"])
def test_what_a_ledger_kept_before_must_be_fit_too(column: str, text: str, desk: Office) -> None:
    """An entry that says it comes from a ledger brings in no NUL, no lone surrogate and no endless text."""
    message = refused(desk, json.dumps({"target": "gone", **KEPT_BEFORE, column: text}) + "\n", "a.jsonl")
    assert message[1].strip().startswith(f"a.jsonl:1: {column}: A text of the entry is too long")


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2025-01-01T00:00:00+99:00"]
)
def test_a_moment_before_the_first_day_is_none(moment: str, desk: Office) -> None:
    """A moment that no calendar holds in UTC is refused like any other that cannot be."""
    message = refused(desk, json.dumps({"target": "parks", **KEPT_BEFORE, "recorded_at": moment}) + "\n", "a.jsonl")
    assert message[1].strip().startswith(f"a.jsonl:1: recorded_at: “{moment}” is not a time in the past")


@pytest.mark.parametrize("number", ["1e999999999", "-1e-999999999", "NaN", "sNaN123", "Infinity", "0x10", "1_000e5"])
def test_figures_a_ledger_kept_before_are_figures(number: str, desk: Office) -> None:
    """An exponent that would fill the memory, NaN and infinity are refused from a ledger's export too."""
    message = refused(desk, json.dumps({"target": "gone", **KEPT_BEFORE, "value": number}) + "\n", "a.jsonl")
    assert message[1].strip().startswith("a.jsonl:1: value: “")


def test_the_unit_in_a_key_goes_with_its_figure(desk: Office) -> None:
    """A key of JSON or TOML may bear the unit, as a heading may; it is not passed over."""
    message = refused(desk, '{"指标": "parks", "完成值（万元）": 3, "date": "2025-06-30"}\n', "a.jsonl")
    assert "“3万元” is in 元, but" in message[1]


def test_a_file_s_name_may_be_no_text(desk: Office) -> None:
    """Bytes in a file's name that are no UTF-8 come into the ledger as codes, and a name is shown, not obeyed."""
    name = os.fsdecode(b"\xff\x1b[31m.csv")
    (desk.folder / name).write_text(f"{HEAD}parks,1,2025-06-30,\n", encoding="utf-8")
    ran = desk.run("import", name)
    assert (0, "", False) == (ran.code, ran.err, "\x1b" in ran.out)
    assert ["import:\\udcff\x1b[31m.csv"] == [one.origin for one in entries(desk)]
    assert "\x1b" not in desk.run("log", "--format", "csv").out


def test_a_recorder_s_name_must_be_a_text(desk: Office) -> None:
    """--by with bytes that are no UTF-8 is refused for an import as for a record."""
    (desk.folder / "a.csv").write_text(f"{HEAD}parks,1,2025-06-30,\n", encoding="utf-8")
    ran = desk.run("import", "a.csv", "--by", "\udcff")
    assert (2, "", []) == (ran.code, ran.out, entries(desk))


def test_evidence_is_a_file_and_no_device(desk: Office) -> None:
    """A device or a pipe named as evidence, which may never end, is refused; typed and imported alike."""
    os.mkfifo(desk.folder / "pipe")
    for place in ("/dev/zero", "pipe", "."):
        assert "not a regular file" in desk.run("record", "parks", "1", "--evidence", place).err
        text = f"target,value,date,evidence\nparks,1,2025-06-30,{place}\n"
        assert "not a regular file" in refused(desk, text, "a.csv")[1]


def test_look_alike_ids_are_told_apart(desk: Office) -> None:
    """A Cyrillic letter in an id is never taken for the Latin one, and the message says which letter it is."""
    message = refused(desk, "target,value\np\u0430rks,1\n", "a.csv")
    assert "its character \u0430 (U+0430) only looks like one in parks 公园" in message[1]
    assert "its character \u03c1 (U+03C1)" in desk.run("show", "\u03c1arks").err
    assert "Did you mean parks" in desk.run("show", "parcs").err


def test_any_number_of_bad_rows_is_counted_in_little_memory(desk: Office) -> None:
    """Of rows that all fail the first are reported and all counted, each in little time and memory."""
    rows = "".join(f"pork{number},x,1日,nowhere\n" for number in range(5_000))
    (desk.folder / "a.csv").write_text(f"target,value,date,district\n{rows}", encoding="utf-8")
    ran = frugally(desk.folder, "import", "a.csv")
    assert (4, 52, True) == (ran.returncode, len(ran.stderr.splitlines()), "15,000 problems found" in ran.stderr)


def test_a_folder_full_of_names_is_not_listed_whole(office: Office) -> None:
    """Of many targets the first are named where one is not found, and the search for a like one ends."""
    name = "长" * 400
    goals = [f'[[targets]]\nid = "t{n}"\nname = "{name}{n}"\nmeasure = "total"\ngoal = 1\n' for n in range(900)]
    office.write('title = "T"\nyear = 2025\n' + "".join(goals))
    message = office.run("show", "x" * 150).err
    assert (True, True) == (message.rstrip(".\n").endswith(", …"), len(message) < 50_000)
