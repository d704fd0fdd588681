"""The queue of a caravan's stall: numbers given once, called by one laptop, skipped and back, and on paper."""

from collections.abc import Iterator
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hongxian_plugins.caravan as caravan
from hongxian import Refused, Text
from hongxian.records import Device
from hongxian_plugins.caravan import CaravanRules, Count, Fair, Left, Slip, SlipBook, Stall, Wish
from hongxian_testing import Laptop, Neighbourhood
from hongxian_testing.neighbourhood import open_neighbourhood

pytestmark = pytest.mark.plugins(caravan)
TEAM = "红帽子帮帮团"
DAY = date(2099, 3, 4)
HOME = "示例苑–3幢–2单元–501室"


@pytest.fixture
def two(neighbourhood: Neighbourhood) -> tuple[Neighbourhood, Laptop, Laptop]:
    return neighbourhood, *(neighbourhood.laptop(TEAM) for _ in range(2))  # type: ignore[return-value]


def a_stall(service: str = "haircut", letter: str = "B", **values: object) -> str:
    fair = Fair.get_or_none() or Fair.create(
        title="示例 大篷车", date=DAY, place="示例广场", opens=time(8, 30), closes=time(11, 30)
    )
    return Stall.create(fair=fair.id, service=service, letter=letter, **values).id


def do(laptop: Laptop, name: str, id: str | None = None, /, **values: object) -> Text:
    return laptop.do(f"caravan.{name}", id, **values)


def id_of(laptop: Laptop) -> str:
    """By which a laptop is known to the others."""
    with laptop:
        return laptop.store.writer().laptop


def give(laptop: Laptop, stall: str, times: int = 1) -> list[str]:
    """The numbers that some people are given at a laptop, one after the other."""
    with laptop:
        before = {each.id for each in Slip.select()}
        for _ in range(times):
            do(laptop, "give", stall)
        new = [each for each in Slip.select() if each.id not in before]
        return sorted((each.number for each in new), key=lambda n: int(n.split("-")[0]))


def slip(stall: str, number: str) -> Slip:
    return Slip.get(Slip.stall == stall, Slip.number == number)


def prepared(all_: Neighbourhood, *laptops: Laptop, **values: object) -> str:
    """A stall with a number book for each of these laptops, known to all of them."""
    for each in all_.laptops:
        each.sync()
    with laptops[0]:
        stall = a_stall(**values)
        do(laptops[0], "prepare", Fair.get().id)
    for _ in range(2):
        for each in laptops:
            each.sync()
    return stall


def test_two_laptops_offline_give_no_number_twice_and_call_none_twice(two):
    all_, a, b = two
    stall = prepared(all_, a, b)
    assert give(a, stall, 3) == ["1", "2", "3"]
    assert give(b, stall, 2) == ["21", "22"]
    all_.meet()
    with b:
        assert Slip.select().count() == 5
        do(b, "call", slip(stall, "21").id)
        with pytest.raises(Refused, match="is called at"):
            do(b, "call", slip(stall, "1").id)
    with a:
        do(a, "call", slip(stall, "1").id)
    all_.meet()
    for laptop in (a, b):
        with laptop:
            assert not laptop.attention
            assert {e.number for e in Slip.select().where(Slip.state == "called")} == {"1", "21"}


def test_a_laptop_that_died_is_not_gone_on_from_and_its_paper_is_served(two):
    all_, a, b = two
    stall = prepared(all_, a, b)
    give(a, stall, 15)
    all_.meet()
    give(a, stall, 2)  # b never hears of these
    gone, here = id_of(a), id_of(b)
    with b:
        dead = Device.get(Device.laptop == gone)
        with pytest.raises(Refused, match="twice"):
            do(b, "take_over", stall, laptop=dead.id, off=False)
        do(b, "take_over", stall, laptop=dead.id, off=True)
        do(b, "call", slip(stall, "1").id)
        assert "Being served" in do(b, "enter_paper", stall, number=" 17 ").en
        do(b, "finish", slip(stall, "17").id)
    assert give(b, stall) == ["21"], "never in the other's book"
    all_.meet()  # it was only the battery
    for laptop in (a, b):
        with laptop:
            assert not laptop.attention
            assert not laptop.tasks
            numbers = [each.number for each in Slip.select()]
            assert sorted(map(int, numbers)) == [*range(1, 18), 21]
            assert slip(stall, "17").state == "done"
            assert slip(stall, "17").caller == here


def test_a_line_is_handed_over_with_what_is_left_of_the_book(two):
    all_, a, b = two
    stall = prepared(all_, a, b)
    give(a, stall, 2)
    other = id_of(b)
    with a:
        to = Device.get(Device.laptop == other)
        do(a, "hand_over", stall, to=to.id)
        with pytest.raises(Refused, match="is called at"):
            do(a, "call", slip(stall, "1").id)
    all_.meet()
    with b:
        do(b, "call", slip(stall, "1").id)
    assert give(b, stall, 1) == ["3"]


DEEDS = st.lists(
    st.tuples(st.sampled_from(["give", "call", "sync", "hand"]), st.integers(0, 2)),
    min_size=4,
    max_size=9,
)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbourhood]:
    with open_neighbourhood(tmp_path_factory.mktemp("drawn"), caravan) as all_:
        for _ in range(3):
            all_.laptop(TEAM)
        yield all_


@given(DEEDS)
def test_whatever_laptops_do_in_whatever_order_a_number_is_given_and_called_once(three, deeds):
    laptops = three.laptops
    with laptops[0]:
        Fair.create(title="示例", date=DAY, place="示例广场")
        letter = f"{Stall.select().count()}"
    stall = prepared(three, *laptops, letter=letter)
    given_out, called = list[str](), list[str]()
    for deed, which in deeds:
        laptop = laptops[which]
        if deed == "give":
            given_out += give(laptop, stall)
        elif deed == "sync":
            laptop.sync()
        else:
            other = id_of(laptops[which - 1])
            with laptop:
                _call_or_hand(laptop, other, stall, deed, called)
    three.meet()
    assert len(given_out) == len(set(given_out))
    assert len(called) == len(set(called))
    with laptops[0]:
        here = Slip.select().where(Slip.stall == stall)
        assert sorted(given_out) == sorted(each.number for each in here)
        assert not laptops[0].tasks


def _call_or_hand(laptop: Laptop, other: str, stall: str, deed: str, called: list[str]) -> None:
    if deed == "hand":
        do(laptop, "hand_over", stall, to=Device.get(Device.laptop == other).id)
        return
    here = Slip.select().where(Slip.stall == stall, Slip.state == "taken")
    for each in here.where(Slip.caller == laptop.store.writer().laptop).limit(1):
        do(laptop, "call", each.id)
        called.append(each.number)


# -- at one laptop ---------------------------------------------------------------------------------


def test_three_calls_a_minute_apart_then_passed_over_and_back_behind_three(laptop):
    stall = a_stall()
    for second in range(5):
        laptop.at(f"2099-03-04 08:59:{second:02}")
        do(laptop, "give", stall)
    laptop.at("2099-03-04 09:00")
    one = slip(stall, "5-1")
    do(laptop, "call", one.id)

    def presses() -> list[str]:
        queue = laptop.view("caravan.board", stall=stall).shapes[0]
        return [each.action.split(".")[1] for each in queue.presses]

    laptop.at("2099-03-04 09:00:30")
    do(laptop, "once_more", one.id)
    assert slip(stall, "5-1").calls == 1, "half a minute later is no call of its own"
    assert presses() == ["once_more", "leave", "visit_at_home"]
    for minute in (2, 3):
        laptop.at(f"2099-03-04 09:0{minute}")
        do(laptop, "once_more", one.id)
    assert slip(stall, "5-1").calls == 3
    assert presses()[0] == "skip"
    do(laptop, "skip", one.id)
    do(laptop, "call_again", one.id)
    waiting = laptop.view("caravan.board", stall=stall).shapes[0].lines[0]
    assert waiting.numbers == ["5-2", "5-3", "5-4", "5-1", "5-5"]


def test_whoever_stands_there_gets_a_number_and_one_task_tells_of_the_stall(laptop):
    stall = a_stall(per_hour=1)
    for _ in range(5):
        do(laptop, "give", stall)
    assert Slip.select().count() == 5
    assert [each.en for each in laptop.tasks] == [
        "B 理发 has given 3 numbers: promise visits, or next time."
    ]


def test_a_slip_that_the_printer_lost_is_printed_again_with_the_same_number(laptop):
    stall = a_stall()
    first = do(laptop, "give", stall)
    again = do(laptop, "print_again", Slip.get().id)
    assert (first.document, first.id) == (again.document, again.id)
    assert Slip.select().count() == 1
    CaravanRules.change(roll="none")
    assert isinstance(do(laptop, "give", stall), Text)


def test_what_is_on_paper_stays(laptop):
    do(laptop, "give", a_stall())
    one = Slip.get()
    with pytest.raises(Refused, match="out on paper"):
        Slip.update(number="7").where(Slip.id == one.id).execute()
    with pytest.raises(Refused, match="out on paper"):
        Slip.delete().where(Slip.id == one.id).execute()


def test_blades_go_to_adults_alone(laptop):
    with pytest.raises(Refused, match="adults"):
        a_stall("grinding", "A")
    stall = a_stall("grinding", "A", adults_only=True)
    for _ in range(2):
        do(laptop, "give", stall)
    one, two = Slip.select().order_by(Slip.queued_at, Slip.number)
    do(laptop, "call", one.id)
    with pytest.raises(Refused, match="adults"):
        do(laptop, "finish", one.id)
    do(laptop, "finish", one.id, to_adult=True)
    do(laptop, "leave", two.id, what="示例 菜刀")
    with pytest.raises(Refused, match="adults"):
        do(laptop, "fetch", Left.get().id)
    do(laptop, "fetch", Left.get().id, to_adult=True)
    assert Left.get().state == "fetched"


def test_a_slip_becomes_a_visit_with_a_name_and_an_address_or_is_first_next_time(laptop):
    stall = a_stall()
    for _ in range(2):
        do(laptop, "give", stall)
    one, two = Slip.select().order_by(Slip.queued_at, Slip.number)
    with pytest.raises(Refused):
        do(laptop, "visit_at_home", one.id, name="示例·甲001", address="")
    do(laptop, "visit_at_home", one.id, name="示例·甲001 100 0000 0001", address=HOME)
    do(laptop, "next_time", two.id)
    assert {each.kind for each in Wish.select()} == {"visit", "first"}
    assert {str(each.state) for each in Slip.select()} == {"at_home", "next_time"}


def test_who_is_served_is_counted_by_the_hour_and_two_laptops_count_in_one(two):
    all_, a, b = two
    all_.clock.set("2099-03-04 09:10")
    stall = prepared(all_, a, b)
    for laptop in (a, b):
        give(laptop, stall, 1)
        with laptop:
            one = Slip.get(Slip.caller == laptop.store.writer().laptop)
            do(laptop, "call", one.id)
            do(laptop, "finish", one.id)
    all_.meet()
    with a:
        [count] = Count.select()
        assert (count.service, count.hour, count.people) == ("haircut", 9, 2)


def test_no_result_of_health_is_kept_and_no_field_has_one(laptop):
    stall = a_stall("pressure", "F", provider="medical", filing_no="示例备案 001")
    with pytest.raises(Refused, match="health stall"):
        do(laptop, "give", stall, items="示例 130/80")
    do(laptop, "give", stall)
    assert Slip.get().items is None


def test_the_wall_shows_numbers_the_last_four_calls_and_no_name(laptop, desk, hongxian_clock):
    hongxian_clock.set("2099-03-04 09:00")
    stall = a_stall()
    for n in range(7):
        do(laptop, "give", stall, phone_last4=f"000{n}")
    for each in sorted(Slip.select(), key=lambda e: e.number)[:5]:
        hongxian_clock.wait(minutes=1)
        do(laptop, "call", each.id)
    text = desk.open("/display/caravan.calling").text
    assert "5-5 请到摊位 接着 5-65-7 在等 2 人 刚叫过 5-45-35-2" in text
    assert "000" not in text
    [notice] = laptop.notices()
    assert "5-5" in notice.said.zh


def test_another_teams_laptop_gives_no_numbers_of_a_stall_and_holds_none_of_its_slips(
    neighbourhood,
):
    ours, other = neighbourhood.laptop(TEAM), neighbourhood.laptop("青鸟")
    stall = prepared(neighbourhood, ours, other)
    with ours:
        do(ours, "give", stall, phone_last4="0917", items="示例独特")
        assert Stall.get().team
    neighbourhood.meet()
    with other:
        assert Stall.get().id == stall, "what is offered is everybody's to read"
        with pytest.raises(Refused, match="Another team"):
            do(other, "give", stall)
        assert not Slip.select().exists()
    assert not other.holds("示例独特")


def test_books_are_opened_for_each_laptop_and_stall_of_the_team(two):
    all_, a, b = two
    prepared(all_, a, b)
    with a:
        assert sorted(each.first for each in SlipBook.select()) == [1, 21]


def test_all_of_the_queue_is_done_by_one_press_each_on_the_days_page(laptop, desk):
    a_stall()
    page = desk.open("/view/caravan.board")
    for words, state in (
        ("发 5-1 号", "taken"),
        ("没打出来，再打 5-1", "taken"),
        ("叫 5-1 号", "called"),
        ("再叫（叫过 1 遍）", "called"),
        ("5-1 好了", "done"),
    ):
        page = page.press(words)
        assert page.path == "/view/caravan.board"
        assert Slip.get().state == state


def test_hostile_words_are_shown_as_they_are(laptop, desk):
    stall = a_stall(letter="<b>")
    do(laptop, "give", stall, items="<script>示例</script>")
    assert "<script>示例" not in desk.open("/view/caravan.board").html
    sheet = laptop.print("caravan.slip_80mm", Slip.get().id)
    assert "&lt;script&gt;示例" in sheet
    assert "&lt;b&gt;" in sheet


def test_what_tells_of_a_person_goes_a_month_after_it_served_its_purpose(neighbourhood):
    laptop = neighbourhood.laptop(TEAM)
    laptop.sync()
    neighbourhood.clock.set("2099-03-04 09:00")
    with laptop:
        stall = a_stall()
        laptop.do("caravan.give", stall, phone_last4="0917")
        laptop.do("caravan.give", stall)
        one, two = Slip.select().order_by(Slip.number)
        laptop.do("caravan.visit_at_home", two.id, name="示例·独一", address=HOME)
    neighbourhood.clock.set("2099-04-10 09:00")
    neighbourhood.meet()
    neighbourhood.tidy()
    neighbourhood.meet()
    with laptop:
        assert Slip.get_by_id(one.id).phone_last4 is None
        assert Wish.get().name, "not visited yet"
        laptop.do("caravan.keep", Wish.get().id)
    neighbourhood.clock.set("2099-05-20 09:00")
    neighbourhood.meet()
    neighbourhood.tidy()
    neighbourhood.meet()
    assert not laptop.holds("示例·独一")
