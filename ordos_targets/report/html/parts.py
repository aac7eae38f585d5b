"""What the page is made of: texts in the reader's language, numbers as strings, nothing left to compute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ordos_targets.domain.assessment import LIGHTS, Status
from ordos_targets.locale import _
from ordos_targets.report import labels


class Chip(NamedTuple):
    """A status with its light; `status` and `light` are their names in code, for shapes and colours."""

    status: str
    light: str
    word: str
    light_word: str


def chip_of(status: Status | None) -> Chip | None:
    """Return a status as a chip; None for None."""
    if status is None:
        return None
    light = LIGHTS[status]
    return Chip(status.value, light.value, _(labels.STATUS[status]), _(labels.LIGHT[light]))


class Bullet(NamedTuple):
    """A bar: how far it is filled and where its mark is, in hundredths of its length; the goal is at GOAL_AT.

    `mark` is empty where nothing is expected by now; `text` says the bar in words.
    """

    light: str
    fill: str
    mark: str
    text: str


class Fact(NamedTuple):
    """One figure of a line: its name, its text, and whether it is a warning."""

    heading: str
    text: str
    warns: bool = False


class PageLine(NamedTuple):
    """One line of the table: a target, or one of its districts. `number` refers to the target's origin, 0 for none.

    `columns` hold the facts of each column, one below the other.
    """

    number: int
    name: str
    owner: str
    chip: Chip | None
    bullet: Bullet | None
    completion: str
    expected: str
    columns: tuple[tuple[Fact, ...], ...]


class Block(NamedTuple):
    """A target's line and those of its districts, which can be folded under a sentence that counts them."""

    line: PageLine
    districts: tuple[PageLine, ...]
    fold: str
    open: bool


class BlockGroup(NamedTuple):
    """The blocks under one heading, which may be empty."""

    heading: str
    blocks: tuple[Block, ...]


class PageTable(NamedTuple):
    """The gap-to-target table; `headings` are those of the facts in the columns of every line."""

    headings: tuple[tuple[str, ...], ...]
    groups: tuple[BlockGroup, ...]


class Mark(NamedTuple):
    """A place on an axis, and its label."""

    at: str
    label: str


class Legend(NamedTuple):
    """A line of a chart by its kind (reached, plan, goal, projection), its name and its figure."""

    kind: str
    name: str
    text: str


class PageChart(NamedTuple):
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


class HeatCell(NamedTuple):
    """The figure of one district for one target; `remark` says that its report is overdue."""

    chip: Chip | None
    text: str
    remark: str


class HeatMap(NamedTuple):
    """Districts down, targets across; each row is a district's name and its cells."""

    targets: tuple[str, ...]
    rows: tuple[tuple[str, tuple[HeatCell, ...]], ...]


class MovedLine(NamedTuple):
    """What moved: a target's figure, or a `district`'s below it; `chips` are the status before and now, if that moved.

    A target that is only the heading of its districts has no texts.
    """

    name: str
    district: str = ""
    before: str = ""
    now: str = ""
    moved: str = ""
    chips: tuple[Chip, Chip] | None = None


class Origin(NamedTuple):
    """The source of a goal and its meaning, fact by fact; `terms` are the short ones on how it is judged."""

    number: int
    name: str
    facts: tuple[tuple[str, str], ...]
    terms: tuple[tuple[str, str], ...]


class StatusCount(NamedTuple):
    """How many targets are in a status, and that part of the whole strip, in hundredths."""

    chip: Chip
    targets: int
    at: str
    share: str


class PageHead(NamedTuple):
    """The top of the page: its title, its ledger, and the targets together."""

    title: str
    subject: str
    days: tuple[str, ...]
    targets: int
    counts: tuple[StatusCount, ...]
    completion: str
    completion_fill: str
    elapsed: str
    elapsed_fill: str
    ledger: str
    hash: str


class Page(NamedTuple):
    """The whole page; a part that has nothing to show is None or empty. `words` are the fixed ones."""

    language: str
    words: Mapping[str, str]
    head: PageHead
    lack: str
    table: PageTable | None
    charts: tuple[PageChart, ...]
    maps: tuple[HeatMap, ...]
    since: str
    changes: tuple[MovedLine, ...]
    overdue: tuple[str, ...]
    origins: tuple[Origin, ...]
