"""What rounds, findings and sheets may not say, asked on the laptop as on the hub."""

from __future__ import annotations

from datetime import timedelta

from hongxian import Mark, Refused, Seen, rule
from hongxian.records import Somebody
from hongxian_plugins.rounds.findings import Finding
from hongxian_plugins.rounds.places import Checkpoint
from hongxian_plugins.rounds.walks import OVER, Round, Tick, Walker

PAIR = 2
_A_DAY = timedelta(days=1)


@rule(of=Round, when=("started", "ended"))
def ends_after_it_began(round: Round) -> None:
    if round.started is None or round.ended is None:
        return
    if not timedelta(0) <= round.ended - round.started <= _A_DAY:
        raise Refused(
            "{began:%m-%d %H:%M} 出发，{ended:%m-%d %H:%M} 收队：请核对时间。",
            "Out at {began:%m-%d %H:%M}, back at {ended:%m-%d %H:%M}: check the times.",
            began=round.started,
            ended=round.ended,
        )


@rule(of=Round, when=("route", "day", "shift", "state"))
def is_walked_once_a_shift(round: Round, seen: Seen) -> Mark | None:
    """By one team: two teams may meet on a route, and whoever walked has walked."""
    same = seen.all(Round, route=round.route, day=round.day, shift=round.shift)
    if round.state == "off" or len([each for each in same if each.state != "off"]) < 2:
        return None
    return Mark(
        "这一班这条路线已经有一次了；记重了请删一次。",
        "That route has a round in this shift already: delete one that was entered twice.",
    )


@rule(of=Round, when=("state",))
def is_walked_by_a_pair(round: Round, seen: Seen) -> Mark | None:
    """Who went alone has gone: it is written, and somebody talks to them."""
    if round.state not in OVER:
        return None
    count = len(seen.all(Walker, round=round.id, voided=False))
    if count >= PAIR:
        return None
    return Mark(
        "只有 {n} 人，巡查两人一组；漏了谁请补上。",
        "{n} walked, and two go together; add who is missing.",
        n=count,
    )


@rule(of=Round, when=("state",))
def is_done_when_all_is_ticked(round: Round, seen: Seen) -> Mark | None:
    """A checkpoint that another laptop put on the route meanwhile is told, and undoes nothing."""
    if round.state != "done" or not (left := _left(round, seen)):
        return None
    return Mark(
        "记了完成，还有 {n} 点没打卡。",
        "It is done, and {n} {n:point is|points are} not ticked.",
        n=len(left),
    )


@rule(of=Tick, when=("how",))
def ends_a_round_that_stopped_short(tick: Tick, seen: Seen) -> Mark | None:
    """Of two laptops one may have stopped short without the other's ticks; the last point tells of it."""
    round = seen.get(Round, tick.round)
    if round is None or round.state != "unfinished" or _left(round, seen):
        return None
    if tick.checkpoint != max(each.id for each in seen.all(Checkpoint, route=round.route)):
        return None
    return Mark(
        "各点都打卡了，这一趟可以记“走完了”。", "All of that round is ticked after all: finish it."
    )


def _left(round: Round, seen: Seen) -> set[str]:
    """The checkpoints of a round at which nobody was."""
    points = {each.id for each in seen.all(Checkpoint, route=round.route)}
    return points - {
        each.checkpoint for each in seen.all(Tick, round=round.id) if each.how != "missed"
    }


@rule(of=Finding, when=("state", "fixed_by", "rechecked_by"))
def who_fixed_does_not_recheck(finding: Finding, seen: Seen) -> None:
    if finding.state != "closed" or not finding.fixed_by or not finding.rechecked_by:
        return
    fixed, rechecked = (_name(seen, each) for each in (finding.fixed_by, finding.rechecked_by))
    if finding.fixed_by == finding.rechecked_by or fixed == rechecked:
        raise Refused(
            "处置和复查不能是同一个人，请换一个人去看。",
            "Who fixed it does not recheck it: let somebody else look.",
        )


def _name(seen: Seen, value: str) -> str:
    """What somebody is called, of the roster or typed; the id where the roster's is not here."""
    who = Somebody(value)
    if who.person is None:
        return "".join(who.name.split())
    person = seen.get("roster.person", who.person)
    return str(person.name) if person is not None else str(value)
