"""How a child is entered and enrolled, consents come and go, and what is sealed is written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from peewee import CharField, DateField

from hongxian import Reference, Store, Text, local_today, step
from hongxian.entries import Alike, entry
from hongxian.records import Value, asked_as
from hongxian_plugins.study_room.children import Adult, Card, Child
from hongxian_plugins.study_room.consents import Consent
from hongxian_plugins.study_room.days import start
from hongxian_plugins.study_room.rooms import Day, Room
from hongxian_plugins.study_room.sealed import (
    Accident,
    Caution,
    Health,
    Vetting,
    watch_of,
)


def _known(store: Store, name: str | None) -> Iterator[Alike]:
    """Of the same name: brothers and sisters have one telephone."""
    for each in Child.select().where(Child.name == name) if name else ():
        yield Alike(Text("同名", "Same name"), each.name, Child, each.id, told=each.guardian)


@entry(
    makes=Child,
    title=Text("新孩子", "New child"),
    icon="person-plus",
    asks={
        "name": Child.name,
        "grade": Child.grade,
        "born": Child.born,
        "guardian": Child.guardian,
        "phone": Child.phone,
        "fetcher": CharField(
            verbose_name=Text("接送人", "Fetched by"),
            max_length=40,
            null=True,
            help_text=Text(
                "平时谁来接；留空就是监护人。", "Who usually comes; empty for the guardian."
            ),
        ),
        "relation": asked_as(Adult.relation, null=True),
        "alone": Child.alone,
        "alone_from": Child.alone_from,
        "signed_on": DateField(
            verbose_name=Text("同意日期", "Consent signed on"),
            null=True,
            help_text=Text(
                "同意书上的日期；还没签就留空。", "As on the paper; empty while it is not signed."
            ),
        ),
    },
    parts={"fetcher": Text("接送和同意书", "Fetching and consent")},
    alike=_known,
)
def new_child(
    store: Store,
    name: str,
    grade: int | None,
    born: date | None,
    guardian: str,
    phone: str,
    fetcher: str | None,
    relation: str | None,
    alone: bool,
    alone_from: time | None,
    signed_on: date | None,
) -> Text:
    """A child with who fetches it and the consent on paper, or nothing of it."""
    with store.transaction():
        told = {"grade": grade, "born": born, "alone": alone, "alone_from": alone_from}
        state = "enrolled" if signed_on else "applied"
        child = Child.create(name=name, guardian=guardian, phone=phone, state=state, **told)
        own = {"phone": None if fetcher else phone, "relation": relation or "监护人"}
        Adult.create(child=child.id, name=fetcher or guardian, scope=child.scope, **own)
        if signed_on:
            Consent.create(child=child.id, by=guardian, date=signed_on, scope=child.scope)
            _give_card(child)
    return Text("已登记：{name}。", "Entered: {name}.").format(name=name)


@step(
    Child,
    "agree",
    asks={
        "by": asked_as(Consent.by, null=True),
        "date": asked_as(Consent.date, default=local_today),
        "until": Consent.until,
        "scan": Consent.scan,
    },
)
def agree(store: Store, child: Child, *, by: str | None, **told: Value) -> None:
    """The guardian signed; without it nobody is enrolled."""
    Consent.create(child=child.id, by=by or child.guardian, scope=child.scope, **told)


@step(Child, "enrol")
def enrol(store: Store, child: Child) -> Text:
    """With the household's card."""
    _give_card(child)
    return Text("接送卡 {number}", "card {number}").format(number=Card.get_by_id(child.card).number)


def _give_card(child: Child) -> None:
    """Brothers and sisters, told by the guardian and their telephone, share one."""
    same = Child.guardian == child.guardian, Child.phone == child.phone, Child.card.is_null(False)
    household = Child.select().where(*same, Child.scope == child.scope).first()
    if household is not None:
        child.card = household.card
    elif child.card is None:
        child.card = Card.create(number=Card.number.draw(child.scope), scope=child.scope).id
    child.save()


@step(Child, "ask_again")
def asks_again(store: Store, child: Child) -> None:
    child.left_on = None


@step(Consent, "withdraw")
def withdraw(store: Store, consent: Consent) -> Text:
    """What hung on it goes from every laptop at its next sync; to the data itself: the child is enrolled no more."""
    child = Child.get_or_none(Child.id == consent.child)
    if consent.kind == "data" and child is not None and child.state != "left":
        store.edit(Child, {child.id: {"state": "left", "left_on": local_today(store)}})
        return Text(
            "孩子已退出，资料按期限删去", "the child has left; what is known of it goes in time"
        )
    if consent.kind == "health":
        return Text(
            "主机一小时内删去健康提示，各电脑下次同步时也删去",
            "the hub erases the note on health within the hour, each laptop with its next sync",
        )
    return Text("不再拍、不再公开", "no more photos are taken or published")


# -- what is sealed ------------------------------------------------------------------------------------------

_CHILD = Reference("study_room.child", verbose_name=Text("孩子", "Child"))


@entry(
    makes=Caution,
    title=Text("谁不得接走", "Who must not fetch"),
    icon="shield-lock",
    asks={"child": _CHILD, "who": Caution.who, "what": Caution.what},
)
def new_caution(store: Store, child: str, who: str, what: str | None) -> Text:
    """On the laptops on duty alone."""
    with store.transaction():
        watch = watch_of(Child.get_by_id(child).scope)
        Caution.create(watch=watch.id, child=child, who=who, what=what)
    return Text("已记下，只在值守电脑上", "Written, on the laptops on duty alone")


@entry(
    makes=Health,
    title=Text("健康提示", "Note on health"),
    icon="heart-pulse",
    asks={
        "child": _CHILD,
        "note": Health.note,
        "by": Consent.by,
        "date": asked_as(Consent.date, default=local_today),
        "scan": Consent.scan,
    },
    parts={"by": Text("健康提示另行同意（个人信息保护法 29）", "A consent of its own (PIPL 29)")},
)
def new_health(store: Store, child: str, note: str, by: str, **told: Value) -> Text:
    """With the consent of its own, or not at all."""
    with store.transaction():
        scope = Child.get_by_id(child).scope
        Consent.create(child=child, kind="health", by=by, scope=scope, **told)
        Health.create(watch=watch_of(scope).id, child=child, note=note)
    return Text("已封存，只在值守电脑上", "Sealed, on the laptops on duty alone")


@entry(
    makes=Accident,
    title=Text("意外登记", "Accident"),
    icon="bandaid",
    asks={
        "child": Reference("study_room.child", verbose_name=Text("孩子", "Child"), null=True),
        **{
            name: getattr(Accident, name)
            for name in ("at", "what", "done", "guardian_told", "reported_to")
        },
    },
)
def new_accident(store: Store, child: str | None, **told: Value) -> Text:
    """What happened, and whether the guardian knows."""
    with store.transaction():
        scope = Child.get_by_id(child).scope if child else None
        Accident.create(watch=watch_of(scope).id, child=child, **told)
    return Text("已登记", "Written down")


@entry(
    makes=Vetting,
    title=Text("入职查询", "Check of staff"),
    icon="shield-lock",
    asks=[Vetting.person, Vetting.date, Vetting.fit, Vetting.until],
)
def new_vetting(store: Store, **told: Value) -> Text:
    """Yes or no, and until when."""
    with store.transaction():
        Vetting.create(watch=watch_of(None).id, **told)
    return Text("已记下", "Written")


@entry(
    makes=Day,
    title=Text("新增一天", "New day"),
    asks=[Day.room, asked_as(Day.date, default=local_today)],
)
def new_day(store: Store, room: str, date: date) -> Text:
    """A day of a room; the one that is there already is that day."""
    with store.transaction():
        day = start(store, Room.get_by_id(room), date)
    return Text("已排：{day}", "Planned: {day}").format(day=day.title)
