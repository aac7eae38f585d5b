"""What a person typed, cleaned and matched to what it names: a target, a district, an item of a checklist."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from ordos_targets.domain.errors import N_, Message, UsageError

MAX_TEXT = 64
MAX_SHOWN = 60
MAX_QUERY = 200
# No name is longer, and to bring a text of any length into normal form may take for ever.
MAX_NAME = 1000
# How alike (0…1) a name must be to be suggested: one character of four wrong passes, one of two does not.
LIKENESS = 0.55
SHORTEST_PART = 3
# Of a file with more names than these the rest is not listed or compared.
MOST_LISTED = 100
MOST_COMPARED = 20_000
# Scripts with letters that look like Latin ones: а, ο, Ꭺ.
LOOKING_LATIN = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")

_QUOTES = str.maketrans("", "", '"“”„‟「」『』')

TARGET = Message(N_("target"))
DISTRICT = Message(N_("district"))
ITEM = Message(N_("item"))


class TextTooLong(UsageError):
    code = "text_too_long"
    template = N_("“{text}” is too long to be a figure or a date: at most {limit} characters are read.")


class UnusualCharacter(UsageError):
    code = "unusual_character"
    template = N_(
        "“{text}” holds the character {character}, which has no place in a figure or a date; retype it plainly."
    )


class Ambiguous(UsageError):
    code = "ambiguous_name"
    template = N_("“{text}” fits more than one {what}: {candidates}. Write more of it, or the id.")


class Unknown(UsageError):
    code = "unknown_name"
    template = N_("No {what} is called “{text}”. There are: {candidates}.")


class Misspelt(Unknown):
    template = N_("No {what} is called “{text}”. Did you mean {suggestion}? There are: {candidates}.")


class LookAlike(Misspelt):
    template = N_(
        "No {what} is called “{text}”: its letter {character} only looks like one of {suggestion}; retype it. "
        "There are: {candidates}."
    )


class NothingToName(Unknown):
    template = N_("No {what} is called “{text}”: targets.toml names none here.")


class Named(Protocol):
    """What can be looked up. It may also have `aliases`, a tuple of strings."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


T = TypeVar("T", bound=Named)


def resolve(query: str, things: Sequence[T], what: Message, *, suggest: bool = True) -> T:
    """The one of `things` that `query` names; `what` is the kind of thing, for the failure.

    Tried in this order, each text compared as `normalize_name` has it: an id, a name (Chinese or English) or an alias
    in full; then the beginning of an id, then a part of a name. The first way that fits anything decides: raises
    Ambiguous where it fits several, Unknown where none fits. What merely looks alike is suggested (if `suggest`), never
    taken.
    """
    wanted = normalize_name(query) if len(query) <= MAX_NAME else ""
    ways: tuple[Callable[[T], bool], ...] = (
        lambda thing: wanted in map(normalize_name, _names(thing)),
        lambda thing: normalize_name(thing.id).startswith(wanted),
        lambda thing: wanted in normalize_name(thing.name) or wanted in normalize_name(thing.name_en),
    )
    for fits in ways if wanted else ():
        found = [thing for thing in things if fits(thing)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Ambiguous(what=what, text=quote_for_message(query), candidates=_labels(found), suggestion="")
    raise _unknown(query, things, what, suggest=suggest)


def beginning(text: str, things: Sequence[T]) -> list[T]:
    """Those of `things` that somebody who has typed `text` may mean, all for no text.

    Their ids begin with it; where none does, it is a part of an alias or a name. Case, width and blanks do not count.
    """
    wanted = normalize_name(text)
    found = [thing for thing in things if normalize_name(thing.id).startswith(wanted)]
    return found or [thing for thing in things if any(wanted in normalize_name(name) for name in _names(thing)[1:])]


@lru_cache(maxsize=1024)
def normalize_name(text: str) -> str:
    """Return `text` as names are compared: NFKC, case folded, blanks trimmed and single, without quotes around words.

    The goals file may use no text twice that is the same after this.
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES).split())


def normal(text: str) -> str:
    """A figure or a date as typed, after NFKC and trimming.

    Raises TextTooLong above 64 characters, and UnusualCharacter for control, invisible and unassigned characters, lone
    surrogates, and digits in disguise (NFKC would make 102 of 10²; behind a Latin letter, as in m², it may).
    """
    if len(text) > MAX_TEXT:
        raise TextTooLong(text=quote_for_message(text), limit=MAX_TEXT)
    trimmed = text.strip(" \t\r\n\u3000")
    before = ""
    for character in trimmed:
        behind_letter = before.isascii() and before.isalpha()
        if _is_hidden(character) or (_is_disguised_digit(character) and not behind_letter):
            raise UnusualCharacter(text=quote_for_message(text), character=f"U+{ord(character):04X}")
        before = character
    return unicodedata.normalize("NFKC", trimmed).strip(" ")


def quote_for_message(text: str) -> str:
    """`text` fit for a message: cut to 60 characters, invisible ones escaped."""
    cut = text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
    return "".join(c.encode("unicode_escape").decode() if _is_hidden(c) else c for c in cut)


def _unknown(query: str, things: Sequence[T], what: Message, *, suggest: bool) -> Unknown:
    """The failure for a query that fits nothing, with the most similar thing where one is similar enough."""
    facts = {"what": what, "text": quote_for_message(query), "candidates": _labels(things)}
    closest = _closest(normalize_name(query), things) if suggest and len(query) <= MAX_QUERY else None
    if closest is not None:
        odd = _odd_letter(query, closest)
        if odd:
            return LookAlike(**facts, suggestion=_label(closest), character=f"{odd} (U+{ord(odd):04X})")
        return Misspelt(**facts, suggestion=_label(closest))
    return (Unknown if things else NothingToName)(**facts, suggestion="")


def _closest(wanted: str, things: Iterable[T]) -> T | None:
    """The thing whose id, alias or name is most like `wanted`, the first of equals; None where none is alike.

    From SHORTEST_PART characters on, parts of names as long as `wanted` are compared too: people type parts of names.
    """
    from difflib import SequenceMatcher  # slow to import, and needed after a mistake only

    matcher = SequenceMatcher(autojunk=False, b=wanted)
    best, closest, left = LIKENESS, None, MOST_COMPARED
    for thing in things:
        for name in map(normalize_name, _names(thing)):
            starts = range(len(name) - len(wanted) + 1) if len(wanted) >= SHORTEST_PART else ()
            for part in (name, *(name[start : start + len(wanted)] for start in starts)):
                left -= 1
                if left < 0:
                    return closest
                matcher.set_seq1(part)
                if matcher.quick_ratio() > best and matcher.ratio() > best:
                    best, closest = matcher.ratio(), thing
    return closest


def _odd_letter(query: str, thing: Named) -> str:
    """The first letter of `query` that looks like a Latin one and stands in no name of `thing`; empty if none does."""
    written = "".join(_names(thing))
    odd = (letter for letter in query if unicodedata.name(letter, "").startswith(LOOKING_LATIN))
    return next((letter for letter in odd if letter not in written), "")


def _names(thing: Named) -> tuple[str, ...]:
    """Return every text that names a thing in full: its id, its names and its aliases."""
    aliases: tuple[str, ...] = getattr(thing, "aliases", ())
    return (thing.id, thing.name, thing.name_en, *aliases)


def _label(thing: Named) -> str:
    return f"{thing.id} {thing.name}"


def _labels(things: Sequence[Named]) -> list[str]:
    labels = [_label(thing) for thing in things[:MOST_LISTED]]
    return labels if len(labels) == len(things) else [*labels, "…"]


def _is_hidden(character: str) -> bool:
    """Whether a character is control, format, surrogate, private, unassigned, or a line separator."""
    category = unicodedata.category(character)
    return category.startswith("C") or category in {"Zl", "Zp"}


def _is_disguised_digit(character: str) -> bool:
    """Whether NFKC would turn the character into digits though it is not one: ², ½, ①, ⒈."""
    plain = unicodedata.normalize("NFKC", character)
    styled = unicodedata.decomposition(character).startswith(("<wide>", "<font>"))
    return character != plain and not styled and plain[:1].isdigit()
