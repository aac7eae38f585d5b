"""What is done once or seldom: a starting file, the check of goals and ledger, schemas, and a shared ledger's roles."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from ordos_targets.domain.errors import N_, InvalidData, Message, UsageError
from ordos_targets.domain.names import resolve
from ordos_targets.domain.targets import District
from ordos_targets.store.open import open_ledger
from ordos_targets.usecases.workspace import Workspace, unlisted_names

if TYPE_CHECKING:
    from ordos_targets.store.ledger import Ledger
    from ordos_targets.store.postgres_schema import SharedLedger

OWNER = Message(N_("owner"))


class LedgerDoesNotFit(InvalidData):
    """A ledger with entries of this period that the goals have no place for. Params: problems (messages)."""

    code = "ledger_does_not_fit"
    template = N_("The ledger contains names that are not in targets.toml: {problems}.")


class NotShared(UsageError):
    code = "not_shared"
    template = N_(
        "The ledger {path} is a file: it needs no setup, and everyone who may write the file may record. "
        "Give the URL of a PostgreSQL database, postgresql://…"
    )


class WhichRights(UsageError):
    code = "which_rights"
    template = N_(
        "No permission given for {role}; add --district, --owner, --read-only or --all, or --none to withdraw all."
    )


class CheckResult(NamedTuple):
    """How many targets, districts and entries were checked, all of them in order."""

    targets: int
    districts: int
    entries: int


def check(workspace: Workspace) -> CheckResult:
    """Check that the goals name the targets and districts of the ledger's entries of this period.

    Raises:
        LedgerDoesNotFit: They do not.
    """
    goals = workspace.goals
    with workspace.ledger.reading() as reader:
        problems = unlisted_names(goals, reader.series_names(goals.period.start))
        entries = reader.head.entries
    if problems:
        raise LedgerDoesNotFit(problems=tuple(problems))
    return CheckResult(len(goals.targets), len(goals.districts), entries)


class SchemaKind(StrEnum):
    """A format that has a JSON Schema."""

    TARGETS = "targets"
    STATUS = "status"
    SHOW = "show"
    LOG = "log"
    SYNC = "sync"


def schema(kind: SchemaKind) -> dict[str, object]:
    """Return the JSON Schema (draft 2020-12) of targets.toml, or of a command's JSON output."""
    # No other command needs a schema, and each of these brings much with it.
    from ordos_targets.config.json_schema import schema_of, targets_schema  # noqa: PLC0415
    from ordos_targets.report.json_types import (  # noqa: PLC0415
        LogDocument,
        ShowDocument,
        StatusDocument,
        SyncDocument,
    )

    documents = {
        SchemaKind.STATUS: StatusDocument,
        SchemaKind.SHOW: ShowDocument,
        SchemaKind.LOG: LogDocument,
        SchemaKind.SYNC: SyncDocument,
    }
    return schema_of(documents[kind], f"ordos-targets/{kind}") if kind in documents else targets_schema()


class StartRequest(NamedTuple):
    """What a starting file should be: the shipped goals or, if `empty` or anything of it is given, a blank one."""

    empty: bool = False
    title: str | None = None
    title_en: str | None = None
    year: int | None = None
    timezone: str | None = None


def start(path: Path, request: StartRequest, *, this_year: int, force: bool) -> None:
    """Write a starting file to `path`. Raises AlreadyExists (without `force`), UnfitTitle, CannotWrite."""
    from ordos_targets.config.template import blank, starter, write_starter  # noqa: PLC0415 - written once

    text = starter()
    if any((request.empty, request.title, request.title_en, request.year, request.timezone)):
        year = request.year or this_year
        text = blank(
            request.title or f"{year}", year=year, title_en=request.title_en or "", timezone=request.timezone or ""
        )
    write_starter(path, text, force=force)


def set_up_ledger(location: str, folder: Path) -> tuple[str, int, int]:
    """Create the ledger at a URL, or migrate it: return its name, its version before (0: none) and after.

    Raises:
        NotShared: The location is a file, relative to `folder`.
        LedgerError: The server refuses.
    """
    ledger = _shared(open_ledger(location, folder))
    return (ledger.name, *ledger.set_up())


class Owner(NamedTuple):
    """Who answers for targets, by name: owners have no other id."""

    name: str
    name_en: str

    @property
    def id(self) -> str:
        """Return the name."""
        return self.name


class GrantRequest(NamedTuple):
    """What a role may do, as typed; with `none`, nothing any more."""

    role: str
    districts: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    read_only: bool = False
    everything: bool = False
    none: bool = False


class Granted(NamedTuple):
    """What a role may do now, in the order of the goals."""

    role: str
    districts: tuple[District, ...]
    owners: tuple[Owner, ...]
    targets: int
    read_only: bool
    everything: bool


def grant(workspace: Workspace, request: GrantRequest) -> Granted:
    """Grant a role rights in the workspace's ledger, in place of those it had.

    The targets of an owner are those that targets.toml names now.

    Raises:
        NotShared: The ledger is a file.
        WhichRights: The request has no right at all.
        Unknown, Ambiguous: A district or owner is not found.
        LedgerError: The server refuses.
    """
    ledger = _shared(workspace.ledger)
    from ordos_targets.store.postgres_schema import Rights  # noqa: PLC0415 - brings psycopg

    if not (request.districts or request.owners or request.read_only or request.everything or request.none):
        raise WhichRights(role=request.role)
    goals = workspace.goals
    names = {target.owner: target.owner_en for target in reversed(goals.targets) if target.owner}
    owners = [Owner(name, name_en) for name, name_en in reversed(names.items())]
    wanted_owners = {resolve(text, owners, OWNER).name for text in request.owners}
    wanted_districts = {workspace.district(text).id for text in request.districts}
    districts = tuple(district for district in goals.districts if district.id in wanted_districts)
    targets = tuple((target.id, target.owner) for target in goals.targets if target.owner in wanted_owners)
    rights = Rights(
        everything=request.everything,
        read_only=request.read_only,
        districts=tuple(district.id for district in districts),
        targets=targets,
    )
    ledger.grant(request.role, Rights() if request.none else rights)
    return Granted(
        role=request.role,
        districts=districts,
        owners=tuple(owner for owner in owners if owner.name in wanted_owners),
        targets=len(targets),
        read_only=request.read_only,
        everything=request.everything,
    )


def _shared(ledger: Ledger) -> SharedLedger:
    """Return a ledger that is on a server. Raises NotShared."""
    if ledger.path is not None:
        raise NotShared(path=ledger.name)
    return cast("SharedLedger", ledger)
