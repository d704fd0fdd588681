"""Opening hours as people tell them, and who is open at a moment: holidays, worked Sundays, other hours."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hongxian_plugins.circle as circle
from circling import HOSTILE, WEEKDAYS, gate, told, venue
from hongxian import Text
from hongxian.errors import Invalid
from hongxian.shapes import Go
from hongxian.workdays import SpecialDay
from hongxian_plugins.circle import Special, Venue
from hongxian_plugins.circle.hours import (
    Unreadable,
    day_of,
    day_said,
    kept_day,
    kept_week,
    week_of,
    week_said,
)
from hongxian_testing import Desk, Laptop, refusing

pytestmark = [pytest.mark.plugins(circle), pytest.mark.teams("示例队")]


def standing(laptop: Laptop, at: str, of: Venue) -> str:
    """What the first page says of a venue at a moment."""
    laptop.at(at)
    [cards] = laptop.view("circle.open_now").shapes
    [card] = [each for each in cards.cards if each.id == of.id]
    return told(card.state)


# -- hours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("工作日 8:00-17:00", WEEKDAYS),
        ("周一到周五8点到17点", WEEKDAYS),
        ("Mon-Fri 8:00-17:00", WEEKDAYS),
        ("星期一—星期五：８：００－１７：００", WEEKDAYS),
        ("8:00-21:00", "每天 8:00–21:00"),
        ("每天 9:00-17:00，每周一休息", "周二至周日 9:00–17:00；周一 休息"),
        ("周一至周五 8:00-17:00 周六，周日休", WEEKDAYS),
        ("Mon-Fri 8:00-17:00, Sat, Sun closed", WEEKDAYS),
        ("24小时", "每天 0:00–24:00"),
        ("每天 9:00-17:00；周一休息", "周二至周日 9:00–17:00；周一 休息"),
        (
            "周一、三、五 上午8:30-11:30 下午1:00-5:00",
            "周一、周三、周五 8:30–11:30 13:00–17:00；周二、周四、周六、周日 休息",
        ),
        ("每天 18:00-2:00", "每天 18:00–2:00"),
    ],
)
def test_hours_are_typed_as_people_tell_them_and_kept_in_one_form(typed: str, kept: str) -> None:
    assert kept_week(typed) == kept


@pytest.mark.parametrize("typed", ["周八 8:00-9:00", "8:00", "9-12 11-13", "25:00-26:00", HOSTILE])
def test_what_nobody_can_read_as_hours_is_said_where_it_is_typed(
    typed: str, laptop: Laptop, desk: Desk
) -> None:
    with refusing(Invalid, match="周一至周五"):
        venue(hours=typed)
    page = desk.open("/c/circle.venue/new").press("保存", name="示例·甲", address="示", hours=typed)
    assert "看不懂这个时间" in page.text


@given(
    st.text(
        st.sampled_from("周一二五六日天至到-–；;，、 :.点半上下午休息照常0123456789monfri"),
        max_size=30,
    )
)
def test_any_text_is_hours_or_nobody_can_read_it(text: str) -> None:
    for read, said, of in ((kept_week, week_said, week_of), (kept_day, day_said, day_of)):
        try:
            kept = read(text)
        except Unreadable:
            continue
        assert read(kept) == kept, "kept hours are kept as they are"
        for reader in (said(kept).zh, said(kept).en):
            assert of(reader) == of(kept), "what is shown may be typed"


def test_a_record_says_hours_in_the_readers_language(laptop: Laptop) -> None:
    column = laptop.store.collection("circle.venue").columns["hours"]
    venue()
    held = Venue.get()
    assert held.hours == WEEKDAYS
    assert column.shown(held.hours) == Text(WEEKDAYS, "Mon–Fri 8:00–17:00; Sat, Sun closed")


# -- open now ------------------------------------------------------------------------------------


def test_on_a_sunday_that_is_worked_a_shop_of_weekdays_is_open_without_a_network(
    laptop: Laptop,
) -> None:
    held = venue()
    assert standing(laptop, "2026-01-04 10:00", held) == "开到 17:00"
    assert standing(laptop, "2026-01-11 10:00", held) == "今天不开"
    assert standing(laptop, "2026-01-05 07:00", held) == "8:00 开门"
    assert standing(laptop, "2026-01-05 18:00", held) == "今天关了"


def test_on_a_holiday_a_venue_that_said_nothing_is_not_called_open(laptop: Laptop) -> None:
    held = venue(hours="每天 8:00-20:00")
    assert standing(laptop, "2026-01-01 10:00", held) == "元旦时间未知"
    assert standing(laptop, "2026-01-03 10:00", held) == "元旦时间未知", "its Saturday too"
    Venue.update(holidays="照常").where(Venue.id == held.id).execute()
    assert standing(laptop, "2026-01-01 10:00", held) == "开到 20:00"
    Venue.update(holidays="休息").where(Venue.id == held.id).execute()
    assert standing(laptop, "2026-01-01 10:00", held) == "今天不开"


def test_what_is_told_of_single_days_goes_before_all_else_and_the_shorter_before_the_longer(
    laptop: Laptop,
) -> None:
    held = venue(holidays="休息")
    new_year = date(2026, 1, 1)
    Special.create(venue=held, first=new_year, last=new_year, hours="休")
    assert standing(laptop, "2026-01-02 10:00", held) == "今天不开"
    Special.create(venue=held, first=date(2025, 12, 29), last=date(2026, 1, 10), hours="9:00-10:30")
    assert standing(laptop, "2026-01-01 10:00", held) == "今天不开", "the day that was meant"
    assert standing(laptop, "2026-01-02 10:00", held) == "开到 10:30"


def test_a_place_that_shuts_after_midnight_is_open_until_then(laptop: Laptop) -> None:
    held = venue(hours="每天 18:00-2:00")
    assert standing(laptop, "2026-03-03 01:30", held) == "开到 2:00"
    assert standing(laptop, "2026-03-03 03:00", held) == "18:00 开门"


def test_the_community_may_tell_a_holiday_of_its_own(laptop: Laptop) -> None:
    held = venue()
    SpecialDay.create(day=date(2026, 3, 3), works=False, name="示例节")
    assert standing(laptop, "2026-03-03 10:00", held) == "示例节时间未知"


def test_of_a_year_without_a_calendar_the_page_says_so(laptop: Laptop) -> None:
    venue()
    laptop.at("2090-03-01 10:00")
    assert "2090 年的节假日表还没导入" in told(laptop.view("circle.open_now").note)


def test_what_is_open_stands_first_and_the_nearest_before_the_others(laptop: Laptop) -> None:
    gate()
    far = venue(name="示例·远", address="1", point="1200,400")
    near = venue(name="示例·近", address="2", point="600,400")
    shut = venue(name="示例·关", address="3", point="510,400", hours="周一 8:00-9:00")
    nowhere = venue(name="示例·不知", address="4")
    laptop.at("2026-03-03 10:00")
    [cards] = laptop.view("circle.open_now").shapes
    assert [each.id for each in cards.cards] == [near.id, far.id, nowhere.id, shut.id]
    assert [each.number for each in cards.cards] == [2, 13, "–", 1]


def test_kinds_are_buttons_and_only_those_that_there_are(laptop: Laptop, desk: Desk) -> None:
    gate(), venue(), venue(name="示例·药店", kind="pharmacy")
    page = desk.open("/view/circle.open_now").press("药店")
    assert "示例·药店" in page.text
    assert "示例·日间照料中心" not in page.text
    [cards] = laptop.view("circle.open_now").shapes
    assert [told(each.title) for each in cards.filters if isinstance(each, Go)] == [
        "全部",
        "药店",
        "日间照料中心",
    ]
