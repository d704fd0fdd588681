"""What a volunteer does about a call by their own phone: answer it, see their post, come and go by the code there.

A laptop signs the codes, and the hub none; so a screen that shows them is a laptop's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from peewee import CharField

from hongxian import Record, Refused, Store, Text, Viewer, action, document, local_now, view
from hongxian.codes import is_signed_for, passing_qr, read_signed_qr, signed_qr
from hongxian.days import day_ahead
from hongxian.doubles import group
from hongxian.records import local_minute
from hongxian.shapes import Beside, Button, Facts, Sheet, Table
from hongxian.text import joined
from hongxian_plugins.mobilise.answers import note_answer, tag_of
from hongxian_plugins.mobilise.calls import (
    NO_CALL,
    RUNNING,
    SAYS,
    WHICH_CALL,
    Answer,
    Call,
    Post,
    Shift,
    call_meant,
)
from hongxian_plugins.mobilise.people import MEMBERS, PEOPLE
from hongxian_plugins.mobilise.placing import live_at, stand
from hongxian_plugins.mobilise.presences import Presence, standing
from hongxian_plugins.mobilise.reporting.members import HERE, Report
from hongxian_plugins.mobilise.steps import LIVE, OPEN, PRESENCE

MUSTER = "mobilise.muster"
"""For what the codes are signed."""
JUST_NOW = timedelta(minutes=10)
"""Scanned twice within it, it is meant once."""
_SHOWN = timedelta(days=1)
"""So long somebody sees that they were released."""
_SCAN = Text(
    "手机扫一扫：到了扫一次，离岗再扫一次", "Scan it: once as you come, once more as you go"
)


# -- answering -------------------------------------------------------------------------------------------


@view(of=PEOPLE, title=Text("召集", "Calls"), audience="self", usual=True)
def called(store: Store, person: Record) -> Table:
    """The calls that run: what they said, and a press each for what they say."""
    if _team_of(store, person.id) is None:
        return Table([], [])
    running = list(Call.select().where(Call.state.in_(RUNNING)).order_by(Call.begins, Call.id))
    mine = Answer.person.in_(group(PEOPLE, person.id))
    said = {each.call: each for each in Answer.select().where(mine).order_by(Answer.at)}
    now = local_now(store)
    return Table(
        [Call.title.verbose_name, "", "", ""],
        [
            [
                each.title,
                _when(each),
                tag_of(said[each.id]) if each.id in said else "",
                _presses(each, said.get(each.id)) if _still_asks(each, now) else _BEGUN,
            ]
            for each in running
        ],
    )


def _still_asks(call: Call, now: datetime) -> bool:
    """Until it begins, and while a shift of it is to come."""
    to_come = Shift.select().where(Shift.call == call.id, Shift.begins > now)
    return bool(call.begins > now or to_come.exists())


_BEGUN = Text("已开始，要来请直接去", "It has begun: simply go there")


def _when(call: Call) -> Text:
    day = day_ahead(call.begins.date(), local_now().date())
    return Text("{day} {hour} · {place}", "{day} {hour} · {place}").format(
        day=day, hour=f"{call.begins:%H:%M}", place=call.place
    )


def _presses(call: Call, said: Answer | None) -> list[Button]:
    return [
        Button(title, "mobilise.answer_myself", {"call": call.id, "say": say})
        for say, title in SAYS
        if said is None or said.say != say
    ]


def _which(given: Mapping[str, str]) -> Text | None:
    """Which call it is, when and where."""
    call = Call.get_or_none(Call.id == given.get("call"), Call.state.in_(RUNNING))
    if call is None:
        return None
    return joined([Text.of(call.title), _when(call)], Text("，", ", "))


@action(
    title=Text("答复召集", "Answer a call"),
    audience="self",
    menu=False,
    says=_which,
    asks={
        "call": Answer.call,
        "say": CharField(verbose_name=Answer.say.verbose_name, choices=SAYS),
    },
)
def answer_myself(store: Store, call: str, say: str, viewer: Viewer) -> Text:
    """Come, come later, or not; the last that they say stands."""
    meant = Call.get_or_none(Call.id == call, Call.state.in_(RUNNING))
    if meant is None:
        raise Refused("这次召集已经结束。", "That call is over.")
    with store.transaction():
        told = note_answer(store, meant, viewer.person or "", say, scope=_own_team(store, viewer))
    return Text("{title}：{say}", "{title}: {say}").format(title=meant.title, say=told)


def _own_team(store: Store, viewer: Viewer) -> str:
    team = _team_of(store, viewer.person or "")
    if team is None:
        raise Refused(
            "您还不在哪个队里，请先找队长。", "You are in no team yet: ask a team's leader."
        )
    return team


def _team_of(store: Store, person: str) -> str | None:
    """The scope of the team where somebody has reported, else of one that they are in."""
    people = group(PEOPLE, person)
    here = Report.person.in_(people), Report.state.in_(HERE)
    found = [scope for (scope,) in Report.select(Report.scope).where(*here).tuples()]
    if not found and MEMBERS in store.collections:
        members = store.collection(MEMBERS).model
        is_in = members.person.in_(people), members.until.is_null()
        found = [scope for (scope,) in members.select(members.scope).where(*is_in).tuples()]
    return min(found, default=None)


# -- one's post ------------------------------------------------------------------------------------------


@view(of=PEOPLE, title=Text("我的岗位", "My post"), audience="self", usual=True)
def my_posts(store: Store, person: Record) -> Table:
    """Where one is to be or is, and, for a day, that one was released."""
    mine = Presence.person.in_(group(PEOPLE, person.id))
    lately = Presence.released > local_now(store) - _SHOWN
    found = list(standing(mine, Presence.state.in_(LIVE) | lately).order_by(Presence.id.desc()))
    return Table(
        [Call.title.verbose_name, "", "", ""],
        [
            [
                _name(Call.title, each.call),
                _where(each),
                PRESENCE.title_of(each.state),
                _hours(each),
            ]
            for each in found
        ],
    )


def _name(field: CharField, id: str | None) -> str:
    found = field.model.select(field).where(field.model.id == id).tuples().first()
    return str(found[0]) if found else ""


def _where(presence: Presence) -> Text:
    told = (_name(Post.name, presence.post), _name(Shift.title, presence.shift))
    return joined([Text.of(each) for each in told if each], " · ")


def _hours(presence: Presence) -> str:
    moments = (presence.arrived, presence.released)
    return "–".join(f"{each:%H:%M}" for each in moments if each)


# -- the code there --------------------------------------------------------------------------------------


@view(
    title=Text("集合点的码", "Code where they assemble"),
    audience="display",
    signs=True,
    asks={"call": WHICH_CALL},
    menu=False,
    icon="person-check",
)
def muster_code(store: Store, call: str | None = None) -> Beside:
    """The code of the call that runs; another each minute. Raises `Refused` at the hub."""
    meant = call_meant(call, local_now(store))
    if meant is None:
        return Beside([], note=NO_CALL)
    return Beside([Facts([(meant.title, passing_qr(store, MUSTER, meant))])], note=_SCAN)


@document(of=Call, title=Text("集合点的码（纸）", "Code on paper"), icon="printer")
def muster_paper(store: Store, call: Call) -> Sheet:
    """For where no laptop stands: good for a day."""
    until = local_minute(store) + timedelta(days=1)
    code = signed_qr(store, MUSTER, call, until)
    note = Text("有效到 {until:%m-%d %H:%M}", "Good until {until:%m-%d %H:%M}").format(until=until)
    return Sheet(call.title, [[call.place], code, _SCAN], note=note)


@action(
    title=Text("到岗、离岗", "Come or go"),
    audience="self",
    menu=False,
    icon="person-check",
    asks={"code": CharField(verbose_name=Text("码", "Code"), max_length=400)},
    scans=lambda _, code: is_signed_for(MUSTER, code),
)
def muster(store: Store, code: str, viewer: Viewer) -> Text:
    """Whoever scans it is there; scanned once more, they are released."""
    said, person = read_signed_qr(store, MUSTER, code), viewer.person or ""
    call = Call.get_or_none(Call.id == said.record)
    if call is None or call.state not in RUNNING:
        raise Refused("这次召集还没开始，或已解除。", "That call has not begun, or is lifted.")
    team = min(said.teams, default=_team_of(store, person)) or _own_team(store, viewer)
    now = local_minute(store)
    with store.transaction():
        mine = live_at(call.id, person)
        if mine is not None and mine.state in OPEN:
            return _released(store, mine, call, now)
        stand(store, call, person, scope=team)
    return _THERE.format(title=call.title, at=now)


def _released(store: Store, presence: Presence, call: Call, now: datetime) -> Text:
    if now - presence.arrived < JUST_NOW:
        return _ALREADY.format(title=call.title)
    store.edit(Presence, {presence.id: {"released": now, "state": "released"}})
    return _GONE.format(title=call.title, at=now)


_THERE = Text(
    "{title}：{at:%H:%M} 到。离岗再扫一次。",
    "{title}: there at {at:%H:%M}. Scan it again as you go.",
)
_ALREADY = Text("{title}：已到。离岗再扫一次。", "{title}: you are there. Scan it again as you go.")
_GONE = Text("{title}：{at:%H:%M} 离岗，辛苦了。", "{title}: released at {at:%H:%M}, thank you.")
