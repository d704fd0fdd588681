"""Whose turn it is: the same slips at the counter and on the wall, whichever plugin they are of."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hongxian import Text
from hongxian.shapes import Button
from hongxian.turns import Turns, call_out, waiting_words

NINE = datetime(2026, 3, 4, 9)
GIVE = Button(Text("发号", "Give"), "example.give", at_once=True)


@dataclass
class Ticket:
    number: str
    state: str = "taken"
    called_at: datetime | None = None
    saved: int = field(default=0, compare=False)

    @property
    def id(self) -> str:
        return f"id-{self.number}"

    def save(self) -> None:
        self.saved += 1


def called(number: int, minute: int, state: str = "done") -> Ticket:
    return Ticket(str(number), state, NINE + timedelta(minutes=minute))


def test_who_is_called_lets_whoever_was_called_before_be_served() -> None:
    line = [called(1, 0, "called"), called(2, 1, "skipped"), Ticket("3")]
    call_out(line[2], NINE, line)
    assert [each.state for each in line] == ["serving", "skipped", "taken"]
    assert (line[0].saved, line[2].saved, line[2].called_at) == (1, 0, NINE)


def test_the_first_who_waits_is_the_press_and_empty_lines_are_not_shown() -> None:
    queue = Turns("example", [Ticket("1"), Ticket("2")]).at_the_counter(GIVE)
    assert queue.call is not None
    assert (queue.call.action, queue.call.id) == ("example.call", "id-1")
    assert [list(each.numbers) for each in queue.lines] == [["1", "2"]]
    assert not queue.presses


def test_the_one_who_was_called_last_stands_large_and_may_be_called_again_or_passed_over() -> None:
    queue = Turns("example", [called(1, 3, "called"), called(2, 1, "called")]).at_the_counter(GIVE)
    assert queue.called == "1"
    assert [each.action for each in queue.presses] == ["example.once_more", "example.skip"]


def test_a_wall_tells_who_comes_next_and_the_last_that_were_called() -> None:
    slips = [*(called(n, n) for n in range(1, 6)), called(6, 6, "called"), Ticket("7")]
    wall = Turns("example", slips).on_the_wall(NINE + timedelta(minutes=6, seconds=39), "理发", "")
    assert (wall.called, wall.calling, wall.give) == ("6", True, None)
    assert [list(each.numbers) for each in wall.lines] == [["7"], [], ["5", "4", "3"]]
    later = Turns("example", slips).on_the_wall(NINE + timedelta(minutes=7), "理发", "")
    assert not later.calling


def test_how_long_people_wait_is_told_to_five_minutes_and_only_where_it_is_known() -> None:
    assert waiting_words(3, 4).zh == "在等 3 人，约 15 分钟"
    assert waiting_words(3).en == "3 waiting"
    assert waiting_words(0, 4).zh == "在等 0 人"
