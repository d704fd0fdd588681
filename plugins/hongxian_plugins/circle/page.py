"""A venue's own page: today and the week that comes, how far it is, when somebody looked, what readers say."""

from __future__ import annotations

from datetime import timedelta

from hongxian import Refused, Store, Text, Viewer, action, local_now, local_today, step, view
from hongxian.shapes import Facts, Tag
from hongxian.text import joined
from hongxian_plugins.circle.hours import spans_text
from hongxian_plugins.circle.near import phone_of
from hongxian_plugins.circle.opening import Day, Opening, hours_on, special_of, specials_between
from hongxian_plugins.circle.records import Special, Venue
from hongxian_plugins.circle.told import Wrong
from hongxian_plugins.circle.trades import trade_of
from hongxian_plugins.circle.walking import Walking, gates

_WEEKDAYS = [
    Text(f"周{zh}", en)
    for zh, en in zip(
        "一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True
    )
]
_NOT_YET = Text("这一家还没有开放。", "This venue is not open to the public yet.")
_UNKNOWN, _SHUT = Text("未知", "not known"), Text("休息", "closed")


@view(of=Venue, title=Text("开门时间", "When it is open"), audience=("leader", "public"))
def when_open(store: Store, venue: Venue, viewer: Viewer) -> Facts:
    """Whether it is open now, its hours of seven days with holidays and worked week-ends, and the way there.

    A leader's page has the rest of it beside; whoever reads it on a phone is told here.
    """
    if viewer.audience != "leader" and venue.state == "draft":
        raise Refused(_NOT_YET)
    standing = Opening(local_now(store)).standing(venue)
    far = [(each.name, Walking(store, each).minutes(venue)) for each in gates()]
    told = Text("{gate} {n} 分钟", "{gate} {n} min")
    walks = [told.format(gate=gate, n=minutes) for gate, minutes in far if minutes is not None]
    on_foot = joined(walks, Text("，", ", ")) if walks else _UNKNOWN
    return Facts(
        [
            *([] if viewer.audience == "leader" else _about(store, venue)),
            *_week(store, venue),
            (Text("步行", "On foot"), on_foot),
        ],
        tags=[Tag(standing.word, standing.tone)],
    )


def _about(store: Store, venue: Venue) -> list[tuple[Text | str, object]]:
    """Where it is and what there is, as far as the public may know."""
    yes = Text("有", "yes")
    return [
        (Text("地址", "Address"), venue.address),
        (Text("业态", "Kind"), trade_of(venue.kind).title),
        (Text("服务", "Services"), venue.services),
        (Text("电话", "Phone"), phone_of(venue, local_today(store))),
        (Text("无障碍", "Step-free"), yes if venue.barrier_free else None),
        (Text("收现金", "Cash"), yes if venue.cash else None),
        (Text("核对日期", "Checked on"), venue.checked_on),
    ]


def _week(store: Store, venue: Venue) -> list[tuple[Text, Text]]:
    today = local_today(store)
    days = [today + timedelta(days=n) for n in range(7)]
    told = specials_between(days[0], days[-1])[venue.id]
    return [_day(venue, Day.of(day), special_of(told, day)) for day in days]


def _day(venue: Venue, day: Day, special: Special | None) -> tuple[Text, Text]:
    spans = hours_on(venue, day, special)
    hours = _UNKNOWN if spans is None else Text.of(spans_text(spans)) if spans else _SHUT
    why = (special.note if special else "") or day.holiday or ""
    if day.worked_weekend:
        why = why or Text("调休上班", "worked")
    label = joined([_WEEKDAYS[day.on.weekday()], f"{day.on:%m-%d}"], " ")
    return label, joined([hours, why], " · ") if why else hours


@action(of=Venue, title=Text("看过了，没变", "Looked: unchanged"), usual=True, icon="check-circle")
def check(store: Store, venue: Venue) -> Text:
    """Somebody stood at the door today."""
    Venue.update(checked_on=local_today(store)).where(Venue.id == venue.id).execute()
    return Text("{name} 今天核对过", "{name} was checked today").format(name=venue.name)


@step(Venue, "publish")
def publish(store: Store, venue: Venue) -> None:
    """Whoever opens it has just looked."""
    venue.checked_on = local_today(store)


@step(Venue, "pause", usual=True)
def pause(store: Store, venue: Venue) -> Text | None:
    """Shut for a while: a stranger looked for it beside the other words on what is not as it was."""
    told = Text("说好 {day} 恢复", "back on {day}")
    return told.format(day=venue.back_on) if venue.back_on else None


@step(Venue, "resume")
def resume(store: Store, venue: Venue) -> None:
    """So has whoever says that it is back."""
    venue.checked_on, venue.back_on = local_today(store), None


@action(
    of=Venue,
    title=Text("这里不对", "Something is wrong"),
    asks=[Wrong.what],
    usual=True,
    icon="chat-square-text",
    audience=("leader", "public"),
    when=lambda venue: venue.state != "draft",
)
def report(store: Store, venue: Venue, what: str) -> Text:
    """What a reader says is wrong; who said so is not asked."""
    Wrong.create(venue=venue, what=what)
    return Text("记下了，会去核实。", "Noted: somebody will look into it.")


@action(
    of=Venue,
    title=Text("撤下电话", "Withdraw the number"),
    when=lambda venue: bool(venue.phone) and venue.phone_until is None,
    menu=False,
)
def withdraw_phone(store: Store, venue: Venue) -> Text:
    """The owner withdrew: nothing shows it from now on, and the hub erases it, its history too."""
    yesterday = local_today(store) - timedelta(days=1)
    Venue.update(phone_until=yesterday, phone_consent=None).where(Venue.id == venue.id).execute()
    return Text("电话撤下了，主机一小时内删去。", "Withdrawn: the hub erases it within the hour.")
