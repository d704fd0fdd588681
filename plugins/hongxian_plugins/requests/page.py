"""What stands on a request's page: who wants to hear, who goes, what happened, and who could."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any  # Any: people are of another plugin's model

from hongxian import Store, Text, Viewer, action, local_now, view
from hongxian.records import asked_as, refused_among
from hongxian.shapes import Button, Facts, Link, Masked, Table, Tag
from hongxian_plugins.requests.clock import tag_of
from hongxian_plugins.requests.going import going
from hongxian_plugins.requests.kept.flow import ANSWERED
from hongxian_plugins.requests.kept.kinds import kind_of
from hongxian_plugins.requests.kept.lines import WHAT, Outside, Step, lines_of
from hongxian_plugins.requests.kept.people import SAYS, Ask, Reporter
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.reporting import group_of
from hongxian_plugins.requests.rules import ADULT

PERSON, MEMBER = "roster.person", "roster.membership"
_MOST = 12
STATES = ("active", "consented")


@view(of=Request, title=Text("一眼看清", "At a glance"))
def glance(store: Store, request: Request) -> Facts:
    """By when, who is to hear, who goes, what it is linked with, and who has it outside."""
    tags = [tag_of(store, request)]
    facts = [*_reporters(request), *_goers(store, request), *_linked(request), *_outside(request)]
    return Facts(facts, tags, tells_of=(Reporter, Step, Ask, Outside, Request))


def _reporters(request: Request) -> Iterator[tuple[Text, object]]:
    for each in Reporter.select().where(Reporter.request == request.id):
        heard = [Tag(Text("已回告", "Heard"), "done")] if each.heard_at else []
        phone = Masked(each.reached_by, Reporter, each.id)
        yield Text("诉求人", "Reporter"), [Link(each.called, Reporter, each.id), phone, *heard]
        if each.address:
            yield Text("门牌", "Address"), Masked(each.address, Reporter, each.id)


def _goers(store: Store, request: Request) -> Iterator[tuple[Text, object]]:
    asks = list(Ask.select().where(Ask.request == request.id, Ask.turn == request.turn))
    names = store.names_of(PERSON, [each.volunteer for each in asks])
    late, says = refused_among(asks), dict(SAYS)
    for each in asks:
        who = Link(names.get(each.volunteer, Text("本队", "The team")), Ask, each.id)
        if each.id in late:
            thanks = Button(
                Text("谢谢他", "Thank them"), "requests.thank", id=each.id, at_once=True
            )
            yield Text("晚了一步", "Came second"), [who, thanks]
        else:
            yield (
                Text("谁去", "Who goes"),
                [
                    who,
                    Tag(says[each.say], "rest"),
                    f"{each.begins:%m-%d %H:%M}" if each.begins else "",
                ],
            )


def _linked(request: Request) -> Iterator[tuple[Text, object]]:
    others = [each for each in group_of(request) if each.id != request.id]
    if others:
        links = [Link(each.number or each.title, Request, each.id) for each in others]
        yield Text("同一件", "The same"), links


def _outside(request: Request) -> Iterator[tuple[Text, object]]:
    labels = dict(Outside.to.choices)
    for each in Outside.select().where(Outside.request == request.id):
        link = Link(labels[each.to], Outside, each.id)
        yield Text("转给", "Passed to"), [link, each.their_number or "", each.heard or ""]


@view(of=Request, title=Text("办理过程", "What happened"))
def line(store: Store, request: Request) -> Table:
    """Each step with its moment and its reason, the first before the others."""
    labels = dict(WHAT)
    heads = (Text("时间", "When"), Text("办理", "What"), Text("说明", "Why"), Text("哪支队", "By"))
    rows = [
        [f"{each.at:%m-%d %H:%M}", labels[each.what], each.said or "", each.by or ""]
        for each in lines_of(request)
    ]
    return Table(heads, rows, note=Text("查询码 {code}", "code {code}").format(code=request.track))


@view(
    of=Request,
    title=Text("谁能去", "Who could go"),
    when=lambda request: request.state in ("accepted", "dispatched", "taken"),
)
def who_could(store: Store, request: Request) -> Table:
    """Of this laptop's teams, whose skills fit before the others; they are asked, nobody is sent."""
    heads = (
        Text("姓名", "Name"),
        Text("会什么", "Skills"),
        Text("空闲", "Free"),
        Text("手上", "Has"),
        "",
    )
    if PERSON not in store.collections or MEMBER not in store.collections:
        return Table(heads, [])
    kind, said = kind_of(request.kind), _said(request)
    people = [each for each in _members(store) if each.id not in said and is_adult(store, each)]
    busy = [each.volunteer for each in Ask.select().where(Ask.say == "yes", Ask.ends.is_null())]
    people.sort(
        key=lambda p: (-len(p.skills & {*kind.skills}), busy.count(p.id), -len(p.free_times))
    )
    step = "take" if request.state != "taken" else "go_along"
    rows = [
        [
            Link(each.name, PERSON, each.id),
            "、".join(sorted(each.skills)),
            "、".join(sorted(each.free_times)),
            busy.count(each.id) or "",
            [
                Button(
                    Text("答应了", "Says yes"),
                    f"requests.{step}",
                    {"volunteer": each.id},
                    request.id,
                ),
                Button(
                    Text("不去", "Cannot"),
                    "requests.ask",
                    {"volunteer": each.id, "say": "no"},
                    request.id,
                    at_once=True,
                ),
            ],
        ]
        for each in people[:_MOST]
    ]
    return Table(heads, rows)


def _said(request: Request) -> set[str]:
    """Who answered already in this turn."""
    asked = Ask.select().where(Ask.request == request.id, Ask.turn == request.turn)
    return {each.volunteer for each in asked if each.say in ("yes", "no") and each.volunteer}


def _members(store: Store) -> list[Any]:
    person, member = (store.collection(each).model for each in (PERSON, MEMBER))
    mine = member.select(member.person).where(member.until.is_null())
    return list(person.select().where(person.id.in_(mine), person.state.in_(STATES)))


def is_adult(store: Store, person: object) -> bool:
    born = getattr(person, "born", None)
    return not born or local_now(store).year - born >= ADULT


@action(
    of=Request,
    title=Text("确认时长", "Confirm the time"),
    when=lambda request: request.state in ANSWERED,
    asks=[asked_as(Ask.begins, null=False), asked_as(Ask.ends, null=False)],
)
def confirm_time(
    store: Store, request: Request, viewer: Viewer, begins: object, ends: object
) -> Text:
    """From when to when those who went were there: their hours come of it, once."""
    asks = [each for each in going(request) if each.volunteer]
    with store.transaction():
        for each in asks:
            each.begins, each.ends, each.confirmed_by = begins, ends, viewer.name[:40]
            each.save()
    return Text("已确认 {n} 人", "{n} confirmed").format(n=len(asks))
