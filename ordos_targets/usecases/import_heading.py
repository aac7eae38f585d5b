"""What heads a column of the monthly 台账: a month, a period, or a district."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ordos_targets.domain.dates import begins_a_year, read_date
from ordos_targets.domain.entries import Kind
from ordos_targets.domain.errors import UsageFailure
from ordos_targets.usecases.workspace import Workspace

# Words that stand beside a month in a heading and say nothing of which month it is.
_BESIDE = re.compile(r"累计|完成值|完成数|完成|新增数|新增|实际|数$|值$")
_SO_FAR = "累计"


def heading_reader(workspace: Workspace) -> Callable[[str], Mapping[str, str]]:
    """What a heading means, by field: a date with the kind of its figures, or a district.

    A period from the year's first day on is headed by what was reached so far (a reading), any other by what was added
    in it. The reader raises UsageFailure for a heading that is neither.
    """

    def read(heading: str) -> Mapping[str, str]:
        try:
            return {"district": workspace.district(heading).id}
        except UsageFailure:
            return _period(heading, workspace)

    return read


def _period(heading: str, workspace: Workspace) -> Mapping[str, str]:
    bare = _BESIDE.sub("", heading).strip()
    today, year = workspace.today, workspace.goals.period.end.year
    day = read_date(bare, today=today, year=year)
    so_far = _SO_FAR in heading or begins_a_year(bare, today=today, year=year)
    kind = Kind.READING if so_far else Kind.INCREMENT
    return {"date": day.isoformat(), "kind": kind.value}
