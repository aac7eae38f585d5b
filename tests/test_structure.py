"""What keeps the code easy to find one's way in: docstrings, and how little a command asks of the ledger."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from office import ROOT, Office

PACKAGE = ROOT / "ordos_targets"
MODULES = {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {path: ast.parse(text) for path, text in MODULES.items()}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [path for path in TREES if path.parent.name != "commands"], ids=name_of)
def test_what_is_public_has_a_docstring(path: Path) -> None:
    """Every public function and class outside the commands, whose help says it, has a docstring."""
    bare = [
        node.name
        for node in TREES[path].body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not has_template(node)
    ]
    assert [] == bare


def has_template(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether a class is an error, whose sentence is its docstring."""
    assigned = [name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)]
    return isinstance(node, ast.ClassDef) and "template" in assigned


@pytest.mark.parametrize(
    "word",
    [
        *("dongsheng", "东胜", "准格尔", "jungar", "pilot-projects", "鄂尔多斯", "st-funding", "旗区"),
        "ignore_unknown_options",
    ],
)
def test_what_is_nowhere_in_the_code(word: str) -> None:
    """No place, district or goal of the first user is in the code, only in targets.toml; no option passes unread."""
    assert [] == [name_of(path) for path, text in MODULES.items() if word in text.lower()]


# Runs a command line and writes to stderr how many SELECTs SQLite has run.
MEASURE = """
import runpy, sqlite3, sys
connect, selects = sqlite3.connect, 0
def count(statement):
    global selects
    selects += statement.lstrip().upper().startswith(("SELECT", "WITH"))
def traced(*arguments, **options):
    connection = connect(*arguments, **options)
    connection.set_trace_callback(count)
    return connection
sqlite3.connect = traced
try:
    runpy.run_module("ordos_targets", run_name="__main__")
finally:
    print(selects, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("arguments", "limit"),
    [
        (("status",), 6),
        (("status", "--format", "json"), 6),
        (("report", "--format", "html", "-o", "page.html"), 12),
    ],
    ids=["status", "json", "page"],
)
def test_how_few_questions_a_command_asks(arguments: tuple[str, ...], limit: int, full_year: Office) -> None:
    """A report asks the ledger a handful of questions, however many targets, districts and days there are."""
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, *arguments], check=True, capture_output=True, text=True, cwd=full_year.folder
    )
    assert int(run.stderr.split()[-1]) <= limit
