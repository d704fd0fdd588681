"""The board of a site: sessions down, posts across, one press when somebody comes or goes."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from hongxian import Store, Text, Viewer, action, view
from hongxian.records import heard_so_far, local_minute, team_for
from hongxian.shapes import Board, Button, Head, Held, Tone
from hongxian_plugins.campaign.posts import ROLES, Post, Stand, free_seats, seat_beyond
from hongxian_plugins.campaign.records import Session, Site


@view(of=Site, title=Text("岗位表", "Posts"), page=True, icon="person-check")
def posts(store: Store, site: Site) -> Board:
    """Sessions down, posts across, who stands where and how many are missing."""
    sessions = list(
        Session.select()
        .where(Session.campaign == site.campaign)
        .order_by(Session.date, Session.begins)
    )
    found = list(Post.select().where(Post.site == site.id).order_by(Post.role))
    stands = list(
        Stand.select().where(
            Stand.post.in_([each.id for each in found]),
            Stand.voided == False,  # noqa: E712
        )
    )
    names = store.names_of("roster.person", [each.person for each in stands])
    rows = {each.id: n for n, each in enumerate(sessions)}
    columns = {each.id: n for n, each in enumerate(found)}
    filled = Counter((each.session, each.post) for each in stands)
    return Board(
        rows=[Head(_called(each), {"session": each.id}) for each in sessions],
        columns=[Head(each.role, {"post": each.id}) for each in found],
        held=[
            _held(each, rows[each.session], columns[each.post], names.get(each.person, "…"))
            for each in stands
            if each.session in rows
        ],
        of=Stand,
        book="campaign.place",
        move="campaign.change_post",
        missing={
            (rows[session.id], columns[post.id]): lacking
            for session in sessions
            for post in found
            if (lacking := post.places - filled[session.id, post.id]) > 0
        },
        note="" if found else _NO_POSTS,
    )


_NO_POSTS = Text(
    "还没有岗位：先在点位页上按“设岗”。", "No posts yet: press “Set up posts” on the site's page."
)
_TONES: dict[str, tuple[Tone, Text]] = {
    "plan": ("plan", Text("排了", "Planned")),
    "here": ("now", Text("在岗", "There")),
    "left": ("wait", Text("离岗", "Released")),
    "done": ("done", Text("已确认", "Confirmed")),
}


def _called(session: Session) -> str:
    return f"{session.date:%m-%d} {session.begins:%H:%M}"


def how(stand: Stand) -> str:
    """How far somebody at a post is: "plan", "here", "left" or "done"."""
    if stand.confirmed_by:
        return "done"
    return "left" if stand.released else "here" if stand.arrived else "plan"


def _held(stand: Stand, row: int, column: int, name: str) -> Held:
    tone, state = _TONES[how(stand)]
    presses = {
        "plan": Button(Text("到了", "Here"), "campaign.arrive", id=stand.id, at_once=True),
        "here": Button(Text("离岗", "Release"), "campaign.release", id=stand.id, at_once=True),
    }
    return Held(
        row=row,
        column=column,
        title=name,
        id=stand.id,
        state=state,
        tone=tone,
        moves=not stand.arrived,
        press=presses.get(how(stand)),
    )


@action(of=Site, title=Text("设岗", "Set up posts"))
def set_up_posts(store: Store, site: Site) -> Text:
    """The usual posts, two people each a lane; those that are there stay as they are."""
    there = {each.role for each in Post.select().where(Post.site == site.id)}
    new = [
        {"site": site.id, "role": role, "places": 2 * site.lanes}
        for role in ROLES
        if role not in there
    ]
    store.create(Post, new)
    return Text("加了 {n} 个岗位。", "{n} {n:post|posts} added.").format(n=len(new))


@action(title=Text("排岗", "Place"), menu=False, asks=[Stand.post, Stand.session, Stand.person])
def place(store: Store, post: str, session: str, person: str) -> Text:
    """The first free seat; a post that is full takes one more, for nobody who came is sent away."""
    held = Post.get_by_id(post)
    seat = next(free_seats(held, session), None) or seat_beyond(held, session)
    scope = team_for(store, person=person)
    Stand.create(post=post, session=session, person=person, seat=seat, scope=scope)
    return Text("{role} 第 {seat} 个", "{role}, number {seat}").format(role=held.role, seat=seat)


@action(of=Stand, title=Text("换岗", "Change post"), menu=False, asks=[Stand.post, Stand.session])
def change_post(store: Store, stand: Stand, post: str, session: str) -> Text:
    """To another post or session, before they came."""
    held = Post.get_by_id(post)
    seat = next(free_seats(held, session), None) or seat_beyond(held, session)
    store.edit(Stand, {stand.id: {"post": post, "session": session, "seat": seat}})
    return Text("换到 {role}", "Now at {role}").format(role=held.role)


@action(of=Stand, title=Text("到了", "Here"), when=lambda stand: how(stand) == "plan")
def arrive(store: Store, stand: Stand) -> Text:
    """They are at their post."""
    stand.arrived = local_minute(store)
    stand.save()
    return Text("到岗 {at}", "There at {at}").format(at=f"{stand.arrived:%H:%M}")


@action(of=Stand, title=Text("离岗", "Release"), when=lambda stand: how(stand) == "here")
def release(store: Store, stand: Stand) -> Text:
    """They go home."""
    stand.released = local_minute(store)
    stand.save()
    return Text("离岗 {at}", "Released at {at}").format(at=f"{stand.released:%H:%M}")


@action(of=Session, title=Text("结束这一场", "Close the session"), usual=True)
def close_session(store: Store, session: Session, viewer: Viewer) -> Text:
    """Confirm the hours of all of this laptop's teams that came; who is still there leaves at its end."""
    ends = min(
        local_minute(store),
        datetime.combine(session.date, session.ends),
    )
    open_ones = list(
        Stand.select().where(
            Stand.session == session.id,
            Stand.arrived.is_null(False),
            Stand.confirmed_by.is_null(),
            Stand.voided == False,  # noqa: E712
        )
    )
    with store.transaction():
        for each in open_ones:
            each.released = each.released or max(ends, each.arrived)
            each.confirmed_by = viewer.name
            each.save()
    told = Text("{n} 人的时长已确认，{heard}", "The hours of {n} are confirmed, {heard}")
    return told.format(n=len(open_ones), heard=heard_so_far())
