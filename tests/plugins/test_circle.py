"""The circle: how far it is, what is missing, what is refused, what is to be looked at, and what goes out."""

import re
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from peewee import CharField, DateField

import hongxian_plugins.circle as circle
from circling import HOSTILE, gate, long_ago, picture, told, venue
from command_line import Place
from hongxian import Record, Refused, gives, local_today
from hongxian.contracts import Occasion
from hongxian.errors import Invalid
from hongxian.records import same_id
from hongxian.shapes.shown import table_of
from hongxian.workdays import SpecialDay
from hongxian_plugins.circle import CircleRules, Gate, Satisfaction, Special, Venue, Walk, Wrong
from hongxian_plugins.circle.records import VENUE_STEPS
from hongxian_plugins.circle.told import WRONG_STEPS
from hongxian_testing import Clock, Desk, Laptop, refusing
from places import TOP
from samples import plugin

pytestmark = [pytest.mark.plugins(circle), pytest.mark.teams("示例队")]


# -- on foot, gaps -------------------------------------------------------------------------------


def test_minutes_are_reckoned_by_the_settings_and_typed_over_by_who_walked(laptop: Laptop) -> None:
    here, held = gate(), venue(point="500,1150")

    def minutes() -> object:
        [cards] = laptop.view("circle.open_now", gate=here.id).shapes
        return cards.cards[0].number

    assert minutes() == 13  # 750 m × 1.3 ÷ 75
    CircleRules.change(metres_a_minute=50)
    assert minutes() == 20
    Walk.create(
        id=same_id("circle.walk", here.id, held.id), gate=here.id, venue=held.id, minutes=17
    )
    assert minutes() == 17
    grid = laptop.view("circle.walks", here.id)
    assert (grid.rows[0].hints, grid.rows[0].id != "") == ({"minutes": 20}, True)


def test_a_gap_is_a_kind_that_nobody_has_or_that_is_too_far(laptop: Laptop) -> None:
    gate()
    CircleRules.change(wanted="药店、早餐店，超市")
    venue(name="示例·药店", kind="pharmacy", point="600,400", checked_on=date(2026, 1, 1))
    venue(name="示例·早餐", kind="breakfast", point="1490,400")
    venue(name="示例·停业", kind="supermarket", point="500,400", state="paused")
    table = laptop.view("circle.gap_table")
    shown = [(told(row[0]), told(row[2].word), row[4]) for row in table.rows]
    assert shown == [("药店", "有", 2), ("早餐店", "太远", 18), ("超市", "缺", "")]
    assert "缺 2 样" in told(table.note)


def test_the_gap_table_asks_for_kinds_that_there_are(laptop: Laptop) -> None:
    with refusing(Invalid, match="没有业态“棺材铺”"):
        CircleRules.change(wanted="药店、棺材铺")


# -- the map -------------------------------------------------------------------------------------


def test_a_press_on_the_map_says_where_a_venue_stands(laptop: Laptop, desk: Desk) -> None:
    gate(), picture()
    held = venue()
    assert 'type="image"' in desk.open(f"/view/circle.on_the_map/{held.id}").html
    laptop.do("circle.put", held.id, x=820, y=99_999)
    assert Venue.get().point == "820,5000", "nothing lies beyond the largest picture"
    laptop.do("circle.put", held.id, x=820, y=410)
    page = desk.open("/view/circle.map")
    assert "translate(820 410)" in page.html
    assert "示例·日间照料中心" in page.text


def test_a_point_is_two_numbers(laptop: Laptop) -> None:
    with refusing(Invalid, match="两个数"):
        venue(point="东门对面")


# -- what is refused -----------------------------------------------------------------------------


def test_law_an_owners_own_telephone_stands_here_by_consent_alone(laptop: Laptop) -> None:
    """个人信息保护法 25."""
    own = {"phone": "100 0000 0001", "phone_is": "owner"}
    with refusing(Refused, match="要他同意才能公开"):
        venue(**own)
    held = venue(**own, phone_consent=local_today())
    with refusing(Refused, match="要他同意才能公开"):
        Venue.update(phone_consent=None).where(Venue.id == held.id).execute()


def test_law_a_number_that_was_withdrawn_is_shown_no_more_and_the_hub_erases_it(
    neighbourhood, hongxian_clock: Clock
) -> None:
    laptop = neighbourhood.laptop("示例队")
    with laptop:
        gate()
        held = venue(phone="100 0000 0001", phone_is="owner", phone_consent=local_today())
        assert "10000000001" in laptop.print("circle.leaflet")
    neighbourhood.meet()
    with laptop:
        laptop.do("circle.withdraw_phone", held.id)
        assert "10000000001" not in laptop.print("circle.leaflet")
    neighbourhood.meet()
    neighbourhood.tidy()
    neighbourhood.meet()
    with laptop:
        assert Venue.get().phone is None
    assert not laptop.holds("10000000001")


def test_a_check_that_is_still_to_come_is_refused_for_it_would_count_for_good(
    laptop: Laptop,
) -> None:
    with refusing(Refused, match="还没到"):
        venue(checked_on=local_today() + timedelta(days=30))


def test_other_hours_end_after_they_begin(laptop: Laptop) -> None:
    held = venue()
    with refusing(Refused, match="“到”2026-05-01 早于“从”2026-05-03"):
        Special.create(venue=held, first=date(2026, 5, 3), last=date(2026, 5, 1), hours="休息")


def test_a_venue_without_hours_is_not_opened(laptop: Laptop) -> None:
    held = venue(state="draft", hours=None)
    with refusing(Invalid, match="hours：必须填写"):
        laptop.do("circle.publish", held.id)
    laptop.do("circle.publish", held.id, hours="每天8-20点")
    assert (Venue.get().state, Venue.get().checked_on) == ("open", local_today())


# -- to be looked at -----------------------------------------------------------------------------


def test_whoever_stood_at_the_door_presses_once(laptop: Laptop, desk: Desk) -> None:
    venue(checked_on=long_ago())
    page = desk.open("/view/circle.checks")
    assert "该核对 1 家" in page.text
    page.press("看过了，没变")
    assert Venue.get().checked_on == local_today()
    assert not table_of(laptop.store, laptop.view("circle.checks")).rows


def test_a_pause_stands_on_top_of_a_venues_page_and_says_until_when(
    laptop: Laptop, desk: Desk
) -> None:
    shop = venue()
    page = desk.open(f"/c/circle.venue/{shop.id}")
    [top] = re.findall(r'(?s)<div class="acts.*?<details', page.html)
    assert f'href="/do/circle.pause/{shop.id}"' in top
    until = local_today() + timedelta(days=7)
    page = page.press("暂停").press("暂停", back_on=until.isoformat())
    assert f"说好 {until} 恢复" in page.text
    assert Venue.get().state == "paused"
    assert "/do/circle.pause" not in desk.open(f"/c/circle.venue/{shop.id}").html


def test_a_reader_says_that_something_is_wrong_and_nobody_asks_who(
    laptop: Laptop, desk: Desk
) -> None:
    held = venue(checked_on=local_today())
    desk.open(f"/c/circle.venue/{held.id}").press("这里不对").press("办理", what="周日不开")
    assert Wrong.get().what == "周日不开"
    assert not {"name", "phone", "person"} & set(laptop.store.collection("circle.wrong").columns)
    desk.open("/view/circle.checks").press("改好了")
    assert (Wrong.get().state, Wrong.get().settled_on) == ("mended", local_today())


def duties(laptop: Laptop) -> list[str]:
    return [told(each.title) for each in laptop.due()]


def test_a_door_is_due_after_ninety_days_and_several_are_one_duty(laptop: Laptop) -> None:
    venue(checked_on=long_ago(80))
    assert not [each for each in duties(laptop) if "核对" in each]
    for n in (1, 2):
        venue(name=f"示例·{n}", checked_on=long_ago(100 + n))
    assert "核对 示例·2 等 2 家" in duties(laptop)
    for each in Venue.select():
        laptop.do("circle.check", each.id)
    assert not [each for each in duties(laptop) if "核对" in each]


def test_a_week_before_a_holiday_it_is_said_whose_hours_are_missing(laptop: Laptop) -> None:
    laptop.at("2026-04-20 09:00")
    held = venue(checked_on=local_today())
    assert not [each for each in duties(laptop) if "劳动节" in each]
    laptop.at("2026-04-25 09:00")
    assert "劳动节时间未填：示例·日间照料中心" in duties(laptop)
    grid = laptop.view("circle.holiday_hours")
    assert "5月1日 到 5月5日，还差 1 家" in told(grid.note)
    Special.create(**grid.rows[0].given, hours="9:00-12:00")
    assert not [each for each in duties(laptop) if "劳动节" in each]
    assert laptop.view("circle.holiday_hours").rows[0].id == Special.get().id
    Special.delete().execute()
    Venue.update(holidays="休息").where(Venue.id == held.id).execute()
    assert not [each for each in duties(laptop) if "劳动节" in each]


def test_from_november_on_the_next_years_calendar_is_asked_for(laptop: Laptop) -> None:
    laptop.at("2089-11-10 09:00")
    SpecialDay.create(day=date(2089, 10, 1), name="国庆节")
    assert "导入 2090 年节假日表" in duties(laptop)
    SpecialDay.create(day=date(2090, 1, 1), name="元旦")
    assert not [each for each in duties(laptop) if "节假日表" in each]


def test_what_said_it_would_be_back_is_asked_on_that_day(laptop: Laptop) -> None:
    held = venue(state="paused", back_on=local_today(), checked_on=local_today())
    assert "示例·日间照料中心 说好这天恢复" in duties(laptop)
    laptop.do("circle.resume", held.id)
    assert not [each for each in duties(laptop) if "恢复" in each]
    assert Venue.get().back_on is None


# -- for others ----------------------------------------------------------------------------------


def test_the_chat_tells_hours_of_today_and_nobodys_number(laptop: Laptop) -> None:
    venue(phone="100 0000 0001")
    venue(name="示例·党群", address="2", kind="party_centre", hours="每天 9:00-18:00")
    laptop.at("2026-01-04 10:00")
    text = told(laptop.view("circle.chat").text)
    assert "示例·日间照料中心 8:00–17:00" in text
    assert "10000000001" not in text
    laptop.at("2026-01-01 10:00")
    assert "时间未知，请先打电话" in told(laptop.view("circle.chat").text)


class Stall(Record):
    """Stalls of a day, as another plugin keeps them."""

    name = CharField(max_length=40)
    day = DateField()

    class Meta:
        collection = "stalls.stall"


@gives(Occasion, of=Stall, day="day")
def stall_as_occasion(stall: Stall) -> Occasion:
    return Occasion(
        service="grinding", title=stall.name, day=stall.day, opens=time(8, 30), place="示例广场"
    )


@pytest.mark.plugins(circle, plugin("stalls", Stall, stall_as_occasion=stall_as_occasion))
def test_what_another_plugin_offers_today_alone_is_told_beside_it(laptop: Laptop) -> None:
    venue()
    Stall.create(name="示例·磨刀", day=local_today())
    Stall.create(name="示例·理发", day=local_today() + timedelta(days=1))
    for text in (laptop.view("circle.open_now").note, laptop.view("circle.chat").text):
        assert "今天还有 示例·磨刀 08:30 示例广场" in told(text)
        assert "理发" not in told(text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_leaflet_and_the_gap_sheet_read_in_one_language(laptop: Laptop, language: str) -> None:
    gate(), venue(point="600,400", services=HOSTILE, holidays="休息")
    leaflet = laptop.print("circle.leaflet", language=language)
    gaps = laptop.print("circle.gap_sheet", language=language)
    assert "<script>alert" not in leaflet
    words = {
        "zh": ("步行分钟", "周一至周五 8:00–17:00", "节假日 休息"),
        "en": ("Minutes", "Mon–Fri 8:00–17:00", "Holidays closed"),
    }
    assert all(each in leaflet for each in words[language])
    assert "font-size: 16pt" in leaflet
    assert {"zh": "业态缺口表", "en": "Gap table"}[language] in gaps
    assert len(re.findall("<tr>", gaps)) == 15
    assert {"zh": "苏府办〔2022〕84号）没有读到全文", "en": "84号) were not read"}[language] in gaps


def test_a_sheet_of_venues_comes_in_and_goes_out_and_twice_is_once(
    laptop: Laptop, tmp_path: Path
) -> None:
    file = tmp_path / "shops.csv"
    file.write_text(
        "店名,业态,地址,营业时间,节假日,电话,坐标,核对日期,状态\n"
        '示例·早餐,早餐店,示例路2号,每天5点半到10点,休息,100 0000 0002,"600,400",2026-01-05,开放\n'
        "示例·理发,美发店,示例路3号,周二至周日 9-19点,,,,,草稿\n",
        "utf-8",
    )
    laptop.at("2026-02-02 09:00")
    assert laptop.bring_in("circle.venue", file).new == 2
    assert laptop.bring_in("circle.venue", file).new == 0
    held = Venue.get(Venue.kind == "breakfast")
    assert (held.hours, held.holidays, held.tier) == ("每天 5:30–10:00", "休息", "basic")
    assert held.checked_on == date(2026, 1, 5)


def test_answers_that_a_workbook_brought_are_counted_on_and_other_rows_find_what_was_typed(
    laptop: Laptop,
) -> None:
    year, here = local_today().year, venue()
    brought = Satisfaction.create(kind="day_care", year=year)
    [row] = laptop.view("circle.satisfaction").rows
    assert row.id == brought.id
    walked = gate()
    [row] = laptop.view("circle.walks", walked).rows
    assert not row.id
    made = Walk.create(**{**row.given, "minutes": 7})
    [row] = laptop.view("circle.walks", walked).rows
    assert (row.id, row.key) == (made.id, here.id)


def test_what_goes_out_comes_in_again_as_it_is(laptop: Laptop, tmp_path: Path) -> None:
    (
        venue(point="820,410", holidays="休息", phone="100 0000 0002"),
        venue(name="示例·二", hours="24小时"),
    )
    for name in ("out.xlsx", "out.csv"):
        Place(laptop.store.folder)("export", "circle.venue", tmp_path / name)
        back = laptop.bring_in("circle.venue", tmp_path / name)
        assert (back.new, back.changed, back.unchanged) == (0, 0, 2)


def test_what_somebody_typed_is_no_markup_on_any_page(laptop: Laptop, desk: Desk) -> None:
    gate(name=HOSTILE), picture()
    held = venue(name=HOSTILE, address=HOSTILE, note=HOSTILE, point="5,5", checked_on=long_ago())
    Wrong.create(venue=held, what=HOSTILE)
    today = local_today()
    Special.create(venue=held, first=today, last=today, hours="照常", note=HOSTILE)
    for path in (
        "/",
        "/view/circle.open_now",
        "/view/circle.map",
        f"/view/circle.on_the_map/{held.id}",
        f"/c/circle.venue/{held.id}",
        "/view/circle.checks",
        "/view/circle.gap_table",
        "/view/circle.chat",
        f"/view/circle.walks/{Gate.get().id}",
    ):
        assert "<script>alert" not in desk.open(path).html, path
    assert "<script>alert" not in laptop.print("circle.leaflet")


def test_the_manual_has_the_states_as_they_are() -> None:
    page = (TOP / "docs/plugins/circle.md").read_text("utf-8")
    for each in (VENUE_STEPS, WRONG_STEPS):
        assert each.diagram("en") in page
