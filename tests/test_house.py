"""Public names have docstrings, and nothing of the first user is in the code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from office import ROOT

PACKAGE = ROOT / "ordos_targets"
MODULES = sorted(PACKAGE.rglob("*.py"))
LIBRARY = [path for path in MODULES if path.parent.name != "commands"]


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
