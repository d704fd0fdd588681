"""A new volunteer and a person's page in a real browser: counted steps, by mouse, by keyboard alone, on a phone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import fits, window_at
from desks import desk_of, open_at, way_in
from hongxian.records import Consent
from hongxian_client.replica.replica import Replica
from hongxian_plugins import roster, service
from hongxian_plugins.roster import Care, Contact, Membership, Person
from hongxian_testing.laptop import open_laptop
from steps import Steps, go_by_tab

SMALL = {"width": 1024, "height": 620}
PHONE = {"width": 390, "height": 760}
TASK, MOST = "a volunteer with team, phone, consent", 20
ENTERED = {"name": "示例·丙041", "phone": "100 0000 0041", "address": "示例苑–6幢–402室"}
CALL = "示例·丁 100 0000 0099"


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path, roster, service) as laptop:
        yield laptop


@contextmanager
def tab_at(laptop: Replica, chromium: Browser, size: dict[str, int]) -> Iterator[Page]:
    desk = desk_of(laptop)
    with (
        open_at(desk) as address,
        window_at(chromium, address, locale="zh-CN", viewport=size) as context,
    ):
        tab = context.new_page()
        tab.goto(f"{address}{way_in(desk)}")
        tab.wait_for_load_state()  # the keys are its script's, which a person is not faster than
        yield tab


def is_all_there() -> None:
    person = Person.get()
    assert (person.name, person.state, person.gender) == ("示例·丙041", "active", "female")
    assert person.skills == {"理发", "急救"}
    assert person.free_times == {"周六"}
    assert [each.person for each in Membership.select()] == [person.id]
    assert Contact.get().address == ENTERED["address"]
    assert {each.kind for each in Consent.select()} == {"data", "health"}
    assert Care.get().person == person.id


@pytest.mark.parametrize("size", [SMALL, PHONE])
def test_a_new_volunteer_takes_twenty_steps_at_most(laptop, chromium, size) -> None:
    with tab_at(laptop, chromium, size) as tab:
        steps = Steps(tab)
        if size is PHONE:
            steps.click(tab.get_by_role("link", name="菜单"))
        steps.click(tab.get_by_role("link", name="志愿者名册").first)
        steps.click(tab.get_by_role("link", name="新增", exact=True).first)
        for name, text in ENTERED.items():
            steps.fill(text, tab.locator(f"#{name}"))
        steps.fill(CALL, tab.locator("#call"))
        for word in ("女", "理发", "急救", "周六", "纸上已签同意书", "也同意记紧急联系人"):
            steps.click(tab.locator("#entry label").filter(has_text=re.compile(rf"^\s*{word}\s*$")))
        steps.click(tab.get_by_role("button", name="保存", exact=True))
        expect(tab.get_by_text("已登记：示例·丙041。")).to_be_visible()
        assert fits(tab)
        assert steps.count <= MOST
        steps.stand_in_the_manual(TASK, "phone" if size is PHONE else "mouse")
    is_all_there()


def test_and_so_it_does_by_the_keyboard_alone(laptop, chromium) -> None:
    with tab_at(laptop, chromium, SMALL) as tab:
        steps = Steps(tab)
        go_by_tab(tab, tab.get_by_role("link", name="志愿者名册").first)
        steps.press("Enter")
        tab.wait_for_url("**/c/roster.person")
        tab.wait_for_load_state()
        steps.press("n")
        expect(tab.locator("#name")).to_be_focused()
        inputs = tab.locator("#entry input")
        steps.fill(ENTERED["name"])
        go_by_tab(tab, tab.locator("#phone"))
        steps.fill(ENTERED["phone"])
        go_by_tab(tab, tab.locator('[name="gender"]').first)
        steps.press("Space")
        go_by_tab(tab, tab.locator("#address"))
        steps.fill(ENTERED["address"])
        go_by_tab(tab, tab.locator("#call"))
        steps.fill(CALL)
        for value in ("理发", "急救", "周六"):
            go_by_tab(tab, inputs.and_(tab.locator(f'[value="{value}"]')))
            steps.press("Space")
        for name in ("paper", "health"):
            go_by_tab(tab, tab.locator(f"#{name}"))
            steps.press("Space")
        steps.press("Control+Enter")
        expect(tab.get_by_text("已登记：示例·丙041。")).to_be_visible()
        expect(tab.locator("#name")).to_be_focused()
        expect(tab.locator("aside").get_by_text("示例·丙041").first).to_be_visible()
        assert steps.count <= MOST
        steps.stand_in_the_manual(TASK, "keys")
    is_all_there()


def test_whose_telephone_it_is_stands_beside_the_form_while_one_types(laptop, chromium) -> None:
    there = Person.create(name="示例·甲012")
    Contact.create(person=there, phone="100 0000 0012")
    with tab_at(laptop, chromium, SMALL) as tab:
        tab.goto(f"{'/'.join(tab.url.split('/')[:3])}/do/roster.new_volunteer")
        tab.locator("#name").fill("示例·丙041")
        tab.locator("#phone").fill("10000000012")
        tab.keyboard.press("Tab")
        beside = tab.locator("#alike")
        expect(beside.get_by_text("这个电话已有人用")).to_be_visible()
        expect(beside.get_by_text("示例·甲012")).to_be_visible()
        beside.get_by_text("不是，接着登记").click()
        tab.keyboard.press("Control+s")
        expect(tab.get_by_text("已登记：示例·丙041。")).to_be_visible()
    assert Person.select().count() == 2


def test_what_is_rarely_done_with_a_person_is_in_a_menu_that_keys_open(laptop, chromium) -> None:
    person = Person.create(name="示例·甲001", state="active")
    with tab_at(laptop, chromium, SMALL) as tab:
        steps = Steps(tab)
        tab.goto(f"{'/'.join(tab.url.split('/')[:3])}/c/roster.person/{person.id}")
        expect(tab.get_by_role("button", name="暂停")).to_be_hidden()
        go_by_tab(tab, tab.locator("details.more > summary"))
        steps.press("Enter")
        go_by_tab(tab, tab.get_by_role("button", name="暂停"))
        steps.press("Enter")
        expect(tab.locator(".who").get_by_text("暂停")).to_be_visible()
        assert steps.count == 2
