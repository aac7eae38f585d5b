"""Whether a run of entries is beyond doubt what was written.

It asks what the walk of domain.integrity asks, and answers only yes or no: some hundred entries at a time, column by
column, because taking up each cell by itself is what costs most. Where the answer is no, the walk tells what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain, repeat
from typing import Any

from ordos_targets.domain.entries import EntryRow
from ordos_targets.domain.forms import KINDS, are_numbers, is_day
from ordos_targets.domain.hash_chain import HASHED

# What every digit becomes, so that a whole column of one form is told at a glance.
_HEX_DIGITS = bytes.maketrans(b"123456789abcdef", b"0" * 15)
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_FORMS = {
    "uid": (b"00000000-0000-0000-0000-000000000000", _HEX_DIGITS),
    "recorded_at": (b"0000-00-00T00:00:00.000000Z", _DIGITS),
}
_FLAGS = {0: "1:0,", 1: "1:1,"}
_TEXT_OR_NONE = {str, type(None)}
_LENGTHS = tuple(f"{length}:" for length in range(200))
_MOST_KEPT = 10_000
_LONGEST_KEPT = 100

# A piece of the canonical forms of some entries: a text that is in all of them, or a text for each of them.
Piece = str | Iterable[str]


class _Doubt(Exception):
    """A column holds what is no entry's of ours."""


class _Netstrings(dict[object, str]):
    """The netstrings of a column in which few texts come again and again; only texts that are `right` have one."""

    def __init__(self, right: Callable[[object], bool] = lambda _text: True) -> None:
        super().__init__()
        self._right = right

    def __missing__(self, text: object) -> str:
        made = _netstring(text)
        if not self._right(text):
            raise _Doubt
        if len(made) <= _LONGEST_KEPT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[text] = made
        return made


_KEPT = {name: _Netstrings() for name in ("target", "district", "item", "by", "origin")} | {
    "date": _Netstrings(is_day),
    "kind": _Netstrings(KINDS.__contains__),
}


def is_sound(run: Sequence[EntryRow], number: int, before: str) -> bool:
    """Whether the walk would find nothing in `run`, whose first entry is to have this number and follow this hash.

    `run` holds a row at least, each of them as domain.entry.Stored.
    """
    columns: list[Sequence[Any]] = list(zip(*run, strict=True))
    hashes = columns.pop()
    if columns[0] != tuple(range(number, number + len(run))):
        return False
    try:
        forms = map("".join, zip((before, *hashes[:-1]), *_canonical(columns, len(run)), strict=False))
        return [sha256(form.encode()).hexdigest() for form in forms] == list(hashes)
    except (
        _Doubt,
        LookupError,
        TypeError,
        ValueError,
    ):  # what is no text where there must be one, or what UTF-8 cannot hold
        return False


def _canonical(columns: Iterable[Sequence[Any]], size: int) -> Iterator[Iterable[str]]:
    """The pieces of the canonical forms, each `size` times or more."""
    literal = ""
    for piece in chain.from_iterable(map(_pieces, HASHED, columns, repeat(size))):
        if isinstance(piece, str):
            literal += piece
            continue
        if literal:
            yield repeat(literal)
            literal = ""
        yield piece
    if literal:
        yield repeat(literal)


def _pieces(name: str, column: Sequence[Any], size: int) -> tuple[Piece, ...]:
    """The netstrings of a column of `size` cells. Raises _Doubt, LookupError, TypeError, ValueError."""
    if name in _FORMS:
        form, digits = _FORMS[name]
        if ",".join([*column, ""]).encode().translate(digits) != (form + b",") * size:
            raise _Doubt
        return f"{len(form)}:", column, ","
    if name == "seq":
        return _of_lengths([str(number) for number in column])
    if name == "estimate":
        if set(map(type, column)) != {int}:
            raise _Doubt
        return (map(_FLAGS.__getitem__, column),)
    if name in {"value", "of"}:
        numbers = [number for number in column if number is not None]
        if not are_numbers(numbers):
            raise _Doubt
        if len(numbers) == size:
            return _of_lengths(column)
    if column[0] == column[-1] and column.count(column[0]) == size:
        return (_KEPT[name][column[0]] if name in _KEPT else _netstring(column[0]),)
    return (map(_KEPT[name].__getitem__, column),) if name in _KEPT else _texts(column)


def _of_lengths(column: Sequence[str]) -> tuple[Piece, ...]:
    """The netstrings of short ASCII texts. Raises LookupError where one is long."""
    return map(_LENGTHS.__getitem__, map(len, column)), column, ","


def _texts(column: Sequence[Any]) -> tuple[Piece, ...]:
    if not set(map(type, column)) <= _TEXT_OR_NONE:
        raise _Doubt
    return ([
        "-," if text is None else f"{len(text) if text.isascii() else len(text.encode())}:{text}," for text in column
    ],)  # fmt: skip


def _netstring(text: object) -> str:
    if text is None:
        return "-,"
    if not isinstance(text, str):
        raise _Doubt
    return f"{len(text.encode())}:{text},"
