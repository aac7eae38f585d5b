"""The language of the screen: gettext catalogues beside this file; English is the source.

`activate` is called once, at the top; everything below asks `_` and `say`.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ordos_targets.domain.errors import N_, Message

if TYPE_CHECKING:
    from gettext import NullTranslations

DOMAIN = "ordos_targets"
FOLDER = Path(__file__).parent
SOURCE = "en"
CATALOGUES = {"en": "en", "zh": "zh_CN"}
LIST_SEPARATORS = {"en": ", ", "zh": "、"}
SENTENCE_SEPARATORS = {"en": " ", "zh": ""}

# What the system says of a file it refuses; Python hands it on in English.
SYSTEM_REASONS = (
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("Is a directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("Read-only file system"),
    N_("No space left on device"),
    N_("Disk quota exceeded"),
    N_("File name too long"),
    N_("Input/output error"),
)


@runtime_checkable
class Named(Protocol):
    """Something with a name in two languages; the English one may be empty."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


class _State:
    language = SOURCE


def activate(language: str) -> None:
    """Speak `language` (a key of CATALOGUES) from here on. Its catalogue is read once something is said."""
    _State.language = language


def activate_for_libraries() -> None:
    """Let what libraries say through gettext come from the same catalogue."""
    import gettext  # noqa: PLC0415 - programs are told nothing by libraries

    os.environ["LANGUAGE"] = CATALOGUES[_State.language]
    gettext.bindtextdomain(DOMAIN, FOLDER)
    gettext.textdomain(DOMAIN)


@cache
def _catalogue(language: str) -> NullTranslations:
    import gettext  # noqa: PLC0415 - the source language needs none

    return gettext.translation(DOMAIN, FOLDER, [CATALOGUES[language]], fallback=True)


def language() -> str:
    """The language spoken now: a key of CATALOGUES."""
    return _State.language


def choose(*wanted: str | None) -> str:
    """The language of a run: that of the first of `wanted` (zh, zh_CN.UTF-8, C…) that says anything; else English."""
    said = next((text for text in wanted if text), "")
    return known(said) or "en"


def known(text: str) -> str | None:
    """The language that a name as in a locale (zh, zh_CN.UTF-8, en-GB) means; None for one we do not speak."""
    said = text.lower()
    return next(
        (name for name in CATALOGUES if said.startswith(name) and not "a" <= said[len(name) :][:1] <= "z"), None
    )


def _(text: str) -> str:
    """`text` in the language spoken now; English where there is no translation."""
    return text if _State.language == SOURCE else _catalogue(_State.language).gettext(text)


def everywhere(text: str) -> set[str]:
    """`text` in every language."""
    return {text, *(_catalogue(language).gettext(text) for language in CATALOGUES if language != SOURCE)}


def say(message: Message) -> str:
    """A message as a sentence in the language spoken now."""
    return _(message.template).format_map({name: _fact(fact) for name, fact in message.params.items()})


def _fact(fact: object) -> object:
    """A fact inside a sentence: a message is said, a target or district named.

    A list is joined as the language joins words, or whole sentences.
    """
    if isinstance(fact, Message):
        return say(fact)
    if isinstance(fact, Named):
        return named(fact)
    if isinstance(fact, list | tuple):
        parts = [str(_fact(one)) for one in fact]
        sentences = all(part.endswith((".", "。")) for part in parts)
        return (SENTENCE_SEPARATORS if sentences else LIST_SEPARATORS)[_State.language].join(parts)
    return _(str(fact)) if fact in SYSTEM_REASONS else fact


def named(thing: Named) -> str:
    """The name of a target, district or item in the language spoken now."""
    return pick(thing.name, thing.name_en)


def pick(chinese: str, english: str) -> str:
    """Of two texts the one for the language spoken now; the first where the second is empty."""
    return english if _State.language == SOURCE and english else chinese
