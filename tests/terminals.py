"""A terminal with a program on it and somebody in front: what shows is waited for, then keys are pressed."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from children import PATIENCE, command, surroundings

# A terminal sends Ctrl-C to the processes it controls.
CONTROLLED = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)"
INTERRUPT = "\x03"
# What only moves the cursor, sets a colour or a mode, or names the window.
ESCAPES = re.compile(r"\x1b\[[0-9;?>=]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>]|[\r\x07]")


class Terminal:
    """A program run on a terminal of its own, 80 columns wide unless said otherwise; left, it is ended."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        *,
        env: Mapping[str, str] | None = None,
        stdout: int | None = None,
        columns: int = 80,
    ) -> None:
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        begin = [sys.executable, "-c", f"{CONTROLLED}\nimport os, sys\nos.execvp(sys.argv[1], sys.argv[1:])"]
        self._process = subprocess.Popen(
            [*begin, *command],
            cwd=folder,
            env=surroundings(LANG="C.UTF-8", TERM="xterm") | dict(env or {}),
            stdin=theirs,
            stdout=theirs if stdout is None else stdout,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._raw = b""
        self._seen = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(timeout=PATIENCE)
        os.close(self._ours)

    @property
    def raw(self) -> str:
        """All that was shown so far, to the last escape."""
        return self._raw.decode(errors="replace")

    @property
    def shown(self) -> str:
        """All that was shown so far, without what only moves the cursor or sets a colour."""
        return ESCAPES.sub("", self.raw)

    def wait_for(self, text: str) -> str:
        """What was shown since the last time up to `text`, which it waits for."""
        while text not in self.shown[self._seen :]:
            assert self._hear(), f"{text!r} never came after {self.shown[self._seen :]!r}"
        start, self._seen = self._seen, self.shown.index(text, self._seen) + len(text)
        return self.shown[start : self._seen]

    def press(self, keys: str) -> None:
        """Type on the keyboard."""
        os.write(self._ours, keys.encode())

    def end(self, press: str = "") -> tuple[int, str]:
        """The exit code once the program has ended by itself, and what was shown since the last time.

        Keys to `press` may be lost on a program that sets up the terminal, so they are pressed until something shows.
        An interrupt is not lost, but goes unnoticed by a program just about to wait for a line: so a line follows it.
        """
        if press:
            self.press(press)
        while self._hear(again="\n" if press == INTERRUPT else press):
            pass
        return self._process.wait(timeout=PATIENCE), self.shown[self._seen :]

    def _hear(self, again: str = "") -> bool:
        """Whether anything more came; nothing does once the program is over, or is silent for too long."""
        for _second in range(PATIENCE):
            if select.select([self._ours], [], [], 1)[0]:
                break
            if again:
                self.press(again)
        else:
            return False
        try:
            piece = os.read(self._ours, 1 << 16)
        except OSError:  # the last program has left
            return False
        self._raw += piece
        return bool(piece)


def on_terminal(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None, at: str = "", press: str = ""
) -> tuple[int, str]:
    """One run of the command line: its exit code and all it showed, escapes too; where `at` shows, keys are pressed."""
    with Terminal(command(*arguments), folder, env=env) as terminal:
        if at:
            terminal.wait_for(at)
        code, _rest = terminal.end(press)
        return code, terminal.raw
