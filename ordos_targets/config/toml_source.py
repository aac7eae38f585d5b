"""TOML text: reading it, with people's words for what is wrong with it, and the line on which a key stands.

tomllib does not say where a key stands, so the text of a valid file is scanned again, once something is wrong with it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from ordos_targets.config.errors import KeyPath
from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.toml_keys import MAX_KEY_PARTS, line_of_long_key

NO_SUCH_DATE = N_("invalid date; write it like 2025-06-30")
# The first words of tomllib's messages (Python 3.11 to 3.14), and what they mean to a person.
SENTENCES: Mapping[str, str] = {
    "Cannot overwrite": N_("this key is given twice"),
    "Duplicate inline table key": N_("this key is given twice"),
    "Cannot declare": N_("this [table] is given twice"),
    "Cannot redefine": N_("this key was already given another kind of value"),
    "Cannot mutate": N_("this key was already given another kind of value"),
    "Expected '=' after a key": N_("a key must be followed by = and its value"),
    "Expected ']": N_("the ] of this heading is missing"),
    "Unclosed array": N_("this list lacks a comma or its closing ]"),
    "Unclosed inline table": N_("this table lacks a comma or its closing }}, or runs over several lines"),
    "Unterminated string": N_("the closing quotation mark is missing"),
    "Illegal character": N_("the closing quotation mark is missing, or the text contains a control character"),
    "Expected \"'": N_("the closing quotation mark is missing"),
    "Expected": N_("unexpected text after the value"),
    "Invalid date": NO_SUCH_DATE,
    "Invalid value": N_("missing or invalid value; text needs quotes, and a date is written like 2025-06-30"),
    "Unescaped": N_("invalid backslash; write it twice, or put the text in single quotes"),
    "Invalid initial character": N_(
        "missing key, or key that needs quotes; without quotes, use only a-z, 0-9, - and _"
    ),
    "Invalid statement": N_("missing key, or key that needs quotes; without quotes, use only a-z, 0-9, - and _"),
    "Found invalid character": N_("control character here; delete it"),
}
# What a Chinese keyboard types where TOML wants ASCII.
HALF_WIDTH = dict(zip("“”‘’＝，：［］｛｝＃．", "\"\"''=,:[]{}#.", strict=True))
WIDE_SPACE = "\u3000"
CHARACTERS_OF_DATE = 40
DATE_LIKE = re.compile(r"\b[0-9]{4}[-./年0-9]*\|[-./年][0-9]")  # what tomllib has read, and where it stopped
# A report of a thousand targets needs a quarter of these. Each may be wrong, and each table takes a kilobyte.
MAX_VALUES, MAX_TABLES = 100_000, 20_000
LONG_NUMBER = re.compile(r"(?<![0-9_])[0-9_]{4000,}")


class NotTomlError(ValueError):
    """A text that is no TOML: `line` (from 1, None if unknown) and the sentence that says why."""

    def __init__(self, line: int | None, message: Message) -> None:
        super().__init__(message.template)
        self.line = line
        self.message = message


def read_toml(text: str) -> dict[str, object]:
    """Return the values of TOML `text`, floats as exact decimals; raise NotTomlError for whatever is no TOML."""
    import tomllib  # a cached file is read without it

    if line := line_of_long_key(text):
        raise NotTomlError(line, Message(N_("key with more than {count} parts"), {"count": MAX_KEY_PARTS}))
    if sum(line.lstrip(" \t").startswith("[") for line in text.split("\n")) > MAX_TABLES:
        raise NotTomlError(None, Message(N_("it contains more than {limit} tables"), {"limit": f"{MAX_TABLES:,}"}))
    try:
        values = tomllib.loads(text, parse_float=_decimal)
    except tomllib.TOMLDecodeError as exc:
        line, column = _place_of(str(exc), text)
        raise NotTomlError(line, _sentence(str(exc), *_around(text, line, column))) from exc
    except RecursionError as exc:
        raise NotTomlError(None, Message(N_("lists or tables are nested too deeply"))) from exc
    except ValueError as exc:  # Python reads no integer of more than 4300 digits
        number = LONG_NUMBER.search(text)
        line = text.count("\n", 0, number.start()) + 1 if number else None
        raise NotTomlError(line, Message(N_("this number is too long"))) from exc
    if _holds_more_than(MAX_VALUES, values):
        raise NotTomlError(None, Message(N_("it contains more than {limit} values"), {"limit": f"{MAX_VALUES:,}"}))
    return values


def _holds_more_than(limit: int, table: object) -> bool:
    """Return whether lists and tables hold more values than `limit`, all together."""
    waiting, count = [table], 0
    while waiting and count <= limit:
        value = waiting.pop()
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        count += len(inner)
        waiting.extend(inner)
    return count > limit


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what decimals know; refused later, with its key
        return Decimal("inf")


def _place_of(complaint: str, text: str) -> tuple[int, int]:
    """Return line and column, from 1, of a TOMLDecodeError, which has them only in its text until Python 3.14."""
    if place := re.search(r"\(at line (\d+), column (\d+)\)", complaint):
        return int(place[1]), int(place[2])
    written = text.rstrip()
    return written.count("\n") + 1, len(written) - written.rfind("\n") - 1


def _around(text: str, line: int, column: int) -> tuple[str, str]:
    """Return what stands on a line before and from a column on, both from 1."""
    rows = text.replace("\r\n", "\n").split("\n")
    row = rows[line - 1] if line <= len(rows) else ""
    return row[: column - 1], row[column - 1 :]


def _sentence(complaint: str, before: str, after: str) -> Message:
    """Return the sentence for a complaint of tomllib's about the place between the texts `before` and `after`."""
    char = after[:1]
    if DATE_LIKE.search(before[-CHARACTERS_OF_DATE:] + "|" + after[:CHARACTERS_OF_DATE]):
        return Message(NO_SUCH_DATE)
    if char == WIDE_SPACE:
        return Message(N_("full-width space here; delete it"))
    if char in HALF_WIDTH:
        template = N_("{given} is a full-width character; use the half-width {wanted} here")
        return Message(template, {"given": char, "wanted": HALF_WIDTH[char]})
    templates = (template for start, template in SENTENCES.items() if complaint.startswith(start))
    return Message(next(templates, N_("not valid TOML")))


_BETWEEN = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BLANKS = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# Only what repeats single characters is possessive: of groups that are, Python before 3.11.5 loses its place.
_TEXT = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']++|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]++|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]*")


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line (from 1) of every key, list element and table of valid TOML, by path: ("targets", 3, "goal").

    A table's line is that of its heading, or of the first key that opens it. Text that is not valid TOML, or is
    nested too deeply, gives the lines up to that place.
    """
    scanner = _KeyScanner(text)
    with suppress(_LostError, RecursionError):
        scanner.document()
    return scanner.lines


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int:
    """Return the line of the key at `path`, or of what most closely encloses it; 1 for the file itself."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _LostError(Exception):
    """A text that is not what valid TOML would be here."""


class _KeyScanner:
    """One pass over the text of valid TOML: `lines` grows as keys are met.

    It only has to know where keys, texts, lists and tables begin and end.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.breaks = [place for place, char in enumerate(text) if char == "\n"]
        self.lines: dict[KeyPath, int] = {}
        self.tables: dict[KeyPath, int] = {}  # how many [[tables]] each list of tables has so far

    def document(self) -> None:
        """Scan the whole text: headings and the keys under them."""
        table: KeyPath = ()
        self.skip(_BETWEEN)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                table = self.heading()
            else:
                self.pair(table)
            self.skip(_BETWEEN)

    def heading(self) -> KeyPath:
        """Scan `[a.b]` or `[[a.b]]`; return the path of the table that it opens."""
        start = self.at
        many = self.text.startswith("[[", start)
        self.at += 2 if many else 1
        keys = self.dotted_key()
        self.expect("]]" if many else "]")
        path: KeyPath = ()
        for key in keys[:-1]:
            self.note((*path, key), start)
            path = self.inside((*path, key))
        path = (*path, keys[-1])
        if many:
            self.tables[path] = self.tables.get(path, 0) + 1
        self.note(path, start)
        path = self.inside(path)
        self.note(path, start)
        return path

    def inside(self, path: KeyPath) -> KeyPath:
        """Return `path`, or its latest element where it is a list of tables."""
        return (*path, self.tables[path] - 1) if path in self.tables else path

    def pair(self, table: KeyPath) -> None:
        """Scan `key = value`, the key perhaps dotted."""
        start = self.at
        keys = self.dotted_key()
        for length in range(1, len(keys) + 1):
            self.note((*table, *keys[:length]), start)
        self.expect("=")
        self.skip(_BLANKS)
        self.value((*table, *keys))

    def value(self, path: KeyPath) -> None:
        """Scan what stands behind a `=` or in a list."""
        char = self.text[self.at : self.at + 1]
        if char == "[":
            self.array(path)
        elif char == "{":
            self.inline_table(path)
        elif char in {'"', "'"}:
            self.take(_TEXT)
        else:
            self.take(_SCALAR)

    def array(self, path: KeyPath) -> None:
        """Scan `[ value, … ]`, over any number of lines."""
        self.at += 1
        index = 0
        while not self.ended("]"):
            self.note((*path, index), self.at)
            self.value((*path, index))
            index += 1

    def inline_table(self, path: KeyPath) -> None:
        """Scan `{ key = value, … }`."""
        self.at += 1
        while not self.ended("}"):
            self.pair(path)

    def ended(self, closing: str) -> bool:
        """Step over what separates elements; return whether `closing` followed."""
        self.skip(_BETWEEN)
        if self.text.startswith(",", self.at):
            self.at += 1
            self.skip(_BETWEEN)
        if self.text.startswith(closing, self.at):
            self.at += 1
            return True
        if self.at >= len(self.text):
            raise _LostError
        return False

    def dotted_key(self) -> KeyPath:
        """Scan `a."b c".d` and return its parts."""
        keys: list[str] = []
        while not keys or self.text.startswith(".", self.at):
            self.at += 1 if keys else 0
            self.skip(_BLANKS)
            quoted = self.text[self.at : self.at + 1] in {'"', "'"}
            written = self.take(_TEXT if quoted else _BARE_KEY)
            keys.append(_unquoted(written) if quoted else written)
            self.skip(_BLANKS)
        return tuple(keys)

    def expect(self, sign: str) -> None:
        """Step over `sign`."""
        if not self.text.startswith(sign, self.at):
            raise _LostError
        self.at += len(sign)

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Step over what `pattern` matches here, if anything."""
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def take(self, pattern: re.Pattern[str]) -> str:
        """Step over what `pattern` matches here, and return it."""
        match = pattern.match(self.text, self.at)
        if match is None or match.end() == self.at:
            raise _LostError
        self.at = match.end()
        return match[0]

    def note(self, path: KeyPath, place: int) -> None:
        """Record the line of `path`, unless an earlier one is known."""
        self.lines.setdefault(path, bisect_left(self.breaks, place) + 1)


def _unquoted(written: str) -> str:
    """Return the key that a quoted key stands for."""
    import tomllib  # needed for quoted keys only

    try:
        return str(tomllib.loads(f"key = {written}")["key"])
    except tomllib.TOMLDecodeError as exc:
        raise _LostError from exc
