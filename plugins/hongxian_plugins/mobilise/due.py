"""What a call still wants: answers, people at a post, a rest, a release that was forgotten, an insurer told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from hongxian import Due, Store, Text, local_now, reminder
from hongxian.notices import Notice, notice
from hongxian_plugins.mobilise.answers import asked_of, is_late
from hongxian_plugins.mobilise.calls import RUNNING, Call, Post, Shift, said_to
from hongxian_plugins.mobilise.covers import Accident
from hongxian_plugins.mobilise.people import names_of
from hongxian_plugins.mobilise.placing import held_at, to_confirm
from hongxian_plugins.mobilise.presences import Presence, standing
from hongxian_plugins.mobilise.setting import MobiliseRules
from hongxian_plugins.mobilise.steps import OPEN

_SOON = timedelta(minutes=30)


@notice()
def calls_that_came(store: Store) -> Iterator[Notice]:
    """Each call that waits for answers: whoever reported here is to be asked at once."""
    for call in Call.select().where(Call.state.in_(("published", "assembling"))):
        yield Notice(Text("有新的召集", "There is a call"), call)


@reminder()
def unanswered(store: Store) -> Iterator[Due]:
    """Of each call that runs how many are silent, once they should have answered."""
    minutes = timedelta(minutes=MobiliseRules.now(store).answer_minutes)
    for call in Call.select().where(Call.state.in_(("published", "assembling"))):
        said = said_to(call)
        if is_late(store, call) and (n := sum(each not in said for each in asked_of(call))):
            told = Text("{call}：{n} 人没答复", "{call}: {n} are silent")
            yield Due(call.published_at + minutes, told.format(call=call.title, n=n), call)


@reminder(ahead=1)
def empty_posts(store: Store) -> Iterator[Due]:
    """Shifts whose posts have too few, from some hours before and while they last."""
    before, now = timedelta(hours=MobiliseRules.now(store).post_hours), local_now(store)
    running = Call.select(Call.id).where(Call.state.in_(RUNNING))
    near = Shift.call.in_(running), Shift.ends > now, Shift.begins <= now + before
    for shift in Shift.select().where(*near).order_by(Shift.begins):
        posts = Post.select().where(Post.call == shift.call).order_by(Post.id)
        missing = {each.name: each.places - len(held_at(each.id, shift.id)) for each in posts}
        short = [f"{name} {n}" for name, n in missing.items() if n > 0]
        if short:
            told = Text("{shift} 缺人：{posts}", "{shift} misses people: {posts}")
            yield Due(shift.begins, told.format(shift=shift.title, posts=short), shift)


@reminder(ahead=1)
def long_at_post(store: Store) -> Iterator[Due]:
    """Who is there and is to be relieved within half an hour, or by now."""
    most = timedelta(hours=MobiliseRules.now(store).shift_hours)
    soon = local_now(store) + _SOON - most
    there = list(standing(Presence.state.in_(OPEN), Presence.arrived <= soon))
    names = names_of(store, [each.person for each in there])
    for each in there:
        told = Text("{name} 该换岗休息", "Relieve {name}").format(name=names[each.person])
        yield Due(each.arrived + most, told, each, to=each.scope)


@reminder()
def accidents_to_tell(store: Store) -> Iterator[Due]:
    """The insurer hears of each accident while the policy's clock still runs."""
    hours = timedelta(hours=MobiliseRules.now(store).accident_hours)
    for each in Accident.select().where(Accident.told_at.is_null()):
        told = Text("出险：向保险公司报案", "An accident: tell the insurer")
        yield Due(each.at + hours, told, each, to=each.scope)


@reminder(ahead=7)
def times_to_confirm(store: Store) -> Iterator[Due]:
    """Of each call that was lifted, how many have times that nobody has confirmed."""
    over = {each.id: each for each in Call.select().where(Call.state.in_(("lifted", "closed")))}
    waits = Counter(each.call for each in to_confirm(over))
    for id, n in waits.items():
        told = Text("{call}：{n} 条到岗待确认", "{call}: {n} {n:time|times} to confirm")
        yield Due(over[id].begins.date(), told.format(call=over[id].title, n=n), over[id])
