"""What must hold between the figures of one target: their units, and which side of each other they lie on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ordos_targets.config.model import TargetModel
from ordos_targets.config.problems import Fault, KeyPath
from ordos_targets.config.target_rules import Case, Rule, fault, needs
from ordos_targets.config.units import amount_fault, base_unit, goal_unit, unit_fault
from ordos_targets.domain.amounts import Amount
from ordos_targets.domain.errors import N_
from ordos_targets.domain.targets import Direction, Measure, Scope

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
