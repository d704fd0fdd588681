"""A call: who is placed, who comes and goes, what the law forbids, and what is only marked."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from hongxian import Refused
from hongxian.contracts import Hours, Institution, given
from hongxian.contracts import Presence as Given
from hongxian.days import minutes_together
from hongxian.errors import Invalid, Taken
from hongxian_plugins import mobilise, roster, service
from hongxian_plugins.mobilise import Accident, Answer, Call, Cover, MobiliseRules, Presence, Report
from hongxian_plugins.roster import Person
from hongxian_testing.told import in_both, refusing
from mobilising import HOUR, NOON, TEAM, call, cover, person, post, presence, report, shift

pytestmark = [pytest.mark.plugins(mobilise, roster), pytest.mark.teams(TEAM)]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def afternoon(hongxian_clock):
    """Before there is a hub, whose clock no laptop goes behind."""
    hongxian_clock.set("2026-03-01 14:05")


@pytest.fixture
def two(afternoon, neighbourhood):
    """A hub and two laptops of one team."""
    return neighbourhood, *(neighbourhood.laptop(TEAM) for _ in range(2))


def sync(*laptops) -> None:
    for each in laptops:
        each.sync()


def marks(laptop) -> list[str]:
    return [each.zh for each in laptop.tasks]


def minutes_given(laptop) -> int:
    counted = [each for _, each in given(laptop.store, Given) if each and not each.void]
    return sum((each.ends - each.begins) // MINUTE for each in counted)


# -- the three stories -----------------------------------------------------------------------------


def test_two_laptops_place_one_person_at_two_posts_one_stands_and_hours_count_once(
    two, hongxian_clock
):
    all_, first, second = two
    with first:
        who, of = person(), call()
        at, other, when = post(of), post(of, "物资点"), shift(of)
    all_.meet()
    for laptop, place in ((first, at), (second, other)):
        with laptop:
            laptop.do("mobilise.put", person=who, post=place, shift=when)
    sync(first, second)
    with second:
        [bumped] = second.attention
        assert bumped.state == "bumped"
        second.discard()
    all_.meet()
    with first:
        [held] = Presence.select()
        assert held.post == at
        first.do("mobilise.take_post", held.id)
        hongxian_clock.wait(hours=2)
        first.do("mobilise.release", held.id)
        first.do("mobilise.confirm", of)
        assert minutes_given(first) == 120
    all_.meet()
    with second:
        assert minutes_given(second) == 120
        [(_, told)] = given(second.store, Given)
        assert (told.person, told.about, told.kind, told.platform_no, told.note) == (
            who,
            of,
            "emergency",
            "P-0001",
            "堤上",
        )


def test_a_minor_is_refused_on_both_and_the_uninsured_until_their_cover_is_known(two):
    all_, first, second = two
    with first:
        minor, adult = person("示例·少年", born=2010), person("示例·乙002")
        of = call(risk="danger")
    all_.meet()
    with second:
        cover(adult)
        cover(minor)
    with first:
        with refusing(Refused, match="没有这个人"):
            first.do("mobilise.came", of, person=adult)
        with refusing(Refused, match="保险|18"):
            first.do("mobilise.came", of, person=minor)
    all_.meet()
    with first:
        first.do("mobilise.came", of, person=adult)
        assert [each.person for each in Presence.select()] == [adult]
    for laptop in (first, second):
        with laptop, refusing(Refused, match="未满 18"):
            laptop.do("mobilise.came", of, person=minor)
    all_.meet()
    assert not first.attention
    assert not second.attention


# (the third, of the consent that is withdrawn, is among the reports: test_mobilise_reports.py)

# -- the law -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "looked_at", "refused"),
    [
        (2008, False, "还不知道"),
        (2008, True, None),
        (None, False, "还不知道"),
        (None, True, None),
        (2009, True, "未满 18"),
        (2007, False, None),
    ],
)
def test_only_whom_the_roster_or_a_look_says_to_be_of_age_goes_into_danger(
    laptop, born, looked_at, refused
):
    """江苏省志愿服务条例; 突发事件应对法 39."""
    who, of = person(born=born), call(risk="danger")
    cover(who)
    report(who, adult=looked_at)
    if refused:
        with refusing(Refused, match=refused):
            laptop.do("mobilise.came", of, person=who)
    else:
        laptop.do("mobilise.came", of, person=who)
        assert Presence.get().state == "arrived"


def test_a_minor_may_hand_out_water_where_there_is_no_danger(laptop):
    laptop.do("mobilise.came", call(), person=person(born=2010))
    assert Presence.select().count() == 1


def test_cover_is_of_the_calls_day_and_may_be_of_the_whole_call(laptop):
    """志愿服务条例 17."""
    who, of = person(), call(risk="danger")
    Cover.create(
        person=who,
        policy="示例 1",
        begins=NOON.date() - 30 * HOUR * 24,
        ends=NOON.date() - 24 * HOUR,
    )
    with refusing(Refused, match="没有这个人"):
        laptop.do("mobilise.came", of, person=who)
    Cover.create(call=of, policy="示例 2", begins=NOON.date(), ends=NOON.date(), scope="community")
    laptop.do("mobilise.came", of, person=who)


def test_one_persons_cover_is_kept_from_other_teams(laptop):
    who = person()
    with refusing(Refused, match="本队"):
        Cover.create(
            person=who, policy="示例", begins=NOON.date(), ends=NOON.date(), scope="community"
        )


def test_nobody_is_called_before_the_call_is_on_the_platform(laptop):
    of = call(state="draft", platform_no=None)
    with refusing(Invalid, match="platform_no"):
        laptop.do("mobilise.publish", of, platform_no="")
    laptop.do("mobilise.publish", of, platform_no="P-0002")
    published = Call.get()
    assert published.state == "published"
    assert published.published_at is not None
    assert [each.said.zh for each in laptop.notices()] == ["有新的召集"]


def test_an_accident_has_a_clock_of_48_hours_until_the_insurer_was_told(laptop, hongxian_clock):
    hongxian_clock.set("2026-03-01 15:00")
    told = laptop.do("mobilise.accident", call(), at=NOON + HOUR, what="示例：滑倒")
    assert "48 小时内" in told.zh
    happened = Accident.get()
    [due] = [each for each in laptop.due() if each.record == happened]
    assert due.day == NOON + 49 * HOUR
    Accident.update(told_at=NOON + 2 * HOUR).where(Accident.id == happened.id).execute()
    assert not [each for each in laptop.due() if each.record == happened]


def test_of_the_party_nobody_knows_but_the_team(neighbourhood):
    """特定身份, 个人信息保护法 28."""
    ours, others = neighbourhood.laptop(TEAM), neighbourhood.laptop("示例·蓝队")
    with ours:
        report(person(), wants="示例意向甲")
        Answer.create(call=call(), person=Person.get().id, say="no")
    neighbourhood.meet()
    with others:
        assert Call.select().count() == 1
        assert not Report.select().count()
        assert not Answer.select().count()
        assert not others.holds("示例意向甲")


# -- who stands there is written down ---------------------------------------------------------------


def test_a_booking_of_a_full_post_is_refused_and_who_stands_there_is_written_and_marked(laptop):
    of = call()
    at, when = post(of), shift(of)
    laptop.do("mobilise.put", person=person(), post=at, shift=when)
    late = person("示例·乙002")
    with refusing(Refused, match="满了"):
        laptop.do("mobilise.put", person=late, post=at, shift=when)
    laptop.do("mobilise.came", of, person=late, post=at, shift=when)
    assert Presence.select().count() == 2
    assert any("只要 1 人" in each for each in marks(laptop))
    laptop.do("mobilise.release", Presence.get(Presence.person == late).id)
    assert not marks(laptop)


def test_two_laptops_offline_write_down_whoever_stands_at_one_place(two):
    all_, first, second = two
    with first:
        people = [person(f"示例·甲00{n}") for n in range(2)]
        of = call()
        at, when = post(of), shift(of)
    all_.meet()
    for laptop, who in zip((first, second), people, strict=True):
        with laptop:
            laptop.do("mobilise.came", of, person=who, post=at, shift=when)
    all_.meet()
    for laptop in (first, second):
        with laptop:
            assert Presence.select().count() == 2
            assert not laptop.attention
            assert any("只要 1 人" in each for each in marks(laptop))


def test_two_laptops_offline_give_the_last_place_and_the_other_is_told_the_next_free(two):
    all_, first, second = two
    with first:
        people = [person(f"示例·甲00{n}") for n in range(2)]
        of = call()
        at, _, when = post(of), post(of, "物资点"), shift(of)
    all_.meet()
    for laptop, who in zip((first, second), people, strict=True):
        with laptop:
            laptop.do("mobilise.put", person=who, post=at, shift=when)
    sync(first, second)
    with second:
        [bumped] = second.attention
        assert bumped.state == "bumped"
        assert bumped.taken.free


def test_one_person_is_at_one_post_at_a_time(laptop):
    who, of, other = person(), call(), call(title="清障")
    laptop.do("mobilise.came", of, person=who)
    with refusing(Taken, match="示例·甲001"):
        laptop.do("mobilise.came", other, person=who)


@pytest.mark.parametrize(
    ("spans", "said"),
    [
        ([(0, 4)], None),
        ([(0, 5)], "超过 4 小时"),
        ([(0, 4), (4, 8)], None),
        ([(-2, 2), (2, 6), (6, 7)], "超过 8 小时"),
        ([(0, 2), (12, 13)], "休息不到 11 小时"),
        ([(0, 2), (14, 15)], None),
    ],
)
def test_long_shifts_long_days_and_short_rests_are_marked_and_never_refused(laptop, spans, said):
    who, of = person(), call()
    for begins, ends in spans:
        presence(of, who, NOON + begins * HOUR, NOON + ends * HOUR)
    assert Presence.select().count() == len(spans)
    assert all(in_both(each) for each in laptop.tasks)
    if said is None:
        assert not marks(laptop)
    else:
        assert any(said in each for each in marks(laptop))


def test_what_is_long_is_a_setting(laptop):
    MobiliseRules.change(shift_hours=6)
    presence(call(), person(), NOON, NOON + 5 * HOUR)
    assert not marks(laptop)


# -- a minute counts once ------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@drawn(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=5))
def test_what_is_confirmed_of_one_person_is_the_union_and_never_the_sum(laptop, spans):
    who, of = person(), call()
    pairs = [(NOON + min(each) * MINUTE, NOON + max(each) * MINUTE) for each in spans]
    for begins, ends in pairs:
        presence(of, who, begins, ends)
    laptop.do("mobilise.confirm", of)
    counted = [each for _, each in given(laptop.store, Given, person=who)]
    assert sum((each.ends - each.begins) // MINUTE for each in counted) == minutes_together(pairs)


def test_a_minute_that_two_laptops_confirm_counts_once(two):
    all_, first, second = two
    with first:
        who, of = person(), call()
    all_.meet()
    for laptop, later in ((first, 0), (second, 1)):
        with laptop:
            presence(of, who, NOON + later * HOUR, NOON + (later + 2) * HOUR)
            laptop.do("mobilise.confirm", of)
    sync(first, second)
    with second:
        assert "一分钟只算一次" in str(second.refused)
        second.discard()
    all_.meet()
    with first:
        assert minutes_given(first) == 120


def test_nothing_is_given_before_it_is_confirmed_and_a_mistake_says_why_it_does_not_count(laptop):
    who, of = person(), call()
    held = presence(of, who, NOON, NOON + HOUR)
    assert [each for _, each in given(laptop.store, Given)] == [None]
    laptop.do("mobilise.confirm", of)
    assert minutes_given(laptop) == 60
    laptop.do("mobilise.void_presence", held.id, void_reason="示例：认错人")
    [(_, told)] = given(laptop.store, Given)
    assert told.void == "示例：认错人"
    assert minutes_given(laptop) == 0


def test_a_unit_is_an_institution_for_others(laptop):
    mobilise.Unit.create(name="示例电力公司", branch="示例支部", contact="示例办公室")
    [(_, told)] = given(laptop.store, Institution)
    assert (told.name, told.branch, told.contact) == ("示例电力公司", "示例支部", "示例办公室")


@pytest.mark.plugins(mobilise, roster, service)
def test_hours_reach_the_service_records_once_and_a_further_day_is_an_activity_of_its_own(laptop):
    who, of = person(), call()
    for begins in (0, 1, 24):
        presence(of, who, NOON + begins * HOUR, NOON + (begins + 2) * HOUR)
    laptop.do("mobilise.confirm", of)
    held = list(service.Attendance.select().order_by(service.Attendance.signed_in))
    assert [each.confirmed_by for each in held] == ["本机"] * 3
    hours = [each for _, each in given(laptop.store, Hours) if each]
    assert sorted(each.minutes for each in hours) == [60, 120, 120]
    assert len({each.day for each in hours}) == 2
    laptop.do(
        "mobilise.void_presence",
        Presence.select().order_by(Presence.arrived).get().id,
        void_reason="示例：记错",
    )
    assert sum(each.minutes for _, each in given(laptop.store, Hours) if each) == 180


def test_who_said_yes_and_has_no_post_stands_above_the_board_a_press_each(laptop, desk):
    laptop.at("2026-03-01 14:10")
    of = call()
    at, when = post(of, places=3), shift(of)
    said = {name: person(name) for name in ("示例·甲001", "示例·乙002", "示例·丙003")}
    for name, word in zip(said, ("yes", "yes", "no"), strict=True):
        laptop.do("mobilise.answer", of, person=said[name], say=word)
    laptop.do("mobilise.put", person=said["示例·甲001"], post=at, shift=when)
    page = desk.open("/view/mobilise.posts")
    assert "还没岗位的 1 人" in page.text
    page = page.press("示例·乙002").press("办理", post=at, shift=when)
    assert "还没岗位" not in page.text
    assert {each.person for each in Presence.select()} == {*list(said.values())[:2]}
