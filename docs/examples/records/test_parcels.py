"""The tests of parcels.py: `pytest docs/examples`."""

import pytest

import parcels
from hongxian.merges import adding, removing
from parcels import Parcel

pytestmark = pytest.mark.plugins(parcels)
GIVEN = {"name": "示例·甲001", "building": "3", "room": "502"}


def test_what_two_laptops_add_to_a_set_comes_together(neighbourhood):
    red, blue = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·蓝队")
    with red:
        parcel = Parcel.create(**GIVEN, handle={"易碎"})
    neighbourhood.meet()
    this = Parcel.id == parcel.id
    with red:
        Parcel.update(handle=adding("冷藏")).where(this).execute()
    with blue:
        Parcel.update(handle=removing("易碎")).where(this).execute()
        Parcel.update(handle=adding("贵重", "易碎")).where(this).execute()
    neighbourhood.meet()
    for laptop in (red, blue):
        with laptop:
            assert Parcel.get(this).handle == {"易碎", "冷藏", "贵重"}


def test_a_set_is_typed_with_commas_on_the_desk(laptop, desk):
    page = desk.open("/c/parcels.parcel/new").press("保存", **GIVEN, handle="易碎、冷藏")
    assert "冷藏、易碎" in page.text
    assert Parcel.get().handle == {"易碎", "冷藏"}
