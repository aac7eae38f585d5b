"""Where results go: the one place that opens, replaces and closes files, and knows that `-` is standard output."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TextIO

from ordos_targets.domain.errors import Failure
from ordos_targets.domain.messages import N_

STDOUT = "-"


class OutputFailed(Failure):
    code = "output_failed"
    template = N_("Cannot write {path} ({reason}); what was there before is unchanged.")


class StdoutFailed(Failure):
    code = "stdout_failed"
    template = N_("Cannot write the output ({reason}); what was printed is not whole.")


def write_file(path: Path, text: str) -> None:
    """Replace the file at `path` with `text` (UTF-8), whole or not at all, and on disk when this returns.

    A link is followed, so that it stays a link; the file keeps its permissions. Raises OutputFailed.
    """
    import tempfile  # noqa: PLC0415 - most runs write to stdout

    real = Path(os.path.realpath(path))  # unlike Path.resolve it bears a circle of links
    if real.exists() and not real.is_file():  # a pipe or a device is written to, never replaced
        _write_into(path, text)
        return
    try:
        handle, temporary = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(_mode(real))
            Path(temporary).replace(real)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(real.parent)
    except OSError as error:
        raise OutputFailed(path=str(path), reason=error.strerror or str(error)) from error


def _write_into(path: Path, text: str) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            write_stream(file, text)
    except OSError as error:
        raise OutputFailed(path=str(path), reason=error.strerror or str(error)) from error


def _mode(path: Path) -> int:
    """The permissions of the file there, or those a new file would get."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask


def _sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_stream(stream: TextIO, text: str) -> None:
    """Write `text` to `stream`. A reader that has gone away is no failure; a full disk is: raises StdoutFailed."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        silence(stream)
    except OSError as error:
        silence(stream)
        raise StdoutFailed(reason=error.strerror or str(error)) from error


def silence(stream: TextIO) -> None:
    """Send what is still to come on `stream` nowhere, so that closing it at the end of the run cannot fail."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
