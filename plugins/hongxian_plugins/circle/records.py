"""Venues and the days on which one keeps other hours; all that anybody may read at the gate."""

from __future__ import annotations

from datetime import timedelta

from peewee import BooleanField, CharField, DateField, IntegerField, TextField

from hongxian import (
    Keep,
    PersonField,
    PhoneField,
    Record,
    Reference,
    Refused,
    Seen,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
    computed,
    rule,
)
from hongxian.checks import RecordSchema, plain_text, whole_number
from hongxian.merges import Largest
from hongxian.records import refuse_out_of_order
from hongxian_plugins.circle.fields import DayHoursField, WeekHoursField
from hongxian_plugins.circle.trades import CHOICES, TIERS, trade_of

VENUE = "circle.venue"
POINT = (
    r"\s*[0-9]{1,5}\s*[,，]\s*[0-9]{1,5}\s*\Z",
    Text(
        "应为两个数：离图左边几米，离图上边几米。",
        "Two numbers: metres from the left, from the top.",
    ),
)


VENUE_STEPS = Workflow(
    State("draft", Text("草稿", "Draft"), tone="plan"),
    State("open", Text("开放", "Open"), needs=("hours",), tone="done"),
    State("paused", Text("暂停", "Paused"), tone="wait"),
    State("closed", Text("关闭", "Closed"), tone="rest"),
    Transition("publish", Text("开放", "Open it"), "draft", "open"),
    Transition(
        "pause", Text("暂停", "Pause"), "open", "paused", asks=("back_on", "note"), usual=False
    ),
    Transition("resume", Text("恢复", "Resume"), ("paused", "closed"), "open"),
    Transition(
        "close",
        Text("关闭", "Close"),
        ("draft", "open", "paused"),
        "closed",
        asks=("note",),
        usual=False,
    ),
)
LONGEST_SPECIAL = 366
"""Days."""
_A_DAY = timedelta(days=1)


class VenueChecks(RecordSchema):
    """Of a venue: a point on the picture, and seats that a room has."""

    point = plain_text(15, POINT, allow_none=True)
    capacity = whole_number(0, 99_999, allow_none=True)


class Venue(Record):
    """Venues."""

    name = CharField(
        verbose_name=Text("名称", "Name"),
        max_length=60,
        index=True,
        help_text=Text("门头上写的名字。", "As it stands above the door."),
    )
    kind = CharField(
        verbose_name=Text("业态", "Kind"),
        max_length=20,
        choices=CHOICES,
        index=True,
        help_text=Text("做哪一行；类别由业态定。", "What it does; its class follows."),
    )
    address = CharField(
        verbose_name=Text("地址", "Address"),
        max_length=80,
        help_text=Text("几路几号。", "Where it is."),
    )
    hours = WeekHoursField(
        verbose_name=Text("时间", "Hours"),
        null=True,
        help_text=Text(
            "如：周一至周五 8:00-11:30 13:00-17:00；周六 9:00-12:00。调休上班的周末按工作日算。",
            "As people say it; a worked week-end is as weekdays.",
        ),
    )
    holidays = DayHoursField(
        verbose_name=Text("节假日", "Holidays"),
        null=True,
        help_text=Text(
            "每个法定假日都这样：9:00-12:00，或休息、照常；不知道就留空。",
            "On every public holiday: hours, closed, as usual; empty where nobody knows.",
        ),
    )
    phone = PhoneField(
        verbose_name=Text("电话", "Phone"),
        null=True,
        help_text=Text("对外公开的电话。", "What the public may call."),
    )
    point = CharField(
        verbose_name=Text("坐标", "Point"),
        max_length=15,
        null=True,
        help_text=Text(
            "离图左边几米，离图上边几米；可在图上点。", "Metres from the left, from the top."
        ),
    )
    services = TextField(
        verbose_name=Text("服务", "Services"),
        null=True,
        help_text=Text("有些什么，如：理发 15 元，老人 10 元。", "What there is."),
    )
    capacity = IntegerField(
        verbose_name=Text("容量", "Capacity"),
        null=True,
        help_text=Text("多少座位或床位。", "Seats."),
    )
    barrier_free = BooleanField(
        verbose_name=Text("无障碍", "Step-free"),
        null=True,
        help_text=Text("轮椅进得去。", "A wheelchair gets in."),
    )
    cash = BooleanField(
        verbose_name=Text("收现金", "Cash"),
        null=True,
        help_text=Text("可以付现金。", "Cash is taken."),
    )
    phone_is = CharField(
        verbose_name=Text("电话是谁的", "Whose number"),
        max_length=5,
        choices=[
            ("shop", Text("店里的", "The venue's")),
            ("owner", Text("店主本人的", "The owner's own")),
        ],
        default="shop",
        help_text=Text("店主本人的号码要他同意公开。", "The owner's own needs their consent."),
    )
    phone_consent = DateField(
        verbose_name=Text("店主同意公开的日期", "Owner consented on"),
        null=True,
        help_text=Text("书面或当面说的那天；撤回同意用“撤下电话”。", "In writing or by word."),
    )
    phone_until = DateField(
        verbose_name=Text("电话公开到", "Phone until"),
        null=True,
        help_text=Text(
            "过了这天由主机删去；留空不限。", "After it the hub erases it; empty for no end."
        ),
    )
    keeper = PersonField(
        verbose_name=Text("核对人", "Who checks"),
        null=True,
        help_text=Text("哪位志愿者去核对。", "Which volunteer goes and looks."),
    )
    checked_on = DateField(
        verbose_name=Text("核对日期", "Checked on"),
        null=True,
        index=True,
        help_text=Text("最近一次到门口看过的日子。", "When somebody last stood at the door."),
    )
    back_on = DateField(
        verbose_name=Text("说好恢复的日子", "Back on"),
        null=True,
        help_text=Text("暂停到哪天。", "The day it said it would be back."),
    )
    note = CharField(verbose_name=Text("备注", "Note"), max_length=200, null=True)
    state = StateField(VENUE_STEPS, verbose_name=Text("状态", "State"), index=True)

    @computed(CharField(verbose_name=Text("类别", "Class"), choices=list(TIERS.items())))
    def tier(self) -> str:
        return trade_of(self.kind).tier

    class Meta:
        collection = "circle.venue"
        title = Text("场所", "Venues")
        order = "name"
        scope = "community"
        checks = VenueChecks
        merges = {"checked_on": Largest()}
        field_keep = {"phone": Keep(until="phone_until")}
        known_by = ("name", "address")
        also_called = {
            "name": ("场所", "店名", "单位"),
            "kind": ("行业", "类型"),
            "hours": ("营业时间", "开放时间"),
            "holidays": ("节假日时间", "节假日营业时间"),
            "phone": ("公开电话", "联系电话"),
            "point": ("位置",),
        }


class SpecialChecks(RecordSchema):
    """Of other hours: a reason that fits a line."""

    note = plain_text(60, allow_none=True)


class Special(Record):
    """Other hours."""

    venue = Reference(
        "circle.venue",
        verbose_name=Text("场所", "Venue"),
        index=True,
        on_delete="with",
        help_text=Text("哪一家。", "Which."),
    )
    first = DateField(
        verbose_name=Text("从", "From"), index=True, help_text=Text("第一天。", "First day.")
    )
    last = DateField(
        verbose_name=Text("到", "Until"),
        help_text=Text("最后一天，当天也算。", "Last day, included."),
    )
    hours = DayHoursField(
        verbose_name=Text("时间", "Hours"),
        help_text=Text("如：9:00-12:00，或休息、照常。", "Hours, closed, as usual."),
    )
    note = CharField(
        verbose_name=Text("缘由", "Why"),
        max_length=60,
        null=True,
        help_text=Text("如：春节、装修。", "Such as a holiday."),
    )

    class Meta:
        collection = "circle.special"
        title = Text("特别时间", "Other hours")
        order = "-first"
        scope = "community"
        menu = False
        checks = SpecialChecks


# -- what depends on several fields, alike on laptop and hub ----------------------------------------


@rule(of=Venue, when=("phone", "phone_is", "phone_consent"))
def owner_has_consented(venue: Venue, seen: Seen) -> None:
    """An owner's own number stands here by consent alone (个人信息保护法 25); one that is over is no consent."""
    is_over = venue.phone_until is not None and venue.phone_until < seen.now.date()
    if venue.phone and venue.phone_is == "owner" and venue.phone_consent is None and not is_over:
        raise Refused(
            "店主本人的电话要他同意才能公开：请填“店主同意公开的日期”，或改用店里的电话。",
            "The owner's own number needs their consent: fill in “Owner consented on”, or give the venue's.",
        )


@rule(of=Venue, when=("phone",))
def a_new_number_is_for_now(venue: Venue, before: Venue | None, seen: Seen) -> None:
    """A number that would be erased at once is a mistake."""
    if venue.phone and venue.phone_until is not None and venue.phone_until < seen.now.date():
        raise Refused(
            "“电话公开到”已经过了：请先清空或改掉，再填新电话。",
            "“Phone until” is over: empty or change it with the new number.",
        )


@rule(of=Venue, when=("checked_on",))
def nobody_looked_tomorrow(venue: Venue, seen: Seen) -> None:
    """The latest check counts for good, so a year that was mistyped would never be asked about again."""
    if venue.checked_on is not None and venue.checked_on > seen.now.date() + _A_DAY:
        raise Refused(
            "核对日期 {day} 还没到。",
            "{day} is still to come: it cannot be checked then.",
            day=venue.checked_on,
        )


@rule(of=Special, when=("first", "last"))
def ends_after_it_begins(special: Special, seen: Seen) -> None:
    refuse_out_of_order(special, "first", "last")
    if (special.last - special.first).days > LONGEST_SPECIAL:
        raise Refused("特别时间最长一年。", "Other hours hold for a year at most.")
