"""The burn-up chart: what a window shows of a target's year, and what stands for it where there is no window."""

from __future__ import annotations

import pytest
from office import Office

from ordos_targets import locale
from ordos_targets.cli.session import Session
from ordos_targets.report.burnup_chart import HEIGHT, Chart, burn_up_chart
from ordos_targets.report.table import text_width
from ordos_targets.report.terminal import render
from ordos_targets.usecases.status import StatusRequest, show

HEAD = """
title = "T"
year = 2025
[[districts]]
id = "east"
name = "东区"
[[districts]]
id = "west"
name = "西区"
[[targets]]
id = "t"
name = "指标"
unit = "个"
unit_en = "items"
"""
TOTAL = 'measure = "total"\ngoal = 10\n'


def chart_of(target: str, as_of: str, district: str | None = None) -> Chart:
    """The chart of a target of the folder's targets file."""
    chart = burn_up_chart(show(Session().workspace(), target, StatusRequest(as_of=as_of, district=district)))
    assert isinstance(chart, Chart)
    return chart


def picture(office: Office, toml: str, *entries: tuple[str, str], as_of: str = "2025-07-05", width: int = 60) -> str:
    """The chart of a target defined by `toml` after entries (value, day), without its title."""
    office.write(HEAD + toml)
    for value, day in entries:
        ran = office.run("record", "t", value, "--date", day, "--force")
        assert (0, "") == (ran.code, ran.err)
    return render([chart_of("t", as_of)], width).partition("\n\n")[2]


def test_the_course_is_drawn_against_the_plan(office: Office) -> None:
    """Four of ten by June: the plan rises to the goal, what was reached lies below it and leads to eight."""
    expected = """\
10 items ┤─────────────────────────────────────────────────·
         │                                             ····
 8 items ┤                                        ·····    ○
         │                                   ·····   ○○○○○○
 6 items ┤                              ·····  ○○○○○○
         │                        ······ ○○○○○○
 4 items ┤                    ····●●○○○○○
         │               ·····  ●●
 2 items ┤          ····· ●●●●●●
         │     ·····
 0 items ┤·····
         └┬───┬───┬───┬───┬───┬───┬────┬───┬───┬───┬───┬────
          Jan Feb Mar Apr May Jun Jul  Aug Sep Oct Nov Dec
─ goal ≥10 items  · planned  ○ projected 8 items
● reached 4 items
"""
    actual = picture(office, TOTAL, ("2", "2025-04-30"), ("2", "2025-06-30"))
    assert expected == actual


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [36, 60, 80, 120, 200])
@pytest.mark.usefixtures("full_year")
def test_no_line_of_a_chart_is_wider_than_the_window(width: int, language: str) -> None:
    """At any width every line fits, for every measure and scope, and every sign drawn is explained below."""
    locale.activate(language)
    for target in Session().workspace().goals.targets:
        chart = chart_of(target.id, "2025-07-05")
        lines = render([chart], width).splitlines()
        assert (target.id, []) == (target.id, [line for line in lines if text_width(line) > width])
        assert "└" in "".join(lines)
        legend = "".join(lines[2 + HEIGHT + 2 :])
        signs = {curve.glyph for curve in chart.curves}
        assert (target.id, signs) == (target.id, signs & set(legend))


@pytest.mark.usefixtures("full_year")
def test_the_signs_tell_the_curves_apart_without_colour() -> None:
    """No two curves share a sign, and without colour there is not a single escape in the same picture."""
    chart = chart_of("pilot", "2025-07-05")
    assert ["─", "·", "○", "●"] == [curve.glyph for curve in chart.curves]
    coloured, plainly = render([chart], 80, colour=True), render([chart], 80)
    assert ("\x1b[" in coloured, "\x1b" in plainly) == (True, False)


@pytest.mark.parametrize(("value", "reaches"), [("9.9999", False), ("10", True)])
def test_the_goal_is_touched_only_when_it_is_reached(value: str, reaches: bool, office: Office) -> None:  # noqa: FBT001
    """A picture does not flatter: what is short of the goal by a hair is drawn a line below it."""
    shown = picture(office, TOTAL, (value, "2025-06-30")).splitlines()
    [goal] = [line for line in shown if line.startswith("10 items")]
    assert reaches == ("●" in goal)


def test_no_figure_stands_beside_a_value_it_falls_short_of(office: Office) -> None:
    """With a goal of 22 the value 10 lies between two lines: 9 is drawn below the one that bears it."""
    shown = picture(office, 'measure = "total"\ngoal = 22\n', ("9", "2025-06-30")).splitlines()
    [ten] = [number for number, line in enumerate(shown) if line.startswith("10 items")]
    assert min(number for number, line in enumerate(shown) if "●" in line) > ten


def test_few_things_are_counted_on_rows_of_their_own(office: Office) -> None:
    """Of three, each number bears its value, and the one reached stands in the row of one."""
    shown = picture(office, 'measure = "total"\ngoal = 3\n', ("1", "2025-06-30")).splitlines()
    labels = {line.partition(" ┤")[0].strip(): "●" in line for line in shown if "┤" in line}
    assert {"3 items": False, "2 items": False, "1 item": True, "0 items": False} == labels


def test_a_cap_is_touched_as_soon_as_it_is_in_danger(office: Office) -> None:
    """Where less is better a value between two lines is drawn on the upper one."""
    toml = TOTAL + 'direction = "at_most"\n'
    shown = picture(office, toml, ("9.5", "2025-06-30"), as_of="2025-12-31").splitlines()
    assert "●" in next(line for line in shown if line.startswith("10 items"))


def test_before_anything_is_recorded_the_plan_is_drawn_alone(office: Office) -> None:
    """No figure is no zero: the plan and the goal are there, and the legend says that nothing was reached."""
    shown = picture(office, TOTAL)
    assert ("· planned", "● reached —") == tuple(shown.splitlines()[-1].split("  ")[1:])
    assert 1 == shown.count("●")
    assert "○" not in shown


def test_a_single_figure_is_a_point(office: Office) -> None:
    """One report so far is drawn as one point, and the projection begins there."""
    shown = picture(office, TOTAL, ("1", "2025-01-31"), as_of="2025-01-31", width=80)
    rows = "".join(shown.splitlines()[:HEIGHT])
    assert (1, True) == (rows.count("●"), "●○" in rows)


def test_a_projection_that_dwarfs_the_rest_leaves_the_picture(office: Office) -> None:
    """Nine in January would make 108: the scale stays the goal's, and the legend says how far it goes."""
    shown = picture(office, TOTAL, ("9", "2025-01-31"), as_of="2025-01-31")
    assert "projected 108 items" in shown
    assert shown.splitlines()[0].startswith(" " * len("10 items"))
    assert any(line.startswith("10 items") for line in shown.splitlines())


def test_a_projection_a_little_higher_than_the_rows_has_its_place(office: Office) -> None:
    """Nine by October of ten would make 10.8: more than ten things and fewer than eleven are drawn as well."""
    shown = picture(office, TOTAL, ("9", "2025-10-31"), as_of="2025-10-31").splitlines()
    assert (True, True) == ("○" in shown[1], shown[1].startswith("10 items"))


def test_growth_below_nothing_has_room_below_the_axis(office: Office) -> None:
    """A fall is drawn below 0 %, and the goal above it."""
    toml = 'measure = "growth"\ngoal = "20%"\n'
    shown = picture(office, toml, ("100", "2024-06-30"), ("94", "2025-06-30")).splitlines()
    marked = [number for number, line in enumerate(shown[:HEIGHT]) if "●" in line]
    [zero] = [number for number, line in enumerate(shown) if line.startswith(" 0.0%")]
    assert marked
    assert min(marked) > zero


def test_a_level_starts_at_its_base_and_not_at_nothing(office: Office) -> None:
    """From 100 to 180: the axis begins at 100, so that the year's part of it can be seen."""
    toml = 'measure = "level"\ngoal = 180\nbase = 100\n'
    rows = picture(office, toml, ("130", "2025-06-30")).splitlines()[:HEIGHT]
    assert ("180 items", "100 items") == (rows[0].partition(" ┤")[0], rows[-1].partition(" ┤")[0])


def test_where_every_district_counts_the_districts_at_the_goal_are_drawn(office: Office) -> None:
    """Under each the curve counts districts, by name in the legend, and the table off a terminal says the same."""
    toml = 'measure = "total"\nscope = "each"\ngoal = 4\nplan = "direct"\n'
    office.write(HEAD + toml)
    for district, value, day in (("east", "4", "2025-02-28"), ("west", "5", "2025-06-30")):
        office.run("record", "t", value, "--district", district, "--date", day)
    chart = chart_of("t", "2025-06-30")
    assert "─ all districts  ● districts at the goal: 2" in render([chart], 80).splitlines()[-1]
    rows = [line.split()[:2] for line in render([chart]).splitlines() if line.startswith("2025")]
    assert [["2025-02-28", "1/2"], ["2025-06-30", "2/2"]] == [rows[0], rows[-1]]


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.usefixtures("full_year")
def test_names_of_months_never_run_into_each_other(width: int) -> None:
    """Where there is no room for twelve names some are left out, and each that is there is whole."""
    locale.activate("zh")
    names = render([chart_of("st-funding", "2025-07-05")], width).splitlines()[2 + HEIGHT + 1].split()
    assert set(names) <= {f"{month}月" for month in range(1, 13)}
    assert len(names) in {4, 6, 12}


@pytest.mark.usefixtures("full_year")
def test_off_a_terminal_and_in_a_slit_of_a_window_the_table_stands_for_the_chart() -> None:
    """A mail and a file get the exact figures of every period; so does a window too narrow for a picture."""
    chart = chart_of("pilot", "2025-07-05")
    for shown in (render([chart]), render([chart], 20)):
        assert ("│" in shown, "Burn-up" in shown.replace("\n", "")) == (False, True)
    days = [line.split()[0] for line in render([chart]).splitlines() if line.startswith("2025")]
    assert ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30", "2025-07-05"] == days


def test_a_goal_of_two_years_is_marked_with_its_years(office: Office) -> None:
    """A longer period than a year names months with their years."""
    head = HEAD.replace("year = 2025", "period = { start = 2024-07-01, end = 2025-12-31 }")
    office.write(head + TOTAL)
    shown = render([chart_of("t", "2025-07-05")], 100)
    assert "2024-07" in shown
    assert "2025-07" in shown
