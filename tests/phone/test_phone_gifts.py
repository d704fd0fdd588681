"""A gift from a volunteer's phone to a merchant's: redeemed, scanned, handed out, and once."""

from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

import hongxian_plugins.reward_station as reward_station
import hongxian_plugins.roster as roster
from hongxian.codes import scannable
from hongxian.quotas import grant
from hongxian_plugins.reward_station import codes
from hongxian_plugins.reward_station.gifts.records import Gift, Redemption
from hongxian_plugins.reward_station.goods.records import Lot, Merchant, Movement
from hongxian_plugins.reward_station.points import ledger
from meeting import Meeting, meeting
from phones import code_for, let_in, phone, publish_at, scan


def with_points_at_the_hub(there: Meeting) -> tuple[roster.Person, Merchant]:
    """A person with 100 points, and a shop with a gift for 80: no laptop holds any of it."""
    with there.hub, there.hub.transaction():
        person = roster.Person.create(name="示例·甲001")
        shop = Merchant.create(name="示例·云朵面包房")
        lot = Lot.create(item="面包券", purpose="rewards")
        grant(lot, "stock", 3)
        Movement.create(lot=lot, kind="counted_more", amount=3)
        Gift.create(title="面包券", merchant=shop, lot=lot, price=80)
        ledger.book_earned(person.id, 100, person.id, day=date.today(), minutes=600)
    return person, shop


def press(tab: Page) -> None:
    tab.locator("form.asked button").click()


def test_a_gift_is_redeemed_on_one_phone_and_handed_out_by_another_once(
    chromium: Browser, tmp_path: Path
) -> None:
    with meeting(tmp_path, reward_station, roster) as there:
        there.team("示例队")
        address = publish_at(there)
        laptop = there.laptop("示例队")
        person, shop = with_points_at_the_hub(there)
        there.sync(laptop)
        said = {"locale": "zh-CN"}
        with phone(chromium, address, **said) as mine, phone(chromium, address, **said) as shops:
            counter = let_in(shops, code_for(laptop, shop), "云朵面包房")
            counter.get_by_role("link", name="用手机核销").click()
            press(counter)
            expect(counter.get_by_text("已开通")).to_be_visible()

            tab = let_in(mine, code_for(laptop, person), "示例·甲001")
            tab.locator(".gift", has_text="面包券").get_by_role("link", name="换").click()
            press(tab)
            expect(tab.get_by_text("换好了：面包券")).to_be_visible()
            with there.hub:
                made = Redemption.get()
                code = codes.written(made.short, made.letters)
                scanned = scannable(there.hub, code).text
            expect(tab.get_by_text(code)).to_be_visible()
            assert tab.get_by_role("img", name=scanned).bounding_box()["width"] > 120  # type: ignore[index]

            for told in ("可以交付：面包券 1 件", "这个取货码已于"):
                counter = scan(shops, scanned)
                press(counter)
                expect(counter.locator("main .tell")).to_contain_text(told)
            tab.goto(address)
            expect(tab.get_by_text("换面包券")).to_be_visible()
            expect(tab.get_by_text(code)).to_have_count(0)
