"""The alliance on phones: a member sees its own offers, deliveries and thanks; the year's account is for anybody."""

from datetime import date
from pathlib import Path

import pytest

import hongxian_plugins.alliance as alliance
import hongxian_plugins.roster as roster
from allied import WATER
from hands import Hand
from hongxian import local_today
from hongxian_plugins.alliance import Delivery, Member, Offer, Thanks
from hongxian_plugins.roster import Person
from hongxian_server.hub import Hub
from hongxian_testing.laptop import with_only


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub.init(tmp_path / "hub", "示例社区", plugins=with_only((roster, alliance)))


def gave(name: str, today: date, title: str) -> Member:
    member = Member.create(name=name)
    offer = Offer.create(
        **{**WATER, "title": title}, member=member, agreed_on=today, state="agreed"
    )
    told = {"title": title, "offer": offer, "amount": 20, "whom": "patrol"}
    Delivery.create(**told, day=today, received_by="示例·红队")
    Thanks.create(title="谢谢示例的水", offer=offer, day=today)
    return member


def test_a_member_sees_what_it_offered_what_came_and_the_thanks_and_nothing_of_another(
    hub: Hub,
) -> None:
    with hub:
        today = local_today(hub)
        member = gave("示例·超市", today, "瓶装水")
        gave("示例·影院", today, "爆米花")
        person = Person.create(name="示例·甲001", scope="community")
    told = Hand(hub, member).read()
    assert "今年兑现 1" in told
    assert "瓶装水" in told
    assert "20 瓶" in told
    assert "谢谢示例的水" in told
    assert "爆米花" not in told
    assert "瓶装水" not in Hand(hub, person).read()
    account = Hand(hub).read("/view/alliance.account")
    assert "示例·超市" in account
    assert "爆米花" in account
