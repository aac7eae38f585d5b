"""The command: builds what is measured, measures it, prints the table, and fails where a gate does not hold."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from .gates import GATES, Bench
from .growth import GROWTH
from .measure import WorkFailed
from .programs import Cache
from .table import Line, markdown

WORKS = GATES | GROWTH


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    default = Path(tempfile.gettempdir()) / "ordos-targets-bench"
    parser.add_argument("--cache", type=Path, default=default, help="where what is built is kept (%(default)s)")
    parser.add_argument("--only", action="append", choices=list(WORKS), help="one of the works; may be repeated")
    parser.add_argument("--quick", action="store_true", help="100 thousand entries at most, fewer rounds")
    parser.add_argument("--large", action="store_true", help="10 million entries at most; building them takes long")
    parser.add_argument("--rounds", type=int, help="how often each short work is run")
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall", help="what is judged (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def main() -> int:
    """The exit code: 1 where a gate does not hold, or a program fails."""
    asked = options()
    large = 100_000 if asked.quick else 1_000_000
    bench = Bench(
        cache=Cache(asked.cache),
        small=1000,
        large=large,
        largest=10_000_000 if asked.large else large,
        rounds=asked.rounds or (7 if asked.quick else 15),
        clock=asked.clock,
    )
    lines: list[Line] = []
    failed = False
    for name in asked.only or WORKS:
        sys.stderr.write(f"{name} …\n")
        try:
            lines += WORKS[name](bench)
        except WorkFailed as failure:
            failed = True
            sys.stderr.write(f"{failure}\n")
    shown = (
        json.dumps([line.facts() for line in lines], ensure_ascii=False, indent=2) if asked.json else markdown(lines)
    )
    sys.stdout.write(f"{shown}\n")
    return int(failed or any(line.holds is False for line in lines))


if __name__ == "__main__":
    sys.exit(main())
