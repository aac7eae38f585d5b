"""From the path of a targets file to the goals, with a cache of the goals of files that were valid.

With the goals in the cache neither pydantic nor tomllib is imported, which halves the time of a run.
"""

from __future__ import annotations

import json
import os
from binascii import crc32
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ordos_targets import __version__
from ordos_targets.domain.errors import N_, InvalidData
from ordos_targets.domain.periods import Cadence, Period
from ordos_targets.domain.targets import (
    Checkpoint,
    Commitment,
    Direction,
    District,
    Item,
    Lights,
    Measure,
    Plan,
    PlanKind,
    Revision,
    Scope,
    Target,
    TargetSet,
)

FILE_NAME = "targets.toml"
MAX_MEGABYTES = 2
MAX_BYTES = MAX_MEGABYTES * 1024 * 1024

# Raised where a file that was valid may no longer be, or where its goals come out differently.
# Version history: 1 - a plain form. 2 - with the file. 3 - shared names refused. 4 - the goals by position.
CACHE_VERSION = 4
CACHED_TYPES = (TargetSet, Period, District, Target, Plan, Checkpoint, Revision, Lights, Item)
CACHED_FIELDS = crc32(repr([cls._fields for cls in CACHED_TYPES]).encode())
CACHE_PREFIX = "goals-"
MAX_CACHED = 20


class TargetsNotFound(InvalidData):
    code = "no_targets_file"
    template = N_("no targets.toml in {folder} or its parent folders; create one with `ordos-targets init`")


class TargetsFileMissing(TargetsNotFound):
    template = N_("{file} does not exist; create a targets file with `ordos-targets init`")


class TargetsIsFolder(InvalidData):
    code = "targets_is_folder"
    template = N_("{file} is a folder; give the path of the targets file")


class TargetsUnreadable(InvalidData):
    code = "targets_unreadable"
    template = N_("{file} cannot be read: {reason}")


class TargetsTooLarge(InvalidData):
    code = "targets_too_large"
    template = N_("{file} is larger than {megabytes} MB and cannot be a targets file; check the path")


class TargetsEmpty(InvalidData):
    code = "targets_empty"
    template = N_("{file} is empty; write a new one with `ordos-targets init --force`")


class TargetsNotUtf8(InvalidData):
    code = "targets_not_utf8"
    template = N_("{file}:{line}: not UTF-8 text; save the file as UTF-8 in your editor")


def find_targets(start: Path) -> Path:
    """Return the path of the targets.toml in the folder `start` or in the closest one above it, as git finds its own.

    In `start` itself the path is as short as `start` is; above it is absolute.

    Raises:
        TargetsNotFound: No folder has one.
    """
    path = start / FILE_NAME
    if os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises where a folder may not be entered
        return path
    try:
        folder = Path(os.path.abspath(start))  # noqa: PTH100 - a link's parent is where the person went through
    except OSError:  # the working directory is gone
        raise TargetsNotFound(folder=str(start)) from None
    for parent in folder.parents:
        if os.path.isfile(parent / FILE_NAME):  # noqa: PTH113
            return parent / FILE_NAME
    raise TargetsNotFound(folder=str(folder))


def load_goals(path: Path, *, cache_dir: Path | None, update_cache: bool = True) -> TargetSet:
    """Return the goals of the targets file at `path`.

    Args:
        path: The file.
        cache_dir: The folder of the cache, made where it is missing; None for no cache.
        update_cache: Whether goals that the cache does not have are written to it.

    Raises:
        InvalidTargets: With every problem of the file.
        InvalidData: The file is not there, cannot be read, or is no text.
    """
    content = _read(path)
    goals = read_cache(cache_dir, content) if cache_dir else None
    if goals is None:
        goals = _validated(path, content)
        if cache_dir and update_cache:
            write_cache(cache_dir, content, goals)
    return goals


def _read(path: Path) -> bytes:
    """Return the bytes of the file: not none, not too many."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as exc:
        raise TargetsFileMissing(file=str(path)) from exc
    except IsADirectoryError as exc:
        raise TargetsIsFolder(file=str(path)) from exc
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the path
        reason = exc.strerror if isinstance(exc, OSError) else None
        raise TargetsUnreadable(file=str(path), reason=reason or str(exc)) from exc
    if len(content) > MAX_BYTES:
        raise TargetsTooLarge(file=str(path), megabytes=MAX_MEGABYTES)
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise TargetsEmpty(file=str(path))
    return content


def _validated(path: Path, content: bytes) -> TargetSet:
    """Return the goals of a file's content; raise InvalidTargets with all its problems in line order."""
    from ordos_targets.config.convert import goals_of  # noqa: PLC0415 - brings pydantic
    from ordos_targets.config.errors import InvalidTargets, Problem, problem_of  # noqa: PLC0415 - a cached file has none
    from ordos_targets.config.rules import check  # noqa: PLC0415 - brings pydantic
    from ordos_targets.config.toml_source import NotTomlError, key_lines, line_of, read_toml  # noqa: PLC0415 - tomllib

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise TargetsNotUtf8(file=str(path), line=content.count(b"\n", 0, exc.start) + 1) from exc
    try:
        raw = read_toml(text)
    except NotTomlError as exc:
        raise InvalidTargets(str(path), (Problem(str(path), exc.line, None, "", exc.message),)) from exc
    file, faults = check(raw)
    if file is not None:
        return goals_of(file)
    lines = key_lines(text)
    problems = [problem_of(fault, str(path), line_of(lines, fault.path), raw) for fault in faults]
    raise InvalidTargets(str(path), tuple(sorted(problems, key=lambda problem: problem.line or 0)))


def read_cache(folder: Path, content: bytes) -> TargetSet | None:
    """Return the goals of a targets file of this `content`; None where the cache does not have them, or not whole."""
    try:
        head, _, body = _cache_path(folder, content).read_bytes().partition(b"\n")
        if head == _cache_head(body) and body.startswith(content):
            return _decoded(json.loads(body[len(content) :]))
    except (OSError, RecursionError, ValueError, TypeError, ArithmeticError, AttributeError, LookupError):
        pass  # not there, or not ours
    return None


def write_cache(folder: Path, content: bytes, goals: TargetSet) -> None:
    """Write the goals of a targets file of this `content` to the cache, if it can be written; remove the oldest."""
    body = content + json.dumps(goals, ensure_ascii=False, separators=(",", ":"), default=str).encode()
    path = _cache_path(folder, content)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            draft.unlink(missing_ok=True)  # of a process that died
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(_cache_head(body) + b"\n" + body)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        ours = [entry for entry in os.scandir(folder) if entry.name.startswith(CACHE_PREFIX)]
        for entry in sorted(ours, key=lambda entry: entry.stat(follow_symlinks=False).st_mtime_ns)[:-MAX_CACHED]:
            with suppress(OSError):
                Path(entry.path).unlink()


def _cache_head(body: bytes) -> bytes:
    return f"{CACHE_VERSION} {__version__} {CACHED_FIELDS:08x} {crc32(body):08x}".encode()


def _cache_path(folder: Path, content: bytes) -> Path:
    return folder / f"{CACHE_PREFIX}{crc32(content):08x}.json"


def _decoded(values: list[Any]) -> TargetSet:
    """Return the goals that are written as JSON: tuples as lists, decimals and days as texts."""
    goals: Any = TargetSet(*values)
    decoded: TargetSet = goals._replace(
        period=Period(*map(date.fromisoformat, goals.period)),
        districts=tuple(District(*row)._replace(aliases=tuple(row[-1])) for row in goals.districts),
        targets=tuple(map(_decoded_target, goals.targets)),
    )
    return decoded


def _decoded_target(values: list[Any]) -> Target:
    row: Any = Target(*values)
    kind, points = row.plan
    checkpoints = (Checkpoint(date.fromisoformat(by), _decimal(share), _decimal(value)) for by, share, value in points)
    decoded: Target = row._replace(
        measure=Measure(row.measure),
        goal=Decimal(row.goal),
        start=date.fromisoformat(row.start),
        due=date.fromisoformat(row.due),
        plan=Plan(PlanKind(kind), tuple(checkpoints)),
        scope=Scope(row.scope),
        direction=Direction(row.direction),
        commitment=Commitment(row.commitment),
        stretch=_decimal(row.stretch),
        base=_decimal(row.base),
        bases={district: Decimal(base) for district, base in row.bases.items()},
        split={district: Decimal(part) for district, part in row.split.items()},
        revisions=tuple(Revision(date.fromisoformat(on), Decimal(goal), why) for on, goal, why in row.revisions),
        weight=Decimal(row.weight),
        cadence=Cadence(row.cadence),
        lights=Lights(*map(Decimal, row.lights)),
        items=tuple(
            Item(id_, name, name_en, date.fromisoformat(due) if due else None) for id_, name, name_en, due in row.items
        ),
        aliases=tuple(row.aliases),
    )
    return decoded


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
