"""What a browser keeps of a desk: drafts without what is secret, and whether single keys do anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from peewee import CharField, TextField
from playwright.sync_api import Browser, Page, expect

from browsing import window_at
from desks import desk_of, open_at, way_in
from hongxian import Record
from hongxian_plugins import roster
from hongxian_testing import Laptop
from samples import plugin


class Guest(Record):
    """Guests."""

    name = CharField(max_length=20)
    note = TextField(null=True)
    password = CharField(max_length=20, null=True)

    class Meta:
        collection = "kept.guest"
        secret = ("password",)


pytestmark = pytest.mark.plugins(plugin("kept", Guest))


@pytest.fixture
def tab(chromium: Browser, laptop: Laptop) -> Iterator[Page]:
    desk = desk_of(laptop.store)
    with open_at(desk) as address, window_at(chromium, address, base_url=address) as window:
        tab = window.new_page()
        tab.goto(way_in(desk))
        yield tab


def kept(tab: Page) -> str:
    return str(tab.evaluate("JSON.stringify(localStorage)"))


@pytest.mark.parametrize(
    "typed", ["11010119900101123X 示例", "１１０１０１ 19900101 1234", "110101900101123"]
)
def test_a_draft_keeps_no_identity_number_and_nothing_secret(tab: Page, typed: str) -> None:
    tab.goto("/c/kept.guest/new")
    tab.get_by_label("Name required").fill("示例·甲001")
    tab.get_by_label("Note", exact=True).fill(typed)
    tab.get_by_label("Password", exact=True).fill("芝麻开门")
    assert "示例·甲001" in kept(tab)
    tab.get_by_label("Name required").fill("太长" * 20)
    tab.keyboard.press("Control+s")
    expect(tab.get_by_text("Not saved yet.")).to_be_visible()
    expect(tab.get_by_label("Note", exact=True)).to_have_value(typed)
    assert "太长" in kept(tab)
    assert not [each for each in (typed, typed[-4:], "芝麻") if each in kept(tab)]


@pytest.mark.plugins(roster)
def test_a_form_that_follows_one_that_was_saved_offers_nothing_of_it(tab: Page) -> None:
    tab.goto("/do/roster.new_volunteer")
    for name in ("示例·甲001", "示例·甲002"):
        tab.get_by_label("Name required").fill(name)
        tab.get_by_role("button", name="Save and enter another").click()
        expect(tab.locator("[data-told=good]")).to_contain_text(name)
        expect(tab.locator("[data-draft-offer]")).to_be_hidden()
    assert "示例" not in kept(tab)


def test_single_keys_are_switched_off_and_on_where_they_are_told(laptop: Laptop, tab: Page) -> None:
    Guest.create(name="示例·甲001")
    tab.goto("/c/kept.guest")
    tab.wait_for_load_state()
    tab.keyboard.press("?")
    box = tab.get_by_role("dialog").get_by_label("Single keys")
    box.uncheck()
    tab.get_by_role("button", name="Close").click()
    tab.reload()
    tab.wait_for_load_state()
    for key in ("j", "n", "/", "?"):
        tab.keyboard.press(key)
    assert tab.evaluate("document.activeElement === document.body")
    expect(tab).to_have_url("/c/kept.guest")
    tab.keyboard.press("Control+k")
    expect(tab.get_by_role("searchbox").first).to_be_focused()
    tab.goto("/laptop")
    tab.get_by_label("Single keys").check()
    tab.goto("/c/kept.guest")
    tab.wait_for_load_state()
    tab.keyboard.press("n")
    tab.wait_for_url("**/c/kept.guest/new")
