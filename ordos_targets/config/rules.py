"""What must hold between the keys of targets.toml.

A rule looks only at keys that are right by themselves, so that every problem is found in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ordos_targets.config.convert import lights_of, period_of
from ordos_targets.config.errors import Fault, KeyPath, did_you_mean, dotted
from ordos_targets.config.model import DistrictModel, TargetModel, TargetsFile, validate
from ordos_targets.config.units import amount_fault, base_unit, goal_unit, unit_fault
from ordos_targets.domain.amounts import Amount
from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.names import normalize_name, quote_for_message
from ordos_targets.domain.periods import Period
from ordos_targets.domain.targets import Direction, Lights, Measure, Scope

MAX_ROWS = 100_000  # of one report: a target that is reported by district has one for each
# Stand in for required keys that are wrong, so that the rest can still be checked. No rule looks at them.
STAND_INS: Mapping[str, Mapping[str, str]] = {
    "": {"title": "-"},
    "districts": {"id": "x", "name": "-"},
    "targets": {"id": "x", "name": "-", "measure": "total"},
}
Paths = frozenset[KeyPath]


def check(raw: Mapping[str, object]) -> tuple[TargetsFile | None, list[Fault]]:
    """Check the values of a parsed file.

    Returns:
        The file and no faults, or None and all faults: those of single values first, then those between keys.
    """
    file, faults = validate(raw)
    wrong = frozenset(_key_of(fault.path) for fault in faults)
    if file is None:
        file, _ = validate(_without(raw, wrong))
    if file is not None:
        faults += check_rules(file, wrong)
    return (None if faults else file), faults


def check_rules(file: TargetsFile, wrong: Paths) -> Iterator[Fault]:
    """Yield every fault between the keys of `file`, except the keys in `wrong` and what lies under them."""
    if wrong.isdisjoint({("year",), ("period",)}):
        yield from _period(file)
    if ("lights",) not in wrong:
        yield from _lights_in_order(lights_of(file.lights, Lights()), "red")
    yield from _number_of_rows(file)
    yield from _names("districts", file.districts, wrong)
    yield from _names("targets", file.targets, wrong)
    shared = _wrong_shared_keys(file, wrong)
    period = Period(date.min, date.max) if "period" in shared else period_of(file)
    districts = [] if "districts" in shared else [district.id for district in file.districts]
    for index, target in enumerate(file.targets):
        path = ("targets", index)
        if path not in wrong:
            case = Case(target, period, districts, lights_of(file.lights, Lights()))
            for keys, find in RULES:
                if keys.isdisjoint(shared) and not any((*path, key) in wrong for key in keys):
                    yield from (Fault((*path, *fault.path), fault.message) for fault in find(case))


def _key_of(path: KeyPath) -> KeyPath:
    """Return the key that counts as wrong: ("lights",), ("targets", 3, "goal"), ("targets", 3) if that is no table."""
    return path[:3] if path[0] in {"targets", "districts"} else path[:1]


def _without(raw: Mapping[str, object], wrong: Paths) -> dict[str, object]:
    """Return a copy of `raw` without the keys in `wrong`; those that are required have stand-ins."""
    copy = {**STAND_INS[""], **{key: value for key, value in raw.items() if (key,) not in wrong}}
    for table in ("districts", "targets"):
        rows = copy.get(table)
        if isinstance(rows, list):
            tables = [row if isinstance(row, dict) else {} for row in rows]
            copy[table] = [
                {**STAND_INS[table], **{key: value for key, value in row.items() if (table, index, key) not in wrong}}
                for index, row in enumerate(tables)
            ]
    return copy


def _wrong_shared_keys(file: TargetsFile, wrong: Paths) -> set[str]:
    """Return which of the things that every target depends on are wrong: `period`, `districts`, `file_lights`."""
    shared = set()
    if not wrong.isdisjoint({("year",), ("period",)}) or any(_period(file)):
        shared.add("period")
    if any(key[0] == "districts" and key[2:] in {(), ("id",)} for key in wrong):
        shared.add("districts")
    if ("lights",) in wrong:
        shared.add("file_lights")
    return shared


def _fault(path: KeyPath, template: str, **params: object) -> Fault:
    return Fault(path, Message(template, params))


def _period(file: TargetsFile) -> Iterator[Fault]:
    if (file.year is None) == (file.period is None):
        yield _fault(("year",), N_("give exactly one of year and period"))
    elif file.period and file.period.end < file.period.start:
        yield _fault(("period", "end"), N_("the period ends before it starts"))


def _number_of_rows(file: TargetsFile) -> Iterator[Fault]:
    targets = sum(target.scope is not Scope.WHOLE for target in file.targets)
    if targets * len(file.districts) > MAX_ROWS:
        template = N_(
            "too many rows: {districts} districts for {targets} targets reported by district make more than {limit}"
        )
        yield _fault(("districts",), template, districts=len(file.districts), targets=targets, limit=f"{MAX_ROWS:,}")


def _names(table: str, rows: Sequence[DistrictModel | TargetModel], wrong: Paths) -> Iterator[Fault]:
    """Yield a fault for every text that a row shares with an earlier one, so that a look-up could mean either."""
    labels = [row.name if (table, index, "id") in wrong else row.id for index, row in enumerate(rows)]
    ids: dict[str, int] = {}
    owners: dict[str, tuple[int, KeyPath]] = {}
    for index, row in enumerate(rows):
        for key, text in _texts(row):
            if not wrong.isdisjoint({(table, index), (table, index, key[0])}):
                continue
            if key == ("id",) and (same := ids.setdefault(text, index)) != index:
                template = N_("duplicate id {id}: number {number} of the list already has it")
                yield _fault((table, index, "id"), template, id=text, number=same + 1)
                continue
            other, other_key = owners.setdefault(normalize_name(text), (index, key))
            if labels[other] != labels[index]:
                yield _fault(
                    (table, index, *key),
                    N_("{text} means both {first} ({first_key}) and {second} ({second_key})"),
                    text=quote_for_message(text),
                    first=labels[other],
                    first_key=dotted(other_key),
                    second=labels[index],
                    second_key=dotted(key),
                )


def _texts(row: DistrictModel | TargetModel) -> Iterator[tuple[KeyPath, str]]:
    """Yield every text that names a target or district, with its key; what no look-up can find is left out."""
    texts: list[tuple[KeyPath, str]] = [(("id",), row.id), (("name",), row.name), (("name_en",), row.name_en)]
    texts += [(("aliases", place), alias) for place, alias in enumerate(row.aliases)]
    yield from ((key, text) for key, text in texts if normalize_name(text))


class Case(NamedTuple):
    """A target and what it depends on; what a rule does not name among its keys may be wrong here.

    Attributes:
        target: The target.
        period: The days of the file.
        districts: The ids of all districts.
        lights: The lights of the file.
    """

    target: TargetModel
    period: Period
    districts: list[str]
    lights: Lights

    @property
    def days(self) -> tuple[date, date]:
        """Return the first and the last day of the target."""
        return self.target.start or self.period.start, self.target.due or self.period.end


Finder = Callable[[Case], Iterator[Fault]]
# The rules of a single target. A finder yields faults whose paths start in the target; it is called only where its keys
# are right by themselves: keys of the target, and `period`, `districts`, `file_lights`.
RULES: list[tuple[frozenset[str], Finder]] = []


def _rule(*keys: str) -> Callable[[Finder], Finder]:
    """Return a decorator that adds a finder to the rules, with its keys."""

    def add(find: Finder) -> Finder:
        RULES.append((frozenset(keys), find))
        return find

    return add


@_rule("measure", "goal", "items")
def _goal_given(case: Case) -> Iterator[Fault]:
    target = case.target
    if target.measure is not Measure.CHECKLIST:
        if target.goal is None:
            yield _fault(("goal",), N_("this key is required"))
    elif target.goal and target.items and target.goal.value != len(target.items):
        yield _fault(("goal",), N_("must be the number of items, {count}, or be left out"), count=len(target.items))


@_rule("measure", "items")
def _items_of_a_checklist(case: Case) -> Iterator[Fault]:
    is_checklist = case.target.measure is Measure.CHECKLIST
    if is_checklist and not case.target.items:
        yield _fault(("items",), N_('a checklist needs its items: items = ["…", "…"]'))
    if case.target.items and not is_checklist:
        yield _fault(("items",), N_("only a checklist has items"))


@_rule("measure")
def _keys_of_a_checklist(case: Case) -> Iterator[Fault]:
    if case.target.measure is not Measure.CHECKLIST:
        return
    for key in ("stretch", "base", "split", "revisions"):
        if key in case.target.model_fields_set:
            yield _fault((key,), N_("not allowed for a checklist: its goal is the number of its items"))
    if case.target.direction is Direction.AT_MOST:
        yield _fault(("direction",), N_("a checklist is always at_least"))


@_rule("measure", "plan")
def _plan_of_the_measure(case: Case) -> Iterator[Fault]:
    plan, measure = case.target.plan, case.target.measure
    if plan is None:
        return
    if measure is Measure.GROWTH and plan.word_ != "direct":
        yield _fault(("plan",), N_("growth is never scaled by time; leave the plan out"))
    if measure is Measure.CHECKLIST and plan.word_ == "last-year":
        yield _fault(("plan",), N_("a checklist cannot follow last year; leave the plan out"))
    if plan.word_ is None and not plan.points_:
        yield _fault(("plan",), N_("a list of checkpoints must not be empty"))
    for index, point in enumerate(plan.points_):
        if (point.share is None) == (point.value is None):
            yield _fault(("plan", index), N_("a checkpoint has either a share or a value"))


@_rule("items")
def _names_of_items(case: Case) -> Iterator[Fault]:
    owners: dict[str, int] = {}
    for index, item in enumerate(case.target.items):
        for key, name in (("id", item.id), ("name", item.name), ("name_en", item.name_en)):
            if name and owners.setdefault(normalize_name(name), index) != index:
                yield _fault(("items", index, key), N_("duplicate item {word}"), word=name)
                break


@_rule("period", "start", "due")
def _days_in_order(case: Case) -> Iterator[Fault]:
    start, due = case.days
    for key, day in (("start", start), ("due", due)):
        yield from _outside((key,), day, *case.period)
    if due < start:
        yield _fault(("due",), N_("{due} is before the start, {start}"), due=due, start=start)


@_rule("period", "start", "due", "items")
def _days_of_items(case: Case) -> Iterator[Fault]:
    for index, item in enumerate(case.target.items):
        if item.due:
            yield from _outside(("items", index, "due"), item.due, *case.days)


@_rule("period", "start", "due", "plan")
def _days_of_checkpoints(case: Case) -> Iterator[Fault]:
    points = case.target.plan.points_ if case.target.plan else []
    yield from _rising("plan", "by", [point.by for point in points], *case.days)


@_rule("period", "revisions")
def _days_of_revisions(case: Case) -> Iterator[Fault]:
    yield from _rising("revisions", "on", [revision.on for revision in case.target.revisions], *case.period)


def _rising(table: str, key: str, days: Iterable[date], first: date, last: date) -> Iterator[Fault]:
    """Yield faults where days lie outside `first`…`last` or do not rise."""
    before: date | None = None
    for index, day in enumerate(days):
        outside = list(_outside((table, index, key), day, first, last))
        yield from outside
        if before and day <= before and not outside:
            yield _fault((table, index, key), N_("{day} must come after {before}"), day=day, before=before)
        before = day


def _outside(path: KeyPath, day: date, first: date, last: date) -> Iterator[Fault]:
    if not first <= day <= last:
        yield _fault(path, N_("{day} is not within {first} to {last}"), day=day, first=first, last=last)


@_rule("scope", "districts")
def _districts_to_report(case: Case) -> Iterator[Fault]:
    if case.target.scope is not Scope.WHOLE and not case.districts:
        yield _fault(("scope",), N_("scope {scope} needs districts; add [[districts]]"), scope=case.target.scope.value)


@_rule("scope", "measure", "split")
def _split_of_a_sum(case: Case) -> Iterator[Fault]:
    if not case.target.split:
        return
    if case.target.scope is not Scope.PARTS:
        yield _fault(("split",), N_('only scope = "parts" can be split'))
    elif case.target.measure in {Measure.GROWTH, Measure.SHARE}:
        yield _fault(("split",), N_("percentages do not add up, so they cannot be split"))


@_rule("scope", "measure", "base")
def _base_of_the_scope(case: Case) -> Iterator[Fault]:
    base, scope = case.target.base, case.target.scope
    if base is None:
        return
    by_district = base.one_ is None
    if by_district and scope is Scope.WHOLE:
        yield _fault(("base",), N_('a base by district needs scope = "parts" or "each"'))
    if by_district and scope is Scope.PARTS and case.target.measure is Measure.SHARE:
        yield _fault(("base",), N_("percentages of districts cannot be pooled; give one base for all"))
    if not by_district and scope is Scope.EACH:
        example = case.districts[0] if case.districts else "district"
        yield _fault(("base",), N_("each district has its own base: base = {{ {example} = … }}"), example=example)


@_rule("districts", "split", "base")
def _districts_known(case: Case) -> Iterator[Fault]:
    bases = case.target.base.by_district_ if case.target.base else {}
    for key, table in (("split", case.target.split), ("base", bases)):
        for district in table:
            if district not in case.districts:
                name, suggestion = quote_for_message(district), did_you_mean(district, case.districts)
                if suggestion:
                    template = N_("unknown district {district}; did you mean {suggestion}?")
                    yield _fault((key, district), template, district=name, suggestion=suggestion)
                else:
                    yield _fault((key, district), N_("unknown district {district}"), district=name)


@_rule("lights", "file_lights")
def _lights_of_the_target(case: Case) -> Iterator[Fault]:
    lights = case.target.lights
    if lights:
        yield from _lights_in_order(lights_of(lights, case.lights), "yellow" if lights.red is None else "red")


def _lights_in_order(lights: Lights, key: str) -> Iterator[Fault]:
    if lights.red < lights.yellow:
        template = N_("red ({red}) must not be less than yellow ({yellow})")
        yield _fault(("lights", key), template, red=lights.red, yellow=lights.yellow)


@_rule("measure", "unit")
def _unit_without_scale(case: Case) -> Iterator[Fault]:
    if message := unit_fault(case.target.unit):
        yield Fault(("unit",), message)


def _units_of(key: str) -> Finder:
    return lambda case: iter(()) if unit_fault(case.target.unit) else _wrong_units(case.target, key)


for amounts_key in ("goal", "stretch", "base", "split", "revisions", "plan"):
    _rule("measure", "unit", amounts_key)(_units_of(amounts_key))


def _wrong_units(target: TargetModel, *keys: str) -> Iterator[Fault]:
    """Yield faults for the amounts under `keys` that are not in the unit they are counted in."""
    for path, amount in _amounts(target, *keys):
        unit = (base_unit if path[0] == "base" else goal_unit)(target.measure, target.unit)
        if message := amount_fault(amount, unit):
            yield Fault(path, message)


def _amounts(target: TargetModel, *keys: str) -> Iterator[tuple[KeyPath, Amount]]:
    """Yield the amounts written under `keys`, each with its path."""
    amounts: dict[KeyPath, Amount | None] = {("goal",): target.goal, ("stretch",): target.stretch}
    if target.base:
        amounts[("base",)] = target.base.one_
        amounts.update({("base", district): base for district, base in target.base.by_district_.items()})
    amounts.update({("split", district): part for district, part in target.split.items()})
    amounts.update({("revisions", index, "goal"): row.goal for index, row in enumerate(target.revisions)})
    points = target.plan.points_ if target.plan else []
    amounts.update({("plan", index, "value"): point.value for index, point in enumerate(points)})
    for key in keys:
        yield from ((path, amount) for path, amount in amounts.items() if path[0] == key and amount)


def _goals(target: TargetModel) -> Iterator[tuple[KeyPath, Decimal]]:
    """Yield everything that is a goal at some time or in some place, with its path."""
    yield from ((path, amount.value) for path, amount in _amounts(target, "goal", "revisions", "split"))


@_rule("measure", "goal", "split", "revisions", "direction")
def _goals_above_nothing(case: Case) -> Iterator[Fault]:
    """Check that a sum to reach is above 0, or completion would divide by it; a cap may be 0."""
    if case.target.measure is not Measure.TOTAL:
        return
    at_least = case.target.direction is Direction.AT_LEAST
    for path, goal in _goals(case.target):
        if at_least and goal <= 0:
            yield _fault(path, N_("must be above 0"))
        elif goal < 0:
            yield _fault(path, N_("must not be below 0"))


@_rule("measure", "unit", "goal", "split", "revisions", "direction", "base", "scope", "districts")
def _goals_above_base(case: Case) -> Iterator[Fault]:
    """Check that a level or share to rise to lies above its start, 0 without a base; a cap may start anywhere."""
    target = case.target
    if target.measure not in {Measure.LEVEL, Measure.SHARE} or target.direction is Direction.AT_MOST:
        return
    if any(_wrong_units(target, "goal", "split", "revisions", "base")):
        return
    for path, goal in _goals(target):
        start = _start(case, path)
        if goal <= start:
            template = N_(
                "must be above {start}, its starting value (base, or 0); if lower is better, write direction = "
                '"at_most"'
            )
            yield _fault(path, template, start=f"{start:f}")


def _start(case: Case, path: KeyPath) -> Decimal:
    """Return where the series that the goal at `path` is for starts; of several, the highest."""
    base, zero = case.target.base, Decimal(0)
    bases = {district: amount.value for district, amount in base.by_district_.items()} if base else {}
    if path[0] == "split":
        return bases.get(str(path[1]), zero)
    if case.target.scope is Scope.EACH:
        return max((bases.get(district, zero) for district in case.districts), default=zero)
    return base.one_.value if base and base.one_ else sum(bases.values(), zero)


@_rule("measure", "unit", "goal", "stretch", "direction")
def _stretch_beyond_goal(case: Case) -> Iterator[Fault]:
    goal, stretch = case.target.goal, case.target.stretch
    if goal is None or stretch is None or any(_wrong_units(case.target, "goal", "stretch")):
        return
    capped = case.target.direction is Direction.AT_MOST
    if capped and stretch.value >= goal.value:
        yield _fault(("stretch",), N_("must be below the goal, as the direction is at_most"))
    if not capped and stretch.value <= goal.value:
        yield _fault(("stretch",), N_("must be above the goal"))
