"""The report as a web page: what it says, in both languages, and what it can never do."""

from __future__ import annotations

import re
from base64 import b64encode
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from office import Office, drafts, fill
from pages import Element, read_page

import ordos_targets
from ordos_targets.cli.session import Session
from ordos_targets.domain.assessment import LIGHTS, Status
from ordos_targets.report.html import html
from ordos_targets.usecases.status import StatusRequest, build_report_bundle

CSS = (Path(ordos_targets.__file__).parent / "report" / "html" / "page.css").read_text(encoding="utf-8")
DAY = "2025-07-05"
PARTS = """
title = "T"
year = 2025
districts = [{ id = "a", name = "东区" }, { id = "b", name = "西区" }]
[[targets]]
id = "parks"
name = "Parks"
measure = "total"
scope = "each"
goal = 10
"""
WORDS = {"on_track": "on track", "no_data": "no data", "not_started": "not started"}


def page(office: Office, *arguments: str, language: str = "en") -> Element:
    """The page that a report prints."""
    ran = office.run("--lang", language, "report", "--format", "html", *arguments)
    assert (0, "") == (ran.code, ran.err)
    return read_page(ran.out)


def lines(table: Element) -> list[Element]:
    """The rows of targets and districts."""
    return [row for row in table.all("tr") if row.attributes.get("class") in {"target", "district"}]


def facts(line: Element) -> dict[str, str]:
    """The figures of a line by their headings."""
    texts = {}
    for fact in line.all("div", "fact"):
        heading = fact.one("span", "what").text
        texts[heading] = fact.text.removeprefix(heading)
    return texts


def status_of(line: Element) -> str:
    """The status whose sign a line shows, with its word."""
    chip = line.all("span", "chip")[0]
    status = chip.one("use").attributes["href"].removeprefix("#")
    assert f"{LIGHTS[Status(status)]} {WORDS.get(status, status)}" == chip.text
    assert LIGHTS[Status(status)] in chip.attributes["class"].split()
    return status


def percent(ratio: Decimal | None) -> str:
    """A ratio as a percentage, cut to one decimal."""
    if ratio is None:
        return "—"
    return f"{(Decimal(ratio) * 100).quantize(Decimal('0.1'), ROUND_FLOOR)}%".replace("-", "−")


def test_every_row_says_what_the_json_says(full_year: Office) -> None:
    """Targets and districts stand in the table with the status, completion, pace and day of the same report as JSON."""
    targets = full_year.json("status", "--as-of", DAY)["targets"]
    expected = {}
    for target in targets:
        expected[target["name_en"]] = target
        expected |= {district["name_en"]: district for district in target["districts"]}
    shown = lines(page(full_year, "--as-of", DAY).one("table", "status-table"))
    assert sorted(expected) == sorted(line.one("th").all("bdi")[0].text for line in shown)
    for line in shown:
        row = expected[line.one("th").all("bdi")[0].text]
        completion = percent(row["completion"])
        if row.get("districts_total"):
            completion = f"{row['districts_meeting']}/{row['districts_total']}"
        pace = "" if row["expected"] is None else f"expected {percent(row['expected'])}"
        day = f"{row['data_date'] or '—'}{' late' if row['stale'] else ''}"
        shares = [span.text for span in line.all("span", "completion") + line.all("span", "expected")]
        texts = [completion, *[pace] * bool(pace)]
        assert (row["status"], texts, day) == (status_of(line), shares, facts(line)["Data to"])


@pytest.mark.parametrize(
    ("language", "words", "figures"),
    [
        ("en", ["1Pilot-scale projects landed", "yellow lagging", "expected 50.0%"],
         {"Gap": "6 projects", "Lead": "−10.0", "Actual": "4 projects", "Goal": "≥10 projects",
          "Needed a month": "1 project", "Projected": "8 projects", "Data to": "2025-06-25"}),
        ("zh", ["1落地中试项目", "黄 略欠进度", "序时进度50.0%"],
         {"差距": "6个", "超/欠序时": "−10.0", "完成值": "4个", "目标值": "≥10个", "月均需完成": "1个",
          "期末预测": "8个", "数据截至": "2025-06-25"}),
    ],
)  # fmt: skip
def test_the_figures_of_a_target_are_those_of_the_worked_example(
    language: str, words: list[str], figures: dict[str, str], full_year: Office
) -> None:
    """Four of ten by June: six missing, ten points behind, eight at this pace, one a month from here."""
    line = lines(page(full_year, "中试", "--as-of", DAY, language=language).one("table", "status-table"))[0]
    texts = [line.one("th").all("bdi")[0].text, line.all("span", "chip")[0].text, line.one("span", "expected").text]
    assert (words, figures) == ([line.one("a", "number").text + texts[0], *texts[1:]], facts(line))


def test_a_bar_ends_a_quarter_beyond_the_goal(full_year: Office) -> None:
    """The goal is at 80 of 100; 40 % fills 32 of them, and the mark of what is expected, 50 %, is at 40."""
    bar = page(full_year, "pilot", "--as-of", DAY).one("svg", "bullet")
    assert "32" == bar.one("rect", "fill").attributes["width"]
    assert "M40 0V10" == bar.one("path", "mark").attributes["d"]
    assert "M80 1V9" == bar.one("path", "goal").attributes["d"]
    assert "Completion: 40.0%; Expected: 50.0%" == bar.attributes["aria-label"]


def test_the_head_says_what_the_report_is_about(full_year: Office) -> None:
    """Title, day, share of the year, ledger and summary are those of the JSON; the hash is there short and in full."""
    document = full_year.json("status", "--as-of", DAY, "--known-at", "2025-07-05 12:00")
    shown = page(full_year, "--as-of", DAY, "--known-at", "2025-07-05 12:00")
    head, ledger = shown.one("header"), document["ledger"]
    assert "Ordos 2025 science and technology targets" == head.one("h1").text
    days = "as of 2025-07-05 · as recorded by 2025-07-05 04:00 UTC · 51.3% of the period elapsed"
    assert days == head.one("p", "days").text
    assert f"Ledger: {ledger['entries']} entries, hash {ledger['head'][:12]}" == head.one("p", "ledger").text
    assert ledger["head"] == shown.one("footer").one("code").text
    counts = {status_of(item): int(item.one("b").text) for item in head.one("div", "counts").all("li")}
    assert {status: count for status, count in document["summary"]["by_status"].items() if count} == counts
    assert percent(document["summary"]["weighted_completion"]) == head.one("div", "shares").all("b")[0].text


@pytest.mark.parametrize(
    ("language", "code", "parts"),
    [
        ("en", "en", ["Gap to target", "Burn-up charts", "Districts by target", "What changed since 2025-05-31",
                      "Overdue reports", "Sources and definitions of the targets"]),
        ("zh", "zh-CN", ["指标进展与差距", "进度曲线", "各旗区分指标状态", "2025-05-31以来的变化", "逾期未报",
                         "目标出处与口径说明"]),
    ],
)  # fmt: skip
def test_the_page_speaks_the_readers_language(language: str, code: str, parts: list[str], full_year: Office) -> None:
    """The page names its language, and its parts in it, in the contents as above each part."""
    shown = page(full_year, "--as-of", DAY, language=language)
    assert code == shown.one("html").attributes["lang"]
    contents, headings = shown.one("nav").all("a"), shown.all("h2")
    assert parts == [link.text for link in contents] == [heading.text for heading in headings]


def test_what_changed_is_what_the_json_says_moved(full_year: Office) -> None:
    """A target or district is listed where its actual, gap or status moved, with its status before and now."""
    moved = []
    for target in full_year.json("status", "--as-of", DAY, "--since", "2025-05-31")["targets"]:
        moved += [row["name_en"] for row in (target, *target["districts"]) if _moved(row)]
    shown = page(full_year, "--as-of", DAY).one("table", "changes").one("tbody").all("tr")
    assert moved == [row.one("th").text for row in shown]
    (pilot,) = [row for row in shown if row.one("th").text == "Pilot-scale projects landed"]
    texts = ["3 projects", "→4 projects", "+1 project", "red behind → yellow lagging"]
    assert texts == [cell.text for cell in pilot.all("td")]
    assert ["4/9", "→5/9", "+1", ""] == [cell.text for cell in shown[0].all("td")]


def _moved(row: Any) -> bool:  # noqa: ANN401 - as JSON has it
    change = row["change"]
    return bool(change["actual"] or change["gap"]) or change["status_before"] != row["status"]


def test_a_target_stands_over_its_districts_that_moved(office: Office) -> None:
    """Where districts moved and their target did not, it is their heading, and says nothing itself."""
    office.write(PARTS)
    fill(office.ledger, drafts(
        f'{{"target": "parks", "district": "a", "date": "2025-{day}", "kind": "increment", "value": "1", "by": "x"}}'
        for day in ("05-15", "06-10")
    ))  # fmt: skip
    rows = page(office, "--as-of", DAY).one("table", "changes").one("tbody").all("tr")
    texts = [[row.one("th").text, *(cell.text for cell in row.all("td"))] for row in rows]
    assert [["Parks", "", "", "", ""], ["东区", "1", "→2", "+1", ""]] == texts


def test_it_says_so_when_nothing_changed_and_nothing_is_overdue(full_year: Office) -> None:
    """A report without news says that there is none."""
    shown = page(full_year, "pilot", "--as-of", DAY, "--since", DAY)
    assert ["Nothing has changed.", "No report is overdue."] == [
        section.one("p").text for section in shown.all("section") if section.attributes["id"] in {"changes", "overdue"}
    ]


def test_who_has_not_reported_is_listed(full_year: Office) -> None:
    """Each late target is a line of its own, with its late districts and the day their data end."""
    expected = [
        "Growth of fiscal S&T spending in every district (Hanggin Banner to 2025-04-30)",
        "Technology-transfer agencies approved no figure yet",
        "Breakthrough fields deepened to 2025-03-21",
    ]
    assert expected == [item.text for item in page(full_year, "--as-of", DAY).one("ul", "overdue").all("li")]


def test_the_map_has_a_word_for_every_colour(full_year: Office) -> None:
    """Districts stand below each other with their status in words, its colour and their completion."""
    document = full_year.json("status", "fiscal", "--as-of", DAY)["targets"][0]
    rows = page(full_year, "--as-of", DAY).one("table", "map").one("tbody").all("tr")
    assert [(district["name_en"], district["status"]) for district in document["districts"]] == [
        (row.one("th").text, status_of(row)) for row in rows
    ]
    lights = [row.one("td").attributes["class"] for row in rows]
    assert [district["light"] for district in document["districts"]] == lights
    assert ["116.9%", "100.0%", "82.5%", "50.0%", "−6.3%"] == [row.one("span", "value").text for row in rows[:5]]
    assert ["Hanggin Banner"] == [row.one("th").text for row in rows if row.all("span", "late")]


def test_a_map_is_no_wider_than_a_sheet_of_paper(office: Office) -> None:
    """Twenty targets of districts are four maps of five, each with the same districts."""
    office.write('title = "T"\nyear = 2025\n' + "".join(
        f'[[districts]]\nid = "d{number}"\nname = "第{number}区"\n' for number in range(2)
    ) + "".join(
        f'[[targets]]\nid = "t{number}"\nname = "目标{number}"\nmeasure = "total"\ngoal = 9\nscope = "each"\n'
        for number in range(20)
    ))  # fmt: skip
    maps = page(office, "--as-of", DAY).all("table", "map")
    assert [5, 5, 5, 5] == [len(heat_map.one("thead").all("bdi")) for heat_map in maps]
    assert [["第0区", "第1区"]] * 4 == [
        [row.one("th").text for row in heat_map.one("tbody").all("tr")] for heat_map in maps
    ]


def test_where_goals_come_from_is_told_by_number(full_year: Office) -> None:
    """The number before a target's name leads to its source and its note, word for word as in the file."""
    shown = page(full_year, "--as-of", DAY, language="zh")
    table = shown.one("table", "status-table")
    (line,) = [row for row in lines(table) if "获批科技资金" in row.one("th").text]
    number = line.one("a", "number")
    leads_to = number.attributes["href"].removeprefix("#")
    (origin,) = [part for part in shown.all("div", "origin") if leads_to == part.attributes["id"]]
    assert f"{number.text}获批科技资金" == origin.one("h3").text
    facts = dict(zip(*([element.text for element in origin.all(tag)] for tag in ("dt", "dd")), strict=True))
    assert "文章第三部分（成果转化）末尾，讲争取国家和自治区项目处" == facts["出处"]
    assert facts["备注"].startswith("按获批数计，不是到位数")


def test_one_districts_report_is_about_it_alone(full_year: Office) -> None:
    """With --district the page is about that district's figures: no other's row, no map, its own curve."""
    shown = page(full_year, "--as-of", DAY, "--district", "hanggin")
    days = "Hanggin Banner · as of 2025-07-05 · 51.3% of the period elapsed"
    assert days == shown.one("header").one("p", "days").text
    assert ["on_track"] == [status_of(line) for line in lines(shown.one("table", "status-table"))]
    assert [] == shown.all("table", "map")
    assert "Actual 21.7%" == shown.one("figure").all("li")[0].text


def test_rows_are_grouped_as_asked(full_year: Office) -> None:
    """`status --by` groups the page's rows as it groups the screen's."""
    ran = full_year.run("status", "--as-of", DAY, "--by", "commitment", "--format", "html")
    headings = [row.text for row in read_page(ran.out).one("table", "status-table").all("tr", "heading")]
    assert ["ensure", "strive", "plan"] == headings


def test_a_report_without_rows_says_why(full_year: Office) -> None:
    """Where no target is in the statuses asked for there is one sentence, no table and nothing half-drawn."""
    shown = page(full_year, "--as-of", DAY, "--only", "missed")
    assert "No target is in these statuses." == shown.one("p", "lack").text
    assert [] == [element for tag in ("table", "figure", "nav", "section") for element in shown.all(tag)]


def test_an_empty_ledger_says_how_to_begin(full_year: Office) -> None:
    """With nothing recorded every goal is there, with no figure made up for it."""
    (full_year.folder / "progress.db").unlink()
    shown = page(full_year, "--as-of", DAY)
    assert shown.one("p", "lack").text.startswith("Nothing is recorded yet")
    rows = lines(shown.one("table", "status-table"))
    assert {"—", "0/9"} == {line.one("span", "completion").text for line in rows}
    assert {"0"} == {line.one("rect", "fill").attributes["width"] for line in rows}
    assert [] == [chart.attributes["id"] for chart in shown.all("figure") if chart.all("polyline", "reached")]


def test_a_day_before_the_year_is_drawn_too(full_year: Office) -> None:
    """A report of a day before the period shows nothing as begun, and nothing as gone by."""
    shown = page(full_year, "--as-of", "2024-12-30")
    statuses = {status_of(line) for line in lines(shown.one("table", "status-table"))}
    assert ({"not_started"}, "0") == (statuses, shown.one("rect", "gone").attributes["width"])


def test_the_same_report_is_the_same_file(full_year: Office) -> None:
    """Nothing of the moment or the machine is in the page: printed twice it is equal to the byte."""
    first, second = (full_year.run("report", "--as-of", DAY, "--format", "html").out for _number in range(2))
    assert first == second


def test_the_policy_allows_the_pages_own_style_and_nothing_else(full_year: Office) -> None:
    """The Content-Security-Policy names the hash of the one <style>, and forbids the rest."""
    shown = page(full_year, "--as-of", DAY)
    (style,) = shown.one("style").holds
    digest = b64encode(sha256(str(style).encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    (tag,) = [meta for meta in shown.all("meta") if meta.attributes.get("http-equiv") == "Content-Security-Policy"]
    assert policy == tag.attributes["content"]


def test_the_page_loads_and_runs_nothing(full_year: Office) -> None:
    """No script, no handler, no style attribute, and no address but places within the page, which all exist once."""
    elements = list(page(full_year, "--as-of", DAY).within())
    acting = {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert set() == {element.tag for element in elements} & acting
    names = {name for element in elements for name in element.attributes}
    assert set() == {name for name in names if name.startswith("on") or name in {"style", "src", "action", "data"}}
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    leads = {element.attributes["href"] for element in elements if "href" in element.attributes}
    leads |= {f"#{value}" for element in elements for name, value in element.attributes.items()
              if name in {"aria-labelledby", "aria-describedby"}}  # fmt: skip
    assert set() == leads - {f"#{element}" for element in ids}
    assert None is re.search(r"url\(|@import|expression|https?:", CSS)


HOSTILE = '<script>hit=1</script>"><img src=x onerror=hit=1>{{7*7}}{% raw %}&lt;'


def hostile(office: Office) -> None:
    """Goals whose every text tries to act on the reader."""
    text = HOSTILE.replace('"', '\\"')
    office.write(f"""
title = "{text}"
title_en = "{text}"
year = 2025
[[districts]]
id = "a"
name = "{text}甲"
[[districts]]
id = "b"
name = "乙"
[[targets]]
id = "x"
name = "{text}"
measure = "total"
scope = "each"
goal = 5
unit = "{text}"
section = "{text}"
owner = "{text}"
source = "{text}"
note = "{text}"
revisions = [{{ on = 2025-02-01, goal = 6, why = "{text}" }}]
""")
    fill(office.ledger, drafts([
        '{"target": "x", "district": "b", "date": "2025-06-30", "kind": "increment", "value": "1", "by": "x"}'
    ]))  # fmt: skip


def test_text_of_the_file_is_text_on_the_page(office: Office) -> None:
    """Markup and templates in names and notes are shown for what they are, and do nothing."""
    hostile(office)
    ran = office.run("report", "--as-of", DAY, "--format", "html")
    shown = read_page(ran.out)
    assert set() == {element.tag for element in shown.within()} & {"script", "img"}
    table = shown.one("table", "status-table")
    assert HOSTILE == shown.one("h1").text == table.one("tr", "heading").text == table.all("bdi")[1].text
    texts = [element.text for element in shown.one("div", "origin").all("dd")]
    assert [HOSTILE, HOSTILE, f"2025-02-01: each ≥6 {HOSTILE} {HOSTILE}"] == texts[:3]


@pytest.mark.usefixtures("full_year")
def test_what_would_reorder_or_hide_text_is_shown_by_its_code() -> None:
    """Escapes, bidi overrides and invisible marks, which no goals file may hold, would stand on the page as codes."""
    briefing = build_report_bundle(Session().workspace(), StatusRequest(as_of=DAY), burn_ups=True)
    report, row = briefing.report, briefing.report.rows[0]
    named = row._replace(target=row.target._replace(name_en="a\x1b[2Jb", owner_en="a\u202eb", note="a\u200b\u2066\nb"))
    text = html(briefing._replace(report=report._replace(name_en="a\u202eb", rows=(named,))))
    shown = read_page(text)
    line = lines(shown.one("table", "status-table"))[0]
    assert "a\\u202eb" == shown.one("h1").text == line.one("span", "owner").text
    assert "a\\x1b[2Jb" == shown.one("figure").one("title").text == line.one("th").all("bdi")[0].text
    assert "a\\u200b\\u2066 b" == shown.one("div", "origin").all("dd")[1].text
    assert None is re.search("[\x00-\x09\x0b-\x1f\u200b\u202e\u2066]", text)


COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
LEAST_FOR_WORDS, LEAST_FOR_SHAPES = Fraction(9, 2), Fraction(3)


def palettes() -> list[dict[str, str]]:
    """The colours by name, in the light and in the dark."""
    light, dark, *_rest = CSS.split("}\n")
    return [dict(COLOUR.findall(part)) for part in (light, dark)]


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as the WCAG has it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(color: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    low, high = sorted((luminance(color), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark"])
def test_colours_can_be_told_from_their_ground(palette: dict[str, str]) -> None:
    """Words stand out from each ground they stand on by 4.5 to 1, bars and lines by 3 to 1 (WCAG AA)."""
    words = [(ink, ground) for ink in ("ink", "soft", "accent") for ground in ("page", "card", "accent-tint")]
    words += [(light, f"{light}-tint") for light in ("green", "yellow", "red", "grey")] + [("yellow", "card")]
    shapes = [(f"{light}-bar", ground) for light in ("green", "yellow", "red", "grey") for ground in ("card",)]
    faint = [pair for pair in words if contrast(*(palette[name] for name in pair)) < LEAST_FOR_WORDS]
    assert [] == faint + [pair for pair in shapes if contrast(*(palette[name] for name in pair)) < LEAST_FOR_SHAPES]
