"""The top of the page: what it is about, and how the targets stand together."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ordos_targets.domain.assessment import Report, Summary
from ordos_targets.locale import _, named, pick
from ordos_targets.report.html.marks import chip_of, hundredths
from ordos_targets.report.html.parts import Count, Head
from ordos_targets.report.numbers import moment_text, percent
from ordos_targets.report.status_cells import elapsed_of

SHORT_HASH = 12


def head_of(report: Report) -> Head:
    """The head of a report's page."""
    completion, elapsed = report.summary.weighted_completion, elapsed_of(report)
    return Head(
        title=pick(report.name, report.name_en),
        subject=named(report.focus) if report.focus else "",
        days=tuple(_days(report)),
        targets=report.summary.targets,
        counts=tuple(_counts(report.summary)),
        completion=percent(completion),
        completion_fill=hundredths(completion or Fraction(0)),
        elapsed=percent(elapsed),
        elapsed_fill=hundredths(elapsed),
        ledger=_("Ledger: {entries} entries, hash {hash}").format(
            entries=f"{report.entries:,}", hash=report.head[:SHORT_HASH]
        ),
        hash=report.head,
    )


def _days(report: Report) -> Iterator[str]:
    yield _("as of {day}").format(day=report.as_of)
    if report.known_at:
        yield _("as known at {moment}").format(moment=moment_text(report.known_at))
    yield _("{share} of the period gone").format(share=percent(elapsed_of(report)))


def _counts(summary: Summary) -> Iterator[Count]:
    """How many targets are in each status that occurs, from the best to the worst, as parts of one strip."""
    before = Fraction(0)
    total = sum(summary.by_status.values())
    for status, count in summary.by_status.items():
        chip = chip_of(status)
        if count and chip:
            share = Fraction(count, total)
            yield Count(chip, count, hundredths(before), hundredths(share))
            before += share
