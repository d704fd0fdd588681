"""By when: counted in working days from the report, and how far that has gone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal

from hongxian import Store, Text, local_now
from hongxian.shapes import Tag, Tone
from hongxian.workdays import is_workday, workdays_after
from hongxian_plugins.requests.kept.flow import OPEN
from hongxian_plugins.requests.kept.people import not_heard
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.kept.settings import RequestRules

Standing = Literal["bounced", "overdue", "press", "look", "new", "on"]
TOLD: dict[Standing, tuple[Text, Tone]] = {
    "bounced": (Text("退单", "Sent back"), "stop"),
    "overdue": (Text("超期", "Overdue"), "stop"),
    "press": (Text("快到期", "Nearly due"), "wait"),
    "look": (Text("过半", "Half gone"), "wait"),
    "new": (Text("新报", "New"), "plan"),
    "on": (Text("在办", "Under way"), "now"),
}
_A_DAY = timedelta(days=1)


def due_on(store: Store, reported_at: datetime, urgency: str) -> date:
    """The day that is promised: danger the same, else so many working days after the report."""
    if urgency == "danger":
        return reported_at.date()
    rules = RequestRules.at(store, reported_at)
    return workdays_after(reported_at.date(), int(getattr(rules, f"{urgency}_days")))


def hours_after(moment: datetime, hours: int) -> datetime:
    """So many hours later; at that hour of the next working day where it is none."""
    end = moment + timedelta(hours=hours)
    while not is_workday(end.date()):
        end += _A_DAY
    return end


def by_of(store: Store, request: Request) -> date:
    """The day by which it is to be done; of one that was written without, what would be promised."""
    held: date = request.by or due_on(store, request.reported_at, request.urgency)
    return held


def percent_gone(request: Request, by: date, now: datetime) -> int:
    """How much of its time is over, from the report to the end of its day."""
    end = datetime.combine(by + _A_DAY, time())
    begin = min(request.reported_at, end - timedelta(minutes=1))
    return int(100 * ((now - begin) / (end - begin)))


def standing_of(store: Store, request: Request, rules: RequestRules | None = None) -> Standing:
    """What is to be looked at first: sent back, overdue, nearly due, half gone, new."""
    if request.state == "bounced":
        return "bounced"
    gone = percent_gone(request, by_of(store, request), local_now(store))
    rules = rules or RequestRules.now(store)
    if gone >= 100:
        return "overdue"
    if gone >= rules.press_percent:
        return "press"
    if request.state in ("reported", "accepted"):
        return "new"
    return "look" if gone >= rules.look_percent else "on"


def tag_of(store: Store, request: Request) -> Tag:
    """How it stands, in a word and a colour."""
    if not_heard(request):
        return Tag(Text("待回告", "To be told"), "wait")
    if request.state not in OPEN:
        return Tag(Text("已答复", "Answered"), "done")
    word, tone = TOLD[standing_of(store, request)]
    return Tag(word, tone)
