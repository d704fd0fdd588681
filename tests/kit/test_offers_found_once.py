"""What plugins offer is found once; what may be chosen in it is that of now."""

from __future__ import annotations

from typing import Any

import pytest
from peewee import CharField

from hongxian import action
from hongxian.plugins.offering import offers
from hongxian.plugins.offers import Action
from hongxian_client.plugins.offers import leader
from hongxian_testing import Desk, Laptop
from samples import Visit, plugin

BROKEN: list[str] = []
"""Something while the plugin cannot tell what may be chosen."""


def names() -> list[tuple[str, str]]:
    """Whoever was visited."""
    if BROKEN:
        raise KeyError(BROKEN[0])
    return [(each.name, each.name) for each in Visit.select()]


@action(title="选", asks={"who": CharField(verbose_name="谁", choices=names)})
def choose(store: Any, who: str) -> str:
    """Choose one."""
    return who


ASKED: list[str] = []
"""Each time that it was asked what may be chosen of one visit."""


def moments() -> list[tuple[str, str]]:
    """When a visit may be put off to."""
    ASKED.append("moments")
    return [("later", "以后")]


@action(of=Visit, title="改期", asks={"to": CharField(verbose_name="何时", choices=moments)})
def put_off(store: Any, visit: Visit, to: str) -> str:
    """Put a visit off."""
    return to


PICKING = plugin("sample", Visit, choose=choose)
PUTTING_OFF = plugin("sample", Visit, choose=choose, put_off=put_off)
pytestmark = pytest.mark.plugins(PICKING)


def found(laptop: Laptop) -> list[list[object]]:
    """Of each action what may be chosen."""
    with laptop:
        all_ = offers(laptop.store, Action, leader(laptop.store)).values()
        return [[value for value, _ in each.columns["who"].choices] for each in all_]


def test_what_may_be_chosen_is_asked_of_the_records_each_time(laptop: Laptop) -> None:
    assert found(laptop) == [[]]
    with laptop:
        Visit.create(name="示例·甲")
    assert found(laptop) == [["示例·甲"]]
    assert laptop.do("sample.choose", who="示例·甲") == "示例·甲"


@pytest.mark.plugin_errors
def test_an_offer_whose_choices_broke_is_there_again_once_they_do_not(laptop: Laptop) -> None:
    BROKEN.append("away")
    try:
        assert found(laptop) == []
        assert laptop.errors
    finally:
        BROKEN.clear()
    assert found(laptop) == [[]]


@pytest.mark.plugins(PUTTING_OFF)
def test_a_page_asks_no_choices_of_what_its_menu_does_not_hold(laptop: Laptop, desk: Desk) -> None:
    with laptop:
        visit = Visit.create(name="示例·甲")
    ASKED.clear()
    desk.open("/menu")
    assert not ASKED
    assert "改期" in desk.open(f"/c/sample.visit/{visit.id}").text
    assert ASKED
