"""What is printed, word for word. `pytest --update-golden` writes the files anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from office import Office

UID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
GOLDEN = Path(__file__).parent / "golden"

DRY = ("--date", "2025-12-31", "--dry-run")
RESULTS = {
    "status": ["status", "--as-of", "2025-07-05"],
    "status-year-end": ["status", "--as-of", "2026-01-15"],
    "status-since": ["status", "--as-of", "2025-07-05", "--since", "2025-05-31", "fiscal", "pilot", "outreach"],
    "status-by-district": ["status", "--as-of", "2025-07-05", "--by", "district"],
    "status-district": ["status", "--as-of", "2025-07-05", "--district", "hanggin"],
    "status-nagios": ["status", "--as-of", "2025-07-05", "--nagios"],
    "show-total": ["show", "pilot", "--explain", "--as-of", "2025-07-05"],
    "show-growth": ["show", "fiscal", "--explain", "--as-of", "2025-07-05", "--district", "jungar"],
    "show-share": ["show", "rd-active", "--explain", "--as-of", "2025-07-05"],
    "show-checklist": ["show", "breakthrough-deepen", "--explain", "--as-of", "2025-07-05"],
    "record": ["record", "pilot", "2", *DRY],
    "record-district": ["record", "fiscal", "4亿元", "--district", "jungar", *DRY, "--force"],
    "check": ["check"],
    "report-markdown": ["report", "--as-of", "2025-07-05", "--format", "markdown"],
    "report-prometheus": ["report", "--as-of", "2025-07-05", "--format", "prometheus"],
}

REFUSALS = {
    "no-unit": ["record", "st-funding", "5"],
    "no-number": ["record", "pilot", "十几"],
    "at-least": ["record", "pilot", "10个以上"],
    "no-such-target": ["show", "中式"],
    "no-such-district": ["status", "--district", "杭锦后旗"],
    "ambiguous-district": ["status", "--district", "鄂托克"],
    "district-required": ["record", "fiscal", "3亿元"],
    "future": ["record", "pilot", "1", "--date", "2027-01-01"],
    "no-such-day": ["record", "pilot", "1", "--date", "2025-02-30"],
    "below-the-last": ["record", "three-zero", "5", "--to-date", "--date", "2025-12-31"],
    "tenfold": ["record", "three-zero", "430", "--to-date", "--date", "2025-12-31"],
    "over-100-percent": ["record", "rd-active", "700/662", "--date", "2025-12-31"],
    "done-already": ["record", "breakthrough-new", "人工智能", "--date", "2025-12-31"],
    "outside-the-period": ["record", "pilot", "1"],
    "no-such-entry": ["void", "9999", "--why", "x"],
    "no-reason": ["void", "1"],
    "no-such-status": ["status", "--only", "late"],
    "no-such-option": ["status", "--frmat", "json"],
    "no-such-format": ["status", "--format", "xml"],
    "missing": ["record", "pilot"],
    "too-many": ["record", "pilot", "1", "2"],
}


# What people read most is held in both languages; other results have the same words, or none.
CHINESE = [name for name in RESULTS if name.startswith(("show-", "record")) or name == "status"]


@pytest.mark.parametrize(
    ("name", "language"), [*((name, "en") for name in RESULTS), *((name, "zh") for name in CHINESE)]
)
def test_a_result_is_printed_as_in_its_golden_file(
    name: str, language: str, full_year: Office, pytestconfig: pytest.Config
) -> None:
    """What a command prints off a terminal is the file in golden/, to the letter."""
    ran = full_year.run("--lang", language, *RESULTS[name])
    assert "" == ran.err
    _compare(f"{name}.{language}.txt", UID.sub("00000000-0000-7000-8000-000000000000", ran.out), pytestconfig)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_refusals_are_said_as_in_their_golden_file(
    language: str, full_year: Office, pytestconfig: pytest.Config
) -> None:
    """Every refusal says what is wrong and what to do, exits with 2, and prints nothing else."""
    refusals = []
    for name, arguments in REFUSALS.items():
        ran = full_year.run("--lang", language, *arguments)
        assert (name, 2, "") == (name, ran.code, ran.out)
        refusals.append(f"$ {' '.join(arguments)}\n{ran.err}")
    _compare(f"refusals.{language}.txt", "\n".join(refusals), pytestconfig)


def _compare(file: str, actual: str, config: pytest.Config) -> None:
    path = GOLDEN / file
    if config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(actual, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == actual
