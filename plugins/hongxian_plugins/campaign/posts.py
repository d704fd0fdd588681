"""Who stands at which post in which session, from when to when; hours follow once the session is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from peewee import BooleanField, CharField, DateTimeField, IntegerField

from hongxian import (
    Claim,
    Keep,
    Lasting,
    Record,
    Reference,
    Refused,
    Seen,
    Text,
    gives,
    rule,
)
from hongxian.checks import RecordSchema, whole_number
from hongxian.contracts import Presence
from hongxian.merges import First, Largest, Smallest
from hongxian.records import COMMUNITY, Values
from hongxian_plugins.campaign.records import Campaign, Session, Site

ROLES = ("秩序", "登记", "分流", "引导", "后勤")
"""Posts that a site usually has; data, as they are stored."""
MOST_PLACES = 50


class PostChecks(RecordSchema):
    """Of a post: people that stand at one."""

    places = whole_number(1, MOST_PLACES)


class Post(Record):
    """What is to be manned at a site."""

    site = Reference(
        "campaign.site",
        verbose_name=Text("点位", "Site"),
        index=True,
        on_delete="refuse",
        help_text=Text("在哪个点位。", "At which site."),
    )
    role = CharField(
        verbose_name=Text("岗位", "Post"),
        max_length=20,
        help_text=Text("如：秩序、登记、引导。", "Such as order, entry, guiding."),
    )
    places = IntegerField(
        verbose_name=Text("几人", "Places"),
        default=2,
        help_text=Text("每场要几个人。", "How many are wanted in each session."),
    )

    class Meta:
        collection = "campaign.post"
        title = Text("岗位", "Posts")
        scope = COMMUNITY
        menu = False
        checks = PostChecks


def other_seats(wanted: Values) -> Iterator[Values]:
    """The free seats of the post in that session, then those of the site's other posts."""
    post = Post.get_or_none(Post.id == wanted["post"])
    if post is None:
        return
    others = Post.select().where(Post.site == post.site, Post.id != post.id)
    for each in (post, *others.order_by(Post.role)):
        for seat in free_seats(each, str(wanted["session"])):
            yield {**wanted, "post": each.id, "seat": seat}


class Stand(Record):
    """One person at one post in one session."""

    post = Reference(
        "campaign.post",
        verbose_name=Text("岗位", "Post"),
        index=True,
        help_text=Text("哪个岗位。", "Which post."),
    )
    session = Reference(
        "campaign.session",
        verbose_name=Text("场次", "Session"),
        index=True,
        help_text=Text("哪一场。", "Which session."),
    )
    seat = IntegerField(
        verbose_name=Text("第几个", "Seat"),
        help_text=Text("这个岗位的第几个人。", "Which of the post's places."),
    )
    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("谁站岗。", "Who stands there."),
    )
    arrived = DateTimeField(
        verbose_name=Text("到", "Arrived"),
        null=True,
        help_text=Text("到岗的时刻。", "When they came."),
    )
    released = DateTimeField(
        verbose_name=Text("离", "Released"),
        null=True,
        help_text=Text("离岗的时刻。", "When they were released."),
    )
    confirmed_by = CharField(
        verbose_name=Text("确认人", "Confirmed by"),
        max_length=40,
        null=True,
        help_text=Text("结束这一场时写下。", "Written when the session is closed."),
    )
    voided = BooleanField(
        verbose_name=Text("作废", "Voided"),
        default=False,
        help_text=Text("记错了就作废，不删除。", "A mistake is voided, never deleted."),
    )
    void_reason = CharField(
        verbose_name=Text("作废原因", "Void reason"),
        max_length=200,
        null=True,
        help_text=Text("为什么作废。", "Why it is void."),
    )

    class Meta:
        collection = "campaign.stand"
        title = Text("站岗", "At posts")
        menu = False
        claims = [
            Claim("post", "session", "seat", only={"voided": (False,)}, near=other_seats),
            Claim("person", "session", only={"voided": (False,)}),
        ]
        lasting = Lasting(
            voided="voided",
            why="void_reason",
            once="confirmed_by",
            stays=("post", "session", "person", "arrived", "released"),
            planned=True,
        )
        merges = {"arrived": Smallest(), "released": Largest(), "confirmed_by": First()}
        keep = Keep(until=lambda stand: kept_until(stand.session))


def kept_until(session: str) -> date | None:
    """The last day on which names and numbers of a session are kept: its campaign's."""
    held = Session.get_or_none(Session.id == session)
    campaign = Campaign.get_or_none(Campaign.id == held.campaign) if held else None
    return campaign.keep_until if campaign else None


@rule(of=Stand, when=("arrived", "released", "confirmed_by"))
def stands_from_then_to_then(stand: Stand, seen: Seen) -> None:
    if stand.released is not None and (stand.arrived is None or stand.released < stand.arrived):
        raise Refused("离岗早于到岗。", "Released before arriving.")
    if stand.confirmed_by and stand.released is None:
        raise Refused("还没有离岗，不能确认。", "Not released yet: it cannot be confirmed.")


@gives(Presence, of=Stand, through=("session", "post"), person="person", day="session.date")
def presence_of(stand: Stand, seen: Seen) -> Presence | None:
    """Once the session is closed; what was voided afterwards is told as void."""
    session, post = seen.get(Session, stand.session), seen.get(Post, stand.post)
    if not stand.confirmed_by or session is None or stand.released is None:
        return None
    campaign = seen.get(Campaign, session.campaign)
    if campaign is not None and campaign.state == "drill":
        return None
    site = seen.get(Site, post.site) if post else None
    return Presence(
        person=stand.person,
        begins=stand.arrived,
        ends=stand.released,
        about=session.id,
        activity=f"{campaign.name if campaign else ''} {session.date}".strip(),
        day=session.date,
        place=site.name if site else "",
        kind="other",
        confirmed_by=stand.confirmed_by,
        note=post.role if post else "",
        void=(stand.void_reason or "-") if stand.voided else "",
    )


def free_seats(post: Post, session: str) -> Iterator[int]:
    """The seats of a post that nobody has in a session."""
    held = _taken(post, session)
    yield from (seat for seat in range(1, post.places + 1) if seat not in held)


def seat_beyond(post: Post, session: str) -> int:
    """One more than a post has: nobody who came is sent away."""
    return max(_taken(post, session), default=post.places) + 1


def _taken(post: Post, session: str) -> set[int]:
    query = Stand.select(Stand.seat).where(
        Stand.post == post.id,
        Stand.session == session,
        Stand.voided == False,  # noqa: E712
    )
    return {seat for (seat,) in query.tuples()}
