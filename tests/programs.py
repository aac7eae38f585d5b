"""Programs from outside that tests judge by."""

from __future__ import annotations

import os
import shutil

import pytest


def program(name: str, *others: str) -> str:
    """The path of the first of these programs that is installed.

    Skips where there is none, and fails where a change is judged (CI).
    """
    found = next((path for path in map(shutil.which, (name, *others)) if path), None)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{name} is not installed")
    return found or pytest.skip(f"{name} is not installed")
