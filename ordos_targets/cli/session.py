"""One run: its settings, streams and clock, and where its results go."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.locale import CATALOGUES, parse_language
from ordos_targets.report.formats import Format, View, render_text
from ordos_targets.report.output import STDOUT, Content, write_file, write_stream
from ordos_targets.report.sanitize import escape_control_characters
from ordos_targets.store.ledger import Ledger
from ordos_targets.store.open import kept_in
from ordos_targets.usecases.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    import typer

    from ordos_targets.report.burnup_chart import Chart
    from ordos_targets.report.table import Table


class UnknownLanguage(UsageError):
    code = "unknown_language"
    template = N_("Unknown language “{text}”. Available: {languages}.")


class OutputIsInput(UsageError):
    code = "output_is_input"
    template = N_("{path} is an input of the report and was not overwritten; choose another file.")


class BinaryToTerminal(UsageError):
    code = "binary_to_terminal"
    template = N_("The output is not text; write it to a file with -o FILE or > FILE.")


def clock() -> datetime:
    """Return now, as an aware time: the only clock there is."""
    return datetime.now(UTC)


def is_interactive() -> bool:
    """Return whether somebody can answer a question: stdin, and stderr where questions are shown, are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def print_message(line: str) -> None:
    """Print one line on stderr, without what a terminal would obey."""
    sys.stderr.write(f"{escape_control_characters(line)}\n")
    sys.stderr.flush()


def session_of(context: typer.Context) -> Session:
    """Return the session of a run. Raises UnknownLanguage."""
    session = context.find_root().ensure_object(Session)
    if session.lang is not None and parse_language(session.lang) is None:
        raise UnknownLanguage(text=session.lang, languages=list(CATALOGUES))
    return session


class Session:
    """The global options of a run and its streams.

    Attributes:
        targets_file: The targets file as given, or None to look for it.
        ledger: The ledger as given, or None for that of the targets file.
        lang: The language as given, or None; `main` has chosen it before the line is parsed.
        inputs: Real paths of the files that a result may not replace.
    """

    def __init__(self) -> None:
        self.targets_file: str | None = None
        self.ledger: str | None = None
        self.lang: str | None = None
        self.quiet = self.no_color = False
        self.inputs: set[str] = set()
        self.stdout: TextIO = sys.stdout

    @property
    def folder(self) -> Path:
        """Where relative paths start: the working directory, so that messages show paths as they were typed."""
        return Path()

    def workspace(self, *, update_cache: bool = True) -> Workspace:
        """Return the goals and their ledger; nothing is written, unless `update_cache`. Raises what loading raises."""
        workspace = open_workspace(
            folder=self.folder,
            targets_file=self.targets_file or None,
            ledger=self.ledger or None,
            cache_dir=cache_dir(),
            clock=clock,
            update_cache=update_cache,
        )
        self.protect(workspace.targets_file, *kept_in(workspace.ledger))
        return workspace

    def protect(self, *paths: Path) -> None:
        """Remember files that results are made from, so that none of them is written over."""
        self.inputs |= {os.path.realpath(path) for path in paths}

    def write_result(self, view: View, format_: Format = Format.TABLE, output: str | None = None) -> None:
        """Write a result to `output` (a file, `-` or None for stdout) in `format_`."""
        on_screen = output in {None, STDOUT} and format_ is Format.TABLE and self.stdout.isatty()
        self.write_content(self._drawn(view.tables()) if on_screen else render_text(view, format_), output)

    def write_content(
        self, content: Content, output: str | None, *, binary: bool = False, private: bool = False
    ) -> None:
        """Write `content` to `output`, as `write_result` does. Raises BinaryToTerminal, OutputIsInput."""
        if output in {None, STDOUT}:
            if (binary or isinstance(content, bytes)) and self.stdout.isatty():
                raise BinaryToTerminal
            write_stream(self.stdout, content)
            return
        path = self.folder / str(output)
        if any(_is_same(path, other) for other in self.inputs):
            raise OutputIsInput(path=str(path))
        write_file(path, content, private=private)

    def print_table(self, table: Table) -> None:
        """Print a table that says what was done; not under --quiet."""
        if not self.quiet:
            write_stream(self.stdout, self._drawn([table]))

    def print_lines(self, *lines: str) -> None:
        """Print lines that say what was done; not under --quiet."""
        if not self.quiet:
            write_stream(self.stdout, "".join(f"{escape_control_characters(line)}\n" for line in lines))

    def _drawn(self, tables: Iterable[Table | Chart]) -> str:
        """Return tables as they look in this window, or of their natural width where there is none."""
        from shutil import get_terminal_size

        from ordos_targets.report.terminal import render

        if not self.stdout.isatty():
            return render(tables)
        return render(tables, get_terminal_size().columns, colour=self._in_colour())

    def _in_colour(self) -> bool:
        plain = self.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not plain


def _is_same(path: Path, other: str) -> bool:
    """Whether two paths lead to one file, be it by links, another case or another name of the same."""
    with suppress(OSError, ValueError):  # ValueError: a NUL in the path, which writing will tell
        return os.path.realpath(path) == other or os.path.samefile(path, other)  # noqa: PTH121 - other is a text
    return False


def cache_dir() -> Path | None:
    """Return where validated goals are cached: under XDG_CACHE_HOME, or ~/.cache; None where there is no home."""
    root = os.environ.get("XDG_CACHE_HOME")
    if root and Path(root).is_absolute():
        return Path(root) / "ordos-targets"
    home = os.environ.get("HOME")
    return Path(home) / ".cache" / "ordos-targets" if home else None


def author(ledger: Ledger) -> str:
    """Return the user as the system knows them; empty where it does not, or where the ledger itself signs."""
    if ledger.signs:
        return ""
    name = os.environ.get("LOGNAME") or os.environ.get("USER")
    if name or not hasattr(os, "getuid"):
        return name or os.environ.get("USERNAME", "")
    import pwd  # not on every system

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
