"""On a member's phone: what it offered, what was delivered of it, and how it was thanked."""

from __future__ import annotations

from hongxian import Store, Text, local_today, view
from hongxian.doubles import group
from hongxian.shapes import Beside, Stat, Stats, Table
from hongxian_plugins.alliance.deliveries import HOWS, Delivery, Thanks
from hongxian_plugins.alliance.members import Member
from hongxian_plugins.alliance.offers import Offer
from hongxian_plugins.alliance.states import OFFER
from hongxian_plugins.alliance.words import WHOM

_MEMBER = "alliance.member"
_MOST = 30


@view(of=Member, title=Text("我们的资源", "What we offered"), audience="self", whose=Member)
def ours(store: Store, member: Member) -> Beside:
    """The year in two figures, and each offer as it stands, the newest first."""
    offers = _offers(member)
    came = list(_deliveries(offers))
    year = local_today(store).year
    figures = Stats(
        [
            Stat(
                Text("今年兑现", "Delivered this year"), sum(each.day.year == year for each in came)
            ),
            Stat(Text("收到感谢", "Thanks"), len(_thanks(offers))),
        ]
    )
    rows = [
        [
            each.title,
            Text("{n} {unit}", "{n} {unit}").format(n=each.pieces, unit=each.unit),
            OFFER.title_of(each.state),
            Text("余 {n}", "{n} left").format(n=each.stock.left) if each.agreed_on else "",
        ]
        for each in offers
    ]
    return Beside([Table(["", "", "", ""], rows[:_MOST])], above=[figures])


@view(of=Member, title=Text("兑现了什么", "What was delivered"), audience="self", whose=Member)
def delivered(store: Store, member: Member) -> Table:
    """Each delivery with its receipt, how many and for what kind of people; nobody's name."""
    offers, whom = _offers(member), dict(WHOM)
    units = {each.id: each.unit for each in offers}
    rows = [
        [
            each.title,
            each.day,
            Text("{n} {unit}", "{n} {unit}").format(n=each.amount, unit=units[each.offer]),
            whom[each.whom],
            Text("接收单 {number}", "receipt {number}").format(number=each.number)
            if each.number
            else "",
        ]
        for each in _deliveries(offers)
    ]
    return Table(["", "", "", "", ""], rows[:_MOST])


@view(of=Member, title=Text("感谢", "Thanks"), audience="self", whose=Member)
def thanked(store: Store, member: Member) -> Table:
    """For what it was thanked, when and how, in the words that were said."""
    hows = dict(HOWS)
    rows = [
        [each.title, each.day, hows[each.how], each.words or ""]
        for each in _thanks(_offers(member))
    ]
    return Table(["", "", "", ""], rows[:_MOST])


def _offers(member: Member) -> list[Offer]:
    of_it = Offer.member.in_(sorted(group(_MEMBER, member.id)))
    return list(Offer.select().where(of_it).order_by(Offer.id.desc()))


def _deliveries(offers: list[Offer]) -> list[Delivery]:
    of_them = Delivery.offer.in_([each.id for each in offers])
    query = Delivery.select().where(of_them, Delivery.voided == False)  # noqa: E712
    return list(query.order_by(Delivery.day.desc(), Delivery.id.desc()))


def _thanks(offers: list[Offer]) -> list[Thanks]:
    of_them = Thanks.offer.in_([each.id for each in offers])
    return list(Thanks.select().where(of_them).order_by(Thanks.day.desc(), Thanks.id.desc()))
