"""On anybody's phone: how many are before a slip, and what the next fair has."""

from __future__ import annotations

from datetime import date, time

import pytest

import hongxian_plugins.caravan as caravan
from hongxian import Refused
from hongxian.codes import record_code
from hongxian.plugins.offers import View
from hongxian.plugins.viewer import PUBLIC
from hongxian_plugins.caravan import Fair, Slip, Stall
from hongxian_testing import Laptop, Neighbourhood
from offering import on_a_phone

pytestmark = pytest.mark.plugins(caravan)


@pytest.fixture
def there(neighbourhood: Neighbourhood) -> tuple[Neighbourhood, Laptop, str]:
    neighbourhood.clock.set("2099-03-04 09:00")
    a = neighbourhood.laptop("示例·一队")
    a.sync()
    with a:
        fair = Fair.create(
            title="<b>示例大篷车",
            date=date(2099, 3, 4),
            place="示例广场",
            opens=time(8, 30),
            closes=time(11, 30),
        )
        stall = Stall.create(fair=fair.id, service="haircut", letter="B", per_hour=12).id
        for four in ("1111", "2222", "3333"):
            a.do("caravan.give", stall, phone_last4=four)
    neighbourhood.meet()
    return neighbourhood, a, stall


def test_the_slips_code_tells_how_many_are_before_it_and_nothing_of_who_holds_it(
    there: tuple[Neighbourhood, Laptop, str],
) -> None:
    all_, a, _ = there
    with a:
        first, _, third = Slip.select().order_by(Slip.queued_at, Slip.number)
        code = record_code(third)
        assert code in a.print("caravan.slip_80mm", third.id)
        a.do("caravan.call", first.id)
    all_.meet()
    shown = on_a_phone(all_.hub, PUBLIC, View, "caravan.my_number", code=code)
    assert [each.value for each in shown.shapes[0].stats] == [third.number, 1, 5]
    assert first.number in str(shown.shapes[1].facts)
    assert "3333" not in str(shown)
    for wrong in ("2222-2222-2222", "%"):
        with pytest.raises(Refused):
            on_a_phone(all_.hub, PUBLIC, View, "caravan.my_number", code=wrong)


def test_anybody_reads_where_the_next_fair_is_what_it_has_and_how_many_wait(
    there: tuple[Neighbourhood, Laptop, str],
) -> None:
    all_, _, _ = there
    shown = on_a_phone(all_.hub, PUBLIC, View, "caravan.next_fair")
    where, services = shown.shapes
    assert "示例广场" in str(where)
    [row] = services.rows
    assert row[1] == "B"
    assert "3" in row[4].zh
    all_.clock.set("2099-03-05 09:00")
    [nothing] = on_a_phone(all_.hub, PUBLIC, View, "caravan.next_fair").shapes
    assert not nothing.rows
    assert nothing.note
