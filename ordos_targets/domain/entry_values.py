"""What a person typed as the value of an entry, read against the target it is for."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from ordos_targets.domain.amounts import Amount, ChangeOfAmount, change_word, parse_amount, parse_unit, with_unit
from ordos_targets.domain.entries import EntryKind
from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.domain.names import ITEM, normalize_typed, quote_for_message, resolve
from ordos_targets.domain.targets import PERCENT, Measure, Scope, Target


class MoneyWithoutUnit(UsageError):
    code = "money_without_unit"
    template = N_("{target} is an amount of money, and “{text}” has no unit; write {text}亿元, {text}万元 or {text}元.")


class WrongUnit(UsageError):
    code = "wrong_unit"
    template = N_("“{text}” is in {found}, but {target} is counted in {unit}; write it in {unit}.")


class UnitNotExpected(UsageError):
    code = "unit_not_expected"
    template = N_("“{text}” is in {found}, but {target} has no unit; write the number alone.")


class PercentNotExpected(UsageError):
    code = "percent_not_expected"
    template = N_("“{text}” is a percentage, but {target} is not measured in percent; record the figure itself.")


class GrowthIsComputed(UsageError):
    code = "growth_is_computed"
    template = N_(
        "“{text}” is a percentage, but the growth of {target} is computed: record the amount of the year so far."
    )


class ShareNotExpected(UsageError):
    code = "share_not_expected"
    template = N_("“{text}” is a share, but {target} is not one; record a single figure.")


class BareShare(UsageError):
    code = "bare_share"
    template = N_(
        "“{text}” is ambiguous, as {target} is a share; write both numbers or a percentage, like 1020/2040 or 50%."
    )


class PooledShare(UsageError):
    code = "pooled_share"
    template = N_(
        "“{text}” is a percentage, but {target} pools the shares of its districts; write both numbers, like 1020/2040."
    )


class UnreadableShare(UsageError):
    code = "unreadable_share"
    template = N_("“{text}” is not a share; write both numbers in the same unit, like 1020/2040.")


class ShareOfNothing(UsageError):
    code = "share_of_nothing"
    template = N_("“{text}” has an invalid denominator; the number after the slash must be more than 0.")


class NegativeShare(UsageError):
    code = "negative_share"
    template = N_("“{text}” is negative; both numbers of a share must be 0 or more.")


class EntryValue(NamedTuple):
    """The figure of an entry.

    Attributes:
        kind: How it counts.
        value: The figure in the target's base unit; for a share the numerator, or the percentage (50 for 50 %) where
            `of` is None; None for an item.
        of: The denominator of a share.
        item: The id of a finished item, else None.
    """

    kind: EntryKind
    value: Decimal | None
    of: Decimal | None
    item: str | None


def parse_entry_value(
    text: str, target: Target, *, unit: str = "", of: str | None = None, to_date: bool = False
) -> EntryValue:
    """Return what `text` means as a figure of `target`; the kind follows from the measure.

    A total may be negative (a correction), and a share may exceed 100 %.

    Args:
        text: The figure as typed, or the name of an item of a checklist.
        target: What the figure is about.
        unit: The unit that stands apart from the figure, as `parse_amount` takes it.
        of: The denominator of a share that stands apart from its numerator.
        to_date: Makes a reading of a total, and changes nothing elsewhere.

    Raises:
        UsageError: One of the errors above, of `parse_amount` or, for a checklist, of `resolve`.
    """
    if of is not None and target.measure is not Measure.SHARE:
        raise ShareNotExpected(text=quote_for_message(f"{text}/{of}"), target=target)
    if target.measure is Measure.CHECKLIST:
        if text.strip() in {"0", "０"}:  # nothing new, so that the target is not overdue
            return EntryValue(EntryKind.INCREMENT, Decimal(0), None, None)
        return EntryValue(EntryKind.ITEM, None, None, resolve(text, target.items, ITEM).id)
    if target.measure is Measure.SHARE:
        return _share(text, target, unit, of)
    if (not text.isascii() or "/" in text) and "/" in normalize_typed(text) and "/" not in target.unit:
        raise ShareNotExpected(text=quote_for_message(text), target=target)
    kind = EntryKind.INCREMENT if target.measure is Measure.TOTAL and not to_date else EntryKind.READING
    return EntryValue(kind, _figure(text, target, unit).value, None, None)


def is_unit_of(text: str, target: Target) -> bool:
    """Return whether the whole `text` is a unit of the figures of `target`: its own, with or without a scale."""
    unit = parse_unit(text, units=(target.unit, target.unit_en))
    if unit is None:
        return False
    if unit.name == PERCENT and target.measure is Measure.SHARE:
        return True
    return _key(unit.name) in {"", _key(target.unit), _key(target.unit_en)}


def _share(text: str, target: Target, unit: str, of: str | None) -> EntryValue:
    """Return a share: two figures, or a percentage where nothing is pooled."""
    plain = normalize_typed(text)
    word = change_word(text)
    if word:
        raise ChangeOfAmount(text=quote_for_message(text if of is None else f"{text}/{of}"), word=word)
    if of is not None or "/" in plain:
        apart = parse_unit(unit)
        is_rate = apart is not None and apart.name == PERCENT
        # A heading of percentages says nothing of a fraction, and one of a unit nothing of a share of anything.
        if (of is None) if is_rate else (target.unit in {"", PERCENT}):
            unit = ""
        sides = plain.split("/", maxsplit=1) if of is None else (plain, normalize_typed(of))
        return _fraction([side.strip() for side in sides], target, unit)
    amount = _amount(text, target, unit)
    raw = quote_for_message(with_unit(text, unit))
    if target.scope is Scope.PARTS:
        raise PooledShare(text=raw, target=target)
    if amount.unit != PERCENT:
        raise BareShare(text=raw, target=target)
    if amount.value < 0:
        raise NegativeShare(text=raw)
    return EntryValue(EntryKind.SHARE, amount.value, None, None)


def _fraction(sides: Sequence[str], target: Target, unit: str) -> EntryValue:
    """Return a share as `1020/2040` or `1020家/2040家`: both sides are figures of the target, in one unit."""
    raw = quote_for_message("/".join(sides))
    if any(not side or "/" in side for side in sides):
        raise UnreadableShare(text=raw)
    part, whole = (_amount(side, target, unit) for side in sides)
    if PERCENT in {part.unit, whole.unit} or (part.unit and whole.unit and part.unit != whole.unit):
        raise UnreadableShare(text=raw)
    if target.unit not in {"", PERCENT}:
        for side, amount in zip(sides, (part, whole), strict=True):
            _check_unit(with_unit(side, unit), amount, target)
    if part.value < 0 or whole.value < 0:
        raise NegativeShare(text=raw)
    if whole.value == 0:
        raise ShareOfNothing(text=raw)
    return EntryValue(EntryKind.SHARE, part.value, whole.value, None)


def _figure(text: str, target: Target, unit: str) -> Amount:
    """Return a figure of a target that is not a share, in its unit."""
    amount = _amount(text, target, unit)
    raw = with_unit(text, unit)
    if amount.unit == PERCENT and target.measure is Measure.GROWTH:
        raise GrowthIsComputed(text=quote_for_message(raw), target=target)
    if amount.unit == PERCENT and target.unit != PERCENT:
        raise PercentNotExpected(text=quote_for_message(raw), target=target)
    _check_unit(raw, amount, target)
    return amount


def _amount(text: str, target: Target, unit: str) -> Amount:
    return parse_amount(text, unit=unit, units=(target.unit, target.unit_en))


def _check_unit(text: str, amount: Amount, target: Target) -> None:
    """Raise where the amount's unit is not the target's, or is missing on money (0 and 2亿 are clear without)."""
    if not amount.unit:
        if target.is_money and amount.value and not amount.scaled:
            raise MoneyWithoutUnit(text=quote_for_message(text.strip()), target=target)
        return
    raw = quote_for_message(text.strip())
    if not target.unit:
        raise UnitNotExpected(text=raw, target=target, found=amount.unit)
    if _key(amount.unit) not in {_key(target.unit), _key(target.unit_en)}:
        raise WrongUnit(text=raw, target=target, found=amount.unit, unit=target.unit)


def _key(unit: str) -> str:
    return unicodedata.normalize("NFKC", unit).casefold()
