"""One thread: a stall of grinding is knife grinding's day, with its one queue, and how many came is told back."""

from datetime import date, time

import pytest

import hongxian_plugins.caravan as caravan
import hongxian_plugins.knife_grinding as knife_grinding
import hongxian_plugins.roster as roster
from hongxian import Refused, local_today
from hongxian_plugins.caravan import Fair, Stall
from hongxian_plugins.knife_grinding import Booking, Day
from hongxian_testing import Laptop, Neighbourhood

pytestmark = pytest.mark.plugins(caravan, knife_grinding)
TEAM, OTHER = "红帽子帮帮团", "青鸟"


@pytest.fixture
def grinders(neighbourhood: Neighbourhood) -> Laptop:
    laptop = neighbourhood.laptop(TEAM)
    laptop.sync()
    with laptop:
        fair = Fair.create(
            title="示例 大篷车",
            date=date(2099, 3, 4),
            place="示例广场",
            opens=time(8),
            closes=time(11),
        )
        for letter, service, blades in (("A", "grinding", True), ("B", "haircut", False)):
            Stall.create(fair=fair.id, service=service, letter=letter, adults_only=blades)
    return laptop


def days(laptop: Laptop) -> list[tuple[str, date, time, time]]:
    with laptop:
        return [(each.title, each.date, each.begins, each.ends) for each in Day.select()]


def test_a_stall_of_grinding_is_a_grinding_day_of_its_team_and_follows_it(grinders, neighbourhood):
    assert days(grinders) == [("示例 大篷车 A 磨刀", date(2099, 3, 4), time(8), time(11))]
    with grinders:
        assert Day.get().scope in grinders.store.writer().teams
        Fair.update(date=date(2099, 3, 11)).where(Fair.id == Fair.get().id).execute()
        assert Day.get().date == date(2099, 3, 11), "put off with all its bookings"
        fair, place = Fair.get(), {"day": Day.get().id, "slot": time(9), "bench": 1}
        booked = Booking.create(name="示例·甲001", knives=1, state="slotted", **place)
        with pytest.raises(Refused, match="still has 1 booking;"):
            grinders.do("caravan.call_off", fair.id, reason="示例：下雨")
        grinders.do("knife_grinding.cancel", booked.id, cancel_reason="示例：下雨")
        grinders.do("caravan.call_off", fair.id, reason="示例：下雨")
        assert not Day.select().exists()
    neighbourhood.meet()
    assert not grinders.errors


def test_grinding_has_one_queue_and_the_caravan_tells_how_many_came(grinders):
    with grinders:
        stall = Stall.get(Stall.letter == "A")
        page = grinders.view("caravan.board")
        queue, _ = page.shapes
        assert [each.title.zh for each in queue.services] == ["B 理发"], "not a second one here"
        [row] = grinders.view("caravan.where", stall.id).rows
        assert (row[0].of, row[0].id) == (Day, Day.get().id)
        for _ in range(3):
            grinders.do("knife_grinding.draw", Day.get().id, service="knives")
        grinders.do("knife_grinding.call_next", Day.get().id)
        [card, _] = grinders.view("caravan.board").shapes[1].cards
        assert card.number == 3
        assert "磨刀3" not in grinders.view("caravan.chat").text.zh
        sheet = grinders.print("caravan.summary", Fair.get().id)
        assert "<td>磨刀</td><td>3</td>" in sheet.replace("\n", "")


def test_whoever_is_not_of_the_team_leaves_the_day_to_the_hub(neighbourhood, grinders):
    other = neighbourhood.laptop(OTHER)
    neighbourhood.meet()
    assert days(other) == []
    with other:
        Fair.update(place="示例学校").where(Fair.id == Fair.get().id).execute()
        assert Stall.select().count() == 2
    neighbourhood.meet()
    assert days(other) == []
    with grinders:
        assert Day.get().place == "示例学校"
        assert not grinders.attention
    for each in (grinders, other):
        assert not each.errors


def test_a_stall_that_goes_to_another_team_takes_its_day_along(neighbourhood, grinders):
    other = neighbourhood.laptop(OTHER)
    neighbourhood.meet()
    with grinders:
        teams = grinders.store.collection("hongxian.team").model
        theirs = teams.get(teams.name == OTHER)
        stall = Stall.get(Stall.letter == "A")
        Stall.update(team=theirs.id).where(Stall.id == stall.id).execute()
    neighbourhood.meet()
    assert days(grinders) == []
    assert len(days(other)) == 1


@pytest.mark.plugins(caravan)
def test_alone_the_caravan_has_the_queue_of_grinding_itself(laptop):
    fair = Fair.create(title="示例 大篷车", date=date(2099, 3, 4), place="示例广场")
    Stall.create(fair=fair.id, service="grinding", letter="A", adults_only=True)
    queue, _ = laptop.view("caravan.board").shapes
    assert queue.give.title.zh == "发 5-1 号"


@pytest.mark.plugins(caravan, knife_grinding, roster)
def test_in_the_demonstration_the_team_that_grinds_has_its_bookings_at_the_caravan(neighbourhood):
    laptop = neighbourhood.laptop(TEAM)
    laptop.sync()
    with laptop:
        laptop.store.plugins.tell("hongxian_demo_was_asked", store=laptop.store, seed=7)
        today = Day.select().where(Day.date == local_today())
        [stall] = {each.stall for each in today}
        assert Stall.get_by_id(stall).fair == Fair.get(Fair.date == local_today()).id
        board = laptop.view("knife_grinding.board").shapes
        assert len(board[0].held) > 5
        assert len(laptop.view("knife_grinding.queue").rows) > 5
        assert not laptop.tasks
    neighbourhood.meet()
    assert not laptop.errors
