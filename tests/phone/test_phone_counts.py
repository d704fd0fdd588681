"""A button that counts, on a phone: each press is one, and those without a line are sent once there is one."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import hongxian_plugins.campaign as campaign
import hongxian_plugins.roster as roster
from hongxian import local_today
from hongxian_plugins.campaign import Campaign, Count, Post, Session, Site, Stand
from hongxian_plugins.roster import Person
from meeting import Meeting, meeting
from phones import code_for, let_in, phone, publish_at


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, roster, campaign) as found:
        found.team("示例队")
        yield found


def test_each_press_is_one_and_those_without_a_line_are_sent_once(
    chromium: Browser, there: Meeting
) -> None:
    address = publish_at(there)
    laptop = there.laptop("示例队")
    there.sync(laptop)
    with laptop:
        day = local_today(laptop)
        person = Person.create(name="示例·甲001")
        held = Campaign.create(
            name="夏季服务", purpose="便民", keep_until=day + timedelta(30), state="running"
        )
        session = Session.create(campaign=held, date=day, begins=time(0), ends=time(23, 59))
        site = Site.create(campaign=held, name="一号点", place="示例广场")
        post = Post.create(site=site, role="登记")
        stand = Stand.create(post=post, session=session, seat=1, person=person)
    there.sync(laptop)
    with phone(chromium, address) as context:
        tab = let_in(context, code_for(laptop, person), "示例·甲001")
        tab.goto(f"{address}of/campaign.stand/{stand.id}")
        press = tab.get_by_role("button", name="Served +1")
        for _ in range(3):
            press.click()
        expect(tab.locator(".called b")).to_have_text("3")
        context.set_offline(True)
        for _ in range(4):
            press.click()
        expect(press).to_contain_text("+4")
        tab.wait_for_timeout(2_500)
        press.click()
        expect(press).to_contain_text("+5")
        context.set_offline(False)
        expect(tab.locator(".called b")).to_have_text("8")
    with there.hub:
        assert [each.people for each in Count.select()] == [8]
