"""Where a run begins."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the command line and leave with its exit code."""
    from ordos_targets.cli.main import main  # noqa: PLC0415 - an interrupt while loading must be quiet too

    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
