"""Validated goals kept as plain JSON, so that most runs need neither pydantic nor tomllib. Harmless in every failure.

One file per content of targets.toml. Its first line names the cache's version, the package's and a checksum of the
rest: what was cut or altered is no hit. The rest is the targets file itself, byte for byte, so that nothing is ever
out of date, and its plain form. A checksum will do: a cryptographic one would take longer to load than all of this.
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

# Version history: 1 - the plain form alone, under the hash of its file. 2 - behind that file.
CACHE_VERSION = 2
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
