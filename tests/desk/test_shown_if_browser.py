"""A field that shows by what stands in another: seen and sent as it is needed, and never trusted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from peewee import BooleanField, CharField, IntegerField
from playwright.sync_api import Browser, Page, expect

from browsing import window_at
from desks import desk_of, open_at, way_in
from hongxian import Record, Text
from hongxian.collections.collection import Collection
from hongxian.entries import entry
from hongxian.errors import BadCollection
from hongxian.records import asked_as, shown_if
from hongxian_testing import Desk, Laptop
from samples import plugin


class Stall(Record):
    """Stalls."""

    name = CharField(max_length=20)
    kind = CharField(max_length=10, default="free", choices=[("free", "Free"), ("paid", "Paid")])
    price = shown_if(CharField(max_length=20, null=True), "kind", "paid")
    born = IntegerField(null=True)
    guardian = shown_if(CharField(max_length=20, null=True), "born", at_least=lambda: 2010)
    agreed = shown_if(BooleanField(default=False), "guardian")

    class Meta:
        collection = "fair.stall"


@entry(
    makes=Stall,
    title="New stall",
    asks={
        "name": Stall.name,
        "paid": BooleanField(default=False),
        "price": shown_if(asked_as(Stall.price, null=False), "paid", True),
    },
    parts={"price": Text("价钱", "Money")},
)
def new_stall(store: object, name: str, paid: bool, price: str = "-") -> None:
    """One stall."""
    Stall.create(name=name, kind="paid" if paid else "free", price=price)


pytestmark = pytest.mark.plugins(plugin("fair", Stall, new_stall=new_stall))


@pytest.fixture
def tab(chromium: Browser, laptop: Laptop) -> Iterator[Page]:
    desk = desk_of(laptop.store)
    with open_at(desk) as address, window_at(chromium, address, base_url=address) as window:
        tab = window.new_page()
        tab.goto(way_in(desk))
        yield tab


def made(**values: object) -> str:
    return str(Stall.create(name="示例·甲001", **values).id)


def test_a_field_shows_and_hides_as_the_other_is_typed_and_the_keyboard_passes_over_it(
    tab: Page,
) -> None:
    tab.goto(f"/c/fair.stall/{made()}/edit")
    price, guardian = tab.get_by_label("Price"), tab.get_by_label("Guardian")
    expect(price).to_be_hidden()
    tab.get_by_text("Paid", exact=True).click()
    expect(price).to_be_visible()
    tab.get_by_label("Born").fill("2009")
    tab.keyboard.press("Tab")
    expect(guardian).to_be_hidden()
    assert tab.evaluate("document.activeElement.name") != "guardian"
    tab.get_by_label("Born").fill("2010")
    tab.keyboard.press("Tab")
    expect(guardian).to_be_focused()
    expect(tab.get_by_label("Agreed")).to_be_hidden()
    tab.keyboard.type("示例·丁")
    tab.keyboard.press("Tab")
    expect(tab.get_by_label("Agreed")).to_be_focused()
    tab.get_by_label("Born").fill("")
    expect(tab.get_by_label("Agreed")).to_be_hidden()


def test_a_value_that_is_hidden_stays_what_it_was_whatever_was_typed_there(tab: Page) -> None:
    id = made(kind="paid", price="3 元", born=2012, guardian="示例·丁", agreed=True)
    tab.goto(f"/c/fair.stall/{id}/edit")
    tab.get_by_label("Price").fill("9 元")
    tab.get_by_text("Free", exact=True).click()
    tab.get_by_label("Born").fill("1990")
    with tab.expect_navigation():
        tab.keyboard.press("Control+s")
    held = Stall.get_by_id(id)
    assert (held.kind, held.price, held.born) == ("free", "3 元", 1990)
    assert (held.guardian, held.agreed) == ("示例·丁", True)


def test_a_part_of_a_form_that_shows_nothing_has_no_heading_and_what_is_refused_shows(
    tab: Page,
) -> None:
    tab.goto("/do/fair.new_stall")
    expect(tab.get_by_role("heading", name="Money")).to_be_hidden()
    tab.get_by_label("Paid").check()
    expect(tab.get_by_role("heading", name="Money")).to_be_visible()
    tab.get_by_label("Paid").uncheck()
    tab.get_by_label("Name").fill("示例·甲001")
    tab.keyboard.press("Control+s")
    expect(tab.locator("[aria-invalid]")).to_be_visible()
    expect(tab.get_by_label("Price")).to_be_focused()
    assert not Stall.select().exists(), "the server asks for what must be, shown or not"


def test_a_draft_that_is_taken_up_again_shows_what_belongs_to_it(tab: Page) -> None:
    tab.goto(f"/c/fair.stall/{made()}/edit")
    tab.get_by_text("Paid", exact=True).click()
    tab.get_by_label("Price").fill("3 元")
    tab.reload()
    tab.locator("[data-draft=take]").click()
    expect(tab.get_by_label("Price")).to_have_value("3 元")
    expect(tab.get_by_label("Price")).to_be_visible()


def test_without_a_script_all_show_and_what_is_typed_is_kept(laptop: Laptop, desk: Desk) -> None:
    id = made()
    desk.open(f"/c/fair.stall/{id}/edit").press("保存", price="3 元", guardian="示例·丁")
    held = Stall.get_by_id(id)
    assert (held.kind, held.price, held.guardian) == ("free", "3 元", "示例·丁")


def test_a_model_whose_field_shows_by_none_of_its_fields_is_refused(laptop: Laptop) -> None:
    class Odd(Record):
        """Odd."""

        price = shown_if(CharField(null=True), "kynd", "paid")

        class Meta:
            collection = "fair.odd"

    with pytest.raises(BadCollection, match="price"):
        Collection(Odd, laptop.store.database)
