"""Walking a round: who goes, a press for each checkpoint, and the hours of who went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from peewee import CharField

from hongxian import (
    Reference,
    Refused,
    Store,
    Text,
    action,
    local_now,
    local_today,
    step,
)
from hongxian.entries import entry
from hongxian.records import asked_as, local_minute, new_id, present_store, team_for
from hongxian.shapes import Go, Link
from hongxian_plugins.rounds.places import CODE, Checkpoint, Route, points_of
from hongxian_plugins.rounds.walks import (
    OVER,
    SHIFTS,
    Round,
    Tick,
    Walker,
    round_id,
    tick_id,
    walker_id,
)

_HOURS = ((5, "night"), (12, "morning"), (18, "afternoon"), (22, "evening"), (24, "night"))


def shift_now() -> str:
    """The shift of this hour."""
    hour = local_now(present_store()).hour
    return next(shift for until, shift in _HOURS if hour < until)


def _who(label: Text) -> Reference:
    return Reference(
        "roster.person", verbose_name=label, null=True, help_text=Walker.person.help_text
    )


_ASKS = {
    "route": Round.route,
    "day": asked_as(Round.day, default=local_today),
    "shift": asked_as(Round.shift, default=shift_now),
    "kind": Round.kind,
    "one": _who(Text("一位", "One")),
    "other": _who(Text("另一位", "The other")),
}


@entry(makes=Round, title=Text("安排巡查", "Plan a round"), asks=_ASKS, icon="calendar-plus")
def plan(
    store: Store, route: str, day: date, shift: str, kind: str, one: str | None, other: str | None
) -> Link:
    """Who walks which route when."""
    with store.transaction():
        made = Round.get_by_id(_round(store, route, day, shift, kind, (one, other)))
    told = Text("已安排：{title}", "Planned: {title}").format(title=made.title)
    return Link(told, Round, made.id)


@action(
    title=Text("出发巡查", "Set out"),
    card=True,
    icon="signpost-2",
    asks={name: _ASKS[name] for name in ("route", "shift", "kind", "one", "other")},
)
def begin(
    store: Store, route: str, shift: str, kind: str, one: str | None, other: str | None
) -> Go:
    """Walk now, whether it was planned or not: a pair that begins on two laptops walks one round."""
    with store.transaction():
        id = _round(store, route, local_today(store), shift, kind, (one, other))
        held = Round.get_by_id(id)
        if held.state == "planned":
            set_out(store, held)
            held.state = "under_way"
            held.save()
    told = Text("已出发：{title}", "Set out: {title}").format(title=held.title)
    return Go(told, view="rounds.walk", id=held.id)


def _round(
    store: Store, route: str, day: date, shift: str, kind: str, people: Sequence[str | None]
) -> str:
    """The round of that route, day and shift, by its id, and that these walk it."""
    scope = team_for(store, person=next(filter(None, people), None))
    held = Round.get_or_none(
        Round.scope == scope,
        Round.route == route,
        Round.day == day,
        Round.shift == shift,
        Round.state != "off",
    )
    if held is None:
        id = round_id(scope, route, day, shift)
        title = f"{Route.get_by_id(route).name} {day} {dict(SHIFTS)[shift].zh}"
        told = {"title": title, "route": route, "day": day, "shift": shift, "kind": kind}
        is_off = Round.select().where(Round.id == id).exists()
        held = Round.create(id=new_id() if is_off else id, scope=scope, **told)
    for person in people:
        if person:
            _walks(held, person)
    return str(held.id)


def _walks(round: Round, person: str) -> None:
    id = walker_id(round.id, person)
    if not Walker.select().where(Walker.id == id).exists():
        Walker.create(id=id, round=round, person=person, scope=round.scope)


@action(
    of=Round,
    title=Text("加人", "Add who walks"),
    icon="person-plus",
    when=lambda round: round.state not in ("off", *OVER),
    asks=[Walker.person],
)
def join(store: Store, round: Round, person: str) -> Text:
    """Somebody walks along."""
    _walks(round, person)
    return Text("加上了", "Walks along")


# -- ticks -----------------------------------------------------------------------------------------


@step(Round, "set_out")
def set_out(store: Store, round: Round) -> Go:
    """They go, and find their checkpoints."""
    round.started = round.started or local_minute(store)
    left = Text("还有 {n} 点", "{n} {n:checkpoint|checkpoints} left").format(n=len(left_of(round)))
    return Go(left, view="rounds.walk", id=round.id)


@action(
    of=Round,
    title=Text("打卡", "Tick"),
    menu=False,
    when=lambda round: round.state not in ("planned", "off"),
    asks=[Tick.checkpoint],
)
def tick(store: Store, round: Round, checkpoint: str) -> Text:
    """They stand at a checkpoint now."""
    return tick_at(store, round, Checkpoint.get_by_id(checkpoint), "list")


@action(
    title=Text("扫码打卡", "Scan a code"),
    icon="search",
    asks={
        "code": CharField(
            verbose_name=Text("点位码", "Code"),
            max_length=40,
            help_text=Text("扫一扫，或照着打。", "Scanned, or typed."),
        )
    },
)
def scan(store: Store, code: str) -> Text:
    """The code of a checkpoint was read: it is ticked in the round that is under way there."""
    wanted = code.strip().upper()[-CODE:]
    found = [each for each in Checkpoint.select() if wanted and each.code == wanted]
    under_way = Round.select().where(
        Round.route.in_([each.route for each in found]), Round.state == "under_way"
    )
    held = under_way.order_by(Round.started.desc()).first()
    if not found:
        raise Refused("没有这个点位码：{code}", "There is no such code: {code}", code=wanted)
    if held is None:
        raise Refused(
            "{name}所在的路线现在没有人在走，请先出发。",
            "Nobody walks the route of {name} now: set out first.",
            name=found[0].name,
        )
    return tick_at(store, held, next(each for each in found if each.route == held.route), "scan")


def tick_at(store: Store, round: Round, checkpoint: Checkpoint, how: str) -> Text:
    """They stand there now: one tick, however often it is said."""
    id, at = tick_id(round.id, checkpoint.id), local_minute(store)
    held = Tick.get_or_none(Tick.id == id)
    if held is None:
        about = {"round": round, "checkpoint": checkpoint}
        Tick.create(id=id, scope=round.scope, at=at, how=how, **about)
    elif held.how == "missed":
        held.at, held.how = at, how
        held.save()
    told = Text("{name}到了，还有 {n} 点", "{name} ticked, {n} left")
    return told.format(name=checkpoint.name, n=len(left_of(round)))


def ticks_of(round: Round) -> dict[str, Tick]:
    """A round's ticks by their checkpoints, the missed ones with them."""
    return {each.checkpoint: each for each in Tick.select().where(Tick.round == round.id)}


def left_of(round: Round) -> list[Checkpoint]:
    """The checkpoints at which nobody was yet."""
    there = {id for id, each in ticks_of(round).items() if each.how != "missed"}
    return [each for each in points_of(round.route) if each.id not in there]
