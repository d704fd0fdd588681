"""On a volunteer's own phone: what they could take, that they go, and that it is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any  # Any: people are of another plugin's model

from peewee import CharField

from hongxian import Refused, Store, Text, Viewer, action, local_today, view
from hongxian.days import day_in_words
from hongxian.doubles import group
from hongxian.errors import Taken
from hongxian.records import asked_as
from hongxian.shapes import Button, Facts, Table
from hongxian_plugins.requests.answering import finish
from hongxian_plugins.requests.clock import by_of
from hongxian_plugins.requests.going import WHY, bounce, going, says_yes
from hongxian_plugins.requests.going import begin as sets_out
from hongxian_plugins.requests.kept.flow import REQUEST
from hongxian_plugins.requests.kept.kinds import kind_of
from hongxian_plugins.requests.kept.lines import note
from hongxian_plugins.requests.kept.people import PAIR, Ask
from hongxian_plugins.requests.kept.records import Request, put
from hongxian_plugins.requests.page import MEMBER, PERSON, STATES, is_adult
from hongxian_plugins.requests.teams import scope_named, teams_of

_MOST = 20
"""Lines on a phone."""
_FIRST = Text("谢谢您，这件已经有人先接了。", "Thank you; somebody else was first.")
_AT_HAND = ("taken", "working")


# -- to take it --------------------------------------------------------------------------------------


@view(of=PERSON, title=Text("我能接的", "What I could take"), audience="self", icon="megaphone")
def could_take(store: Store, person: Any) -> Table:
    """Open requests of their teams for which they know what is needed; nobody's name."""
    today = local_today(store)
    rows = [
        [
            each.title,
            each.place,
            Text("{day}前", "by {day}").format(day=day_in_words(by_of(store, each), today)),
            Button(Text("我去", "I go"), "requests.go", {"number": each.number}),
        ]
        for each in fitting(store, person)[:_MOST]
    ]
    return Table((Request.title.verbose_name, "", "", ""), rows)


def fitting(store: Store, person: Any) -> list[Request]:
    """What somebody could take, what is due first before the others."""
    scopes = _scopes_of(store, person)
    if not scopes or person.state not in STATES:
        return []
    mine = {name for scope, name in teams_of(store).items() if scope in scopes}
    waits = Request.state.in_(("accepted", "dispatched", "taken"))
    of_mine = Request.team.is_null() | Request.team.in_(list(mine))
    found = Request.select().where(waits, of_mine)
    fit = [each for each in found if _may_take(store, each, person)]
    return sorted(fit, key=lambda each: (by_of(store, each), each.id))


def _may_take(store: Store, request: Request, person: Any) -> bool:
    """Nothing that needs a licence: that is looked at on paper. Of a home visit the second may go along."""
    kind, there = kind_of(request.kind), going(request)
    if kind.licensed or (kind.at_home and not is_adult(store, person)):
        return False
    if request.state == "taken" and not (kind.at_home and len(there) < PAIR):
        return False
    if {each.volunteer for each in there} & {*group(PERSON, person.id)}:
        return False
    return not kind.skills or bool(person.skills & {*kind.skills})


def _scopes_of(store: Store, person: Any) -> list[str]:
    """The teams that somebody is in."""
    if MEMBER not in store.collections:
        return []
    member = store.collection(MEMBER).model
    theirs = member.person.in_(group(PERSON, person.id))
    query = member.select(member.scope).where(theirs, member.until.is_null())
    return sorted({str(scope) for (scope,) in query.tuples()})


@action(
    title=Text("我去", "I go"),
    audience="self",
    menu=False,
    icon="check2",
    asks={
        "number": asked_as(Request.number, null=False),
        "begins": asked_as(
            Ask.begins, help_text=Text("说不准就空着。", "Empty if you cannot say.")
        ),
    },
)
def go(store: Store, viewer: Viewer, number: str, begins: datetime | None = None) -> Text:
    """The first yes has it; whoever is later is thanked. By its number: its id would tell the resident's code."""
    person = store.collection(PERSON).model.get_by_id(viewer.person)
    with store.transaction():
        found = next((each for each in fitting(store, person) if each.number == number), None)
        if found is None:
            raise Refused(_FIRST)
        scope = scope_named(store, found.team) or _scopes_of(store, person)[0]
        try:
            says_yes(found, person.id, scope, begins=begins)
        except Taken:
            raise Refused(_FIRST) from None
        if found.state != "taken":
            found.team = found.team or teams_of(store)[scope]
            put(found, "taken")
            note(store, found, "take")
    return Text("谢谢，{place}这件归您。", "Thank you: {place} is yours.").format(place=found.place)


# -- what they took ----------------------------------------------------------------------------------


@view(of=PERSON, title=Text("我接的", "What I took"), audience="self", icon="person-check")
def took(store: Store, person: Any) -> Table:
    """What somebody said yes to and is not done."""
    asks = Ask.select().where(Ask.volunteer.in_(group(PERSON, person.id)), Ask.say == "yes")
    rows, ids = [], []
    for each, request in _with_requests(asks):
        rows.append([request.title, request.place, REQUEST.title_of(request.state)])
        ids.append(each.id)
    return Table((Request.title.verbose_name, "", ""), rows, ids=ids, of=Ask)


def _with_requests(asks: Iterable[Ask]) -> list[tuple[Ask, Request]]:
    asks = list(asks)
    open_ = Request.select().where(
        Request.id.in_([each.request for each in asks]), Request.state.in_(_AT_HAND)
    )
    of = {each.id: each for each in open_}
    pairs = [(each, of[each.request]) for each in asks if each.request in of]
    return [(each, request) for each, request in pairs if each.turn == request.turn]


def _is_at_hand(ask: Ask) -> bool:
    return ask.say == "yes" and bool(_with_requests([ask]))


def _is_taken(ask: Ask) -> bool:
    return _is_at_hand(ask) and Request.get_by_id(ask.request).state == "taken"


@view(of=Ask, title=Text("我接的这件", "This one"), audience="self", when=_is_at_hand)
def mine_is(store: Store, ask: Ask) -> Facts:
    """What and where and by when; who reported it says the team's leader, to who goes."""
    request = Request.get_by_id(ask.request)
    pair = kind_of(request.kind).at_home
    return Facts(
        [
            (Text("什么事", "What"), request.title),
            (Text("在哪儿", "Where"), request.place),
            (
                Text("最晚", "At the latest"),
                day_in_words(by_of(store, request), local_today(store)),
            ),
            (Text("情况", "Standing"), REQUEST.title_of(request.state)),
            (Text("几人去", "Who go"), f"{len(going(request))}/{PAIR}" if pair else None),
            (Text("门牌、电话", "Room, telephone"), Text("请问队长", "Ask your team's leader")),
        ]
    )


def _step(store: Store, ask: Ask, state: str) -> Request:
    """The request of a yes, on its way to a state; raises `Refused` where it is there or beyond."""
    request: Request = Request.get_by_id(ask.request)
    if request.state not in _AT_HAND or request.state == state:
        raise Refused("这件已经变了，请再看一眼。", "It has changed meanwhile: look again.")
    return request


@action(
    of=Ask, title=Text("出发", "I set out"), audience="self", when=_is_taken, icon="arrow-up-circle"
)
def set_out(store: Store, ask: Ask) -> Text:
    """To a home in pairs alone."""
    with store.transaction():
        request = _step(store, ask, "working")
        sets_out(store, request)
        put(request, "working")
    return Text("路上小心", "Take care on the way")


@action(
    of=Ask,
    title=Text("办好了", "It is done"),
    audience="self",
    when=_is_at_hand,
    icon="check2-all",
    asks={
        "result": CharField(
            verbose_name=Request.result.verbose_name,
            max_length=200,
            help_text=Text("怎么办的，居民会看到。", "What was done; the resident reads it."),
        ),
        "after": Request.after,
    },
)
def is_done(store: Store, ask: Ask, result: str, after: object) -> Text:
    """Done, with a photo; the team tells whoever reported it."""
    with store.transaction():
        request = _step(store, ask, "done")
        finish(store, request, result, after)
        put(request, "done")
    return Text("办好了，谢谢您。", "Done, thank you.")


@action(
    of=Ask,
    title=Text("去不了了", "I cannot go"),
    audience="self",
    when=_is_at_hand,
    icon="arrow-left",
    asks={"reason": asked_as(WHY, max_length=80)},
)
def cannot(store: Store, ask: Ask, reason: str) -> Text:
    """Back to the dispatcher, whose clock went on: nobody is made to go (志愿服务条例 25)."""
    with store.transaction():
        request = _step(store, ask, "bounced")
        bounce(store, request, reason)
        put(request, "bounced")
    return Text("没关系，已经另找人", "Never mind: another is asked")
