"""Programs outside Python that a test needs."""

from __future__ import annotations

import os
import shutil

import pytest


def program(name: str, *others: str) -> str:
    """The path of the first of these programs that is installed.

    Skips where there is none, and fails where a change is judged (CI).
    """
    for one in (name, *others):
        path = shutil.which(one)
        if path:
            return path
    told = f"none of these programs is installed: {', '.join((name, *others))}"
    if os.environ.get("CI"):
        pytest.fail(told)
    pytest.skip(told)
