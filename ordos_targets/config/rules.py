"""What must hold between the keys of targets.toml: the rules of the file as a whole.

A rule looks only at keys that are right by themselves, so that every problem is found in one go; the rules of a
single target are in `target_rules` and `figure_rules`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date

from ordos_targets.config.figure_rules import FIGURE_RULES
from ordos_targets.config.model import DistrictModel, TargetModel, TargetsFile
from ordos_targets.config.normal import lights_of, period_of
from ordos_targets.config.problems import Fault, KeyPath
from ordos_targets.config.target_rules import TARGET_RULES, Case
from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.targets import Lights, Scope

Bad = frozenset[KeyPath]
# Of one report: a target that is reported by district has one for each.
MOST_ROWS = 100_000


def broken(file: TargetsFile, bad: Bad) -> Iterator[Fault]:
    """Every fault between the keys of `file`. The keys in `bad` (and what lies under them) are not looked at."""
    if not bad & {("year",), ("period",)}:
        yield from _period(file)
    yield from _lights(file, bad)
    yield from _rows(file)
    yield from _words("districts", file.districts, bad)
    yield from _words("targets", file.targets, bad)
    around = _wrong_around(file, bad)
    for index, target in enumerate(file.targets):
        if ("targets", index) not in bad:
            case = Case(
                target=target,
                period=None if "period" in around else period_of(file),
                districts=None if "districts" in around else [district.id for district in file.districts],
                lights=lights_of(file.lights, Lights()),
            )
            yield from _target(case, index, around, bad)


def _period(file: TargetsFile) -> Iterator[Fault]:
    if (file.year is None) == (file.period is None):
        yield Fault(("year",), Message(N_("give either year or period, one of the two")))
    elif file.period and file.period.end < file.period.start:
        yield Fault(("period", "end"), Message(N_("the period ends before it starts")))


def _lights(file: TargetsFile, bad: Bad) -> Iterator[Fault]:
    if ("lights",) in bad:
        return
    merged = lights_of(file.lights, Lights())
    if merged.red < merged.yellow:
        facts = {"red": merged.red, "yellow": merged.yellow}
        yield Fault(("lights", "red"), Message(N_("red ({red}) must not be less than yellow ({yellow})"), facts))


def _rows(file: TargetsFile) -> Iterator[Fault]:
    parted = sum(target.scope is not Scope.WHOLE for target in file.targets)
    if parted * len(file.districts) > MOST_ROWS:
        facts = {"districts": len(file.districts), "targets": parted, "limit": f"{MOST_ROWS:,}"}
        told = N_("{districts} districts for {targets} targets that are reported by district make over {limit} rows")
        yield Fault(("districts",), Message(told, facts))


def _words(table: str, rows: Sequence[DistrictModel | TargetModel], bad: Bad) -> Iterator[Fault]:
    """Ids given twice, and aliases that are an id, a name or an alias of another row."""
    ids: dict[str, int] = {}
    words: dict[str, int] = {}
    for index, row in enumerate(rows):
        if not bad & {(table, index), (table, index, "id")}:
            if row.id in ids:
                facts = {"id": row.id, "number": ids[row.id] + 1}
                message = Message(N_("the id {id} is taken by number {number} of the list"), facts)
                yield Fault((table, index, "id"), message)
            ids.setdefault(row.id, index)
            words.setdefault(_folded(row.id), index)
        if not bad & {(table, index), (table, index, "name")}:
            words.setdefault(_folded(row.name), index)
    for index, row in enumerate(rows):
        for place, alias in enumerate(row.aliases):
            if words.setdefault(_folded(alias), index) != index:
                facts = {"alias": alias, "other": rows[words[_folded(alias)]].name}
                message = Message(N_("{alias} already means {other}"), facts)
                yield Fault((table, index, "aliases", place), message)


def _folded(word: str) -> str:
    """A word as look-ups compare it: full-width or capital letters make no difference."""
    return unicodedata.normalize("NFKC", word).casefold()


def _target(case: Case, index: int, around: frozenset[str], bad: Bad) -> Iterator[Fault]:
    """The faults of one target by every rule whose keys are right. `around` is as `_wrong_around` has it."""
    path: KeyPath = ("targets", index)
    for rule in (*TARGET_RULES, *FIGURE_RULES):
        if around.isdisjoint(rule.needs) and not any((*path, key) in bad for key in rule.needs):
            for fault in rule.find(case):
                yield Fault((*path, *fault.path), fault.message)


def _wrong_around(file: TargetsFile, bad: Bad) -> frozenset[str]:
    """Which of the things every target depends on are wrong: `period`, `districts`, `file_lights`."""
    around = set()
    dates: list[date] = [file.period.start, file.period.end] if file.period else []
    if bad & {("year",), ("period",)} or (file.year is None) == (file.period is None) or dates != sorted(dates):
        around.add("period")
    if any(key[0] == "districts" and (len(key) < 3 or key[2] == "id") for key in bad):  # noqa: PLR2004 - no row, or its id
        around.add("districts")
    if ("lights",) in bad:
        around.add("file_lights")
    return frozenset(around)
