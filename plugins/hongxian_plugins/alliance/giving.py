"""What others take from the alliance, and what it takes from them: no plugin names another."""

from __future__ import annotations

from hongxian import Seen, gives, takes
from hongxian.contracts import Goods, Institution, Offering
from hongxian.records import Values
from hongxian_plugins.alliance.deliveries import Delivery
from hongxian_plugins.alliance.members import Member
from hongxian_plugins.alliance.offers import Offer
from hongxian_plugins.alliance.states import GIVES


@gives(Offering, of=Offer, through=("member",), day="until")
def offering_of(offer: Offer, seen: Seen) -> Offering | None:
    """What was agreed; of what was withdrawn or not kept there are no pieces any more."""
    if offer.agreed_on is None:
        return None
    return Offering(
        item=offer.title,
        pieces=offer.pieces if offer.state in GIVES else 0,
        unit=offer.unit,
        donor=_donor(offer, seen),
        purpose=offer.purpose,
        until=offer.until,
    )


@gives(Goods, of=Delivery, through=("offer",), day="day")
def goods_of(delivery: Delivery, seen: Seen) -> Goods | None:
    """What goes to the station's shelf, with what its donor meant it for."""
    offer = seen.get(Offer, delivery.offer)
    if delivery.voided or delivery.whom != "station" or offer is None:
        return None
    return Goods(
        item=delivery.title,
        pieces=delivery.amount,
        day=delivery.day,
        unit=offer.unit,
        donor=_donor(offer, seen),
        purpose=offer.purpose,
    )


def _donor(offer: Offer, seen: Seen) -> str:
    member = seen.get(Member, offer.member)
    if member is None:
        return ""
    return "不具名" if member.unnamed else member.public_name or member.name


@takes(Institution, into=Member, also_by_hand=True)
def member_of(institution: Institution) -> Values:
    """A unit that works with the community is a member; who speaks for it is its team's to know."""
    return {"name": institution.name[:60], "branch": institution.branch[:60] or None}
