"""What heads a column of the monthly 台账: a month, a period, or a district."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ordos_targets.domain.dates import read_date
from ordos_targets.domain.entry import Kind
from ordos_targets.domain.errors import UsageFailure
from ordos_targets.usecases.workspace import Workspace

# Words that stand beside a month in a heading and say nothing of which month it is.
_BESIDE = re.compile(r"累计|完成值|完成数|完成|新增数|新增|实际|数$|值$")
# A period that begins with the year, as these do, is headed by what was reached so far.
_SO_FAR = re.compile(
    r"累计|截[至止]|前|上半年|全年|(?:^|年)(?:1|一)月?份?(?:[-‐–—―−~〜至到]|——)[0-9一二三四五六七八九十]+(?:月|季)"
)


def heading_reader(workspace: Workspace) -> Callable[[str], Mapping[str, str]]:
    """What a heading means, by field: a date (with the kind, where it says “so far”), or a district.

    The reader raises UsageFailure for one that is neither.
    """

    def read(heading: str) -> Mapping[str, str]:
        try:
            return {"district": workspace.district(heading).id}
        except UsageFailure:
            return _period(heading, workspace)

    return read


def _period(heading: str, workspace: Workspace) -> Mapping[str, str]:
    bare = _BESIDE.sub("", heading).strip()
    day = read_date(bare, today=workspace.today, year=workspace.goals.period.end.year)
    so_far = {"kind": Kind.READING.value} if _SO_FAR.search(heading) else {}
    return {"date": day.isoformat()} | so_far
