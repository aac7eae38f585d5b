"""What was read of one imported row, for all rows that differ from it in day, figure and note only."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from ordos_targets.domain.amounts import normalize_decimal
from ordos_targets.domain.entries import EntryKind, text_of
from ordos_targets.domain.entry_values import EntryValue
from ordos_targets.domain.errors import UsageError
from ordos_targets.domain.mould import Mould, net
from ordos_targets.domain.periods import Period
from ordos_targets.domain.series import Series
from ordos_targets.domain.targets import Target
from ordos_targets.usecases.entry_checks import series_of
from ordos_targets.usecases.row_parser import ParsedRow, RowReader, start_of

# A figure as programs write it: few enough digits to be kept whatever they are, and already in the ledger's form.
PLAIN = r"(?:0|[1-9][0-9]{0,10})(?:\.[0-9]{0,3}[1-9])?"
ALL_PLAIN = re.compile(rf"(?:{PLAIN}\n)*").fullmatch
# Digits, and a unit that stands behind them; what else there is to figures is read by the grammar.
FIGURE = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,8})?)([^\W\d_]{0,8}|%)")
# Read in front of a unit they tell what it multiplies by, and that it does nothing else.
PROBES = ("1", "3", "27.5")


class Day(NamedTuple):
    """A day that figures speak of: as the ledger keeps it, in canonical form, and how uids of rows about it begin.

    `is_usual` is a day of the goals' period that is not in the future, so that figures of it count.
    """

    day: date
    text: str
    canonical: str
    start: str
    is_usual: bool


def day_of(day: date, period: Period, today: date) -> Day:
    """All that is needed of a day."""
    is_usual = period.start <= day <= min(period.end, today)
    return Day(day, day.isoformat(), net(day.isoformat()), start_of(day), is_usual)


class Figures:
    """Reads figures of one target, all written alike: as the grammar does, which is asked once for each unit."""

    def __init__(self, read: Callable[[str], EntryValue]) -> None:
        self._read = read
        self._factors: dict[str, Decimal | None] = {}

    def text(self, written: str) -> str | None:
        """A figure as the ledger keeps it; None for one that only the grammar can read, or refuse."""
        found = FIGURE.fullmatch(written)
        factor = self.factor(found[2]) if found else None
        if found is None or factor is None:
            return None
        try:
            return text_of(normalize_decimal(Decimal(found[1]) * factor))
        except UsageError:
            return None

    def factor(self, unit: str) -> Decimal | None:
        """What a figure with this unit behind its digits is multiplied by; None where it is not so simple."""
        if unit not in self._factors:
            try:
                found = {Decimal(self._read(digits + unit).value or 0) / Decimal(digits) for digits in PROBES}
            except UsageError:
                found = set()
            self._factors[unit] = found.pop() if len(found) == 1 else None
        return self._factors[unit]


@dataclass(frozen=True, slots=True, eq=False)
class Kin:
    """What rows that are alike share.

    `plain` tells whether a PLAIN figure is kept as it is written; `more` and `behind` are parts of their digests;
    `kept` is whether a ledger recorded them before, `asks` whether new ones must be looked at one by one, and
    `is_looked_at` whether there is any doubt to think of.
    """

    mould: Mould
    target: Target
    series: Series
    figures: Figures
    plain: bool
    more: str
    behind: str
    kept: bool
    asks: bool
    is_reading: bool
    is_looked_at: bool


def figures_of(kins: Sequence[Kin], written: Sequence[str]) -> Sequence[str | None]:
    """Figures as the ledger keeps them; None for one that only the grammar can read, or refuse."""
    together = "".join(f"{text}\n" for text in written)
    if together.count("\n") == len(written) and ALL_PLAIN(together) and all(kin.plain for kin in set(kins)):
        return written
    return [kin.figures.text(text) for kin, text in zip(kins, written, strict=True)]


def digests(
    kins: Sequence[Kin], days: Sequence[Day], figures: Sequence[str | None], notes: Sequence[str]
) -> list[bytes]:
    """The digests of rows, as `Candidate.digest`; a note is empty where there is none.

    Of a row without a figure it means nothing.
    """
    return [
        sha256(
            f"{kin.mould.place}{day.canonical}{kin.mould.kind}{len(figure or '')}:{figure},{kin.more}"
            f"{f'{len(note.encode())}:{note},' if note else '-,'}{kin.behind}".encode()
        ).digest()
        for kin, day, figure, note in zip(kins, days, figures, notes, strict=True)
    ]


def kin_of(candidate: ParsedRow, reader: RowReader, *, asks: bool) -> Kin | None:
    """What rows share with one that was read; None where nothing can be told of them from that."""
    draft, target, row = candidate.draft, candidate.target, candidate.row
    if (
        target is None
        or draft.value is None
        or draft.of is not None
        or draft.kind not in {EntryKind.INCREMENT, EntryKind.READING}
    ):
        return None
    if any(unit[:1].isdigit() or unit[:1] == "." for unit in (target.unit, target.unit_en, row.texts.get("unit", ""))):
        return None  # a figure might end in such a unit, or go on with it

    def read(text: str) -> EntryValue:
        return reader.figure(replace(row, texts={**row.texts, "value": text}), target)

    figures, is_reading = Figures(read), draft.kind is EntryKind.READING
    return Kin(
        mould=Mould(draft),
        target=target,
        series=series_of(draft, target),
        figures=figures,
        plain=figures.factor("") == 1,
        more=net(None, draft.item, str(draft.estimate)),
        behind=net(draft.evidence, draft.replaces),
        kept=candidate.recorded_at is not None,
        asks=asks,
        is_reading=is_reading,
        is_looked_at=asks or is_reading,
    )
