"""Where a run begins and ends."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

# Loading makes no garbage, and a run of few entries next to none: looking for it would take a tenth of its time.
ALLOCATIONS = 100_000


def run() -> None:
    """Run the command line, and end the process with its exit code at once.

    Files, ledgers and streams are closed by then, and taking the rest apart piece by piece is of use to nobody. Who
    watches a run from inside, as a profiler does, starts it with `python -m`: that ends as Python ends.
    """
    gc.set_threshold(ALLOCATIONS)
    code = _code()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _code() -> int:
    """Run the command line; its exit code."""
    try:
        from ordos_targets.cli.app import main  # noqa: PLC0415 - an interrupt while loading must be quiet too

        return main(sys.argv[1:])
    except KeyboardInterrupt:
        return 130  # as cli.app does once it is loaded


if __name__ == "__main__":
    sys.exit(_code())
