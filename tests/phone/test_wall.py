"""A wall: what hangs there fits one screen, is drawn anew by itself, and stays while nobody answers."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from peewee import CharField, IntegerField
from playwright.sync_api import Browser, expect

from browsing import window_at
from hands import Hand
from hongxian import Record, Text, view
from hongxian.shapes import Beside, Chart, Numbers, Queue, Stat, Stats, Table
from hongxian_web import wall
from meeting import Meeting, meeting
from samples import plugin


class Turn(Record):
    """A number that waits."""

    number = IntegerField(verbose_name=Text("号", "No."))
    name = CharField(verbose_name=Text("姓名", "Name"), max_length=20)

    class Meta:
        collection = "turns.turn"
        title = Text("号", "Numbers")
        scope = "community"


def turns() -> ModuleType:
    """A plugin with a wall of all that one may show."""
    made = plugin("turns", Turn)

    @view(title=Text("叫号", "Called"), audience="display")
    def called(store: Any) -> Beside:
        found = [str(each.number) for each in Turn.select().order_by(Turn.number)]
        queue = Queue(
            found[0] if found else "",
            Text("剪刀", "Scissors"),
            said=Text("请到摊位", "To the stall"),
            lines=[Numbers(Text("接着", "Next"), found[1:])],
            calling=bool(found),
        )
        rows = [[f"{n} 号点", n] for n in range(30)]
        return Beside(
            [queue, Stats([Stat(Text("人次", "Visits"), 1268)]), Table(["", "人次"], rows)],
            title=Text("大篷车", "Caravan"),
            above=[Chart(["9", "10"], [("人次", [3, 7])])],
            foot=[Text("不收钱", "Nothing is paid")],
        )

    @view(title=Text("门口的码", "Code at the door"), audience="display", signs=True)
    def door(store: Any) -> Table:
        raise NotImplementedError

    @view(title=Text("名单", "Names"))
    def names(store: Any) -> Table:
        return Table.listing(Turn, list(Turn.select()), "name")

    for each in (called, door, names):
        vars(made)[each.__name__] = each
    return made


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, turns()) as found:
        yield found


def test_a_wall_of_the_hub_fits_its_screen_and_shows_what_comes_and_since_when_nothing_does(
    there: Meeting, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "SECONDS", 0.2)
    with there.hub:
        Turn.create(number=14, name="示例·甲001")
    big = {"viewport": {"width": 1920, "height": 1080}, "locale": "zh-CN"}
    with window_at(chromium, there.address, **big) as context:
        tab = context.new_page()
        tab.goto(f"{there.address}/m/wall/turns.called")
        number = tab.locator(".is-calling .called b")
        expect(number).to_have_text("14")
        for size in ({"width": 1920, "height": 1080}, {"width": 1280, "height": 720}):
            tab.set_viewport_size(size)
            foot = tab.get_by_text("不收钱").bounding_box()
            assert foot is not None
            assert foot["y"] + foot["height"] <= size["height"]
            assert tab.evaluate("document.documentElement.scrollHeight <= innerHeight")
            figures = number.bounding_box()
            assert figures is not None
            assert figures["height"] > size["height"] / 6
        away = tab.locator("#away")
        expect(away).to_be_hidden()
        tab.route("**/m/wall/*", lambda asked: asked.abort())
        expect(away).to_contain_text("没有连上")
        expect(number).to_have_text("14")
        tab.unroute("**/m/wall/*")
        with there.hub:
            Turn.update(number=15).execute()
        expect(number).to_have_text("15")
        expect(away).to_be_hidden()
        assert "示例·甲001" not in tab.content()
        assert tab.goto(f"{there.address}/m/wall/turns.names").status == 404  # type: ignore[union-attr]


def test_a_wall_whose_codes_a_laptop_signs_is_told_of_at_the_hub_and_not_opened(
    there: Meeting,
) -> None:
    hand = Hand(there.hub)
    page = hand.open("/wall/")
    assert "叫号" in page
    assert "门口的码" in page.partition("由队里的电脑签发")[2]
    assert "turns.door" not in page
    hand.open("/wall/turns.door")
    assert hand.status == 404
