"""The language of the screen: gettext catalogues beside this file; English is the source.

`activate` is called once, at the top; everything below asks `_` and `say`.
"""

from __future__ import annotations

import gettext
import os
import re
from pathlib import Path
from typing import Protocol, runtime_checkable

from ordos_targets.domain.messages import N_, Message

DOMAIN = "ordos_targets"
FOLDER = Path(__file__).parent
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
    language = "en"
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


def activate(language: str) -> None:
    """Speak `language` (a key of CATALOGUES) from here on. Click's own messages come from the same catalogue."""
    _State.language = language
    _State.catalogue = gettext.translation(DOMAIN, FOLDER, [CATALOGUES[language]], fallback=True)
    os.environ["LANGUAGE"] = CATALOGUES[language]
    gettext.bindtextdomain(DOMAIN, FOLDER)
    gettext.textdomain(DOMAIN)


def language() -> str:
    """The language spoken now: a key of CATALOGUES."""
    return _State.language


def choose(*wanted: str | None) -> str:
    """The language of a run: that of the first of `wanted` (zh, zh_CN.UTF-8, C…) that says anything; else English."""
    said = next((text for text in wanted if text), "")
    return known(said) or "en"


def known(text: str) -> str | None:
    """The language that a name as in a locale (zh, zh_CN.UTF-8, en-GB) means; None for one we do not speak."""
    return next((name for name in CATALOGUES if re.match(rf"{name}(?![a-z])", text.lower())), None)


def _(text: str) -> str:
    """`text` in the language spoken now; English where there is no translation."""
    return _State.catalogue.gettext(text)


def everywhere(text: str) -> set[str]:
    """`text` in every language."""
    catalogues = (gettext.translation(DOMAIN, FOLDER, [name], fallback=True) for name in CATALOGUES.values())
    return {catalogue.gettext(text) for catalogue in catalogues}


def say(message: Message) -> str:
    """A message as a sentence in the language spoken now."""
    return _(message.template).format_map({name: _fact(fact) for name, fact in message.facts.items()})


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
    return english if _State.language == "en" and english else chinese
