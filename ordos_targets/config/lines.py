"""On which line of a TOML text a key stands. tomllib does not say, so the text of a valid file is walked again.

The walk trusts that the text is valid TOML: it only has to know where keys, texts, lists and tables begin and end.
It is made only once something is wrong with a file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from contextlib import suppress

from ordos_targets.config.problems import KeyPath

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
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line (from 1) of every key, list element and table of valid TOML, by path: ("targets", 3, "items", 1, "due").

    A table's line is that of its heading, or of the first key that opens it. Text that is not valid TOML, or is
    nested too deeply, gives the lines up to that place.
    """
    walk = _Walk(text)
    with suppress(_LostError, RecursionError):
        walk.document()
    return walk.lines


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int:
    """The line of the key at `path`, or of what most closely encloses it; 1 for the file itself."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def decode_error_place(complaint: str, text: str) -> tuple[int, int]:
    """Line and column, both from 1, of a tomllib.TOMLDecodeError, which has them only in its text until Python 3.14."""
    found = _PLACE.search(complaint)
    if found:
        return int(found[1]), int(found[2])
    written = text.rstrip()
    return written.count("\n") + 1, len(written) - written.rfind("\n") - 1


def around(text: str, line: int, column: int) -> tuple[str, str]:
    """What stands on a line before and from a column on, both from 1."""
    rows = text.replace("\r\n", "\n").split("\n")
    row = rows[line - 1] if line <= len(rows) else ""
    return row[: column - 1], row[column - 1 :]


class _LostError(Exception):
    """The text is not what valid TOML would be here."""


class _Walk:
    """One pass over a text: `lines` grows as keys are met."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.breaks = [place for place, char in enumerate(text) if char == "\n"]
        self.lines: dict[KeyPath, int] = {}
        self.tables: dict[KeyPath, int] = {}  # how many [[tables]] each list of tables holds so far

    def document(self) -> None:
        """The whole text: headings and the keys under them."""
        table: KeyPath = ()
        self.skip(_BETWEEN)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                table = self.heading()
            else:
                self.pair(table)
            self.skip(_BETWEEN)

    def heading(self) -> KeyPath:
        """`[a.b]` or `[[a.b]]`: the path of the table that it opens."""
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
        """`path`, or its latest element where it is a list of tables."""
        return (*path, self.tables[path] - 1) if path in self.tables else path

    def pair(self, table: KeyPath) -> None:
        """`key = value`, the key perhaps dotted."""
        start = self.at
        keys = self.dotted_key()
        for length in range(1, len(keys) + 1):
            self.note((*table, *keys[:length]), start)
        self.expect("=")
        self.skip(_BLANKS)
        self.value((*table, *keys))

    def value(self, path: KeyPath) -> None:
        """Whatever stands behind a `=` or in a list."""
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
        """`[ value, … ]`, over any number of lines."""
        self.at += 1
        index = 0
        while not self.ended("]"):
            self.note((*path, index), self.at)
            self.value((*path, index))
            index += 1

    def inline_table(self, path: KeyPath) -> None:
        """`{ key = value, … }`."""
        self.at += 1
        while not self.ended("}"):
            self.pair(path)

    def ended(self, closing: str) -> bool:
        """Skip what separates elements; whether `closing` followed."""
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
        """`a."b c".d` as its parts."""
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
        """Step over what `pattern`, which may be nothing, matches here."""
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def take(self, pattern: re.Pattern[str]) -> str:
        """Step over what `pattern` matches here, and return it."""
        found = pattern.match(self.text, self.at)
        if found is None or found.end() == self.at:
            raise _LostError
        self.at = found.end()
        return found[0]

    def note(self, path: KeyPath, place: int) -> None:
        """Keep the line of `path`, unless an earlier one is known."""
        self.lines.setdefault(path, bisect_left(self.breaks, place) + 1)


def _unquoted(written: str) -> str:
    """The key that a quoted key stands for."""
    import tomllib  # needed for quoted keys only

    try:
        return str(tomllib.loads(f"key = {written}")["key"])
    except tomllib.TOMLDecodeError as exc:
        raise _LostError from exc
