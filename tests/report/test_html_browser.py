"""The page in a real browser: quiet, never wider than its window, in the light, in the dark and on paper."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, browser
from office import Office, drafts, fill
from programs import program

pytestmark = pytest.mark.slow

DAY = "2025-07-05"
LONG = "很长的名称" * 30 + "x" * 200


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with browser(tmp_path_factory.mktemp("profile"), os.environ | {"LANG": "C.UTF-8"}) as tab:
        yield tab


@pytest.fixture
def tab(shared: Browser) -> Browser:
    """The browser, with nothing said yet."""
    shared.said.clear()
    return shared


def written(office: Office, *arguments: str, language: str = "zh") -> Path:
    """A page in a file."""
    ran = office.run("--lang", language, "report", *arguments, "-o", "page.html")
    assert (0, "") == (ran.code, ran.err)
    return office.folder / "page.html"


def overflowing(office: Office) -> None:
    """Goals whose names, units and figures are as long as they get, for twelve targets of nine districts."""
    districts = "".join(f'[[districts]]\nid = "d{number}"\nname = "{number}{LONG}"\n' for number in range(9))
    targets = "".join(
        f'[[targets]]\nid = "t{number}"\nname = "{number}{LONG}"\nmeasure = "total"\ngoal = 123456789012345\n'
        f'unit = "{LONG}"\nscope = "{("each", "parts", "whole")[number % 3]}"\nowner = "{LONG}"\nsource = "{LONG}"\n'
        for number in range(12)
    )
    office.write(f'title = "{LONG}"\nyear = 2025\n{districts}{targets}')
    fill(office.ledger, drafts(
        json.dumps({"target": f"t{number}", "date": "2025-06-30", "kind": "increment", "value": "12345678901234",
                    "by": "x"} | ({} if number % 3 == 2 else {"district": "d3"}))
        for number in range(12)
    ))  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [320, 390, 768, 1080, 1280, 1920])
def test_a_page_fits_its_window_and_says_nothing_to_the_console(
    width: int, language: str, full_year: Office, tab: Browser
) -> None:
    """At the width of a phone, a tablet and a desk the page is no wider than the window, without a single message."""
    tab.open(written(full_year, "--as-of", DAY, language=language), width=width)
    assert (True, []) == (tab.value("document.documentElement.scrollWidth <= innerWidth"), tab.said)


@pytest.mark.parametrize("width", [390, 1280])
def test_even_the_longest_names_do_not_widen_the_page(width: int, office: Office, tab: Browser) -> None:
    """Names of hundreds of letters without a blank wrap, or scroll within their own table."""
    overflowing(office)
    tab.open(written(office, "--as-of", DAY), width=width)
    assert (True, []) == (tab.value("document.documentElement.scrollWidth <= innerWidth"), tab.said)


def test_nothing_is_cut_off_on_a_phone(full_year: Office, tab: Browser) -> None:
    """Every text of the page lies within the window or within a table that scrolls by itself."""
    tab.open(written(full_year, "--as-of", DAY), width=390)
    outside = """[...document.querySelectorAll("main *, header *")].filter(one => {
        const box = one.getBoundingClientRect();
        return box.right > innerWidth + 0.5 && !one.closest(".wide") && !one.closest("thead");
    }).map(one => one.outerHTML)"""
    assert [] == tab.value(outside)


def test_labels_of_a_chart_do_not_touch(full_year: Office, tab: Browser) -> None:
    """No two labels of an axis overlap, and none reaches out of its drawing."""
    tab.open(written(full_year, "--as-of", DAY, language="en"), width=390)
    touching = """[...document.querySelectorAll(".drawing")].flatMap(drawing => {
        const frame = drawing.getBoundingClientRect();
        const boxes = [...drawing.querySelectorAll("text")].map(one => one.getBoundingClientRect());
        return boxes.filter((one, index) => one.left < frame.left - 1 || one.right > frame.right + 1
            || boxes.some((other, place) => place < index && one.left < other.right && other.left < one.right
                && one.top + 2 < other.bottom && other.top + 2 < one.bottom));
    }).length"""
    assert 0 == tab.value(touching)


GROUND = "getComputedStyle(document.body).backgroundColor"


def test_the_page_is_dark_where_the_reader_wants_it_dark(full_year: Office, tab: Browser) -> None:
    """The ground of the page follows the reader's scheme, and on paper it is always light."""
    page = written(full_year, "--as-of", DAY)
    grounds = []
    for scheme in ("light", "dark"):
        tab.open(page, width=1280, scheme=scheme)
        grounds.append(tab.value(GROUND))
    tab.call("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    ink = tab.value("getComputedStyle(document.body).color")
    tab.call("Emulation.setEmulatedMedia", media="")
    assert ["rgb(243, 245, 247)", "rgb(16, 22, 28)", "rgb(24, 34, 44)"] == [*grounds, ink]


def test_districts_fold_on_the_screen_and_never_on_paper(full_year: Office, tab: Browser, tmp_path: Path) -> None:
    """Unticking a target's box hides its districts; printed, all of them are there all the same."""
    tab.open(written(full_year, "--as-of", DAY, language="en"), width=1280)
    shown = "document.querySelector('.districts').getBoundingClientRect().height > 0"
    before = tab.value(shown)
    tab.value("document.querySelector('.fold input').click()")
    assert (True, False) == (before, tab.value(shown))
    text = printed(tab, tmp_path / "page.pdf")
    table = text[: text.index("Burn-up charts")]
    assert [] == [name for name in ("Dongsheng District", "Hanggin Banner", "Ejin Horo Banner") if name not in table]


def printed(tab: Browser, file: Path) -> str:
    """The text of the page as printed to a file."""
    reader = program("pdftotext")
    tab.print(file, preferCSSPageSize=True)
    return subprocess.run([reader, "-layout", file, "-"], capture_output=True, check=True, encoding="utf-8").stdout


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Ordos 2025 science and technology targets"), ("zh", "鄂尔多斯市2025年科技创新目标")]
)
def test_the_page_prints_on_a4(language: str, title: str, full_year: Office, tab: Browser, tmp_path: Path) -> None:
    """Printed, the page is some sheets of A4 that begin with its title."""
    reader = program("pdfinfo")
    tab.open(written(full_year, "--as-of", DAY, language=language), width=1280, scheme="dark")
    text = printed(tab, tmp_path / "page.pdf")
    output = subprocess.run([reader, tmp_path / "page.pdf"], capture_output=True, check=True, encoding="utf-8").stdout
    facts = dict(line.split(":", 1) for line in output.splitlines())
    assert title == text.split("\n")[0].strip()
    assert facts["Page size"].endswith("(A4)")
    assert 4 <= int(facts["Pages"]) <= 10


def test_hostile_text_does_nothing_in_a_browser(office: Office, tab: Browser) -> None:
    """Scripts and handlers in names and notes do not run, and ask for nothing."""
    hostile = '\\"><script>hit=1</script><img src=x onerror=hit=1><style>*{display:none}</style>'
    office.write(f"""
title = "{hostile}"
year = 2025
[[targets]]
id = "x"
name = "{hostile}"
measure = "total"
goal = 5
unit = "{hostile}"
note = "{hostile}"
source = "{hostile}"
owner = "{hostile}"
""")
    tab.open(written(office, "--as-of", DAY), width=390)
    assert (0, "undefined", []) == (
        tab.value("document.querySelectorAll('script, img, main style').length"),
        tab.value("typeof hit"),
        tab.said,
    )


def test_the_policy_holds_even_if_markup_got_in(full_year: Office, tab: Browser) -> None:
    """A script, an image, a style or a form that found its way into the page is stopped by the browser."""
    page = written(full_year, "--as-of", DAY)
    page.write_text(page.read_text(encoding="utf-8").replace(
        "</main>", "</main><script>hit=1</script><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"
                   "<p id='got' style='position:fixed'>x</p><style>h1{position:fixed}</style>"
    ), encoding="utf-8")  # fmt: skip
    tab.open(page, width=1280)
    places = "['#got', 'h1'].map(one => getComputedStyle(document.querySelector(one)).position)"
    assert ("undefined", ["static", "static"], 0) == (
        tab.value("typeof hit"), tab.value(places), tab.value("document.querySelector('img').naturalWidth")
    )  # fmt: skip
    assert tab.said
