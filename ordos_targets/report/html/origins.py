"""The small print: where each goal was announced, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from ordos_targets.domain.assessment import Report
from ordos_targets.domain.targets import Scope, Target
from ordos_targets.locale import _, named
from ordos_targets.report import words
from ordos_targets.report.html.parts import Origin
from ordos_targets.report.numbers import goal_text


def origins_of(report: Report, numbers: Mapping[str, int]) -> tuple[Origin, ...]:
    """The origins of a report's targets, in the order of their `numbers` (by id)."""
    targets = sorted((row.target for row in report.rows), key=lambda target: numbers[target.id])
    return tuple(Origin(numbers[one.id], named(one), tuple(_facts(one)), tuple(_terms(one))) for one in targets)


def _facts(target: Target) -> Iterator[tuple[str, str]]:
    if target.source:
        yield _("Source"), target.source
    if target.note:
        yield _("Note"), target.note
    for revision in target.revisions:
        goal = goal_text(target, Fraction(revision.goal), each=target.scope is Scope.EACH)
        yield _("Goal revised"), _("{name}: {text}").format(name=revision.on, text=f"{goal} {revision.why}".rstrip())


def _terms(target: Target) -> Iterator[tuple[str, str]]:
    measure, scope = _(words.MEASURE[target.measure]), _(words.SCOPE[target.scope])
    yield _("Measure"), _("{measure}, {scope}").format(measure=measure, scope=scope)
    yield _("Plan"), _(words.PLAN[target.plan.kind])
    yield _("Commitment"), _(words.COMMITMENT[target.commitment])
