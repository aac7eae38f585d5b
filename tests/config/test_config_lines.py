"""Finding the line of a key in TOML text, however it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from ordos_targets.config.errors import KeyPath
from ordos_targets.config.toml_source import NotTomlError, key_lines, line_of, read_toml

NASTY = '''\
# targets = 1
title = "a # not a comment [[targets]]"   # [lights]
"quoted key" . 'and another' = 1
text = """
goal = 1
""" # ends here
literal = \'\'\'
[[targets]] \\
\'\'\'
quotes = """""two quotes inside\\""""""
[lights] # yellow
yellow = 1
red = 2

[[districts]]
id = "a"

[[ targets ]]
id = 'one'
goal = [ # a list
  1, # ]
  [2, "]", 3],

  { a = 1, "b c" = { d = [
      4,
      5 ] } },
]
split.north = 1
split.south = 2
[targets.lights]
red = 3
[[targets.items]]
id = "x"
[[targets.items]]
id = "y"
due = 2025-06-30 07:32:00
[[targets]]
id = "two" '''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("quoted key",), 3),
        (("quoted key", "and another"), 3),
        (("text",), 4),
        (("literal",), 7),
        (("quotes",), 10),
        (("lights",), 11),
        (("lights", "red"), 13),
        (("districts", 0), 15),
        (("districts", 0, "id"), 16),
        (("targets", 0), 18),
        (("targets", 0, "id"), 19),
        (("targets", 0, "goal"), 20),
        (("targets", 0, "goal", 0), 21),
        (("targets", 0, "goal", 1, 2), 22),
        (("targets", 0, "goal", 2), 24),
        (("targets", 0, "goal", 2, "b c", "d"), 24),
        (("targets", 0, "goal", 2, "b c", "d", 1), 26),
        (("targets", 0, "split"), 28),
        (("targets", 0, "split", "south"), 29),
        (("targets", 0, "lights"), 30),
        (("targets", 0, "lights", "red"), 31),
        (("targets", 0, "items", 0, "id"), 33),
        (("targets", 0, "items", 1), 34),
        (("targets", 0, "items", 1, "due"), 36),
        (("targets", 1), 37),
        (("targets", 1, "id"), 38),
    ],
)
def test_the_line_of_a_key(path: KeyPath, line: int) -> None:
    """Comments, many-line texts and lists, inline tables, quoted and dotted keys and sub-tables do not mislead."""
    assert line == line_of(key_lines(NASTY), path)


@pytest.mark.parametrize(
    ("path", "line"),
    [(("targets", 0, "measure"), 18), (("targets", 0, "lights", "yellow"), 30), (("targets", 7), 18), (("year",), 1)],
)
def test_a_key_that_is_not_there_has_the_line_of_what_encloses_it(path: KeyPath, line: int) -> None:
    """A missing key is told at the closest table around it, at the first line where there is none."""
    assert line == line_of(key_lines(NASTY), path)


def test_windows_line_ends_count_once() -> None:
    """A file with CR LF has the same lines."""
    assert key_lines(NASTY) == key_lines(NASTY.replace("\n", "\r\n"))


def paths(value: object, here: KeyPath = ()) -> Iterator[KeyPath]:
    """The path of every key and list element within a parsed value."""
    if here:
        yield here
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*here, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*here, index))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.integers(-(2**60), 2**60) | st.booleans() | TEXTS | st.dates()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=12
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4), st.booleans())
def test_every_path_of_any_document_has_a_line(document: dict[str, object], multiline: bool) -> None:  # noqa: FBT001
    """Whatever TOML is written, the scan finds exactly the keys and elements that tomllib finds."""
    text = tomli_w.dumps(document, multiline_strings=multiline)
    assert set(paths(tomllib.loads(text))) == set(key_lines(text))


@given(st.text() | st.text("[]{}=\"'.,#\n ab1\\"))
def test_no_text_makes_the_scan_fail(text: str) -> None:
    """Text that is no TOML gives some lines and never an error."""
    assert all(1 <= line <= text.count("\n") + 1 for line in key_lines(text).values())


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb = = 2\n", 2), ("a = [1,\n", 1), ("a = 1\n\nb = {\n\n\n", 3), ("a =", 1)]
)
def test_the_line_of_a_syntax_error(text: str, line: int) -> None:
    """The line is read from tomllib's words; at the end of the document it is that of its last text."""
    with pytest.raises(NotTomlError) as caught:
        read_toml(text)
    assert line == caught.value.line
