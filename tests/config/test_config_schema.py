"""The JSON Schemas: of targets.toml for editors, of outputs for scripts."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypedDict

from ordos_targets.config.json_schema import DIALECT, schema_of, targets_schema

SHIPPED = Path(__file__).parents[2] / "targets.toml"
Json = dict[str, Any]


def tables(schema: Json) -> Iterator[tuple[str, Json]]:
    """The schema of every table of the file, with its name."""
    yield "file", schema
    yield from ((name, table) for name, table in schema["$defs"].items() if "properties" in table)


def test_what_the_schema_says_of_the_whole_file() -> None:
    """It is JSON of draft 2020-12 without null, as TOML; tables are closed; a year or a period is needed."""
    schema = json.loads(json.dumps(targets_schema()))
    assert (DIALECT, "targets.toml", False) == (schema["$schema"], schema["title"], "null" in json.dumps(schema))
    assert {False} == {table["additionalProperties"] for _, table in tables(schema)}
    assert [{"required": ["year"]}, {"required": ["period"]}] == schema["oneOf"]


def test_every_key_is_described() -> None:
    """An editor has a sentence to show beside every key."""
    bare = [
        (name, key)
        for name, table in tables(targets_schema())
        for key, value in table["properties"].items()
        if "description" not in value
    ]
    assert [] == bare


def test_the_shapes_that_are_not_in_the_file_are_not_in_the_schema() -> None:
    """A plan is a word or a list, a base an amount or a table, an item a text or a table: nothing else shows."""
    schema: Json = targets_schema()
    defined = schema["$defs"]
    words = {"enum": ["linear", "due", "last-year", "direct"], "type": "string"}
    points = {"items": {"$ref": "#/$defs/CheckpointModel"}, "type": "array"}
    assert ([words, points], [None, "object"], ["string", "object"]) == (
        defined["PlanModel"]["anyOf"],
        [shape.get("type") for shape in defined["BaseValue"]["anyOf"]],
        [shape["type"] for shape in defined["ItemModel"]["anyOf"]],
    )


def test_the_shipped_file_uses_only_keys_of_the_schema() -> None:
    """Every key of targets.toml is one the schema knows."""
    schema: Json = targets_schema()
    file = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    used = {key for target in file["targets"] for key in target}
    assert set() == (used - set(schema["$defs"]["TargetModel"]["properties"])) | (set(file) - set(schema["properties"]))


class Inner(TypedDict):
    """One row."""

    lead: float | None


class Output(TypedDict):
    id: str
    rows: list[Inner]
    best: Inner | None
    by_id: dict[str, Inner]
    kind: Literal["a", "b"]


def test_the_schema_of_an_output() -> None:
    """A TypedDict of typing becomes a schema with the title given; null stays, for a figure that does not exist."""
    row = {"$ref": "#/$defs/Inner"}
    lead = {"anyOf": [{"type": "number"}, {"type": "null"}], "title": "Lead"}
    expected = {
        "$schema": DIALECT,
        "$defs": {
            "Inner": {
                "description": "One row.",
                "properties": {"lead": lead},
                "required": ["lead"],
                "title": "Inner",
                "type": "object",
            }
        },
        "properties": {
            "id": {"title": "Id", "type": "string"},
            "rows": {"items": row, "title": "Rows", "type": "array"},
            "best": {"anyOf": [row, {"type": "null"}]},
            "by_id": {"additionalProperties": row, "title": "By Id", "type": "object"},
            "kind": {"enum": ["a", "b"], "title": "Kind", "type": "string"},
        },
        "required": ["id", "rows", "best", "by_id", "kind"],
        "title": "ordos-targets/status",
        "type": "object",
    }
    assert expected == schema_of(Output, "ordos-targets/status")
