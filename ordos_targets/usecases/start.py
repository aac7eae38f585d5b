"""A starting targets.toml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ordos_targets.config.template import blank, starter, write_starter


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest:
    """What the file should be: the shipped goals, or, if `empty` or any fact of it is given, a blank one."""

    empty: bool = False
    title: str | None = None
    title_en: str | None = None
    year: int | None = None
    timezone: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether a blank file is wanted."""
        return self.empty or any((self.title, self.title_en, self.year, self.timezone))


def start(path: Path, request: StartRequest, *, this_year: int, force: bool) -> None:
    """Write a starting file to `path`. Raises AlreadyExists (without `force`), UnfitTitle, CannotWrite."""
    text = starter()
    if request.is_blank:
        year = request.year or this_year
        text = blank(
            request.title or f"{year}", year=year, title_en=request.title_en or "", timezone=request.timezone or ""
        )
    write_starter(path, text, force=force)
