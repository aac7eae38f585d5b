"""Questions at a terminal: for what an entry still needs, and whether a doubtful figure is meant.

Questions go to stderr; answers are read like arguments. A question stands on a line of its own and the prompt is plain,
so that no wide character shifts the line being edited.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from ordos_targets.cli.session import print_message
from ordos_targets.domain.entry_values import parse_entry_value
from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.domain.names import ITEM, Identified, completions, resolve
from ordos_targets.domain.targets import Measure, Scope, Target
from ordos_targets.locale import _, named, translate
from ordos_targets.report.table import GUTTER, text_width
from ordos_targets.usecases.entry_checks import check_day
from ordos_targets.usecases.record import RecordRequest
from ordos_targets.usecases.workspace import Workspace

PROMPT = "> "
NOTHING_NEW = "0"
YES = {"y", "yes", "是", "是的", "对", "好"}

T = TypeVar("T")
N = TypeVar("N", bound=Identified)


class Declined(UsageError):
    code = "declined"
    template = N_("Nothing was recorded.")


def confirm(doubts: Iterable[str], question: str) -> None:
    """Print what is doubtful, and ask for a yes, in either language. Raises Declined on any other answer."""
    for doubt in doubts:
        print_message(doubt)
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().casefold() not in YES:
        raise Declined from None


def prompt_missing(workspace: Workspace, request: RecordRequest) -> RecordRequest:
    """Return the request with all asked for that it lacks: target, district, value and day.

    Raises what reading the given parts raises; KeyboardInterrupt or EOFError where a question is left unanswered.
    """
    if hasattr(sys.stdin, "reconfigure"):  # what is no text in the terminal's encoding is an answer too, a bad one
        sys.stdin.reconfigure(errors="replace")
    target = workspace.target(request.target) if request.target else _ask_target(workspace)
    district = workspace.district(request.district).id if request.district else _ask_district(workspace, target)
    value = request.value or _ask_value(target, to_date=request.to_date)
    day = f"{workspace.day(request.date)}" if request.date else _ask_day(workspace)
    return request._replace(target=target.id, district=district, value=value, date=day)


def _ask_target(workspace: Workspace) -> Target:
    targets = sorted(workspace.goals.targets, key=lambda target: not target.headline)
    if not targets:
        return workspace.target("")  # says that the file names none
    question = _("Which target? Enter its number in this list, its id, or part of its name.")
    return _answer(question, lambda text: _chosen(text, targets, workspace.target), targets)


def _ask_district(workspace: Workspace, target: Target) -> str | None:
    if target.scope is Scope.WHOLE:
        return None
    districts = workspace.goals.districts
    question = _("Which district? Enter its number in this list, its id, or part of its name.")
    return _answer(question, lambda text: _chosen(text, districts, workspace.district), districts).id


def _ask_value(target: Target, *, to_date: bool) -> str:
    """Ask for a value that can be parsed, and return it as typed; of a checklist, an item's id."""

    def read(text: str) -> str:
        if target.items and text != NOTHING_NEW:
            return _chosen(text, target.items, lambda name: resolve(name, target.items, ITEM)).id
        parse_entry_value(text, target, to_date=to_date)
        return text

    return _answer(_value_question(target, to_date=to_date), read, target.items)


def _value_question(target: Target, *, to_date: bool) -> str:
    """Return what figure is asked for, and how it is written."""
    if target.measure is Measure.CHECKLIST:
        return _("Which item is finished? Enter its number in this list, or part of its name; 0 if none is finished.")
    if target.measure is Measure.SHARE:
        pooled = target.scope is Scope.PARTS
        return _("Numerator and denominator? For example {example}.").format(
            example="183/651" if pooled else _("183/651 or 28.1%")
        )
    if target.measure is Measure.GROWTH:
        question = _("Total of the year so far? The growth is computed from it. For example {example}.")
    elif target.measure is Measure.LEVEL:
        question = _("Value on that day? For example {example}.")
    elif to_date:
        question = _("Total so far? For example {example}.")
    else:
        question = _("Added since the last entry? For example {example}.")
    return question.format(example="2亿元" if target.is_money else f"2{target.unit}")


def _ask_day(workspace: Workspace) -> str:
    """Ask for a day, not later than today, and return it in ISO form; today for an empty answer."""

    def read(text: str) -> str:
        day = workspace.day(text or None)
        check_day(day, workspace.today)
        return f"{day}"

    question = _("Date of the figure? For example 2025-06-30, 2025-06 or 2025Q2; press Enter for today, {today}.")
    return _answer(question.format(today=workspace.today), read, empty=True)


def _answer(question: str, read: Callable[[str], T], choices: Sequence[Identified] = (), *, empty: bool = False) -> T:
    """Return what `read` makes of the first answer that it takes; print why it refuses one."""
    for line in (question, *_numbered(choices)):
        print_message(line)
    while True:
        text = _line(choices).strip()
        if not text and not empty:
            continue
        try:
            return read(text)
        except UsageError as failure:
            print_message(translate(failure.message))


def _numbered(things: Sequence[Identified]) -> Iterator[str]:
    """Yield the things with their numbers, a line each."""
    widest = max((text_width(named(thing)) for thing in things), default=0)
    for number, thing in enumerate(things, 1):
        name = named(thing)
        gap = " " * (widest - text_width(name) + GUTTER)
        yield f"{number:>4}  {name}" + (f"{gap}{thing.id}" if thing.id != name else "")


def _chosen(text: str, things: Sequence[N], otherwise: Callable[[str], N]) -> N:
    """Return the thing of this number in the list, unless the text is an id; for any other text ask `otherwise`."""
    is_number = text.isdecimal() and text not in {thing.id for thing in things}
    return things[int(text) - 1] if is_number and 1 <= int(text) <= len(things) else otherwise(text)


def _line(choices: Sequence[Identified]) -> str:
    """Return what is typed on one line. Raises EOFError where there is no more to come."""
    if sys.stdout.isatty():  # else the prompt would go where the result goes
        with _completing(choices):
            return input(PROMPT)
    sys.stderr.write(PROMPT)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


@contextmanager
def _completing(choices: Sequence[Identified]) -> Iterator[None]:
    """Let the line be edited, and Tab complete it to an id, where this Python has readline."""
    try:
        import readline  # not every system has it
    except ImportError:
        yield
        return

    def complete(text: str, state: int) -> str | None:
        ids = [thing.id for thing in completions(text, choices)]
        return ids[state] if state < len(ids) else None

    readline.set_completer_delims("")  # the whole line is one name
    readline.set_completer(complete)
    readline.parse_and_bind("bind ^I rl_complete" if "libedit" in (readline.__doc__ or "") else "tab: complete")
    try:
        yield
    finally:
        readline.set_completer(None)
