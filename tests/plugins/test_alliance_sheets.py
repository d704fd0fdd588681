"""The alliance on paper, in a chat and as a workbook, in both languages."""

from __future__ import annotations

from datetime import date

import pytest

import hongxian_plugins.alliance as alliance
import hongxian_plugins.roster as roster
from allied import TEAM, WATER, agreed, deliver, invite, offered
from hongxian import Refused
from hongxian_plugins.alliance import (
    Agreement,
    AllianceRules,
    Candidate,
    Contact,
    Delivery,
    Draw,
    Member,
    Offer,
    Thanks,
    Want,
)
from hongxian_testing import refusing

pytestmark = [pytest.mark.plugins(alliance, roster), pytest.mark.teams(TEAM)]
NASTY = "<script>alert('甲')</script>"


@pytest.fixture
def papers(laptop):
    """One of each that is printed, with what a person typed at its worst; by document."""
    AllianceRules.change(receiver=NASTY)
    member = Member.create(name=NASTY).id
    water = agreed(laptop, member=member, **{**WATER, "title": NASTY, "whom": NASTY})
    deliver(laptop, water, received_by=NASTY, spec=NASTY, charity=NASTY, charity_no="示例-1")
    laptop.do("alliance.thank", water, words=NASTY)
    hall = agreed(laptop, member=member, title=NASTY)
    invite(laptop, hall, NASTY)
    until = date(2027, 5, 1)
    paper = Agreement.create(member=member, begins=date(2026, 5, 1), until=until, terms=NASTY).id
    draw = Draw.create(title=NASTY, offer=hall, places=1).id
    Candidate.create(draw=draw, person=NASTY)
    laptop.do("alliance.freeze", draw)
    laptop.do("alliance.draw", draw, seed=NASTY)
    return {
        "agreement": paper,
        "receipt": Delivery.get().id,
        "lists": None,
        "letter": Thanks.get().id,
        "invited": hall,
        "year_sheet": None,
        "draw_sheet": draw,
    }


@pytest.mark.parametrize(
    "name",
    ["agreement", "receipt", "lists", "letter", "invited", "year_sheet", "draw_sheet"],
)
def test_each_sheet_prints_in_both_languages_with_what_was_typed_escaped(laptop, papers, name):
    zh, en = (laptop.print(f"alliance.{name}", papers[name], language) for language in ("zh", "en"))
    assert zh != en
    for html in (zh, en):
        assert "&lt;script&gt;" in html
        assert "<script>alert" not in html


def test_财综_2024_1号_the_receipt_says_that_it_is_no_invoice_and_names_the_charitys(laptop):
    offer = agreed(laptop, **WATER)
    told = {
        "spec": "550 毫升",
        "batch": "示例批",
        "charity": "示例·慈善会",
        "charity_no": "示例-0001",
    }
    deliver(laptop, offer, amount=20, expires="2099-05-01", **told)
    html = laptop.print("alliance.receipt", Delivery.get().id)
    year = Delivery.get().day.year
    for said in (
        "爱心物资接收单",
        f"{year}-",
        "示例·拾光影院",
        "瓶装水",
        "20 瓶",
        "巡查",
        *told.values(),
    ):
        assert said in html, said
    assert "不是公益事业捐赠票据" in html
    assert "收据" not in html


def test_a_receipt_is_printed_from_what_is_told_of_its_delivery(laptop, desk):
    told = {"amount": "5", "received_by": "示例·门岗"}
    donor = {"whom": "patrol"}
    page = desk.open(f"/do/alliance.deliver/{agreed(laptop, **WATER)}").press(
        "兑现", **told, **donor
    )
    assert f'href="/print/alliance.receipt/{Delivery.get().id}"' in page.html
    assert "爱心物资接收单" in page.press("打印").html


@pytest.mark.parametrize(("sponsored", "whom"), [(True, "patrol"), (False, "station")])
def test_what_has_no_receipt_is_told_without_one(laptop, desk, sponsored, whom):
    offer = agreed(laptop, **{**WATER, "purpose": "anyone"}, sponsored=sponsored)
    page = desk.open(f"/do/alliance.deliver/{offer}")
    page = page.press("兑现", amount="5", received_by="示例·门岗", whom=whom)
    assert Delivery.select().count() == 1
    assert "/print/alliance.receipt/" not in page.html


def test_财综_2024_1号_8_sponsorship_for_advertising_has_no_receipt_and_no_line_in_the_account(
    laptop,
):
    offer = agreed(laptop, **WATER, sponsored=True)
    deliver(laptop, offer)
    with refusing(Refused, match="不是捐赠"):
        laptop.print("alliance.receipt", Delivery.get().id)
    assert laptop.view("alliance.account").rows == []


def test_the_years_account_adds_up_and_does_not_name_who_wants_no_name(laptop):
    shy = Member.create(name="示例·某店", unnamed=True).id
    offer = agreed(laptop, member=shy, **WATER)
    deliver(laptop, offer, amount=20)
    deliver(laptop, offer, amount=5)
    hall = agreed(laptop, member=Member.create(name="示例·影院", public_name="示例·大影院").id)
    invite(laptop, hall, "示例·甲001")
    [water, screening] = laptop.view("alliance.account").rows
    assert (water[0].zh, water[1]) == ("不具名", "瓶装水")
    assert (water[3:6], screening[3:6]) == ([50, 25, 25], [80, 1, 79])
    assert "巡查 25" in water[6].zh
    assert screening[0] == "示例·大影院"
    html = laptop.print("alliance.year_sheet")
    assert "示例·某店" not in html
    assert "示例·甲001" not in html
    assert laptop.view("alliance.account", year=2020).rows == []


def test_the_chat_tells_numbers_and_nobodys_name(laptop):
    laptop.at("2026-03-01 09:00")
    offer = agreed(laptop, due=date(2026, 3, 8))
    invite(laptop, offer, "示例·甲001")
    text = laptop.view("alliance.chat", offer).text
    assert text.zh == "【感谢】影院包场80座 3月8日 优秀志愿者专场"
    assert text.en == "[Thanks] 影院包场: 80 座, 8 Mar, 优秀志愿者专场"
    assert "示例·拾光影院" not in text.zh + text.en


def test_a_list_of_units_is_one_import_and_comes_twice_without_doubling(laptop, tmp_path):
    sheet = tmp_path / "联盟.csv"
    sheet.write_text(
        "单位,联系人,电话,提供,数量,期限,用途,需要\n"
        "示例·书店,示例·店长,10000000001,图书,120,2099-05-01,孩子,周末场地\n"
        "示例·银行,,,,,,,\n",
        "utf-8",
    )
    report = laptop.bring_in("alliance.member", sheet)
    assert (report.new, report.wrong) == (2, 0)
    [offer] = Offer.select()
    assert (offer.title, offer.pieces, offer.purpose, offer.until) == (
        "图书",
        120,
        "children",
        date(2099, 5, 1),
    )
    assert offer.stock.left == 120
    assert (Contact.get().name, Want.get().title) == ("示例·店长", "周末场地")
    again = laptop.bring_in("alliance.member", sheet)
    assert (again.new, again.wrong) == (0, 0)
    assert (Member.select().count(), Offer.select().count()) == (2, 1)


def test_the_desk_enters_an_offer_and_counts_it(laptop, desk):
    Member.create(name="示例·面包房")
    told = {"member": "示例·面包房", "title": "面包券", "kind": "tickets", "pieces": "30"}
    page = desk.open("/do/alliance.new_offer").press(
        "保存", unit="张", purpose="rewards", whom="积分兑换", **told
    )
    assert "面包券" in page.text
    assert Offer.get().stock.left == 30


def test_hostile_names_stand_on_pages_as_they_were_typed(laptop, desk):
    offer = offered(title=NASTY, member=Member.create(name=NASTY).id)
    Want.create(title=NASTY, kind="seats", pieces=1)
    laptop.do("alliance.agree", offer)
    invite(laptop, offer, NASTY)
    for path in (
        "/view/alliance.matching",
        "/view/alliance.owed",
        f"/view/alliance.seats/{offer}",
        "/view/alliance.account",
        f"/c/alliance.offer/{offer}",
    ):
        assert "<script>alert" not in desk.open(path).html, path
