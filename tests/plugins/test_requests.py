"""What a resident reports: who sees what of it, by when it is to be done, who may go, and how they hear."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from PIL import Image

import hongxian_plugins.requests as requests
import hongxian_plugins.roster as roster
from hongxian import Refused, Text
from hongxian.contracts import Matter, Presence, Slot, given
from hongxian.errors import OnlyMovesForward
from hongxian_plugins.requests import Ask, Outside, Reporter, Request, RequestRules, Step
from hongxian_plugins.roster import Membership, Person
from hongxian_testing import Desk, Laptop, refusing

pytestmark = pytest.mark.plugins(roster, requests)
TEAM = "红马甲管家团"
LAMP = {"kind": "lamp", "place": "3幢东侧", "title": "示例：路灯不亮"}


def reported(laptop: Laptop, **values: object) -> Request:
    laptop.do("requests.report", **{**LAMP, **values})
    return Request.select().order_by(Request.id.desc()).first()


def do(laptop: Laptop, name: str, request: Request | str, **values: object) -> Request:
    id = request if isinstance(request, str) else request.id
    laptop.do(f"requests.{name}", id, **values)
    return Request.get_by_id(id)


def taken(laptop: Laptop, **values: object) -> Request:
    request = do(laptop, "dispatch", reported(laptop, **values), team=TEAM)
    return do(laptop, "take", request)


def person(name: str, **values: object) -> str:
    made = Person.create(name=name, state="active", **values)
    Membership.create(person=made.id)
    return str(made.id)


def said(cell: object) -> str:
    if isinstance(cell, list | tuple):
        return " ".join(map(said, cell))
    return Text.of(getattr(cell, "title", getattr(cell, "word", cell))).zh


def standings(laptop: Laptop) -> list[str]:
    return [said(row[0]) for row in laptop.view("requests.board").shapes[0].rows]


# -- a report ------------------------------------------------------------------------------------


def test_a_telephone_and_a_room_that_were_typed_into_the_matter_are_the_teams_alone(
    laptop: Laptop,
) -> None:
    request = reported(laptop, place="3幢2单元501室", title="示例：漏水，打 100 0000 1234 找我")
    assert (request.place, request.title) == ("3幢", "示例：漏水，打 （电话见诉求人） 找我")
    reporter = Reporter.get()
    assert (reporter.phone, reporter.address) == ("10000001234", "3幢2单元501室")
    assert (request.scope, reporter.scope) == ("community", "team-1")


def test_who_edits_a_telephone_into_what_everybody_sees_is_refused(laptop: Laptop) -> None:
    request = reported(laptop)
    request.title = "示例：打 10000001234"
    with refusing(Refused, match="电话"):
        request.save()
    with refusing(Refused, match="证件号"):
        do(laptop, "reject", request, reason="320000199001011234", responsible=None)


def test_whoever_leaves_nothing_is_written_down_all_the_same(laptop: Laptop) -> None:
    request = reported(laptop)
    assert request.number.startswith("BS")
    assert not Reporter.select().exists()
    assert [each.what for each in Step.select()] == ["report"]


@pytest.mark.parametrize(
    ("urgency", "last"),
    [
        ("danger", date(2026, 1, 1)),
        ("consult", date(2026, 1, 6)),
        ("ordinary", date(2026, 1, 8)),
        ("hard", date(2026, 1, 12)),
    ],
)
def test_it_is_due_after_working_days_of_which_sunday_the_fourth_of_january_is_one(
    laptop: Laptop, urgency: str, last: date
) -> None:
    laptop.at("2026-01-01 09:00")
    assert reported(laptop, urgency=urgency).due == last


def test_in_danger_the_first_word_is_whom_to_call(laptop: Laptop) -> None:
    told = laptop.do("requests.report", **LAMP, urgency="danger")
    assert "110、119、120" in Text.of(told.title).zh
    [notice] = laptop.notices()
    assert LAMP["title"] not in notice.said.zh


def test_what_is_alike_is_shown_by_kind_and_place_of_seven_days_closed_ones_and_photos_too(
    laptop: Laptop, desk: Desk, tmp_path: Path
) -> None:
    laptop.at("2026-03-02 09:00")
    Image.new("RGB", (8, 8), "red").save(tmp_path / "lamp.png")
    old = taken(laptop, photo=f"@{tmp_path / 'lamp.png'}")
    old = do(laptop, "finish", old, result="示例：换了灯泡")
    page = desk.open("/do/requests.report")
    shown = page.press("保存", kind="lamp", place="3 幢", title="示例：灯又不亮").text
    assert old.number in shown
    assert "有照片" in shown
    assert "已办结" in shown
    assert Request.select().count() == 1
    laptop.at("2026-03-10 09:00")
    page = desk.open("/do/requests.report")
    page.press("保存", **{**LAMP, "place": "3 幢"})
    assert Request.select().count() == 2


# -- the clock -----------------------------------------------------------------------------------


def test_no_return_and_no_other_team_starts_the_clock_anew(laptop: Laptop) -> None:
    laptop.at("2026-03-02 09:00")
    request = do(laptop, "dispatch", reported(laptop), team=TEAM)
    due = request.due
    laptop.at("2026-03-05 09:00")
    request = do(laptop, "bounce", request, reason="示例：要登高")
    request = do(laptop, "dispatch", request, team=TEAM)
    request = do(laptop, "redispatch", request, team=TEAM, reason="示例：换人")
    assert (request.due, request.by, request.reported_at.date()) == (due, due, date(2026, 3, 2))
    request.reported_at = datetime(2026, 3, 5, 9)
    with refusing(Refused, match="报事时间"):
        request.save()


def test_the_day_may_come_nearer_and_never_goes_further(laptop: Laptop) -> None:
    laptop.at("2026-03-02 09:00")
    request = reported(laptop)
    request.due = date(2026, 3, 4)
    request.save()
    request.due = date(2026, 4, 1)
    with refusing(OnlyMovesForward, match="due"):
        request.save()
    assert Request.get().due == date(2026, 3, 4)


def test_it_is_extended_once_and_with_a_reason(laptop: Laptop) -> None:
    laptop.at("2026-03-02 09:00")
    request = do(
        laptop, "extend", reported(laptop), extended_to="2026-03-20", reason="示例：等配件"
    )
    assert request.by == date(2026, 3, 20)
    assert Step.select().where(Step.what == "extend").get().said == "2026-03-20 示例：等配件"
    request.extended_to = date(2026, 4, 1)
    with refusing(Refused, match="一次"):
        request.save()


def test_half_and_most_of_its_time_are_told_and_then_that_it_is_over(laptop: Laptop) -> None:
    laptop.at("2026-03-02 09:00")
    request = taken(laptop)
    assert not laptop.due()
    for now, told, stands in (
        ("2026-03-06 12:00", "50%", "过半"),
        ("2026-03-08 23:00", "80%", "快到期"),
        ("2026-03-10 09:00", "80%", "超期"),
    ):
        laptop.at(now)
        [due] = laptop.due()
        assert told in due.title.zh
        assert due.day == request.due
        assert standings(laptop) == [stands]


def test_the_first_word_and_the_teams_answer_are_due_in_their_hours_but_on_no_holiday(
    laptop: Laptop,
) -> None:
    laptop.at("2026-03-06 17:00")  # a Friday
    request = reported(laptop)
    [due] = laptop.due()
    assert due.day == datetime(2026, 3, 9, 17)
    do(laptop, "dispatch", request, team=TEAM)
    [due] = laptop.due()
    assert due.day == datetime(2026, 3, 6, 21)


def test_only_the_laptops_of_who_dispatches_are_reminded_once_they_are_named(
    laptop: Laptop,
) -> None:
    reported(laptop)
    assert laptop.due()
    RequestRules.change(dispatcher="示例·别的队")
    assert not laptop.due()


# -- who goes ------------------------------------------------------------------------------------


def test_licensed_work_is_for_who_is_licensed(laptop: Laptop) -> None:
    """志愿服务条例 16."""
    request = do(laptop, "dispatch", reported(laptop, kind="gas"), team=TEAM)
    with refusing(Refused, match="持证"):
        do(laptop, "take", request)
    assert Request.get().state == "dispatched"
    assert do(laptop, "take", request, licence="示例-001").state == "taken"


def test_a_home_is_visited_by_adults_in_pairs(laptop: Laptop) -> None:
    laptop.at("2026-03-02 09:00")
    young, one, two = (
        person(f"示例·{n}", born=b) for n, b in (("甲", 2010), ("乙", 1960), ("丙", None))
    )
    request = do(laptop, "dispatch", reported(laptop, kind="visit"), team=TEAM)
    with refusing(Refused, match="成年"):
        do(laptop, "take", request, volunteer=young)
    do(laptop, "take", request, volunteer=one)
    assert [each for each in laptop.tasks if "两人" in each.zh]
    with refusing(Refused, match="两人"):
        do(laptop, "begin", request)
    do(laptop, "go_along", request, volunteer=two)
    assert not [each for each in laptop.tasks if "两人" in each.zh]
    assert do(laptop, "begin", request).state == "working"
    assert [(each.volunteer, each.seat) for each in Ask.select()] == [(one, 1), (two, 2)]


def test_who_could_go_is_asked_first_whose_skills_fit_and_nobody_is_assigned(
    laptop: Laptop,
) -> None:
    """志愿服务条例 25."""
    person("示例·甲", free_times={"周六"})
    fits = person("示例·乙", skills={"修电器"})
    request = do(laptop, "dispatch", reported(laptop), team=TEAM)
    names = [said(row[0]) for row in laptop.view("requests.who_could", request.id).rows]
    assert names == ["示例·乙", "示例·甲"]
    do(laptop, "ask", request, volunteer=fits, say="no")
    names = [said(row[0]) for row in laptop.view("requests.who_could", request.id).rows]
    assert names == ["示例·甲"]
    assert Request.get().state == "dispatched"


# -- how it ends ---------------------------------------------------------------------------------


def test_what_is_none_of_ours_says_whose_it_is(laptop: Laptop) -> None:
    request = do(laptop, "reject", reported(laptop), reason="示例：小区内的灯")
    assert request.responsible == "物业"
    assert "物业" in str(laptop.view("requests.line", request.id).rows)


def test_whom_nobody_wants_goes_round_twice_and_then_a_leader_decides(laptop: Laptop) -> None:
    request = do(laptop, "dispatch", reported(laptop), team=TEAM)
    do(laptop, "bounce", request, reason="示例：没有梯子")
    assert not laptop.tasks
    do(laptop, "dispatch", request, team=TEAM)
    do(laptop, "bounce", request, reason="示例：还是没有")
    [task] = laptop.tasks
    assert "负责人" in task.zh
    do(laptop, "dispatch", request, team=TEAM)
    assert not laptop.tasks


def test_silence_is_no_satisfaction_and_who_is_dissatisfied_is_called(laptop: Laptop) -> None:
    silent = do(laptop, "finish", taken(laptop, phone="10000001234"), result="示例：好了")
    assert "回告居民" in laptop.due()[0].title.zh
    silent = do(laptop, "heard", silent)
    assert (silent.state, silent.rating) == ("done", None)
    assert Reporter.get().heard_at
    assert do(laptop, "archive", silent).rating is None
    rated = do(laptop, "finish", taken(laptop, place="9幢"), result="示例：好了")
    do(laptop, "rate", rated, rating="2")
    assert "不满意" in laptop.due()[0].title.zh
    total = laptop.view("requests.month").shapes[0].rows[-1]
    assert total[-2:] == [1, 1]


def test_it_is_opened_again_by_anybody_for_seven_days_as_another_turn(laptop: Laptop) -> None:
    laptop.at("2026-03-02 09:00")
    request = do(laptop, "archive", do(laptop, "finish", taken(laptop), result="示例：好了"))
    laptop.at("2026-03-09 08:00")
    request = do(laptop, "reopen", request, reason="示例：又不亮了")
    assert (request.state, request.turn, request.by) == ("accepted", 1, date(2026, 3, 16))
    assert Ask.get().say == "returned"
    request = do(laptop, "finish", do(laptop, "take", request), result="示例：换了线")
    laptop.at("2026-03-20 09:00")
    with refusing(Refused, match="另报一件"):
        do(laptop, "reopen", request, reason="示例：又")


def test_who_reported_is_erased_in_time_and_the_matter_stays(neighbourhood: object) -> None:
    """个人信息保护法 19, 47."""
    laptop = neighbourhood.laptop(TEAM)
    with laptop:
        laptop.at("2026-03-02 09:00")
        request = taken(laptop, name="示例·居民001 100 0000 1234")
        do(laptop, "archive", do(laptop, "finish", request, result="示例：好了"))
    neighbourhood.meet()
    for now, there in (("2026-05-30 09:00", 1), ("2026-06-02 09:00", 0)):
        laptop.at(now)
        neighbourhood.tidy()
        neighbourhood.meet()
        with laptop:
            assert Reporter.select().count() == there
    assert not laptop.holds("示例·居民001")
    with laptop:
        assert Request.get().state == "archived"


# -- others --------------------------------------------------------------------------------------


def test_what_is_passed_on_inside_is_a_matter_and_what_goes_outside_is_none(laptop: Laptop) -> None:
    one, other = reported(laptop), reported(laptop, place="9幢")
    do(laptop, "pass_on", one, to="booking", team=TEAM)
    do(laptop, "pass_on", other, to="property", their_number="WY-7", team=TEAM)
    [matter] = [each for _, each in given(laptop.store, Matter) if each]
    assert (matter.kind, matter.place) == ("booking", LAMP["place"])
    assert {each.state for each in Request.select()} == {"passed"}
    assert Outside.select().where(Outside.to == "property").get().their_number == "WY-7"


def test_a_promised_hour_is_taken_and_what_is_confirmed_is_a_presence(laptop: Laptop) -> None:
    laptop.at("2026-03-02 09:00")
    who = person("示例·乙")
    request = do(laptop, "dispatch", reported(laptop), team=TEAM)
    request = do(laptop, "take", request, volunteer=who, begins="2026-03-03 09:00")
    [slot] = [each for _, each in given(laptop.store, Slot) if each]
    assert (slot.person, slot.begins) == (who, datetime(2026, 3, 3, 9))
    assert not [each for _, each in given(laptop.store, Presence) if each]
    request = do(laptop, "finish", request, result="示例：好了")
    times = {"begins": "2026-03-03 09:00", "ends": "2026-03-03 10:30"}
    do(laptop, "confirm_time", request, **times)
    [presence] = [each for _, each in given(laptop.store, Presence) if each]
    assert (presence.person, presence.about, presence.void) == (who, request.id, "")
    assert LAMP["title"] not in presence.activity


def test_the_list_of_12345_comes_in_once_and_goes_out_with_what_came_of_it(
    laptop: Laptop, tmp_path: Path
) -> None:
    sheet = tmp_path / "12345.csv"
    sheet.write_text(
        "工单号,时间,内容,地点,时限\n"
        "DH001,2026-03-02 09:00,示例：路灯不亮 10000001234,3幢2单元501室,2026-03-04\n"
        "DH002,2026-03-02 10:00,示例：井盖响,示例路,2026-03-20\n",
        encoding="utf-8",
    )
    laptop.at("2026-03-02 12:00")
    assert laptop.bring_in("requests.request", sheet).new == 2
    first, second = Request.select().order_by(Request.outside_no)
    assert (first.place, first.due, first.kind) == ("3幢", date(2026, 3, 4), "lamp")
    assert second.due == date(2026, 3, 9)
    assert first.number != second.number
    assert Reporter.get().phone == "10000001234"
    assert laptop.bring_in("requests.request", sheet).new == 0
    assert Request.select().count() == 2


def test_whoever_has_the_code_reads_where_it_stands_and_nobodys_name(laptop: Laptop) -> None:
    request = reported(laptop, name="示例·居民001 100 0000 1234")
    told = laptop.view("requests.follow", code=request.track)
    assert request.number in str(told)
    assert "示例·居民001" not in str(told)
    with pytest.raises(Refused, match="no such code"):
        laptop.view("requests.follow", code="%%%%-%%%%")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{number} {0} %s", "'; DROP--", "🧵" * 99]
)
def test_hostile_text_is_text_on_every_page_and_sheet(
    laptop: Laptop, desk: Desk, text: str
) -> None:
    request = taken(laptop, title=text, place="9幢", name="示例·甲 100 0000 1234")
    do(laptop, "bounce", request, reason=text)
    do(laptop, "dispatch", request, team=TEAM)
    for path in (
        f"/c/requests.request/{request.id}",
        "/view/requests.board",
        "/view/requests.mine",
    ):
        page = desk.open(path)
        assert page.text
        assert "<script>alert" not in page.html if hasattr(page, "html") else True
    laptop.view("requests.chat")
    assert "<script>alert" not in laptop.print("requests.acceptance", request.id)
    assert "<script>alert" not in laptop.print("requests.week")


def test_each_sheet_reads_in_one_language_and_the_chat_names_nobody(laptop: Laptop) -> None:
    who = person("示例·乙")
    request = reported(laptop, name="示例·居民001 100 0000 1234")
    request = do(laptop, "take", do(laptop, "dispatch", request, team=TEAM), volunteer=who)
    chat = laptop.view("requests.chat").text
    assert chat.en
    assert request.number in chat.zh
    for name in ("示例·居民001", "示例·乙", LAMP["title"]):
        assert name not in chat.zh
    for sheet, id, zh, en in (
        ("acceptance", request.id, "报事受理单", "Report"),
        ("week", None, "报事周清单", "Reports of the week"),
        ("month_report", None, "报事月报", "Reports of the month"),
        ("thanks", Ask.get().id, "感谢卡", "Thank you"),
    ):
        chinese, english = (laptop.print(f"requests.{sheet}", id, language=e) for e in ("zh", "en"))
        assert zh in chinese
        assert en in english
        assert zh not in english
    assert "示例·居民001" in laptop.print("requests.acceptance", request.id)


def test_the_demonstration_has_something_at_each_desk_and_invents_its_telephones(
    laptop: Laptop,
) -> None:
    requests.hongxian_demo_was_asked(laptop.store, 20230301)
    requests.hongxian_demo_was_asked(laptop.store, 20230301)
    assert Request.select().count() == 180
    assert {"退单", "新报"} <= set(standings(laptop))
    assert all(each.phone.startswith("100") for each in Reporter.select())
    assert not laptop.errors


def test_whoever_answers_is_led_to_tell_the_resident_whose_telephone_stands_beside_it(
    laptop: Laptop, desk: Desk
) -> None:
    request = do(laptop, "finish", taken(laptop, name="示例·居民001 100 0000 1234"), result="好了")
    page = desk.open(f"/c/requests.request/{request.id}")
    step = page.html.partition('<section class="panel next')[2].partition("</section>")[0]
    for told in ("下一步：回告居民", "示例·居民001", "****", 'name="rating"'):
        assert told in step, told
    assert "待回告" in page.text
    assert "已答复" not in page.text
    page = page.press("回告居民")
    assert "待回告" not in page.text
    assert "已答复" in page.text
    assert "下一步：回告居民" not in page.text


def test_the_form_of_a_report_asks_for_the_telephone_beside_the_name_and_dispatching_for_no_reason(
    laptop: Laptop, desk: Desk
) -> None:
    form = desk.open("/do/requests.report").html
    heard = form.partition("<h2>谁要听回音")[2].partition("<h2>")[0]
    assert [name in heard for name in ('name="name"', 'name="phone"')] == [True, True]
    form = desk.open(f"/do/requests.dispatch/{reported(laptop).id}").html
    assert 'name="team"' in form
    assert 'name="reason"' not in form


def test_the_first_page_has_a_button_to_report_something(desk: Desk) -> None:
    acts = desk.open("/").html.partition('<div class="acts')[2].partition("</div>")[0]
    assert 'href="/do/requests.report"' in acts
    assert "报一件事" in acts
    assert 'name="place"' in desk.open("/do/requests.report").html


def test_a_press_by_mistake_is_undone_and_later_a_line_stays(laptop: Laptop, desk: Desk) -> None:
    laptop.at("2026-03-02 09:00")
    request = reported(laptop)
    page = desk.open(f"/do/requests.dispatch/{request.id}").press("派单", team=TEAM)
    assert Request.get().state == "dispatched"
    page.press("撤回")
    assert (Request.get().state, Step.select().count()) == ("reported", 1)
    laptop.at("2026-03-02 10:00")
    step = Step.get()
    with refusing(Refused, match="不改不删"):
        step.delete_instance()
    step.said = "示例：改一改"
    with refusing(Refused, match="不改不删"):
        step.save()
    assert Step.get().said is None
    with refusing(Refused, match="不予受理"):
        request.delete_instance()
