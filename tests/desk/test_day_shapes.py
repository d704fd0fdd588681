"""A day's work on one page: a queue, cards and a wall, pressed without a script and told in a terminal."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import blood_pressure
from blood_pressure import Ticket
from hongxian import Text, action, document, view
from hongxian.shapes import Beside, Button, Card, Cards, Go, Print
from hongxian.shapes.shown import table_of
from hongxian_testing import Clock, Desk, Laptop
from hongxian_testing.laptop import open_laptop
from samples import plugin

TODAY, WALL = "/view/blood_pressure.today", "/display/blood_pressure.wall"


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    with open_laptop(tmp_path, blood_pressure) as store:
        yield Laptop(store, Clock())


@pytest.fixture
def desk(laptop: Laptop) -> Desk:
    return Desk(laptop)


def states() -> list[str]:
    return [each.state for each in Ticket.select().order_by(Ticket.number)]


def test_a_number_is_given_called_and_done_by_one_press_each_without_a_script(desk: Desk) -> None:
    shown = desk.open(TODAY)
    for words, after in (("发号", ["waits"]), ("叫下一号", ["called"]), ("1 量好了", ["done"])):
        shown = shown.press(words)
        assert shown.path == TODAY, "the page comes back to where it was"
        assert states() == after


def test_a_press_that_is_sent_twice_calls_one_number(desk: Desk) -> None:
    for _ in range(2):
        shown = desk.open(TODAY).press("发号")
    shown.press("叫下一号")
    assert "That" in shown.press("叫下一号").text or states() == ["called", "waits"]
    assert states() == ["called", "waits"]


def test_the_page_is_called_what_its_shapes_say_and_puts_them_side_by_side(desk: Desk) -> None:
    html = desk.open(TODAY).html
    assert "<h1>量血压</h1>" in html
    assert html.count('class="panel side-part"') == 2
    assert 'data-key="call"' not in html, "nobody waits"
    assert 'data-key="new"' in html


def test_a_wall_has_its_numbers_and_the_time_and_draws_attention_while_one_is_called(
    desk: Desk,
) -> None:
    assert "is-calling" not in desk.open(WALL).html
    desk.open(TODAY).press("发号").press("叫下一号")
    html = desk.open(WALL).html
    assert "is-calling" in html
    assert re.search(r"<time>\d\d:\d\d</time>", html)
    assert "小区门口" in html
    assert "不收钱" in html
    assert "<form" not in html


def test_what_stands_side_by_side_reads_as_one_table(laptop: Laptop) -> None:
    laptop.do("blood_pressure.give")
    told = table_of(laptop.store, laptop.view("blood_pressure.today"))
    assert {len(row) for row in told.rows} == {len(told.headers)}
    assert any("1" in row[1] for row in told.rows if isinstance(row[1], list))


@pytest.mark.parametrize("part", [-0.1, 1.5])
def test_a_bar_that_is_longer_than_its_frame_is_said(part: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        Beside([Cards([Card("a", 1, part=part)])]).refuse_uneven()


def chooser() -> ModuleType:
    """A view on which is chosen what it shows."""
    from peewee import CharField

    asks = {
        name: CharField(null=True, verbose_name=Text("哪样", "Which")) for name in ("of", "word")
    }

    @view(title="Chosen", asks=asks)
    def chosen(store: object, of: str | None, word: str | None) -> Cards:
        ways = [Go(each, {"of": each}, here=each == of) for each in ("a", "b")]
        card = Card(
            f"{of} {word}", 3, part=1, presses=[Button("Take", "chooser.take", at_once=True)]
        )
        return Cards([card], among=ways)

    @action(title="Take")
    def take(store: object) -> Print:
        return Print("Taken", "chooser.slip")

    @document(title="Slip", paper="58mm")
    def slip(store: object) -> str:
        return "<h1>7</h1>"

    return plugin("chooser", chosen=chosen, take=take, slip=slip)


@pytest.fixture
def choosing(tmp_path: Path) -> Iterator[Desk]:
    with open_laptop(tmp_path, chooser()) as store:
        yield Desk(Laptop(store, Clock()))


def test_a_choice_on_the_page_keeps_what_else_was_asked_and_is_not_asked_again(
    choosing: Desk,
) -> None:
    shown = choosing.open("/view/chooser.chosen?go=1&word=x&of=a").press("b")
    assert "b x" in shown.text
    assert re.search(r'aria-current="true">(<span[^>]*>)*b<', shown.html)
    assert 'id="of"' not in shown.html
    assert 'id="word"' in shown.html
    folded = shown.html.split('<details class="other">')[1].split("</details>")[0]
    assert '<input type="hidden" name="of" value="b">' in folded


def test_an_action_that_answers_with_a_slip_has_it_printed(choosing: Desk) -> None:
    shown = choosing.open("/view/chooser.chosen").press("Take")
    assert shown.path == "/view/chooser.chosen"
    assert re.search(r'href="/print/chooser.slip"[^>]*data-prints-sheet', shown.html)
    assert "Taken" in shown.text


def test_the_manual_shows_the_example_that_the_tests_run() -> None:
    example = Path(blood_pressure.__file__)
    manual = (example.parents[2] / "kit" / "day.md").read_text("utf-8")
    for shown in re.findall(r"```python\n(.*?)```", manual, re.DOTALL):
        indented = "".join(f"    {line}" for line in shown.splitlines(keepends=True))
        assert indented.strip() in example.read_text("utf-8")
