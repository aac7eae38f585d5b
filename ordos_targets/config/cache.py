"""Validated goals kept as plain JSON, so that most runs need neither pydantic nor tomllib. Harmless in every failure.

One file per content of targets.toml: its name is a hash of the cache's version, the package's version and the file's
bytes, so nothing is ever out of date. The first line is the SHA-256 of the rest: what was cut or altered is no hit.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from ordos_targets import __version__

# Version history of the plain form: 1 - first.
CACHE_VERSION = 1
KEPT = 20
PREFIX = "goals-"


def recall(folder: Path, content: bytes) -> dict[str, Any] | None:
    """The plain form kept for a targets file of this `content`; None where there is none, or none that is whole."""
    try:
        checksum, _, text = _place(folder, content).read_bytes().partition(b"\n")
        if checksum != sha256(text).hexdigest().encode():
            return None
        plain = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return None
    return plain if isinstance(plain, dict) else None


def keep(folder: Path, content: bytes, plain: Mapping[str, object]) -> None:
    """Keep the plain form of a targets file of this `content`, if the folder can be written; drop the oldest others."""
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    place = _place(folder, content)
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            _write(draft, sha256(text).hexdigest().encode() + b"\n" + text)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        _prune(folder)


def _place(folder: Path, content: bytes) -> Path:
    version = f"{CACHE_VERSION} {__version__}\n".encode()
    return folder / f"{PREFIX}{sha256(version + content).hexdigest()}.json"


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
