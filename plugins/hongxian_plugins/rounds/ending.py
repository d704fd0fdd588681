"""The end of a round: all of it was ticked, or what was missed and why; and the hours of who walked."""

from __future__ import annotations

from hongxian import Refused, Seen, Store, Text, gives, step
from hongxian.contracts import Presence
from hongxian.records import asked_as, heard_so_far, local_minute
from hongxian.text import joined
from hongxian_plugins.rounds.walking import left_of, ticks_of
from hongxian_plugins.rounds.walks import OVER, Round, Tick, Walker, tick_id


@step(Round, "finish")
def finish(store: Store, round: Round) -> Text:
    """All checkpoints were looked at, as far as this laptop knows."""
    if left := left_of(round):
        raise Refused(
            "还有 {n} 点没打卡：{names}。没去成的，用“没走完，收队”写原因。",
            "{n} are left: {names}. If they were missed, stop short and say why.",
            n=len(left),
            names=[each.name for each in left],
        )
    round.ended = round.ended or local_minute(store)
    return heard_so_far()


@step(
    Round,
    "stop_short",
    asks={
        "why": asked_as(Tick.why, null=False),
        "confirmed_by": asked_as(Round.confirmed_by, null=False),
    },
)
def stop_short(store: Store, round: Round, why: str, confirmed_by: str) -> Text:
    """They came back without having been everywhere: each point that was missed has the reason."""
    ticked = ticks_of(round)
    for each in left_of(round):
        if each.id not in ticked:
            told = {"round": round, "checkpoint": each, "how": "missed", "why": why}
            Tick.create(id=tick_id(round.id, each.id), scope=round.scope, **told)
    round.ended, round.confirmed_by = round.ended or local_minute(store), confirmed_by
    return joined(
        [Text("没到 {n} 点", "{n} missed").format(n=len(left_of(round))), heard_so_far()], " "
    )


@gives(Presence, of=Walker, through=("round",), person="person", day="round.started")
def presence_of(walker: Walker, seen: Seen) -> Presence | None:
    """Whoever led has confirmed by the end of the round; each who walked was there from out to back, once."""
    round = seen.get(Round, walker.round)
    if round is None or round.state not in OVER or not round.confirmed_by:
        return None
    if not round.started or not round.ended or round.ended <= round.started:
        return None
    return Presence(
        person=walker.person,
        begins=round.started,
        ends=round.ended,
        about=round.id,
        activity=round.title,
        day=round.day,
        kind="patrol",
        confirmed_by=round.confirmed_by,
        void=(walker.void_reason or "") if walker.voided else "",
    )
