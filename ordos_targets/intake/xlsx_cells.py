"""What the cells of a workbook say, as a person would have typed it: 20% for a percentage, 2025-06 for a month.

Numbers in a workbook are binary ones, and days are numbers too: a cell's format tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from ordos_targets.intake.package import local

# Formats that a workbook refers to by number alone (ECMA-376, part 1, 18.8.30), those of Chinese systems among them.
_DAYS = dict.fromkeys((14, 15, 22, 28, 29, 30, 31, 51, 53, 54, 58), "yyyy-mm-dd")
_MONTHS = dict.fromkeys((17, 27, 36, 50, 52, 57), "yyyy-mm")
_DAYS_WITHOUT_YEAR = {16: "mm-dd"}
_TIMES = dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56), "h:mm")
FORMATS = {9: "0%", 10: "0.00%"} | _DAYS | _MONTHS | _DAYS_WITHOUT_YEAR | _TIMES
# Texts in a format, which say nothing of what is shown: "年", \-, _), [Red], [$-804]; not [h], a span of time.
_IDLE = re.compile(r'"[^"]*"|\\.|_.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_SPAN = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
LONGEST_TEXT = 1 << 16
LONGEST_NUMBER = 9
LAST_DAY = 2_958_465  # 9999-12-31


@dataclass(frozen=True, slots=True)
class Style:
    """How the numbers of a cell are shown."""

    percent: bool = False
    day: bool = False
    month: bool = False

    @classmethod
    def of(cls, format_: str) -> Style:
        """The style of a number format."""
        shown = _IDLE.sub("", format_.partition(";")[0]).lower()
        dated = not _SPAN.search(shown) and re.search("[dmhys]", shown) is not None
        return cls("%" in format_, dated, dated and "d" not in shown)


class Styles:
    """Visits the part of the styles: `styles` are those of the cells, by number."""

    def __init__(self) -> None:
        self.styles: list[Style] = []
        self._formats: dict[str, str] = {str(number): format_ for number, format_ in FORMATS.items()}
        self._known: dict[str, Style] = {}
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """See Visitor."""
        if name == "cellXfs":
            self._inside = True
        elif name == "numFmt":
            self._formats[attributes["numFmtId"]] = attributes["formatCode"]
        elif name == "xf" and self._inside:
            number = attributes.get("numFmtId", "0")
            if number not in self._known:
                self._known[number] = Style.of(self._formats.get(number, ""))
            self.styles.append(self._known[number])

    def end(self, name: str) -> None:
        """See Visitor."""
        if name == "cellXfs":
            self._inside = False

    def text(self, text: str) -> None:
        """See Visitor."""


class Texts:
    """Visits the part of the shared texts: `texts` are they, by number, without what tells how to read them aloud."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._gathered = Gathered()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """See Visitor."""
        del attributes
        if name == "si":
            self._gathered = Gathered()
        self._gathered.start(name)

    def end(self, name: str) -> None:
        """See Visitor."""
        self._gathered.end(name)
        if name == "si":
            self.texts.append(_unescaped(self._gathered.text))

    def text(self, text: str) -> None:
        """See Visitor."""
        self._gathered.add(text)


class Gathered:
    """The text of the elements called `name`: a text's runs, or a value.

    One longer than any entry's is cut, and so refused later as too long.
    """

    def __init__(self, name: str = "t") -> None:
        self._name = name
        self._parts: list[str] = []
        self._length = 0
        self._taking = self._aloud = False

    def start(self, name: str) -> None:
        """An element begins."""
        self._aloud = self._aloud or name == "rPh"
        self._taking = name == self._name and not self._aloud

    def end(self, name: str) -> None:
        """An element ends."""
        self._taking = False
        self._aloud = self._aloud and name != "rPh"

    def add(self, text: str) -> None:
        """Characters of the innermost element."""
        if self._taking and self._length < LONGEST_TEXT:
            self._parts.append(text[:LONGEST_TEXT])
            self._length += len(text)

    @property
    def text(self) -> str:
        """What was gathered."""
        return "".join(self._parts)


def _unescaped(text: str) -> str:
    """A text with codes such as _x000D_ as the characters they stand for."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


@dataclass(slots=True)
class Book:
    """What cells of all sheets share. `sheets` are names and relations' ids; `epoch` is the day of number 0."""

    sheets: list[tuple[str, str]] = field(default_factory=list)
    epoch: date = date(1899, 12, 30)
    texts: Sequence[str] = ()
    styles: Sequence[Style] = ()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """See Visitor."""
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if ":" in key and local(key) == "id"), "")
            self.sheets.append((attributes["name"], relation))
        elif name == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            self.epoch = date(1904, 1, 1)

    def end(self, name: str) -> None:
        """See Visitor."""

    def text(self, text: str) -> None:
        """See Visitor."""

    def said(self, kind: str, style: str, text: str) -> str:
        """What a cell says whose type is `kind`; `text` is its value as written. Raises ValueError, IndexError."""
        if kind == "s":
            return self.texts[_whole(text)]
        if kind == "b":
            return "true" if text.strip() == "1" else "false"
        if kind != "n":  # a text, the result of a formula, an ISO date, an error such as #REF!
            return _unescaped(text)
        plain = text.strip()
        if not _NUMBER.fullmatch(plain) or abs(float(plain)) == float("inf"):
            return plain  # nothing a spreadsheet would write; the grammar of figures judges it
        shown = self.styles[_whole(style)] if style else Style()
        return self._dated(float(plain), shown) if shown.day else _number(float(plain), shown)

    def _dated(self, value: float, style: Style) -> str:
        """A number that a cell shows as a day, a month, or a moment."""
        if not 0 <= value < LAST_DAY:
            return _number(value, Style())
        days, seconds = divmod(round(value * 86_400), 86_400)
        at = time(seconds // 3600, seconds // 60 % 60, seconds % 60)
        if not days and self.epoch.year < 1900:  # noqa: PLR2004 - there is no day 0 before 1904
            return at.isoformat()
        # Spreadsheets count a 29 February 1900 that never was.
        late = days < 60 and self.epoch.year < 1900  # noqa: PLR2004 - the number of that day
        day = self.epoch + timedelta(days=days + late)
        if at != time.min:
            return datetime.combine(day, at).isoformat()
        return f"{day.year:04}-{day.month:02}" if style.month else day.isoformat()


def _whole(text: str) -> int:
    """A number that counts from 0. Raises ValueError."""
    if len(text) > LONGEST_NUMBER or not text.strip().isdecimal():
        raise ValueError(text)
    return int(text)


def _number(value: float, style: Style) -> str:
    """The decimal that a cell shows in full: of the binary number kept the shortest form, which is what was typed."""
    number = Decimal(repr(value))
    if style.percent:
        return f"{number.scaleb(2).normalize():f}%"
    return f"{number:f}" if number != number.to_integral_value() else f"{number.to_integral_value():f}"
