"""The language of the output: gettext catalogues beside this file; English is the source.

`activate` is called once, by the command line; everything else calls `_` and `translate`.
"""

from __future__ import annotations

import os
import re
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ordos_targets.domain.errors import N_, Message, Quantity, fill

if TYPE_CHECKING:
    from gettext import NullTranslations

DOMAIN = "ordos_targets"
FOLDER = Path(__file__).parent
SOURCE = "en"
CATALOGUES = {"en": "en", "zh": "zh_CN"}
LIST_SEPARATORS = {"en": ", ", "zh": "、"}
SENTENCE_SEPARATORS = {"en": " ", "zh": ""}

# The system's reasons for refusing a file, which Python gives in English.
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
    """A thing with a name in two languages; the English one may be empty."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


class _State:
    language = SOURCE  # a key of CATALOGUES


def activate(language: str) -> None:
    """Make `language`, a key of CATALOGUES, the language of the output. Its catalogue is read at the first message."""
    _State.language = language


def activate_for_libraries() -> None:
    """Let the texts that libraries pass through gettext come from the same catalogue."""
    import gettext  # noqa: PLC0415 - needed only where a library writes to a person

    os.environ["LANGUAGE"] = CATALOGUES[_State.language]
    gettext.bindtextdomain(DOMAIN, FOLDER)
    gettext.textdomain(DOMAIN)


@cache
def _catalogue(language: str) -> NullTranslations:
    import gettext  # noqa: PLC0415 - the source language needs none

    return gettext.translation(DOMAIN, FOLDER, [CATALOGUES[language]], fallback=True)


def language() -> str:
    """Return the language of the output: a key of CATALOGUES."""
    return _State.language


def choose_language(*wanted: str | None) -> str:
    """Return the language of the first of `wanted` (zh, zh_CN.UTF-8, C…) that is not empty, English if it has none."""
    return parse_language(next(filter(None, wanted), "")) or SOURCE


def parse_language(text: str) -> str | None:
    """Return the language that a locale's name (zh, zh_CN.UTF-8, en-GB) means; None for one without a catalogue."""
    code = re.split("[^a-z]", text.lower())[0]
    return code if code in CATALOGUES else None


def _(text: str) -> str:
    """Return the translation of `text`, or `text` itself where there is none."""
    return text if _State.language == SOURCE else _catalogue(_State.language).gettext(text)


def translations(text: str) -> set[str]:
    """Return `text` in every language."""
    return {text, *(_catalogue(language).gettext(text) for language in CATALOGUES if language != SOURCE)}


def translate(message: Message) -> str:
    """Return a message as a sentence in the language of the output."""
    return fill(_(message.template), {name: _shown(value) for name, value in message.params.items()})


def in_english(message: Message) -> str:
    """Return a message in English, for programs; quantities are written as the language of the output writes them."""
    params = {
        name: quantity_text(value) if isinstance(value, Quantity) else value for name, value in message.params.items()
    }
    return fill(message.template, params)


def _shown(value: object) -> object:
    """Return what stands for a parameter in a sentence.

    Messages are translated, quantities written in full, targets and districts named, lists joined as the language joins
    words, or sentences.
    """
    if isinstance(value, Message):
        return translate(value)
    if isinstance(value, Quantity):
        return quantity_text(value)
    if isinstance(value, Named):
        return named(value)
    if isinstance(value, list | tuple):
        parts = [str(_shown(part)) for part in value]
        sentences = all(part.endswith((".", "。")) for part in parts)
        return (SENTENCE_SEPARATORS if sentences else LIST_SEPARATORS)[_State.language].join(parts)
    return _(str(value)) if value in SYSTEM_REASONS else value


def quantity_text(quantity: Quantity) -> str:
    """Return an amount as the language writes it."""
    from ordos_targets.locale.amounts import exact_amount  # noqa: PLC0415 - most messages hold none

    return exact_amount(Fraction(quantity.value), quantity.unit, quantity.unit_en)


def named(thing: Named) -> str:
    """Return the name of a target, district or item in the language of the output."""
    return pick(thing.name, thing.name_en)


def pick(chinese: str, english: str) -> str:
    """Return the one of two texts that is for the language of the output; the first where the second is empty."""
    return english if _State.language == SOURCE and english else chinese
