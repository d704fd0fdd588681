"""Who reported a matter and who goes: kept by the team that works on it, and by no other laptop.

Name and telephone only for whoever works on it (个人信息保护法 6), and no longer than it is needed (19, 47).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from peewee import BooleanField, CharField, DateTimeField, IntegerField

from hongxian import Claim, Keep, PersonField, PhoneField, Record, Reference, Text
from hongxian.merges import First
from hongxian.records import Somebody, Values, present_store
from hongxian_plugins.requests.kept.flow import ANSWERED
from hongxian_plugins.requests.kept.kinds import kind_of
from hongxian_plugins.requests.kept.records import Request
from hongxian_plugins.requests.kept.settings import RequestRules

SAYS = (
    ("asked", Text("问了", "Asked")),
    ("yes", Text("去", "Goes")),
    ("no", Text("不去", "Cannot")),
    ("returned", Text("退了", "Gave it back")),
    ("thanked", Text("已谢，有人先接了", "Thanked: another was first")),
)
PAIR = 2
"""Who visit a home."""


def days_after_filing(reporter: Reporter) -> date | None:
    """The last day on which it is kept who reported; None while the matter goes on."""
    request = Request.get_or_none(Request.id == reporter.request)
    if request is None or request.state != "archived" or request.archived_on is None:
        return None
    days = RequestRules.now(present_store()).keep_days
    return request.archived_on + timedelta(days=days)  # type: ignore[no-any-return]


class Reporter(Record):
    """Who reported."""

    request = Reference(
        "requests.request",
        verbose_name=Text("报事", "Request"),
        index=True,
        help_text=Text("哪一件。", "Which."),
    )
    name = PersonField(
        verbose_name=Text("诉求人", "Reporter"),
        null=True,
        on_delete="keep",
        help_text=Text("可以不留。", "May be left out."),
    )
    phone = PhoneField(
        verbose_name=Text("电话", "Phone"),
        null=True,
        help_text=Text("回告用；可以不留。", "To hear what came of it; may be left out."),
    )
    address = CharField(
        verbose_name=Text("门牌", "Address"),
        max_length=80,
        null=True,
        help_text=Text("要上门才写，到室。", "For a visit alone, with the room."),
    )
    heard_at = DateTimeField(
        verbose_name=Text("已回告", "Heard"),
        null=True,
        help_text=Text("什么时候告诉了居民结果。", "When they heard what came of it."),
    )

    class Meta:
        collection = "requests.reporter"
        title = Text("诉求人", "Reporters")
        menu = False
        confidential = True
        secret = ("phone", "address")
        keep = Keep(until=days_after_filing)

    @property
    def called(self) -> Text | str:
        """A name, or that there is none."""
        return Somebody(self.name).called if self.name else Text("未留名", "No name")

    @property
    def reached_by(self) -> str:
        """The telephone, behind the name or in its own field."""
        return self.phone or (Somebody(self.name).phone if self.name else "") or ""


def not_heard(request: Request) -> list[Reporter]:
    """Those of this laptop's reporters who are still to hear what came of it; none while it is open."""
    if request.state not in ANSWERED:
        return []
    waits = Reporter.heard_at.is_null()
    return list(Reporter.select().where(Reporter.request == request.id, waits))


def other_seats(wanted: Values) -> Iterator[Values]:
    """For a visit the other place of the pair; else there is no second."""
    request = Request.get_or_none(Request.id == wanted["request"])
    if request is not None and kind_of(request.kind).at_home:
        for seat in range(1, PAIR + 1):
            yield {**wanted, "seat": seat}


class Ask(Record):
    """Who was asked, and who goes."""

    request = Reference(
        "requests.request",
        verbose_name=Text("报事", "Request"),
        index=True,
        help_text=Text("哪一件。", "Which."),
    )
    volunteer = Reference(
        "roster.person",
        on_delete="keep",
        verbose_name=Text("谁去", "Who goes"),
        null=True,
        index=True,
        help_text=Text(
            "问过本人，愿意才填；留空是本队接下、再定人。",
            "Asked and willing; empty: the team takes it and says later who goes.",
        ),
    )
    say = CharField(
        verbose_name=Text("答复", "Says"),
        max_length=8,
        choices=SAYS,
        default="asked",
        help_text=Text("去不去由本人说（志愿服务条例 25）。", "Their own word (Regulations, 25)."),
    )
    licence = CharField(
        verbose_name=Text("证号", "Licence"),
        max_length=40,
        null=True,
        help_text=Text("电、气要持证的人，写证号。", "For electricity and gas: its number."),
    )
    begins = DateTimeField(
        verbose_name=Text("什么时候去", "When"),
        null=True,
        help_text=Text("约好的时间。", "As it was agreed."),
    )
    ends = DateTimeField(
        verbose_name=Text("到几点", "Until"),
        null=True,
        help_text=Text("做到几点。", "When it was over."),
    )
    confirmed_by = CharField(
        verbose_name=Text("确认人", "Confirmed by"),
        max_length=40,
        null=True,
        help_text=Text("谁核对过时间。", "Who checked the times."),
    )
    voided = BooleanField(
        verbose_name=Text("时长作废", "Time void"),
        default=False,
        help_text=Text("确认错了就打勾，不删。", "Confirmed by mistake: tick, do not delete."),
    )
    seat = IntegerField(
        verbose_name=Text("第几位", "Place"),
        default=1,
        help_text=Text("上门两人同行，第二位是 2。", "Of a pair the second is 2."),
    )
    turn = IntegerField(
        verbose_name=Text("第几轮", "Turn"),
        default=0,
        help_text=Text("随报事。", "As the request."),
    )

    class Meta:
        collection = "requests.ask"
        title = Text("问人接单", "Who goes")
        menu = False
        hidden = ("turn",)
        claims = [Claim("request", "turn", "seat", only={"say": ("yes",)}, near=other_seats)]
        merges = {"confirmed_by": First()}
