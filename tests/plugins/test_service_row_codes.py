"""A sign-in sheet on paper: who is expected, in the grid's order, each with a code that is typed back."""

import re
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian import local_now, local_today
from hongxian.records import COMMUNITY
from hongxian.shapes import GridRow, codes_in_brief, row_code
from hongxian_plugins import roster, service
from hongxian_plugins.roster import Membership, Person
from hongxian_plugins.service import Activity, Attendance, SignUp
from hongxian_testing import Desk

pytestmark = pytest.mark.plugins(roster, service)
BOX = "打“到”"


def member(name: str, **more: object) -> str:
    person = Person.create(name=name, scope=COMMUNITY, **more).id
    Membership.create(person=person)
    return person


def todays() -> str:
    return Activity.create(title="值班", day=local_today()).id


def codes_of(laptop, activity: str) -> dict[str, str]:
    """The codes on paper by the people's ids."""
    return codes_in_brief(laptop.view("service.sign_in", activity).rows)


def paper(desk, activity: str) -> list[tuple[str, ...]]:
    """The lines of the printed sheet: code, name."""
    page = desk.open(f"/print/service.sign_in_sheet/{activity}").html
    return re.findall(r"<tr>\s*<td[^>]*>(\d+)</td>\s*<td[^>]*>([^<]+)</td>", page)


def came() -> set[str]:
    return {each.person for each in Attendance.select()}


def test_paper_has_who_is_expected_in_the_order_of_the_grid_with_the_codes_of_the_grid(
    laptop, desk
):
    names = ("示例·王一", "示例·曹二", "示例·李三", "示例·安四")
    ids = {name: member(name, state="active") for name in names}
    member("示例·停五", state="dormant")
    member("示例·走六", state="left")
    activity = todays()
    codes = codes_of(laptop, activity)
    in_order = ["示例·安四", "示例·曹二", "示例·李三", "示例·王一"]
    assert paper(desk, activity) == [(codes[ids[name]], name) for name in in_order]
    grid = desk.open(f"/view/service.sign_in/{activity}").html
    assert re.findall(r'soft if-room">(\d{3,})</td>', grid) == [codes[ids[n]] for n in in_order]


def test_paper_of_an_activity_with_sign_ups_has_those_who_have_a_place_alone(laptop, desk):
    first, second, _third = (member(f"示例·甲{n}", state="active") for n in range(3))
    activity = todays()
    SignUp.create(activity=activity, person=first, place=1)
    SignUp.create(activity=activity, person=second)
    assert [name for _, name in paper(desk, activity)] == ["示例·甲0"]


def test_paper_of_an_activity_to_which_somebody_came_has_those_alone(laptop, desk):
    here, _away = (member(f"示例·甲{n}", state="active") for n in range(2))
    activity = todays()
    codes = codes_of(laptop, activity)
    desk.open(f"/view/service.sign_in/{activity}").press(BOX, codes=codes[here])
    assert paper(desk, activity) == [(codes[here], "示例·甲0")]


def test_of_a_large_team_paper_has_who_came_last_and_no_more_than_forty(laptop, desk):
    people = [member(f"示例·甲{n:02}", state="active") for n in range(45)]
    before = Activity.create(title="上次", day=local_today()).id
    for person in people[-3:]:
        Attendance.create(activity=before, person=person, signed_in=local_now())
    named = [name for _, name in paper(desk, todays())]
    assert len(named) == 40
    assert named[-3:] == ["示例·甲42", "示例·甲43", "示例·甲44"]


def test_a_code_is_the_same_on_every_laptop_and_another_at_every_activity(neighbourhood):
    one, two = neighbourhood.laptop(), neighbourhood.laptop()
    with one:
        for n in range(5):
            member(f"示例·甲{n}")
        activity, other = todays(), todays()
        here, elsewhere = codes_of(one, activity), codes_of(one, other)
    neighbourhood.meet()
    with two:
        assert codes_of(two, activity) == here
    assert not set(here.items()) & set(elsewhere.items())


def test_several_codes_at_once_tick_those_who_came_and_tell_their_names(laptop, desk):
    ids = [member(f"示例·甲{n}") for n in range(6)]
    activity = todays()
    codes = codes_of(laptop, activity)
    wide = "".join(chr(ord(each) + 0xFEE0) for each in codes[ids[3]])
    typed = f" {codes[ids[0]]}  {codes[ids[2]]},{wide} "
    page = desk.open(f"/view/service.sign_in/{activity}").press(BOX, codes=typed)
    assert came() == {ids[0], ids[2], ids[3]}
    assert "已打勾： 示例·甲0 示例·甲2 示例·甲3" in page.text
    page = page.press(BOX, codes=codes[ids[0]])
    assert "先前已打过勾： 示例·甲0" in page.text
    assert Attendance.select().count() == 3


def test_a_pile_typed_back_ticks_who_left_and_who_never_came_waits_in_the_box(laptop, desk):
    here, away = (member(f"示例·甲{n}") for n in range(2))
    activity = todays()
    codes = codes_of(laptop, activity)
    page = desk.open(f"/view/service.sign_in/{activity}").press(BOX, codes=codes[here])
    page = page.press("打“离”", codes=f"{codes[here]} {codes[away]}")
    assert "已打勾： 示例·甲0" in page.text
    assert "前一栏还没打，先打那一栏： 示例·甲1" in page.text
    assert f'name="codes" value="{codes[away]}"' in page.html
    [left] = Attendance.select()
    assert (left.person, left.signed_out) == (here, left.signed_in)


def test_no_code_confirms_anybody(laptop, desk):
    member("示例·甲1")
    activity = todays()
    ticked = laptop.view("service.sign_in", activity).ticked_by_codes
    assert [each.field for each in ticked] == ["signed_in", "signed_out"]
    assert "打“状态”" not in desk.open(f"/view/service.sign_in/{activity}").buttons


def test_what_is_no_code_of_this_sheet_ticks_nobody_and_stays_in_the_box(laptop, desk):
    person = member("示例·甲1")
    activity = todays()
    right = codes_of(laptop, activity)[person]
    wrong = "000" if right != "000" else "001"
    page = desk.open(f"/view/service.sign_in/{activity}")
    page = page.press(BOX, codes=f"{wrong} {right[:2]} '\"><script> {right}")
    assert came() == {person}, "the right one is ticked all the same"
    assert "这张表没有的代号" in page.text
    assert f'value="{wrong} {right[:2]} ' in page.html
    assert "<script> " not in page.html


def test_a_code_that_two_rows_bear_since_it_was_printed_asks_for_one_more_figure(laptop, desk):
    first, activity = member("示例·甲1"), todays()
    printed = codes_of(laptop, activity)[first]
    others = (f"0190a0a0-0000-7000-8000-{n:012x}" for n in count())
    id = next(each for each in others if row_code(activity, each).startswith(printed))
    Person.create(id=id, name="示例·乙2", scope=COMMUNITY)
    Membership.create(person=id)
    page = desk.open(f"/view/service.sign_in/{activity}").press(BOX, codes=printed)
    assert not came()
    assert "不知是哪一位，请多打一位：" in page.text
    page.press(BOX, codes=codes_of(laptop, activity)[first])
    assert came() == {first}


def test_who_is_another_teams_is_not_ticked_by_a_code_that_was_guessed(laptop, desk):
    member("示例·甲1")
    other = Person.create(name="示例·别队", scope=COMMUNITY).id
    activity = todays()
    desk.open(f"/view/service.sign_in/{activity}").press(BOX, codes=row_code(activity, other))
    assert not came()


def test_a_sheet_is_printed_in_the_language_of_whoever_prints_it(laptop):
    member("示例·甲1")
    activity = todays()
    for language, head in (("zh-CN", "代号"), ("en", "Code")):
        shown = Desk(laptop, language).open(f"/print/service.sign_in_sheet/{activity}").text
        assert head in shown


@given(st.sets(st.integers(0, 10**6), max_size=300))
def test_the_codes_of_a_sheet_tell_all_its_rows_apart_and_none_begins_another(people):
    rows = [GridRow("", key=str(each), code=row_code("an activity", str(each))) for each in people]
    brief = codes_in_brief(rows)
    assert brief.keys() == {each.key for each in rows}
    for each in rows:
        found = [row.key for row in rows if row.code.startswith(brief[each.key])]
        assert found == [each.key]
        assert len(brief[each.key]) >= 3
