"""The small signs of the page: chips for a status, bars for a completion."""

from __future__ import annotations

from fractions import Fraction

from ordos_targets.domain.assessment import LIGHTS, Figures, Status
from ordos_targets.locale import _
from ordos_targets.report import words
from ordos_targets.report.html.parts import Bullet, Chip
from ordos_targets.report.numbers import NOTHING, cut, percent, short

# A bar ends a quarter beyond the goal, so that the goals of all lines stand below each other.
LONGEST = Fraction(5, 4)
GOAL_AT = short(cut(100 / LONGEST, 1))


def chip_of(status: Status | None) -> Chip | None:
    """A status as a chip."""
    if status is None:
        return None
    light = LIGHTS[status]
    return Chip(status.value, light.value, _(words.STATUS[status]), _(words.LIGHT[light]))


def hundredths(share: Fraction) -> str:
    """A ratio as hundredths of a length, cut, so that a bar touches only what is reached."""
    return short(cut(share * 100, 1))


def bullet_of(figures: Figures, completion: str, *, marked: bool) -> Bullet | None:
    """The bar of a row, whose completion reads `completion`; marked where it is expected to be, if `marked`.

    None where there is no goal to fill it.
    """
    if figures.goal is None:
        return None
    reached = min(max(figures.completion or Fraction(0), Fraction(0)), LONGEST)
    expected = figures.expected if marked else None
    return Bullet(
        light=figures.light.value,
        fill=hundredths(reached / LONGEST),
        mark="" if expected is None else hundredths(expected / LONGEST),
        text=_bar_text(completion, expected),
    )


def _bar_text(completion: str, expected: Fraction | None) -> str:
    parts = [_("{name}: {text}").format(name=_("Completion"), text=completion if completion != NOTHING else _("none"))]
    if expected is not None:
        parts.append(_("{name}: {text}").format(name=_("Expected"), text=percent(expected)))
    return _("; ").join(parts)
