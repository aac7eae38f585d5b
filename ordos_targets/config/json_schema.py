"""JSON Schemas (draft 2020-12): of targets.toml for editors, and of the JSON outputs for the scripts that read them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

# Exact numbers are written as JSON numbers; pydantic would describe them as texts.
AS_JSON: dict[object, Any] = {Fraction: float, Decimal: float}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def targets_schema() -> dict[str, object]:
    """The schema of targets.toml, each key with its description, for editors that complete and check TOML."""
    from ordos_targets.config.model import TargetsFile  # noqa: PLC0415 - brings pydantic

    schema = _without_null(TargetsFile.model_json_schema())
    return {"$schema": DIALECT, **schema}


def schema_of(type_: object, title: str) -> dict[str, object]:
    """The schema of a JSON output described by a TypedDict, or by another type pydantic knows.

    The docstring of a TypedDict becomes its description, `Annotated[…, Field(description=…)]` that of a key.
    """
    from pydantic import TypeAdapter  # needed only for a schema

    schema = TypeAdapter[Any](_portable(type_, {})).json_schema(mode="serialization")
    return {"$schema": DIALECT, **schema, "title": title}


def _portable(type_: Any, known: dict[object, Any]) -> Any:  # noqa: ANN401 - any type
    """The type as JSON has it, every TypedDict in it made anew: below Python 3.12 pydantic takes none of `typing`."""
    if is_typeddict(type_):
        if type_ not in known:
            known[type_] = _typed_dict(type_, known)
        return known[type_]
    origin, arguments = get_origin(type_), get_args(type_)
    if origin is None or origin is Literal:
        return AS_JSON.get(type_, type_)
    if origin is Annotated:
        return Annotated[(_portable(arguments[0], known), *arguments[1:])]
    portable = tuple(_portable(argument, known) for argument in arguments)
    if origin in {Union, UnionType}:
        return Union[portable]  # noqa: UP007 - of a tuple
    return origin[portable if len(portable) > 1 else portable[0]]


def _typed_dict(type_: Any, known: dict[object, Any]) -> Any:  # noqa: ANN401 - a TypedDict is no type to mypy
    from typing_extensions import TypedDict  # noqa: PLC0415 - comes with pydantic

    hints = get_type_hints(type_, include_extras=True)
    keys = {
        key: _portable(NotRequired[hint] if key in type_.__optional_keys__ and _is_plain(hint) else hint, known)
        for key, hint in hints.items()
    }
    made = TypedDict(type_.__name__, keys)  # type: ignore[misc] # a name known only now
    made.__doc__ = type_.__doc__
    return made


def _is_plain(hint: object) -> bool:
    return get_origin(hint) not in {Required, NotRequired}


def _without_null(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """The schema without null, which TOML does not have, and without the titles pydantic makes of the keys."""
    if isinstance(schema, list):
        return [_without_null(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "properties" in schema:
        named = {key: _untitled(_without_null(one)) for key, one in schema["properties"].items()}
        schema = {**schema, "properties": named}
    choices = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    kept = {key: value for key, value in schema.items() if not (key == "default" and value is None) and key != "anyOf"}
    rest = {key: value if key == "properties" else _without_null(value) for key, value in kept.items()}
    if len(choices) == 1:
        return {**_without_null(choices[0]), **rest}
    return {**rest, "anyOf": _without_null(choices)} if choices else rest


def _untitled(schema: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in schema.items() if key != "title"}
