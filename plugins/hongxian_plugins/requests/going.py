"""Who goes: the first yes has it, of a home visit two; and what a team may do with what it took."""

from __future__ import annotations

from datetime import date, datetime

from hongxian import Reference, Refused, Store, Text, action, step
from hongxian.records import asked_as, team_for
from hongxian_plugins.requests.kept.flow import OPEN
from hongxian_plugins.requests.kept.kinds import kind_of
from hongxian_plugins.requests.kept.lines import note
from hongxian_plugins.requests.kept.people import PAIR, Ask
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.teams import scope_named, teams_of

WHY = asked_as(Request.reason, null=False)
COMPANION = Reference(
    "roster.person",
    verbose_name=Text("同去的人", "Companion"),
    null=True,
    help_text=Text("上门要两人同行。", "A home is visited by two."),
)


def give_back(request: Request) -> None:
    """Whoever had said yes is free again, so that another may."""
    for each in Ask.select().where(Ask.request == request.id, Ask.say == "yes"):
        each.say = "returned"
        each.save()


@step(
    Request,
    "take",
    asks={
        "volunteer": Ask.volunteer,
        "companion": COMPANION,
        "begins": Ask.begins,
        "licence": Ask.licence,
    },
)
def take(
    store: Store,
    request: Request,
    volunteer: str | None,
    companion: str | None,
    begins: datetime | None,
    licence: str | None,
) -> None:
    """Whoever says yes first has it; of a home visit two."""
    scope = _team(store, request, volunteer)
    request.team = request.team or teams_of(store).get(scope)
    for each in (volunteer, companion) if companion else (volunteer,):
        says_yes(request, each, scope, begins=begins, licence=licence)
    note(store, request, "take")


def _team(store: Store, request: Request, volunteer: str | None) -> str:
    """Whose the answer of somebody who was asked is: of the team that does the work, if this laptop is of it."""
    return team_for(store, like=scope_named(store, request.team), person=volunteer)


def says_yes(request: Request, volunteer: str | None, scope: str, **told: object) -> Ask:
    """In the first free place: of most matters there is one."""
    held = [each.seat for each in going(request)]
    places = range(1, PAIR + 1) if kind_of(request.kind).at_home else (1,)
    seat = next((each for each in places if each not in held), 1)
    asked: Ask | None = Ask.get_or_none(
        Ask.request == request.id,
        Ask.volunteer == volunteer,
        Ask.turn == request.turn,
        Ask.say == "asked",
    )
    if volunteer and asked:
        for name, value in {**told, "say": "yes", "seat": seat}.items():
            setattr(asked, name, value)
        asked.save()
        return asked
    new = {"request": request.id, "volunteer": volunteer, "turn": request.turn, "scope": scope}
    made: Ask = Ask.create(**new, say="yes", seat=seat, **told)
    return made


def going(request: Request) -> list[Ask]:
    """Who goes, of the turn that counts, as far as this laptop knows."""
    yes = Ask.select().where(Ask.request == request.id, Ask.say == "yes", Ask.turn == request.turn)
    return list(yes.order_by(Ask.seat, Ask.id))


@action(
    of=Request,
    title=Text("同去", "Go along"),
    when=lambda request: request.state in ("taken", "working"),
    asks=[asked_as(Ask.volunteer, null=False), Ask.licence],
)
def go_along(store: Store, request: Request, volunteer: str, licence: str | None) -> Text:
    """The second of a pair says yes."""
    scope = _team(store, request, volunteer)
    with store.transaction():
        says_yes(request, volunteer, scope, licence=licence)
    return (
        Text("两人齐了", "There are two now")
        if len(going(request)) > 1
        else Text("记下了", "Noted")
    )


@action(
    of=Request,
    title=Text("问一问", "Ask somebody"),
    when=lambda request: request.state in ("accepted", "dispatched", "taken"),
    asks=[asked_as(Ask.volunteer, null=False), asked_as(Ask.say, choices=Ask.say.choices[:3:2])],
)
def ask(store: Store, request: Request, volunteer: str, say: str) -> Text:
    """Who was asked, or cannot: nobody is assigned (志愿服务条例 25)."""
    scope = _team(store, request, volunteer)
    Ask.create(request=request.id, volunteer=volunteer, say=say, turn=request.turn, scope=scope)
    return Text("记下了", "Noted")


@action(
    of=Ask,
    title=Text("谢谢，有人先接了", "Thank you: another was first"),
    when=lambda a: a.say == "yes",
)
def thank(store: Store, ask: Ask) -> Text:
    """Whoever said yes second is thanked, and the place stays with the first."""
    ask.say = "thanked"
    ask.save()
    return Text("已记：请当面或电话谢一声。", "Noted: thank them in person or by telephone.")


@step(Request, "begin")
def begin(store: Store, request: Request) -> None:
    """To a home in pairs: until there are two, nobody sets out."""
    if kind_of(request.kind).at_home and len(going(request)) < PAIR:
        raise Refused("上门要两人同行，还差一人。", "A home is visited by two: one is missing.")
    note(store, request, "begin")


@step(Request, "bounce", asks={"reason": WHY})
def bounce(store: Store, request: Request, reason: str) -> None:
    """The team cannot: back to the dispatcher, whose clock went on all the time."""
    request.reason = reason
    give_back(request)
    note(store, request, "bounce", reason)


@step(Request, "hold", asks={"reason": WHY})
def hold(store: Store, request: Request, reason: str) -> None:
    """It waits for something; the clock does not."""
    request.reason = reason
    note(store, request, "hold", reason)


@step(Request, "resume")
def resume(store: Store, request: Request) -> None:
    """It goes on."""
    note(store, request, "resume")


@action(
    of=Request,
    title=Text("延期", "Extend"),
    when=lambda request: request.state in OPEN and request.extended_to is None,
    asks=[asked_as(Request.extended_to, null=False), WHY],
)
def extend(store: Store, request: Request, extended_to: date, reason: str) -> Text:
    """Once, with a reason that the resident is told."""
    with store.transaction():
        request.extended_to = extended_to
        request.save()
        note(store, request, "extend", f"{extended_to} {reason}")
    return Text(
        "已延到 {day}，请告诉居民为什么。", "Extended to {day}: tell the resident why."
    ).format(day=extended_to)
