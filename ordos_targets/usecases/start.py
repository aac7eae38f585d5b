"""A starting targets.toml."""

from __future__ import annotations

from pathlib import Path

from ordos_targets.config.starter import blank, starter, write_starter


def start(  # noqa: PLR0913 - what a starting file consists of
    path: Path, *, empty: bool, title: str | None, title_en: str | None, year: int, timezone: str | None, force: bool
) -> None:
    """Write the shipped goals to `path`, or a blank file for another organisation if `empty` or a title is given.

    Raises AlreadyExists (without `force`), UnfitTitle, CannotWrite.
    """
    if empty or title:
        text = blank(title or f"{year}", year=year, title_en=title_en or "", timezone=timezone or "")
    else:
        text = starter()
    write_starter(path, text, force=force)
