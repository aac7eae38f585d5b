"""A page read back: its elements, their attributes and their texts, as a browser would find them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "input", "br", "img", "link"}
RAW = {"style", "script"}


@dataclass
class Element:
    """An element: what it is, what it says of itself, and what it holds."""

    tag: str
    attributes: dict[str, str]
    holds: list[Element | str] = field(default_factory=list)

    def all(self, tag: str = "", css: str = "") -> list[Element]:
        """The elements within of this tag and class, in the page's order."""
        return [
            element
            for element in self.within()
            if tag in {"", element.tag} and (not css or css in element.attributes.get("class", "").split())
        ]

    def one(self, tag: str = "", css: str = "") -> Element:
        """The only element within of this tag and class."""
        (element,) = self.all(tag, css)
        return element

    def within(self) -> Iterator[Element]:
        """All elements within."""
        for part in self.holds:
            if isinstance(part, Element):
                yield part
                yield from part.within()

    @property
    def text(self) -> str:
        """The text within, its blanks as one each."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for part in self.holds:
            if isinstance(part, str):
                yield part
            else:
                yield from part._texts()  # noqa: SLF001 - another of the same


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"<{tag}> has an attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].holds.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].holds.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open[-1].tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].holds.append(data)


def read_page(text: str) -> Element:
    """The page; every element in it is closed where it should be."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert [reader.root] == reader.open
    return reader.root
