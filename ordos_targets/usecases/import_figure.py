"""The figure of an imported row: its value, denominator, unit and kind."""

from __future__ import annotations

import re
from decimal import Decimal

from ordos_targets.domain.amounts import NotANumber, exact
from ordos_targets.domain.entries import Kind
from ordos_targets.domain.entry_values import Typed
from ordos_targets.domain.errors import Message
from ordos_targets.domain.names import shown
from ordos_targets.domain.targets import PERCENT, Measure, Target
from ordos_targets.readers.headings import UNIT, name_and_unit
from ordos_targets.readers.rows import Row
from ordos_targets.report import labels
from ordos_targets.usecases.import_faults import NotDone, UnknownKind, ValueMissing, WrongKind
from ordos_targets.usecases.import_texts import word_of
from ordos_targets.usecases.rules import clean_text

DONE = frozenset({"1", "true", "yes", "done", "是", "完成", "已完成", "已办结", "√", "✓", "100%"})
PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def is_of_column(row: Row) -> bool:
    """Whether it was the heading of a wide table's column that told the kind."""
    return "kind" in row.headings and row.headings["kind"] == row.headings.get("value")


def value_field(row: Row) -> str:
    """The field that holds a row's figure."""
    return "item" if "item" in row.texts else "value"


def figure_text(row: Row, target: Target) -> str:
    """A row's figure as a person would have typed it: with its denominator or unit. Raises ValueMissing, NotDone."""
    value, item = row.texts.get("value", ""), row.texts.get("item", "")
    if item:
        if target.measure is not Measure.CHECKLIST:
            raise WrongKind(target=target, kind=Message(labels.KIND[Kind.ITEM]))
        if value and word_of(value) not in DONE:
            raise NotDone(text=shown(value))
        return item
    if not value.strip():
        raise ValueMissing
    unit = row.texts.get(UNIT, "").strip() or name_and_unit(row.texts.get("target", ""))[1]
    if "of" in row.texts:
        return f"{value.strip()}/{row.texts['of'].strip()}"
    return f"{value.strip()}{unit}" if unit and value.strip()[-1].isdigit() and "/" not in value else value


def as_kept(row: Row, kind: Kind | None) -> Typed:
    """The figure of an entry whose target is not known any more: as the ledger wrote it, in its base unit."""
    if kind is None:
        raise UnknownKind(text="", kinds=[Message(one) for one in labels.KIND.values()])
    value, of = (_plain_number(row.texts[name]) if name in row.texts else None for name in ("value", "of"))
    return Typed(kind, value, of, clean_text(row.texts.get("item")))


def _plain_number(text: str) -> Decimal:
    if not PLAIN.fullmatch(text):
        raise NotANumber(text=shown(text))
    return exact(Decimal(text), text=shown(text))


def agreed(said: Kind | None, implied: Kind, target: Target) -> Kind:
    """The kind of an entry, where the row says one and the target implies one. Raises WrongKind.

    What is said to be so far goes for a share and for items too; a level and a growth may be added to.
    """
    if said is None or said is implied or (said is Kind.READING and implied in {Kind.SHARE, Kind.ITEM}):
        return implied
    if said is Kind.INCREMENT and implied is Kind.READING and target.unit != PERCENT:
        return said
    raise WrongKind(target=target, kind=Message(labels.KIND[said]))
