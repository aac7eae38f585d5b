"""The words shown for what the domain names in code (design.md section 2)."""

from __future__ import annotations

from ordos_targets.domain.assessment import Light, Status
from ordos_targets.domain.errors import N_
from ordos_targets.domain.periods import Cadence
from ordos_targets.domain.targets import Commitment, Measure, PlanKind, Scope

STATUS = {
    Status.MET: N_("met"),
    Status.AHEAD: N_("ahead"),
    Status.ON_TRACK: N_("on track"),
    Status.LAGGING: N_("lagging"),
    Status.BEHIND: N_("behind"),
    Status.MISSED: N_("missed"),
    Status.NO_DATA: N_("no data"),
    Status.NOT_STARTED: N_("not started"),
}
LIGHT = {Light.GREEN: N_("green"), Light.YELLOW: N_("yellow"), Light.RED: N_("red"), Light.GREY: N_("grey")}
COMMITMENT = {Commitment.ENSURE: N_("ensure"), Commitment.STRIVE: N_("strive"), Commitment.PLAN: N_("plan")}
MEASURE = {
    Measure.TOTAL: N_("total"),
    Measure.LEVEL: N_("level"),
    Measure.SHARE: N_("share"),
    Measure.GROWTH: N_("growth"),
    Measure.CHECKLIST: N_("checklist"),
}
SCOPE = {
    Scope.WHOLE: N_("one figure for the whole"),
    Scope.PARTS: N_("sum of the districts"),
    Scope.EACH: N_("each district separately"),
}
PLAN = {
    PlanKind.LINEAR: N_("evenly over the months"),
    PlanKind.DUE: N_("nothing before the due date"),
    PlanKind.LAST_YEAR: N_("following last year"),
    PlanKind.DIRECT: N_("compared directly, not scaled by time"),
    PlanKind.CHECKPOINTS: N_("by checkpoints"),
    PlanKind.ITEMS: N_("by the items' due dates"),
}
CADENCE = {Cadence.DAY: N_("day"), Cadence.MONTH: N_("month"), Cadence.QUARTER: N_("quarter")}
MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip
