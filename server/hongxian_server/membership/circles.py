"""Circles at the hub: it notes who began one, and lets in or out whom a laptop of it asks for."""

from __future__ import annotations

from collections.abc import Iterable

from hongxian.collections.builtin import CircleMember, Conflict, Device, Task, member_id
from hongxian.errors import Refused
from hongxian.model.circle import MOST_CIRCLES, begun_by, team_of_circle
from hongxian.model.row import SCOPE, Change
from hongxian.text import Text
from hongxian.words.logs import logger
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.tables.keeper_log import Act, note
from hongxian_server.tables.membership import (
    circles_of,
    has_ended,
    is_known,
    laptops_holding,
    note_memberships,
    scopes_held,
    standing_of,
)

log = logger(__name__)
_NOT_LET_IN = Text(
    "没有让这台电脑加入知情圈：它不在本团队，或已停用，或加入的太多。",
    "That laptop was not let into the circle: it is not of the team, its access ended, or it is of too many.",
)
_TOO_MANY = Text(
    f"一台电脑最多加入 {MOST_CIRCLES} 个知情圈。", f"A laptop is of {MOST_CIRCLES} circles at most."
)
_THE_LAST = Text(
    "知情圈里只剩这台电脑，不能移出：移出后谁也看不到。",
    "That is the last laptop of the circle: without it nobody would see it any more.",
)


def note_begun(hub: Hub, laptop: str, scopes: Iterable[str]) -> None:
    """Enter the circles that a laptop has begun, of scopes where it just wrote, inside the caller's commit."""
    own = begun_by(laptop)
    begun = sorted({scope for scope in scopes if scope.startswith(own)})
    for scope in begun:
        if not is_known(scope):
            let_into(hub, scope, laptop)


def hand_over(hub: Hub, number: int, to: int) -> int:
    """Let a laptop into all circles of another, such as one that broke; returns how many. Both by number.

    Of those of its own teams alone; raises `Refused` where it would be of too many.
    """
    given, taker = devices.numbered(number), devices.numbered(to)
    devices.refuse_if_revoked(taker.laptop)
    teams, known = scopes_held(taker.laptop), circles_of(taker.laptop)
    scopes = [
        scope
        for scope, serial in standing_of(given.laptop).items()
        if serial > 0 and team_of_circle(scope) in teams and not known.get(scope)
    ]
    if len(known.keys() | scopes) > MOST_CIRCLES:
        raise Refused(_TOO_MANY)
    with hub.transaction():
        for scope in scopes:
            let_into(hub, scope, taker.laptop)
        note(hub, Act.CIRCLES_HANDED_OVER, number, given.name, to, taker.name, len(scopes))
    return len(scopes)


def learn_circles(hub: Hub, laptop: str, told: Iterable[str]) -> None:
    """Let a laptop that its keeper let in be of the circles that it was of, where this hub lost them."""
    known, teams = circles_of(laptop), scopes_held(laptop)
    for scope in told:
        is_lost = hub.recovering or not is_known(scope)
        if scope not in known and team_of_circle(scope) in teams and is_lost:
            let_into(hub, scope, laptop)


def settle_wishes(hub: Hub, ids: Iterable[str]) -> None:
    """Do what these members' records ask for, or say why not, inside the caller's commit."""
    wanted = list(ids)
    if not wanted:
        return
    for asked in CircleMember.select().where(CircleMember.id.in_(wanted)):
        if asked.wanted != asked.inside:
            _settle(hub, asked)


def follow_moves(hub: Hub, moves: Iterable[tuple[str, Change]]) -> None:
    """Let conflicts and tasks go with the records that they tell of, inside the caller's commit."""
    for name, change in moves:
        scope = change.values[SCOPE]
        for model in (Conflict, Task):
            told = model.select(model.id).where(
                model.collection == name, model.record == change.id, model.scope != scope
            )
            hub.edit(model, {id: {SCOPE: scope} for (id,) in told.tuples()})


def let_into(hub: Hub, scope: str, laptop: str) -> None:
    """Let a laptop into a circle, inside the caller's commit."""
    note_memberships(laptop, [scope], hub.now(), granted=True)
    show_member(hub, scope, laptop, inside=True)


def _settle(hub: Hub, asked: CircleMember) -> None:
    why_not = _why_not_in(asked) if asked.wanted else _why_not_out(asked)
    if why_not is None:
        note_memberships(asked.laptop, [asked.scope], hub.now(), granted=asked.wanted)
        hub.edit(CircleMember, {asked.id: {"inside": asked.wanted}})
        log.info("circle let %s", "in" if asked.wanted else "out")
        return
    hub.edit(CircleMember, {asked.id: {"wanted": asked.inside}})
    named = Device.get_or_none(Device.laptop == asked.laptop)
    text = Text("{name}：{why}", "{name}: {why}").format(
        name=named.name if named else asked.laptop, why=why_not
    )
    hub.create(Task, [{"scope": asked.scope, "text": text}])


def _why_not_in(asked: CircleMember) -> Text | None:
    laptop = asked.laptop
    is_of_team = team_of_circle(asked.scope) in scopes_held(laptop)
    may = is_of_team and not has_ended(laptop) and len(circles_of(laptop)) < MOST_CIRCLES
    return None if may else _NOT_LET_IN


def _why_not_out(asked: CircleMember) -> Text | None:
    others = laptops_holding(asked.scope) - {asked.laptop}
    return _THE_LAST if all(map(has_ended, others)) else None


def show_member(hub: Hub, scope: str, laptop: str, *, inside: bool) -> None:
    """Tell the circle of one of its laptops, inside the caller's commit."""
    id, said = member_id(scope, laptop), {"wanted": inside, "inside": inside}
    if CircleMember.select().where(CircleMember.id == id).exists():
        hub.edit(CircleMember, {id: said})
    else:
        hub.create(CircleMember, [{"id": id, "scope": scope, "laptop": laptop, **said}])
