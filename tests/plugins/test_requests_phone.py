"""A resident without an account tells of something on a phone, and a volunteer takes it: at the hub, and on laptops."""

from __future__ import annotations

import pytest

import hongxian_plugins.requests as requests
import hongxian_plugins.roster as roster
from hongxian import Refused, Viewer
from hongxian.errors import Invalid
from hongxian.plugins.offering import UnknownOffer
from hongxian.plugins.offers import Action, View
from hongxian.plugins.viewer import PUBLIC
from hongxian_plugins.requests import Ask, Reporter, Request, RequestRules, Step
from hongxian_plugins.roster import Membership, Person
from hongxian_testing import Laptop, Neighbourhood
from offering import on_a_phone

pytestmark = pytest.mark.plugins(roster, requests)
TEAM, OTHER = "示例·派单队", "示例·另一队"
LAMP = {"kind": "lamp", "place": "6幢2单元501室", "what": "闪了两天，找 100 0000 1234"}
WHO = {"name": "示例·居民001", "phone": "100 0000 5678"}


@pytest.fixture
def there(neighbourhood: Neighbourhood) -> tuple[Neighbourhood, Laptop, Laptop]:
    """A laptop of the team that dispatches, and one of another."""
    a, b = neighbourhood.laptop(TEAM), neighbourhood.laptop(OTHER)
    with a:
        RequestRules.change(dispatcher=TEAM)
    neighbourhood.meet()
    return neighbourhood, a, b


def tell(all_: Neighbourhood, **values: object) -> str:
    """The code that a resident is given."""
    told = on_a_phone(all_.hub, PUBLIC, Action, "requests.tell", **{**LAMP, **values})
    assert told.view == "requests.follow"
    assert str(told.values["code"]) in told.title.zh
    return str(told.values["code"])


def number(all_: Neighbourhood) -> str:
    with all_.hub:
        return str(Request.get().number)


def follow(all_: Neighbourhood, code: str) -> str:
    return str(on_a_phone(all_.hub, PUBLIC, View, "requests.follow", code=code))


def test_a_report_reaches_all_and_who_reported_it_the_dispatching_team_alone(
    there: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    all_, a, b = there
    tell(all_, **WHO, danger=True)
    all_.meet()
    for laptop in (a, b):
        with laptop:
            request = Request.get()
            assert request.number.endswith("-0001")
            assert request.place == "6幢"
            assert (request.channel, request.urgency) == ("page", "danger")
            assert "1234" not in request.title
    with a:
        [reporter] = Reporter.select()
        assert (reporter.called, reporter.address) == ("示例·居民001", "6幢2单元501室")
        assert reporter.reached_by == "10000005678"
    with b:
        assert not Reporter.select().exists()
    with a:
        a.do("requests.report", title="示例：井盖响", place="示例路")
        assert len({each.number for each in Request.select()}) == 2


def test_where_no_team_dispatches_a_name_is_not_kept_and_that_is_said(
    there: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    all_, a, _ = there
    with a:
        RequestRules.change(dispatcher="示例·没有的队")
    all_.meet()
    told = on_a_phone(all_.hub, PUBLIC, Action, "requests.tell", **LAMP, **WHO)
    assert "没有留下" in told.title.zh
    with all_.hub:
        assert Request.select().count() == 1
        assert not Reporter.select().exists()


def test_whoever_has_the_code_follows_it_grades_it_once_and_opens_it_again_within_its_days(
    there: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    all_, a, _ = there
    code = tell(all_, **WHO)
    assert "收到了" in follow(all_, code)
    assert "requests.grade" not in follow(all_, code)
    all_.meet()
    with a:
        id = Request.get().id
        a.do("requests.dispatch", id, team=TEAM)
        a.do("requests.take", id)
        a.do("requests.finish", id, result="示例：换了灯泡")
    all_.meet()
    told = follow(all_, code.lower().replace("-", " "))
    assert "示例：换了灯泡" in told
    assert not any(each in told for each in ("居民001", "5678", "1234", "501", TEAM))
    with all_.hub:
        assert Request.get().rating is None
    on_a_phone(all_.hub, PUBLIC, Action, "requests.grade", code=code, rating="2")
    with pytest.raises(Refused):
        on_a_phone(all_.hub, PUBLIC, Action, "requests.grade", code=code, rating="5")
    on_a_phone(
        all_.hub, PUBLIC, Action, "requests.reopen_mine", code=code, reason="还是不亮 100 0000 5678"
    )
    all_.meet()
    with a:
        request = Request.get()
        assert (request.state, request.turn, request.rating) == ("accepted", 1, None)
        assert [
            e.what for e in Step.select().where(Step.what.in_(("rate", "reopen"))).order_by(Step.id)
        ]
        assert "5678" not in str([each.said for each in Step.select()])


def test_after_its_days_it_is_not_opened_again(
    there: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    all_, a, _ = there
    code = tell(all_)
    all_.meet()
    with a:
        a.do("requests.reject", Request.get().id, reason="示例：物业的事")
    all_.meet()
    assert "reopen_mine" in follow(all_, code)
    all_.clock.wait(days=8)
    assert "reopen_mine" not in follow(all_, code)
    with pytest.raises(Refused, match="7"):
        on_a_phone(all_.hub, PUBLIC, Action, "requests.reopen_mine", code=code, reason="示例")


def test_others_are_told_kind_and_place_once_a_leader_has_looked_and_nothing_of_homes(
    there: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    all_, a, _ = there
    tell(all_, **WHO)
    tell(all_, kind="visit", place="9幢", what="示例：帮老人换灯泡")
    nearby = lambda: str(on_a_phone(all_.hub, PUBLIC, View, "requests.nearby"))  # noqa: E731
    assert "幢" not in nearby()
    all_.meet()
    with a:
        for each in Request.select():
            a.do("requests.accept", each.id)
    all_.meet()
    assert "6幢" in nearby()
    assert "9幢" not in nearby()
    with all_.hub:
        ids = [each.id for each in Request.select()]
    assert not any(each in nearby() for each in (*ids, "闪了", "居民"))
    assert "别人也报过" in follow(all_, tell(all_))


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": "幢" * 61},
        {"what": "长" * 301},
        {"name": "名" * 21},
        {"phone": "不是电话"},
        {"kind": "gas station"},
        {"place": "一\0二"},
    ],
)
def test_what_is_too_long_or_is_none_of_what_is_asked_for_is_refused_whole(
    there: tuple[Neighbourhood, Laptop, Laptop], wrong: dict[str, str]
) -> None:
    all_ = there[0]
    with pytest.raises((Invalid, Refused)):
        tell(all_, **wrong)
    with all_.hub:
        assert not Request.select().exists()


@pytest.mark.parametrize(
    "code", ["", "%%%%-%%%%-%%%%", "2222-2222-2222", "A" * 400, "0O1I-LU00-0000"]
)
def test_a_code_that_is_none_finds_nothing(
    there: tuple[Neighbourhood, Laptop, Laptop], code: str
) -> None:
    all_ = there[0]
    tell(all_)
    with pytest.raises((Invalid, Refused)):
        follow(all_, code)


# -- volunteers --------------------------------------------------------------------------------------


def volunteers(all_: Neighbourhood, a: Laptop) -> list[Viewer]:
    with a:
        people = [
            Person.create(name=f"示例·{n}", state="active", skills={"修电器"}, born=1970)
            for n in "甲乙丙"
        ]
        for each in people[:2]:
            Membership.create(person=each.id)
    all_.meet()
    return [Viewer("self", person=each.id) for each in people]


def test_the_first_volunteer_who_says_yes_has_it_the_other_is_thanked_and_it_is_done_on_the_phone(
    there: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    all_, a, b = there
    one, other, stranger = volunteers(all_, a)
    tell(all_, **WHO)
    all_.meet()
    with a:
        id = Request.get().id
        a.do("requests.dispatch", id, team=TEAM)
    all_.meet()

    def could(who: Viewer) -> str:
        return str(on_a_phone(all_.hub, who, View, "requests.could_take", str(who.person)).rows)

    assert number(all_) in could(one)
    assert id not in could(one)
    assert "居民001" not in could(one)
    assert could(stranger) == "[]"
    on_a_phone(all_.hub, one, Action, "requests.go", number=number(all_))
    with pytest.raises(Refused, match="first"):
        on_a_phone(all_.hub, other, Action, "requests.go", number=number(all_))
    all_.meet()
    with a:
        [ask] = Ask.select()
        assert (ask.volunteer, ask.say, Request.get().state) == (one.person, "yes", "taken")
    with b:
        assert not Ask.select().exists()
    shown = on_a_phone(all_.hub, one, View, "requests.mine_is", ask.id)
    assert not any(each in str(shown) for each in ("居民001", "5678", "501"))
    on_a_phone(all_.hub, one, Action, "requests.is_done", ask.id, result="示例：换了灯泡")
    all_.meet()
    with a:
        assert Request.get().state == "done"
        assert not a.attention


def test_a_yes_on_a_phone_and_one_at_a_laptop_without_a_network_are_one_and_the_hub_has_the_first(
    there: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    all_, a, _ = there
    one, other, _ = volunteers(all_, a)
    tell(all_)
    all_.meet()
    with a:
        id = Request.get().id
        a.do("requests.dispatch", id, team=TEAM)
    all_.meet()
    with a:
        a.do("requests.take", id, volunteer=other.person)
    on_a_phone(all_.hub, one, Action, "requests.go", number=number(all_))
    a.sync()
    with a:
        [bumped] = a.attention
        assert bumped.state == "bumped"
        a.do("requests.thank", Ask.get(Ask.volunteer == other.person).id)
    all_.meet()
    with all_.hub:
        assert {each.volunteer: each.say for each in Ask.select()} == {
            one.person: "yes",
            other.person: "thanked",
        }


def test_who_cannot_go_after_all_gives_it_back(
    there: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    all_, a, _ = there
    one, *_ = volunteers(all_, a)
    tell(all_)
    all_.meet()
    with a:
        a.do("requests.dispatch", Request.get().id, team=TEAM)
    all_.meet()
    on_a_phone(all_.hub, one, Action, "requests.go", number=number(all_))
    with all_.hub:
        ask = Ask.get().id
    on_a_phone(all_.hub, one, Action, "requests.cannot", ask, reason="示例：发烧")
    with all_.hub:
        assert (Request.get().state, Ask.get().say) == ("bounced", "returned")


def test_nothing_of_a_volunteers_is_offered_to_whoever_is_not_known(
    there: tuple[Neighbourhood, Laptop, Laptop],
) -> None:
    for kind, name in (
        (View, "could_take"),
        (Action, "go"),
        (Action, "is_done"),
        (Action, "report"),
    ):
        with pytest.raises(UnknownOffer):
            on_a_phone(there[0].hub, PUBLIC, kind, f"requests.{name}")
