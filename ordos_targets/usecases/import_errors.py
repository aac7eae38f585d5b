"""What can be wrong with the rows of an import."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from ordos_targets.domain.errors import N_, InvalidData, Message, UsageError
from ordos_targets.readers.rows import InputRow, InvalidImport, RowProblem

# Of the problems of a file so many are reported; all are counted.
MOST_REPORTED = 50


class ValueMissing(UsageError):
    code = "value_missing"
    template = N_("There is no figure; write 0 where there is nothing new, or leave the row out.")


class TargetMissing(UsageError):
    code = "target_missing"
    template = N_("The row names no target.")


class UnknownKind(UsageError):
    code = "unknown_kind"
    template = N_("“{text}” is no kind of entry; there are: {kinds}.")


class UnknownState(UsageError):
    code = "unknown_state"
    template = N_("“{text}” is no state of an item; there are: {states}.")


class WrongKind(UsageError):
    code = "wrong_kind"
    template = N_("“{target}” takes no {kind}.")


class NotDone(UsageError):
    code = "not_done"
    template = N_("“{text}” does not say that the item is done; leave out the row of an item that is not.")


class UnclearEstimate(UsageError):
    code = "unclear_estimate"
    template = N_("“{text}” does not say whether the figure is an estimate; write yes or no.")


class NotAUid(UsageError):
    code = "not_a_uid"
    template = N_("“{text}” is no uid (a UUID); leave the column out, and one is made from what the row says.")


class NotADigest(UsageError):
    code = "not_a_digest"
    template = N_("“{text}” is no SHA-256 (64 hexadecimal digits); leave the column out.")


class UnreadableRecordedAt(UsageError):
    code = "unreadable_recorded_at"
    template = N_("“{text}” is no moment of the past with its time zone, like 2025-07-05T01:23:45Z.")


class LostZero(UsageError):
    code = "lost_zero"
    template = N_("“{text}” is January, or October whose zero a spreadsheet dropped; write 2025-01 or 2025-10.")


class NothingToVoid(UsageError):
    code = "nothing_to_void"
    template = N_("A void names in the column replaces the uid of the entry it cancels.")


class ScaledCell(UsageError):
    code = "scaled_cell"
    template = N_(
        "The sheet shows {text} as another number, by the format {format}; type the number that is meant into the cell."
    )


class UnitsDisagree(UsageError):
    code = "units_disagree"
    template = N_("Two units stand beside the figure, {unit} and {other}; leave one of them out.")


class OtherData(UsageError):
    code = "other_data"
    template = N_(
        "Entry {seq} has this uid and says something else; add --amend and --why to correct it by what the file says."
    )


class DoubtfulImport(InvalidImport):
    """All rows can be read, but some figures look like slips. With `force` they are imported."""

    code: ClassVar[str] = "doubtful_import"
    template: ClassVar[str] = N_(
        "{file}: nothing was imported; figures that look like slips: {count}. If they are right, add --force"
    )


class TooManyEntries(InvalidData):
    code: ClassVar[str] = "too_many_entries"
    template: ClassVar[str] = N_("{file} adds more than {limit} entries; import it in parts.")


class RowErrors(Exception):
    """What is wrong with a row, by field; None for the row as a whole."""

    def __init__(self, errors: list[tuple[str | None, UsageError]]) -> None:
        super().__init__()
        self.errors = errors


class FailedRow(NamedTuple):
    """What is wrong with a row that can be no entry."""

    problems: tuple[RowProblem, ...]


def row_problem(file: str, row: InputRow, field: str | None, message: Message) -> RowProblem:
    """Return what is wrong with a field of a row, or for None with the row as a whole."""
    column = row.headings.get(field, field) if field else None
    cell = row.cells.get(field) if field else None
    return RowProblem(file, row.line, column, cell.text if cell else None, message)


class ProblemList:
    """The problems of a file: the first of them, and how many there are."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.first: list[RowProblem] = []
        self.count = 0

    def add(self, problem: RowProblem) -> None:
        """Count a problem, and list it if it is among the first."""
        self.count += 1
        if len(self.first) < MOST_REPORTED:
            self.first.append(problem)

    def add_row(self, row: InputRow, field: str | None, message: Message) -> None:
        """Add what is wrong with a field of a row, or for None with the row as a whole."""
        self.add(row_problem(self.file, row, field, message))

    def raise_any(self, error: type[InvalidImport]) -> None:
        """Raise `error` with the problems, if there are any."""
        if self.count:
            raise error(self.file, self.count, tuple(self.first))
