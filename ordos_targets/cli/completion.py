"""What may stand at a shell's cursor: completers for Typer's `autocompletion=`.

Typer offers what begins with the text at the cursor; each candidate comes with its meaning, which bash does not show.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from ordos_targets.domain.names import Identified
    from ordos_targets.usecases.workspace import Workspace

PATIENCE = 2  # seconds; nobody waits longer at a prompt
NEWEST = 50

Candidate = tuple[str, str]


def quick(
    candidates: Callable[[typer.Context, str], Iterable[Candidate]],
) -> Callable[[typer.Context, str], list[Candidate]]:
    """Return a completer that gives nothing where `candidates` raises, or takes longer than PATIENCE."""

    def complete(context: typer.Context, incomplete: str) -> list[Candidate]:
        with suppress(Exception), _time_limit():
            return list(candidates(context, incomplete))
        return []

    return complete


@contextmanager
def _time_limit() -> Iterator[None]:
    """Raise TimeoutError after PATIENCE seconds, where the system can: a ledger may be locked, or far away."""
    import signal

    def stop(_signal: int, _frame: object) -> None:
        raise TimeoutError

    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def complete_language(incomplete: str) -> list[str]:
    """Return the languages."""
    from ordos_targets.locale import CATALOGUES

    return [name for name in CATALOGUES if name.startswith(incomplete)]


@quick
def complete_status(_context: typer.Context, incomplete: str) -> Iterator[Candidate]:
    """Yield each status that may follow the last comma, with the text before it."""
    from ordos_targets.locale import _
    from ordos_targets.report.labels import STATUS

    before, comma, _last = incomplete.rpartition(",")
    for status, word in STATUS.items():
        if status.value not in before.split(","):
            yield f"{before}{comma}{status.value}", _(word)


@quick
def complete_target(context: typer.Context, incomplete: str) -> Iterator[Candidate]:
    """Yield the targets that are not on the line yet."""
    given = context.params.get("targets") or ()
    yield from _names([one for one in _workspace(context).goals.targets if one.id not in given], incomplete)


@quick
def complete_district(context: typer.Context, incomplete: str) -> Iterator[Candidate]:
    """Yield the districts."""
    yield from _names(_workspace(context).goals.districts, incomplete)


@quick
def complete_item(context: typer.Context, incomplete: str) -> Iterator[Candidate]:
    """Yield the items of the checklist on the line; other targets have none."""
    yield from _names(_workspace(context).target(context.params["target"]).items, incomplete)


@quick
def complete_entry(context: typer.Context, _incomplete: str) -> Iterator[Candidate]:
    """Yield the numbers of the newest entries that stand, the newest first."""
    from ordos_targets.locale import named
    from ordos_targets.report.entries import value_text
    from ordos_targets.store.ledger import Query

    workspace = _workspace(context)
    with workspace.ledger.reading() as ledger:
        entries = [listed.entry for listed in ledger.entries(Query(last=NEWEST))]
    for entry in reversed(entries):
        target = workspace.target_of(entry)
        if target is not None:
            places = [named(district) for district in workspace.goals.districts if district.id == entry.district]
            yield str(entry.seq), _clean(" ".join([f"{entry.date}", named(target), *places, value_text(entry, target)]))


def _names(things: "Sequence[Identified]", incomplete: str) -> Iterator[Candidate]:
    """Yield ids with names; and names, which commands take as well, where one is being typed that needs no quotes."""
    from ordos_targets.locale import named

    for thing in things:
        yield thing.id, _clean(named(thing))
        if incomplete and thing.name.isidentifier():
            yield thing.name, thing.id


def _clean(text: str) -> str:
    """Return a text from a file without what zsh would evaluate, or Rich read as markup."""
    from ordos_targets.report.sanitize import escape_control_characters

    return escape_control_characters(re.sub(r"""[\\$`"'\[\]]""", " ", text))


def _workspace(context: typer.Context) -> "Workspace":
    """Return the goals and ledger that the line or the environment names; nothing is written, not even the cache."""
    from ordos_targets.cli.session import session_of

    return session_of(context).workspace(update_cache=False)
