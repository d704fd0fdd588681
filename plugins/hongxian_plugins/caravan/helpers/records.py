"""Posts, which are everybody's to read, and who has a place at one, came and left: that is the team's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from peewee import BooleanField, CharField, DateTimeField, IntegerField, TimeField

from hongxian import (
    Claim,
    Lasting,
    Record,
    Reference,
    Seen,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
    gives,
)
from hongxian.checks import RecordSchema, whole_number
from hongxian.contracts import Presence, Slot
from hongxian.merges import First
from hongxian.records import Values
from hongxian_plugins.caravan.fairs import Fair, Stall

HELPER = Workflow(
    State("signed_up", Text("报名", "Signed up")),
    State("released", Text("让出", "Gave it up"), tone="rest"),
    Transition("release", Text("让出", "Give it up"), "signed_up", "released"),
    Transition("sign_up_again", Text("又来", "Comes after all"), "released", "signed_up"),
)
_HELD = {"state": ("signed_up",), "voided": (False,)}
"""Of whom a place is."""


class PostChecks(RecordSchema):
    """Of a post: places that a stall has."""

    places = whole_number(1, 30)


class Post(Record):
    """Posts: so many helpers at a stall for a shift."""

    fair = Reference(
        "caravan.fair", on_delete="with", verbose_name=Text("哪次", "Caravan"), index=True
    )
    stall = Reference(
        "caravan.stall",
        on_delete="with",
        verbose_name=Text("摊位", "Stall"),
        index=True,
        help_text=Text("在哪个摊位。", "At which stall."),
    )
    begins = TimeField(
        verbose_name=Text("从", "From"), help_text=Text("这班几点开始。", "When it begins.")
    )
    ends = TimeField(
        verbose_name=Text("到", "To"), help_text=Text("这班几点结束。", "When it ends.")
    )
    places = IntegerField(
        verbose_name=Text("几人", "Places"),
        default=1,
        help_text=Text("要几个志愿者。", "Helpers wanted."),
    )

    class Meta:
        collection = "caravan.post"
        title = Text("岗位", "Posts")
        scope = "community"
        menu = False
        claims = [("stall", "begins")]
        checks = PostChecks


class HelperChecks(RecordSchema):
    """Of a helper: a place that a post may have."""

    seat = whole_number(1, 30)


def _free_places(wanted: Values) -> Iterator[Values]:
    """The post's other places, then those of the fair's posts of that hour, then all others."""
    here = Post.get_or_none(Post.id == wanted["post"])
    if here is None:
        return
    posts = sorted(
        Post.select().where(Post.fair == here.fair),
        key=lambda e: (e.id != here.id, e.begins != here.begins, str(e.begins), e.id),
    )
    for post in posts:
        for seat in range(1, post.places + 1):
            yield {**wanted, "post": post.id, "seat": seat}


class Helper(Record):
    """Helpers."""

    fair = Reference("caravan.fair", verbose_name=Text("哪次", "Caravan"), index=True)
    post = Reference(
        "caravan.post",
        verbose_name=Text("岗位", "Post"),
        index=True,
        help_text=Text("哪个摊位哪一班。", "Which stall and shift."),
    )
    shift = TimeField(
        verbose_name=Text("班次", "Shift"), help_text=Text("几点那班。", "When it begins.")
    )
    seat = IntegerField(
        verbose_name=Text("第几位", "Place"),
        default=1,
        help_text=Text("岗位的第几个人。", "Of the post."),
    )
    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("谁来。", "Who helps."),
    )
    state = StateField(HELPER, help_text=Text("报名，或让出。", "Signed up, or gave it up."))
    came = DateTimeField(
        verbose_name=Text("到", "In"), null=True, help_text=Text("几点到的。", "When they came.")
    )
    gone = DateTimeField(
        verbose_name=Text("离", "Out"), null=True, help_text=Text("几点走的。", "When they left.")
    )
    confirmed_by = CharField(
        verbose_name=Text("确认人", "Confirmed by"),
        max_length=40,
        null=True,
        help_text=Text("谁核对过；确认后时间不能再改。", "Who checked it; the times then stay."),
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
        collection = "caravan.helper"
        title = Text("摊位志愿者", "Helpers")
        menu = False
        claims = [
            Claim("post", "seat", only=_HELD, near=_free_places),
            Claim("person", "fair", "shift", only=_HELD),
        ]
        lasting = Lasting(
            voided="voided",
            why="void_reason",
            once="confirmed_by",
            stays=("fair", "post", "person", "came", "gone"),
        )
        merges = {"confirmed_by": First()}
        checks = HelperChecks

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """From when to when they were there; None where that is not known."""
        return (self.came, self.gone) if self.came and self.gone else None


@gives(Presence, of=Helper, through=("fair", "post"), person="person", day="came")
def presence_of(helper: Helper, seen: Seen) -> Presence | None:
    """Once it is confirmed; at a trader's stall nobody serves."""
    fair, post = seen.get(Fair, helper.fair), seen.get(Post, helper.post)
    stall = seen.get(Stall, post.stall) if post else None
    if not (helper.confirmed_by and helper.came and helper.gone and fair):
        return None
    if stall is not None and stall.provider == "paid":
        return None
    return Presence(
        person=helper.person,
        begins=helper.came,
        ends=helper.gone,
        about=helper.fair,
        activity=fair.title,
        day=fair.date,
        place=fair.place,
        kind="caravan",
        platform_no=fair.platform_no or "",
        confirmed_by=helper.confirmed_by,
        note=stall.called if stall else "",
        void=(helper.void_reason or "") if helper.voided else "",
    )


@gives(Slot, of=Helper, through=("fair", "post"), person="person", day="fair.date")
def slot_of(helper: Helper, seen: Seen) -> Slot | None:
    """The shift that somebody signed up for, so that others see that they are taken."""
    fair, post = seen.get(Fair, helper.fair), seen.get(Post, helper.post)
    if fair is None or post is None or helper.state != "signed_up" or helper.voided:
        return None
    return Slot(
        begins=datetime.combine(fair.date, post.begins),
        ends=datetime.combine(fair.date, post.ends),
        title=fair.title,
        place=fair.place,
        person=helper.person,
    )
