"""Counting at a site: a press for each who comes, is served or is sent home; many hands at once, no count lost.

A laptop counts on records of its own, one for each site, session, unit, hour and kind, so that it can be said who
has not been heard of. What is counted are visits, never people, and nobody's name.
"""

from __future__ import annotations

from datetime import datetime

from peewee import BooleanField, CharField, DateTimeField, IntegerField

from hongxian import Record, Reference, Refused, Store, TallyField, Text, local_now
from hongxian.merges import Largest
from hongxian.records import COMMUNITY, same_id
from hongxian_plugins.campaign.records import CAMPAIGN, Campaign, Session, Site

KINDS = (
    ("came", Text("到", "Came")),
    ("served", Text("完成", "Served")),
    ("sent_home", Text("劝返", "Sent home")),
)
WHY = (
    ("slip", Text("按错了", "Pressed by mistake")),
    ("twice", Text("同一人按了两次", "Pressed twice for one")),
    ("other", Text("其他", "Other")),
)
_COUNTED_IN = ("drill", "running")
NO_SESSION = Text(
    "今天没有场次；请先加一个场次。", "There is no session today: add one to count in."
)


class Count(Record):
    """Visits that one laptop counted, of one kind in one hour."""

    site = Reference(
        "campaign.site",
        verbose_name=Text("点位", "Site"),
        index=True,
        help_text=Text("在哪里。", "Where."),
    )
    session = Reference(
        "campaign.session",
        verbose_name=Text("场次", "Session"),
        index=True,
        help_text=Text("哪一场。", "Which session."),
    )
    unit = Reference(
        "campaign.unit",
        verbose_name=Text("单元", "Unit"),
        null=True,
        help_text=Text("哪个单元；不分就空着。", "Whose; empty where units are not told apart."),
    )
    hour = IntegerField(
        verbose_name=Text("时段", "Hour"),
        help_text=Text("几点，0 到 23。", "The hour, 0 to 23."),
    )
    kind = CharField(
        verbose_name=Text("种类", "Kind"),
        max_length=10,
        choices=KINDS,
        help_text=Text("到、完成、劝返。", "Came, served, sent home."),
    )
    drill = BooleanField(
        verbose_name=Text("演练", "Drill"),
        default=False,
        help_text=Text("演练的不算。", "Counts of a drill are told apart."),
    )
    laptop = CharField(
        verbose_name=Text("电脑", "Laptop"),
        max_length=64,
        help_text=Text("哪台电脑数的。", "Which laptop counted."),
    )
    counted_at = DateTimeField(
        verbose_name=Text("最后一次", "Last"),
        help_text=Text("最后一次按的时刻。", "When it was last pressed."),
    )
    people = TallyField(
        verbose_name=Text("人次", "Visits"),
        help_text=Text("人次，不是人数。", "Visits, not people."),
    )

    class Meta:
        collection = "campaign.count"
        title = Text("人次", "Visits")
        scope = COMMUNITY
        menu = False
        merges = {"counted_at": Largest()}


class Correction(Record):
    """A press that was none: what was taken off a count, and why."""

    count = Reference(
        "campaign.count",
        verbose_name=Text("改的是", "Of"),
        index=True,
        help_text=Text("改的是哪一个数。", "Which count was corrected."),
    )
    amount = IntegerField(
        verbose_name=Text("减去", "Taken off"),
        default=1,
        help_text=Text("减了多少。", "How many were taken off."),
    )
    why = CharField(
        verbose_name=Text("原因", "Why"),
        max_length=8,
        choices=WHY,
        default="slip",
        help_text=Text("为什么减。", "Why."),
    )
    at = DateTimeField(
        verbose_name=Text("时刻", "When"),
        default=local_now,
        help_text=Text("什么时候改的。", "When it was corrected."),
    )

    class Meta:
        collection = "campaign.correction"
        title = Text("更正", "Corrections")
        scope = COMMUNITY
        menu = False


def counted_by(store: Store) -> str:
    """Whose counts are written here: this laptop's, or at the hub those of all phones together."""
    return store.writer().laptop or "phones"


def of_this_hour(
    store: Store, site: Site, session: Session, kind: str, unit: str | None, now: datetime
) -> dict[str, object]:
    """What the record of one kind in one hour of this laptop is of, and its id that follows from it."""
    key = {
        "site": site.id,
        "session": session.id,
        "unit": unit,
        "hour": now.hour,
        "kind": kind,
        "drill": is_drill(site.campaign),
        "laptop": counted_by(store),
    }
    return {"id": same_id("campaign.count", *map(str, key.values())), **key}


def is_drill(campaign: str) -> bool:
    """Whether what is counted now is counted in a drill."""
    return bool(Campaign.get_by_id(campaign).state == "drill")


def session_of(store: Store, site: Site, session: str | None) -> Session:
    """In which it is counted; raises `Refused` where there is none, or the campaign does not run."""
    campaign = Campaign.get_by_id(site.campaign)
    if campaign.state not in _COUNTED_IN:
        raise Refused(
            "“{name}”现在是{state}，先开始或继续再数。",
            "“{name}” is {state}: begin or go on before counting.",
            name=campaign.name,
            state=CAMPAIGN.title_of(campaign.state),
        )
    held = Session.get_by_id(session) if session else present_session(store, site.campaign)
    if held is None:
        raise Refused(NO_SESSION)
    return held


def present_session(store: Store, campaign: str) -> Session | None:
    """Of today the one that is on, else the next to begin, else the last that was."""
    now = local_now(store)
    today = Session.select().where(Session.campaign == campaign, Session.date == now.date())
    found = list(today.order_by(Session.begins))
    coming = [each for each in found if now.time() <= each.ends]
    return next(iter(coming or found[-1:]), None)


def own_counts(store: Store, site: Site, session: str) -> dict[str, int]:
    """What this laptop counted at a site in a session, by kind: of a drill while there is one."""
    mine = Count.select(Count.kind, Count.people).where(
        Count.site == site.id,
        Count.session == session,
        Count.laptop == counted_by(store),
        Count.drill == is_drill(site.campaign),
    )
    counted = {kind: 0 for kind, _ in KINDS}
    for kind, people in mine.tuples():
        counted[kind] += people
    return counted
