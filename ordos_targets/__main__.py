"""Where a run begins."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the command line and leave with its exit code."""
    try:
        from ordos_targets.cli.main import main  # noqa: PLC0415 - an interrupt while loading must be quiet too

        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)  # as cli.main does once it is loaded


if __name__ == "__main__":
    run()
