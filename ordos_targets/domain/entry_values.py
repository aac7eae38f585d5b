"""What a person typed as the value of an entry, read against the target it is for."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import NamedTuple

from ordos_targets.domain.amounts import Amount, ChangeOfAmount, change_word, parse_amount
from ordos_targets.domain.entries import EntryKind
from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.domain.names import ITEM, normalize_typed, quote_for_message, resolve
from ordos_targets.domain.targets import PERCENT, Measure, Scope, Target


class MoneyWithoutUnit(UsageError):
    code = "money_without_unit"
    template = N_("{target} counts money: {text} of what? Write {text}亿元, {text}万元 or {text}元.")


class WrongUnit(UsageError):
    code = "wrong_unit"
    template = N_("“{text}” is in {found}, but {target} is counted in {unit}; write it in {unit}.")


class UnitNotExpected(UsageError):
    code = "unit_not_expected"
    template = N_("“{text}” is in {found}, but {target} has no unit; write the number alone.")


class PercentNotExpected(UsageError):
    code = "percent_not_expected"
    template = N_("“{text}” is a percentage, but {target} is counted in figures; record the figure itself.")


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
    template = N_("{target} is a share: {text} percent, or {text} of how many? Write it like 1020/2040 or 50%.")


class PooledShare(UsageError):
    code = "pooled_share"
    template = N_(
        "{target} pools the shares of its districts, and percentages cannot be pooled: instead of {text} write both "
        "numbers, like 1020/2040."
    )


class UnreadableShare(UsageError):
    code = "unreadable_share"
    template = N_("“{text}” is not a share of one number in another; write both in the same unit, like 1020/2040.")


class ShareOfNothing(UsageError):
    code = "share_of_nothing"
    template = N_("“{text}” is a share of nothing: the number behind the slash must be more than 0.")


class NegativeShare(UsageError):
    code = "negative_share"
    template = N_("“{text}” is a share below 0; the numbers of a share are 0 or more.")


class EntryValue(NamedTuple):
    """What an entry would say.

    `value` is in the target's base unit; for a share it is the numerator and `of` the denominator, or the percentage
    (50 for 50 %) where `of` is None. `item` is the id of a finished item, and then `value` is None.
    """

    kind: EntryKind
    value: Decimal | None
    of: Decimal | None
    item: str | None


def parse_entry_value(text: str, target: Target, *, to_date: bool = False) -> EntryValue:
    """What `text` says of `target`.

    The kind follows from the measure; `to_date` makes a reading of a total, and changes nothing elsewhere. A total may
    be negative (a correction), a share may exceed 100 %: the caller decides on these. Raises the failures above, those
    of `read_amount` and, for a checklist, those of `find`.
    """
    if target.measure is Measure.CHECKLIST:
        if text.strip() in {"0", "０"}:  # nothing new, so that the target is not called late
            return EntryValue(EntryKind.INCREMENT, Decimal(0), None, None)
        return EntryValue(EntryKind.ITEM, None, None, resolve(text, target.items, ITEM).id)
    if target.measure is Measure.SHARE:
        return _share(text, target)
    if "/" in normalize_typed(text) and "/" not in target.unit:
        raise ShareNotExpected(text=quote_for_message(text), target=target)
    kind = EntryKind.INCREMENT if target.measure is Measure.TOTAL and not to_date else EntryKind.READING
    return EntryValue(kind, _figure(text, target).value, None, None)


def _share(text: str, target: Target) -> EntryValue:
    """A share: two figures around a slash, or a percentage where nothing is pooled."""
    raw, plain = quote_for_message(text), normalize_typed(text)
    word = change_word(text)
    if word:
        raise ChangeOfAmount(text=raw, word=word)
    if "/" in plain:
        return _fraction(plain, target)
    amount = _amount(plain, target)
    if target.scope is Scope.PARTS:
        raise PooledShare(text=raw, target=target)
    if amount.unit != PERCENT:
        raise BareShare(text=raw, target=target)
    if amount.value < 0:
        raise NegativeShare(text=raw)
    return EntryValue(EntryKind.SHARE, amount.value, None, None)


def _fraction(plain: str, target: Target) -> EntryValue:
    """A share as `1020/2040` or `1020家/2040家`: both sides are figures of the target, in one unit."""
    sides = [side.strip() for side in plain.split("/", maxsplit=1)]
    if "/" in sides[1] or "" in sides:
        raise UnreadableShare(text=quote_for_message(plain))
    part, whole = (_amount(side, target) for side in sides)
    if PERCENT in {part.unit, whole.unit} or (part.unit and whole.unit and part.unit != whole.unit):
        raise UnreadableShare(text=quote_for_message(plain))
    if target.unit not in {"", PERCENT}:
        _check_unit(sides[0], part, target)
        _check_unit(sides[1], whole, target)
    if part.value < 0 or whole.value < 0:
        raise NegativeShare(text=quote_for_message(plain))
    if whole.value == 0:
        raise ShareOfNothing(text=quote_for_message(plain))
    return EntryValue(EntryKind.SHARE, part.value, whole.value, None)


def _figure(text: str, target: Target) -> Amount:
    """A figure of a target that is not a share, in its unit."""
    amount = _amount(text, target)
    if amount.unit == PERCENT and target.measure is Measure.GROWTH:
        raise GrowthIsComputed(text=quote_for_message(text), target=target)
    if amount.unit == PERCENT and target.unit != PERCENT:
        raise PercentNotExpected(text=quote_for_message(text), target=target)
    _check_unit(text, amount, target)
    return amount


def _amount(text: str, target: Target) -> Amount:
    return parse_amount(text, units=(target.unit, target.unit_en))


def _check_unit(text: str, amount: Amount, target: Target) -> None:
    """Raise where the amount's unit is not the target's, or is missing on money (0 and 2亿 are clear without)."""
    raw = quote_for_message(text.strip())
    if not amount.unit:
        if target.is_money and amount.value and not amount.scaled:
            raise MoneyWithoutUnit(text=raw, target=target)
        return
    if not target.unit:
        raise UnitNotExpected(text=raw, target=target, found=amount.unit)
    if _key(amount.unit) not in {_key(target.unit), _key(target.unit_en)}:
        raise WrongUnit(text=raw, target=target, found=amount.unit, unit=target.unit)


def _key(unit: str) -> str:
    return unicodedata.normalize("NFKC", unit).casefold()
