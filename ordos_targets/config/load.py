"""From the path of a targets file to the domain's goals. Whatever is wrong with the file, a Failure says so.

With a valid cache this module imports neither pydantic nor tomllib.
"""

from __future__ import annotations

import json
import os
from binascii import crc32
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ordos_targets import __version__
from ordos_targets.config.build import build
from ordos_targets.config.errors import (
    Fault,
    InvalidTargets,
    KeyPath,
    Problem,
    TargetsEmpty,
    TargetsFileMissing,
    TargetsIsFolder,
    TargetsNotFound,
    TargetsNotUtf8,
    TargetsTooLarge,
    TargetsUnreadable,
    dotted,
)
from ordos_targets.domain.targets import TargetSet

# Version history: 1 - the plain form alone, under the hash of its file. 2 - behind that file.
# 3 - the same form, after names that two targets share were refused.
CACHE_VERSION = 3
KEPT = 20
PREFIX = "goals-"


def recall(folder: Path, content: bytes) -> dict[str, Any] | None:
    """The plain form kept for a targets file of this `content`; None where there is none, or none that is whole."""
    try:
        head, _, body = _place(folder, content).read_bytes().partition(b"\n")
        if head != _head(body) or not body.startswith(content):
            return None
        plain = json.loads(body[len(content) :])
    except (OSError, ValueError, RecursionError):
        return None
    return plain if isinstance(plain, dict) else None


def keep(folder: Path, content: bytes, plain: Mapping[str, object]) -> None:
    """Keep the plain form of a targets file of this `content`, if the folder can be written; drop the oldest others."""
    body = content + json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    place = _place(folder, content)
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            _write(draft, _head(body) + b"\n" + body)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        _prune(folder)


def _head(body: bytes) -> bytes:
    return f"{CACHE_VERSION} {__version__} {crc32(body):08x}".encode()


def _place(folder: Path, content: bytes) -> Path:
    return folder / f"{PREFIX}{crc32(content):08x}.json"


def _write(path: Path, data: bytes) -> None:
    """Write a new file that only its owner can read. A dead process's unfinished one gives way."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def _prune(folder: Path) -> None:
    """Keep the newest files only; drafts left behind by a crash age out with the rest."""
    ours = [entry for entry in os.scandir(folder) if entry.name.startswith(PREFIX)]
    for entry in sorted(ours, key=lambda one: one.stat(follow_symlinks=False).st_mtime_ns)[:-KEPT]:
        with suppress(OSError):
            Path(entry.path).unlink()


FILE_NAME = "targets.toml"
MEGABYTES = 2
LIMIT = MEGABYTES * 1024 * 1024

__all__ = [
    "FILE_NAME",
    "InvalidTargets",
    "Problem",
    "TargetsEmpty",
    "TargetsFileMissing",
    "TargetsIsFolder",
    "TargetsNotFound",
    "TargetsNotUtf8",
    "TargetsTooLarge",
    "TargetsUnreadable",
    "find_targets",
    "load_goals",
]


def find_targets(start: Path) -> Path:
    """The targets.toml in the folder `start` or the closest one above it, like git finds its repository.

    In `start` itself the path is as short as `start` is; above it is absolute. Raises TargetsNotFound.
    """
    here = start / FILE_NAME
    if os.path.isfile(here):  # noqa: PTH113 - Path.is_file raises where a folder may not be entered
        return here
    try:
        folder = Path(os.path.abspath(start))  # noqa: PTH100 - a link's parent is where the person went through
    except OSError:  # the working directory is gone
        raise TargetsNotFound(folder=str(start)) from None
    for parent in folder.parents:
        if os.path.isfile(parent / FILE_NAME):  # noqa: PTH113
            return parent / FILE_NAME
    raise TargetsNotFound(folder=str(folder))


def load_goals(path: Path, *, cache_dir: Path | None, keeping: bool = True) -> TargetSet:
    """The goals of the targets file at `path`.

    `cache_dir` is the folder of this tool under XDG_CACHE_HOME, made where it is missing; None keeps nothing, and if
    not `keeping` it is only read from.
    Raises InvalidTargets with every problem at once, or another failure of `problems` where it cannot be read.
    """
    content = _read(path)
    kept = _recalled(cache_dir, content) if cache_dir else None
    if kept is not None:
        return kept
    plain = _validated(path, content)
    if cache_dir and keeping:
        keep(cache_dir, content, plain)
    return build(plain)


def _recalled(cache_dir: Path, content: bytes) -> TargetSet | None:
    plain = recall(cache_dir, content)
    try:
        return None if plain is None else build(plain)
    except (KeyError, TypeError, ValueError, ArithmeticError):  # whole, and yet not ours
        return None


def _read(path: Path) -> bytes:
    """The bytes of the file: not empty, not too many."""
    try:
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
    except FileNotFoundError as exc:
        raise TargetsFileMissing(file=str(path)) from exc
    except IsADirectoryError as exc:
        raise TargetsIsFolder(file=str(path)) from exc
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the path
        reason = exc.strerror if isinstance(exc, OSError) else None
        raise TargetsUnreadable(file=str(path), reason=reason or str(exc)) from exc
    if len(content) > LIMIT:
        raise TargetsTooLarge(file=str(path), megabytes=MEGABYTES)
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise TargetsEmpty(file=str(path))
    return content


def _validated(path: Path, content: bytes) -> dict[str, object]:
    """The plain form of the file's content."""
    from ordos_targets.config.convert import plain_form  # noqa: PLC0415 - brings pydantic
    from ordos_targets.config.rules import check  # noqa: PLC0415 - brings pydantic
    from ordos_targets.config.toml_source import NotTomlError, read_toml  # noqa: PLC0415 - brings tomllib

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise TargetsNotUtf8(file=str(path), line=content.count(b"\n", 0, exc.start) + 1) from exc
    try:
        raw = read_toml(text)
    except NotTomlError as exc:
        problem = Problem(str(path), exc.line, None, "", exc.message)
        raise InvalidTargets(str(path), (problem,)) from exc
    valid, faults = check(raw)
    if valid is None:
        raise InvalidTargets(str(path), _problems(str(path), text, raw, faults))
    return plain_form(valid)


def _problems(file: str, text: str, raw: Mapping[str, object], faults: list[Fault]) -> tuple[Problem, ...]:
    """The faults with their lines and targets, in line order."""
    from ordos_targets.config.toml_source import key_lines, line_of  # noqa: PLC0415 - needed only when something is wrong

    lines = key_lines(text)
    problems = [
        Problem(file, line_of(lines, fault.path), _target_id(raw, fault.path), _dotted(fault.path), fault.message)
        for fault in faults
    ]
    return tuple(sorted(problems, key=lambda problem: problem.line or 0))


def _in_a_target(path: KeyPath) -> bool:
    return len(path) > 1 and path[0] == "targets"


def _target_id(raw: Mapping[str, object], path: KeyPath) -> str | None:
    """The id of the target that `path` stands in, as written; None outside, or where it is no text."""
    rows = raw.get("targets")
    if not _in_a_target(path) or not isinstance(rows, list) or not isinstance(path[1], int):
        return None
    row = rows[path[1]]
    written = row.get("id") if isinstance(row, dict) else None
    return written if isinstance(written, str) else None


def _dotted(path: KeyPath) -> str:
    return dotted(path[2:] if _in_a_target(path) else path)
