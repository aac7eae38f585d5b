"""One run: its settings, streams and clock, and how its results leave it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.report.formats import Format, View, render_text
from ordos_targets.report.output import STDOUT, Content, write_file, write_stream
from ordos_targets.report.sanitize import escape_control_characters
from ordos_targets.store.ledger import Ledger
from ordos_targets.store.open import kept_in
from ordos_targets.usecases.workspace import Workspace, open_workspace


def clock() -> datetime:
    """Now, as an aware time: the only clock there is."""
    return datetime.now(UTC)


if TYPE_CHECKING:
    from ordos_targets.report.burnup_chart import Chart
    from ordos_targets.report.table import Table


class OutputIsInput(UsageError):
    code = "output_is_input"
    template = N_("{path} is what the report is made from; write it to another file.")


class BinaryToTerminal(UsageError):
    code = "binary_to_terminal"
    template = N_("This is no text for a terminal; write it to a file, with -o FILE or > FILE.")


class Session:
    """What the global options said, and the streams of the run; `inputs` are the files a result may not replace."""

    def __init__(
        self,
        *,
        targets_file: str | None = None,
        ledger: str | None = None,
        quiet: bool = False,
        no_color: bool = False,
    ) -> None:
        self.targets_file, self.ledger = targets_file, ledger
        self.quiet, self.no_color = quiet, no_color
        self.inputs: set[str] = set()
        self.stdout: TextIO = sys.stdout

    @property
    def folder(self) -> Path:
        """Where relative paths start: the working directory, so that messages show paths as they were typed."""
        return Path()

    def workspace(self) -> Workspace:
        """The goals and their ledger. Raises what loading them raises."""
        workspace = open_workspace(
            folder=self.folder,
            targets_file=self.targets_file,
            ledger=self.ledger,
            cache_dir=cache_dir(),
            clock=clock,
        )
        self.protect(workspace.targets_file, *kept_in(workspace.ledger))
        return workspace

    def protect(self, *paths: Path) -> None:
        """Remember files that results are made from: none of them is ever written over."""
        self.inputs |= {os.path.realpath(path) for path in paths}

    def write_result(self, view: View, format_: Format = Format.TABLE, output: str | None = None) -> None:
        """Send a result to `output` (a file, `-` or None for stdout) in `format_`."""
        on_screen = output in {None, STDOUT} and format_ is Format.TABLE and self.stdout.isatty()
        self.publish_content(self._drawn(view.tables()) if on_screen else render_text(view, format_), output)

    def tell(self, table: Table) -> None:
        """Print a table that says what was done; not under --quiet."""
        if not self.quiet:
            write_stream(self.stdout, self._drawn([table]))

    def publish_content(
        self, content: Content, output: str | None, *, binary: bool = False, private: bool = False
    ) -> None:
        """Send `content` to `output` as `publish` does. Raises BinaryToTerminal, OutputIsInput."""
        if output in {None, STDOUT}:
            if (binary or isinstance(content, bytes)) and self.stdout.isatty():
                raise BinaryToTerminal
            write_stream(self.stdout, content)
            return
        path = self.folder / str(output)
        if any(_is_same(path, one) for one in self.inputs):
            raise OutputIsInput(path=str(path))
        write_file(path, content, private=private)

    def say_line(self, line: str, code: int) -> int:
        """Print one line, and hand back the exit code that goes with it."""
        write_stream(self.stdout, f"{line}\n")
        return code

    def tell_line(self, *lines: str) -> None:
        """Print lines that say what was done; not under --quiet."""
        if not self.quiet:
            write_stream(self.stdout, "".join(f"{escape_control_characters(line)}\n" for line in lines))

    def _drawn(self, tables: Iterable[Table | Chart]) -> str:
        """Return tables as they look in this window, or of their natural width where there is none."""
        from shutil import get_terminal_size  # noqa: PLC0415

        from ordos_targets.report.terminal import render  # noqa: PLC0415 - only tables need Rich

        if not self.stdout.isatty():
            return render(tables)
        return render(tables, get_terminal_size().columns, colour=self._in_colour())

    def _in_colour(self) -> bool:
        plain = self.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not plain


def is_interactive() -> bool:
    """Whether somebody is there to answer a question: at the keyboard, and in front of where questions are shown."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def warn(line: str) -> None:
    """Print one line on stderr."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _is_same(path: Path, other: str) -> bool:
    """Whether two paths lead to one file, be it by links, another case or another name of the same."""
    with suppress(OSError, ValueError):  # ValueError: a NUL in the path, which writing will tell
        return os.path.realpath(path) == other or os.path.samefile(path, other)  # noqa: PTH121 - other is a text
    return False


def cache_dir() -> Path | None:
    """Where validated goals are kept between runs: under XDG_CACHE_HOME, or ~/.cache; None where there is no home."""
    root = os.environ.get("XDG_CACHE_HOME")
    if root and Path(root).is_absolute():
        return Path(root) / "ordos-targets"
    home = os.environ.get("HOME")
    return Path(home) / ".cache" / "ordos-targets" if home else None


def author(ledger: Ledger) -> str:
    """Who is at the keyboard, as the system knows them; empty where it does not, or where the ledger knows better."""
    if ledger.signs:
        return ""
    named = os.environ.get("LOGNAME") or os.environ.get("USER")
    if named or not hasattr(os, "getuid"):
        return named or os.environ.get("USERNAME", "")
    import pwd  # noqa: PLC0415 - not on every system

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
