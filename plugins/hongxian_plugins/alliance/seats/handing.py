"""Seats and tickets: one for one person, never more than there are, on however many laptops."""

from __future__ import annotations

from collections.abc import Iterator

from peewee import IntegerField

from hongxian import Refused, Store, Text, action, local_today, step, view
from hongxian.days import day_in_words
from hongxian.quotas import spend
from hongxian.records import Device, Somebody, asked_as, refused_among
from hongxian.shapes import Beside, Board, Button, Chat, Head, Held, Print, Tone
from hongxian.text import joined
from hongxian_plugins.alliance.offers import Offer
from hongxian_plugins.alliance.seats.invitations import INVITE, Invite
from hongxian_plugins.alliance.states import GIVES
from hongxian_plugins.alliance.words import BY_NAME, SERVES, WHOM

MOST_DRAWN = 400
"""Seats beyond it are on no plan: the list of invitations has them."""
_ROW = IntegerField(
    verbose_name=Text("第几排", "Row"),
    null=True,
    help_text=Text("留空就给下一个空座。", "Empty for the next free seat."),
)
_PLACE = IntegerField(
    verbose_name=Text("第几座", "Place"), null=True, help_text=Text("这一排的第几座。", "In it.")
)


def seat_in_words(offer: Offer, seat: int) -> Text:
    """Row and place of a seat; of a ticket its number."""
    if offer.kind != "seats":
        return Text("{n} 号", "No. {n}").format(n=seat)
    row, place = divmod(seat - 1, offer.per_row)
    return Text("{row}排{place}座", "row {row}, seat {place}").format(row=row + 1, place=place + 1)


def next_seat(store: Store, offer: Offer) -> int:
    """The next free seat as this laptop goes through the hall.

    Each begins at a part of its own, and goes into another's from its end: two that are offline and
    give no more than there are never meet.
    """
    taken = {each.seat for each in Invite.select().where(Invite.offer == offer.id)}
    for seat in _in_order(store, offer.pieces):
        if seat not in taken:
            return seat
    raise Refused("“{title}”都给出去了。", "All of {title} are given.", title=offer.title)


def _in_order(store: Store, pieces: int) -> Iterator[int]:
    here = store.writer().laptop
    others = {each.laptop for each in Device.select().where(Device.revoked == False)}  # noqa: E712
    laptops = sorted({here, *others})
    parts = [
        range(n * pieces // len(laptops) + 1, (n + 1) * pieces // len(laptops) + 1)
        for n in range(len(laptops))
    ]
    own = laptops.index(here)
    yield from parts[own]
    for part in (*parts[own + 1 :], *parts[:own]):
        yield from reversed(part)


def invite_to(store: Store, offer: Offer, person: object, seat: int, whom: str) -> Invite:
    """One seat for one person, inside a transaction; raises `QuotaShort` where this laptop has none left."""
    spend(offer, "stock", 1)
    day = {"day": offer.due} if offer.due else {}
    return Invite.create(  # type: ignore[no-any-return]
        offer=offer, person=person, seat=seat, whom=whom, **day
    )


def usual_whom(offer: Offer) -> str:
    """As what people are invited, by the donor's purpose."""
    return next(whom for whom, _ in WHOM if whom in SERVES[offer.purpose])


def _can_invite(offer: Offer) -> bool:
    return offer.kind in BY_NAME and offer.state in GIVES


@action(
    title=Text("邀请", "Invite"),
    menu=False,
    asks={
        "offer": Invite.offer,
        "person": Invite.person,
        "whom": asked_as(Invite.whom, null=True, default=None),
        "row": _ROW,
        "place": _PLACE,
    },
)
def invite(
    store: Store,
    offer: str,
    person: Somebody,
    whom: str | None = None,
    row: int | None = None,
    place: int | None = None,
) -> Text:
    """Give somebody a seat: the one that was pressed, or the next that is free."""
    held = Offer.get_by_id(offer)
    seat = _seat_at(held, row, place) or next_seat(store, held)
    with store.transaction():
        invite_to(store, held, person, seat, whom or usual_whom(held))
    return seat_in_words(held, seat)


def _seat_at(offer: Offer, row: int | None, place: int | None) -> int | None:
    return (row - 1) * offer.per_row + place if row and place else None


@action(
    of=Invite,
    title=Text("换座", "Move"),
    asks={"row": asked_as(_ROW, null=False), "place": asked_as(_PLACE, null=False)},
)
def reseat(store: Store, invite: Invite, row: int, place: int) -> Text:
    """To another seat, which nobody has."""
    offer = Offer.get_by_id(invite.offer)
    invite.seat = _seat_at(offer, row, place)
    invite.save()
    return seat_in_words(offer, invite.seat)


@step(Invite, "hand_on", asks=[Invite.person])
def hand_on(store: Store, invite: Invite, person: Somebody) -> None:
    """Who cannot come gives the seat to somebody else: no seat more is given."""
    invite.person = person  # type: ignore[assignment]


# -- the hall ----------------------------------------------------------------------------------------


@view(of=Offer, title=Text("座位图", "The seats"), page=True, usual=True, when=_can_invite)
def seats(store: Store, offer: Offer) -> Beside:
    """Who has which seat, and who came: a free one is pressed to give it, a given one to tick who came."""
    invites = list(Invite.select().where(Invite.offer == offer.id))
    return Beside(
        [_hall(offer, invites)],
        title=offer.title,
        note=joined([offer.whom, _numbers(offer, invites)], Text.of(" · ")),
        presses=[
            Button(Text("给下一个空座", "Give the next"), "alliance.invite", {"offer": offer.id}),
            Print(Text("邀请名单", "List"), "alliance.invited", offer.id),
        ],
    )


_TONES: dict[str, Tone] = {"invited": "plan", "gave_up": "rest", "came": "done"}


def _hall(offer: Offer, invites: list[Invite]) -> Board:
    refused, shown = refused_among(invites), min(offer.pieces, MOST_DRAWN)
    rows = range(-(-shown // offer.per_row))
    return Board(
        rows=[Head(Text("{n}排", "Row {n}").format(n=row + 1), {"row": row + 1}) for row in rows],
        columns=[Head(str(n), {"place": n}) for n in range(1, offer.per_row + 1)],
        held=[_held(offer, each, refused) for each in invites if each.seat <= shown],
        of=Invite,
        book="alliance.invite",
        move="alliance.reseat",
        given={"offer": offer.id},
        note=Text(
            "红色的没有得到座位，请看“待处理”。", "Those in red got none: see Needs attention."
        )
        if refused
        else "",
    )


def _held(offer: Offer, invite: Invite, refused: set[str]) -> Held:
    row, column = divmod(invite.seat - 1, offer.per_row)
    got_none = invite.id in refused
    return Held(
        row=row,
        column=column,
        title=invite.called,
        id=invite.id,
        state=Text("没有得到", "Got none") if got_none else INVITE.title_of(invite.state),
        tone="stop" if got_none else _TONES[invite.state],
        moves=not got_none,
        presses=[
            Button(
                each.title, f"alliance.{each.name}", id=invite.id, at_once=each.name != "hand_on"
            )
            for each in INVITE.after(invite.state)
        ],
    )


def _numbers(offer: Offer, invites: list[Invite]) -> Text:
    told = Text(
        "余 {left} · 已给 {given} · 到场 {came}", "left {left} · given {given} · came {came}"
    )
    came = sum(each.state == "came" for each in invites)
    return told.format(left=offer.stock.left, given=len(invites), came=came)


@view(of=Offer, title=Text("发到群里", "For the chat"), page=True, when=lambda o: o.state in GIVES)
def chat(store: Store, offer: Offer) -> Chat:
    """What was given, how many and for whom; nobody's name, the donor's neither."""
    day = [day_in_words(offer.due, local_today(store))] if offer.due else []
    what = Text("【感谢】{what}{n}{unit}", "[Thanks] {what}: {n} {unit}")
    told = what.format(what=offer.title, n=offer.pieces, unit=offer.unit)
    return Chat(joined([told, *day, offer.whom], Text(" ", ", ")))
