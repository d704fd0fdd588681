"""A resident books a grinder on a phone and watches their number: at the hub, with laptops that come and go."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

import hongxian_plugins.knife_grinding as knife_grinding
from hands import Hand
from hongxian import Refused
from hongxian.codes import record_code
from hongxian.errors import Invalid
from hongxian.plugins.offers import Action, View
from hongxian.plugins.viewer import PUBLIC
from hongxian_plugins.knife_grinding import Booking, Day, GrindingRules, Slip
from hongxian_plugins.knife_grinding.residents import free_hours
from hongxian_testing import Laptop, Neighbourhood
from offering import on_a_phone

pytestmark = pytest.mark.plugins(knife_grinding)
PLACES = ("示例广场", "示例桥头")
TEAM, OTHER = "示例·磨刀队", "示例·另一队"
WHO = {"name": "示例·居民001", "phone": "100 0000 1234", "knives": 2}


@pytest.fixture
def there(neighbourhood: Neighbourhood) -> tuple[Neighbourhood, Laptop, Laptop, str]:
    """A day of two places: one bench, two hours."""
    neighbourhood.clock.set("2099-03-01 08:00")
    a, b = neighbourhood.laptop(TEAM), neighbourhood.laptop(OTHER)
    with a:
        hours = {"begins": time(9), "ends": time(9, 30), "benches": 1}
        day = Day.create(title="示例·磨刀日", date="2099-03-08", place="示例广场", **hours).id
    neighbourhood.meet()
    return neighbourhood, a, b, day


def do(all_: Neighbourhood, offer: str, **values: object) -> Any:
    return on_a_phone(all_.hub, PUBLIC, Action, f"knife_grinding.{offer}", **values)


def look(all_: Neighbourhood, name: str, code: str) -> str:
    return str(on_a_phone(all_.hub, PUBLIC, View, f"knife_grinding.{name}", code=code))


def book(all_: Neighbourhood, hour: str, **values: object) -> str:
    return str(do(all_, "book_mine", hour=hour, **{**WHO, **values}).values["code"])


def test_a_booked_hour_is_the_residents_and_only_the_days_team_knows_whose(
    there: tuple[Neighbourhood, Laptop, Laptop, str],
) -> None:
    all_, a, b, day = there
    code = book(all_, f"{day} 09:15")
    told = look(all_, "my_booking", code)
    assert "09:15" in told
    assert not any(each in told for each in ("居民001", "1234"))
    all_.meet()
    with a:
        booking = Booking.get()
        assert (booking.who, booking.reached_by) == ("示例·居民001", "10000001234")
        assert (booking.state, f"{booking.slot:%H:%M}", booking.bench) == ("slotted", "09:15", 1)
    with b:
        assert not Booking.select().exists()


def test_an_hour_that_is_taken_is_not_booked_again_and_the_free_ones_are_told(
    there: tuple[Neighbourhood, Laptop, Laptop, str],
) -> None:
    all_, _, _, day = there
    book(all_, f"{day} 09:00")
    with pytest.raises(Invalid) as refused:
        book(all_, f"{day} 09:00", name="示例·居民002")
    assert "09:15" in str(refused.value)
    with all_.hub:
        assert Booking.select().count() == 1


def test_a_laptop_without_a_network_gave_the_same_hour_and_is_told_the_free_one(
    there: tuple[Neighbourhood, Laptop, Laptop, str],
) -> None:
    all_, a, _, day = there
    with a:
        a.do("knife_grinding.book", name="示例·居民003", scissors=1, day=day, slot=time(9), bench=1)
    book(all_, f"{day} 09:00")
    a.sync()
    with a:
        [bumped] = a.attention
        assert (bumped.state, len(bumped.taken.free)) == ("bumped", 1)
    with all_.hub:
        assert [each.who for each in Booking.select()] == ["示例·居民001"]


def test_it_is_moved_and_cancelled_by_its_code_and_its_hour_is_free_again(
    there: tuple[Neighbourhood, Laptop, Laptop, str],
) -> None:
    all_, _, _, day = there
    code = book(all_, f"{day} 09:00")
    do(all_, "move_mine", code=code, hour=f"{day} 09:15")
    assert "09:15" in look(all_, "my_booking", code)
    other = book(all_, f"{day} 09:00", name="示例·居民002")
    with pytest.raises(Invalid):
        do(all_, "move_mine", code=code, hour=f"{day} 09:00")
    do(all_, "cancel_mine", code=other)
    with pytest.raises(Refused):
        do(all_, "cancel_mine", code=other)
    do(all_, "move_mine", code=code, hour=f"{day} 09:00")


def test_who_finds_no_hour_waits_in_the_days_team_and_takes_one_once_it_is_free(
    there: tuple[Neighbourhood, Laptop, Laptop, str],
) -> None:
    all_, a, _, day = there
    first = book(all_, f"{day} 09:00")
    book(all_, f"{day} 09:15", name="示例·居民002")
    code = book(all_, "wait", name="示例·居民003")
    all_.meet()
    with a:
        assert a.view("knife_grinding.waiting_list").rows
    do(all_, "cancel_mine", code=first)
    do(all_, "move_mine", code=code, hour=f"{day} 09:00")
    assert "09:00" in look(all_, "my_booking", code)


def test_what_is_over_is_neither_booked_nor_moved(
    there: tuple[Neighbourhood, Laptop, Laptop, str],
) -> None:
    all_, _, _, day = there
    code = book(all_, f"{day} 09:00")
    all_.clock.set("2099-03-09 08:00")
    with pytest.raises(Invalid):
        book(all_, f"{day} 09:15", name="示例·居民002")
    with pytest.raises(Refused):
        do(all_, "cancel_mine", code=code)


@pytest.mark.parametrize(
    "wrong",
    [
        {"hour": "nowhere 09:00"},
        {"name": "名" * 21},
        {"phone": "不是电话"},
        {"knives": 0},
        {"knives": 999},
        {"knives": -1},
    ],
)
def test_what_is_none_of_what_is_asked_for_books_nothing(
    there: tuple[Neighbourhood, Laptop, Laptop, str], wrong: dict[str, object]
) -> None:
    all_, _, _, day = there
    with pytest.raises(Refused):
        do(all_, "book_mine", **{"hour": f"{day} 09:00", **WHO, **wrong})
    with all_.hub:
        assert not Booking.select().exists()


def test_a_name_that_looks_like_an_id_of_the_roster_is_a_name(
    there: tuple[Neighbourhood, Laptop, Laptop, str],
) -> None:
    all_, _, _, day = there
    book(all_, f"{day} 09:00", name="<b>01a22c8e-f6c4")
    with all_.hub:
        assert Booking.get().name.person is None
        assert Booking.get().who == "<b>01a22c8e-f6c4"


def test_the_slips_code_tells_how_many_are_before_it_and_nobodys_name(
    there: tuple[Neighbourhood, Laptop, Laptop, str],
) -> None:
    all_, a, _, day = there
    with a:
        GrindingRules.change(minutes_each=4)
        for _ in range(3):
            a.do("knife_grinding.draw", day, service="knives")
        third = Slip.select().order_by(Slip.id.desc()).first()
        code = record_code(third)
        assert code in a.print("knife_grinding.slip_80mm", third.id)
        a.do("knife_grinding.call_next", day, service="knives")
    all_.meet()
    on = on_a_phone(all_.hub, PUBLIC, View, "knife_grinding.my_number", code=code)
    assert [each.value for each in on.shapes[0].stats] == [third.number, 1, 5]
    with pytest.raises(Refused):
        look(all_, "my_number", "2222-2222-2222")


def test_an_hour_of_two_teams_at_one_place_is_offered_once_and_another_place_is_named(
    there: tuple[Neighbourhood, Laptop, Laptop, str],
) -> None:
    all_, _, b, _ = there
    same = {"date": "2099-03-08", "begins": time(9), "ends": time(9, 30), "benches": 1}

    def told() -> list[str]:
        with all_.hub:
            return [label.zh for _, label in free_hours()]

    assert told()[:2] == ["3月8日 周日 09:00", "3月8日 周日 09:15"]
    for place in PLACES:
        with b:
            Day.create(title="示例·另一队的磨刀日", place=place, **same)
        all_.meet()
    assert told()[:-1] == [
        f"3月8日 周日 {hour} · {place}" for hour in ("09:00", "09:15") for place in PLACES
    ]


def test_a_code_that_the_way_brings_is_not_asked_for_again(
    there: tuple[Neighbourhood, Laptop, Laptop, str],
) -> None:
    all_, _, _, day = there
    code = book(all_, f"{day} 09:00")
    page = Hand(all_.hub).open("/do/knife_grinding.move_mine", code=code)
    assert f'<input type="hidden" name="code" value="{code}">' in page
    assert "预约码" not in page


def test_the_place_is_told_before_an_hour_is_chosen(
    there: tuple[Neighbourhood, Laptop, Laptop, str],
) -> None:
    all_, a, _, _ = there
    anybody = Hand(all_.hub)
    assert "磨刀在： 示例广场" in anybody.read("/do/knife_grinding.book_mine")
    with a:
        Day.create(title="示例·又一天", date="2099-03-15", begins=time(9), ends=time(10))
    all_.meet()
    page = anybody.read("/do/knife_grinding.book_mine")
    assert "磨刀在" not in page
    assert "09:00 · 示例广场" in page


def test_who_moves_or_cancels_sees_once_more_what_they_booked(
    there: tuple[Neighbourhood, Laptop, Laptop, str],
) -> None:
    all_, _, _, day = there
    code = book(all_, f"{day} 09:15")
    anybody = Hand(all_.hub)
    for name in ("move_mine", "cancel_mine"):
        page = anybody.read(f"/do/knife_grinding.{name}", code=code)
        assert "09:15 1 号工位， 示例广场 ，菜刀2" in page
    assert "号工位" not in anybody.read("/do/knife_grinding.cancel_mine", code="ABCD-EFGH-JKMN")


def test_a_code_stays_on_one_line_and_is_not_tried_out_where_one_cancels(
    there: tuple[Neighbourhood, Laptop, Laptop, str],
) -> None:
    all_, _, _, day = there
    code = book(all_, f"{day} 09:15")
    anybody = Hand(all_.hub)
    page = anybody.open("/view/knife_grinding.my_booking", code=code)
    assert f'<span translate="no" class="whole">{code}</span>' in page
    while anybody.status == 200:
        anybody.open("/do/knife_grinding.cancel_mine", code="ABCD-EFGH-JKMN")
    assert anybody.status == 429
