"""JSON Schemas (draft 2020-12): of targets.toml for editors, and of the JSON outputs for the scripts that read them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import UnionType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

# Exact numbers are written as JSON numbers; pydantic would describe them as texts.
AS_JSON: dict[object, object] = {Fraction: float, Decimal: float}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def targets_schema() -> dict[str, object]:
    """Return the schema of targets.toml, each key with its description, for editors that complete and check TOML."""
    from ordos_targets.config.model import TargetsFile  # noqa: PLC0415 - brings pydantic

    return {"$schema": DIALECT, **_for_toml(TargetsFile.model_json_schema())}


def schema_of(document: object, title: str) -> dict[str, object]:
    """Return the schema of a JSON output that a TypedDict describes, whose docstring becomes the description."""
    from pydantic import TypeAdapter  # needed only for a schema

    schema = TypeAdapter[Any](_pydantic_type(document)).json_schema(mode="serialization")
    return {"$schema": DIALECT, **schema, "title": title}


@cache
def _pydantic_type(type_: Any) -> Any:  # noqa: ANN401 - any type
    """Return a type as pydantic takes it: every TypedDict made anew, as below Python 3.12 it takes none of `typing`."""
    if is_typeddict(type_):
        from typing_extensions import TypedDict  # noqa: PLC0415 - comes with pydantic

        keys = {key: _pydantic_type(hint) for key, hint in get_type_hints(type_, include_extras=True).items()}
        made = TypedDict(type_.__name__, keys)  # type: ignore[misc] # a name known only now
        made.__doc__ = type_.__doc__
        return made
    origin = get_origin(type_)
    if origin in {None, Literal}:
        return AS_JSON.get(type_, type_)
    arguments = tuple(map(_pydantic_type, get_args(type_)))
    if origin is NotRequired:
        return NotRequired[arguments[0]]
    if origin in {Union, UnionType}:
        return Union[arguments]  # noqa: UP007 - of a tuple
    return origin[arguments]


def _for_toml(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the schema without null, which TOML does not have, and without the titles pydantic makes of keys."""
    if isinstance(schema, list):
        return [_for_toml(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "properties" in schema:
        keys = {
            key: {name: part for name, part in value.items() if name != "title"}
            for key, value in schema["properties"].items()
        }
        schema = {**schema, "properties": keys}
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    rest = {key: _for_toml(part) for key, part in schema.items() if key != "anyOf" and (key, part) != ("default", None)}
    if len(choices) == 1:
        return {**_for_toml(choices[0]), **rest}
    return {**rest, "anyOf": _for_toml(choices)} if choices else rest
