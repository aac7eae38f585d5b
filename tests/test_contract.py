"""The contract that scripts outside this repository rely on: JSON keys, schemas, exit codes, environment."""

from __future__ import annotations

import json
import tomllib

import pytest
from jsonschema import Draft202012Validator
from office import ROOT, Office

from ordos_targets.domain.errors import ExitCode

TOP = ["format", "version", "title", "as_of", "known_at", "period", "ledger", "targets", "summary"]
FIGURES = [
    "goal", "stretch", "actual", "gap", "surplus", "completion", "expected", "expected_value", "lead", "status",
    "light", "projected", "needed_per_month", "gap_amount", "data_date", "paced_to", "due", "stale", "estimate",
    "entries",
]  # fmt: skip
TARGET = [
    "id", "name", "name_en", "section", "owner", "measure", "scope", "direction", "commitment", "headline", "unit",
    *FIGURES, "districts_meeting", "districts_total", "note", "districts",
]  # fmt: skip


def test_status_json_has_the_keys_of_version_1(full_year: Office) -> None:
    """Every key of the contract is there, for the report, each target and each district."""
    document = full_year.json("status", "--as-of", "2025-07-05")
    assert ("ordos-targets/status", 1) == (document["format"], document["version"])
    assert [] == [key for key in TOP if key not in document]
    for target in document["targets"]:
        assert (target["id"], []) == (target["id"], [key for key in TARGET if key not in target])
        for district in target["districts"]:
            assert [] == [key for key in ["id", "name", *FIGURES] if key not in district]
    assert ["entries", "head"] == sorted(document["ledger"])
    assert ["by_light", "by_status", "targets", "weighted_completion"] == sorted(document["summary"])


def test_the_worked_growth_example_in_json(full_year: Office) -> None:
    """The growth example, as a script reads it: 10 %, 10 points behind, 4.38亿 to spend, 0.73亿 a month."""
    document = full_year.json("status", "fiscal-rd-growth", "--as-of", "2025-07-05")
    [jungar] = [row for row in document["targets"][0]["districts"] if row["id"] == "jungar"]
    expected = {
        "goal": 20, "actual": 10, "gap": 10, "lead": -10, "expected": None, "status": "lagging", "light": "yellow",
        "gap_amount": 438000000, "needed_per_month": 73000000, "paced_to": "2025-06-30", "data_date": "2025-06-30",
    }  # fmt: skip
    assert expected == {key: jungar[key] for key in expected}


def test_the_worked_total_example_in_json(full_year: Office) -> None:
    """The total example of the contract: 40 % against 50 %, 8 projected, 1 a month needed."""
    [document] = full_year.json("status", "pilot-projects", "--as-of", "2025-07-05")["targets"]
    text = full_year.run("status", "pilot-projects", "--as-of", "2025-07-05", "--format", "json").out
    expected = {
        "actual": 4, "gap": 6, "expected": 0.5, "expected_value": 5, "lead": -10, "status": "lagging", "projected": 8,
        "needed_per_month": 1,
    }  # fmt: skip
    assert expected == {key: document[key] for key in expected}
    assert '"completion": 0.4,' in text


@pytest.mark.parametrize(
    ("subject", "arguments"),
    [
        ("status", ["status", "--as-of", "2025-07-05"]),
        ("status", ["status", "--as-of", "2025-07-05", "--since", "2025-05-31"]),
        ("show", ["show", "fiscal", "--as-of", "2025-07-05"]),
        ("log", ["log", "--all"]),
    ],
)
def test_json_fits_its_schema(subject: str, arguments: list[str], full_year: Office) -> None:
    """What a command prints as JSON is valid by the schema the tool gives out for it."""
    schema = json.loads(full_year.run("schema", subject).out)
    Draft202012Validator.check_schema(schema)
    printed = json.loads(full_year.run(*arguments, "--format", "json").out)
    assert [] == [error.message for error in Draft202012Validator(schema).iter_errors(printed)]


def test_the_shipped_goals_fit_the_schema(office: Office) -> None:
    """An editor that checks targets.toml by `ordos-targets schema` finds nothing wrong with the shipped one."""
    schema = json.loads(office.run("schema").out)
    shipped = tomllib.loads((ROOT / "targets.toml").read_text(encoding="utf-8"))
    assert [] == [error.message for error in Draft202012Validator(schema).iter_errors(shipped)]


def test_exit_codes() -> None:
    """The numbers of the contract, which shell scripts compare."""
    expected = {"OK": 0, "UNEXPECTED": 1, "USAGE": 2, "FAIL_ON": 3, "INVALID": 4, "LEDGER": 5}
    assert expected == {code.name: code.value for code in ExitCode}


def test_statuses_and_lights_are_those_of_the_contract(full_year: Office) -> None:
    """The summary counts every status and light by the contract's names, also those nobody is in."""
    summary = full_year.json("status", "--as-of", "2025-07-05")["summary"]
    statuses = ["met", "ahead", "on_track", "lagging", "behind", "missed", "no_data", "not_started"]
    assert (statuses, ["green", "yellow", "red", "grey"]) == (list(summary["by_status"]), list(summary["by_light"]))


@pytest.mark.parametrize("day", ["2025-01-20", "2025-07-05", "2025-12-31", "2026-01-15"])
def test_the_illustrative_year_shows_every_day(day: str, full_year: Office) -> None:
    """On any day of the year every target has a status, and no gap is below nothing."""
    for target in full_year.json("status", "--as-of", day)["targets"]:
        assert target["status"] is not None
        assert target["gap"] is None or target["gap"] >= 0
