"""The round to look at: which points are left, a press to tick and one to tell what was found there."""

from __future__ import annotations

from collections import Counter

from hongxian import Reference, Store, Text, Viewer, local_today, view
from hongxian.shapes import Beside, Button, Go, Link, Print, Table, Tag
from hongxian.text import joined
from hongxian_plugins.rounds.findings import DANGERS, KINDS, Finding
from hongxian_plugins.rounds.places import Checkpoint, points_of
from hongxian_plugins.rounds.walking import left_of, ticks_of
from hongxian_plugins.rounds.walks import ROUND, Round, Tick, Walker

_GROUPS = (
    (Text("消防", "Fire"), ("fire_lane", "stairs", "charging")),
    (Text("环境", "Tidiness"), ("rubbish", "dumping", "posters", "sorting")),
    (Text("设施", "Equipment"), ("lamp", "manhole", "fitness")),
    (Text("其他", "Others"), ("green", "falling", "other")),
)
_HEADS = (
    "#",
    Text("点位", "Checkpoint"),
    Text("看什么", "Look at"),
    Text("打卡", "Tick"),
    Text("发现", "Finding"),
)


@view(of=Round, title=Text("走这一趟", "Walk it"), page=True, usual=True, icon="signpost-2")
def walk(store: Store, round: Round, viewer: Viewer) -> Beside:
    """Its checkpoints in their order: what was ticked when, and what is left, a press each."""
    ticked, points = ticks_of(round), points_of(round.route)
    found = Counter(_place_of(each) for each in Finding.select().where(Finding.round == round.id))
    rows = [
        [
            each.place_no,
            each.name,
            each.ask or "",
            _tick(round, each, ticked.get(each.id)),
            _found(round, each, found[each.name]),
        ]
        for each in points
    ]
    done = sum(each.how != "missed" for each in ticked.values())
    told = Text("{title}：{done}/{all} 点", "{title}: {done} of {all}")
    return Beside(
        [Table(_HEADS, rows, note=_walkers(store, round))],
        title=told.format(title=round.title, done=done, all=len(points)),
        note=ROUND.title_of(round.state),
        presses=_presses(round, viewer),
    )


def _place_of(finding: Finding) -> str:
    return str(finding.place)


def _tick(round: Round, point: Checkpoint, tick: Tick | None) -> Button | Tag | list[object]:
    here = Button(
        Text("到了", "Here"), "rounds.tick", {"checkpoint": point.id}, round.id, at_once=True
    )
    if tick is None:
        return here
    if tick.how == "missed":
        return [Tag(tick.why or Text("没到", "Missed"), "stop"), here]
    return Tag(Text("{at:%H:%M}", "{at:%H:%M}").format(at=tick.at), "done")


def _found(round: Round, point: Checkpoint, count: int) -> list[object]:
    way = Go(
        Text("发现", "Found"),
        {"point": point.id},
        "rounds.spotted",
        icon="exclamation-triangle",
        id=round.id,
    )
    return [way, Tag(str(count), "wait")] if count else [way]


def _presses(round: Round, viewer: Viewer) -> list[object]:
    """The likeliest end of it, and its log."""
    log = Print(Text("日志", "Log"), "rounds.log", round.id)
    page = Link(Text("这一次", "This round"), Round, round.id)
    if round.state == "planned":
        return [Button(Text("出发", "Set out"), "rounds.set_out", {}, round.id, at_once=True), page]
    if round.state == "under_way" and not left_of(round):
        led = {"confirmed_by": viewer.name}
        end = Button(Text("走完了", "Finish"), "rounds.finish", led, round.id, at_once=True)
        return [end, log, page]
    if round.state == "under_way":
        short = Text("没走完，收队", "Stop short")
        return [Button(short, "rounds.stop_short", {"confirmed_by": viewer.name}, round.id), page]
    return [log, page]


def _walkers(store: Store, round: Round) -> Text:
    people = [each.person for each in walkers_of(round)]
    names = store.names_of("roster.person", people)
    told = (
        joined([names.get(each, "…") for each in people], "、")
        if people
        else Text("还没写谁去", "nobody yet")
    )
    return joined([Text("人员", "Who walks"), told], Text("：", ": "))


def walkers_of(round: Round) -> list[Walker]:
    """Who walks it, but for who turned out not to have."""
    query = Walker.select().where(Walker.round == round.id, Walker.voided == False)  # noqa: E712
    return list(query.order_by(Walker.id))


@view(
    of=Round,
    title=Text("发现什么", "What was found"),
    page=True,
    menu=False,
    asks={
        "point": Reference("rounds.checkpoint", verbose_name=Text("点位", "Checkpoint"), null=True)
    },
)
def spotted(store: Store, round: Round, point: str | None = None) -> Beside:
    """A press for each kind of thing that may be wrong there; a photo and words may follow."""
    labels, place = dict(KINDS), Checkpoint.get_or_none(Checkpoint.id == point) if point else None
    where = {"place": place.name} if place else {}
    rows: list[list[object]] = [
        [title, [_press(round, kind, labels[kind], where) for kind in kinds]]
        for title, kinds in _GROUPS
    ]
    return Beside(
        [Table((Text("类别", "Kind"), Text("是哪一种", "Which one")), rows, note=_DANGER)],
        title=joined([Text("发现什么", "What was found"), place.name], "：") if place else "",
        presses=[Go(Text("回到路线", "Back to the round"), {}, "rounds.walk", id=round.id)],
    )


_DANGER = Text(
    "带感叹号的当天办。有危险先打 110、119、120；只劝说，不拦、不搜、不进屋。",
    "What has a “!” is settled today. In danger call 110, 119, 120 first; nobody is stopped or searched.",
)


def _press(round: Round, kind: str, title: Text, where: dict[str, str]) -> Button:
    marked = joined([title, "！"], "") if kind in DANGERS else title
    given = {"kind": kind, **where}
    return Button(marked, "rounds.spot", given, round.id, at_once=bool(where))


@view(title=Text("今天的巡查", "Today's rounds"), usual=True)
def today(store: Store) -> Table:
    """What is walked today, and what is not back yet."""
    day = local_today(store)
    query = Round.select().where((Round.day == day) | (Round.state == "under_way"))
    held = [each for each in query.order_by(Round.day, Round.id) if each.state != "off"]
    return Table.listing(
        Round,
        held,
        (Text("路线", "Route"), lambda each: each.title),
        "shift",
        (Text("点位", "Points"), _done_of),
        "state",
        ("", _way),
    )


def _done_of(round: Round) -> str:
    points = len(points_of(round.route))
    return f"{points - len(left_of(round))}/{points}"


def _way(round: Round) -> Go:
    return Go(Text("走这一趟", "Walk it"), {}, "rounds.walk", "signpost-2", id=round.id)
