"""Whether a run of entries is beyond doubt what was written.

It asks what the walk of domain.integrity asks, and answers only yes or no: some hundred entries at a time, column by
column, because taking up each cell by itself is what costs most. Where the answer is no, the walk tells what is wrong.

Texts are taken as their UTF-8 bytes, which are what is hashed: to make texts of them first, only to encode those again,
would cost as much as the hashing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain, repeat
from typing import Any

from ordos_targets.domain.chain import HASHED
from ordos_targets.domain.entry import Stored
from ordos_targets.domain.forms import KINDS, are_numbers, is_day

# A row as domain.entry.Stored, its texts in UTF-8. That they are texts at all is for the engine to tell.
Raw = Sequence[bytes | int | None]

# What every digit becomes, so that a whole column of one form is told at a glance.
_HEX_DIGITS = bytes.maketrans(b"123456789abcdef", b"0" * 15)
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_FORMS = {
    "uid": (b"00000000-0000-0000-0000-000000000000", _HEX_DIGITS),
    "recorded_at": (b"0000-00-00T00:00:00.000000Z", _DIGITS),
}
_FLAGS = {0: b"1:0,", 1: b"1:1,"}
_LENGTHS = tuple(b"%d:" % length for length in range(200))
_MOST_KEPT = 10_000
_LONGEST_KEPT = 100

# A piece of the canonical forms of some entries: a text that is in all of them, or a text for each of them.
Piece = bytes | Iterable[bytes]


class _Doubt(Exception):
    """A column holds what is no entry's of ours."""


class _Netstrings(dict[bytes | None, bytes]):
    """The netstrings of a column in which few texts come again and again; only texts that are `right` have one."""

    def __init__(self, right: Callable[[str | None], bool] = lambda _text: True) -> None:
        super().__init__()
        self._right = right

    def __missing__(self, text: bytes | None) -> bytes:
        made = _netstring(text)
        if not self._right(None if text is None else text.decode()):
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


def raw(run: Sequence[Stored]) -> Sequence[Raw]:
    """Rows with their texts in UTF-8. Raises UnicodeEncodeError where one cannot be."""
    return [[cell.encode() if isinstance(cell, str) else cell for cell in row] for row in run]


def is_sound(run: Sequence[Raw], number: int, before: str) -> bool:
    """Whether the walk would find nothing in `run`, whose first entry is to have this number and follow this hash.

    `run` holds a row at least.
    """
    columns: list[Sequence[Any]] = list(zip(*run, strict=True))
    hashes = columns.pop()
    if columns[0] != tuple(range(number, number + len(run))):
        return False
    try:
        forms = map(b"".join, zip((before.encode(), *hashes[:-1]), *_canonical(columns, len(run)), strict=False))
        digests = b"".join([sha256(form).digest() for form in forms])
        return digests.hex(",", sha256().digest_size).encode() == b",".join(hashes)
    except (
        _Doubt,
        LookupError,
        TypeError,
        ValueError,
    ):  # what is no text where there must be one, or is not UTF-8
        return False


def _canonical(columns: Iterable[Sequence[Any]], size: int) -> Iterator[Iterable[bytes]]:
    """The pieces of the canonical forms, each `size` times or more."""
    literal = b""
    for piece in chain.from_iterable(map(_pieces, HASHED, columns, repeat(size))):
        if isinstance(piece, bytes):
            literal += piece
            continue
        if literal:
            yield repeat(literal)
            literal = b""
        yield piece
    if literal:
        yield repeat(literal)


def _pieces(name: str, column: Sequence[Any], size: int) -> tuple[Piece, ...]:
    """The netstrings of a column of `size` cells. Raises _Doubt, LookupError, TypeError, ValueError."""
    if name in _FORMS:
        form, digits = _FORMS[name]
        if b",".join([*column, b""]).translate(digits) != (form + b",") * size:
            raise _Doubt
        return b"%d:" % len(form), column, b","
    if name == "seq":
        return _of_lengths([b"%d" % number for number in column])
    if name == "estimate":
        if set(map(type, column)) != {int}:
            raise _Doubt
        return (map(_FLAGS.__getitem__, column),)
    if name in {"value", "of"}:
        numbers = [number for number in column if number is not None]
        if not are_numbers(b",".join([*numbers, b""]).decode(), len(numbers)):
            raise _Doubt
        if len(numbers) == size:
            return _of_lengths(column)
    if column[0] == column[-1] and column.count(column[0]) == size:
        return (_KEPT[name][column[0]] if name in _KEPT else _netstring(column[0]),)
    return (map(_KEPT[name].__getitem__, column),) if name in _KEPT else _texts(column)


def _of_lengths(column: Sequence[bytes]) -> tuple[Piece, ...]:
    """The netstrings of short texts. Raises LookupError where one is long."""
    return map(_LENGTHS.__getitem__, map(len, column)), column, b","


def _texts(column: Sequence[Any]) -> tuple[Piece, ...]:
    b"\n".join([text for text in column if text is not None]).decode()
    return ([b"-," if text is None else b"%d:%s," % (len(text), text) for text in column],)


def _netstring(text: bytes | None) -> bytes:
    if text is None:
        return b"-,"
    text.decode()
    return b"%d:%s," % (len(text), text)
