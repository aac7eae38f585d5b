"""Texts as people type them: normalising, and resolving a name to a target, a district or an item of a checklist."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from ordos_targets.domain.errors import N_, Message, UsageError

MAX_TEXT = 64  # of a figure or a date
MAX_SHOWN = 60
MAX_QUERY = 200
MAX_NAME = 1000  # no name is longer, and normalising a text of any length may take very long
MIN_LIKENESS = 0.55  # 0…1, of a name that is suggested: one wrong character of four passes, one of two does not
MIN_PART = 3
# Of a file with more names than these the rest is not listed or compared.
MAX_LISTED = 100
MAX_COMPARED = 20_000
# Scripts with letters that look like Latin ones: а, ο, Ꭺ.
LOOKING_LATIN = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")

_QUOTES = str.maketrans("", "", '"“”„‟「」『』')

TARGET = Message(N_("target"))
DISTRICT = Message(N_("district"))
ITEM = Message(N_("item"))


class TextTooLong(UsageError):
    code = "text_too_long"
    template = N_("“{text}” is too long; a figure or date has at most {limit} characters.")


class UnusualCharacter(UsageError):
    code = "unusual_character"
    template = N_(
        "“{text}” contains the character {character}, which is not allowed in a figure or date; type it again."
    )


class Ambiguous(UsageError):
    code = "ambiguous_name"
    template = N_("“{text}” matches more than one {what}: {candidates}. Type more of the name, or the id.")


class Unknown(UsageError):
    code = "unknown_name"
    template = N_("Unknown {what} “{text}”. Available: {candidates}.")


class Misspelt(Unknown):
    template = N_("Unknown {what} “{text}”. Did you mean {suggestion}? Available: {candidates}.")


class LookAlike(Misspelt):
    template = N_(
        "Unknown {what} “{text}”: its character {character} only looks like one in {suggestion}; type it "
        "again. Available: {candidates}."
    )


class NothingToName(Unknown):
    template = N_("Unknown {what} “{text}”: targets.toml lists none.")


class Identified(Protocol):
    """A thing that can be looked up. It may also have `aliases`, a tuple of texts."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


T = TypeVar("T", bound=Identified)


def resolve(query: str, things: Sequence[T], what: Message, *, suggest: bool = True) -> T:
    """Return the one of `things` that `query` names.

    Tried in this order, all texts normalised: an id, name, English name or alias in full, which the goals file has once
    only; the beginning of an id; a part of a name. The first way that fits anything decides.

    Args:
        query: The text as typed.
        things: What can be meant.
        what: The kind of thing, for the errors.
        suggest: Whether what merely looks alike is suggested; it is never taken.

    Raises:
        Ambiguous: The query fits several.
        Unknown: It fits none.
    """
    wanted = normalize_name(query) if len(query) <= MAX_NAME else ""
    ways: tuple[Callable[[T], bool], ...] = (
        lambda thing: wanted in map(normalize_name, _names(thing)),
        lambda thing: normalize_name(thing.id).startswith(wanted),
        lambda thing: wanted in normalize_name(thing.name) or wanted in normalize_name(thing.name_en),
    )
    for fits in ways if wanted else ():
        matches = [thing for thing in things if fits(thing)]
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise Ambiguous(what=what, text=quote_for_message(query), candidates=_labels(matches), suggestion="")
    raise _unknown(query, things, what, suggest=suggest)


def by_full_name(things: Sequence[T]) -> dict[str, T]:
    """Return `things` by every text that names one in full, normalised: for many look-ups, before `resolve`."""
    return {name: thing for thing in things for name in map(normalize_name, _names(thing)) if name}


def completions(text: str, things: Sequence[T]) -> list[T]:
    """Return those of `things` that somebody who has typed `text` may mean, all for no text.

    Their ids begin with it; where none does, it is a part of an alias or a name.
    """
    wanted = normalize_name(text)
    matches = [thing for thing in things if normalize_name(thing.id).startswith(wanted)]
    return matches or [thing for thing in things if any(wanted in normalize_name(name) for name in _names(thing)[1:])]


@lru_cache(maxsize=1024)
def normalize_name(text: str) -> str:
    """Return `text` as names are compared: NFKC, case folded, blanks trimmed and single, without quotes around words.

    Look-ups and the check of the goals file both compare texts after this, and nothing else does it for them.
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES).split())


def normalize_typed(text: str) -> str:
    """Return a figure or a date as typed, after NFKC and trimming.

    Raises:
        TextTooLong: Above 64 characters.
        UnusualCharacter: For control, invisible and unassigned characters, lone surrogates, and characters that are
            no digits but that NFKC would make digits (102 of 10²), except behind a Latin letter, as in m².
    """
    if len(text) > MAX_TEXT:
        raise TextTooLong(text=quote_for_message(text), limit=MAX_TEXT)
    trimmed = text.strip(" \t\r\n\u3000")
    if trimmed.isascii() and trimmed.isprintable():  # most figures and dates: NFKC changes nothing
        return trimmed
    before = ""
    for character in trimmed:
        behind_letter = before.isascii() and before.isalpha()
        if _is_hidden(character) or (_is_disguised_digit(character) and not behind_letter):
            raise UnusualCharacter(text=quote_for_message(text), character=f"U+{ord(character):04X}")
        before = character
    return unicodedata.normalize("NFKC", trimmed).strip(" ")


def quote_for_message(text: str) -> str:
    """Return `text` fit for a message: cut to 60 characters, invisible ones escaped."""
    cut = text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
    return "".join(c.encode("unicode_escape").decode() if _is_hidden(c) else c for c in cut)


def _unknown(query: str, things: Sequence[T], what: Message, *, suggest: bool) -> Unknown:
    """Return the error for a query that fits nothing, with the most similar thing where one is similar enough."""
    params = {"what": what, "text": quote_for_message(query), "candidates": _labels(things), "suggestion": ""}
    closest = _closest(normalize_name(query), things) if suggest and len(query) <= MAX_QUERY else None
    if closest is None:
        return (Unknown if things else NothingToName)(**params)
    params["suggestion"] = _label(closest)
    written = "".join(_names(closest))
    for letter in query:
        if letter not in written and unicodedata.name(letter, "").startswith(LOOKING_LATIN):
            return LookAlike(**params, character=f"{letter} (U+{ord(letter):04X})")
    return Misspelt(**params)


def _closest(wanted: str, things: Iterable[T]) -> T | None:
    """Return the thing with a text most like `wanted`, the first of equals; None where none is alike enough.

    From MIN_PART characters on, parts of names as long as `wanted` are compared too: people type parts of names.
    """
    from difflib import SequenceMatcher  # slow to import, and needed after a mistake only

    matcher = SequenceMatcher(autojunk=False, b=wanted)
    best, closest, left = MIN_LIKENESS, None, MAX_COMPARED
    for thing in things:
        for name in map(normalize_name, _names(thing)):
            starts = range(len(name) - len(wanted) + 1) if len(wanted) >= MIN_PART else ()
            for part in (name, *(name[start : start + len(wanted)] for start in starts)):
                left -= 1
                if left < 0:
                    return closest
                matcher.set_seq1(part)
                if matcher.quick_ratio() > best and matcher.ratio() > best:
                    best, closest = matcher.ratio(), thing
    return closest


def _names(thing: Identified) -> tuple[str, ...]:
    """Return every text that names a thing in full: its id, its names and its aliases."""
    aliases: tuple[str, ...] = getattr(thing, "aliases", ())
    return (thing.id, thing.name, thing.name_en, *aliases)


def _label(thing: Identified) -> str:
    return f"{thing.id} {thing.name}"


def _labels(things: Sequence[Identified]) -> list[str]:
    labels = [_label(thing) for thing in things[:MAX_LISTED]]
    return labels if len(labels) == len(things) else [*labels, "…"]


def _is_hidden(character: str) -> bool:
    """Return whether a character is control, format, surrogate, private, unassigned, or a line separator."""
    category = unicodedata.category(character)
    return category.startswith("C") or category in {"Zl", "Zp"}


def _is_disguised_digit(character: str) -> bool:
    """Return whether NFKC would make digits of a character that is none: ², ½, ①, ⒈."""
    plain = unicodedata.normalize("NFKC", character)
    styled = unicodedata.decomposition(character).startswith(("<wide>", "<font>"))
    return character != plain and not styled and plain[:1].isdigit()
