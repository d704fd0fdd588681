"""On a phone: the round of who walks it, and of nobody else. Scan or tick, what was found with a photo, done."""

from __future__ import annotations

from peewee import CharField

from hongxian import Record, Reference, Refused, Store, Text, Viewer, action, local_today, view
from hongxian.doubles import group
from hongxian.files import File
from hongxian.records import local_minute
from hongxian.shapes import Beside, Button, Link, Table, Tag
from hongxian_plugins.rounds.findings import Finding
from hongxian_plugins.rounds.handling import write_finding
from hongxian_plugins.rounds.places import CODE, Checkpoint, points_of
from hongxian_plugins.rounds.walking import left_of, set_out, tick_at, ticks_of
from hongxian_plugins.rounds.walks import ROUND, Round, Tick, Walker

PERSON = "roster.person"
_UNDER_WAY = ("planned", "under_way")
_WRONG_CODE = Text("这不是您这趟的点位码。", "This is no checkpoint of your round.")


def _walks(walker: Walker) -> bool:
    """Whether somebody walks a round that is not back yet."""
    return not walker.voided and Round.get_by_id(walker.round).state in _UNDER_WAY


def _mine(store: Store, person: str) -> list[Walker]:
    """The rounds of today that somebody walks, and those that are not back, as they walk them."""
    of_them = Walker.person.in_(group(PERSON, person))
    walked = list(Walker.select().where(of_them, Walker.voided == False))  # noqa: E712
    day = local_today(store)
    rounds = Round.select().where(
        Round.id.in_([each.round for each in walked]),
        Round.state.in_(_UNDER_WAY),
        (Round.day == day) | (Round.state == "under_way"),
    )
    there = {each.id: each for each in rounds}
    found = [each for each in walked if each.round in there]
    return sorted(found, key=lambda each: (there[each.round].day, each.id))


@view(of=PERSON, title=Text("我的巡查", "My round"), audience="self", usual=True, icon="signpost-2")
def my_round(store: Store, person: Record) -> Table:
    """What one walks today, and how many points are left."""
    mine = _mine(store, person.id)
    rounds = {each.round: Round.get_by_id(each.round) for each in mine}
    return Table(
        [Text("路线", "Route"), Text("状态", "State"), Text("剩", "Left")],
        [
            [
                rounds[each.round].title,
                _standing(rounds[each.round]),
                Text("{n} 个点位", "{n} {n:point|points}").format(
                    n=len(left_of(rounds[each.round]))
                ),
            ]
            for each in mine
        ],
        ids=[each.id for each in mine],
        of=Walker,
    )


def _standing(round: Round) -> Text:
    return _BACK if round.ended else ROUND.title_of(round.state)


_BACK = Text("已收队，等确认", "Back, to be confirmed")


@view(of=Walker, title=Text("这一趟", "This round"), audience="self", when=_walks)
def my_points(store: Store, walker: Walker) -> Beside:
    """Its checkpoints in their order, a press to tick each and one to tell what was found there."""
    round = Round.get_by_id(walker.round)
    if round.state == "planned":
        return Beside([Table(["", ""], [], note=_SET_OUT)], title=round.title)
    ticked = ticks_of(round)
    rows: list[list[object]] = [
        [each.name, each.ask or "", _ways(walker, each, ticked.get(each.id))]
        for each in points_of(round.route)
    ]
    left = Text("还剩 {n} 个点位", "{n} {n:point|points} left").format(n=len(left_of(round)))
    return Beside([Table((Text("点位", "Checkpoint"), "", ""), rows)], title=round.title, note=left)


_SET_OUT = Text("按“出发”，点位就出来。", "Press “Set out”, and its points are here.")


def _ways(walker: Walker, point: Checkpoint, tick: Tick | None) -> list[object]:
    given = {"checkpoint": point.id}
    found = Button(Text("发现", "Found"), "rounds.found", {"place": point.name}, walker.id)
    if tick is not None and tick.how != "missed":
        return [Tag(Text("{at:%H:%M}", "{at:%H:%M}").format(at=tick.at), "done"), found]
    here = Button(Text("到了", "Here"), "rounds.here", given, walker.id, at_once=True)
    return [here, found]


@action(
    of=Walker,
    title=Text("出发", "Set out"),
    audience="self",
    icon="signpost-2",
    when=lambda walker: _walks(walker) and Round.get_by_id(walker.round).state == "planned",
)
def go_out(store: Store, walker: Walker) -> Link:
    """Whoever of the pair presses first sets out for both."""
    round = Round.get_by_id(walker.round)
    with store.transaction():
        told = set_out(store, round)
        round.state = "under_way"
        round.save()
    return Link(told.title, Walker, walker.id)


def _is_under_way(walker: Walker) -> bool:
    return _walks(walker) and bool(Round.get_by_id(walker.round).state == "under_way")


@action(
    of=Walker,
    title=Text("到了", "Here"),
    audience="self",
    menu=False,
    when=_is_under_way,
    asks={"checkpoint": Reference("rounds.checkpoint", verbose_name=Text("点位", "Checkpoint"))},
)
def here(store: Store, walker: Walker, checkpoint: str) -> Text:
    """They stand at a checkpoint of their round."""
    round = Round.get_by_id(walker.round)
    point = next((each for each in points_of(round.route) if each.id == checkpoint), None)
    if point is None:
        raise Refused(_WRONG_CODE)
    return tick_at(store, round, point, "list")


def _hangs_somewhere(store: Store, code: str) -> bool:
    """Whether a code is one of a checkpoint's: the letters that its sheet bears."""
    wanted = code.strip().upper()
    return len(wanted) == CODE and any(each.code == wanted for each in Checkpoint.select())


@action(
    title=Text("扫码打卡", "Scan a checkpoint"),
    audience="self",
    icon="search",
    menu=False,
    scans=_hangs_somewhere,
    asks={
        "code": CharField(
            verbose_name=Text("点位码", "Code"),
            max_length=40,
            help_text=Text(
                "扫墙上的码，或照着打 8 位。", "Scan the sheet there, or type its 8 letters."
            ),
        )
    },
)
def scan_here(store: Store, code: str, viewer: Viewer) -> Link:
    """The code that hangs at a checkpoint was read by who walks there now."""
    wanted = code.strip().upper()[-CODE:]
    for walker in _mine(store, viewer.person or ""):
        round = Round.get_by_id(walker.round)
        point = next((each for each in points_of(round.route) if each.code == wanted), None)
        if point is not None and round.state == "under_way":
            told = tick_at(store, round, point, "scan")
            return Link(told, Walker, walker.id)
    raise Refused(_WRONG_CODE)


@action(
    of=Walker,
    title=Text("发现问题", "Something was found"),
    audience="self",
    icon="exclamation-triangle",
    when=_is_under_way,
    asks=[Finding.kind, Finding.place, Finding.photo],
)
def found(store: Store, walker: Walker, kind: str, place: str, photo: File | None = None) -> Link:
    """What is wrong, where, and a photo: its day runs from now."""
    round = Round.get_by_id(walker.round)
    with store.transaction():
        made = write_finding(
            store,
            kind,
            place,
            photo=photo,
            round=round.id,
            scope=round.scope,
            found_by=walker.person,
        )
    told = Text("已记：{title}，{due} 前办好", "Written: {title}, due {due}")
    return Link(told.format(title=made.title, due=made.due), Walker, walker.id)


@action(
    of=Walker,
    title=Text("走完了", "Done"),
    audience="self",
    icon="check-circle",
    when=lambda walker: _is_under_way(walker) and _is_all_seen(Round.get_by_id(walker.round)),
)
def done(store: Store, walker: Walker) -> Text:
    """They are back, at this minute; nobody confirms hours of their own, so whoever led still does."""
    round = Round.get_by_id(walker.round)
    round.ended = local_minute(store)
    round.save()
    return Text("收队了，等带队人确认时长", "You are back; whoever led confirms the hours")


def _is_all_seen(round: Round) -> bool:
    return round.ended is None and not left_of(round)
