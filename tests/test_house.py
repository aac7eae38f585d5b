"""The house stays as it was built: what each run loads, how large rooms are, and that doors have signs."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from office import ROOT, Office

PACKAGE = ROOT / "ordos_targets"
MODULES = sorted(PACKAGE.rglob("*.py"))
LIBRARY = [path for path in MODULES if path.parent.name != "commands"]
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
LONGEST_COMMAND = 15

LOADED = """
import sys
from ordos_targets.cli.main import main
code = main(sys.argv[1:])
sys.stderr.write(" ".join(sorted(sys.modules)))
sys.exit(code)
"""


def loaded(office: Office, *arguments: str) -> set[str]:
    """The modules that a run of the command line loads, off a terminal."""
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        cwd=office.folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return set(ran.stderr.split())


HEAVY = {
    "pydantic", "rich", "tomllib", "tomli_w", "csv", "difflib", "importlib.metadata", "zoneinfo", "shutil", "jinja2",
}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (["status", "--as-of", "2025-07-05", "--format", "json"], set()),
        (["status", "--as-of", "2025-07-05"], set()),
        (["status", "--as-of", "2025-07-05", "--format", "csv"], {"csv"}),
        (["report", "--as-of", "2025-07-05", "-o", "page.html"], {"jinja2"}),
        (["--version"], set()),
    ],
)
def test_a_run_loads_only_what_it_uses(arguments: list[str], needed: set[str], full_year: Office) -> None:
    """With the goals in the cache no library is loaded that the output does not need, and one ledger engine at most."""
    loaded(full_year, "status", "--as-of", "2025-07-05")
    found = loaded(full_year, *arguments)
    assert needed == HEAVY & found - typer_brings()
    unused = {f"ordos_targets.{name}" for name in ("cli.commands.record", "cli.failures", "report.terminal")}
    assert set() == unused & found


# What takes longer to load than what programs ask for takes to do.
SLOW = {
    "typer", "inspect", "dataclasses", "hashlib", "gettext", "locale", "calendar", "csv", "subprocess", "logging",
    "ordos_targets.cli.typer_commands", "ordos_targets.config.rules", "ordos_targets.report.json_types",
    "ordos_targets.store.ledger", "ordos_targets.store.sqlite_audit",
}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (["--version"], set()),
        (["status", "--as-of", "2025-07-05", "--format", "json"], set()),
        (["status", "--as-of", "2025-07-05"], set()),
        (["status", "--as-of", "2025-07-05", "--format", "csv"], {"csv", "ordos_targets.report.json_types"}),
        (["record", "pilot-projects", "1", "--date", "2025-07-01"], {"hashlib"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_programs_run_starts_at_once(arguments: list[str], needed: set[str], full_year: Office) -> None:
    """What cron and pipelines run loads neither Typer nor anything else that is slow to load, unless it is used."""
    loaded(full_year, "status", "--as-of", "2025-07-05")
    assert needed == SLOW & loaded(full_year, *arguments)


def typer_brings() -> set[str]:
    """What importing Typer loads by itself, whatever we do."""
    ran = subprocess.run(
        [sys.executable, "-c", "import sys, typer.main; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ran.stdout.split())


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_stay_small_and_signed(path: Path) -> None:
    """A module has a docstring and at most 300 lines, a function at most 40, a command's body at most 15."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree) or not tree.body
    assert len(text.splitlines()) <= LONGEST_MODULE
    for function in functions(tree):
        lines = (function.end_lineno or 0) - function.lineno + 1
        assert (function.name, True) == (function.name, lines <= LONGEST_FUNCTION)
        if path.parent.name == "commands":
            body = (function.end_lineno or 0) - function.body[0].lineno + 1
            assert (function.name, True) == (function.name, body <= LONGEST_COMMAND)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_functions_say_what_they_do(path: Path) -> None:
    """Every public function and class outside the commands, whose help says it, has a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tops = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    silent = [
        node.name
        for node in tops
        if not node.name.startswith("_") and not ast.get_docstring(node) and not _says_it_in_a_template(node)
    ]
    assert [] == silent


def _says_it_in_a_template(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """A failure's sentence is its docstring."""
    return isinstance(node, ast.ClassDef) and any(
        isinstance(target, ast.Name) and target.id == "template"
        for statement in node.body
        for target in (statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)])
    )


def test_nothing_of_the_first_user_is_in_the_code() -> None:
    """The package's code names no place, district or goal of Ordos; those stand in targets.toml alone."""
    words = ("dongsheng", "东胜", "准格尔", "jungar", "pilot-projects", "鄂尔多斯", "st-funding", "旗区")
    found = {
        (str(path.relative_to(ROOT)), word)
        for path in MODULES
        for word in words
        if word in path.read_text(encoding="utf-8").lower()
    }
    assert set() == found
