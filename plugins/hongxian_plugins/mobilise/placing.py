"""How posts are planned; how somebody gets a place at one, comes, moves and goes; how what they did is confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from peewee import CharField, DateTimeField, IntegerField, ModelSelect

from hongxian import Refused, Store, Text, Viewer, action, step
from hongxian.doubles import Doubles, group
from hongxian.records import Value, asked_as, heard_so_far, local_minute
from hongxian_plugins.mobilise.calls import Call, Post, Shift
from hongxian_plugins.mobilise.people import PEOPLE, names_of
from hongxian_plugins.mobilise.presences import Presence, standing
from hongxian_plugins.mobilise.steps import LIVE, OPEN

_MOST_SHIFTS = 24
_PLACE = {
    "post": asked_as(Presence.post, null=False),
    "shift": asked_as(Presence.shift, null=False),
}


def held_at(post: str, shift: str | None) -> list[Presence]:
    """Who holds a place of a post in a shift, the first first."""
    query = standing(Presence.post == post, Presence.shift == shift, Presence.state.in_(LIVE))
    return sorted(query, key=lambda each: (each.seat or 1_000, each.id))


@action(title=Text("排岗", "Give a place"), menu=False, asks={"person": Presence.person, **_PLACE})
def put(store: Store, person: str, post: str, shift: str) -> Text:
    """Give a free place of a post in a shift; raises `Refused` where there is none."""
    at = Post.get_by_id(post)
    with store.transaction():
        mine = live_at(at.call, person)
        presence = mine or Presence(call=at.call, person=person)
        _sit(presence, at, shift)
        presence.save(force_insert=mine is None)
    return _told(store, presence, at)


@action(of=Presence, title=Text("换岗", "Change posts"), asks=_PLACE, icon="arrow-left-right")
def move(store: Store, presence: Presence, post: str, shift: str) -> Text:
    """Bring somebody to a free place of another post or shift; their time goes on."""
    at = Post.get_by_id(post)
    _sit(presence, at, shift)
    presence.save()
    return _told(store, presence, at)


@action(
    of=Call,
    title=Text("现场来了一个人", "Somebody came"),
    usual=True,
    icon="person-plus",
    asks={"person": Presence.person, "post": Presence.post, "shift": Presence.shift},
)
def came(store: Store, call: Call, person: str, post: str | None, shift: str | None) -> Text:
    """Write down who stands there, at a post that is full too: then it is marked, and nobody sent away."""
    presence = stand(store, call, person, post, shift)
    return _told(store, presence, Post.get_or_none(Post.id == presence.post))


def stand(
    store: Store,
    call: Call,
    person: str,
    post: str | None = None,
    shift: str | None = None,
    **scope: str,
) -> Presence:
    """The presence of who stands there; in a `scope` where the laptop's own is not meant."""
    with store.transaction():
        mine = live_at(call.id, person)
        presence = mine or Presence(call=call.id, person=person, **scope)
        now_at = post or presence.post
        is_where_booked = mine is not None and not (post or shift)
        _set(
            presence,
            post=now_at,
            shift=shift or presence.shift,
            seat=presence.seat if is_where_booked else None,  # what nobody booked none is refused
            arrived=presence.arrived or local_minute(store),
            state="at_post" if now_at else "arrived",
        )
        presence.save(force_insert=mine is None)
    return presence


def live_at(call: str, person: str) -> Presence | None:
    """The live presence of somebody at a call, so that one person is not there twice."""
    mine = Presence.person.in_(group(PEOPLE, person))
    whose = Presence.call == call, mine, Presence.state.in_(LIVE)
    held: Presence | None = standing(*whose).first()
    return held


def _sit(presence: Presence, post: Post, shift: str) -> None:
    others = [each for each in held_at(post.id, shift) if each.id != presence.id]
    taken = {each.seat for each in others}
    free = [seat for seat in range(1, post.places + 1) if seat not in taken]
    if not free or len(others) >= post.places:
        raise Refused(
            "“{post}”这一班满了；已经站在那里的人用“现场来了一个人”。",
            "{post} is full in that shift; for who stands there already: Somebody came.",
            post=post.name,
        )
    _set(presence, post=post.id, shift=shift, seat=free[0])


def _set(presence: Presence, **values: Value) -> None:
    for name, value in values.items():
        setattr(presence, name, value)


def _told(store: Store, presence: Presence, post: Post | None) -> Text:
    name = names_of(store, [presence.person])[presence.person]
    return Text("{name} → {post}", "{name} → {post}").format(
        name=name, post=post.name if post else ""
    )


@step(Presence, "arrive", asks={})
def arrives(store: Store, presence: Presence) -> None:
    presence.arrived = local_minute(store)


@step(Presence, "take_post", asks={})
def takes_post(store: Store, presence: Presence) -> None:
    presence.arrived = presence.arrived or local_minute(store)


@step(Presence, "release", asks={})
def releases(store: Store, presence: Presence) -> None:
    presence.released = local_minute(store)


@step(Presence, "back_at_post", asks={})
def goes_on(store: Store, presence: Presence) -> None:
    presence.released = None


@action(
    of=Call,
    title=Text("全部离岗", "Release all"),
    when=lambda call: call.state not in ("draft", "published", "closed"),
)
def release_all(store: Store, call: Call) -> Text:
    """Everybody who is there goes, at this minute."""
    there = standing(Presence.call == call.id, Presence.state.in_(OPEN))
    with store.transaction():
        for each in (held := list(there)):
            each.released, each.state = local_minute(store), "released"
            each.save()
    return Text("离岗 {n} 人", "{n} released").format(n=len(held))


# -- what they did ---------------------------------------------------------------------------------


@action(
    of=Call,
    title=Text("确认到岗时长", "Confirm their times"),
    usual=True,
    icon="check2-all",
    when=lambda call: call.state in ("on", "lifted", "closed"),
    final=Text("确认后时间不能再改", "what is confirmed stays"),
)
def confirm(store: Store, call: Call, viewer: Viewer) -> Text:
    """Confirm whoever has left; of what overlaps a minute counts once, and names until when all was heard of."""
    open_ones = list(to_confirm([call.id]))
    with store.transaction():
        for each in counted_once(open_ones):
            each.confirmed_by = viewer.name
            each.save()
    return Text("确认 {n} 人次，{heard}", "{n} confirmed, {heard}").format(
        n=len(open_ones), heard=heard_so_far()
    )


def to_confirm(calls: Iterable[str]) -> ModelSelect:
    """Whose times at these calls are whole, and nobody has confirmed them."""
    of_them = Presence.call.in_([*calls]), Presence.state == "released"
    return standing(*of_them, Presence.confirmed_by.is_null())


def counted_once(presences: Iterable[Presence]) -> list[Presence]:
    """These, each counting from where what others of that person count already ends."""
    doubles = Doubles(PEOPLE)
    by_person = defaultdict[str, list[Presence]](list)
    for each in sorted(presences, key=lambda each: (each.arrived, each.id)):
        by_person[doubles.first(each.person)].append(each)
    for person, found in by_person.items():
        confirmed = standing(
            Presence.person.in_(doubles.group(person)),
            Presence.confirmed_by.is_null(False),
            Presence.arrived <= found[0].arrived,
        )
        until = max((each.released for each in confirmed), default=found[0].arrived)
        for each in found:
            each.counts_from = max(each.arrived, until)
            until = max(until, each.released)
    return [each for found in by_person.values() for each in found]


# -- the posts and shifts of a call ----------------------------------------------------------------


@action(
    of=Call,
    title=Text("排岗位和班次", "Plan posts and shifts"),
    icon="grid-3x3",
    asks={
        "posts": CharField(
            verbose_name=Text("岗位和人数", "Posts and places"),
            max_length=400,
            help_text=Text("如：堤上 3、物资点 2。", "Such as: Dyke 3, Supplies 2."),
        ),
        "first": DateTimeField(
            verbose_name=Text("第一班开始", "First shift begins"),
            null=True,
            help_text=Text("留空从集合时间起。", "Empty for when the call begins."),
        ),
        "hours": IntegerField(verbose_name=Text("一班几小时", "Hours of a shift"), default=4),
        "count": IntegerField(verbose_name=Text("几班", "Shifts"), default=2),
    },
)
def plan(
    store: Store, call: Call, posts: str, first: datetime | None, hours: int, count: int
) -> Text:
    """Make the call's posts and, one after the other, its shifts."""
    wanted = [_post(each) for each in posts.replace("，", "、").replace(",", "、").split("、")]
    if not (1 <= count <= _MOST_SHIFTS and 1 <= hours <= _MOST_SHIFTS):
        raise Refused("班数和小时都是 1 到 24。", "Shifts and hours are 1 to 24 each.")
    begins = (first or call.begins).replace(second=0, microsecond=0)
    length = timedelta(hours=hours)
    with store.transaction():
        for name, places in wanted:
            Post.create(call=call, name=name, places=places)
        for start in (begins + n * length for n in range(count)):
            Shift.create(call=call, title=_called(start, length), begins=start, ends=start + length)
    return Text(
        "{n} 个岗位，{count} 班。", "{n} {n:post|posts}, {count} {count:shift|shifts}."
    ).format(n=len(wanted), count=count)


def _post(told: str) -> tuple[str, int]:
    name, _, number = told.strip().rpartition(" ")
    if not number.isdigit():
        name, number = told.strip(), "1"
    if not name:
        raise Refused("岗位要有名字：“{told}”。", "A post has a name: “{told}”.", told=told)
    return name, int(number)


def _called(begins: datetime, length: timedelta) -> str:
    return f"{begins:%m-%d %H:%M}–{begins + length:%H:%M}"
