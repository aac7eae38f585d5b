"""What must hold between the keys of one target: presence, scope, dates, plan, items, lights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ordos_targets.config.faults import did_you_mean
from ordos_targets.config.model import TargetModel
from ordos_targets.config.normal import lights_of
from ordos_targets.config.problems import Fault, KeyPath
from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.names import shown
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
    words: dict[str, int] = {}
    for index, item in enumerate(case.target.items):
        for key in ("id", "name"):
            word = str(getattr(item, key))
            if words.setdefault(word, index) != index:
                yield fault(("items", index, key), N_("{word} is an item already"), word=word)
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
    facts: dict[str, object] = {"district": shown(district)}
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
