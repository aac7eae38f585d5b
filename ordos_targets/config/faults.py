"""pydantic's errors in our own sentences. Knows its words for them, not the library itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from ordos_targets.config.problems import Fault, KeyPath, WrongValueError
from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.names import shown

LONGEST_WORD = 64  # no key is longer
Known = Callable[[KeyPath], list[str]]

SENTENCES: Mapping[str, str] = {
    "missing": N_("this key is required"),
    "string_type": N_("must be text, in quotes"),
    "bool_type": N_("must be true or false, without quotes"),
    "int_type": N_("must be a whole number, without quotes"),
    "date_type": N_("must be a date, written 2025-06-30"),
    "list_type": N_("must be a list: [ … ]"),
    "dict_type": N_("must be a table: {{ key = value }}"),
    "model_type": N_("must be a table: {{ key = value }}"),
    "greater_than_equal": N_("must be at least {ge}"),
    "less_than_equal": N_("must be at most {le}"),
    "string_too_short": N_("must not be empty"),
}
SAME_AS: Mapping[str, str] = {"model_attributes_type": "model_type"}
QUOTED = re.compile(r"'([^']*)'")


def fault_of(path: KeyPath, kind: str, facts: Mapping[str, object], known: Known) -> Fault:
    """The fault that an error of type `kind` at `path` is; `known` gives the keys of the table a path stands in."""
    if kind == "extra_forbidden":
        return Fault(path, _unknown_key(path, known))
    if kind in {"enum", "literal_error"}:
        return Fault(path, _not_a_choice(str(facts["expected"]), facts.get("input")))
    error = facts.get("error")
    if isinstance(error, WrongValueError):
        return Fault(path, error.message)
    template = SENTENCES.get(SAME_AS.get(kind, kind), N_("cannot be used here"))
    return Fault(path, Message(template, {name: facts[name] for name in ("ge", "le") if name in facts}))


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, if one is alike enough."""
    if len(word) > LONGEST_WORD:
        return None
    from difflib import get_close_matches  # needed only once something is wrong

    found = get_close_matches(word, list(candidates), 1)
    return found[0] if found else None


def _unknown_key(path: KeyPath, known: Known) -> Message:
    key = str(path[-1])
    if len(path) > 1 and key in known((key,)):
        return Message(N_("unknown key here; write it at the top of the file, before the first [ or [["))
    suggestion = did_you_mean(key, known(path))
    if suggestion:
        return Message(N_("unknown key; did you mean {suggestion}?"), {"suggestion": suggestion})
    return Message(N_("unknown key; the keys here are: {keys}"), {"keys": ", ".join(known(path))})


def _not_a_choice(expected: str, value: object) -> Message:
    choices = QUOTED.findall(expected)
    facts: dict[str, object] = {"choices": ", ".join(choices)}
    if not isinstance(value, str):
        return Message(N_("must be one of: {choices}"), facts)
    facts["value"] = shown(value)
    suggestion = did_you_mean(value, choices)
    if not suggestion:
        return Message(N_("{value} is not one of: {choices}"), facts)
    facts["suggestion"] = suggestion
    return Message(N_("{value} is not one of: {choices}; did you mean {suggestion}?"), facts)
