"""Targets files that would fill the memory, take for ever, or show what is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from bombs import frugally
from office import Office

from ordos_targets.config.toml_source import MAX_TABLES, MAX_VALUES

HEAD = 'title = "T"\nyear = 2025\n'
TARGET = '[[targets]]\nid = "a"\nname = "A"\nmeasure = "total"\ngoal = 1\n'
DOTS = "a." * 11


def many(count: int, line: str) -> str:
    return "".join(line.format(n=number) for number in range(count))


HUGE = {
    "values": (f"{HEAD}targets = [{'1,' * 900_000}]", f"targets.toml: it contains more than {MAX_VALUES:,} values"),
    "aliases": (f"{HEAD}{TARGET}aliases = [{'1,' * 900_000}]", f"it contains more than {MAX_VALUES:,} values"),
    "wrong values": (f"{HEAD}{TARGET}aliases = [{'1,' * 99_000}]", "targets.toml: 99,000 problems found"),
    "unknown keys": (HEAD + many(99_000, "k{n} = 1\n"), "targets.toml: 99,000 problems found"),
    "tables": (many(60_000, f"[{DOTS}a{{n}}]\n"), f"targets.toml: it contains more than {MAX_TABLES:,} tables"),
    "an endless key": (f"{HEAD}{'a.' * 900_000}a = 1", "targets.toml:3: key with more than 12 parts"),
    "an endless heading": (f"{HEAD}[{'a . ' * 400_000}a]", "targets.toml:3: key with more than 12 parts"),
    "a long key": (f"{HEAD}{'a' * 1_900_000} = 1", "unknown key; the keys here are: title"),
    "a long text": (f'{HEAD}{TARGET}note = "{"x" * 1_900_000}\u202e"', "note: contains the invisible character U+202E"),
    "a long id": (f'{HEAD}{TARGET.replace(chr(34) + "a", chr(34) + "a" * 1_900_000)}', "invalid id; use at most 64"),
    "depth": (f"{HEAD}x = {'[' * 900_000}", "targets.toml: lists or tables are nested too deeply"),
    "tables in tables": (f"{HEAD}x = {'{a = ' * 300_000}", "targets.toml: lists or tables are nested too deeply"),
    "digits": (f"{HEAD}x = {'9' * 1_000_000}", "targets.toml:3: this number is too long"),
    "many digits": (f"{HEAD}x = [{('9' * 3999 + ',') * 400}{'9' * 5000}]", "targets.toml:3: this number is too long"),
    "hexadecimal digits": (f"{HEAD}x = 0x{'f' * 1_900_000}", "x: unknown key"),
    "an exponent": (f"{HEAD}{TARGET.replace('1', '1e999999')}", "a: goal: "),
    "an exponent beyond any": (f"{HEAD}{TARGET.replace('1', '1e99999999999999999999')}", "a: goal: "),
    "infinity": (f"{HEAD}{TARGET.replace('1', '-inf')}", "a: goal: "),
    "no number": (f"{HEAD}{TARGET.replace('1', 'nan')}", "a: goal: "),
    "half a date": (f"{HEAD}x = 2025-13-13{'2025-' * 300_000}", "targets.toml:3: invalid date"),
    "marks": (HEAD + TARGET + 'unit = "' + "\u0316\u0301" * 400_000 + '"', "is longer than 500 characters"),
    "districts for targets": (
        HEAD + many(2000, '[[districts]]\nid = "d{n}"\nname = "D{n}"\n')
        + many(100, '[[targets]]\nid = "t{n}"\nname = "T{n}"\nmeasure = "total"\nscope = "each"\ngoal = 1\n'),
        "districts: too many rows: 2000 districts for 100 targets reported by district make more than 100,000",
    ),
    "bytes": (f"{HEAD}# {'x' * (2 << 20)}", "targets.toml is larger than 2 MB"),
}  # fmt: skip


SLOW = {"unknown keys", "wrong values", "aliases"}


@pytest.mark.parametrize(
    "which", [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in HUGE]
)
def test_a_file_that_goes_too_far_is_refused_in_little_memory(which: str, tmp_path: Path) -> None:
    """Whatever two megabytes of TOML may hold, the run ends with 4, says why, and says no more than people read."""
    content, sentence = HUGE[which]
    (tmp_path / "targets.toml").write_text(content, encoding="utf-8")
    ran = frugally(tmp_path, "check")
    assert (4, "", True) == (ran.returncode, ran.stdout, sentence in ran.stderr), ran.stderr[:1000]
    assert len(ran.stderr) < 200_000


def test_a_device_is_no_targets_file(tmp_path: Path) -> None:
    """/dev/zero is read no further than a targets file may go."""
    ran = frugally(tmp_path, "check", "-t", "/dev/zero")
    assert (4, True) == (ran.returncode, "/dev/zero is larger than 2 MB" in ran.stderr)


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x1b", "\x9b", "\x7f", "\u2028"])
@pytest.mark.parametrize("key", ["id", "name", "note", "unit", "owner", "source", "title"])
def test_marks_that_hide_or_turn_text_stand_in_no_name(key: str, mark: str, office: Office) -> None:
    """What would make a name look like another is refused by its code, which is all that is shown of it."""
    lines = {"id": "a", "name": "A", "measure": "total", "note": "n", "unit": "u", "owner": "o", "source": "s"}
    title = f"T{mark}" if key == "title" else "T"
    target = "\n".join(f'{name} = "{text}{mark if name == key else ""}b"' for name, text in lines.items())
    code = f"\\u{ord(mark):04x}"
    office.write(f'title = "{title}"\nyear = 2025\n[[targets]]\n{target}\ngoal = 1\n'.replace(mark, code).replace(
        'measure = "totalb"', 'measure = "total"'
    ))  # fmt: skip
    ran = office.run("check")
    assert (4, False) == (ran.code, mark in ran.err)
    assert f"U+{ord(mark):04X}" in ran.err or "invalid id; use at most 64" in ran.err


@pytest.mark.parametrize("key", ["x_", "word_", "one_", "by_district_", "_", "__"])
@pytest.mark.parametrize("table", ["", "[[targets]]\n", "[lights]\n", "[[districts]]\n"])
def test_a_key_that_looks_like_one_of_ours_is_unknown(table: str, key: str, office: Office) -> None:
    """Keys that end like those by which we tell the shapes of a value apart are unknown keys like any other."""
    office.write(f"{HEAD}{table}{key} = 1\n")
    ran = office.run("check")
    assert (4, True) == (ran.code, f": {key}: unknown key" in ran.err or f".{key}: unknown key" in ran.err)


@pytest.mark.parametrize(
    "identity", ["p\u0430rks", "\uff50arks", "parks\u0301", "PARKS", "parks-", "pa rks", "\u0131d"]
)
def test_ids_that_look_like_others_are_no_ids(identity: str, office: Office) -> None:
    """An id is made of a-z, 0-9 and hyphens, so that no two of them look alike."""
    office.write(f'{HEAD}[[targets]]\nid = "{identity}"\nname = "A"\nmeasure = "total"\ngoal = 1\n')
    ran = office.run("check")
    assert (4, True) == (ran.code, "invalid id; use at most 64 characters: a-z, 0-9" in ran.err)
