"""Alliance: what institutions and merchants offer, who wants it, what was given, and thanks."""

from __future__ import annotations

from datetime import date

from hongxian import Record, Store, Text, hookimpl
from hongxian.shapes import CalendarEntry
from hongxian_plugins.alliance.deliveries import Delivery, ReceiptBook, Thanks
from hongxian_plugins.alliance.meetings import Meeting, Promise
from hongxian_plugins.alliance.members import Agreement, Contact, Member
from hongxian_plugins.alliance.offers import Match, Offer, PurposeChange, Want
from hongxian_plugins.alliance.seats.draws import Candidate, Draw
from hongxian_plugins.alliance.seats.invitations import Invite
from hongxian_plugins.alliance.settings import AllianceRules
from hongxian_plugins.alliance.states import GIVES

title = Text("红色联盟", "Alliance")
icon = "gift"
_WHO = (Member, Contact, Agreement)
_WHAT = (Offer, Want, Match, PurposeChange)
_GIVEN = (ReceiptBook, Delivery, Thanks)
_PEOPLE = (Invite, Draw, Candidate)


@hookimpl
def hongxian_collections() -> list[type[Record]]:
    return [*_WHO, *_WHAT, *_GIVEN, *_PEOPLE, Meeting, Promise, AllianceRules]


@hookimpl
def hongxian_calendar_entries(first: date, last: date) -> list[CalendarEntry]:
    due = Offer.select().where(Offer.due.between(first, last), Offer.state.in_(GIVES))
    held = Meeting.select().where(Meeting.day.between(first, last))
    return [
        *(
            CalendarEntry(
                each.due,
                each.title,
                of=Offer,
                id=each.id,
                note=each.whom,
                opens="alliance.seats" if each.kind in ("seats", "tickets") else "",
            )
            for each in due
        ),
        *(
            CalendarEntry(
                each.day,
                each.title,
                of=Meeting,
                id=each.id,
                hour=each.begins,
                place=each.place or "",
            )
            for each in held
        ),
    ]


@hookimpl(trylast=True)  # the people come first, and the roster makes them
def hongxian_demo_was_asked(store: Store, seed: int) -> None:
    from hongxian_plugins.alliance.demo import fill

    fill(store, seed)
