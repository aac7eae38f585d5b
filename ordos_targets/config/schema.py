"""JSON Schemas (draft 2020-12): of targets.toml for editors, and of the JSON outputs for the scripts that read them."""

from __future__ import annotations

from typing import Any, cast

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def targets_schema() -> dict[str, object]:
    """The schema of targets.toml, each key with its description, for editors that complete and check TOML."""
    from ordos_targets.config.model import TargetsFile  # noqa: PLC0415 - brings pydantic

    schema = _without_null(TargetsFile.model_json_schema())
    return {"$schema": DIALECT, **schema}


def schema_of(type_: object, title: str) -> dict[str, object]:
    """The schema of a JSON output described by a TypedDict (or another type pydantic knows)."""
    from pydantic import TypeAdapter  # needed only for a schema

    schema = TypeAdapter[Any](cast("Any", type_)).json_schema(mode="serialization")
    return {"$schema": DIALECT, **schema, "title": title}


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
