"""The page at a site: two buttons that are pressed all day, and the number that this laptop counted."""

from __future__ import annotations

from peewee import CharField, IntegerField

from hongxian import Reference, Refused, Store, Text, action, local_now, view
from hongxian.merges import plus
from hongxian.shapes import Beside, Button, Go, Numbers, Queue
from hongxian_plugins.campaign.counting import (
    KINDS,
    NO_SESSION,
    Correction,
    Count,
    counted_by,
    is_drill,
    of_this_hour,
    own_counts,
    present_session,
    session_of,
)
from hongxian_plugins.campaign.figures import figures_of
from hongxian_plugins.campaign.records import Site, Unit

_UNIT = Reference(
    "campaign.unit",
    verbose_name=Text("单元", "Unit"),
    null=True,
    help_text=Text("不分单元就留空。", "Empty where units are not told apart."),
)
_SESSION = Reference(
    "campaign.session",
    verbose_name=Text("场次", "Session"),
    null=True,
    help_text=Text("留空是现在这一场。", "Empty for the present one."),
)
_MOST_TIMES = 1_000
_TIMES = IntegerField(
    verbose_name=Text("几个", "How many"),
    default=1,
    help_text=Text("一起按下的几个。", "How many were pressed together."),
)
_KIND = CharField(
    verbose_name=Text("种类", "Kind"),
    max_length=10,
    choices=KINDS,
    default="served",
    help_text=Text("到、完成、劝返。", "Came, served, sent home."),
)
ASKS = {"kind": _KIND, "unit": _UNIT, "session": _SESSION, "times": _TIMES}
NO_COUNTS = Text(
    "在这里还没有数过这一种，没有可减的。",
    "None of these was counted here: there is nothing to take off.",
)


@view(
    of=Site,
    title=Text("数人次", "Count"),
    page=True,
    usual=True,
    icon="people",
    asks={"unit": _UNIT},
)
def counter(store: Store, site: Site, unit: str | None = None) -> Beside:
    """What is pressed all day: the number is what this laptop counted here in this session."""
    session = present_session(store, site.campaign)
    if session is None:
        return Beside([Queue("", note=NO_SESSION)], title=site.name)
    mine = own_counts(store, site, session.id)
    given = {"unit": unit} if unit else {}
    return Beside(
        [
            Queue(
                called=f"{mine['served']:,}",
                around=(Text("本机完成", "Served here"), Text("人次", "visits")),
                said=Text("到 {came} · 劝返 {home}", "{came} came · {home} sent home").format(
                    came=mine["came"], home=mine["sent_home"]
                ),
                services=_units(site.campaign, unit),
                call=_press("served", Text("完成 +1", "Served +1"), site, given),
                presses=[
                    _press("sent_home", Text("劝返 +1", "Sent home +1"), site, given),
                    Button(Text("减一个…", "One fewer…"), "campaign.uncount", given, site.id),
                ],
                give=_press("came", Text("到 +1", "Came +1"), site, given),
                lines=[
                    Numbers(
                        Text("全部点位", "All sites"),
                        [f"{figures_of([session.id]).by_kind['served']:,}"],
                    )
                ],
            )
        ],
        title=Text("{site} · {day}", "{site} · {day}").format(site=site.name, day=session.date),
        presses=[Go(Text("大屏", "Wall"), view="campaign.wall")],
    )


def _press(kind: str, title: Text, site: Site, given: dict[str, str]) -> Button:
    return Button(
        title, "campaign.count", {**given, "kind": kind}, site.id, at_once=True, counts="times"
    )


def _units(campaign: str, here: str | None) -> list[Go]:
    found = list(Unit.select().where(Unit.campaign == campaign).order_by(Unit.id))
    if not found:
        return []
    every = Go(Text("不分", "None"), {"unit": ""}, here=not here)
    return [every, *(Go(each.name, {"unit": each.id}, here=each.id == here) for each in found)]


@action(
    of=Site,
    title=Text("计一个", "Count one"),
    menu=False,
    asks=ASKS,
)
def count(
    store: Store,
    site: Site,
    kind: str,
    unit: str | None = None,
    session: str | None = None,
    times: int = 1,
) -> Text:
    """One more, or so many that were pressed together, in this hour by the community's clock."""
    if not 1 <= times <= _MOST_TIMES:
        raise Refused("一次最多计 {most} 个。", "{most} at once at most.", most=_MOST_TIMES)
    held, now = session_of(store, site, session), local_now(store).replace(microsecond=0)
    key = of_this_hour(store, site, held, kind, unit, now)
    its = Count.id == key["id"]
    with store.transaction():
        if not Count.select().where(its).exists():
            Count.create(**key, counted_at=now)
        Count.update(people=plus(times), counted_at=now).where(its).execute()
    return Text("{kind} {n}", "{kind}: {n}").format(
        kind=dict(KINDS)[kind], n=own_counts(store, site, held.id)[kind]
    )


@action(
    of=Site,
    title=Text("减一个", "One fewer"),
    menu=False,
    asks={"kind": _KIND, "unit": _UNIT, "why": Correction.why},
)
def uncount(store: Store, site: Site, kind: str, unit: str | None, why: str) -> Text:
    """One press was none; it is taken off the latest hour in which this laptop counted, and why is kept."""
    held = session_of(store, site, None)
    mine = Count.select().where(
        Count.site == site.id,
        Count.session == held.id,
        Count.kind == kind,
        Count.laptop == counted_by(store),
        Count.drill == is_drill(site.campaign),
        Count.unit.is_null() if unit is None else Count.unit == unit,
    )
    found = next((each for each in mine.order_by(Count.hour.desc()) if each.people > 0), None)
    if found is None:
        raise Refused(NO_COUNTS)
    with store.transaction():
        Count.update(people=plus(-1)).where(Count.id == found.id).execute()
        Correction.create(count=found, amount=1, why=why, at=local_now(store))
    return Text("减了一个{kind}。", "One fewer: {kind}.").format(kind=dict(KINDS)[kind])
