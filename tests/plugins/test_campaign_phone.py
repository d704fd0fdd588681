"""A campaign on phones: who stands at a post counts there, and anybody sees which site waits least."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest

import hongxian_plugins.campaign as campaign
import hongxian_plugins.roster as roster
from hands import Hand
from hongxian import local_today
from hongxian_plugins.campaign import Campaign, Correction, Count, Post, Session, Site, Stand
from hongxian_plugins.roster import Person
from hongxian_server.hub import Hub
from hongxian_testing.laptop import with_only


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub.init(tmp_path / "hub", "示例社区", plugins=with_only((roster, campaign)))


def a_site(day: date) -> tuple[Site, Session]:
    held = Campaign.create(
        name="夏季服务", purpose="便民", keep_until=day + timedelta(30), state="running"
    )
    session = Session.create(campaign=held, date=day, begins=time(0), ends=time(23, 59))
    return Site.create(campaign=held, name="一号点", place="示例广场", lanes=2), session


def stands(site: Site, session: Session, name: str) -> tuple[Person, Stand]:
    person = Person.create(name=name, scope="community")
    post = Post.create(site=site, role="登记")
    seat = {"post": post, "session": session, "seat": 1, "person": person}
    return person, Stand.create(scope="community", **seat)


def test_presses_at_ones_own_post_are_counted_once_each_and_one_is_taken_off_with_its_reason(
    hub: Hub,
) -> None:
    with hub:
        site, session = a_site(local_today(hub))
        person, stand = stands(site, session, "示例·甲001")
        _, others = stands(site, session, "示例·甲002")
    mine, page = Hand(hub, person), f"/of/campaign.stand/{stand.id}"
    assert "一号点" in mine.read()
    assert "完成 +1 到 +1" in mine.read(page)
    for once in ("1" * 20, "1" * 20, "2" * 20):
        mine.do("campaign.tap", stand.id, once=once, kind="served", times="3")
    mine.do("campaign.untap", stand.id, kind="served", why="slip")
    with hub:
        assert [each.people for each in Count.select()] == [5]
        assert [each.why for each in Correction.select()] == ["slip"]
        assert person.id not in Count.get().laptop
    assert "这里完成 5 人次" in mine.read(page)
    for hand, its in ((mine, others), (Hand(hub), stand)):
        hand.do("campaign.tap", its.id, kind="served")
        assert hand.status != 200
    with hub:
        assert [each.people for each in Count.select()] == [5]


def test_anybody_sees_which_site_waits_least_as_far_as_who_came_was_counted(hub: Hub) -> None:
    with hub:
        site, session = a_site(local_today(hub))
        person, stand = stands(site, session, "示例·甲001")
        Site.create(campaign=site.campaign, name="二号点", place="示例小学")
    assert "哪个点人少" not in Hand(hub).read("/"), (
        "where nothing is known, nothing stands in the way"
    )
    mine = Hand(hub, person)
    mine.do("campaign.tap", stand.id, kind="came", times="9")
    assert "哪个点人少" in Hand(hub).read("/")
    mine.do("campaign.tap", stand.id, kind="served", times="2")
    told = Hand(hub).read("/view/campaign.least")
    assert "约 7 人" in told
    assert "二号点 地点 示例小学 在等 还不知道" in told
    assert "示例·甲001" not in told
    assert ">2</b>" in Hand(hub).open("/wall/campaign.wall")
