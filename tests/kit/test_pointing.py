"""What a view's shapes lead to is there and asks for what it is given, or its plugin is told before a press."""

from pathlib import Path

import pytest
from peewee import CharField

import quiet_room
from hongxian import action, document, view
from hongxian.shapes import (
    Beside,
    Board,
    Button,
    Cells,
    Facts,
    Go,
    Grid,
    GridRow,
    Head,
    Held,
    Print,
    Table,
)
from hongxian.shapes.shown import Shown
from hongxian_testing import Clock, Laptop
from hongxian_testing.laptop import open_laptop
from quiet_room import Seat
from samples import plugin

HOUR = {"hour": CharField()}


def errors_of(tmp_path: Path, shown: Shown) -> list[str]:
    @action(title="Lend", asks=HOUR)
    def lend(store: object, hour: str) -> None: ...

    @view(title="Seen", asks={"hour": CharField(null=True)})
    def seen(store: object, hour: str) -> Shown:
        return shown

    @document(title="Slip", of=Seat)
    def slip(store: object, seat: Seat) -> str:
        return ""

    with open_laptop(tmp_path, quiet_room, plugin("bb", lend=lend, seen=seen, slip=slip)) as store:
        laptop = Laptop(store, Clock())
        laptop.view("bb.seen")
        return [each.en for each in laptop.errors]


def board(book: str = "", move: str = "", press: Button | None = None, **values: str) -> Board:
    held = [Held(0, 0, "a", "id", press=press)]
    return Board([Head("1", values)], [Head("A")], held, Seat, book, move)


def table(cell: object) -> Table:
    return Table(["a"], [[cell]])


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        (board("bb.lnd"), "a Board leads to bb.lnd, which is not there; the nearest names: bb.l"),
        (board(move="bb.mv"), "a Board leads to bb.mv"),
        (board("bb.lend", nn="2"), "a Board gives bb.lend nn, for which it does not ask; it asks"),
        (board(press=Button("b", "bb.nope")), "a Button leads to bb.nope"),
        (table([Button("b", "bb.nope")]), "a Button leads to bb.nope"),
        (table(Button("b", "bb.lend", {"nn": 1})), "a Button gives bb.lend nn"),
        (table(Button("b", "bb.lend", {"hour": 1}, counts="n")), "a Button gives bb.lend n"),
        (table(Button("b", "quiet_room.nope")), "a Button leads to quiet_room.nope"),
        (table(Go("b", view="bb.lend")), "a Go leads to bb.lend"),
        (Facts([("a", Go("b", {"nn": 1}, "bb.seen"))]), "a Go gives bb.seen nn"),
        (Beside([table(1)], presses=[Print("b", "bb.sip")]), "a Print leads to bb.sip"),
        (Grid(Seat, [Cells("hour")], [GridRow("a", "i")], action="bb.x"), "a Grid leads to bb.x"),
    ],
)
def test_what_leads_nowhere_or_gives_too_much_is_an_error_of_the_views_plugin(
    tmp_path: Path, shown: Shown, says: str
) -> None:
    [said] = errors_of(tmp_path, shown)
    assert says in said


@pytest.mark.parametrize(
    "shown",
    [
        board("bb.lend", "quiet_room.move", hour="9", desk="1"),  # one of both asks for it
        table([Button("b", "bb.lend", {"hour": "9"}), Print("b", "bb.slip", "id")]),
        table([Go("b", {"page": 2}), Go("b", {"hour": "9"}, "bb.seen")]),
        table(Button("b", "gone.lend", {"x": 1})),  # of a plugin that is not here
    ],
)
def test_what_leads_somewhere_is_no_error(tmp_path: Path, shown: Shown) -> None:
    assert errors_of(tmp_path, shown) == []
