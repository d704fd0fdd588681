"""What plugins bring to the desk: buttons in tables, codes, charts, views of a record, days, pages."""

import re
from datetime import date, time
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from peewee import CharField

from desks import CHINESE, HeldClock, desk_of, entered, page
from hongxian import Record, view
from hongxian.plugins.loading import Plugins
from hongxian.shapes import Table
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_plugins import knife_grinding, roster, service
from hongxian_plugins.knife_grinding import Booking, Day
from hongxian_plugins.service import Activity
from hongxian_testing.laptop import open_laptop
from samples import plugin

HALL = '''
"""Hall: a plugin with everything that a page may show."""
from datetime import date
from flask import Blueprint, abort, render_template_string, request
from hongxian import Record, Refused, Reference, Text, action, hookimpl, view
from hongxian.records import present_store
from hongxian.shapes import Button, CalendarEntry, Chart, Pages, Qr, Table
from peewee import CharField, IntegerField

class Stall(Record):
    """Stalls."""
    name = CharField(max_length=20, verbose_name=Text("名称", "Name"))
    taken = IntegerField(default=0, verbose_name=Text("已取", "Taken"))
    class Meta:
        collection = "hall.stall"
        title = Text("摊位", "Stalls")

title = Text("展厅", "Hall")

@hookimpl
def hongxian_collections():
    return [Stall]

@view(title=Text("摊位", "Stalls"), card=True)
def stalls(store):
    return Table(
        [Text("名称", "Name"), Text("取", "Take")],
        [[each.name, Button(Text("取一", "Take one"), "hall.take", {"by": 1}, each.id, at_once=True)]
         for each in Stall.select()],
        ids=[each.id for each in Stall.select()], of=Stall,
    )

@view(title=Text("问", "Asking"))
def asking(store):
    [stall] = Stall.select()
    return Table(["n"], [[Button(Text("换", "Swap"), "hall.swap", {"stall": stall.id, "note": "<b>"})]])

@view(title=Text("时长", "Hours"))
def hours(store):
    return Chart(["2026-01", "2026-02"], [(Text("时长", "Hours"), [3, 4])], Text("小时", "h"))

@view(title=Text("不齐", "Uneven"))
def uneven(store):
    return Chart(["a"], [("b", [1, 2])])

@view(of=Stall, title=Text("码", "Code"))
def code(store, stall):
    return Table([Text("码", "Code")], [[Qr("K7M2-9QXA")]]) if stall.taken else Table([], [])

@view(of=Stall, title=Text("坏", "Broken"))
def broken(store, stall):
    raise KeyError("no such drawer")

@action(of=Stall, title=Text("取", "Take"), asks={"by": IntegerField()})
def take(store, stall, by):
    Stall.update(taken=Stall.taken + by).where(Stall.id == stall.id).execute()
    return Text("取了", "Taken")

@action(title=Text("换", "Swap"), asks={"stall": Reference("hall.stall"), "note": CharField()})
def swap(store, stall, note):
    return f"{Stall.get_by_id(stall).name} {note}"

READ = []

@hookimpl
def hongxian_records_were_read(ids, how):
    READ.extend((how, id) for id in ids)

@hookimpl
def hongxian_calendar_entries(store, first, last):
    return [CalendarEntry(date(2026, 5, 9), Text("开门", "Opening"), of=Stall, id=each.id)
            for each in Stall.select()]

@hookimpl
def hongxian_pages(store):
    own = Blueprint("hall", __name__)

    @own.get("/")
    def first():
        names = [each.name for each in Stall.select()]
        return render_template_string(
            '{% extends "desk/desk.html" %}{% block main %}<h1>{{ names }}</h1>{% endblock %}',
            names=names)

    @own.get("/broken")
    def breaks():
        raise KeyError("no such drawer")

    @own.get("/refused")
    def refuses():
        raise Refused(detail=Text("今天不开。", "Not open today."))

    @own.get("/gone")
    def gone():
        abort(404)

    return [Pages(Text("展厅地图", "Map of the hall"), own)]
'''
STRAY = '''
"""Strays: answers that are none."""
from hongxian import hookimpl

@hookimpl
def hongxian_calendar_entries(store, first, last):
    return ["someday"]

@hookimpl
def hongxian_pages(store):
    return ["no page"]
'''


@pytest.fixture
def hall(tmp_path: Path) -> Replica:
    """A laptop with the hall's plugin, another that strays, and one stall."""
    open_laptop(tmp_path)
    folder = tmp_path / "plugins"
    folder.mkdir(exist_ok=True)
    (folder / "hall.py").write_text(HALL, "utf-8")
    (folder / "stray.py").write_text(STRAY, "utf-8")
    replica = Replica.open(tmp_path, plugins=Plugins(folder, installed=False))
    with replica:
        replica.collection("hall.stall").model.create(name="糖水铺")
    return replica


@pytest.fixture
def browser(hall: Replica) -> FlaskClient:
    return entered(desk_of(hall))


def stall(hall: Replica) -> tuple[str, int]:
    with hall:
        [row] = hall.collection("hall.stall").model.select()
        return row.id, row.taken


def test_a_button_that_asks_nothing_does_it_and_comes_back(
    hall: Replica, browser: FlaskClient
) -> None:
    id, _ = stall(hall)
    shown = page(browser, "/view/hall.stalls")
    assert f'action="/do/hall.take/{id}"' in shown
    data = {"by": "1", "back": "/view/hall.stalls"}
    done = browser.post(f"/do/hall.take/{id}", data=data)
    assert done.headers["Location"] == "/view/hall.stalls"
    assert stall(hall)[1] == 1
    told = page(browser, "/view/hall.stalls")
    assert "Taken" in told
    assert "取了" not in told


def test_the_form_of_an_action_says_which_record_it_is_about(
    hall: Replica, browser: FlaskClient
) -> None:
    id, _ = stall(hall)
    with hall:
        name = hall.view(hall.collection("hall.stall"), [id])[id].local.values["name"]
    form = page(browser, f"/do/hall.take/{id}")
    assert f'href="/c/hall.stall/{id}"' in form
    assert f'<span translate="no">{name}</span></a>' in form


def test_no_button_leads_to_another_site(hall: Replica, browser: FlaskClient) -> None:
    id, _ = stall(hall)
    done = browser.post(f"/do/hall.take/{id}", data={"by": "1", "back": "//example.org/"})
    assert done.headers["Location"] == f"/c/hall.stall/{id}"


def test_a_button_that_asks_opens_its_form_filled_in(hall: Replica, browser: FlaskClient) -> None:
    id, _ = stall(hall)
    shown = page(browser, "/view/hall.asking")
    address = shown.split('href="/do/hall.swap?')[1].split('"')[0].replace("&amp;", "&")
    form = page(browser, f"/do/hall.swap?{address}")
    assert 'value="糖水铺"' in form, "a record is named by what people call it"
    assert f'value="{id}"' in form
    assert "&lt;b&gt;" in form
    data = {"stall": "糖水铺", "stall.id": id, "note": "好", "back": "/view/hall.asking"}
    assert browser.post("/do/hall.swap", data=data).status_code == 302
    assert "糖水铺 好" in page(browser, "/view/hall.asking")


def test_a_view_of_a_record_stands_on_its_page_when_it_has_something_to_show(
    hall: Replica, browser: FlaskClient
) -> None:
    id, _ = stall(hall)
    assert 'class="qr"' not in page(browser, f"/c/hall.stall/{id}")
    browser.post(f"/do/hall.take/{id}", data={"by": "1"})
    shown = page(browser, f"/c/hall.stall/{id}")
    assert 'class="qr"' in shown
    assert 'aria-label="K7M2-9QXA"' in shown
    assert "/view/hall.code" not in menu_of(browser, f"/c/hall.stall/{id}")


def test_a_view_of_a_record_that_breaks_says_so_in_its_own_box(
    hall: Replica, browser: FlaskClient
) -> None:
    id, _ = stall(hall)
    shown = page(browser, f"/c/hall.stall/{id}")
    assert "no such drawer" in shown
    assert "糖水铺" in shown


def test_a_day_leads_to_its_board_and_the_board_to_the_day_and_to_each_booking(
    tmp_path: Path,
) -> None:
    with open_laptop(tmp_path, knife_grinding) as laptop:
        other = Day.create(title="另一天", date=date(2099, 5, 1)).id
        day = Day.create(title="大篷车 5月", date=date(2099, 5, 8)).id
        usual = {"knives": 1, "day": day, "slot": time(9), "state": "slotted"}
        booked = Booking.create(name="示例·甲001", bench=1, **usual).id
        at_home = {**usual, "at_home": True, "address": "示例苑–3幢–2单元–501室"}
        visits = [
            Booking.create(name=f"示例·乙00{n}", grinder=f"示例·师傅{n}", **at_home).id
            for n in (1, 2)
        ]
    browser = entered(desk_of(laptop))
    record = page(browser, f"/c/knife_grinding.day/{day}").replace("&amp;", "&")
    [board] = re.findall(r'href="(/view/knife_grinding.board\?[^"]*)"', record)
    assert f"/view/knife_grinding.queue?day={day}" in record
    shown = page(browser, board)
    assert f'href="/c/knife_grinding.day/{day}"' in shown
    for id in visits:
        assert f'href="/c/knife_grinding.booking/{id}"' in shown
    assert f'href="/c/knife_grinding.booking/{booked}"' in page(
        browser, f"/view/knife_grinding.board?day={day}&go=1&moving={booked}"
    )
    assert f'href="/c/knife_grinding.day/{other}"' not in shown
    assert f'href="/c/knife_grinding.day/{other}"' in page(browser, "/view/knife_grinding.board")


def test_a_chart_tells_its_numbers_in_the_language_of_the_page(browser: FlaskClient) -> None:
    english = page(browser, "/view/hall.hours")
    assert "2026-02" in english
    assert "Hours" in english
    assert "小时" not in english
    assert "时长" in page(browser, "/view/hall.hours", headers=CHINESE)
    uneven = browser.get("/view/hall.uneven")
    assert uneven.status_code == 500
    assert "one for each label" in uneven.text


def test_the_first_page_has_cards_and_a_month_across_plugins(
    hall: Replica, browser: FlaskClient
) -> None:
    id, _ = stall(hall)
    assert "Take one" in page(browser, "/"), "a view of the day is a card"
    shown = page(browser, "/month?month=2026-05")
    assert "May 2026" in shown
    assert f'<a href="/c/hall.stall/{id}">Opening</a>' in shown
    assert "month=2026-04" in shown
    assert "month=2026-06" in shown
    assert "Opening" not in page(browser, "/month?month=2026-07")
    chinese = page(browser, "/month?month=2026-05", headers=CHINESE)
    assert "2026年5月" in chinese
    assert "开门" in chinese
    hall.now = HeldClock()
    assert "September 2026" in page(browser, "/month?month=no-month")


def test_the_first_page_says_where_to_begin_until_there_is_a_record(tmp_path: Path) -> None:
    laptop = open_laptop(tmp_path, service, knife_grinding, roster)
    browser = entered(desk_of(laptop))
    fresh = page(browser, "/")
    assert "Begin here: Volunteers" in fresh
    for way in ("/c/roster.person/new", "/c/roster.person/sheets"):
        assert f'href="{way}"' in fresh
        page(browser, way)
    browser.post("/menu/out", data={"plugin": "roster"})
    assert "Begin here: Activities" in page(browser, "/"), "what the menu shows"
    with laptop:
        Activity.create(title="值班", day=date(2099, 5, 8))
    assert "Begin here" not in page(browser, "/")


def test_a_glance_at_the_first_page_is_no_reading_and_a_views_own_page_is(
    hall: Replica, browser: FlaskClient
) -> None:
    id, _ = stall(hall)
    [read] = [each.module.READ for each in hall.plugins.all if each.name == "hall"]
    page(browser, "/")
    assert read == []
    page(browser, "/view/hall.stalls")
    assert read == [("view", id)]


def test_a_plugins_own_pages_are_in_the_menu_and_look_like_the_desks(browser: FlaskClient) -> None:
    shown = page(browser, "/p/hall/")
    assert '<a href="/p/hall/" aria-current="page">Map of the hall</a>' in shown
    assert "<h1>[&#39;糖水铺&#39;]</h1>" in shown
    assert 'id="menu"' in shown


def test_a_plugins_pages_stand_in_the_menu_while_one_of_them_is_open(browser: FlaskClient) -> None:
    ways = ("/view/hall.asking", "/p/hall/", "/do/hall.swap", "/c/hall.stall")
    shut = menu_of(browser, "/")
    assert "Hall" in shut
    assert sum(f'href="{each}"' in shut for each in ways) <= 1, (
        "its own line leads to its first page"
    )
    for way in ways:
        opened = menu_of(browser, way)
        assert all(f'href="{each}"' in opened for each in ways)
        assert opened.count('aria-current="page"') == 1


def test_what_is_not_done_every_day_stands_behind_more_which_is_open_on_its_own_page(
    tmp_path: Path,
) -> None:
    class Coat(Record):
        """Coats."""

        name = CharField()

        class Meta:
            collection = "cloakroom.coat"
            menu = False

    @view(title="Hooks", menu=False)
    def hooks(store: object) -> Table:
        return Table([], [])

    @view(title="Today")
    def today(store: object) -> Table:
        return Table([], [])

    cloakroom = plugin("cloakroom", Coat, hooks=hooks, today=today)
    with open_laptop(tmp_path, cloakroom) as laptop:
        browser = entered(desk_of(laptop))
        daily, rare = menu_of(browser, "/view/cloakroom.today").split("<details")
        assert "/view/cloakroom.today" in daily
        assert "/view/cloakroom.hooks" not in daily
        assert "/view/cloakroom.hooks" in rare
        assert "/c/cloakroom.coat" in rare
        assert not rare.startswith(' class="sub" open')
        there = menu_of(browser, "/c/cloakroom.coat").split("<details")[1]
        assert there.startswith(' class="sub" open')
        assert 'href="/view/cloakroom.today"' in menu_of(browser, "/"), "its line leads to the day"


def menu_of(browser: FlaskClient, address: str) -> str:
    return page(browser, address).split('id="menu"')[1].split("top-choices")[0]


def test_a_plugin_is_taken_out_of_the_menu_by_one_press_and_put_back(
    hall: Replica, browser: FlaskClient
) -> None:
    with hall:
        unsent = outbox.count(outbox.EntryState.UNSENT)
    ways = ("/c/hall.stall", "/view/hall.asking", "/do/hall.swap", "/p/hall/")
    assert all(f'href="{each}"' in menu_of(browser, ways[0]) for each in ways)
    told = browser.post("/menu/out", data={"plugin": "hall"}, follow_redirects=True).text
    assert 'action="/menu/back"' in told
    another = entered(desk_of(hall))  # it is kept, not of one browser
    for way in ways:
        menu = menu_of(another, way)
        assert not any(f'href="{each}"' in menu for each in ways)
        assert "Hall" not in menu
    id, _ = stall(hall)
    assert "糖水铺" in page(browser, f"/c/hall.stall/{id}")
    with hall:
        assert outbox.count(outbox.EntryState.UNSENT) == unsent
    browser.post("/menu/back", data={"plugin": "hall"})
    assert all(f'href="{each}"' in menu_of(browser, ways[0]) for each in ways)
    assert browser.post("/menu/out", data={"plugin": "nothing"}).status_code == 404


def test_a_card_stands_on_the_first_page_while_there_is_something_on_it(
    hall: Replica, browser: FlaskClient
) -> None:
    card = "<h2>Stalls</h2>"
    browser.post("/menu/out", data={"plugin": "hall"})
    assert card in page(browser, "/"), "a stall stands on it"
    with hall:
        model = hall.collection("hall.stall").model
        model.delete().where(model.id == stall(hall)[0]).execute()
    assert card not in page(browser, "/")
    browser.post("/menu/back", data={"plugin": "hall"})
    assert card not in page(browser, "/")


def test_a_page_that_breaks_shows_its_own_box_and_the_rest_of_the_page(
    hall: Replica, browser: FlaskClient
) -> None:
    broken = browser.get("/p/hall/broken")
    assert broken.status_code == 500
    assert "The plugin Hall broke here" in broken.text
    assert 'id="menu"' in broken.text
    assert any("no such drawer" in error.en for each in hall.plugins.all for error in each.errors)
    refused = browser.get("/p/hall/refused")
    assert (refused.status_code, "Not open today." in refused.text) == (400, True)
    assert browser.get("/p/hall/gone").status_code == 404


def test_answers_that_are_none_are_kept_as_the_plugins_trouble(
    hall: Replica, browser: FlaskClient
) -> None:
    page(browser, "/")
    errors = [
        error.en for each in hall.plugins.all if each.name == "stray" for error in each.errors
    ]
    assert any("no CalendarEntry" in each for each in errors)
    assert any(each.startswith("hongxian_pages:") for each in errors)
