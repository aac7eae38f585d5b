"""The status as Markdown: a table that reads well, in which no name acts."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from office import Office

from ordos_targets.report.markdown import JOINER, escaped, paragraph

# What GitHub adds to CommonMark and markdown-it knows; HTML is on, as it is in CommonMark.
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
AS_OF = ("--as-of", "2025-07-05", "--format", "markdown")

HOSTILE = [
    "a|b", r"a\|b", "a\\", "*a* **b** _c_ __d__", "`a` ``b``", "[a](https://e.example)", "![a](https://e.example/x.png)",
    "[a]: https://e.example", "<script>alert(1)</script>", "<https://e.example>", "<!-- a -->", "# a #", "a\\*b\\*",
    "~~a~~ 1~6月至7~9月", "&lt;b&gt; &#60; &amp;lt;", "$a$ $$b$$", "> a", "- a", "+ a", "1. a", "1) a", "---", "===",
    "***", "    a", "```a", "| a | b |", "|---|---|", "www.e.example", "@all @here", "!a !", "a^b^ ==c==",
    "<@U123> <!channel>", ":smile: #12", "https://e.example/?a=1&copy=2",
]  # fmt: skip


def shown(source: str) -> str:
    """What a reader sees of Markdown that is to be one text: no element may stand in it but its paragraph."""
    page = READER.render(source)
    text = re.fullmatch(r"<p>(.*)</p>\n", page, re.DOTALL)
    assert text, page
    assert not re.search("<|>", text[1]), page
    return unescape(text[1]).replace(JOINER, "")


def in_a_table(text: str) -> str:
    """What a reader sees of a text in the second row of the table, and that there is nothing else in it."""
    page = READER.render(f"| a | b |\n| --- | --- |\n| 1 | 2 |\n| {escaped(text)} | 4 |\n")
    rows = [re.findall("<td>(.*)</td>", row) for row in page.split("</tr>")[1:-1]]
    assert (2, ["1", "2"], "4") == (len(rows), rows[0], rows[1][-1])
    assert (2, False) == (len(rows[1]), bool(re.search("<|>", rows[1][0])))
    return unescape(rows[1][0]).replace(JOINER, "")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_shown_to_the_letter(text: str) -> None:
    """In a cell, in a line of its own and in a heading a reader sees the text itself, and no element."""
    assert text.strip() == in_a_table(text)
    assert text.strip() == shown(paragraph(text))
    heading = READER.render(f"## {escaped(text)}\n")
    assert f"{text.strip()}\n" == unescape(re.sub("</?h2>", "", heading)).replace(JOINER, "")


MARKS = st.text(alphabet="\\|*_`[]()<>#~$&;:!@-+=.1ax \u4e2d", max_size=24)


@given(MARKS)
def test_no_text_of_marks_acts(text: str) -> None:
    """Whatever marks follow each other, a cell and a line show them as they are."""
    words = text.strip()
    if words:
        assert words == in_a_table(words)
        assert words == shown(paragraph(words))


@pytest.mark.parametrize(
    "text",
    ["R&D经费", "50%", "≥2亿元", "+3.3 points", "−10.0", "3-4月", "10:30", "(est.)", "Ordos 2025!", "a. b", "甲·乙"],
)
def test_what_is_no_markup_stays_as_it_is(text: str) -> None:
    """A hyphen in a word, a percent sign, a lone & or ! and the like need no backslash."""
    assert text == escaped(text)


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("@all", f"@{JOINER}all"),
        ("a@b.example", f"a@{JOINER}b.example"),
        ("https://e.example", f"https:{JOINER}//e.example"),
        ("www.e.example", f"www.{JOINER}e.example"),
        ("#12", f"\\#{JOINER}12"),
        (":tada:", f":{JOINER}tada:"),
        ("mailto:a", f"mailto:{JOINER}a"),
    ],
)
def test_links_and_mentions_are_parted(text: str, parted: str) -> None:
    """What chats and forges look for in the page they show, where no backslash is left, is parted out of sight."""
    assert parted == escaped(text)


def test_the_table_says_what_the_screen_says(full_year: Office) -> None:
    """Every line of the table off a terminal is there, word for word, without the bar; numbers stand on the right."""
    screen = full_year.run("status", "--as-of", "2025-07-05").out.splitlines()
    ran = full_year.run("status", *AS_OF, "--since", "2025-07-05")
    page = READER.render(ran.out)
    rows = [re.findall("<td.*?>(.*?)</td>", row) for row in page.split("</tr>")[1:-1]]
    lines = [line for line in screen[4:] if line and not re.match(r"\d+ targets: |Report overdue", line)]
    assert (0, "") == (ran.code, ran.err)
    assert [re.sub("[█░|]+", "", line).split() for line in lines] == [
        unescape(re.sub("</?strong>", "", " ".join(row[:-1]))).removeprefix("└ ").split() for row in rows
    ]
    assert '<td style="text-align:right">4 districts</td>' in page
    assert "└" in ran.out


def test_names_in_the_report_are_escaped(office: Office) -> None:
    """Title, section, target, unit, owner and the list of late reports show hostile names as they are."""
    evil = "<b>|*x*|`y`|[z](https://e.example)"
    office.write(
        f"title = '{evil}1'\nyear = 2025\n[[targets]]\nid = 'parks'\nname = '{evil}2'\nmeasure = 'total'\ngoal = 5\n"
        f"unit = '{evil}'\nsection = '{evil}4'\nowner = '{evil}5'\n"
    )
    assert 0 == office.run("record", "parks", "2", "--date", "2025-03-31").code
    page = READER.render(office.run("status", *AS_OF).out)
    text = unescape(page).replace(JOINER, "")
    for name in (f"{evil}1", f"{evil}2", f"≥5 {evil}", f"{evil}4", f"{evil}5", f"Report overdue: {evil}2"):
        assert name in text
    assert set() == {"<b>", "<em>", "<code>", "<a "} & set(re.findall("<[a-z]+[ >]", page))


def test_without_rows_there_is_no_table(office: Office) -> None:
    """Where no target is in the statuses asked for, the document says so; under --quiet nothing is printed at all."""
    office.write("title = 'T'\nyear = 2025\n[[targets]]\nid = 'parks'\nname = 'Parks'\nmeasure = 'total'\ngoal = 5\n")
    arguments = ("status", *AS_OF, "--only", "behind")
    text = "## T · as of 2025-07-05 · 51.3% of the period elapsed\n\nNo target is in these statuses.\n"
    assert (0, text, "") == (office.run(*arguments).code, office.run(*arguments).out, office.run(*arguments).err)
    assert (0, "", "") == (office.run(*arguments, "-q").code, office.run(*arguments, "-q").out, "")
