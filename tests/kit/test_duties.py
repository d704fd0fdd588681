"""Duties: what is due stands on Today until the records say that it is done; what runs by itself."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from peewee import BooleanField, CharField, DateField

from hongxian import Due, Record, Store, Text, every, local_today, reminder
from hongxian.errors import BadPlugin
from hongxian.kit.duties import MOST, all_duties, due_between, due_by_now, run_what_is_due
from hongxian.records import COMMUNITY, same_id
from hongxian_testing import Desk, Laptop, Neighbourhood
from samples import plugin

DAY = timedelta(days=1)
BREAKS = "示例·会出错"


class Chore(Record):
    """Chores."""

    name = CharField(verbose_name=Text("事", "Chore"), max_length=40)
    by = DateField(verbose_name=Text("期限", "By"))
    done = BooleanField(verbose_name=Text("已办", "Done"), default=False)

    class Meta:
        collection = "chores.chore"
        title = Text("杂事", "Chores")
        scope = "any"


class Seen(Record):
    """Runs."""

    name = CharField(verbose_name=Text("谁", "Who"), max_length=40)

    class Meta:
        collection = "chores.seen"
        title = Text("跑过", "Runs")
        scope = COMMUNITY


@reminder(ahead=3)
def chores_to_do(store: Store) -> Iterator[Due]:
    for each in Chore.select().where(Chore.done == False):  # noqa: E712
        if each.name == BREAKS:
            raise ValueError(each.name)
        yield Due(each.by, each.name, each, to="" if each.scope == COMMUNITY else each.scope)


@every(hours=24, on="hub")
def count_on_the_hub(store: Store) -> None:
    Seen.create(name=f"主机 {local_today(store)}", scope=COMMUNITY)


@every(hours=24, on="laptop")
def count_on_each_laptop(store: Store) -> None:
    id = same_id("chores.seen", local_today(store).isoformat())
    if not Seen.select().where(Seen.id == id).exists():
        Seen.create(id=id, name="电脑", scope=COMMUNITY)


CHORES = plugin("chores", Chore, Seen)
for each in (chores_to_do, count_on_the_hub, count_on_each_laptop):
    setattr(CHORES, each.__name__, each)
pytestmark = pytest.mark.plugins(CHORES)


def add(name: str, by: date, **values: Any) -> Chore:
    return Chore.create(name=name, by=by, **values)


def told(laptop: Laptop) -> list[str]:
    with laptop:
        return [each.title for each in due_by_now(laptop.store, laptop.store.teams())]


# -- what is due -----------------------------------------------------------------------------------


def test_what_is_due_is_told_from_so_many_days_before_and_the_soonest_first(laptop: Laptop) -> None:
    today = local_today(laptop.store)
    for name, days in (("后天", 2), ("早该办了", -400), ("三天后", 3), ("四天后", 4)):
        add(name, today + days * DAY)
    assert told(laptop) == ["早该办了", "后天", "三天后"]
    found = due_between(all_duties(laptop.store), [], today + 4 * DAY, today + 9 * DAY)
    assert found == [], "another team's"
    found = due_between(
        all_duties(laptop.store), laptop.store.teams(), today + 4 * DAY, today + 9 * DAY
    )
    assert [each.title for each in found] == ["四天后"]


def test_it_closes_by_itself_once_the_records_say_so(laptop: Laptop) -> None:
    chore = add("扫雪", local_today(laptop.store))
    assert told(laptop) == ["扫雪"]
    chore.done = True
    chore.save()
    assert told(laptop) == []


def test_a_teams_duties_are_not_told_to_another(neighbourhood: Neighbourhood) -> None:
    red, blue = neighbourhood.laptop("示例·红队"), neighbourhood.laptop("示例·蓝队")
    with red:
        add("红队的", local_today(red.store))
        add("大家的", local_today(red.store), scope=COMMUNITY)
    neighbourhood.meet()
    assert told(red) == ["大家的", "红队的"]
    assert told(blue) == ["大家的"]


def test_it_stands_on_the_first_page_and_in_the_calendar_and_leads_to_its_record(
    laptop: Laptop, desk: Desk
) -> None:
    laptop.at("2026-05-04 09:00")
    chore = add("<b>扫雪</b>", date(2026, 5, 3))
    add("下周", date(2026, 5, 12))
    add("前天的", date(2026, 5, 2))
    page = desk.open("/")
    assert "逾期 2 天" in page.text
    assert re.search(r"<b>扫雪</b>\s*逾期 1 天", page.text)
    english = Desk(laptop, "en-GB").open("/").text
    assert "1 day late" in english
    assert "2 days late" in english
    assert "&lt;b&gt;扫雪" in page.html
    assert "谁的" not in page.text, "all are the one team's"
    assert page.html.count(f'href="/c/chores.chore/{chore.id}"') == 2, "by its title and by its act"
    assert "下周" in page.text, "in the two weeks alone"
    assert f'href="/c/chores.chore/{chore.id}"' in desk.open("/month").html
    assert "下周" not in desk.open("/attention").text


def test_more_than_the_first_page_has_room_for_are_counted(laptop: Laptop, desk: Desk) -> None:
    for number in range(20):
        add(f"第 {number} 件", local_today(laptop.store))
    add("后面的", local_today(laptop.store) + timedelta(days=1))
    page = desk.open("/").text
    assert "全部 20 项，另有 1 项快到期" in page
    assert "待处理 20 " in page, "as the menu counts them"
    assert desk.open("/attention").text.count("第 ") == 20


def test_a_duty_may_stand_there_only_once_it_is_late(laptop: Laptop) -> None:
    plan = plugin("late")

    @reminder(ahead=-3)
    def late(store: Store) -> list[Due]:
        return [Due(local_today(store) - days * DAY, f"{days} 天") for days in (2, 3, 4)]

    plan.late = late
    laptop.store.plugins.add(plan)
    assert [each.title for each in laptop.due()] == ["4 天", "3 天"]


@pytest.mark.plugin_errors
def test_a_reminder_that_breaks_is_its_plugins_error_and_the_page_goes_on(
    laptop: Laptop, desk: Desk
) -> None:
    add(BREAKS, local_today(laptop.store))
    assert "今天" in desk.open("/").text
    [error] = laptop.errors
    assert "chores_to_do" in error.en


@pytest.mark.plugin_errors
def test_one_reminder_tells_of_so_many_and_no_more(laptop: Laptop) -> None:
    today = local_today(laptop.store)
    Chore.insert_many(
        {"name": f"{number}", "by": today, "scope": "team-1"} for number in range(MOST + 1)
    ).execute()
    assert len(told(laptop)) == MOST
    assert "more than" in laptop.errors[0].en


def test_a_moment_of_a_day_is_told_and_a_person_by_name(laptop: Laptop, desk: Desk) -> None:
    laptop.at("2026-05-04 09:00")
    who = add("示例·甲", date(2026, 9, 1))
    plan = plugin("plan")

    @reminder()
    def sessions(store: Store) -> list[Due]:
        return [Due(datetime(2026, 5, 4, 14, 30), Text("会", "Session"), to=who)]

    plan.sessions = sessions
    laptop.store.plugins.add(plan)
    assert "会 示例·甲 · 14:30 今天" in desk.open("/").text


# -- from time to time -------------------------------------------------------------------------------


def test_the_hub_runs_once_a_day_what_is_to_run_on_it(neighbourhood: Neighbourhood) -> None:
    hub, clock = neighbourhood.hub, neighbourhood.clock
    clock.set("2026-05-04 09:00")
    with hub:
        run_what_is_due(hub)
        run_what_is_due(hub)
        assert [each.name for each in Seen.select()] == ["主机 2026-05-04"]
        clock.wait(hours=23)
        run_what_is_due(hub)
        clock.wait(hours=1)
        run_what_is_due(hub)
        assert Seen.select().count() == 2


def test_each_laptop_runs_its_own_and_what_they_make_is_one(neighbourhood: Neighbourhood) -> None:
    first, second = neighbourhood.laptop(), neighbourhood.laptop()
    for each in (first, second):
        with each:
            run_what_is_due(each.store)
    neighbourhood.meet()
    for each in (first, second):
        with each:
            assert [seen.name for seen in Seen.select()] == ["电脑"]


@pytest.mark.plugin_errors
def test_what_fails_is_called_again_and_stops_no_other(laptop: Laptop) -> None:
    failing, calls = plugin("failing"), []

    @every(hours=24, on="laptop")
    def fails_at_first(store: Store) -> None:
        calls.append(store)
        if len(calls) == 1:
            raise SystemExit(1)

    failing.fails_at_first = fails_at_first
    laptop.store.plugins.all.insert(0, laptop.store.plugins.add(failing))
    laptop.store.plugins.all.pop()
    for _ in range(3):
        run_what_is_due(laptop.store)
    assert len(calls) == 2, "until it went well"
    assert Seen.select().count() == 1
    assert "fails_at_first" in laptop.errors[0].en


def test_a_clock_that_was_set_back_does_not_put_it_off(laptop: Laptop) -> None:
    laptop.at("2036-05-04 09:00")
    run_what_is_due(laptop.store)
    laptop.at("2026-05-04 09:00")
    run_what_is_due(laptop.store)
    assert Seen.select().count() == 2


@pytest.mark.parametrize("wrong", [{"hours": 0, "on": "hub"}, {"hours": 1, "on": "phone"}])
def test_what_cannot_be_is_refused_where_it_is_written(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadPlugin):
        every(**wrong)
