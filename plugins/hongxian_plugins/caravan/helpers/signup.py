"""Who helps where: shifts by stalls, a place pressed to put somebody there, and who came and left."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time

from peewee import TimeField

from hongxian import Reference, Refused, Store, Text, action, local_now, view
from hongxian.records import refused_among, team_for
from hongxian.shapes import Board, Button, Head, Held, Tone
from hongxian_plugins.caravan.fairs import (
    NO_FAIR,
    WHICH_FAIR,
    Fair,
    Stall,
    fair_meant,
    stalls_of,
    team_key,
)
from hongxian_plugins.caravan.helpers.records import HELPER, Helper, Post

_PLACE = {
    "stall": Reference("caravan.stall", verbose_name=Text("摊位", "Stall")),
    "shift": TimeField(
        verbose_name=Text("班次", "Shift"), help_text=Text("几点那班。", "When it begins.")
    ),
}
PEOPLE = "roster.person"


def posts_of(fair: str) -> list[Post]:
    """A fair's posts, the earliest shift first."""
    return list(Post.select().where(Post.fair == fair).order_by(Post.begins, Post.id))


def helpers_of(fair: str) -> list[Helper]:
    """Those who hold a place, whoever was bumped left out."""
    held = list(
        Helper.select()
        .where(Helper.fair == fair, Helper.state == "signed_up", Helper.voided == False)  # noqa: E712
        .order_by(Helper.shift, Helper.post, Helper.seat, Helper.id)
    )
    refused = refused_among(held)
    return [each for each in held if each.id not in refused]


def missing_at(fair: Fair) -> Counter[str]:
    """By stall how many places nobody has, as far as this laptop knows."""
    lacks = Counter[str]()
    taken = Counter(each.post for each in helpers_of(fair.id))
    for post in posts_of(fair.id):
        lacks[post.stall] += max(post.places - taken[post.id], 0)
    return lacks


@view(title=Text("摊位志愿者", "Helpers"), asks={"fair": WHICH_FAIR}, icon="people", menu=False)
def signing_up(store: Store, fair: str | None = None) -> Board:
    """Shifts down, stalls and their places across, and who is where; a free place is pressed."""
    held = fair_meant(fair)
    if held is None:
        return Board((), (), (), Helper, note=NO_FAIR)
    posts = posts_of(held.id)
    wanted = {each.stall for each in posts}
    stalls = [each for each in stalls_of(held.id) if each.id in wanted]
    shifts = sorted({each.begins for each in posts})
    rows = {begins: n for n, begins in enumerate(shifts)}
    columns = {each.id: n for n, each in enumerate(stalls)}
    place = {each.id: (rows[each.begins], columns[each.stall]) for each in posts}
    helpers = [each for each in helpers_of(held.id) if each.post in place]
    names = store.names_of(PEOPLE, [each.person for each in helpers])
    taken = Counter(each.post for each in helpers)
    return Board(
        rows=[Head(f"{each:%H:%M}", {"shift": f"{each:%H:%M}"}) for each in shifts],
        columns=[Head(each.told, {"stall": each.id}) for each in stalls],
        held=[_held(each, *place[each.post], names) for each in helpers],
        of=Helper,
        book="caravan.sign_up",
        move="caravan.change_post",
        missing={place[each.id]: max(each.places - taken[each.id], 0) for each in posts},
        note=Text("{day} {title} · 还缺 {n} 人", "{day} {title} · {n} missing").format(
            day=held.date, title=held.title, n=missing_at(held).total()
        ),
    )


def _held(helper: Helper, row: int, column: int, names: dict[str, str]) -> Held:
    """Who is in a place; what is likeliest next is one press."""
    tone: Tone = "plan"
    state, presses = Text("报名", "Signed up"), list[Button]()
    press: Button | None = _press(Text("到岗", "Here"), "arrive", helper)
    if helper.gone:
        state, tone, press = Text("走了", "Left"), "done", None
    elif helper.came:
        state, tone = Text("在岗", "Here"), "now"
        press = _press(Text("离岗", "Left"), "go", helper)
    else:
        presses = [_press(step.title, step.name, helper) for step in HELPER.after("signed_up")]
    return Held(
        row,
        column,
        names.get(helper.person, "?"),
        helper.id,
        state=state,
        tone=tone,
        moves=not helper.came,
        presses=presses,
        press=press,
    )


def _press(title: Text, step: str, helper: Helper) -> Button:
    return Button(title, f"caravan.{step}", id=helper.id, at_once=True)


@action(title=Text("报名一个岗位", "Sign up"), menu=False, asks={**_PLACE, "person": Helper.person})
def sign_up(store: Store, stall: str, shift: time, person: str) -> Text:
    """Put somebody into the first free place of a post."""
    post, seat = _free_place(stall, shift)
    held = Stall.get_by_id(stall)
    Helper.create(
        scope=team_for(store, like=team_key(store, held), person=person),
        fair=post.fair,
        post=post.id,
        shift=post.begins,
        seat=seat,
        person=person,
    )
    told = Text.of("{name} → {shift:%H:%M} {stall}")
    name = store.name_of(PEOPLE, person)
    return told.format(name=name, shift=shift, stall=held.told)


@action(
    of=Helper, title=Text("换岗", "Change"), asks=_PLACE, when=lambda helper: helper.came is None
)
def change_post(store: Store, helper: Helper, stall: str, shift: time) -> Text:
    """Bring somebody to another post."""
    post, seat = _free_place(stall, shift)
    helper.post, helper.shift, helper.seat = post.id, post.begins, seat
    helper.save()
    return Text("已换到 {stall}", "Moved to {stall}").format(stall=Stall.get_by_id(stall).told)


def _free_place(stall: str, shift: time) -> tuple[Post, int]:
    """The post of a stall in a shift, and its first free place; raises `Refused` where there is none."""
    post = Post.get_or_none(Post.stall == stall, Post.begins == shift)
    taken = {each.seat for each in helpers_of(post.fair) if each.post == post.id} if post else set()
    free = [seat for seat in range(1, post.places + 1) if seat not in taken] if post else []
    if not free:
        raise Refused(
            "这个摊位 {shift:%H:%M} 不缺人；要加人，请改岗位的“几人”。",
            "This stall lacks nobody at {shift:%H:%M}: give the post more places.",
            shift=shift,
        )
    return post, free[0]


@action(of=Helper, title=Text("到岗", "Here"), when=lambda helper: helper.came is None)
def arrive(store: Store, helper: Helper) -> Text:
    """They came."""
    helper.came = _now(store, helper)
    helper.save()
    return Text("{at:%H:%M} 到岗", "Here at {at:%H:%M}").format(at=helper.came)


@action(
    of=Helper,
    title=Text("离岗", "Left"),
    when=lambda helper: helper.came is not None and helper.gone is None,
)
def go(store: Store, helper: Helper) -> Text:
    """They left."""
    helper.gone = _now(store, helper)
    helper.save()
    return Text("{at:%H:%M} 离岗", "Left at {at:%H:%M}").format(at=helper.gone)


def _now(store: Store, helper: Helper) -> datetime:
    return moment_on(Fair.get_by_id(helper.fair).date, local_now(store))


def moment_on(day: date, now: datetime) -> datetime:
    """Now, or that hour of the fair's day for what is written down afterwards."""
    return datetime.combine(day, now.time().replace(second=0, microsecond=0))
