"""What holds for every file: it loads, or a failure says why."""

from __future__ import annotations

import string
import tempfile
from datetime import date
from pathlib import Path

import tomli_w
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ordos_targets.config import load
from ordos_targets.config.errors import InvalidTargets, Problem
from ordos_targets.config.load import load_goals
from ordos_targets.domain.errors import AppError
from ordos_targets.domain.targets import TargetSet

SHIPPED = (Path(__file__).parents[2] / "targets.toml").read_bytes()
PIECES = [
    *(text.encode() for text in ("", "\n", '"', "'''", "[", "]]", "{", "=", "-", "#", "1e9", "＝", "nan", "0x")),
    b"\xff",
]


def loaded(content: bytes) -> TargetSet | None:
    """The goals, or None where a Failure was raised that says what is wrong. Anything else is an error."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "targets.toml"
        path.write_bytes(content)
        try:
            return load_goals(path, cache_dir=None)
        except InvalidTargets as failure:
            problems = failure.problems
        except AppError as failure:
            problems = (Problem("", None, None, "", failure.message),)
    places = range(1, content.count(b"\n") + 2)
    assert problems
    assert all(problem.message.template.format_map(problem.message.params) for problem in problems)
    assert all(problem.line is None or problem.line in places for problem in problems)
    return None


@settings(deadline=None)
@given(st.binary())
@example(b"\x00")
def test_garbage_is_refused_with_a_failure(content: bytes) -> None:
    """Bytes of any kind give goals or a failure."""
    loaded(content)


@settings(deadline=None)
@given(st.integers(0, len(SHIPPED)), st.integers(0, 60), st.sampled_from(PIECES) | st.binary(max_size=4))
def test_a_mutated_file_loads_or_is_refused(at: int, cut: int, piece: bytes) -> None:
    """The shipped file with a piece cut out or put in gives goals or a failure with its lines in the file."""
    loaded(SHIPPED[:at] + piece + SHIPPED[at + cut :])


SCALARS = (
    st.sampled_from(
        [
            "元", "%", "万元", "家", "20%", "2亿元", "0", "total", "level", "share", "growth", "checklist", "parts",
            "each", "at_most", "linear", "direct", "due", "last-year", "a", "north", "2025-06-30",
        ]
    )
    | st.integers(-3, 200)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.text(string.printable, max_size=5)
)  # fmt: skip
KEYS = st.sampled_from(
    [
        "id", "name", "measure", "goal", "unit", "stretch", "base", "scope", "split", "plan", "revisions", "items",
        "lights", "start", "due", "direction", "weight", "aliases", "by", "share", "value", "on", "why", "north",
        "year", "red", "yellow", "headline", "zzz",
    ]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)
TARGETS = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "c"]),
        "name": st.just("A"),
        "measure": st.sampled_from(["total", "level", "share", "growth", "checklist"]),
    },
    optional={
        "goal": SCALARS,
        "unit": st.sampled_from(["", "元", "万元", "%", "家"]),
        "scope": st.sampled_from(["whole", "parts", "each"]),
        "direction": st.sampled_from(["at_least", "at_most"]),
        "base": VALUES,
        "split": VALUES,
        "plan": VALUES,
        "items": VALUES,
        "revisions": VALUES,
        "stretch": SCALARS,
        "due": SCALARS,
        "lights": VALUES,
    },
)
FILES = st.fixed_dictionaries(
    {"title": st.just("T"), "year": st.just(2025) | SCALARS},
    optional={
        "districts": st.just([{"id": "north", "name": "N"}]) | VALUES,
        "lights": VALUES,
        "targets": st.lists(TARGETS | st.dictionaries(KEYS, VALUES, max_size=6), max_size=3) | VALUES,
    },
)


@settings(deadline=None, max_examples=300)
@given(FILES)
def test_any_values_under_the_right_keys_load_or_are_refused(document: dict[str, object]) -> None:
    """Well-formed files with all sorts of values in the places of the contract give goals or a failure."""
    loaded(tomli_w.dumps(document).encode())


FIGURES = st.sampled_from([0, 1, 10, 50, "200", "20%", "2亿元"])
POINTS = st.fixed_dictionaries(
    {"by": st.sampled_from([date(2025, 3, 31), date(2025, 6, 30)])},
    optional={"share": st.sampled_from([0.5, "75%"]), "value": FIGURES},
)
LIKELY_TARGETS = st.fixed_dictionaries(
    {
        "id": st.just("a"),
        "name": st.just("A"),
        "measure": st.sampled_from(["total", "level", "share"]),
        "goal": FIGURES,
    },
    optional={
        "unit": st.sampled_from(["元", "万元", "%", "家"]),
        "direction": st.just("at_most"),
        "scope": st.sampled_from(["parts", "each"]),
        "base": FIGURES | st.dictionaries(st.just("north"), FIGURES),
        "split": st.dictionaries(st.just("north"), FIGURES),
        "plan": st.sampled_from(["linear", "due", "last-year"]) | st.lists(POINTS, min_size=1, max_size=2),
        "weight": st.sampled_from([0, 0.1, 2]),
        "lights": st.dictionaries(st.sampled_from(["red", "ahead"]), st.sampled_from([10, 12.5, "20%"])),
    },
)


@settings(deadline=None)
@given(LIKELY_TARGETS)
def test_what_loads_is_the_same_from_the_cache(target: dict[str, object]) -> None:
    """Goals that load are kept, and come back equal."""
    document = {"title": "T", "year": 2025, "districts": [{"id": "north", "name": "N"}], "targets": [target]}
    content = tomli_w.dumps(document).encode()
    goals = loaded(content)
    if goals is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "targets.toml"
        path.write_bytes(content)
        load_goals(path, cache_dir=Path(folder) / "c")
        assert load.read_cache(Path(folder) / "c", content) is not None
        assert goals == load_goals(path, cache_dir=Path(folder) / "c")
