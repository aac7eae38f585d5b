"""Programs that some tests need beside Python."""

from __future__ import annotations

import os
import shutil

import pytest


def program(name: str, *others: str) -> str:
    """The path of the first of these programs that is installed.

    Skips where there is none, and fails where a change is judged (CI).
    """
    path = next(filter(None, map(shutil.which, (name, *others))), None)
    if path:
        return path
    if os.environ.get("CI"):
        pytest.fail(f"{name} is not installed")
    pytest.skip(f"{name} is not installed")
