"""Setting up a shared ledger, and saying who may record what in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ordos_targets.config.json_schema import schema_of, targets_schema
from ordos_targets.config.template import blank, starter, write_starter
from ordos_targets.domain.errors import N_, InvalidData, Message, UsageError
from ordos_targets.domain.names import resolve
from ordos_targets.domain.targets import District, TargetSet
from ordos_targets.report.json_types import LogDocument, ShowDocument, StatusDocument, SyncDocument
from ordos_targets.store.ledger import Ledger
from ordos_targets.store.open import open_ledger
from ordos_targets.store.postgres_schema import Rights, SharedLedger
from ordos_targets.usecases.workspace import Workspace

OWNER = Message(N_("owner"))


class NotShared(UsageError):
    code = "not_shared"
    template = N_(
        "The ledger {path} is a file: it needs no setting up, and whoever may write the file may record. "
        "Give the URL of a PostgreSQL database, postgresql://…"
    )


class WhichRights(UsageError):
    code = "which_rights"
    template = N_("What may {role} do? Give --district, --owner, --read-only or --all; --none takes all of it away.")


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for targets, as one thing that can be named."""

    name: str
    name_en: str

    @property
    def id(self) -> str:
        """The name itself: owners have no other."""
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRequest:
    """What a role may do, as typed; with `none`, nothing any more."""

    role: str
    districts: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    read_only: bool = False
    everything: bool = False
    none: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What a role may do now, in the order of the goals."""

    role: str
    districts: tuple[District, ...]
    owners: tuple[Owner, ...]
    targets: int
    read_only: bool
    everything: bool


def shared(ledger: Ledger) -> SharedLedger:
    """A ledger that is known to be a shared one. Raises NotShared."""
    if not isinstance(ledger, SharedLedger):
        raise NotShared(path=ledger.name)
    return ledger


def set_up_ledger(location: str, folder: Path) -> tuple[str, int, int]:
    """Make the ledger at a URL, or bring it up to date: its name, its version before (0: none) and after.

    Raises NotShared, and what the server refuses.
    """
    ledger = shared(open_ledger(location, folder))
    return (ledger.name, *ledger.set_up())


def grant(workspace: Workspace, request: GrantRequest) -> Granted:
    """Say what a role may do in the workspace's ledger, in place of what was said before.

    The targets of an owner are those that targets.toml names now. Raises NotShared, WhichRights, Unknown, Ambiguous,
    and what the server refuses.
    """
    ledger = shared(workspace.ledger)
    if not (request.districts or request.owners or request.read_only or request.everything or request.none):
        raise WhichRights(role=request.role)
    owners = _owners(workspace)
    wanted = {resolve(text, owners, OWNER) for text in request.owners}
    targets = tuple((one.id, one.owner) for one in workspace.goals.targets if _owner(one.owner, owners) in wanted)
    districts = {workspace.district(text).id for text in request.districts}
    rights = Rights(
        everything=request.everything,
        read_only=request.read_only,
        districts=tuple(one.id for one in workspace.goals.districts if one.id in districts),
        targets=targets,
    )
    ledger.grant(request.role, Rights() if request.none else rights)
    return Granted(
        role=request.role,
        districts=tuple(one for one in workspace.goals.districts if one.id in districts),
        owners=tuple(one for one in owners if one in wanted),
        targets=len(targets),
        read_only=request.read_only,
        everything=request.everything,
    )


def _owners(workspace: Workspace) -> list[Owner]:
    """Everybody who answers for a target, once, in the order of the goals."""
    names = {one.owner: one.owner_en for one in reversed(workspace.goals.targets) if one.owner}
    return [Owner(name, name_en) for name, name_en in reversed(names.items())]


def _owner(name: str, owners: list[Owner]) -> Owner | None:
    return next((one for one in owners if one.name == name), None)


class LedgerDoesNotFit(InvalidData):
    """Params: `problems`, a tuple of messages."""

    code = "ledger_does_not_fit"
    template = N_("The ledger names what targets.toml does not: {problems}.")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in order."""

    targets: int
    districts: int
    entries: int


def check(workspace: Workspace) -> Checked:
    """Hold the ledger's targets and districts of this period against the goals. Raises LedgerDoesNotFit."""
    goals = workspace.goals
    with workspace.ledger.reading() as book:
        names = book.series_names(goals.period.start)
        entries = book.head.entries
    problems = strangers(goals, names)
    if problems:
        raise LedgerDoesNotFit(problems=tuple(problems))
    return Checked(len(goals.targets), len(goals.districts), entries)


def strangers(goals: TargetSet, names: Collection[tuple[str, str | None]]) -> list[Message]:
    """The targets and districts among `names` that the goals do not name, targets first."""
    targets, districts = {target for target, _district in names}, {district for _target, district in names if district}
    unknown_targets = sorted(targets - {target.id for target in goals.targets})
    unknown_districts = sorted(districts - {district.id for district in goals.districts})
    problems = [Message(N_("target “{id}”"), {"id": name}) for name in unknown_targets]
    return problems + [Message(N_("district “{id}”"), {"id": name}) for name in unknown_districts]


class SchemaKind(StrEnum):
    """What there is a schema of."""

    TARGETS = "targets"
    STATUS = "status"
    SHOW = "show"
    LOG = "log"
    SYNC = "sync"


DOCUMENTS: dict[SchemaKind, type] = {
    SchemaKind.STATUS: StatusDocument,
    SchemaKind.SHOW: ShowDocument,
    SchemaKind.LOG: LogDocument,
    SchemaKind.SYNC: SyncDocument,
}


def schema(subject: SchemaKind) -> dict[str, object]:
    """The JSON Schema (draft 2020-12) of targets.toml, or of a command's JSON output."""
    if subject is SchemaKind.TARGETS:
        return targets_schema()
    return schema_of(DOCUMENTS[subject], f"ordos-targets/{subject}")


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
