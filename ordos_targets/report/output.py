"""The output of results: the only module that opens, replaces and closes files, and knows `-` as standard output."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from ordos_targets.domain.errors import N_, AppError

STDOUT = "-"
# What can be written: a text, bytes, or pieces of either that are made as they are written.
Content = str | bytes | Iterable[str] | Iterable[bytes]


class OutputFailed(AppError):
    code = "output_failed"
    template = N_("{path} could not be written ({reason}); its earlier content is unchanged.")


class StdoutFailed(AppError):
    code = "stdout_failed"
    template = N_("The output could not be written ({reason}); what was printed is incomplete.")


def write_file(path: Path, content: Content, *, private: bool = False) -> None:
    """Replace the file at `path` with `content`, whole or not at all, and on disk when this returns.

    A link is followed, so that it remains a link. The file keeps its permissions; a new one that is `private` can be
    read by its owner alone. Raises OutputFailed, and what making the content raises; the old file is then unchanged.
    """
    import tempfile  # noqa: PLC0415 - most runs write to stdout

    # Path.exists raises where a folder may not be entered. A pipe or a device is written to, never replaced.
    if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113
        with _failures_as_output_failed(path), path.open("w", encoding="utf-8", newline="") as stream:
            write_stream(stream, content)
        return
    with _failures_as_output_failed(path):
        real = Path(os.path.realpath(path))  # unlike Path.resolve it does not fail on a circle of links
        handle, temporary = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in _pieces(content):
                with _failures_as_output_failed(path):
                    file.write(piece)
            with _failures_as_output_failed(path):
                file.flush()
                os.fsync(file.fileno())
        with _failures_as_output_failed(path):
            Path(temporary).chmod(_mode(real, private=private))
            Path(temporary).replace(real)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(real.parent)


def _pieces(content: Content) -> Iterator[bytes]:
    """Yield any content as bytes; text is UTF-8."""
    for piece in (content,) if isinstance(content, str | bytes) else content:
        yield piece.encode() if isinstance(piece, str) else piece


@contextlib.contextmanager
def _failures_as_output_failed(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise OutputFailed(path=str(path), reason=getattr(error, "strerror", None) or str(error)) from error


def _mode(path: Path, *, private: bool) -> int:
    """Return the permissions of the file there, or those a new file would get."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        if private:
            return 0o600
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


def write_stream(stream: TextIO, content: Content) -> None:
    """Write `content` to `stream`; when its reader has gone, no more of the content is made, and nothing is raised.

    Raises StdoutFailed for any other failure, such as a full disk.
    """
    pieces: Iterator[str | bytes] = iter((content,) if isinstance(content, str | bytes) else content)
    piece: str | bytes | None = ""
    while piece is not None:
        piece = next(pieces, None)  # outside of `try`: what making it raises is no failure of the stream
        try:
            if piece is None:
                stream.flush()
            elif isinstance(piece, bytes):
                stream.buffer.write(piece)
            else:
                stream.write(piece)
        except BrokenPipeError:
            silence(stream)
            return
        except OSError as error:
            silence(stream)
            raise StdoutFailed(reason=error.strerror or str(error)) from error


def silence(stream: TextIO) -> None:
    """Discard what is still written to `stream`, so that closing it at the end of the run cannot fail."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
