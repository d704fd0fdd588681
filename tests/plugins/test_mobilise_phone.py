"""A call on a phone: answered, come to by the code there, and released."""

from datetime import datetime

import pytest

import hongxian_plugins.mobilise as mobilise
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from hands import Hand
from hongxian.plugins.offering import carry_out, find_offer
from hongxian.plugins.offers import View
from hongxian.plugins.viewer import DISPLAY
from hongxian_plugins.mobilise import Answer, Call, Presence, Shift
from hongxian_plugins.roster import Membership, Person
from hongxian_testing.laptop import Laptop
from hongxian_testing.neighbourhood import Neighbourhood

pytestmark = pytest.mark.plugins(roster, service, mobilise)
TEAM = "示例·一队"


def called(neighbourhood: Neighbourhood) -> tuple[Laptop, Call, Person]:
    """A call that is published, and somebody of the team."""
    neighbourhood.clock.set("2026-03-07 13:40")
    laptop = neighbourhood.laptop(TEAM)
    with laptop:
        person = Person.create(name="示例·甲001")
        Membership.create(person=person)
        begins = datetime(2026, 3, 7, 14)
        told = {"title": "防汛", "place": "东门", "people": 20, "platform_no": "示例-1"}
        call = Call.create(begins=begins, state="published", **told)
    neighbourhood.meet()
    return laptop, call, person


def code_there(laptop: Laptop) -> str:
    with laptop:
        offered = find_offer(laptop.store, View, "mobilise.muster_code", DISPLAY)
        [facts] = carry_out(laptop.store, offered, None, {}, DISPLAY).shapes
        return facts.facts[0][1].text


def test_a_call_is_answered_and_the_last_answer_stands(neighbourhood: Neighbourhood) -> None:
    laptop, call, person = called(neighbourhood)
    phone = Hand(neighbourhood.hub, person)
    assert "防汛" in phone.open()
    assert phone.do("mobilise.answer_myself", call=call.id, say="later") == "防汛：晚点来"
    with laptop:
        laptop.do("mobilise.answer", call.id, person=person.id, say="no")
    assert phone.do("mobilise.answer_myself", call=call.id, say="yes") == "防汛：来"
    neighbourhood.meet()
    with laptop:
        [said] = Answer.select()
        assert said.scope == neighbourhood.team(TEAM)
        Call.update(state="lifted").execute()
    neighbourhood.meet()
    assert "防汛" not in phone.open()
    assert "已经结束" in phone.do("mobilise.answer_myself", call=call.id, say="no")


def test_who_is_in_no_team_is_not_called(neighbourhood: Neighbourhood) -> None:
    laptop, call, _ = called(neighbourhood)
    with laptop:
        stranger = Person.create(name="示例·乙001")
    neighbourhood.meet()
    phone = Hand(neighbourhood.hub, stranger)
    assert "防汛" not in phone.open()
    assert "不在哪个队里" in phone.do("mobilise.answer_myself", call=call.id, say="yes")


def test_the_code_there_brings_somebody_in_and_releases_them(neighbourhood: Neighbourhood) -> None:
    laptop, _, person = called(neighbourhood)
    phone = Hand(neighbourhood.hub, person)
    assert phone.do("mobilise.muster", code=code_there(laptop)) == (
        "防汛：13:40 到。离岗再扫一次。"
    )
    assert "已到" in phone.do("mobilise.muster", code=code_there(laptop))
    assert "到达" in phone.open()
    neighbourhood.meet()
    neighbourhood.clock.set("2026-03-07 17:05")
    assert "17:05 离岗" in phone.do("mobilise.muster", code=code_there(laptop))
    neighbourhood.meet()
    with laptop:
        [there] = Presence.select()
        assert (there.state, there.released) == ("released", datetime(2026, 3, 7, 17, 5))
        assert there.scope == neighbourhood.team(TEAM)
    assert "13:40–17:05" in phone.open()


def test_once_it_has_begun_a_call_asks_nobody_who_comes_unless_a_shift_is_to_come(
    neighbourhood: Neighbourhood,
) -> None:
    laptop, call, person = called(neighbourhood)
    phone = Hand(neighbourhood.hub, person)
    assert "晚点来" in phone.read()
    asked = phone.read("/do/mobilise.answer_myself", call=call.id, say="no")
    assert "防汛 ，3月7日 周六 14:00 · 东门" in asked
    neighbourhood.clock.set("2026-03-07 15:00")
    assert "晚点来" not in phone.read()
    assert "已开始，要来请直接去" in phone.read()
    with laptop:
        begins, ends = (datetime(2026, 3, 7, hour) for hour in (18, 22))
        Shift.create(call=call.id, title="晚班", begins=begins, ends=ends)
    neighbourhood.meet()
    assert "晚点来" in phone.read()
