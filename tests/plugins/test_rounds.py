"""Rounds: what a pair walks, what it finds and what becomes of that; what the law asks of both."""

from datetime import date, datetime

import pytest

import hongxian_plugins.roster as roster
import hongxian_plugins.rounds as rounds
from hongxian import Refused, Text
from hongxian.contracts import Presence, given
from hongxian.records import COMMUNITY
from hongxian_plugins.rounds import Checkpoint, Finding, Round, RoundRules, Route, Tick, Walker
from hongxian_plugins.rounds.findings import KINDS
from hongxian_plugins.rounds.setting import items_in
from hongxian_plugins.rounds.sorting.records import WASTE
from hongxian_plugins.rounds.steps import FINDING
from hongxian_plugins.rounds.walks import ROUND
from hongxian_testing.told import in_both, refusing
from places import TOP

pytestmark = pytest.mark.plugins(roster, rounds)
MANUAL = (TOP / "docs" / "plugins" / "rounds.md").read_text()
FRIDAY = date(2026, 3, 6)


def a_route(points: int = 3, name: str = "示例·南线") -> str:
    """A route for all with so many checkpoints; returns its id."""
    route = Route.create(name=name, scope=COMMUNITY)
    for n in range(1, points + 1):
        Checkpoint.create(name=f"{name}{n}号点", route=route, place_no=n, scope=COMMUNITY)
    return str(route.id)


def people(*names: str) -> list[str]:
    return [roster.Person.create(name=name, scope=COMMUNITY).id for name in names]


def begun(laptop, route: str, *who: str) -> str:
    one, other = (*who, None, None)[:2]
    laptop.do("rounds.begin", None, route=route, shift="evening", one=one, other=other)
    return str(Round.get().id)


def points(route: str) -> list[str]:
    return [each.id for each in Checkpoint.select().where(Checkpoint.route == route).order_by("id")]


def walked(laptop, *who: str) -> str:
    """A round whose points are all ticked."""
    laptop.at("2026-03-06 19:00")
    round = begun(laptop, route := a_route(), *who)
    for point in points(route):
        laptop.do("rounds.tick", round, checkpoint=point)
    laptop.at("2026-03-06 20:15")
    return round


def a_finding(**values) -> str:
    usual = {"title": "示例·堆物", "kind": "stairs", "place": "示例·3幢", "found_on": FRIDAY}
    return str(Finding.create(**{**usual, **values}).id)


def answered(laptop, **values) -> str:
    id = a_finding(**values)
    laptop.do("rounds.accept", id)
    laptop.do("rounds.assign", id, fixer="示例·物业")
    laptop.do("rounds.answer", id, fixed_by="示例·甲001", result="示例：清了")
    return id


def test_whoever_sets_out_stands_before_the_checkpoints(desk):
    route, planned = a_route(), a_route(name="示例·北线")
    page = desk.open("/do/rounds.begin").press("办理", route=route, shift="evening")
    assert page.path.startswith(f"/view/rounds.walk/{Round.get().id}")
    assert "0/3" in page.text
    told = {"route": planned, "day": "2099-03-06", "shift": "evening"}
    page = desk.open("/do/rounds.plan").press("保存", **told)
    assert page.path == f"/c/rounds.round/{Round.get(Round.route == planned).id}"
    assert "还有 3 点" in page.press("出发").text


def presences(laptop) -> list[Presence]:
    return [each for _, each in given(laptop.store, Presence) if each is not None]


def test_every_field_has_a_label_and_a_help_in_both_languages(laptop):
    names = [each for each in laptop.store.collections if each.startswith("rounds.")]
    assert len(names) == 15
    for name in names:
        for column in laptop.store.collection(name).columns.values():
            if not column.hidden and column.name not in ("period", "first", "numbers"):
                assert in_both(column.label), (name, column.name)
                assert in_both(column.help), (name, column.name)


def test_the_manual_draws_both_workflows():
    assert ROUND.diagram("en") in MANUAL
    assert FINDING.diagram("en") in MANUAL


# -- a round ---------------------------------------------------------------------------------------


def test_who_walks_is_given_as_present_once_the_round_is_over(laptop):
    pair = people("示例·甲001", "示例·乙002")
    round = walked(laptop, *pair)
    assert presences(laptop) == []
    laptop.do("rounds.finish", round, confirmed_by="示例·队长")
    told = presences(laptop)
    assert {each.person for each in told} == {*pair}
    assert {(each.begins, each.ends) for each in told} == {
        (datetime(2026, 3, 6, 19), datetime(2026, 3, 6, 20, 15))
    }
    assert {(each.about, each.confirmed_by, each.kind) for each in told} == {
        (round, "示例·队长", "patrol")
    }


def test_who_had_not_gone_is_voided_and_the_other_stays(laptop):
    pair = people("示例·甲001", "示例·乙002")
    round = walked(laptop, *pair)
    laptop.do("rounds.finish", round, confirmed_by="示例·队长")
    absent = Walker.get(Walker.person == pair[0])
    laptop.do("rounds.void_walker", absent.id, void_reason="示例：没来")
    assert {each.person: each.void for each in presences(laptop)} == {
        pair[0]: "示例：没来",
        pair[1]: "",
    }


def test_a_round_is_not_finished_before_each_point_was_looked_at(laptop):
    laptop.at("2026-03-06 19:00")
    round = begun(laptop, route := a_route(), *people("示例·甲001", "示例·乙002"))
    laptop.do("rounds.tick", round, checkpoint=points(route)[0])
    with refusing(Refused, match="还有 2 点没打卡：示例·南线2号点"):
        laptop.do("rounds.finish", round, confirmed_by="示例·队长")


def test_what_was_missed_is_listed_with_the_reason(laptop):
    laptop.at("2026-03-06 19:00")
    round = begun(laptop, route := a_route(), *people("示例·甲001", "示例·乙002"))
    laptop.do("rounds.tick", round, checkpoint=points(route)[0])
    told = laptop.do("rounds.stop_short", round, why="下雨", confirmed_by="示例·队长")
    assert "没到 2 点" in told.zh
    assert "这台电脑还没同步过" in told.zh
    missed = Tick.select().where(Tick.how == "missed")
    assert {(each.checkpoint, each.why, each.at) for each in missed} == {
        (each, "下雨", None) for each in points(route)[1:]
    }
    assert "下雨" in laptop.print("rounds.log", round)


def test_who_walks_alone_is_not_turned_away_but_marked(laptop):
    round = walked(laptop, *people("示例·甲001"))
    laptop.do("rounds.finish", round, confirmed_by="示例·队长")
    [task] = laptop.tasks
    assert "只有 1 人，巡查两人一组" in task.zh
    assert in_both(task)
    laptop.store.create(
        Walker, [{"round": round, "person": people("示例·乙002")[0], "scope": Round.get().scope}]
    )
    assert laptop.tasks == []


def test_a_code_that_is_scanned_ticks_the_round_that_is_under_way(laptop):
    laptop.at("2026-03-06 19:00")
    route = a_route()
    point = Checkpoint.get(Checkpoint.place_no == 2)
    with refusing(Refused, match="现在没有人在走"):
        laptop.do("rounds.scan", None, code=point.code)
    round = begun(laptop, route)
    assert "还有 2 点" in laptop.do("rounds.scan", None, code=f" {point.code.lower()} ").zh
    [tick] = Tick.select()
    assert (tick.round, tick.checkpoint, tick.how) == (round, point.id, "scan")
    with refusing(Refused, match="没有这个点位码"):
        laptop.do("rounds.scan", None, code="'; DROP TABLE rounds_tick;--")


def test_a_team_walks_a_route_once_a_shift_and_a_second_time_is_marked(laptop):
    laptop.at("2026-03-06 19:00")
    round = Round.get_by_id(begun(laptop, a_route()))
    told = {"route": round.route, "day": round.day, "shift": "evening"}
    assert begun(laptop, round.route) == round.id, "begun twice is one"
    twice = Round.create(title="另一次", **told)
    assert ["已经有一次" in each.zh for each in laptop.tasks] == [True]
    laptop.do("rounds.call_off", twice.id, note="示例：记重了")
    assert laptop.tasks == []


def test_what_was_planned_on_a_form_is_walked_and_what_was_called_off_may_be_walked_after_all(
    laptop,
):
    laptop.at("2026-03-06 19:00")
    told = {"route": a_route(), "day": FRIDAY, "shift": "evening"}
    planned = Round.create(title="示例·南线", **told)
    assert begun(laptop, planned.route) == planned.id
    other = Route.create(name="示例·北线", scope=COMMUNITY).id
    for _ in range(2):
        laptop.do("rounds.plan", None, **{**told, "route": other})
        [last] = Round.select().where(Round.route == other, Round.state == "planned")
        laptop.do("rounds.call_off", last.id, note="示例：下雨")
    assert Round.select().where(Round.route == other).count() == 2


# -- findings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "due"),
    [("danger", FRIDAY), ("ordinary", date(2026, 3, 11)), ("hard", date(2026, 3, 17))],
)
def test_what_was_found_is_due_by_its_severity_in_working_days(laptop, severity, due):
    laptop.at("2026-03-10 09:00")
    id = a_finding(severity=severity)
    laptop.do("rounds.accept", id)
    assert Finding.get_by_id(id).due == due, "the clock starts when it was found"


def test_a_holiday_that_the_community_tells_of_moves_the_day(laptop):
    from hongxian.workdays import SpecialDay

    SpecialDay.create(day=date(2026, 3, 9), works=False, name="示例", scope=COMMUNITY)
    laptop.do("rounds.accept", id := a_finding())
    assert Finding.get_by_id(id).due == date(2026, 3, 12)


def test_days_are_what_the_community_agreed_on(laptop):
    RoundRules.change(ordinary_days=1)
    laptop.do("rounds.accept", id := a_finding())
    assert Finding.get_by_id(id).due == date(2026, 3, 9)


def test_who_fixed_it_does_not_recheck_it(laptop):
    id = answered(laptop)
    for same in ("示例·甲001", " 示例·甲001 10000000001"):
        with refusing(Refused, match="不能是同一个人"):
            laptop.do("rounds.recheck", id, rechecked_by=same)
    with refusing(Refused, match="不能是同一个人"):
        laptop.do("rounds.recheck", id, rechecked_by=people("示例·甲001")[0])
    laptop.do("rounds.recheck", id, rechecked_by="示例·乙002")
    assert Finding.get_by_id(id).state == "closed"


def test_what_was_not_right_goes_back_to_who_fixes_it(laptop):
    id = answered(laptop)
    laptop.do("rounds.not_yet", id, why="示例：还在")
    assert Finding.get_by_id(id).state == "assigned"


def test_what_is_passed_on_has_the_others_number(laptop):
    laptop.do("rounds.accept", id := a_finding())
    with pytest.raises(Refused):
        laptop.do("rounds.pass_on", id, outside_to="12345")
    laptop.do("rounds.pass_on", id, outside_to="12345", outside_no="SZ-0001")
    laptop.do("rounds.heard", id, rechecked_by="示例·乙002", result="示例：已换")
    assert Finding.get_by_id(id).state == "closed"


def test_what_is_put_off_says_why(laptop):
    laptop.do("rounds.accept", id := a_finding())
    with pytest.raises(Refused):
        laptop.do("rounds.extend", id, due="2026-03-20")
    laptop.do("rounds.extend", id, due="2026-03-20", why="示例：等材料")
    assert (Finding.get_by_id(id).due, Finding.get_by_id(id).why) == (
        date(2026, 3, 20),
        "示例：等材料",
    )


def test_a_blocked_exit_is_a_danger_and_due_today(laptop):
    laptop.at("2026-03-06 19:00")
    round = begun(laptop, a_route())
    laptop.do("rounds.spot", round, kind="fire_lane", place="示例·南线1号点")
    found = Finding.get()
    assert (found.severity, found.due, found.title) == ("danger", FRIDAY, "消防通道")


def test_the_kinds_are_those_of_a_digital_city_management_in_an_export(laptop):
    kinds = {kind: Finding(kind=kind).city_kind for kind, _ in KINDS}
    assert {kind for kind, city in kinds.items() if city == "part"} == {
        "lamp",
        "manhole",
        "fitness",
    }


def test_a_number_is_drawn_when_it_is_accepted_and_stays(laptop):
    laptop.do("rounds.accept", id := a_finding())
    number = Finding.get_by_id(id).number
    assert number.startswith("XC2026-0001")
    laptop.do("rounds.give_back", id, why="示例：不归我们")
    laptop.do("rounds.accept", id)
    assert Finding.get_by_id(id).number == number


def test_what_is_due_stands_on_today_until_it_is_done(laptop):
    laptop.at("2026-03-06 19:00")
    id = a_finding()
    assert [each.title.zh for each in laptop.due()] == []
    laptop.at("2026-03-09 09:00")
    assert [each.title.zh for each in laptop.due()] == ["示例·堆物：该受理"]
    laptop.do("rounds.accept", id)
    laptop.at("2026-03-12 09:00")
    assert [each.title.zh for each in laptop.due()] == ["示例·堆物：该办好"]
    laptop.do("rounds.assign", id, fixer="示例·物业")
    laptop.do("rounds.answer", id, fixed_by="示例·甲001", fixed_on="2026-03-12")
    assert [each.title.zh for each in laptop.due()] == ["示例·堆物：该复查"]
    laptop.do("rounds.recheck", id, rechecked_by="示例·乙002")
    assert laptop.due() == []


def test_who_planned_a_round_and_did_not_walk_it_is_told_and_so_is_who_is_not_back(laptop):
    laptop.at("2026-03-06 19:00")
    laptop.do("rounds.plan", None, route=a_route(), day=FRIDAY, shift="evening")
    laptop.at("2026-03-07 08:00")
    assert "还没出发" in laptop.due()[0].title.zh
    laptop.do("rounds.set_out", Round.get().id)
    assert "还没收队" in laptop.due()[0].title.zh


# -- words -----------------------------------------------------------------------------------------


def test_the_four_kinds_of_waste_are_called_as_suzhou_calls_them():
    assert [kind.zh for _, kind in WASTE] == ["可回收物", "有害垃圾", "厨余垃圾", "其他垃圾"]


def test_nobody_is_stopped_searched_or_fined_by_a_patrol(laptop):
    """There is no field for a fine, and the log says what a patrol does not do."""
    names = {each for one in laptop.store.collections.values() for each in one.columns}
    assert not {each for each in names if "fine" in each or "penalty" in each}
    assert "不拦人、不搜查、不进屋" in laptop.print("rounds.log", begun(laptop, a_route()))


def test_nothing_is_kept_between_two_checkpoints(laptop):
    assert set(laptop.store.collection("rounds.tick").columns) == {
        "round",
        "checkpoint",
        "at",
        "how",
        "why",
    }


def test_the_text_for_the_chat_has_numbers_and_nobodys_name(laptop):
    round = walked(laptop, *people("示例·甲001", "示例·乙002"))
    laptop.do("rounds.spot", round, kind="lamp", place="示例·南线1号点")
    laptop.do("rounds.finish", round, confirmed_by="示例·队长")
    told = laptop.view("rounds.chat", None).text
    assert told.zh.startswith("【巡查】3月6日")
    assert told.zh.endswith("3/3点 新发现1 复查结案0")
    assert "示例·甲" not in told.zh


def test_the_items_of_the_sheet_add_up_to_100():
    assert sum(points for points, _ in items_in(RoundRules.items.default).values()) == 100


def test_all_that_people_read_is_in_both_languages(laptop):
    for state in (*ROUND.states, *FINDING.states):
        assert isinstance(state.title, Text)
        assert in_both(state.title)


# -- on a laptop of several teams ------------------------------------------------------------------


@pytest.mark.teams("红马甲管家团", "红袖章互助岗")
def test_a_round_is_of_the_team_of_who_walks_it_and_households_are_counted_all_the_same(laptop):
    laptop.at("2026-03-06 19:00")
    first, last = sorted(laptop.store.writer().teams)
    [one] = people("示例·甲001")
    roster.Membership.create(person=one, scope=last)
    begun(laptop, a_route(), one)
    assert (Round.get().scope, Walker.get().scope) == (last, last)
    laptop.do("rounds.add_household", building="示例 1 幢", room="101")
    assert [row.given["scope"] for row in laptop.view("rounds.households").rows] == [first]
