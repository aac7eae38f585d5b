"""Starting files, the shipped targets.toml or a blank one for another organisation, and how they are written."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ordos_targets.config.text_rules import line_fault, name_fault, year_fault, zone_fault
from ordos_targets.domain.errors import N_, AppError, Message, UsageError

EXAMPLE_DAYS = {"DATE_MARCH": "03-31", "DATE_JUNE": "06-30", "DATE_JULY": "07-01"}  # as blank.toml has them
SQLITE_HEADER = b"SQLite format 3\0"


class AlreadyExists(UsageError):
    code = "already_exists"
    template = N_("{file} already exists and was not changed; to overwrite it, add --force")


class CannotWrite(UsageError):
    code = "cannot_write"
    template = N_("{file} cannot be written: {reason}")


class UnfitTitle(UsageError):
    code = "unfit_title"
    template = N_("invalid {key}: {problem}")


class StarterMissing(AppError):
    code = "starter_missing"
    template = N_("{name} is missing from this installation; install ordos-targets again")


def starter() -> str:
    """Return the text of the targets.toml that is shipped with the package, to the byte. Raises StarterMissing."""
    return _resource("ordos_targets", "targets.toml")


def blank(title: str, *, year: int, title_en: str = "", timezone: str = "") -> str:
    """Return a starting file for another organisation: its title and year, then a template that explains itself.

    Raises:
        UnfitTitle: A file with these would be refused.
    """
    from tomli_w import dumps  # needed only here

    faults = {
        "title": name_fault(title),
        "title_en": line_fault(title_en),
        "year": year_fault(year),
        "timezone": zone_fault(timezone),
    }
    for key, fault in faults.items():
        if fault:
            raise UnfitTitle(key=key, problem=fault)
    head = {"title": title, "title_en": title_en, "year": year, "timezone": timezone}
    template = _resource("ordos_targets.config", "blank.toml")
    for name, day in EXAMPLE_DAYS.items():
        template = template.replace(name, f"{year}-{day}")
    return template.replace("#@head\n", dumps({key: value for key, value in head.items() if value != ""}), 1)


def write_starter(path: Path, text: str, *, force: bool) -> None:
    """Write `text` as UTF-8 to `path`, whole or not at all; replace an existing file only if `force`.

    A link is followed, and an existing file keeps its mode. Raises AlreadyExists or CannotWrite.
    """
    target = path.resolve() if force else path
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if not force and os.path.lexists(path):
            raise AlreadyExists(file=str(path))
        _refuse_other_files(target)
        try:
            draft.unlink(missing_ok=True)
            with draft.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            _put_in_place(draft, target, force=force)
        finally:
            draft.unlink(missing_ok=True)
    except FileExistsError as exc:
        raise AlreadyExists(file=str(path)) from exc
    except (OSError, ValueError, RuntimeError) as exc:  # also: a NUL in the path, a circle of links
        reason = exc.strerror if isinstance(exc, OSError) else None
        raise CannotWrite(file=str(path), reason=reason or str(exc)) from exc


def _refuse_other_files(path: Path) -> None:
    """Raise CannotWrite for what nobody means to be overwritten by goals: a database, a device."""
    if not path.exists():
        return
    if not path.is_file():
        raise CannotWrite(file=str(path), reason=Message(N_("not a regular file")))
    with path.open("rb") as file:
        if file.read(len(SQLITE_HEADER)) == SQLITE_HEADER:
            raise CannotWrite(file=str(path), reason=Message(N_("it is a database file")))


def _put_in_place(draft: Path, target: Path, *, force: bool) -> None:
    """Give the draft its name. Without `force` by a link, which fails where a file has appeared in the meantime."""
    if force:
        with suppress(FileNotFoundError):
            draft.chmod(target.stat().st_mode & 0o777)
        draft.replace(target)
        return
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        draft.rename(target)


def _resource(package: str, name: str) -> str:
    from importlib.resources import files  # noqa: PLC0415 - dear to import, and needed only here

    try:
        return files(package).joinpath(name).read_text(encoding="utf-8")
    except OSError as exc:
        raise StarterMissing(name=name) from exc
