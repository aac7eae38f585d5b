"""What an entry must satisfy before it may be written, whoever brings it."""

from __future__ import annotations

from datetime import date

from ordos_targets.domain.entries import Draft, Kind
from ordos_targets.domain.errors import N_, Message, UsageFailure
from ordos_targets.domain.targets import Goals, Scope, Target
from ordos_targets.report import labels

LONGEST_TEXT = 4000


class FutureDate(UsageFailure):
    code = "future_date"
    template = N_("{date} lies in the future (today is {today}); a figure can speak only of days gone by.")


class DistrictRequired(UsageFailure):
    code = "district_required"
    template = N_("“{target}” is reported by district: add --district with one of {districts}.")


class DistrictNotAllowed(UsageFailure):
    code = "district_not_allowed"
    template = N_(
        "“{target}” is one figure for the whole, so a {kind} cannot belong to a district; "
        "leave --district out, or record what the district added."
    )


class UnfitText(UsageFailure):
    code = "unfit_text"
    template = N_("A text of the entry is too long (over {limit} characters) or holds characters that cannot be kept.")


def check_draft(draft: Draft, target: Target, goals: Goals, today: date) -> None:
    """Check a draft against its target and the calendar. Raises FutureDate, DistrictRequired, DistrictNotAllowed."""
    check_day(draft.date, today)
    if target.scope is not Scope.WHOLE and draft.district is None:
        raise DistrictRequired(target=target, districts=[f"{one.id} {one.name}" for one in goals.districts])
    if target.scope is Scope.WHOLE and draft.district is not None and draft.kind is not Kind.INCREMENT:
        raise DistrictNotAllowed(target=target, kind=Message(labels.KIND[draft.kind]))


def check_day(day: date, today: date) -> None:
    """Check the day that a figure speaks of. Raises FutureDate."""
    if day > today:
        raise FutureDate(date=day, today=today)


def clean_text(text: str | None) -> str | None:
    """A text fit to be kept: trimmed, None where empty. Raises UnfitText for NUL, lone surrogates, and length."""
    if text is None or not text.strip():
        return None
    unfit = "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)
    if unfit or len(text) > LONGEST_TEXT:
        raise UnfitText(limit=LONGEST_TEXT)
    return text.strip()
