"""Parsed TOML → a valid file, or every fault in it at once. Imported only when a file must be validated."""

from __future__ import annotations

from collections.abc import Mapping

from ordos_targets.config.faults import fault_of
from ordos_targets.config.model import TargetsFile, known_keys, validate
from ordos_targets.config.problems import Fault, KeyPath
from ordos_targets.config.rules import broken

# Stand-ins for required keys that are wrong, so that the rest can still be checked. No rule looks at them.
STAND_INS: Mapping[str, Mapping[str, str]] = {
    "": {"title": "-"},
    "districts": {"id": "x", "name": "-"},
    "targets": {"id": "x", "name": "-", "measure": "total"},
}


def check(raw: Mapping[str, object]) -> tuple[TargetsFile | None, list[Fault]]:
    """The file and no faults, or None and all faults: those of single values first, then those between keys."""
    file, errors = validate(raw)
    faults = [fault_of(path, kind, facts, known_keys) for path, kind, facts in errors]
    bad = frozenset(_owner(path) for path, _, _ in errors)
    if file is None:
        file, _ = validate(_without(raw, bad))
    if file is not None:
        faults.extend(broken(file, bad))
    return (None if faults else file), faults


def _owner(path: KeyPath) -> KeyPath:
    """The key that is judged as one: ("targets", 3, "goal"), ("targets", 3) if that is no table, ("lights",)."""
    return path[:3] if path[0] in {"targets", "districts"} else path[:1]


def _without(raw: Mapping[str, object], bad: frozenset[KeyPath]) -> dict[str, object]:
    """A copy of `raw` without the keys in `bad`; those that are required stand in."""
    copy = {key: value for key, value in raw.items() if (key,) not in bad}
    copy.update({key: value for key, value in STAND_INS[""].items() if key not in copy})
    for table in ("districts", "targets"):
        rows = copy.get(table)
        if isinstance(rows, list):
            copy[table] = [_row(table, index, row, bad) for index, row in enumerate(rows)]
    return copy


def _row(table: str, index: int, row: object, bad: frozenset[KeyPath]) -> dict[str, object]:
    kept = row if isinstance(row, dict) else {}
    return {
        **STAND_INS[table],
        **{key: value for key, value in kept.items() if (table, index, key) not in bad},
    }
