"""A campaign: visits are counted by many hands and never lost, posts are manned once, names go when it is over."""

import logging
import re
from datetime import date, datetime, time, timedelta

import pytest

import hongxian_plugins.campaign as campaign
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hongxian import local_today
from hongxian.contracts import Hours, Presence
from hongxian.contracts import given as given_by
from hongxian.errors import Refused
from hongxian_plugins.campaign import (
    Campaign,
    CampaignRules,
    Correction,
    Count,
    DeskNumber,
    Issue,
    Material,
    Post,
    Session,
    Site,
    Stand,
    Unit,
)
from hongxian_plugins.campaign.demo import VISITS, fill
from hongxian_plugins.campaign.figures import figures_of, sessions_of, wall
from hongxian_plugins.roster import Person
from hongxian_testing import Laptop
from hongxian_testing.told import in_both, refusing

pytestmark = pytest.mark.plugins(campaign, roster, service)
DAY = date(2026, 3, 2)
TEN = "2026-03-02 10:00"
HOSTILE = "<script>alert(1)</script>&'\""


def held(state: str = "running", **values) -> Site:
    """A campaign with one site and one session on that day; the site."""
    usual = {"name": "夏季服务", "purpose": "便民", "keep_until": DAY + timedelta(days=30)}
    made = Campaign.create(**{**usual, "state": state, **values})
    Session.create(campaign=made, date=DAY, begins=time(8), ends=time(12))
    return Site.create(campaign=made, name="一号点", place="示例广场")


def press(laptop: Laptop, site: Site, kind: str = "served", times: int = 1, **values) -> None:
    for _ in range(times):
        laptop.do("campaign.count", site.id, kind=kind, **values)


def served(site: Site) -> int:
    return figures_of(sessions_of(site.campaign)).by_kind["served"]


def numbers(view) -> dict[str, object]:
    return {stat.label.zh: stat.value for stat in view.stats}


def test_every_field_has_a_label_and_a_help_in_both_languages(laptop):
    for model in campaign.hongxian_collections():
        if model is campaign.DeskBook:
            continue
        for column in laptop.store.collection(model._meta.collection).columns.values():
            assert in_both(column.label), (model, column.name)
            assert in_both(column.help), (model, column.name)


# -- the three stories ----------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [0, 1])
def test_what_two_laptops_counted_offline_adds_up_whatever_the_order(neighbourhood, first):
    laptops = [neighbourhood.laptop("红马甲管家团") for _ in range(2)]
    with laptops[0]:
        laptops[0].at(TEN)
        site = held()
    neighbourhood.meet()
    for laptop, times in zip(laptops, (3, 4), strict=True):
        with laptop:
            press(laptop, site, times=times)
    for laptop in (laptops[first], laptops[1 - first]):
        laptop.sync()
    neighbourhood.meet()
    for laptop in laptops:
        with laptop:
            assert served(site) == 7


def test_a_year_of_seven_hundred_thousand_visits_stands_on_the_wall(laptop):
    laptop.at("2026-11-30 09:30")
    fill(laptop.store, seed=1)
    over = Campaign.select().where(Campaign.state == "over")
    done = [figures_of(sessions_of(each.id)).by_kind["served"] for each in over]
    assert sum(done) == VISITS
    shown = wall(laptop.store)
    [running] = Campaign.select().where(Campaign.state == "running")
    counted = figures_of(sessions_of(running.id)).by_kind["served"]
    assert shown.shapes[0].called == f"{counted:,}"
    assert counted > 0


# -- counting -------------------------------------------------------------------------------------------


def test_the_hour_is_that_of_the_community_and_a_drill_counts_for_itself(laptop):
    laptop.at(TEN)
    site = held("drill")
    press(laptop, site, times=2)
    laptop.do("campaign.begin", site.campaign)
    laptop.at("2026-03-02 11:05")
    press(laptop, site)
    press(laptop, site, "came")
    told = figures_of(sessions_of(site.campaign))
    assert dict(told.by_hour) == {11: 1}
    assert dict(told.by_kind) == {"served": 1, "came": 1}
    assert sum(each.people for each in Count.select().where(Count.drill)) == 2


@pytest.mark.parametrize("state", ["prepared", "paused", "over", "cleared"])
def test_nothing_is_counted_while_it_does_not_run(laptop, state):
    laptop.at(TEN)
    site = held(state)
    with refusing(Refused, match="先开始或继续"):
        press(laptop, site)


def test_a_press_that_was_none_is_taken_off_with_its_reason_and_never_below_what_was_counted(
    laptop,
):
    laptop.at(TEN)
    site = held()
    press(laptop, site, times=2)
    laptop.do("campaign.uncount", site.id, kind="served", why="slip")
    assert served(site) == 1
    assert [each.why for each in Correction.select()] == ["slip"]
    laptop.do("campaign.uncount", site.id, kind="served", why="twice")
    with refusing(Refused, match="没有可减的"):
        laptop.do("campaign.uncount", site.id, kind="served", why="slip")
    assert served(site) == 0


def test_units_lack_what_is_expected_of_them_and_a_visit_is_no_person(laptop):
    laptop.at(TEN)
    site = held()
    near = Unit.create(campaign=site.campaign, name="1幢", expected=3)
    Unit.create(campaign=site.campaign, name="2幢", expected=5)
    press(laptop, site, times=2, unit=near.id)
    press(laptop, site)
    table = laptop.view("campaign.units")
    assert [[row[0].zh, *row[1:4]] for row in table.rows] == [["2幢", 5, 0, 5], ["1幢", 3, 2, 1]]
    assert "1" in table.note.zh
    assert numbers(laptop.view("campaign.standing").shapes[1])["目标"] == "37%"


def test_a_site_that_is_silent_for_twenty_minutes_is_told_in_the_chat_and_is_due(laptop):
    laptop.at(TEN)
    site = held()
    Site.create(campaign=site.campaign, name="二号点", place="示例小学")
    press(laptop, site)
    laptop.at("2026-03-02 10:10")
    assert laptop.view("campaign.chat").text.zh == "【截至10:10】2点位 1人次 未报:二号点"
    assert any("二号点" in each.title.zh for each in laptop.due())
    laptop.at("2026-03-02 10:21")
    assert laptop.view("campaign.chat").text.zh.endswith("未报:一号点、二号点")
    laptop.at("2026-03-02 12:30")  # its session is over
    assert "未报" not in laptop.view("campaign.chat").text.zh
    Unit.create(campaign=site.campaign, name="1幢", expected=4)
    assert laptop.view("campaign.chat").text.zh == "【截至12:30】2点位 1人次 目标25%"


@pytest.mark.parametrize("name", ["standing", "chat"])
def test_a_page_reads_the_counts_once_with_the_sites_that_are_silent(laptop, caplog, name):
    laptop.at(TEN)
    press(laptop, held())
    laptop.at("2026-03-02 10:25")
    with caplog.at_level(logging.DEBUG, "peewee"):
        laptop.view(f"campaign.{name}")
    assert sum('FROM "campaign_count"' in each.getMessage() for each in caplog.records) == 1


# -- posts ----------------------------------------------------------------------------------------------


def stood(laptop: Laptop, site: Site, post: Post, n: int = 1) -> Stand:
    [session] = Session.select()
    person = Person.create(name=f"示例·甲{n:03}").id
    laptop.do("campaign.place", post=post.id, session=session.id, person=person)
    return Stand.get(Stand.person == person)


def test_hours_follow_from_the_post_once_its_session_is_closed(laptop):
    laptop.at("2026-03-02 08:00")
    site = held()
    post = Post.create(site=site, role="秩序")
    one, other = (stood(laptop, site, post, n) for n in range(2))
    for each in (one, other):
        laptop.do("campaign.arrive", each.id)
    laptop.at(TEN)
    laptop.do("campaign.release", one.id)
    assert not [each for _, each in given_by(laptop.store, Presence) if each]
    laptop.at("2026-03-02 13:00")
    [session] = Session.select()
    told = laptop.do("campaign.close_session", session.id)
    assert "2 人" in told.zh
    assert sorted(each.minutes for _, each in given_by(laptop.store, Hours) if each) == [120, 240]


def test_a_post_that_is_full_takes_one_more_and_the_board_says_how_many_lack(laptop):
    laptop.at("2026-03-02 08:00")
    site = held()
    post = Post.create(site=site, role="秩序", places=2)
    assert laptop.view("campaign.posts", site.id).missing == {(0, 0): 2}
    seats = [stood(laptop, site, post, n).seat for n in range(3)]
    assert seats == [1, 2, 3]
    assert laptop.view("campaign.posts", site.id).missing == {}


def test_two_laptops_that_fill_the_last_place_hold_one_and_the_other_is_told_the_next_free(
    neighbourhood,
):
    one, other = (neighbourhood.laptop("红马甲管家团") for _ in range(2))
    with one:
        one.at("2026-03-02 08:00")
        site = held()
        post = Post.create(site=site, role="秩序", places=1)
        Post.create(site=site, role="登记", places=1)
    neighbourhood.meet()
    for n, laptop in enumerate((one, other)):
        with laptop:
            stood(laptop, site, post, n)
    one.sync()
    other.sync()
    with other:
        [waits] = other.attention
        assert waits.state == "bumped"
        assert len(waits.taken.free) == 1


def test_nobody_stands_at_two_posts_of_one_session(laptop):
    laptop.at("2026-03-02 08:00")
    site = held()
    posts = [Post.create(site=site, role=role) for role in ("秩序", "登记")]
    first = stood(laptop, site, posts[0])
    [session] = Session.select()
    with pytest.raises(Refused):
        laptop.do("campaign.place", post=posts[1].id, session=session.id, person=first.person)


def test_what_was_confirmed_stays_and_a_mistake_is_voided(laptop):
    laptop.at("2026-03-02 08:00")
    site = held()
    stand = stood(laptop, site, Post.create(site=site, role="秩序"))
    laptop.do("campaign.arrive", stand.id)
    laptop.at("2026-03-02 12:00")
    laptop.do("campaign.close_session", Session.get().id)
    with pytest.raises(Refused):
        Stand.update(arrived=datetime(2026, 3, 2, 6)).where(Stand.id == stand.id).execute()
    laptop.do("campaign.void_stand", stand.id, void_reason="认错了人")
    assert not [each for _, each in given_by(laptop.store, Hours) if each]


@pytest.mark.teams("红马甲管家团", "夕阳红")
def test_on_a_laptop_of_two_teams_whoever_stands_there_stands_for_their_own(laptop):
    laptop.at("2026-03-02 08:00")
    site = held()
    post = Post.create(site=site, role="秩序")
    last = max(laptop.store.writer().teams)
    who = Person.create(name="示例·甲001").id
    roster.Membership.create(person=who, scope=last)
    laptop.do("campaign.place", post=post.id, session=Session.get().id, person=who)
    assert Stand.get().scope == last
    laptop.do("campaign.register", site.id)
    laptop.do("campaign.note_issue", site.id, what="示例：缺椅子")


# -- law ------------------------------------------------------------------------------------------------


def test_names_and_numbers_go_with_the_purpose_and_the_counts_stay_pip_law_19_47(neighbourhood):
    laptop = neighbourhood.laptop("红马甲管家团")
    with laptop:
        laptop.at(TEN)
        site = held()
        stand = stood(laptop, site, Post.create(site=site, role="秩序"))
        laptop.do("campaign.arrive", stand.id)
        laptop.do("campaign.register", site.id)
        laptop.do("campaign.note_issue", site.id, what="示例：缺椅子")
        press(laptop, site, times=3)
    neighbourhood.meet()
    laptop.at("2026-04-02 10:00")
    neighbourhood.tidy()
    neighbourhood.meet()
    with laptop:
        assert not Stand.select().exists()
        assert not DeskNumber.select().exists()
        assert not Issue.select().exists()
        assert served(site) == 3


def test_no_individuals_result_has_a_place(laptop):
    """个人信息保护法 28: of who is served there is a number on paper, and no more."""
    columns = laptop.store.collection("campaign.desk").columns
    assert {"number", "session", "site", "served"} == {
        name for name in columns if name not in ("id", "scope", "maker")
    }


# -- material, desk, issues -------------------------------------------------------------------------------


def test_what_is_used_beyond_the_books_is_written_and_told(laptop):
    laptop.at(TEN)
    site = held()
    water = Material.create(site=site, item="水")
    laptop.do("campaign.bring", water.id, amount=10)
    laptop.do("campaign.use", water.id, amount=8)
    assert any("水 不够一小时" in each.title.zh for each in laptop.due())
    assert laptop.do("campaign.use", water.id, amount=5).zh == "水还有 -3 件"


def test_an_issue_is_due_until_it_is_settled(laptop):
    laptop.at(TEN)
    site = held()
    laptop.do("campaign.note_issue", site.id, what=HOSTILE)
    assert HOSTILE in [each.title.zh for each in laptop.due()]
    laptop.do("campaign.settle", Issue.get().id)
    assert HOSTILE not in [each.title.zh for each in laptop.due()]


def test_units_come_out_of_a_workbook_as_people_write_it(laptop, tmp_path):
    site = held()
    sheet = tmp_path / "units.csv"
    sheet.write_text(
        "服务,楼栋,应到人数\n夏季服务,1幢,120\n夏季服务,2幢,90\n", encoding="utf-8-sig"
    )
    assert laptop.bring_in("campaign.unit", sheet).new == 2
    assert {each.name: each.expected for each in Unit.select()} == {"1幢": 120, "2幢": 90}
    assert site


@pytest.mark.parametrize("language", ["zh", "en"])
def test_its_sheets_are_printed_in_both_languages_and_show_hostile_text_as_text(laptop, language):
    laptop.at(TEN)
    site = held(name=HOSTILE)
    stood(laptop, site, Post.create(site=site, role="秩序"))
    press(laptop, site)
    laptop.do("campaign.register", site.id)
    Material.create(site=site, item=HOSTILE)
    [session] = Session.select()
    for name, id in (
        ("post_sheet", session.id),
        ("hour_sheet", session.id),
        ("material_sheet", site.id),
        ("desk_slip", DeskNumber.get().id),
    ):
        html = laptop.print(f"campaign.{name}", id, language=language)
        assert "<script>alert" not in html
    assert local_today(laptop.store) == DAY


def test_the_counters_button_leads_to_the_wall_which_answers(laptop, desk):
    laptop.at(TEN)
    page = desk.open(f"/view/campaign.counter/{held().id}")
    [wall] = re.findall('href="(/[a-z]+/campaign.wall[^"]*)"', page.html)
    assert "人次" in desk.open(wall).text


def test_the_sheet_by_hour_has_the_columns_that_the_town_asks_for_in_its_order(laptop):
    laptop.at(TEN)
    press(laptop, held(), times=3)
    [session] = Session.select()
    usual = laptop.print("campaign.hour_sheet", session.id)
    assert re.findall("<th[^>]*>([^<]+)", usual)[:3] == ["点位", "单元", "时段"]
    CampaignRules.change(columns="时段，场次、完成")
    asked = laptop.print("campaign.hour_sheet", session.id)
    assert re.findall("<th[^>]*>([^<]+)", asked) == ["时段", "场次", "完成"]
    assert re.findall("<td[^>]*>([^<]*)", asked)[-3:] == ["10:00–11:00", "08:00–12:00", "3"]
    for wrong, why in (("时段、体温", "体温"), ("、", "至少一列")):
        with refusing(Refused, match=why):
            CampaignRules.change(columns=wrong)
