"""What the page is made of: texts in the reader's language, numbers as strings, nothing left to compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ordos_targets.domain.assessment import LIGHTS, Status
from ordos_targets.locale import _
from ordos_targets.report import labels


@dataclass(frozen=True, slots=True)
class Chip:
    """A status with its light; `status` and `light` are their names in code, for shapes and colours."""

    status: str
    light: str
    word: str
    light_word: str


def chip_of(status: Status | None) -> Chip | None:
    """Return the chip of a status; None where nothing is judged."""
    if status is None:
        return None
    light = LIGHTS[status]
    return Chip(status.value, light.value, _(labels.STATUS[status]), _(labels.LIGHT[light]))


@dataclass(frozen=True, slots=True)
class Bullet:
    """A bar: how far it is filled and where its mark stands, in hundredths of its length; the goal is at GOAL_AT.

    `mark` is empty where nothing is expected by now; `text` says the bar in words.
    """

    light: str
    fill: str
    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of a line: what it is called, its text, and whether it is a warning."""

    heading: str
    text: str
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a target, or one of its districts. `number` refers to the target's origin, 0 for none.

    `columns` hold the facts of each column, which stand below each other.
    """

    number: int
    name: str
    owner: str
    chip: Chip | None
    bullet: Bullet | None
    completion: str
    expected: str
    columns: tuple[tuple[Fact, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A target's line and those of its districts, which can be folded under a sentence that counts them."""

    line: Line
    districts: tuple[Line, ...] = ()
    fold: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """The blocks under one heading, which may be empty."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class StatusTable:
    """The gap-to-target table; `headings` are those of the facts in the columns of every line."""

    headings: tuple[tuple[str, ...], ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis, and its label."""

    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Legend:
    """A line of a chart by its kind (reached, plan, goal, projection), its name and the figure it stands at."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A burn-up chart in the units of its own drawing; a line is the `points` of an SVG polyline, empty for none."""

    anchor: str
    number: int
    name: str
    chip: Chip | None
    left: str
    right: str
    top: str
    bottom: str
    today: str
    values: tuple[Mark, ...]
    months: tuple[Mark, ...]
    ticks: tuple[str, ...]
    goal: str
    plan: str
    reached: str
    projection: str
    dots: tuple[tuple[str, str], ...]
    legends: tuple[Legend, ...]
    description: str


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Where one district stands with one target; `remark` says that its report is overdue."""

    chip: Chip | None
    text: str
    remark: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Districts down, targets across; each row is a district's name and its cells."""

    targets: tuple[str, ...]
    rows: tuple[tuple[str, tuple[HeatCell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What moved: a target's figure, or a `district`'s under it; `chips` are the status before and now, if that moved.

    A target that stands only over its districts has no texts.
    """

    name: str
    district: str
    before: str
    now: str
    moved: str
    chips: tuple[Chip, Chip] | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a goal comes from and what it means, fact by fact; `terms` are the short ones on how it is judged."""

    number: int
    name: str
    facts: tuple[tuple[str, str], ...]
    terms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many targets are in a status, and what part of the whole strip that is, in hundredths."""

    chip: Chip
    count: int
    at: str
    share: str


@dataclass(frozen=True, slots=True)
class Head:
    """The top of the page: what it is about, from which ledger, and how the targets stand together."""

    title: str
    subject: str
    days: tuple[str, ...]
    targets: int
    counts: tuple[Count, ...]
    completion: str
    completion_fill: str
    elapsed: str
    elapsed_fill: str
    ledger: str
    hash: str


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page; a part that has nothing to show is None or empty. `words` are the fixed ones."""

    language: str
    words: Mapping[str, str]
    head: Head
    lack: str
    table: StatusTable | None
    charts: tuple[Chart, ...]
    maps: tuple[HeatMap, ...]
    since: str
    changes: tuple[Change, ...]
    overdue: tuple[str, ...]
    origins: tuple[Origin, ...]
