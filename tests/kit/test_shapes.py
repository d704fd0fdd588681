"""Shapes of a view: boards, grids and figures, on the desk without a script and in a terminal."""

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest
from flask.testing import FlaskClient

import quiet_room
from command_line import Place
from desks import desk_of, entered, page
from hongxian import Refused, Text, view
from hongxian.records import same_id
from hongxian.shapes import (
    Beside,
    Board,
    Button,
    Cells,
    Chart,
    Grid,
    GridRow,
    Head,
    Held,
    Stat,
    Stats,
    Table,
)
from hongxian.shapes.shown import table_of, with_records
from hongxian_client.plugins.grids import GridRefused, Typed, save_grid
from hongxian_client.replica.people import add_person
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import EntryState, with_state
from hongxian_testing import Clock, Desk, Laptop
from hongxian_testing.laptop import open_laptop
from hongxian_web.wall import SECONDS
from quiet_room import HOURS, Seat
from samples import plugin


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with open_laptop(tmp_path, quiet_room) as laptop:
        yield laptop


@pytest.fixture
def browser(laptop: Replica) -> FlaskClient:
    return entered(desk_of(laptop))


def seat(reader: str = "示例·甲001", hour: str = "09:00", desk: int = 1, **more: object) -> str:
    return Seat.create(reader=reader, hour=hour, desk=desk, **more).id


def links(text: str, pattern: str) -> list[str]:
    return [unescape(each) for each in re.findall(pattern, text)]


# -- a board -------------------------------------------------------------------------------------


def test_a_free_place_opens_the_form_that_fills_it_with_the_place_in_it(
    browser: FlaskClient,
) -> None:
    seat()
    shown = page(browser, "/view/quiet_room.seating")
    free = links(shown, r'class="slot free" id="[^"]+" href="([^"]+)"')
    assert len(free) == 5
    form = page(browser, free[0])
    assert re.search(r'name="desk" value="2"|value="2"[^>]*name="desk"', form)
    [back] = links(form, r'name="back" value="([^"]+)"')
    assert back == "/view/quiet_room.seating"


def test_what_stands_somewhere_is_pressed_and_then_a_free_place_and_it_stands_there(
    browser: FlaskClient,
) -> None:
    id = seat()
    seat("示例·乙002", "10:00", 2)
    shown = page(browser, "/view/quiet_room.seating")
    start = next(each for each in links(shown, r'class="slot [^>]* href="([^"]+)"') if id in each)
    moving = page(browser, start)
    assert "on-its-way" in moving
    assert len(re.findall(f'action="/do/quiet_room.move/{id}"', moving)) == 4
    assert f'href="/c/quiet_room.seat/{id}"' in moving, "its page is one press away"
    given = {"hour": "11:00", "desk": "2", "back": "/view/quiet_room.seating"}
    answer = browser.post(f"/do/quiet_room.move/{id}", data=given)
    assert answer.headers["Location"] == "/view/quiet_room.seating"
    held = Seat.get_by_id(id)
    assert (held.hour, held.desk) == ("11:00", 2)


def test_nothing_moves_that_the_address_only_claims_to_be_on_the_board(
    browser: FlaskClient,
) -> None:
    seat()
    shown = page(browser, "/view/quiet_room.seating?moving=01a22700-0000-7000-8000-000000000000")
    assert "/do/quiet_room.move/" not in shown


def test_a_board_reads_as_a_table_where_nothing_is_drawn() -> None:
    board = Board(
        rows=[Head("09:00", {"hour": 9}, note="早"), Head("10:00", {"hour": 10}, open=False)],
        columns=[Head("A", {"desk": 1}, note="靠窗"), Head("B", {"desk": 2})],
        held=[Held(0, 0, "示例·甲001", "id", state=Text("到了", "Came"))],
        of=Seat,
        book="quiet_room.book",
        given={"day": 5},
    )
    table = board.as_table()
    [[row, link, free], [_, *shut]] = table.rows
    assert (row.zh, table.headers[1].zh) == ("09:00 早", "A 靠窗")  # type: ignore[attr-defined, union-attr]
    assert link[0].title.zh == "示例·甲001 到了"  # type: ignore[index]
    assert free.values == {"day": 5, "hour": 9, "desk": 2}  # type: ignore[attr-defined]
    assert shut == [[], []]


def test_a_place_for_several_is_free_while_some_are_missing_and_who_stands_there_has_a_press(
    tmp_path: Path,
) -> None:
    @view(title="A post")
    def post(store: object) -> Board:
        put = {"hour": "09:00", "desk": 2}
        press = Button(Text("到", "Here"), "quiet_room.move", put, seat_id, at_once=True)
        return Board(
            rows=[Head("09:00", {"hour": "09:00"}, note="早")],
            columns=[Head("A", {"desk": 1}), Head("B", {"desk": 2})],
            held=[Held(0, each, "示例·甲001", seat_id, state="在", press=press) for each in (0, 1)],
            of=Seat,
            book="quiet_room.book",
            missing={(0, 0): 2, (0, 1): 0},
        )

    with open_laptop(tmp_path, quiet_room, plugin("posts", post=post)) as store:
        seat_id = seat()
        laptop = Laptop(store, Clock())
        shown = Desk(laptop).open("/view/posts.post")
        assert shown.text.count("缺 2") == 1
        assert "+ 空" not in shown.text, "who is not missing is not asked for"
        assert "09:00 早" in shown.text
        assert "+ 点空位：订座" in shown.text, "as the action says that fills it"
        [[_, first, second]] = laptop.view("posts.post").as_table().rows
        assert [each.title.zh for each in first] == ["示例·甲001 在", "到", "缺 2"]
        assert len(second) == 2
        shown.press("到")
        assert Seat.get().desk == 2


def one_press(given: dict[str, str]) -> ModuleType:
    """A board whose free places are booked by a press, for whom `given` says."""

    @view(title="At once")
    def desks(store: object) -> Board:
        held = [Held(HOURS.index(each.hour), 0, each.reader, each.id) for each in Seat.select()]
        rows = [Head(hour, {"hour": hour}) for hour in HOURS]
        columns = [Head("1", {"desk": 1})]
        return Board(rows, columns, held, Seat, "quiet_room.book", given=given, at_once=True)

    return plugin("desks", desks=desks)


@pytest.mark.parametrize("given", [{"reader": "示例·甲001"}, {}])
def test_a_free_place_is_booked_by_one_press_and_asks_what_is_missing(
    tmp_path: Path, given: dict[str, str]
) -> None:
    with open_laptop(tmp_path, quiet_room, one_press(given)) as store:
        laptop = Laptop(store, Clock())
        shown = Desk(laptop).open("/view/desks.desks")
        assert shown.buttons.count("+ 空") == 3
        pressed = shown.press("+ 空")
        if given:
            assert pressed.path == "/view/desks.desks"
            assert "示例·甲001" in pressed.text
            assert pressed.buttons.count("+ 空") == 2
        else:
            assert not Seat.select().exists()
            pressed.press("办理", reader="示例·乙002")
        [seat] = Seat.select()
        assert (seat.hour, seat.desk) == (HOURS[0], 1)


@pytest.mark.parametrize(
    "shape",
    [
        Board([Head("a")], [Head("b")], [Held(1, 0, "c", "id")], Seat),
        Grid(Seat, [Cells("book")], [GridRow("a", "1"), GridRow("b", "1")]),
        Grid(Seat, [Cells("book")], [GridRow("a")]),
        Chart(["a"], [("b", [1, 2])]),
    ],
)
def test_a_shape_that_does_not_hold_together_is_said(shape: Board | Grid | Chart) -> None:
    with pytest.raises(ValueError, match=r"row|number"):
        shape.refuse_uneven()


# -- figures -------------------------------------------------------------------------------------


def test_a_number_stands_beside_what_it_was_and_leads_on(browser: FlaskClient) -> None:
    seat()
    shown = page(browser, "/view/quiet_room.figures")
    assert 'href="/view/quiet_room.seating"' in shown
    assert "-3 since last" in shown
    assert re.search("<strong>0 <small>people</small></strong>", shown)


def test_a_listing_shows_fields_as_a_list_does_and_leads_to_each_record(laptop: Replica) -> None:
    with laptop:
        came = Seat.create(reader="示例·甲001", hour="09:00", desk=1, came=datetime(2026, 3, 1, 9))
        shown = Table.listing(Seat, [came], "reader", "came", ("", lambda seat: seat.desk))
    assert [Text.of(each).en for each in shown.headers] == ["Reader", "Came", ""]
    assert shown.rows == [[Text.of("示例·甲001"), Text.of("2026-03-01 09:00"), 1]]
    assert (shown.ids, shown.of) == ([came.id], Seat)


def test_what_a_figure_is_called_by_need_be_no_number() -> None:
    assert Stats([Stat("剪刀", "1-B5")]).as_table().rows == [["剪刀", Text.of("1-B5"), ""]]


def test_a_text_for_a_chat_stands_on_its_page_to_be_copied(browser: FlaskClient) -> None:
    shown = page(browser, "/view/quiet_room.chat")
    assert "[Quiet room] 0 came today</textarea>" in shown
    assert 'data-copies="text"' in shown


def test_a_cell_leads_to_a_sheet_to_print(laptop: Replica, browser: FlaskClient) -> None:
    with laptop:
        seat = Seat.create(reader="示例·甲001", hour="09:00", desk=1).id
    shown = page(browser, "/view/quiet_room.tickets")
    assert f'href="/print/quiet_room.ticket/{seat}"' in shown


def test_figures_read_as_a_table() -> None:
    table = Stats([Stat("a", 5, "h", past=[1, 3]), Stat("b", 2)]).as_table()
    assert [[str(Text.of(each).en) for each in row] for row in table.rows] == [  # type: ignore[arg-type]
        ["a", "5 h", "+2"],
        ["b", "2", ""],
    ]


# -- a grid --------------------------------------------------------------------------------------


def cells(shown: str) -> dict[str, str]:
    """The names of the cells of a grid, and what stands in those that are typed."""
    typed = re.findall(r'<input type="text" form="grid-form" name="([^"]+)" value="([^"]*)"', shown)
    ticks = re.findall(r'<button class="tk[^"]*" form="grid-form" name="([^"]+)"()', shown)
    return {**dict(typed), **dict(ticks)}


def test_a_sheet_is_typed_into_and_saved_at_once(browser: FlaskClient) -> None:
    one, two = seat(), seat("示例·乙002", "10:00")
    shown = page(browser, "/view/quiet_room.sheet")
    assert cells(shown).keys() == {f"{id}.{name}" for id in (one, two) for name in ("came", "book")}
    given = {f"{one}.came": "1", f"{one}.book": "《城南旧事》", f"{two}.came": "1"}
    before = len({each.stamp for each in with_state(EntryState.UNSENT)})
    told = browser.post("/grid/quiet_room.sheet", data=given, follow_redirects=True).text
    assert "Rows that were saved: 2" in told
    assert Seat.get_by_id(one).book == "《城南旧事》"
    assert Seat.get_by_id(two).came
    assert len({each.stamp for each in with_state(EntryState.UNSENT)}) == before + 1, (
        "one transaction"
    )


def test_only_what_differs_is_written_and_a_tick_that_stands_keeps_its_moment(
    laptop: Replica, browser: FlaskClient
) -> None:
    id = seat(came="2026-05-01 09:01:00", book="《呐喊》")
    before = Seat.get_by_id(id).stamp
    stands = "2026-05-01 09:01:00"
    as_drawn = {f"{id}.came": stands, f"was.{id}.came": stands}
    browser.post(
        "/grid/quiet_room.sheet", data={**as_drawn, f"{id}.book": "a", f"was.{id}.book": "a"}
    )
    assert Seat.get_by_id(id).stamp == before
    browser.post("/grid/quiet_room.sheet", data={f"{id}.came": "1"})  # drawn before it was ticked
    assert str(Seat.get_by_id(id).came) == "2026-05-01 09:01:00"
    browser.post("/grid/quiet_room.sheet", data={f"was.{id}.came": stands})
    assert Seat.get_by_id(id).came is None


def test_one_wrong_cell_saves_nothing_and_keeps_what_was_typed(browser: FlaskClient) -> None:
    one, two = seat(), seat("示例·乙002", "10:00")
    given = {f"{one}.book": "x" * 41, f"{two}.book": "《朝花夕拾》"}
    answer = browser.post("/grid/quiet_room.sheet", data=given)
    assert answer.status_code == 400
    assert cells(answer.text)[f"{two}.book"] == "《朝花夕拾》"
    assert len(re.findall('<tr class="is-wrong"', answer.text)) == 1
    assert not Seat.select().where(Seat.book.is_null(False)).exists()


def test_a_field_or_a_record_that_the_sheet_does_not_offer_is_not_written(
    laptop: Replica, browser: FlaskClient
) -> None:
    id = seat()
    other = seat("示例·丙003", "11:00", 2)
    sheet = Grid(Seat, [Cells("book"), Cells("hour", typed=False)], [GridRow("示例·甲001", id)])
    typed = {name: {"hour": Typed("", "11:00"), "book": Typed("", "b")} for name in (id, other)}
    assert len(save_grid(laptop, sheet, typed)) == 1
    assert (Seat.get_by_id(id).hour, Seat.get_by_id(id).book) == ("09:00", "b")
    assert Seat.get_by_id(other).book is None


def test_a_row_makes_its_record_once_something_is_typed_into_it(laptop: Replica) -> None:
    given = {"reader": "示例·丁004", "hour": "11:00", "desk": 1}
    sheet = Grid(Seat, [Cells("book")], [GridRow("示例·丁004", key="four", given=given)])
    assert not save_grid(laptop, sheet, {})
    assert save_grid(laptop, sheet, {"four": {"book": Typed("", "《骆驼祥子》")}}) == {"four": None}
    assert [(each.reader, each.book) for each in Seat.select()] == [("示例·丁004", "《骆驼祥子》")]


def test_a_row_has_the_record_that_is_there_by_the_id_that_it_is_made_with(laptop: Replica) -> None:
    id = same_id("quiet_room.seat", "four")
    given = {"id": id, "reader": "示例·丁004", "hour": "11:00", "desk": 1}

    def shown() -> Grid:
        row = GridRow("示例·丁004", key="four", given=given)
        beside = Beside([Grid(Seat, [Cells("book")], [row, GridRow("示例·甲001", key="one")])])
        [grid] = with_records(laptop, beside).shapes  # type: ignore[union-attr]
        return grid  # type: ignore[return-value]

    assert [each.id for each in shown().rows] == ["", ""]
    save_grid(laptop, shown(), {"four": {"book": Typed("", "《骆驼祥子》")}})
    assert [each.id for each in shown().rows] == [id, ""]
    save_grid(laptop, shown(), {"four": {"book": Typed("《骆驼祥子》", "《家》")}})
    assert [(each.id, each.book) for each in Seat.select()] == [(id, "《家》")]
    Seat.get().delete_instance()
    assert [each.id for each in shown().rows] == ["", ""]


def test_what_a_claim_forbids_is_said_at_its_row_and_nothing_is_saved(laptop: Replica) -> None:
    seat()
    rows = [
        GridRow(name, key=name, given={"reader": name, "hour": hour, "desk": 1})
        for name, hour in (("free", "10:00"), ("taken", "09:00"))
    ]
    sheet = Grid(Seat, [Cells("book")], rows)
    typed = {name: {"book": Typed("", "b")} for name in ("free", "taken")}
    with pytest.raises(GridRefused) as refused:
        save_grid(laptop, sheet, typed)
    assert refused.value.facts["reasons"].keys() == {"taken"}
    assert Seat.select().count() == 1


def test_an_action_is_done_a_row_in_one_transaction_or_not_at_all(laptop: Replica) -> None:
    one, two = seat(), seat("示例·乙002", "10:00")
    sheet = quiet_room.loans(laptop)
    typed = {one: {"copies": Typed("", "2")}, two: {"copies": Typed("", "")}}
    told = save_grid(laptop, sheet, typed)
    assert {row: Text.of(each).zh for row, each in told.items()} == {one: "共借 2 本"}  # type: ignore[arg-type]
    with pytest.raises(GridRefused) as refused:
        save_grid(laptop, sheet, {one: {"copies": Typed("", "1")}, two: {"copies": Typed("", "0")}})
    assert refused.value.facts["reasons"].keys() == {two}
    assert [Seat.get_by_id(each).lent for each in (one, two)] == [2, 0]


def test_an_action_asks_a_row_for_what_is_neither_typed_nor_given(laptop: Replica) -> None:
    id = seat()
    rows = [GridRow("示例·甲001", id, given={"hour": "11:00"})]
    sheet = Grid(Seat, [Cells("desk")], rows, action="quiet_room.move")
    save_grid(laptop, sheet, {id: {"desk": Typed("", "2")}})
    assert (Seat.get_by_id(id).hour, Seat.get_by_id(id).desk) == ("11:00", 2)
    bare = Grid(Seat, [Cells("desk")], [GridRow("示例·甲001", id)], action="quiet_room.move")
    with pytest.raises(GridRefused):
        save_grid(laptop, bare, {id: {"desk": Typed("", "1")}})


def test_a_columns_button_ticks_those_that_come_so_far_and_saves(browser: FlaskClient) -> None:
    ids = [seat(), seat("示例·乙002", "10:00")]
    browser.post("/grid/quiet_room.sheet", data={"all": "came"})
    assert all(Seat.get_by_id(id).came for id in ids)


def test_a_sheet_reads_as_a_table_in_a_terminal(laptop: Replica) -> None:
    seat(book="《呐喊》")
    told = table_of(laptop, quiet_room.sheet(laptop))
    assert [Text.of(each).en for each in told.headers] == ["Reader", "Came", "Reads", "Hour"]
    assert [str(Text.of(each).zh) for each in told.rows[0]] == [
        "示例·甲001",
        "",
        "《呐喊》",
        "09:00",
    ]  # type: ignore[arg-type]


def test_every_shape_is_told_by_the_command_line(tmp_path: Path) -> None:
    with open_laptop(tmp_path / "laptop", quiet_room):
        seat()
    plugins = tmp_path / "laptop" / "plugins"
    plugins.mkdir()
    (plugins / "quiet_room.py").write_bytes(Path(quiet_room.__file__).read_bytes())
    place = Place(tmp_path / "laptop")
    for name, shape in (
        ("seating", "board"),
        ("sheet", "grid"),
        ("figures", "stats"),
        ("chat", "chat"),
    ):
        told = place.json("view", f"quiet_room.{name}")
        assert told["shape"] == shape
        assert told["rows"]
        assert place("view", f"quiet_room.{name}").code == 0


# -- on paper and on a wall ----------------------------------------------------------------------


def test_a_slip_is_as_wide_as_its_roll_and_has_no_pages(browser: FlaskClient) -> None:
    text = page(browser, f"/print/quiet_room.ticket/{seat()}")
    assert "width: 48mm" in text
    assert "size: A4" not in text
    assert "counter(page)" not in text


def test_a_wall_shows_what_is_for_it_without_a_menu_and_draws_itself_anew(
    browser: FlaskClient,
) -> None:
    seat()
    shown = page(browser, "/display/quiet_room.wall")
    assert f'<noscript><meta http-equiv="refresh" content="{SECONDS}"></noscript>' in shown
    assert "<nav" not in shown
    assert re.search(r"09:00(</span>)?</td><td[^>]*>1<", shown)
    assert browser.get("/display/quiet_room.sheet").status_code == 400
    assert 'href="/display/quiet_room.wall"' in page(browser, "/view/quiet_room.sheet")


def test_a_wall_stays_where_the_desk_is_locked(laptop: Replica, browser: FlaskClient) -> None:
    add_person(laptop, "示例·甲001", "2580")
    assert browser.get("/view/quiet_room.sheet").status_code == 302
    assert browser.get("/display/quiet_room.wall").status_code == 200


def test_the_manual_shows_the_examples_that_the_tests_run() -> None:
    page = Path(quiet_room.__file__).parents[2] / "kit" / "shapes.md"
    manual = page.read_text("utf-8")
    named = re.findall(r"\]\((\.\./examples/[\w/]+\.py)\)", manual)
    examples = [(page.parent / each).read_text("utf-8") for each in named]
    for shown in re.findall(r"```python\n(.*?)```", manual, re.DOTALL):
        indented = "".join(f"    {line}" for line in shown.splitlines(keepends=True))
        assert any(indented.strip() in each for each in examples), shown


def test_a_refused_sheet_is_a_refusal() -> None:
    assert issubclass(GridRefused, Refused)
