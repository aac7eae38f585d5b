"""What may be shown of a URL, or of a sentence that quotes one: no password."""

from __future__ import annotations

import re

from ordos_targets.domain.ledger_location import PASSWORD

# Patterns are texts, which `re` makes out and keeps once they are used: most runs need few of them.
SHOWN = r"(?s)(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*:/{0,3})(?P<rest>.*)"
HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]*)(?::[0-9]{1,5}(?![^/?#]))?(?:/[A-Za-z0-9_./-]*)?"
# In a sentence: a URL, and what stands behind a word for a password.
URL_WITHIN = r"(?i)(?:[a-z0-9+.-]{0,32}:/{1,3}|postgres(?:ql)?:)[^\s“”\"'`<>]*"
ENDS_SENTENCE = ".,;，。；"
PASSWORD_WITHIN = r"(?i)(" + PASSWORD.removeprefix("(?i)") + r"\s*)[^\s…]+"


def without_password(url: str) -> str:
    """Return a URL as it may be shown: its scheme, user, host and path, and no password.

    What is not written as a URL should be, such as host=… password=…, may hold a password anywhere: all of it is left
    out.
    """
    parts = re.fullmatch(SHOWN, url)
    if not parts:
        return "…"
    # A password may hold any of the signs that end one, so only the last @ tells where the host begins.
    login, at, place = parts["rest"].rpartition("@")
    user = re.split(r"[:/?#]", login)[0]
    host = re.match(HOST, place)
    shown = host[0] if host else ""
    more = "" if shown == place else "…"
    return f"{parts['scheme']}{user}{at}{shown}{more}"


def without_passwords(text: str) -> str:
    """Return a text in which every URL with something to hide is shown without it."""
    if "@" not in text and not re.search(PASSWORD, text) and "%" not in text:
        return text
    text = re.sub(URL_WITHIN, lambda match: _shown(match[0]) if _has_login(match[0]) else match[0], text)
    return re.sub(PASSWORD_WITHIN, r"\1…", text)


def _shown(url: str) -> str:
    """Return a URL of a sentence as it may be shown; what ends the sentence, or a part of it, stays."""
    bare = url.rstrip(ENDS_SENTENCE)
    return without_password(bare) + url[len(bare) :]


def _has_login(url: str) -> bool:
    """Whether a URL has a login or a password in it, be it that its signs are written as codes."""
    from urllib.parse import unquote  # noqa: PLC0415 - only where a text may hold one

    plain = unquote(url)
    return "@" in plain or re.search(PASSWORD, plain) is not None
