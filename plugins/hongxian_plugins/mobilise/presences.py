"""Who holds a place at a post, who is there, and what of it counts once somebody has confirmed it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from peewee import (
    BooleanField,
    CharField,
    DateTimeField,
    Expression,
    IntegerField,
    ModelSelect,
)

from hongxian import Claim, Lasting, Record, Reference, Seen, StateField, Text, gives
from hongxian.checks import RecordSchema, whole_number
from hongxian.contracts import Presence as Given
from hongxian.merges import First
from hongxian.records import Values, same_id
from hongxian_plugins.mobilise.calls import Call, Post
from hongxian_plugins.mobilise.steps import LIVE, OPEN, PRESENCE


class PresenceChecks(RecordSchema):
    """Of a presence: a seat that is one."""

    seat = whole_number(1, 999, allow_none=True)


def other_places(wanted: Values) -> Iterator[Values]:
    """The free seats of other posts of the call in that shift, those of the same post first."""
    post = Post.get_or_none(Post.id == wanted["post"])
    if post is None:
        return
    others = Post.select().where(Post.call == post.call, Post.id != post.id).order_by(Post.id)
    for each in (post, *others):
        for seat in range(1, each.places + 1):
            yield {**wanted, "post": each.id, "seat": seat}


class Presence(Record):
    """Presences."""

    call = Reference(
        "mobilise.call",
        verbose_name=Text("召集", "Call"),
        index=True,
        help_text=Text("哪次召集。", "Which call."),
    )
    person = Reference(
        "roster.person",
        verbose_name=Text("姓名", "Person"),
        index=True,
        help_text=Text("谁。", "Who."),
    )
    post = Reference(
        "mobilise.post",
        verbose_name=Text("岗位", "Post"),
        null=True,
        index=True,
        help_text=Text("在哪个岗位。", "At which post."),
    )
    shift = Reference(
        "mobilise.shift",
        verbose_name=Text("班次", "Shift"),
        null=True,
        index=True,
        help_text=Text("哪一班。", "In which shift."),
    )
    seat = IntegerField(
        verbose_name=Text("第几个", "Seat"),
        null=True,
        help_text=Text("岗位上第几个人；自动排。", "The how-manieth there; found by itself."),
    )
    arrived = DateTimeField(
        verbose_name=Text("到", "Arrived"),
        null=True,
        index=True,
        help_text=Text("到的时刻。", "When they came."),
    )
    released = DateTimeField(
        verbose_name=Text("离", "Released"),
        null=True,
        help_text=Text("离开的时刻。", "When they left."),
    )
    counts_from = DateTimeField(
        verbose_name=Text("从几点起计", "Counts from"),
        null=True,
        help_text=Text(
            "与另一条重叠的部分只算一次；确认时自动写。",
            "What overlaps with another counts once; written when it is confirmed.",
        ),
    )
    confirmed_by = CharField(
        verbose_name=Text("确认人", "Confirmed by"),
        max_length=40,
        null=True,
        help_text=Text("谁带的队；确认后才计时长。", "Who led them; then it counts."),
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
    state = StateField(PRESENCE, help_text=Text("一步一步来。", "One step after the other."))

    class Meta:
        collection = "mobilise.presence"
        title = Text("到岗记录", "Presences")
        menu = False
        order = "-arrived"
        read_only = ("seat", "counts_from")
        claims = [
            Claim("person", only={"state": OPEN, "voided": (False,)}),
            Claim("person", "shift", only={"state": LIVE, "voided": (False,)}),
            Claim(
                "post",
                "shift",
                "seat",
                only={"state": LIVE, "voided": (False,)},
                near=other_places,
            ),
        ]
        lasting = Lasting(
            voided="voided",
            why="void_reason",
            once="confirmed_by",
            stays=("call", "person", "arrived", "released", "counts_from"),
        )
        merges = {"confirmed_by": First()}
        checks = PresenceChecks


def standing(*where: Expression) -> ModelSelect:
    """The presences that nobody voided, of which these are so."""
    return Presence.select().where(Presence.voided == False, *where)  # noqa: E712


def span_of(presence: Presence, until: datetime | None = None) -> tuple[datetime, datetime] | None:
    """From when to when somebody was there, those who are still there `until` then; None for nobody."""
    ends = presence.released or until
    return (presence.arrived, ends) if presence.arrived and ends else None


def _about(call: Call, day: date) -> str:
    """What they were at: each further day of a long call is an activity of its own."""
    return str(call.id if day == call.begins.date() else same_id(call.id, str(day)))


@gives(Given, of=Presence, through=("call", "post"), person="person", day="arrived")
def presence_of(presence: Presence, seen: Seen) -> Given | None:
    """What was confirmed, without what another presence counts already; a mistake with its reason."""
    call, span = seen.get(Call, presence.call), span_of(presence)
    if call is None or span is None or not presence.confirmed_by or presence.released is None:
        return None
    begins = max(span[0], presence.counts_from or span[0])
    if begins >= span[1]:
        return None
    post = seen.get(Post, presence.post)
    return Given(
        person=presence.person,
        begins=begins,
        ends=span[1],
        about=_about(call, begins.date()),
        activity=call.title,
        day=begins.date(),
        place=call.place,
        kind="emergency",
        platform_no=call.platform_no or "",
        confirmed_by=presence.confirmed_by,
        note=post.name if post else "",
        void=presence.void_reason if presence.voided else "",
    )
