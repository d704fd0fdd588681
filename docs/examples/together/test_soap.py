"""The tests of soap.py: `pytest docs/examples`."""

import pytest

import soap
from hongxian.quotas import QuotaShort, grant, spendable
from soap import Movement, Shelf

pytestmark = pytest.mark.plugins(soap)


def in_touch(*laptops):
    """Often enough for the hub to deal each its rights, which it does at their contacts."""
    for _ in range(3):
        for each in laptops:
            each.sync()


def test_what_came_is_given_out_and_no_more(laptop):
    shelf = Shelf.create(name="示例·门口")
    laptop.do("soap.came", shelf, amount=3)
    laptop.do("soap.give", shelf, amount=2, to="示例·甲")
    with pytest.raises(QuotaShort):
        laptop.do("soap.give", shelf, amount=2, to="示例·乙")
    assert Shelf.get_by_id(shelf.id).stock.left == 1
    assert [each.amount for each in Movement.select().where(Movement.kind == "given")] == [2]


def test_two_laptops_offline_never_give_out_more_than_there_is(neighbourhood):
    red, blue = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·红队")
    with red:
        shelf = Shelf.create(name="示例·门口")
    red.do("soap.came", shelf, amount=10)
    in_touch(red, blue)
    given = 0
    for laptop in (red, blue):
        with laptop:
            may = spendable(shelf, "stock")
        if may:
            laptop.do("soap.give", shelf, amount=may, to="示例·甲")
        given += may
        with pytest.raises(QuotaShort):
            laptop.do("soap.give", shelf, amount=1, to="示例·乙")
    assert 0 < given <= 10
    in_touch(red, blue)
    with blue:
        assert Shelf.get_by_id(shelf.id).stock.left == 10 - given


def test_a_grant_that_no_line_stands_for_is_refused_by_the_hub(neighbourhood):
    red = neighbourhood.laptop("示例·红队")
    with red:
        shelf = Shelf.create(name="示例·门口")
        grant(shelf, "stock", 5)
    red.sync()
    assert red.refused
