"""What the tool says, before anyone has chosen a language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

NO_FACTS: Mapping[str, object] = MappingProxyType({})


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark `text` for translation and return it unchanged."""
    return text


class Message(NamedTuple):
    """A sentence and the facts in it.

    `template` is English, with `{name}` places, and is the key of the translation;
    `facts` fill the places: strings, numbers, dates, targets and districts (said by name), other Messages, or
    lists of them.
    """

    template: str
    facts: Mapping[str, object] = NO_FACTS

    def __str__(self) -> str:
        """The sentence in English."""
        return self.template.format_map(self.facts)
