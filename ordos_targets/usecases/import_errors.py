"""What can be wrong with one imported row."""

from __future__ import annotations

from ordos_targets.domain.errors import N_, UsageError


class ValueMissing(UsageError):
    code = "value_missing"
    template = N_("There is no figure; write 0 where there is nothing new, or leave the row out.")


class TargetMissing(UsageError):
    code = "target_missing"
    template = N_("The row names no target.")


class UnknownKind(UsageError):
    code = "unknown_kind"
    template = N_("“{text}” is no kind of entry; there are: {kinds}.")


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


class RowErrors(Exception):
    """What is wrong with a row, by field; None for the row as a whole."""

    def __init__(self, failures: list[tuple[str | None, UsageError]]) -> None:
        super().__init__()
        self.failures = failures
