"""The alliance on one laptop: from an offer to thanks, what law asks and what is due."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import hongxian_plugins.alliance as alliance
import hongxian_plugins.roster as roster
from allied import TEAM, WATER, agreed, deliver, invite, offered, state_of
from hongxian import Refused, local_today
from hongxian.errors import Taken
from hongxian.quotas import QuotaShort
from hongxian_plugins.alliance import (
    Agreement,
    Contact,
    Delivery,
    Draw,
    Invite,
    Match,
    Meeting,
    Member,
    Offer,
    Promise,
    PurposeChange,
    Thanks,
    Want,
)
from hongxian_plugins.alliance.board import suggestions
from hongxian_plugins.alliance.seats.draws import DRAW
from hongxian_plugins.alliance.seats.invitations import INVITE
from hongxian_plugins.alliance.states import OFFER
from hongxian_testing import refusing
from places import DOCS

pytestmark = [pytest.mark.plugins(alliance, roster), pytest.mark.teams(TEAM)]
DAYS = timedelta(days=1)


@pytest.mark.parametrize("workflow", [OFFER, INVITE, DRAW])
def test_the_manual_draws_each_workflow_as_it_is(workflow):
    page = (DOCS / "plugins" / "alliance.md").read_text("utf-8")
    assert f"```mermaid\n{workflow.diagram('en')}\n```" in page


# -- from an offer to thanks -----------------------------------------------------------------------


def test_an_offer_answers_a_want_is_agreed_comes_and_is_thanked_for(laptop):
    offer = offered(**{**WATER, "purpose": "anyone"})
    want = Want.create(title="夏天的饮水", pieces=20).id
    laptop.do("alliance.pair", offer=offer, want=want)
    assert state_of(laptop, offer) == "matched"
    laptop.do("alliance.agree", offer, due=str(local_today() + DAYS))
    deliver(laptop, offer, amount=20, whom="resident", to="示例·3幢")
    assert Want.get().state == "met"
    assert Offer.get().stock.left == 30
    laptop.do("alliance.thank", offer, how="banner")
    assert (state_of(laptop, offer), Thanks.get().how) == ("thanked", "banner")


def test_no_more_is_delivered_than_was_offered(laptop):
    offer = agreed(laptop, **WATER)
    deliver(laptop, offer, amount=50)
    with pytest.raises(QuotaShort):
        deliver(laptop, offer, amount=1)
    assert Delivery.select().count() == 1


def test_what_was_agreed_keeps_its_member_and_its_number(laptop):
    offer = agreed(laptop)
    for change in ({"pieces": 90}, {"member": Member.create(name="示例·别家").id}):
        with pytest.raises(Refused):
            Offer.update(**change).where(Offer.id == offer).execute()


def test_an_offer_that_came_by_another_way_than_the_form_is_counted_as_it_is_agreed(laptop):
    member = Member.create(name="示例·书店").id
    told = {"title": "书", "pieces": 5, "purpose": "anyone", "whom": "示例"}
    offer = Offer.create(member=member, **told).id
    assert Offer.get().stock.left == 0
    laptop.do("alliance.agree", offer)
    assert Offer.get().stock.left == 5


def test_a_pair_is_made_once_and_a_want_is_met_by_what_fits(laptop):
    water, seats = offered(**WATER), offered()
    want = Want.create(title="饮水", pieces=60, by=local_today()).id
    offers, wants = list(Offer.select().order_by(Offer.id)), list(Want.select())
    assert list(suggestions(offers, wants, [])) == [], "fifty are fewer than sixty"
    Want.update(pieces=40).execute()
    [(_, found)] = suggestions(offers, list(Want.select()), [])
    assert found.id == water
    laptop.do("alliance.pair", offer=water, want=want)
    assert list(suggestions(offers, list(Want.select()), list(Match.select()))) == []
    with pytest.raises(Taken):
        laptop.do("alliance.pair", offer=water, want=want)
    assert state_of(laptop, seats) == "offered"


def test_the_plan_shows_offers_by_wants_and_a_press_pairs_them(laptop, desk):
    offer, want = offered(**WATER), Want.create(title="饮水").id
    page = desk.open("/view/alliance.matching")
    assert "瓶装水" in page.text
    [table] = laptop.view("alliance.matching").shapes
    assert len(table.rows) == 1
    plan = laptop.view("alliance.plan")
    assert (plan.book, plan.rows[0].values, plan.columns[0].values) == (
        "alliance.pair",
        {"offer": offer},
        {"want": want},
    )
    page.press("对接")
    assert Match.select().count() == 1
    assert len(laptop.view("alliance.plan").held) == 1


# -- the law ---------------------------------------------------------------------------------------


def test_公益事业捐赠法_5_a_seat_for_patrols_is_given_to_nobody_else(laptop):
    offer = agreed(laptop, purpose="patrols")
    with refusing(Refused, match="捐赠人指定用于“巡查”"):
        invite(laptop, offer, "示例·甲001", whom="resident")
    invite(laptop, offer, "示例·甲001")
    assert Invite.get().whom == "patrol"


def test_公益事业捐赠法_18_the_consent_to_another_purpose_is_on_record(laptop):
    offer = agreed(laptop, **WATER)
    with refusing(Refused, match="同意"):
        Offer.update(purpose="anyone").where(Offer.id == offer).execute()
    asked = {"became": "anyone", "consented_by": "示例·店长", "day": "2026-05-01"}
    laptop.do("alliance.change_purpose", offer, **asked)
    [change] = PurposeChange.select()
    assert (change.was, change.became, change.consented_by) == ("patrols", "anyone", "示例·店长")
    with refusing(Refused, match="同意"):
        Offer.update(purpose="outdoor").where(Offer.id == offer).execute()
    with pytest.raises(Refused):
        PurposeChange.update(consented_by="示例·别人").execute()


def test_a_slip_of_the_pen_is_put_right_before_it_is_matched(laptop):
    offer = offered()
    Offer.update(purpose="anyone").where(Offer.id == offer).execute()
    assert Offer.get().purpose == "anyone"


def test_慈善法_36_goods_that_had_expired_are_written_down_and_marked(laptop):
    offer = agreed(laptop, **WATER)
    deliver(laptop, offer, amount=5, expires=str(local_today() - DAYS))
    [delivery] = Delivery.select()
    assert any("已过期" in each.zh for each in laptop.tasks)
    laptop.do("alliance.void_delivery", delivery.id, void_reason="示例：过期")
    assert not any("已过期" in each.zh for each in laptop.tasks)
    assert Offer.get().stock.left == 50


def test_志愿服务条例_2_there_is_no_field_for_money():
    fields = {name for model in alliance.hongxian_collections() for name in model._meta.fields}
    assert not fields & {"money", "price", "cost", "fee", "paid", "yuan"}


def test_nothing_is_given_before_it_is_agreed_and_a_place_only_where_there_are_seats(laptop):
    offer = offered()
    with refusing(Refused, match="请先约定"):
        invite(laptop, offer, "示例·甲001")
    goods = agreed(laptop, **WATER)
    with refusing(Refused, match="不是座位或票券"):
        invite(laptop, goods, "示例·甲001")
    laptop.do("alliance.agree", offer)
    with refusing(Refused, match="没有 81 号"):
        invite(laptop, offer, "示例·甲001", row=9, place=1)
    assert not Invite.select().exists()
    assert Offer.get_by_id(offer).stock.left == 80


def test_an_agreement_ends_after_it_begins(laptop):
    member = Member.create(name="示例·书店").id
    with refusing(Refused, match="早于"):
        Agreement.create(member=member, begins=date(2026, 5, 1), until=date(2026, 4, 1))


# -- what is due -----------------------------------------------------------------------------------


def _due(laptop):
    return [each.title.zh for each in laptop.due()]


def test_an_agreement_is_told_sixty_days_before_it_ends_until_there_is_a_later_one(laptop):
    laptop.at("2026-03-01 09:00")
    member, today = Member.create(name="示例·书店").id, date(2026, 3, 1)
    Agreement.create(member=member, begins=today, until=today + 61 * DAYS)
    assert _due(laptop) == []
    laptop.at("2026-03-02 09:00")
    assert _due(laptop) == ["示例·书店的协议到期，谈续签"]
    Agreement.create(member=member, begins=today, until=today + 400 * DAYS)
    assert _due(laptop) == []


def test_thanks_promises_and_what_was_agreed_are_due_until_they_are_done(laptop):
    laptop.at("2026-03-01 09:00")
    offer = agreed(laptop, **WATER, due=date(2026, 3, 3))
    meeting = Meeting.create(title="示例·联席会", day=date(2026, 3, 1)).id
    told = {"title": "借出会议室", "who": "示例·图书馆", "by": date(2026, 3, 5)}
    promise = Promise.create(meeting=meeting, **told).id
    assert _due(laptop) == ["瓶装水 兑现", "示例·图书馆：借出会议室"]
    laptop.do("alliance.keep", promise)
    deliver(laptop, offer)
    [due] = laptop.due()
    assert (due.title.zh, due.day) == ("瓶装水 还没致谢", date(2026, 3, 8))
    laptop.do("alliance.thank", offer)
    assert _due(laptop) == []


def test_an_offer_that_ends_is_told_while_something_is_left(laptop):
    laptop.at("2026-03-01 09:00")
    offer = agreed(laptop, **WATER, until=date(2026, 3, 10))
    assert _due(laptop) == ["瓶装水 到期，还有 50 瓶"]
    deliver(laptop, offer, amount=50)
    laptop.do("alliance.thank", offer)
    assert _due(laptop) == []


def test_a_screening_stands_in_the_calendar_and_leads_to_its_seats(laptop, desk):
    agreed(laptop, due=local_today())
    page = desk.open("/").press("座位图")
    assert "影院包场" in page.text


# -- who may see it --------------------------------------------------------------------------------


def test_another_teams_laptop_holds_nothing_of_guests_contacts_and_meetings(neighbourhood):
    ours, theirs = neighbourhood.laptop(TEAM), neighbourhood.laptop("示例·蓝队")
    with ours:
        offer = agreed(ours)
        invite(ours, offer, "示例·客人一 100 0000 0001")
        Contact.create(member=Member.get(), name="示例·店长一", phone="10000000002")
        Meeting.create(title="示例·密谈", day=local_today(), minutes="示例·内情")
        draw = Draw.create(title="示例·抽签", offer=offer, places=1).id
        alliance.Candidate.create(draw=draw, person="示例·候选一")
        ours.do("alliance.freeze", draw)
    for each in (ours, theirs, ours, theirs):
        each.sync()
    assert theirs.holds("影院包场")
    for said in ("示例·客人一", "示例·店长一", "10000000002", "示例·内情", "示例·候选一"):
        assert ours.holds(said), said
        assert not theirs.holds(said), said


def test_who_was_invited_is_forgotten_after_a_year(neighbourhood):
    laptop = neighbourhood.laptop(TEAM)
    laptop.at("2026-03-01 09:00")
    with laptop:
        invite(laptop, agreed(laptop), "示例·客人一")
    neighbourhood.meet()
    laptop.at("2027-03-03 09:00")
    neighbourhood.tidy()
    neighbourhood.meet()
    with laptop:
        assert not Invite.select().exists()
        assert Offer.get().stock.left == 79
