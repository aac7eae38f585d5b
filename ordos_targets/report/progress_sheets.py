"""The progress table that an office hands round (进展情况表), for the whole and for each district."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ordos_targets.domain.assessment import Report, TargetRow
from ordos_targets.domain.periods import elapsed_share
from ordos_targets.domain.targets import MONEY, Direction, District
from ordos_targets.locale import _, named, pick
from ordos_targets.report import numerals
from ordos_targets.report.numbers import gap_text, lacking_text, moment_text, percent
from ordos_targets.report.sheets import Align, Sheet, SheetColumn, SheetRow, Value
from ordos_targets.report.status_cells import INDENT, Line, grouped, lines_of, status_table, status_text, until

NAME, LIGHT = 1, 7


def progress_sheet(report: Report) -> Sheet:
    """All targets of the report, section by section, with each district's line below its target's."""
    return _sheet(
        report,
        name=_("Progress table"),
        district=report.focus,
        rows=_numbered(report),
        notes=tuple(note.text for note in status_table(report).notes),
    )


def district_sheets(report: Report) -> Iterator[Sheet]:
    """A sheet for each district with the targets it reports on; none where the report is about one district."""
    found: dict[str, tuple[District, list[Line]]] = {}
    for row in report.rows if report.focus is None else ():
        for one in row.districts:
            line = Line(named(row.target), INDENT, row.target, one.figures, one.before)
            found.setdefault(one.district.id, (one.district, []))[1].append(line)
    for district, lines in found.values():
        rows = (_row(number, line, named_here=True) for number, line in enumerate(lines, 1))
        yield _sheet(report, name=named(district), district=district, rows=rows)


def _sheet(
    report: Report, *, name: str, district: District | None, rows: Iterable[SheetRow], notes: tuple[str, ...] = ()
) -> Sheet:
    title = _("{title}: progress").format(title=pick(report.name, report.name_en))
    return Sheet(
        name=name,
        title=_("{text} ({remark})").format(text=title, remark=named(district)) if district else title,
        remark=" · ".join(_remark(report)),
        columns=_columns(),
        rows=tuple(rows),
        notes=notes,
        named_by=NAME,
        lit=LIGHT,
    )


def _columns() -> tuple[SheetColumn, ...]:
    return (
        SheetColumn(_("No."), 6, 7, Align.CENTER),
        SheetColumn(_("Target name"), 18, 34),
        SheetColumn(_("Goal"), 10, 20, Align.RIGHT),
        SheetColumn(_("Actual"), 10, 18, Align.RIGHT),
        SheetColumn(_("Completion"), 9, 12, Align.RIGHT),
        SheetColumn(_("Expected"), 9, 12, Align.RIGHT),
        SheetColumn(_("Gap"), 10, 18, Align.RIGHT),
        SheetColumn(_("Light"), 11, 16, Align.CENTER),
        SheetColumn(_("Owner"), 10, 18),
        SheetColumn(_("Remarks"), 18, 56),
    )


def _remark(report: Report) -> Iterator[str]:
    """The day, what part of the period is gone, and the unit of money where there is any."""
    yield _("as of {day}").format(day=report.as_of)
    if report.known_at:
        yield _("as known at {moment}").format(moment=moment_text(report.known_at))
    elapsed = elapsed_share(report.as_of, report.period.start, report.period.end)
    yield _("{share} of the period gone").format(share=percent(elapsed))
    if any(row.target.goal_unit == MONEY for row in report.rows):
        yield _("money in {unit}").format(unit=numerals.money_unit())


def _numbered(report: Report) -> Iterator[SheetRow]:
    """The rows under their headings: targets count through, their districts as parts of them."""
    number = 0
    for heading, rows in grouped(report):
        if heading:
            yield SheetRow((heading,))
        for row, about in rows:
            number += 1
            for part, line in enumerate(lines_of(row, about, report)):
                yield _row(f"{number}.{part}" if part else number, line, named_here=about is not None)


def _row(number: str | int, line: Line, *, named_here: bool = False) -> SheetRow:
    """A line's cells; `named_here` where no line above tells which target it is about."""
    target, figures = line.target, line.figures
    own = line.row is not None or named_here
    values: tuple[Value, ...] = (
        number,
        line.name,
        numerals.goal(target, figures.goal, each=line.counts_districts),
        numerals.actual(target, figures.actual),
        numerals.share(figures.completion, up=figures.is_cap),
        numerals.share(figures.expected),
        numerals.gap(target, figures, districts=line.counts_districts),
        status_text(figures) if figures.status else None,
        pick(target.owner, target.owner_en) if own else "",
        _("; ").join([*_remarks(line), *([target.note] if own and target.note else [])]),
    )
    return SheetRow(values, 0 if own else 1)


def _remarks(line: Line) -> Iterator[str]:
    """What the figures do not say by themselves."""
    target, figures = line.target, line.figures
    if line.row is not None:
        yield from _districts_there(line.row)
    if figures.estimate and figures.actual is not None:
        yield _("estimate")
    if figures.surplus and not line.counts_districts:
        capped = target.direction is Direction.AT_MOST
        said = _("{amount} below the limit") if capped else _("{amount} beyond the goal")
        yield said.format(amount=gap_text(target, figures.surplus, up=False))
    if figures.gap_amount:
        yield _("{amount} still needed this year").format(amount=lacking_text(target, figures))
    if figures.stale:
        yield _("Report overdue: {names}").format(names=until(figures.data_date))


def _districts_there(row: TargetRow) -> Iterator[str]:
    if row.districts_total is not None:
        yield _("{meeting} of {total} districts are at the goal").format(
            meeting=row.districts_meeting, total=row.districts_total
        )
