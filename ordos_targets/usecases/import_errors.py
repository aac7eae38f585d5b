"""What can be wrong with the rows of an import."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from ordos_targets.domain.errors import N_, InvalidData, Message, UsageError
from ordos_targets.readers.rows import InputRow, InvalidImport, RowProblem

# Of the problems of a file so many are reported; all are counted.
MOST_REPORTED = 50


class ValueMissing(UsageError):
    code = "value_missing"
    template = N_("No figure; write 0 if there is nothing new, or leave out the row.")


class TargetMissing(UsageError):
    code = "target_missing"
    template = N_("No target in this row; write its id or name.")


class UnknownKind(UsageError):
    code = "unknown_kind"
    template = N_("Unknown kind of entry “{text}”. Available: {kinds}.")


class UnknownState(UsageError):
    code = "unknown_state"
    template = N_("Unknown state of an item “{text}”. Available: {states}.")


class WrongKind(UsageError):
    code = "wrong_kind"
    template = N_("“{target}” does not accept entries of the kind {kind}.")


class NotDone(UsageError):
    code = "not_done"
    template = N_("“{text}” does not mean that the item is done; leave out rows of items that are not done.")


class UnclearEstimate(UsageError):
    code = "unclear_estimate"
    template = N_("Invalid estimate “{text}”; write yes or no.")


class NotAUid(UsageError):
    code = "not_a_uid"
    template = N_(
        "Invalid uid “{text}” (not a UUID); leave out the column, and one is made from the content of the row."
    )


class NotADigest(UsageError):
    code = "not_a_digest"
    template = N_("Invalid SHA-256 “{text}” (not 64 hexadecimal digits); leave out the column.")


class UnreadableRecordedAt(UsageError):
    code = "unreadable_recorded_at"
    template = N_("“{text}” is not a time in the past with a time zone; write it like 2025-07-05T01:23:45Z.")


class LostZero(UsageError):
    code = "lost_zero"
    template = N_("“{text}” may be January, or October without its last 0; write 2025-01 or 2025-10.")


class NothingToVoid(UsageError):
    code = "nothing_to_void"
    template = N_("A void needs the uid of the entry it cancels, in the column replaces.")


class ScaledCell(UsageError):
    code = "scaled_cell"
    template = N_(
        "The cell contains {text}, but the format {format} shows it as another number; type the intended "
        "number into the cell."
    )


class UnitsDisagree(UsageError):
    code = "units_disagree"
    template = N_("The figure has two different units, {unit} and {other}; leave one of them out.")


class OtherData(UsageError):
    code = "other_data"
    template = N_("Entry {seq} has this uid but different content; to correct it from the file, add --amend and --why.")


class DoubtfulImport(InvalidImport):
    """All rows can be read, but some figures look like slips. With `force` they are imported."""

    code: ClassVar[str] = "doubtful_import"
    template: ClassVar[str] = N_(
        "{file}: nothing was imported; {count:figure|figures} may be wrong. If they are right, add --force"
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
