"""A caravan: its stalls and who runs them by law, helpers at posts, what it came to, and what is printed and told."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

import hongxian_plugins.caravan as caravan
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian import Refused, local_today
from hongxian.contracts import Hours, Presence, Slot, given
from hongxian.errors import Taken
from hongxian.shapes import codes_in_brief
from hongxian_plugins.caravan import Fair, Helper, Left, Material, Post, Slip, Stall, Wish
from hongxian_testing import Laptop

pytestmark = pytest.mark.plugins(caravan, roster)
TEAM = "红帽子帮帮团"
DAY = date(2099, 3, 4)
NINE = datetime(2099, 3, 4, 9)
HOME = "示例苑–3幢–2单元–501室"


def a_fair(**values: object) -> str:
    usual = {"title": "示例 大篷车", "date": DAY, "place": "示例广场"}
    return Fair.create(**{**usual, "opens": time(8, 30), "closes": time(11, 30), **values}).id


def enter(laptop: Laptop, fair: str, service: str, letter: str, **values: object) -> str:
    laptop.do("caravan.new_stall", None, fair=fair, service=service, letter=letter, **values)
    return Stall.get(Stall.fair == fair, Stall.letter == letter).id


def person(n: int) -> str:
    return roster.Person.create(name=f"示例·己{n:03}").id


def sign_up(laptop: Laptop, stall: str, who: str, shift: str = "08:30") -> Helper:
    laptop.do("caravan.sign_up", None, stall=stall, shift=shift, person=who)
    return Helper.select().where(Helper.person == who).order_by(Helper.id.desc()).get()


# -- helpers ---------------------------------------------------------------------------------------


def test_of_the_last_place_one_holds_it_and_the_other_is_told_the_next_free(neighbourhood):
    a, b = (neighbourhood.laptop(TEAM) for _ in range(2))
    with a:
        fair = a_fair()
        barber, mender = enter(a, fair, "haircut", "B"), enter(a, fair, "appliances", "D")
        people = [person(n) for n in range(2)]
    neighbourhood.meet()
    for laptop, who in ((a, people[0]), (b, people[1])):
        with laptop:
            sign_up(laptop, barber, who)
    a.sync()
    b.sync()
    with b:
        [waits] = b.attention
        assert waits.state == "bumped"
        first = waits.taken.free[0]
        there = Post.get_by_id(first[0])
        assert (there.stall, there.begins) == (mender, time(8, 30)), "the same hour, next door"
        Helper.update(post=there.id).where(Helper.person == people[1]).execute()
    neighbourhood.meet()
    with b:
        assert not b.attention
        assert Helper.select().count() == 2


def test_a_person_has_one_place_in_a_shift_and_overlapping_posts_are_marked(laptop):
    fair, who = a_fair(), person(1)
    barber, mender = enter(laptop, fair, "haircut", "B"), enter(laptop, fair, "appliances", "D")
    sign_up(laptop, barber, who)
    with pytest.raises(Taken):
        sign_up(laptop, mender, who)
    Post.create(fair=fair, stall=mender, begins=time(9), ends=time(10))
    sign_up(laptop, mender, who, "09:00")
    assert "08:30 already" in laptop.tasks[0].en


def test_who_helped_is_a_presence_once_confirmed_and_a_mistake_is_voided(laptop, desk):
    fair, who = a_fair(platform_no="示例 77"), person(1)
    helper = sign_up(laptop, enter(laptop, fair, "haircut", "B"), who)
    [taken] = [each for _, each in given(laptop.store, Slot, person=who, since=DAY, until=DAY)]
    assert (taken.begins.hour, taken.ends, taken.place) == (8, NINE.replace(hour=10), "示例广场")
    laptop.at("2099-03-04 08:25")
    page = desk.open(f"/view/caravan.signing_up?fair={fair}")
    assert "还缺 1 人" in page.text
    page.press("到岗")
    laptop.at("2099-03-04 10:05")
    desk.open(f"/view/caravan.signing_up?fair={fair}").press("离岗")
    assert [each for _, each in given(laptop.store, Presence)] == [None]
    Helper.update(confirmed_by="示例·队长").where(Helper.id == helper.id).execute()
    [(source, told)] = given(laptop.store, Presence)
    assert (source, told.person, told.about, told.kind) == (helper.id, who, fair, "caravan")
    assert (told.begins, told.ends) == (datetime(2099, 3, 4, 8, 25), datetime(2099, 3, 4, 10, 5))
    assert (told.platform_no, told.note, told.void) == ("示例 77", "B 理发", "")
    with pytest.raises(Refused, match="stays"):
        Helper.update(gone=NINE).where(Helper.id == helper.id).execute()
    laptop.do("caravan.void_helper", helper.id, void_reason="示例：记错人")
    [(_, told)] = given(laptop.store, Presence)
    assert told.void == "示例：记错人"


def test_nobody_is_confirmed_who_did_not_come_and_leave(laptop):
    helper = sign_up(laptop, enter(laptop, a_fair(), "haircut", "B"), person(1))
    for values in (
        {"confirmed_by": "示例"},
        {"came": NINE, "gone": NINE - timedelta(hours=1)},
        {"came": NINE, "gone": NINE + timedelta(hours=25)},
    ):
        with pytest.raises(Refused):
            Helper.update(**values).where(Helper.id == helper.id).execute()


def test_hours_of_posts_that_overlap_are_the_minutes_between_and_never_the_sum(laptop):
    fair, who = a_fair(), person(1)
    barber = enter(laptop, fair, "haircut", "B")
    for shift, came, gone in (("08:30", 9, 11), ("10:00", 10, 12)):
        helper = sign_up(laptop, barber, who, shift)
        times = {"came": NINE.replace(hour=came), "gone": NINE.replace(hour=gone)}
        Helper.update(**times).where(Helper.id == helper.id).execute()
    assert "1 helper, 3 hours" in laptop.print("caravan.summary", fair, language="en")


# -- law -------------------------------------------------------------------------------------------


def test_health_is_for_medical_staff_and_opens_only_once_it_is_filed(laptop):
    fair = a_fair()
    with pytest.raises(Refused, match="registered medical staff"):
        enter(laptop, fair, "pressure", "F", provider="volunteer")
    stall = enter(laptop, fair, "pressure", "F")
    assert Stall.get_by_id(stall).provider == "medical"
    with pytest.raises(Refused, match="health office"):
        laptop.do("caravan.open", stall)
    Stall.update(filing_no="示例备案 001").where(Stall.id == stall).execute()
    laptop.do("caravan.open", stall)


def test_a_paid_stall_shows_prices_stands_apart_and_has_no_posts_and_no_hours(laptop):
    fair = a_fair()
    with pytest.raises(Refused, match="paid trader"):
        enter(laptop, fair, "produce", "K", provider="volunteer")
    stall = enter(laptop, fair, "produce", "K", places=3)
    assert not Post.select().exists()
    with pytest.raises(Refused, match="no volunteer service"):
        Post.create(fair=fair, stall=stall, begins=time(9), ends=time(10))
    with pytest.raises(Refused, match="prices"):
        laptop.do("caravan.open", stall)
    Stall.update(prices="示例：1 元").where(Stall.id == stall).execute()
    laptop.do("caravan.open", stall)
    for letter, offered in (("F", "waste"), ("G", "pressure")):
        enter(laptop, fair, offered, letter)
    assert not [each for each in laptop.tasks if "sells beside" in each.en]
    Stall.update(letter="H").where(Stall.id == stall).execute()
    assert any("sells beside medical staff" in each.en for each in laptop.tasks)


# -- the end of the day ----------------------------------------------------------------------------


def test_a_fair_is_packed_up_and_nobody_who_waits_is_lost(laptop, desk):
    laptop.at("2099-03-04 11:20")
    fair = a_fair(state="under_way")
    stall = enter(laptop, fair, "haircut", "B")
    for _ in range(4):
        laptop.do("caravan.give", stall)
    one, two, *_ = Slip.select().order_by(Slip.queued_at, Slip.number)
    laptop.do("caravan.call", one.id)
    laptop.do("caravan.finish", one.id)
    laptop.do("caravan.open", stall)
    assert "3 were not served" in laptop.do("caravan.close", stall).en
    assert "3 were not served" in laptop.do("caravan.pack", fair).en
    laptop.do("caravan.visit_at_home", two.id, name="示例·甲001", address=HOME)
    page = desk.open(f"/view/caravan.closing?fair={fair}")
    assert "没服务到的 2 号" in page.text
    assert "还没同步过" in page.text, "what it has not heard is said"
    page.press("全部下次优先").press("办理")
    assert "没服务到的 0 号" in desk.open(f"/view/caravan.closing?fair={fair}").text
    assert {each.kind for each in Wish.select()} == {"first", "visit"}
    assert not laptop.tasks
    told = laptop.view("caravan.chat", fair=fair).text.zh
    assert told.startswith("【大篷车】3月4日 1项服务 理发1 共1人次 志愿者0人 未服务0 已约上门1；")
    assert "示例" not in told


def test_closing_says_until_when_the_others_were_heard(neighbourhood):
    a, b = (neighbourhood.laptop(TEAM) for _ in range(2))
    with a:
        fair = a_fair(state="under_way")
        stall = enter(a, fair, "haircut", "B")
    neighbourhood.clock.set("2099-03-04 11:00")
    neighbourhood.meet()
    with b:
        b.do("caravan.give", stall)
    with a:
        neighbourhood.clock.set("2099-03-04 11:40")
        told = a.do("caravan.pack", fair)
        assert "as heard until 03-04 11:00" in told.en
        a.do("caravan.open", stall)
        a.do("caravan.close", stall)
    a.sync()
    neighbourhood.meet()
    with a:
        assert "No. 3-1 was not served" in a.tasks[0].en, "given at the other one, and heard of now"
        a.do("caravan.next_time", Slip.get().id)
        assert not a.tasks


def test_what_is_owed_before_and_after_a_fair_stands_on_today_until_it_is_done(laptop):
    laptop.at("2099-02-28 08:00")
    fair = a_fair()
    stall = enter(laptop, fair, "haircut", "B")
    Material.create(fair=fair, what="示例 折叠桌", amount=9)

    def due() -> str:
        return " ".join(each.title.en for each in laptop.due())

    laptop.at("2099-03-03 08:00")
    assert "2 helpers missing" in due()
    assert "1 thing was not brought" in due()
    assert "if it rains" in due()
    laptop.do("caravan.give", stall)
    laptop.do("caravan.leave", Slip.get().id, what="示例 电水壶")
    laptop.at("2099-03-12 08:00")
    assert "1 were not served" in due()
    assert "示例 电水壶 (No. 5-1) was not fetched" in due()
    laptop.do("caravan.fetch", Left.get().id)
    laptop.do("caravan.next_time", Slip.get().id)
    assert due() == ""


# -- sheets, lists, calendar -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sheet_is_printed_in_the_readers_language(laptop, language):
    fair = a_fair()
    stall = enter(laptop, fair, "haircut", "<B>")
    sign_up(laptop, stall, person(7))
    laptop.do("caravan.give", stall, items="<i>示例</i>", phone_last4="0917")
    laptop.do("caravan.leave", Slip.get().id, what="<u>示例</u>")
    Material.create(fair=fair, what="<s>示例</s>", amount=2, brings="示例·甲001 100 0000 0001")
    named = {
        "helpers_list": ("志愿者安排表", "Helpers"),
        "materials_list": ("物资清单", "Materials"),
        "left_list": ("寄放登记", "Things left here"),
        "summary": ("当日汇总", "Summary"),
    }
    for name, words in named.items():
        html = laptop.print(f"caravan.{name}", fair, language=language)
        assert words[language == "en"] in html
        assert not {"<i>", "<u>", "<s>", "<B>"} & set(html.split("示例"))
    assert "示例·己007" in laptop.print("caravan.helpers_list", fair, language=language)
    slip = laptop.print("caravan.slip_80mm", Slip.get().id, language=language)
    assert ("横杠前是发号的电脑", "Before the dash the laptop")[language == "en"] in slip
    assert "&lt;u&gt;示例" in laptop.print("caravan.left_list", fair, language=language)
    for name, id in (("sign", stall), ("slip_80mm", Slip.get().id), ("slip_58mm", Slip.get().id)):
        html = laptop.print(f"caravan.{name}", id, language=language)
        assert ("理发" in html) == (language == "zh")
        assert "&lt;B&gt;" in html


def test_helpers_are_signed_in_and_out_from_their_sheet_by_its_row_codes(laptop, desk):
    fair = a_fair()
    came, away = (
        sign_up(laptop, enter(laptop, fair, *each), person(n))
        for n, each in enumerate((("haircut", "B"), ("law", "F")))
    )
    codes = codes_in_brief(laptop.view("caravan.sign_in", fair).rows)
    paper = laptop.print("caravan.helpers_list", fair)
    assert all(f">{code}<" in paper for code in codes.values())
    page = desk.open(f"/view/caravan.sign_in/{fair}").press("打“到”", codes=codes[came.id])
    page.press("打“离”", codes=codes[came.id])
    assert Helper.get_by_id(came.id).gone is not None
    assert Helper.get_by_id(away.id).came is None


def test_a_list_of_stalls_and_how_many_helpers_is_one_import(laptop, tmp_path: Path):
    a_fair()
    sheet = tmp_path / "摊位.csv"
    sheet.write_text(
        "哪次,服务项目,摊位号,人数\n示例 大篷车,理发,B,2\n示例 大篷车,法律咨询,F,1\n",
        encoding="utf-8-sig",
    )
    told = laptop.bring_in("caravan.stall", sheet)
    assert (told.new, told.wrong) == (2, 0)
    assert {each.service for each in Stall.select()} == {"haircut", "law"}
    assert sorted(each.places for each in Post.select()) == [1, 1, 2, 2]
    assert laptop.bring_in("caravan.stall", sheet).new == 0, "the same list doubles nothing"


def test_fairs_are_in_the_calendar_with_where_they_stand(laptop):
    fair = a_fair()
    [entry] = caravan.hongxian_calendar_entries(date(2099, 3, 1), date(2099, 3, 31))
    assert (entry.id, entry.hour, entry.note.zh) == (fair, time(8, 30), "筹备")
    assert caravan.hongxian_calendar_entries(date(2099, 4, 1), date(2099, 4, 30)) == []


def test_names_of_helpers_and_residents_stay_in_the_team(neighbourhood):
    ours, other = neighbourhood.laptop(TEAM), neighbourhood.laptop("青鸟")
    neighbourhood.meet()
    with ours:
        fair = a_fair()
        stall = enter(ours, fair, "haircut", "B")
        ours.do("caravan.give", stall)
        ours.do(
            "caravan.visit_at_home", Slip.get().id, name="示例·独一 100 0000 0917", address=HOME
        )
        Material.create(fair=fair, what="示例独桌", amount=1)
    neighbourhood.meet()
    for words in ("示例·独一", "0917", HOME, "示例独桌"):
        assert not other.holds(words)
    with other:
        assert Fair.get().title == "示例 大篷车"


def test_the_demonstration_has_a_caravan_on_the_day_with_queues_and_helpers(laptop):
    laptop.plugins = laptop.store.plugins
    laptop.store.plugins.tell("hongxian_demo_was_asked", store=laptop.store, seed=7)
    today = Fair.get(Fair.date == local_today())
    assert Fair.select().count() == 12
    board = laptop.view("caravan.board")
    assert board.shapes[0].called == "10"
    assert Helper.select().where(Helper.fair == today.id, Helper.came.is_null(False)).exists()
    assert "示例" not in laptop.view("caravan.chat").text.zh
    assert not laptop.tasks
    assert not laptop.errors


@pytest.mark.plugins(caravan, roster, service)
def test_hours_of_helpers_reach_service_once_and_go_when_they_are_void(neighbourhood):
    a, b = (neighbourhood.laptop(TEAM) for _ in range(2))
    with a:
        fair, who = a_fair(date=local_today() - timedelta(days=1)), person(1)
        came = datetime.combine(local_today() - timedelta(days=1), time(9))
        helper = sign_up(a, enter(a, fair, "haircut", "B"), who)
    neighbourhood.meet()
    for laptop in (a, b):
        with laptop:  # both confirm, offline
            times = {"came": came, "gone": came + timedelta(hours=2), "confirmed_by": "示例·队长"}
            Helper.update(**times).where(Helper.id == helper.id).execute()
    neighbourhood.meet()
    with b:
        [minutes] = [h.minutes for _, h in given(b.store, Hours, person=who) if h]
        assert minutes == 120
        assert not b.attention
        b.do("caravan.void_helper", helper.id, void_reason="示例：记错人")
    neighbourhood.meet()
    with a:
        assert not [h for _, h in given(a.store, Hours, person=who) if h]
        assert service.Attendance.select().count() == 1, "void, and there to be read"
