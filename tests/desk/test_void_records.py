"""A record that is void: told from the others wherever it stands among them, and made so by a press that says it."""

from __future__ import annotations

import re

import pytest
from peewee import BooleanField, CharField, IntegerField

from hongxian import Lasting, Record, Reference
from hongxian_testing import Desk
from samples import plugin


class Shop(Record):
    """Shops."""

    name = CharField(max_length=20)

    class Meta:
        collection = "tills.shop"


class Receipt(Record):
    """Receipts."""

    name = CharField(max_length=20)
    shop = Reference("tills.shop", null=True)
    paid = IntegerField()
    by = CharField(max_length=20)
    at_till = CharField(max_length=20)
    cash = IntegerField()
    card = IntegerField()
    voided = BooleanField(default=False)
    why = CharField(max_length=40, null=True)

    class Meta:
        collection = "tills.receipt"
        lasting = Lasting(voided="voided", why="why")


pytestmark = pytest.mark.plugins(plugin("tills", Shop, Receipt))
FIELDS = {"paid": 3, "by": "示例·甲001", "at_till": "一号台", "cash": 1, "card": 2}


def receipts(shop: str | None = None) -> tuple[str, str]:
    """Two receipts by their ids, of which the second is void."""
    good, bad = (Receipt.create(name=name, shop=shop, **FIELDS).id for name in ("小票甲", "小票乙"))
    Receipt.update(voided=True, why="记错").where(Receipt.id == bad).execute()
    return good, bad


def test_a_void_record_is_marked_and_struck_in_its_list_and_on_its_page(desk: Desk) -> None:
    good, bad = receipts()
    page = desk.open("/c/tills.receipt").html
    [row] = re.findall(r'<tr class="is-void">.*?</tr>', page, re.S)
    assert "小票乙" in row
    assert 'class="tag rest"' in row
    assert "作废" in row
    head = re.compile("<h1>.*?</h1>", re.S)
    assert "作废" in head.search(desk.open(f"/c/tills.receipt/{bad}").html)[0]
    assert "作废" not in head.search(desk.open(f"/c/tills.receipt/{good}").html)[0]


def test_a_void_record_is_marked_where_others_refer_to_it(desk: Desk) -> None:
    shop = Shop.create(name="示例小店").id
    receipts(shop)
    [line] = re.findall(r'<li class="is-void">.*?</li>', desk.open(f"/c/tills.shop/{shop}").html)
    assert "小票乙" in line
    assert "作废" in line


def test_paper_tells_which_are_void_beside_what_else_has_room(desk: Desk) -> None:
    def heads() -> list[str]:
        page = desk.open("/c/tills.receipt/paper").html
        return [
            re.sub("<[^>]*>", "", each).strip() for each in re.findall("<th [^>]*>(.*?)</th>", page)
        ]

    Receipt.create(name="小票丙", **FIELDS)
    assert heads() == ["Name", "Paid", "By", "At till", "Cash", "Card"]
    receipts()
    assert heads() == ["Name", "Paid", "By", "At till", "Cash", "Voided"]


def test_what_nothing_takes_back_says_on_its_press_what_it_does(desk: Desk) -> None:
    good, _bad = receipts()
    asked = desk.open(f"/c/tills.receipt/{good}").press("作废")
    assert "办理" not in asked.buttons
    assert "不能撤回" in asked.text
    asked.press("作废", why="算错了")
    assert Receipt.get_by_id(good).voided
