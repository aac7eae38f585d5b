"""Programs from outside that some tests need."""

from __future__ import annotations

import os
import shutil

import pytest


def program(name: str, *others: str) -> str:
    """The path of the first of these programs that is installed.

    Skips where there is none, and fails where a change is judged (CI): a test that did not run proves nothing.
    """
    path = next(filter(None, map(shutil.which, (name, *others))), None)
    if path:
        return path
    missing = f"{name} is not installed here"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)
