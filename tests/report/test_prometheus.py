"""The status for Prometheus: what promtool, a strict reader and the JSON of the same report say of it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from office import Office
from programs import program

from ordos_targets.cli.session import Session
from ordos_targets.report.prometheus import prometheus
from ordos_targets.usecases.status import StatusRequest, status

AS_OF = ("--as-of", "2025-07-05")
Samples = dict[str, dict[frozenset[tuple[str, str]], Decimal]]

COMMENT = re.compile(r"# (HELP|TYPE) ([a-z_]+) (.+)")
SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (-?[0-9]+(?:\.[0-9]+)?)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
ESCAPES = {r"\n": "\n", r"\"": '"', r"\\": "\\"}


def read(text: str) -> Samples:
    """The samples by metric and labels; what is not to the letter of the text format fails."""
    samples: Samples = {}
    for block in re.findall(r"# HELP .*\n# TYPE .*\n(?:[^#].*\n)+", text):
        about, kind, *lines = block.splitlines()
        (_help, name, _text), (_type, typed, gauge) = (whole(COMMENT, line) for line in (about, kind))
        assert (name, "gauge", False) == (typed, gauge, name in samples)
        samples[name] = {}
        for line in lines:
            sample, labels, value = whole(SAMPLE, line)
            pairs = [
                (key, re.sub(r"\\.", lambda match: ESCAPES[match[0]], own)) for key, own in LABEL.findall(labels or "")
            ]
            assert (name, len(dict(pairs)), False) == (sample, len(pairs), frozenset(pairs) in samples[name])
            samples[name][frozenset(pairs)] = Decimal(value)
    assert text.count("\n") == sum(2 + len(values) for values in samples.values())
    return samples


def whole(pattern: re.Pattern[str], line: str) -> tuple[str, ...]:
    match = pattern.fullmatch(line)
    assert match, line
    return match.groups()


def value(samples: Samples, metric: str, **labels: str) -> Decimal | None:
    """The one sample of a metric with at least these labels; None where there is none."""
    fitting = [own for pairs, own in samples.get(f"ordos_targets_{metric}", {}).items() if labels.items() <= set(pairs)]
    assert len(fitting) <= 1
    return fitting[0] if fitting else None


def scraped(office: Office, *arguments: str) -> Samples:
    ran = office.run("report", "--format", "prometheus", *arguments)
    assert (0, "") == (ran.code, ran.err)
    return read(ran.out)


@pytest.mark.parametrize("arguments", [(), ("--district", "hanggin"), ("--only", "missed"), ("pilot",)], ids=" ".join)
def test_promtool_finds_nothing_to_say(full_year: Office, arguments: tuple[str, ...]) -> None:
    """Prometheus's own checker reads the report and has no complaint about a name, a type or a help text."""
    text = full_year.run("report", "--format", "prometheus", *AS_OF, *arguments).out
    checked = subprocess.run(
        [program("promtool"), "check", "metrics"], input=text.encode(), capture_output=True, check=False
    )
    assert (0, b"", b"") == (checked.returncode, checked.stdout, checked.stderr)


PLAIN = {"completion_ratio": "completion", "expected_ratio": "expected", "stale": "stale", "estimate": "estimate",
         "entries": "entries"}  # fmt: skip
AMOUNTS = {"stretch_goal": "stretch"} | {
    key: key for key in ("goal", "actual", "gap", "surplus", "expected_value", "projected")
}


@pytest.mark.parametrize("day", ["2025-07-05", "2026-01-15"])
def test_every_figure_is_that_of_the_json(full_year: Office, day: str) -> None:
    """Each figure of each target and district has one sample with the JSON's value, or none where the JSON has null."""
    samples = scraped(full_year, "--as-of", day)
    document = full_year.json("status", "--as-of", day)
    for target in document["targets"]:
        assert_same(samples, target, target, "")
        for district in target["districts"]:
            assert_same(samples, target, district, district["id"])
    counted = document["summary"]["by_status"]
    assert counted == {status: value(samples, "targets", status=status) for status in counted}
    assert near(document["summary"]["weighted_completion"]) == near(value(samples, "weighted_completion_ratio"))
    assert document["ledger"]["entries"] == value(samples, "ledger_entries")
    lines = sum(1 + len(target["districts"]) for target in document["targets"])
    assert lines * len(counted) == len(samples["ordos_targets_status"])


def assert_same(samples: Samples, target: Mapping[str, Any], own: Mapping[str, Any], district: str) -> None:
    """The samples of one line are the figures of the JSON."""
    names = {"target": target["id"], "district": district}
    percent = target["unit"] == "%"
    counts = target["scope"] == "each" and not district
    for metric, key in PLAIN.items():
        assert (metric, near(own[key])) == (metric, near(value(samples, metric, **names)))
    assert near(own["lead"], 100) == near(value(samples, "lead_ratio", **names))
    for metric, key in AMOUNTS.items():
        unit = "districts" if counts and key in {"gap", "surplus"} else "ratio" if percent else None
        by = 100 if unit == "ratio" else 1
        labels = {**names, "unit": unit or {"元": "yuan"}.get(target["unit"], target["unit"])}
        assert (metric, near(own[key], by)) == (metric, near(value(samples, metric, **labels)))
        assert (value(samples, metric, **names) is None) == (own[key] is None)
    money = {"元": "yuan", "%": "ratio"}.get(target["amount_unit"], target["amount_unit"])
    by = 100 if money == "ratio" else 1
    for metric in ("needed_per_month", "gap_amount"):
        assert near(own[metric], by) == near(value(samples, metric, **names, unit=money))
    status = {key: value(samples, "status", **names, status=key) for key in ("met", "behind", "no_data", own["status"])}
    assert {key: key == own["status"] for key in status} == status
    assert own.get("districts_meeting") == value(samples, "districts_meeting_goal", **names)
    assert own.get("districts_total") == value(samples, "districts", **names)
    assert last_second(own["due"]) == value(samples, "due_timestamp_seconds", **names)
    assert last_second(own["data_date"]) == value(samples, "data_timestamp_seconds", **names)


def near(number: Decimal | None, by: int = 1) -> Decimal | None:
    """A number by `by`, cut where both the JSON and the samples are exact; null stays None."""
    return None if number is None else round(Decimal(number) / by, 9)


def last_second(day: str | None) -> int | None:
    return None if day is None else int(datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=UTC).timestamp())


GOALS = """
title = "T"
year = 2025
[[targets]]
id = "parks"
name = 'a "b" \\\\ {c="d"} # HELP'
measure = "total"
goal = "12.3456"
unit = '个"}'
owner = "园林局"
note = "x"
"""


def test_labels_are_texts(office: Office) -> None:
    """Quotes, backslashes and braces of a name come back from the labels as they were written."""
    office.write(GOALS)
    samples = scraped(office)
    (labels,) = samples["ordos_targets_target_info"]
    expected = {"target": "parks", "name": 'a "b" \\\\ {c="d"} # HELP', "unit": '个"}', "owner": "园林局"}
    assert expected == {key: dict(labels)[key] for key in expected}
    assert Decimal("12.3456") == value(samples, "goal", target="parks", district="", unit='个"}')
    assert "ordos_targets_actual" not in samples


def test_nothing_in_a_label_breaks_its_line(office: Office) -> None:
    """A line feed is escaped as the format says; what a terminal would obey is shown as its code."""
    office.write(GOALS)
    report = status(Session().workspace(), StatusRequest())
    target = report.rows[0].target._replace(name="a\nb\x1b[31m\u202e")
    text = prometheus(report._replace(rows=(report.rows[0]._replace(target=target),)))
    assert r'name="a\nb\\x1b[31m\\u202e"' in text
    (labels,) = read(text)["ordos_targets_target_info"]
    assert "a\nb\\x1b[31m\\u202e" == dict(labels)["name"]


def test_the_language_changes_nothing(full_year: Office) -> None:
    """A series keeps its labels whatever the language of the run is, and so stays the same series."""
    arguments = ("report", "--format", "prometheus", *AS_OF)
    assert full_year.run("--lang", "en", *arguments).out == full_year.run("--lang", "zh", *arguments).out


def test_one_district_bears_its_name_in_the_summary(full_year: Office) -> None:
    """The counts of a report about one district are labelled with it, as they are its own."""
    samples = scraped(full_year, *AS_OF, "--district", "hanggin")
    assert 1 == value(samples, "targets", district="hanggin", status="on_track")
    assert "杭锦旗" == next(dict(labels)["name"] for labels in samples["ordos_targets_district_info"])
