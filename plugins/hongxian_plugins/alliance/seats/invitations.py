"""Invitations: one seat or ticket for one person. Of the team that invites; nobody else knows whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from peewee import CharField, DateField, IntegerField

from hongxian import (
    Claim,
    Keep,
    Lasting,
    PersonField,
    Record,
    Reference,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
    computed,
    local_today,
)
from hongxian.checks import RecordSchema, whole_number
from hongxian.records import Somebody, Values
from hongxian_plugins.alliance.offers import Offer
from hongxian_plugins.alliance.words import LARGEST, WHOM

INVITE = Workflow(
    State("invited", Text("已邀请", "Invited")),
    State("gave_up", Text("来不了", "Gave it up")),
    State("came", Text("到场", "Came")),
    Transition("arrive", Text("到了", "Came"), ("invited", "gave_up"), "came"),
    Transition("give_up", Text("来不了", "Gives it up"), "invited", "gave_up"),
    Transition("hand_on", Text("转给别人", "Hand on"), "gave_up", "invited"),
)
KEPT_DAYS = 365
"""So long after its day it is known who was invited, and then no more (个人信息保护法 19)."""


def a_year_later(record: Record) -> date:
    """The last day on which it is kept."""
    return record.day + timedelta(days=KEPT_DAYS)  # type: ignore[no-any-return]


def other_seats(wanted: Values) -> Iterator[Values]:
    """The offer's free seats behind the wanted one, then those before it."""
    offer = Offer.get_or_none(Offer.id == wanted["offer"])
    if offer is not None:
        for step in range(1, offer.pieces):
            yield {**wanted, "seat": (int(wanted["seat"]) + step - 1) % offer.pieces + 1}


class InviteChecks(RecordSchema):
    """Of an invitation: a seat that can be."""

    seat = whole_number(1, LARGEST)


class Invite(Record):
    """Invitations."""

    offer = Reference(
        "alliance.offer",
        verbose_name=Text("提供", "Offer"),
        index=True,
        help_text=Text("哪一场、哪种票。", "To what."),
    )
    person = PersonField(
        verbose_name=Text("请谁", "Who"),
        help_text=Text("名册里的人，或姓名加电话。", "Of the roster, or a name and telephone."),
    )
    seat = IntegerField(
        verbose_name=Text("座号", "Seat"),
        help_text=Text("第几座、第几张。", "Which seat or ticket."),
    )
    whom = CharField(
        verbose_name=Text("作为", "As"),
        max_length=12,
        choices=WHOM,
        default="volunteer",
        help_text=Text("要合捐赠人的用途。", "Within the donor's purpose."),
    )
    state = StateField(
        INVITE, help_text=Text("到了、来不了、转给别人。", "Came, gave up, passed on.")
    )
    day = DateField(
        verbose_name=Text("日期", "Day"),
        default=local_today,
        help_text=Text("哪天的；之后保留一年。", "Its day; kept for a year after."),
    )

    class Meta:
        collection = "alliance.invite"
        title = Text("邀请", "Invitations")
        menu = False
        order = "seat"
        claims = [
            Claim("offer", "seat", near=other_seats),
            Claim("offer", "person", only={"state": ("invited", "came")}, near=lambda key: ()),
        ]
        lasting = Lasting(stays=("offer",))
        keep = Keep(until=a_year_later)
        checks = InviteChecks

    @computed(CharField(verbose_name=Text("姓名", "Name")))
    def called(self) -> str:
        """Who is invited."""
        return Somebody(self.person).called
