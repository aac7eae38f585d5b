"""An entry as a line of the log."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ordos_targets import locale
from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.targets import Item, Measure, Plan, PlanKind, Target
from ordos_targets.report.entries import value_text

TARGET = Target(
    "t", "指标", Measure.GROWTH, Decimal(20), date(2025, 1, 1), date(2025, 12, 31), Plan(PlanKind.DIRECT), unit="元",
    items=(Item("a", "甲", "First"),),
)  # fmt: skip
DRAFT = NewEntry("t", date(2025, 6, 30), EntryKind.READING)
ENTRY = Entry(**DRAFT._asdict(), seq=7, uid="u", recorded_at="2025-07-01T00:00:00.000000Z", hash="h")


@pytest.mark.parametrize(
    ("entry", "chinese", "english"),
    [
        (ENTRY._replace(value=Decimal(330_000_000)), "3.3亿元", "330m yuan"),
        (ENTRY._replace(kind=EntryKind.INCREMENT, value=Decimal("0.0001")), "+0.0001元", "+0.0001 yuan"),
        (ENTRY._replace(kind=EntryKind.INCREMENT, value=Decimal(-2)), "−2元", "−2 yuan"),
        (ENTRY._replace(kind=EntryKind.SHARE, value=Decimal("28.5")), "28.5%", "28.5%"),
        (ENTRY._replace(kind=EntryKind.SHARE, value=Decimal(183), of=Decimal(651)), "183/651", "183/651"),
        (ENTRY._replace(kind=EntryKind.RATE, value=Decimal("12.3")), "12.3%", "12.3%"),
        (ENTRY._replace(kind=EntryKind.ITEM, item="a"), "甲", "First"),
        (ENTRY._replace(kind=EntryKind.ITEM, item="gone"), "gone", "gone"),
        (ENTRY._replace(kind=EntryKind.VOID), "", ""),
    ],
)
def test_the_value_of_an_entry_is_exact_and_in_its_own_unit(entry: Entry, chinese: str, english: str) -> None:
    """An amount bears the target's unit, a share or a rate is in percent, an item has its name; nothing is cut."""
    texts = []
    for language in ("zh", "en"):
        locale.activate(language)
        texts.append(value_text(entry, TARGET))
    assert [chinese, english] == texts


def test_an_entry_of_an_unknown_target_has_a_bare_value() -> None:
    """Where targets.toml no longer names the target, its figures are shown without a unit."""
    assert "1,234.5" == value_text(ENTRY._replace(value=Decimal("1234.5")), None)
