"""A map: a picture with points on it, by mouse and keys and without a script, and a list for who sees no picture."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser

import benches
from benches import Bench, Ground
from days import at_work
from hongxian.files import attach
from hongxian.shapes import Map
from hongxian.shapes.shown import table_of
from hongxian_testing import Desk, Laptop, Neighbourhood

pytestmark = pytest.mark.plugins(benches)
HOSTILE = '<script>alert(1)</script>"'


def a_picture(wide: int = 300, high: int = 200) -> bytes:
    made = BytesIO()
    Image.new("RGB", (wide, high), "#e8efe0").save(made, "PNG")
    return made.getvalue()


def ground(**size: int) -> Ground:
    file = attach(Ground.file, a_picture(**size), "ground.png")
    return Ground.create(name="示例广场", file=file, metres=600)


def test_points_stand_on_the_picture_by_metres_whatever_its_pixels_are(
    laptop: Laptop, desk: Desk
) -> None:
    bench = Bench.create(name="示例·亭边", east=150, south=90)
    held = ground()
    html = desk.open("/view/benches.where").html
    assert 'viewBox="0 0 600 400"' in html
    assert "translate(150 90)" in html
    assert html.count(f'href="/c/benches.bench/{bench.id}"') == 2, "on the picture and in the list"
    finer = attach(Ground.file, a_picture(1500, 1000), "finer.png")
    Ground.update(file=finer).where(Ground.id == held.id).execute()
    html = desk.open("/view/benches.where").html
    assert 'viewBox="0 0 600 400"' in html
    assert "translate(150 90)" in html


def test_while_there_is_no_picture_the_list_stands_alone(laptop: Laptop, desk: Desk) -> None:
    Bench.create(name="示例·亭边", east=150, south=90)
    page = desk.open("/view/benches.where")
    assert "还没有图片" in page.text
    assert "示例·亭边" in page.text


def test_a_picture_that_lies_on_another_laptop_is_fetched_once_somebody_looks(
    neighbourhood: Neighbourhood,
) -> None:
    one, other = neighbourhood.laptop(), neighbourhood.laptop()
    with one:
        ground()
        Bench.create(name="示例·亭边", east=150, south=90)
    neighbourhood.meet()
    desk = Desk(other)
    page = desk.open("/view/benches.where")
    assert "照片还没到" in page.text
    assert "示例·亭边" in page.text
    other.sync()
    assert "translate(150 90)" in desk.open("/view/benches.where").html


def test_what_has_no_place_yet_is_in_the_list_and_not_on_the_picture(
    laptop: Laptop, desk: Desk
) -> None:
    ground()
    Bench.create(name="示例·新椅")
    page = desk.open("/view/benches.where")
    assert "示例·新椅" in page.text
    assert 'class="mark' not in page.html


def test_a_press_on_the_picture_sends_metres_without_a_script(laptop: Laptop, desk: Desk) -> None:
    ground()
    bench = Bench.create(name="示例·亭边")
    html = desk.open(f"/view/benches.place/{bench.id}").html
    assert re.search(r'<input type="image"[^>]* width="600" height="400"', html)
    laptop.do("benches.put", bench.id, x=321, y=45)
    held = Bench.get()
    assert (held.east, held.south) == (321, 45)


def test_a_name_on_a_map_is_no_markup(laptop: Laptop, desk: Desk) -> None:
    ground()
    Bench.create(name=HOSTILE, east=1, south=2)
    assert "<script>alert" not in desk.open("/view/benches.where").html


def test_a_terminal_has_the_list_by_the_numbers_of_the_picture(laptop: Laptop) -> None:
    Bench.create(name="示例·一", broken=True), Bench.create(name="示例·二")
    told = table_of(laptop.store, laptop.view("benches.where"))
    assert [row[0] for row in told.rows] == [1, 2]
    assert told.rows[0][2].zh == "坏了"


def test_a_picture_that_is_no_metre_wide_is_said() -> None:
    with pytest.raises(ValueError, match="a metre wide"):
        Map([], Bench, None, 0).refuse_uneven()


def test_a_bench_is_put_where_the_picture_is_pressed(laptop: Laptop, chromium: Browser) -> None:
    with laptop:
        ground()
        bench = Bench.create(name="示例·亭边").id
    with at_work(laptop.store, chromium, "zh-CN", "mouse") as work:
        work.at(f"/view/benches.place/{bench}")
        picture = work.tab.locator("main input[type=image]")
        with work.tab.expect_navigation():
            picture.click(position={"x": 120, "y": 80})
        work.look()
        work.at("/view/benches.where")
        assert work.tab.locator("main svg .mark").count() == 1
    with laptop:
        held = Bench.get()
        assert (held.east, held.south) == (120, 80)
