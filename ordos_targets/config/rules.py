"""What must hold between the keys of targets.toml: the rules of the file as a whole.

A rule looks only at keys that are right by themselves, so that every problem is found in one go; the rules of a
single target are in `target_rules` and `figure_rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ordos_targets.config.convert import lights_of, period_of
from ordos_targets.config.errors import Fault, KeyPath, did_you_mean, dotted, fault_of
from ordos_targets.config.model import DistrictModel, TargetModel, TargetsFile, known_keys, validate
from ordos_targets.config.units import amount_fault, base_unit, goal_unit, unit_fault
from ordos_targets.domain.amounts import Amount
from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.names import normalize_name, quote_for_message
from ordos_targets.domain.periods import Period
from ordos_targets.domain.targets import Direction, Lights, Measure, Scope


@dataclass(frozen=True, slots=True)
class Case:
    """A target and what it depends on; `period` and `districts` (their ids) are None where they are wrong."""

    target: TargetModel
    period: Period | None
    districts: list[str] | None
    lights: Lights

    def days(self) -> tuple[date, date]:
        """The first and the last day of the target. Only for rules that need the period."""
        if self.period is None:
            raise LookupError
        return self.target.start or self.period.start, self.target.due or self.period.end


Finder = Callable[[Case], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A finder of faults (paths start in the target) and the keys that must be right before it is asked.

    Beside the target's own keys these can be `period`, `districts` and `file_lights`.
    """

    needs: frozenset[str]
    find: Finder


def needs(*keys: str) -> Callable[[Finder], Rule]:
    """Make a finder a rule that is asked only where `keys` are right by themselves."""
    return lambda find: Rule(frozenset(keys), find)


def fault(path: KeyPath, template: str, **facts: object) -> Fault:
    """A fault with its sentence in one go."""
    return Fault(path, Message(template, facts))


@needs("measure", "goal", "items")
def _goal_given(case: Case) -> Iterator[Fault]:
    target = case.target
    if target.measure is not Measure.CHECKLIST:
        if target.goal is None:
            yield fault(("goal",), N_("this key is required"))
    elif target.goal and target.items and target.goal.value != len(target.items):
        yield fault(("goal",), N_("must be the number of items, {count}, or be left out"), count=len(target.items))


@needs("measure", "items")
def _items_where_they_belong(case: Case) -> Iterator[Fault]:
    is_checklist = case.target.measure is Measure.CHECKLIST
    if is_checklist and not case.target.items:
        yield fault(("items",), N_('a checklist needs its items: items = ["…", "…"]'))
    if case.target.items and not is_checklist:
        yield fault(("items",), N_("only a checklist has items"))


@needs("measure")
def _not_of_a_checklist(case: Case) -> Iterator[Fault]:
    if case.target.measure is not Measure.CHECKLIST:
        return
    given = case.target.model_fields_set
    for key in ("stretch", "base", "split", "revisions"):
        if key in given:
            yield fault((key,), N_("a checklist has no such figure: its goal is the number of its items"))
    if case.target.direction is Direction.AT_MOST:
        yield fault(("direction",), N_("a checklist is always at_least"))


@needs("measure", "plan")
def _plan_of_the_measure(case: Case) -> Iterator[Fault]:
    plan, measure = case.target.plan, case.target.measure
    if plan is None:
        return
    if measure is Measure.GROWTH and plan.word_ != "direct":
        yield fault(("plan",), N_("growth is never scaled by time; leave the plan out"))
    if measure is Measure.CHECKLIST and plan.word_ == "last-year":
        yield fault(("plan",), N_("a checklist has no curve of last year to follow"))
    if plan.word_ is None and not plan.points_:
        yield fault(("plan",), N_("a list of checkpoints must not be empty"))
    for index, point in enumerate(plan.points_):
        if (point.share is None) == (point.value is None):
            yield fault(("plan", index), N_("a checkpoint has either a share or a value"))


@needs("items")
def _items_told_apart(case: Case) -> Iterator[Fault]:
    names: dict[str, int] = {}
    for index, item in enumerate(case.target.items):
        for key, name in (("id", item.id), ("name", item.name), ("name_en", item.name_en)):
            if name and names.setdefault(normalize_name(name), index) != index:
                yield fault(("items", index, key), N_("{word} is an item already"), word=name)
                break


@needs("period", "start", "due")
def _days_in_order(case: Case) -> Iterator[Fault]:
    period, (start, due) = case.period, case.days()
    if period is None:
        return
    for key, day in (("start", start), ("due", due)):
        if not period.start <= day <= period.end:
            yield _outside((key,), day, period.start, period.end)
    if due < start:
        yield fault(("due",), N_("{due} is before the start, {start}"), due=due, start=start)


@needs("period", "start", "due", "items")
def _item_days(case: Case) -> Iterator[Fault]:
    start, due = case.days()
    for index, item in enumerate(case.target.items):
        if item.due and not start <= item.due <= due:
            yield _outside(("items", index, "due"), item.due, start, due)


@needs("period", "start", "due", "plan")
def _checkpoint_days(case: Case) -> Iterator[Fault]:
    points = case.target.plan.points_ if case.target.plan else []
    yield from _rising("plan", "by", [point.by for point in points], *case.days())


@needs("period", "revisions")
def _revision_days(case: Case) -> Iterator[Fault]:
    if case.period:
        days = [revision.on for revision in case.target.revisions]
        yield from _rising("revisions", "on", days, case.period.start, case.period.end)


def _rising(table: str, key: str, days: Iterable[date], first: date, last: date) -> Iterator[Fault]:
    """Faults where days lie outside `first`…`last` or do not rise."""
    before: date | None = None
    for index, day in enumerate(days):
        if not first <= day <= last:
            yield _outside((table, index, key), day, first, last)
        elif before and day <= before:
            yield fault((table, index, key), N_("{day} must come after {before}"), day=day, before=before)
        before = day


def _outside(path: KeyPath, day: date, first: date, last: date) -> Fault:
    return fault(path, N_("{day} is not within {first} to {last}"), day=day, first=first, last=last)


@needs("scope", "districts")
def _districts_to_report(case: Case) -> Iterator[Fault]:
    if case.target.scope is not Scope.WHOLE and not case.districts:
        yield fault(("scope",), N_("scope {scope} needs districts; add [[districts]]"), scope=case.target.scope.value)


@needs("scope", "measure", "split")
def _split_of_a_sum(case: Case) -> Iterator[Fault]:
    if not case.target.split:
        return
    if case.target.scope is not Scope.PARTS:
        yield fault(("split",), N_('only scope = "parts" can be split'))
    elif case.target.measure in {Measure.GROWTH, Measure.SHARE}:
        yield fault(("split",), N_("percentages do not add up, so they cannot be split"))


@needs("scope", "measure", "base")
def _base_of_the_scope(case: Case) -> Iterator[Fault]:
    target = case.target
    if target.base is None:
        return
    by_district = target.base.one_ is None
    if by_district and target.scope is Scope.WHOLE:
        yield fault(("base",), N_('a base by district needs scope = "parts" or "each"'))
    if by_district and target.scope is Scope.PARTS and target.measure is Measure.SHARE:
        yield fault(("base",), N_("percentages of districts cannot be pooled; give one base for all"))
    if not by_district and target.scope is Scope.EACH:
        yield fault(("base",), N_("each district has its own base: base = {{ {example} = … }}"), example=_first(case))


@needs("districts", "split", "base")
def _districts_known(case: Case) -> Iterator[Fault]:
    known = case.districts or []
    bases = case.target.base.by_district_ if case.target.base else {}
    for key, table in (("split", case.target.split), ("base", bases)):
        for district in table:
            if district not in known:
                yield Fault((key, district), _unknown_district(district, known))


@needs("lights", "file_lights")
def _lights_in_order(case: Case) -> Iterator[Fault]:
    lights = lights_of(case.target.lights, case.lights)
    if case.target.lights and lights.red < lights.yellow:
        path = ("lights", "yellow" if case.target.lights.red is None else "red")
        template = N_("red ({red}) must not be less than yellow ({yellow})")
        yield fault(path, template, red=lights.red, yellow=lights.yellow)


def _unknown_district(district: str, known: list[str]) -> Message:
    suggestion = did_you_mean(district, known)
    facts: dict[str, object] = {"district": quote_for_message(district)}
    if suggestion:
        template = N_("there is no district {district}; did you mean {suggestion}?")
        return Message(template, {**facts, "suggestion": suggestion})
    return Message(N_("there is no district {district}"), facts)


def _first(case: Case) -> str:
    return case.districts[0] if case.districts else "district"


TARGET_RULES = (
    _goal_given,
    _items_where_they_belong,
    _not_of_a_checklist,
    _plan_of_the_measure,
    _items_told_apart,
    _days_in_order,
    _item_days,
    _checkpoint_days,
    _revision_days,
    _districts_to_report,
    _split_of_a_sum,
    _base_of_the_scope,
    _districts_known,
    _lights_in_order,
)


ZERO = Decimal(0)


@needs("measure", "unit")
def _unit_fits(case: Case) -> Iterator[Fault]:
    message = unit_fault(case.target.unit)
    if message:
        yield Fault(("unit",), message)


def _amounts_of(key: str) -> Rule:
    """The rule that the amounts under `key` are in the unit their target counts in."""

    @needs("measure", "unit", key)
    def find(case: Case) -> Iterator[Fault]:
        if not unit_fault(case.target.unit):
            yield from _misfits(case.target, key)

    return find


def _misfits(target: TargetModel, *keys: str) -> Iterator[Fault]:
    """The faults of the amounts under `keys` that are not in the unit they are counted in."""
    for key in keys:
        unit = (base_unit if key == "base" else goal_unit)(target.measure, target.unit)
        for path, amount in _amounts(target, key):
            message = amount_fault(amount, unit)
            if message:
                yield Fault(path, message)


def _amounts(target: TargetModel, key: str) -> Iterator[tuple[KeyPath, Amount]]:
    """The amounts written under a key, each with its path."""
    if key in {"goal", "stretch"}:
        amount: Amount | None = getattr(target, key)
        if amount:
            yield (key,), amount
    elif key == "base" and target.base:
        if target.base.one_:
            yield (key,), target.base.one_
        yield from (((key, district), base) for district, base in target.base.by_district_.items())
    elif key == "split":
        yield from (((key, district), part) for district, part in target.split.items())
    elif key == "revisions":
        yield from (((key, index, "goal"), one.goal) for index, one in enumerate(target.revisions))
    elif key == "plan" and target.plan:
        for index, point in enumerate(target.plan.points_):
            if point.value:
                yield (key, index, "value"), point.value


@needs("measure", "goal", "split", "revisions", "direction")
def _goals_above_nothing(case: Case) -> Iterator[Fault]:
    """A sum to reach must be above 0, or completion would divide by it; a cap may be 0."""
    target = case.target
    if target.measure is not Measure.TOTAL:
        return
    at_least = target.direction is Direction.AT_LEAST
    for path, goal in _goals(target):
        if at_least and goal <= 0:
            yield fault(path, N_("must be above 0"))
        elif goal < 0:
            yield fault(path, N_("must not be below 0"))


def _goals(target: TargetModel) -> Iterator[tuple[KeyPath, Decimal]]:
    """Everything that is a goal at some time or in some place."""
    for key in ("goal", "revisions", "split"):
        yield from ((path, amount.value) for path, amount in _amounts(target, key))


@needs("measure", "unit", "goal", "split", "revisions", "direction", "base", "scope", "districts")
def _goals_above_base(case: Case) -> Iterator[Fault]:
    """A level or share to rise to must lie above where it starts (0 without a base); a cap may start anywhere."""
    target = case.target
    if target.measure not in {Measure.LEVEL, Measure.SHARE} or target.direction is Direction.AT_MOST:
        return
    if any(_misfits(target, "goal", "split", "revisions", "base")):
        return
    for path, goal in _goals(target):
        start = max(_starts(case, path))
        if goal <= start:
            template = N_("must be above {start}, where it starts (base, 0 if left out); is direction at_most meant?")
            yield fault(path, template, start=f"{start:f}")


def _starts(case: Case, path: KeyPath) -> list[Decimal]:
    """Where the series judged by the goal at `path` start."""
    target = case.target
    bases = {district: base.value for district, base in target.base.by_district_.items()} if target.base else {}
    if path[0] == "split":
        return [bases.get(str(path[1]), ZERO)]
    if target.scope is Scope.EACH:
        return [bases.get(district, ZERO) for district in case.districts or []] or [ZERO]
    if target.base and target.base.one_:
        return [target.base.one_.value]
    return [sum(bases.values(), ZERO)]


@needs("measure", "unit", "goal", "stretch", "direction")
def _stretch_beyond_goal(case: Case) -> Iterator[Fault]:
    goal, stretch = case.target.goal, case.target.stretch
    if goal is None or stretch is None or any(_misfits(case.target, "goal", "stretch")):
        return
    capped = case.target.direction is Direction.AT_MOST
    if capped and stretch.value >= goal.value:
        yield fault(("stretch",), N_("must be below the goal, as the direction is at_most"))
    if not capped and stretch.value <= goal.value:
        yield fault(("stretch",), N_("must be above the goal"))


FIGURE_RULES = (
    _unit_fits,
    *(_amounts_of(key) for key in ("goal", "stretch", "base", "split", "revisions", "plan")),
    _goals_above_nothing,
    _goals_above_base,
    _stretch_beyond_goal,
)


Bad = frozenset[KeyPath]
# Of one report: a target that is reported by district has one for each.
MOST_ROWS = 100_000


def broken(file: TargetsFile, bad: Bad) -> Iterator[Fault]:
    """Every fault between the keys of `file`. The keys in `bad` (and what lies under them) are not looked at."""
    if not bad & {("year",), ("period",)}:
        yield from _period(file)
    yield from _lights(file, bad)
    yield from _rows(file)
    yield from _names("districts", file.districts, bad)
    yield from _names("targets", file.targets, bad)
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


def _names(table: str, rows: Sequence[DistrictModel | TargetModel], bad: Bad) -> Iterator[Fault]:
    """Yield a fault for every text that a row shares with an earlier one, so that a look-up could mean either."""
    labels = [row.name if (table, index, "id") in bad else row.id for index, row in enumerate(rows)]
    owners: dict[str, tuple[int, KeyPath]] = {}
    for index, row in enumerate(rows):
        for key, text in _texts(row):
            if bad.isdisjoint({(table, index), (table, index, key[0])}):
                other, other_key = owners.setdefault(normalize_name(text), (index, key))
                places = {"first": labels[other], "first_key": dotted(other_key), "second": labels[index]}
                if other != index and key == other_key == ("id",):
                    template = N_("the id {id} is taken by number {number} of the list")
                    yield fault((table, index, *key), template, id=text, number=other + 1)
                elif labels[other] != labels[index]:
                    template = N_("{text} means both {first} ({first_key}) and {second} ({second_key})")
                    yield fault(
                        (table, index, *key), template, text=quote_for_message(text), **places, second_key=dotted(key)
                    )


def _texts(row: DistrictModel | TargetModel) -> Iterator[tuple[KeyPath, str]]:
    """Yield every text that a target or district is called by, with its key; what no look-up can find is left out."""
    texts: list[tuple[KeyPath, str]] = [(("id",), row.id), (("name",), row.name), (("name_en",), row.name_en)]
    texts += [(("aliases", place), alias) for place, alias in enumerate(row.aliases)]
    yield from ((key, text) for key, text in texts if normalize_name(text))


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
