"""The burn-up charts of the page: axes that read well, lines that are where the figures are."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from office import Office, drafts, fill
from pages import Element, read_page

from ordos_targets import locale
from ordos_targets.report.burnup_chart import DayAxis, ValueAxis, rounded_axis
from ordos_targets.report.html.chart import WIDTH, Canvas, value_label

DAY = "2025-07-05"


def figure(office: Office, target: str, *arguments: str, language: str = "en", as_of: str = DAY) -> Element:
    """The chart of one target."""
    ran = office.run("--lang", language, "report", target, "--as-of", as_of, "--format", "html", *arguments)
    return read_page(ran.out).one("figure")


def legend(chart: Element) -> list[str]:
    return [element.text for element in chart.one("ul", "legend").all("li")]


def labels(chart: Element, css: str) -> list[str]:
    return [element.text for element in chart.all("text", css)]


def points(line: Element) -> list[tuple[float, float]]:
    """The places of a line's points."""
    pairs = (pair.split(",") for pair in line.attributes["points"].split())
    return [(float(x), float(y)) for x, y in pairs]


def test_the_lines_are_where_the_figures_are(full_year: Office) -> None:
    """Four of ten stand at two fifths of the height, the plan ends at the goal, the projection at eight tenths."""
    chart = figure(full_year, "pilot")
    reached, plan, projection = (points(chart.one("polyline", css)) for css in ("reached", "plan", "projection"))
    bottom, top = reached[0][1], plan[-1][1]
    assert f"M{plan[0][0]} {top}H346" == chart.one("svg", "drawing").one("path", "goal").attributes["d"]
    share = [(bottom - y) / (bottom - top) for _x, y in (reached[-1], plan[0], projection[0], projection[-1])]
    assert pytest.approx([0.4, 0, 0.4, 0.8], abs=0.001) == share
    assert (reached[-1], plan[-1][0]) == (projection[0], projection[-1][0])


def test_the_figures_of_the_lines_are_written_beside_them(full_year: Office) -> None:
    """Each line's key bears its name and the figure it stands at, in both languages."""
    english = ["Actual 75m yuan", "Expected 100m yuan", "Goal ≥200m yuan", "Projected 150m yuan"]
    chinese = ["完成值 7,500万元", "序时进度 1亿元", "目标值 ≥2亿元", "期末预测 1.5亿元"]
    assert english == legend(figure(full_year, "st-funding"))
    assert chinese == legend(figure(full_year, "st-funding", language="zh"))


def test_a_chart_can_be_heard(full_year: Office) -> None:
    """A screen reader is told the name, where each line stands, and what was reached at the end of each month."""
    drawing = figure(full_year, "pilot").one("svg", "drawing")
    assert "Pilot-scale projects landed" == drawing.one("title").text
    assert (
        "Actual: 4 projects; Expected: 5 projects; Goal: ≥10 projects; Projected: 8 projects; "
        "2025-01-31: 0 projects; 2025-02-28: 1 project; 2025-03-31: 1 project; 2025-04-30: 2 projects; "
        "2025-05-31: 3 projects; 2025-06-30: 4 projects; 2025-07-05: 4 projects"
    ) == drawing.one("desc").text


def test_where_every_district_counts_the_chart_counts_districts(full_year: Office) -> None:
    """For such a target the line is the number of districts at the goal, the goal line all of them, with no plan."""
    chart = figure(full_year, "fiscal")
    assert ["Districts at the goal 5/9", "Goal each ≥20%"] == legend(chart)
    assert ["0", "2", "4", "6", "8", "10"] == labels(chart, "end")
    assert ([], []) == (chart.all("polyline", "plan"), chart.all("polyline", "projection"))


def test_the_plan_is_straight_on_the_day_of_the_report(full_year: Office) -> None:
    """In the middle of a month an even plan does not bend: every month has one point, the day itself none."""
    plan = points(figure(full_year, "pilot").one("polyline", "plan"))
    slopes = [(y - below) / (x - left) for (left, below), (x, y) in pairwise(plan)]
    assert 13 == len(plan)
    assert pytest.approx([slopes[0]] * 12, rel=0.02) == slopes


def test_a_level_begins_at_its_base(office: Office) -> None:
    """The axis of a level with a base need not reach down to nothing."""
    goal = 'id = "x"\nname = "X"\nmeasure = "level"\ngoal = 80\nbase = 60\n'
    office.write(f'title = "T"\nyear = 2025\n[[targets]]\n{goal}')
    fill(office.ledger, drafts(['{"target": "x", "date": "2025-06-30", "kind": "reading", "value": "72", "by": "x"}']))
    chart = figure(office, "x")
    assert ["60", "65", "70", "75", "80", "85"] == labels(chart, "end")
    assert ["Actual 72", "Expected 70", "Goal ≥80", "Projected 84"] == legend(chart)


@pytest.mark.parametrize("as_of", ["2024-12-30", "2025-01-01", "2025-12-31", "2026-01-15"])
def test_every_day_can_be_drawn(as_of: str, full_year: Office) -> None:
    """Before, at the edges of and after the year every line stays within the drawing."""
    ran = full_year.run("report", "--as-of", as_of, "--format", "html")
    for chart in read_page(ran.out).all("figure"):
        for x, y in [place for line in chart.all("polyline") for place in points(line)]:
            assert (True, True) == (0 <= x <= 360, 0 <= y <= 172)


@pytest.mark.parametrize(
    ("values", "whole", "marks"),
    [
        ([0, 10], True, [0, 2, 4, 6, 8, 10]),
        ([0, 3], True, [0, 1, 2, 3]),
        ([0, 9], True, [0, 2, 4, 6, 8, 10]),
        ([0, 1], True, [0, 1]),
        ([0, 0], True, [0, 1]),
        ([0, 1], False, ["0", "1/5", "2/5", "3/5", "4/5", "1"]),
        ([-7, 20], False, [-10, 0, 10, 20]),
        ([0, 200_000_000], False, [0, 50_000_000, 100_000_000, 150_000_000, 200_000_000]),
        ([60, 80], True, [60, 65, 70, 75, 80]),
        ([0, "1/1000"], False, ["0", "1/5000", "1/2500", "3/5000", "1/1250", "1/1000"]),
    ],
)
def test_values_are_marked_in_round_steps(values: list[int | str], whole: bool, marks: list[int | str]) -> None:  # noqa: FBT001
    """Steps are 1, 2 or 5 times a power of ten, of whole things never less than one, and hold every value."""
    assert [Fraction(mark) for mark in marks] == rounded_axis([Fraction(value) for value in values], whole=whole).marks


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        (50_000_000, "元", "50m yuan", "5,000万元"),
        (20, "%", "20%", "20%"),
        ("1/2", "%", "0.5%", "0.5%"),
        (1200, "家", "1,200", "1,200"),
        (-10, "%", "−10%", "−10%"),
    ],
)
def test_values_are_labelled_in_units_that_read_well(value: int | str, unit: str, english: str, chinese: str) -> None:
    """Money is said in the language's own large units; the unit of counted things stands in the key."""
    labels = []
    for language in ("en", "zh"):
        locale.activate(language)
        labels.append(value_label(Fraction(value), unit))
    assert [english, chinese] == labels


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2024, 12, 31), date(2025, 12, 31), ["Jan", "Mar", "May", "Jul", "Sep", "Nov"]),
        (date(2025, 3, 31), date(2025, 9, 15), ["Apr", "May", "Jun", "Jul", "Aug", "Sep"]),
        (date(2025, 5, 9), date(2025, 5, 20), ["May"]),
        (date(2023, 12, 31), date(2025, 12, 31), ["2024-01", "2024-05", "2024-09", "2025-01", "2025-05", "2025-09"]),
    ],
)
def test_months_are_named_as_far_as_there_is_room(first: date, last: date, expected: list[str]) -> None:
    """At most six months are named, evenly; with the year where there is more than one; each within the drawing."""
    locale.activate("en")
    canvas = Canvas(DayAxis(first, last), ValueAxis(Fraction(0), Fraction(1), Fraction(1)), 0)
    marks = list(canvas.month_marks())
    assert expected == [mark.label for mark in marks]
    assert [] == [mark.at for mark in marks if not 0 <= float(mark.at) <= WIDTH]
