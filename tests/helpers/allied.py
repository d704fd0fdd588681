"""What the tests of the alliance share: a member, what it offers, and two laptops of one team."""

from __future__ import annotations

from typing import Any

from hongxian_plugins.alliance import Invite, Member, Offer
from hongxian_plugins.alliance.entering import enter
from hongxian_testing import Laptop, Neighbourhood

TEAM = "示例·红队"
SCREENING = {
    "title": "影院包场",
    "kind": "seats",
    "pieces": 80,
    "unit": "座",
    "purpose": "volunteers",
    "whom": "优秀志愿者专场",
}
WATER = {
    "title": "瓶装水",
    "kind": "goods",
    "pieces": 50,
    "unit": "瓶",
    "purpose": "patrols",
    "whom": "夜间巡查",
}


def offered(**values: Any) -> str:
    """What a member offers, by the form's own way; returns its id."""
    member = values.pop("member", None) or Member.create(name="示例·拾光影院").id
    return str(enter(**{**SCREENING, "member": member, **values}).id)


def agreed(laptop: Laptop, **values: Any) -> str:
    """An offer that was agreed."""
    offer = offered(**values)
    laptop.do("alliance.agree", offer)
    return offer


def invite(laptop: Laptop, offer: str, person: str, **told: Any) -> Any:
    """Somebody gets a seat."""
    return laptop.do("alliance.invite", offer=offer, person=person, **told)


def two_of(neighbourhood: Neighbourhood) -> tuple[Laptop, Laptop]:
    """Two laptops of one team that know of each other."""
    first, second = neighbourhood.laptop(TEAM), neighbourhood.laptop(TEAM)
    for each in (first, second, first):
        each.sync()
    return first, second


def seats_given(store: Any, offer: str) -> list[int]:
    """The seats that somebody has."""
    with store:
        return sorted(each.seat for each in Invite.select().where(Invite.offer == offer))


def state_of(store: Any, offer: str) -> str:
    with store:
        return str(Offer.get_by_id(offer).state)


def deliver(laptop: Laptop, offer: str, amount: int = 1, **told: Any) -> Any:
    """Something of an offer came."""
    usual = {"whom": "patrol", "received_by": "示例·红袖章"}
    return laptop.do("alliance.deliver", offer, amount=amount, **{**usual, **told})


def together(neighbourhood: Neighbourhood) -> None:
    """All sync until they agree; the hub deals rights anew once it has heard of all that was given."""
    for each in neighbourhood.laptops:
        each.sync()
    neighbourhood.meet()
